/* SPDX-License-Identifier: Apache-2.0 */
/* Where the files of the benchmarks lie: made once, then kept. */
#ifndef WEIR_TOOLS_BENCH_DATA_H
#define WEIR_TOOLS_BENCH_DATA_H

#include "base/base.h"

#include <stdint.h>

/* FOLDER/01.txt ... of `mib` MiB each, seeds 1 ... count, in $WEIR_PEERS_DIR, else
 * $XDG_CACHE_HOME/weir-peers, else ~/.cache/weir-peers. Makes those that are missing and reads all
 * of them once, so that they are in the page cache. *path: of the folder, on the arena. */
int weir_bench_data(struct weir_arena *arena,
                    const char *folder,
                    uint32_t count,
                    uint64_t mib,
                    const char **path,
                    struct weir_error *err);

#endif
