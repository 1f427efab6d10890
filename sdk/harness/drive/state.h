/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the harness: states by key, and the memory of their text and lists, as the engine keeps
 * them: what a batch changes can be undone, and what it drops is freed when it has succeeded. */
#ifndef WEIR_HARNESS_STATE_H
#define WEIR_HARNESS_STATE_H

#include "../harness.h"

struct weir_harness_slab {
    struct weir_slab slab; /* first: the plugin's pointer is ours */
    void **live;           /* blocks that were taken and not dropped */
    size_t live_count, live_capacity;
    void **dropped; /* in this batch */
    size_t dropped_count, dropped_capacity;
    bool is_wrong; /* dropped what it never gave */
};

struct weir_harness_state { /* one key's */
    struct weir_blob key;   /* its cells, as text */
    char *memory, *before;  /* the struct; what it was when the batch began */
    bool exists, existed;
    int64_t touched_us; /* trackers: when it was last kept */
};

struct weir_harness_states {
    const struct weir_state_def *def;
    struct weir_harness_slab slab;
    struct weir_harness_state *of;
    size_t count, capacity;
    int64_t timeout_us;
    struct weir_blob group; /* aggregates: the one that is fed */
};

/* ---- slab.c ---- */
void weir_harness_slab_init(struct weir_harness_slab *slab);
void weir_harness_slab_finish(struct weir_harness_slab *slab);

/* A dropped block is needed after all. */
void weir_harness_slab_keep(struct weir_harness_slab *slab, void *memory);

/* The batch has succeeded: what it dropped is freed. */
void weir_harness_slab_commit(struct weir_harness_slab *slab);

/* ---- state.c ---- */
/* The states of the open operator; NULL, and failed: it has none. */
struct weir_harness_states *weir_harness_states_of(struct weir_harness *h);

/* Zeroed memory for one state. */
char *weir_harness_state_memory(const struct weir_state_def *def);

/* The state of a key; makes one that does not exist. */
struct weir_harness_state *weir_harness_state_get(struct weir_harness_states *states, weir_str key);

/* Takes the i-th away: its text and lists are dropped. */
void weir_harness_state_remove(struct weir_harness_states *states, size_t i);

/* A batch begins: older versions are kept. It has failed: they are back. */
void weir_harness_states_begin(struct weir_harness_states *states);
void weir_harness_states_undo(struct weir_harness_states *states);

/* Have all blocks an owner, and all texts and lists a block? Else it fails. */
int weir_harness_states_check(struct weir_harness *h);

/* Appends the fields of a state as text: cells with | between them. */
void weir_harness_state_print(const struct weir_state_def *def,
                              const char *memory,
                              struct weir_blob *to);

/* The inputs [first, first + count) as a struct of their own. */
const struct weir_harness_type *weir_harness_fields_of(struct weir_harness *h,
                                                       uint32_t first,
                                                       uint32_t count);

#endif
