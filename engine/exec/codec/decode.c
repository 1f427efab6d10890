/* SPDX-License-Identifier: Apache-2.0 */
/* A codec as a step: one column of encoded records goes in, the rows that are in them come out. A
 * record that cannot be decoded is a dead letter of its own; the others of its chunk go on. */
#include "exec/chunk/selection.h"
#include "exec/step.h"

#include <string.h>

enum { DECODE_HEAP_BYTES_PUSH = 4 * 1024 * 1024 }; /* so much text: finished rows go on */

struct weir_decode {
    struct weir_step step;
    const struct weir_node *node;
    struct weir_call call;
    struct weir_lent lent; /* what the codec writes to */
    struct weir_step_heaps heaps;
    struct weir_column *columns;
    struct ArrowSchema schema; /* of the rows, for the codec's begin */
    struct ArrowArray array;   /* the encoded column, as the codec sees it */
    const struct ArrowArray *cols[1];
    const void **pointers;
    int64_t *lengths;
    uint32_t pointer_count;
    struct weir_chunk chunk;
    struct weir_arena arena, children; /* the schema; what is exported of one chunk */
    uint16_t *sel;                     /* rows that are not null */
    struct weir_exec_task *task;       /* of the chunk that is worked on */
    const struct weir_rows *rows;
    int stopped; /* not 0: what comes after was stopped by this status; not the record's fault */
    bool is_begun, is_rehearsal;
};

/* ---- rows that come out ---- */

/* Gives the first `count` rows on. */
static int give(struct weir_decode *decode, uint32_t count)
{
    for (uint32_t first = 0; first < count; first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = count - first;
        uint32_t rows = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        if (weir_lent_take(&decode->lent, &decode->call.task, first, rows, NULL, decode->columns) !=
            WEIR_OK) {
            return weir_call_failed(&decode->call, WEIR_FATAL, decode->task->err);
        }
        struct weir_rows out = {.schema = decode->node->schema,
                                .rows = rows,
                                .columns = decode->columns,
                                .heaps = &decode->heaps.table};
        WEIR_TRY(weir_step_push(decode->step.next, decode->task, &out));
    }
    return WEIR_OK;
}

/* The columns are full: rows of records that are done go on, those of the record that is being
 * decoded move to the front. */
static int give_finished(struct weir_lent *lent, struct weir_task *task)
{
    struct weir_decode *decode = lent->owner;
    struct weir_call_frame frame;
    (void)task;
    if (lent->out.row_start == 0 || decode->is_rehearsal) {
        return WEIR_OK;
    }
    weir_call_enter_engine(&frame);
    decode->stopped = give(decode, lent->out.row_start);
    weir_call_leave(&frame);
    if (decode->stopped != WEIR_OK) {
        return WEIR_FATAL;
    }
    weir_lent_drop(lent, lent->out.row_start);
    return WEIR_OK;
}

/* ---- records that go in ---- */

static int decode_try(struct weir_decode *decode, struct weir_scope scope);

static void try_again(const struct weir_call_frame *frame, uint32_t first, uint32_t count)
{
    struct weir_decode *decode = frame->owner;
    const uint16_t *sel = frame->sel != NULL ? frame->sel : weir_positions;
    decode->is_rehearsal = true;
    decode->call.outcome = WEIR_OK;
    weir_lent_begin(&decode->lent);
    (void)decode_try(decode, (struct weir_scope){sel + first, count});
}

static int decode_try(struct weir_decode *decode, struct weir_scope scope)
{
    struct weir_call *call = &decode->call;
    struct weir_call_frame frame = {.rows = decode->rows,
                                    .sel = scope.sel,
                                    .count = scope.count,
                                    .again = try_again,
                                    .owner = decode};
    decode->chunk.sel = scope.sel;
    decode->chunk.sel_count = scope.count;
    weir_call_enter(&frame, call, "decode");
    int outcome = call->op->codec->decode(&call->task, &decode->chunk, &decode->lent.out);
    weir_call_leave(&frame);
    if (call->arena.used_bytes > 0) {
        weir_arena_reset(&call->arena);
    }
    return outcome != WEIR_OK ? outcome : call->outcome;
}

/* The place of a row in a scope, from `from` on, or its count. */
static uint32_t place_of(struct weir_scope scope, uint32_t from, uint32_t row)
{
    while (from < scope.count && (scope.sel != NULL ? scope.sel[from] : from) != row) {
        from++;
    }
    return from;
}

/* What becomes of the record on which decode stopped; *done: how many are behind it. */
static int drop_record(struct weir_decode *decode,
                       struct weir_scope scope,
                       int outcome,
                       uint32_t *done)
{
    uint32_t place = place_of(scope, *done, decode->call.task.row);
    if (place == scope.count) { /* of no record: of the chunk as a whole, or the codec's error */
        outcome = outcome == WEIR_BAD_RECORD ? WEIR_FATAL : outcome;
        place = *done;
    }
    if (outcome == WEIR_BAD_RECORD && decode->node->stops_on_bad) {
        outcome = WEIR_FATAL;
    }
    uint32_t row = scope.sel != NULL ? scope.sel[place] : place;
    WEIR_TRY(weir_exec_bad_row(decode->task, &decode->call, outcome, decode->rows, row));
    decode->call.outcome = WEIR_OK;
    decode->call.text[0] = '\0';
    weir_lent_cut(&decode->lent);
    *done = place + 1;
    return WEIR_OK;
}

