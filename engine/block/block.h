/* SPDX-License-Identifier: Apache-2.0 */
/* A block: one slice of an RDD, materialised, counted, immutable. Either columns (a table) or text
 * whose lines are cut when a task reads it. The cache finds blocks by id for one worker. */
#ifndef WEIR_BLOCK_BLOCK_H
#define WEIR_BLOCK_BLOCK_H

#include "base/base.h"
#include "data/data.h"

#include <stdatomic.h>

/* Who made it and which slice it is. owner: WEIR_BLOCK_INPUT + input number, or a stage number. */
struct weir_block_id {
    uint32_t owner,
        partition;   /* partition: map partition, or the block's number within the input */
    uint32_t bucket; /* shuffle output: reduce partition; else 0 */
    uint32_t pad;
    int64_t batch_us; /* received blocks: 0 */
};
enum { WEIR_BLOCK_INPUT = 0x40000000 };

enum weir_block_kind { WEIR_BLOCK_COLUMNS = 1, WEIR_BLOCK_TEXT };

struct weir_block {
    atomic_uint refs;
    enum weir_block_kind kind;
    uint64_t rows;            /* text: lines */
    uint64_t bytes;           /* memory it holds */
    struct weir_table table;  /* columns */
    struct weir_buffer *text; /* text: the buffer its lines lie in (shared with other blocks) */
    size_t text_offset;       /* text: where they begin, */
    size_t text_bytes;        /* and how many bytes: whole lines; the last may lack its LF */
    const struct weir_type *schema;
};

/* A block that takes over the table's content. One reference, the caller's. Any thread. */
struct weir_block *weir_block_of_table(struct weir_table *table);

/* A block of text lines: `bytes` bytes of `text` from `offset` on; takes over one reference of it.
 * schema: one str field. lines: how many, if known, else 0. Any thread. */
struct weir_block *weir_block_of_text(const struct weir_type *schema,
                                      struct weir_buffer *text,
                                      size_t offset,
                                      size_t bytes,
                                      uint64_t lines);


/* One more reference; returns the block. Any thread. */
struct weir_block *weir_block_retain(struct weir_block *block);

/* One reference less; frees with the last. NULL is fine. Any thread. */
void weir_block_release(struct weir_block *block);

/* Same id. */
bool weir_block_id_equal(const struct weir_block_id *a, const struct weir_block_id *b);

/* Blocks by id. One thread (the worker's loop); the blocks themselves may be read anywhere. */
struct weir_block_cache;
struct weir_block_cache *weir_block_cache_create(void);
void weir_block_cache_destroy(
    struct weir_block_cache *cache); /* Releases all blocks. NULL is fine. */

/* Stores under id (takes over one reference). An id stored twice: the first stays, the second is
 * released (attempts give equal bytes). */
void weir_block_cache_put(struct weir_block_cache *cache,
                          const struct weir_block_id *id,
                          struct weir_block *block);

/* The block, borrowed, or NULL. */
struct weir_block *weir_block_cache_get(struct weir_block_cache *cache,
                                        const struct weir_block_id *id);

/* Forgets one; false if it was not there. */
bool weir_block_cache_drop(struct weir_block_cache *cache, const struct weir_block_id *id);

/* Bytes and number held. */
uint64_t weir_block_cache_bytes(const struct weir_block_cache *cache);
size_t weir_block_cache_count(const struct weir_block_cache *cache);

#endif
