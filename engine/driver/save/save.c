/* SPDX-License-Identifier: Apache-2.0 */
/* What a new process needs to go on behind the newest committed batch: times, where sources are,
 * the ledger, which blocks windows still read, what has failed for ever. */
#include "driver/save/save.h"

#include "block/block.h"

static void put_key(struct weir_text *to, const char *key, int64_t value)
{
    weir_pack_key(to, key);
    weir_pack_i64(to, value);
}

static void put_text(struct weir_text *to, const char *text)
{
    weir_pack_str(to, weir_str_of(text == NULL ? "" : text));
}

static void put_failure(const struct weir_failure *failure, struct weir_text *to)
{
    if (failure == NULL) {
        weir_pack_nil(to);
        return;
    }
    weir_pack_array(to, WEIR_SAVED_FAILURE);
    weir_pack_i64(to, failure->what.phase);
    weir_pack_i64(to, failure->what.status);
    weir_pack_i64(to, failure->what.batch_us);
    weir_pack_i64(to, failure->what.partition);
    put_text(to, failure->what.at);
    put_text(to, failure->what.text);
}

static void put_failed(const struct weir_failed_times *failed, struct weir_text *to)
{
    weir_pack_array(to, 2 * failed->count);
    for (uint32_t i = 0; i < failed->count; i++) {
        weir_pack_i64(to, failed->items[i].time_us);
        put_failure(failed->items[i].failure, to);
    }
}

/* ---- stages ---- */
static void put_kept(const struct weir_kept *kept, struct weir_text *to)
{
    weir_pack_array(to, 2 * (uint32_t)(kept->end - kept->first));
    for (size_t i = kept->first; i < kept->end; i++) {
        const struct weir_kept_rdd *rdd = &kept->rdds[i];
        weir_pack_i64(to, rdd->partition_count);
        weir_pack_bin(to, weir_kept_rdd_bits(rdd));
    }
}

static void put_stages(const struct weir_driver *driver, struct weir_text *to)
{
    weir_pack_key(to, "stages");
    weir_pack_array(to, driver->plan->stage_count);
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        weir_pack_array(to, WEIR_SAVED_STAGE);
        put_kept(&driver->stages[s].kept, to);
        put_failed(&driver->stages[s].failed, to);
        put_failure(driver->stages[s].broken, to);
    }
}

static void put_form(const struct weir_form *form, struct weir_text *to)
{
    weir_pack_key(to, "form");
    if (form == NULL) {
        weir_pack_nil(to);
        return;
    }
    weir_pack_array(to, form->node_count);
    for (uint32_t n = 0; n < form->node_count; n++) {
        weir_pack_array(to, WEIR_SAVED_NODE);
        weir_pack_i64(to, form->nodes[n].none_until_us);
        put_failed(&form->nodes[n].failed, to);
        put_failure(form->nodes[n].broken, to);
    }
}

/* ---- inputs ---- */
/* A batch whose sources have not all answered is opened anew: they are where they were before it.
 */
static const struct weir_batch *asking(const struct weir_driver *driver)
{
    const struct weir_batch *newest = weir_driver_newest(driver);
    return newest != NULL && newest->state == WEIR_BATCH_ASKING ? newest : NULL;
}

static void put_inputs(const struct weir_driver *driver, struct weir_text *to)
{
    const struct weir_batch *batch = asking(driver);
    weir_pack_key(to, "inputs");
    weir_pack_array(to, driver->plan->input_count);
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        const struct weir_driver_input *input = &driver->inputs[i];
        bool is_asked = batch != NULL && input->asked_us == batch->time_us;
        const struct weir_text *from = is_asked ? &input->before : &input->from;
        bool is_afresh = driver->plan->inputs[i].is_receiver || input->is_static;
        weir_pack_array(to, WEIR_SAVED_INPUT);
        weir_pack_bin(to, (weir_bytes){(const uint8_t *)from->bytes, is_afresh ? 0 : from->count});
        weir_pack_bool(to, input->has_ended && !is_asked && !is_afresh);
        weir_pack_bool(to, input->was_reached);
        weir_pack_i64(to, input->dropped_us);
    }
}

/* The newest batch whose input is known. */
static int64_t known_us(const struct weir_driver *driver)
{
    const struct weir_batch *newest = weir_driver_newest(driver);
    if (newest == NULL) {
        return driver->committed_us;
    }
    return asking(driver) != NULL ? newest->time_us - driver->graph->batch_us : newest->time_us;
}

void weir_driver_save(const struct weir_driver *driver, struct weir_text *to)
{
    weir_pack_map(to, WEIR_SAVED_MEMBERS);
    put_key(to, "zero", driver->zero_us);
    put_key(to, "start", driver->start_us);
    put_key(to, "committed", driver->committed_us);
    put_key(to, "records", (int64_t)driver->records_seen);
    put_inputs(driver, to);
    weir_pack_key(to, "ledger");
    weir_ledger_encode(driver->ledger, known_us(driver), to);
    put_stages(driver, to);
    put_form(driver->form, to);
}

/* ---- blocks ---- */
struct block_walk {
    weir_driver_block_visitor visit;
    void *owner;
};

static void visit_received(void *owner, uint32_t input, uint32_t number)
{
    const struct block_walk *walk = owner;
    walk->visit(
        walk->owner,
        (struct weir_slice){.owner = WEIR_BLOCK_INPUT + input, .partition = number, .count = 1});
}

static void visit_kept(const struct block_walk *walk, uint32_t stage, const struct weir_kept *kept)
{
    for (size_t i = kept->first; i < kept->end; i++) {
        int64_t time_us = kept->first_us + (int64_t)(i - kept->first) * kept->slide_us;
        for (uint32_t p = 0; p < kept->rdds[i].partition_count; p++) {
            if (weir_kept_rdd_has(&kept->rdds[i], p)) {
                walk->visit(walk->owner,
                            (struct weir_slice){
                                .owner = stage, .partition = p, .count = 1, .batch_us = time_us});
            }
        }
    }
}

void weir_driver_each_block(const struct weir_driver *driver,
                            weir_driver_block_visitor visit,
                            void *owner)
{
    struct block_walk walk = {visit, owner};
    weir_ledger_each_block(driver->ledger, visit_received, &walk);
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        visit_kept(&walk, s, &driver->stages[s].kept);
    }
}
