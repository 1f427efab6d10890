/* SPDX-License-Identifier: Apache-2.0 */
/* The heap table of a step that makes text: the heaps of the rows that came in, then those of its
 * constants, then those it writes to. A step never keeps a reference to what it was given beyond
 * one chunk: so a heap with more than one reference is one that somebody further down has kept, and
 * only then must its writer take another. Part of the door (plugin.h). */
#ifndef WEIR_PLUGIN_OUT_HEAPS_H
#define WEIR_PLUGIN_OUT_HEAPS_H

#include "data/data.h"

enum {
    WEIR_STEP_HEAPS_KEPT = 8,                     /* buffers kept from chunk to chunk */
    WEIR_STEP_HEAP_BYTES_MIN = 16 * 1024,         /* a first one */
    WEIR_STEP_HEAP_BYTES_KEPT = 4 * 1024 * 1024,  /* larger ones are given back */
    WEIR_STEP_HEAP_BYTES_MAX = 1024 * 1024 * 1024 /* a fuller one is followed by another */
};

struct weir_step_heaps {
    struct weir_heaps table; /* pointers only: nothing is retained by the table itself */
    uint32_t own_first;      /* [own_first, table.count) are this step's: one reference each */
    struct weir_buffer *spare[WEIR_STEP_HEAPS_KEPT];
    uint32_t spare_count;
    struct weir_table *adopted; /* tables whose columns are part of the current chunk */
    uint32_t adopted_count, adopted_capacity;
};

/* A new chunk: forgets the last one's, and begins with input's and constants' heaps (may
 * be NULL). */
void weir_step_heaps_begin(struct weir_step_heaps *heaps,
                           const struct weir_heaps *input,
                           const struct weir_heaps *constants);

/* A heap of at least `bytes`, empty; returns its number. Valid until the next begin. */
int32_t weir_step_heaps_take(struct weir_step_heaps *heaps, size_t bytes);

/* Takes a finished table over until the next begin; its text is renumbered to this table. */
void weir_step_heaps_adopt(struct weir_step_heaps *heaps, struct weir_table *table);

/* What was taken and adopted so far, and how to forget what came after: its rows have gone on. */
struct weir_heaps_mark {
    uint32_t count, adopted_count;
};
struct weir_heaps_mark weir_step_heaps_mark(const struct weir_step_heaps *heaps);
void weir_step_heaps_rewind(struct weir_step_heaps *heaps, struct weir_heaps_mark mark);

/* Ends the last chunk; what can be used again is kept. */
void weir_step_heaps_end(struct weir_step_heaps *heaps);

/* Frees everything; fine on a zeroed struct. */
void weir_step_heaps_finish(struct weir_step_heaps *heaps);

/* Makes room for `bytes` more text in out's heap: its first, a larger or another one. */
void weir_step_heaps_grow(struct weir_step_heaps *heaps, struct weir_out *out, size_t bytes);

/* Notes how far out's heap is filled, for whoever reads it. */
void weir_step_heaps_close(struct weir_step_heaps *heaps, const struct weir_out *out);

/* An output whose text goes to this table: no heap yet. */
void weir_step_heaps_open(struct weir_out *out);

/* Adds `by` to the heap number of every long text of a column that its caller owns. */
void weir_column_shift_text(const struct weir_column *column, int64_t rows, int32_t by);

#endif
