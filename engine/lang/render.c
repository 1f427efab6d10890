/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics as people read them: the lines concerned with a caret below, and the next step.
 * Columns count characters; long lines are cut to a window around the caret, and nothing of the
 * text can move the terminal's cursor. */
#include "lang/diagnostic.h"

#include <stdio.h>
#include <string.h>

enum {
    WEIR_WINDOW_COLUMNS = 100, /* of a source line, shown at once */
    WEIR_WINDOW_BEFORE = 50    /* of them before the caret when the line is cut */
};

struct painter {
    struct weir_text *out;
    const struct weir_source *source;
    bool is_colored;
    int gutter; /* digits of the largest line number shown */
};

/* One source line and the part of it that is shown, in characters. */
struct line {
    uint32_t number;
    const char *bytes;
    size_t count;
    size_t from, columns;
    bool cut_before, cut_behind;
};

static const char error_color[] = "\x1b[1;31m", warning_color[] = "\x1b[1;33m",
                  other_color[] = "\x1b[1;34m", bold[] = "\x1b[1m", plain[] = "\x1b[0m";

static void put_color(struct painter *p, const char *color)
{
    if (p->is_colored) {
        weir_text_put(p->out, color);
    }
}

/* Control characters become blanks, so that columns stay columns. */
static void put_clean(struct weir_text *out, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char c = (unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7F ? ' ' : bytes[i];
        weir_text_append(out, &c, 1);
    }
}

static void put_repeated(struct weir_text *out, char c, size_t count)
{
    memset(weir_text_reserve(out, count), c, count);
    out->count += count;
    weir_text_append(out, "", 0);
}

static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

static size_t characters(const char *bytes, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        n += starts_character(bytes[i]);
    }
    return n;
}

static struct line line_at(const struct weir_source *source, uint32_t offset)
{
    size_t at = offset < source->text.count ? offset : source->text.count;
    size_t start = at, end = at;
    const char *text = source->text.bytes;
    while (start > 0 && text[start - 1] != '\n') {
        start--;
    }
    while (end < source->text.count && text[end] != '\n') {
        end++;
    }
    struct line line = {.bytes = text + start, .count = end - start};
    line.number = weir_source_locate(source, offset).line;
    line.columns = characters(line.bytes, line.count);
    size_t column = characters(line.bytes, at - start);
    if (line.columns > WEIR_WINDOW_COLUMNS) {
        size_t all = line.columns;
        line.from = column > WEIR_WINDOW_BEFORE ? column - WEIR_WINDOW_BEFORE : 0;
        if (line.from + WEIR_WINDOW_COLUMNS > all) {
            line.from = all - WEIR_WINDOW_COLUMNS;
        }
        line.columns = WEIR_WINDOW_COLUMNS;
        line.cut_before = line.from > 0;
        line.cut_behind = line.from + line.columns < all;
    }
    return line;
}

/* Bytes before the character with this index. */
static size_t byte_of(const struct line *line, size_t character)
{
    size_t i = 0, n = 0;
    for (; i < line->count; i++) {
        if (starts_character(line->bytes[i]) && n++ == character) {
            break;
        }
    }
    return i;
}

static void put_line(struct painter *p, const struct line *line)
{
    put_color(p, other_color);
    weir_text_printf(p->out, " %*u |", p->gutter, line->number);
    put_color(p, plain);
    size_t from = byte_of(line, line->from), to = byte_of(line, line->from + line->columns);
    while (to > from && (line->bytes[to - 1] == ' ' || line->bytes[to - 1] == '\r')) {
        to--;
    }
    if (to > from) {
        weir_text_put(p->out, line->cut_before ? " ..." : " ");
        put_clean(p->out, line->bytes + from, to - from);
        weir_text_put(p->out, line->cut_behind ? "..." : "");
    }
    weir_text_put(p->out, "\n");
}

