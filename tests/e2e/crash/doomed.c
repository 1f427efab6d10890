/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that crash, each in its way, on lines that say so, for the test of what weir reports. A
 * plugin as anybody may write one: it uses the SDK alone. */
#include <weir/plugin.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEAP_BYTES = 100000 }; /* more than what is kept for later, less than what is mapped alone */

static int read_nothing(void)
{
    const volatile int *nowhere = NULL;
    return *nowhere;
}

WEIR_FUNCTION(weir_str, nil, (weir_str, line))
{
    return weir_str_contains(line, "doom") ? weir_str_make(line.bytes, (size_t)read_nothing())
                                           : line;
}

WEIR_FUNCTION(int64_t, share, (int64_t, whole, int64_t, parts))
{
    return whole / parts; /* a processor that traps: SIGFPE */
}

WEIR_REDUCER(int64_t, ratio, (a, b))
{
    return a / b;
}

WEIR_FUNCTION(weir_str, stop, (weir_str, line))
{
    if (weir_str_contains(line, "doom")) {
        abort();
    }
    return line;
}

WEIR_FUNCTION(weir_str, leave, (weir_str, line))
{
    if (weir_str_contains(line, "doom")) {
        exit(7);
    }
    return line;
}

static int go_deeper(volatile const char *above, int depth)
{
    volatile char room[512];
    room[0] = above[0];
    return depth > 0 ? go_deeper(room, depth + 1) + room[0] : 0;
}

WEIR_FUNCTION(weir_str, deep, (weir_str, line))
{
    bool is_doomed = weir_str_contains(line, "doom");
    return is_doomed ? weir_str_make(line.bytes, (size_t)go_deeper("", 1)) : line;
}

/* Several rows are out already when it crashes. */
WEIR_EMITTER(words, (weir_str, line), (weir_str, word))
{
    weir_str rest = line, word;
    while (weir_str_token(&rest, ' ', &word)) {
        WEIR_EMIT(word);
        if (weir_str_equal(word, "doom")) {
            (void)read_nothing();
        }
    }
}

/* ---- operators that remember ---- */
struct memory {
    bool was_good; /* the line before was "good" */
    pid_t process;
};

static int open_memory(struct weir_task *task)
{
    struct memory *memory = task->self;
    memory->process = getpid();
    return WEIR_OK;
}

/* The line that says so crashes only if the one before it was "good". */
WEIR_FUNCTION(weir_str, after, (weir_str, line))
{
    struct memory *memory = weir_self(ctx, struct memory);
    bool was_good = memory->was_good;
    memory->was_good = weir_str_equal(line, "good");
    if (was_good && weir_str_contains(line, "doom")) {
        (void)read_nothing();
    }
    return line;
}
WEIR_INSTANCE(after, struct memory, open_memory, NULL);

/* Crashes in its own process only: not once more for those who look into it. */
WEIR_FUNCTION(weir_str, once, (weir_str, line))
{
    if (weir_str_contains(line, "doom") && weir_self(ctx, struct memory)->process == getpid()) {
        (void)read_nothing();
    }
    return line;
}
WEIR_INSTANCE(once, struct memory, open_memory, NULL);

static int open_nothing(struct weir_task *task)
{
    (void)task;
    return read_nothing();
}

WEIR_FUNCTION(weir_str, unopened, (weir_str, line))
{
    return line;
}
WEIR_INSTANCE(unopened, struct memory, open_nothing, NULL);

/* ---- heaps and threads ---- */

static char *volatile block;

/* The heap's own words are overwritten, so that the C library finds out inside of malloc, with its
 * lock held. */
WEIR_FUNCTION(weir_str, heap, (weir_str, line))
{
    if (weir_str_contains(line, "doom")) {
        block = malloc(HEAP_BYTES);
        memset(block + HEAP_BYTES, 0x41, 64);
        block = malloc(HEAP_BYTES);
    }
    return line;
}

static void *thread_main(void *argument)
{
    (void)argument;
    (void)read_nothing();
    return NULL;
}

WEIR_FUNCTION(weir_str, thread, (weir_str, line))
{
    pthread_t thread;
    if (weir_str_contains(line, "doom") && pthread_create(&thread, NULL, thread_main, NULL) == 0) {
        pthread_join(thread, NULL);
    }
    return line;
}

/* ---- a sink and a receiver ---- */
static int write_rows(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    (void)task, (void)schema;
    const struct weir_reader lines = weir_reader_of(in, 0, sizeof(weir_view));
    size_t count = weir_chunk_count(in);
    for (size_t i = 0; i < count; i++) {
        weir_str line = weir_read_str(&lines, weir_chunk_position(in, i));
        if (weir_str_contains(line, "doom")) {
            (void)read_nothing();
        }
    }
    return WEIR_OK;
}

WEIR_SINK(pit, WEIR_IDEMPOTENT, NULL, write_rows, NULL, NULL, NULL, NULL);

static int run_spring(struct weir_receiver *rx)
{
    static const char line[] = "good\n";
    char *to = rx->reserve(rx, sizeof line, true);
    if (to != NULL) {
        memcpy(to, line, sizeof line - 1);
        (void)rx->commit(rx, sizeof line - 1, (weir_bytes){0}, 0);
    }
    return read_nothing();
}

WEIR_TEXT_RECEIVER(spring, run_spring, NULL, NULL);

WEIR_PLUGIN("org.example.doomed", "1.2.3", "operators that crash", "Apache-2.0");
