/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs on the system with more and fewer threads: the same bytes, and nothing for the thread
 * sanitizer to say. Several unnamed outputs, sources that are told, failures that are retried. */
#include "play.h"

#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char job_text[] =
    "words = play.list \"to be or not|to be that is|the question whether|tis nobler in|the mind "
    "to|suffer the slings / and arrows|of outrageous fortune|or to take|arms against a|sea of "
    "troubles / and by opposing|end them to|die to sleep|no more and|by a sleep\" "
    "| flat_map word = play.words(line)\n"
    "words | count_by_value partitions=4 | play.log\n"
    "words | map word = play.same(word) | play.log\n"
    "words | count | play.log\n"
    "words | window 2s | count_by_value partitions=3 | top 3 by=count | play.log\n";

struct ending {
    struct weir_env *env;
    struct weir_error err;
};

static void finished(void *owner, const struct weir_error *err)
{
    struct ending *ending = owner;
    ending->err = *err;
    ending->env->ops->stop(ending->env);
}

static char *run(uint32_t threads)
{
    const struct weir_os_options os = {.threads = threads, .plugin_home = "/nowhere"};
    struct ending ending = {0};
    struct weir_run_options options;
    struct weir_run *job;
    struct weir_error err;
    play_reset();
    play_fail("same the", WEIR_RETRY, 3);
    play_fail("read and", WEIR_RETRY, 1);
    play_fail("commit", WEIR_RETRY, 2);
    assert_int_equal(weir_os_create(&os, &ending.env, &err), WEIR_OK);
    struct weir_registry *registry = play_registry(ending.env);
    struct weir_graph *graph = play_graph(registry, job_text);
    weir_run_options_init(&options, graph);
    options.driver.batches_in_flight = 3;
    options.on_finished = finished;
    options.owner = &ending;
    assert_int_equal(weir_run_create(ending.env, graph, &options, &job, &err), WEIR_OK);
    weir_run_start(job);
    ending.env->ops->loop(ending.env);
    assert_int_equal(ending.err.status, WEIR_OK);
    /* the last batch, which the window still reaches */
    assert_int_equal(weir_worker_held_blocks(weir_run_worker(job)), 5);
    weir_run_destroy(job);
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
    weir_os_destroy(ending.env);
    return weir_strndup(play_log(), strlen(play_log()));
}

/* When a source is told is its own affair; what outputs get is the same to the byte. */
static void without_told(char *log)
{
    char *to = log;
    for (char *line = log; *line != '\0';) {
        size_t count = strcspn(line, "\n") + 1;
        if (strncmp(line, "told", 4) != 0) {
            memmove(to, line, count);
            to += count;
        }
        line += count;
    }
    *to = '\0';
}

static void the_same_bytes_on_any_number_of_threads(void **state)
{
    (void)state;
    char *expected = run(1);
    without_told(expected);
    assert_non_null(strstr(expected, "{\"word\":\"to\",\"count\":3}"));
    for (uint32_t round = 0; round < 6; round++) {
        char *log = run(round % 4 + 1);
        without_told(log);
        assert_string_equal(log, expected);
        weir_free(log);
    }
    weir_free(expected);
    play_reset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_bytes_on_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