static void put_marker(struct painter *p,
                       const struct line *line,
                       struct weir_place place,
                       char mark,
                       const char *label)
{
    size_t start = place.offset - (size_t)(line->bytes - p->source->text.bytes);
    size_t length = start + place.length > line->count ? line->count - start : place.length;
    size_t column = characters(line->bytes, start);
    size_t width = characters(line->bytes + start, length);
    column = column > line->from ? column - line->from : 0;
    if (width == 0) {
        width = 1;
    } else if (column < line->columns && column + width > line->columns) {
        width = line->columns - column;
    }
    put_color(p, other_color);
    weir_text_printf(p->out, " %*s | ", p->gutter, "");
    put_color(p, plain);
    put_repeated(p->out, ' ', column + (line->cut_before ? 3 : 0));
    put_color(p, mark == '^' ? error_color : other_color);
    put_repeated(p->out, mark, width);
    if (label != NULL) {
        weir_text_put(p->out, " ");
        put_clean(p->out, label, strlen(label));
    }
    put_color(p, plain);
    weir_text_put(p->out, "\n");
}

static int digits_of(uint32_t number)
{
    int digits = 1;
    for (; number >= 10; number /= 10) {
        digits++;
    }
    return digits;
}

/* The remark beside the caret: the label, else the help. */
static const char *beside_caret(const struct weir_diagnostic *d)
{
    return d->label != NULL ? d->label : d->help;
}

static void put_places(struct painter *p, const struct weir_diagnostic *d)
{
    struct weir_line_column at = weir_source_locate(p->source, d->place.offset);
    struct line here = line_at(p->source, d->place.offset);
    bool has_other = d->other.offset != UINT32_MAX;
    struct line there = line_at(p->source, has_other ? d->other.offset : d->place.offset);
    p->gutter = digits_of(there.number > here.number ? there.number : here.number);
    put_color(p, other_color);
    weir_text_printf(p->out, " %*s--> ", p->gutter, "");
    put_color(p, plain);
    put_clean(p->out, p->source->name, strlen(p->source->name));
    weir_text_printf(p->out, ":%u:%u\n", at.line, at.column);
    if (has_other && there.number < here.number) {
        put_line(p, &there);
        put_marker(p, &there, d->other, '-', d->other_label);
        if (there.number + 1 < here.number) {
            weir_text_put(p->out, "...\n");
        }
    }
    put_line(p, &here);
    put_marker(p, &here, d->place, '^', beside_caret(d));
    if (has_other && there.number >= here.number) {
        if (there.number > here.number + 1) {
            weir_text_put(p->out, "...\n");
        }
        if (there.number > here.number || there.from != here.from) {
            put_line(p, &there);
        }
        put_marker(p, &there, d->other, '-', d->other_label);
    }
}

static void put_diagnostic(struct painter *p, const struct weir_diagnostic *d)
{
    put_color(p, d->is_warning ? warning_color : error_color);
    weir_text_printf(p->out, "%s[E%04u]", d->is_warning ? "warning" : "error", (unsigned)d->code);
    put_color(p, plain);
    put_color(p, bold);
    weir_text_put(p->out, ": ");
    put_clean(p->out, d->message, strlen(d->message));
    put_color(p, plain);
    weir_text_put(p->out, "\n");
    bool has_place = d->place.offset != UINT32_MAX;
    if (has_place) {
        put_places(p, d);
    }
    if (d->help != NULL && (!has_place || d->label != NULL)) {
        weir_text_printf(p->out, " %*s = ", has_place ? p->gutter : 1, "");
        put_clean(p->out, d->help, strlen(d->help));
        weir_text_put(p->out, "\n");
    }
}

void weir_diagnostics_render(const struct weir_diagnostics *diagnostics,
                             bool is_colored,
                             struct weir_text *out)
{
    struct painter painter = {
        .out = out, .source = diagnostics->source, .is_colored = is_colored, .gutter = 1};
    for (const struct weir_diagnostic *d = diagnostics->first; d != NULL; d = d->next) {
        put_diagnostic(&painter, d);
    }
    if (diagnostics->dropped_count > 0) {
        weir_text_printf(out, "... and %zu more\n", diagnostics->dropped_count);
    }
}
