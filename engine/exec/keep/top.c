/* SPDX-License-Identifier: Apache-2.0 */
/* top: the best rows so far, sorted, and candidates behind them. A chunk's rows that come after the
 * n-th best are dropped at once; when there are as many candidates as rows to keep, both are
 * merged. So memory is bounded by n, not by the input. Equal rows stay in the order they came in.
 */
#include "exec/step.h"

#include <string.h>

enum { CANDIDATES_MIN = 2 * WEIR_CHUNK_ROWS_MAX };

struct weir_top {
    struct weir_step step;
    const struct weir_type *schema;
    uint64_t n;
    uint32_t by_count;
    uint32_t *by;
    bool is_descending;
    bool has_best;
    struct weir_table best; /* sorted, at most n rows */
    struct weir_builder *candidates, *merged;
    struct weir_column *room; /* for a slice */
    uint16_t sel[WEIR_CHUNK_ROWS_MAX];
};

/* Below 0: row ra of a comes before row rb of b. */
static int compare(const struct weir_top *top,
                   const struct weir_rows *a,
                   uint32_t ra,
                   const struct weir_rows *b,
                   uint32_t rb)
{
    for (uint32_t i = 0; i < top->by_count; i++) {
        uint32_t field = top->by[i];
        int order =
            weir_cell_compare(&a->columns[field], a->heaps, ra, &b->columns[field], b->heaps, rb);
        if (order != 0) {
            return top->is_descending ? -order : order;
        }
    }
    return 0;
}

/* ---- merging ---- */

/* A number that orders cells as weir_cell_compare does, as far as it goes: equal ones are compared
 * in full. Null, which comes first, is 0. */
static uint64_t prefix_of(const struct weir_column *column,
                          const struct weir_heaps *heaps,
                          uint32_t row)
{
    const uint64_t sign = UINT64_C(1) << 63;
    uint32_t at = column->is_const ? 0 : row;
    uint8_t head[sizeof(uint64_t)] = {0};
    uint64_t bits = 0;
    if (weir_column_is_null(column, row)) {
        return 0;
    }
    switch ((int)column->type->kind) {
    case WEIR_TYPE_I32:
        return (uint64_t)(int64_t)((const int32_t *)column->data)[at] ^ sign;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        return (uint64_t)((const int64_t *)column->data)[at] ^ sign;
    case WEIR_TYPE_F64: {
        double value = ((const double *)column->data)[at] + 0.0; /* -0.0 is 0.0 */
        memcpy(&bits, &value, sizeof bits);
        if (value != value) {
            return UINT64_MAX; /* comes last */
        }
        return (bits & sign) != 0 ? ~bits : bits | sign;
    }
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES: {
        weir_str text = weir_view_str((const weir_view *)column->data + at, heaps);
        memcpy(head, text.bytes, text.count < sizeof head ? text.count : sizeof head);
        for (uint32_t i = 0; i < sizeof head; i++) {
            bits = bits << 8 | head[i];
        }
        return bits;
    }
    default:
        return 0;
    }
}

/* Rows of best, then rows of candidates, under one number. */
struct merging {
    const struct weir_top *top;
    const struct weir_rows *best, *candidates; /* best may be NULL */
    uint32_t best_count;
    uint64_t *prefixes; /* by number: of the first field */
};

static const struct weir_rows *rows_of(const struct merging *m, uint32_t *number)
{
    if (*number < m->best_count) {
        return m->best;
    }
    *number -= m->best_count;
    return m->candidates;
}

static bool is_after(const struct merging *m, uint32_t a, uint32_t b)
{
    uint64_t first = m->prefixes[a];
    uint64_t second = m->prefixes[b];
    if (first != second) {
        return m->top->is_descending ? first < second : first > second;
    }
    const struct weir_rows *of_a = rows_of(m, &a);
    const struct weir_rows *of_b = rows_of(m, &b);
    return compare(m->top, of_a, a, of_b, b) > 0;
}

/* Stable merge sort, bottom up; the result is in `order`. */
static void sort(const struct merging *m, uint32_t *order, uint32_t *spare, uint32_t count)
{
    uint32_t *from = order;
    uint32_t *to = spare;
    for (uint32_t width = 1; width<count; width = width> UINT32_MAX / 2 ? count : width * 2) {
        for (uint64_t first = 0; first < count; first += (uint64_t)width * 2) {
            uint32_t a = (uint32_t)first;
            uint32_t middle = count - a < width ? count : a + width;
            uint32_t end = count - middle < width ? count : middle + width;
            uint32_t b = middle;
            for (uint32_t k = a; k < end; k++) {
                bool takes_b = b < end && (a == middle || is_after(m, from[a], from[b]));
                to[k] = takes_b ? from[b++] : from[a++];
            }
        }
        uint32_t *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != order) {
        memcpy(order, from, count * sizeof *order);
    }
}

static void keep_row(struct weir_top *top, const struct weir_rows *all, uint32_t row)
{
    struct weir_rows eight;
    uint32_t first = row & ~7U;
    uint32_t left = all->rows - first;
    uint16_t position = (uint16_t)(row - first);
    weir_rows_slice(all, first, left < 8 ? left : 8, top->room, &eight);
    weir_builder_add_at(top->merged, &eight, &position, 1);
}

