/* SPDX-License-Identifier: Apache-2.0 */
/* Joins with tables: what one task has gathered of a version of the table serves the tasks of later
 * batches, until there is another version. Only the loop looks in here; what is shared never
 * changes. */
#include "worker/private.h"

#include <string.h>

/* The dependency on a table that a join gathers, or NULL. */
static const struct weir_dependency *table_of(const struct weir_stage *stage)
{
    const struct weir_node *head = stage->head;
    bool joins =
        head != NULL && (head->verb == WEIR_VERB_CARTESIAN ||
                         (head->verb >= WEIR_VERB_JOIN && head->verb <= WEIR_VERB_ANTI_JOIN));
    bool has_table = joins && !stage->is_static && stage->dependency_count == 2 &&
                     stage->dependencies[1].is_static;
    return has_table ? &stage->dependencies[1] : NULL;
}

/* Moves the blocks of the table among the job's to `blocks`; returns how many. */
static uint32_t table_blocks(const struct weir_worker_job *job, struct weir_block **blocks)
{
    const struct weir_slice *slices = job->request->task.slices;
    uint32_t count = 0;
    for (uint32_t i = 0; i < job->block_count; i++) {
        if (slices[i].dependency == 1) {
            blocks[count++] = job->blocks[i];
        }
    }
    return count;
}

static struct weir_gathered *entry_of(struct weir_worker_job *job)
{
    const struct weir_task_id *id = &job->request->task.id;
    struct weir_stage_gathered *stage = &job->worker->gathered[id->stage];
    if (id->partition >= stage->count) {
        uint32_t count = id->partition + 1;
        stage->of = weir_realloc(stage->of, count * sizeof *stage->of);
        memset(stage->of + stage->count, 0, (count - stage->count) * sizeof *stage->of);
        stage->count = count;
    }
    return &stage->of[id->partition];
}

void weir_worker_find_gathered(struct weir_worker_job *job)
{
    const struct weir_stage *stage = &job->worker->plan->stages[job->request->task.id.stage];
    if (table_of(stage) == NULL) {
        return;
    }
    const struct weir_gathered *entry = entry_of(job);
    struct weir_block **blocks = weir_alloc((job->block_count + 1) * sizeof *blocks);
    uint32_t count = table_blocks(job, blocks);
    job->gathers_table = true;
    if (entry->right != NULL && entry->block_count == count &&
        memcmp(entry->blocks, blocks, count * sizeof *blocks) == 0) {
        job->right = weir_join_right_retain(entry->right);
    }
    weir_free(blocks);
}

static void forget(struct weir_gathered *entry)
{
    weir_join_right_release(entry->right);
    for (uint32_t i = 0; i < entry->block_count; i++) {
        weir_block_release(entry->blocks[i]);
    }
    weir_free(entry->blocks);
    *entry = (struct weir_gathered){0};
}

void weir_worker_keep_gathered(struct weir_worker_job *job)
{
    weir_join_right_release(job->right);
    job->right = NULL;
    if (job->built == NULL) {
        return;
    }
    struct weir_gathered *entry = entry_of(job);
    forget(entry);
    entry->right = job->built;
    entry->blocks = weir_alloc((job->block_count + 1) * sizeof(struct weir_block *));
    entry->block_count = table_blocks(job, entry->blocks);
    for (uint32_t i = 0; i < entry->block_count; i++) { /* so that no other block has its address */
        (void)weir_block_retain(entry->blocks[i]);
    }
    job->built = NULL;
}

void weir_worker_gathered_destroy(struct weir_worker *worker)
{
    for (uint32_t s = 0; worker->gathered != NULL && s < worker->plan->stage_count; s++) {
        for (uint32_t p = 0; p < worker->gathered[s].count; p++) {
            forget(&worker->gathered[s].of[p]);
        }
        weir_free(worker->gathered[s].of);
    }
    weir_free(worker->gathered);
}
