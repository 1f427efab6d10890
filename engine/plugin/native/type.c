/* SPDX-License-Identifier: Apache-2.0 */
/* C types beside weir's: what a value becomes, what range it has, what libffi calls it. */
#include "plugin/native/native.h"

#include <limits.h>
#include <string.h>

static const struct {
    const char *weir; /* NULL: no value of its own */
    uint32_t bytes;   /* of an integer */
    bool is_unsigned;
    int64_t min, max;
    ffi_type *ffi;
} types[] = {
    [WEIR_NATIVE_VOID] = {.ffi = &ffi_type_void},
    [WEIR_NATIVE_BOOL] = {.weir = "bool", .ffi = &ffi_type_uint8},
    [WEIR_NATIVE_I8] = {"i64", 1, false, INT8_MIN, INT8_MAX, &ffi_type_sint8},
    [WEIR_NATIVE_U8] = {"i64", 1, true, 0, UINT8_MAX, &ffi_type_uint8},
    [WEIR_NATIVE_I16] = {"i64", 2, false, INT16_MIN, INT16_MAX, &ffi_type_sint16},
    [WEIR_NATIVE_U16] = {"i64", 2, true, 0, UINT16_MAX, &ffi_type_uint16},
    [WEIR_NATIVE_I32] = {"i64", 4, false, INT32_MIN, INT32_MAX, &ffi_type_sint32},
    [WEIR_NATIVE_U32] = {"i64", 4, true, 0, UINT32_MAX, &ffi_type_uint32},
    [WEIR_NATIVE_I64] = {"i64", 8, false, INT64_MIN, INT64_MAX, &ffi_type_sint64},
    [WEIR_NATIVE_U64] = {"i64", 8, true, 0, INT64_MAX, &ffi_type_uint64},
    [WEIR_NATIVE_F32] = {.weir = "f64", .ffi = &ffi_type_float},
    [WEIR_NATIVE_F64] = {.weir = "f64", .ffi = &ffi_type_double},
    [WEIR_NATIVE_TEXT] = {.weir = "str", .ffi = &ffi_type_pointer},
    [WEIR_NATIVE_STRUCT] = {.ffi = NULL},
    [WEIR_NATIVE_EMIT] = {.ffi = &ffi_type_pointer},
};
_Static_assert(sizeof(bool) == 1, "a C bool is passed as one byte");

static const struct {
    const char *name;
    uint32_t bytes;
    bool is_unsigned;
} typedefs[] = {
    {"int8_t", 1, false},
    {"uint8_t", 1, true},
    {"int16_t", 2, false},
    {"uint16_t", 2, true},
    {"int32_t", 4, false},
    {"uint32_t", 4, true},
    {"int64_t", 8, false},
    {"uint64_t", 8, true},
    {"size_t", sizeof(size_t), true},
    {"ssize_t", sizeof(size_t), false},
    {"ptrdiff_t", sizeof(ptrdiff_t), false},
    {"intptr_t", sizeof(intptr_t), false},
    {"uintptr_t", sizeof(uintptr_t), true},
    {"intmax_t", sizeof(intmax_t), false},
    {"uintmax_t", sizeof(uintmax_t), true},
};
enum { TYPEDEF_COUNT = sizeof typedefs / sizeof typedefs[0] };

const char *weir_native_weir_type(enum weir_native_type type)
{
    return types[type].weir;
}

ffi_type *weir_native_ffi_type(const struct weir_native_value *value)
{
    return value->type == WEIR_NATIVE_STRUCT ? &value->record->ffi : types[value->type].ffi;
}

uint32_t weir_native_bytes(enum weir_native_type type)
{
    return types[type].bytes;
}

int64_t weir_native_min(enum weir_native_type type)
{
    return types[type].min;
}

int64_t weir_native_max(enum weir_native_type type)
{
    return types[type].max;
}

bool weir_native_widen(enum weir_native_type type, uint64_t bits, int64_t *to)
{
    uint32_t unused = 64 - 8 * types[type].bytes; /* above the value: whatever a register held */
    if (types[type].is_unsigned) {
        bits = bits << unused >> unused;
        *to = (int64_t)bits;
        return bits <= INT64_MAX;
    }
    *to = (int64_t)(bits << unused) >> unused;
    return true;
}

uint64_t weir_native_load(enum weir_native_type type, const void *at)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (types[type].bytes) {
    case 1:
        memcpy(&one, at, sizeof one);
        return one;
    case 2:
        memcpy(&two, at, sizeof two);
        return two;
    case 4:
        memcpy(&four, at, sizeof four);
        return four;
    default:
        memcpy(&eight, at, sizeof eight);
        return eight;
    }
}

enum weir_native_type weir_native_integer(size_t bytes, bool is_unsigned)
{
    for (int type = WEIR_NATIVE_I8; type <= WEIR_NATIVE_U64; type++) {
        if (types[type].bytes == bytes && types[type].is_unsigned == is_unsigned) {
            return (enum weir_native_type)type;
        }
    }
    return WEIR_NATIVE_VOID;
}

enum weir_native_type weir_native_typedef(weir_str word)
{
    for (size_t i = 0; i < TYPEDEF_COUNT; i++) {
        if (strlen(typedefs[i].name) == word.count &&
            memcmp(typedefs[i].name, word.bytes, word.count) == 0) {
            return weir_native_integer(typedefs[i].bytes, typedefs[i].is_unsigned);
        }
    }
    return WEIR_NATIVE_VOID;
}

weir_str weir_native_near_type(weir_str word)
{
    static const char *const words[] = {"bool", "char",  "short",  "int",
                                        "long", "float", "double", "unsigned"};
    struct weir_near near;
    weir_near_begin(&near, word);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        weir_near_offer(&near, weir_str_of(words[i]));
    }
    for (size_t i = 0; i < TYPEDEF_COUNT; i++) {
        weir_near_offer(&near, weir_str_of(typedefs[i].name));
    }
    return weir_near_best(&near);
}
