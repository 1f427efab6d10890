/* SPDX-License-Identifier: Apache-2.0 */
/* When keys were touched. An entry bears the number of a batch, its epoch, which takes half the
 * room of a time; with a timeout a table knows the times of its epochs, as far back as its oldest
 * bucket: no key is older. */
#include "state/table/entry.h"

#include <stdlib.h>

enum { GONE_KEPT = 64 }; /* times that nobody needs: fewer are not moved over */

/* After as many batches as a number counts: epochs begin anew. */
static void renumber(struct weir_state_table *table)
{
    uint32_t less = table->has_timeout ? table->first_epoch - 1 : table->epoch;
    for (uint32_t number = 0; number < table->used; number++) {
        struct weir_state_entry *entry = weir_state_table_entry(table, number);
        entry->epoch = entry->epoch > less ? entry->epoch - less : 0;
    }
    table->first_epoch = 1;
    table->epoch -= less;
}

static void add_time(struct weir_state_table *table, int64_t time_us)
{
    WEIR_GROW(table->times, table->time_count, table->time_capacity);
    table->times[table->time_count++] = time_us;
}

void weir_state_times_begin(struct weir_state_table *table)
{
    if (table->epoch == UINT32_MAX) {
        renumber(table);
    }
    table->epoch++;
    if (table->has_timeout) {
        add_time(table, table->batch_us);
    }
}

void weir_state_times_undo(struct weir_state_table *table)
{
    table->epoch--;
    table->time_count -= table->has_timeout;
}

void weir_state_times_commit(struct weir_state_table *table)
{
    bool has_keys = table->bucket_first < table->bucket_count;
    int64_t oldest_us = has_keys ? table->buckets[table->bucket_first].time_us : INT64_MAX;
    uint32_t gone = table->times_gone;
    while (gone + 1 < table->time_count && table->times[gone] < oldest_us) {
        gone++;
    }
    table->times_gone = gone;
    if (gone > GONE_KEPT &&
        gone > table->time_count / 2) { /* what is moved was gone through before */
        table->time_count -= gone;
        table->first_epoch += gone;
        table->times_gone = 0;
        memmove(table->times, table->times + gone, table->time_count * sizeof *table->times);
    }
}

/* ---- restoring ---- */

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The different ones of times, in order; returns how many. */
static uint32_t sort_times(int64_t *times, uint32_t count)
{
    uint32_t kept = 0;
    qsort(times, count, sizeof *times, compare);
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || times[kept - 1] != times[i]) {
            times[kept++] = times[i];
        }
    }
    return kept;
}

void weir_state_table_set_times(struct weir_state_table *table, const int64_t *touched_us)
{
    uint32_t count = table->touched_count;
    WEIR_ASSERT(table->is_open && table->epoch == 1); /* nothing was there before */
    if (!table->has_timeout || count == 0) {
        return;
    }
    int64_t *times = weir_alloc(count * sizeof *times);
    memcpy(times, touched_us, count * sizeof *times);
    uint32_t different = sort_times(times, count);
    table->time_count = 0;
    for (uint32_t i = 0; i < different; i++) {
        add_time(table, times[i]);
    }
    for (uint32_t slot = 0; slot < count; slot++) {
        const int64_t *at = bsearch(&touched_us[slot], times, different, sizeof *times, compare);
        weir_state_table_at(table, slot)->epoch = 1 + (uint32_t)(at - times);
    }
    add_time(table, table->batch_us);
    table->epoch = different + 1;
    weir_free(times);
}
