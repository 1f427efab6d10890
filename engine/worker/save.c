/* SPDX-License-Identifier: Apache-2.0 */
/* What a checkpoint takes from a worker and gives to a new one: blocks as frames of bytes, and the
 * states of its stages. */
#include "worker/private.h"

#include <inttypes.h>
#include <string.h>

bool weir_worker_runs_tasks(const struct weir_worker *worker)
{
    uint32_t questions = 0;
    for (uint32_t i = 0; i < worker->plan->input_count; i++) {
        questions += worker->askers[i].is_busy ? 1 : 0;
    }
    return worker->jobs > questions;
}

/* ---- blocks ---- */
static struct weir_block_id id_of(const struct weir_slice *slice)
{
    return (struct weir_block_id){.owner = slice->owner,
                                  .partition = slice->partition,
                                  .bucket = slice->bucket,
                                  .batch_us = slice->batch_us};
}

const struct weir_block *weir_worker_block(const struct weir_worker *worker,
                                           const struct weir_slice *slice)
{
    struct weir_block_id id = id_of(slice);
    return weir_block_cache_get(worker->cache, &id);
}

/* Text blocks: [lines, bytes]; columns: the frame. */
int weir_worker_save_block(const struct weir_worker *worker,
                           const struct weir_slice *slice,
                           struct weir_text *to,
                           struct weir_error *err)
{
    const struct weir_block *block = weir_worker_block(worker, slice);
    if (block == NULL) {
        return weir_error_set(err, WEIR_EBUG,
                              "block %" PRIu32 ".%" PRIu32 " of batch %" PRId64
                              " was dropped too early for the checkpoint",
                              slice->owner, slice->partition, slice->batch_us / 1000);
    }
    if (block->kind == WEIR_BLOCK_TEXT) {
        weir_pack_array(to, 2);
        weir_pack_i64(to, (int64_t)block->rows);
        weir_pack_bin(to, (weir_bytes){(const uint8_t *)block->text->data + block->text_offset,
                                       block->text_bytes});
        return WEIR_OK;
    }
    struct weir_text frame;
    weir_text_init(&frame);
    int status = weir_table_encode(&block->table.all, 0, &frame, err);
    weir_pack_array(to, 1);
    weir_pack_bin(to, (weir_bytes){(const uint8_t *)frame.bytes, frame.count});
    weir_text_finish(&frame);
    return status;
}

/* Received blocks count as held, and the next one's number follows. */
static int keep(struct weir_worker *worker,
                const struct weir_slice *slice,
                struct weir_block *block,
                struct weir_unpack *in)
{
    struct weir_block_id id = id_of(slice);
    uint32_t input = slice->owner - WEIR_BLOCK_INPUT;
    bool is_received = slice->owner >= WEIR_BLOCK_INPUT;
    bool is_there =
        is_received ? input < worker->plan->input_count && worker->plan->inputs[input].is_receiver
                    : slice->owner < worker->plan->stage_count;
    if (!is_there) {
        weir_block_release(block);
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "the checkpoint has a block of owner %" PRIu32
                              ", of which the job has none",
                              slice->owner);
    }
    if (is_received) {
        worker->held_bytes[input] += block->bytes;
        if (slice->partition >= worker->next_number[input]) {
            worker->next_number[input] = slice->partition + 1;
        }
        weir_receiver_held(worker->receivers[input], worker->held_bytes[input]);
    }
    weir_block_cache_put(worker->cache, &id, block);
    return WEIR_OK;
}

