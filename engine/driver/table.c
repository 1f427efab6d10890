/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: what is read whole before the first batch, and again when a table says so. Each reading
 * is a version: a batch of the static stages alone, named by the time of the first batch that reads
 * it (the zero time for the first). A version reads again only those tables that are due, and holds
 * on to what the version before has left of the others. Versions load one after the other; batches
 * wait for theirs. */
#include "block/block.h"
#include "driver/private.h"

#include <string.h>

static struct weir_batch *newest(const struct weir_driver *driver)
{
    return driver->table_count == 0 ? NULL : driver->tables[driver->table_count - 1];
}

struct weir_batch *weir_driver_table(const struct weir_driver *driver, int64_t time_us)
{
    for (uint32_t i = 0; i < driver->table_count; i++) {
        if (driver->tables[i]->time_us == time_us) {
            return driver->tables[i];
        }
    }
    return NULL;
}

bool weir_driver_table_is_there(const struct weir_batch *table)
{
    return table == NULL || (table->state == WEIR_BATCH_RUNNING && table->stages_left == 0);
}

/* ---- loading ---- */
/* The version before, or NULL: its tables stay as they are where they are not due. */
static struct weir_batch *before(const struct weir_driver *driver, const struct weir_batch *table)
{
    for (uint32_t i = 1; i < driver->table_count; i++) {
        if (driver->tables[i] == table) {
            return driver->tables[i - 1];
        }
    }
    return NULL;
}

static bool is_new(const struct weir_batch *table, const struct weir_dependency *dependency)
{
    return weir_driver_reads_input(dependency)
               ? table->reads[dependency->from]
               : table->stage_us[dependency->from] == table->time_us;
}

/* Static stages above a table that is read anew run; of the others the version before is taken. */
static void find_stages(const struct weir_driver *driver, struct weir_batch *table)
{
    const struct weir_batch *old = before(driver, table);
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        const struct weir_stage *stage = &driver->plan->stages[s];
        bool runs = old == NULL;
        for (uint32_t i = 0; i < stage->dependency_count; i++) {
            runs |= stage->is_static && is_new(table, &stage->dependencies[i]);
        }
        if (stage->is_static && runs) {
            table->stage_us[s] = table->time_us;
            table->stages[s].state = WEIR_STAGE_WAITING;
            table->stages_left++;
        } else if (stage->is_static) {
            table->stage_us[s] = old->stage_us[s];
            weir_stage_run_copy(table, old, s);
        }
    }
}

static void ask_tables(struct weir_driver *driver, struct weir_batch *table)
{
    const struct weir_batch *old = before(driver, table);
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        struct weir_driver_input *input = &driver->inputs[i];
        if (input->is_static && table->reads[i]) {
            input->from.count = 0;
            input->attempt = 0;
            weir_driver_ask_source(driver, table, i);
        } else if (input->is_static && old != NULL) {
            weir_ledger_copy_input(table->ledger, old->ledger, i);
        }
    }
}

/* Begins once the version before is complete. */
static void begin(struct weir_driver *driver, struct weir_batch *table)
{
    table->state = WEIR_BATCH_ASKING;
    ask_tables(driver, table);
    find_stages(driver, table);
}

/* Is a table to be read by a version of this time? */
static bool is_due(const struct weir_driver *driver, uint32_t input, int64_t time_us)
{
    int64_t every_us = driver->plan->inputs[input].node->table_reload_us;
    const struct weir_driver_input *known = &driver->inputs[input];
    return known->is_static &&
           (driver->table_count == 0 || (every_us > 0 && time_us - known->ordered_us >= every_us));
}

static struct weir_batch *add_version(struct weir_driver *driver, int64_t time_us)
{
    struct weir_batch *last = newest(driver);
    struct weir_batch *table = weir_batch_create_table(driver->plan, time_us);
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        table->reads[i] = is_due(driver, i, time_us);
        driver->inputs[i].ordered_us = table->reads[i] ? time_us : driver->inputs[i].ordered_us;
    }
    table->ledger = weir_ledger_batch_create(driver->plan->input_count, time_us);
    table->state = WEIR_BATCH_READY; /* to begin */
    WEIR_GROW(driver->tables, driver->table_count, driver->table_capacity);
    driver->tables[driver->table_count++] = table;
    if (last == NULL || weir_driver_table_is_there(last)) {
        begin(driver, table);
    }
    return table;
}

