/* SPDX-License-Identifier: Apache-2.0 */
/* The jobs of the swarm. Each counts words plainly, which is compared with a count by hand; most
 * also count in two ways, with opposite signs and words that are marked (~), so that what is left
 * of these is nothing. */
#ifndef WEIR_TESTS_SIM_JOBS_H
#define WEIR_TESTS_SIM_JOBS_H

#include "base/base.h"
#include "env/env.h"

struct sim_job {
    uint32_t kind;
    uint64_t seed;
    int64_t lines, rate, burst, batch_us;
    int64_t length_us, slide_us; /* of its window, if it has one */
    bool grows;                  /* it has work in every batch, more the longer it runs */
    bool keeps;                  /* blocks outlive the job's end: a window reads them again */
};

/* The next job of a seed. */
void sim_job_draw(struct sim_job *job, uint64_t seed, struct weir_random *random);

/* Appends its text. */
void sim_job_text(const struct sim_job *job, struct weir_text *to);

const char *sim_job_name(const struct sim_job *job); /* For messages. */

#endif
