/* SPDX-License-Identifier: Apache-2.0 */
/* Hash joins. The right operand comes first and is gathered by key; the left one passes by in
 * chunks, each row with all its partners in the order in which these came. What the right has left
 * over comes last.
 *
 *   left chunk -> keys -> groups -> pairs (row of the chunk, row of the right) -> columns gathered
 */
#include "exec/chunk/bits.h"
#include "exec/pair/grouping.h"
#include "exec/pair/side.h"
#include "exec/step.h"

#include <stdatomic.h>
#include <string.h>

/* The right operand. Once it is sorted nothing in it changes: tasks on other threads may share it.
 */
struct weir_join_right {
    atomic_uint refs;
    struct weir_groups groups; /* of its keys */
    struct weir_side side;     /* all its fields; semi, anti: nothing */
    bool is_sorted;
};

struct weir_join {
    struct weir_step step;
    struct weir_join_spec spec; /* arrays: our copies, on the arena */
    struct weir_grouping groupings[2];
    struct weir_join_right *right; /* of the current task; NULL: nothing has come yet */
    struct weir_join_right *spare; /* of an earlier one, empty; may be NULL */
    bool is_shared;                /* right is what an earlier task has made */
    bool is_ready;                 /* is_matched is empty */
    uint8_t *is_matched; /* by group; right rows that no left row met are given at the end */
    uint32_t matched_capacity;
    struct weir_builder *from_left, *from_right; /* of one chunk */
    struct weir_table nulls;                     /* a left row of nulls */
    struct weir_step_heaps heaps;
    uint16_t *left_at;  /* pairs of one chunk */
    uint32_t *right_at; /* of the right's table; WEIR_ROW_NULL: no partner */
    uint32_t pair_count;
    uint16_t *sel; /* semi and anti joins */
    struct weir_column *columns, *members;
    struct weir_arena arena;
};

/* ---- the right ---- */

static struct weir_join_right *create_right(const struct weir_join *own)
{
    const struct weir_type *schema = own->spec.right;
    struct weir_join_right *right = weir_alloc(sizeof *right);
    uint32_t *all = weir_alloc((schema->field_count + 1) * sizeof *all);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        all[i] = i;
    }
    atomic_init(&right->refs, 1);
    weir_side_init(&right->side, schema, all, schema->field_count);
    if (own->spec.key_count > 0) {
        weir_groups_init(&right->groups, own->groupings[1].keys.kind != WEIR_KEYS_FIXED);
    }
    weir_free(all);
    return right;
}

void weir_join_right_release(struct weir_join_right *right)
{
    if (right != NULL && atomic_fetch_sub_explicit(&right->refs, 1, memory_order_acq_rel) == 1) {
        weir_groups_finish(&right->groups);
        weir_side_finish(&right->side);
        weir_free(right);
    }
}

struct weir_join_right *weir_join_right_retain(struct weir_join_right *right)
{
    atomic_fetch_add_explicit(&right->refs, 1, memory_order_relaxed);
    return right;
}

/* What the task is joined with: of an earlier task, or to be filled. */
static struct weir_join_right *right_of(struct weir_join *own, const struct weir_exec_task *task)
{
    if (own->right == NULL && task->right != NULL) {
        own->right = weir_join_right_retain(task->right);
        own->is_shared = true;
    }
    if (own->right == NULL) {
        own->right = own->spare != NULL ? own->spare : create_right(own);
        own->spare = NULL;
    }
    return own->right;
}

/* No more rows will come of it. */
static void settle_right(struct weir_join *own, const struct weir_exec_task *task)
{
    struct weir_join_right *right = right_of(own, task);
    uint32_t groups = own->spec.key_count > 0 ? right->groups.count : 1;
    if (!own->is_shared) { /* else it was done before others saw it, and is theirs too */
        if (!right->is_sorted && own->spec.kind == WEIR_JOIN_PAIRS) {
            weir_side_sort(&right->side, groups);
        }
        right->is_sorted = true;
    }
    if (own->spec.keeps_right && !own->is_ready) {
        if (groups + 1 > own->matched_capacity) {
            own->matched_capacity = groups + 1;
            weir_free(own->is_matched);
            own->is_matched = weir_alloc(own->matched_capacity);
        }
        memset(own->is_matched, 0, groups + 1);
    }
    own->is_ready = true;
}

static void let_go(struct weir_join *own)
{
    if (own->is_shared) {
        weir_join_right_release(own->right);
    } else if (own->right != NULL) {
        weir_side_reset(&own->right->side);
        if (own->spec.key_count > 0) {
            weir_groups_reset(&own->right->groups);
        }
        own->right->is_sorted = false;
        own->spare = own->right;
    }
    own->right = NULL;
    own->is_shared = own->is_ready = false;
}

/* ---- what comes out ---- */

