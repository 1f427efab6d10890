/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of lent columns. A list's items are rows of a part of their own, appended and never
 * moved to the front: the plugin may hold their numbers. A struct's fields are parts whose rows are
 * those of the struct, and whose room grows with it. */
#include "plugin/out/lent.h"

#include "plugin/plugin.h"

#include <string.h>

static struct weir_lent *of(struct weir_out *out)
{
    return (struct weir_lent *)out;
}

static size_t width_of(const struct weir_type *type)
{
    if (type->kind == WEIR_TYPE_LIST) {
        return sizeof(struct weir_list_cell);
    }
    return type->kind == WEIR_TYPE_BOOL ? 1 : weir_type_cell_bytes(type);
}

static bool is_part_of_row(const struct weir_lent *lent, uint32_t c)
{
    return lent->parts[c] != NULL && lent->schema->fields[c].type->kind == WEIR_TYPE_STRUCT;
}

/* ---- rows ---- */

static size_t bytes_at(const struct weir_lent *lent, uint32_t cap)
{
    size_t bytes = lent->root == lent ? cap * sizeof *lent->out.parent : 0;
    for (uint32_t c = 0; c < lent->schema->field_count; c++) {
        bytes += width_of(lent->schema->fields[c].type) * cap;
        bytes += is_part_of_row(lent, c) ? bytes_at(lent->parts[c], cap) : 0;
    }
    return bytes;
}

static void *move_cells(void *from, size_t kept, size_t bytes, int fill)
{
    uint8_t *to = weir_alloc_aligned(bytes == 0 ? 1 : bytes);
    if (kept > 0) {
        memcpy(to, from, kept);
    }
    memset(to + kept, fill, bytes - kept);
    weir_free(from);
    return to;
}

static void set_cap(struct weir_lent *lent, uint32_t cap, uint32_t kept)
{
    struct weir_out *out = &lent->out;
    for (uint32_t c = 0; c < out->column_count; c++) {
        size_t width = width_of(lent->schema->fields[c].type);
        out->cols[c] = move_cells(out->cols[c], kept * width, cap * width, 0);
        if (lent->valid_room[c] != NULL) {
            size_t bytes = out->valid[c] != NULL ? kept : 0;
            lent->valid_room[c] = move_cells(lent->valid_room[c], bytes, cap, 1);
            out->valid[c] = out->valid[c] != NULL ? lent->valid_room[c] : NULL;
        }
        if (is_part_of_row(lent, c)) {
            set_cap(lent->parts[c], cap, kept);
        }
    }
    if (lent->root == lent) {
        out->parent = weir_realloc(out->parent, cap * sizeof *out->parent);
    }
    out->cap = cap;
}

static int grow_rows(struct weir_lent *lent, struct weir_task *task)
{
    struct weir_out *out = &lent->out;
    if (lent->has_given_rows) {
        return task->host->fail(task, WEIR_FATAL,
                                "asks for another row where rows are those of its input");
    }
    if (lent->full != NULL) {
        int outcome = lent->full(lent, task);
        if (outcome != WEIR_OK || out->rows < out->cap) {
            return outcome;
        }
    }
    size_t more = bytes_at(lent, out->cap);
    if (out->cap > UINT32_MAX / 4 || lent->root->bytes + more > WEIR_LENT_BYTES_MAX) {
        return task->host->fail(task, WEIR_BAD_RECORD, "gives more than 1 GiB for one record");
    }
    set_cap(lent, out->cap * 2, out->cap);
    lent->root->bytes += more;
    return WEIR_OK;
}

static int out_grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct weir_lent *lent = of(out);
    if (heap_bytes == 0) {
        return out->rows < out->cap && !lent->has_given_rows ? WEIR_OK : grow_rows(lent, task);
    }
    bool is_fat = lent->full_bytes > 0 && out->heap_used + heap_bytes > lent->full_bytes;
    if (is_fat && out->rows > 0) {
        int outcome = lent->full(lent, task);
        if (outcome != WEIR_OK) {
            return outcome;
        }
    }
    if (heap_bytes > WEIR_LENT_BYTES_MAX ||
        out->heap_used + heap_bytes > (size_t)WEIR_LENT_BYTES_MAX) {
        return task->host->fail(task, WEIR_BAD_RECORD,
                                "gives %zu bytes of text at once: at most 1 GiB is possible",
                                out->heap_used + heap_bytes);
    }
    if (heap_bytes > out->heap_cap - out->heap_used) {
        weir_step_heaps_grow(lent->heaps, out, heap_bytes);
    }
    return WEIR_OK;
}

