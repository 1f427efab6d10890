/* SPDX-License-Identifier: Apache-2.0 */
/* A receiver, a word splitter, sums, states and a sink for simulated jobs, linked into the test:
 * lines that depend on a seed and their number alone, arriving at a rate; and a sink that counts
 * every committed (key, value) row once. All of them fail when the test wants it, and then what
 * they have done must not count. */
#include "sim_plugin.h"

#include <weir/plugin.h>

struct lines {
    int64_t seed, rate, limit, burst;
    int64_t start_us, next;
};

static int lines_open(struct weir_task *task)
{
    struct lines *self = weir_self(task, struct lines);
    self->seed = weir_param_i64(task, "seed");
    self->rate = weir_param_i64(task, "rate");
    self->limit = weir_param_i64(task, "limit");
    self->burst = weir_param_i64(task, "burst");
    self->start_us = -1;
    return WEIR_OK;
}

/* Hands on at most one burst of what is due; ends behind the last line. */
static int lines_poll(struct weir_receiver *rx, uint64_t budget, int64_t *next_us)
{
    struct lines *self = weir_self(rx->task, struct lines);
    int64_t now = rx->now_us(rx);
    if (self->start_us < 0) {
        self->start_us = now;
        rx->status(rx, true, "");
    }
    int64_t due = (now - self->start_us) * self->rate / 1000000 + 1;
    due = due < self->limit ? due : self->limit;
    int64_t count = due - self->next < self->burst ? due - self->next : self->burst;
    count = count < (int64_t)budget ? count : (int64_t)budget;
    char *to = count <= 0 ? NULL : rx->reserve(rx, (size_t)count * SIM_LINE_BYTES_MAX, false);
    if (to != NULL) {
        size_t bytes = 0;
        for (int64_t i = 0; i < count; i++) {
            bytes += sim_line((uint64_t)self->seed, (uint64_t)self->next++, to + bytes);
        }
        weir_bytes nowhere = {NULL, 0};
        int rc = rx->commit(rx, bytes, nowhere, 0);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    *next_us = now + 1 + 1000000 / self->rate * self->burst;
    return self->next >= self->limit ? WEIR_AGAIN : WEIR_OK;
}
WEIR_TEXT_RECEIVER(lines, NULL, lines_poll, NULL);
WEIR_INSTANCE(lines, struct lines, lines_open, NULL);
WEIR_PARAMS(lines,
            WEIR_PARAM_I64(seed, required, "which lines"),
            WEIR_PARAM_I64(rate, required, "lines a second"),
            WEIR_PARAM_I64(limit, required, "lines in all"),
            WEIR_PARAM_I64(burst, required, "lines at once"));

/* The token carries the partition's rows, so that a row counts when its batch is committed and not
 * before. */
struct tally {
    struct weir_blob rows;
};

static int tally_begin(struct weir_task *task, weir_str txn)
{
    (void)txn;
    weir_blob_clear(&weir_self(task, struct tally)->rows);
    return WEIR_OK;
}

static int tally_write(struct weir_task *task,
                       const struct weir_chunk *in,
                       const struct ArrowSchema *schema)
{
    (void)schema;
    struct tally *self = weir_self(task, struct tally);
    if (sim_fails()) {
        return weir_fail(task, WEIR_RETRY, "write fails because the test wants it");
    }
    struct weir_reader key = weir_reader_of(in, 0, sizeof(weir_view));
    struct weir_reader value = weir_reader_of(in, 1, sizeof(int64_t));
    uint32_t count = in->sel != NULL ? in->sel_count : in->rows;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = in->sel != NULL ? in->sel[i] : i;
        weir_str word = weir_read_str(&key, row);
        int64_t n = weir_read_i64(&value, row);
        weir_blob_append(&self->rows, &n, sizeof n);
        weir_blob_append(&self->rows, &word.count, sizeof word.count);
        weir_blob_append(&self->rows, word.bytes, word.count);
    }
    return WEIR_OK;
}

static int tally_prepare(struct weir_task *task, weir_bytes *token)
{
    struct tally *self = weir_self(task, struct tally);
    token->bytes = (const uint8_t *)self->rows.bytes;
    token->count = self->rows.count;
    return WEIR_OK;
}

