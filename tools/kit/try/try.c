/* SPDX-License-Identifier: Apache-2.0 */
/* The order of things: a call that opens, one use, the same again, the laws of its kind, faults. */
#include "kit/try/try.h"

#include "kit/try/cell.h"

#include <string.h>

enum { NULL_SHARE = 9 };

static bool is_outside(const struct weir_operator *op)
{
    return op->kind == WEIR_KIND_RECEIVER || op->kind == WEIR_KIND_SOURCE ||
           op->kind == WEIR_KIND_SINK;
}

static bool has_required(const struct weir_operator *op)
{
    for (uint32_t i = 0; i < op->param_count; i++) {
        if ((op->params[i]->flags & WEIR_PARAM_REQUIRED) != 0) {
            return true;
        }
    }
    return false;
}

/* ---- one use, and again ---- */
static bool check_use(struct weir_try *t)
{
    struct weir_harness *h;
    weir_finding_begin("results");
    int failed = weir_harness_open(&h, t->made.file, t->made.call);
    failed = failed != 0 ? failed : weir_try_use(t, h, &t->usual);
    t->asked = failed != 0 ? 0 : weir_harness_asked(h, NULL);
    if (failed == 0) {
        weir_finding_put(t->findings, WEIR_FINDING_PASS, "results", "%.200s: what it returns holds",
                         t->made.call);
    } else if (is_outside(t->made.op)) {
        /* it may need a peer, or a file of some form */
        weir_finding_put(t->findings, WEIR_FINDING_SKIP, "results",
                         "its own test has to try it: %.400s", weir_harness_error(h));
    } else {
        weir_finding_put(t->findings, WEIR_FINDING_FAIL, "results",
                         "%.200s: expected rows of its types, found: %.400s", t->made.call,
                         weir_harness_error(h));
    }
    weir_finding_begin("closing");
    weir_harness_close(h);
    return failed == 0;
}

static void check_again(struct weir_try *t)
{
    struct weir_text found;
    if ((t->made.op->flags & WEIR_NONDETERMINISTIC) != 0) {
        weir_finding_put(t->findings, WEIR_FINDING_SKIP, "determinism",
                         "it says that it is not: WEIR_NONDETERMINISTIC");
        return;
    }
    weir_text_init(&found);
    weir_finding_begin("determinism");
    const char *why = weir_try_once(t, t->made.call, &found);
    weir_try_put_law(t, "determinism", "another instance, the same rows", why, &t->usual, &found);
    weir_text_finish(&found);
}

static void check_laws(struct weir_try *t)
{
    const enum weir_kind kind = t->made.op->kind;
    if (kind == WEIR_KIND_AGGREGATE) {
        weir_try_aggregate(t);
    } else if (kind == WEIR_KIND_UPDATE || kind == WEIR_KIND_TRACK) {
        weir_try_keyed(t);
    } else if (kind == WEIR_KIND_CODEC) {
        weir_try_codec(t);
    } else if (!is_outside(t->made.op) && (t->made.op->flags & WEIR_NONDETERMINISTIC) == 0) {
        weir_try_rows(t);
    }
}

static void begin(struct weir_try *t,
                  const struct weir_operator *op,
                  const char *file,
                  struct weir_findings *findings)
{
    memset(t, 0, sizeof *t);
    t->findings = findings;
    weir_made_init(&t->made, op, file, findings->seed);
    for (uint32_t i = 0; i < WEIR_TRY_PARTS; i++) {
        weir_text_init(&t->rows[i]);
        weir_made_rows(&t->made, WEIR_TRY_PART_ROWS,
                       op->kind == WEIR_KIND_CODEC || i % 2 == 0 ? 0 : NULL_SHARE, &t->rows[i]);
    }
    weir_text_init(&t->usual);
}

static void finish(struct weir_try *t)
{
    for (uint32_t i = 0; i < WEIR_TRY_PARTS; i++) {
        weir_text_finish(&t->rows[i]);
    }
    weir_text_finish(&t->usual);
    weir_made_finish(&t->made);
}

void weir_try_loop(const struct weir_operator *op, const char *file, struct weir_findings *findings)
{
    struct weir_try t;
    struct weir_harness *h;
    weir_finding_begin("refusals");
    begin(&t, op, file, findings);
    if (t.made.refused == NULL) {
        const bool is_open = weir_harness_open(&h, file, t.made.call) == 0;
        const bool is_used = is_open && weir_try_use(&t, h, &t.usual) == 0;
        t.asked = weir_harness_asked(h, NULL);
        weir_harness_close(h);
        if (is_used) {
            weir_try_faults(&t);
        }
    }
    finish(&t);
}

void weir_try_operator(const struct weir_operator *op,
                       const char *file,
                       struct weir_findings *findings)
{
    struct weir_try t;
    weir_finding_begin("instances");
    begin(&t, op, file, findings);
    if (t.made.refused != NULL) {
        const bool is_excused = is_outside(op) || has_required(op) || op->kind == WEIR_KIND_CODEC;
        weir_finding_put(findings, is_excused ? WEIR_FINDING_SKIP : WEIR_FINDING_FAIL, "instances",
                         "expected a call that opens, found: %s", t.made.refused);
    } else if (check_use(&t)) {
        if (op->kind != WEIR_KIND_RECEIVER && op->kind != WEIR_KIND_SINK) {
            check_again(&t);
        }
        check_laws(&t);
        weir_try_faults(&t);
    }
    finish(&t);
}
