/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's side of a receiver: what it stores become rows, lines of text too. run has a thread
 * of its own, as in weir. */
#include "../harness.h"

#include <time.h>

enum { STEP_MS = 2 };

static struct weir_harness *harness_of(const struct weir_receiver *rx)
{
    return (struct weir_harness *)(void *)rx->task;
}

static void pause_ms(long ms)
{
    struct timespec time;
    time.tv_sec = ms / 1000;
    time.tv_nsec = ms % 1000 * 1000000;
    nanosleep(&time, NULL);
}

static bool read_flag(struct weir_harness *h, const bool *flag)
{
    pthread_mutex_lock(&h->lock);
    const bool is_set = *flag;
    pthread_mutex_unlock(&h->lock);
    return is_set;
}

static void write_flag(struct weir_harness *h, bool *flag, bool is_set)
{
    pthread_mutex_lock(&h->lock);
    *flag = is_set;
    pthread_mutex_unlock(&h->lock);
}

static void note_stored(struct weir_harness *h, uint64_t rows, uint64_t cookie)
{
    pthread_mutex_lock(&h->lock);
    h->stored_rows += rows;
    weir_blob_append(&h->cookies, &cookie, sizeof cookie);
    pthread_mutex_unlock(&h->lock);
}

/* ---- rows ---- */
static int take_rows(struct weir_harness *h)
{
    struct weir_blob text = {NULL, 0, 0, false};
    const int failed = weir_harness_out_take(h->rx_out, &text);
    weir_harness_put(h, &h->rows, weir_str_make(text.bytes, text.count));
    weir_blob_free(&text);
    return failed == 0 ? WEIR_OK : WEIR_FATAL;
}

static int rx_store(struct weir_receiver *rx, weir_bytes offset, uint64_t cookie, bool wait)
{
    struct weir_harness *h = harness_of(rx);
    (void)offset;
    while (read_flag(h, &h->is_held)) {
        if (!wait) {
            return WEIR_AGAIN;
        }
        if (read_flag(h, &h->is_stopping)) {
            return WEIR_FATAL;
        }
        pause_ms(STEP_MS);
    }
    if (weir_harness_refuses(h)) {
        return weir_harness_refused(h);
    }
    const uint32_t count = h->rx_out->out.rows;
    const int outcome = take_rows(h);
    note_stored(h, count, cookie);
    return outcome;
}

/* Rows that go on before store: as the engine does it when its columns are full. */
static int rx_hand_on(struct weir_harness_out *out, uint32_t rows)
{
    struct weir_blob text = {NULL, 0, 0, false};
    int failed = 0;
    for (uint32_t row = 0; row < rows && failed == 0; row++) {
        failed = weir_harness_out_print(out, row, &text);
    }
    weir_harness_put(out->h, &out->h->rows, weir_str_make(text.bytes, text.count));
    weir_blob_free(&text);
    pthread_mutex_lock(&out->h->lock);
    out->h->stored_rows += rows;
    pthread_mutex_unlock(&out->h->lock);
    return failed == 0 ? WEIR_OK : WEIR_FATAL;
}

/* ---- text ---- */
static char *rx_reserve(struct weir_receiver *rx, size_t bytes, bool wait)
{
    struct weir_harness *h = harness_of(rx);
    while (read_flag(h, &h->is_held) && wait && !read_flag(h, &h->is_stopping)) {
        pause_ms(STEP_MS);
    }
    if (read_flag(h, &h->is_held) || read_flag(h, &h->is_stopping)) {
        return NULL;
    }
    if (weir_harness_refuses(h)) {
        if (wait) { /* NULL then says that it has to stop */
            write_flag(h, &h->is_stopping, true);
        }
        return NULL;
    }
    free(h->reserved);
    h->reserved = (char *)malloc(bytes > 0 ? bytes : 1);
    h->reserved_bytes = bytes;
    return h->reserved;
}

