/* SPDX-License-Identifier: Apache-2.0 */
/* A loop and what it gives. Every cell is looked at before it is read: a view that points nowhere
 * is a finding, not a crash. */
#include "kit/sample.h"

#include <string.h>

enum { BATCH_US = 1000000 };

static void put_wrong(struct weir_trial *trial, const char *what)
{
    if (trial->wrong.count == 0) {
        weir_text_put(&trial->wrong, what);
    }
}

/* ---- what came out ---- */
/* Why a text cell is not one, or NULL. */
static const char *view_fault(const struct weir_trial *trial, const weir_view *view)
{
    const struct weir_heaps *heaps = &trial->heaps.table;
    if (view->count < 0) {
        return "a text of negative length";
    }
    if (view->count <= WEIR_VIEW_INLINE_BYTES) {
        return NULL;
    }
    if (view->buffer < 0 || (uint32_t)view->buffer >= heaps->count) {
        return "a text in a buffer that does not exist";
    }
    const struct weir_buffer *heap = heaps->buffers[view->buffer];
    if (view->offset < 0 || (size_t)view->offset + (size_t)view->count > heap->bytes) {
        return "a text that reaches beyond its buffer";
    }
    return memcmp(view->prefix, heap->data + view->offset, sizeof view->prefix) == 0
               ? NULL
               : "a text whose first bytes are not those of its view";
}

static void put_cell(struct weir_trial *trial, uint32_t column, uint32_t row, struct weir_text *to)
{
    const struct weir_type *type = trial->out->fields[column].type;
    const uint8_t *cells = trial->lent.out.cols[column];
    const uint8_t *valid = trial->lent.out.valid[column];
    const struct weir_column cell = {.type = type, .data = cells};
    if (trial->has_columns) {
        weir_json_cell(to, &trial->columns[column], &trial->heaps.table, row);
        return;
    }
    if (valid != NULL && valid[row] == 0) {
        weir_text_put(to, "null");
        return;
    }
    if (type->kind == WEIR_TYPE_BOOL) {
        if (cells[row] > 1) {
            put_wrong(trial, "a bool that is neither 0 nor 1");
        }
        weir_text_put(to, cells[row] != 0 ? "true" : "false");
        return;
    }
    const char *fault = weir_type_is_text(type)
                            ? view_fault(trial, (const weir_view *)(const void *)cells + row)
                            : NULL;
    if (fault != NULL) {
        put_wrong(trial, fault);
        return;
    }
    weir_json_cell(to, &cell, &trial->heaps.table, row);
}

static bool has_parts(const struct weir_trial *trial)
{
    for (uint32_t c = 0; c < trial->out->field_count; c++) {
        enum weir_type_kind kind = trial->out->fields[c].type->kind;
        if (kind == WEIR_TYPE_LIST || kind == WEIR_TYPE_STRUCT) {
            return true;
        }
    }
    return false;
}

static bool is_shown(const struct weir_trial *trial, uint32_t position)
{
    if (trial->shown == NULL) {
        return position < trial->shown_count;
    }
    for (uint32_t i = 0; i < trial->shown_count; i++) {
        if (trial->shown[i] == position) {
            return true;
        }
    }
    return false;
}

/* Lists, structs and whole arrays are checked as the engine does it. False: they are wrong. */
static bool take_columns(struct weir_trial *trial, const struct weir_chunk *chunk, uint32_t rows)
{
    struct weir_task *task = &trial->call.task;
    int32_t at[WEIR_SAMPLE_ROWS];
    int outcome = WEIR_OK;
    trial->has_columns = trial->moved.release != NULL || has_parts(trial);
    if (trial->moved.release != NULL) {
        outcome = weir_moved_take(&trial->moved, task, trial->out->fields[0].type, chunk->rows,
                                  &trial->heaps, &trial->lent.taken, trial->columns);
    } else if (trial->has_columns && trial->is_emitter) {
        outcome = weir_lent_take(&trial->lent, task, 0, rows, NULL, trial->columns);
    } else if (trial->has_columns) {
        for (uint32_t i = 0; i < chunk->rows; i++) {
            at[i] = is_shown(trial, i) ? (int32_t)i : -1;
        }
        outcome = weir_lent_take(&trial->lent, task, 0, chunk->rows, at, trial->columns);
    }
    if (outcome != WEIR_OK) {
        put_wrong(trial, trial->call.text);
    }
    return outcome == WEIR_OK;
}

