/* SPDX-License-Identifier: Apache-2.0 */
/* Timeouts without a scan. Every key is in one bucket: of the time at which it was touched when it
 * was put there. A touch moves nothing. When a bucket's time has come, its keys are looked at:
 * those that were touched since go to the bucket of their newer time, the others are due. So a key
 * is looked at only if it was touched since it was looked at last. Buckets change when a batch is
 * final, never before: undoing one has nothing to do here. */
#include "state/table/entry.h"

/* The bucket of a time, which is mostly the newest. */
static struct weir_state_bucket *bucket_of(struct weir_state_table *table, int64_t time_us)
{
    uint32_t low = table->bucket_first;
    uint32_t high = table->bucket_count;
    while (high > low && table->buckets[high - 1].time_us >= time_us) {
        uint32_t middle = low + (high - low) / 2;
        if (table->buckets[middle].time_us < time_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (high < table->bucket_count && table->buckets[high].time_us == time_us) {
        return &table->buckets[high];
    }
    WEIR_GROW(table->buckets, table->bucket_count, table->bucket_capacity);
    memmove(&table->buckets[high + 1], &table->buckets[high],
            (table->bucket_count - high) * sizeof *table->buckets);
    table->bucket_count++;
    table->buckets[high] = (struct weir_state_bucket){.time_us = time_us};
    return &table->buckets[high];
}

void weir_state_due_add(struct weir_state_table *table, uint32_t number)
{
    struct weir_state_entry *entry = weir_state_table_entry(table, number);
    struct weir_state_bucket *bucket = bucket_of(table, weir_state_table_time(table, entry->epoch));
    WEIR_GROW(bucket->numbers, bucket->count, bucket->capacity);
    bucket->numbers[bucket->count++] = number;
    weir_entry_set_flag(entry, WEIR_ENTRY_IS_QUEUED, true);
}

/* What an entry's time will be once the batch is settled. */
static bool is_due(const struct weir_state_table *table,
                   const struct weir_state_entry *entry,
                   int64_t threshold_us)
{
    return weir_state_entry_is_live(entry) &&
           weir_state_table_time(table, entry->epoch) < threshold_us &&
           !weir_entry_is_touched(table, entry);
}

uint32_t weir_state_table_due(struct weir_state_table *table,
                              int64_t threshold_us,
                              uint32_t **slots)
{
    uint32_t count = 0;
    uint32_t capacity = 0;
    uint32_t at = table->bucket_first;
    WEIR_ASSERT(table->is_open && table->due_buckets == 0);
    *slots = NULL;
    for (; at < table->bucket_count && table->buckets[at].time_us < threshold_us; at++) {
        const struct weir_state_bucket *bucket = &table->buckets[at];
        for (uint32_t i = 0; i < bucket->count; i++) {
            uint32_t number = bucket->numbers[i];
            if (is_due(table, weir_state_table_entry(table, number), threshold_us)) {
                WEIR_GROW(*slots, count, capacity);
                (*slots)[count++] = weir_state_table_touch(table, number);
            }
        }
    }
    table->due_buckets = at - table->bucket_first;
    return count;
}

/* Buckets that are gone leave room in front; it is given back when it is most of the array. */
static void trim(struct weir_state_table *table)
{
    if (table->bucket_first > 64 && table->bucket_first > table->bucket_count / 2) {
        table->bucket_count -= table->bucket_first;
        memmove(table->buckets, table->buckets + table->bucket_first,
                table->bucket_count * sizeof *table->buckets);
        table->bucket_first = 0;
    }
}

void weir_state_due_commit(struct weir_state_table *table)
{
    for (uint32_t k = 0; k < table->due_buckets; k++) {
        struct weir_state_bucket seen = table->buckets[table->bucket_first++];
        for (uint32_t i = 0; i < seen.count; i++) {
            struct weir_state_entry *entry = weir_state_table_entry(table, seen.numbers[i]);
            weir_entry_set_flag(entry, WEIR_ENTRY_IS_QUEUED, false);
            if (weir_state_entry_is_live(entry)) {
                weir_state_due_add(table, seen.numbers[i]);
            }
        }
        weir_free(seen.numbers);
    }
    table->due_buckets = 0;
    trim(table);
}