static int tally_commit(struct weir_task *task,
                        int64_t batch_us,
                        const weir_bytes *const *tokens,
                        size_t count)
{
    if (sim_fails()) {
        return weir_fail(task, WEIR_RETRY, "commit fails because the test wants it");
    }
    sim_batch_committed(batch_us);
    for (size_t t = 0; t < count; t++) {
        for (size_t at = 0; at < tokens[t]->count;) {
            int64_t n;
            size_t bytes;
            memcpy(&n, tokens[t]->bytes + at, sizeof n);
            memcpy(&bytes, tokens[t]->bytes + at + sizeof n, sizeof bytes);
            at += sizeof n + sizeof bytes;
            sim_tally((const char *)tokens[t]->bytes + at, bytes, n);
            at += bytes;
        }
    }
    return WEIR_OK;
}

static void tally_close(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct tally)->rows);
}
WEIR_SINK(
    tally, WEIR_IDEMPOTENT, tally_begin, tally_write, tally_prepare, tally_commit, NULL, NULL);
WEIR_INSTANCE(tally, struct tally, NULL, tally_close);

WEIR_EMITTER(words, (weir_str, line), (weir_str, word))
{
    for (size_t at = 0; at < line.count;) {
        size_t start = at;
        while (at < line.count && line.bytes[at] > ' ') {
            at++;
        }
        if (at > start) {
            WEIR_EMIT(weir_str_make(line.bytes + start, at - start));
        }
        at++;
    }
}

/* One for each word, a failure now and then. */
WEIR_FUNCTION(int64_t, one, (weir_str, word))
{
    (void)word;
    if (sim_fails()) {
        weir_fail(ctx, WEIR_RETRY, "one fails because the test wants it");
    }
    return 1;
}

WEIR_FUNCTION(int64_t, minus, (int64_t, a))
{
    return -a;
}

WEIR_FUNCTION(bool, is_many, (int64_t, count))
{
    return count > 1;
}

/* "~word": rows of these keys add up to nothing if two ways of counting agree. */
WEIR_FUNCTION(weir_str, mark, (weir_str, word))
{
    char *marked = (char *)weir_arena(ctx, word.count + 1);
    marked[0] = '~';
    memcpy(marked + 1, word.bytes, word.count);
    return weir_str_make(marked, word.count + 1);
}

WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}
WEIR_INVERSE(add, (a, b))
{
    return a - b;
}

struct sum {
    int64_t total;
};
WEIR_STATE(sum, 1, total);

/* The sum of all values of a key so far. */
WEIR_UPDATE(total, sum, (weir_str, key), (int64_t, value))
{
    (void)key;
    for (uint32_t i = 0; i < value.count; i++) {
        state->total += value.items[i];
    }
    if (sim_fails()) {
        weir_fail(ctx, WEIR_RETRY, "total fails because the test wants it");
    }
    return WEIR_KEEP;
}

/* The sum of a window, whose values are held to be taken out again. */
struct held {
    weir_list(int64_t) values;
};
WEIR_STATE(held, 1, values);
WEIR_AGGREGATE(int64_t, held, held, (int64_t, value))
{
    weir_push(ctx, &state->values, value);
    if (sim_fails()) {
        weir_fail(ctx, WEIR_RETRY, "held fails because the test wants it");
    }
}
WEIR_MERGE(held)
{
    for (uint32_t i = 0; i < other->values.count; i++) {
        weir_push(ctx, &state->values, other->values.items[i]);
    }
}
WEIR_RESULT(held)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < state->values.count; i++) {
        sum += state->values.items[i];
    }
    return sum;
}
WEIR_REMOVE(held, (int64_t, value))
{
    int64_t *values = weir_edit(ctx, &state->values);
    uint32_t last = state->values.count - 1;
    for (uint32_t i = 0; i < last; i++) {
        if (values[i] == value) {
            values[i] = values[last];
            break;
        }
    }
    weir_cut(ctx, &state->values, last);
    if (sim_fails()) {
        weir_fail(ctx, WEIR_RETRY, "held fails because the test wants it");
    }
}

/* By how much a key's sum has risen: what it was is in its state. */
WEIR_TRACK(rise, sum, (weir_str, key), (int64_t, value), (weir_str, key, int64_t, value))
{
    const int64_t before = weir_exists(ctx) ? state->total : 0;
    state->total = before + value;
    if (sim_fails()) {
        weir_fail(ctx, WEIR_RETRY, "rise fails because the test wants it");
    }
    WEIR_EMIT(key, state->total - before);
    return WEIR_KEEP;
}

WEIR_PLUGIN("org.example.sim", "1.0.0", "inputs and outputs of simulated jobs", "Apache-2.0");
