/* SPDX-License-Identifier: Apache-2.0 */
/* Rows out of a C function: through the callback emit, or from a struct that the function returns.
 * What a call emits is kept until the call has returned: then no other operator ever runs inside of
 * it, and a call that fails leaves nothing behind. */
#include "plugin/native/native.h"

#include <weir/loop/pieces.h>

#include <inttypes.h>
#include <string.h>

/* One value of a row that was emitted and not yet given on. */
struct cell {
    union {
        int64_t i64;
        double f64;
        const char *slice; /* of the argument */
        size_t at;         /* in the texts */
    } as;
    size_t count;
    bool is_slice;
};

struct weir_native_rows {
    struct weir_native_callback *callback; /* NULL: rows are structs */
    uint32_t columns;
    size_t count;                  /* rows */
    struct weir_native_room cells; /* columns of one row side by side */
    struct weir_native_room texts;
    size_t text_bytes;
    weir_str argument; /* the text with a length that the call was given */
    int outcome;       /* of emit, within the call */
};

/* ---- emit ---- */

static int too_much(struct weir_task *task)
{
    return task->host->fail(task, WEIR_BAD_RECORD, "emits more than 1 GiB for one record");
}

static int keep_text(struct weir_task *task,
                     struct weir_native_rows *rows,
                     const char *bytes,
                     size_t count,
                     struct cell *cell)
{
    if (bytes == NULL && count > 0) {
        return task->host->fail(task, WEIR_BAD_RECORD, "emits NULL, expected a text");
    }
    cell->count = count;
    size_t start = (size_t)((uintptr_t)bytes - (uintptr_t)rows->argument.bytes);
    cell->is_slice = start <= rows->argument.count && count <= rows->argument.count - start;
    if (cell->is_slice) {
        cell->as.slice = bytes;
        return WEIR_OK;
    }
    if (count > WEIR_NATIVE_ROW_BYTES_MAX - rows->text_bytes) {
        return too_much(task);
    }
    weir_native_reserve(&rows->texts, rows->text_bytes + count);
    if (count > 0) {
        memcpy(rows->texts.bytes + rows->text_bytes, bytes, count);
    }
    cell->as.at = rows->text_bytes;
    rows->text_bytes += count;
    return WEIR_OK;
}

static int keep_number(struct weir_task *task,
                       const struct weir_native_value *value,
                       const void *at,
                       struct cell *cell)
{
    float narrow;
    if (value->type == WEIR_NATIVE_F64) {
        memcpy(&cell->as.f64, at, sizeof cell->as.f64);
    } else if (value->type == WEIR_NATIVE_F32) {
        memcpy(&narrow, at, sizeof narrow);
        cell->as.f64 = (double)narrow;
    } else if (value->type == WEIR_NATIVE_BOOL) {
        cell->as.i64 = *(const uint8_t *)at != 0;
    } else if (!weir_native_widen(value->type, weir_native_load(value->type, at), &cell->as.i64)) {
        return task->host->fail(task, WEIR_BAD_RECORD, "emits %" PRIu64 ", more than an i64 holds",
                                weir_native_load(value->type, at));
    }
    return WEIR_OK;
}

/* values[i] is what the i-th of `places` points to. */
static int keep_row(struct weir_task *task,
                    struct weir_native_rows *rows,
                    const struct weir_native_value *values,
                    uint32_t count,
                    const void *const *places)
{
    size_t used = rows->count * rows->columns * sizeof(struct cell);
    size_t more = rows->columns * sizeof(struct cell);
    if (used + more > WEIR_NATIVE_ROW_BYTES_MAX) {
        return too_much(task);
    }
    weir_native_reserve(&rows->cells, used + more);
    struct cell *cell = (struct cell *)(void *)(rows->cells.bytes + used);
    for (uint32_t i = 0; i < count; i++) {
        if (values[i].is_length) {
            continue;
        }
        *cell = (struct cell){.count = 0};
        if (values[i].type == WEIR_NATIVE_TEXT) {
            const char *text = *(const char *const *)places[i];
            size_t bytes = values[i].has_length ? *(const size_t *)places[i + 1]
                           : text == NULL       ? 1 /* refused below */
                                                : strlen(text);
            WEIR_TRY(keep_text(task, rows, text, bytes, cell));
        } else {
            WEIR_TRY(keep_number(task, &values[i], places[i], cell));
        }
        cell++;
    }
    rows->count++;
    return WEIR_OK;
}

