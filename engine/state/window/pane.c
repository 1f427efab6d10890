/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of incremental windows: reducers and their inverses are called once for a chunk of
 * keys, never per key. */
#include "state/window/window.h"

#include <string.h>

void weir_pane_reset(struct weir_pane_values *values)
{
    if (values->count > 0) {
        memset(values->has, 0, values->count);
    }
    values->count = 0;
}

static void reserve(struct weir_pane_values *values, uint32_t count, uint32_t width)
{
    if (count > values->capacity) {
        uint32_t capacity = values->capacity == 0 ? 1024 : values->capacity;
        while (capacity < count) {
            capacity *= 2;
        }
        values->cells = weir_realloc(values->cells, (size_t)capacity * width);
        values->has = weir_realloc(values->has, capacity);
        memset(values->has + values->capacity, 0, capacity - values->capacity);
        values->capacity = capacity;
    }
    values->count = count > values->count ? count : values->count;
}

/* ---- reducers and counts ---- */

static void enter(struct weir_call_frame *frame,
                  const struct weir_operator *op,
                  const struct weir_exec_task *task,
                  const char *part)
{
    *frame = (struct weir_call_frame){
        .op = op, .batch_us = task->batch_us, .partition = task->partition};
    weir_call_enter_frame(frame, part);
}

/* cells[numbers[i]] = f(cells[numbers[i]], values[i]), in order. */
static void scatter(const struct weir_window *own,
                    const struct weir_exec_task *task,
                    uint8_t *cells,
                    uint32_t count)
{
    if (own->reducer == NULL) {
        for (uint32_t i = 0; i < count; i++) {
            ((int64_t *)(void *)cells)[own->numbers[i]] +=
                ((const int64_t *)(void *)own->values)[i];
        }
        return;
    }
    struct weir_call_frame frame;
    enter(&frame, own->op, task, "scatter");
    own->reducer->scatter(cells, own->numbers, own->values, count);
    weir_call_leave(&frame);
}

/* values[i] = f(values[i], others[i]), or the inverse of f. */
static void merge(const struct weir_window *own,
                  const struct weir_exec_task *task,
                  uint32_t count,
                  bool is_inverse)
{
    if (own->reducer == NULL) {
        int64_t *values = (int64_t *)(void *)own->values;
        const int64_t *others = (const int64_t *)(const void *)own->others;
        for (uint32_t i = 0; i < count; i++) {
            values[i] += is_inverse ? -others[i] : others[i];
        }
        return;
    }
    struct weir_call_frame frame;
    enter(&frame, is_inverse ? own->inverse_op : own->op, task, is_inverse ? "inverse" : "merge");
    (is_inverse ? own->inverse : own->reducer)->merge(own->values, own->others, count);
    weir_call_leave(&frame);
}

/* ---- panes ---- */

static void read_cell(const struct weir_window *own,
                      const struct weir_column *column,
                      uint32_t row,
                      uint8_t *to)
{
    uint32_t cell = column->is_const ? 0 : row;
    if (own->type->kind == WEIR_TYPE_BOOL) {
        *to = (((const uint8_t *)column->data)[cell >> 3] >> (cell & 7)) & 1;
    } else {
        memcpy(to, (const uint8_t *)column->data + (size_t)cell * own->width, own->width);
    }
}

void weir_pane_add(struct weir_window *own,
                   struct weir_exec_task *task,
                   struct weir_pane_values *to,
                   const struct weir_rows *rows)
{
    const struct weir_column *column = &rows->columns[own->head.shape.key_count];
    uint32_t count = weir_rows_count(rows);
    uint32_t width = own->width;
    uint32_t others = 0;
    reserve(to, own->head.table->touched_count, width);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = rows->sel != NULL ? rows->sel[i] : i;
        uint32_t slot = own->head.slots[i];
        if (weir_column_is_null(column, row)) {
            continue; /* a reducer of nulls alone has given it */
        }
        if (to->has[slot] == 0) {
            to->has[slot] = 1;
            read_cell(own, column, row, to->cells + (size_t)slot * width);
        } else {
            own->numbers[others] = slot;
            read_cell(own, column, row, own->values + (size_t)others * width);
            others++;
        }
    }
    if (others > 0) {
        scatter(own, task, to->cells, others);
    }
}

/* ---- states ---- */

static bool has(const struct weir_pane_values *values, uint32_t slot)
{
    return slot < values->count && values->has[slot] != 0;
}

/* Merges `with` into the states of those slots that have both. */
static void merge_into(struct weir_window *own,
                       const struct weir_exec_task *task,
                       const struct weir_pane_values *with,
                       uint32_t first,
                       uint32_t count,
                       bool is_inverse)
{
    struct weir_state_table *table = own->head.table;
    uint32_t width = own->width;
    uint32_t found = 0;
    for (uint32_t slot = first; slot < first + count; slot++) {
        if (table->exists[slot] != 0 && has(with, slot)) {
            memcpy(own->values + (size_t)found * width, table->states[slot], width);
            memcpy(own->others + (size_t)found * width, with->cells + (size_t)slot * width, width);
            own->numbers[found++] = slot;
        }
    }
    if (found > 0) {
        merge(own, task, found, is_inverse);
    }
    for (uint32_t i = 0; i < found; i++) {
        memcpy(table->states[own->numbers[i]], own->values + (size_t)i * width, width);
    }
}

int weir_window_merge(struct weir_window *own,
                      struct weir_exec_task *task,
                      uint32_t first,
                      uint32_t count)
{
    struct weir_state_table *table = own->head.table;
    merge_into(own, task, &own->left, first, count, true);
    merge_into(own, task, &own->entered, first, count, false);
    for (uint32_t slot = first; slot < first + count; slot++) {
        if (table->exists[slot] == 0 && has(&own->entered, slot)) {
            memcpy(table->states[slot], own->entered.cells + (size_t)slot * own->width, own->width);
            table->exists[slot] = 1;
        } else if (table->exists[slot] == 0 && has(&own->left, slot)) {
            return weir_error_set(
                task->err, WEIR_EJOB,
                "%s: Neither previous window has value for key, nor new values found: its filter "
                "has dropped a key (batch %lld ms, partition %u) of which values leave the window "
                "now; use inverse=none, or a filter that keeps keys until their last value is out",
                weir_verb_name(own->head.node->verb), (long long)(task->batch_us / 1000),
                task->partition);
        }
        table->touched[slot] = 1;
    }
    return WEIR_OK;
}
