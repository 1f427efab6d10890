/* SPDX-License-Identifier: Apache-2.0 */
/* A record in one pass: each member's name is looked up, its value goes straight into the cell, or
 * is skipped. The first of several members of one name counts. */
#include "scan.h"

/* ---- names ---- */
/* Remembers what member number `k` of a row is called, for the next record. */
static void learn(struct json_self *self, uint32_t k, const char *name, struct shape *field)
{
    struct json_guess *guess = &self->guesses[k];
    const char *end = (const char *)memchr(name, '"', JSON_GUESS_BYTES - 1);
    guess->mask = UINT32_MAX;
    guess->count = UINT32_MAX;
    if (end != NULL && end[1] == ':' && memchr(name, '\\', (size_t)(end - name)) == NULL) {
        guess->count = (uint32_t)(end - name) + 2;
        guess->mask = (UINT32_C(1) << guess->count) - 1;
        memcpy(guess->bytes, name, JSON_GUESS_BYTES);
        guess->field = field;
    }
}

/* The name that begins behind its quote, up to the value. *field: what it is. */
static const char *read_name(struct json_reader *reader,
                             const struct shape *shape,
                             const char *at,
                             struct shape **field)
{
    const char *stop = json_string_stop(at, reader->end);
    const char *behind = stop + 1;
    weir_str name = weir_str_make(at, (size_t)(stop - at));
    if (*stop != '"' || stop >= reader->end) {
        behind = json_unescape(reader, at, stop, &name);
        if (behind == NULL) {
            return NULL;
        }
    }
    *field = shape_find(shape, shape_word(name.bytes, name.count), name.bytes, name.count);
    behind = json_space(behind, reader->end);
    if (*behind != ':' || behind >= reader->end) {
        return json_fail_syntax(reader, behind, "':' behind a name");
    }
    return json_space(behind + 1, reader->end);
}

/* The same for a row, where names are guessed. */
static inline const char *read_row_name(struct json_reader *reader,
                                        const struct shape *shape,
                                        uint32_t k,
                                        const char *at,
                                        struct shape **field)
{
    struct json_self *self = reader->self;
    if (__builtin_expect(k < JSON_GUESSES && json_is_guess(&self->guesses[k], at), 1)) {
        *field = self->guesses[k].field;
        return json_space(at + self->guesses[k].count, reader->end);
    }
    const char *value = read_name(reader, shape, at, field);
    if (value != NULL && k < JSON_GUESSES) {
        learn(self, k, at, *field);
    }
    return value;
}

/* ---- values ---- */
static const char *read_value(struct json_reader *reader,
                              const char *at,
                              struct shape *shape,
                              struct weir_out *out);

static const char *read_text(struct json_reader *reader,
                             const char *at,
                             const struct shape *shape,
                             struct weir_out *out)
{
    weir_str text;
    weir_bytes bytes;
    int64_t us;
    const char *behind = json_read_string(reader, at + 1, &text);
    if (behind == NULL) {
        return NULL;
    }
    if (shape->kind == 'u') {
        weir_row_str(out, shape->column, text);
    } else if (shape->kind == 'z') {
        if (!json_from_base64(reader->self, text, &bytes)) {
            return json_fail_value(reader, at, shape, "base64");
        }
        weir_row_bytes(out, shape->column, bytes);
    } else if (json_time_parse(text, &us)) {
        weir_row_ts(out, shape->column, weir_ts_make(us));
    } else {
        return json_fail_value(reader, at, shape, "a time of RFC 3339, 2026-01-31T12:00:00Z");
    }
    return behind;
}

static const char *read_number(struct json_reader *reader,
                               const char *at,
                               const struct shape *shape,
                               struct weir_out *out)
{
    int64_t whole;
    double number;
    if (shape->kind == 'g') {
        at = json_read_f64(reader, at, shape, &number);
        weir_row_f64(out, shape->column, at != NULL ? number : 0);
        return at;
    }
    const char *behind = json_read_i64(reader, at, shape, &whole);
    if (behind == NULL) {
        return NULL;
    }
    if (shape->kind == 'l') {
        weir_row_i64(out, shape->column, whole);
        return behind;
    }
    if (whole < INT32_MIN || whole > INT32_MAX) {
        return json_fail_value(reader, at, shape, "a number from -2147483648 to 2147483647");
    }
    weir_row_i32(out, shape->column, (int32_t)whole);
    return behind;
}

