/* SPDX-License-Identifier: Apache-2.0 */
/* The states of one partition by key: entries that never move, known by number, and a small
 * open-addressing table of their numbers beside them. A batch changes entries in place and notes
 * what they were at its first touch; so a failed batch is undone, and what a batch costs follows
 * the keys that it touches, never the keys that are held. One thread at a time. Part of the door
 * (state.h).
 *
 *   tag -> slots {number, end of the tag} -> entry { key, flags, epoch, the plugin's struct }
 *                                         ^ by slot of the batch: states[], exists[], touched[]
 *   begin -> find, due ... -> settle (the batch is done) -> begin of the next (commit)
 *                      \-> undo                        \-> begin of the same (undo)
 */
#ifndef WEIR_STATE_TABLE_TABLE_H
#define WEIR_STATE_TABLE_TABLE_H

#include "base/base.h"
#include "data/data.h"
#include "exec/exec.h"

enum {
    WEIR_STATE_KEYS_MAX = (1 << 30) - 1,        /* of a partition */
    WEIR_STATE_KEY_BYTES_MAX = 1024 * 1024 - 1, /* of a text: a chunk of keys is one heap */
    WEIR_STATE_PAGE_BITS = 11,
    WEIR_STATE_PAGE_KEYS = 1 << WEIR_STATE_PAGE_BITS, /* a page of entries is a chunk */
    /* An extent: entries that lie side by side. Large states have fewer in one. */
    WEIR_STATE_EXTENT_BITS_MAX = 13,
    WEIR_STATE_EXTENT_BITS_MIN = 6,
    WEIR_STATE_EXTENT_BYTES_MAX = 1024 * 1024,
    WEIR_STATE_SLOT_BITS_MIN = 10,
    WEIR_STATE_SLOT_BITS_MAX = 31
};

/* What is before the struct of a state: as little as can be, for a small state with it should lie
 * in one line of memory. Of a key that is a text, struct weir_state_text_entry. */
struct weir_state_entry {
    uint64_t word;       /* the key, of fixed width; a text's first half */
    uint32_t slot_flags; /* number among the batch's touched keys; flags: table/entry.h */
    uint32_t epoch;      /* the batch that last touched it: table/times.c */
};

struct weir_state_text_entry {
    struct weir_state_entry entry;
    uint64_t half; /* the key's second half; of a long one: where its bytes lie */
    uint32_t tag;  /* of the hash */
    uint32_t unused;
};

/* Entry numbers that may be due at one time. */
struct weir_state_bucket {
    int64_t time_us;
    uint32_t *numbers;
    uint32_t count, capacity;
};

/* Where numbers of entries are found by tag: table/slots.h. */
struct weir_state_slots {
    uint32_t *at; /* 1 << bits, in lines of memory; NULL: none */
    uint32_t bits;
    void *block; /* what they are a part of */
};

struct weir_state_snapshot;

struct weir_state_table {
    struct weir_state_layout layout;
    struct weir_state_slab slab;
    uint32_t entry_bytes; /* with the state */
    uint32_t head_bytes;  /* without */
    bool is_text;         /* keys are views, else values of fixed width */
    bool has_timeout;     /* touched entries are queued by time */
    uint64_t seed;        /* of the tags of fixed keys */

    /* entries */
    uintptr_t *extents; /* where number 0 would be, if it lay before an extent */
    uint32_t extent_bits, extent_count, extent_capacity;
    void **blocks; /* what extents are parts of */
    uint32_t block_count, block_capacity;
    uint32_t used;       /* entries that have ever been: numbers 0 to used - 1 */
    uint32_t live_count; /* keys that have a state */
    uint32_t *free_numbers;
    uint32_t free_count, free_capacity;
    struct weir_state_entry *null; /* of the fixed key that is null, which has no slot */
    uint32_t null_number;

    struct weir_state_slots slots;
    struct weir_state_slots old_slots; /* moved little by little into slots; none: all is */
    uint32_t old_at;                   /* of them: next to move */
    uint32_t slot_count, gone_count;   /* entries in both; slots that were left, of the new ones */

    /* the batch under way, or done and not yet committed */
    bool is_open, is_done;
    bool has_begun, had_begun; /* some batch was done; before this one */
    int64_t batch_us, had_us;  /* of the version at hand; before this batch */
    uint32_t touched_count, touched_capacity;
    uint32_t small_batches; /* in a row that have needed little of it */
    uint32_t *numbers;      /* by slot of the batch: the entry's, and whether it was live before */
    void **states;          /* its struct, */
    uint8_t *exists;        /* 1: it has a state */
    uint8_t *touched;       /* 1: the plugin has kept or dropped it; beyond touched_count: zero */
    uint8_t *before;        /* epoch and struct as they were before it */
    uint32_t before_bytes;

