/* SPDX-License-Identifier: Apache-2.0 */
/* Functions and emitters: the same rows, run again and cut differently, must give the same. */
#include "kit/finding.h"
#include "kit/sample.h"

#include <string.h>

bool weir_type_is_plain(const struct weir_type *type)
{
    return type != NULL && type->kind != WEIR_TYPE_LIST && type->kind != WEIR_TYPE_STRUCT &&
           type->kind != WEIR_TYPE_NULL;
}

static bool has_plain_types(const struct weir_type_field *fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!weir_type_is_plain(fields[i].type)) {
            return false;
        }
    }
    return count <= WEIR_PARAMETERS_MAX;
}

/* ---- ways to cut ---- */
static void whole(struct weir_trial *trial)
{
    weir_trial_run(trial, NULL, 0);
}

static void halves(struct weir_trial *trial)
{
    uint16_t odd[WEIR_SAMPLE_ROWS], even[WEIR_SAMPLE_ROWS];
    for (uint32_t i = 0; i < WEIR_SAMPLE_ROWS / 2; i++) {
        even[i] = (uint16_t)(2 * i);
        odd[i] = (uint16_t)(2 * i + 1);
    }
    weir_trial_run(trial, odd, WEIR_SAMPLE_ROWS / 2);
    weir_trial_run(trial, even, WEIR_SAMPLE_ROWS / 2);
}

static void single_rows(struct weir_trial *trial)
{
    for (uint32_t i = WEIR_SAMPLE_ROWS; i-- > 0;) {
        const uint16_t row = (uint16_t)i;
        weir_trial_run(trial, &row, 1);
    }
}

static void constants(struct weir_trial *trial)
{
    for (uint32_t i = 0; i < WEIR_SAMPLE_ROWS; i++) {
        weir_trial_run_constant(trial, i);
    }
}

struct way {
    const char *check, *says;
    void (*run)(struct weir_trial *trial);
};
static const struct way ways[] = {
    {"determinism", "another instance, the same chunk", whole},
    {"halves", "every second row by a selection, then the others", halves},
    {"single rows", "one row at a time, backwards", single_rows},
    {"constants", "every row as constants", constants},
};

/* Adds a finding of the first row that differs; false: none does. */
static bool put_difference(const struct weir_trial *base,
                           const struct weir_trial *other,
                           const struct way *way,
                           struct weir_findings *findings)
{
    for (uint32_t row = 0; row < WEIR_SAMPLE_ROWS; row++) {
        weir_str a = weir_text_str(&base->results[row]), b = weir_text_str(&other->results[row]);
        if (a.count == b.count && memcmp(a.bytes, b.bytes, a.count) == 0) {
            continue;
        }
        struct weir_text arguments;
        weir_text_init(&arguments);
        weir_sample_print(base->sample, row, &arguments);
        weir_finding_put(findings, WEIR_FINDING_FAIL, way->check,
                         "%s: expected %.200s, found %.200s for (%.200s)", way->says,
                         a.count == 0 ? "no row" : a.bytes, b.count == 0 ? "no row" : b.bytes,
                         weir_text_str(&arguments).bytes);
        weir_text_finish(&arguments);
        return true;
    }
    return false;
}

static void try_way(const struct weir_trial *base,
                    struct weir_trial *other,
                    const struct way *way,
                    struct weir_findings *findings)
{
    weir_finding_begin(way->check);
    weir_trial_begin(other);
    way->run(other);
    if (!put_difference(base, other, way, findings)) {
        weir_finding_put(findings, WEIR_FINDING_PASS, way->check, "%s, %d rows", way->says,
                         WEIR_SAMPLE_ROWS);
    }
}

static void put_returned(const struct weir_trial *trial, struct weir_findings *findings)
{
    if (trial->wrong.count > 0) {
        weir_finding_put(findings, WEIR_FINDING_FAIL, "results",
                         "expected rows of its types, found "
                         "%s",
                         trial->wrong.bytes);
    } else {
        weir_finding_put(findings, WEIR_FINDING_PASS, "results", "cells, texts and parents hold");
    }
}

/* Two instances are open at once: what they share shows. */
static void compare(struct weir_trial *base,
                    struct weir_trial *other,
                    const struct weir_operator *op,
                    struct weir_findings *findings)
{
    weir_finding_begin("results");
    base->seed = other->seed = findings->seed;
    weir_trial_begin(base);
    whole(base);
    put_returned(base, findings);
    if ((op->flags & WEIR_NONDETERMINISTIC) != 0) {
        weir_finding_put(findings, WEIR_FINDING_SKIP, "determinism",
                         "it says that it is not: WEIR_NONDETERMINISTIC");
        return;
    }
    for (size_t i = 0; i < sizeof ways / sizeof ways[0] && base->wrong.count == 0; i++) {
        if (ways[i].run != constants || op->in_count > 0) {
            try_way(base, other, &ways[i], findings);
        }
    }
    if (base->wrong.count == 0 && other->wrong.count > 0) {
        put_returned(other, findings);
    }
}

static bool run_trials(const struct weir_operator *op,
                       const struct weir_param_value *params,
                       const struct weir_type *out,
                       struct weir_findings *findings)
{
    struct weir_sample sample;
    struct weir_trial *trials = weir_alloc(2 * sizeof *trials);
    struct weir_error err = {0};
    bool holds = false;
    weir_sample_make(&sample, op, findings->seed);
    weir_finding_begin("instances");
    int first = weir_trial_open(&trials[0], op, params, &sample, out, &err);
    int second = weir_trial_open(&trials[1], op, params, &sample, out, &err);
    if (first != WEIR_OK || second != WEIR_OK) {
        weir_finding_put(findings, WEIR_FINDING_FAIL, "instances",
                         "expected two that open at once, found: %s", err.text);
    } else {
        weir_finding_put(findings, WEIR_FINDING_PASS, "instances", "two are open at once");
        compare(&trials[0], &trials[1], op, findings);
        holds = trials[0].wrong.count == 0;
    }
    weir_finding_begin("closing");
    weir_trial_close(&trials[0]);
    weir_trial_close(&trials[1]);
    weir_free(trials);
    weir_sample_finish(&sample);
    return holds;
}

bool weir_check_loop(const struct weir_operator *op,
                     const struct weir_param_value *params,
                     struct weir_findings *findings)
{
    const struct weir_type_field *fields;
    uint32_t count;
    struct weir_error err = {0};
    struct weir_arena arena;
    bool holds = false;
    if (!has_plain_types(op->in, op->in_count)) {
        weir_finding_put(findings, WEIR_FINDING_SKIP, "determinism",
                         "no rows can be made up for %s", op->signature);
        return false;
    }
    weir_arena_init(&arena);
    weir_finding_begin("bind");
    if (weir_operator_bind_output(op, params, op->in, op->in_count, &arena, &fields, &count,
                                  &err) != WEIR_OK) {
        weir_finding_put(findings, WEIR_FINDING_FAIL, "bind", "expected output fields, found: %s",
                         err.text);
    } else {
        holds = run_trials(op, params, weir_type_struct(&arena, fields, count), findings);
    }
    weir_arena_finish(&arena);
    return holds;
}