static const char *read_list(struct json_reader *reader,
                             const char *at,
                             const struct shape *shape,
                             struct weir_out *out)
{
    struct weir_out *items = weir_row_list(out, shape->column);
    at = json_space(at + 1, reader->end);
    bool is_over = *at == ']';
    at += is_over;
    while (!is_over) {
        const int rc = weir_row_begin(items, reader->task, (size_t)(reader->end - reader->start));
        if (rc != WEIR_OK) {
            return json_fail_with(reader, rc);
        }
        at = read_value(reader, json_space(at, reader->end), shape->parts, items);
        if (at == NULL) {
            return NULL;
        }
        weir_row_end(items);
        at = json_space(at, reader->end);
        is_over = *at == ']';
        if (at >= reader->end || (*at != ',' && !is_over)) {
            return json_fail_syntax(reader, at, "',' or ']' behind a value");
        }
        at++;
    }
    weir_row_list_end(out, shape->column);
    return at <= reader->end ? at : json_fail_syntax(reader, at, "']'");
}

/* ---- objects ---- */
static const char *fill_missing(struct json_reader *reader,
                                const char *at,
                                const struct shape *shape,
                                struct weir_out *out,
                                uint64_t serial)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        if (shape->parts[i].seen != serial) {
            const int rc = shape_null(reader->task, out, &shape->parts[i]);
            if (rc != WEIR_OK) {
                return json_fail_with(reader, rc);
            }
        }
    }
    return at;
}

/* The members of an object, from behind its bracket on. */
static inline const char *read_members(struct json_reader *reader,
                                       const char *at,
                                       struct shape *shape,
                                       struct weir_out *out,
                                       bool is_row)
{
    const uint64_t serial = ++reader->self->serial;
    uint32_t found = 0;
    at = json_space(at, reader->end);
    if (*at == '}') {
        return at < reader->end ? fill_missing(reader, at + 1, shape, out, serial)
                                : json_fail_syntax(reader, at, "'}'");
    }
    for (uint32_t k = 0;; k++) {
        struct shape *field = NULL;
        if (*at != '"' || at >= reader->end) {
            return json_fail_syntax(reader, at, "a name in quotes");
        }
        at = is_row ? read_row_name(reader, shape, k, at + 1, &field)
                    : read_name(reader, shape, at + 1, &field);
        if (at == NULL) {
            return NULL;
        }
        if (field == NULL || field->seen == serial) {
            at = json_skip(reader, at);
        } else {
            field->seen = serial;
            found++;
            at = read_value(reader, at, field, out);
        }
        if (at == NULL) {
            return NULL;
        }
        at = json_space(at, reader->end);
        if (at >= reader->end || *at != ',') {
            break;
        }
        at = json_space(at + 1, reader->end);
    }
    if (*at != '}' || at >= reader->end) {
        return json_fail_syntax(reader, at, "',' or '}' behind a value");
    }
    return found == shape->count ? at + 1 : fill_missing(reader, at + 1, shape, out, serial);
}

static const char *read_struct(struct json_reader *reader,
                               const char *at,
                               struct shape *shape,
                               struct weir_out *out)
{
    struct weir_out *fields = weir_row_struct(out, shape->column);
    const int rc = weir_row_need(fields, reader->task, (size_t)(reader->end - at));
    return rc == WEIR_OK ? read_members(reader, at + 1, shape, fields, false)
                         : json_fail_with(reader, rc);
}

static const char *read_word(struct json_reader *reader,
                             const char *at,
                             const struct shape *shape,
                             struct weir_out *out)
{
    if (memcmp(at, "null", 4) == 0) {
        const int rc = shape_null(reader->task, out, shape);
        return rc == WEIR_OK ? at + 4 : json_fail_with(reader, rc);
    }
    const bool is_true = memcmp(at, "true", 4) == 0;
    if (!is_true && memcmp(at, "false", 5) != 0) {
        return json_fail_syntax(reader, at, "a value");
    }
    if (shape->kind != 'b') {
        return json_fail_type(reader, at, shape);
    }
    weir_row_bool(out, shape->column, is_true);
    return at + (is_true ? 4 : 5);
}

/* "NaN", "Infinity" and "-Infinity": what json writes for an f64 that JSON has no number for. */
static const char *read_named_f64(struct json_reader *reader,
                                  const char *at,
                                  const struct shape *shape,
                                  struct weir_out *out)
{
    static const struct {
        const char *name;
        double number;
    } names[] = {{"\"NaN\"", __builtin_nan("")},
                 {"\"Infinity\"", __builtin_inf()},
                 {"\"-Infinity\"", -__builtin_inf()}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strncmp(at, names[i].name, strlen(names[i].name)) == 0) {
            weir_row_f64(out, shape->column, names[i].number);
            return at + strlen(names[i].name);
        }
    }
    return json_fail_type(reader, at, shape);
}