    /* epochs: batches, counted. has_timeout: and their times, as far back as keys bear them */
    uint32_t epoch; /* of the version at hand */
    uint32_t first_epoch, time_count, time_capacity, times_gone;
    int64_t *times; /* by epoch, from first_epoch on */

    /* keys by time, oldest first */
    struct weir_state_bucket *buckets;
    uint32_t bucket_first, bucket_count, bucket_capacity;
    uint32_t due_buckets; /* of them: seen by this batch's due */

    struct weir_state_snapshot *snapshot; /* under way; NULL: none */
};

/* An empty table. def and fields are borrowed. seed: the job's, of hashes. limit_bytes: of the text
 * and lists of states; 0: no limit. */
void weir_state_table_init(struct weir_state_table *table,
                           const struct weir_state_def *def,
                           const struct weir_type_field *fields,
                           bool is_text,
                           bool has_timeout,
                           uint64_t seed,
                           uint64_t limit_bytes);
void weir_state_table_finish(struct weir_state_table *table); /* Fine on a zeroed struct. */

/* Is it more than a zeroed struct? */
static inline bool weir_state_table_is_made(const struct weir_state_table *table)
{
    return table->slots.at != NULL;
}

/* Bytes held: slots, entries in use, text and lists, the batch's journal. */
uint64_t weir_state_table_bytes(const struct weir_state_table *table);

/* ---- batches ---- */
/* A batch begins: the one before it is committed; the same once more: undone first. WEIR_EBUG: an
 * earlier one. */
int weir_state_table_begin(struct weir_state_table *table,
                           int64_t batch_us,
                           struct weir_error *err);

/* slots[i] = the slot of keys[i] in this batch, for i < count <= WEIR_CHUNK_ROWS_MAX: of its struct
 * in table->states, and so on. Keys that are not there get an entry without a state. hashes, heaps:
 * of keys that are texts. */
void weir_state_table_find(struct weir_state_table *table,
                           const struct weir_key *keys,
                           const uint64_t *hashes,
                           uint32_t count,
                           const struct weir_heaps *heaps,
                           uint32_t *slots);

/* The same in pieces, for who uses the states of each piece while they are still near. Keys, hashes
 * and heaps are borrowed until the last piece. Nothing else looks up meanwhile. */
enum { WEIR_STATE_TILE = 32 };

struct weir_state_tile { /* what are thought to be the entries of some keys */
    uint32_t numbers[WEIR_STATE_TILE];
    struct weir_state_entry *entries[WEIR_STATE_TILE]; /* NULL: there is none */
};

struct weir_state_lookup {
    struct weir_state_table *table;
    const struct weir_key *keys;
    const struct weir_heaps *heaps;
    uint32_t count, done;
    struct weir_state_tile tiles[2]; /* at done, and the next */
    uint32_t tags[WEIR_CHUNK_ROWS_MAX + 2 * WEIR_STATE_TILE];
};

void weir_state_lookup_begin(struct weir_state_lookup *lookup,
                             struct weir_state_table *table,
                             const struct weir_key *keys,
                             const uint64_t *hashes,
                             uint32_t count,
                             const struct weir_heaps *heaps);

/* Slots of the next keys, `most` or a few more, to the end; returns of how many. */
uint32_t weir_state_lookup_next(struct weir_state_lookup *lookup, uint32_t most, uint32_t *slots);

/* The slot of an entry, which is touched by that. */
uint32_t weir_state_table_touch(struct weir_state_table *table, uint32_t number);

/* The next entries, from *at on, that have a state and were not yet touched in this batch: at most
 * `room` numbers; *at moves on. */
uint32_t weir_state_table_untouched(const struct weir_state_table *table,
                                    uint32_t *at,
                                    uint32_t *numbers,
                                    uint32_t room);

/* The slots of all entries last touched before threshold_us, to be let go: *slots is the caller's
 * (weir_free), may be NULL; returns how many. Once a batch, after its finds. Looks at no entry that
 * was not touched since it was last looked at. */
uint32_t weir_state_table_due(struct weir_state_table *table,
                              int64_t threshold_us,
                              uint32_t **slots);

/* The batch is done: exists[] decides which keys have a state. With a timeout, an entry that has
 * one was touched now if touched[], or, where touches_all, in any case (without, nobody asks).
 * Until the next begin, readers see this version, and begin of the same batch undoes it. */
void weir_state_table_settle(struct weir_state_table *table, bool touches_all);

