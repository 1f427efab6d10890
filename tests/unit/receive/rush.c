/* SPDX-License-Identifier: Apache-2.0 */
/* Receivers with a thread of their own that hand on numbered records as fast as they can, in pieces
 * of changing size; and some that misbehave. */
#include "rush.h"

#include <weir/plugin.h>

struct rush {
    int64_t limit, retry_at, fail_at, line_bytes;
    int64_t next;
    uint64_t random;
};

static int rush_open(struct weir_task *task)
{
    struct rush *self = weir_self(task, struct rush);
    self->limit = weir_param_i64(task, "limit");
    self->retry_at = weir_param_i64(task, "retry_at");
    self->fail_at = weir_param_i64(task, "fail_at");
    self->line_bytes = weir_param_i64(task, "line_bytes");
    self->random = 88172645463325252u;
    return WEIR_OK;
}

static int64_t piece(struct rush *self)
{
    self->random ^= self->random << 13;
    self->random ^= self->random >> 7;
    self->random ^= self->random << 17;
    int64_t count = (int64_t)(self->random % 50) + 1;
    return count < self->limit - self->next ? count : self->limit - self->next;
}

/* "12....\n", line_bytes long in all. */
static size_t write_line(const struct rush *self, int64_t number, char *to)
{
    int digits = snprintf(to, 24, "%lld", (long long)number);
    size_t bytes = (size_t)self->line_bytes > (size_t)digits + 1 ? (size_t)self->line_bytes
                                                                 : (size_t)digits + 1;
    memset(to + digits, '.', bytes - (size_t)digits - 1);
    to[bytes - 1] = '\n';
    return bytes;
}

static int text_piece(struct rush *self, struct weir_receiver *rx)
{
    int64_t count = piece(self);
    size_t line = self->line_bytes > 24 ? (size_t)self->line_bytes : 24;
    char *to = rx->reserve(rx, (size_t)count * line, true);
    size_t bytes = 0;
    if (to == NULL) {
        return WEIR_AGAIN; /* stopping */
    }
    for (int64_t i = 0; i < count; i++) {
        bytes += write_line(self, self->next++, to + bytes);
    }
    return rx->commit(rx, bytes, weir_bytes_make(NULL, 0), (uint64_t)self->next);
}

static int rows_piece(struct rush *self, struct weir_receiver *rx)
{
    int64_t count = piece(self);
    char text[32];
    for (int64_t i = 0; i < count; i++) {
        int rc = weir_row_begin(rx->out, rx->task, sizeof text);
        if (rc != WEIR_OK) {
            return rc;
        }
        int bytes = snprintf(text, sizeof text, "a number as text: %lld", (long long)self->next);
        weir_row_i64(rx->out, 0, self->next++);
        weir_row_str(rx->out, 1, weir_str_make(text, (size_t)bytes));
        weir_row_end(rx->out);
    }
    return rx->store(rx, weir_bytes_make(NULL, 0), (uint64_t)self->next, true);
}

static int rush(struct weir_receiver *rx, int (*hand_on)(struct rush *, struct weir_receiver *))
{
    struct rush *self = weir_self(rx->task, struct rush);
    int rc = WEIR_OK;
    while (rc == WEIR_OK && !rx->stopping(rx) && self->next < self->limit) {
        if (self->retry_at > 0 && self->next >= self->retry_at) {
            self->retry_at = 0;
            return weir_fail(rx->task, WEIR_RETRY, "the peer hung up");
        }
        if (self->fail_at > 0 && self->next >= self->fail_at) {
            return weir_fail(rx->task, WEIR_FATAL, "the peer speaks another language");
        }
        rc = hand_on(self, rx);
    }
    rush_returned(self->next);
    return rc == WEIR_AGAIN ? WEIR_OK : rc;
}

static int text_run(struct weir_receiver *rx)
{
    return rush(rx, text_piece);
}

static int rows_run(struct weir_receiver *rx)
{
    return rush(rx, rows_piece);
}

static void acked(struct weir_receiver *rx, const uint64_t *cookies, size_t count)
{
    (void)rx;
    for (size_t i = 0; i < count; i++) {
        rush_acked(cookies[i]);
    }
}

WEIR_TEXT_RECEIVER(text, text_run, NULL, acked);
WEIR_INSTANCE(text, struct rush, rush_open, NULL);
WEIR_PARAMS(text,
            WEIR_PARAM_I64(limit, required, "records in all"),
            WEIR_PARAM_I64(retry_at, default(0), "asks to be started again there"),
            WEIR_PARAM_I64(fail_at, default(0), "fails there"),
            WEIR_PARAM_I64(line_bytes, default(0), "at least so long lines"));

WEIR_RECEIVER(rows, (int64_t, n, weir_str, text), rows_run, NULL, acked);
WEIR_INSTANCE(rows, struct rush, rush_open, NULL);
WEIR_PARAMS(rows,
            WEIR_PARAM_I64(limit, required, "records in all"),
            WEIR_PARAM_I64(retry_at, default(0), "asks to be started again there"),
            WEIR_PARAM_I64(fail_at, default(0), "fails there"),
            WEIR_PARAM_I64(line_bytes, default(0), "not used"));

/* ---- misbehaving ---- */
static int half_a_line(struct weir_receiver *rx, uint64_t budget, int64_t *next_us)
{
    char *to = rx->reserve(rx, 4, false);
    (void)budget;
    (void)next_us;
    memcpy(to, "half", 4);
    return rx->commit(rx, 4, weir_bytes_make(NULL, 0), 0);
}
WEIR_TEXT_RECEIVER(half, NULL, half_a_line, NULL);

static int more_than_reserved(struct weir_receiver *rx, uint64_t budget, int64_t *next_us)
{
    char *to = rx->reserve(rx, 2, false);
    (void)budget;
    (void)next_us;
    memcpy(to, "a\n", 2);
    return rx->commit(rx, 3, weir_bytes_make(NULL, 0), 0);
}
WEIR_TEXT_RECEIVER(greedy, NULL, more_than_reserved, NULL);

/* Fails and forgets to say so. */
static int forgetful(struct weir_receiver *rx, uint64_t budget, int64_t *next_us)
{
    (void)budget;
    *next_us = rx->now_us(rx) + 1000;
    (void)weir_fail(rx->task, WEIR_FATAL, "something is wrong");
    return WEIR_OK;
}
WEIR_TEXT_RECEIVER(forgetful, NULL, forgetful, NULL);

static int wrong_kind(struct weir_receiver *rx, uint64_t budget, int64_t *next_us)
{
    (void)budget;
    *next_us = rx->now_us(rx) + 1000;
    (void)rx->reserve(rx, 10, false);
    return WEIR_OK;
}
WEIR_RECEIVER(wrong_kind, (int64_t, n), NULL, wrong_kind, NULL);

WEIR_PLUGIN("org.example.rush", "1.0.0", "receivers in a hurry", "Apache-2.0");
