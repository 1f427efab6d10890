/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin may ask of the engine: fail, scratch, parameters, a log line, and powers by id.
 * None of it is on the record path of a plugin that succeeds. A task pointer is always the first
 * member of our struct weir_call. */
#include "plugin/call/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LOG_LINE_BYTES = 1024 };

static struct weir_call *call_of(struct weir_task *task)
{
    return (struct weir_call *)task;
}

static int set_failure(struct weir_call *call, int outcome, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
static int set_failure(struct weir_call *call, int outcome, const char *format, va_list args)
{
    (void)vsnprintf(call->text, sizeof call->text, format, args);
    call->outcome = outcome >= WEIR_RETRY && outcome <= WEIR_AGAIN ? outcome : WEIR_FATAL;
    return call->outcome;
}

static int host_fail(struct weir_task *task, int outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int host_fail(struct weir_task *task, int outcome, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    outcome = set_failure(call_of(task), outcome, format, args);
    va_end(args);
    return outcome;
}

/* Memory is given in any case, for the plugin writes to it without asking; the failure counts. */
static void *host_arena(struct weir_task *task, size_t bytes)
{
    struct weir_call *call = call_of(task);
    if (bytes > WEIR_CALL_ARENA_BYTES_MAX ||
        call->arena.used_bytes > WEIR_CALL_ARENA_BYTES_MAX - bytes) {
        (void)host_fail(task, WEIR_FATAL,
                        "asks for %zu bytes of scratch beyond the %zu it has; at "
                        "most %zu are given for a chunk",
                        bytes, call->arena.used_bytes, (size_t)WEIR_CALL_ARENA_BYTES_MAX);
    }
    return weir_arena_alloc(&call->arena, bytes);
}

static const struct weir_param_value *host_param(struct weir_task *task, const char *name)
{
    const struct weir_call *call = call_of(task);
    for (uint32_t i = 0; name != NULL && call->params != NULL && i < call->op->param_count; i++) {
        if (strcmp(call->op->params[i]->name, name) == 0) {
            return &call->params[i];
        }
    }
    return NULL;
}

static void host_log(struct weir_task *task, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void host_log(struct weir_task *task, int level, const char *format, ...)
{
    char line[LOG_LINE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (level < WEIR_LOG_ERROR || level > WEIR_LOG_DEBUG) {
        level = WEIR_LOG_INFO;
    }
    weir_log(level, "%s: %s", call_of(task)->op->canonical, line);
}

/* ---- weir.json/1 ---- */

static weir_str json_lines(struct weir_task *task,
                           const struct weir_chunk *in,
                           const struct ArrowSchema *schema,
                           const char *stream)
{
    struct weir_call *call = call_of(task);
    const struct weir_rows *rows = call->writing;
    (void)schema; /* the engine still has the rows as its own: `in` is a view of them */
    call->scratch.count = 0;
    if (rows == NULL || in == NULL) {
        return weir_text_str(&call->scratch);
    }
    uint32_t count = in->sel != NULL ? in->sel_count : in->rows;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = in->sel != NULL ? in->sel[i] : i;
        if (row < rows->rows) {
            weir_json_row(&call->scratch, rows, row, task->batch_us / 1000, stream);
            weir_text_append(&call->scratch, "\n", 1);
        }
    }
    return weir_text_str(&call->scratch);
}

static const struct weir_json json_table = {sizeof json_table, 0, json_lines};

/* ---- weir.output/1 ---- */

static const char *output_stream(struct weir_task *task)
{
    const char *stream = call_of(task)->stream;
    return stream != NULL ? stream : "";
}

static int64_t output_batch_ms(struct weir_task *task)
{
    return task->batch_us / 1000;
}

static uint32_t output_partition_count(struct weir_task *task)
{
    return call_of(task)->partition_count;
}

static bool output_is_json(struct weir_task *task)
{
    return call_of(task)->is_json;
}

static const struct weir_output output_table = {
    sizeof output_table, 0, output_stream, output_batch_ms, output_partition_count, output_is_json};

static const void *host_get(const char *interface_id)
{
    if (interface_id == NULL) {
        return NULL;
    }
    if (strcmp(interface_id, WEIR_JSON_1) == 0) {
        return &json_table;
    }
    if (strcmp(interface_id, WEIR_BLOCK_1) == 0) {
        return &weir_host_block_table;
    }
    return strcmp(interface_id, WEIR_OUTPUT_1) == 0 ? (const void *)&output_table : NULL;
}

const struct weir_host weir_host_table = {
    sizeof weir_host_table, WEIR_MINOR, host_get, host_fail, host_arena, host_param, host_log};