static int out_grow_valid(struct weir_out *out, struct weir_task *task, uint32_t column)
{
    struct weir_lent *lent = of(out);
    if (column >= out->column_count) {
        return task->host->fail(task, WEIR_FATAL, "makes column %u null, of %u", column,
                                out->column_count);
    }
    if (out->valid[column] == NULL) {
        if (lent->valid_room[column] == NULL) {
            lent->valid_room[column] = weir_alloc_aligned(out->cap);
        }
        memset(lent->valid_room[column], 1, out->cap);
        out->valid[column] = lent->valid_room[column];
    }
    return WEIR_OK;
}

/* ---- making it ---- */

static void open_lent(struct weir_lent *lent,
                      struct weir_lent *root,
                      const struct weir_type *schema,
                      bool has_given_rows);

static struct weir_lent *make_part(struct weir_lent *root, const struct weir_type *type)
{
    bool is_struct = type->kind == WEIR_TYPE_STRUCT;
    if (!is_struct && type->kind != WEIR_TYPE_LIST) {
        return NULL;
    }
    struct weir_lent *part = weir_alloc(sizeof *part);
    struct weir_type_field item = {"item", type->item};
    open_lent(part, root, is_struct ? type : weir_type_struct(&root->arena, &item, 1), is_struct);
    return part;
}

/* Depth is at most WEIR_TYPE_DEPTH_MAX. */
static void open_lent(struct weir_lent *lent,
                      struct weir_lent *root,
                      const struct weir_type *schema,
                      bool has_given_rows)
{
    struct weir_out *out = &lent->out;
    uint32_t count = schema->field_count;
    struct weir_out **children = weir_alloc((count + 1) * sizeof(struct weir_out *));
    bool has_children = false;
    lent->schema = schema;
    lent->root = root;
    lent->heaps = root->heaps;
    lent->has_given_rows = has_given_rows;
    lent->parts = weir_alloc((count + 1) * sizeof(struct weir_lent *));
    lent->valid_room = weir_alloc((count + 1) * sizeof *lent->valid_room);
    out->size = sizeof *out;
    out->column_count = count;
    out->cols = weir_alloc((count + 1) * sizeof *out->cols);
    out->valid = weir_alloc((count + 1) * sizeof *out->valid);
    out->grow = out_grow;
    out->grow_valid = out_grow_valid;
    out->owner = lent;
    out->base_buffer = -1;
    weir_step_heaps_open(out);
    for (uint32_t c = 0; c < count; c++) {
        lent->parts[c] = make_part(root, schema->fields[c].type);
        children[c] = lent->parts[c] == NULL ? NULL : &lent->parts[c]->out;
        has_children |= children[c] != NULL;
    }
    out->children = children;
    if (!has_children) { /* "NULL: no column has parts" */
        weir_free(children);
        out->children = NULL;
    }
    set_cap(lent, WEIR_CHUNK_ROWS_MAX, 0);
}

static void init(struct weir_lent *lent,
                 const struct weir_type *schema,
                 struct weir_step_heaps *heaps,
                 bool has_given_rows)
{
    *lent = (struct weir_lent){.heaps = heaps};
    weir_arena_init(&lent->arena);
    weir_arena_init(&lent->taken);
    open_lent(lent, lent, schema, has_given_rows);
    weir_lent_begin(lent);
}

void weir_lent_init(struct weir_lent *lent,
                    const struct weir_type *schema,
                    struct weir_step_heaps *heaps)
{
    init(lent, schema, heaps, false);
}

void weir_lent_init_result(struct weir_lent *lent,
                           const struct weir_type *schema,
                           struct weir_step_heaps *heaps)
{
    init(lent, schema, heaps, true);
}

static void close_lent(struct weir_lent *lent)
{
    struct weir_out *out = &lent->out;
    for (uint32_t c = 0; c < out->column_count; c++) {
        if (lent->parts[c] != NULL) {
            close_lent(lent->parts[c]);
            weir_free(lent->parts[c]);
        }
        weir_free(out->cols[c]);
        weir_free(lent->valid_room[c]);
    }
    weir_free(lent->parts);
    weir_free(lent->valid_room);
    weir_free((void *)(uintptr_t)out->children);
    weir_free(out->cols);
    weir_free(out->valid);
    weir_free(out->parent);
}

