/* SPDX-License-Identifier: Apache-2.0 */
/* What can be settled once for a function: libffi's description of it, and the steps by which
 * weir's values become C's. */
#include "plugin/native/native.h"

static enum weir_native_how how_to_pass(const struct weir_native_value *value)
{
    if (value->type == WEIR_NATIVE_I64 || value->type == WEIR_NATIVE_F64) {
        return WEIR_NATIVE_DIRECT;
    }
    if (value->type == WEIR_NATIVE_TEXT) {
        return value->has_length ? WEIR_NATIVE_SLICE : WEIR_NATIVE_COPY;
    }
    return WEIR_NATIVE_NUMBER;
}

static void add_step(struct weir_native_function *f,
                     uint32_t *column,
                     uint32_t parameter,
                     enum weir_native_how how,
                     const struct weir_native_value *value,
                     size_t offset)
{
    f->steps[*column] = (struct weir_native_step){.how = how,
                                                  .value = value,
                                                  .column = *column,
                                                  .parameter = parameter,
                                                  .offset = (uint32_t)offset,
                                                  .bytes = weir_native_bytes(value->type),
                                                  .min = weir_native_min(value->type),
                                                  .max = weir_native_max(value->type)};
    (*column)++;
}

static void set_steps(struct weir_native_function *f)
{
    uint32_t column = 0;
    f->slice_column = -1;
    for (uint32_t i = 0; i < f->count; i++) {
        const struct weir_native_value *value = &f->parameters[i];
        const struct weir_native_struct *record = value->record;
        for (uint32_t k = 0; record != NULL && k < record->count; k++) {
            add_step(f, &column, i, WEIR_NATIVE_NUMBER, &record->members[k], record->offsets[k]);
        }
        if (record != NULL || value->is_length || value->type == WEIR_NATIVE_EMIT) {
            continue;
        }
        if (value->has_length && f->slice_column < 0) {
            f->slice_column = (int)column;
        }
        add_step(f, &column, i, how_to_pass(value), value, 0);
    }
}

static ffi_status prepare_struct(struct weir_native_struct *record)
{
    record->ffi = (ffi_type){.type = FFI_TYPE_STRUCT, .elements = record->elements};
    for (uint32_t i = 0; i < record->count; i++) {
        record->elements[i] = weir_native_ffi_type(&record->members[i]);
    }
    return ffi_get_struct_offsets(FFI_DEFAULT_ABI, &record->ffi, record->offsets);
}

static int refuse(const struct weir_native_function *f, int status, struct weir_error *err)
{
    return weir_error_set(err, WEIR_ETEXT,
                          "%s: libffi cannot call it on this machine (status %d): wrap the call in "
                          "a C function of other types",
                          f->name, status);
}

int weir_native_prepare(struct weir_arena *arena,
                        struct weir_native_function *f,
                        struct weir_error *err)
{
    ffi_status status = FFI_OK;
    for (uint32_t i = 0; i < f->count && status == FFI_OK; i++) {
        if (f->parameters[i].type == WEIR_NATIVE_STRUCT) {
            status = prepare_struct(f->parameters[i].record);
        }
        f->types[i] = weir_native_ffi_type(&f->parameters[i]);
    }
    if (status == FFI_OK && f->result.type == WEIR_NATIVE_STRUCT) {
        status = prepare_struct(f->result.record);
    }
    f->cif = weir_arena_alloc(arena, sizeof *f->cif);
    if (status == FFI_OK) {
        status = ffi_prep_cif(f->cif, FFI_DEFAULT_ABI, f->count, weir_native_ffi_type(&f->result),
                              f->types);
    }
    if (status == FFI_OK && f->emitted_count > 0) {
        for (uint32_t i = 0; i < f->emitted_count; i++) {
            f->emit_types[i] = weir_native_ffi_type(&f->emitted[i]);
        }
        f->emit_cif = weir_arena_alloc(arena, sizeof *f->emit_cif);
        status = ffi_prep_cif(f->emit_cif, FFI_DEFAULT_ABI, f->emitted_count, &ffi_type_void,
                              f->emit_types);
    }
    if (status != FFI_OK) {
        return refuse(f, (int)status, err);
    }
    set_steps(f);
    return f->emitted_count > 0 ? weir_native_pool_create(f, err) : WEIR_OK;
}
