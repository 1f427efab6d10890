/* SPDX-License-Identifier: Apache-2.0 */
/* Sides, the batch of the table, keys to slots, states to rows: the same for every verb. */
#include "state/step/head.h"

#include <string.h>

static struct weir_state_head *of(struct weir_step *step)
{
    return (struct weir_state_head *)(void *)step;
}

/* ---- the batch ---- */

static int begin(struct weir_state_head *head, struct weir_exec_task *task)
{
    if (head->is_begun) {
        return WEIR_OK;
    }
    WEIR_ASSERT(head->table != NULL);
    WEIR_TRY(weir_state_table_begin(head->table, task->batch_us, task->err));
    head->is_begun = true;
    return WEIR_OK;
}

static int head_push(struct weir_step *step,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows)
{
    struct weir_state_head *head = of(step);
    WEIR_TRY(begin(head, task));
    int status = weir_rows_count(rows) == 0 ? WEIR_OK : head->verb->push(head, task, rows);
    task->wants_no_more = false; /* a state sees all rows, whoever has enough of what it gives */
    return status;
}

static void forget(struct weir_state_head *head)
{
    head->is_begun = false;
    head->finished = 0;
    head->verb->reset(head);
}

static int head_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_state_head *head = of(step);
    if (++head->finished < head->side_count) {
        return WEIR_OK;
    }
    WEIR_TRY(begin(head, task)); /* a failure is followed by abandon */
    WEIR_TRY(head->verb->finish(head, task));
    WEIR_TRY(step->next->finish(step->next, task));
    forget(head);
    return WEIR_OK;
}

static void head_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_state_head *head = of(step);
    if (head->is_begun) {
        weir_state_table_undo(head->table);
    }
    forget(head);
    step->next->abandon(step->next, task);
}

static void head_destroy(struct weir_step *step)
{
    (void)step; /* a part of the head */
}

/* ---- its life ---- */

void weir_state_head_init(struct weir_state_head *head,
                          const struct weir_state_verb *verb,
                          const struct weir_graph *graph,
                          const struct weir_node *node,
                          uint64_t hash_seed,
                          struct weir_step *next)
{
    head->step = (struct weir_step){head_push, head_finish, head_abandon, head_destroy, next};
    head->verb = verb;
    head->node = node;
    head->hash_seed = hash_seed;
    weir_arena_init(&head->arena);
    weir_state_shape_of(graph, node, &head->arena, &head->shape);
    uint32_t key_count = head->shape.key_count;
    head->is_keyed = key_count > 0;
    head->key_fields = weir_arena_alloc(&head->arena, (key_count + 1) * sizeof *head->key_fields);
    for (uint32_t i = 0; i < key_count; i++) {
        head->key_fields[i] = i;
    }
    if (head->is_keyed) {
        weir_keys_init(&head->keys, head->shape.schema, head->key_fields, key_count);
    }
    head->hashes = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *head->hashes);
    head->slots = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *head->slots);
    weir_state_layout_init(&head->layout, head->shape.def, head->shape.fields);
    weir_state_rows_init(&head->rows, head->shape.schema, key_count,
                         head->is_keyed ? &head->keys : NULL, &head->layout);
}

void weir_state_head_finish(struct weir_state_head *head)
{
    weir_state_rows_finish(&head->rows);
    if (head->is_keyed) {
        weir_keys_finish(&head->keys);
    }
    weir_free(head->hashes);
    weir_free(head->slots);
    weir_arena_finish(&head->arena);
}

int weir_state_head_create(const struct weir_graph *graph,
                           const struct weir_node *node,
                           uint64_t hash_seed,
                           struct weir_step *next,
                           struct weir_state_head **head,
                           struct weir_error *err)
{
    switch ((int)node->verb) {
    case WEIR_VERB_UPDATE_STATE_BY_KEY:
        return weir_update_create(graph, node, hash_seed, next, head, err);
    case WEIR_VERB_MAP_WITH_STATE:
        return weir_track_create(graph, node, hash_seed, next, head, err);
    case WEIR_VERB_AGGREGATE:
        return weir_window_of_aggregates(graph, node, hash_seed, next, head, err);
    default:
        return weir_window_create(graph, node, hash_seed, next, head, err);
    }
}

void weir_state_head_destroy(struct weir_state_head *head)
{
    if (head != NULL) {
        head->verb->destroy(head);
    }
}

struct weir_step *weir_state_head_side(struct weir_state_head *head, uint32_t side)
{
    (void)side; /* one step for all: task->side tells them apart */
    return &head->step;
}

void weir_state_head_lend(struct weir_state_head *head,
                          struct weir_state_table *table,
                          uint32_t side_count)
{
    bool is_text = head->is_keyed && head->keys.kind != WEIR_KEYS_FIXED;
    WEIR_ASSERT(side_count > 0 && !head->is_begun);
    head->table = table;
    head->side_count = side_count;
    head->finished = 0;
    if (!weir_state_table_is_made(table)) {
        weir_state_table_init(table, head->shape.def, head->shape.fields, is_text,
                              head->shape.has_timeout, head->hash_seed, 0);
    }
}

/* ---- keys ---- */

