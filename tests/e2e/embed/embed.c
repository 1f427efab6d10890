/* SPDX-License-Identifier: Apache-2.0 */
/* A program that embeds weir: it knows libweir and the SDK, nothing of the engine. It runs jobs
 * with an operator of its own on a heap of its own; embed.sh compares what it prints. */
#include <weir/job.h>
#include <weir/plugin.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

WEIR_FUNCTION(bool, is_long, (weir_str, word))
{
    return word.count > 3;
}
WEIR_PLUGIN("org.example.embed", "1.0.0", "operators of the program", "Apache-2.0");

/* ---- a heap that counts ---- */
static atomic_llong blocks;

static void *allocate(void *owner, size_t bytes)
{
    (void)owner;
    atomic_fetch_add(&blocks, 1);
    return malloc(bytes);
}

static void *reallocate(void *owner, void *memory, size_t bytes)
{
    (void)owner;
    atomic_fetch_add(&blocks, memory == NULL ? 1 : 0);
    return realloc(memory, bytes);
}

static void *aligned(void *owner, size_t bytes)
{
    (void)owner;
    atomic_fetch_add(&blocks, 1);
    return aligned_alloc(64, bytes);
}

static void release(void *owner, void *memory)
{
    (void)owner;
    atomic_fetch_sub(&blocks, memory == NULL ? 0 : 1);
    free(memory);
}

static void on_batch(void *owner, int64_t batch_us, uint64_t records_in, uint64_t rows_out)
{
    (void)owner;
    if (records_in > 0 && rows_out < 100) {
        (void)fprintf(stderr, "batch %lld: %llu in, %llu out\n", (long long)batch_us,
                      (unsigned long long)records_in, (unsigned long long)rows_out);
    }
}

static void log_line(void *owner, int level, const char *line)
{
    (void)owner;
    (void)fprintf(stderr, "log %d: %s\n", level, line);
}

static struct weir_job *open_job(void)
{
    struct weir_job_world world = {.size = sizeof world,
                                   .threads = 2,
                                   .log = log_line,
                                   .allocate = allocate,
                                   .reallocate = reallocate,
                                   .aligned = aligned,
                                   .release = release,
                                   .on_batch = on_batch};
    struct weir_job *job;
    char error[1024];
    if (weir_job_open(&world, &job, error, sizeof error) != 0) {
        (void)fprintf(stderr, "cannot open a job: %s\n", error);
        exit(1);
    }
    return job;
}

/* Runs and closes it; what went wrong goes to stderr. */
static int run_job(struct weir_job *job)
{
    int status = weir_job_run(job);
    if (status != 0) {
        (void)fprintf(stderr, "%s\n", weir_job_error(job));
    }
    weir_job_close(job);
    return status;
}

static int count_long_words(const char *path)
{
    struct weir_job *job = open_job();
    char input[1024];
    (void)snprintf(input, sizeof input, "file \"%s\"", path);
    weir_job_use(job, "own", &weir_plugin_e1_embed);
    weir_stream words = weir_flat_map(weir_input(job, input), "word = text.words(line)");
    weir_print(weir_count_by_value(weir_filter(words, "own.is_long(word)"), NULL), NULL);
    return run_job(job);
}

/* ---- ending from another thread ---- */
static void *end_soon(void *job)
{
    const struct timespec pause = {.tv_nsec = 300000000};
    (void)nanosleep(&pause, NULL);
    weir_job_end(job);
    return NULL;
}

static int run_until_told(void)
{
    struct weir_job *job = open_job();
    pthread_t thread;
    weir_job_parse(job, "job endless batch=50ms\n"
                        "generate words rate=1000 | count | filter count < 0 | print");
    if (pthread_create(&thread, NULL, end_soon, job) != 0) {
        return 1;
    }
    int status = weir_job_run(job);
    if (status != 0) {
        (void)fprintf(stderr, "%s\n", weir_job_error(job));
    }
    (void)pthread_join(thread, NULL);
    weir_job_close(job);
    return status;
}

/* ---- slices ---- */
static struct weir_job *sliced;
static int sliced_count;

static void see(void *owner, weir_str record)
{
    (void)owner;
    sliced_count++;
    (void)fprintf(stderr, "slice: %.*s\n", (int)record.count, record.bytes);
}

static void ask_slices(void *owner, int64_t batch_us, uint64_t records_in, uint64_t rows_out)
{
    (void)owner;
    (void)records_in;
    (void)rows_out;
    if (batch_us == 3000000) {
        (void)weir_job_slice(sliced, "lengths", 1000000, 2999999, see, NULL);
        if (weir_job_slice(sliced, "nix", 0, 1, see, NULL) == 0) {
            sliced_count = -1;
        }
    }
}

static int slice_files(const char *path)
{
    struct weir_job_world world = {.size = sizeof world, .threads = 2, .on_batch = ask_slices};
    char text[1024];
    if (weir_job_open(&world, &sliced, text, sizeof text) != 0) {
        return 1;
    }
    (void)snprintf(text, sizeof text, "file \"%s.[123]\" per_batch=1", path);
    weir_stream lengths = weir_map(weir_input(sliced, text), "bytes = text.length(line)");
    weir_print(weir_filter(weir_named(lengths, "lengths"), "bytes < 0"), NULL);
    weir_job_remember(sliced, "lengths", 10000000);
    return run_job(sliced) != 0 || sliced_count != 2;
}

static int run_nonsense(void)
{
    struct weir_job *job = open_job();
    weir_print(weir_map(weir_input(job, "generate words"), "x = wrod"), NULL);
    return run_job(job);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        return 64;
    }
    int status =
        count_long_words(argv[1]) != 0 || run_until_told() != 0 || slice_files(argv[1]) != 0;
    if (run_nonsense() == 0) {
        status = 1;
    }
    (void)fprintf(stderr, "%lld blocks left\n", (long long)atomic_load(&blocks));
    return status;
}
