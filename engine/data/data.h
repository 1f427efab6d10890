/* SPDX-License-Identifier: Apache-2.0 */
/* Types, columns, chunks: Arrow's memory layout in the engine's own structs. Text columns are
 * 16-byte views into the heaps of their rows; all columns of one `struct weir_rows` share one heap
 * table, and a table only ever grows at its end while a task runs, so that a view copied from chunk
 * to chunk stays right without being touched.
 *
 *   weir_rows { schema, rows, sel, columns[] } --- heaps[0..n) <--- view.buffer, view.offset
 */
#ifndef WEIR_DATA_DATA_H
#define WEIR_DATA_DATA_H

#include "base/base.h"
#include "data/states/states.h"

/* ---- types ---- */
enum weir_type_kind {
    WEIR_TYPE_NULL = 0,
    WEIR_TYPE_BOOL,
    WEIR_TYPE_I32,
    WEIR_TYPE_I64,
    WEIR_TYPE_F64,
    WEIR_TYPE_STR,
    WEIR_TYPE_BYTES,
    WEIR_TYPE_TS,
    WEIR_TYPE_LIST,
    WEIR_TYPE_STRUCT
};

struct weir_type;
struct weir_type_field {
    const char *name;
    const struct weir_type *type;
};
/* Immutable once made; lives in an arena that outlives every user (the job's). A record's schema is
 * a struct type. */
struct weir_type {
    enum weir_type_kind kind;
    uint32_t field_count;                 /* struct */
    const struct weir_type_field *fields; /* struct */
    const struct weir_type *item;         /* list */
};
enum { WEIR_FIELDS_MAX = 65536, WEIR_TYPE_DEPTH_MAX = 16 };

/* The type of a kind without parts (all but list and struct). Static. */
const struct weir_type *weir_type_of(enum weir_type_kind kind);

/* list<item>, on the arena. */
const struct weir_type *weir_type_list(struct weir_arena *arena, const struct weir_type *item);

/* A struct of `count` fields; names and the array are copied to the arena. */
const struct weir_type *weir_type_struct(struct weir_arena *arena,
                                         const struct weir_type_field *fields,
                                         uint32_t count);

/* Same structure, same field names in the same order. */
bool weir_type_equal(const struct weir_type *a, const struct weir_type *b);

/* Index of a struct's field, or -1. Linear; binders of wide schemas build a map. */
int weir_type_field_index(const struct weir_type *type, weir_str name);

/* Columns of a schema with those inside its structs (not inside lists): the room that
 * weir_rows_slice needs. */
uint32_t weir_type_column_count(const struct weir_type *schema);

/* Appends the type as in language.md: "i64", "list<str>", "{user: str, at: ts}". */
void weir_type_print(const struct weir_type *type, struct weir_text *to);

/* Reads what weir_type_print writes (also upper-case type variables are refused here). WEIR_ETEXT.
 */
int weir_type_parse(struct weir_arena *arena,
                    weir_str text,
                    const struct weir_type **type,
                    struct weir_error *err);

/* Bytes of one cell in a column's data buffer: bool 1 bit (0 here), i32 4, i64 f64 ts 8, str bytes
 * 16, list 4, else 0. */
size_t weir_type_cell_bytes(const struct weir_type *type);

/* "str" and "bytes". */
static inline bool weir_type_is_text(const struct weir_type *type)
{
    return type->kind == WEIR_TYPE_STR || type->kind == WEIR_TYPE_BYTES;
}

/* ---- constants and parameters ---- */
struct weir_value {
    const struct weir_type *type; /* NULL type: null */
    bool is_null;
    int64_t i64; /* bool i32 i64 ts */
    double f64;
    weir_str str;                   /* str bytes; on the owner's arena, NUL-terminated */
    uint32_t item_count;            /* list, struct */
    const struct weir_value *items; /* list, struct */
};

/* Same type and same value (NaN equals NaN). */
bool weir_value_equal(const struct weir_value *a, const struct weir_value *b);

/* ---- heaps ---- */
struct weir_heaps {
    struct weir_buffer **buffers; /* each retained by the table */
    uint32_t count, capacity;
};
void weir_heaps_init(struct weir_heaps *heaps);   /* Empty. */
void weir_heaps_finish(struct weir_heaps *heaps); /* Releases all. */

