/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of one worker by id: open addressing with linear probing; a drop moves the run behind
 * it up, so that the table never fills with graves however long the job runs. */
#include "block/block.h"

enum { CACHE_SLOTS_MIN = 64 };

struct slot {
    struct weir_block_id id;
    struct weir_block *block; /* NULL: free */
};

struct weir_block_cache {
    struct slot *slots;
    size_t slot_count; /* a power of two */
    size_t count;
    uint64_t bytes;
};

bool weir_block_id_equal(const struct weir_block_id *a, const struct weir_block_id *b)
{
    return a->owner == b->owner && a->partition == b->partition && a->bucket == b->bucket &&
           a->batch_us == b->batch_us;
}

static size_t home_of(const struct weir_block_cache *cache, const struct weir_block_id *id)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = ((uint64_t)id->owner << 32 | id->partition) * odd;
    hash = ((hash ^ hash >> 32) + id->bucket) * odd;
    hash = ((hash ^ hash >> 32) + (uint64_t)id->batch_us) * odd;
    return (size_t)(hash >> 32) & (cache->slot_count - 1);
}

/* The slot of id, or the free one where it would go. */
static size_t find(const struct weir_block_cache *cache, const struct weir_block_id *id)
{
    size_t at = home_of(cache, id);
    while (cache->slots[at].block != NULL && !weir_block_id_equal(&cache->slots[at].id, id)) {
        at = (at + 1) & (cache->slot_count - 1);
    }
    return at;
}

struct weir_block_cache *weir_block_cache_create(void)
{
    struct weir_block_cache *cache = weir_alloc(sizeof *cache);
    cache->slot_count = CACHE_SLOTS_MIN;
    cache->slots = weir_alloc(cache->slot_count * sizeof *cache->slots);
    return cache;
}

void weir_block_cache_destroy(struct weir_block_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    for (size_t i = 0; i < cache->slot_count; i++) {
        weir_block_release(cache->slots[i].block);
    }
    weir_free(cache->slots);
    weir_free(cache);
}

static void grow(struct weir_block_cache *cache)
{
    struct slot *old = cache->slots;
    size_t old_count = cache->slot_count;
    cache->slot_count *= 2;
    cache->slots = weir_alloc(cache->slot_count * sizeof *cache->slots);
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].block != NULL) {
            cache->slots[find(cache, &old[i].id)] = old[i];
        }
    }
    weir_free(old);
}

void weir_block_cache_put(struct weir_block_cache *cache,
                          const struct weir_block_id *id,
                          struct weir_block *block)
{
    struct slot *slot = &cache->slots[find(cache, id)];
    if (slot->block != NULL) {
        weir_block_release(block);
        return;
    }
    slot->id = *id;
    slot->block = block;
    cache->count++;
    cache->bytes += block->bytes;
    if (cache->count * 2 > cache->slot_count) {
        grow(cache);
    }
}

struct weir_block *weir_block_cache_get(struct weir_block_cache *cache,
                                        const struct weir_block_id *id)
{
    return cache->slots[find(cache, id)].block;
}

bool weir_block_cache_drop(struct weir_block_cache *cache, const struct weir_block_id *id)
{
    size_t mask = cache->slot_count - 1;
    size_t hole = find(cache, id);
    if (cache->slots[hole].block == NULL) {
        return false;
    }
    cache->count--;
    cache->bytes -= cache->slots[hole].block->bytes;
    weir_block_release(cache->slots[hole].block);
    for (size_t at = (hole + 1) & mask; cache->slots[at].block != NULL; at = (at + 1) & mask) {
        size_t home = home_of(cache, &cache->slots[at].id);
        if (((at - home) & mask) >= ((at - hole) & mask)) { /* its search passes the hole */
            cache->slots[hole] = cache->slots[at];
            hole = at;
        }
    }
    cache->slots[hole].block = NULL;
    return true;
}

uint64_t weir_block_cache_bytes(const struct weir_block_cache *cache)
{
    return cache->bytes;
}

size_t weir_block_cache_count(const struct weir_block_cache *cache)
{
    return cache->count;
}
