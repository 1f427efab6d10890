/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for failures, the log, and graphs. Rules are made before threads run; what they count is
 * atomic. The log is written on the loop thread in simulated time, elsewhere under its lock. */
#include "play.h"

#include "script.h"

#include "lang/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct weir_plugin weir_plugin_e1_play;

enum { RULES_MAX = 8 };

static struct rule {
    const char *step;
    int outcome;
    atomic_int left;
} rules[RULES_MAX];
static int rule_count;
static struct weir_text log_text;
static atomic_flag log_lock = ATOMIC_FLAG_INIT;
static struct weir_env no_world;

void play_reset(void)
{
    rule_count = 0;
    weir_text_finish(&log_text);
}

void play_fail(const char *step, int outcome, int times)
{
    assert_true(rule_count < RULES_MAX);
    rules[rule_count].step = step;
    rules[rule_count].outcome = outcome;
    atomic_store(&rules[rule_count++].left, times);
}

int play_outcome(const char *step)
{
    for (int i = 0; i < rule_count; i++) {
        if (strncmp(step, rules[i].step, strlen(rules[i].step)) == 0 &&
            atomic_fetch_sub(&rules[i].left, 1) > 0) {
            return rules[i].outcome;
        }
    }
    return WEIR_OK;
}

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    while (atomic_flag_test_and_set(&log_lock)) {
    }
    weir_text_printf(&log_text, "%s\n", line);
    atomic_flag_clear(&log_lock);
}

void play_committed(int64_t batch_us, size_t partitions)
{
    note("[%lld] %zu partition%s", (long long)batch_us / 1000, partitions,
         partitions == 1 ? "" : "s");
}

void play_row(const char *json, size_t bytes)
{
    note("%.*s", (int)bytes, json);
}

void play_acked(uint64_t cookie)
{
    note("acked %llu", (unsigned long long)cookie);
}

void play_told(const char *to, size_t bytes)
{
    note("told %.*s", (int)bytes, to);
}

const char *play_log(void)
{
    return log_text.bytes == NULL ? "" : log_text.bytes;
}

struct weir_registry *play_registry(struct weir_env *env)
{
    struct weir_registry *registry;
    struct weir_error err;
    assert_int_equal(
        weir_registry_create(env == NULL ? &no_world : env, "/nowhere", &registry, &err), WEIR_OK);
    assert_int_equal(weir_registry_use_static(registry, &weir_plugin_e1_play, "play", false, &err),
                     WEIR_OK);
    return registry;
}

struct weir_graph *play_graph(struct weir_registry *registry, const char *text)
{
    struct weir_source source = {"test", weir_str_of(text), false};
    struct weir_bind_options options = {.registry = registry};
    struct weir_diagnostics diagnostics;
    struct weir_graph *graph = NULL;
    struct weir_error err;
    weir_diagnostics_init(&diagnostics, &source);
    if (weir_lang_compile(&source, &options, &diagnostics, &graph, &err) != WEIR_OK) {
        fail_msg("%s\n%s", err.text, text);
    }
    weir_diagnostics_finish(&diagnostics);
    return graph;
}
