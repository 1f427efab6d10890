/* SPDX-License-Identifier: Apache-2.0 */
/* Makes views. The invariant on which hashing and comparing stand: the bytes of a view that its
 * text does not use are zero. */
#ifndef WEIR_DATA_VIEW_H
#define WEIR_DATA_VIEW_H

#include "data/data.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "cells and block bytes are little-endian");

enum { WEIR_HEAP_BYTES_MAX = INT32_MAX }; /* an offset of a view must reach every byte */

/* The inline bytes of a view: prefix and what follows it. */
static inline char *weir_view_inline(weir_view *view)
{
    return (char *)view + offsetof(weir_view, prefix);
}

/* A view of data[start, start + count), data being heap number `buffer`; `readable` bytes from data
 * on may be read. */
static inline void weir_view_put(weir_view *view,
                                 const uint8_t *data,
                                 size_t start,
                                 size_t count,
                                 int32_t buffer,
                                 size_t readable)
{
    const uint8_t *text = data + start;
    if (count > WEIR_VIEW_INLINE_BYTES) {
        view->count = (int32_t)count;
        memcpy(view->prefix, text, 4);
        view->buffer = buffer;
        view->offset = (int32_t)start;
        return;
    }
    uint64_t cell[2] = {count, 0};
    if (start + WEIR_VIEW_INLINE_BYTES <=
        readable) { /* read too much and mask, instead of branching by length */
        uint64_t low = 0;
        uint32_t high = 0;
        memcpy(&low, text, 8);
        memcpy(&high, text + 8, 4);
        low &= count >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * count)) - 1;
        high &= count <= 8 ? 0 : UINT32_MAX >> (8 * (12 - count));
        cell[0] |= low << 32;
        cell[1] = (low >> 32) | (uint64_t)high << 32;
        memcpy(view, cell, sizeof *view);
        return;
    }
    memcpy(view, cell, sizeof *view);
    memcpy(weir_view_inline(view), text, count);
}

#endif
