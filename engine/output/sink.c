/* SPDX-License-Identifier: Apache-2.0 */
/* A sink at the end of a stage: begin with the first chunk, write, prepare; abort when the task
 * fails. The transaction's name is the same on every attempt, so that a sink can tell a repetition.
 */
#include "output/output.h"

#include <inttypes.h>

enum { WEIR_CONST_COLUMNS_MAX = 32 }; /* const_mask has so many bits */

struct sink {
    struct weir_step step; /* first */
    const struct weir_node *node;
    struct weir_sink_options options;
    struct weir_call call;
    struct weir_arena arena; /* schema; lives as long as the sink */
    struct ArrowSchema schema;
    struct ArrowArray *arrays; /* by column */
    const struct ArrowArray **columns;
    const void **pointers; /* for all columns, heap_capacity + 3 each */
    int64_t *lengths;
    uint32_t heap_capacity;
    struct weir_arena children;     /* of one chunk */
    const struct weir_chunk *chunk; /* the one being written */
    struct weir_text txn;
    bool is_begun;
    weir_bytes token;
};

static struct sink *of(struct weir_step *step)
{
    return (struct sink *)(void *)step;
}

/* A failure that the plugin has noted but not returned counts too. */
static int outcome_of(const struct sink *sink, int outcome)
{
    return outcome == WEIR_OK ? sink->call.outcome : outcome;
}

static int failed(struct sink *sink, struct weir_exec_task *task, int outcome)
{
    task->may_retry = outcome == WEIR_RETRY;
    int status = weir_call_failed(&sink->call, outcome, task->err);
    (void)weir_error_prefix(task->err, "output %s, batch %" PRId64 ", partition %" PRIu32,
                            sink->options.stream, task->batch_us / 1000, task->partition);
    return status;
}

static int begin(struct sink *sink, struct weir_exec_task *task)
{
    if (sink->is_begun) {
        return WEIR_OK;
    }
    weir_call_begin(&sink->call, task->batch_us, task->partition, task->seed);
    sink->call.partition_count = task->partition_count;
    sink->is_begun = true;
    sink->txn.count = 0;
    weir_text_printf(&sink->txn, "%s/%" PRIu32 "/%" PRId64 "/%" PRIu32, sink->options.job,
                     sink->options.output, task->batch_us / 1000, task->partition);
    const struct weir_sink_ops *ops = sink->node->op->sink;
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, &sink->call, "begin");
    int outcome =
        ops->begin == NULL ? WEIR_OK : ops->begin(&sink->call.task, weir_text_str(&sink->txn));
    weir_call_leave(&frame);
    outcome = outcome_of(sink, outcome);
    return outcome == WEIR_OK ? WEIR_OK : failed(sink, task, outcome);
}

static void make_room(struct sink *sink, const struct weir_rows *rows)
{
    if (sink->pointers != NULL && rows->heaps->count <= sink->heap_capacity) {
        return;
    }
    sink->heap_capacity = rows->heaps->count * 2;
    size_t each = (size_t)sink->heap_capacity + 3;
    sink->pointers = weir_realloc(sink->pointers,
                                  (rows->schema->field_count + 1) * each * sizeof *sink->pointers);
    sink->lengths = weir_realloc(sink->lengths, (sink->heap_capacity + 1) * sizeof *sink->lengths);
}

/* A part of a chunk once more, to find the record that a sink cannot bear. */
static void write_again(const struct weir_call_frame *frame, uint32_t first, uint32_t count)
{
    struct sink *sink = frame->owner;
    struct weir_chunk chunk = *sink->chunk;
    struct weir_rows rows = *frame->rows;
    uint16_t sel[WEIR_CHUNK_ROWS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        sel[i] = frame->sel != NULL ? frame->sel[first + i] : (uint16_t)(first + i);
    }
    chunk.sel = rows.sel = sel;
    chunk.sel_count = rows.sel_count = count;
    sink->call.writing = &rows;
    (void)sink->node->op->sink->write(&sink->call.task, &chunk, &sink->schema);
}

static int write_shown(struct sink *sink,
                       const struct weir_rows *rows,
                       const struct weir_chunk *chunk)
{
    struct weir_call_frame frame = {.rows = rows,
                                    .sel = rows->sel,
                                    .count = weir_rows_count(rows),
                                    .again = rows->rows <= WEIR_CHUNK_ROWS_MAX ? write_again : NULL,
                                    .owner = sink};
    sink->chunk = chunk;
    sink->call.writing = rows;
    weir_call_enter(&frame, &sink->call, "write");
    int outcome = sink->node->op->sink->write(&sink->call.task, chunk, &sink->schema);
    weir_call_leave(&frame);
    sink->call.writing = NULL;
    sink->chunk = NULL;
    weir_arena_reset(&sink->call.arena);
    return outcome_of(sink, outcome);
}

static int write_chunk(struct sink *sink, struct weir_exec_task *task, const struct weir_rows *rows)
{
    make_room(sink, rows);
    weir_arena_reset(&sink->children);
    struct weir_chunk chunk = {.size = sizeof chunk,
                               .rows = rows->rows,
                               .sel = rows->sel,
                               .sel_count = rows->sel_count,
                               .cols = sink->columns};
    for (uint32_t c = 0; c < rows->schema->field_count; c++) {
        const struct weir_column *column = &rows->columns[c];
        weir_column_export(column, column->is_const ? 1 : rows->rows, rows->heaps, &sink->children,
                           &sink->arrays[c], sink->pointers + c * ((size_t)sink->heap_capacity + 3),
                           sink->lengths);
        sink->columns[c] = &sink->arrays[c];
        if (column->is_const) {
            chunk.const_mask |= (uint32_t)1 << c;
        }
    }
    int outcome = write_shown(sink, rows, &chunk);
    return outcome == WEIR_OK ? WEIR_OK : failed(sink, task, outcome);
}

