/* SPDX-License-Identifier: Apache-2.0 */
/* Receivers, sources and sinks, called through their tables by the tests themselves, which look
 * into every call. The instance, its parameters and the host table are those of weir::harness; here
 * are the tables that the calls are given, and what a test may know of them. Receivers run in a
 * thread of their own, as in weir. */
#ifndef WEIR_TESTS_PLUGIN_HOST_H
#define WEIR_TESTS_PLUGIN_HOST_H

#include <weir/harness.h>
#include <weir/io.h>

#include <pthread.h>
#include <stdatomic.h>

enum { WEIR_HOST_COLUMNS_MAX = 8, WEIR_HOST_AWAIT_MS = 60000 };

enum weir_host_text { WEIR_HOST_STATUS, WEIR_HOST_RECEIVED, WEIR_HOST_TEXTS };

struct weir_plugin_host {
    struct weir_harness *harness;
    struct weir_task *task;
    const struct weir_export *exported;
    int opened;           /* what open has answered */
    pthread_mutex_t lock; /* of the texts below */
    struct weir_blob status;
    struct weir_blob snapshots[WEIR_HOST_TEXTS]; /* as the test was shown them */
    /* receivers */
    struct weir_receiver rx;
    struct weir_out out;
    struct weir_field fields[WEIR_HOST_COLUMNS_MAX];
    uint32_t field_count;
    struct weir_blob received; /* committed bytes, or rows as "a|b|c\n" */
    char *reserved;
    size_t reserved_bytes;
    atomic_bool is_stopping, is_until_eof, is_over, is_refusing;
    int outcome; /* of run */
    pthread_t thread;
    int64_t now_us;
    int64_t slept_us[64];
    atomic_size_t sleeps;
    /* sources */
    struct weir_scan scan;
    struct weir_split split;
    struct weir_blob parts[64];
    size_t part_count, largest_reservation;
};

/* Loads plugin `name` from the build, finds its export of that name, and opens an instance. params:
 * "name=value" texts, or "--json" as the user's wish, up to NULL; the others get their defaults.
 * Fails the test if the plugin cannot be loaded; open's answer is in `opened`. */
struct weir_plugin_host *weir_plugin_host_open(const char *name,
                                               enum weir_kind kind,
                                               const char *const *params);

/* Closes and frees; a receiver is stopped first. */
void weir_plugin_host_close(struct weir_plugin_host *host);

/* The texts so far, NUL-terminated; valid until the next call for the same one. Any thread. */
const char *weir_plugin_host_failure(struct weir_plugin_host *host);
const char *weir_plugin_host_log(struct weir_plugin_host *host);
const char *weir_plugin_host_status(struct weir_plugin_host *host);
const char *weir_plugin_host_received(struct weir_plugin_host *host);

/* Starts run() in a thread. */
void weir_plugin_host_run(struct weir_plugin_host *host);

/* Waits until run has returned; returns its outcome. Fails the test after a minute. */
int weir_plugin_host_join(struct weir_plugin_host *host);

/* Waits until `count` bytes were received, or `text` is in the status. Fails the test after a
 * minute. */
void weir_plugin_host_await_bytes(struct weir_plugin_host *host, size_t count);
void weir_plugin_host_await_status(struct weir_plugin_host *host, const char *text);

/* Tells the receiver to stop. */
void weir_plugin_host_stop(struct weir_plugin_host *host);

/* A chunk of one column of text, or of text and i64 where numbers is given. */
struct weir_test_chunk {
    struct weir_chunk chunk;
    struct ArrowArray arrays[2];
    const struct ArrowArray *cols[2];
    struct ArrowSchema schema, fields[2];
    struct ArrowSchema *children[2];
    const void *buffers[2][4];
    int64_t sizes[1];
    weir_view views[8];
    int64_t numbers[8];
    char heap[1024];
};
void weir_test_chunk_make(struct weir_test_chunk *chunk,
                          const char *const *words,
                          const int64_t *numbers,
                          uint32_t count);

#endif