/* Appends a buffer (takes over one reference); returns its index. */
int32_t weir_heaps_add(struct weir_heaps *heaps, struct weir_buffer *buffer);

/* Appends every buffer of `from` (retaining each); returns the index that from's first one has now.
 */
int32_t weir_heaps_add_all(struct weir_heaps *heaps, const struct weir_heaps *from);

/* ---- columns and rows ---- */
struct weir_column {
    const struct weir_type *type;
    const uint8_t *valid; /* bitmap, bit set = not null; NULL: no nulls */
    const void *data;     /* cells; bool: bitmap; list: int32_t offsets[rows + 1] into children[0];
                             struct: NULL */
    const struct weir_column *children; /* list: 1; struct: field_count */
    int64_t child_rows;                 /* list: rows of children[0] */
    bool is_const;                      /* one cell stands for all rows */
};

/* A chunk (at most WEIR_CHUNK_ROWS_MAX rows, then sel may be set) or a whole block's content.
 * Borrowed pointers. */
struct weir_rows {
    const struct weir_type *schema;
    uint32_t rows;
    uint32_t sel_count;
    const uint16_t *sel;               /* NULL: all rows count */
    const struct weir_column *columns; /* schema->field_count */
    const struct weir_heaps *heaps;
};

/* Rows that count. */
static inline uint32_t weir_rows_count(const struct weir_rows *rows)
{
    return rows->sel != NULL ? rows->sel_count : rows->rows;
}

/* The bytes of a view. Inline views point into the cell itself. */
static inline weir_str weir_view_str(const weir_view *view, const struct weir_heaps *heaps)
{
    weir_str s;
    s.count = (size_t)view->count;
    s.bytes = view->count <= WEIR_VIEW_INLINE_BYTES
                  ? view->prefix
                  : (const char *)heaps->buffers[view->buffer]->data + view->offset;
    return s;
}

/* True if row r (a position) of the column is null. */
static inline bool weir_column_is_null(const struct weir_column *column, uint32_t r)
{
    uint32_t i = column->is_const ? 0 : r;
    return column->valid != NULL && ((column->valid[i >> 3] >> (i & 7)) & 1) == 0;
}

/* The chunk [first, first + count) of `all`; first must be a multiple of 8. columns: room for
 * schema->field_count. No copy. */
void weir_rows_slice(const struct weir_rows *all,
                     uint32_t first,
                     uint32_t count,
                     struct weir_column *columns,
                     struct weir_rows *chunk);

/* A column of one constant cell, on the arena; text longer than 12 bytes goes into a new heap. */
void weir_column_const(struct weir_arena *arena,
                       const struct weir_value *value,
                       struct weir_heaps *heaps,
                       struct weir_column *column);

/* The value of one cell, on the arena (text copied). For messages, tests, dead letters: not for the
 * record path. */
void weir_column_value(struct weir_arena *arena,
                       const struct weir_rows *rows,
                       uint32_t column,
                       uint32_t row,
                       struct weir_value *value);

/* ---- owned tables and builders ---- */
/* Columns with their memory. Immutable once finished by a builder. */
struct weir_table {
    struct weir_rows all;         /* sel NULL */
    struct weir_column *columns;  /* all.columns */
    struct weir_heaps heaps;      /* all.heaps */
    struct weir_buffer **buffers; /* every other buffer the columns point into */
    uint32_t buffer_count, buffer_capacity;
    struct weir_arena arena; /* child columns */
    uint64_t bytes;          /* cells and heaps, for accounting */
};

/* Releases everything. The struct may be reused after another builder_finish. */
void weir_table_finish(struct weir_table *table);

/* Gathers rows of one schema from chunks into one table: cells are copied, text stays where it is
 * (the table retains the heaps) unless a heap would be pinned more than WEIR_PIN_FACTOR times
 * beyond its use and `is_long_lived` is set. */
struct weir_builder;
enum { WEIR_PIN_FACTOR = 8 };
struct weir_builder *weir_builder_create(const struct weir_type *schema, bool is_long_lived);
void weir_builder_destroy(struct weir_builder *builder); /* NULL is fine. */

/* Appends the rows that count. */
void weir_builder_add(struct weir_builder *builder, const struct weir_rows *rows);

/* Appends the rows at `positions` (which must count). */
void weir_builder_add_at(struct weir_builder *builder,
                         const struct weir_rows *rows,
                         const uint16_t *positions,
                         uint32_t count);

