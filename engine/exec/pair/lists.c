/* SPDX-License-Identifier: Apache-2.0 */
/* group_by_key and cogroup: the values of a key become a list, one for each operand. Keys come out
 * in order of first appearance, values in the order in which they came. */
#include "exec/pair/grouping.h"
#include "exec/pair/side.h"
#include "exec/step.h"

enum {
    KEY_FIELD = 0,
    VALUE_FIELD = 1,
    SIDES_MAX = 2,
    CHUNK_ITEMS = 64 * 1024 /* of the lists of a chunk; a single longer list is on its own */
};

struct weir_lists {
    struct weir_step step;
    const struct weir_type *out;
    uint32_t side_count;
    struct weir_grouping groupings[SIDES_MAX];
    struct weir_side sides[SIDES_MAX];
    struct weir_groups groups;
    struct weir_step_heaps heaps;
    struct weir_column columns[2];       /* key, value */
    struct weir_column lists[SIDES_MAX]; /* cogroup: the members of value */
    struct weir_column items[SIDES_MAX];
    int32_t *offsets[SIDES_MAX];
    struct weir_builder *values[SIDES_MAX];
};

static int lists_push(struct weir_step *step,
                      struct weir_exec_task *task,
                      const struct weir_rows *rows)
{
    struct weir_lists *own = (struct weir_lists *)step;
    uint32_t side = task->side;
    WEIR_ASSERT(side < own->side_count);
    WEIR_TRY(weir_grouping_find(&own->groupings[side], &own->groups, task, rows));
    return weir_side_add(&own->sides[side], task, rows, own->groupings[side].numbers);
}

/* How many groups from `first` on fit into one chunk. */
static uint32_t chunk_groups(const struct weir_lists *own, uint32_t first)
{
    uint32_t count = 0;
    uint64_t items = 0;
    while (count < WEIR_CHUNK_ROWS_MAX && first + count <= own->groups.count) {
        for (uint32_t s = 0; s < own->side_count; s++) {
            const uint32_t *starts = own->sides[s].starts + first + count;
            items += starts[1] - starts[0];
        }
        if (count > 0 && items > CHUNK_ITEMS) {
            break;
        }
        count++;
    }
    return count;
}

static int make_list(struct weir_lists *own,
                     const struct weir_exec_task *task,
                     uint32_t s,
                     uint32_t first,
                     uint32_t count)
{
    struct weir_side *side = &own->sides[s];
    uint32_t from = side->starts[first];
    uint32_t items = side->starts[first + count] - from;
    struct weir_table table;
    if (items > INT32_MAX) {
        return weir_exec_too_many(task, "more values of one key", INT32_MAX);
    }
    weir_builder_gather(own->values[s], &side->table.all, side->order + from, items);
    weir_builder_finish(own->values[s], &table);
    weir_step_heaps_adopt(&own->heaps, &table);
    own->items[s] = table.columns[0];
    for (uint32_t g = 0; g <= count; g++) {
        own->offsets[s][g] = (int32_t)(side->starts[first + g] - from);
    }
    own->lists[s].data = own->offsets[s];
    own->lists[s].children = &own->items[s];
    own->lists[s].child_rows = items;
    return WEIR_OK;
}

static int give(struct weir_lists *own, struct weir_exec_task *task, uint32_t first, uint32_t count)
{
    const struct weir_heaps *heaps;
    weir_keys_columns(&own->groupings[0].keys, &own->groups, first, count, own->columns, &heaps);
    weir_step_heaps_begin(&own->heaps, heaps, NULL);
    for (uint32_t s = 0; s < own->side_count; s++) {
        WEIR_TRY(make_list(own, task, s, first, count));
    }
    own->columns[VALUE_FIELD] = own->lists[0];
    if (own->side_count > 1) {
        own->columns[VALUE_FIELD] = (struct weir_column){.type = own->out->fields[VALUE_FIELD].type,
                                                         .children = own->lists};
    }
    struct weir_rows out = {
        .schema = own->out, .rows = count, .columns = own->columns, .heaps = &own->heaps.table};
    return weir_step_push(own->step.next, task, &out);
}

static int give_all(struct weir_lists *own, struct weir_exec_task *task)
{
    for (uint32_t s = 0; s < own->side_count; s++) {
        weir_side_sort(&own->sides[s], own->groups.count);
    }
    for (uint32_t first = 1; first <= own->groups.count && !task->wants_no_more;) {
        uint32_t count = chunk_groups(own, first);
        WEIR_TRY(give(own, task, first, count));
        first += count;
    }
    return WEIR_OK;
}

static void reset(struct weir_lists *own)
{
    weir_step_heaps_end(&own->heaps);
    weir_groups_reset(&own->groups);
    for (uint32_t s = 0; s < own->side_count; s++) {
        weir_side_reset(&own->sides[s]);
    }
}

static int lists_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_lists *own = (struct weir_lists *)step;
    WEIR_TRY(give_all(own, task)); /* a failure is followed by abandon */
    reset(own);
    return weir_step_finish_next(step, task);
}

static void lists_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    reset((struct weir_lists *)step);
    weir_step_abandon_next(step, task);
}

static void lists_destroy(struct weir_step *step)
{
    struct weir_lists *own = (struct weir_lists *)step;
    weir_step_heaps_finish(&own->heaps);
    weir_groups_finish(&own->groups);
    for (uint32_t s = 0; s < own->side_count; s++) {
        weir_grouping_finish(&own->groupings[s]);
        weir_side_finish(&own->sides[s]);
        weir_builder_destroy(own->values[s]);
        weir_free(own->offsets[s]);
    }
    weir_free(own);
}

static const struct weir_type *list_type(const struct weir_lists *own, uint32_t side)
{
    const struct weir_type *value = own->out->fields[VALUE_FIELD].type;
    return own->side_count == 1 ? value : value->fields[side].type;
}

struct weir_step *weir_lists_create(const struct weir_type *const *in,
                                    uint32_t side_count,
                                    const struct weir_type *out,
                                    uint64_t hash_seed,
                                    struct weir_step *next)
{
    static const uint32_t key[] = {KEY_FIELD};
    static const uint32_t value[] = {VALUE_FIELD};
    struct weir_lists *own = weir_alloc(sizeof *own);
    WEIR_ASSERT(side_count <= SIDES_MAX);
    own->step = (struct weir_step){lists_push, lists_finish, lists_abandon, lists_destroy, next};
    own->out = out;
    own->side_count = side_count;
    for (uint32_t s = 0; s < side_count; s++) {
        weir_grouping_init(&own->groupings[s], in[s], key, 1, hash_seed);
        weir_side_init(&own->sides[s], in[s], value, 1);
        own->values[s] = weir_builder_create(own->sides[s].schema, false);
        own->offsets[s] = weir_alloc((WEIR_CHUNK_ROWS_MAX + 1) * sizeof *own->offsets[s]);
        own->lists[s].type = list_type(own, s);
    }
    weir_groups_init(&own->groups, own->groupings[0].keys.kind != WEIR_KEYS_FIXED);
    return &own->step;
}
