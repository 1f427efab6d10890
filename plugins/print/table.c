/* SPDX-License-Identifier: Apache-2.0 */
/* See table.h. */
#include "table.h"

#include <stdio.h>
#include <time.h>

enum {
    GAP = 2,
    NARROW_WIDTH = 8, /* no column is made narrower to fit */
    TIME_TEXT_BYTES = 32
};
/* Below it a time is not one of a clock, but counted from zero: a job of finite sources. */
static const int64_t clock_ms_min = INT64_C(100000000000);

static void put_spaces(struct weir_blob *to, size_t count)
{
    static const char spaces[] = "                                ";
    while (count > 0) {
        size_t some = count < sizeof spaces - 1 ? count : sizeof spaces - 1;
        weir_blob_append(to, spaces, some);
        count -= some;
    }
}

static void put_style(struct weir_blob *to, const struct weir_screen *screen, const char *style)
{
    if (screen->has_colour) {
        weir_blob_put(to, style);
    }
}

/* Bytes of the first `width` code points. */
static size_t bytes_of_width(weir_str text, size_t width)
{
    size_t i = 0;
    while (i < text.count && (width > 0 || ((uint8_t)text.bytes[i] & 0xc0) == 0x80)) {
        width -= ((uint8_t)text.bytes[i] & 0xc0) != 0x80;
        i++;
    }
    return i;
}

/* A cell of exactly `width` columns, the last one of a line without spaces behind it. */
static void put_cell(struct weir_blob *to, weir_str text, size_t width, bool is_right, bool is_last)
{
    size_t used = weir_shown_width(text);
    if (used > width) {
        weir_blob_append(to, text.bytes, bytes_of_width(text, width - 1));
        weir_blob_put(to, "\u2026");
        return;
    }
    if (is_right) {
        put_spaces(to, width - used);
    }
    weir_blob_append(to, text.bytes, text.count);
    if (!is_right && !is_last) {
        put_spaces(to, width - used);
    }
}

static void time_text(int64_t batch_ms, char text[TIME_TEXT_BYTES])
{
    time_t seconds = (time_t)(batch_ms / 1000);
    int ms = (int)(batch_ms % 1000);
    struct tm local;
    size_t count = 0;
    if (batch_ms >= clock_ms_min && localtime_r(&seconds, &local) != NULL) {
        count = strftime(text, TIME_TEXT_BYTES, "%H:%M:%S", &local);
    } else {
        count = (size_t)snprintf(text, TIME_TEXT_BYTES, "%lld", (long long)seconds);
    }
    if (ms != 0) {
        count += (size_t)snprintf(text + count, TIME_TEXT_BYTES - count, ".%03d", ms);
    }
    if (batch_ms < clock_ms_min) {
        snprintf(text + count, TIME_TEXT_BYTES - count, "s");
    }
}

static weir_str shown(struct weir_table *table, weir_str escaped)
{
    weir_blob_clear(&table->cell);
    weir_show_safely(&table->cell, escaped);
    return weir_str_make(table->cell.bytes, table->cell.count);
}

static void widen(struct weir_table *table, size_t *width, size_t wanted)
{
    size_t most = table->column_count == 1 ? SIZE_MAX : WEIR_TABLE_CELL_WIDTH_MAX;
    wanted = wanted < most ? wanted : most;
    if (wanted > *width) {
        *width = wanted;
        table->lines_until_header = 0;
    }
}

/* Takes the columns' names from a record; a change of them begins a new table. */
static void learn_columns(struct weir_table *table, weir_str record)
{
    struct weir_shown_field field;
    size_t count = 0;
    bool is_same = true;
    for (weir_str rest = record; weir_shown_field_next(&rest, &field); count++) {
        if (count < WEIR_TABLE_COLUMNS_MAX) {
            struct weir_blob *name = &table->columns[count].name;
            weir_str text = shown(table, field.name);
            is_same = is_same && count < table->column_count &&
                      weir_str_equal(weir_str_make(name->bytes, name->count), text);
            weir_blob_clear(name);
            weir_blob_append(name, text.bytes, text.count);
        }
    }
    size_t known = count < WEIR_TABLE_COLUMNS_MAX ? count : WEIR_TABLE_COLUMNS_MAX;
    table->hidden_count = count - known;
    if (is_same && known == table->column_count) {
        return;
    }
    table->column_count = known;
    table->lines_until_header = 0;
    for (size_t i = 0; i < known; i++) {
        const struct weir_blob *name = &table->columns[i].name;
        table->columns[i].width = 0;
        table->columns[i].is_number = true;
        widen(table, &table->columns[i].width,
              weir_shown_width(weir_str_make(name->bytes, name->count)));
    }
}

static void learn_widths(struct weir_table *table, weir_str record)
{
    struct weir_shown_field field;
    size_t i = 0;
    while (i < table->column_count && weir_shown_field_next(&record, &field)) {
        weir_str text = shown(table, field.value);
        widen(table, &table->columns[i].width, weir_shown_width(text));
        if (!field.is_number && (field.is_text || !weir_str_equal(field.value, "null"))) {
            table->columns[i].is_number = false;
        }
        i++;
    }
}

