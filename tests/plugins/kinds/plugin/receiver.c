/* SPDX-License-Identifier: Apache-2.0 */
/* Receivers: one that is polled, one that runs, one of text; and a source of numbers. */
#include <weir/plugin.h>

struct tick_self {
    int64_t next, acked;
};
static int tick_poll(struct weir_receiver *rx, uint64_t budget, int64_t *next_us)
{
    struct tick_self *self = weir_self(rx->task, struct tick_self);
    const int64_t now = rx->now_us(rx);
    uint64_t given = 0;
    while (self->next <= now && given < budget) {
        int rc = weir_row_begin(rx->out, rx->task, 40);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_ts(rx->out, 0, weir_ts_make(self->next));
        weir_row_str(rx->out, 1, weir_str_from_chars("a text that fits into no cell"));
        weir_row_end(rx->out);
        self->next += 1000000;
        given++;
    }
    *next_us = self->next;
    if (given > 0) {
        const int rc = rx->store(rx, weir_bytes_make(NULL, 0), (uint64_t)self->next, false);
        return rc == WEIR_AGAIN ? WEIR_OK : rc; /* again: the rows stay in out */
    }
    return WEIR_OK;
}
static void tick_acked(struct weir_receiver *rx, const uint64_t *cookies, size_t count)
{
    weir_log(rx->task, 2, "acked %u up to %u", (unsigned)count, (unsigned)cookies[count - 1]);
}
WEIR_INSTANCE(tick, struct tick_self, NULL, NULL);
WEIR_RECEIVER(tick, (weir_ts, at, weir_str, text), NULL, tick_poll, tick_acked);

static int count_run(struct weir_receiver *rx)
{
    rx->status(rx, true, NULL);
    for (int64_t i = 0; !rx->stopping(rx); i++) {
        int rc = weir_row_begin(rx->out, rx->task, 0);
        if (rc == WEIR_OK) {
            weir_row_i64(rx->out, 0, i);
            weir_row_end(rx->out);
            rc = rx->store(rx, weir_bytes_make(&i, sizeof i), (uint64_t)i, true);
        }
        if (rc != WEIR_OK) {
            return rx->stopping(rx) ? WEIR_OK : rc;
        }
    }
    rx->status(rx, false, "stopped");
    return WEIR_OK;
}
WEIR_RECEIVER(count, (int64_t, n), count_run, NULL, NULL);

static int lines_run(struct weir_receiver *rx)
{
    static const char text[] = "one\ntwo\nthree\n";
    char *memory = rx->reserve(rx, sizeof text - 1, true);
    if (memory == NULL) {
        return WEIR_RETRY;
    }
    memcpy(memory, text, sizeof text - 1);
    return rx->commit(rx, sizeof text - 1, weir_bytes_make(NULL, 0), 1);
}
WEIR_TEXT_RECEIVER(lines, lines_run, NULL, NULL);

/* ---- numbers below `most`, ten to a range; a range is its two ends ---- */
static int numbers_next(struct weir_task *task,
                        weir_bytes from,
                        const struct weir_source_limit *limit,
                        struct weir_range *answer)
{
    int64_t *ends = (int64_t *)weir_arena(task, 2 * sizeof *ends);
    const int64_t most = weir_param_i64(task, "most");
    (void)limit;
    if (from.count == sizeof ends[0]) {
        memcpy(&ends[0], from.bytes, sizeof ends[0]);
    }
    ends[1] = ends[0] + 10 < most ? ends[0] + 10 : most;
    answer->range = weir_bytes_make(ends, 2 * sizeof *ends);
    answer->to = weir_bytes_make(&ends[1], sizeof ends[1]);
    answer->is_last = ends[1] == most;
    return WEIR_OK;
}
static int numbers_split(struct weir_task *task,
                         weir_bytes range,
                         uint32_t parts,
                         struct weir_split *split)
{
    int64_t ends[2];
    int64_t part[2];
    int rc = WEIR_OK;
    (void)task;
    memcpy(ends, range.bytes, sizeof ends);
    for (uint32_t i = 0; i < parts && rc == WEIR_OK; i++) {
        part[0] = ends[0] + (ends[1] - ends[0]) * i / parts;
        part[1] = ends[0] + (ends[1] - ends[0]) * (i + 1) / parts;
        rc = split->part(split, weir_bytes_make(part, sizeof part));
    }
    return rc;
}
struct numbers_self {
    int64_t reads;
};
static int numbers_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    struct numbers_self *self = weir_self(task, struct numbers_self);
    int64_t ends[2];
    memcpy(ends, range.bytes, sizeof ends);
    self->reads++;
    for (int64_t i = ends[0]; i < ends[1]; i++) {
        const int rc = weir_row_begin(scan->out, task, 0);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_i64(scan->out, 0, weir_param_bool(task, "drifts") ? i + self->reads : i);
        weir_row_end(scan->out);
    }
    return scan->flush(scan);
}
WEIR_INSTANCE(numbers, struct numbers_self, NULL, NULL);
WEIR_PARAMS(numbers,
            WEIR_PARAM_I64_IN(most, default(25), 0, 1000, "how many"),
            WEIR_PARAM_BOOL(drifts, default(false), "does what a source must not"));
WEIR_SOURCE(numbers, WEIR_FINITE, (int64_t, n), numbers_next, numbers_split, numbers_read, NULL);

WEIR_PLUGIN("org.weir.test.receiver", "1.0.0", "receivers and a source", "Apache-2.0");
