/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the line between engine and plugin that works on state: its memory and fields, then
 * the kinds that use it: aggregates, updates, trackers, partition functions; and partitioners.
 * Included by <weir/abi.h>, which has the rules. State lies in the engine's memory as the plugin's
 * own struct; the engine finds it by key, the plugin's loop works through a chunk of it. */
#ifndef WEIR_ABI_STATE_H
#define WEIR_ABI_STATE_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what a state is made of ---- */
/* A list in a state, whatever the type of its items; weir_list(T) of list.h has the same layout. */
typedef struct { /* frozen */
    const void *items;
    uint32_t count;
    uint32_t capacity; /* room in `items`; 0: not to be written to, but into a copy */
} weir_items;

enum weir_state_form {
    WEIR_FORM_FIXED = 0, /* bool int32_t int64_t double weir_ts */
    WEIR_FORM_TEXT = 1,  /* weir_str weir_bytes, in the slab */
    WEIR_FORM_ITEMS = 2, /* weir_items of fixed width; type "bytes": of single bytes */
    WEIR_FORM_TEXTS = 3  /* weir_items of weir_str or weir_bytes: items and texts in the slab */
};
struct weir_state_field {
    const char *name, *type; /* type as in weir_field */
    uint32_t offset, bytes;  /* in the struct */
    uint32_t form;           /* enum weir_state_form */
    uint32_t item_bytes;     /* WEIR_FORM_ITEMS and _TEXTS */
};

/* Memory for the text and lists of states, owned by the engine: counted, of one partition, and as
 * old as the state that it belongs to. */
struct weir_slab {
    uint32_t size, pad;
    /* [task thread] `bytes` aligned to 8, not zeroed. NULL: beyond the limit, fail() was called. */
    void *(*take)(struct weir_slab *slab, struct weir_task *task, size_t bytes);
    /* [task thread] No state refers to it any more. The engine keeps its bytes for as long as an
     * older version of the state does. */
    void (*drop)(struct weir_slab *slab, void *memory);
};

/* States as an older version of the plugin left them, for upgrade: one row each. */
struct weir_old_states {
    uint32_t size, version;
    uint32_t count, pad;
    const struct ArrowSchema *schema; /* a struct of the old fields */
    const struct ArrowArray *rows;
};

/* A state: a struct, of which the engine saves, restores and moves the declared fields. Before the
 * first change of a state in a batch the engine sets the capacity of its lists to 0, and so keeps
 * the older version; text is never changed in place. */
struct weir_state_def {
    uint32_t size, version;
    uint32_t bytes, align;              /* sizeof and alignof the struct, at most 16 */
    uint32_t field_count, field_stride; /* fields lie field_stride bytes apart */
    const struct weir_state_field *fields;
    const char *name;
    /* [task thread] Fills old->count zeroed states from rows of an older version; NULL: there is no
     * way. */
    int (*upgrade)(struct weir_task *task,
                   struct weir_slab *slab,
                   const struct weir_old_states *old,
                   void *const *states);
};

/* ---- aggregates: many values into one state, that into one result ---- */
/* All callbacks [task thread]: 0, or the outcome of position (state) task->row; any failure fails
 * the batch. States that are made are zeroed before create. */
struct weir_aggregate_ops {
    uint32_t size, pad;
    const struct weir_state_def *state;
    /* Makes `count` empty states of zeroes. NULL: zeroes will do. */
    int (*create)(struct weir_task *task,
                  struct weir_slab *slab,
                  void *const *states,
                  size_t count);
    /* The k-th row that counts into states[k], in order; rows may share a state. */
    int (*add)(struct weir_task *task,
               struct weir_slab *slab,
               const struct weir_chunk *in,
               void *const *states);
    /* The same the other way: takes rows out again that were added before. NULL: cannot. */
    int (*remove)(struct weir_task *task,
                  struct weir_slab *slab,
                  const struct weir_chunk *in,
                  void *const *states);
    /* others[i] into states[i]: what the rows of both, one's after the other's, had made. */
    int (*merge)(struct weir_task *task,
                 struct weir_slab *slab,
                 void *const *states,
                 const void *const *others,
                 size_t count);
    /* Writes row i of `out` from states[i], as a function does; the state stays as it is. */
    int (*result)(struct weir_task *task,
                  const void *const *states,
                  size_t count,
                  struct weir_out *out);
};