/* The batch has failed, or is to be run again: everything is as it was before it. */
void weir_state_table_undo(struct weir_state_table *table);

/* Of a batch that is open and has found keys to be restored: when they were touched, by slot. */
void weir_state_table_set_times(struct weir_state_table *table, const int64_t *touched_us);

/* Makes a batch that is done final; begin does it too. Fine if there is none. */
void weir_state_table_commit(struct weir_state_table *table);

/* ---- reading ---- */
/* Entry `number`, for loops that keep what a table says of its entries beside it. */
static inline struct weir_state_entry *weir_state_entry_at(const uintptr_t *extents,
                                                           uint32_t extent_bits,
                                                           size_t entry_bytes,
                                                           uint32_t number)
{
    return (struct weir_state_entry *)(extents[number >> extent_bits] + number * entry_bytes);
}

/* Entry `number`, number < used. */
static inline struct weir_state_entry *weir_state_table_entry(const struct weir_state_table *table,
                                                              uint32_t number)
{
    return weir_state_entry_at(table->extents, table->extent_bits, table->entry_bytes, number);
}

/* Its struct. */
static inline void *weir_state_table_state(const struct weir_state_table *table,
                                           const struct weir_state_entry *entry)
{
    return (void *)((uintptr_t)entry + table->head_bytes);
}

/* The entry of a slot of the batch. */
static inline struct weir_state_entry *weir_state_table_at(const struct weir_state_table *table,
                                                           uint32_t slot)
{
    return (struct weir_state_entry *)((uintptr_t)table->states[slot] - table->head_bytes);
}

/* Its number; readers of `numbers` itself find WEIR_STATE_WAS_LIVE in it. */
#define WEIR_STATE_WAS_LIVE (UINT32_C(1) << 31)
static inline uint32_t weir_state_table_number(const struct weir_state_table *table, uint32_t slot)
{
    return table->numbers[slot] & ~WEIR_STATE_WAS_LIVE;
}

static inline bool weir_state_table_was_live(const struct weir_state_table *table, uint32_t slot)
{
    return (table->numbers[slot] & WEIR_STATE_WAS_LIVE) != 0;
}

/* Has the entry a state in the version that readers see? */
bool weir_state_entry_is_live(const struct weir_state_entry *entry);

/* A key with its state as it was in a version: for readers. */
struct weir_state_view {
    struct weir_key key; /* a long text: half[1] is where its bytes lie */
    int64_t touched_us;  /* 0: the table has no timeout */
    const void *state;
};

/* When an epoch was; 0: nobody keeps it. */
static inline int64_t weir_state_table_time(const struct weir_state_table *table, uint32_t epoch)
{
    uint32_t at = epoch - table->first_epoch;
    return at < table->time_count ? table->times[at] : 0;
}

/* An entry's key: of a fixed one, half[1] is 1 if it is null. */
static inline struct weir_key weir_state_table_key(const struct weir_state_table *table,
                                                   const struct weir_state_entry *entry)
{
    const struct weir_state_text_entry *text = (const struct weir_state_text_entry *)entry;
    return (struct weir_key){{entry->word, table->is_text ? text->half : entry == table->null}};
}

/* An entry as it is now; whether it has a state is not looked at. */
static inline struct weir_state_view weir_state_table_view(const struct weir_state_table *table,
                                                           const struct weir_state_entry *entry)
{
    return (struct weir_state_view){weir_state_table_key(table, entry),
                                    weir_state_table_time(table, entry->epoch),
                                    weir_state_table_state(table, entry)};
}

/* ---- snapshots ---- */
/* Fixes the version at hand (no batch is open), to be read page by page while later batches go on:
 * what they change first is kept aside. One at a time. */
struct weir_state_snapshot *weir_state_snapshot_begin(struct weir_state_table *table);

/* The views of the next page, at most WEIR_STATE_PAGE_KEYS; they are valid until the table's next
 * batch or the next call. *count may be 0. false: that was all. */
bool weir_state_snapshot_next(struct weir_state_snapshot *snapshot,
                              const struct weir_state_view **views,
                              uint32_t *count);

/* Ends it, at any time. NULL is fine. */
void weir_state_snapshot_end(struct weir_state_snapshot *snapshot);

/* The changes of the batch that is done: views of the keys that have a state now, and of those that
 * have none any more (state NULL), from *at on, at most `room`; *at moves on. They are the redo of
 * the batch: an incremental checkpoint. */
uint32_t weir_state_table_changes(const struct weir_state_table *table,
                                  uint32_t *at,
                                  struct weir_state_view *views,
                                  uint32_t room);

#endif
