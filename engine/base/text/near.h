/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the name nearest to one that is unknown. Everything a person may misspell (verbs,
 * fields, options, plugins, commands) is looked up here, so that all of weir has one idea of what a
 * slip of the finger is. */
#ifndef WEIR_BASE_NEAR_H
#define WEIR_BASE_NEAR_H

#include <weir/abi.h>

#include <stddef.h>

enum { WEIR_NEAR_BYTES_MAX = 64 }; /* longer words have no near name */

/* The search for one word: begin, offer every candidate, ask for the best. Owns nothing. */
struct weir_near {
    weir_str word, best;
    size_t limit; /* more slips than this are another word */
    size_t best_slips;
};

/* Slips between two words: letters added, dropped, replaced or two neighbours swapped
 * (Damerau-Levenshtein, each pair of letters touched once). Case is no slip, nor are '_' and '-'
 * that are only missing. SIZE_MAX if a word is longer than WEIR_NEAR_BYTES_MAX. Any thread. */
size_t weir_near_slips(weir_str a, weir_str b);

/* Starts a search; the bytes of word must live as long as the search. */
void weir_near_begin(struct weir_near *near, weir_str word);

/* Offers a candidate; its bytes must live as long as the result is used. Of equals the first
 * offered wins. */
void weir_near_offer(struct weir_near *near, weir_str candidate);

/* The nearest candidate; count 0 if none is near: about one slip in three letters, or a candidate
 * that begins with the word. */
weir_str weir_near_best(const struct weir_near *near);

/* The whole search over NUL-terminated candidates: the nearest, or NULL. Any thread. */
const char *weir_near_among(weir_str word, const char *const *candidates, size_t count);

#endif
