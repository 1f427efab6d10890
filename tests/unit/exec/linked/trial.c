/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that do what a good test needs: fail on chosen rows, make text that is no slice, emit
 * too much, and give records of every type. Linked into the tests. */
#include <weir/plugin.h>

#include <string.h>

WEIR_FUNCTION(int64_t, fussy, (int64_t, a))
{
    if (a < 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "%lld is below zero", (long long)a);
    }
    return a + 1;
}

WEIR_FUNCTION(int64_t, fatal, (int64_t, a))
{
    if (a < 0) {
        weir_fail(ctx, WEIR_FATAL, "no way with %lld", (long long)a);
    }
    return a;
}

WEIR_FUNCTION(int64_t, retry, (int64_t, a))
{
    if (a < 0) {
        weir_fail(ctx, WEIR_RETRY, "later");
    }
    return a;
}

WEIR_FUNCTION(bool, odd, (int64_t, a))
{
    return a % 2 != 0;
}

WEIR_FUNCTION(int64_t, batch_seed, (int64_t, a))
{
    return a + (int64_t)(weir_seed(ctx) % 1000) * 1000000 + weir_batch_us(ctx);
}

/* `count` times the text, one behind the other: from the arena, so it must be copied. */
WEIR_FUNCTION(weir_str, times, (weir_str, text, int64_t, count))
{
    size_t bytes = text.count * (size_t)(count > 0 ? count : 0);
    char *to = weir_arena(ctx, bytes + 1);
    for (int64_t i = 0; i < count && text.count > 0; i++) {
        memcpy(to + (size_t)i * text.count, text.bytes, text.count);
    }
    return weir_str_make(to, bytes);
}

/* 0, 1... a-1 with a text each that is no slice; fails after having emitted where a is divisible by
 * 7. */
WEIR_EMITTER(numbers, (int64_t, a), (int64_t, number, weir_str, text, bool, even))
{
    for (int64_t i = 0; i < a; i++) {
        char *text = weir_arena(ctx, 32);
        memset(text, 'a' + (int)(i % 26), 31);
        WEIR_EMIT(i, weir_str_make(text, (size_t)(i % 32)), i % 2 == 0);
    }
    if (a != 0 && a % 7 == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "%lld is divisible by 7", (long long)a);
    }
}

/* More than 1 GiB of text for one row, 1 MiB at a time. */
WEIR_EMITTER(flood, (int64_t, a), (weir_str, text))
{
    char *text = weir_arena(ctx, 1024 * 1024);
    for (int64_t i = 0; i < a && ctx->status == 0; i++) {
        WEIR_EMIT(weir_str_make(text, 1024 * 1024));
    }
}

/* More rows for one row than 1 GiB can hold. */
WEIR_EMITTER(deluge, (int64_t, a), (int64_t, number))
{
    for (int64_t i = 0; i < a && ctx->status == 0; i++) {
        WEIR_EMIT(i);
    }
}

WEIR_REDUCER(double, sum, (a, b))
{
    return a + b;
}

WEIR_REDUCER(bool, any, (a, b))
{
    return a || b;
}

WEIR_REDUCER(int32_t, most, (a, b))
{
    return a > b ? a : b;
}

/* Not commutative: shows the order in which values came. */
WEIR_REDUCER_AS(digits, "digits", WEIR_NOT_COMMUTATIVE, int64_t, (a, b))
{
    return (int64_t)((uint64_t)a * 31 + (uint64_t)b);
}

/* ---- sources ---- */

static int next_nothing(struct weir_task *task,
                        weir_bytes from,
                        const struct weir_source_limit *limit,
                        struct weir_range *answer)
{
    (void)task, (void)from, (void)limit;
    answer->is_last = 1;
    return WEIR_OK;
}

/* Range: a text; "!" in it fails, "?" asks for a retry, "#" commits too much. Each part up to a "|"
 * is committed by itself. */
static int read_text(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    size_t at = 0;
    while (at < range.count) {
        size_t end = at;
        while (end < range.count && range.bytes[end] != '|') {
            end++;
        }
        if (range.bytes[at] == '!') {
            return weir_fail(task, WEIR_FATAL, "the disk is on fire");
        }
        if (range.bytes[at] == '?') {
            return weir_fail(task, WEIR_RETRY, "the network is away");
        }
        char *to = scan->reserve(scan, end - at + 100);
        if (to == NULL) {
            return WEIR_FATAL;
        }
        memcpy(to, range.bytes + at, end - at);
        int rc = scan->commit(scan, end - at + (range.bytes[at] == '#' ? 1000 : 0));
        if (rc != WEIR_OK) {
            return rc;
        }
        at = end + 1;
    }
    return WEIR_OK;
}
WEIR_TEXT_SOURCE(lines, WEIR_FINITE, next_nothing, NULL, read_text, NULL);

/* Range: an int64_t, the number of rows. */
static int read_rows(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    int64_t count;
    memcpy(&count, range.bytes, sizeof count);
    for (int64_t i = 0; i < count; i++) {
        char text[64];
        memset(text, 'a' + (int)(i % 26), sizeof text);
        int rc = weir_row_begin(scan->out, task, sizeof text);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_i64(scan->out, 0, i);
        weir_row_str(scan->out, 1, weir_str_make(text, (size_t)(i % 64)));
        weir_row_bool(scan->out, 2, i % 3 == 0);
        weir_row_end(scan->out);
    }
    return scan->flush(scan);
}
WEIR_SOURCE(counting,
            WEIR_FINITE,
            (int64_t, number, weir_str, text, bool, third),
            next_nothing,
            NULL,
            read_rows,
            NULL);

/* What the tests push into chains themselves. */
WEIR_SOURCE(
    rows,
    WEIR_FINITE,
    (int64_t, a, int64_t, b, double, x, bool, p, bool, q, weir_str, s, weir_str, t, int32_t, i),
    next_nothing,
    NULL,
    read_rows,
    NULL);

WEIR_PLUGIN("org.example.trial", "1.0.0", "operators for tests of room exec", "Apache-2.0");
