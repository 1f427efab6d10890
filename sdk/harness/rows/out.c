/* SPDX-License-Identifier: Apache-2.0 */
/* Columns lent to an operator, and what it wrote as text. A strict host's: they begin with room for
 * two rows and sixteen bytes, move whenever they grow, and what they leave behind is spoilt; views
 * are checked before they are followed. */
#include "../harness.h"

enum { FIRST_ROWS = 2, FIRST_HEAP_BYTES = 16, SPOILT = 0xa5 };

static struct weir_harness_out *self(struct weir_out *out)
{
    return (struct weir_harness_out *)(void *)out; /* its first member */
}

/* Moves `used` bytes into `bytes` new ones. */
static void *move(void *from, size_t used, size_t bytes)
{
    char *to = (char *)malloc(bytes > 0 ? bytes : 1);
    if (to == NULL) {
        abort();
    }
    memset(to, SPOILT, bytes);
    if (used > 0) {
        memcpy(to, from, used);
        memset(from, SPOILT, used);
    }
    free(from);
    return to;
}

static void set_cap(struct weir_harness_out *o, uint32_t cap)
{
    struct weir_out *out = &o->out;
    const uint32_t used = o->has_fixed_rows || o->has_owner_rows ? out->cap : out->rows;
    for (uint32_t c = 0; c < out->column_count; c++) {
        const size_t bytes = weir_harness_cell_bytes(&o->type->parts[c]);
        out->cols[c] = move(out->cols[c], used * bytes, cap * bytes);
        if (out->valid[c] != NULL) {
            out->valid[c] = (uint8_t *)move(out->valid[c], used, cap);
            memset(out->valid[c] + used, 1, cap - used);
        }
        if (o->parts[c] != NULL && o->parts[c]->has_owner_rows) {
            set_cap(o->parts[c], cap);
        }
    }
    out->parent =
        (uint16_t *)move(out->parent, used * sizeof *out->parent, cap * sizeof *out->parent);
    out->cap = cap;
}

/* Rows [0, first) are gone: the others move to the front. */
static void shift(struct weir_harness_out *o, uint32_t first)
{
    struct weir_out *out = &o->out;
    const uint32_t left = out->rows - first;
    for (uint32_t c = 0; c < out->column_count; c++) {
        const size_t bytes = weir_harness_cell_bytes(&o->type->parts[c]);
        char *cells = (char *)out->cols[c];
        memmove(cells, cells + first * bytes, left * bytes);
        if (out->valid[c] != NULL) {
            memmove(out->valid[c], out->valid[c] + first, left);
            memset(out->valid[c] + left, 1, out->cap - left);
        }
    }
    memmove(out->parent, out->parent + first, left * sizeof *out->parent);
    out->rows = left;
    out->row_start = 0;
}

static int out_grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct weir_harness_out *o = self(out);
    if (weir_harness_refuses(o->h)) {
        return weir_harness_refused(o->h);
    }
    if (heap_bytes > 0) {
        const size_t bytes = out->heap_used + heap_bytes;
        if (bytes > INT32_MAX / 2) {
            return (task->host->fail)(task, WEIR_BAD_RECORD, "more than 1 GiB of text in a chunk");
        }
        out->heap = (char *)move(out->heap, out->heap_used, bytes);
        out->heap_cap = (uint32_t)bytes;
        return WEIR_OK;
    }
    if (o->has_fixed_rows || o->has_owner_rows) {
        return (task->host->fail)(task, WEIR_FATAL, "asks for rows where they are given");
    }
    if (o->hand_on != NULL && (out->row_start > 0 || o->hands_all)) {
        const uint32_t first = o->hands_all ? out->rows : out->row_start;
        const int outcome = o->hand_on(o, first);
        shift(o, first);
        return outcome;
    }
    set_cap(o, out->cap * 2);
    return WEIR_OK;
}

static int out_grow_valid(struct weir_out *out, struct weir_task *task, uint32_t column)
{
    if (weir_harness_refuses(self(out)->h)) {
        return weir_harness_refused(self(out)->h);
    }
    if (column >= out->column_count) {
        return (task->host->fail)(task, WEIR_FATAL, "makes column %u null, it has %u",
                                  (unsigned)column, (unsigned)out->column_count);
    }
    if (out->valid[column] == NULL) {
        out->valid[column] = (uint8_t *)move(NULL, 0, out->cap);
        memset(out->valid[column], 1, out->cap);
    }
    return WEIR_OK;
}

