/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a crash in a running job: which signal, whose operator, on which record. */
#ifndef WEIR_TOOLS_CRASH_CRASH_H
#define WEIR_TOOLS_CRASH_CRASH_H

#include "os/os.h"
#include "plugin/plugin.h"

/* From here on a crash of the process, or an exit() that is not the command's, ends it with a
 * report on stderr (is_json: a line of JSON for each part) and status 1 if a plugin did it, else
 * 70. registry: of the plugins that may be loaded, until the next call; NULL: there is none any
 * more. [main thread, before others start] */
int weir_crash_watch(struct weir_registry *registry, bool is_json, struct weir_error *err);

/* Looks for the record that the frame's loop crashed on, and prints what was found. [in a report]
 */
void weir_crash_print_record(const struct weir_call_frame *frame, bool is_json);

#endif
