/* SPDX-License-Identifier: Apache-2.0 */
/* The key fields of rows as 16-byte keys, and back. One text field is its views as they are; one
 * field of fixed width is its value; anything else is encoded into bytes, equal for equal keys, and
 * these are a text. Part of the door (exec.h): state keeps such keys too. */
#ifndef WEIR_EXEC_GROUP_KEYS_H
#define WEIR_EXEC_GROUP_KEYS_H

#include "exec/group/groups.h"

enum weir_keys_kind { WEIR_KEYS_TEXT = 1, WEIR_KEYS_FIXED, WEIR_KEYS_ENCODED };
enum {
    WEIR_KEY_BYTES_MAX = 1024 * 1024 * 1024, /* of one encoded key */
    WEIR_KEYS_BYTES_PART = 16 * 1024 * 1024  /* more are encoded in several parts */
};

/* A key column on its way out, one chunk of it. */
struct weir_key_column {
    const struct weir_type *type;
    void *cells;
    uint8_t *valid;
    struct weir_builder *builder; /* lists and structs: of this one field */
    struct weir_table table;      /* what it made */
    bool has_table;
};

struct weir_keys {
    enum weir_keys_kind kind;
    uint32_t count;
    uint32_t *fields;                     /* of the rows pushed */
    const struct weir_type *const *types; /* of these fields */
    struct weir_key *cells;               /* one chunk */
    struct weir_buffer *bytes;            /* encoded keys of one chunk */
    struct weir_heaps bytes_heaps;        /* bytes, as heap 0 */
    size_t *sizes;                        /* of one chunk's encoded keys, then where they end */
    struct weir_key_column *columns;
    struct weir_heaps out_heaps; /* pointers only: the groups' heaps and those of tables */
    struct weir_arena arena;
};

/* fields of `in` make the key; count > 0. */
void weir_keys_init(struct weir_keys *keys,
                    const struct weir_type *in,
                    const uint32_t *fields,
                    uint32_t count);
void weir_keys_finish(struct weir_keys *keys);

/* Keys of the rows that count, from the `from`-th on: *made points at as many as returned (fewer
 * than are left where they are very long), *heaps is what they point into. 0: a key is longer than
 * WEIR_KEY_BYTES_MAX. */
uint32_t weir_keys_make(struct weir_keys *keys,
                        const struct weir_rows *rows,
                        uint32_t from,
                        const struct weir_key **made,
                        const struct weir_heaps **heaps);

/* Columns of the keys of groups [first, first + count), count <= WEIR_CHUNK_ROWS_MAX: columns[i]
 * for key field i. They and *heaps are valid until the next call. */
void weir_keys_columns(struct weir_keys *keys,
                       struct weir_groups *groups,
                       uint32_t first,
                       uint32_t count,
                       struct weir_column *columns,
                       const struct weir_heaps **heaps);

/* The same of cells that lie anywhere; cell_heaps: of their long texts. */
void weir_keys_columns_of(struct weir_keys *keys,
                          const struct weir_key *cells,
                          const struct weir_heaps *cell_heaps,
                          uint32_t count,
                          struct weir_column *columns,
                          const struct weir_heaps **heaps);

/* ---- encoded keys (encode.c, decode.c) ---- */
uint32_t weir_keys_encode(struct weir_keys *keys,
                          const struct weir_rows *rows,
                          uint32_t from,
                          uint32_t left);
void weir_keys_decode(struct weir_keys *keys,
                      const struct weir_key *cells,
                      const struct weir_heaps *cell_heaps,
                      uint32_t count,
                      struct weir_column *columns);

/* -0.0 as 0.0, all NaN as one. */
static inline double weir_f64_normal(double value)
{
    return value != value ? __builtin_nan("") : value + 0.0;
}

#endif