static int rx_commit(struct weir_receiver *rx, size_t bytes, weir_bytes offset, uint64_t cookie)
{
    struct weir_harness *h = harness_of(rx);
    uint64_t lines = 0;
    (void)offset;
    if (weir_harness_refuses(h)) {
        return weir_harness_refused(h);
    }
    if (h->reserved == NULL || bytes > h->reserved_bytes ||
        (bytes > 0 && h->reserved[bytes - 1] != '\n')) {
        return (h->task.host->fail)(&h->task, WEIR_FATAL,
                                    "commits %zu of %zu reserved bytes: expected whole lines, each "
                                    "ended by a newline",
                                    bytes, h->reserved == NULL ? (size_t)0 : h->reserved_bytes);
    }
    for (size_t i = 0; i < bytes; i++) {
        lines += h->reserved[i] == '\n';
    }
    weir_harness_put(h, &h->rows, weir_str_make(h->reserved, bytes));
    free(h->reserved);
    h->reserved = NULL;
    if (bytes > 0) {
        note_stored(h, lines, cookie);
    }
    return WEIR_OK;
}

/* ---- the rest ---- */
static bool rx_stopping(const struct weir_receiver *rx)
{
    return read_flag(harness_of(rx), &harness_of(rx)->is_stopping);
}

static bool rx_until_eof(const struct weir_receiver *rx)
{
    (void)rx;
    return true;
}

static uint64_t rx_permits(struct weir_receiver *rx)
{
    return read_flag(harness_of(rx), &harness_of(rx)->is_held) ? 0 : UINT64_MAX;
}

static int64_t rx_now_us(struct weir_receiver *rx)
{
    struct weir_harness *h = harness_of(rx);
    struct timespec now;
    pthread_mutex_lock(&h->lock);
    int64_t us = h->clock_us;
    if (!h->has_clock) {
        clock_gettime(CLOCK_REALTIME, &now);
        us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    }
    pthread_mutex_unlock(&h->lock);
    return us;
}

/* With a clock of its own time only jumps. */
static bool rx_sleep(struct weir_receiver *rx, int64_t us)
{
    struct weir_harness *h = harness_of(rx);
    pthread_mutex_lock(&h->lock);
    const bool has_clock = h->has_clock;
    h->clock_us += us;
    pthread_mutex_unlock(&h->lock);
    for (int64_t slept = 0; !has_clock && slept < us && !rx_stopping(rx); slept += STEP_MS * 1000) {
        pause_ms(STEP_MS);
    }
    return rx_stopping(rx);
}

static void rx_status(struct weir_receiver *rx, bool is_connected, const char *why)
{
    struct weir_harness *h = harness_of(rx);
    pthread_mutex_lock(&h->lock);
    weir_blob_clear(&h->status);
    weir_blob_put(&h->status, is_connected ? "connected" : why != NULL ? why : "");
    pthread_mutex_unlock(&h->lock);
}

/* ---- calls ---- */
static const struct weir_receiver_ops *ops_of(const struct weir_harness *h)
{
    return (const struct weir_receiver_ops *)h->exported->table;
}

static void lend(struct weir_harness *h)
{
    if (h->rx_out != NULL) {
        return;
    }
    h->rx_out = weir_harness_out_make(h, h->out, 0);
    h->rx_out->hand_on = rx_hand_on;
    h->rx_out->hands_all = true;
    h->rx.size = sizeof h->rx;
    h->rx.task = &h->task;
    h->rx.out = &h->rx_out->out;
    h->rx.store = rx_store;
    h->rx.reserve = rx_reserve;
    h->rx.commit = rx_commit;
    h->rx.stopping = rx_stopping;
    h->rx.until_eof = rx_until_eof;
    h->rx.permits = rx_permits;
    h->rx.now_us = rx_now_us;
    h->rx.sleep = rx_sleep;
    h->rx.status = rx_status;
}