/* Appends rows at[i] of a table of any size (sel NULL, made by a builder); WEIR_ROW_NULL: a row of
 * nulls. */
#define WEIR_ROW_NULL UINT32_MAX
void weir_builder_gather(struct weir_builder *builder,
                         const struct weir_rows *rows,
                         const uint32_t *at,
                         uint32_t count);

/* Appends one row of constants (text copied). For tests, finite values, small results. */
void weir_builder_add_values(struct weir_builder *builder, const struct weir_value *values);

/* Rows so far. */
uint32_t weir_builder_rows(const struct weir_builder *builder);

/* Moves everything into `table` (uninitialised before); the builder is empty again. */
void weir_builder_finish(struct weir_builder *builder, struct weir_table *table);

/* ---- hashing, comparing ---- */
/* hashes[i] = 64-bit hash of fields fields[0..field_count) of the i-th row that counts. Equal
 * values (by type) give equal hashes on every machine: -0.0 as 0.0, all NaN as one. Nulls hash as a
 * value of their own. Source: XXH3 for long text. */
void weir_hash_rows(const struct weir_rows *rows,
                    const uint32_t *fields,
                    uint32_t field_count,
                    uint64_t seed,
                    uint64_t *hashes);

/* Are cell ra of column a and cell rb of column b equal? Same types; null equals null; NaN equals
 * NaN. */
bool weir_cell_equal(const struct weir_column *a,
                     const struct weir_heaps *ha,
                     uint32_t ra,
                     const struct weir_column *b,
                     const struct weir_heaps *hb,
                     uint32_t rb);

/* Order of two cells of the same type: null first, false < true, NaN last, text by bytes, lists and
 * structs by parts. */
int weir_cell_compare(const struct weir_column *a,
                      const struct weir_heaps *ha,
                      uint32_t ra,
                      const struct weir_column *b,
                      const struct weir_heaps *hb,
                      uint32_t rb);

/* ---- lines ---- */
/* Cuts text into views of at most `cap` lines (LF, or CR LF, cut off), from *at on; moves *at
 * behind what was cut; the last line may lack its LF. Returns the number of lines. Offsets are
 * relative to `data`, which is heap number `buffer`. */
uint32_t weir_cut_lines(
    const uint8_t *data, size_t bytes, size_t *at, int32_t buffer, weir_view *views, uint32_t cap);

/* Number of lines weir_cut_lines would find. */
uint64_t weir_count_lines(const uint8_t *data, size_t bytes);

/* ---- JSON out (language.md) ---- */
/* Appends one cell as JSON: i64 as number, f64 shortest round trip, NaN and infinities as strings,
 * ts RFC 3339 with microseconds, bytes base64, invalid UTF-8 as U+FFFD. */
void weir_json_cell(struct weir_text *to,
                    const struct weir_column *column,
                    const struct weir_heaps *heaps,
                    uint32_t row);

/* Appends `{"f":..}` for row `row`; stream not NULL: then _time (batch_ms) and _stream last. No
 * newline. */
void weir_json_row(struct weir_text *to,
                   const struct weir_rows *rows,
                   uint32_t row,
                   int64_t batch_ms,
                   const char *stream);

/* Appends a JSON string with quotes. */
void weir_json_string(struct weir_text *to, weir_str s);

/* Appends a double in the shortest form that reads back equal; always with a point or exponent. */
void weir_json_f64(struct weir_text *to, double value);

/* Appends a constant as JSON (same rules), and as text of the pipeline language (durations as i64).
 */
void weir_json_value(struct weir_text *to, const struct weir_value *value);

/* ---- the plugin line ---- */
/* Arrow array of a column over `rows` positions; borrowed, no release needed. pointers: room for
 * heaps->count + 3; lengths: room for heaps->count (shared by all columns of a chunk). Structs and
 * lists export their children on the arena. */
void weir_column_export(const struct weir_column *column,
                        uint32_t rows,
                        const struct weir_heaps *heaps,
                        struct weir_arena *arena,
                        struct ArrowArray *array,
                        const void **pointers,
                        int64_t *lengths);

/* Arrow schema of a type, on the arena, borrowed (release is a no-op that marks it released). */
void weir_type_export(struct weir_arena *arena,
                      const char *name,
                      const struct weir_type *type,
                      struct ArrowSchema *schema);

#endif
