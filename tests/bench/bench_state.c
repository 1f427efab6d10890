/* SPDX-License-Identifier: Apache-2.0 */
/* What states cost on one core: map_with_state that touches 1e4 of 1e6 and of 1e7 keys, beside an
 * in-place hash table that does the same updates in the same run; update_state_by_key over 1e6
 * keys; a window of 30 panes with an inverse, and the same by merging panes.
 *
 *   bench_state [NAME]      track, update, window */
#include "head.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TOUCHED = 10000, ROUNDS = 60, WARM = 10, PANES = 30, PANE_KEYS = 20000 };

static double now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint64_t random_state = 88172645463325252;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static int compare_times(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times, uint32_t count)
{
    qsort(times, count, sizeof *times, compare_times);
    return times[count / 2];
}

/* ---- the bare table: linear probing, key and state side by side, updated in place ---- */

struct bare_entry {
    struct weir_key key; /* as a state's; zero: free */
    int64_t hits, last_us;
};

struct bare {
    struct bare_entry *entries;
    uint32_t shift;
};

static void bare_update(
    struct bare *bare, const int64_t *keys, const int64_t *values, size_t n, int64_t batch_us)
{
    uint64_t mask = (UINT64_C(1) << (64 - bare->shift)) - 1;
    for (size_t i = 0; i < n; i++) {
        const struct weir_key key = {{(uint64_t)keys[i], 0}};
        uint64_t hash = (key.half[0] ^ key.half[1] >> 31) * UINT64_C(0x9e3779b97f4a7c15);
        uint64_t at = hash >> bare->shift;
        struct bare_entry *entry = &bare->entries[at];
        while ((entry->key.half[0] | entry->key.half[1]) != 0 &&
               (entry->key.half[0] != key.half[0] || entry->key.half[1] != key.half[1])) {
            at = (at + 1) & mask;
            entry = &bare->entries[at];
        }
        entry->key = key;
        entry->hits += values[i];
        entry->last_us = batch_us;
    }
}

/* ---- map_with_state ---- */

/* Numbers in order never collide under the bare table's hash, which real ids do: both are shown.
 * One to one, and never 0. */