/* The result of output row `row` belongs to input row `from`. */
static void take_row(struct weir_trial *trial, uint32_t row, uint32_t from)
{
    struct weir_text *to = &trial->results[from];
    weir_text_put(to, to->count > 0 ? "; " : "");
    for (uint32_t c = 0; c < trial->out->field_count; c++) {
        weir_text_put(to, c > 0 ? ", " : "");
        put_cell(trial, c, row, to);
    }
}

static uint32_t input_row(const struct weir_trial *trial, uint32_t position)
{
    return trial->constant >= 0 ? (uint32_t)trial->constant : position;
}

/* An emitter's rows [0, count). */
static void take_emitted(struct weir_trial *trial, uint32_t count)
{
    for (uint32_t row = 0; row < count; row++) {
        if (!is_shown(trial, trial->lent.out.parent[row])) {
            put_wrong(trial, "a row whose parent is no row that was shown");
        } else if (row > 0 && trial->lent.out.parent[row] < trial->lent.out.parent[row - 1]) {
            put_wrong(trial, "rows whose parents are not in order");
        } else {
            take_row(trial, row, input_row(trial, trial->lent.out.parent[row]));
        }
    }
}

/* The columns are full: finished rows are taken, those of the current call move to the front. */
static int full(struct weir_lent *lent, struct weir_task *task)
{
    struct weir_trial *trial = lent->owner;
    uint32_t first = lent->out.row_start;
    if (first == 0) {
        return task->host->fail(task, WEIR_BAD_RECORD, "more than %d rows of one row",
                                WEIR_CHUNK_ROWS_MAX);
    }
    if (take_columns(trial, NULL, first)) {
        take_emitted(trial, first);
    }
    weir_lent_drop(lent, first);
    return WEIR_OK;
}

/* ---- a run ---- */
int weir_trial_open(struct weir_trial *trial,
                    const struct weir_operator *op,
                    const struct weir_param_value *params,
                    const struct weir_sample *sample,
                    const struct weir_type *out,
                    struct weir_error *err)
{
    memset(trial, 0, sizeof *trial);
    trial->sample = sample;
    trial->out = out;
    trial->is_emitter = op->kind == WEIR_KIND_EMITTER;
    trial->columns = weir_alloc((out->field_count + 1) * sizeof *trial->columns);
    if (trial->is_emitter) {
        weir_lent_init(&trial->lent, out, &trial->heaps);
        trial->lent.full = full;
        trial->lent.owner = trial;
    } else {
        weir_lent_init_result(&trial->lent, out, &trial->heaps);
        trial->lent.out.moved = &trial->moved;
    }
    return weir_call_open(&trial->call, op, params, err);
}

void weir_trial_close(struct weir_trial *trial)
{
    weir_call_close(&trial->call);
    for (uint32_t i = 0; i < WEIR_SAMPLE_ROWS; i++) {
        weir_text_finish(&trial->results[i]);
    }
    weir_text_finish(&trial->wrong);
    weir_lent_finish(&trial->lent);
    weir_step_heaps_finish(&trial->heaps);
    weir_free(trial->columns);
}

void weir_trial_begin(struct weir_trial *trial)
{
    for (uint32_t i = 0; i < WEIR_SAMPLE_ROWS; i++) {
        weir_text_finish(&trial->results[i]);
        weir_text_init(&trial->results[i]);
    }
    weir_call_begin(&trial->call, BATCH_US, 0, trial->seed);
}

