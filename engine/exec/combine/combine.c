/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates by group, as a step: rows are added to states (map side), or partial states merged;
 * out come states or results, in order of first appearance.
 *
 *   rows -> program (arguments) -> keys -> group numbers -> add, for each aggregate
 *   partial states ----------------------^                  merge
 */
#include "exec/combine/states.h"
#include "exec/pair/grouping.h"
#include "exec/step.h"

#include <string.h>

struct weir_combine {
    struct weir_step step;
    struct weir_combine_spec
        spec;                     /* calls and keys: of the creator while it creates, then unused */
    struct weir_program *program; /* add: the arguments of all calls */
    struct weir_grouping grouping;
    struct weir_groups groups;
    struct weir_combined *calls;
    struct weir_combining with;
    struct weir_step_heaps heaps; /* of results */
    struct weir_heaps table;      /* of states: pointers only */
    struct weir_column *columns;  /* out */
    uint32_t by_row[WEIR_CHUNK_ROWS_MAX];
};

/* ---- rows and partial states in ---- */

/* The groups of the rows that count, with states. */
static int find_groups(struct weir_combine *own,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    if (own->spec.key_count > 0) {
        WEIR_TRY(weir_grouping_find(&own->grouping, &own->groups, task, rows));
    } else {
        own->groups.count = 1;
    }
    for (uint32_t c = 0; c < own->spec.call_count; c++) {
        WEIR_TRY(weir_combined_create(&own->calls[c], &own->with, own->groups.count));
    }
    return WEIR_OK;
}

static int push_rows(struct weir_combine *own,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows)
{
    WEIR_TRY(weir_program_run(own->program, task, rows));
    struct weir_scope alive = weir_program_alive(own->program);
    struct weir_rows live = *rows;
    if (alive.count == 0) {
        return WEIR_OK;
    }
    live.sel = alive.sel;
    live.sel_count = alive.count;
    WEIR_TRY(find_groups(own, task, &live));
    for (uint32_t k = 0; k < alive.count; k++) {
        own->by_row[alive.sel != NULL ? alive.sel[k] : k] = own->grouping.numbers[k];
    }
    for (uint32_t c = 0; c < own->spec.call_count; c++) {
        WEIR_TRY(weir_combined_add(&own->calls[c], &own->with, own->program, own->by_row));
    }
    return WEIR_OK;
}

static int push_states(struct weir_combine *own,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    WEIR_TRY(find_groups(own, task, rows));
    for (uint32_t c = 0; c < own->spec.call_count; c++) {
        WEIR_TRY(weir_combined_merge(&own->calls[c], &own->with, rows,
                                     &rows->columns[own->spec.key_count + c],
                                     own->grouping.numbers));
    }
    return WEIR_OK;
}

static int combine_push(struct weir_step *step,
                        struct weir_exec_task *task,
                        const struct weir_rows *rows)
{
    struct weir_combine *own = (struct weir_combine *)step;
    own->with.task = task;
    if (weir_rows_count(rows) == 0) {
        return WEIR_OK;
    }
    return own->spec.is_merge ? push_states(own, task, rows) : push_rows(own, task, rows);
}

/* ---- what comes out ---- */

/* Columns of states, and the table that all their heaps stand in. */
static const struct weir_heaps *put_states(struct weir_combine *own,
                                           const struct weir_heaps *heaps,
                                           uint32_t first,
                                           uint32_t count)
{
    uint32_t keys = own->spec.key_count;
    own->table.count = 0;
    for (uint32_t i = 0; heaps != NULL && i < heaps->count; i++) {
        (void)weir_heaps_add(&own->table, heaps->buffers[i]);
    }
    for (uint32_t c = 0; c < own->spec.call_count; c++) {
        struct weir_combined *call = &own->calls[c];
        const struct weir_type *type = own->spec.out->fields[keys + c].type;
        weir_combined_states(call, &own->with, type, first, count, (int32_t)own->table.count,
                             &own->columns[keys + c]);
        for (uint32_t i = 0; i < call->columns.heap_count; i++) {
            (void)weir_heaps_add(&own->table, call->columns.heaps[i]);
        }
    }
    return &own->table;
}

static int put_results(struct weir_combine *own,
                       const struct weir_heaps *heaps,
                       uint32_t first,
                       uint32_t count)
{
    uint32_t keys = own->spec.key_count;
    weir_step_heaps_begin(&own->heaps, heaps, NULL);
    for (uint32_t c = 0; c < own->spec.call_count; c++) {
        WEIR_TRY(weir_combined_results(&own->calls[c], &own->with, first, count,
                                       &own->columns[keys + c]));
    }
    return WEIR_OK;
}

