/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger as bytes and back: [waiting of each input, batches]. What a checkpoint holds, in one
 * record. */
#include "ledger/private.h"

#include <inttypes.h>

/* ---- writing ---- */
static void put_blocks(const struct weir_ledger_block *blocks, uint32_t count, struct weir_text *to)
{
    for (uint32_t i = 0; i < count; i++) {
        weir_pack_i64(to, blocks[i].number);
        weir_pack_i64(to, (int64_t)blocks[i].rows);
        weir_pack_i64(to, (int64_t)blocks[i].bytes);
    }
}

static void put_input(const struct weir_ledger_input *input, struct weir_text *to)
{
    weir_pack_array(to, 5);
    weir_pack_array(to, 3 * input->block_count);
    put_blocks(input->blocks, input->block_count, to);
    weir_pack_array(to, input->part_count);
    for (uint32_t i = 0; i < input->part_count; i++) {
        weir_pack_bin(to, input->parts[i]);
    }
    if (input->to.bytes == NULL) {
        weir_pack_nil(to);
    } else {
        weir_pack_bin(to, input->to);
    }
    weir_pack_i64(to, (int64_t)input->records);
    weir_pack_bool(to, input->is_none);
}

static void put_batch(const struct weir_ledger_batch *batch, struct weir_text *to)
{
    weir_pack_array(to, 2 + batch->input_count);
    weir_pack_i64(to, batch->batch_us);
    weir_pack_i64(to, batch->state);
    for (uint32_t i = 0; i < batch->input_count; i++) {
        put_input(&batch->inputs[i], to);
    }
}

static uint32_t batches_until(const struct weir_ledger *ledger, int64_t until_us)
{
    uint32_t count = 0;
    for (size_t b = ledger->first; b < ledger->end; b++) {
        count += ledger->batches[b]->batch_us <= until_us ? 1 : 0;
    }
    return count;
}

/* Blocks of batches that are not written come before those that wait. */
static void put_waiting(const struct weir_ledger *ledger,
                        uint32_t input,
                        size_t from,
                        struct weir_text *to)
{
    const struct weir_ledger_waiting *waiting = &ledger->waiting[input];
    uint32_t count = waiting->count;
    for (size_t b = from; b < ledger->end; b++) {
        count += ledger->batches[b]->inputs[input].block_count;
    }
    weir_pack_array(to, 3 * count);
    for (size_t b = from; b < ledger->end; b++) {
        const struct weir_ledger_input *left = &ledger->batches[b]->inputs[input];
        put_blocks(left->blocks, left->block_count, to);
    }
    put_blocks(waiting->blocks, waiting->count, to);
}

void weir_ledger_encode(const struct weir_ledger *ledger, int64_t until_us, struct weir_text *to)
{
    uint32_t count = batches_until(ledger, until_us);
    weir_pack_array(to, ledger->input_count + 1);
    for (uint32_t i = 0; i < ledger->input_count; i++) {
        put_waiting(ledger, i, ledger->first + count, to);
    }
    weir_pack_array(to, count);
    for (uint32_t b = 0; b < count; b++) {
        put_batch(ledger->batches[ledger->first + b], to);
    }
}

/* ---- reading ---- */
static int refuse(struct weir_unpack *in, const char *what)
{
    return weir_error_set(in->err, WEIR_EDAMAGED, "the ledger's record at byte %zu: %s", in->at,
                          what);
}

static int get_u64(struct weir_unpack *in, uint64_t *value)
{
    int64_t number;
    WEIR_TRY(weir_unpack_i64(in, &number));
    *value = (uint64_t)number;
    return number < 0 ? refuse(in, "a count is below zero") : WEIR_OK;
}

static int get_block(struct weir_unpack *in, struct weir_ledger_block *block)
{
    WEIR_TRY(weir_unpack_u32(in, &block->number));
    WEIR_TRY(get_u64(in, &block->rows));
    return get_u64(in, &block->bytes);
}

static int get_block_count(struct weir_unpack *in, uint32_t *count)
{
    WEIR_TRY(weir_unpack_array(in, count));
    if (*count % 3 != 0) {
        return refuse(in, "blocks are three numbers each");
    }
    *count /= 3;
    return WEIR_OK;
}

static int get_waiting(struct weir_ledger *ledger, uint32_t input, struct weir_unpack *in)
{
    uint32_t count;
    WEIR_TRY(get_block_count(in, &count));
    for (uint32_t i = 0; i < count; i++) {
        struct weir_ledger_block block;
        WEIR_TRY(get_block(in, &block));
        weir_ledger_add_block(ledger, input, &block);
    }
    return WEIR_OK;
}

