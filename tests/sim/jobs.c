/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of jobs, with their numbers drawn from a seed. */
#include "jobs.h"

#include <inttypes.h>

enum { BATCHES_MAX = 120 }; /* of jobs whose batches cost more the longer they run */

/* $L, $S: length and slide; $A: longer than the job. */
static const struct kind {
    const char *name;
    bool keeps, grows;
    const char *text;
} kinds[] = {
    {"count", false, false, ""},
    {"windows", true, false,
     "words | count_by_value_and_window length=$L slide=$S"
     " | map key = sim.mark(word), value = sim.minus(count) | sim.tally\n"
     "words | window $L, $S | count_by_value"
     " | map key = sim.mark(word), value = count | sim.tally\n"
     "pairs | reduce_by_key_and_window sim.add length=$L slide=$S inverse=none"
     " | map key = sim.mark(key), value | sim.tally\n"
     "words | window $L, $S | map key = sim.mark(word), value = sim.minus(sim.one(word))"
     " | reduce_by_key sim.add | sim.tally\n"
     "pairs | aggregate value = sim.held(value) by=[key] length=$L slide=$S"
     " | map key = sim.mark(key), value | sim.tally\n"
     "pairs | reduce_by_key_and_window sim.add length=$L slide=$S inverse=none"
     " | map key = sim.mark(key), value = sim.minus(value) | sim.tally\n"},
    {"joins", false, false,
     "counts = pairs | reduce_by_key sim.add\n"
     "many = counts | filter sim.is_many(value)\n"
     "counts | join counts | map key = sim.mark(key), value = value.left | sim.tally\n"
     "counts | map key = sim.mark(key), value = sim.minus(value) | sim.tally\n"
     "counts | left_outer_join many | map key = sim.mark(key), value = value.left | sim.tally\n"
     "many | right_outer_join counts | map key = sim.mark(key), value = sim.minus(value.right)"
     " | sim.tally\n"},
    {"states", true, true,
     "risen = pairs | map_with_state sim.rise\n"
     "risen | map key = sim.mark(key), value | sim.tally\n"
     "pairs | reduce_by_key sim.add | map key = sim.mark(key), value = sim.minus(value)"
     " | sim.tally\n"
     "risen | state_snapshots | map key = sim.mark(key), value | sim.tally\n"
     "pairs | update_state_by_key sim.total | map key = sim.mark(key), value = sim.minus(value)"
     " | sim.tally\n"},
    {"state and window", true, true,
     "pairs | update_state_by_key sim.total | map key = sim.mark(key), value | sim.tally\n"
     "pairs | reduce_by_key_and_window sim.add length=$A slide=$B"
     " | map key = sim.mark(key), value = sim.minus(value) | sim.tally\n"},
};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

void sim_job_draw(struct sim_job *job, uint64_t seed, struct weir_random *random)
{
    *job = (struct sim_job){.seed = seed};
    job->kind = (uint32_t)weir_random_below(random, KIND_COUNT);
    job->lines = (int64_t)weir_random_below(random, 400) + 1;
    job->rate = (int64_t)weir_random_below(random, 2000) + 10;
    job->burst = (int64_t)weir_random_below(random, 40) + 1;
    job->batch_us = ((int64_t)weir_random_below(random, 200) + 1) * 1000;
    int64_t length = (int64_t)weir_random_below(random, 6) + 1;
    int64_t slide = (int64_t)weir_random_below(random, 3) + 1;
    job->keeps = kinds[job->kind].keeps;
    job->grows = kinds[job->kind].grows;
    if (job->grows) {
        int64_t least_us = job->lines * 1000000 / job->rate / BATCHES_MAX / 1000 * 1000;
        job->batch_us = job->batch_us > least_us ? job->batch_us : least_us;
    }
    job->length_us = (length > slide ? length : slide) * job->batch_us;
    job->slide_us = slide * job->batch_us;
}

static void put_ms(int64_t us, struct weir_text *to)
{
    weir_text_printf(to, "%" PRId64 "ms", us / 1000);
}

void sim_job_text(const struct sim_job *job, struct weir_text *to)
{
    weir_text_printf(to,
                     "job swarm on_error=retry\n"
                     "words = sim.lines seed=%" PRIu64 " rate=%" PRId64 " limit=%" PRId64
                     " burst=%" PRId64 " | flat_map word = sim.words(line)\n"
                     "pairs = words | map key = word, value = sim.one(word)\n"
                     "pairs | reduce_by_key sim.add | sim.tally\n",
                     job->seed, job->rate, job->lines, job->burst);
    for (const char *at = kinds[job->kind].text; *at != '\0'; at++) {
        if (*at != '$') {
            weir_text_append(to, at, 1);
            continue;
        }
        at++;
        put_ms(*at == 'L'   ? job->length_us
               : *at == 'S' ? job->slide_us
               : *at == 'B' ? job->batch_us
                            : job->batch_us * 100000,
               to);
    }
}

const char *sim_job_name(const struct sim_job *job)
{
    return kinds[job->kind].name;
}
