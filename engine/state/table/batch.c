/* SPDX-License-Identifier: Apache-2.0 */
/* A table's life from batch to batch: what was touched, what it was before, and how a batch ends.
 * Entries leave the slots only when the batch in which they lost their state is final, so undoing
 * one is copying back. */
#include "state/table/slots.h"

enum {
    TOUCHED_MIN = 256,
    TOUCHED_KEPT = 4096, /* room for touched keys: less is not given back */
    SMALL_BATCHES = 16   /* in a row: then half of it is */
};

void weir_state_table_init(struct weir_state_table *table,
                           const struct weir_state_def *def,
                           const struct weir_type_field *fields,
                           bool is_text,
                           bool has_timeout,
                           uint64_t seed,
                           uint64_t limit_bytes)
{
    *table = (struct weir_state_table){
        .is_text = is_text, .has_timeout = has_timeout, .seed = seed, .first_epoch = 1};
    weir_state_layout_init(&table->layout, def, fields);
    weir_state_slab_init(&table->slab, limit_bytes);
    uint32_t align = def->align > 8 ? 16 : 8;
    table->head_bytes = is_text ? (uint32_t)sizeof(struct weir_state_text_entry)
                                : (uint32_t)sizeof(struct weir_state_entry);
    table->entry_bytes = (table->head_bytes + def->bytes + align - 1) & ~(align - 1);
    table->before_bytes = (uint32_t)sizeof(uint64_t) + ((def->bytes + 7) & ~UINT32_C(7));
    table->extent_bits = WEIR_STATE_EXTENT_BITS_MAX;
    while (table->extent_bits > WEIR_STATE_EXTENT_BITS_MIN &&
           (uint64_t)table->entry_bytes << table->extent_bits > WEIR_STATE_EXTENT_BYTES_MAX) {
        table->extent_bits--;
    }
    weir_state_slots_init(&table->slots, WEIR_STATE_SLOT_BITS_MIN);
}

void weir_state_table_finish(struct weir_state_table *table)
{
    weir_state_snapshot_end(table->snapshot);
    for (uint32_t i = 0; i < table->block_count; i++) {
        weir_free(table->blocks[i]);
    }
    weir_free(table->blocks);
    weir_free(table->extents);
    for (uint32_t i = table->bucket_first; i < table->bucket_count; i++) {
        weir_free(table->buckets[i].numbers);
    }
    weir_state_slab_finish(&table->slab);
    weir_state_slots_finish(&table->slots);
    weir_state_slots_finish(&table->old_slots);
    weir_free(table->free_numbers);
    weir_free(table->numbers);
    weir_free(table->states);
    weir_free(table->exists);
    weir_free(table->touched);
    weir_free(table->before);
    weir_free(table->times);
    weir_free(table->buckets);
    *table = (struct weir_state_table){0};
}

uint64_t weir_state_table_bytes(const struct weir_state_table *table)
{
    uint64_t slots =
        (uint64_t)weir_state_slots_count(table->slots) + weir_state_slots_count(table->old_slots);
    uint64_t batch = sizeof(uint32_t) + sizeof(void *) + 2 + table->before_bytes; /* of a key */
    return slots * sizeof *table->slots.at + (uint64_t)table->used * table->entry_bytes +
           table->slab.held_bytes + batch * table->touched_capacity +
           table->time_capacity * sizeof *table->times;
}

bool weir_state_entry_is_live(const struct weir_state_entry *entry)
{
    return (entry->slot_flags & WEIR_ENTRY_IS_LIVE) != 0;
}

/* ---- touching ---- */

static void set_capacity(struct weir_state_table *table, uint32_t capacity)
{
    uint32_t had = table->touched_capacity;
    table->touched_capacity = capacity;
    table->numbers = weir_realloc(table->numbers, capacity * sizeof *table->numbers);
    table->states = weir_realloc(table->states, capacity * sizeof *table->states);
    table->exists = weir_realloc(table->exists, capacity);
    table->touched = weir_realloc(table->touched, capacity);
    if (capacity > had) {
        memset(table->touched + had, 0, capacity - had);
    }
    table->before = weir_realloc(table->before, (size_t)capacity * table->before_bytes);
}

void weir_state_table_grow(struct weir_state_table *table)
{
    uint32_t had = table->touched_capacity;
    set_capacity(table, had == 0 ? TOUCHED_MIN : had * 2);
}

/* The first batch of a state may touch all keys, and those behind it few. */
static void shrink(struct weir_state_table *table)
{
    uint32_t capacity = table->touched_capacity;
    bool is_small = table->touched_count < capacity / 8;
    table->small_batches = is_small ? table->small_batches + 1 : 0;
    if (table->small_batches == SMALL_BATCHES && capacity > TOUCHED_KEPT) {
        set_capacity(table, capacity / 2);
        table->small_batches = 0;
    }
}

uint32_t weir_state_table_touch(struct weir_state_table *table, uint32_t number)
{
    return weir_entry_touch(table, weir_state_table_entry(table, number), number);
}

uint32_t weir_state_table_untouched(const struct weir_state_table *table,
                                    uint32_t *at,
                                    uint32_t *numbers,
                                    uint32_t room)
{
    uint32_t count = 0;
    uint32_t number = *at;
    for (; number < table->used && count < room; number++) {
        const struct weir_state_entry *entry = weir_state_table_entry(table, number);
        numbers[count] = number;
        count += weir_state_entry_is_live(entry) && !weir_entry_is_touched(table, entry);
    }
    *at = number;
    return count;
}

/* ---- how a batch begins and ends ---- */

