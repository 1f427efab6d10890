/* SPDX-License-Identifier: Apache-2.0 */
/* Calls through libffi: every signature that no typed loop has. A record costs a walk over the
 * function's steps (prepare.c) and the call itself. */
#include "plugin/native/native.h"

#include <weir/loop/pieces.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* ---- once for an instance ---- */

void weir_native_reserve(struct weir_native_room *room, size_t bytes)
{
    if (bytes > room->capacity) {
        room->capacity = bytes < 64 ? 64 : bytes + bytes / 2;
        room->bytes = weir_realloc(room->bytes, room->capacity);
    }
}

void weir_native_instance_open(struct weir_task *task)
{
    const struct weir_native_function *f = weir_native_of(task);
    struct weir_native_instance *self = task->self;
    for (uint32_t i = 0; i < f->count; i++) {
        self->values[i] = &self->slots[i];
    }
}

void weir_native_instance_close(struct weir_task *task)
{
    struct weir_native_instance *self = task->self;
    for (uint32_t i = 0; i < WEIR_PARAMETERS_MAX; i++) {
        weir_free(self->copies[i].bytes);
    }
}

static int open_function(struct weir_task *task)
{
    weir_native_instance_open(task);
    return WEIR_OK;
}

const struct weir_instance weir_native_function_instance = {.size = sizeof(struct weir_instance),
                                                            .self_bytes =
                                                                sizeof(struct weir_native_instance),
                                                            .open = open_function,
                                                            .close = weir_native_instance_close};

/* ---- once for a record: in ---- */

static const char *argument_name(const struct weir_task *task, uint32_t column)
{
    return ((const struct weir_call *)task)->op->in[column].name;
}

static int refuse_range(struct weir_task *task, const struct weir_native_step *step, int64_t value)
{
    return task->host->fail(
        task, WEIR_BAD_RECORD, "argument '%s' is %" PRId64 ": '%s' holds %" PRId64 " to %" PRId64,
        argument_name(task, step->column), value, step->value->c_type, step->min, step->max);
}

static void pass_integer(int64_t value, uint32_t bytes, void *to)
{
    if (bytes == 4) {
        memcpy(to, &(uint32_t){(uint32_t)value}, sizeof(uint32_t));
    } else if (bytes == 2) {
        memcpy(to, &(uint16_t){(uint16_t)value}, sizeof(uint16_t));
    } else if (bytes == 1) {
        memcpy(to, &(uint8_t){(uint8_t)value}, sizeof(uint8_t));
    } else {
        memcpy(to, &value, sizeof value);
    }
}

/* A number as its C type, in the parameter's slot or at a member's place in it. */
static int pass_number(struct weir_task *task,
                       struct weir_native_instance *self,
                       const struct weir_native_step *step,
                       size_t i)
{
    const struct weir_reader *column = &self->columns[step->column];
    char *to = (char *)&self->slots[step->parameter] + step->offset;
    if (step->bytes > 0) {
        int64_t value = weir_read_i64(column, i);
        if (value < step->min || value > step->max) {
            return refuse_range(task, step, value);
        }
        pass_integer(value, step->bytes, to);
    } else if (step->value->type == WEIR_NATIVE_F64) {
        memcpy(to, &(double){weir_read_f64(column, i)}, sizeof(double));
    } else if (step->value->type == WEIR_NATIVE_F32) {
        memcpy(to, &(float){(float)weir_read_f64(column, i)}, sizeof(float));
    } else {
        *(bool *)to = weir_read_bool(column, i);
    }
    return WEIR_OK;
}

static int pass_copy(struct weir_task *task,
                     struct weir_native_instance *self,
                     const struct weir_native_step *step,
                     size_t i)
{
    weir_str text = weir_read_str(&self->columns[step->column], i);
    struct weir_native_room *room = &self->copies[step->column];
    weir_native_reserve(room, text.count + 1);
    if (text.count > 0) {
        memcpy(room->bytes, text.bytes, text.count);
    }
    room->bytes[text.count] = '\0';
    const char *nul = memchr(room->bytes, '\0', text.count + 1);
    if (nul != room->bytes + text.count) {
        return task->host->fail(task, WEIR_BAD_RECORD,
                                "argument '%s' has a NUL byte at %zu of %zu, where C takes a text "
                                "to end: const char * with a size_t behind it takes any bytes",
                                argument_name(task, step->column), (size_t)(nul - room->bytes),
                                text.count);
    }
    self->slots[step->parameter].pointer = room->bytes;
    return WEIR_OK;
}

static void pass_slice(struct weir_native_instance *self,
                       const struct weir_native_step *step,
                       size_t i)
{
    weir_str text = weir_read_str(&self->columns[step->column], i);
    self->slots[step->parameter].pointer = text.bytes;
    self->slots[step->parameter + 1].size = text.count;
}

