/* SPDX-License-Identifier: Apache-2.0 */
/* The ends of a tested job, a plugin like any other but linked in: a source of the records that the
 * test feeds, batch by batch, and a sink that tells it what was committed. */
#include "jobtest/jobtest.h"

#include <weir/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- feed ---- */
struct feed_self {
    char range[24]; /* the batch, as text */
};

static int feed_next(struct weir_task *task,
                     weir_bytes from,
                     const struct weir_source_limit *limit,
                     struct weir_range *answer)
{
    struct feed_self *self = weir_self(task, struct feed_self);
    (void)from;
    int count = snprintf(self->range, sizeof self->range, "%" PRId64, limit->batch_us);
    answer->range = answer->to = weir_bytes_make(self->range, (size_t)count);
    answer->is_last = limit->batch_us >= weir_jobtest_end_us();
    return WEIR_OK;
}

static size_t text_bytes(const struct weir_value *value)
{
    size_t bytes = value->str.count;
    for (uint32_t i = 0; i < value->item_count; i++) {
        bytes += text_bytes(&value->items[i]);
    }
    return bytes;
}

static int put_value(struct weir_task *task,
                     struct weir_out *out,
                     uint32_t column,
                     const struct weir_value *value);

static int put_list(struct weir_task *task,
                    struct weir_out *out,
                    uint32_t column,
                    const struct weir_value *value)
{
    struct weir_out *items = weir_row_list(out, column);
    for (uint32_t i = 0; i < value->item_count; i++) {
        int rc = weir_row_begin(items, task, text_bytes(&value->items[i]));
        rc = rc == WEIR_OK ? put_value(task, items, 0, &value->items[i]) : rc;
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_end(items);
    }
    weir_row_list_end(out, column);
    return WEIR_OK;
}

static int put_struct(struct weir_task *task,
                      struct weir_out *out,
                      uint32_t column,
                      const struct weir_value *value)
{
    struct weir_out *fields = weir_row_struct(out, column);
    int rc = weir_row_need(fields, task, text_bytes(value));
    for (uint32_t i = 0; i < value->item_count && rc == WEIR_OK; i++) {
        rc = put_value(task, fields, i, &value->items[i]);
    }
    return rc;
}

/* A struct that is null has fields that are. */
static int put_null(struct weir_task *task,
                    struct weir_out *out,
                    uint32_t column,
                    const struct weir_type *type)
{
    int rc = weir_row_null(out, task, column);
    if (type->kind == WEIR_TYPE_STRUCT) {
        struct weir_out *fields = weir_row_struct(out, column);
        for (uint32_t i = 0; i < type->field_count && rc == WEIR_OK; i++) {
            rc = put_null(task, fields, i, type->fields[i].type);
        }
    }
    return rc;
}

/* Types nest at most WEIR_TYPE_DEPTH_MAX deep. */
static int put_value(struct weir_task *task,
                     struct weir_out *out,
                     uint32_t column,
                     const struct weir_value *value)
{
    if (value->is_null) {
        return put_null(task, out, column, value->type);
    }
    switch ((int)value->type->kind) {
    case WEIR_TYPE_BOOL:
        weir_row_bool(out, column, value->i64 != 0);
        break;
    case WEIR_TYPE_I32:
        weir_row_i32(out, column, (int32_t)value->i64);
        break;
    case WEIR_TYPE_I64:
        weir_row_i64(out, column, value->i64);
        break;
    case WEIR_TYPE_F64:
        weir_row_f64(out, column, value->f64);
        break;
    case WEIR_TYPE_TS:
        weir_row_ts(out, column, weir_ts_make(value->i64));
        break;
    case WEIR_TYPE_STR:
        weir_row_str(out, column, value->str);
        break;
    case WEIR_TYPE_BYTES:
        weir_row_bytes(out, column, weir_bytes_from_str(value->str));
        break;
    case WEIR_TYPE_LIST:
        return put_list(task, out, column, value);
    default:
        return put_struct(task, out, column, value);
    }
    return WEIR_OK;
}

