/* SPDX-License-Identifier: Apache-2.0 */
/* Slices of kept streams: both ends aligned down and included, zero time without an RDD. Source:
 * the reference, conformance behaviours 4, 5 and 78. */
#include "play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct asked {
    struct weir_env *env;
    struct weir_run *job;
    uint32_t node;
    int64_t from_ms, to_ms, at_ms; /* asked after the batch of at_ms */
    int status;
    struct weir_error err;
    struct weir_text rows;
};

static void put_rows(void *owner, const struct weir_block *block)
{
    struct asked *asked = owner;
    for (uint32_t row = 0; row < block->rows; row++) {
        weir_json_row(&asked->rows, &block->table.all, row, 0, NULL);
        weir_text_put(&asked->rows, " ");
    }
}

static void committed(void *owner, const struct weir_batch_record *record)
{
    struct asked *asked = owner;
    if (record->batch_us == asked->at_ms * 1000) {
        asked->status = weir_run_slice(asked->job, asked->node, asked->from_ms * 1000,
                                       asked->to_ms * 1000, put_rows, asked, &asked->err);
    }
}

static void finished(void *owner, const struct weir_error *err)
{
    struct asked *asked = owner;
    assert_string_equal(err->text, "");
    asked->env->ops->stop(asked->env);
}

static uint32_t node_named(const struct weir_graph *graph, const char *name)
{
    for (uint32_t n = 0; n < graph->node_count; n++) {
        if (graph->nodes[n].name != NULL && strcmp(graph->nodes[n].name, name) == 0) {
            return n;
        }
    }
    fail_msg("no stream %s", name);
    return 0;
}

/* What a slice of the stream `s` says, kept for so long; a job of batches of 1 s. */
static void slice(const char *text, int64_t remember_ms, struct asked *asked)
{
    const struct weir_sim_options sim = {.threads = 2, .work_us_min = 1000, .work_us_max = 1000};
    struct weir_run_options options;
    struct weir_error err = {0};
    asked->env = weir_sim_create(&sim);
    struct weir_registry *registry = play_registry(asked->env);
    struct weir_graph *graph = play_graph(registry, text);
    asked->node = node_named(graph, "s");
    const struct weir_plan_keep keep = {asked->node, remember_ms * 1000};
    weir_run_options_init(&options, graph);
    options.keeps = &keep;
    options.keep_count = 1;
    options.on_batch = committed;
    options.on_finished = finished;
    options.owner = asked;
    weir_text_init(&asked->rows);
    play_reset();
    assert_int_equal(weir_run_create(asked->env, graph, &options, &asked->job, &err), WEIR_OK);
    if (asked->at_ms == 0) { /* before it starts */
        asked->status = weir_run_slice(asked->job, asked->node, asked->from_ms * 1000,
                                       asked->to_ms * 1000, put_rows, asked, &asked->err);
    }
    weir_run_start(asked->job);
    weir_sim_run(asked->env, INT64_MAX);
    weir_run_destroy(asked->job);
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
    weir_sim_destroy(asked->env);
}

static void expect(const char *text, struct asked asked, const char *rows)
{
    slice(text, 10000, &asked);
    assert_string_equal(asked.err.text, "");
    assert_string_equal(asked.rows.count == 0 ? "" : asked.rows.bytes, rows);
    weir_text_finish(&asked.rows);
}

static void expect_refused(const char *text, int64_t remember_ms, struct asked asked, int status)
{
    slice(text, remember_ms, &asked);
    assert_int_equal(asked.status, status);
    weir_text_finish(&asked.rows);
}

static const char lines[] = "s = play.list \"a / b / c|d / e\"\ns | count | play.log";
static const char windows[] = "s = play.list \"a / b / c|d / e\" | window 2s, 2s\ns | play.log";

static void both_ends_are_included(void **state)
{
    (void)state;
    expect(lines, (struct asked){.from_ms = 2000, .to_ms = 3000, .at_ms = 4000},
           "{\"line\":\"b\"} {\"line\":\"c\"} {\"line\":\"d\"} ");
    expect(lines, (struct asked){.from_ms = 2999, .to_ms = 3001, .at_ms = 3000},
           "{\"line\":\"b\"} {\"line\":\"c\"} {\"line\":\"d\"} ");
    expect(lines, (struct asked){.from_ms = -5500, .to_ms = 1500, .at_ms = 3000},
           "{\"line\":\"a\"} ");
    expect(lines, (struct asked){.from_ms = 3000, .to_ms = 2000, .at_ms = 3000}, "");
}

static void behind_a_window(void **state)
{
    (void)state;
    expect(windows, (struct asked){.from_ms = 1000, .to_ms = 3000, .at_ms = 4000},
           "{\"line\":\"a\"} {\"line\":\"b\"} ");
    expect(windows, (struct asked){.from_ms = 3900, .to_ms = 4900, .at_ms = 4000},
           "{\"line\":\"a\"} {\"line\":\"b\"} {\"line\":\"c\"} {\"line\":\"d\"} {\"line\":\"e\"} ");
}

static void what_is_not_there(void **state)
{
    (void)state;
    expect_refused(lines, 10000, (struct asked){.to_ms = 1000}, WEIR_ETEMPORARY);
    expect_refused(lines, 10000, (struct asked){.to_ms = 9000, .at_ms = 2000}, WEIR_ETEMPORARY);
    expect_refused(lines, 2000, (struct asked){.from_ms = 1000, .to_ms = 4000, .at_ms = 4000},
                   WEIR_ENOINPUT);
    struct asked asked = {.from_ms = 3000, .to_ms = 4000, .at_ms = 4000};
    slice(lines, 2000, &asked);
    assert_string_equal(asked.rows.bytes, "{\"line\":\"c\"} {\"line\":\"d\"} {\"line\":\"e\"} ");
    weir_text_finish(&asked.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_are_included),
        cmocka_unit_test(behind_a_window),
        cmocka_unit_test(what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
