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
    const struct weir_out *out = &trial->rows_out.out;
    if (view->count < 0) {
        return "a text of negative length";
    }
    if (view->count <= WEIR_VIEW_INLINE_BYTES) {
        return NULL;
    }
    bool is_own = view->buffer == out->heap_buffer;
    if (!is_own && view->buffer != 1) {
        return "a text in a buffer that does not exist";
    }
    size_t bytes = is_own ? out->heap_used : trial->sample->heap->bytes;
    if (view->offset < 0 || (size_t)view->offset + (size_t)view->count > bytes) {
        return "a text that reaches beyond its buffer";
    }
    const uint8_t *data = is_own ? (const uint8_t *)out->heap : trial->sample->heap->data;
    return memcmp(view->prefix, data + view->offset, sizeof view->prefix) == 0
               ? NULL
               : "a text whose first bytes are not those of its view";
}

static void put_cell(struct weir_trial *trial, uint32_t column, uint32_t row, struct weir_text *to)
{
    const struct weir_type *type = trial->out->fields[column].type;
    const uint8_t *cells = trial->rows_out.out.cols[column];
    struct weir_buffer *buffers[] = {trial->rows_out.heap, trial->sample->heap};
    const struct weir_heaps heaps = {.buffers = buffers, .count = 2, .capacity = 2};
    const struct weir_column cell = {.type = type, .data = cells};
    if (trial->valid[column][row] == 0) {
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
    weir_json_cell(to, &cell, &heaps, row);
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

static uint32_t input_row(const struct weir_trial *trial, uint32_t position)
{
    return trial->constant >= 0 ? (uint32_t)trial->constant : position;
}

/* An emitter's rows [0, count). */
static void take_emitted(struct weir_trial *trial, uint32_t count)
{
    for (uint32_t row = 0; row < count; row++) {
        if (!is_shown(trial, trial->parent[row])) {
            put_wrong(trial, "a row whose parent is no row that was shown");
        } else if (row > 0 && trial->parent[row] < trial->parent[row - 1]) {
            put_wrong(trial, "rows whose parents are not in order");
        } else {
            take_row(trial, row, input_row(trial, trial->parent[row]));
        }
    }
}

/* The columns are full: finished rows are taken, those of the current call move to the front. */
static int full(struct weir_rows_out *rows_out)
{
    struct weir_trial *trial = rows_out->owner;
    struct weir_out *out = &rows_out->out;
    uint32_t first = out->row_start, left = out->rows - out->row_start;
    if (first == 0) {
        return trial->call.task.host->fail(&trial->call.task, WEIR_BAD_RECORD,
                                           "more than %d rows of one row", WEIR_CHUNK_ROWS_MAX);
    }
    take_emitted(trial, first);
    for (uint32_t c = 0; c < trial->out->field_count; c++) {
        const struct weir_type *type = trial->out->fields[c].type;
        size_t width = type->kind == WEIR_TYPE_BOOL ? 1 : weir_type_cell_bytes(type);
        memmove(out->cols[c], (char *)out->cols[c] + first * width, left * width);
        memmove(trial->valid[c], trial->valid[c] + first, left);
    }
    memmove(trial->parent, trial->parent + first, left * sizeof *trial->parent);
    out->rows = left;
    out->row_start = 0;
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
    weir_rows_out_init(&trial->rows_out, out, full, trial);
    trial->rows_out.out.valid = trial->valid;
    trial->rows_out.out.parent = op->kind == WEIR_KIND_EMITTER ? trial->parent : NULL;
    for (uint32_t c = 0; c < out->field_count; c++) {
        trial->valid[c] = weir_alloc(WEIR_CHUNK_ROWS_MAX);
    }
    return weir_call_open(&trial->call, op, params, err);
}

void weir_trial_close(struct weir_trial *trial)
{
    weir_call_close(&trial->call);
    for (uint32_t c = 0; c < trial->out->field_count; c++) {
        weir_free(trial->valid[c]);
    }
    for (uint32_t i = 0; i < WEIR_SAMPLE_ROWS; i++) {
        weir_text_finish(&trial->results[i]);
    }
    weir_text_finish(&trial->wrong);
    weir_rows_out_finish(&trial->rows_out);
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
    struct weir_out *out = &trial->rows_out.out;
    weir_rows_out_reset(&trial->rows_out);
    for (uint32_t c = 0; c < trial->out->field_count; c++) {
        memset(trial->valid[c], 1, WEIR_CHUNK_ROWS_MAX);
    }
    call->outcome = WEIR_OK;
    int outcome = call->op->exported->loop(&call->task, chunk, out);
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    weir_arena_reset(&call->arena);
    trial->rows_out.heap->bytes = out->heap_used;
    if (trial->rows_out.out.parent != NULL) {
        if (out->rows > out->cap) {
            put_wrong(trial, "more rows than there is room for");
            out->rows = 0;
        }
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
        uint32_t end = count;
        for (uint32_t i = at; i < count && outcome != WEIR_OK; i++) {
            end = positions[i] == trial->call.task.row && i < end ? i : end;
        }
        if (outcome != WEIR_OK && end == count) {
            put_wrong(trial, "a failure of a row that was not shown");
            return;
        }
        for (; at < end && trial->rows_out.out.parent == NULL; at++) {
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
    struct weir_buffer *buffers[] = {trial->rows_out.heap, sample->heap};
    const struct weir_heaps heaps = {.buffers = buffers, .count = 2, .capacity = 2};
    const void *pointers[WEIR_PARAMETERS_MAX][5];
    struct ArrowArray arrays[WEIR_PARAMETERS_MAX];
    const struct ArrowArray *cols[WEIR_PARAMETERS_MAX];
    int64_t lengths[2];
    struct weir_arena arena;
    struct weir_chunk chunk = {.size = sizeof chunk,
                               .rows = trial->constant >= 0 ? 1 : WEIR_SAMPLE_ROWS,
                               .sel = sel,
                               .sel_count = count,
                               .cols = cols};
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
