/* SPDX-License-Identifier: Apache-2.0 */
/* Drives loops of plugins as the engine does, without the engine: columns out of plain arrays, an
 * output that grows or hands rows on when it is full, failing rows skipped and remembered. */
#ifndef TESTS_PLUGINS_DRIVE_H
#define TESTS_PLUGINS_DRIVE_H

#include <weir/column.h>

enum {
    DRIVE_ROWS_MAX = 2048,
    DRIVE_COLUMNS_MAX = 12,
    DRIVE_TEXT_BUFFERS = 3, /* of one column */
    DRIVE_BUFFERS_MAX = DRIVE_COLUMNS_MAX * DRIVE_TEXT_BUFFERS,
    DRIVE_ARENA_BYTES = 1 << 20
};

/* A column to read. Positions before `skip` are filled with rubbish: the array's offset. */
struct drive_column {
    size_t count, skip;
    void *cells;
    char *text[DRIVE_TEXT_BUFFERS]; /* NULL: not a column of text */
    int64_t sizes[DRIVE_TEXT_BUFFERS];
    int32_t first_buffer; /* what .buffer of its views begins at */
};

/* One value that came out. Text is copied. */
struct drive_value {
    int64_t i64; /* bool, i32, i64, ts */
    double f64;
    weir_str text;
    bool is_view; /* text that was no copy: a view into a buffer of the input */
};

/* One run of a loop. Zeroed, then set up by drive_begin; drive_end frees it. */
struct drive {
    struct weir_task task;
    struct weir_chunk in;
    uint32_t column_count;
    const struct ArrowArray *cols[DRIVE_COLUMNS_MAX];
    struct ArrowArray arrays[DRIVE_COLUMNS_MAX];
    const void *buffers[DRIVE_COLUMNS_MAX][2 + DRIVE_BUFFERS_MAX + 1];
    const void *text[DRIVE_BUFFERS_MAX]; /* the data buffers, one list for all columns */
    int64_t sizes[DRIVE_BUFFERS_MAX];
    uint16_t sel[DRIVE_ROWS_MAX];
    struct weir_out out;
    bool hands_on;       /* a full output hands finished rows on instead of becoming larger */
    uint32_t grow_limit; /* grow fails after that many calls; 0: never */
    uint32_t grow_calls;
    uint32_t failed_rows; /* how many rows failed, and the first of them with its outcome */
    uint32_t first_failed;
    bool has_failed[DRIVE_ROWS_MAX];
    int outcome;
    char message[256];
    size_t row_count; /* rows that came out, as rows[row * DRIVE_COLUMNS_MAX + column] */
    struct drive_value *rows;
    uint16_t *parents;
    const struct weir_export *exported;
    char *arena;
    size_t arena_used;
};

/* The plugin `name` of the build (WEIR_BUILD_DIR/plugins/name.so). Never unloaded. */
const struct weir_plugin *drive_load(const char *name);

/* The export of that kind and name with these parameter types ("i64,str"), NULL: any. Must exist.
 */
const struct weir_export *drive_find(const struct weir_plugin *plugin,
                                     uint32_t kind,
                                     const char *name,
                                     const char *types);

/* Columns over `count` values. skip: the offset that the array is given. */
void drive_fixed(
    struct drive_column *column, const void *values, size_t bytes, size_t count, size_t skip);
void drive_bool(struct drive_column *column, const bool *values, size_t count, size_t skip);
void drive_text(struct drive_column *column, const weir_str *values, size_t count, size_t skip);
void drive_column_free(struct drive_column *column);

/* A run over `rows` positions with room for `cap` rows and `heap_bytes` of text at first. */
void drive_begin(struct drive *run,
                 const struct weir_export *exported,
                 uint32_t rows,
                 uint32_t cap,
                 uint32_t heap_bytes);
void drive_add(struct drive *run, struct drive_column *column, bool is_constant);

/* Positions that count; without this, all. */
void drive_select(struct drive *run, const uint16_t *positions, size_t count);

/* Calls the loop until every selected row is done, skipping rows that fail with WEIR_BAD_RECORD;
 * any other outcome ends it (a function's rows then count for nothing). run->rows is what came out,
 * run->parents the input position of each. */
void drive_run(struct drive *run);
void drive_end(struct drive *run);

/* A seeded sequence. */
uint32_t drive_random(uint32_t *state, uint32_t below);

#endif