static int64_t scattered(uint64_t i)
{
    i = (i ^ i >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    i = (i ^ i >> 27) * UINT64_C(0x94d049bb133111eb);
    return (int64_t)(i ^ i >> 31);
}

static int64_t *made_keys(size_t n, bool is_scattered)
{
    int64_t *keys = malloc(n * sizeof *keys);
    for (size_t i = 0; i < n; i++) {
        keys[i] = is_scattered ? scattered(i + 1) : (int64_t)i + 1;
    }
    return keys;
}

/* Medians of a batch. */
struct track_times {
    double state, bare;
};

static struct track_times bench_track(size_t key_count, bool is_scattered)
{
    struct bench *b = malloc(sizeof *b);
    struct bare bare = {.shift = key_count > 2000000 ? 40 : 43};
    int64_t *keys = made_keys(key_count, is_scattered);
    int64_t *values = malloc(key_count * sizeof *values);
    double ours[ROUNDS];
    double theirs[ROUNDS];
    size_t bare_bytes = (UINT64_C(1) << (64 - bare.shift)) * sizeof *bare.entries;
    bare.entries = weir_alloc(bare_bytes);
    weir_memory_lasts(bare.entries, bare_bytes); /* huge pages, if the state has them */
    bench_open(b, WEIR_VERB_MAP_WITH_STATE, "hits", WEIR_KIND_TRACK);
    for (size_t i = 0; i < key_count; i++) {
        values[i] = 1;
    }
    double started = now_ns();
    bench_begin(b);
    bench_push(b, 0, keys, values, key_count);
    bench_finish(b);
    double filled = now_ns() - started;
    started = now_ns();
    bare_update(&bare, keys, values, key_count, 1);
    double bare_filled = now_ns() - started;
    for (uint32_t round = 0; round < ROUNDS + WARM; round++) {
        int64_t touched[TOUCHED];
        for (uint32_t i = 0; i < TOUCHED; i++) {
            touched[i] = keys[next_random() % key_count];
        }
        double t0 = now_ns();
        bench_begin(b);
        bench_push(b, 0, touched, values, TOUCHED);
        bench_finish(b);
        double t1 = now_ns();
        bare_update(&bare, touched, values, TOUCHED, b->second);
        double t2 = now_ns();
        if (round >= WARM) {
            ours[round - WARM] = t1 - t0;
            theirs[round - WARM] = t2 - t1;
        }
    }
    double state = median(ours, ROUNDS);
    double table = median(theirs, ROUNDS);
    printf(
        "map_with_state, %d of %zu keys %s: %.1f ns a key, %.0f us a batch; bare table %.1f ns a "
        "key; %.2f of it; %" PRIu64 " MiB; filled in %.0f ms (bare %.0f ms)\n",
        TOUCHED, key_count, is_scattered ? "anywhere" : "in order", state / TOUCHED, state / 1e3,
        table / TOUCHED, state / table, weir_state_table_bytes(&b->table) >> 20, filled / 1e6,
        bare_filled / 1e6);
    bench_close(b);
    free(b);
    weir_free(bare.entries);
    free(keys);
    free(values);
    return (struct track_times){state, table};
}

/* ---- update_state_by_key ---- */

static void bench_update(size_t key_count)
{
    struct bench *b = malloc(sizeof *b);
    int64_t *keys = made_keys(key_count, false);
    int64_t *values = calloc(key_count, sizeof *values);
    double all[12];
    double few[12];
    bench_open(b, WEIR_VERB_UPDATE_STATE_BY_KEY, "count", WEIR_KIND_UPDATE);
    bench_begin(b);
    bench_push(b, 0, keys, values, key_count);
    bench_finish(b);
    for (uint32_t round = 0; round < 12; round++) {
        double t0 = now_ns();
        bench_begin(b);
        bench_push(b, 0, keys, values, key_count);
        bench_finish(b);
        all[round] = now_ns() - t0;
        t0 = now_ns();
        bench_begin(b);
        bench_push(b, 0, keys, values, TOUCHED);
        bench_finish(b);
        few[round] = now_ns() - t0;
    }
    printf("update_state_by_key, %zu keys: %.1f ns a key with input for each, %.1f ns a key with "
           "input for %d\n",
           key_count, median(all, 12) / (double)key_count, median(few, 12) / (double)key_count,
           TOUCHED);
    bench_close(b);
    free(b);
    free(keys);
    free(values);
}

/* ---- windows ---- */

static double run_inverse(int64_t **keys, int64_t **values, uint32_t batches)
{
    struct bench *b = malloc(sizeof *b);
    double times[256];
    uint32_t timed = 0;
    bench_open(b, WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW, "add", WEIR_KIND_REDUCER);
    for (uint32_t t = 0; t < batches; t++) {
        double t0 = now_ns();
        bench_begin(b);
        if (t >= PANES) {
            bench_push(b, 1, keys[t - PANES], values[t - PANES], PANE_KEYS);
        }
        bench_push(b, 0, keys[t], values[t], PANE_KEYS);
        bench_finish(b);
        if (t > PANES) {
            times[timed++] = now_ns() - t0;
        }
    }
    bench_close(b);
    free(b);
    return median(times, timed);
}

static double run_panes(int64_t **keys, int64_t **values, uint32_t batches)
{
    struct bench *b = malloc(sizeof *b);
    double times[256];
    uint32_t timed = 0;
    bench_open(b, WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW, "add", WEIR_KIND_REDUCER);
    const uint32_t key[] = {0};
    struct weir_aggregate_spec spec = {.kind = WEIR_AGGREGATE_REDUCE,
                                       .in = b->nodes[0].schema,
                                       .key_count = 1,
                                       .keys = key,
                                       .value = 1,
                                       .is_merge = true,
                                       .op = b->nodes[1].op,
                                       .out = b->nodes[0].schema,
                                       .hash_seed = 42};
    struct weir_step *merge = weir_aggregate_create(&spec, &b->last);
    b->step = merge;
    for (uint32_t t = PANES; t < batches; t++) {
        double t0 = now_ns();
        for (uint32_t pane = t - PANES + 1; pane <= t; pane++) {
            bench_push(b, 0, keys[pane], values[pane], PANE_KEYS);
        }
        bench_finish(b);
        times[timed++] = now_ns() - t0;
    }
    merge->destroy(merge);
    bench_close(b);
    free(b);
    return median(times, timed);
}

static void bench_window(void)
{
    enum { BATCHES = 3 * PANES };
    int64_t *keys[BATCHES];
    int64_t *values[BATCHES];
    for (uint32_t t = 0; t < BATCHES; t++) {
        keys[t] = malloc(PANE_KEYS * sizeof **keys);
        values[t] = malloc(PANE_KEYS * sizeof **values);
        for (uint32_t i = 0; i < PANE_KEYS; i++) {
            keys[t][i] = (int64_t)i * 2 + (int64_t)(next_random() & 1); /* 40 000 in all */
            values[t][i] = (int64_t)(next_random() % 1000);
        }
    }
    double inverse = run_inverse(keys, values, BATCHES);
    double panes = run_panes(keys, values, BATCHES);
    printf("window of %d panes of %d keys: %.0f us with an inverse, %.0f us by merging panes\n",
           PANES, PANE_KEYS, inverse / 1e3, panes / 1e3);
    for (uint32_t t = 0; t < BATCHES; t++) {
        free(keys[t]);
        free(values[t]);
    }
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    bench_start();
    if (*only == '\0' || strcmp(only, "track") == 0) {
        for (int is_scattered = 0; is_scattered < 2; is_scattered++) {
            struct track_times few = bench_track(1000000, is_scattered != 0);
            struct track_times many = bench_track(10000000, is_scattered != 0);
            printf("map_with_state: ten times the keys, %.2f of the time; bare table %.2f\n",
                   many.state / few.state, many.bare / few.bare);
        }
    }
    if (*only == '\0' || strcmp(only, "update") == 0) {
        bench_update(1000000);
    }
    if (*only == '\0' || strcmp(only, "window") == 0) {
        bench_window();
    }
    bench_stop();
    return 0;
}