/* ---- updates: every key in every batch ---- */
enum weir_answer {
    WEIR_KEEP = 0, /* the key has this state now */
    WEIR_DROP = 1, /* the key has no state any more */
    WEIR_LEAVE = 2 /* trackers: as it was before the call */
};
struct weir_update_call {
    uint32_t size, count;            /* keys of this call */
    const struct weir_chunk *keys;   /* position g: key g; a column for each field of the key */
    const struct weir_chunk *values; /* this batch's rows, one key's after the other's, each in
                                        order of arrival; sel NULL, any number of rows */
    const uint32_t *first;           /* count + 1: key g has the rows [first[g], first[g + 1]) */
    void *const *states;             /* zeroed where the key is new */
    const uint8_t *is_new;           /* 1: the key has had no state */
    uint8_t *answers;                /* enum weir_answer, written by the loop */
    struct weir_slab *slab;
    /* Updates that change keys: columns of further keys, appended by the loop, and zeroed room for
     * the state of the next one (NULL: give up, fail() was called), which is to be filled before
     * moved->rows is raised. A later state of one key replaces an earlier one. */
    struct weir_out *moved;
    void *(*moved_state)(struct weir_update_call *call, struct weir_task *task);
    void *owner;
};
enum weir_update_flags { WEIR_UPDATE_MOVES = 1 /* uses `moved` */ };
struct weir_update_ops {
    uint32_t size, flags; /* enum weir_update_flags */
    const struct weir_state_def *state;
    uint32_t key_count, pad; /* the export's first inputs are the key's fields, the others the
                                value's */
    /* [task thread] 0, or the outcome of key task->row; any failure fails the batch. */
    int (*update)(struct weir_task *task, struct weir_update_call *call);
};

/* ---- trackers: only keys with input, and keys that time out ---- */
struct weir_track_call {
    uint32_t size;
    uint32_t is_timing_out;      /* 1: rows are keys that time out: only their columns are there */
    const struct weir_chunk *in; /* columns of the key, then of the value; rows in order of arrival
                                  */
    const uint32_t *slot;        /* the k-th row that counts has the key of number slot[k] */
    void *const *states;         /* by number; zeroed where it has none */
    uint8_t *exists;             /* by number: 1 if there is a state; written by the loop */
    uint8_t *touched;            /* by number: 1 once the loop has kept or dropped it */
    struct weir_slab *slab;
};
struct weir_track_ops {
    uint32_t size, pad;
    const struct weir_state_def *state;
    uint32_t key_count, pad2; /* as in weir_update_ops */
    /* [task thread] Emits rows as an emitter does. 0, or the outcome of position task->row; any
     * failure fails the batch. */
    int (*track)(struct weir_task *task, struct weir_track_call *call, struct weir_out *out);
};

/* ---- partition functions: all rows of a partition, any number of rows out ---- */
struct weir_partition_ops {
    uint32_t size, pad;
    const struct weir_state_def *state; /* one for each partition, zeroed at its start */
    /* [task thread] The next rows of the partition; `out` as an emitter's, but that nothing is read
     * from parent. */
    int (*rows)(struct weir_task *task,
                struct weir_slab *slab,
                const struct weir_chunk *in,
                void *state,
                struct weir_out *out);
    /* [task thread] After the last row. May be NULL. */
    int (*end)(struct weir_task *task, struct weir_slab *slab, void *state, struct weir_out *out);
};

/* ---- partitioners: which partition a key belongs to ---- */
struct weir_partitioner_ops {
    uint32_t size, pad;
    /* [task thread] partition[i] = 0 to count - 1 for each position i that counts. Depends on the
     * key and `count` alone, on every machine and after every restart. */
    int (*partition)(struct weir_task *task,
                     const struct weir_chunk *in,
                     uint32_t count,
                     uint32_t *partition);
};

#ifdef __cplusplus
}
#endif
#endif