void weir_native_emitted(struct weir_task *task, const void *const *places)
{
    const struct weir_native_function *f = weir_native_of(task);
    struct weir_native_rows *rows = ((struct weir_native_instance *)task->self)->rows;
    if (rows->outcome == WEIR_OK) {
        rows->outcome = keep_row(task, rows, f->emitted, f->emitted_count, places);
    }
}

/* ---- the instance ---- */

static uint32_t emit_parameter(const struct weir_native_function *f)
{
    uint32_t i = 0;
    while (f->parameters[i].type != WEIR_NATIVE_EMIT) {
        i++;
    }
    return i;
}

static int open_emitter(struct weir_task *task)
{
    const struct weir_native_function *f = weir_native_of(task);
    struct weir_native_instance *self = task->self;
    weir_native_instance_open(task);
    self->rows = weir_alloc(sizeof *self->rows);
    self->rows->columns = ((const struct weir_call *)task)->op->out_count;
    if (f->pool == NULL) {
        return WEIR_OK;
    }
    struct weir_native_callback *callback = weir_native_callback_take(f->pool);
    if (callback == NULL) {
        return task->host->fail(task, WEIR_FATAL, WEIR_NATIVE_DENIED);
    }
    self->rows->callback = callback;
    self->slots[emit_parameter(f)].pointer = weir_native_callback_code(callback);
    return WEIR_OK;
}

static void close_emitter(struct weir_task *task)
{
    struct weir_native_instance *self = task->self;
    struct weir_native_rows *rows = self->rows;
    weir_native_instance_close(task);
    if (rows != NULL && rows->callback != NULL) {
        if (weir_native_callback_strayed(rows->callback)) {
            task->host->log(task, 1, "called emit after it had returned: ignored");
        }
        weir_native_callback_give(weir_native_of(task)->pool, rows->callback);
    }
    if (rows != NULL) {
        weir_free(rows->cells.bytes);
        weir_free(rows->texts.bytes);
        weir_free(rows);
    }
}

const struct weir_instance weir_native_emitter_instance = {.size = sizeof(struct weir_instance),
                                                           .self_bytes =
                                                               sizeof(struct weir_native_instance),
                                                           .open = open_emitter,
                                                           .close = close_emitter};

/* ---- rows out ---- */

static weir_str text_of(const struct weir_native_rows *rows, const struct cell *cell)
{
    return weir_str_make(cell->is_slice ? cell->as.slice : rows->texts.bytes + cell->as.at,
                         cell->count);
}

static size_t heap_bytes(const struct weir_operator *op,
                         const struct weir_out *out,
                         const struct weir_native_rows *rows,
                         const struct cell *cells)
{
    size_t needed = 0;
    for (uint32_t c = 0; c < rows->columns; c++) {
        if (op->out[c].type->kind == WEIR_TYPE_STR) {
            needed += weir_need_str(out, text_of(rows, &cells[c]));
        }
    }
    return needed;
}

static void write_row(const struct weir_operator *op,
                      struct weir_out *out,
                      const struct weir_native_rows *rows,
                      const struct cell *cells)
{
    for (uint32_t c = 0; c < rows->columns; c++) {
        enum weir_type_kind kind = op->out[c].type->kind;
        if (kind == WEIR_TYPE_STR) {
            weir_write_str(out, out->cols[c], out->rows, text_of(rows, &cells[c]));
        } else if (kind == WEIR_TYPE_F64) {
            ((double *)out->cols[c])[out->rows] = cells[c].as.f64;
        } else if (kind == WEIR_TYPE_BOOL) {
            ((bool *)out->cols[c])[out->rows] = cells[c].as.i64 != 0;
        } else {
            ((int64_t *)out->cols[c])[out->rows] = cells[c].as.i64;
        }
    }
}

