/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a report in a fixed buffer. */
#include "crash/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WEIR_CRASH_LABEL_COLUMNS = 10, WEIR_CRASH_TAIL_BYTES = 4 };

void weir_crash_lines_begin(struct weir_crash_lines *lines, bool is_json)
{
    lines->is_json = is_json;
    lines->count = 0;
}

static void append(struct weir_crash_lines *lines, const char *bytes, size_t count)
{
    if (count <= sizeof lines->bytes - WEIR_CRASH_TAIL_BYTES - lines->count) {
        memcpy(lines->bytes + lines->count, bytes, count);
        lines->count += count;
    }
}

static void append_text(struct weir_crash_lines *lines, const char *text)
{
    append(lines, text, strlen(text));
}

/* No text from outside may drive the terminal or break the object. */
static void append_safe(struct weir_crash_lines *lines, const char *text)
{
    for (; *text != '\0'; text++) {
        char escaped[8];
        unsigned char c = (unsigned char)*text;
        if (c < ' ' || c == 0x7F) {
            (void)snprintf(escaped, sizeof escaped, lines->is_json ? "\\u%04x" : "?", c);
            append_text(lines, escaped);
        } else {
            bool is_escaped = lines->is_json && (c == '"' || c == '\\');
            append(lines, "\\", is_escaped);
            append(lines, text, 1);
        }
    }
}

static void append_name(struct weir_crash_lines *lines, const char *name)
{
    if (lines->is_json) {
        append_text(lines, lines->count == 0 ? "{\"" : ",\"");
        append_text(lines, name);
        append_text(lines, "\":");
        return;
    }
    if (strcmp(name, "error") == 0) {
        append_text(lines, "weir: ");
        return;
    }
    char label[64];
    (void)snprintf(label, sizeof label, "  %-*s ", (int)WEIR_CRASH_LABEL_COLUMNS, name);
    append_text(lines, label);
}

void weir_crash_lines_put(struct weir_crash_lines *lines, const char *name, const char *format, ...)
{
    char text[WEIR_CRASH_LINE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    append_name(lines, name);
    append(lines, "\"", lines->is_json);
    append_safe(lines, text);
    append(lines, lines->is_json ? "\"" : "\n", 1);
}

void weir_crash_lines_status(struct weir_crash_lines *lines, int status)
{
    char text[16];
    if (lines->is_json) {
        (void)snprintf(text, sizeof text, "%d", status);
        append_name(lines, "status");
        append_text(lines, text);
    }
}

void weir_crash_lines_write(struct weir_crash_lines *lines)
{
    if (lines->count == 0) {
        return;
    }
    if (lines->is_json) {
        memcpy(lines->bytes + lines->count, "}\n", 2); /* append has left room */
        lines->count += 2;
    }
    ssize_t written = write(STDERR_FILENO, lines->bytes, lines->count);
    (void)written; /* there is nobody left to tell */
}
