/* SPDX-License-Identifier: Apache-2.0 */
/* Reads types as text: schemas of jobs, signatures of plugins, headers of block bytes. The text may
 * be hostile, so depth and width are limited by name and nothing is taken on trust. */
#include "data/data.h"
#include "data/type/type.h"

#include <string.h>

struct reader {
    struct weir_arena *arena;
    weir_str text;
    size_t at;
    struct weir_error *err;
};

static int parse_type(struct reader *in, int depth, const struct weir_type **type);

static void skip_blanks(struct reader *in)
{
    while (in->at < in->text.count && memchr(" \t\r\n", in->text.bytes[in->at], 4) != NULL) {
        in->at++;
    }
}

static bool accept(struct reader *in, char c)
{
    skip_blanks(in);
    if (in->at < in->text.count && in->text.bytes[in->at] == c) {
        in->at++;
        return true;
    }
    return false;
}

/* "expected X, found Y", with the place. */
static int fail_expected(struct reader *in, const char *expected)
{
    skip_blanks(in);
    size_t left = in->text.count - in->at;
    if (left == 0) {
        return weir_error_set(in->err, WEIR_ETEXT, "type, column %zu: expected %s, found the end",
                              in->at + 1, expected);
    }
    return weir_error_set(in->err, WEIR_ETEXT, "type, column %zu: expected %s, found '%.*s'",
                          in->at + 1, expected, (int)(left > 24 ? 24 : left),
                          in->text.bytes + in->at);
}

/* The longest NAME that begins here; may be empty. */
static weir_str take_word(struct reader *in)
{
    skip_blanks(in);
    weir_str word = {in->text.bytes + in->at, 0};
    while (in->at < in->text.count) {
        weir_str letter = {in->text.bytes + in->at, 1};
        bool is_digit = letter.bytes[0] >= '0' && letter.bytes[0] <= '9';
        if (!weir_type_is_name(letter) && !(is_digit && word.count > 0)) {
            break;
        }
        word.count++;
        in->at++;
    }
    return word;
}

static int fail_unknown(struct reader *in, weir_str word)
{
    static const char *const known[] = {"null", "bool",  "i32", "i64",  "f64",
                                        "str",  "bytes", "ts",  "list", NULL};
    in->at -= word.count;
    if (word.count == 1 && word.bytes[0] >= 'A' && word.bytes[0] <= 'Z') {
        return weir_error_set(in->err, WEIR_ETEXT,
                              "type, column %zu: '%c' is a type variable: only the signature of a "
                              "plugin may have one",
                              in->at + 1, word.bytes[0]);
    }
    const char *near = weir_near_among(word, known, sizeof known / sizeof known[0] - 1);
    if (word.count == 0 || near == NULL) {
        return fail_expected(in, "a type (bool i32 i64 f64 str bytes ts null list<T> {name: T})");
    }
    return weir_error_set(in->err, WEIR_ETEXT,
                          "type, column %zu: unknown type '%.*s': did you mean '%s'?", in->at + 1,
                          (int)word.count, word.bytes, near);
}

/* A NAME, or any text but NUL between double quotes with \" and \\. */
static int parse_name(struct reader *in, const char **name)
{
    weir_str word = take_word(in);
    if (word.count > 0) {
        *name = weir_arena_strndup(in->arena, word.bytes, word.count);
        return WEIR_OK;
    }
    if (!accept(in, '"')) {
        return fail_expected(in, "a field name");
    }
    char *copy = weir_arena_alloc(in->arena, in->text.count - in->at + 1);
    *name = copy;
    while (in->at < in->text.count && in->text.bytes[in->at] != '\0') {
        char c = in->text.bytes[in->at++];
        if (c == '"') {
            return WEIR_OK;
        }
        if (c == '\\' && in->at < in->text.count) {
            c = in->text.bytes[in->at++];
        }
        *copy++ = c;
    }
    return fail_expected(in, "'\"' at the end of the field name");
}

struct field_list {
    struct weir_type_field *fields;
    uint32_t count, capacity;
    struct weir_map names;
};

static int parse_field(struct reader *in, int depth, struct field_list *list)
{
    struct weir_type_field field = {NULL, NULL};
    WEIR_TRY(parse_name(in, &field.name));
    if (list->count >= WEIR_FIELDS_MAX) {
        return weir_error_set(in->err, WEIR_ELIMIT, "type: more than %d fields in one record",
                              WEIR_FIELDS_MAX);
    }
    weir_str name = weir_str_of(field.name);
    if (weir_map_get(&list->names, name) != NULL) {
        return weir_error_set(in->err, WEIR_ETEXT,
                              "type, column %zu: field '%s' stands there twice: rename one",
                              in->at + 1, field.name);
    }
    if (!accept(in, ':')) {
        return fail_expected(in, "':' and a type");
    }
    WEIR_TRY(parse_type(in, depth + 1, &field.type));
    (void)weir_map_put(&list->names, name, list);
    WEIR_GROW(list->fields, list->count, list->capacity);
    list->fields[list->count++] = field;
    return WEIR_OK;
}

static int parse_fields(struct reader *in, int depth, struct field_list *list)
{
    if (accept(in, '}')) {
        return WEIR_OK;
    }
    do {
        WEIR_TRY(parse_field(in, depth, list));
    } while (accept(in, ','));
    return accept(in, '}') ? WEIR_OK : fail_expected(in, "',' or '}'");
}

static int parse_struct(struct reader *in, int depth, const struct weir_type **type)
{
    struct field_list list = {0};
    weir_map_init(&list.names);
    int status = parse_fields(in, depth, &list);
    if (status == WEIR_OK) {
        *type = weir_type_struct(in->arena, list.fields, list.count);
    }
    weir_map_finish(&list.names);
    weir_free(list.fields);
    return status;
}

static int parse_list(struct reader *in, int depth, const struct weir_type **type)
{
    const struct weir_type *item = NULL;
    if (!accept(in, '<')) {
        return fail_expected(in, "'<' and the type of the items");
    }
    WEIR_TRY(parse_type(in, depth + 1, &item));
    if (!accept(in, '>')) {
        return fail_expected(in, "'>'");
    }
    *type = weir_type_list(in->arena, item);
    return WEIR_OK;
}

static int parse_type(struct reader *in, int depth, const struct weir_type **type)
{
    if (depth > WEIR_TYPE_DEPTH_MAX) {
        return weir_error_set(in->err, WEIR_ELIMIT,
                              "type, column %zu: nested more than %d deep: flatten the record",
                              in->at + 1, WEIR_TYPE_DEPTH_MAX);
    }
    if (accept(in, '{')) {
        return parse_struct(in, depth, type);
    }
    weir_str word = take_word(in);
    if (word.count == 4 && memcmp(word.bytes, "list", 4) == 0) {
        return parse_list(in, depth, type);
    }
    for (int kind = 0; kind < WEIR_TYPE_SIMPLE_COUNT; kind++) {
        const char *name = weir_type_names[kind];
        if (strlen(name) == word.count && memcmp(name, word.bytes, word.count) == 0) {
            *type = weir_type_of((enum weir_type_kind)kind);
            return WEIR_OK;
        }
    }
    return fail_unknown(in, word);
}

int weir_type_parse(struct weir_arena *arena,
                    weir_str text,
                    const struct weir_type **type,
                    struct weir_error *err)
{
    struct reader in = {arena, text, 0, err};
    *type = NULL;
    WEIR_TRY(parse_type(&in, 1, type));
    skip_blanks(&in);
    return in.at == text.count ? WEIR_OK : fail_expected(&in, "the end of the type");
}
