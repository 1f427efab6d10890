/* SPDX-License-Identifier: Apache-2.0 */
/* map_with_state: the tracker sees every row in order of arrival, with the state of its key; at the
 * end of the batch, once more and without a value, the keys that have been idle for too long. */
#include "state/step/head.h"

enum { PIECE_ROWS = 256 }; /* the states of so many are still near after they were looked up */

struct track {
    struct weir_state_head head; /* first */
    struct weir_call call;
    bool is_call_begun;
    struct weir_state_args args;
    struct weir_lent lent;        /* rows that are emitted, */
    struct weir_step_heaps heaps; /* and their text */
    struct weir_column *columns;
    struct weir_arena arena; /* of a call */
    uint16_t sel[WEIR_CHUNK_ROWS_MAX];
    struct weir_state_view views[WEIR_CHUNK_ROWS_MAX];
};

static void begin_call(struct track *own, const struct weir_exec_task *task)
{
    if (!own->is_call_begun) {
        weir_call_begin(&own->call, task->batch_us, task->partition, task->seed);
        own->is_call_begun = true;
    }
}

/* Pushes what was emitted; rows: that were shown, for messages. */
static int give(struct track *own, struct weir_exec_task *task, const struct weir_rows *rows)
{
    uint32_t count = own->lent.out.rows;
    for (uint32_t first = 0; first < count && !task->wants_no_more; first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = count - first;
        struct weir_rows out = {.schema = own->lent.schema,
                                .rows = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX,
                                .columns = own->columns};
        int outcome =
            weir_lent_take(&own->lent, &own->call.task, first, out.rows, NULL, own->columns);
        if (outcome != WEIR_OK) {
            return weir_state_failed(task, &own->call, outcome, rows);
        }
        out.heaps = &own->heaps.table;
        WEIR_TRY(weir_step_push(own->head.step.next, task, &out));
    }
    return WEIR_OK;
}

/* Rows will be shown, column_count of args->columns. */
static const struct weir_chunk *begin_chunk(struct track *own,
                                            const struct weir_exec_task *task,
                                            const struct weir_rows *rows,
                                            uint32_t column_count)
{
    begin_call(own, task);
    weir_arena_reset(&own->arena);
    weir_step_heaps_begin(&own->heaps, rows->heaps, NULL);
    weir_lent_begin(&own->lent);
    return weir_state_chunk(&own->arena, own->args.columns, column_count, rows);
}

/* One call, for `count` positions of a chunk of rows from `first` on; slots: of these. */
static int call_track(struct track *own,
                      struct weir_exec_task *task,
                      const struct weir_rows *rows,
                      struct weir_chunk in,
                      uint32_t first,
                      uint32_t count,
                      const uint32_t *slots,
                      bool is_timing_out)
{
    struct weir_state_table *table = own->head.table;
    struct weir_call *call = &own->call;
    if (count < weir_rows_count(rows)) {
        in.sel = (rows->sel != NULL ? rows->sel : weir_positions) + first;
        in.sel_count = count;
    }
    struct weir_track_call track = {.size = sizeof track,
                                    .in = &in,
                                    .is_timing_out = is_timing_out,
                                    .slot = slots,
                                    .states = table->states,
                                    .exists = table->exists,
                                    .touched = table->touched,
                                    .slab = &table->slab.slab};
    struct weir_call_frame frame = {.rows = rows, .sel = in.sel, .count = count};
    weir_call_enter(&frame, call, "track");
    int outcome = call->op->track->track(&call->task, &track, &own->lent.out);
    weir_call_leave(&frame);
    weir_arena_reset(&call->arena);
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    if (outcome != WEIR_OK) {
        return weir_state_failed(task, call, outcome, rows);
    }
    weir_state_slab_settle(&table->slab);
    return WEIR_OK;
}

static int track_push(struct weir_state_head *head,
                      struct weir_exec_task *task,
                      const struct weir_rows *rows)
{
    struct track *own = (struct track *)head;
    if (task->side == 1) {
        return weir_state_head_read_initial(head, task, rows);
    }
    own->args.count = own->args.op->in_count;
    struct weir_rows counted = weir_state_args_of(&own->args, rows, own->sel);
    uint32_t count = weir_rows_count(&counted);
    if (count == 0) {
        return WEIR_OK;
    }
    const struct weir_chunk *chunk = begin_chunk(own, task, &counted, own->args.count);
    for (uint32_t from = 0, found; from < count; from += found) {
        WEIR_TRY(weir_state_head_find_some(head, task, &counted, from, PIECE_ROWS, &found));
        WEIR_TRY(call_track(own, task, &counted, *chunk, from, found, head->slots + from, false));
    }
    return give(own, task, &counted);
}

