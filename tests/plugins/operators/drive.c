/* SPDX-License-Identifier: Apache-2.0 */
/* The host's side of a loop, kept as plain as possible: what it does is what the comments of abi.h
 * promise to a plugin. */
#include "drive.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RUBBISH = 0x5a };

/* ---- finding ---- */

const struct weir_plugin *drive_load(const char *name)
{
    char path[512];
    void *module;
    const struct weir_plugin *plugin;
    (void)snprintf(path, sizeof path, "%s/plugins/%s.so", WEIR_BUILD_DIR, name);
    module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL) {
        fail_msg("%s", dlerror());
    }
    plugin = dlsym(module, WEIR_ENTRY_SYMBOL);
    assert_non_null(plugin);
    return plugin;
}

static bool has_types(const struct weir_export *exported, const char *types)
{
    char text[128] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < exported->in_count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "," : "",
                                 exported->in[i].type);
    }
    return types == NULL || strcmp(text, types) == 0;
}

const struct weir_export *drive_find(const struct weir_plugin *plugin,
                                     uint32_t kind,
                                     const char *name,
                                     const char *types)
{
    for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
        if ((*at)->kind == kind && strcmp((*at)->name, name) == 0 && has_types(*at, types)) {
            return *at;
        }
    }
    fail_msg("%s exports no %s(%s)", plugin->id, name, types != NULL ? types : "any");
    return NULL;
}

