/* SPDX-License-Identifier: Apache-2.0 */
/* An engine that refuses, a process that is killed in the middle, parameters at the ends of their
 * ranges. Crashes happen in a child of this child. */
#include "kit/try/cell.h"
#include "kit/try/try.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REFUSALS_MAX = 12, CRASHES_MAX = 3, SINK_STEPS = 4 };

static bool is_outside(const struct weir_try *t)
{
    const enum weir_kind kind = t->made.op->kind;
    return kind == WEIR_KIND_RECEIVER || kind == WEIR_KIND_SOURCE || kind == WEIR_KIND_SINK;
}

/* ---- refusals ---- */
/* NULL, or what is wrong: it went on as if nothing had been refused, and gave something else. */
static const char *refuse(struct weir_try *t, uint64_t after, struct weir_text *found)
{
    struct weir_harness *h;
    bool was_refused = false;
    const char *wrong = NULL;
    found->count = 0;
    if (weir_harness_open(&h, t->made.file, t->made.call) == 0) {
        (void)weir_harness_refuse(h, after, false);
        const int failed = weir_try_use(t, h, found);
        (void)weir_harness_asked(h, &was_refused);
        if (failed == 0 && was_refused && t->made.op->kind != WEIR_KIND_RECEIVER &&
            !weir_rows_are_same(weir_text_str(&t->usual).bytes, weir_text_str(found).bytes, true)) {
            wrong = weir_arena_printf(&t->made.arena,
                                      "call %llu for room or memory was refused: expected it to "
                                      "fail, found other rows",
                                      (unsigned long long)after + 1);
        }
    }
    weir_harness_close(h);
    return wrong;
}

static void check_refusals(struct weir_try *t)
{
    const uint64_t count = t->asked < REFUSALS_MAX ? t->asked : REFUSALS_MAX;
    struct weir_text found;
    const char *wrong = NULL;
    weir_finding_begin("refusals");
    if (count == 0) { /* it asks the engine for nothing */
        return;
    }
    weir_text_init(&found);
    for (uint64_t i = 0; i < count && wrong == NULL; i++) {
        wrong = refuse(t, i * t->asked / count, &found);
    }
    weir_finding_put(
        t->findings, wrong == NULL ? WEIR_FINDING_PASS : WEIR_FINDING_FAIL, "refusals", "%s",
        wrong != NULL ? wrong
                      : weir_arena_printf(&t->made.arena, "%llu of %llu calls refused, one each",
                                          (unsigned long long)count, (unsigned long long)t->asked));
    weir_text_finish(&found);
}

/* ---- crashes ---- */
/* A use that is killed: in the call `after`, or, of a sink, behind a callback. */
static bool crash(struct weir_try *t, uint64_t after, uint32_t step)
{
    int status = 0;
    (void)fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        struct weir_harness *h;
        struct weir_text unused;
        weir_text_init(&unused);
        t->crash_step = step;
        if (weir_harness_open(&h, t->made.file, t->made.call) == 0) {
            if (step == 0) {
                (void)weir_harness_refuse(h, after, true);
            }
            (void)weir_try_use(t, h, &unused);
        }
        _exit(0);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGKILL;
}

static void check_crashes(struct weir_try *t)
{
    const uint64_t asked = t->asked < CRASHES_MAX ? t->asked : CRASHES_MAX;
    const uint32_t steps = t->made.op->kind == WEIR_KIND_SINK ? SINK_STEPS : 0;
    uint32_t killed = 0;
    const char *why = NULL;
    struct weir_text found;
    weir_finding_begin("crashes");
    weir_text_init(&found);
    for (uint64_t i = 0; i < asked + steps && why == NULL; i++) {
        const bool is_step = i >= asked;
        killed +=
            crash(t, is_step ? 0 : i * t->asked / asked, is_step ? (uint32_t)(i - asked) + 1 : 0);
        found.count = 0;
        why = weir_try_once(t, t->made.call, &found);
    }
    if (why != NULL) {
        weir_finding_put(t->findings, WEIR_FINDING_FAIL, "crashes",
                         "after a use that was killed: expected the next one to work, found: %s",
                         why);
    } else if (killed > 0) { /* else no callback asks for anything that it could be killed in */
        weir_finding_put(t->findings, WEIR_FINDING_PASS, "crashes",
                         "killed in %u callbacks, and used again each time", killed);
    }
    weir_text_finish(&found);
}

/* ---- parameters ---- */
/* NULL, or why a value within its declared range does not work. An instance that does not open says
 * why: several parameters may have to fit. */
static const char *try_value(struct weir_try *t, const struct weir_param *param, const char *value)
{
    const char *call = weir_made_call_with(&t->made, param->name, value);
    struct weir_harness *h;
    struct weir_text found;
    const char *why = NULL;
    weir_text_init(&found);
    if (weir_harness_open(&h, t->made.file, call) == 0 && weir_try_use(t, h, &found) != 0) {
        why = weir_arena_printf(&t->made.arena, "%s=%s: expected it to work, found: %.400s",
                                param->name, value, weir_harness_error(h));
    }
    weir_harness_close(h);
    weir_text_finish(&found);
    return why;
}

static void check_ranges(struct weir_try *t)
{
    uint32_t tried = 0;
    const char *why = NULL;
    weir_finding_begin("ranges");
    for (uint32_t i = 0; i < t->made.op->param_count && why == NULL; i++) {
        const struct weir_param *param = t->made.op->params[i];
        const char *const ends[] = {param->min, param->max};
        for (size_t e = 0; e < 2 && why == NULL; e++) {
            if (ends[e] != NULL) {
                why = try_value(t, param, ends[e]);
                tried++;
            }
        }
    }
    if (tried > 0) {
        weir_finding_put(t->findings, why == NULL ? WEIR_FINDING_PASS : WEIR_FINDING_FAIL, "ranges",
                         "%s",
                         why != NULL ? why
                                     : weir_arena_printf(&t->made.arena,
                                                         "%u values at the ends of the ranges that "
                                                         "parameters declare",
                                                         tried));
    }
}

void weir_try_faults(struct weir_try *t)
{
    check_refusals(t);
    check_crashes(t);
    if (!is_outside(t)) {
        check_ranges(t);
    }
}
