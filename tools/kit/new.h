/* SPDX-License-Identifier: Apache-2.0 */
/* weir plugin new: the folder of a new plugin. */
#ifndef WEIR_TOOLS_KIT_NEW_H
#define WEIR_TOOLS_KIT_NEW_H

#include "cli.h"

struct weir_new_plugin {
    const char *kind, *name;
    const char *folder; /* where the plugin's own folder is made; it must exist */
    bool is_cxx;
};

/* Makes `folder/name` with source, build files, test and README. WEIR_EUSAGE: a kind or name that
 * cannot be; WEIR_EUNAVAILABLE: a kind that weir cannot run yet; WEIR_ECREATE: the folder is there,
 * or cannot be made; WEIR_EIO. The paths that were written, one a line, go to `written`. */
int weir_new_plugin_write(const struct weir_new_plugin *plugin,
                          struct weir_text *written,
                          struct weir_error *err);

/* Appends what to type next. */
void weir_new_plugin_put_next(const struct weir_new_plugin *plugin, struct weir_text *to);

#endif
