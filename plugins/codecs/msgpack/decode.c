/* SPDX-License-Identifier: Apache-2.0 */
/* Records into rows. The first of several pairs of one key counts; pairs and positions that nobody
 * asks for are skipped. */
#include "pack.h"

struct pack_reader {
    const uint8_t *start, *end;
    struct weir_task *task;
    struct pack_self *self;
    int outcome;
};

static const uint8_t *give_up(struct pack_reader *reader, int outcome)
{
    reader->outcome = outcome;
    return NULL;
}

/* A head could not be taken at `at`. */
static const uint8_t *fail_head(struct pack_reader *reader, const uint8_t *at, enum pack_kind kind)
{
    const size_t place = (size_t)(at - reader->start);
    return give_up(reader,
                   kind == PACK_WRONG
                       ? weir_fail(reader->task, WEIR_BAD_RECORD,
                                   "msgpack: byte 0xc1 begins no value: in the value at "
                                   "byte %zu",
                                   place)
                       : weir_fail(reader->task, WEIR_BAD_RECORD,
                                   "msgpack: the record ends in the value at byte %zu", place));
}

static const char *name_of(enum pack_kind kind)
{
    static const char *const names[] = {"",        "",      "nil",   "a bool", "an int",   "an int",
                                        "a float", "a str", "a bin", "an ext", "an array", "a map"};
    return names[kind];
}

static const uint8_t *fail_type(struct pack_reader *reader,
                                const uint8_t *at,
                                const struct shape *shape,
                                const struct pack_head *head)
{
    const bool is_int = head->kind == PACK_INT || head->kind == PACK_UINT;
    const char *found = name_of(head->kind);
    if (is_int && (shape->kind == 'i' || shape->kind == 'l')) {
        found = "an int beyond it";
    } else if (head->kind == PACK_EXT && shape->kind == 't') {
        found = "an ext that is no timestamp (type -1) of an i64's microseconds";
    }
    return give_up(reader,
                   weir_fail(reader->task, WEIR_BAD_RECORD,
                             "msgpack: field %s: expected %s at byte %zu, found %s", shape->path,
                             shape_type(shape), (size_t)(at - reader->start), found));
}

static const uint8_t *skip(struct pack_reader *reader, const uint8_t *at)
{
    enum pack_kind kind = PACK_CUT;
    const uint8_t *behind = pack_skip(at, reader->end, &kind);
    return behind != NULL ? behind : fail_head(reader, at, kind);
}

static const uint8_t *read_value(struct pack_reader *reader,
                                 const uint8_t *at,
                                 struct shape *shape,
                                 struct weir_out *out);

/* ---- values of several ---- */
static const uint8_t *fill_missing(struct pack_reader *reader,
                                   const uint8_t *at,
                                   const struct shape *shape,
                                   struct weir_out *out,
                                   uint64_t serial)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        if (shape->parts[i].seen != serial) {
            const int rc = shape_null(reader->task, out, &shape->parts[i]);
            if (rc != WEIR_OK) {
                return give_up(reader, rc);
            }
        }
    }
    return at;
}

/* The field that a map's key at `at` names; NULL in *field: none. */
static const uint8_t *read_key(struct pack_reader *reader,
                               const uint8_t *at,
                               const struct shape *shape,
                               struct shape **field)
{
    struct pack_head key;
    const uint8_t *behind = pack_take(at, reader->end, &key);
    *field = NULL;
    if (behind == NULL) {
        return fail_head(reader, at, key.kind);
    }
    if (key.kind == PACK_STR || key.kind == PACK_BIN) {
        const char *name = (const char *)key.data;
        *field = shape_find(shape, shape_word(name, key.count), name, key.count);
        return behind;
    }
    return key.kind == PACK_ARRAY || key.kind == PACK_MAP ? skip(reader, at) : behind;
}

/* The pairs of a map, or the values of an array, as the fields of a row or struct. */
static const uint8_t *read_fields(struct pack_reader *reader,
                                  const uint8_t *at,
                                  const struct pack_head *head,
                                  struct shape *shape,
                                  struct weir_out *out)
{
    const uint64_t serial = ++reader->self->serial;
    uint32_t found = 0;
    for (uint32_t i = 0; i < head->count && at != NULL; i++) {
        struct shape *field = i < shape->count ? &shape->parts[i] : NULL;
        if (head->kind == PACK_MAP) {
            at = read_key(reader, at, shape, &field);
            if (at == NULL) {
                return NULL;
            }
        }
        if (field == NULL || field->seen == serial) {
            at = skip(reader, at);
        } else {
            field->seen = serial;
            found++;
            at = read_value(reader, at, field, out);
        }
    }
    return at == NULL || found == shape->count ? at : fill_missing(reader, at, shape, out, serial);
}

static const uint8_t *read_struct(struct pack_reader *reader,
                                  const uint8_t *at,
                                  const struct pack_head *head,
                                  struct shape *shape,
                                  struct weir_out *out)
{
    struct weir_out *fields = weir_row_struct(out, shape->column);
    const int rc = weir_row_need(fields, reader->task, (size_t)(reader->end - at));
    return rc == WEIR_OK ? read_fields(reader, at, head, shape, fields) : give_up(reader, rc);
}

