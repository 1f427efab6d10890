/* SPDX-License-Identifier: Apache-2.0 */
/* Arrow arrays that a chunk function moves out. They are copied, and so may lie anywhere and be
 * wrong in any way that can be seen: lengths, missing buffers, offsets that are not sorted, text
 * outside of its buffer. */
#include "plugin/plugin.h"

#include <string.h>

struct moving {
    struct weir_task *task;
    struct weir_step_heaps *heaps;
    struct weir_arena *arena;
};

/* A run of an array's positions, its offset counted in. */
struct run {
    const struct ArrowArray *array;
    int64_t first, count;
};

#define WRONG(m, ...) ((m)->task->host->fail((m)->task, WEIR_FATAL, "moves an array " __VA_ARGS__))

static bool bit_at(const uint8_t *bits, int64_t i)
{
    return (bits[i >> 3] >> (i & 7) & 1) != 0;
}

static const void *copy_bits(const struct moving *m, const uint8_t *bits, const struct run *run)
{
    uint8_t *to = weir_arena_alloc(m->arena, (size_t)run->count / 8 + 1);
    for (int64_t i = 0; i < run->count; i++) {
        unsigned bit = bit_at(bits, run->first + i);
        to[i >> 3] = (uint8_t)(to[i >> 3] | bit << (i & 7));
    }
    return to;
}

static bool is_null(const struct weir_column *column, int64_t i)
{
    return column->valid != NULL && !bit_at(column->valid, i);
}

static const void *copy_fixed(const struct moving *m,
                              const struct run *run,
                              const struct weir_column *column)
{
    size_t width = weir_type_cell_bytes(column->type);
    const uint8_t *from = run->array->buffers[1];
    uint8_t *to = weir_arena_alloc(m->arena, (size_t)run->count * width + 1);
    if (run->count > 0) {
        memcpy(to, from + (size_t)run->first * width, (size_t)run->count * width);
    }
    for (int64_t i = 0; column->valid != NULL && i < run->count; i++) {
        if (is_null(column, i)) {
            memset(to + (size_t)i * width, 0, width);
        }
    }
    return to;
}

/* ---- text ---- */

/* Is the text in one of the array's buffers? Then *bytes is where. */
static bool find_text(const struct ArrowArray *array, const weir_view *view, const char **bytes)
{
    int64_t buffers = array->n_buffers - 3;
    if (view->buffer < 0 || view->buffer >= buffers || view->offset < 0) {
        return false;
    }
    const int64_t *lengths = array->buffers[array->n_buffers - 1];
    const char *data = array->buffers[2 + view->buffer];
    *bytes = data + view->offset;
    return data != NULL && lengths != NULL &&
           (int64_t)view->offset + view->count <= lengths[view->buffer];
}

static int check_texts(const struct moving *m,
                       const struct run *run,
                       const struct weir_column *column,
                       size_t *bytes)
{
    const weir_view *views = run->array->buffers[1];
    const char *text;
    *bytes = 0;
    for (int64_t i = 0; i < run->count; i++) {
        const weir_view *view = &views[run->first + i];
        bool is_long = !is_null(column, i) && view->count > WEIR_VIEW_INLINE_BYTES;
        if (!is_null(column, i) && view->count < 0) {
            return WRONG(m, "with a text of %d bytes", (int)view->count);
        }
        if (is_long && !find_text(run->array, view, &text)) {
            return WRONG(m, "with a text outside of its %d buffers",
                         (int)(run->array->n_buffers < 3 ? 0 : run->array->n_buffers - 3));
        }
        *bytes += is_long ? (size_t)view->count : 0;
    }
    return *bytes <= WEIR_LENT_BYTES_MAX ? WEIR_OK : WRONG(m, "with more than 1 GiB of text");
}

static int copy_texts(const struct moving *m, const struct run *run, struct weir_column *column)
{
    size_t bytes;
    const weir_view *views = run->array->buffers[1];
    int outcome = check_texts(m, run, column, &bytes);
    if (outcome != WEIR_OK) {
        return outcome;
    }
    weir_view *to = weir_arena_alloc(m->arena, (size_t)run->count * sizeof *to + 1);
    int32_t number = bytes == 0 ? -1 : weir_step_heaps_take(m->heaps, bytes);
    struct weir_buffer *heap = bytes == 0 ? NULL : m->heaps->table.buffers[number];
    for (int64_t i = 0; i < run->count; i++) {
        const weir_view *view = &views[run->first + i];
        const char *text = (const char *)view + offsetof(weir_view, prefix);
        if (is_null(column, i)) {
            continue;
        }
        to[i].count = view->count;
        if (view->count <= WEIR_VIEW_INLINE_BYTES) {
            memcpy((char *)&to[i] + offsetof(weir_view, prefix), text, (size_t)view->count);
            continue;
        }
        (void)find_text(run->array, view, &text);
        memcpy(heap->data + heap->bytes, text, (size_t)view->count);
        memcpy(to[i].prefix, text, sizeof to[i].prefix);
        to[i].buffer = number;
        to[i].offset = (int32_t)heap->bytes;
        heap->bytes += (size_t)view->count;
    }
    column->data = to;
    return WEIR_OK;
}

