/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of any type, lent to a plugin as a struct weir_out: it writes cells, items of lists and
 * fields of structs, and nulls; the engine takes what was written as columns, checked. For whatever
 * makes rows of a schema that is not known beforehand: emitters, codecs, trackers, partition
 * functions, results, sources, receivers. Part of the door (plugin.h).
 *
 *   weir_lent_init(&lent, schema, &heaps);
 *   for each chunk:
 *       weir_step_heaps_begin(&heaps, in->heaps, NULL);    heaps of the input first: slices
 *       weir_lent_begin(&lent);
 *       outcome = ops->decode(task, &chunk, &lent.out);    between weir_call_enter and leave
 *       for each run of at most WEIR_CHUNK_ROWS_MAX of lent.out.rows:
 *           weir_lent_take(&lent, task, first, count, NULL, columns)   columns over heaps.table
 *   weir_lent_finish(&lent); weir_step_heaps_finish(&heaps); */
#ifndef WEIR_PLUGIN_OUT_LENT_H
#define WEIR_PLUGIN_OUT_LENT_H

#include "plugin/out/heaps.h"

enum {
    WEIR_LENT_ROWS_KEPT = 64 * 1024,          /* more room is given back before the next chunk */
    WEIR_LENT_BYTES_MAX = 1024 * 1024 * 1024, /* of all cells, and of the text of each part */
    WEIR_LENT_ITEMS_MAX = 64 * 1024 * 1024    /* of a list column, in one take */
};

struct weir_lent {
    struct weir_out out;            /* first: what the plugin is given */
    const struct weir_type *schema; /* a column for each field; borrowed */
    struct weir_step_heaps *heaps;  /* where text goes; borrowed */
    struct weir_lent *root;         /* of a part: the one that was initialised; of that: itself */
    struct weir_lent **parts;       /* of a list: its items; of a struct: its fields; else NULL */
    uint8_t **valid_room;           /* memory of out.valid, NULL: not needed so far */
    bool has_given_rows;            /* rows are not appended: they are the input's, or a struct's */
    uint32_t dirty;                 /* rows that may hold cells of earlier chunks */
    /* The columns are full, and the plugin asks for one more row: hands the rows on and empties
     * (weir_lent_begin, or weir_lent_drop of the first ones). Non-zero: the plugin gives up and
     * returns it. NULL: more room is made instead. */
    int (*full)(struct weir_lent *lent, struct weir_task *task);
    void *owner;             /* of full */
    size_t full_bytes;       /* not 0: with so much text in its own heap they count as full too */
    size_t bytes;            /* root: of all cells */
    struct weir_arena arena; /* root: schemas of the items of lists */
    struct weir_arena taken; /* root: what the last take made */
};

/* Room for WEIR_CHUNK_ROWS_MAX rows of the schema's fields, each of any type but null. Text goes to
 * `heaps`, which several may share. Both are borrowed. */
void weir_lent_init(struct weir_lent *lent,
                    const struct weir_type *schema,
                    struct weir_step_heaps *heaps);

/* The same for one value at each position of a chunk: a function's result. */
void weir_lent_init_result(struct weir_lent *lent,
                           const struct weir_type *schema,
                           struct weir_step_heaps *heaps);

/* Frees everything; fine on a zeroed struct. */
void weir_lent_finish(struct weir_lent *lent);

/* Empty again, without nulls; after every weir_step_heaps_begin of its heaps. */
void weir_lent_begin(struct weir_lent *lent);

/* A call failed and took its rows back (out.rows is lower): what it made null there is not. */
void weir_lent_cut(struct weir_lent *lent);

/* Rows [0, count) have been handed on: the others move to the front. Items of lists stay. */
void weir_lent_drop(struct weir_lent *lent, uint32_t count);

/* Describes `rows` positions as columns (schema->field_count): position r is row first + r, or,
 * with `at`, row at[r], null if that is -1. What is null is zero. The columns point into lent and
 * into heaps.table; valid until the next take, begin or write. Checks lists, views and bools: not
 * WEIR_OK is the outcome of `task`, to which the reason was told. */
int weir_lent_take(struct weir_lent *lent,
                   struct weir_task *task,
                   uint32_t first,
                   uint32_t rows,
                   const int32_t *at,
                   struct weir_column *columns);

/* Bytes of cells and text written so far, about. */
size_t weir_lent_used_bytes(const struct weir_lent *lent);

/* Appends all rows (sel NULL, no constants) of lent's own schema, as a plugin would: `full` may be
 * called between two of them. Not WEIR_OK: what growing answered. */
int weir_lent_append(struct weir_lent *lent, struct weir_task *task, const struct weir_rows *rows);

/* ---- whole arrays, moved out by chunk functions ---- */
/* Copies an array of `rows` values of a type to the arena, its text to a heap of `heaps`, and
 * releases it in any case. Not WEIR_OK: what is wrong with it (a position too few, offsets that are
 * not sorted...) was told to `task`, whose outcome it is. */
int weir_moved_take(struct ArrowArray *moved,
                    struct weir_task *task,
                    const struct weir_type *type,
                    uint32_t rows,
                    struct weir_step_heaps *heaps,
                    struct weir_arena *arena,
                    struct weir_column *column);

#endif
