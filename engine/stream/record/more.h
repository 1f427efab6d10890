/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a node's record that grows: a map with a key for each thing that is set, written and
 * read beside each other in one table, so that neither knows what the other does not. */
#ifndef WEIR_STREAM_MORE_H
#define WEIR_STREAM_MORE_H

#include "stream/record/decode.h"
#include "stream/record/encode.h"

/* Appends the map of what is set. */
void weir_encode_more(struct weir_encoding *e, const struct weir_node *node);

/* Reads it into a draft whose inputs are known. */
int weir_decode_more(struct decoding *d, struct weir_node *draft);

#endif
