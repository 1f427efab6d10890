/* SPDX-License-Identifier: Apache-2.0 */
/* A record as the engine writes it, {"word":"a","count":3}, taken apart for people: the names and
 * the values of its top level. Reading the engine's own JSON shows every type, nested ones too, as
 * the JSON output does. */
#ifndef WEIR_PLUGINS_PRINT_RECORD_H
#define WEIR_PLUGINS_PRINT_RECORD_H

#include <weir/io.h>

struct weir_shown_field {
    weir_str name, value; /* as in the JSON text; a string without its quotes, still escaped */
    bool is_text, is_number;
};

/* Takes the next field off *rest, which begins as a whole JSON object. False at its end (or at what
 * is no object). */
bool weir_shown_field_next(weir_str *rest, struct weir_shown_field *field);

/* Appends a value or name for a terminal: quotes and backslashes unescaped, what would move the
 * cursor not. */
void weir_show_safely(struct weir_blob *to, weir_str escaped);

/* Appends the text itself, every escape undone. */
void weir_show_plainly(struct weir_blob *to, weir_str escaped);

/* Columns that a text takes on a terminal: its code points. */
size_t weir_shown_width(weir_str text);

#endif
