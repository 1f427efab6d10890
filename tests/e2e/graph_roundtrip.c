/* SPDX-License-Identifier: Apache-2.0 */
/* A graph from the parser, the same graph read back from its record by a process that never saw the
 * text, and the graph of its printed text: all three give the same bytes, on one, two and four
 * threads. */
#include "capture/run_graph.h"
#include "lang/lang.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS "flat_map word = text.words(line)"
#define PAIRS "file \"INPUT\" | " WORDS " | map key = word, value = text.length(word)"
#define SHORT " | filter text.length(word) < 3"
#define FEW   "file \"INPUT\" | " WORDS SHORT " | map key = word, value = 1"

/* Every job reads the file made below ("INPUT" is replaced by its path). */
static const char *const jobs[] = {
    "file \"INPUT\" | count | capture.keep",
    "file \"INPUT\" | " WORDS " | map key = word, value = 1 | reduce_by_key i64.add | capture.keep",
    "file \"INPUT\" | " WORDS " | count_by_value | top 10 by=count | capture.keep",
    "file \"INPUT\" | filter text.contains(line, \"a\") and not text.starts_with(line, \"b\") | "
    "capture.keep",
    "file \"INPUT\" | map n = text.length(line) | reduce i64.add | capture.keep",
    "file \"INPUT\" | map n = text.length(line), line | extend twice = n * 2 + 1 | "
    "filter twice % 3 == 0 | limit 50 | capture.keep",
    "lines = file \"INPUT\"; lines | count | capture.keep; lines | " WORDS
    " | count_by_value partitions=3 | capture.keep",
    "a = file \"INPUT\" | filter text.contains(line, \"a\"); b = file \"INPUT\" | " WORDS
    " | map line = word; a | union b | map n = text.length(line) | count_by_value | capture.keep",
    "job named batch=2s; file \"INPUT\" | " WORDS
    " | window 4s, 2s | count_by_value | capture.keep",
    "file \"INPUT\" | repartition 5 | map u = text.upper(line) | capture.keep",
    "file \"INPUT\" | flat_map n = text.length(line), word = text.words(line) | "
    "map key = {len: n, word: word}, value = 1.5 | reduce_by_key f64.add | capture.keep",
    "param least = 3; file \"INPUT\" | " WORDS " | filter text.length(word) >= $least | "
    "map key = text.length(word), value = text.length(word) | reduce_by_key i64.max | "
    "map_values value + 1 | capture.keep",
    /* one batch */
    "file \"INPUT\" | " WORDS
    " | distinct | sort desc=true | persist | checkpoint 10s | capture.keep",
    PAIRS " | sort by=[value, key] | limit 500 | glom | capture.keep",
    PAIRS " | group_by_key partitions=3 | flat_map_values value | count_by_value | capture.keep",
    "file \"INPUT\" | " WORDS " | map_partitions capture.numbered | foreach_rdd capture.keep",
    PAIRS " | combine_by_key agg.sum | capture.keep",
    PAIRS " | aggregate n = agg.count(), agg.max(value) by=key | capture.keep",
    PAIRS " | aggregate n = agg.count(), low = agg.min(value) | capture.keep",
    /* windows */
    PAIRS " | map value | reduce_by_window i64.add length=3s slide=2s | capture.keep",
    PAIRS " | map value | reduce_by_window i64.max length=3s | capture.keep",
    PAIRS " | count_by_window length=3s slide=2s | capture.keep",
    PAIRS " | map key | count_by_value_and_window length=3s slide=1s partitions=2 | capture.keep",
    FEW " | group_by_key_and_window length=2s | map key, n = value[0] | capture.keep",
    PAIRS " | reduce_by_key_and_window i64.add length=3s filter=value > 0 | capture.keep",
    PAIRS " | reduce_by_key_and_window i64.add length=2s slide=2s inverse=none | capture.keep",
    PAIRS " | aggregate n = agg.count(), m = agg.mean(std.f64(value)) by=key length=3s | "
          "map key, n | capture.keep",
    /* several streams */
    "a = " FEW " | reduce_by_key i64.add; b = " FEW
    " | filter text.contains(key, \"b\") | distinct; "
    "a | join b | capture.keep; a | left_outer_join b | capture.keep; "
    "b | right_outer_join a | capture.keep; a | full_outer_join b | capture.keep; "
    "a | cogroup b | map key, n = value.left[0], m = value.right[0] | capture.keep",
    "a = " FEW " | reduce_by_key i64.add; b = " FEW " | map word = key | distinct; "
    "a | join b on={key: word} | capture.keep; a | semi_join b on={key: word} | capture.keep; "
    "a | anti_join b on={key: word} | capture.keep",
    "table t = file \"INPUT\" | " WORDS
    " | distinct | filter text.length(word) > 4; file \"INPUT\" | " WORDS
    " | anti_join t on=word | capture.keep",
    "b = " FEW " | distinct; " PAIRS " | transform b { sort | limit 5 | cartesian b | extend t = "
    "batch_time() } | capture.keep",
    /* state */
    "table t = " FEW " | distinct; " PAIRS
    " | update_state_by_key capture.sums initial=t as sums | "
    "capture.keep",
    PAIRS " | map_with_state capture.running timeout=10s as sums | capture.keep; sums | "
          "state_snapshots | capture.keep",
};

