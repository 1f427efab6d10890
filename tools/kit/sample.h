/* SPDX-License-Identifier: Apache-2.0 */
/* Random rows for an operator's arguments, and one instance that is run over some of them. What
 * comes out is kept as text, by input row, so that two runs can be compared however they were cut.
 */
#ifndef WEIR_TOOLS_KIT_SAMPLE_H
#define WEIR_TOOLS_KIT_SAMPLE_H

#include "plugin/plugin.h"

enum { WEIR_SAMPLE_ROWS = 64 };

/* Columns of plain types; their texts lie in one heap, number 1 of a run's two. */
struct weir_sample {
    uint32_t count;
    struct weir_column columns[WEIR_PARAMETERS_MAX];
    struct weir_buffer *heap;
    struct weir_arena arena;
};

/* Rows for the arguments of an operator whose types are all plain. */
void weir_sample_make(struct weir_sample *sample, const struct weir_operator *op, uint64_t seed);
void weir_sample_finish(struct weir_sample *sample);

/* Appends the arguments of a row as JSON, with commas between. */
void weir_sample_print(const struct weir_sample *sample, uint32_t row, struct weir_text *to);

/* One instance at work. */
struct weir_trial {
    struct weir_call call; /* first: is its task */
    const struct weir_sample *sample;
    const struct weir_type *out; /* the struct of what it gives */
    bool is_emitter;
    struct weir_step_heaps heaps; /* the sample's, twice, then those of the results */
    struct weir_lent lent;
    struct ArrowArray moved;
    struct weir_column *columns; /* of what came out, where it is more than cells */
    bool has_columns;
    bool is_sound;                              /* the last call gave nothing that cannot be */
    struct weir_text results[WEIR_SAMPLE_ROWS]; /* by input row */
    struct weir_text wrong;                     /* what it must not return; empty: nothing */
    int32_t constant; /* the row that all arguments are constants of; -1: columns */
    const uint16_t *shown;
    uint32_t shown_count;
    uint64_t seed;
};

/* Opens an instance. The trial may be finished whatever this answers. */
int weir_trial_open(struct weir_trial *trial,
                    const struct weir_operator *op,
                    const struct weir_param_value *params,
                    const struct weir_sample *sample,
                    const struct weir_type *out,
                    struct weir_error *err);
void weir_trial_close(struct weir_trial *trial);

/* Forgets what came out before. */
void weir_trial_begin(struct weir_trial *trial);

/* Runs the loop over these rows; sel NULL: over all, without a selection. */
void weir_trial_run(struct weir_trial *trial, const uint16_t *sel, uint32_t count);

/* The same with the arguments of one row as constants. */
void weir_trial_run_constant(struct weir_trial *trial, uint32_t row);

#endif
