/* SPDX-License-Identifier: Apache-2.0 */
/* A job as one record that its owner keeps, and a job that goes on from it in a new process.
 *
 *   "WEIRCKP1" [graph record, hash seed, driver's record, states, blocks: [owner, partition, batch,
 * bytes
 * ...]] XXH3 of all before it
 */
#include "engine_private.h"

#include <inttypes.h>
#include <string.h>

static const char magic[] = "WEIRCKP1";
enum { MAGIC_BYTES = sizeof magic - 1, SUM_BYTES = 8, MEMBERS = 5, BLOCK_MEMBERS = 4 };

/* ---- writing ---- */
struct block_list {
    const struct weir_run *job;
    struct weir_text bytes;
    uint32_t count;
    int status;
    struct weir_error *err;
};

static void put_block(void *owner, struct weir_slice slice)
{
    struct block_list *list = owner;
    if (list->status != WEIR_OK) {
        return;
    }
    weir_pack_array(&list->bytes, BLOCK_MEMBERS);
    weir_pack_i64(&list->bytes, slice.owner);
    weir_pack_i64(&list->bytes, slice.partition);
    weir_pack_i64(&list->bytes, slice.batch_us);
    list->status = weir_worker_save_block(list->job->worker, &slice, &list->bytes, list->err);
    list->count++;
}

static int put_blocks(const struct weir_run *job, struct weir_text *to, struct weir_error *err)
{
    struct block_list list = {.job = job, .err = err};
    weir_text_init(&list.bytes);
    weir_driver_each_block(job->driver, put_block, &list);
    weir_pack_array(to, list.count);
    weir_text_append(to, list.bytes.bytes, list.bytes.count);
    weir_text_finish(&list.bytes);
    return list.status;
}

static void put_record(struct weir_text *to,
                       void (*put)(const void *what, struct weir_text *to),
                       const void *what)
{
    struct weir_text record;
    weir_text_init(&record);
    put(what, &record);
    weir_pack_bin(to, (weir_bytes){(const uint8_t *)record.bytes, record.count});
    weir_text_finish(&record);
}

static void put_graph(const void *what, struct weir_text *to)
{
    weir_graph_encode(what, to);
}

static void put_driver(const void *what, struct weir_text *to)
{
    weir_driver_save(what, to);
}

static int put_all(const struct weir_run *job, struct weir_text *to, struct weir_error *err)
{
    weir_text_append(to, magic, MAGIC_BYTES);
    weir_pack_array(to, MEMBERS);
    put_record(to, put_graph, job->plan->graph);
    weir_pack_i64(to, (int64_t)job->options.driver.seed);
    put_record(to, put_driver, job->driver);
    WEIR_TRY(weir_worker_save_states(job->worker, weir_driver_committed_us(job->driver), to, err));
    WEIR_TRY(put_blocks(job, to, err));
    uint64_t sum = weir_checksum((weir_bytes){(const uint8_t *)to->bytes, to->count});
    weir_text_append(to, &sum, sizeof sum);
    return WEIR_OK;
}

int weir_run_checkpoint(const struct weir_run *job, struct weir_text *to, struct weir_error *err)
{
    if (weir_worker_runs_tasks(job->worker)) {
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "no checkpoint while tasks run: ask for it in on_batch, with one "
                              "batch in flight");
    }
    size_t before = to->count;
    int status = before == 0
                     ? put_all(job, to, err)
                     : weir_error_set(err, WEIR_EBUG, "a checkpoint goes into an empty text");
    if (status != WEIR_OK) {
        to->count = before;
    }
    return status;
}

