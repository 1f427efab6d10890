/* SPDX-License-Identifier: Apache-2.0 */
/* The columns lent to an emitter, and what happens when they are full: finished rows go on, the
 * rows of the current input row move to the front, and only if that is not enough the room grows.
 */
#include "exec/emit/flat_map.h"

#include <string.h>

static void set_cap(struct weir_flat_map *map, uint32_t cap, uint32_t kept)
{
    for (uint32_t c = 0; c < map->emitted_count; c++) {
        size_t width = map->emitted[c].width;
        uint8_t *cells = weir_alloc_aligned(cap * width);
        memset(cells, 0, cap * width);
        if (kept > 0) {
            memcpy(cells, map->cols[c], kept * width);
        }
        weir_free(map->cols[c]);
        map->cols[c] = cells;
        if (map->valid_room[c] != NULL) {
            map->valid_room[c] = weir_realloc(map->valid_room[c], cap);
            memset(map->valid_room[c] + kept, 1, cap - kept);
            map->valid[c] = map->valid[c] != NULL ? map->valid_room[c] : NULL;
        }
    }
    map->parent = weir_realloc(map->parent, cap * sizeof *map->parent);
    map->cap = cap;
}

void weir_flat_map_lend(struct weir_flat_map *map)
{
    struct weir_out *out = &map->emitter.out;
    uint32_t dirty = out->rows > map->dirty ? out->rows : map->dirty;
    if (map->cap == 0 || map->cap > WEIR_EMIT_ROWS_KEPT) {
        set_cap(map, WEIR_EMIT_ROWS, 0);
        dirty = 0;
    }
    for (uint32_t c = 0; c < map->emitted_count; c++) {
        map->valid[c] = NULL;
        if (weir_type_is_text(map->emitted[c].type)) {
            memset(map->cols[c], 0, dirty * map->emitted[c].width); /* no text of other rows */
        }
    }
    map->dirty = 0;
    out->rows = out->row_start = 0;
    out->cap = map->cap;
    out->parent = map->parent;
    weir_step_heaps_open(out);
}

/* Where the text of the rows written so far begins in the current heap: none is before it. */
static uint32_t text_start(const struct weir_flat_map *map)
{
    const struct weir_out *out = &map->emitter.out;
    uint32_t start = out->heap_used;
    for (uint32_t c = 0; c < map->emitted_count; c++) {
        const weir_view *views = map->cols[c];
        for (uint32_t r = 0; weir_type_is_text(map->emitted[c].type) && r < out->rows; r++) {
            if (views[r].count > WEIR_VIEW_INLINE_BYTES && views[r].buffer == out->heap_buffer &&
                (uint32_t)views[r].offset < start) {
                start = (uint32_t)views[r].offset;
            }
        }
    }
    return start;
}

static void shift_offsets(struct weir_flat_map *map, uint32_t by)
{
    const struct weir_out *out = &map->emitter.out;
    for (uint32_t c = 0; c < map->emitted_count; c++) {
        weir_view *views = map->cols[c];
        for (uint32_t r = 0; weir_type_is_text(map->emitted[c].type) && r < out->rows; r++) {
            if (views[r].count > WEIR_VIEW_INLINE_BYTES && views[r].buffer == out->heap_buffer) {
                views[r].offset -= (int32_t)by;
            }
        }
    }
}

/* A full heap. Where somebody has kept it, later text goes to another. Else nobody needs the text
 * of rows that are gone: what is left moves to the front. */
static void settle_heap(struct weir_flat_map *map)
{
    struct weir_out *out = &map->emitter.out;
    struct weir_buffer *heap = map->program->heaps.table.buffers[out->heap_buffer];
    if (atomic_load_explicit(&heap->refs, memory_order_acquire) > 1) {
        weir_step_heaps_close(&map->program->heaps, out);
        weir_step_heaps_open(out);
        return;
    }
    uint32_t start = out->row_start > 0 ? 0 : text_start(map);
    if (start > 0) {
        memmove(out->heap, out->heap + start, out->heap_used - start);
        shift_offsets(map, start);
        out->heap_used -= start;
    }
}

/* Finished rows go on; those of the current input row move to the front. */
static int push_finished(struct weir_flat_map *map)
{
    struct weir_out *out = &map->emitter.out;
    uint32_t first = out->row_start;
    uint32_t count = out->rows - first;
    struct weir_call_frame frame;
    weir_call_enter_engine(&frame);
    int status = weir_flat_map_give(map, first);
    weir_call_leave(&frame);
    WEIR_TRY(status);
    for (uint32_t c = 0; c < map->emitted_count && count > 0; c++) {
        size_t width = map->emitted[c].width;
        uint8_t *cells = map->cols[c];
        memmove(cells, cells + first * width, count * width);
    }
    for (uint32_t c = 0; c < map->emitted_count; c++) {
        if (map->valid[c] != NULL) {
            memmove(map->valid[c], map->valid[c] + first, count);
            memset(map->valid[c] + count, 1, map->cap - count);
        }
    }
    map->dirty = map->cap;
    memmove(map->parent, map->parent + first, count * sizeof *map->parent);
    out->rows = count;
    out->row_start = 0;
    return WEIR_OK;
}

