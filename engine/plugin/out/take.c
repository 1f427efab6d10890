/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin wrote into lent columns, as columns of ours. Cells stay where they are if nothing
 * has to be changed; lists whose items follow each other, as they mostly do, become offsets, others
 * are gathered. Everything that would be followed later is checked here, once. */
#include "plugin/plugin.h"

#include <string.h>

struct taking {
    struct weir_lent *root;
    struct weir_task *task;
};

/* Rows of one part: first, first + 1..., or those of `at`, -1 for null. */
struct picked {
    const int32_t *at;
    uint32_t first, count;
};

static int64_t row_of(const struct picked *picked, uint32_t r)
{
    return picked->at != NULL ? picked->at[r] : (int64_t)picked->first + r;
}

static void *room(const struct taking *t, size_t bytes)
{
    return weir_arena_alloc(&t->root->taken, bytes);
}

/* The positions that are not null, as bits; NULL: all. */
static const uint8_t *take_valid(const struct taking *t,
                                 const struct weir_lent *lent,
                                 uint32_t c,
                                 const struct picked *picked)
{
    const uint8_t *valid = lent->out.valid[c];
    if (valid == NULL && picked->at == NULL) {
        return NULL;
    }
    uint8_t *bits = room(t, picked->count / 8 + 1);
    uint32_t nulls = 0;
    for (uint32_t r = 0; r < picked->count; r++) {
        int64_t row = row_of(picked, r);
        bool is_there = row >= 0 && (valid == NULL || valid[row] != 0);
        bits[r >> 3] = (uint8_t)(bits[r >> 3] | (unsigned)is_there << (r & 7));
        nulls += !is_there;
    }
    return nulls == 0 ? NULL : bits;
}

static bool is_there(const uint8_t *valid, uint32_t r)
{
    return valid == NULL || (valid[r >> 3] >> (r & 7) & 1) != 0;
}

static int wrong(const struct taking *t, const struct weir_lent *lent, uint32_t c, const char *what)
{
    return t->task->host->fail(t->task, WEIR_FATAL, "gives %s in column '%s'", what,
                               lent->schema->fields[c].name);
}

/* ---- cells ---- */

static const void *take_bools(const struct taking *t,
                              const uint8_t *cells,
                              const struct picked *picked,
                              const uint8_t *valid)
{
    uint8_t *bits = room(t, picked->count / 8 + 1);
    for (uint32_t r = 0; r < picked->count; r++) {
        bool is_set = is_there(valid, r) && cells[row_of(picked, r)] != 0;
        bits[r >> 3] = (uint8_t)(bits[r >> 3] | (unsigned)is_set << (r & 7));
    }
    return bits;
}

static const void *take_cells(const struct taking *t,
                              const uint8_t *cells,
                              size_t width,
                              const struct picked *picked,
                              const uint8_t *valid)
{
    if (picked->at == NULL && valid == NULL) {
        return cells + picked->first * width;
    }
    uint8_t *to = room(t, picked->count * width + 1);
    for (uint32_t r = 0; r < picked->count; r++) {
        if (is_there(valid, r)) {
            memcpy(to + r * width, cells + (size_t)row_of(picked, r) * width, width);
        }
    }
    return to;
}

static bool are_views_sound(const weir_view *views, uint32_t count, const struct weir_heaps *heaps)
{
    bool is_sound = true;
    for (uint32_t r = 0; r < count && is_sound; r++) {
        const weir_view *view = &views[r];
        if (view->count > WEIR_VIEW_INLINE_BYTES) {
            is_sound =
                view->buffer >= 0 && (uint32_t)view->buffer < heaps->count && view->offset >= 0 &&
                (size_t)view->offset + (size_t)view->count <= heaps->buffers[view->buffer]->bytes;
        } else {
            is_sound = view->count >= 0;
        }
    }
    return is_sound;
}

/* ---- lists and structs ---- */

static int take_column(const struct taking *t,
                       struct weir_lent *lent,
                       uint32_t c,
                       const struct picked *picked,
                       struct weir_column *to);

/* The rows of the items: a run, or where lists are in another order, one by one. */
static int pick_items(const struct taking *t,
                      const struct weir_list_cell *cells,
                      const struct picked *picked,
                      const struct weir_column *list,
                      struct picked *items)
{
    const int32_t *offsets = list->data;
    int64_t next = -1;
    bool is_run = true;
    items->count = (uint32_t)offsets[picked->count];
    for (uint32_t r = 0; r < picked->count; r++) {
        if (offsets[r + 1] > offsets[r]) {
            const struct weir_list_cell *cell = &cells[row_of(picked, r)];
            items->first = next < 0 ? (uint32_t)cell->first : items->first;
            is_run = is_run && (next < 0 || next == cell->first);
            next = (int64_t)cell->first + cell->count;
        }
    }
    if (is_run) {
        return WEIR_OK;
    }
    int32_t *at = room(t, items->count * sizeof *at);
    for (uint32_t r = 0; r < picked->count; r++) {
        for (int32_t i = offsets[r]; i < offsets[r + 1]; i++) {
            at[i] = cells[row_of(picked, r)].first + (i - offsets[r]);
        }
    }
    items->at = at;
    return WEIR_OK;
}

