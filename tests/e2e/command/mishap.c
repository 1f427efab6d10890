/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that go wrong on lines that say so, for the tests of what weir makes of it. A plugin
 * as anybody may write one: it uses the SDK alone. */
#include <weir/plugin.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

WEIR_FUNCTION(weir_str, bad, (weir_str, line))
{
    if (weir_str_contains(line, "bad")) {
        weir_fail(ctx, WEIR_BAD_RECORD, "expected a good line, found '%.*s'", (int)line.count,
                  line.bytes);
    }
    return line;
}

WEIR_FUNCTION(weir_str, worse, (weir_str, line))
{
    if (weir_str_contains(line, "worse")) {
        weir_fail(ctx, WEIR_BAD_RECORD, "this is worse");
    }
    return line;
}

WEIR_FUNCTION(weir_str, fatal, (weir_str, line))
{
    if (weir_str_contains(line, "fatal")) {
        weir_fail(ctx, WEIR_FATAL, "the disk of the scales is full");
    }
    return line;
}

static atomic_int failures;

/* Succeeds when it is tried for the `times + 1`st time; of one row in one job. */
WEIR_FUNCTION(weir_str, retry, (weir_str, line, int64_t, times))
{
    if (weir_str_contains(line, "retry") && atomic_fetch_add(&failures, 1) < times) {
        weir_fail(ctx, WEIR_RETRY, "the lock is held");
    }
    return line;
}

WEIR_FUNCTION(weir_str, slow, (weir_str, line, int64_t, ms))
{
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
    return line;
}

/* Emits two words of each line before it fails: both must be taken back. */
WEIR_EMITTER(half, (weir_str, line), (weir_str, word))
{
    WEIR_EMIT(line);
    WEIR_EMIT(line);
    if (weir_str_contains(line, "bad")) {
        weir_fail(ctx, WEIR_BAD_RECORD, "half a record");
    }
}

/* ---- a sink that fails ---- */
static int write_nothing(struct weir_task *task,
                         const struct weir_chunk *in,
                         const struct ArrowSchema *schema)
{
    (void)schema;
    if (weir_str_equal(weir_param_str(task, "at"), "write") && weir_chunk_count(in) > 0) {
        return weir_fail(task, WEIR_FATAL, "no room on the shelf");
    }
    return WEIR_OK;
}

static int commit_nothing(struct weir_task *task,
                          int64_t batch_us,
                          const weir_bytes *const *tokens,
                          size_t count)
{
    (void)batch_us, (void)tokens, (void)count;
    return weir_str_equal(weir_param_str(task, "at"), "commit")
               ? weir_fail(task, WEIR_FATAL, "the shelf fell down")
               : WEIR_OK;
}

WEIR_SINK(shelf, WEIR_IDEMPOTENT, NULL, write_nothing, NULL, commit_nothing, NULL, NULL);
WEIR_PARAMS(shelf, WEIR_PARAM_STR(at, positional, "where it fails: write, commit or nowhere"));

WEIR_PLUGIN("org.example.mishap", "1.0.0", "operators that fail", "Apache-2.0");