/* Gives on what a call has emitted for position i. */
static int give_rows(struct weir_task *task,
                     const struct weir_native_rows *rows,
                     struct weir_out *out,
                     size_t i)
{
    const struct weir_operator *op = ((const struct weir_call *)task)->op;
    const struct cell *cells = (const struct cell *)(const void *)rows->cells.bytes;
    struct weir_ctx ctx = WEIR_CTX_(task);
    for (size_t r = 0; r < rows->count; r++, cells += rows->columns) {
        size_t needed = heap_bytes(op, out, rows, cells);
        if ((out->rows == out->cap || needed > out->heap_cap - out->heap_used) &&
            !weir_grow_row(&ctx, out, needed)) {
            return ctx.status;
        }
        write_row(op, out, rows, cells);
        out->parent[out->rows] = (uint16_t)i;
        out->rows++;
    }
    return WEIR_OK;
}

/* ---- the loop ---- */

static int keep_struct(struct weir_task *task, struct weir_native_instance *self)
{
    const struct weir_native_struct *record = weir_native_of(task)->result.record;
    const void *places[WEIR_NATIVE_MEMBERS_MAX];
    for (uint32_t k = 0; k < record->count; k++) {
        places[k] = (const char *)&self->result + record->offsets[k];
    }
    return keep_row(task, self->rows, record->members, record->count, places);
}

/* One call that may call back. */
static int call_back(struct weir_task *task,
                     const struct weir_native_function *f,
                     struct weir_native_instance *self,
                     size_t i)
{
    struct weir_native_rows *rows = self->rows;
    weir_native_callback_begin(rows->callback, task);
    int outcome = weir_native_call_row(task, f, self, i);
    weir_native_callback_end(rows->callback);
    if (weir_native_callback_strayed(rows->callback)) {
        return task->host->fail(task, WEIR_FATAL,
                                "emit was called outside of the call that it was given to, or from "
                                "another thread: a function may not keep it");
    }
    return outcome != WEIR_OK ? outcome : rows->outcome;
}

static int run_row(struct weir_task *task,
                   const struct weir_native_function *f,
                   struct weir_native_instance *self,
                   struct weir_out *out,
                   size_t i)
{
    struct weir_native_rows *rows = self->rows;
    rows->count = rows->text_bytes = 0;
    rows->outcome = WEIR_OK;
    if (f->slice_column >= 0) {
        const struct weir_reader *column = &self->columns[f->slice_column];
        rows->argument = weir_read_str(column, i);
        (void)weir_base_set(out, column, i);
    }
    weir_native_enter(f->native);
    int outcome =
        f->pool != NULL ? call_back(task, f, self, i) : weir_native_call_row(task, f, self, i);
    weir_native_leave(f->native);
    if (outcome == WEIR_OK && f->pool == NULL) {
        outcome = keep_struct(task, self);
    }
    return outcome != WEIR_OK ? outcome : give_rows(task, rows, out, i);
}

int weir_native_emitter_loop(struct weir_task *task,
                             const struct weir_chunk *in,
                             struct weir_out *out)
{
    const struct weir_native_function *f = weir_native_of(task);
    struct weir_native_instance *self = task->self;
    const size_t count = weir_chunk_count(in);
    weir_native_open_columns(f, self, in);
    weir_base_clear(out);
    for (size_t k = 0; k < count; k++) {
        const size_t i = weir_chunk_position(in, k);
        out->row_start = out->rows;
        int outcome = run_row(task, f, self, out, i);
        if (outcome != WEIR_OK) {
            out->rows = out->row_start;
            task->row = (uint32_t)i;
            return outcome;
        }
    }
    return WEIR_OK;
}
