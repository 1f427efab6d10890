/* SPDX-License-Identifier: Apache-2.0 */
/* What a case demands beside what its run gave: outputs, their times, failed batches, refusals,
 * slices, and both parts of a run with a restart. */
#include "outcome.h"

#include "build/build.h"

#include <stdlib.h>
#include <string.h>

static void say(struct weir_text *why, const char *what, const json_t *got)
{
    char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);
    weir_text_printf(why, "%s: got %.600s", what, text);
    free(text);
}

static bool fails_as_expected(const struct cf_outcome *outcome,
                              const json_t *test,
                              struct weir_text *why)
{
    const json_t *wanted = json_object_get(test, "expect_failed");
    if (json_array_size(wanted) != json_array_size(outcome->failures)) {
        say(why, "failed batches", outcome->failures);
        return false;
    }
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        const json_t *want = json_array_get(wanted, i);
        const json_t *got = json_array_get(outcome->failures, i);
        if (json_integer_value(json_object_get(want, "batch")) !=
                json_integer_value(json_object_get(got, "batch")) ||
            strcmp(cf_text(want, "phase"), cf_text(got, "phase")) != 0 ||
            strstr(cf_text(got, "text"), cf_text(want, "contains")) == NULL) {
            say(why, "failed batches", outcome->failures);
            return false;
        }
    }
    return true;
}

static bool times_as_expected(const struct cf_outcome *outcome,
                              const json_t *test,
                              struct weir_text *why)
{
    const json_t *wanted = json_object_get(test, "expect_times_ms");
    if (wanted == NULL) {
        return true;
    }
    json_t *times = json_array();
    for (size_t i = 0; i < json_array_size(outcome->batches); i++) {
        int64_t batch = json_integer_value(json_array_get(outcome->batches, i));
        json_array_append_new(times, json_integer((batch + 1) * outcome->batch_us / 1000));
    }
    bool is_same = json_equal(times, wanted) != 0;
    if (!is_same) {
        say(why, "outputs at", times);
    }
    json_decref(times);
    return is_same;
}

/* The outputs from a batch on; the caller owns the array. */
static json_t *outputs_from(const struct cf_outcome *outcome, int64_t first)
{
    json_t *produced = json_array();
    for (size_t i = 0; i < json_array_size(outcome->outputs); i++) {
        if (json_integer_value(json_array_get(outcome->batches, i)) >= first) {
            json_array_append(produced, json_array_get(outcome->outputs, i));
        }
    }
    return produced;
}

static json_t *flattened(const json_t *batches)
{
    json_t *all = json_array();
    size_t i;
    const json_t *batch;
    json_array_foreach(batches, i, batch)
    {
        json_array_extend(all, (json_t *)(uintptr_t)batch);
    }
    return all;
}

static bool outputs_as_expected(const json_t *produced,
                                const json_t *expected,
                                const char *compare,
                                struct weir_text *why)
{
    bool is_same;
    if (strcmp(compare, "flat_multiset") == 0) {
        json_t *all = flattened(produced);
        is_same = cf_same("multiset", all, expected);
        json_decref(all);
    } else {
        is_same = json_array_size(produced) == json_array_size(expected);
        for (size_t i = 0; i < json_array_size(produced) && is_same; i++) {
            is_same = cf_same(compare, json_array_get(produced, i), json_array_get(expected, i));
        }
    }
    if (!is_same) {
        say(why, "outputs", produced);
    }
    return is_same;
}

static bool is_refused_as_expected(const struct cf_outcome *outcome,
                                   const json_t *test,
                                   struct weir_text *why)
{
    const char *wanted = cf_text(test, "expect_build_error");
    if (!outcome->is_built && strstr(outcome->err.text, wanted) != NULL) {
        return true;
    }
    weir_text_printf(why, "a build error with '%s' was expected: %s", wanted,
                     outcome->is_built ? "the pipeline was accepted" : outcome->err.text);
    return false;
}

