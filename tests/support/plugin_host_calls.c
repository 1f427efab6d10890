/* SPDX-License-Identifier: Apache-2.0 */
/* See plugin_host_calls.h. A reservation is exactly as large as was asked for, so that a sanitizer
 * sees every byte too many. */
#include "plugin_host_calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

enum { OUT_ROWS = 64, OUT_HEAP_BYTES = 1024, STEP_MS = 5 };

static void pause_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static struct weir_plugin_host *host_of(const struct weir_receiver *rx)
{
    return (struct weir_plugin_host *)((uintptr_t)rx - offsetof(struct weir_plugin_host, rx));
}

static struct weir_plugin_host *host_of_scan(const struct weir_scan *scan)
{
    return (struct weir_plugin_host *)((uintptr_t)scan - offsetof(struct weir_plugin_host, scan));
}

static void receive(struct weir_plugin_host *host, const char *bytes, size_t count)
{
    pthread_mutex_lock(&host->lock);
    weir_blob_append(&host->received, bytes, count);
    pthread_mutex_unlock(&host->lock);
}

/* ---- text ---- */
static char *reserve(struct weir_plugin_host *host, size_t bytes)
{
    assert_null(host->reserved);
    host->reserved = malloc(bytes);
    host->reserved_bytes = bytes;
    if (bytes > host->largest_reservation) {
        host->largest_reservation = bytes;
    }
    return host->reserved;
}

static void commit(struct weir_plugin_host *host, size_t bytes)
{
    assert_non_null(host->reserved);
    assert_true(bytes <= host->reserved_bytes);
    assert_true(bytes == 0 || host->reserved[bytes - 1] == '\n');
    receive(host, host->reserved, bytes);
    free(host->reserved);
    host->reserved = NULL;
}

static char *rx_reserve(struct weir_receiver *rx, size_t bytes, bool wait)
{
    (void)wait;
    return atomic_load(&host_of(rx)->is_stopping) ? NULL : reserve(host_of(rx), bytes);
}

static int rx_commit(struct weir_receiver *rx, size_t bytes, weir_bytes offset, uint64_t cookie)
{
    (void)offset;
    (void)cookie;
    commit(host_of(rx), bytes);
    return WEIR_OK;
}

static char *scan_reserve(struct weir_scan *scan, size_t bytes)
{
    return reserve(host_of_scan(scan), bytes);
}

static int scan_commit(struct weir_scan *scan, size_t bytes)
{
    commit(host_of_scan(scan), bytes);
    return WEIR_OK;
}

static int split_part(struct weir_split *split, weir_bytes range)
{
    struct weir_plugin_host *host =
        (struct weir_plugin_host *)(void *)((char *)split -
                                            offsetof(struct weir_plugin_host, split));
    assert_true(host->part_count < sizeof host->parts / sizeof *host->parts);
    weir_blob_append(&host->parts[host->part_count++], range.bytes, range.count);
    return WEIR_OK;
}

/* ---- rows ---- */
static void receive_cell(struct weir_plugin_host *host, uint32_t column, uint32_t row)
{
    char text[32];
    if (strcmp(host->fields[column].type, "str") != 0) {
        int64_t value = ((const int64_t *)host->out.cols[column])[row];
        snprintf(text, sizeof text, "%lld", (long long)value);
        receive(host, text, strlen(text));
        return;
    }
    const weir_view *view = (const weir_view *)host->out.cols[column] + row;
    const char *bytes = view->count <= WEIR_VIEW_INLINE_BYTES
                            ? (const char *)view + offsetof(weir_view, prefix)
                            : host->out.heap + view->offset;
    receive(host, bytes, (size_t)view->count);
}

static void receive_rows(struct weir_plugin_host *host)
{
    for (uint32_t row = 0; row < host->out.rows; row++) {
        for (uint32_t column = 0; column < host->field_count; column++) {
            receive_cell(host, column, row);
            receive(host, column + 1 < host->field_count ? "|" : "\n", 1);
        }
    }
    host->out.rows = 0;
    host->out.heap_used = 0;
}

