/* SPDX-License-Identifier: Apache-2.0 */
/* random_jobs [--runs N] [--seed S]: random jobs through the command weir. The same bytes for any
 * number of threads, the same multiset for any number of partitions, the same bytes once sorted.
 * The last line is "N passed, N failed". */
#include "program.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>

extern char **environ;

struct testing {
    const char *weir;
    char folder[256]; /* of the input, the output and the home */
    struct weir_text program;
    uint64_t passed, failed;
};

/* ---- one run of weir ---- */
static bool read_file(const char *path, struct weir_text *to)
{
    FILE *file = fopen(path, "re");
    size_t count = 0;
    if (file == NULL) {
        return false;
    }
    do {
        char *at = weir_text_reserve(to, 65536);
        count = fread(at, 1, 65536, file);
        to->count += count;
    } while (count > 0);
    weir_text_append(to, "", 0);
    (void)fclose(file);
    return true;
}

/* The exit status of weir run; its output in `to`, its messages in `said`. */
static int run_weir(struct testing *testing,
                    const char *threads,
                    const char *partitions,
                    struct weir_text *to,
                    struct weir_text *said)
{
    char out[320], err[320];
    pid_t child;
    posix_spawn_file_actions_t actions;
    const char *words[] = {testing->weir,  "run",       "-q",
                           "--json",       "--threads", threads,
                           "--partitions", partitions,  testing->program.bytes};
    char *arguments[sizeof words / sizeof *words + 1] = {NULL};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        arguments[i] = (char *)(uintptr_t)words[i]; /* posix_spawn does not write to them */
    }
    (void)snprintf(out, sizeof out, "%s/out", testing->folder);
    (void)snprintf(err, sizeof err, "%s/err", testing->folder);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out, 0x241, 0600); /* write, new */
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err, 0x241, 0600);
    int status = posix_spawn(&child, testing->weir, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (status != 0) {
        weir_text_put(said, strerror(status));
        return 127;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    to->count = said->count = 0;
    read_file(out, to);
    read_file(err, said);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- comparing ---- */
static uint64_t digest(const struct weir_text *text)
{
    return XXH3_64bits(text->bytes, text->count);
}

/* Lines in any order: the sum of their digests. */
static uint64_t digest_of_lines(const struct weir_text *text)
{
    uint64_t sum = 0;
    for (const char *at = text->bytes; at != NULL && *at != '\0';) {
        size_t count = strcspn(at, "\n") + 1;
        sum += XXH3_64bits(at, count);
        at += count;
    }
    return sum;
}

static bool fail(const struct testing *testing,
                 uint64_t number,
                 const char *what,
                 const struct weir_text *said)
{
    printf("FAILED %llu: %s\n%s", (unsigned long long)number, what, testing->program.bytes);
    if (said != NULL && said->count > 0) {
        printf("  %s\n", said->bytes);
    }
    return false;
}

/* Runs the program with each of these and compares with the first; by_line: in any order. */
static bool is_same_for(
    struct testing *testing, uint64_t number, bool of_threads, bool by_line, const char *what)
{
    static const char *const threads[] = {"1", "2", "4"};
    static const char *const partitions[] = {"1", "3", "8"};
    uint64_t first = 0;
    struct weir_text out, said;
    bool is_same = true;
    weir_text_init(&out);
    weir_text_init(&said);
    for (size_t i = 0; i < 3 && is_same; i++) {
        int status = run_weir(testing, of_threads ? threads[i] : "2",
                              of_threads ? "3" : partitions[i], &out, &said);
        uint64_t here = by_line ? digest_of_lines(&out) : digest(&out);
        first = i == 0 ? here : first;
        if (status != 0) {
            is_same = fail(testing, number, "weir run failed", &said);
        } else if (here != first) {
            is_same = fail(testing, number, what, NULL);
        }
    }
    weir_text_finish(&out);
    weir_text_finish(&said);
    return is_same;
}

static void print_to(struct testing *testing, const struct program *program, const char *end)
{
    testing->program.count = 0;
    weir_text_append(&testing->program, program->streams.bytes, program->streams.count);
    weir_text_printf(&testing->program, "%s | %sprint\n", program->last, end);
}

static bool check(struct testing *testing, uint64_t seed, uint64_t number)
{
    struct program program;
    program_make(&program, seed, number, testing->folder);
    print_to(testing, &program, "");
    bool is_fine =
        is_same_for(testing, number, true, false, "other bytes for another number of threads") &&
        is_same_for(testing, number, false, true, "another multiset for other partitions");
    if (is_fine) {
        print_to(testing, &program, "sort | ");
        is_fine = is_same_for(testing, number, false, false, "other bytes although sorted");
    }
    program_finish(&program);
    return is_fine;
}

static void clean_up(const struct testing *testing)
{
    static const char *const names[] = {"0.txt", "1.txt", "2.txt", "3.txt",
                                        "4.txt", "5.txt", "out",   "err"};
    char path[320];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", testing->folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(testing->folder);
}

int main(int argc, char **argv)
{
    struct testing testing = {.weir = WEIR_BUILD_DIR "/weir", .folder = "/tmp/weir-jobs-XXXXXX"};
    uint64_t runs = 100, seed = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t *to = strcmp(argv[i], "--runs") == 0   ? &runs
                       : strcmp(argv[i], "--seed") == 0 ? &seed
                                                        : NULL;
        if (to == NULL) {
            (void)fprintf(stderr, "usage: random_jobs [--runs N] [--seed S]\n");
            return 64;
        }
        *to = strtoull(argv[i + 1], NULL, 10);
    }
    if (mkdtemp(testing.folder) == NULL || !program_write_files(testing.folder, seed)) {
        perror(testing.folder);
        return 1;
    }
    weir_text_init(&testing.program);
    for (uint64_t n = 0; n < runs; n++) {
        bool is_fine = check(&testing, seed, n);
        testing.passed += is_fine;
        testing.failed += !is_fine;
    }
    weir_text_finish(&testing.program);
    clean_up(&testing);
    printf("seed %llu: %llu passed, %llu failed\n", (unsigned long long)seed,
           (unsigned long long)testing.passed, (unsigned long long)testing.failed);
    return testing.failed > 0;
}
