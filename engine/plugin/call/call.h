/* SPDX-License-Identifier: Apache-2.0 */
/* The table that plugins call, for call.c. */
#ifndef WEIR_PLUGIN_CALL_CALL_H
#define WEIR_PLUGIN_CALL_CALL_H

#include "plugin/plugin.h"

/* The engine's side of the plugin line; the same for every plugin and thread. */
extern const struct weir_host weir_host_table;

/* weir.block/1. */
extern const struct weir_block_format weir_host_block_table;

#endif
