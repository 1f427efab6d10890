/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256: the name of a plugin's content. */
#ifndef WEIR_PLUGIN_LOAD_SHA256_H
#define WEIR_PLUGIN_LOAD_SHA256_H

#include <stddef.h>

enum { WEIR_SHA256_HEX_BYTES = 65 };

/* 64 lower-case hex digits and a NUL. */
void weir_sha256_hex(const void *bytes, size_t count, char hex[WEIR_SHA256_HEX_BYTES]);

#endif