static int rx_store(struct weir_receiver *rx, weir_bytes offset, uint64_t cookie, bool wait)
{
    struct weir_plugin_host *host = host_of(rx);
    (void)offset;
    (void)cookie;
    if (atomic_load(&host->is_refusing)) {
        assert_false(wait);
        return WEIR_AGAIN;
    }
    receive_rows(host);
    return WEIR_OK;
}

static int out_grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct weir_plugin_host *host = out->owner;
    (void)task;
    if (heap_bytes == 0) {
        receive_rows(host);
        return WEIR_OK;
    }
    out->heap_cap = out->heap_used + (uint32_t)heap_bytes;
    out->heap = realloc(out->heap, out->heap_cap);
    return WEIR_OK;
}

/* A bind that knows its host. */
struct host_bind {
    struct weir_bind bind;
    struct weir_plugin_host *host;
};

static int bind_declare(struct weir_bind *bind, const char *name, const char *type)
{
    struct weir_plugin_host *host = ((struct host_bind *)bind)->host;
    assert_true(host->field_count < WEIR_HOST_COLUMNS_MAX);
    host->fields[host->field_count++] = (struct weir_field){name, type};
    return WEIR_OK;
}

/* ---- receivers ---- */
static bool rx_stopping(const struct weir_receiver *rx)
{
    return atomic_load(&host_of(rx)->is_stopping);
}

static bool rx_until_eof(const struct weir_receiver *rx)
{
    return atomic_load(&host_of(rx)->is_until_eof);
}

static uint64_t rx_permits(struct weir_receiver *rx)
{
    (void)rx;
    return UINT64_MAX;
}

static int64_t rx_now_us(struct weir_receiver *rx)
{
    return host_of(rx)->now_us;
}

/* Notes how long it was to be, and is short. */
static bool rx_sleep(struct weir_receiver *rx, int64_t us)
{
    struct weir_plugin_host *host = host_of(rx);
    size_t count = atomic_load(&host->sleeps);
    if (count < sizeof host->slept_us / sizeof *host->slept_us) {
        host->slept_us[count] = us;
        atomic_store(&host->sleeps, count + 1);
    }
    pause_ms(STEP_MS);
    return rx_stopping(rx);
}

static void rx_status(struct weir_receiver *rx, bool is_connected, const char *why)
{
    struct weir_plugin_host *host = host_of(rx);
    pthread_mutex_lock(&host->lock);
    weir_blob_put(&host->status, is_connected ? "+ " : "- ");
    weir_blob_put(&host->status, why);
    weir_blob_put(&host->status, "\n");
    pthread_mutex_unlock(&host->lock);
}

static void *run_thread(void *data)
{
    struct weir_plugin_host *host = data;
    const struct weir_receiver_ops *ops = host->exported->table;
    host->outcome = ops->run(&host->rx);
    atomic_store(&host->is_over, true);
    return NULL;
}

void weir_plugin_host_run(struct weir_plugin_host *host)
{
    assert_int_equal(pthread_create(&host->thread, NULL, run_thread, host), 0);
}

void weir_plugin_host_stop(struct weir_plugin_host *host)
{
    atomic_store(&host->is_stopping, true);
}

int weir_plugin_host_join(struct weir_plugin_host *host)
{
    for (int waited = 0; !atomic_load(&host->is_over); waited += STEP_MS) {
        assert_true(waited < WEIR_HOST_AWAIT_MS);
        pause_ms(STEP_MS);
    }
    pthread_join(host->thread, NULL);
    host->thread = 0;
    return host->outcome;
}

void weir_plugin_host_await_bytes(struct weir_plugin_host *host, size_t count)
{
    for (int waited = 0;; waited += STEP_MS) {
        pthread_mutex_lock(&host->lock);
        bool is_there = host->received.count >= count;
        pthread_mutex_unlock(&host->lock);
        if (is_there) {
            return;
        }
        assert_true(waited < WEIR_HOST_AWAIT_MS);
        pause_ms(STEP_MS);
    }
}