/* Columns of a chunk: made of the fields of both sides. is_rest: the key is the right's. */
static void compose(struct weir_join *own,
                    const struct weir_column *left,
                    const struct weir_column *right,
                    bool is_rest)
{
    struct weir_column *members = own->members;
    for (uint32_t i = 0; i < own->spec.out->field_count; i++) {
        const struct weir_join_field *field = &own->spec.fields[i];
        if (field->is_both) {
            const struct weir_type *type = own->spec.out->fields[i].type;
            own->columns[i] = (struct weir_column){.type = type, .children = members};
            *members++ = left[field->left];
            *members++ = right[field->right];
        } else if (field->is_whole) {
            own->columns[i] = (struct weir_column){.type = own->spec.out->fields[i].type,
                                                   .children = field->is_left ? left : right};
        } else {
            bool is_left = field->is_left && !(is_rest && field->is_key);
            own->columns[i] = is_left ? left[field->left] : right[field->right];
        }
    }
}

static int give(struct weir_join *own, struct weir_exec_task *task, uint32_t count, bool is_rest)
{
    struct weir_table left, right;
    weir_builder_finish(own->from_left, &left);
    weir_builder_finish(own->from_right, &right);
    weir_step_heaps_begin(&own->heaps, NULL, NULL);
    weir_step_heaps_adopt(&own->heaps, &left);
    weir_step_heaps_adopt(&own->heaps, &right);
    compose(own, left.columns, right.columns, is_rest);
    struct weir_rows out = {.schema = own->spec.out,
                            .rows = count,
                            .columns = own->columns,
                            .heaps = &own->heaps.table};
    return weir_step_push(own->step.next, task, &out);
}

static int give_pairs(struct weir_join *own,
                      struct weir_exec_task *task,
                      const struct weir_rows *rows)
{
    uint32_t count = own->pair_count;
    own->pair_count = 0;
    if (count == 0 || task->wants_no_more) {
        return WEIR_OK;
    }
    weir_builder_add_at(own->from_left, rows, own->left_at, count);
    weir_builder_gather(own->from_right, &own->right->side.table.all, own->right_at, count);
    return give(own, task, count, false);
}

/* ---- the left passes by ---- */

/* The partners of one left row, chunk by chunk. */
static int add_pairs(struct weir_join *own,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows,
                     uint16_t row,
                     uint32_t group)
{
    const struct weir_side *right = &own->right->side;
    const uint32_t *starts = right->starts;
    for (uint32_t k = starts[group]; k < starts[group + 1]; k++) {
        own->left_at[own->pair_count] = row;
        own->right_at[own->pair_count++] = right->order[k];
        if (own->pair_count == WEIR_CHUNK_ROWS_MAX) {
            WEIR_TRY(give_pairs(own, task, rows));
            if (task->wants_no_more) {
                break;
            }
        }
    }
    return WEIR_OK;
}

static int pair_up(struct weir_join *own,
                   struct weir_exec_task *task,
                   const struct weir_rows *rows,
                   const uint32_t *numbers)
{
    uint32_t count = weir_rows_count(rows);
    for (uint32_t i = 0; i < count && !task->wants_no_more; i++) {
        uint16_t row = rows->sel != NULL ? rows->sel[i] : (uint16_t)i;
        uint32_t group = numbers == NULL ? 1 : numbers[i];
        if (group == 0 && own->spec.keeps_left) {
            own->left_at[own->pair_count] = row;
            own->right_at[own->pair_count++] = WEIR_ROW_NULL;
            if (own->pair_count == WEIR_CHUNK_ROWS_MAX) {
                WEIR_TRY(give_pairs(own, task, rows));
            }
        } else if (group != 0) {
            if (own->spec.keeps_right) {
                own->is_matched[group] = 1;
            }
            WEIR_TRY(add_pairs(own, task, rows, row, group));
        }
    }
    return give_pairs(own, task, rows);
}

/* semi and anti: rows that have a partner, or none. */
static int give_selected(struct weir_join *own,
                         struct weir_exec_task *task,
                         const struct weir_rows *rows,
                         const uint32_t *numbers)
{
    uint32_t count = weir_rows_count(rows);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        own->sel[kept] = rows->sel != NULL ? rows->sel[i] : (uint16_t)i;
        kept += (numbers[i] != 0) == (own->spec.kind == WEIR_JOIN_SEMI);
    }
    struct weir_rows out = *rows;
    out.sel = own->sel;
    out.sel_count = kept;
    return kept == 0 ? WEIR_OK : weir_step_push(own->step.next, task, &out);
}

static int push_left(struct weir_join *own,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows)
{
    const uint32_t *numbers = NULL;
    settle_right(own, task);
    if (own->spec.key_count > 0) {
        WEIR_TRY(weir_grouping_look(&own->groupings[0], &own->right->groups, task, rows));
        numbers = own->groupings[0].numbers;
    }
    if (own->spec.kind != WEIR_JOIN_PAIRS) {
        return give_selected(own, task, rows, numbers);
    }
    return pair_up(own, task, rows, numbers);
}

