/* SPDX-License-Identifier: Apache-2.0 */
/* The sink of the benchmarks, a plugin like any other but linked in: it counts the records that it
 * is given and adds up their last field. A partition's part travels in its token, so only what is
 * committed counts. */
#include "bench/tally.h"

/* Commits come one at a time, and the command reads when the job has ended. */
static struct weir_bench_tally newest, total;

void weir_bench_tally_clear(void)
{
    newest = total = (struct weir_bench_tally){0, 0};
}

struct weir_bench_tally weir_bench_tally_newest(void)
{
    return newest;
}

struct weir_bench_tally weir_bench_tally_total(void)
{
    return total;
}

static int tally_begin(struct weir_task *task, weir_str txn)
{
    (void)txn;
    *weir_self(task, struct weir_bench_tally) = (struct weir_bench_tally){0, 0};
    return WEIR_OK;
}

static int tally_write(struct weir_task *task,
                       const struct weir_chunk *in,
                       const struct ArrowSchema *schema)
{
    struct weir_bench_tally *self = weir_self(task, struct weir_bench_tally);
    uint32_t last = (uint32_t)schema->n_children - 1;
    if (strcmp(schema->children[last]->format, "l") != 0) {
        return weir_fail(task, WEIR_FATAL, "the last field must be i64");
    }
    struct weir_reader column = weir_reader_of(in, last, sizeof(int64_t));
    size_t count = weir_chunk_count(in);
    self->rows += (int64_t)count;
    for (size_t k = 0; k < count; k++) {
        self->sum += weir_read_i64(&column, weir_chunk_position(in, k));
    }
    return WEIR_OK;
}

static int tally_prepare(struct weir_task *task, weir_bytes *token)
{
    struct weir_bench_tally *self = weir_self(task, struct weir_bench_tally);
    *token = weir_bytes_make(self, sizeof *self);
    return WEIR_OK;
}

static int tally_commit(struct weir_task *task,
                        int64_t batch_us,
                        const weir_bytes *const *tokens,
                        size_t count)
{
    (void)task, (void)batch_us;
    newest = (struct weir_bench_tally){0, 0};
    for (size_t i = 0; i < count; i++) {
        struct weir_bench_tally part;
        if (tokens[i]->count == sizeof part) {
            memcpy(&part, tokens[i]->bytes, sizeof part);
            newest.rows += part.rows;
            newest.sum += part.sum;
        }
    }
    total.rows += newest.rows;
    total.sum += newest.sum;
    return WEIR_OK;
}

WEIR_PLUGIN("org.weir.bench_tally", WEIR_VERSION, "counts what it is given", "Apache-2.0");
WEIR_SINK(bench_tally,
          WEIR_IDEMPOTENT,
          tally_begin,
          tally_write,
          tally_prepare,
          tally_commit,
          NULL,
          NULL);
WEIR_INSTANCE(bench_tally, struct weir_bench_tally, NULL, NULL);
