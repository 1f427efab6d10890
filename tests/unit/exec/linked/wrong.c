/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that give what cannot be: each mistake once. Linked into the tests. */
#include <weir/plugin.h>

#define LOOP_(name)                                                                                \
    static int name(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
#define EXPORT_(name, kind, out_type)                                                              \
    static const struct weir_field name##_in[] = {{"a", "i64"}};                                   \
    static const struct weir_field name##_out[] = {{"value", out_type}};                           \
    WEIR_EXPORT_(name, kind, 0, #name, name##_in, 1, name##_out, 1, name, NULL)

/* ---- cells ---- */
LOOP_(no_items)
{
    const struct weir_list_cell cell = {0, 3};
    (void)task;
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        ((struct weir_list_cell *)out->cols[0])[weir_chunk_position(in, k)] = cell;
    }
    return WEIR_OK;
}
EXPORT_(no_items, WEIR_KIND_FUNCTION, "list<i64>");

LOOP_(below_zero)
{
    const struct weir_list_cell cell = {-5, 3};
    (void)task;
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        ((struct weir_list_cell *)out->cols[0])[weir_chunk_position(in, k)] = cell;
    }
    return WEIR_OK;
}
EXPORT_(below_zero, WEIR_KIND_FUNCTION, "list<i64>");

/* Texts in no buffer, behind the end of one, of less than no bytes: by the parameter. */
static int give_view(struct weir_task *task,
                     const struct weir_chunk *in,
                     struct weir_out *out,
                     weir_view view)
{
    struct weir_out *items = out->children[0];
    struct weir_list_cell cell = {0, 1};
    const int rc = weir_row_begin(items, task, 100);
    if (rc != 0) {
        return rc;
    }
    view.buffer = view.buffer == 0 ? items->heap_buffer : view.buffer;
    ((weir_view *)items->cols[0])[0] = view;
    weir_row_end(items);
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        ((struct weir_list_cell *)out->cols[0])[weir_chunk_position(in, k)] = cell;
    }
    return WEIR_OK;
}
LOOP_(no_buffer)
{
    const weir_view view = {100, "abc", 12345, 0};
    return give_view(task, in, out, view);
}
EXPORT_(no_buffer, WEIR_KIND_FUNCTION, "list<str>");
LOOP_(too_long)
{
    const weir_view view = {1 << 30, "abc", 0, 5};
    return give_view(task, in, out, view);
}
EXPORT_(too_long, WEIR_KIND_FUNCTION, "list<str>");
LOOP_(negative)
{
    const weir_view view = {-1, "abc", 0, 0};
    return give_view(task, in, out, view);
}
EXPORT_(negative, WEIR_KIND_FUNCTION, "list<str>");

LOOP_(far_null)
{
    (void)in;
    return out->grow_valid(out, task, 9);
}
EXPORT_(far_null, WEIR_KIND_FUNCTION, "i64");
LOOP_(far_part)
{
    (void)in;
    return out->children[0]->grow_valid(out->children[0], task, 1);
}
EXPORT_(far_part, WEIR_KIND_FUNCTION, "list<i64>");

LOOP_(more_rows) /* of a function, whose rows are those of its input */
{
    (void)in;
    return out->grow(out, task, 0);
}
EXPORT_(more_rows, WEIR_KIND_FUNCTION, "list<i64>");
LOOP_(beyond_cap)
{
    (void)in, (void)task;
    out->children[0]->rows = out->children[0]->cap + 1;
    return WEIR_OK;
}
EXPORT_(beyond_cap, WEIR_KIND_FUNCTION, "list<i64>");
LOOP_(beyond_heap)
{
    (void)in, (void)task;
    out->children[0]->heap_used = out->children[0]->heap_cap + 1;
    return WEIR_OK;
}
EXPORT_(beyond_heap, WEIR_KIND_FUNCTION, "list<str>");
/* A huge text: more than a value holds. */
LOOP_(huge)
{
    (void)in;
    return out->children[0]->grow(out->children[0], task, (size_t)3 << 30);
}
EXPORT_(huge, WEIR_KIND_EMITTER, "{name: str}");

/* Three values for a truth: what is not 0 is true, in a part. */
LOOP_(odd_bools)
{
    struct weir_out *fields = out->children[0];
    (void)task;
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        ((uint8_t *)fields->cols[0])[i] = (uint8_t)(i * 85);
    }
    return WEIR_OK;
}
EXPORT_(odd_bools, WEIR_KIND_FUNCTION, "{is: bool}");
/* The same of validity. */
LOOP_(odd_valid)
{
    int rc = out->grow_valid(out, task, 0);
    for (size_t k = 0; rc == 0 && k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        out->valid[0][i] = (uint8_t)(i * 85);
        ((int64_t *)out->cols[0])[i] = 1;
    }
    return rc;
}
EXPORT_(odd_valid, WEIR_KIND_FUNCTION, "i64");
/* Writes to half of its rows. */
LOOP_(forgetful)
{
    int rc = 0;
    for (size_t k = 0; rc == 0 && k < weir_chunk_count(in) / 2; k++) {
        rc = out->grow(out, task, 50);
        weir_write_str(out, out->cols[0], weir_chunk_position(in, k),
                       weir_str_from_chars("a text that is longer than a cell"));
    }
    return rc;
}
EXPORT_(forgetful, WEIR_KIND_FUNCTION, "str");

