/* SPDX-License-Identifier: Apache-2.0 */
/* A place in a text that a person wrote. Graphs carry it along for messages, the language shows it
 * with a caret; hence it is a word of the house. */
#ifndef WEIR_BASE_PLACE_H
#define WEIR_BASE_PLACE_H

#include <stdint.h>

/* Bytes of a source's text. */
struct weir_place {
    uint32_t offset, length;
};

#endif