/* The out of a nested column's parts. */
static struct weir_harness_out *make_part(struct weir_harness *h,
                                          const struct weir_harness_type *type,
                                          uint32_t cap)
{
    struct weir_harness_type *row = (struct weir_harness_type *)weir_harness_keep(h, sizeof *row);
    struct weir_harness_out *part;
    *row = *type;
    row->kind = 's';
    part = weir_harness_out_make(h, row, 0);
    if (type->kind == 's') {
        part->has_owner_rows = true;
        set_cap(part, cap);
    }
    return part;
}

struct weir_harness_out *weir_harness_out_make(struct weir_harness *h,
                                               const struct weir_harness_type *type,
                                               uint32_t rows)
{
    struct weir_harness_out *o = (struct weir_harness_out *)calloc(1, sizeof *o);
    struct weir_out *out = &o->out;
    struct weir_out **children;
    o->h = h;
    o->type = type;
    o->has_fixed_rows = rows > 0;
    out->size = sizeof *out;
    out->column_count = type->count;
    out->cols = (void **)calloc(type->count + 1, sizeof *out->cols);
    out->valid = (uint8_t **)calloc(type->count + 1, sizeof *out->valid);
    children = (struct weir_out **)calloc(type->count + 1, sizeof *children);
    o->parts = (struct weir_harness_out **)calloc(type->count + 1, sizeof *o->parts);
    out->moved = (struct ArrowArray *)calloc(type->count + 1, sizeof *out->moved);
    out->grow = out_grow;
    out->grow_valid = out_grow_valid;
    out->owner = h;
    out->heap = (char *)move(NULL, 0, FIRST_HEAP_BYTES);
    out->heap_cap = FIRST_HEAP_BYTES;
    out->heap_buffer = 0x4000;
    out->base_buffer = -1;
    out->children = children;
    out->cap = 0;
    set_cap(o, rows > 0 ? rows : FIRST_ROWS);
    for (uint32_t c = 0; c < type->count; c++) {
        if (type->parts[c].count > 0) {
            o->parts[c] = make_part(h, &type->parts[c], out->cap);
            children[c] = &o->parts[c]->out;
        }
    }
    return o;
}

void weir_harness_out_free(struct weir_harness_out *o)
{
    if (o == NULL) {
        return;
    }
    for (uint32_t c = 0; c < o->out.column_count; c++) {
        weir_harness_out_free(o->parts[c]);
        free(o->out.cols[c]);
        free(o->out.valid[c]);
        if (o->out.moved[c].release != NULL) {
            o->out.moved[c].release(&o->out.moved[c]);
        }
    }
    free(o->out.moved);
    free(o->out.cols);
    free(o->out.valid);
    free(o->out.parent);
    free(o->out.heap);
    free((void *)(uintptr_t)o->out.children);
    free(o->parts);
    free(o);
}

/* ---- to text ---- */
static int wrong(struct weir_harness_out *o, uint32_t column, const char *what)
{
    return weir_harness_fail(
        o->h, "%s: column %s of what it gives %s", o->h->exported->name,
        o->type->parts[column].name != NULL ? o->type->parts[column].name : "?", what);
}

static int print_text(struct weir_harness_out *o,
                      uint32_t column,
                      const weir_view *view,
                      bool is_nested,
                      struct weir_blob *to)
{
    const char *bytes = (const char *)view + offsetof(weir_view, prefix);
    if (view->count < 0) {
        return wrong(o, column, "has a text of less than no bytes");
    }
    if (view->count <= WEIR_VIEW_INLINE_BYTES) {
        for (int32_t i = view->count; i < WEIR_VIEW_INLINE_BYTES; i++) {
            if (bytes[i] != '\0') {
                return wrong(o, column, "has a short text whose cell is not zero behind it");
            }
        }
    } else {
        const bool is_own = view->buffer == o->out.heap_buffer;
        const struct weir_harness_chunk *in = o->input;
        if (!is_own &&
            (in == NULL || view->buffer < 0 || (uint32_t)view->buffer >= in->heap_count)) {
            return wrong(o, column, "has a text in a buffer that does not exist");
        }
        const int64_t size = is_own ? o->out.heap_used : in->heap_bytes[view->buffer];
        if (view->offset < 0 || view->offset + (int64_t)view->count > size) {
            return wrong(o, column, "has a text that leaves its buffer");
        }
        bytes = (is_own ? o->out.heap : (const char *)in->heaps[view->buffer]) + view->offset;
        if (memcmp(bytes, view->prefix, sizeof view->prefix) != 0) {
            return wrong(o, column, "has a text whose prefix is another");
        }
    }
    weir_harness_escape(weir_str_make(bytes, (size_t)view->count), is_nested, to);
    return 0;
}