static int get_received(struct weir_ledger_input *input, struct weir_unpack *in)
{
    uint32_t count;
    WEIR_TRY(get_block_count(in, &count));
    input->blocks = weir_alloc(count * sizeof *input->blocks);
    input->block_count = count;
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(get_block(in, &input->blocks[i]));
    }
    return WEIR_OK;
}

/* parts: room for as many as there are. */
static int get_parts(struct weir_ledger_batch *batch,
                     uint32_t input,
                     weir_bytes *parts,
                     uint32_t count,
                     struct weir_unpack *in)
{
    weir_bytes to = {0};
    uint64_t records;
    bool is_none;
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(weir_unpack_bin(in, &parts[i]));
    }
    bool is_set = !weir_unpack_is_nil(in);
    WEIR_TRY(is_set ? weir_unpack_bin(in, &to) : weir_unpack_nil(in));
    WEIR_TRY(get_u64(in, &records));
    WEIR_TRY(weir_unpack_bool(in, &is_none));
    if (is_set) {
        weir_ledger_set_range(batch, input, parts, count, to, records);
    }
    batch->inputs[input].records = records;
    batch->inputs[input].is_none = is_none;
    return WEIR_OK;
}

static int get_input(struct weir_ledger_batch *batch, uint32_t input, struct weir_unpack *in)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(in, &count));
    if (count != 5) {
        return refuse(in, "an input has five members");
    }
    WEIR_TRY(get_received(&batch->inputs[input], in));
    WEIR_TRY(weir_unpack_array(in, &count));
    weir_bytes *parts = weir_alloc((count + 1) * sizeof *parts);
    int status = get_parts(batch, input, parts, count, in);
    weir_free(parts);
    return status;
}

static int get_batch(struct weir_ledger *ledger, struct weir_unpack *in)
{
    uint32_t count;
    int64_t batch_us;
    int64_t state;
    WEIR_TRY(weir_unpack_array(in, &count));
    WEIR_TRY(weir_unpack_i64(in, &batch_us));
    WEIR_TRY(weir_unpack_i64(in, &state));
    bool is_state = state == WEIR_LEDGER_OPENED || state == WEIR_LEDGER_COMMITTED;
    bool is_next = !ledger->has_any || batch_us > ledger->newest_us;
    bool is_in_order = !ledger->has_any || state == WEIR_LEDGER_OPENED ||
                       ledger->batches[ledger->end - 1]->state == WEIR_LEDGER_COMMITTED;
    if (count != ledger->input_count + 2 || !is_state || !is_next || !is_in_order) {
        return refuse(in, "a batch has other inputs than the job, or is out of order");
    }
    struct weir_ledger_batch *batch = weir_ledger_open_empty(ledger, batch_us);
    for (uint32_t i = 0; i < ledger->input_count; i++) {
        WEIR_TRY(get_input(batch, i, in));
    }
    if (state == WEIR_LEDGER_COMMITTED) {
        weir_ledger_commit(ledger, batch_us);
    }
    return WEIR_OK;
}

int weir_ledger_decode(struct weir_ledger *ledger, struct weir_unpack *in)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(in, &count));
    if (count != ledger->input_count + 1) {
        return refuse(in, "it has other inputs than the job");
    }
    for (uint32_t i = 0; i < ledger->input_count; i++) {
        WEIR_TRY(get_waiting(ledger, i, in));
    }
    WEIR_TRY(weir_unpack_array(in, &count));
    for (uint32_t b = 0; b < count; b++) {
        WEIR_TRY(get_batch(ledger, in));
    }
    return WEIR_OK;
}

void weir_ledger_each_block(const struct weir_ledger *ledger,
                            void (*visit)(void *owner, uint32_t input, uint32_t number),
                            void *owner)
{
    for (uint32_t i = 0; i < ledger->input_count; i++) {
        for (size_t b = ledger->first; b < ledger->end; b++) {
            const struct weir_ledger_input *input = &ledger->batches[b]->inputs[i];
            for (uint32_t k = 0; k < input->block_count; k++) {
                visit(owner, i, input->blocks[k].number);
            }
        }
        for (uint32_t k = 0; k < ledger->waiting[i].count; k++) {
            visit(owner, i, ledger->waiting[i].blocks[k].number);
        }
    }
}