/* A constant column beyond the mask's bits cannot be named as such: the chunk is written out in
 * full. */
static bool has_far_constant(const struct weir_rows *rows)
{
    for (uint32_t c = WEIR_CONST_COLUMNS_MAX; c < rows->schema->field_count; c++) {
        if (rows->columns[c].is_const) {
            return true;
        }
    }
    return false;
}

static int push(struct weir_step *step, struct weir_exec_task *task, const struct weir_rows *rows)
{
    struct sink *sink = of(step);
    WEIR_TRY(begin(sink, task));
    task->rows_out += weir_rows_count(rows);
    if (!has_far_constant(rows)) {
        return write_chunk(sink, task, rows);
    }
    struct weir_builder *builder = weir_builder_create(rows->schema, false);
    struct weir_table table;
    weir_builder_add(builder, rows);
    weir_builder_finish(builder, &table);
    int status = write_chunk(sink, task, &table.all);
    weir_table_finish(&table);
    weir_builder_destroy(builder);
    return status;
}

static int finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct sink *sink = of(step);
    WEIR_TRY(begin(sink, task));
    sink->token = (weir_bytes){0};
    if (sink->node->op->sink->prepare != NULL) {
        struct weir_call_frame frame = {0};
        weir_call_enter(&frame, &sink->call, "prepare");
        int outcome = sink->node->op->sink->prepare(&sink->call.task, &sink->token);
        weir_call_leave(&frame);
        outcome = outcome_of(sink, outcome);
        if (outcome != WEIR_OK) {
            return failed(sink, task, outcome);
        }
    }
    sink->is_begun = false;
    return WEIR_OK;
}

static void abandon(struct weir_step *step, struct weir_exec_task *task)
{
    (void)task;
    struct sink *sink = of(step);
    if (sink->is_begun && sink->node->op->sink->abort != NULL) {
        struct weir_call_frame frame = {0};
        weir_call_enter(&frame, &sink->call, "abort");
        int outcome = sink->node->op->sink->abort(&sink->call.task, weir_text_str(&sink->txn));
        weir_call_leave(&frame);
        if (outcome != WEIR_OK) {
            weir_log(WEIR_LOG_WARNING, "%s: abort of %s failed: %s", sink->node->op->canonical,
                     sink->txn.bytes, sink->call.text);
        }
    }
    sink->is_begun = false;
}

int weir_sink_create(const struct weir_node *node,
                     const struct weir_sink_options *options,
                     struct weir_step **step,
                     struct weir_error *err)
{
    uint32_t fields = node->schema->field_count;
    struct sink *sink = weir_alloc(sizeof *sink);
    sink->step = (struct weir_step){push, finish, abandon, weir_sink_destroy, NULL};
    sink->node = node;
    sink->options = *options;
    weir_arena_init(&sink->arena);
    weir_arena_init(&sink->children);
    weir_type_export(&sink->arena, "", node->schema, &sink->schema);
    sink->arrays = weir_alloc((fields + 1) * sizeof *sink->arrays);
    sink->columns = weir_alloc((fields + 1) * sizeof(struct ArrowArray *));
    sink->call.stream = options->stream; /* open may ask for it */
    sink->call.is_json = options->is_json;
    int status = weir_call_open(&sink->call, node->op, node->params, err);
    if (status != WEIR_OK) {
        weir_sink_destroy(&sink->step);
        return status;
    }
    *step = &sink->step;
    return WEIR_OK;
}

void weir_sink_destroy(struct weir_step *step)
{
    if (step == NULL) {
        return;
    }
    struct sink *sink = of(step);
    weir_call_close(&sink->call);
    weir_arena_finish(&sink->arena);
    weir_arena_finish(&sink->children);
    weir_text_finish(&sink->txn);
    weir_free(sink->arrays);
    weir_free(sink->columns);
    weir_free(sink->pointers);
    weir_free(sink->lengths);
    weir_free(sink);
}

weir_bytes weir_sink_token(struct weir_step *step)
{
    return of(step)->token;
}

int weir_sink_commit(struct weir_step *step,
                     int64_t batch_us,
                     const weir_bytes *tokens,
                     uint32_t count,
                     bool *may_retry,
                     struct weir_error *err)
{
    struct sink *sink = of(step);
    *may_retry = false;
    if (sink->node->op->sink->commit == NULL) {
        return WEIR_OK;
    }
    const weir_bytes **pointers = weir_alloc(((size_t)count + 1) * sizeof(weir_bytes *));
    for (uint32_t i = 0; i < count; i++) {
        pointers[i] = &tokens[i];
    }
    weir_call_begin(&sink->call, batch_us, 0, 0);
    sink->call.partition_count = count;
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, &sink->call, "commit");
    int outcome = sink->node->op->sink->commit(&sink->call.task, batch_us, pointers, count);
    weir_call_leave(&frame);
    outcome = outcome_of(sink, outcome);
    weir_free(pointers);
    weir_arena_reset(&sink->call.arena);
    if (outcome == WEIR_OK) {
        return WEIR_OK;
    }
    *may_retry = outcome == WEIR_RETRY;
    int status = weir_call_failed(&sink->call, outcome, err);
    (void)weir_error_prefix(err, "output %s, commit of batch %" PRId64, sink->options.stream,
                            batch_us / 1000);
    return status;
}
