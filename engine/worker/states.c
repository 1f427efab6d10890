/* SPDX-License-Identifier: Apache-2.0 */
/* Keyed states of this worker, one table for each stage and partition. They are made and found on
 * the loop; the driver sees to it that only one task at a time works on one. */
#include "worker/private.h"

void weir_worker_states_create(struct weir_worker *worker)
{
    worker->states = weir_alloc((worker->plan->stage_count + 1) * sizeof *worker->states);
}

static void reserve(struct weir_stage_states *states, uint32_t count)
{
    if (count <= states->count) {
        return;
    }
    states->tables = weir_realloc(states->tables, count * sizeof *states->tables);
    while (states->count < count) { /* tables never move: tasks have them */
        states->tables[states->count++] = weir_alloc(sizeof **states->tables);
    }
}

struct weir_state_table *weir_worker_state(struct weir_worker *worker,
                                           const struct weir_message_task *task)
{
    const struct weir_stage *stage = &worker->plan->stages[task->id.stage];
    uint32_t owner = stage->id;
    bool reads_state =
        stage->dependency_count > 0 && stage->dependencies[0].kind == WEIR_DEPEND_STATE;
    if (reads_state) {
        owner = stage->dependencies[0].from;
    } else if (!stage->has_state) {
        return NULL;
    }
    reserve(&worker->states[owner], task->id.partition + 1);
    return worker->states[owner].tables[task->id.partition];
}

void weir_worker_states_destroy(struct weir_worker *worker)
{
    for (uint32_t s = 0; worker->states != NULL && s < worker->plan->stage_count; s++) {
        struct weir_stage_states *states = &worker->states[s];
        for (uint32_t p = 0; p < states->count; p++) {
            weir_state_table_finish(states->tables[p]);
            weir_free(states->tables[p]);
        }
        weir_free(states->tables);
    }
    weir_free(worker->states);
}