uint32_t drive_random(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

/* ---- columns ---- */

static void begin_column(struct drive_column *column, size_t count, size_t skip, size_t bytes)
{
    memset(column, 0, sizeof *column);
    column->count = count;
    column->skip = skip;
    column->cells = malloc(bytes + 1);
    memset(column->cells, RUBBISH, bytes);
}

void drive_fixed(
    struct drive_column *column, const void *values, size_t bytes, size_t count, size_t skip)
{
    begin_column(column, count, skip, (count + skip) * bytes);
    memcpy((char *)column->cells + skip * bytes, values, count * bytes);
}

void drive_bool(struct drive_column *column, const bool *values, size_t count, size_t skip)
{
    uint8_t *bits;
    begin_column(column, count, skip, (count + skip) / 8 + 1);
    bits = column->cells;
    for (size_t i = 0; i < count; i++) {
        const size_t bit = i + skip;
        bits[bit / 8] =
            (uint8_t)((bits[bit / 8] & ~(1u << bit % 8)) | (unsigned)values[i] << bit % 8);
    }
}

/* Long texts go to buffers in turn, each of exactly the bytes it needs: ASan sees a byte too many.
 */
void drive_text(struct drive_column *column, const weir_str *values, size_t count, size_t skip)
{
    int64_t used[DRIVE_TEXT_BUFFERS] = {0};
    weir_view *views;
    begin_column(column, count, skip, (count + skip) * sizeof *views);
    views = column->cells;
    for (size_t i = 0; i < count; i++) {
        column->sizes[i % DRIVE_TEXT_BUFFERS] +=
            values[i].count > WEIR_VIEW_INLINE_BYTES ? (int64_t)values[i].count : 0;
    }
    for (size_t b = 0; b < DRIVE_TEXT_BUFFERS; b++) {
        column->text[b] = malloc((size_t)column->sizes[b]);
    }
    for (size_t i = 0; i < count; i++) {
        weir_view *view = views + skip + i;
        const size_t b = i % DRIVE_TEXT_BUFFERS;
        memset(view, 0, sizeof *view);
        view->count = (int32_t)values[i].count;
        if (values[i].count <= WEIR_VIEW_INLINE_BYTES) {
            memcpy((char *)view + offsetof(weir_view, prefix), values[i].bytes, values[i].count);
            continue;
        }
        memcpy(view->prefix, values[i].bytes, sizeof view->prefix);
        view->buffer = (int32_t)b;
        view->offset = (int32_t)used[b];
        memcpy(column->text[b] + used[b], values[i].bytes, values[i].count);
        used[b] += view->count;
    }
}

void drive_column_free(struct drive_column *column)
{
    free(column->cells);
    for (size_t b = 0; b < DRIVE_TEXT_BUFFERS; b++) {
        free(column->text[b]);
    }
}

/* Makes the views of a column point into the run's list of buffers, from `first` on. */
static void renumber(struct drive_column *column, int32_t first)
{
    weir_view *views = (weir_view *)column->cells + column->skip;
    for (size_t i = 0; i < column->count; i++) {
        if (views[i].count > WEIR_VIEW_INLINE_BYTES) {
            views[i].buffer += first - column->first_buffer;
        }
    }
    column->first_buffer = first;
}

void drive_add(struct drive *run, struct drive_column *column, bool is_constant)
{
    const uint32_t c = run->column_count++;
    struct ArrowArray *array = &run->arrays[c];
    const void **buffers = run->buffers[c];
    array->length = is_constant ? 1 : (int64_t)column->count;
    array->offset = (int64_t)column->skip;
    array->buffers = buffers;
    array->n_buffers = 2;
    buffers[1] = column->cells;
    if (column->text[0] != NULL) {
        const size_t first = (size_t)c * DRIVE_TEXT_BUFFERS;
        renumber(column, (int32_t)first);
        memcpy(&run->sizes[first], column->sizes, sizeof column->sizes);
        for (size_t b = 0; b < DRIVE_TEXT_BUFFERS; b++) {
            run->text[first + b] = column->text[b];
        }
        array->n_buffers = 2 + DRIVE_BUFFERS_MAX + 1;
    }
    run->cols[c] = array;
    run->in.const_mask |= (uint32_t)is_constant << c;
}

/* All columns of text share the run's buffers, which are known when the last one has been added. */
static void share_buffers(struct drive *run)
{
    for (uint32_t c = 0; c < run->column_count; c++) {
        if (run->arrays[c].n_buffers > 2) {
            memcpy(&run->buffers[c][2], run->text, sizeof run->text);
            run->buffers[c][2 + DRIVE_BUFFERS_MAX] = run->sizes;
        }
    }
}

/* ---- the host ---- */

static struct drive *drive_of(struct weir_task *task)
{
    return (struct drive *)(void *)task; /* the task is its first member */
}

__attribute__((format(printf, 3, 4))) static int host_fail(struct weir_task *task,
                                                           int outcome,
                                                           const char *format,
                                                           ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(drive_of(task)->message, sizeof drive_of(task)->message, format, list);
    va_end(list);
    return outcome;
}

static void *host_arena(struct weir_task *task, size_t bytes)
{
    struct drive *run = drive_of(task);
    void *at = run->arena + run->arena_used;
    run->arena_used += (bytes + 15) / 16 * 16;
    assert_true(run->arena_used <= DRIVE_ARENA_BYTES);
    return at;
}

static const struct weir_host host = {.size = sizeof host, .fail = host_fail, .arena = host_arena};

static size_t cell_bytes(const char *type)
{
    return strcmp(type, "bool") == 0                                ? 1
           : strcmp(type, "i32") == 0                               ? 4
           : strcmp(type, "str") == 0 || strcmp(type, "bytes") == 0 ? 16
                                                                    : 8;
}

static const char *bytes_of_view(const struct drive *run, const weir_view *view)
{
    if (view->buffer == run->out.heap_buffer) {
        return run->out.heap + view->offset;
    }
    assert_in_range(view->buffer, 0, DRIVE_BUFFERS_MAX - 1);
    return (const char *)run->text[view->buffer] + view->offset;
}

static struct drive_value value_of(struct drive *run, uint32_t column, size_t row)
{
    const char *type = run->exported->out[column].type;
    const char *cell = (const char *)run->out.cols[column] + row * cell_bytes(type);
    struct drive_value value = {0};
    weir_view view;
    if (cell_bytes(type) == 16) {
        char *copy;
        memcpy(&view, cell, sizeof view);
        copy = malloc((size_t)view.count + 1);
        if (view.count <= 12) {
            static const char zeros[12];
            memcpy(copy, cell + 4, (size_t)view.count);
            assert_memory_equal(cell + 4 + view.count, zeros, (size_t)(12 - view.count));
        } else {
            memcpy(copy, bytes_of_view(run, &view), (size_t)view.count);
            assert_memory_equal(view.prefix, copy, 4);
            value.is_view = view.buffer != run->out.heap_buffer;
        }
        value.text = weir_str_make(copy, (size_t)view.count);
    } else if (strcmp(type, "f64") == 0) {
        memcpy(&value.f64, cell, sizeof value.f64);
    } else if (strcmp(type, "bool") == 0) {
        assert_in_range((unsigned char)*cell, 0, 1);
        value.i64 = *cell;
    } else if (strcmp(type, "i32") == 0) {
        int32_t narrow;
        memcpy(&narrow, cell, sizeof narrow);
        value.i64 = narrow;
    } else {
        memcpy(&value.i64, cell, sizeof value.i64);
    }
    return value;
}

/* Copies output row `row` to the end of run->rows. */
static void take_row(struct drive *run, size_t row)
{
    const size_t at = run->row_count++;
    run->rows = realloc(run->rows, run->row_count * DRIVE_COLUMNS_MAX * sizeof *run->rows);
    run->parents = realloc(run->parents, run->row_count * sizeof *run->parents);
    memset(&run->rows[at * DRIVE_COLUMNS_MAX], 0, DRIVE_COLUMNS_MAX * sizeof *run->rows);
    run->parents[at] = run->out.parent != NULL ? run->out.parent[row] : (uint16_t)row;
    for (uint32_t c = 0; c < run->exported->out_count; c++) {
        run->rows[at * DRIVE_COLUMNS_MAX + c] = value_of(run, c, row);
    }
}

/* Hands on the rows before the current call's and moves those of the current call to the front. */
static void hand_on(struct drive *run)
{
    struct weir_out *out = &run->out;
    const uint32_t partial = out->rows - out->row_start;
    for (uint32_t row = 0; row < out->row_start; row++) {
        take_row(run, row);
    }
    for (uint32_t c = 0; c < out->column_count; c++) {
        const size_t bytes = cell_bytes(run->exported->out[c].type);
        memmove(out->cols[c], (char *)out->cols[c] + out->row_start * bytes, partial * bytes);
    }
    memmove(out->parent, out->parent + out->row_start, partial * sizeof *out->parent);
    out->rows = partial;
    out->row_start = 0;
}

/* New memory every time, so that a pointer kept over a growth is a read of freed memory. */
static void *moved(void *from, size_t used, size_t bytes)
{
    void *to = malloc(bytes + 1);
    memset(to, RUBBISH, bytes);
    if (used > 0 && from != NULL) {
        memcpy(to, from, used);
    }
    free(from);
    return to;
}

static void move_columns(struct drive *run, uint32_t cap)
{
    struct weir_out *out = &run->out;
    for (uint32_t c = 0; c < out->column_count; c++) {
        const size_t bytes = cell_bytes(run->exported->out[c].type);
        out->cols[c] = moved(out->cols[c], out->cap * bytes, cap * bytes);
    }
    if (out->parent != NULL) {
        out->parent = moved(out->parent, out->cap * sizeof *out->parent, cap * sizeof *out->parent);
    }
    out->cap = cap;
}

static int grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct drive *run = drive_of(task);
    run->grow_calls++;
    if (run->grow_limit != 0 && run->grow_calls > run->grow_limit) {
        return host_fail(task, WEIR_FATAL, "no more memory");
    }
    if (heap_bytes > 0) {
        out->heap_cap = out->heap_used + (uint32_t)heap_bytes;
        out->heap = moved(out->heap, out->heap_used, out->heap_cap);
    }
    if (run->hands_on && out->parent != NULL && out->row_start > 0) {
        hand_on(run);
    } else {
        move_columns(run, out->cap + (heap_bytes == 0));
    }
    return 0;
}