int weir_harness_poll(struct weir_harness *h, uint64_t budget, int64_t *next_us)
{
    int64_t next = 0;
    int outcome;
    if (weir_harness_enter(h, WEIR_KIND_RECEIVER) != 0) {
        return 1;
    }
    if (ops_of(h)->poll == NULL) {
        return weir_harness_fail(h, "%s has run, not poll", h->exported->name);
    }
    lend(h);
    const uint64_t before = h->stored_rows;
    outcome = ops_of(h)->poll(&h->rx, budget, &next);
    weir_harness_scratch_reset(h);
    if (next_us != NULL) {
        *next_us = next;
    }
    if (outcome != WEIR_OK && outcome != WEIR_AGAIN) {
        return weir_harness_failed_with(h, outcome, "poll");
    }
    return h->stored_rows - before <= budget
               ? 0
               : weir_harness_fail(h, "%s stores %llu records for a budget of %llu",
                                   h->exported->name, (unsigned long long)(h->stored_rows - before),
                                   (unsigned long long)budget);
}

static void *run_thread(void *data)
{
    struct weir_harness *h = (struct weir_harness *)data;
    const int outcome = ops_of(h)->run(&h->rx);
    pthread_mutex_lock(&h->lock);
    h->run_outcome = outcome;
    h->is_over = true;
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

int weir_harness_start(struct weir_harness *h)
{
    if (weir_harness_enter(h, WEIR_KIND_RECEIVER) != 0) {
        return 1;
    }
    if (ops_of(h)->run == NULL || h->is_running) {
        return weir_harness_fail(h, h->is_running ? "%s runs already" : "%s has poll, not run",
                                 h->exported->name);
    }
    lend(h);
    h->is_stopping = h->is_over = false;
    if (pthread_create(&h->thread, NULL, run_thread, h) != 0) {
        return weir_harness_fail(h, "no thread can be made");
    }
    h->is_running = true;
    return 0;
}

int weir_harness_await(struct weir_harness *h, uint64_t rows)
{
    for (long waited = 0;; waited += STEP_MS) {
        pthread_mutex_lock(&h->lock);
        const bool is_enough = h->stored_rows >= rows;
        const bool is_over = h->is_over;
        const unsigned long long stored = h->stored_rows;
        pthread_mutex_unlock(&h->lock);
        if (is_enough) {
            return 0;
        }
        if (is_over || waited > HARNESS_AWAIT_MS) {
            return weir_harness_fail(
                h, "%s has given %llu rows and %s, expected %llu", h->exported->name, stored,
                is_over ? "has ended" : "waits for a minute", (unsigned long long)rows);
        }
        pause_ms(STEP_MS);
    }
}

int weir_harness_stop(struct weir_harness *h, int *outcome)
{
    if (!h->is_running) {
        return weir_harness_fail(h, "nothing runs");
    }
    write_flag(h, &h->is_stopping, true);
    for (long waited = 0; !read_flag(h, &h->is_over); waited += STEP_MS) {
        if (waited > HARNESS_AWAIT_MS) {
            return weir_harness_fail(h, "%s does not stop within a minute", h->exported->name);
        }
        pause_ms(STEP_MS);
    }
    pthread_join(h->thread, NULL);
    h->is_running = false;
    if (outcome != NULL) {
        *outcome = h->run_outcome;
    }
    return 0;
}

int weir_harness_clock(struct weir_harness *h, int64_t now_us)
{
    pthread_mutex_lock(&h->lock);
    h->has_clock = true;
    h->clock_us = now_us;
    pthread_mutex_unlock(&h->lock);
    return 0;
}

int weir_harness_hold(struct weir_harness *h, bool is_full)
{
    write_flag(h, &h->is_held, is_full);
    return 0;
}

int weir_harness_ack(struct weir_harness *h)
{
    if (weir_harness_enter(h, WEIR_KIND_RECEIVER) != 0) {
        return 1;
    }
    pthread_mutex_lock(&h->lock);
    struct weir_blob cookies = h->cookies;
    memset(&h->cookies, 0, sizeof h->cookies);
    pthread_mutex_unlock(&h->lock);
    if (ops_of(h)->acked != NULL && cookies.count > 0) {
        uint64_t *list = (uint64_t *)malloc(cookies.count);
        memcpy(list, cookies.bytes, cookies.count);
        ops_of(h)->acked(&h->rx, list, cookies.count / sizeof *list);
        free(list);
    }
    weir_blob_free(&cookies);
    return 0;
}

const char *weir_harness_status(struct weir_harness *h)
{
    return weir_harness_show(h, &h->status, 3);
}
