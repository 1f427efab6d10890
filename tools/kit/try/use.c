/* SPDX-License-Identifier: Apache-2.0 */
/* One use of an operator, by kind. */
#include "kit/try/try.h"

#include <signal.h>
#include <string.h>
#include <time.h>

enum { RECEIVER_WAIT_MS = 60, POLLS = 5, BATCH_MS = 1000, PARTITIONS = 7 };

int weir_try_take(struct weir_harness *h, struct weir_text *to)
{
    const char *rows = weir_harness_rows(h);
    weir_text_put(to, rows);
    weir_text_put(to, "\n");
    return 0;
}

static int use_parts(struct weir_try *t, struct weir_harness *h)
{
    int failed = 0;
    for (uint32_t i = 0; i < WEIR_TRY_PARTS && failed == 0; i++) {
        failed = weir_harness_feed(h, t->rows[i].bytes);
    }
    return failed;
}

static int use_batches(struct weir_try *t, struct weir_harness *h)
{
    const bool is_update = t->made.op->kind == WEIR_KIND_UPDATE;
    int failed = 0;
    for (uint32_t i = 0; i < WEIR_TRY_PARTS && failed == 0; i++) {
        failed = is_update ? 0 : weir_harness_batch(h, (int64_t)(i + 1) * BATCH_MS);
        failed = failed != 0 ? failed : weir_harness_feed(h, t->rows[i].bytes);
        failed =
            failed != 0 || !is_update ? failed : weir_harness_batch(h, (int64_t)(i + 1) * BATCH_MS);
    }
    return failed;
}

static int say_fields(const struct weir_made *made, struct weir_harness *h)
{
    struct weir_text fields;
    weir_text_init(&fields);
    for (uint32_t c = 0; c < made->count; c++) {
        weir_text_printf(&fields, "%s%s: %s", c > 0 ? ", " : "", made->names[c], made->types[c]);
    }
    const int failed = weir_harness_fields(h, weir_text_str(&fields).bytes);
    weir_text_finish(&fields);
    return failed;
}

static int use_codec(struct weir_try *t, struct weir_harness *h)
{
    int failed = 0;
    if (t->made.op->codec->encode == NULL || t->made.count == 0) {
        return 0;
    }
    failed = say_fields(&t->made, h);
    for (uint32_t i = 0; i < WEIR_TRY_PARTS && failed == 0; i++) {
        failed = weir_harness_encode(h, t->rows[i].bytes);
    }
    return failed != 0 || t->made.op->codec->finish == NULL ? failed : weir_harness_result(h);
}

/* ---- the world outside ---- */
static int use_source(struct weir_try *t, struct weir_harness *h)
{
    (void)t;
    int failed = 0;
    for (uint32_t i = 0; i < WEIR_TRY_PARTS && failed == 0; i++) {
        failed = weir_harness_read(h, 4096, i + 1, NULL);
    }
    return failed;
}

static int use_receiver(struct weir_try *t, struct weir_harness *h)
{
    const struct timespec while_it_runs = {0, RECEIVER_WAIT_MS * 1000000L};
    int outcome = WEIR_OK;
    int failed = 0;
    if (t->made.op->receiver->poll != NULL) {
        for (int i = 0; i < POLLS && failed == 0; i++) {
            failed = weir_harness_poll(h, 10, NULL);
        }
        return failed;
    }
    failed = weir_harness_start(h);
    if (failed == 0) {
        (void)nanosleep(&while_it_runs, NULL);
        failed = weir_harness_stop(h, &outcome);
    }
    return failed;
}

/* Killed here, if this is the callback to be killed behind. */
static int behind(const struct weir_try *t, uint32_t step, int failed)
{
    if (t->crash_step == step) {
        (void)raise(SIGKILL);
    }
    return failed;
}

/* A batch of two partitions, one of which is tried twice; committed twice, as after a restart. */
static int use_sink(struct weir_try *t, struct weir_harness *h)
{
    return say_fields(&t->made, h) != 0 || weir_harness_batch(h, BATCH_MS) != 0 ||
           behind(t, 1, weir_harness_begin(h, 0)) != 0 ||
           behind(t, 2, weir_harness_feed(h, t->rows[0].bytes)) != 0 ||
           behind(t, 3, weir_harness_prepare(h)) != 0 || weir_harness_begin(h, 1) != 0 ||
           weir_harness_feed(h, t->rows[1].bytes) != 0 || weir_harness_abort(h) != 0 ||
           weir_harness_begin(h, 1) != 0 || weir_harness_feed(h, t->rows[1].bytes) != 0 ||
           weir_harness_feed(h, t->rows[2].bytes) != 0 || weir_harness_prepare(h) != 0 ||
           behind(t, 4, weir_harness_commit(h)) != 0 || weir_harness_commit(h) != 0 ||
           weir_harness_recover(h, BATCH_MS) != 0;
}

static int use_with_result(struct weir_try *t, struct weir_harness *h)
{
    return use_parts(t, h) != 0 || weir_harness_result(h) != 0;
}

static int use_partitioner(struct weir_try *t, struct weir_harness *h)
{
    return weir_harness_partitions(h, PARTITIONS) != 0 || use_parts(t, h) != 0;
}

int weir_try_use(struct weir_try *t, struct weir_harness *h, struct weir_text *to)
{
    static int (*const uses[])(struct weir_try * t, struct weir_harness * h) = {
        [WEIR_KIND_FUNCTION] = use_parts,
        [WEIR_KIND_EMITTER] = use_parts,
        [WEIR_KIND_RECEIVER] = use_receiver,
        [WEIR_KIND_SOURCE] = use_source,
        [WEIR_KIND_SINK] = use_sink,
        [WEIR_KIND_PARTITION_FUNCTION] = use_with_result,
        [WEIR_KIND_AGGREGATE] = use_with_result,
        [WEIR_KIND_UPDATE] = use_batches,
        [WEIR_KIND_TRACK] = use_batches,
        [WEIR_KIND_PARTITIONER] = use_partitioner,
        [WEIR_KIND_CODEC] = use_codec,
    };
    WEIR_ASSERT(t->made.op->kind < sizeof uses / sizeof uses[0] && uses[t->made.op->kind] != NULL);
    const int failed = uses[t->made.op->kind](t, h);
    return failed != 0 ? failed : weir_try_take(h, to);
}

const char *weir_try_once(struct weir_try *t, const char *call, struct weir_text *to)
{
    struct weir_harness *h;
    const char *why = NULL;
    if (weir_harness_open(&h, t->made.file, call) != 0 || weir_try_use(t, h, to) != 0) {
        why = weir_arena_printf(&t->made.arena, "%.600s", weir_harness_error(h));
    }
    weir_harness_close(h);
    return why;
}