static bool is_as_expected(const struct cf_outcome *outcome,
                           const json_t *test,
                           struct weir_text *why)
{
    if (json_object_get(test, "expect_build_error") != NULL) {
        return is_refused_as_expected(outcome, test, why);
    }
    if (!outcome->is_built || outcome->err.status != WEIR_OK) {
        weir_text_printf(why, "%s: %s", outcome->is_built ? "the job failed" : "not built",
                         outcome->err.text);
        return false;
    }
    if (!fails_as_expected(outcome, test, why) || !times_as_expected(outcome, test, why)) {
        return false;
    }
    json_t *produced = outputs_from(outcome, cf_number(test, "expect_from_batch", 0));
    bool is_same = outputs_as_expected(produced, json_object_get(test, "expect"),
                                       cf_text(test, "compare"), why);
    json_decref(produced);
    return is_same;
}

/* The batches [from, to) of an expectation, or all. The caller owns it. */
static json_t *part_of(const json_t *expected, size_t from, size_t to)
{
    json_t *part = json_array();
    for (size_t i = from; i < to && i < json_array_size(expected); i++) {
        json_array_append(part, json_array_get(expected, i));
    }
    return part;
}

/* Run 1 yields expect[0..k), run 2 expect[k-1..]. */
static bool restarts_as_expected(const struct cf_outcome *first,
                                 const struct cf_outcome *second,
                                 const json_t *test,
                                 struct weir_text *why)
{
    size_t k = (size_t)cf_number(test, "restart_after_batches", 0);
    const json_t *expect = json_object_get(test, "expect");
    const char *compare = cf_text(test, "compare");
    json_t *before = part_of(expect, 0, k);
    json_t *after = part_of(expect, k - 1, json_array_size(expect));
    if (second->err.status != WEIR_OK) {
        weir_text_printf(why, "after the restart: %s", second->err.text);
    }
    bool is_same =
        second->err.status == WEIR_OK && outputs_as_expected(first->outputs, before, compare, why);
    if (is_same && !outputs_as_expected(second->outputs, after, compare, why)) {
        weir_text_put(why, " (after the restart)");
        is_same = false;
    }
    json_decref(before);
    json_decref(after);
    return is_same;
}

bool cf_check_pipeline(struct cf_world *world, const json_t *test, struct weir_text *why)
{
    struct cf_outcome outcome, second;
    bool is_restarted = cf_number(test, "restart_after_batches", 0) > 0;
    cf_outcome_init(&second, world, test);
    cf_run(world, test, &outcome, &second);
    bool agrees = is_restarted && outcome.is_built && outcome.err.status == WEIR_OK
                      ? restarts_as_expected(&outcome, &second, test, why)
                      : is_as_expected(&outcome, test, why);
    cf_outcome_finish(&outcome);
    cf_outcome_finish(&second);
    return agrees;
}

bool cf_check_slice(struct cf_world *world, const json_t *test, struct weir_text *why)
{
    struct cf_outcome outcome, second;
    cf_outcome_init(&second, world, test);
    cf_run(world, test, &outcome, &second);
    bool agrees = outcome.is_built && outcome.err.status == WEIR_OK;
    if (!agrees) {
        weir_text_put(why, outcome.err.text);
    }
    size_t i;
    const json_t *slice;
    json_array_foreach(json_object_get(test, "slices"), i, slice)
    {
        const json_t *got = json_array_get(outcome.sliced, i);
        if (agrees &&
            (got == NULL || !cf_same("multiset", got, json_object_get(slice, "expect")))) {
            agrees = false;
            say(why, "slice", got);
        }
    }
    cf_outcome_finish(&outcome);
    cf_outcome_finish(&second);
    return agrees;
}

bool cf_check_queue_stream(struct cf_world *world, const json_t *test, struct weir_text *why)
{
    struct cf_outcome outcome, second;
    cf_outcome_init(&second, world, test);
    cf_run(world, test, &outcome, &second);
    bool agrees = outcome.is_built && outcome.err.status == WEIR_OK;
    if (!agrees) {
        weir_text_put(why, outcome.err.text);
    }
    agrees = agrees &&
             outputs_as_expected(outcome.outputs, json_object_get(test, "expect"), "list", why);
    cf_outcome_finish(&outcome);
    cf_outcome_finish(&second);
    return agrees;
}