/* ---- reading ---- */
static int open_record(weir_bytes bytes, struct weir_unpack *in, struct weir_error *err)
{
    uint64_t sum;
    if (bytes.count < MAGIC_BYTES + SUM_BYTES || memcmp(bytes.bytes, magic, MAGIC_BYTES) != 0) {
        return weir_error_set(err, WEIR_EDAMAGED,
                              "this is not a checkpoint: it does not begin with %s", magic);
    }
    weir_bytes body = {bytes.bytes, bytes.count - SUM_BYTES};
    memcpy(&sum, bytes.bytes + body.count, sizeof sum);
    if (sum != weir_checksum(body)) {
        return weir_error_set(err, WEIR_EDAMAGED,
                              "the checkpoint is damaged: its checksum is not that of its bytes; "
                              "use an earlier one");
    }
    uint32_t members;
    weir_unpack_init(in, (weir_bytes){body.bytes + MAGIC_BYTES, body.count - MAGIC_BYTES}, err);
    WEIR_TRY(weir_unpack_array(in, &members));
    return members == MEMBERS ? WEIR_OK
                              : weir_error_set(err, WEIR_EDAMAGED,
                                               "the checkpoint has %" PRIu32 " parts, not %d; was "
                                               "it made by another version of weir?",
                                               members, MEMBERS);
}

int weir_checkpoint_graph(weir_bytes bytes,
                          struct weir_registry *registry,
                          struct weir_graph **graph,
                          struct weir_error *err)
{
    struct weir_unpack in;
    weir_bytes record;
    WEIR_TRY(open_record(bytes, &in, err));
    WEIR_TRY(weir_unpack_bin(&in, &record));
    return weir_graph_decode(record, registry, graph, err);
}

/* The job may have been compiled anew: it must be the same. */
static int check_graph(const struct weir_run *job, weir_bytes record, struct weir_error *err)
{
    const struct weir_graph *ours = job->plan->graph;
    struct weir_graph *theirs;
    WEIR_TRY(weir_graph_decode(record, ours->registry, &theirs, err));
    bool is_same = weir_graph_equal(ours, theirs) && ours->batch_us == theirs->batch_us &&
                   ours->partitions == theirs->partitions;
    weir_graph_destroy(theirs);
    return is_same ? WEIR_OK
                   : weir_error_set(err, WEIR_ECONFIG,
                                    "the checkpoint is of another job than this: run the job that "
                                    "made it, or begin without a checkpoint");
}

/* States lie where the seed has put their keys. */
static int check_seed(const struct weir_run *job, struct weir_unpack *in)
{
    int64_t seed;
    WEIR_TRY(weir_unpack_i64(in, &seed));
    return (uint64_t)seed == job->options.driver.seed
               ? WEIR_OK
               : weir_error_set(in->err, WEIR_ECONFIG,
                                "the checkpoint was made with another hash seed: set hash_seed to "
                                "%" PRId64,
                                seed);
}

static int get_driver(struct weir_run *job, struct weir_unpack *in)
{
    weir_bytes record;
    struct weir_unpack inner;
    WEIR_TRY(weir_unpack_bin(in, &record));
    weir_unpack_init(&inner, record, in->err);
    return weir_driver_restore(job->driver, &inner);
}

static int get_blocks(struct weir_run *job, struct weir_unpack *in)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(in, &count));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t members;
        struct weir_slice slice = {.count = 1};
        WEIR_TRY(weir_unpack_array(in, &members));
        WEIR_TRY(weir_unpack_u32(in, &slice.owner));
        WEIR_TRY(weir_unpack_u32(in, &slice.partition));
        WEIR_TRY(weir_unpack_i64(in, &slice.batch_us));
        WEIR_TRY(weir_worker_restore_block(job->worker, &slice, in));
    }
    return WEIR_OK;
}

int weir_run_restore(struct weir_run *job, weir_bytes bytes, struct weir_error *err)
{
    struct weir_unpack in;
    weir_bytes record;
    WEIR_TRY(open_record(bytes, &in, err));
    WEIR_TRY(weir_unpack_bin(&in, &record));
    WEIR_TRY(check_graph(job, record, err));
    WEIR_TRY(check_seed(job, &in));
    WEIR_TRY(get_driver(job, &in));
    WEIR_TRY(weir_worker_restore_states(job->worker, &in));
    return get_blocks(job, &in);
}