int weir_state_table_begin(struct weir_state_table *table, int64_t batch_us, struct weir_error *err)
{
    if ((table->is_open || table->is_done) && batch_us == table->batch_us) {
        weir_state_table_undo(table);
    } else if (table->is_open) {
        return weir_error_set(err, WEIR_EBUG,
                              "a state begins batch %lld ms while batch %lld ms is under way",
                              (long long)(batch_us / 1000), (long long)(table->batch_us / 1000));
    } else if (table->has_begun && batch_us <= table->batch_us) {
        return weir_error_set(err, WEIR_EBUG,
                              "a state is at batch %lld ms and cannot go back to batch %lld ms: "
                              "restore it from a snapshot",
                              (long long)(table->batch_us / 1000), (long long)(batch_us / 1000));
    }
    weir_state_table_commit(table);
    table->is_open = true;
    table->had_begun = table->has_begun;
    table->had_us = table->batch_us;
    table->batch_us = batch_us;
    weir_state_times_begin(table);
    weir_state_slab_begin(&table->slab);
    return WEIR_OK;
}

void weir_state_table_settle(struct weir_state_table *table, bool touches_all)
{
    WEIR_ASSERT(table->is_open);
    for (uint32_t slot = 0; slot < table->touched_count; slot++) {
        bool exists = table->exists[slot] != 0;
        if (exists != weir_state_table_was_live(table, slot)) { /* else its entry is left alone */
            weir_entry_set_flag(weir_state_table_at(table, slot), WEIR_ENTRY_IS_LIVE, exists);
            table->live_count += exists;
            table->live_count -= !exists;
        }
        if (table->has_timeout && !touches_all && table->touched[slot] == 0) {
            weir_state_table_at(table, slot)->epoch = weir_state_epoch_before(table, slot);
        }
    }
    weir_state_slab_settle(&table->slab);
    table->is_open = false;
    table->is_done = table->has_begun = true;
}

static void free_entry(struct weir_state_table *table, uint32_t number)
{
    struct weir_state_entry *entry = weir_state_table_entry(table, number);
    if (entry == table->null) {
        table->null = NULL;
    } else {
        weir_state_slots_remove(table, number, weir_entry_tag(table, entry));
    }
    entry->slot_flags = (entry->slot_flags & WEIR_ENTRY_IS_QUEUED) | WEIR_ENTRY_SLOT;
    WEIR_GROW(table->free_numbers, table->free_count, table->free_capacity);
    table->free_numbers[table->free_count++] = number;
}

static void forget_batch(struct weir_state_table *table)
{
    if (table->touched_count > 0) {
        memset(table->touched, 0, table->touched_count);
    }
    table->touched_count = 0;
    table->due_buckets = 0;
    table->is_open = table->is_done = false;
}

void weir_state_table_undo(struct weir_state_table *table)
{
    uint32_t bytes = table->layout.def->bytes;
    if (!table->is_open && !table->is_done) {
        return;
    }
    for (uint32_t slot = table->touched_count; slot-- > 0;) {
        uint32_t number = weir_state_table_number(table, slot);
        struct weir_state_entry *entry = weir_state_table_at(table, slot);
        bool was_live = weir_state_table_was_live(table, slot);
        if (table->is_done) {
            table->live_count += was_live;
            table->live_count -= weir_state_entry_is_live(entry);
        }
        weir_entry_set_flag(entry, WEIR_ENTRY_IS_LIVE, was_live);
        if (!was_live) { /* it was made in this batch */
            free_entry(table, number);
            continue;
        }
        entry->epoch = weir_state_epoch_before(table, slot);
        memcpy(table->states[slot], weir_state_struct_before(table, slot), bytes);
    }
    weir_state_times_undo(table);
    weir_state_slab_undo(&table->slab);
    table->has_begun = table->had_begun;
    table->batch_us = table->had_us;
    forget_batch(table);
}

void weir_state_table_commit(struct weir_state_table *table)
{
    WEIR_ASSERT(!table->is_open);
    if (!table->is_done) {
        return;
    }
    for (uint32_t slot = 0; slot < table->touched_count; slot++) {
        if (table->exists[slot] != 0 && weir_state_table_was_live(table, slot)) {
            continue; /* it is queued already */
        }
        uint32_t number = weir_state_table_number(table, slot);
        struct weir_state_entry *entry = weir_state_table_at(table, slot);
        if (!weir_state_entry_is_live(entry)) {
            struct weir_key key = weir_state_table_key(table, entry);
            if (weir_state_key_is_long(table, key)) {
                weir_state_slab_drop(&table->slab, weir_state_key_text(key));
            }
            free_entry(table, number);
        } else if (table->has_timeout && (entry->slot_flags & WEIR_ENTRY_IS_QUEUED) == 0) {
            weir_state_due_add(table, number);
        }
    }
    weir_state_due_commit(table);
    weir_state_times_commit(table);
    weir_state_slab_commit(&table->slab);
    shrink(table);
    forget_batch(table);
}

uint32_t weir_state_table_changes(const struct weir_state_table *table,
                                  uint32_t *at,
                                  struct weir_state_view *views,
                                  uint32_t room)
{
    uint32_t count = 0;
    WEIR_ASSERT(table->is_done);
    for (; *at < table->touched_count && count < room; ++*at) {
        struct weir_state_entry *entry = weir_state_table_at(table, *at);
        bool is_live = weir_state_entry_is_live(entry);
        views[count] = weir_state_table_view(table, entry);
        views[count].state = is_live ? views[count].state : NULL;
        count +=
            is_live || weir_state_table_was_live(table, *at); /* not what came and went within it */
    }
    return count;
}