static const uint8_t *read_list(struct pack_reader *reader,
                                const uint8_t *at,
                                const struct pack_head *head,
                                const struct shape *shape,
                                struct weir_out *out)
{
    struct weir_out *items = weir_row_list(out, shape->column);
    for (uint32_t i = 0; i < head->count; i++) {
        const int rc = weir_row_begin(items, reader->task, (size_t)(reader->end - reader->start));
        if (rc != WEIR_OK) {
            return give_up(reader, rc);
        }
        at = read_value(reader, at, shape->parts, items);
        if (at == NULL) {
            return NULL;
        }
        weir_row_end(items);
    }
    weir_row_list_end(out, shape->column);
    return at;
}

/* ---- values of one ---- */
/* True if a cell could be made of it. */
static bool write_number(const struct pack_head *head,
                         const struct shape *shape,
                         struct weir_out *out)
{
    const bool is_whole = head->kind == PACK_INT;
    if (shape->kind == 'g' && (is_whole || head->kind == PACK_FLOAT || head->kind == PACK_UINT)) {
        weir_row_f64(out, shape->column,
                     is_whole                  ? (double)head->number
                     : head->kind == PACK_UINT ? (double)(uint64_t)head->number
                                               : head->real);
        return true;
    }
    if (shape->kind == 'i' && is_whole && head->number >= INT32_MIN && head->number <= INT32_MAX) {
        weir_row_i32(out, shape->column, (int32_t)head->number);
        return true;
    }
    if (shape->kind == 'l' && is_whole) {
        weir_row_i64(out, shape->column, head->number);
        return true;
    }
    return false;
}

static bool write_value(const struct pack_head *head,
                        const struct shape *shape,
                        struct weir_out *out)
{
    int64_t us;
    const bool is_text = head->kind == PACK_STR || head->kind == PACK_BIN;
    if (is_text && (shape->kind == 'u' || shape->kind == 'z')) {
        weir_row_str(out, shape->column, weir_str_make((const char *)head->data, head->count));
        return true;
    }
    if (head->kind == PACK_BOOL && shape->kind == 'b') {
        weir_row_bool(out, shape->column, head->number != 0);
        return true;
    }
    if (head->kind == PACK_EXT && shape->kind == 't' && pack_time(head, &us)) {
        weir_row_ts(out, shape->column, weir_ts_make(us));
        return true;
    }
    return write_number(head, shape, out);
}

static const uint8_t *read_value(struct pack_reader *reader,
                                 const uint8_t *at,
                                 struct shape *shape,
                                 struct weir_out *out)
{
    struct pack_head head;
    const uint8_t *behind = pack_take(at, reader->end, &head);
    if (behind == NULL) {
        return fail_head(reader, at, head.kind);
    }
    if (head.kind == PACK_NIL) {
        const int rc = shape_null(reader->task, out, shape);
        return rc == WEIR_OK ? behind : give_up(reader, rc);
    }
    if (shape->kind == 's' && (head.kind == PACK_MAP || head.kind == PACK_ARRAY)) {
        return read_struct(reader, behind, &head, shape, out);
    }
    if (shape->kind == '+' && head.kind == PACK_ARRAY) {
        return read_list(reader, behind, &head, shape, out);
    }
    return write_value(&head, shape, out) ? behind : fail_type(reader, at, shape, &head);
}

/* ---- records ---- */
static const uint8_t *read_row(struct pack_reader *reader, const uint8_t *at, struct weir_out *out)
{
    struct pack_head head;
    const uint8_t *behind = pack_take(at, reader->end, &head);
    if (behind == NULL) {
        return fail_head(reader, at, head.kind);
    }
    if (head.kind != PACK_MAP && head.kind != PACK_ARRAY) {
        return give_up(reader, weir_fail(reader->task, WEIR_BAD_RECORD,
                                         "msgpack: expected a map by field names or an array by "
                                         "position at byte %zu, found %s",
                                         (size_t)(at - reader->start), name_of(head.kind)));
    }
    const int rc = weir_row_begin(out, reader->task, (size_t)(reader->end - reader->start));
    if (rc != WEIR_OK) {
        return give_up(reader, rc);
    }
    behind = read_fields(reader, behind, &head, &reader->self->root, out);
    if (behind != NULL) {
        weir_row_end(out);
    }
    return behind;
}

int pack_decode_record(struct weir_task *task, weir_str record, struct weir_out *out)
{
    struct pack_reader reader;
    const uint8_t *at = (const uint8_t *)record.bytes;
    reader.start = at;
    reader.end = at + record.count;
    reader.task = task;
    reader.self = weir_self(task, struct pack_self);
    reader.outcome = WEIR_OK;
    while (at != NULL && at < reader.end) {
        at = read_row(&reader, at, out);
    }
    return reader.outcome;
}