static int join_push(struct weir_step *step,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows)
{
    struct weir_join *own = (struct weir_join *)step;
    if (task->side == 0) {
        return push_left(own, task, rows);
    }
    struct weir_join_right *right = right_of(own, task);
    const uint32_t *numbers = NULL;
    WEIR_ASSERT(!right->is_sorted);
    if (own->spec.key_count > 0) {
        WEIR_TRY(weir_grouping_find(&own->groupings[1], &right->groups, task, rows));
        numbers = own->groupings[1].numbers;
    }
    return own->spec.kind != WEIR_JOIN_PAIRS ? WEIR_OK
                                             : weir_side_add(&right->side, task, rows, numbers);
}

/* ---- the end ---- */

/* Right rows without a partner, in the order in which they came. */
static int give_rest(struct weir_join *own, struct weir_exec_task *task)
{
    static const uint16_t zeroes[WEIR_CHUNK_ROWS_MAX];
    const struct weir_side *right = &own->right->side;
    for (uint32_t row = 0; row < right->count && !task->wants_no_more;) {
        uint32_t count = 0;
        for (; row < right->count && count < WEIR_CHUNK_ROWS_MAX; row++) {
            own->right_at[count] = row;
            count += own->is_matched[right->numbers[row]] == 0;
        }
        if (count > 0) {
            weir_builder_add_at(own->from_left, &own->nulls.all, zeroes, count);
            weir_builder_gather(own->from_right, &right->table.all, own->right_at, count);
            WEIR_TRY(give(own, task, count, true));
        }
    }
    return WEIR_OK;
}

static void reset(struct weir_join *own)
{
    weir_step_heaps_end(&own->heaps);
    let_go(own);
    own->pair_count = 0;
}

static int join_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_join *own = (struct weir_join *)step;
    settle_right(own, task);
    if (own->spec.keeps_right) {
        WEIR_TRY(give_rest(own, task)); /* a failure is followed by abandon */
    }
    if (task->built != NULL &&
        !own->is_shared) { /* the rows that it gave lie in tables of theirs */
        *task->built = own->right;
        own->right = NULL;
    }
    reset(own);
    return weir_step_finish_next(step, task);
}

static void join_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    reset((struct weir_join *)step);
    weir_step_abandon_next(step, task);
}

static void join_destroy(struct weir_step *step)
{
    struct weir_join *own = (struct weir_join *)step;
    weir_step_heaps_finish(&own->heaps);
    weir_join_right_release(own->right);
    weir_join_right_release(own->spare);
    weir_grouping_finish(&own->groupings[0]);
    weir_grouping_finish(&own->groupings[1]);
    weir_builder_destroy(own->from_left);
    weir_builder_destroy(own->from_right);
    weir_table_finish(&own->nulls);
    weir_free(own->is_matched);
    weir_free(own->left_at);
    weir_free(own->right_at);
    weir_free(own->sel);
    weir_arena_finish(&own->arena);
    weir_free(own);
}

/* ---- making it ---- */

static void make_nulls(struct weir_join *own)
{
    uint32_t count = own->spec.left->field_count;
    struct weir_value *values = weir_arena_alloc(&own->arena, (count + 1) * sizeof *values);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = (struct weir_value){.is_null = true};
    }
    weir_builder_add_values(own->from_left, values);
    weir_builder_finish(own->from_left, &own->nulls);
}

static void open_keys(struct weir_join *own, const struct weir_join_spec *spec)
{
    weir_grouping_init(&own->groupings[0], spec->left, spec->left_keys, spec->key_count,
                       spec->hash_seed);
    weir_grouping_init(&own->groupings[1], spec->right, spec->right_keys, spec->key_count,
                       spec->hash_seed);
}

struct weir_step *weir_join_create(const struct weir_join_spec *spec, struct weir_step *next)
{
    struct weir_join *own = weir_alloc(sizeof *own);
    uint32_t field_count = spec->out->field_count;
    weir_arena_init(&own->arena);
    own->step = (struct weir_step){join_push, join_finish, join_abandon, join_destroy, next};
    own->spec = *spec;
    own->spec.left_keys = own->spec.right_keys = NULL; /* the groupings have them */
    if (spec->kind == WEIR_JOIN_PAIRS) {
        struct weir_join_field *fields =
            weir_arena_alloc(&own->arena, (field_count + 1) * sizeof *fields);
        memcpy(fields, spec->fields, field_count * sizeof *fields);
        own->spec.fields = fields;
    }
    if (spec->key_count > 0) {
        open_keys(own, spec);
    }
    own->from_left = weir_builder_create(spec->left, false);
    own->from_right = weir_builder_create(spec->right, false);
    make_nulls(own);
    own->left_at = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->left_at);
    own->right_at = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->right_at);
    own->sel = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->sel);
    own->columns = weir_arena_alloc(&own->arena, (field_count + 1) * sizeof *own->columns);
    own->members = weir_arena_alloc(&own->arena, 2 * (field_count + 1) * sizeof *own->members);
    return &own->step;
}
