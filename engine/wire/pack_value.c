/* SPDX-License-Identifier: Apache-2.0 */
/* Constants with their type: [type as text, value]. The parts of a list or struct carry no type of
 * their own: it follows from the whole. Null is nil; no type is nil in the type's place. */
#include "wire/wire.h"

#include <string.h>

/* More items than any constant of a pipeline has: what a hostile message could ask for is bounded.
 */
enum { VALUE_ITEMS_MAX = 1 << 20 };

static bool is_null(const struct weir_value *value)
{
    return value->type == NULL || value->is_null || value->type->kind == WEIR_TYPE_NULL;
}

static void pack_content(struct weir_text *to, const struct weir_value *value)
{
    if (is_null(value)) {
        weir_pack_nil(to);
        return;
    }
    switch (value->type->kind) {
    case WEIR_TYPE_NULL:
        break;
    case WEIR_TYPE_BOOL:
        weir_pack_bool(to, value->i64 != 0);
        break;
    case WEIR_TYPE_I32:
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        weir_pack_i64(to, value->i64);
        break;
    case WEIR_TYPE_F64:
        weir_pack_f64(to, value->f64);
        break;
    case WEIR_TYPE_STR:
        weir_pack_str(to, value->str);
        break;
    case WEIR_TYPE_BYTES:
        weir_pack_bin(to, (weir_bytes){(const uint8_t *)value->str.bytes, value->str.count});
        break;
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        weir_pack_array(to, value->item_count);
        for (uint32_t i = 0; i < value->item_count; i++) {
            pack_content(to, &value->items[i]);
        }
        break;
    }
}

void weir_pack_value(struct weir_text *to, const struct weir_value *value)
{
    weir_pack_array(to, 2);
    if (value->type == NULL) {
        weir_pack_nil(to);
    } else {
        struct weir_text type;
        weir_text_init(&type);
        weir_type_print(value->type, &type);
        weir_pack_str(to, weir_text_str(&type));
        weir_text_finish(&type);
    }
    pack_content(to, value);
}

static int unpack_content(struct weir_unpack *in,
                          struct weir_arena *arena,
                          struct weir_value *value);

static int unpack_items(struct weir_unpack *in, struct weir_arena *arena, struct weir_value *value)
{
    const struct weir_type *type = value->type;
    uint32_t count = 0;
    size_t start = in->at;
    WEIR_TRY(weir_unpack_array(in, &count));
    if (type->kind == WEIR_TYPE_STRUCT && count != type->field_count) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "byte %zu: expected %u fields of a struct, found %u", start,
                              type->field_count, count);
    }
    if (count > VALUE_ITEMS_MAX) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "byte %zu: expected at most %d items in a constant, found %u", start,
                              VALUE_ITEMS_MAX, count);
    }
    struct weir_value *items = weir_arena_alloc(arena, count * sizeof *items);
    for (uint32_t i = 0; i < count; i++) {
        items[i].type = type->kind == WEIR_TYPE_LIST ? type->item : type->fields[i].type;
        WEIR_TRY(unpack_content(in, arena, &items[i]));
    }
    value->items = items;
    value->item_count = count;
    return WEIR_OK;
}

static int unpack_text(struct weir_unpack *in, struct weir_arena *arena, struct weir_value *value)
{
    weir_str text = {"", 0};
    if (value->type->kind == WEIR_TYPE_STR) {
        WEIR_TRY(weir_unpack_str(in, &text));
    } else {
        weir_bytes bytes = {NULL, 0};
        WEIR_TRY(weir_unpack_bin(in, &bytes));
        text = (weir_str){(const char *)bytes.bytes, bytes.count};
    }
    value->str.bytes = weir_arena_strndup(arena, text.bytes, text.count);
    value->str.count = text.count;
    return WEIR_OK;
}

static int unpack_i32(struct weir_unpack *in, int64_t *value)
{
    size_t start = in->at;
    WEIR_TRY(weir_unpack_i64(in, value));
    if (*value < INT32_MIN || *value > INT32_MAX) {
        return weir_error_set(in->err, WEIR_EDAMAGED, "byte %zu: expected an i32, found %lld",
                              start, (long long)*value);
    }
    return WEIR_OK;
}

/* value->type is set, the rest zero. Depth is bounded by the type's. */
static int unpack_content(struct weir_unpack *in,
                          struct weir_arena *arena,
                          struct weir_value *value)
{
    bool is_true = false;
    if (value->type->kind == WEIR_TYPE_NULL || weir_unpack_is_nil(in)) {
        value->is_null = true;
        return weir_unpack_nil(in);
    }
    switch (value->type->kind) {
    case WEIR_TYPE_NULL:
        break;
    case WEIR_TYPE_BOOL:
        WEIR_TRY(weir_unpack_bool(in, &is_true));
        value->i64 = is_true;
        break;
    case WEIR_TYPE_I32:
        return unpack_i32(in, &value->i64);
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        return weir_unpack_i64(in, &value->i64);
    case WEIR_TYPE_F64:
        return weir_unpack_f64(in, &value->f64);
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        return unpack_text(in, arena, value);
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        return unpack_items(in, arena, value);
    }
    return WEIR_OK;
}

int weir_unpack_value(struct weir_unpack *in, struct weir_arena *arena, struct weir_value *value)
{
    uint32_t count = 0;
    size_t start = in->at;
    *value = (struct weir_value){.is_null = true};
    WEIR_TRY(weir_unpack_array(in, &count));
    if (count != 2) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "byte %zu: expected [type, value], found an array of %u", start,
                              count);
    }
    if (weir_unpack_is_nil(in)) {
        WEIR_TRY(weir_unpack_nil(in));
        return weir_unpack_nil(in);
    }
    weir_str text = {"", 0};
    const struct weir_type *type = NULL;
    WEIR_TRY(weir_unpack_str(in, &text));
    if (weir_type_parse(arena, text, &type, in->err) != WEIR_OK) {
        in->err->status = WEIR_EDAMAGED; /* not the user's text: bytes that somebody sent */
        return weir_error_prefix(in->err, "byte %zu", start);
    }
    *value = (struct weir_value){.type = type};
    return unpack_content(in, arena, value);
}
