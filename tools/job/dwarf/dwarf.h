/* SPDX-License-Identifier: Apache-2.0 */
/* A library that was built with -g says itself what its functions take. Compared with what a text
 * declares, a wrong prototype is a mistake with a place, and not a wrong number in the results. */
#ifndef WEIR_TOOLS_JOB_DWARF_DWARF_H
#define WEIR_TOOLS_JOB_DWARF_DWARF_H

#include "plugin/plugin.h"

/* [child] Compares each C function of a native plugin with the debug information (DWARF) of the
 * library that it lies in, or of the file beside it that holds it. Appends a line "OFFSET LENGTH
 * MESSAGE" for each difference; the place is one in the text of the prototypes. What has no debug
 * information, or one that cannot be read, is passed over. To be run in a child: damaged files are
 * libdw's to survive. */
void weir_dwarf_compare(const struct weir_plugin_info *plugin, struct weir_text *found);

#endif
