/* SPDX-License-Identifier: Apache-2.0 */
/* Types as pipelines write them. */
#include "../harness.h"

static bool take(weir_str *text, const char *word)
{
    weir_str rest = weir_str_trim(*text);
    if (!weir_str_starts_with(rest, word)) {
        return false;
    }
    *text = weir_str_slice(rest, strlen(word), rest.count);
    return true;
}

static bool parse(struct weir_harness *h,
                  weir_str *text,
                  struct weir_harness_type *type,
                  int depth);

/* "name: type, name: type}" */
static bool parse_fields(struct weir_harness *h,
                         weir_str *text,
                         const char *end,
                         struct weir_harness_type *type,
                         int depth)
{
    struct weir_harness_type fields[64];
    type->kind = 's';
    type->count = 0;
    while (!take(text, end)) {
        const size_t colon = weir_str_find_byte(*text, ':');
        if (type->count == sizeof fields / sizeof *fields || colon == WEIR_NOT_FOUND ||
            (type->count > 0 && !take(text, ","))) {
            return false;
        }
        const weir_str name =
            weir_str_trim(weir_str_slice(*text, 0, weir_str_find_byte(*text, ':')));
        *text = weir_str_slice(*text, weir_str_find_byte(*text, ':') + 1, text->count);
        memset(&fields[type->count], 0, sizeof *fields);
        fields[type->count].name = weir_harness_keep_text(h, name.bytes, name.count);
        if (!parse(h, text, &fields[type->count], depth + 1)) {
            return false;
        }
        type->count++;
    }
    type->parts =
        (struct weir_harness_type *)weir_harness_keep(h, (type->count + 1) * sizeof *type->parts);
    memcpy(type->parts, fields, type->count * sizeof *fields);
    return true;
}

/* Reads a type off the front of *text; type->name stays. */
static bool parse(struct weir_harness *h, weir_str *text, struct weir_harness_type *type, int depth)
{
    static const struct {
        const char *name;
        char kind;
    } scalars[] = {{"bool", 'b'}, {"i32", 'i'}, {"i64", 'l'},  {"f64", 'g'},
                   {"ts", 't'},   {"str", 'u'}, {"bytes", 'z'}};
    if (depth > HARNESS_DEPTH_MAX) {
        return false;
    }
    if (take(text, "{")) {
        return parse_fields(h, text, "}", type, depth);
    }
    if (take(text, "list")) {
        type->kind = '+';
        type->count = 1;
        type->parts = (struct weir_harness_type *)weir_harness_keep(h, sizeof *type->parts);
        type->parts->name = "item";
        return take(text, "<") && parse(h, text, type->parts, depth + 1) && take(text, ">");
    }
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        if (take(text, scalars[i].name)) {
            type->kind = scalars[i].kind;
            return true;
        }
    }
    return false;
}

struct weir_harness_type *weir_harness_type_parse(struct weir_harness *h, weir_str text)
{
    struct weir_harness_type *type = (struct weir_harness_type *)weir_harness_keep(h, sizeof *type);
    const weir_str whole = text;
    if (!parse(h, &text, type, 0) || weir_str_trim(text).count > 0) {
        (void)weir_harness_fail(h,
                                "'%.*s' is no type: expected bool i32 i64 f64 ts str bytes "
                                "list<T> or {name: T, ...}",
                                (int)whole.count, whole.bytes);
        return NULL;
    }
    return type;
}

struct weir_harness_type *weir_harness_type_of_fields(struct weir_harness *h,
                                                      const struct weir_field *fields,
                                                      uint32_t count)
{
    struct weir_harness_type *type = (struct weir_harness_type *)weir_harness_keep(h, sizeof *type);
    type->kind = 's';
    type->count = count;
    type->parts =
        (struct weir_harness_type *)weir_harness_keep(h, (count + 1) * sizeof *type->parts);
    for (uint32_t i = 0; i < count; i++) {
        struct weir_harness_type *field =
            weir_harness_type_parse(h, weir_str_from_chars(fields[i].type));
        if (field == NULL) {
            return NULL;
        }
        type->parts[i] = *field;
        type->parts[i].name = weir_harness_keep_text(h, fields[i].name, strlen(fields[i].name));
    }
    return type;
}

size_t weir_harness_cell_bytes(const struct weir_harness_type *type)
{
    switch (type->kind) {
    case 'b':
        return 1;
    case 'i':
        return 4;
    case 'u':
    case 'z':
        return sizeof(weir_view);
    case 's':
        return 0;
    default:
        return 8; /* i64 f64 ts, a list's cell */
    }
}

void weir_harness_type_print(const struct weir_harness_type *type, struct weir_blob *to)
{
    const char *const name = type->kind == 'b'   ? "bool"
                             : type->kind == 'i' ? "i32"
                             : type->kind == 'l' ? "i64"
                             : type->kind == 'g' ? "f64"
                             : type->kind == 't' ? "ts"
                             : type->kind == 'u' ? "str"
                             : type->kind == 'z' ? "bytes"
                                                 : NULL;
    if (name != NULL) {
        weir_blob_put(to, name);
        return;
    }
    weir_blob_put(to, type->kind == '+' ? "list<" : "{");
    for (uint32_t i = 0; i < type->count; i++) {
        if (type->kind == 's') {
            weir_blob_put(to, i > 0 ? ", " : "");
            weir_blob_put(to, type->parts[i].name);
            weir_blob_put(to, ": ");
        }
        weir_harness_type_print(&type->parts[i], to);
    }
    weir_blob_put(to, type->kind == '+' ? ">" : "}");
}