static int put_record(struct weir_scan *scan,
                      const struct weir_type *schema,
                      const struct weir_value *values)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        bytes += text_bytes(&values[i]);
    }
    int rc = weir_row_begin(scan->out, scan->task, bytes);
    for (uint32_t i = 0; i < schema->field_count && rc == WEIR_OK; i++) {
        rc = put_value(scan->task, scan->out, i, &values[i]);
    }
    if (rc == WEIR_OK) {
        weir_row_end(scan->out);
    }
    return rc;
}

static int feed_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    const int64_t node = weir_param_i64(task, "node");
    const struct weir_test *test = weir_jobtest_now();
    char text[24] = "";
    memcpy(text, range.bytes, range.count < sizeof text - 1 ? range.count : sizeof text - 1);
    const int64_t batch_us = strtoll(text, NULL, 10);
    int rc = WEIR_OK;
    for (uint32_t s = 0; s < test->step_count; s++) {
        const struct weir_test_step *step = &test->steps[s];
        bool is_now = !step->is_expect && step->node == node &&
                      weir_jobtest_batch_of(step->at_us) == batch_us;
        for (uint32_t r = 0; is_now && r < step->record_count && rc == WEIR_OK; r++) {
            rc = put_record(scan, weir_jobtest_schema(node), step->records[r]);
        }
    }
    return rc == WEIR_OK ? scan->flush(scan) : rc;
}

WEIR_INSTANCE(feed, struct feed_self, NULL, NULL);
WEIR_PARAMS(feed, WEIR_PARAM_I64(node, required, "of the job's graph"));
WEIR_SOURCE(feed, WEIR_FINITE, (), feed_next, NULL, feed_read, NULL);
WEIR_BIND(feed)
{
    const struct weir_type *schema = weir_jobtest_schema(weir_param_i64(bind->task, "node"));
    int rc = WEIR_OK;
    for (uint32_t i = 0; i < schema->field_count && rc == WEIR_OK; i++) {
        struct weir_text type;
        weir_text_init(&type);
        weir_type_print(schema->fields[i].type, &type);
        rc = weir_declare(bind, schema->fields[i].name, type.bytes);
        weir_text_finish(&type);
    }
    return rc;
}

/* ---- expect ---- */
struct expect_self {
    struct weir_blob lines;
};

static int expect_begin(struct weir_task *task, weir_str txn)
{
    (void)txn;
    weir_blob_clear(&weir_self(task, struct expect_self)->lines);
    return WEIR_OK;
}

static int expect_write(struct weir_task *task,
                        const struct weir_chunk *in,
                        const struct ArrowSchema *schema)
{
    const struct weir_json *json = (const struct weir_json *)task->host->get(WEIR_JSON_1);
    const weir_str lines = json->lines(task, in, schema, NULL);
    weir_blob_append(&weir_self(task, struct expect_self)->lines, lines.bytes, lines.count);
    return WEIR_OK;
}

static int expect_prepare(struct weir_task *task, weir_bytes *token)
{
    struct weir_blob *lines = &weir_self(task, struct expect_self)->lines;
    if (lines->is_failed) {
        return weir_fail(task, WEIR_FATAL, "out of memory for the rows of a test");
    }
    *token = weir_bytes_make(lines->bytes, lines->count);
    return WEIR_OK;
}

static int expect_commit(struct weir_task *task,
                         int64_t batch_us,
                         const weir_bytes *const *tokens,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        weir_jobtest_committed(weir_param_i64(task, "node"), batch_us, *tokens[i]);
    }
    return WEIR_OK;
}

static void expect_close(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct expect_self)->lines);
}

WEIR_INSTANCE(expect, struct expect_self, NULL, expect_close);
WEIR_PARAMS(expect, WEIR_PARAM_I64(node, required, "of the job's graph"));
WEIR_SINK(
    expect, WEIR_IDEMPOTENT, expect_begin, expect_write, expect_prepare, expect_commit, NULL, NULL);

WEIR_PLUGIN("org.weir.jobtest", WEIR_VERSION, "the ends of a tested job", "Apache-2.0");
