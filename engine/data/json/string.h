/* SPDX-License-Identifier: Apache-2.0 */
/* Text and bytes for JSON. */
#ifndef WEIR_DATA_JSON_STRING_H
#define WEIR_DATA_JSON_STRING_H

#include "data/data.h"

/* Bytes of the UTF-8 sequence at bytes[0] (count > 0, bytes[0] not ASCII), or of the maximal
 * subpart that is none. */
size_t weir_utf8_part(const uint8_t *bytes, size_t count, bool *is_valid);

/* Appends bytes in base64 (RFC 4648, padded) with quotes. */
void weir_json_base64(struct weir_text *to, weir_bytes bytes);

#endif
