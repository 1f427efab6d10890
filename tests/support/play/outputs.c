/* SPDX-License-Identifier: Apache-2.0 */
/* play.log: a sink whose tokens carry the partition's rows as JSON, so that a row is told to the
 * test when its batch is committed and not before. */
#include "script.h"

#include <weir/plugin.h>

struct log {
    struct weir_blob rows;
};

static int outcome_of(struct weir_task *task, const char *what, const char *rest, size_t bytes)
{
    char step[512];
    (void)snprintf(step, sizeof step, "%s %.*s", what, (int)bytes, rest);
    int rc = play_outcome(step);
    return rc == WEIR_OK ? rc : weir_fail(task, rc, "%s fails because the test wants it", step);
}

static int log_begin(struct weir_task *task, weir_str txn)
{
    weir_blob_clear(&weir_self(task, struct log)->rows);
    return outcome_of(task, "begin", txn.bytes, txn.count);
}

static int log_write(struct weir_task *task,
                     const struct weir_chunk *in,
                     const struct ArrowSchema *schema)
{
    const struct weir_json *json = (const struct weir_json *)task->host->get(WEIR_JSON_1);
    weir_str lines = json->lines(task, in, schema, NULL);
    weir_blob_append(&weir_self(task, struct log)->rows, lines.bytes, lines.count);
    return outcome_of(task, "write", lines.bytes, lines.count > 0 ? lines.count - 1 : 0);
}

static int log_prepare(struct weir_task *task, weir_bytes *token)
{
    struct log *self = weir_self(task, struct log);
    *token = weir_bytes_make(self->rows.bytes, self->rows.count);
    return outcome_of(task, "prepare", "", 0);
}

static int log_commit(struct weir_task *task,
                      int64_t batch_us,
                      const weir_bytes *const *tokens,
                      size_t count)
{
    char batch[32];
    (void)snprintf(batch, sizeof batch, "%lld", (long long)batch_us / 1000);
    int rc = outcome_of(task, "commit", batch, strlen(batch));
    if (rc != WEIR_OK) {
        return rc;
    }
    play_committed(batch_us, count);
    for (size_t t = 0; t < count; t++) {
        const char *at = (const char *)tokens[t]->bytes;
        const char *end = at + tokens[t]->count;
        while (at < end) {
            const char *newline = (const char *)memchr(at, '\n', (size_t)(end - at));
            play_row(at, (size_t)(newline - at));
            at = newline + 1;
        }
    }
    return WEIR_OK;
}

static int log_abort(struct weir_task *task, weir_str txn)
{
    return outcome_of(task, "abort", txn.bytes, txn.count);
}

static void log_close(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct log)->rows);
}

WEIR_SINK(log, WEIR_IDEMPOTENT, log_begin, log_write, log_prepare, log_commit, log_abort, NULL);
WEIR_INSTANCE(log, struct log, NULL, log_close);
