/* SPDX-License-Identifier: Apache-2.0 */
/* state_snapshots: the version of a state that its newest batch has left, as rows. */
#include "state/step/head.h"

struct weir_state_reader {
    struct weir_keys keys;
    struct weir_state_layout layout;
    struct weir_state_rows rows;
    struct weir_state_view views[WEIR_STATE_PAGE_KEYS];
};

struct weir_state_reader *weir_state_reader_create(const struct weir_graph *graph,
                                                   const struct weir_node *node)
{
    static const uint32_t key_field[] = {0};
    const struct weir_operator *op = graph->nodes[node->inputs[0]].op;
    struct weir_state_reader *reader = weir_alloc(sizeof *reader);
    weir_keys_init(&reader->keys, node->schema, key_field, 1);
    weir_state_layout_init(&reader->layout, op->state, op->state_fields);
    weir_state_rows_init(&reader->rows, node->schema, 1, &reader->keys, &reader->layout);
    return reader;
}

void weir_state_reader_destroy(struct weir_state_reader *reader)
{
    if (reader != NULL) {
        weir_state_rows_finish(&reader->rows);
        weir_keys_finish(&reader->keys);
        weir_free(reader);
    }
}

int weir_state_reader_scan(struct weir_state_reader *reader,
                           struct weir_exec_task *task,
                           const struct weir_state_table *table,
                           struct weir_step *to)
{
    WEIR_ASSERT(!table->is_open);
    for (uint32_t number = 0; number < table->used && !task->wants_no_more;) {
        struct weir_rows rows;
        uint32_t count = 0;
        uint32_t end = table->used - number < WEIR_STATE_PAGE_KEYS ? table->used
                                                                   : number + WEIR_STATE_PAGE_KEYS;
        for (; number < end; number++) {
            struct weir_state_entry *entry = weir_state_table_entry(table, number);
            reader->views[count] = weir_state_table_view(table, entry);
            count += weir_state_entry_is_live(entry);
        }
        if (count > 0) {
            weir_state_rows_make(&reader->rows, reader->views, count, &rows);
            WEIR_TRY(weir_step_push(to, task, &rows));
        }
    }
    return WEIR_OK;
}
