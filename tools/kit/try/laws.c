/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold however rows are cut: of aggregates, of operators with a state for each key, of
 * those that take rows one by one. */
#include "kit/try/cell.h"
#include "kit/try/try.h"

#include <string.h>

enum { LINES = WEIR_TRY_PARTS * WEIR_TRY_PART_ROWS, SHOWN_BYTES = 120 };

/* The rows of all parts, one by one; they point into the parts. */
struct lines {
    const char *at[LINES];
    size_t count[LINES];
};

static void cut_lines(const struct weir_try *t, struct lines *lines)
{
    for (size_t i = 0; i < LINES; i++) {
        const char *part = t->rows[i / WEIR_TRY_PART_ROWS].bytes;
        const char *before = i % WEIR_TRY_PART_ROWS == 0 ? part : lines->at[i - 1];
        lines->at[i] = i % WEIR_TRY_PART_ROWS == 0 ? part : before + lines->count[i - 1] + 1;
        lines->count[i] = strcspn(lines->at[i], "\n");
    }
}

/* Rows from, from + step ... (`count` of them, modulo all) as one text. */
static void join_lines(
    const struct lines *lines, size_t from, size_t step, size_t count, struct weir_text *to)
{
    to->count = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t line = (from + i * step) % LINES;
        weir_text_append(to, lines->at[line], lines->count[line]);
        weir_text_put(to, "\n");
    }
}

void weir_try_put_law(struct weir_try *t,
                      const char *check,
                      const char *says,
                      const char *why,
                      const struct weir_text *expected,
                      const struct weir_text *found)
{
    const char *a = weir_text_str(expected).bytes;
    const char *b = weir_text_str(found).bytes;
    if (why != NULL) {
        weir_finding_put(t->findings, WEIR_FINDING_FAIL, check,
                         "%s: expected it to work, found: %s", says, why);
        return;
    }
    if (weir_rows_are_same(a, b, true)) {
        weir_finding_put(t->findings, WEIR_FINDING_PASS, check, "%s", says);
        return;
    }
    size_t same = 0; /* up to the line that differs */
    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
        same = a[i] == '\n' ? i + 1 : same;
    }
    weir_finding_put(
        t->findings, WEIR_FINDING_FAIL, check, "%s: expected %.*s, found %.*s", says,
        (int)(strcspn(a + same, "\n") < SHOWN_BYTES ? strcspn(a + same, "\n") : SHOWN_BYTES),
        a + same,
        (int)(strcspn(b + same, "\n") < SHOWN_BYTES ? strcspn(b + same, "\n") : SHOWN_BYTES),
        b + same);
}

/* ---- rows cut in another way ---- */
struct cut {
    const char *check, *says;
    size_t part;          /* rows of a feed */
    size_t step;          /* 1: in order; else another one */
    size_t kept, removed; /* so many rows in all, and so many more that are taken out again */
};

static int feed_cut(struct weir_harness *h,
                    const struct lines *lines,
                    const struct cut *cut,
                    struct weir_text *rows)
{
    int failed = 0;
    const size_t all = cut->kept + cut->removed;
    for (size_t i = 0; i < all && failed == 0; i += cut->part) {
        join_lines(lines, i * cut->step, cut->step, all - i < cut->part ? all - i : cut->part,
                   rows);
        failed = weir_harness_feed(h, rows->bytes);
    }
    for (size_t i = 0; i < cut->removed && failed == 0; i++) {
        join_lines(lines, all - 1 - i, 1, 1, rows);
        failed = weir_harness_remove(h, rows->bytes);
    }
    return failed;
}

static const char *run_cut(struct weir_try *t, const struct cut *cut, struct weir_text *to)
{
    const bool has_result =
        t->made.op->kind == WEIR_KIND_AGGREGATE || t->made.op->kind == WEIR_KIND_PARTITION_FUNCTION;
    struct lines lines;
    struct weir_text rows;
    struct weir_harness *h;
    const char *why = NULL;
    weir_text_init(&rows);
    cut_lines(t, &lines);
    if (weir_harness_open(&h, t->made.file, t->made.call) != 0 ||
        feed_cut(h, &lines, cut, &rows) != 0 || (has_result && weir_harness_result(h) != 0) ||
        weir_try_take(h, to) != 0) {
        why = weir_arena_printf(&t->made.arena, "%.600s", weir_harness_error(h));
    }
    weir_harness_close(h);
    weir_text_finish(&rows);
    return why;
}

static void compare_cuts(struct weir_try *t, const struct cut *a, const struct cut *b)
{
    struct weir_text expected, found;
    weir_text_init(&expected);
    weir_text_init(&found);
    weir_finding_begin(b->check);
    const char *why = run_cut(t, a, &expected);
    why = why != NULL ? why : run_cut(t, b, &found);
    weir_try_put_law(t, b->check, b->says, why, &expected, &found);
    weir_text_finish(&expected);
    weir_text_finish(&found);
}

void weir_try_rows(struct weir_try *t)
{
    static const struct cut whole = {"", "", LINES, 1, LINES, 0};
    static const struct cut single = {"single rows", "one row at a time", 1, 1, LINES, 0};
    compare_cuts(t, &whole, &single);
}