static inline int pass(struct weir_task *task,
                       const struct weir_native_function *f,
                       struct weir_native_instance *self,
                       size_t i)
{
    for (uint32_t k = 0; k < f->column_count; k++) {
        const struct weir_native_step *step = &f->steps[k];
        const struct weir_reader *column = &self->columns[step->column];
        switch (step->how) {
        case WEIR_NATIVE_DIRECT:
            self->values[step->parameter] = (const int64_t *)column->cells + (i & column->mask);
            break;
        case WEIR_NATIVE_NUMBER:
            WEIR_TRY(pass_number(task, self, step, i));
            break;
        case WEIR_NATIVE_COPY:
            WEIR_TRY(pass_copy(task, self, step, i));
            break;
        case WEIR_NATIVE_SLICE:
            pass_slice(self, step, i);
            break;
        }
    }
    return WEIR_OK;
}

void weir_native_open_columns(const struct weir_native_function *f,
                              struct weir_native_instance *self,
                              const struct weir_chunk *in)
{
    for (uint32_t k = 0; k < f->column_count; k++) {
        const struct weir_native_step *step = &f->steps[k];
        bool is_text = step->how == WEIR_NATIVE_COPY || step->how == WEIR_NATIVE_SLICE;
        bool is_bool = step->value->type == WEIR_NATIVE_BOOL;
        self->columns[k] = weir_reader_of(in, k, is_bool ? 0 : is_text ? sizeof(weir_view) : 8);
    }
}

/* ---- once for a record: the call ---- */

static int fail_errno(struct weir_task *task, int error)
{
    return task->host->fail(task, WEIR_BAD_RECORD, "%s (errno %d)", strerror(error), error);
}

int weir_native_call_row(struct weir_task *task,
                         const struct weir_native_function *f,
                         struct weir_native_instance *self,
                         size_t i)
{
    int outcome = pass(task, f, self, i);
    if (outcome != WEIR_OK) {
        return outcome;
    }
    /* libffi reads what the values point to and takes them without const */
    void **values = (void **)(uintptr_t)self->values;
    if (!f->sets_errno) {
        ffi_call(f->cif, f->address, &self->result, values);
        return WEIR_OK;
    }
    errno = 0;
    ffi_call(f->cif, f->address, &self->result, values);
    int error = errno;
    if (error != 0 && f->is_freed) {
        weir_free(self->result.pointer);
    }
    return error == 0 ? WEIR_OK : fail_errno(task, error);
}

/* ---- once for a record: out ---- */

static int put_integer(struct weir_task *task,
                       const struct weir_native_function *f,
                       const struct weir_native_instance *self,
                       int64_t *cell)
{
    bool is_whole = weir_native_bytes(f->result.type) == sizeof(uint64_t);
    uint64_t raw = is_whole ? self->result.u64 : self->result.integer;
    if (!weir_native_widen(f->result.type, raw, cell)) {
        return task->host->fail(task, WEIR_BAD_RECORD,
                                "returned %" PRIu64 ", more than an i64 holds (%" PRId64 ")", raw,
                                INT64_MAX);
    }
    return WEIR_OK;
}

static int put_text(struct weir_ctx *ctx,
                    const struct weir_native_function *f,
                    struct weir_native_instance *self,
                    struct weir_out *out,
                    size_t i)
{
    const char *text = self->result.text;
    if (text == NULL) {
        return weir_fail(ctx, WEIR_BAD_RECORD, "returned NULL, expected a text");
    }
    weir_result_str(ctx, out, out->cols[0], i, weir_str_of(text));
    if (f->is_freed) {
        weir_free(self->result.pointer);
    }
    return ctx->status;
}

static int put(struct weir_ctx *ctx,
               const struct weir_native_function *f,
               struct weir_native_instance *self,
               struct weir_out *out,
               size_t i)
{
    if (f->result.type == WEIR_NATIVE_F64) {
        ((double *)out->cols[0])[i] = self->result.f64;
    } else if (f->result.type == WEIR_NATIVE_F32) {
        ((double *)out->cols[0])[i] = (double)self->result.f32;
    } else if (f->result.type == WEIR_NATIVE_BOOL) {
        ((bool *)out->cols[0])[i] = (uint8_t)self->result.integer != 0;
    } else if (f->result.type == WEIR_NATIVE_TEXT) {
        return put_text(ctx, f, self, out, i);
    } else {
        return put_integer(ctx->task, f, self, (int64_t *)out->cols[0] + i);
    }
    return WEIR_OK;
}

int weir_native_function_loop(struct weir_task *task,
                              const struct weir_chunk *in,
                              struct weir_out *out)
{
    const struct weir_native_function *f = weir_native_of(task);
    struct weir_native_instance *self = task->self;
    struct weir_ctx ctx = WEIR_CTX_(task);
    const size_t count = weir_chunk_count(in);
    int outcome = WEIR_OK;
    weir_native_open_columns(f, self, in);
    weir_base_clear(out);
    weir_native_enter(f->native); /* a function's output grows without running other operators */
    for (size_t k = 0; k < count && outcome == WEIR_OK; k++) {
        const size_t i = weir_chunk_position(in, k);
        outcome = weir_native_call_row(task, f, self, i);
        if (outcome == WEIR_OK) {
            outcome = put(&ctx, f, self, out, i);
        }
        task->row = (uint32_t)i;
    }
    weir_native_leave(f->native);
    return outcome;
}
