/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys of a window stay: the filter is a chain of one node, whose end notes what came. */
#include "state/window/window.h"

#include <string.h>

static struct weir_window *of(struct weir_step *kept)
{
    return (struct weir_window *)(void *)((uint8_t *)kept - offsetof(struct weir_window, kept));
}

static int note(struct weir_step *step, struct weir_exec_task *task, const struct weir_rows *rows)
{
    struct weir_window *own = of(step);
    (void)task;
    own->kept_count = weir_rows_count(rows);
    for (uint32_t i = 0; i < own->kept_count; i++) {
        own->kept_sel[i] = (uint16_t)(rows->sel != NULL ? rows->sel[i] : i);
    }
    return WEIR_OK;
}

static int note_finish(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step;
    (void)task;
    return WEIR_OK;
}

static void note_nothing(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step;
    (void)task;
}

static void note_destroy(struct weir_step *step)
{
    (void)step;
}

int weir_window_open_filter(struct weir_window *own,
                            const struct weir_graph *graph,
                            struct weir_error *err)
{
    const struct weir_node *node = own->head.node;
    own->drops_zero = node->verb == WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW;
    if (node->filter == NULL) {
        return WEIR_OK;
    }
    struct weir_item *item = weir_arena_alloc(&own->head.arena, sizeof *item);
    *item = (struct weir_item){.expr = node->filter};
    own->filter_node = weir_arena_alloc(&own->head.arena, sizeof *own->filter_node);
    *own->filter_node = (struct weir_node){.id = node->id,
                                           .verb = WEIR_VERB_FILTER,
                                           .schema = node->schema,
                                           .input_count = 1,
                                           .inputs = &node->id,
                                           .item_count = 1,
                                           .items = item};
    own->kept = (struct weir_step){note, note_finish, note_nothing, note_destroy, NULL};
    const struct weir_node *nodes[] = {own->filter_node};
    return weir_chain_create(graph, nodes, 1, &own->kept, &own->filter, err);
}

void weir_window_close_filter(struct weir_window *own)
{
    if (own->filter != NULL) {
        weir_chain_destroy(own->filter, &own->kept);
    }
}

int weir_window_filter(struct weir_window *own,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    own->kept_count = 0;
    if (own->filter != NULL) {
        return weir_step_push(own->filter, task, rows);
    }
    const int64_t *counts = rows->columns[own->head.shape.key_count].data;
    for (uint32_t i = 0; i < rows->rows; i++) {
        own->kept_sel[own->kept_count] = (uint16_t)i;
        own->kept_count += !own->drops_zero || counts[i] != 0;
    }
    return WEIR_OK;
}
