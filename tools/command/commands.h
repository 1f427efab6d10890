/* SPDX-License-Identifier: Apache-2.0 */
/* The commands, one file each. */
#ifndef WEIR_TOOLS_COMMANDS_H
#define WEIR_TOOLS_COMMANDS_H

#include "cli.h"

extern const struct weir_command weir_command_run;
extern const struct weir_command weir_command_check;
extern const struct weir_command weir_command_explain;
extern const struct weir_command weir_command_fmt;
extern const struct weir_command weir_command_test;
extern const struct weir_command weir_command_bench;
extern const struct weir_command weir_command_inspect;
extern const struct weir_command weir_command_plugin;
extern const struct weir_command weir_command_help;
extern const struct weir_command weir_command_version;

#endif
