/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a text: a numbered code, the place, both ends of a clash, and the next step.
 * Parser and binder collect diagnostics; the commands render them as text with a caret or as JSON.
 */
#ifndef WEIR_LANG_DIAGNOSTIC_H
#define WEIR_LANG_DIAGNOSTIC_H

#include "base/base.h"
#include "lang/codes.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WEIR_SOURCE_BYTES_MAX = 4 * 1024 * 1024, /* of one pipeline text */
    WEIR_DIAGNOSTICS_MAX =
        20 /* errors, and as many warnings, shown of one text; the rest are counted */
};

/* A text and where it comes from. Everything is borrowed and must outlive trees and diagnostics
 * made from it. */
struct weir_source {
    const char *name; /* as shown: "shop.weir", "argument" */
    weir_str text;
    bool from_shell; /* it was a command-line argument: hints about quotes apply */
};

/* struct weir_place (base): bytes of a source's text. */
#define WEIR_NOWHERE ((struct weir_place){UINT32_MAX, 0}) /* about no place in the text */

/* Line and column of an offset, both from 1; columns count characters (UTF-8), not bytes. */
struct weir_line_column {
    uint32_t line, column;
};
struct weir_line_column weir_source_locate(const struct weir_source *source, uint32_t offset);

/* The smallest place that covers both. */
struct weir_place weir_place_join(struct weir_place a, struct weir_place b);

struct weir_diagnostic {
    struct weir_diagnostic *next;
    enum weir_code code;
    bool is_warning;
    struct weir_place place;
    const char *message;     /* lower case, no full stop */
    const char *label;       /* beside the caret; NULL: none */
    const char *help;        /* the next step: "try: ...", "write ..."; NULL: none */
    struct weir_place other; /* the other end of a clash; WEIR_NOWHERE: none */
    const char *other_label;
};

/* Diagnostics of one text. Owns their memory. */
struct weir_diagnostics {
    struct weir_arena arena;
    const struct weir_source *source;
    struct weir_diagnostic *first, *last;
    size_t count;                    /* in the list */
    size_t error_count;              /* errors only, also those over the limit */
    size_t warning_count;            /* the same for warnings */
    size_t dropped_count;            /* over the limits */
    struct weir_diagnostic overflow; /* what is filled in over the limit */
};

/* Empty, about `source` (borrowed). */
void weir_diagnostics_init(struct weir_diagnostics *diagnostics, const struct weir_source *source);

/* Frees all diagnostics. */
void weir_diagnostics_finish(struct weir_diagnostics *diagnostics);

/* Adds an error. Never NULL: over the limit the answer can be filled in like any other but is not
 * shown. */
struct weir_diagnostic *weir_diagnostics_error(struct weir_diagnostics *diagnostics,
                                               enum weir_code code,
                                               struct weir_place place,
                                               const char *format,
                                               ...) __attribute__((format(printf, 4, 5)));

/* Adds a warning; it does not count as an error. Never NULL. */
struct weir_diagnostic *weir_diagnostics_warning(struct weir_diagnostics *diagnostics,
                                                 enum weir_code code,
                                                 struct weir_place place,
                                                 const char *format,
                                                 ...) __attribute__((format(printf, 4, 5)));

/* Says what to do next: one line, shown beside the caret if there is no label, else below. */
void weir_diagnostic_help(struct weir_diagnostics *diagnostics,
                          struct weir_diagnostic *diagnostic,
                          const char *format,
                          ...) __attribute__((format(printf, 3, 4)));

/* Puts a remark beside the caret. */
void weir_diagnostic_label(struct weir_diagnostics *diagnostics,
                           struct weir_diagnostic *diagnostic,
                           const char *format,
                           ...) __attribute__((format(printf, 3, 4)));

/* Points at a second place, the other end of a clash, with a remark. */
void weir_diagnostic_other(struct weir_diagnostics *diagnostics,
                           struct weir_diagnostic *diagnostic,
                           struct weir_place place,
                           const char *format,
                           ...) __attribute__((format(printf, 4, 5)));

/* Puts the list in the order of places (stable). */
void weir_diagnostics_sort(struct weir_diagnostics *diagnostics);

/* WEIR_OK without errors; else WEIR_ETEXT, and err says "name:line:column: message" of the first,
 * and how many more. */
int weir_diagnostics_status(const struct weir_diagnostics *diagnostics, struct weir_error *err);

/* Appends all, for people: code, message, place, the lines concerned with carets, help. is_colored
 * adds ANSI colours. */
void weir_diagnostics_render(const struct weir_diagnostics *diagnostics,
                             bool is_colored,
                             struct weir_text *out);

/* Appends all, for programs: one JSON object a line with severity, code, message, file, line,
 * column, length, help and other. Columns and length count characters; without a place they are
 * left out. */
void weir_diagnostics_render_json(const struct weir_diagnostics *diagnostics,
                                  struct weir_text *out);

/* What `weir help E0104` shows; all static. */
struct weir_code_page {
    enum weir_code code;
    const char *title, *explanation, *wrong, *right;
};

/* The page of a code; NULL if there is none. */
const struct weir_code_page *weir_code_page_of(unsigned number);

/* The page of a code given as text, "E0104" or "104"; NULL if there is none. */
const struct weir_code_page *weir_code_page_named(const char *text);

/* All pages in the order of codes; *count of them. */
const struct weir_code_page *weir_code_pages(size_t *count);

#endif