static int restore_text(struct weir_worker *worker,
                        const struct weir_slice *slice,
                        struct weir_unpack *in)
{
    int64_t lines;
    weir_bytes bytes;
    WEIR_TRY(weir_unpack_i64(in, &lines));
    WEIR_TRY(weir_unpack_bin(in, &bytes));
    uint32_t input = slice->owner - WEIR_BLOCK_INPUT;
    if (slice->owner < WEIR_BLOCK_INPUT || input >= worker->plan->input_count ||
        !worker->plan->inputs[input].is_text || lines < 0) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "the checkpoint has lines of text for owner %" PRIu32
                              ", which has no lines",
                              slice->owner);
    }
    struct weir_buffer *text = weir_buffer_create(bytes.count);
    if (bytes.count > 0) {
        memcpy(text->data, bytes.bytes, bytes.count);
    }
    const struct weir_type *schema = worker->plan->inputs[input].node->schema;
    return keep(worker, slice, weir_block_of_text(schema, text, 0, bytes.count, (uint64_t)lines),
                in);
}

int weir_worker_restore_block(struct weir_worker *worker,
                              const struct weir_slice *slice,
                              struct weir_unpack *in)
{
    uint32_t members;
    weir_bytes frame;
    size_t used;
    struct weir_table table;
    WEIR_TRY(weir_unpack_array(in, &members));
    if (members == 2) {
        return restore_text(worker, slice, in);
    }
    WEIR_TRY(weir_unpack_bin(in, &frame));
    WEIR_TRY(weir_table_decode(frame, &used, &table, in->err));
    return keep(worker, slice, weir_block_of_table(&table), in);
}

/* ---- states: [[stage, partition, state], ...] ---- */
static bool has_state(const struct weir_stage_states *states, uint32_t partition)
{
    return weir_state_table_is_made(states->tables[partition]);
}

int weir_worker_save_states(const struct weir_worker *worker,
                            int64_t committed_us,
                            struct weir_text *to,
                            struct weir_error *err)
{
    const struct weir_plan *plan = worker->plan;
    uint32_t count = 0;
    for (uint32_t s = 0; s < plan->stage_count; s++) {
        for (uint32_t p = 0; p < worker->states[s].count; p++) {
            count += has_state(&worker->states[s], p);
        }
    }
    weir_pack_array(to, count);
    for (uint32_t s = 0; s < plan->stage_count; s++) {
        const struct weir_stage_states *states = &worker->states[s];
        for (uint32_t p = 0; p < states->count; p++) {
            if (!has_state(states, p)) {
                continue;
            }
            if (states->tables[p]->had_begun && states->tables[p]->had_us > committed_us) {
                return weir_error_set(err, WEIR_ETEMPORARY,
                                      "no checkpoint now: two batches behind the newest committed "
                                      "one have changed a state; run one batch at a time");
            }
            weir_pack_array(to, 3);
            weir_pack_i64(to, s);
            weir_pack_i64(to, p);
            WEIR_TRY(weir_state_save(plan->graph, plan->stages[s].head, states->tables[p],
                                     committed_us, to, err));
        }
    }
    return WEIR_OK;
}

static int restore_state(struct weir_worker *worker, struct weir_unpack *in)
{
    const struct weir_plan *plan = worker->plan;
    uint32_t members;
    uint32_t stage;
    uint32_t partition;
    WEIR_TRY(weir_unpack_array(in, &members));
    WEIR_TRY(weir_unpack_u32(in, &stage));
    WEIR_TRY(weir_unpack_u32(in, &partition));
    if (members != 3 || stage >= plan->stage_count || !plan->stages[stage].has_state ||
        partition >= WEIR_PARTITIONS_MAX) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "the checkpoint has a state of stage %" PRIu32 ", partition %" PRIu32
                              ", of which the job has none",
                              stage, partition);
    }
    struct weir_message_task task = {.id = {.stage = stage, .partition = partition}};
    struct weir_state_table *table = weir_worker_state(worker, &task);
    if (weir_state_table_is_made(table)) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "the checkpoint has two states of stage %" PRIu32
                              ", partition %" PRIu32,
                              stage, partition);
    }
    return weir_state_restore(plan->graph, plan->stages[stage].head, worker->options.seed, table,
                              in);
}

int weir_worker_restore_states(struct weir_worker *worker, struct weir_unpack *in)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(in, &count));
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(restore_state(worker, in));
    }
    return WEIR_OK;
}
