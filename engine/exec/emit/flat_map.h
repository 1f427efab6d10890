/* SPDX-License-Identifier: Apache-2.0 */
/* flat_map: rows out of rows. An emitter fills columns lent to it and notes the input position of
 * each row (`parent`); when they are full, the rows of finished input rows go on as chunks, with
 * the other items gathered by parent.
 *
 *   cells:  | finished rows ............ | rows of the current input row | room |
 *            0                            row_start                       rows   cap
 */
#ifndef WEIR_EXEC_EMIT_FLAT_MAP_H
#define WEIR_EXEC_EMIT_FLAT_MAP_H

#include "exec/step.h"

enum {
    WEIR_EMIT_ROWS = WEIR_CHUNK_ROWS_MAX,
    WEIR_EMIT_ROWS_KEPT = 64 * 1024,        /* more room is given back after the chunk */
    WEIR_EMIT_HEAP_BYTES_PUSH = 256 * 1024, /* a fuller heap is emptied before it grows */
    WEIR_EMIT_ROW_BYTES_MAX = 1024 * 1024 * 1024,
    WEIR_EMIT_PARTS_ROWS = 64 /* input rows of one call, where lists or structs are emitted */
};

/* A column of the emitting item. */
struct weir_emitted {
    const struct weir_type *type;
    size_t width;   /* bytes of a cell as loops write it: bool 1 */
    void *cells;    /* emitter: cap cells; list: a chunk of them */
    uint8_t *bits;  /* bool: of one chunk */
    uint8_t *valid; /* bitmap of one chunk */
};

/* Another item: goes along with every row. */
struct weir_carried {
    struct weir_source_column source;
    const struct weir_type *type;
    void *cells; /* of one chunk, flat types */
    uint8_t *valid;
    struct weir_assembly assembly; /* other types */
};

struct weir_flat_map {
    struct weir_step step;
    struct weir_program *program; /* the emitter's arguments, or the list; and the other items */
    const struct weir_type *schema;
    struct weir_column *columns;
    struct weir_caller emitter;
    bool is_list;
    uint32_t list; /* register */
    uint32_t arg_count, args[WEIR_PARAMETERS_MAX];
    uint32_t emit_item, emitted_count, carried_count;
    struct weir_emitted *emitted;
    struct weir_carried *carried; /* in order of items, without the emitting one */
    void **cols;                  /* emitter: cells of each column */
    uint8_t **valid;              /* emitter: bytes of each column, NULL: no nulls */
    uint8_t **valid_room;         /* their memory, NULL: not needed so far */
    uint32_t dirty;               /* rows that may hold text of an earlier chunk */
    struct weir_lent *lent;       /* emitter: instead of all that, if it emits lists or structs */
    uint8_t *arg_valid;           /* bitmap of strictness */
    uint16_t *parent;
    uint32_t cap;
    size_t row_bytes; /* of the cells of a row, with parent */
    int32_t *at;      /* list: items of the chunk under construction */
    struct weir_assembly items;
    uint8_t *is_shown;            /* emitter, with a selection: a byte per input row */
    bool has_shown;               /* it holds for this chunk */
    struct weir_exec_task *task;  /* of the current push */
    const struct weir_rows *rows; /* the current input */
};

/* Gives rows [0, count) of the emitter's columns to the next step, a chunk at a time. */
int weir_flat_map_give(struct weir_flat_map *map, uint32_t count);

/* Gives one chunk whose emitted columns stand in map->columns; parent: of its rows. */
int weir_flat_map_give_chunk(struct weir_flat_map *map, const uint16_t *parent, uint32_t count);

/* Notes which input rows an emitter is shown: no other can be the parent of a row. */
void weir_flat_map_show(struct weir_flat_map *map, struct weir_scope scope);

/* What an emitter wrote of these rows can be given. Not WEIR_OK: it cannot be, and the task is
 * over.
 */
int weir_flat_map_check(struct weir_flat_map *map, const uint16_t *parent, uint32_t count);

/* Lends columns to the emitter for a new input chunk. */
void weir_flat_map_lend(struct weir_flat_map *map);

/* Runs the emitter over the program's live rows. */
int weir_flat_map_emit(struct weir_flat_map *map);

/* The same where it emits lists or structs (parts.c). */
int weir_flat_map_emit_parts(struct weir_flat_map *map);

/* Gives the items of the program's list. */
int weir_flat_map_give_items(struct weir_flat_map *map);

#endif