static int decode_scope(struct weir_decode *decode, struct weir_scope scope)
{
    struct weir_scope left = scope;
    uint32_t done = 0;
    int outcome;
    while (left.count > 0 && (outcome = decode_try(decode, left)) != WEIR_OK) {
        if (decode->stopped != WEIR_OK) {
            return decode->stopped;
        }
        WEIR_TRY(drop_record(decode, scope, outcome, &done));
        left.sel = (scope.sel != NULL ? scope.sel : weir_positions) + done;
        left.count = scope.count - done;
    }
    return give(decode, decode->lent.out.rows);
}

static void show(struct weir_decode *decode, const struct weir_rows *rows)
{
    uint32_t needed = (rows->heaps == NULL ? 0 : rows->heaps->count) + 3;
    const struct weir_column *column = &rows->columns[decode->node->of];
    if (needed > decode->pointer_count) {
        decode->pointer_count = needed * 2;
        decode->pointers =
            weir_realloc(decode->pointers, decode->pointer_count * sizeof *decode->pointers);
        decode->lengths =
            weir_realloc(decode->lengths, decode->pointer_count * sizeof *decode->lengths);
    }
    if (decode->children.used_bytes > 0) {
        weir_arena_reset(&decode->children);
    }
    weir_column_export(column, rows->rows, rows->heaps, &decode->children, &decode->array,
                       decode->pointers, decode->lengths);
    decode->chunk.rows = rows->rows;
    decode->chunk.const_mask = column->is_const ? 1 : 0;
}

/* A null has no record in it. */
static struct weir_scope without_nulls(struct weir_decode *decode, const struct weir_rows *rows)
{
    const struct weir_column *column = &rows->columns[decode->node->of];
    struct weir_scope scope = {rows->sel, weir_rows_count(rows)};
    uint32_t count = 0;
    if (column->valid == NULL) {
        return scope;
    }
    for (uint32_t k = 0; k < scope.count; k++) {
        uint16_t row = scope.sel != NULL ? scope.sel[k] : (uint16_t)k;
        if (!weir_column_is_null(column, row)) {
            decode->sel[count++] = row;
        }
    }
    return (struct weir_scope){decode->sel, count};
}

static int decode_push(struct weir_step *step,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    struct weir_decode *decode = (struct weir_decode *)step;
    if (!decode->is_begun) {
        weir_call_begin(&decode->call, task->batch_us, task->partition, task->seed);
        decode->is_begun = true;
    }
    struct weir_scope scope = without_nulls(decode, rows);
    if (scope.count == 0) {
        return WEIR_OK;
    }
    decode->task = task;
    decode->rows = rows;
    decode->stopped = WEIR_OK;
    weir_step_heaps_begin(&decode->heaps, rows->heaps, NULL);
    weir_lent_begin(&decode->lent);
    show(decode, rows);
    int status = decode_scope(decode, scope);
    decode->rows = NULL;
    return status;
}

static int decode_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_decode *decode = (struct weir_decode *)step;
    decode->is_begun = false;
    weir_step_heaps_end(&decode->heaps);
    return weir_step_finish_next(step, task);
}

static void decode_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_decode *decode = (struct weir_decode *)step;
    decode->is_begun = false;
    weir_step_heaps_end(&decode->heaps);
    weir_step_abandon_next(step, task);
}

static void decode_destroy(struct weir_step *step)
{
    struct weir_decode *decode = (struct weir_decode *)step;
    weir_call_close(&decode->call);
    weir_lent_finish(&decode->lent);
    weir_step_heaps_finish(&decode->heaps);
    weir_arena_finish(&decode->arena);
    weir_arena_finish(&decode->children);
    weir_free(decode->columns);
    weir_free(decode->pointers);
    weir_free(decode->lengths);
    weir_free(decode->sel);
    weir_free(decode);
}

/* ---- making it ---- */

/* The instance, and what the job asks of it. */
static int open_codec(struct weir_decode *decode, struct weir_error *err)
{
    const struct weir_node *node = decode->node;
    struct weir_call *call = &decode->call;
    WEIR_TRY(weir_call_open(call, node->op, node->params, err));
    if (node->op->codec->begin == NULL) {
        return WEIR_OK;
    }
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, call, "begin");
    int outcome = node->op->codec->begin(&call->task, &decode->schema, WEIR_DECODE);
    weir_call_leave(&frame);
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    return outcome == WEIR_OK ? WEIR_OK : weir_call_failed(call, outcome, err);
}

int weir_decode_create(const struct weir_node *node,
                       const struct weir_type *in,
                       struct weir_step **step,
                       struct weir_error *err)
{
    WEIR_ASSERT(node->of < in->field_count);
    struct weir_decode *decode = weir_alloc(sizeof *decode);
    decode->step = (struct weir_step){.push = decode_push,
                                      .finish = decode_finish,
                                      .abandon = decode_abandon,
                                      .destroy = decode_destroy};
    decode->node = node;
    weir_arena_init(&decode->arena);
    weir_arena_init(&decode->children);
    decode->columns = weir_alloc((node->schema->field_count + 1) * sizeof *decode->columns);
    decode->sel = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *decode->sel);
    weir_lent_init(&decode->lent, node->schema, &decode->heaps);
    decode->lent.full = give_finished;
    decode->lent.full_bytes = DECODE_HEAP_BYTES_PUSH;
    decode->lent.owner = decode;
    decode->cols[0] = &decode->array;
    decode->chunk.size = sizeof decode->chunk;
    decode->chunk.cols = decode->cols;
    weir_type_export(&decode->arena, "", node->schema, &decode->schema);
    int status = open_codec(decode, err);
    if (status != WEIR_OK) {
        decode_destroy(&decode->step);
        return status;
    }
    *step = &decode->step;
    return WEIR_OK;
}
