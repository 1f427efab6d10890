/* SPDX-License-Identifier: Apache-2.0 */
/* A record of save.c becomes a driver that has not started yet. */
#include "driver/save/save.h"

#include <inttypes.h>
#include <string.h>

static int refuse(struct weir_unpack *in, const char *what)
{
    return weir_error_set(in->err, WEIR_EDAMAGED, "the driver's record at byte %zu: %s", in->at,
                          what);
}

static int get_array(struct weir_unpack *in, uint32_t wanted, const char *what)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(in, &count));
    return count == wanted ? WEIR_OK : refuse(in, what);
}

static int get_key(struct weir_unpack *in, const char *key)
{
    weir_str name;
    WEIR_TRY(weir_unpack_str(in, &name));
    if (name.count != strlen(key) || memcmp(name.bytes, key, name.count) != 0) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "the driver's record at byte %zu: '%s' was expected, '%.*s' found",
                              in->at, key, (int)name.count, name.bytes);
    }
    return WEIR_OK;
}

static int get_time(struct weir_unpack *in, const char *key, int64_t *value)
{
    WEIR_TRY(get_key(in, key));
    return weir_unpack_i64(in, value);
}

/* ---- failures ---- */
static int get_text(struct weir_unpack *in, struct weir_text *text)
{
    weir_str str;
    WEIR_TRY(weir_unpack_str(in, &str));
    text->count = 0;
    weir_text_append(text, str.bytes, str.count);
    return WEIR_OK;
}

static int fill_failure(struct weir_unpack *in,
                        struct weir_text *at,
                        struct weir_text *text,
                        struct weir_failure **failure)
{
    struct weir_batch_failure what = {.phase = WEIR_PHASE_RUN};
    int64_t phase;
    int64_t status;
    WEIR_TRY(get_array(in, WEIR_SAVED_FAILURE, "a failure has six members"));
    WEIR_TRY(weir_unpack_i64(in, &phase));
    WEIR_TRY(weir_unpack_i64(in, &status));
    WEIR_TRY(weir_unpack_i64(in, &what.batch_us));
    WEIR_TRY(weir_unpack_u32(in, &what.partition));
    WEIR_TRY(get_text(in, at));
    WEIR_TRY(get_text(in, text));
    what.phase = phase == WEIR_PHASE_GENERATE ? WEIR_PHASE_GENERATE : WEIR_PHASE_RUN;
    what.status = status < 0 && status > INT32_MIN ? (int)status : WEIR_EJOB;
    what.at = at->bytes == NULL ? "" : at->bytes;
    what.text = text->bytes == NULL ? "" : text->bytes;
    *failure = weir_failure_create(&what);
    return WEIR_OK;
}

static int get_failure(struct weir_unpack *in, struct weir_failure **failure)
{
    struct weir_text at;
    struct weir_text text;
    *failure = NULL;
    if (weir_unpack_is_nil(in)) {
        return weir_unpack_nil(in);
    }
    weir_text_init(&at);
    weir_text_init(&text);
    int status = fill_failure(in, &at, &text, failure);
    weir_text_finish(&at);
    weir_text_finish(&text);
    return status;
}

static int get_failed(struct weir_unpack *in, struct weir_failed_times *failed)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(in, &count));
    for (uint32_t i = 0; i < count / 2; i++) {
        struct weir_failure *failure;
        int64_t time_us;
        WEIR_TRY(weir_unpack_i64(in, &time_us));
        if (failed->count > 0 && failed->items[failed->count - 1].time_us >= time_us) {
            return refuse(in, "failures are out of order");
        }
        WEIR_TRY(get_failure(in, &failure));
        if (failure == NULL) {
            return refuse(in, "a failure is missing");
        }
        weir_failed_times_add(failed, time_us, failure);
        weir_failure_release(failure);
    }
    return count % 2 == 0 ? WEIR_OK : refuse(in, "failures are a time and a failure each");
}

/* ---- stages ---- */
/* Windows will ask for exactly these RDDs: from the first that the next batch may reach to the
 * newest. */
static int check_kept(const struct weir_driver *driver,
                      const struct weir_stage *stage,
                      uint32_t count,
                      int64_t *first_us,
                      struct weir_unpack *in)
{
    int64_t slide = stage->slide_us;
    bool is_kept = stage->exit == WEIR_EXIT_BLOCKS && stage->remember_us > 0 && !stage->is_static;
    if (!is_kept) {
        return count == 0 ? WEIR_OK : refuse(in, "a stage remembers RDDs and should not");
    }
    int64_t past = driver->committed_us + driver->graph->batch_us - stage->remember_us;
    past = past < driver->committed_us ? past : driver->committed_us;
    past = past > driver->zero_us ? past : driver->zero_us;
    int64_t skipped = (past - driver->zero_us) / slide;
    int64_t newest = (driver->committed_us - driver->zero_us) / slide;
    *first_us = driver->zero_us + (skipped + 1) * slide;
    return newest - skipped == (int64_t)count
               ? WEIR_OK
               : refuse(in, "a stage remembers other RDDs than its windows ask for");
}

static int get_kept(struct weir_driver *driver,
                    const struct weir_stage *stage,
                    struct weir_unpack *in)
{
    uint32_t count;
    int64_t first_us = 0;
    WEIR_TRY(weir_unpack_array(in, &count));
    WEIR_TRY(check_kept(driver, stage, count / 2, &first_us, in));
    for (uint32_t i = 0; i < count / 2; i++) {
        uint32_t partitions;
        weir_bytes bits;
        WEIR_TRY(weir_unpack_u32(in, &partitions));
        WEIR_TRY(weir_unpack_bin(in, &bits));
        if (bits.count != ((size_t)partitions + 63) / 64 * sizeof(uint64_t)) {
            return refuse(in, "an RDD has a bit for each partition");
        }
        weir_kept_put(&driver->stages[stage->id].kept, first_us + i * stage->slide_us,
                      stage->slide_us, partitions, bits);
    }
    return WEIR_OK;
}

