/* SPDX-License-Identifier: Apache-2.0 */
/* Prototypes for those who compare them with what a library says of itself: how C passes each
 * value, without what weir makes of it. */
#include "plugin/native/native.h"

static enum weir_declared_class class_of(enum weir_native_type type)
{
    return type == WEIR_NATIVE_VOID                             ? WEIR_DECLARED_VOID
           : type == WEIR_NATIVE_F32 || type == WEIR_NATIVE_F64 ? WEIR_DECLARED_FLOAT
           : type == WEIR_NATIVE_TEXT                           ? WEIR_DECLARED_TEXT
           : type == WEIR_NATIVE_STRUCT                         ? WEIR_DECLARED_STRUCT
           : type == WEIR_NATIVE_EMIT                           ? WEIR_DECLARED_CALLBACK
                                                                : WEIR_DECLARED_INTEGER;
}

static struct weir_declared_value *scalars(struct weir_arena *arena,
                                           const struct weir_native_value *values,
                                           uint32_t count);

/* One level deep: members of structs and columns of emit have no parts. */
static void fill(struct weir_arena *arena,
                 const struct weir_native_function *f,
                 const struct weir_native_value *value,
                 struct weir_declared_value *to)
{
    const struct weir_native_struct *record = value->record;
    bool is_struct = value->type == WEIR_NATIVE_STRUCT;
    *to = (struct weir_declared_value){.class = class_of(value->type),
                                       .name = value->name != NULL ? value->name : "",
                                       .c_type = value->c_type != NULL ? value->c_type : "void",
                                       .place = value->place};
    if (is_struct) {
        struct weir_declared_value *members = scalars(arena, record->members, record->count);
        for (uint32_t i = 0; i < record->count; i++) {
            members[i].offset = (uint32_t)record->offsets[i];
        }
        to->bytes = (uint32_t)record->ffi.size;
        to->count = record->count;
        to->parts = members;
    } else if (value->type == WEIR_NATIVE_EMIT) {
        to->count = f->emitted_count;
        to->parts = scalars(arena, f->emitted, f->emitted_count);
        to->c_type = "a callback";
    } else {
        to->bytes = (uint32_t)weir_native_ffi_type(value)->size;
    }
}

static struct weir_declared_value *scalars(struct weir_arena *arena,
                                           const struct weir_native_value *values,
                                           uint32_t count)
{
    struct weir_declared_value *to = weir_arena_alloc(arena, (count + 1) * sizeof *to);
    for (uint32_t i = 0; i < count; i++) {
        fill(arena, NULL, &values[i], &to[i]);
    }
    return to;
}

const struct weir_declared *weir_operator_declared(const struct weir_operator *op,
                                                   struct weir_arena *arena)
{
    WEIR_ASSERT(weir_operator_is_native(op));
    const struct weir_native_function *f = op->exported->table;
    struct weir_declared *declared = weir_arena_alloc(arena, sizeof *declared);
    struct weir_declared_value *parameters =
        weir_arena_alloc(arena, (f->count + 1) * sizeof *parameters);
    for (uint32_t i = 0; i < f->count; i++) {
        fill(arena, f, &f->parameters[i], &parameters[i]);
    }
    *declared = (struct weir_declared){.name = f->name,
                                       .place = f->place,
                                       .address = f->address,
                                       .count = f->count,
                                       .parameters = parameters};
    fill(arena, f, &f->result, &declared->result);
    return declared;
}
