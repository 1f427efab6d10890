/* SPDX-License-Identifier: Apache-2.0 */
/* How long a stream of the reference keeps its RDDs, and how often it is checkpointed. What weir
 * keeps follows from the windows alone (weir_graph_remember_us); these are the durations that users
 * may ask for and be told. Source: the reference's DStream.initialize. */
#ifndef WEIR_STREAM_REMEMBER_H
#define WEIR_STREAM_REMEMBER_H

#include <stdbool.h>
#include <stdint.h>

/* At least its slide, and twice its checkpoint interval, if it has one (else 0); at least what was
 * asked for, by the job or by the stream that reads it: that one's own duration and its window. */
static inline int64_t weir_remember(int64_t slide, int64_t checkpoint, int64_t asked)
{
    int64_t least = checkpoint >= slide ? 2 * checkpoint : slide;
    return asked > least ? asked : least;
}

/* Every how long the state is checkpointed, where the job does not say: map_with_state every ten
 * slides, other states and incremental windows every 10 s, rounded up to slides. In ms. */
static inline int64_t weir_checkpoint_interval_ms(int64_t slide_ms, bool is_map_with_state)
{
    return is_map_with_state ? 10 * slide_ms : (10000 + slide_ms - 1) / slide_ms * slide_ms;
}

#endif
