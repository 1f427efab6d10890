/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a row on which an operator failed: a dead letter, or the end of the task with a
 * message that names operator, batch, partition and record. */
#include "exec/exec.h"

#include <inttypes.h>
#include <string.h>

enum { RECORD_BYTES_MAX = 300 };

/* Cut behind a whole code point, so that the message stays valid UTF-8. */
static void cut_record(struct weir_text *record)
{
    if (record->count <= RECORD_BYTES_MAX) {
        return;
    }
    size_t count = RECORD_BYTES_MAX;
    while (count > 0 && ((uint8_t)record->bytes[count] & 0xC0) == 0x80) {
        count--;
    }
    record->count = count;
    weir_text_put(record, "...");
}

/* err := "operator: message (batch 1000 ms, partition 0 of 8, record {...})". */
static int describe(const struct weir_exec_task *task,
                    const struct weir_call *call,
                    int outcome,
                    const struct weir_rows *rows,
                    uint32_t row,
                    struct weir_error *err)
{
    struct weir_error why;
    struct weir_text record;
    weir_text_init(&record);
    weir_json_row(&record, rows, row, task->batch_us / 1000, NULL);
    cut_record(&record);
    int status = weir_call_failed(call, outcome, &why);
    /* the record comes last and is what gets cut, should all of it not fit */
    status = weir_error_set(
        err, status,
        "%.600s (batch %" PRId64 " ms, partition %" PRIu32 " of %" PRIu32 ", record %s)", why.text,
        task->batch_us / 1000, task->partition, task->partition_count, record.bytes);
    weir_text_finish(&record);
    return status;
}

static bool wants_sample(const struct weir_exec_task *task, const struct weir_operator *op)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < task->sample_count; i++) {
        count += task->sample_operators[i] == op;
    }
    return count < WEIR_BAD_RECORD_SAMPLES && task->sample_count < WEIR_BAD_RECORD_SAMPLES_MAX;
}

int weir_exec_bad_row(struct weir_exec_task *task,
                      const struct weir_call *call,
                      int outcome,
                      const struct weir_rows *rows,
                      uint32_t row)
{
    WEIR_ASSERT(outcome != WEIR_OK && row < rows->rows);
    if (outcome != WEIR_BAD_RECORD || task->stop_on_bad_record) {
        task->may_retry = outcome == WEIR_RETRY;
        return describe(task, call, outcome, rows, row, task->err);
    }
    if (wants_sample(task, call->op)) {
        struct weir_error sample;
        (void)describe(task, call, outcome, rows, row, &sample);
        task->sample_operators[task->sample_count] = call->op;
        task->samples[task->sample_count++] =
            weir_arena_strndup(&task->arena, sample.text, strlen(sample.text));
    }
    task->bad_records++;
    return WEIR_OK;
}
