/* SPDX-License-Identifier: Apache-2.0 */
/* The door of room lang: pipeline text to graph and back, and errors with a caret. Two steps: the
 * parser (lang/ast.h, lang/parse/) turns text into a tree without knowing any verb; the binder
 * (lang/bind/) gives the tree its meaning. */
#ifndef WEIR_LANG_LANG_H
#define WEIR_LANG_LANG_H

#include "lang/bind/bind.h" /* text to graph and back */
#include "lang/build/build.h" /* jobs in C */
#include "lang/diagnostic.h"

/* ---- settings files ---- */

/* One `name = value` line. */
struct weir_setting {
    struct weir_setting *next;
    weir_str name;
    weir_str value; /* a string decoded, anything else as written; NUL-terminated (the NUL is not
                       counted) */
    struct weir_place name_place, value_place;
};

/* Reads a settings file (weir.conf): lines `name = value` and comments. The settings live in
 * `arena`, their names in source's text. *first: in the order of the file, NULL if there are none.
 * Which names exist and what values they take is the caller's business. Mistakes go to
 * `diagnostics`; with any the answer is WEIR_ETEXT. Any thread. */
int weir_settings_parse(const struct weir_source *source,
                        struct weir_arena *arena,
                        struct weir_diagnostics *diagnostics,
                        struct weir_setting **first,
                        struct weir_error *err);

/* ---- weir fmt, weir check --syntax ---- */

/* Appends the tidy form of a text: the same program, one way of writing it, all comments kept. With
 * mistakes nothing is appended, they go to `diagnostics` (begun with the same source) and the
 * answer is WEIR_ETEXT. out NULL: only checks the syntax. Any thread. */
int weir_lang_format(const struct weir_source *source,
                     struct weir_text *out,
                     struct weir_diagnostics *diagnostics,
                     struct weir_error *err);

#endif
