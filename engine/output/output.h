/* SPDX-License-Identifier: Apache-2.0 */
/* Results to the outside: the step that writes a sink's partition (begin, write, prepare -> token),
 * and the commit of a batch. */
#ifndef WEIR_OUTPUT_OUTPUT_H
#define WEIR_OUTPUT_OUTPUT_H

#include "base/base.h"
#include "exec/exec.h"

/* A sink's instance on one thread. stream: its name for _stream. is_json: the user asked for
 * --json. node and the texts are borrowed. */
struct weir_sink_options {
    const char *job;
    const char *stream;
    uint32_t output;
    bool is_json;
};
int weir_sink_create(const struct weir_node *node,
                     const struct weir_sink_options *options,
                     struct weir_step **step,
                     struct weir_error *err);
void weir_sink_destroy(struct weir_step *step); /* Closes the instance. NULL is fine. */

/* After finish: the token that prepare gave, valid until the step's next task. */
weir_bytes weir_sink_token(struct weir_step *step);

/* Commits a batch on this instance (one thread at a time, batches in order): tokens in partition
 * order. *may_retry: it failed, and said that another attempt may help. */
int weir_sink_commit(struct weir_step *step,
                     int64_t batch_us,
                     const weir_bytes *tokens,
                     uint32_t count,
                     bool *may_retry,
                     struct weir_error *err);

#endif
