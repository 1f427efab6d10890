/* SPDX-License-Identifier: Apache-2.0 */
/* A second opinion on the grammar: counts how many ways a text can be derived from a grammar given
 * as text. It shares nothing with the parser: its own tokens, no look-ahead, no precedence tricks.
 * An unambiguous text has exactly one. */
#ifndef WEIR_TESTS_LANG_DERIVE_H
#define WEIR_TESTS_LANG_DERIVE_H

#include <stddef.h>

/* The grammar of language.md, one production a line: "name: symbol symbol ...". */
extern const char derive_language[];

/* Derivations of text from `start` of the grammar, at most 1000 (enough to be wrong). Symbols
 * without a production are tokens: classes in capitals (N NUM QTY STR PARAM URI CTEXT NL W) or the
 * token itself. */
unsigned derive_count(const char *grammar, const char *start, const char *text);

#endif
