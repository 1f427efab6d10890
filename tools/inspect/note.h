/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin's file says of itself without being loaded: its ELF note. */
#ifndef WEIR_TOOLS_INSPECT_NOTE_H
#define WEIR_TOOLS_INSPECT_NOTE_H

#include "plugin/plugin.h"

/* Reads the note of a file. WEIR_ENOINPUT if it is not there, WEIR_ETEXT if it is no plugin. */
int weir_note_of_file(const char *path, struct weir_note *note, struct weir_error *err);

/* Appends the note as lines for people. */
void weir_note_put(const struct weir_note *note, struct weir_text *to);

/* Appends the members of the note as JSON: "id":..., without brackets. */
void weir_note_put_json(const struct weir_note *note, struct weir_text *to);

#endif