static void find_single(struct weir_state_head *head, uint32_t count)
{
    static const struct weir_heaps none;
    const struct weir_key key = {{0, 0}};
    uint64_t hash = 0;
    uint32_t slot;
    weir_state_table_find(head->table, &key, &hash, 1, &none, &slot);
    for (uint32_t i = 0; i < count; i++) {
        head->slots[i] = slot;
    }
}

static bool any_is_too_long(const struct weir_state_table *table,
                            const struct weir_key *keys,
                            uint32_t count)
{
    int32_t longest = 0;
    for (uint32_t i = 0; table->is_text && i < count; i++) {
        int32_t bytes = (int32_t)(uint32_t)keys[i].half[0]; /* null: -1 */
        longest = bytes > longest ? bytes : longest;
    }
    return longest > WEIR_STATE_KEY_BYTES_MAX;
}

/* Keys of rows from `from` on, as many as one heap of text holds, are to be looked up. */
static int begin_lookup(struct weir_state_head *head,
                        struct weir_exec_task *task,
                        const struct weir_rows *rows,
                        uint32_t from)
{
    const struct weir_key *keys;
    const struct weir_heaps *heaps;
    uint32_t made = weir_keys_make(&head->keys, rows, from, &keys, &heaps);
    if (made == 0 || any_is_too_long(head->table, keys, made) ||
        head->table->used > WEIR_STATE_KEYS_MAX - made) {
        return weir_error_set(task->err, WEIR_ELIMIT,
                              "the state of %s has a key longer than %d bytes, or more than "
                              "%d keys (batch %lld ms, partition %u): drop keys, make them "
                              "shorter, or give it more partitions",
                              weir_verb_name(head->node->verb), WEIR_STATE_KEY_BYTES_MAX,
                              WEIR_STATE_KEYS_MAX, (long long)(task->batch_us / 1000),
                              task->partition);
    }
    weir_state_lookup_begin(&head->lookup, head->table, keys, head->hashes + from, made, heaps);
    head->keys_end = from + made;
    return WEIR_OK;
}

int weir_state_head_find_some(struct weir_state_head *head,
                              struct weir_exec_task *task,
                              const struct weir_rows *rows,
                              uint32_t from,
                              uint32_t most,
                              uint32_t *found)
{
    WEIR_ASSERT(rows->rows <= WEIR_CHUNK_ROWS_MAX && from < weir_rows_count(rows));
    if (!head->is_keyed) {
        *found = weir_rows_count(rows);
        find_single(head, *found);
        return WEIR_OK;
    }
    if (from == 0) {
        if (head->table->is_text) {
            weir_hash_rows(rows, head->key_fields, head->shape.key_count, head->hash_seed,
                           head->hashes);
        }
        head->keys_end = 0;
    }
    if (from == head->keys_end) {
        WEIR_TRY(begin_lookup(head, task, rows, from));
    }
    *found = weir_state_lookup_next(&head->lookup, most, head->slots + from);
    return WEIR_OK;
}

int weir_state_head_find(struct weir_state_head *head,
                         struct weir_exec_task *task,
                         const struct weir_rows *rows)
{
    uint32_t count = weir_rows_count(rows);
    if (!head->is_keyed) {
        find_single(head, count); /* without a row, too */
        return WEIR_OK;
    }
    for (uint32_t from = 0, found; from < count; from += found) {
        WEIR_TRY(weir_state_head_find_some(head, task, rows, from, UINT32_MAX, &found));
    }
    return WEIR_OK;
}

/* ---- states as rows ---- */

uint32_t weir_state_head_views(const struct weir_state_head *head,
                               uint32_t first_slot,
                               uint32_t count,
                               struct weir_state_view *views)
{
    const struct weir_state_table *table = head->table;
    uint32_t made = 0;
    for (uint32_t slot = first_slot; slot < first_slot + count; slot++) {
        views[made] = weir_state_table_view(table, weir_state_table_at(table, slot));
        made += table->exists[slot] != 0;
    }
    return made;
}

int weir_state_head_give(struct weir_state_head *head,
                         struct weir_exec_task *task,
                         const struct weir_state_view *views,
                         uint32_t count)
{
    struct weir_rows rows;
    if (count == 0 || task->wants_no_more) {
        return WEIR_OK;
    }
    weir_state_rows_make(&head->rows, views, count, &rows);
    return weir_step_push(head->step.next, task, &rows);
}

int weir_state_head_read_initial(struct weir_state_head *head,
                                 struct weir_exec_task *task,
                                 const struct weir_rows *rows)
{
    struct weir_state_table *table = head->table;
    uint32_t count = weir_rows_count(rows);
    if (table->had_begun) {
        return WEIR_OK;
    }
    WEIR_TRY(weir_state_head_find(head, task, rows));
    const struct weir_column *value = &rows->columns[head->shape.key_count];
    const struct weir_column *fields =
        table->layout.def->field_count == 1 ? value : value->children;
    for (uint32_t i = 0; i < count; i++) { /* of two rows of a key the later one counts */
        uint32_t slot = head->slots[i];
        uint16_t row = (uint16_t)(rows->sel != NULL ? rows->sel[i] : i);
        void *state = table->states[slot];
        weir_state_clear(&table->layout, &table->slab, state);
        weir_states_read(&table->layout, &table->slab, fields, rows->heaps, &row, 1, &state);
        table->exists[slot] = table->touched[slot] = 1;
    }
    return WEIR_OK;
}