/* ---- parts ---- */

static int copy_array(const struct moving *m, const struct run *run, struct weir_column *column);

static int copy_part(const struct moving *m,
                     const struct ArrowArray *array,
                     int64_t first,
                     int64_t count,
                     const struct weir_type *type,
                     struct weir_column *column)
{
    if (array == NULL || first < 0 || array->offset < 0 || first + count > array->length) {
        return WRONG(m, "whose parts have fewer positions than it needs");
    }
    const struct run run = {array, array->offset + first, count};
    *column = (struct weir_column){.type = type};
    return copy_array(m, &run, column);
}

static int copy_list(const struct moving *m, const struct run *run, struct weir_column *column)
{
    const int32_t *from = run->array->buffers[1];
    int32_t *to = weir_arena_alloc(m->arena, ((size_t)run->count + 1) * sizeof *to);
    struct weir_column *child = weir_arena_alloc(m->arena, sizeof *child);
    int32_t start = run->count > 0 ? from[run->first] : 0;
    for (int64_t i = 0; i < run->count; i++) {
        if (from[run->first + i] < 0 || from[run->first + i + 1] < from[run->first + i]) {
            return WRONG(m, "whose offsets are not sorted: %d is followed by %d",
                         (int)from[run->first + i], (int)from[run->first + i + 1]);
        }
        to[i + 1] = from[run->first + i + 1] - start;
    }
    column->data = to;
    column->children = child;
    column->child_rows = to[run->count];
    return copy_part(m, run->array->children[0], start, to[run->count], column->type->item, child);
}

static int copy_struct(const struct moving *m, const struct run *run, struct weir_column *column)
{
    uint32_t count = column->type->field_count;
    struct weir_column *children = weir_arena_alloc(m->arena, count * sizeof *children + 1);
    column->children = children;
    for (uint32_t i = 0; i < count; i++) {
        int outcome = copy_part(m, run->array->children[i], run->first, run->count,
                                column->type->fields[i].type, &children[i]);
        if (outcome != WEIR_OK) {
            return outcome;
        }
    }
    return WEIR_OK;
}

/* Depth is at most WEIR_TYPE_DEPTH_MAX. */
static int copy_array(const struct moving *m, const struct run *run, struct weir_column *column)
{
    const struct ArrowArray *array = run->array;
    enum weir_type_kind kind = column->type->kind;
    int64_t buffers = kind == WEIR_TYPE_STRUCT ? 1 : 2;
    int64_t children = kind == WEIR_TYPE_LIST ? 1 : (int64_t)column->type->field_count;
    if (array->n_buffers < buffers || array->buffers == NULL || array->n_children != children ||
        (children > 0 && array->children == NULL)) {
        return WRONG(m, "of %d buffers and %d children, expected %d and %d", (int)array->n_buffers,
                     (int)array->n_children, (int)buffers, (int)children);
    }
    if (run->count > 0 && buffers == 2 && array->buffers[1] == NULL) {
        return WRONG(m, "without its buffer of cells");
    }
    if (array->buffers[0] != NULL && array->null_count != 0) {
        column->valid = copy_bits(m, array->buffers[0], run);
    }
    if (weir_type_is_text(column->type)) {
        return copy_texts(m, run, column);
    }
    if (kind == WEIR_TYPE_LIST) {
        return copy_list(m, run, column);
    }
    if (kind == WEIR_TYPE_STRUCT) {
        return copy_struct(m, run, column);
    }
    column->data = kind != WEIR_TYPE_BOOL ? copy_fixed(m, run, column)
                   : run->count > 0       ? copy_bits(m, array->buffers[1], run)
                                          : weir_arena_alloc(m->arena, 1);
    return WEIR_OK;
}

int weir_moved_take(struct ArrowArray *moved,
                    struct weir_task *task,
                    const struct weir_type *type,
                    uint32_t rows,
                    struct weir_step_heaps *heaps,
                    struct weir_arena *arena,
                    struct weir_column *column)
{
    const struct moving m = {task, heaps, arena};
    const struct run run = {moved, moved->offset, rows};
    int outcome;
    *column = (struct weir_column){.type = type};
    if (moved->length != (int64_t)rows || moved->offset < 0) {
        outcome = WRONG(&m, "of %lld positions at %lld, expected %u: as many as the input has",
                        (long long)moved->length, (long long)moved->offset, rows);
    } else {
        outcome = copy_array(&m, &run, column);
    }
    moved->release(moved);
    moved->release = NULL;
    return outcome;
}