static size_t line_width(const struct weir_table *table, size_t columns)
{
    size_t width = table->time_width;
    for (size_t i = 0; i < columns; i++) {
        width += GAP + table->columns[i].shown_width;
    }
    return width;
}

static size_t widest_column(const struct weir_table *table, size_t columns)
{
    size_t widest = 0;
    for (size_t i = 1; i < columns; i++) {
        if (table->columns[i].shown_width > table->columns[widest].shown_width) {
            widest = i;
        }
    }
    return widest;
}

/* Narrows the widest columns, then leaves out the last ones, until a line fits on the screen. */
static void fit(struct weir_table *table, const struct weir_screen *screen)
{
    size_t count = table->column_count;
    for (size_t i = 0; i < count; i++) {
        table->columns[i].shown_width = table->columns[i].width;
    }
    while (count > 0 && line_width(table, count) > screen->columns) {
        size_t over = line_width(table, count) - screen->columns;
        size_t *width = &table->columns[widest_column(table, count)].shown_width;
        size_t spare = *width > NARROW_WIDTH ? *width - NARROW_WIDTH : 0;
        if (spare > 0) { /* one by one where there are several, so that equals stay equal */
            *width -= count > 1 ? 1 : over < spare ? over : spare;
        } else if (count > 1) {
            count--;
        } else {
            break;
        }
    }
    table->shown_count = count;
}

static void put_header(struct weir_table *table,
                       const struct weir_table_batch *batch,
                       const struct weir_screen *screen,
                       struct weir_blob *to)
{
    put_style(to, screen, "\033[1m");
    put_cell(to, weir_str_from_chars(batch->title != NULL ? batch->title : "time"),
             table->time_width, false, table->shown_count == 0);
    for (size_t i = 0; i < table->shown_count; i++) {
        const struct weir_table_column *column = &table->columns[i];
        put_spaces(to, GAP);
        put_cell(to, weir_str_make(column->name.bytes, column->name.count), column->shown_width,
                 column->is_number, i + 1 == table->shown_count);
    }
    put_style(to, screen, "\033[0m");
    size_t left_out = table->column_count - table->shown_count + table->hidden_count;
    if (left_out > 0) {
        weir_blob_put(to, " +");
        weir_blob_put_u64(to, left_out);
    }
    weir_blob_put(to, "\n");
}

static void put_record(struct weir_table *table,
                       const char *clock,
                       weir_str record,
                       const struct weir_screen *screen,
                       struct weir_blob *to)
{
    struct weir_shown_field field;
    put_style(to, screen, "\033[2m");
    put_cell(to, weir_str_from_chars(clock), table->time_width, false, false);
    put_style(to, screen, "\033[0m");
    for (size_t i = 0; i < table->shown_count && weir_shown_field_next(&record, &field); i++) {
        put_spaces(to, GAP);
        put_cell(to, shown(table, field.value), table->columns[i].shown_width,
                 table->columns[i].is_number, i + 1 == table->shown_count);
    }
    weir_blob_put(to, "\n");
}

static void put_more(const struct weir_table *table,
                     uint64_t more,
                     const struct weir_screen *screen,
                     struct weir_blob *to)
{
    put_spaces(to, table->time_width + GAP);
    put_style(to, screen, "\033[2m");
    weir_blob_put(to, "\u2026 ");
    weir_blob_put_u64(to, more);
    weir_blob_put(to, " more");
    put_style(to, screen, "\033[0m");
    weir_blob_put(to, "\n");
}

void weir_table_add(struct weir_table *table,
                    const struct weir_table_batch *batch,
                    const struct weir_screen *screen,
                    struct weir_blob *to)
{
    char clock[TIME_TEXT_BYTES];
    time_text(batch->batch_ms, clock);
    learn_columns(table, batch->lines[0]);
    widen(table, &table->time_width, strlen("time"));
    widen(table, &table->time_width, strlen(clock));
    if (batch->title != NULL) {
        widen(table, &table->time_width, weir_shown_width(weir_str_from_chars(batch->title)));
    }
    for (size_t i = 0; i < batch->count; i++) {
        learn_widths(table, batch->lines[i]);
    }
    fit(table, screen);
    if (table->lines_until_header < batch->count + 1) {
        put_header(table, batch, screen, to);
        table->lines_until_header = screen->lines > 2 ? screen->lines - 2 : 1;
    }
    for (size_t i = 0; i < batch->count; i++) {
        put_record(table, i == 0 ? clock : "", batch->lines[i], screen, to);
    }
    if (batch->total > batch->count) {
        put_more(table, batch->total - batch->count, screen, to);
    }
    size_t used = batch->count + 1;
    table->lines_until_header =
        table->lines_until_header > used ? table->lines_until_header - used : 0;
}

void weir_table_free(struct weir_table *table)
{
    for (size_t i = 0; i < WEIR_TABLE_COLUMNS_MAX; i++) {
        weir_blob_free(&table->columns[i].name);
    }
    weir_blob_free(&table->cell);
}