/* ---- whole arrays ---- */
static int releases;
static void release(struct ArrowArray *array)
{
    releases++;
    array->release = NULL;
}
int weir_wrong_releases(void);
int weir_wrong_releases(void)
{
    return releases;
}

static int32_t offsets[WEIR_CHUNK_ROWS_MAX + 1];
static int64_t numbers[WEIR_CHUNK_ROWS_MAX];
static const void *list_buffers[2] = {NULL, offsets};
static const void *item_buffers[2] = {NULL, numbers};
static const void *no_cells[2] = {NULL, NULL};
static struct ArrowArray items;
static struct ArrowArray *children[1] = {&items};

/* A list<i64> as it should be: empty lists. */
static struct ArrowArray *move(const struct weir_chunk *in, struct weir_out *out)
{
    memset(offsets, 0, sizeof offsets);
    memset(&items, 0, sizeof items);
    items.length = 4;
    items.n_buffers = 2;
    items.buffers = item_buffers;
    memset(out->moved, 0, sizeof *out->moved);
    out->moved->length = in->rows;
    out->moved->n_buffers = 2;
    out->moved->n_children = 1;
    out->moved->buffers = list_buffers;
    out->moved->children = children;
    out->moved->release = release;
    return out->moved;
}
LOOP_(too_few)
{
    (void)task;
    move(in, out)->length = in->rows - 1;
    return WEIR_OK;
}
EXPORT_(too_few, WEIR_KIND_FUNCTION, "list<i64>");
LOOP_(unsorted)
{
    (void)task;
    (void)move(in, out);
    offsets[0] = 2;
    offsets[1] = 1;
    return WEIR_OK;
}
EXPORT_(unsorted, WEIR_KIND_FUNCTION, "list<i64>");
LOOP_(short_items)
{
    (void)task;
    (void)move(in, out);
    offsets[in->rows] = 5;
    return WEIR_OK;
}
EXPORT_(short_items, WEIR_KIND_FUNCTION, "list<i64>");
LOOP_(no_child)
{
    (void)task;
    move(in, out)->n_children = 0;
    return WEIR_OK;
}
EXPORT_(no_child, WEIR_KIND_FUNCTION, "list<i64>");
LOOP_(no_item_cells)
{
    (void)task;
    (void)move(in, out);
    offsets[in->rows] = 4;
    items.buffers = no_cells;
    return WEIR_OK;
}
EXPORT_(no_item_cells, WEIR_KIND_FUNCTION, "list<i64>");
LOOP_(before_start)
{
    (void)task;
    move(in, out)->offset = -1;
    return WEIR_OK;
}
EXPORT_(before_start, WEIR_KIND_FUNCTION, "list<i64>");
LOOP_(moved_text)
{
    static weir_view views[WEIR_CHUNK_ROWS_MAX];
    static const void *buffers[2] = {NULL, views};
    const weir_view view = {50, "abc", 0, 0};
    (void)task;
    (void)move(in, out);
    views[0] = view;
    out->moved->buffers = buffers;
    out->moved->n_children = 0;
    return WEIR_OK;
}
EXPORT_(moved_text, WEIR_KIND_FUNCTION, "str");
/* Fails on its first row, then moves the whole. */
LOOP_(fails_and_moves)
{
    if (in->sel == NULL) {
        task->row = 0;
        return task->host->fail(task, WEIR_BAD_RECORD, "not this one");
    }
    (void)move(in, out);
    return WEIR_OK;
}
EXPORT_(fails_and_moves, WEIR_KIND_FUNCTION, "list<i64>");

/* ---- emitters ---- */
LOOP_(far_items)
{
    const struct weir_list_cell cell = {7, 1};
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const int rc = weir_row_begin(out, task, 0);
        if (rc != 0) {
            return rc;
        }
        ((struct weir_list_cell *)out->cols[0])[out->rows] = cell;
        out->parent[out->rows] = (uint16_t)weir_chunk_position(in, k);
        weir_row_end(out);
    }
    return WEIR_OK;
}
EXPORT_(far_items, WEIR_KIND_EMITTER, "list<i64>");

/* A parent that is no row; one that was not shown; more rows than there is room for. */
static int give_parent(struct weir_task *task,
                       const struct weir_chunk *in,
                       struct weir_out *out,
                       uint16_t parent)
{
    const int rc = weir_row_begin(out, task, 0);
    (void)in;
    if (rc == 0) {
        weir_row_i64(out, 0, 1);
        out->parent[out->rows] = parent;
        weir_row_end(out);
    }
    return rc;
}
LOOP_(no_parent)
{
    return give_parent(task, in, out, 3);
}
EXPORT_(no_parent, WEIR_KIND_EMITTER, "i64");
LOOP_(unseen_parent)
{
    return give_parent(task, in, out, 0);
}
EXPORT_(unseen_parent, WEIR_KIND_EMITTER, "i64");
LOOP_(too_many)
{
    (void)task, (void)in;
    out->rows = out->cap + 1;
    return WEIR_OK;
}
EXPORT_(too_many, WEIR_KIND_EMITTER, "i64");
LOOP_(too_many_lists)
{
    (void)task, (void)in;
    out->rows = out->cap + 1;
    return WEIR_OK;
}
EXPORT_(too_many_lists, WEIR_KIND_EMITTER, "list<i64>");

WEIR_PLUGIN("org.example.wrong", "1.0.0", "what operators must not give", "Apache-2.0");
