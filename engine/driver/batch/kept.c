/* SPDX-License-Identifier: Apache-2.0 */
/* RDDs by time in one array that is used like a queue. */
#include "driver/batch/kept.h"

#include <string.h>

enum { WEIR_KEPT_FEW = 64 };

void weir_kept_finish(struct weir_kept *kept)
{
    for (size_t i = kept->first; i < kept->end; i++) {
        if (kept->rdds[i].partition_count > WEIR_KEPT_FEW) {
            weir_free(kept->rdds[i].has.many);
        }
    }
    weir_free(kept->rdds);
    *kept = (struct weir_kept){0};
}

/* Room for one more at the end: what was dropped at the front is used again before the array grows.
 */
static void make_room(struct weir_kept *kept)
{
    size_t count = kept->end - kept->first;
    if (kept->end == kept->capacity && kept->first > kept->capacity / 2) {
        memmove(kept->rdds, kept->rdds + kept->first, count * sizeof *kept->rdds);
        kept->first = 0;
        kept->end = count;
    }
    WEIR_GROW(kept->rdds, kept->end, kept->capacity);
}

static uint64_t *make_words(struct weir_kept_rdd *rdd, uint32_t partition_count)
{
    *rdd = (struct weir_kept_rdd){.partition_count = partition_count};
    if (partition_count <= WEIR_KEPT_FEW) {
        return &rdd->has.few;
    }
    rdd->has.many = weir_alloc(((size_t)partition_count + 63) / 64 * sizeof *rdd->has.many);
    return rdd->has.many;
}

static struct weir_kept_rdd *add(struct weir_kept *kept, int64_t time_us, int64_t slide_us)
{
    make_room(kept);
    if (kept->first == kept->end) {
        kept->first_us = time_us;
        kept->slide_us = slide_us;
    }
    WEIR_ASSERT(time_us == kept->first_us + (int64_t)(kept->end - kept->first) * slide_us);
    return &kept->rdds[kept->end++];
}

void weir_kept_add(struct weir_kept *kept,
                   int64_t time_us,
                   int64_t slide_us,
                   const struct weir_stage_run *run)
{
    uint64_t *words = make_words(add(kept, time_us, slide_us), run->partition_count);
    for (uint32_t p = 0; p < run->partition_count; p++) {
        if (run->partitions[p].has_blocks) {
            words[p / 64] |= (uint64_t)1 << (p % 64);
        }
    }
}

void weir_kept_put(struct weir_kept *kept,
                   int64_t time_us,
                   int64_t slide_us,
                   uint32_t partition_count,
                   weir_bytes bits)
{
    uint64_t *words = make_words(add(kept, time_us, slide_us), partition_count);
    WEIR_ASSERT(bits.count == ((size_t)partition_count + 63) / 64 * sizeof *words);
    if (bits.count > 0) {
        memcpy(words, bits.bytes, bits.count);
    }
}

weir_bytes weir_kept_rdd_bits(const struct weir_kept_rdd *rdd)
{
    const uint64_t *words = rdd->partition_count > WEIR_KEPT_FEW ? rdd->has.many : &rdd->has.few;
    return (weir_bytes){(const uint8_t *)words,
                        ((size_t)rdd->partition_count + 63) / 64 * sizeof *words};
}

const struct weir_kept_rdd *weir_kept_find(const struct weir_kept *kept, int64_t time_us)
{
    WEIR_ASSERT(kept->first < kept->end && time_us >= kept->first_us);
    size_t at = kept->first + (size_t)((time_us - kept->first_us) / kept->slide_us);
    WEIR_ASSERT(at < kept->end);
    return &kept->rdds[at];
}

bool weir_kept_rdd_has(const struct weir_kept_rdd *rdd, uint32_t partition)
{
    const uint64_t *words = rdd->partition_count > WEIR_KEPT_FEW ? rdd->has.many : &rdd->has.few;
    return ((words[partition / 64] >> (partition % 64)) & 1) != 0;
}

static bool has_any(const struct weir_kept_rdd *rdd)
{
    for (uint32_t p = 0; p < rdd->partition_count; p++) {
        if (weir_kept_rdd_has(rdd, p)) {
            return true;
        }
    }
    return false;
}

bool weir_kept_drop(struct weir_kept *kept,
                    int64_t until_us,
                    int64_t *time_us,
                    uint32_t *partition_count)
{
    if (kept->first == kept->end || kept->first_us > until_us) {
        return false;
    }
    struct weir_kept_rdd *rdd = &kept->rdds[kept->first];
    *time_us = kept->first_us;
    *partition_count = has_any(rdd) ? rdd->partition_count : 0;
    if (rdd->partition_count > WEIR_KEPT_FEW) {
        weir_free(rdd->has.many);
    }
    kept->first++;
    kept->first_us += kept->slide_us;
    return true;
}
