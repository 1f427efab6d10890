/* SPDX-License-Identifier: Apache-2.0 */
/* A table of states beside a plain array of what must be in it. */
#ifndef WEIR_TESTS_UNIT_STATE_MODEL_H
#define WEIR_TESTS_UNIT_STATE_MODEL_H

#include "state/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct tally { /* the state */
    int64_t sum;
    weir_str name;
    weir_items list; /* of int64_t */
};

enum { MODEL_KEYS = 6000, MODEL_LIST = 6 };

struct model_state {
    bool exists;
    int64_t sum, touched_us;
    char name[40];
    uint32_t list_count;
    int64_t list[MODEL_LIST];
};

struct model {
    struct weir_state_table table;
    uint32_t key_count;
    struct model_state now[MODEL_KEYS], before[MODEL_KEYS];
    uint64_t random;
};

extern const struct weir_state_def tally_def;
const struct weir_type_field *tally_fields(void);

void model_init(struct model *model, uint32_t key_count, bool has_timeout, uint64_t seed);
uint32_t model_random(struct model *model, uint32_t below);

/* Key k as a view of 4 to 30 bytes; long ones lie in `heap`, heap 0. */
struct weir_key model_key(uint32_t k, struct weir_buffer *heap);
uint64_t model_hash(uint32_t k);

/* The number of a key in the table. */
uint32_t model_number(struct weir_key key);

/* The slots of keys ks in the batch under way. */
void model_find(struct model *model, const uint32_t *ks, uint32_t count, uint32_t *slots);

/* Changes the state of a slot, as an operator does, and the model with it. */
void model_change(struct model *model, uint32_t k, uint32_t slot);
void model_remove(struct model *model, uint32_t k, uint32_t slot);

/* The table holds what the model holds. */
void model_check(struct model *model);
void model_check_view(const struct model *model,
                      const struct model_state *want,
                      const struct weir_state_view *view);

#endif
