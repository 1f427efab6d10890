/* SPDX-License-Identifier: Apache-2.0 */
/* Which streams have an RDD at a batch time, which have none, and which cannot be formed. Source:
 * the reference's DStreams, ../conformance behaviours 69 to 71. Private to driver. */
#ifndef WEIR_DRIVER_FORM_H
#define WEIR_DRIVER_FORM_H

#include "driver/private.h"

enum weir_formed {
    WEIR_FORM_NOT_ASKED = 0, /* not at this time: its slide is longer */
    WEIR_FORM_RDD,
    WEIR_FORM_NONE,
    WEIR_FORM_FAILED
};

/* What is remembered of a stream. */
struct weir_form_node {
    uint32_t input;                  /* of an input node; else WEIR_NOT_AN_INPUT */
    int64_t none_until_us;           /* update_state_by_key: it had no RDD up to here */
    struct weir_failure *broken;     /* states: one failed, so all that follow fail */
    struct weir_failed_times failed; /* that windows may reach */
    int64_t remember_us;
};

struct weir_form {
    uint32_t node_count;
    struct weir_form_node *nodes;
    enum weir_formed *outcomes;     /* by node, of the batch under way */
    struct weir_failure **failures; /* by node, of the batch under way; one reference each */
    bool *wanted;                   /* by stage */
};

/* ---- ask.c ---- */
/* Asks a node for its RDD of the batch; those with smaller ids have been asked. */
enum weir_formed weir_form_ask(struct weir_driver *driver,
                               const struct weir_batch *batch,
                               const struct weir_node *node);

#endif
