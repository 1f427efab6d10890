/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of plugins and operators. All of it happens in a child process, because a plugin is loaded
 * to be described. */
#ifndef WEIR_TOOLS_INSPECT_LOOK_H
#define WEIR_TOOLS_INSPECT_LOOK_H

#include "cli.h"

struct weir_look {
    const char *name; /* a file, a plugin, plugin.operator, or an operator; NULL: list them all */
    const char *plugin_path;               /* folders with ':' between; NULL: none */
    const struct weir_value_list *plugins; /* loaded before; NULL: none */
};

/* Prints the page, or what became of a plugin that did not survive. Exit status; what is wrong is
 * shown already. [before any thread starts] */
int weir_look_at(struct weir_invocation *invocation, const struct weir_look *look);

/* Whether a name is a file and nothing else. */
bool weir_look_is_file(const char *name);

#endif