static int print_cell(struct weir_harness_out *o,
                      uint32_t column,
                      uint32_t row,
                      bool is_nested,
                      struct weir_blob *to);

static int print_list(struct weir_harness_out *o,
                      uint32_t column,
                      uint32_t row,
                      struct weir_blob *to)
{
    const struct weir_list_cell cell = ((const struct weir_list_cell *)o->out.cols[column])[row];
    struct weir_harness_out *items = o->parts[column];
    int failed = 0;
    if (cell.first < 0 || cell.count < 0 ||
        (int64_t)cell.first + cell.count > (int64_t)items->out.rows) {
        return wrong(o, column, "has a list that leaves its items");
    }
    items->input = o->input;
    weir_blob_put(to, "[");
    for (int32_t i = 0; i < cell.count && failed == 0; i++) {
        weir_blob_put(to, i > 0 ? "," : "");
        failed = print_cell(items, 0, (uint32_t)(cell.first + i), true, to);
    }
    weir_blob_put(to, "]");
    return failed;
}

static int print_struct(struct weir_harness_out *o,
                        uint32_t column,
                        uint32_t row,
                        struct weir_blob *to)
{
    struct weir_harness_out *fields = o->parts[column];
    int failed = 0;
    fields->input = o->input;
    weir_blob_put(to, "{");
    for (uint32_t i = 0; i < fields->type->count && failed == 0; i++) {
        weir_blob_put(to, i > 0 ? "," : "");
        failed = print_cell(fields, i, row, true, to);
    }
    weir_blob_put(to, "}");
    return failed;
}

static int print_cell(
    struct weir_harness_out *o, uint32_t column, uint32_t row, bool is_nested, struct weir_blob *to)
{
    const struct weir_out *out = &o->out;
    const char kind = o->type->parts[column].kind;
    if (out->valid[column] != NULL && out->valid[column][row] == 0) {
        weir_blob_put(to, "\\N");
        return 0;
    }
    switch (kind) {
    case 'u':
    case 'z':
        return print_text(o, column, (const weir_view *)out->cols[column] + row, is_nested, to);
    case '+':
        return print_list(o, column, row, to);
    case 's':
        return print_struct(o, column, row, to);
    case 'b': {
        const uint8_t truth = ((const uint8_t *)out->cols[column])[row];
        if (truth > 1) {
            return wrong(o, column, "has a bool that is neither 0 nor 1");
        }
        weir_blob_put(to, truth != 0 ? "true" : "false");
        return 0;
    }
    case 'i':
        weir_harness_print_i64(((const int32_t *)out->cols[column])[row], to);
        return 0;
    case 'g':
        weir_harness_print_f64(((const double *)out->cols[column])[row], to);
        return 0;
    default:
        weir_harness_print_i64(((const int64_t *)out->cols[column])[row], to);
        return 0;
    }
}

int weir_harness_out_print(struct weir_harness_out *o, uint32_t row, struct weir_blob *to)
{
    int failed = 0;
    for (uint32_t c = 0; c < o->type->count && failed == 0; c++) {
        weir_blob_put(to, c > 0 ? "|" : "");
        failed = print_cell(o, c, row, false, to);
    }
    weir_blob_put(to, "\n");
    return failed;
}

static void empty(struct weir_harness_out *o)
{
    o->out.rows = o->out.row_start = 0;
    o->out.heap_used = 0;
    for (uint32_t c = 0; c < o->out.column_count; c++) {
        if (o->out.valid[c] != NULL) {
            memset(o->out.valid[c], 1, o->out.cap);
        }
        if (o->parts[c] != NULL) {
            empty(o->parts[c]);
        }
    }
}

int weir_harness_out_take(struct weir_harness_out *o, struct weir_blob *to)
{
    int failed = 0;
    if (o->out.rows > o->out.cap || o->out.heap_used > o->out.heap_cap) {
        return weir_harness_fail(o->h, "%s says it wrote more than there is room for",
                                 o->h->exported->name);
    }
    for (uint32_t row = 0; row < o->out.rows && failed == 0; row++) {
        failed = weir_harness_out_print(o, row, to);
    }
    empty(o);
    return failed;
}
