/* SPDX-License-Identifier: Apache-2.0 */
/* Slips are counted row by row in three rows of a table, so that words of bounded length need no
 * memory. */
#include "base/text/near.h"

#include <stdint.h>
#include <string.h>

enum {
    WEIR_NEAR_LETTERS_PER_SLIP = 3,
    WEIR_NEAR_PREFIX_BYTES_MIN = 3 /* shorter beginnings name too many words */
};

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Equal but for case and joints: reduceByKey, reduce-by-key, reduce_by_key. */
static bool same_without_joints(weir_str a, weir_str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.count && (a.bytes[i] == '_' || a.bytes[i] == '-')) {
            i++;
        }
        while (j < b.count && (b.bytes[j] == '_' || b.bytes[j] == '-')) {
            j++;
        }
        if (i == a.count || j == b.count) {
            return i == a.count && j == b.count;
        }
        if (folded(a.bytes[i]) != folded(b.bytes[j])) {
            return false;
        }
        i++;
        j++;
    }
}

static size_t count_slips(weir_str a, weir_str b)
{
    size_t rows[3][WEIR_NEAR_BYTES_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    memset(before, 0, sizeof rows[0]);
    for (size_t j = 0; j <= b.count; j++) {
        above[j] = j;
    }
    for (size_t i = 1; i <= a.count; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.count; j++) {
            char x = folded(a.bytes[i - 1]), y = folded(b.bytes[j - 1]);
            size_t slips = smaller(above[j - 1] + (x != y), smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && x == folded(b.bytes[j - 2]) && folded(a.bytes[i - 2]) == y) {
                slips = smaller(slips, before[j - 2] + 1);
            }
            row[j] = slips;
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b.count];
}

size_t weir_near_slips(weir_str a, weir_str b)
{
    if (a.count > WEIR_NEAR_BYTES_MAX || b.count > WEIR_NEAR_BYTES_MAX) {
        return SIZE_MAX;
    }
    return same_without_joints(a, b) ? 0 : count_slips(a, b);
}

void weir_near_begin(struct weir_near *near, weir_str word)
{
    *near = (struct weir_near){.word = word, .best_slips = SIZE_MAX};
    near->limit = word.count < 2 ? 0 : (word.count + 1) / WEIR_NEAR_LETTERS_PER_SLIP;
    if (near->limit == 0 && word.count >= 2) {
        near->limit = 1;
    }
}

static bool begins_with(weir_str text, weir_str start)
{
    return start.count >= WEIR_NEAR_PREFIX_BYTES_MIN && text.count > start.count &&
           memcmp(text.bytes, start.bytes, start.count) == 0;
}

void weir_near_offer(struct weir_near *near, weir_str candidate)
{
    if (candidate.count == 0 || near->word.count == 0) {
        return;
    }
    size_t slips = weir_near_slips(near->word, candidate);
    if (slips > near->limit && slips != SIZE_MAX && begins_with(candidate, near->word)) {
        slips = near->limit; /* the weakest kind of near */
    }
    if (slips <= near->limit && slips < near->best_slips && slips < candidate.count) {
        near->best = candidate;
        near->best_slips = slips;
    }
}

weir_str weir_near_best(const struct weir_near *near)
{
    return near->best;
}

const char *weir_near_among(weir_str word, const char *const *candidates, size_t count)
{
    struct weir_near near;
    weir_near_begin(&near, word);
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t before = near.best_slips;
        weir_near_offer(&near, (weir_str){candidates[i], strlen(candidates[i])});
        if (near.best_slips != before) {
            best = candidates[i];
        }
    }
    return best;
}