static int get_stages(struct weir_driver *driver, struct weir_unpack *in)
{
    WEIR_TRY(get_key(in, "stages"));
    WEIR_TRY(get_array(in, driver->plan->stage_count, "it has other stages than the job"));
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        WEIR_TRY(get_array(in, WEIR_SAVED_STAGE, "a stage has three members"));
        WEIR_TRY(get_kept(driver, &driver->plan->stages[s], in));
        WEIR_TRY(get_failed(in, &driver->stages[s].failed));
        WEIR_TRY(get_failure(in, &driver->stages[s].broken));
    }
    return WEIR_OK;
}

static int get_form(struct weir_driver *driver, struct weir_unpack *in)
{
    WEIR_TRY(get_key(in, "form"));
    if (weir_unpack_is_nil(in)) {
        return weir_unpack_nil(in);
    }
    weir_driver_begin_forming(driver);
    WEIR_TRY(get_array(in, driver->form->node_count, "it has other streams than the job"));
    for (uint32_t n = 0; n < driver->form->node_count; n++) {
        struct weir_form_node *node = &driver->form->nodes[n];
        WEIR_TRY(get_array(in, WEIR_SAVED_NODE, "a stream has three members"));
        WEIR_TRY(weir_unpack_i64(in, &node->none_until_us));
        WEIR_TRY(get_failed(in, &node->failed));
        WEIR_TRY(get_failure(in, &node->broken));
    }
    return WEIR_OK;
}

/* ---- inputs ---- */
static int get_inputs(struct weir_driver *driver, struct weir_unpack *in)
{
    WEIR_TRY(get_key(in, "inputs"));
    WEIR_TRY(get_array(in, driver->plan->input_count, "it has other inputs than the job"));
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        struct weir_driver_input *input = &driver->inputs[i];
        weir_bytes from;
        WEIR_TRY(get_array(in, WEIR_SAVED_INPUT, "an input has four members"));
        WEIR_TRY(weir_unpack_bin(in, &from));
        WEIR_TRY(weir_unpack_bool(in, &input->has_ended));
        WEIR_TRY(weir_unpack_bool(in, &input->was_reached));
        WEIR_TRY(weir_unpack_i64(in, &input->dropped_us));
        input->from.count = 0;
        weir_text_append(&input->from, from.bytes, from.count);
    }
    return WEIR_OK;
}

static int check_times(const struct weir_driver *driver, struct weir_unpack *in)
{
    int64_t since = driver->committed_us - driver->zero_us;
    bool is_right = driver->zero_us >= 0 && since >= 0 && since % driver->graph->batch_us == 0;
    return is_right ? WEIR_OK : refuse(in, "its times are not on the grid of the job's batches");
}

/* Blocks of batches behind dropped_us are still there, and so are the batches. */
static int check_dropped(const struct weir_driver *driver, uint32_t input, struct weir_unpack *in)
{
    int64_t at_us = driver->inputs[input].dropped_us;
    bool is_right = at_us >= driver->zero_us && at_us <= driver->committed_us &&
                    (at_us - driver->zero_us) % driver->graph->batch_us == 0;
    while (is_right && at_us < driver->committed_us) {
        at_us += driver->graph->batch_us;
        is_right = weir_ledger_batch(driver->ledger, at_us) != NULL;
    }
    return is_right ? WEIR_OK : refuse(in, "a batch with received blocks is missing");
}

/* Opened batches follow the committed ones without gaps, and of those what windows read is there.
 */
static int check_ledger(struct weir_driver *driver, struct weir_unpack *in)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        if (driver->plan->inputs[i].is_receiver) {
            WEIR_TRY(check_dropped(driver, i, in));
        }
    }
    int64_t at_us = driver->committed_us + driver->graph->batch_us;
    while (weir_ledger_batch(driver->ledger, at_us) != NULL) {
        at_us += driver->graph->batch_us;
    }
    driver->next_us = at_us;
    int64_t newest_us = weir_ledger_newest_us(driver->ledger);
    if (newest_us > driver->committed_us && newest_us != at_us - driver->graph->batch_us) {
        return refuse(in, "a batch is missing in the ledger");
    }
    return WEIR_OK;
}

int weir_driver_restore(struct weir_driver *driver, struct weir_unpack *in)
{
    WEIR_ASSERT(!driver->is_started);
    uint32_t members;
    int64_t records;
    WEIR_TRY(weir_unpack_map(in, &members));
    if (members != WEIR_SAVED_MEMBERS) {
        return refuse(in, "it has other members than this weir knows");
    }
    WEIR_TRY(get_time(in, "zero", &driver->zero_us));
    WEIR_TRY(get_time(in, "start", &driver->start_us));
    WEIR_TRY(get_time(in, "committed", &driver->committed_us));
    WEIR_TRY(get_time(in, "records", &records));
    WEIR_TRY(check_times(driver, in));
    driver->records_seen = records < 0 ? 0 : (uint64_t)records;
    WEIR_TRY(get_inputs(driver, in));
    WEIR_TRY(get_key(in, "ledger"));
    WEIR_TRY(weir_ledger_decode(driver->ledger, in));
    WEIR_TRY(check_ledger(driver, in));
    WEIR_TRY(get_stages(driver, in));
    WEIR_TRY(get_form(driver, in));
    driver->is_restored = true;
    return WEIR_OK;
}
