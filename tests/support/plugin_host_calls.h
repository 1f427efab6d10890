/* SPDX-License-Identifier: Apache-2.0 */
/* Inside plugin_host: the calls that receivers, sources and sinks may make. */
#ifndef WEIR_TESTS_PLUGIN_HOST_CALLS_H
#define WEIR_TESTS_PLUGIN_HOST_CALLS_H

#include "plugin_host.h"

/* Fills rx, scan, split, and the columns of out. */
void weir_plugin_host_lend(struct weir_plugin_host *host);

/* Frees them. */
void weir_plugin_host_take_back(struct weir_plugin_host *host);

#endif
