/* SPDX-License-Identifier: Apache-2.0 */
/* Inside load/table: what the readers of all kinds share. */
#ifndef WEIR_PLUGIN_LOAD_TABLE_TABLE_H
#define WEIR_PLUGIN_LOAD_TABLE_TABLE_H

#include "plugin/load/load.h"

/* Bytes of a struct up to and with a member: what its first release had. */
#define WEIR_UP_TO(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))

/* A copy of `bytes` bytes of export->table, of which the plugin's struct may have fewer or more;
 * its first member is its size. NULL after filling err. */
void *weir_table_copy(const struct weir_load *load,
                      const struct weir_export *export,
                      size_t bytes_min,
                      size_t bytes);

/* outside.c: receiver, source, sink, codec, store, job. */
int weir_table_read_outside(const struct weir_load *load, struct weir_export *export);

/* stateful.c: partition function, aggregate, update, track, partitioner. */
int weir_table_read_stateful(const struct weir_load *load, struct weir_export *export);

/* state.c: checks a state's definition; *def is a normalised copy. */
int weir_state_read(const struct weir_load *load,
                    const struct weir_export *export,
                    const struct weir_state_def **def);

#endif