static void drop_best(struct weir_top *top)
{
    if (top->has_best) {
        weir_table_finish(&top->best);
        top->has_best = false;
    }
}

static void make_prefixes(struct merging *m, uint32_t count)
{
    uint32_t field = m->top->by[0];
    m->prefixes = weir_alloc(((size_t)count + 1) * sizeof *m->prefixes);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = i;
        const struct weir_rows *of = rows_of(m, &row);
        m->prefixes[i] = prefix_of(&of->columns[field], of->heaps, row);
    }
}

/* best := the n first of best and candidates. */
static void merge(struct weir_top *top)
{
    uint32_t added = weir_builder_rows(top->candidates);
    if (added == 0) {
        return;
    }
    struct weir_table table;
    weir_builder_finish(top->candidates, &table);
    struct merging m = {.top = top, .candidates = &table.all};
    if (top->has_best) {
        m.best = &top->best.all;
        m.best_count = top->best.all.rows;
    }
    uint32_t count = m.best_count + added;
    uint32_t *order = weir_alloc((size_t)count * 2 * sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    make_prefixes(&m, count);
    sort(&m, order, order + count, count);
    weir_free(m.prefixes);
    uint32_t kept = count < top->n ? count : (uint32_t)top->n;
    if (!top->has_best) { /* all rows at once, as sort has them */
        weir_builder_gather(top->merged, &table.all, order, kept);
    }
    for (uint32_t i = 0; i < kept && top->has_best; i++) {
        uint32_t row = order[i];
        const struct weir_rows *of = rows_of(&m, &row);
        keep_row(top, of, row);
    }
    weir_free(order);
    drop_best(top);
    weir_table_finish(&table);
    weir_builder_finish(top->merged, &top->best);
    top->has_best = true;
}

/* ---- the step ---- */

/* Rows that come before the n-th best so far; an equal one came too late. */
static uint32_t select_better(struct weir_top *top, const struct weir_rows *rows)
{
    const struct weir_rows *best = &top->best.all;
    uint32_t count = weir_rows_count(rows);
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t r = rows->sel != NULL ? rows->sel[i] : i;
        top->sel[found] = (uint16_t)r;
        found += compare(top, rows, r, best, best->rows - 1) < 0;
    }
    return found;
}

static int top_push(struct weir_step *step,
                    struct weir_exec_task *task,
                    const struct weir_rows *rows)
{
    struct weir_top *top = (struct weir_top *)step;
    (void)task;
    if (top->has_best && top->best.all.rows == top->n) {
        weir_builder_add_at(top->candidates, rows, top->sel, select_better(top, rows));
    } else {
        weir_builder_add(top->candidates, rows);
    }
    uint32_t added = weir_builder_rows(top->candidates);
    if (added >= CANDIDATES_MIN && added >= top->n) {
        merge(top);
    }
    return WEIR_OK;
}

static int give(struct weir_top *top, struct weir_exec_task *task)
{
    const struct weir_rows *all = &top->best.all;
    for (uint32_t first = 0; first < all->rows && !task->wants_no_more;
         first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = all->rows - first;
        struct weir_rows chunk;
        weir_rows_slice(all, first, left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX,
                        top->room, &chunk);
        WEIR_TRY(weir_step_push(top->step.next, task, &chunk));
    }
    return WEIR_OK;
}

static int top_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_top *top = (struct weir_top *)step;
    merge(top);
    if (top->has_best) {
        WEIR_TRY(give(top, task));
    }
    drop_best(top);
    return weir_step_finish_next(step, task);
}

static void top_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_top *top = (struct weir_top *)step;
    merge(top);
    drop_best(top);
    weir_step_abandon_next(step, task);
}

static void top_destroy(struct weir_step *step)
{
    struct weir_top *top = (struct weir_top *)step;
    drop_best(top);
    weir_builder_destroy(top->candidates);
    weir_builder_destroy(top->merged);
    weir_free(top->by);
    weir_free(top->room);
    weir_free(top);
}

struct weir_step *weir_top_create(const struct weir_type *schema,
                                  int64_t n,
                                  const uint32_t *by,
                                  uint32_t by_count,
                                  bool is_descending,
                                  struct weir_step *next)
{
    struct weir_top *top = weir_alloc(sizeof *top);
    WEIR_ASSERT(n > 0);
    top->step = (struct weir_step){.push = top_push,
                                   .finish = top_finish,
                                   .abandon = top_abandon,
                                   .destroy = top_destroy,
                                   .next = next};
    top->schema = schema;
    top->n = (uint64_t)n;
    top->by_count = by_count > 0 ? by_count : schema->field_count;
    top->by = weir_alloc(top->by_count * sizeof *top->by);
    for (uint32_t i = 0; i < top->by_count; i++) {
        top->by[i] = by_count > 0 ? by[i] : i;
    }
    top->is_descending = is_descending;
    top->candidates = weir_builder_create(schema, false);
    top->merged = weir_builder_create(schema, true); /* few rows must not keep large texts alive */
    top->room = weir_alloc((weir_type_column_count(schema) + 1) * sizeof *top->room);
    return &top->step;
}
