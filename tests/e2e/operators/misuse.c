/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that misbehave without crashing, for the tests of what weir makes of it. */
#include <weir/plugin.h>

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Goes on in two processes where a line says so. */
WEIR_FUNCTION(weir_str, forks, (weir_str, line))
{
    if (weir_str_contains(line, "fork")) {
        (void)fork();
    }
    return line;
}

/* Forks, and the child ends by itself: what popen and system do. */
WEIR_FUNCTION(weir_str, spawns, (weir_str, line))
{
    if (fork() == 0) {
        _exit(3);
    }
    return line;
}

/* Keeps what it allocates. */
WEIR_FUNCTION(int64_t, leaks, (weir_str, line))
{
    char *volatile kept = (char *)malloc(line.count + 100);
    kept[0] = 'x';
    return (int64_t)line.count;
}

/* Never comes back from open. */
static int open_for_ever(struct weir_task *task)
{
    const struct timespec pause = {0, 10000000};
    while (!weir_cancelled(task)) {
        nanosleep(&pause, NULL);
    }
    return WEIR_OK;
}
WEIR_FUNCTION(weir_str, unopened, (weir_str, line))
{
    (void)ctx;
    return line;
}
struct nothing {
    int64_t unused;
};
WEIR_INSTANCE(unopened, struct nothing, open_for_ever, NULL);

/* Keeps its task and the output of one call, and uses both in the next. */
static struct weir_task *kept_task;
static struct weir_out *kept_out;
WEIR_CHUNK_FUNCTION(weir_list(int64_t), keeps, (int64_t, a))
{
    if (kept_out != NULL) {
        (void)kept_out->grow(kept_out, kept_task, 100);
        (void)kept_out->grow_valid(kept_out, kept_task, 0);
        (void)kept_out->grow(kept_out->children[0], kept_task, 0);
    }
    kept_task = ctx->task;
    kept_out = out;
    return WEIR_OK;
}

/* Texts at the borders of what a value can hold. */
WEIR_FUNCTION(weir_str, long_text, (int64_t, bytes))
{
    (void)ctx;
    return weir_str_make((const char *)weir_arena(ctx, 16), (size_t)bytes);
}
/* Not a number as a key, in many disguises. */
WEIR_FUNCTION(double, not_a_number, (int64_t, a))
{
    const uint64_t bits = UINT64_C(0x7ff8000000000000) + (uint64_t)a;
    double number;
    (void)ctx;
    memcpy(&number, &bits, sizeof number);
    return number;
}

WEIR_FUNCTION(int64_t, at_most, (int64_t, a))
{
    const int64_t most = weir_param_i64(ctx, "most");
    return a < most ? a : most;
}
WEIR_PARAMS(at_most, WEIR_PARAM_I64_IN(most, required, 1, 100, "the largest result"));

WEIR_PLUGIN("org.example.misuse", "1.0.0", "operators that misbehave", "Apache-2.0");
