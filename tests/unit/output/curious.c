/* SPDX-License-Identifier: Apache-2.0 */
/* A sink that tells the test every call and what it was given. */
#include "curious.h"

#include <weir/plugin.h>

static int told(struct weir_task *task, const char *call)
{
    int rc = curious_called(call);
    return rc == WEIR_OK ? rc : weir_fail(task, rc, "refused: %s", call);
}

static int note_open(struct weir_task *task)
{
    const struct weir_output *output = (const struct weir_output *)task->host->get(WEIR_OUTPUT_1);
    char call[200];
    (void)snprintf(call, sizeof call, "open %s%s", output->stream(task),
                   output->is_json(task) ? " json" : "");
    return told(task, call);
}

static void note_close(struct weir_task *task)
{
    (void)told(task, "close");
}

static int note_begin(struct weir_task *task, weir_str txn)
{
    char call[1000];
    (void)snprintf(call, sizeof call, "begin %.*s", (int)txn.count, txn.bytes);
    return told(task, call);
}

/* Rows, constants, and the first column's numbers. */
static int note_write(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    char call[2000];
    struct weir_reader numbers = weir_reader_of(in, 0, sizeof(int64_t));
    int at =
        snprintf(call, sizeof call, "write %zu of %u, constant %x, %s %s:", weir_chunk_count(in),
                 in->rows, in->const_mask, schema->children[0]->name, schema->children[0]->format);
    for (size_t i = 0; i < weir_chunk_count(in) && i < 10; i++) {
        at += snprintf(call + at, sizeof call - (size_t)at, " %lld",
                       (long long)weir_read_i64(&numbers, weir_chunk_position(in, i)));
    }
    return told(task, call);
}

static int note_prepare(struct weir_task *task, weir_bytes *token)
{
    static const char text[] = "token";
    *token = weir_bytes_make(text, sizeof text - 1);
    return told(task, "prepare");
}

static int note_commit(struct weir_task *task,
                       int64_t batch_us,
                       const weir_bytes *const *tokens,
                       size_t count)
{
    char call[200];
    int at = snprintf(call, sizeof call, "commit %lld:", (long long)batch_us);
    for (size_t i = 0; i < count; i++) {
        at += snprintf(call + at, sizeof call - (size_t)at, " %.*s", (int)tokens[i]->count,
                       (const char *)tokens[i]->bytes);
    }
    return told(task, call);
}

static int note_abort(struct weir_task *task, weir_str txn)
{
    char call[1000];
    (void)snprintf(call, sizeof call, "abort %.*s", (int)txn.count, txn.bytes);
    return told(task, call);
}

WEIR_SINK(
    note, WEIR_TWO_PHASE, note_begin, note_write, note_prepare, note_commit, note_abort, NULL);
struct note {
    int unused;
};
WEIR_INSTANCE(note, struct note, note_open, note_close);

static int bare_write(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    (void)in;
    (void)schema;
    return told(task, "write");
}
WEIR_SINK(bare, WEIR_AT_LEAST_ONCE, NULL, bare_write, NULL, NULL, NULL, NULL);

/* Fails and forgets to say so. */
static int forgetful_prepare(struct weir_task *task, weir_bytes *token)
{
    (void)token;
    (void)weir_fail(task, WEIR_RETRY, "the disk is full");
    return WEIR_OK;
}
WEIR_SINK(forgetful, WEIR_AT_LEAST_ONCE, NULL, bare_write, forgetful_prepare, NULL, NULL, NULL);

WEIR_PLUGIN("org.example.curious", "1.0.0", "a sink that tells what it is given", "Apache-2.0");
