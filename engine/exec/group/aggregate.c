/* SPDX-License-Identifier: Apache-2.0 */
/* Hash aggregation as a step: keys, hashes, group numbers and values of a chunk, each by one loop.
 * The same step combines on the map side and merges on the reduce side. */
#include "exec/group/fold.h"
#include "exec/group/keys.h"
#include "exec/pair/grouping.h"
#include "exec/step.h"

#include <string.h>

struct weir_aggregate {
    struct weir_step step;
    struct weir_aggregate_spec spec; /* keys: our copy */
    struct weir_groups groups;
    struct weir_keys keys;
    struct weir_fold fold;
    uint64_t *hashes; /* of a chunk */
    uint32_t *numbers;
    uint16_t *fresh;
    struct weir_column *columns; /* out */
    uint8_t *bits, *valid;
};

static bool counts_rows(const struct weir_aggregate *own)
{
    return own->spec.kind == WEIR_AGGREGATE_COUNT && !own->spec.is_merge;
}

/* ---- without keys ---- */

static void push_single(struct weir_aggregate *own, const struct weir_rows *rows)
{
    weir_fold_reserve(&own->fold, 1);
    if (counts_rows(own)) {
        int64_t *counts = (int64_t *)(void *)own->fold.cells;
        counts[1] += weir_rows_count(rows);
    } else {
        weir_fold_all(&own->fold, rows, &rows->columns[own->spec.value]);
    }
    own->groups.count = 1;
}

/* ---- with keys ---- */

static int push_part(struct weir_aggregate *own,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows,
                     uint32_t *from)
{
    const struct weir_key *keys;
    const struct weir_heaps *heaps;
    uint32_t count = weir_keys_make(&own->keys, rows, *from, &keys, &heaps);
    if (count == 0) {
        return weir_exec_too_many(task, "a key with more bytes", WEIR_KEY_BYTES_MAX);
    }
    if (own->groups.count >= WEIR_GROUPS_MAX) {
        return weir_exec_too_many(task, "more keys", WEIR_GROUPS_MAX);
    }
    uint32_t opened = weir_groups_find(&own->groups, keys, own->hashes + *from, count, heaps,
                                       own->numbers, own->fresh);
    *from += count;
    if (own->spec.kind == WEIR_AGGREGATE_DISTINCT) {
        return WEIR_OK;
    }
    weir_fold_reserve(&own->fold, own->groups.count);
    if (counts_rows(own)) {
        weir_fold_count(&own->fold, own->numbers, count);
    } else {
        weir_fold_values(&own->fold, rows, &rows->columns[own->spec.value], *from - count, count,
                         own->numbers, own->fresh, opened);
    }
    return WEIR_OK;
}

static int aggregate_push(struct weir_step *step,
                          struct weir_exec_task *task,
                          const struct weir_rows *rows)
{
    struct weir_aggregate *own = (struct weir_aggregate *)step;
    uint32_t count = weir_rows_count(rows);
    if (count == 0) {
        return WEIR_OK;
    }
    WEIR_ASSERT(rows->rows <= WEIR_CHUNK_ROWS_MAX);
    own->fold.task = task;
    if (own->spec.key_count == 0) {
        push_single(own, rows);
        return WEIR_OK;
    }
    weir_hash_rows(rows, own->spec.keys, own->spec.key_count, own->spec.hash_seed, own->hashes);
    for (uint32_t from = 0; from < count;) {
        WEIR_TRY(push_part(own, task, rows, &from));
    }
    return WEIR_OK;
}

/* ---- what comes out ---- */

static void reset(struct weir_aggregate *own)
{
    if (own->spec.key_count == 0) {
        own->groups.count = 0;
    } else {
        weir_groups_reset(&own->groups);
    }
    weir_fold_reset(&own->fold);
}

static int give(struct weir_aggregate *own,
                struct weir_exec_task *task,
                uint32_t first,
                uint32_t count)
{
    const struct weir_heaps *heaps = &own->groups.heaps;
    uint32_t keys = own->spec.key_count;
    if (keys > 0) {
        weir_keys_columns(&own->keys, &own->groups, first, count, own->columns, &heaps);
    }
    if (own->spec.kind != WEIR_AGGREGATE_DISTINCT) {
        weir_fold_column(&own->fold, own->spec.out->fields[keys].type, first, count, own->bits,
                         own->valid, &own->columns[keys]);
    }
    struct weir_rows out = {
        .schema = own->spec.out, .rows = count, .columns = own->columns, .heaps = heaps};
    return weir_step_push(own->step.next, task, &out);
}

static int give_all(struct weir_aggregate *own, struct weir_exec_task *task)
{
    if (own->spec.key_count == 0 && own->spec.always_one && own->groups.count == 0) {
        own->groups.count = 1;
        own->fold.has_nulls = true; /* a reducer of nothing gives null, a count gives 0 */
        weir_fold_reserve(&own->fold, 1);
    }
    for (uint32_t first = 1; first <= own->groups.count && !task->wants_no_more;
         first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = own->groups.count - first + 1;
        WEIR_TRY(give(own, task, first, left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX));
    }
    return WEIR_OK;
}

static int aggregate_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_aggregate *own = (struct weir_aggregate *)step;
    WEIR_TRY(give_all(own, task)); /* a failure is followed by abandon */
    reset(own);
    return weir_step_finish_next(step, task);
}

static void aggregate_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    reset((struct weir_aggregate *)step);
    weir_step_abandon_next(step, task);
}

static void aggregate_destroy(struct weir_step *step)
{
    struct weir_aggregate *own = (struct weir_aggregate *)step;
    if (own->spec.key_count > 0) {
        weir_keys_finish(&own->keys);
        weir_groups_finish(&own->groups);
    }
    weir_fold_finish(&own->fold);
    weir_free((void *)(uintptr_t)own->spec.keys);
    weir_free(own->hashes);
    weir_free(own->numbers);
    weir_free(own->fresh);
    weir_free(own->columns);
    weir_free(own->bits);
    weir_free(own->valid);
    weir_free(own);
}

static void open_keys(struct weir_aggregate *own, const struct weir_aggregate_spec *spec)
{
    uint32_t *keys = weir_alloc(spec->key_count * sizeof *keys);
    memcpy(keys, spec->keys, spec->key_count * sizeof *keys);
    own->spec.keys = keys;
    weir_keys_init(&own->keys, spec->in, keys, spec->key_count);
    weir_groups_init(&own->groups, own->keys.kind != WEIR_KEYS_FIXED);
    own->hashes = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->hashes);
    own->numbers = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->numbers);
    own->fresh = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->fresh);
}

struct weir_step *weir_aggregate_create(const struct weir_aggregate_spec *spec,
                                        struct weir_step *next)
{
    struct weir_aggregate *own = weir_alloc(sizeof *own);
    bool folds = spec->kind != WEIR_AGGREGATE_DISTINCT;
    WEIR_ASSERT(spec->out->field_count == spec->key_count + folds);
    own->step = (struct weir_step){.push = aggregate_push,
                                   .finish = aggregate_finish,
                                   .abandon = aggregate_abandon,
                                   .destroy = aggregate_destroy,
                                   .next = next};
    own->spec = *spec;
    own->spec.keys = NULL;
    if (spec->key_count > 0) {
        open_keys(own, spec);
    }
    if (folds) {
        weir_fold_init(&own->fold, spec->kind == WEIR_AGGREGATE_COUNT ? NULL : spec->op,
                       spec->out->fields[spec->key_count].type);
    }
    own->columns = weir_alloc((spec->key_count + 1) * sizeof *own->columns);
    own->bits = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
    own->valid = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
    return &own->step;
}
