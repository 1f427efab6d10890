/* SPDX-License-Identifier: Apache-2.0 */
/* What a column from outside must satisfy before any loop of the engine may touch it. */
#include "wire/block_frame.h"

#include <string.h>

/* The bytes of an inline view that its text does not use are zero. */
static bool is_clean(const weir_view *view)
{
    uint64_t half[2];
    memcpy(half, view, sizeof half);
    if (view->count < 4) {
        return half[0] >> (32 + 8 * view->count) == 0 && half[1] == 0;
    }
    return view->count == WEIR_VIEW_INLINE_BYTES || half[1] >> (8 * (view->count - 4)) == 0;
}

static bool is_inside(const weir_view *view, const struct weir_heaps *heaps)
{
    if (view->buffer < 0 || (uint32_t)view->buffer >= heaps->count || view->offset < 0) {
        return false;
    }
    const struct weir_buffer *heap = heaps->buffers[view->buffer];
    return (size_t)view->offset + (size_t)view->count <= heap->bytes &&
           memcmp(heap->data + view->offset, view->prefix, sizeof view->prefix) == 0;
}

int weir_frame_verify_views(const weir_view *views,
                            size_t count,
                            const struct weir_heaps *heaps,
                            const char *place,
                            struct weir_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const weir_view *view = &views[i];
        bool is_right = view->count > WEIR_VIEW_INLINE_BYTES ? is_inside(view, heaps)
                                                             : view->count >= 0 && is_clean(view);
        if (!is_right) {
            return weir_error_set(
                err, WEIR_EDAMAGED,
                "block bytes: field '%s', row %zu: expected a text within %u heaps, found a view "
                "of %d bytes at %d in heap %d: fetch or compute the block again",
                place, i, heaps->count, view->count, view->offset, view->buffer);
        }
    }
    return WEIR_OK;
}

int weir_frame_verify_offsets(const int32_t *offsets,
                              size_t rows,
                              const char *place,
                              struct weir_error *err)
{
    int32_t last = 0;
    for (size_t i = 0; i <= rows; i++) {
        if (offsets[i] < last || (i == 0 && offsets[i] != 0)) {
            return weir_error_set(err, WEIR_EDAMAGED,
                                  "block bytes: field '%s', row %zu: expected a list that begins "
                                  "at item %d, found %d: fetch or compute the block again",
                                  place, i, last, offsets[i]);
        }
        last = offsets[i];
    }
    return WEIR_OK;
}