/* Is any? */
static bool any_is_due(const struct weir_driver *driver, int64_t time_us)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        if (is_due(driver, i, time_us)) {
            return true;
        }
    }
    return false;
}

void weir_driver_begin_tables(struct weir_driver *driver, int64_t time_us)
{
    if (any_is_due(driver, time_us)) {
        (void)add_version(driver, time_us);
    }
}

struct weir_batch *weir_driver_table_for(struct weir_driver *driver, int64_t time_us)
{
    bool is_new_one = driver->table_count > 0 && any_is_due(driver, time_us);
    return is_new_one ? add_version(driver, time_us) : newest(driver);
}

/* A source is asked until it says that this was the last, or that there is no more now. */
void weir_driver_take_table(struct weir_driver *driver, const struct weir_message *message)
{
    struct weir_batch *table = weir_driver_table(driver, message->batch_us);
    struct weir_driver_input *input = &driver->inputs[message->input];
    driver->outstanding--;
    WEIR_ASSERT(table != NULL && table->asked > 0);
    if (message->status != WEIR_OK) {
        (void)weir_driver_ask_once_more(driver, table, message);
        return;
    }
    table->asked--;
    weir_ledger_add_range(table->ledger, message->input, message->items, message->item_count);
    input->from.count = 0;
    weir_text_append(&input->from, message->bytes.bytes, message->bytes.count);
    if (driver->err.status != WEIR_OK) {
        return;
    }
    if (!message->source.is_last && !message->source.is_empty) {
        weir_driver_ask_source(driver, table, message->input);
    } else if (table->asked == 0) {
        weir_driver_run_batch(driver, table);
        weir_driver_follow_closed(driver);
        weir_driver_follow_table(driver, table);
    }
}

void weir_driver_follow_table(struct weir_driver *driver, struct weir_batch *table)
{
    for (uint32_t i = 0; weir_driver_table_is_there(table) && i + 1 < driver->table_count; i++) {
        struct weir_batch *next = driver->tables[i + 1];
        if (driver->tables[i] == table && next->state == WEIR_BATCH_READY) {
            begin(driver, next);
        }
    }
}

/* ---- forgetting ---- */
static bool is_read(const struct weir_driver *driver, const struct weir_batch *table)
{
    for (uint32_t i = driver->first; i < driver->end; i++) {
        if (driver->batches[i]->table == table) {
            return true;
        }
    }
    return false;
}

/* next: holds on to what is the same; NULL: nothing does. */
static void drop_version(struct weir_driver *driver,
                         const struct weir_batch *table,
                         const struct weir_batch *next)
{
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        const struct weir_stage *stage = &driver->plan->stages[s];
        const struct weir_stage_run *run = &table->stages[s];
        bool is_held = next != NULL && next->stage_us[s] == table->stage_us[s];
        if (!stage->is_static || is_held || run->partition_count == 0) {
            continue;
        }
        weir_driver_drop(driver, (struct weir_slice){.owner = s,
                                                     .count = run->partition_count,
                                                     .bucket = stage->exit == WEIR_EXIT_SHUFFLE
                                                                   ? stage->bucket_count
                                                                   : 1,
                                                     .batch_us = table->stage_us[s]});
    }
}

static void destroy(struct weir_batch *table)
{
    weir_ledger_batch_destroy(table->ledger);
    weir_batch_destroy(table);
}

void weir_driver_forget_tables(struct weir_driver *driver, bool all)
{
    while (driver->table_count > (all ? 0 : 1)) {
        struct weir_batch *oldest = driver->tables[0];
        struct weir_batch *next = driver->table_count > 1 ? driver->tables[1] : NULL;
        bool next_has_begun = next == NULL || next->state != WEIR_BATCH_READY;
        if (!all &&
            (is_read(driver, oldest) || !weir_driver_table_is_there(oldest) || !next_has_begun)) {
            return;
        }
        drop_version(driver, oldest, next);
        destroy(oldest);
        driver->table_count--;
        memmove(driver->tables, driver->tables + 1,
                driver->table_count * sizeof(struct weir_batch *));
    }
}

void weir_driver_destroy_tables(struct weir_driver *driver)
{
    for (uint32_t i = 0; i < driver->table_count; i++) {
        destroy(driver->tables[i]);
    }
    driver->table_count = 0;
    weir_free(driver->tables);
    driver->tables = NULL;
}