void weir_plugin_host_await_status(struct weir_plugin_host *host, const char *text)
{
    for (int waited = 0; strstr(weir_plugin_host_status(host), text) == NULL; waited += STEP_MS) {
        assert_true(waited < WEIR_HOST_AWAIT_MS);
        pause_ms(STEP_MS);
    }
}

/* ---- sinks ---- */
void weir_test_chunk_make(struct weir_test_chunk *made,
                          const char *const *words,
                          const int64_t *numbers,
                          uint32_t count)
{
    uint32_t used = 0;
    memset(made, 0, sizeof *made);
    for (uint32_t i = 0; i < count; i++) {
        struct weir_out out = {.heap = made->heap, .heap_used = used, .heap_buffer = 0};
        weir_write_str(&out, made->views, i, weir_str_from_chars(words[i]));
        made->numbers[i] = numbers == NULL ? 0 : numbers[i];
        used = out.heap_used;
    }
    made->buffers[0][1] = made->views;
    made->buffers[0][2] = made->heap;
    made->buffers[0][3] = made->sizes;
    made->buffers[1][1] = made->numbers;
    made->sizes[0] = used;
    for (int c = 0; c < 2; c++) {
        made->arrays[c] = (struct ArrowArray){
            .length = count, .n_buffers = c == 0 ? 4 : 2, .buffers = made->buffers[c]};
        made->cols[c] = &made->arrays[c];
        made->fields[c] =
            (struct ArrowSchema){.format = c == 0 ? "vu" : "l", .name = c == 0 ? "word" : "count"};
        made->children[c] = &made->fields[c];
    }
    made->schema = (struct ArrowSchema){
        .format = "+s", .n_children = numbers == NULL ? 1 : 2, .children = made->children};
    made->chunk =
        (struct weir_chunk){.size = sizeof made->chunk, .rows = count, .cols = made->cols};
}

/* ---- lending ---- */
static void lend_columns(struct weir_plugin_host *host)
{
    struct host_bind bind = {
        {.size = sizeof bind.bind, .task = host->task, .declare = bind_declare}, host};
    if (host->exported->bind != NULL && host->exported->bind(&bind.bind) != WEIR_OK) {
        return;
    }
    host->out = (struct weir_out){.size = sizeof host->out,
                                  .cap = OUT_ROWS,
                                  .column_count = host->field_count,
                                  .heap = malloc(OUT_HEAP_BYTES),
                                  .heap_cap = OUT_HEAP_BYTES,
                                  .grow = out_grow,
                                  .owner = host};
    host->out.cols = calloc(WEIR_HOST_COLUMNS_MAX, sizeof *host->out.cols);
    for (uint32_t i = 0; i < host->field_count; i++) {
        host->out.cols[i] = malloc(OUT_ROWS * sizeof(weir_view));
    }
}

void weir_plugin_host_lend(struct weir_plugin_host *host)
{
    lend_columns(host);
    host->rx = (struct weir_receiver){.size = sizeof host->rx,
                                      .task = host->task,
                                      .out = &host->out,
                                      .store = rx_store,
                                      .reserve = rx_reserve,
                                      .commit = rx_commit,
                                      .stopping = rx_stopping,
                                      .until_eof = rx_until_eof,
                                      .permits = rx_permits,
                                      .now_us = rx_now_us,
                                      .sleep = rx_sleep,
                                      .status = rx_status};
    host->scan = (struct weir_scan){.size = sizeof host->scan,
                                    .task = host->task,
                                    .reserve = scan_reserve,
                                    .commit = scan_commit};
    host->split = (struct weir_split){.size = sizeof host->split, .part = split_part};
}

void weir_plugin_host_take_back(struct weir_plugin_host *host)
{
    for (uint32_t i = 0; i < host->field_count && host->out.cols != NULL; i++) {
        free(host->out.cols[i]);
    }
    free(host->out.cols);
    free(host->out.heap);
    free(host->reserved);
    weir_blob_free(&host->received);
    for (size_t i = 0; i < sizeof host->parts / sizeof *host->parts; i++) {
        weir_blob_free(&host->parts[i]);
    }
}