/* ---- runs ---- */

void drive_begin(struct drive *run,
                 const struct weir_export *exported,
                 uint32_t rows,
                 uint32_t cap,
                 uint32_t heap_bytes)
{
    memset(run, 0, sizeof *run);
    run->exported = exported;
    run->task.size = sizeof run->task;
    run->task.host = &host;
    run->task.batch_us = 5000000;
    run->arena = calloc(1, DRIVE_ARENA_BYTES);
    run->in.size = sizeof run->in;
    run->in.rows = rows;
    run->in.cols = run->cols;
    run->out.size = sizeof run->out;
    run->out.cap = cap;
    run->out.column_count = exported->out_count;
    run->out.cols = calloc(DRIVE_COLUMNS_MAX, sizeof *run->out.cols);
    for (uint32_t c = 0; c < exported->out_count; c++) {
        run->out.cols[c] = moved(NULL, 0, cap * cell_bytes(exported->out[c].type) + 1);
    }
    if (exported->kind == WEIR_KIND_EMITTER) {
        run->out.parent = moved(NULL, 0, cap * sizeof *run->out.parent + 1);
    }
    run->out.heap = moved(NULL, 0, heap_bytes + 1);
    run->out.heap_cap = heap_bytes;
    run->out.heap_buffer = 77;
    run->out.grow = grow;
}

