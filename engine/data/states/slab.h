/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for the text and lists of states, and for long keys: blocks of many sizes out of a few
 * pages, so that a million small texts cost no million allocations. In versions, where someone
 * wants that: what a batch drops stays as it is until the batch is committed, and what a failed
 * batch took is given back. Part of the door (data.h).
 *
 *   begin -> take, drop, settle ... -> commit: dropped blocks are free
 *                                  \-> undo:   dropped blocks live, taken ones are free
 */
#ifndef WEIR_DATA_STATES_SLAB_H
#define WEIR_DATA_STATES_SLAB_H

#include "base/base.h"

#include <weir/abi/state.h>

enum {
    WEIR_SLAB_CLASSES = 51,          /* sizes up to WEIR_SLAB_SMALL_MAX, four per doubling */
    WEIR_SLAB_SMALL_MAX = 64 * 1024, /* with its head; a larger block is on its own */
    WEIR_SLAB_PAGE_BYTES_MIN = 16 * 1024,
    WEIR_SLAB_PAGE_BYTES_MAX = 1024 * 1024
};

struct weir_slab_head;
struct weir_state_slab {
    struct weir_slab slab; /* first: the plugin's pointer is ours */
    uint64_t limit_bytes;  /* of live blocks, for plugins; 0: none */
    uint64_t live_bytes;   /* of blocks that are not free, with their heads */
    uint64_t held_bytes;   /* of pages and large blocks */
    uint32_t epoch;        /* of the batch under way: blocks taken in it bear it */
    bool is_versioned;     /* between begin and commit or undo */
    uint32_t hold_epoch;   /* not 0: dropped blocks that are older are kept: see hold */
    uint8_t *page;         /* the newest */
    size_t page_used, page_bytes;
    uint8_t **pages;
    uint32_t page_count, page_capacity;
    struct weir_slab_head **large;
    uint32_t large_count, large_capacity;
    struct weir_slab_head *free_blocks[WEIR_SLAB_CLASSES]; /* free blocks, a list for each size */
    struct weir_slab_head **taken;                         /* in this epoch; only if is_versioned */
    uint32_t taken_count, taken_capacity;
    struct weir_slab_head **dropped; /* and not yet free */
    uint32_t dropped_count, dropped_capacity;
    uint32_t settled;             /* of `dropped`: they are older than the epoch */
    struct weir_slab_head **held; /* committed as dropped, but somebody reads an older version */
    uint32_t held_count, held_capacity;
};

/* Empty: allocates nothing yet. limit_bytes: what plugins may take; 0: any. */
void weir_state_slab_init(struct weir_state_slab *slab, uint64_t limit_bytes);

/* Frees everything. */
void weir_state_slab_finish(struct weir_state_slab *slab);

/* All blocks are free again: for the next task. */
void weir_state_slab_reset(struct weir_state_slab *slab);

/* `bytes` aligned to 8, not zeroed, whatever the limit. Never NULL. */
void *weir_state_slab_take(struct weir_state_slab *slab, size_t bytes);

/* Nothing refers to a block any more. NULL is fine. */
void weir_state_slab_drop(struct weir_state_slab *slab, void *memory);

/* Between two calls of a plugin: what was taken and dropped since begin may be used again. Without
 * versions that is all that was dropped. */
void weir_state_slab_settle(struct weir_state_slab *slab);

/* ---- versions ---- */
void weir_state_slab_begin(struct weir_state_slab *slab);
void weir_state_slab_commit(struct weir_state_slab *slab);
void weir_state_slab_undo(struct weir_state_slab *slab);

/* From here to release (between batches, both) blocks that live now keep their content, even if
 * they are dropped. */
void weir_state_slab_hold(struct weir_state_slab *slab);
void weir_state_slab_release(struct weir_state_slab *slab);

#endif
