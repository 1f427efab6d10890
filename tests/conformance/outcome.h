/* SPDX-License-Identifier: Apache-2.0 */
/* What the run of a case gave: filled by run.c, judged by expect.c. */
#ifndef WEIR_CONFORMANCE_OUTCOME_H
#define WEIR_CONFORMANCE_OUTCOME_H

#include "engine.h"
#include "run.h"

/* What a run gave. */
struct cf_outcome {
    const struct cf_type *type; /* of the outputs */
    json_t *batches;            /* numbers of the batches that gave an RDD */
    json_t *outputs;            /* their records */
    json_t *failures;           /* {batch, phase, text} */
    struct weir_error err;      /* of building or running */
    bool is_built;
    int64_t batch_us;
    struct weir_env *env;
    struct weir_run *job;
    uint32_t in;           /* node of the first input's records */
    int64_t last_us;       /* the batch after which slices are asked for; 0: none */
    const json_t *slices;  /* to be asked for, */
    json_t *sliced;        /* and what they gave */
    int64_t checkpoint_us; /* the batch after which a checkpoint is taken; 0: none */
    struct weir_text checkpoint;
};

/* Empty, of a case that is not run yet. The world and the test outlive it. */
void cf_outcome_init(struct cf_outcome *outcome, struct cf_world *world, const json_t *test);
void cf_outcome_finish(struct cf_outcome *outcome);

/* Declares, compiles and runs a case. `outcome` is made here; `second`, initialized by the caller,
 * is filled if the case has a restart. The caller finishes both. */
void cf_run(struct cf_world *world,
            const json_t *test,
            struct cf_outcome *outcome,
            struct cf_outcome *second);

#endif
