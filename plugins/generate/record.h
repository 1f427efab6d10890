/* SPDX-License-Identifier: Apache-2.0 */
/* What record number n of a generated stream holds: a pure function of the seed and n, so that the
 * same job gives the same records on any machine, at any rate, and in any order of asking. */
#ifndef WEIR_PLUGINS_GENERATE_RECORD_H
#define WEIR_PLUGINS_GENERATE_RECORD_H

#include <weir/io.h>

enum { WEIR_GENERATED_TEXT_BYTES_MAX = 512 }; /* of one record */

/* One of the two kinds of text: "the water river" (a line of 6 to 21 words; one in a hundred is an
 * error line), or a word. Writes at most WEIR_GENERATED_TEXT_BYTES_MAX bytes; returns how many. */
size_t weir_generate_line(uint64_t seed, uint64_t number, char *text);
size_t weir_generate_word(uint64_t seed, uint64_t number, char *text);

/* A visit of a web shop. */
struct weir_click {
    char user[16], url[32];
    size_t user_bytes, url_bytes;
    int64_t ms; /* time to answer */
};
void weir_generate_click(uint64_t seed, uint64_t number, struct weir_click *click);

#endif
