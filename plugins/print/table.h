/* SPDX-License-Identifier: Apache-2.0 */
/* A table that grows at its lower end: one header, then the records of each batch behind its time,
 * aligned. Nothing is drawn over, so messages may come between, and what has scrolled away is still
 * right. The header comes again when the columns change, when something else was printed, and once
 * a screen. */
#ifndef WEIR_PLUGINS_PRINT_TABLE_H
#define WEIR_PLUGINS_PRINT_TABLE_H

#include "output.h"
#include "record.h"

enum { WEIR_TABLE_COLUMNS_MAX = 64, WEIR_TABLE_CELL_WIDTH_MAX = 40 };

struct weir_table_column {
    struct weir_blob name; /* as shown */
    size_t width;          /* that its cells want */
    size_t shown_width;    /* that the screen has for it */
    bool is_number;
};

struct weir_table {
    struct weir_table_column columns[WEIR_TABLE_COLUMNS_MAX];
    size_t column_count; /* known */
    size_t shown_count;  /* of them fit on the screen */
    size_t hidden_count; /* beyond WEIR_TABLE_COLUMNS_MAX */
    size_t time_width;
    size_t lines_until_header; /* 0: the header is due */
    struct weir_blob cell;
};

struct weir_table_batch {
    int64_t batch_ms;
    const char *title;     /* the stream's name where several print; else NULL */
    const weir_str *lines; /* JSON objects */
    size_t count;
    uint64_t total; /* records of the batch, of which `count` are shown */
};

/* Appends what is to be shown for a batch that has records. */
void weir_table_add(struct weir_table *table,
                    const struct weir_table_batch *batch,
                    const struct weir_screen *screen,
                    struct weir_blob *to);

/* Frees what the table holds. */
void weir_table_free(struct weir_table *table);

#endif
