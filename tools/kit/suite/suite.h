/* SPDX-License-Identifier: Apache-2.0 */
/* weir plugin test: the plugin's own tests, by the CMakeLists.txt of its folder. */
#ifndef WEIR_TOOLS_KIT_SUITE_H
#define WEIR_TOOLS_KIT_SUITE_H

#include "cli.h"

/* Configures and builds `folder` into folder/build, runs its tests, and prints a line for each.
 * 0: all have passed; 1: it does not build, or a test has failed, and what was said is on stderr;
 * else why nothing could be tried, which is shown already. */
int weir_plugin_test(const struct weir_invocation *invocation, const char *folder);

#endif