/* One call of the loop; its outcome. */
static int call_loop(struct weir_trial *trial, const struct weir_chunk *chunk)
{
    struct weir_call *call = &trial->call;
    struct weir_out *out = &trial->lent.out;
    struct weir_buffer *buffers[] = {trial->sample->heap, trial->sample->heap};
    const struct weir_heaps heaps = {.buffers = buffers, .count = 2, .capacity = 2};
    weir_step_heaps_begin(&trial->heaps, &heaps, NULL);
    weir_lent_begin(&trial->lent);
    weir_step_heaps_grow(&trial->heaps, out, 1); /* a heap that one can write beyond of */
    call->outcome = WEIR_OK;
    int outcome = call->op->exported->loop(&call->task, chunk, out);
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    weir_arena_reset(&call->arena);
    if (out->heap_used > out->heap_cap || (trial->is_emitter && out->rows > out->cap)) {
        put_wrong(trial, "more than there is room for");
        out->rows = out->heap_used = 0;
    }
    weir_step_heaps_close(&trial->heaps, out);
    if (outcome != WEIR_OK && !trial->is_emitter && trial->moved.release != NULL) {
        trial->moved.release(&trial->moved);
        trial->moved.release = NULL;
    }
    trial->is_sound = take_columns(trial, chunk, out->rows);
    if (trial->is_emitter && trial->is_sound) {
        take_emitted(trial, out->rows);
    }
    return outcome;
}

/* Runs until every shown row is done; a row that fails has its message as the result. */
static void run(struct weir_trial *trial, struct weir_chunk *chunk)
{
    uint16_t positions[WEIR_SAMPLE_ROWS];
    uint32_t count = chunk->sel != NULL ? chunk->sel_count : chunk->rows, at = 0;
    for (uint32_t i = 0; i < count; i++) {
        positions[i] = chunk->sel != NULL ? chunk->sel[i] : (uint16_t)i;
    }
    while (at < count) {
        trial->shown = chunk->sel;
        trial->shown_count = chunk->sel != NULL ? chunk->sel_count : chunk->rows;
        int outcome = call_loop(trial, chunk);
        if (!trial->is_sound) {
            return;
        }
        uint32_t end = count;
        for (uint32_t i = at; i < count && outcome != WEIR_OK; i++) {
            end = positions[i] == trial->call.task.row && i < end ? i : end;
        }
        if (outcome != WEIR_OK && end == count) {
            put_wrong(trial, "a failure of a row that was not shown");
            return;
        }
        for (; at < end && !trial->is_emitter; at++) {
            take_row(trial, positions[at], input_row(trial, positions[at]));
        }
        if (end < count) {
            weir_text_printf(&trial->results[input_row(trial, positions[end])], "failed (%d): %s",
                             outcome, trial->call.text);
        }
        at = end + 1;
        chunk->sel = positions + (at < count ? at : count);
        chunk->sel_count = at < count ? count - at : 0;
    }
}

static void run_chunk(struct weir_trial *trial, const uint16_t *sel, uint32_t count)
{
    const struct weir_sample *sample = trial->sample;
    struct weir_buffer *buffers[] = {sample->heap, sample->heap};
    const struct weir_heaps heaps = {.buffers = buffers, .count = 2, .capacity = 2};
    const void *pointers[WEIR_PARAMETERS_MAX][5];
    struct ArrowArray arrays[WEIR_PARAMETERS_MAX];
    const struct ArrowArray *cols[WEIR_PARAMETERS_MAX];
    struct ArrowSchema schemas[WEIR_PARAMETERS_MAX];
    const struct ArrowSchema *listed[WEIR_PARAMETERS_MAX];
    int64_t lengths[2];
    struct weir_arena arena;
    struct weir_chunk chunk = {.size = sizeof chunk,
                               .rows = trial->constant >= 0 ? 1 : WEIR_SAMPLE_ROWS,
                               .sel = sel,
                               .sel_count = count,
                               .cols = cols,
                               .schemas = listed};
    weir_arena_init(&arena);
    for (uint32_t i = 0; i < sample->count; i++) {
        weir_column_export(&sample->columns[i], WEIR_SAMPLE_ROWS, &heaps, &arena, &arrays[i],
                           pointers[i], lengths);
        if (trial->constant >= 0) {
            arrays[i].offset = trial->constant;
            arrays[i].length = 1;
            chunk.const_mask |= 1U << i;
        }
        cols[i] = &arrays[i];
        weir_type_export(&arena, "value", sample->columns[i].type, &schemas[i]);
        listed[i] = &schemas[i];
    }
    run(trial, &chunk);
    weir_arena_finish(&arena);
}

void weir_trial_run(struct weir_trial *trial, const uint16_t *sel, uint32_t count)
{
    trial->constant = -1;
    run_chunk(trial, sel, count);
}

void weir_trial_run_constant(struct weir_trial *trial, uint32_t row)
{
    trial->constant = (int32_t)row;
    run_chunk(trial, NULL, 0);
}