static bool is_number(char byte)
{
    return byte == '-' || (byte >= '0' && byte <= '9');
}

static const char *read_other(struct json_reader *reader,
                              const char *at,
                              struct shape *shape,
                              struct weir_out *out)
{
    if (at >= reader->end) {
        return json_fail_syntax(reader, at, "a value");
    }
    const char first = *at;
    if (first == 'n' || first == 't' || first == 'f') {
        return read_word(reader, at, shape, out);
    }
    if (first == '"' && shape->kind == 'g') {
        return read_named_f64(reader, at, shape, out);
    }
    if (first == '{' && shape->kind == 's') {
        return read_struct(reader, at, shape, out);
    }
    if (first == '[' && shape->kind == '+') {
        return read_list(reader, at, shape, out);
    }
    return first == '"' || first == '{' || first == '[' || is_number(first)
               ? json_fail_type(reader, at, shape)
               : json_fail_syntax(reader, at, "a value");
}

static const char *read_value(struct json_reader *reader,
                              const char *at,
                              struct shape *shape,
                              struct weir_out *out)
{
    if (at < reader->end) {
        const char kind = shape->kind;
        if (*at == '"' && (kind == 'u' || kind == 't' || kind == 'z')) {
            return read_text(reader, at, shape, out);
        }
        if (is_number(*at) && (kind == 'l' || kind == 'g' || kind == 'i')) {
            return read_number(reader, at, shape, out);
        }
    }
    return read_other(reader, at, shape, out);
}

/* ---- records ---- */
static const char *read_row(struct json_reader *reader, const char *at, struct weir_out *out)
{
    if (*at != '{' || at >= reader->end) {
        return json_fail_syntax(reader, at, "an object: {\"name\": value, ...}");
    }
    const int rc = weir_row_begin(out, reader->task, (size_t)(reader->end - reader->start));
    if (rc != WEIR_OK) {
        return json_fail_with(reader, rc);
    }
    at = read_members(reader, at + 1, &reader->self->root, out, true);
    if (at != NULL) {
        weir_row_end(out);
        at = json_space(at, reader->end);
    }
    return at;
}

static const char *read_rows(struct json_reader *reader, const char *at, struct weir_out *out)
{
    at = json_space(at + 1, reader->end);
    if (*at == ']' && at < reader->end) {
        return json_space(at + 1, reader->end);
    }
    for (;;) {
        at = read_row(reader, at, out);
        if (at == NULL) {
            return NULL;
        }
        if (at >= reader->end || (*at != ',' && *at != ']')) {
            return json_fail_syntax(reader, at, "',' or ']' behind an object");
        }
        if (*at == ']') {
            return json_space(at + 1, reader->end);
        }
        at = json_space(at + 1, reader->end);
    }
}

/* Makes sure that there is padding behind the record, in a copy if need be. */
static bool pad(struct json_reader *reader, weir_str record, const struct weir_out *out)
{
    reader->start = record.bytes;
    if (!weir_is_slice(out, record.bytes, record.count + JSON_PADDING_BYTES)) {
        struct weir_blob *copy = &reader->self->record;
        weir_blob_clear(copy);
        char *to = weir_blob_reserve(copy, record.count + JSON_PADDING_BYTES);
        if (to == NULL) {
            return false;
        }
        if (record.count > 0) {
            memcpy(to, record.bytes, record.count);
        }
        memset(to + record.count, 0, JSON_PADDING_BYTES);
        reader->back = (uintptr_t)record.bytes - (uintptr_t)to;
        reader->start = to;
    }
    reader->end = reader->start + record.count;
    return true;
}

int json_decode_record(struct weir_task *task, weir_str record, struct weir_out *out)
{
    struct json_reader reader;
    reader.back = 0;
    reader.task = task;
    reader.self = weir_self(task, struct json_self);
    reader.outcome = WEIR_OK;
    if (!pad(&reader, record, out)) {
        return weir_fail(task, WEIR_RETRY, "out of memory for a record of %zu bytes", record.count);
    }
    const char *at = json_space(reader.start, reader.end);
    if (at >= reader.end) {
        return WEIR_OK;
    }
    at = *at == '[' ? read_rows(&reader, at, out) : read_row(&reader, at, out);
    if (at != NULL && at != reader.end) {
        at = json_fail_syntax(&reader, at, "nothing more");
    }
    return at != NULL ? WEIR_OK : reader.outcome;
}