static int too_much(struct weir_task *task)
{
    return task->host->fail(task, WEIR_BAD_RECORD, "emits more than 1 GiB for one record");
}

static int grow_rows(struct weir_flat_map *map, struct weir_task *task)
{
    struct weir_out *out = &map->emitter.out;
    if (out->rows < out->cap) {
        return WEIR_OK;
    }
    if ((size_t)map->cap * 2 * map->row_bytes > WEIR_EMIT_ROW_BYTES_MAX) {
        return too_much(task);
    }
    set_cap(map, map->cap * 2, out->rows);
    out->cap = map->cap;
    out->parent = map->parent;
    return WEIR_OK;
}

static int grow_heap(struct weir_flat_map *map, struct weir_task *task, size_t bytes)
{
    struct weir_out *out = &map->emitter.out;
    if (out->heap_buffer >= 0 && bytes > out->heap_cap - out->heap_used) {
        settle_heap(map);
    }
    if (bytes <= out->heap_cap - out->heap_used) {
        return WEIR_OK;
    }
    if (bytes > WEIR_EMIT_ROW_BYTES_MAX ||
        (out->row_start == 0 && out->heap_used + bytes > WEIR_EMIT_ROW_BYTES_MAX)) {
        return too_much(task);
    }
    weir_step_heaps_grow(&map->program->heaps, out, bytes);
    return WEIR_OK;
}

static int emit_grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct weir_flat_map *map = out->owner;
    bool is_full = out->rows == out->cap;
    bool is_heap_full = heap_bytes > out->heap_cap - out->heap_used &&
                        out->heap_used + heap_bytes > WEIR_EMIT_HEAP_BYTES_PUSH;
    if (out->row_start > 0 && (is_full || is_heap_full)) {
        int status = push_finished(map);
        if (status != WEIR_OK) {
            map->emitter.stopped = status;
            return WEIR_FATAL;
        }
    }
    int outcome = heap_bytes == 0 ? grow_rows(map, task) : WEIR_OK;
    return outcome != WEIR_OK ? outcome : grow_heap(map, task, heap_bytes);
}

static int emit_grow_valid(struct weir_out *out, struct weir_task *task, uint32_t column)
{
    struct weir_flat_map *map = out->owner;
    if (column >= map->emitted_count) {
        return task->host->fail(task, WEIR_FATAL, "makes column %u null, of %u", column,
                                map->emitted_count);
    }
    if (map->valid_room[column] == NULL) {
        map->valid_room[column] = weir_alloc(map->cap);
    }
    if (map->valid[column] == NULL) {
        memset(map->valid_room[column], 1, map->cap);
        map->valid[column] = map->valid_room[column];
    }
    return WEIR_OK;
}

int weir_flat_map_emit(struct weir_flat_map *map)
{
    const struct weir_column *columns[WEIR_PARAMETERS_MAX];
    struct weir_program *program = map->program;
    struct weir_scope scope = weir_program_alive(program);
    const uint8_t *valid;
    weir_flat_map_lend(map);
    if (!map->emitter.sees_nulls &&
        !weir_program_strict(program, map->args, map->arg_count, map->arg_valid, &valid, &scope)) {
        return WEIR_OK;
    }
    for (uint32_t i = 0; i < map->arg_count; i++) {
        columns[i] = weir_program_column(program, map->args[i]);
    }
    struct weir_out *out = &map->emitter.out;
    out->cols = map->cols;
    out->column_count = map->emitted_count;
    out->valid = map->valid;
    out->grow = emit_grow;
    out->grow_valid = emit_grow_valid;
    out->owner = map;
    weir_flat_map_show(map, scope);
    weir_caller_show(&map->emitter, columns, map->rows->rows, weir_program_heaps(program));
    int status = weir_caller_run(&map->emitter, map->task, map->rows, scope, &program->dead);
    if (status == WEIR_OK && (out->rows > out->cap || out->heap_used > out->heap_cap)) {
        struct weir_task *task = &map->emitter.call.task;
        int outcome = task->host->fail(task, WEIR_FATAL, "writes more than there is room for");
        status = weir_caller_failed(&map->emitter, map->task, outcome);
    }
    if (program->dead.count > 0) {
        weir_program_bury(program);
    }
    return status != WEIR_OK ? status : weir_flat_map_give(map, out->rows);
}