void weir_lent_finish(struct weir_lent *lent)
{
    if (lent->schema == NULL) {
        return;
    }
    close_lent(lent);
    weir_arena_finish(&lent->arena);
    weir_arena_finish(&lent->taken);
    *lent = (struct weir_lent){0};
}

/* ---- from chunk to chunk ---- */

/* Rows that may hold cells, with one that was begun and not ended. */
static uint32_t begun_rows(const struct weir_lent *lent)
{
    uint32_t rows = lent->out.rows < lent->out.cap ? lent->out.rows + 1 : lent->out.cap;
    return lent->dirty > rows ? lent->dirty : rows;
}

/* Cells that refer to something are zeroed where an earlier chunk wrote: one that the plugin then
 * forgets to write is empty, not somebody else's. */
static void clean(struct weir_lent *lent, uint32_t rows)
{
    struct weir_out *out = &lent->out;
    if (out->cap > WEIR_LENT_ROWS_KEPT && !lent->has_given_rows) {
        set_cap(lent, WEIR_CHUNK_ROWS_MAX, 0);
        rows = 0;
    }
    for (uint32_t c = 0; c < out->column_count; c++) {
        const struct weir_type *type = lent->schema->fields[c].type;
        out->valid[c] = NULL;
        if (rows > 0 && (weir_type_is_text(type) || type->kind == WEIR_TYPE_LIST)) {
            memset(out->cols[c], 0, rows * width_of(type));
        }
        if (lent->parts[c] != NULL) {
            struct weir_lent *part = lent->parts[c];
            clean(part, is_part_of_row(lent, c) ? rows : begun_rows(part));
        }
    }
    out->rows = out->row_start = 0;
    lent->dirty = 0;
    weir_step_heaps_open(out);
}

/* Of the cells of all parts. */
static size_t all_bytes(const struct weir_lent *lent)
{
    size_t bytes = lent->root == lent || !lent->has_given_rows ? bytes_at(lent, lent->out.cap) : 0;
    for (uint32_t c = 0; c < lent->out.column_count; c++) {
        bytes += lent->parts[c] == NULL ? 0 : all_bytes(lent->parts[c]);
    }
    return bytes;
}

void weir_lent_begin(struct weir_lent *lent)
{
    clean(lent, lent->has_given_rows ? lent->out.cap : begun_rows(lent));
    lent->bytes = all_bytes(lent);
}

void weir_lent_cut(struct weir_lent *lent)
{
    struct weir_out *out = &lent->out;
    if (lent->has_given_rows && lent->root == lent) {
        return;
    }
    for (uint32_t c = 0; c < out->column_count; c++) {
        if (out->valid[c] != NULL) {
            memset(out->valid[c] + out->rows, 1, out->cap - out->rows);
        }
        if (is_part_of_row(lent, c)) {
            lent->parts[c]->out.rows = out->rows;
            weir_lent_cut(lent->parts[c]);
        }
    }
}

static void drop(struct weir_lent *lent, uint32_t count, uint32_t left)
{
    struct weir_out *out = &lent->out;
    for (uint32_t c = 0; c < out->column_count; c++) {
        size_t width = width_of(lent->schema->fields[c].type);
        uint8_t *cells = out->cols[c];
        memmove(cells, cells + count * width, left * width);
        if (out->valid[c] != NULL) {
            memmove(out->valid[c], out->valid[c] + count, left);
            memset(out->valid[c] + left, 1, out->cap - left);
        }
        if (is_part_of_row(lent, c)) {
            drop(lent->parts[c], count, left);
        }
    }
    lent->dirty = out->cap;
    out->rows = left;
}

void weir_lent_drop(struct weir_lent *lent, uint32_t count)
{
    struct weir_out *out = &lent->out;
    uint32_t left = out->rows - count;
    memmove(out->parent, out->parent + count, left * sizeof *out->parent);
    drop(lent, count, left);
    out->row_start = 0;
}

static size_t used_bytes(const struct weir_lent *lent, size_t rows)
{
    size_t bytes = lent->out.heap_used;
    for (uint32_t c = 0; c < lent->out.column_count; c++) {
        const struct weir_lent *part = lent->parts[c];
        bytes += rows * width_of(lent->schema->fields[c].type);
        if (part != NULL) {
            bytes += used_bytes(part, is_part_of_row(lent, c) ? rows : part->out.rows);
        }
    }
    return bytes;
}

size_t weir_lent_used_bytes(const struct weir_lent *lent)
{
    return used_bytes(lent, lent->out.rows);
}