void drive_select(struct drive *run, const uint16_t *positions, size_t count)
{
    if (count > 0) {
        memcpy(run->sel, positions, count * sizeof *positions);
    }
    run->in.sel = run->sel;
    run->in.sel_count = (uint32_t)count;
}

/* Makes run->in the selected rows behind position `row`. */
static void select_rest(struct drive *run, uint32_t row)
{
    uint16_t rest[DRIVE_ROWS_MAX];
    size_t count = 0;
    for (size_t k = 0; k < weir_chunk_count(&run->in); k++) {
        const size_t position = weir_chunk_position(&run->in, k);
        if (position > row) {
            rest[count++] = (uint16_t)position;
        }
    }
    drive_select(run, rest, count);
}

void drive_run(struct drive *run)
{
    const struct weir_chunk all = run->in;
    const size_t count = weir_chunk_count(&all);
    uint16_t positions[DRIVE_ROWS_MAX];
    int outcome;
    share_buffers(run);
    for (size_t k = 0; k < count; k++) {
        positions[k] = (uint16_t)weir_chunk_position(&all, k);
    }
    do {
        outcome = run->exported->loop(&run->task, &run->in, &run->out);
        if (outcome != 0) {
            if (run->failed_rows++ == 0) {
                run->first_failed = run->task.row;
                run->outcome = outcome;
            }
            run->has_failed[run->task.row] = true;
            select_rest(run, run->task.row);
        }
    } while (outcome == WEIR_BAD_RECORD);
    if (run->exported->kind == WEIR_KIND_EMITTER) {
        assert_true(run->out.rows <= run->out.cap);
        for (uint32_t row = 0; row < run->out.rows; row++) {
            take_row(run, row);
        }
        return;
    }
    for (size_t k = 0; k < count && outcome == 0; k++) {
        if (!run->has_failed[positions[k]]) {
            take_row(run, positions[k]);
        }
    }
}

void drive_end(struct drive *run)
{
    for (size_t i = 0; i < run->row_count * DRIVE_COLUMNS_MAX; i++) {
        free((void *)(uintptr_t)run->rows[i].text.bytes);
    }
    for (uint32_t c = 0; c < run->exported->out_count; c++) {
        free(run->out.cols[c]);
    }
    free(run->out.cols);
    free(run->out.parent);
    free(run->out.heap);
    free(run->rows);
    free(run->parents);
    free(run->arena);
}
