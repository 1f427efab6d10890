/* SPDX-License-Identifier: Apache-2.0 */
/* A part of a crash's report: named texts, shown as lines or as one object of JSON. Nothing is
 * allocated, for the heap may be what is broken. */
#ifndef WEIR_TOOLS_CRASH_LINES_H
#define WEIR_TOOLS_CRASH_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum { WEIR_CRASH_LINES_BYTES = 16 * 1024, WEIR_CRASH_LINE_BYTES = 2048 };

struct weir_crash_lines {
    bool is_json;
    size_t count;
    char bytes[WEIR_CRASH_LINES_BYTES]; /* what does not fit is left out */
};

/* Empties it. */
void weir_crash_lines_begin(struct weir_crash_lines *lines, bool is_json);

/* Adds a line "name  text"; "error" is the first one, which begins with "weir: ". */
void weir_crash_lines_put(struct weir_crash_lines *lines, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The exit status, which only JSON names. */
void weir_crash_lines_status(struct weir_crash_lines *lines, int status);

/* Writes everything to stderr. */
void weir_crash_lines_write(struct weir_crash_lines *lines);

#endif