static void write_input(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    struct weir_random random;
    weir_random_seed(&random, 11);
    for (int line = 0; line < 3000; line++) {
        uint64_t words = weir_random_below(&random, 12);
        for (uint64_t w = 0; w < words; w++) {
            uint64_t r = weir_random_below(&random, 300);
            (void)fprintf(file, "%s%s%u", w == 0 ? "" : " ",
                          r % 3 == 0   ? "a-rather-long-word-"
                          : r % 3 == 1 ? "b"
                                       : "c",
                          (unsigned)r);
        }
        (void)fputc('\n', file);
    }
    (void)fclose(file);
}

static char *with_input(const char *job, const char *path)
{
    struct weir_text text;
    weir_text_init(&text);
    for (const char *at; (at = strstr(job, "INPUT")) != NULL; job = at + 5) {
        weir_text_append(&text, job, (size_t)(at - job));
        weir_text_put(&text, path);
    }
    weir_text_put(&text, job);
    return text.bytes;
}

enum way { PARSED, DECODED, PRINTED };

/* The job's graph in a fresh world, by way of its record or its printed text. */
static int make_graph(struct weir_run_world *world,
                      const char *text,
                      enum way way,
                      struct weir_graph **graph,
                      struct weir_error *err)
{
    WEIR_TRY(weir_run_compile(world, text, 0, graph, err));
    if (way == PARSED) {
        return WEIR_OK;
    }
    struct weir_text form;
    struct weir_graph *again = NULL;
    weir_text_init(&form);
    int status;
    if (way == DECODED) {
        weir_graph_encode(*graph, &form);
        weir_bytes record = {(const uint8_t *)form.bytes, form.count};
        status = weir_graph_decode(record, world->registry, &again, err);
    } else {
        weir_lang_print_graph(*graph, &form);
        status = weir_run_compile(world, form.bytes, 0, &again, err);
    }
    if (status == WEIR_OK && !weir_graph_equal(*graph, again)) {
        status = weir_error_set(err, WEIR_EJOB, "the graph changed on its way");
    }
    weir_graph_destroy(*graph);
    weir_text_finish(&form);
    *graph = again;
    return status;
}

static int run_once(const char *text,
                    enum way way,
                    uint32_t threads,
                    struct weir_text *lines,
                    struct weir_error *err)
{
    struct weir_run_world world;
    struct weir_graph *graph = NULL;
    int status = weir_run_world_open(&world, threads, err);
    if (status == WEIR_OK) {
        status = make_graph(&world, text, way, &graph, err);
    }
    if (status == WEIR_OK) {
        status = weir_run_graph(&world, graph, 40000, lines, err);
    }
    weir_graph_destroy(graph);
    weir_run_world_close(&world);
    return status;
}

static bool is_same_every_way(const char *text)
{
    static const uint32_t threads[] = {1, 2, 4};
    struct weir_text first, other;
    struct weir_error err = {0};
    weir_text_init(&first);
    weir_text_init(&other);
    bool ok = run_once(text, PARSED, 1, &first, &err) == WEIR_OK && first.count > 0;
    for (int way = PARSED; ok && way <= PRINTED; way++) {
        for (size_t t = 0; ok && t < 3; t++) {
            ok = run_once(text, (enum way)way, threads[t], &other, &err) == WEIR_OK &&
                 other.count == first.count && memcmp(other.bytes, first.bytes, first.count) == 0;
        }
    }
    if (!ok) {
        (void)printf("FAILED %s\n  %s (%zu bytes, then %zu)\n", text, err.text, first.count,
                     other.count);
    }
    weir_text_finish(&first);
    weir_text_finish(&other);
    return ok;
}

int main(void)
{
    char path[] = "/tmp/weir-roundtrip-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) {
        perror(path);
        return 1;
    }
    (void)close(fd);
    write_input(path);
    size_t passed = 0;
    size_t count = sizeof jobs / sizeof *jobs;
    for (size_t i = 0; i < count; i++) {
        char *text = with_input(jobs[i], path);
        passed += is_same_every_way(text) ? 1 : 0;
        weir_free(text);
    }
    (void)unlink(path);
    (void)printf("%zu passed, %zu failed\n", passed, count - passed);
    return passed == count ? 0 : 1;
}
