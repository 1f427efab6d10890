/* SPDX-License-Identifier: Apache-2.0 */
/* A sink that keeps every committed record as a JSON line in memory, for tests that compare the
 * bytes of two runs. */
#include "capture_plugin.h"

#include <weir/plugin.h>

struct capture {
    struct weir_blob lines;
};

static int capture_begin(struct weir_task *task, weir_str txn)
{
    (void)txn;
    weir_blob_clear(&weir_self(task, struct capture)->lines);
    return WEIR_OK;
}

static int capture_write(struct weir_task *task,
                         const struct weir_chunk *in,
                         const struct ArrowSchema *schema)
{
    const struct weir_json *json = (const struct weir_json *)task->host->get(WEIR_JSON_1);
    const struct weir_output *output = (const struct weir_output *)task->host->get(WEIR_OUTPUT_1);
    if (json == NULL || output == NULL) {
        return weir_fail(task, WEIR_FATAL, "this weir gives no JSON");
    }
    weir_str lines = json->lines(task, in, schema, output->stream(task));
    weir_blob_append(&weir_self(task, struct capture)->lines, lines.bytes, lines.count);
    return WEIR_OK;
}

static int capture_prepare(struct weir_task *task, weir_bytes *token)
{
    struct capture *self = weir_self(task, struct capture);
    token->bytes = (const uint8_t *)self->lines.bytes;
    token->count = self->lines.count;
    return WEIR_OK;
}

static int capture_commit(struct weir_task *task,
                          int64_t batch_us,
                          const weir_bytes *const *tokens,
                          size_t count)
{
    (void)task;
    (void)batch_us;
    for (size_t t = 0; t < count; t++) {
        captured((const char *)tokens[t]->bytes, tokens[t]->count);
    }
    return WEIR_OK;
}

static void capture_close(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct capture)->lines);
}
WEIR_SINK(keep,
          WEIR_IDEMPOTENT,
          capture_begin,
          capture_write,
          capture_prepare,
          capture_commit,
          NULL,
          NULL);
WEIR_INSTANCE(keep, struct capture, NULL, capture_close);

WEIR_PLUGIN("org.example.capture", "1.0.0", "keeps records in memory for tests", "Apache-2.0");