/* Shows keys that are due. */
static int show_due(struct track *own,
                    struct weir_exec_task *task,
                    const uint32_t *slots,
                    uint32_t count)
{
    struct weir_state_table *table = own->head.table;
    uint32_t shown[WEIR_CHUNK_ROWS_MAX];
    struct weir_column columns[2] = {{0}};
    struct weir_rows rows = {.schema = own->head.rows.schema, .rows = count, .columns = columns};
    for (uint32_t i = 0; i < count; i++) {
        own->views[i] = weir_state_table_view(table, weir_state_table_at(table, slots[i]));
    }
    weir_state_rows_keys(&own->head.rows, own->views, count, columns, &rows.heaps);
    own->args.count = own->args.key_count;
    columns[1] = columns[0]; /* there is no value: nothing looks at it */
    struct weir_rows counted = weir_state_args_of(&own->args, &rows, own->sel);
    struct weir_type_field key = own->head.rows.schema->fields[0];
    struct weir_type schema = {.kind = WEIR_TYPE_STRUCT, .field_count = 1, .fields = &key};
    counted.schema = &schema; /* for messages */
    uint32_t left = weir_rows_count(&counted);
    if (left == 0) {
        return WEIR_OK;
    }
    for (uint32_t i = 0; i < left; i++) { /* a null key of an initial state is not shown */
        shown[i] = slots[counted.sel != NULL ? counted.sel[i] : i];
    }
    const struct weir_chunk *chunk = begin_chunk(own, task, &counted, own->args.count);
    WEIR_TRY(call_track(own, task, &counted, *chunk, 0, left, shown, true));
    return give(own, task, &counted);
}

/* Shows keys that are due, and lets them go. */
static int time_out(struct track *own,
                    struct weir_exec_task *task,
                    const uint32_t *slots,
                    uint32_t count)
{
    struct weir_state_table *table = own->head.table;
    WEIR_TRY(show_due(own, task, slots, count));
    for (uint32_t i = 0; i < count; i++) {
        weir_state_clear(&table->layout, &table->slab, table->states[slots[i]]);
        table->exists[slots[i]] = 0;
        table->touched[slots[i]] = 1;
    }
    return WEIR_OK;
}

static int track_finish(struct weir_state_head *head, struct weir_exec_task *task)
{
    struct track *own = (struct track *)head;
    uint32_t *slots = NULL;
    uint32_t count = 0;
    int status = WEIR_OK;
    if (head->shape.has_timeout) {
        count = weir_state_table_due(head->table, task->batch_us - head->node->timeout_us, &slots);
    }
    for (uint32_t first = 0; first < count && status == WEIR_OK; first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = count - first;
        status = time_out(own, task, slots + first,
                          left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX);
    }
    weir_free(slots);
    WEIR_TRY(status);
    weir_state_table_settle(head->table, head->shape.has_timeout);
    return WEIR_OK;
}

static void track_reset(struct weir_state_head *head)
{
    struct track *own = (struct track *)head;
    own->is_call_begun = false;
    weir_step_heaps_end(&own->heaps);
}

static void track_destroy(struct weir_state_head *head)
{
    struct track *own = (struct track *)head;
    weir_call_close(&own->call);
    weir_lent_finish(&own->lent);
    weir_step_heaps_finish(&own->heaps);
    weir_free(own->columns);
    weir_arena_finish(&own->arena);
    weir_state_head_finish(head);
    weir_free(own);
}

static const struct weir_state_verb track_verb = {track_push, track_finish, track_reset,
                                                  track_destroy};

int weir_track_create(const struct weir_graph *graph,
                      const struct weir_node *node,
                      uint64_t hash_seed,
                      struct weir_step *next,
                      struct weir_state_head **head,
                      struct weir_error *err)
{
    struct track *own = weir_alloc(sizeof *own);
    weir_arena_init(&own->arena);
    weir_state_head_init(&own->head, &track_verb, graph, node, hash_seed, next);
    own->args = (struct weir_state_args){
        .op = node->op, .members = node->members, .key_count = node->op->key_count};
    own->columns = weir_alloc(node->schema->field_count * sizeof *own->columns);
    weir_lent_init(&own->lent, node->schema, &own->heaps);
    int status = weir_call_open(&own->call, node->op, node->params, err);
    if (status != WEIR_OK) {
        track_destroy(&own->head);
        return status;
    }
    *head = &own->head;
    return WEIR_OK;
}