static int give(struct weir_combine *own,
                struct weir_exec_task *task,
                uint32_t first,
                uint32_t count)
{
    const struct weir_heaps *heaps = NULL;
    if (own->spec.key_count > 0) {
        weir_keys_columns(&own->grouping.keys, &own->groups, first, count, own->columns, &heaps);
    }
    if (own->spec.gives_states) {
        heaps = put_states(own, heaps, first, count);
    } else {
        WEIR_TRY(put_results(own, heaps, first, count));
        heaps = &own->heaps.table;
    }
    struct weir_rows out = {
        .schema = own->spec.out, .rows = count, .columns = own->columns, .heaps = heaps};
    return weir_step_push(own->step.next, task, &out);
}

static int give_all(struct weir_combine *own, struct weir_exec_task *task)
{
    own->with.task = task;
    if (own->spec.always_one && own->groups.count == 0) {
        WEIR_TRY(find_groups(own, task, NULL));
    }
    for (uint32_t first = 1; first <= own->groups.count && !task->wants_no_more;
         first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = own->groups.count - first + 1;
        WEIR_TRY(give(own, task, first, left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX));
    }
    return WEIR_OK;
}

static void reset(struct weir_combine *own)
{
    weir_step_heaps_end(&own->heaps);
    if (own->spec.key_count > 0) {
        weir_groups_reset(&own->groups);
    }
    own->groups.count = 0;
    for (uint32_t c = 0; c < own->spec.call_count; c++) {
        weir_combined_reset(&own->calls[c]);
    }
    weir_state_slab_reset(&own->with.slab);
    weir_state_slab_reset(&own->with.passing);
    if (own->program != NULL) {
        weir_program_end(own->program);
    }
}

static int combine_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_combine *own = (struct weir_combine *)step;
    WEIR_TRY(give_all(own, task)); /* a failure is followed by abandon */
    reset(own);
    return weir_step_finish_next(step, task);
}

static void combine_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    reset((struct weir_combine *)step);
    weir_step_abandon_next(step, task);
}

static void combine_destroy(struct weir_step *step)
{
    struct weir_combine *own = (struct weir_combine *)step;
    for (uint32_t c = 0; c < own->spec.call_count; c++) {
        weir_combined_finish(&own->calls[c]);
    }
    weir_program_destroy(own->program);
    weir_grouping_finish(&own->grouping);
    weir_groups_finish(&own->groups);
    weir_state_slab_finish(&own->with.slab);
    weir_state_slab_finish(&own->with.passing);
    weir_step_heaps_finish(&own->heaps);
    weir_free(own->table.buffers);
    weir_free(own->with.states);
    weir_free(own->with.others);
    weir_free(own->calls);
    weir_free(own->columns);
    weir_free(own);
}

/* ---- making it ---- */

static int open_calls(struct weir_combine *own,
                      const struct weir_combine_spec *spec,
                      struct weir_error *err)
{
    for (uint32_t c = 0; c < spec->call_count; c++) {
        own->spec.call_count = c + 1; /* destroy finishes these */
        WEIR_TRY(
            weir_combined_open(&own->calls[c], spec->calls[c], own->program, &own->heaps, err));
    }
    return WEIR_OK;
}

int weir_combine_create(const struct weir_combine_spec *spec,
                        struct weir_step *next,
                        struct weir_step **step,
                        struct weir_error *err)
{
    struct weir_combine *own = weir_alloc(sizeof *own);
    WEIR_ASSERT(spec->out->field_count == spec->key_count + spec->call_count);
    own->step =
        (struct weir_step){combine_push, combine_finish, combine_abandon, combine_destroy, next};
    own->spec = *spec;
    own->spec.call_count = 0;
    own->program = spec->is_merge ? NULL : weir_program_create();
    own->calls = weir_alloc((spec->call_count + 1) * sizeof *own->calls);
    own->columns = weir_alloc((spec->out->field_count + 1) * sizeof *own->columns);
    own->with.states = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->with.states);
    own->with.others = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->with.others);
    weir_state_slab_init(&own->with.slab, 0);
    weir_state_slab_init(&own->with.passing, 0);
    if (spec->key_count > 0) {
        weir_grouping_init(&own->grouping, spec->in, spec->keys, spec->key_count, spec->hash_seed);
        weir_groups_init(&own->groups, own->grouping.keys.kind != WEIR_KEYS_FIXED);
    } else {
        own->grouping.numbers = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof(uint32_t));
        for (uint32_t i = 0; i < WEIR_CHUNK_ROWS_MAX; i++) {
            own->grouping.numbers[i] = 1;
        }
    }
    int status = open_calls(own, spec, err);
    if (status != WEIR_OK) {
        combine_destroy(&own->step);
        return status;
    }
    *step = &own->step;
    return WEIR_OK;
}
