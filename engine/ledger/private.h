/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's own struct. Private to ledger. */
#ifndef WEIR_LEDGER_PRIVATE_H
#define WEIR_LEDGER_PRIVATE_H

#include "ledger/ledger.h"

struct weir_ledger_waiting { /* received blocks no batch has taken yet */
    struct weir_ledger_block *blocks;
    uint32_t count, capacity;
};

struct weir_ledger {
    uint32_t input_count;
    struct weir_ledger_waiting *waiting;
    uint64_t waiting_blocks, waiting_bytes, waiting_rows;
    struct weir_ledger_batch **batches; /* [first, end), by time; trimmed at the front */
    size_t first, end, capacity;
    int64_t newest_us, committed_us;
    bool has_any, has_committed;
};

/* As weir_ledger_open, but what waits goes on waiting. */
struct weir_ledger_batch *weir_ledger_open_empty(struct weir_ledger *ledger, int64_t batch_us);

#endif