/* ---- states ---- */
/* The state, written as text and read again, must be the same to what follows. */
static const char *run_restored(struct weir_try *t,
                                bool restores,
                                uint32_t from,
                                struct weir_text *to)
{
    const bool is_aggregate = t->made.op->kind == WEIR_KIND_AGGREGATE;
    const bool is_update = t->made.op->kind == WEIR_KIND_UPDATE;
    struct weir_harness *h;
    int failed = weir_harness_open(&h, t->made.file, t->made.call);
    for (uint32_t i = 0; i < WEIR_TRY_PARTS && failed == 0; i++) {
        if (i == from) {
            struct weir_text forgotten, saved;
            weir_text_init(&forgotten);
            weir_text_init(&saved);
            failed = is_aggregate ? weir_harness_result(h) : 0; /* one state of several */
            weir_text_put(&forgotten, weir_harness_rows(h));
            (void)weir_harness_expect(h, weir_text_str(&forgotten).bytes);
            weir_text_put(&saved, weir_harness_snapshot(h));
            failed = failed != 0 || !restores
                         ? failed
                         : weir_harness_restore(h, t->made.op->state->version, NULL,
                                                weir_text_str(&saved).bytes);
            weir_text_finish(&forgotten);
            weir_text_finish(&saved);
        }
        failed = failed != 0 ? failed : weir_harness_feed(h, t->rows[i].bytes);
        failed = failed != 0 || !is_update ? failed : weir_harness_batch(h, 1000 * (int64_t)i);
    }
    failed = failed != 0 || !is_aggregate ? failed : weir_harness_result(h);
    failed = failed != 0 ? failed : weir_try_take(h, to);
    const char *why =
        failed == 0 ? NULL : weir_arena_printf(&t->made.arena, "%.600s", weir_harness_error(h));
    weir_harness_close(h);
    return why;
}

static void check_state(struct weir_try *t)
{
    struct weir_text expected, found;
    weir_text_init(&expected);
    weir_text_init(&found);
    weir_finding_begin("state");
    const char *why = run_restored(t, false, WEIR_TRY_PARTS / 2, &expected);
    why = why != NULL ? why : run_restored(t, true, WEIR_TRY_PARTS / 2, &found);
    weir_try_put_law(t, "state", "saved and restored in between: all that lasts is in its fields",
                     why, &expected, &found);
    weir_text_finish(&expected);
    weir_text_finish(&found);
}

void weir_try_aggregate(struct weir_try *t)
{
    static const struct cut whole = {"", "", LINES, 1, LINES, 0};
    static const struct cut half = {"", "", LINES, 1, LINES / 2, 0};
    static const struct cut merged[] = {
        {"merge", "states of one row each, merged in order", 1, 1, LINES, 0},
        {"merge", "states of seven rows each, merged in order", 7, 1, LINES, 0},
    };
    static const struct cut shuffled = {
        "commutativity", "rows in another order", LINES, 37, LINES, 0};
    static const struct cut removed = {
        "remove", "half of the rows taken out again", 9, 1, LINES / 2, LINES / 2};
    const uint32_t flags = t->made.op->flags;
    if ((flags & WEIR_APPROXIMATE) != 0) {
        weir_finding_put(t->findings, WEIR_FINDING_SKIP, "merge",
                         "it says that results depend on the split: WEIR_APPROXIMATE");
    } else {
        compare_cuts(t, &whole, &merged[0]);
        compare_cuts(t, &whole, &merged[1]);
    }
    if ((flags & (WEIR_NOT_COMMUTATIVE | WEIR_APPROXIMATE)) != 0) {
        weir_finding_put(
            t->findings, WEIR_FINDING_SKIP, "commutativity", "it says that it is not: %s",
            (flags & WEIR_NOT_COMMUTATIVE) != 0 ? "WEIR_NOT_COMMUTATIVE" : "WEIR_APPROXIMATE");
    } else {
        compare_cuts(t, &whole, &shuffled);
    }
    if (t->made.op->aggregate->remove != NULL) {
        compare_cuts(t, &half, &removed);
    }
    check_state(t);
}

/* All keys time out at once. */
static void check_timeouts(struct weir_try *t)
{
    struct weir_harness *h;
    weir_finding_begin("timeouts");
    if (weir_harness_open(&h, t->made.file, t->made.call) != 0 ||
        weir_harness_timeout(h, 1000000) != 0 || weir_harness_batch(h, 1000) != 0 ||
        weir_harness_feed(h, t->rows[0].bytes) != 0 || weir_harness_batch(h, 3600000) != 0) {
        weir_finding_put(t->findings, WEIR_FINDING_FAIL, "timeouts",
                         "expected keys that time out to go, found: %s", weir_harness_error(h));
    } else {
        weir_finding_put(t->findings, WEIR_FINDING_PASS, "timeouts", "every key once more");
    }
    weir_harness_close(h);
}

void weir_try_keyed(struct weir_try *t)
{
    check_state(t);
    if (t->made.op->kind == WEIR_KIND_TRACK) {
        check_timeouts(t);
    }
}