static int take_list(const struct taking *t,
                     struct weir_lent *lent,
                     uint32_t c,
                     const struct picked *picked,
                     struct weir_column *to)
{
    struct weir_lent *part = lent->parts[c];
    const struct weir_list_cell *cells = lent->out.cols[c];
    int32_t *offsets = room(t, (picked->count + (size_t)1) * sizeof *offsets);
    int64_t total = 0;
    for (uint32_t r = 0; r < picked->count; r++) {
        if (is_there(to->valid, r)) {
            const struct weir_list_cell *cell = &cells[row_of(picked, r)];
            if (cell->first < 0 || cell->count < 0 ||
                (int64_t)cell->first + cell->count > (int64_t)part->out.rows) {
                return wrong(t, lent, c, "a list that leaves the items that were written");
            }
            total += cell->count;
        }
        if (total > WEIR_LENT_ITEMS_MAX) {
            return wrong(t, lent, c, "more than 64 Mi items");
        }
        offsets[r + 1] = (int32_t)total;
    }
    to->data = offsets;
    to->child_rows = total;
    struct picked items = {0};
    struct weir_column *child = room(t, sizeof *child);
    to->children = child;
    WEIR_TRY(pick_items(t, cells, picked, to, &items));
    return take_column(t, part, 0, &items, child);
}

static int take_struct(const struct taking *t,
                       struct weir_lent *part,
                       const struct picked *picked,
                       struct weir_column *to)
{
    struct picked fields = *picked;
    struct weir_column *children = room(t, part->schema->field_count * sizeof *children + 1);
    if (to->valid != NULL) { /* what is below a null is null */
        int32_t *at = room(t, picked->count * sizeof *at + 1);
        for (uint32_t r = 0; r < picked->count; r++) {
            at[r] = is_there(to->valid, r) ? (int32_t)row_of(picked, r) : -1;
        }
        fields.at = at;
    }
    to->children = children;
    for (uint32_t c = 0; c < part->schema->field_count; c++) {
        WEIR_TRY(take_column(t, part, c, &fields, &children[c]));
    }
    return WEIR_OK;
}

/* Depth is at most WEIR_TYPE_DEPTH_MAX. */
static int take_column(const struct taking *t,
                       struct weir_lent *lent,
                       uint32_t c,
                       const struct picked *picked,
                       struct weir_column *to)
{
    const struct weir_type *type = lent->schema->fields[c].type;
    const void *cells = lent->out.cols[c];
    *to = (struct weir_column){.type = type, .valid = take_valid(t, lent, c, picked)};
    if (type->kind == WEIR_TYPE_NULL) {
        return WEIR_OK;
    }
    if (type->kind == WEIR_TYPE_LIST) {
        return take_list(t, lent, c, picked, to);
    }
    if (type->kind == WEIR_TYPE_STRUCT) {
        return take_struct(t, lent->parts[c], picked, to);
    }
    to->data = type->kind == WEIR_TYPE_BOOL
                   ? take_bools(t, cells, picked, to->valid)
                   : take_cells(t, cells, weir_type_cell_bytes(type), picked, to->valid);
    if (weir_type_is_text(type) &&
        !are_views_sound(to->data, picked->count, &lent->root->heaps->table)) {
        return wrong(t, lent, c, "a text that lies in no buffer");
    }
    return WEIR_OK;
}

/* All heaps know how far they are filled. */
static bool close_heaps(struct weir_lent *lent)
{
    bool is_sound = lent->out.heap_used <= lent->out.heap_cap;
    weir_step_heaps_close(lent->heaps, &lent->out);
    for (uint32_t c = 0; c < lent->out.column_count; c++) {
        is_sound = (lent->parts[c] == NULL || close_heaps(lent->parts[c])) && is_sound;
    }
    return is_sound && (lent->has_given_rows || lent->out.rows <= lent->out.cap);
}

int weir_lent_take(struct weir_lent *lent,
                   struct weir_task *task,
                   uint32_t first,
                   uint32_t rows,
                   const int32_t *at,
                   struct weir_column *columns)
{
    const struct taking t = {lent, task};
    const struct picked picked = {at, first, rows};
    weir_arena_reset(&lent->taken);
    if (!close_heaps(lent)) {
        return task->host->fail(task, WEIR_FATAL, "writes more than there is room for");
    }
    for (uint32_t c = 0; c < lent->schema->field_count; c++) {
        WEIR_TRY(take_column(&t, lent, c, &picked, &columns[c]));
    }
    return WEIR_OK;
}
