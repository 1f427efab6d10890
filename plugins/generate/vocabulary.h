/* SPDX-License-Identifier: Apache-2.0 */
/* The words of generate. */
#ifndef WEIR_PLUGINS_GENERATE_VOCABULARY_H
#define WEIR_PLUGINS_GENERATE_VOCABULARY_H

enum { WEIR_VOCABULARY_WORDS = 255 }; /* 1 + 2 + 4 + ... + 128: eight octaves */

extern const char *const weir_vocabulary[WEIR_VOCABULARY_WORDS];

#endif
