/* SPDX-License-Identifier: Apache-2.0 */
/* What a sink is called with, in which order, and what becomes of its failures. */
#include "curious.h"
#include "play.h"

#include "lang/lang.h"
#include "output/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct weir_plugin weir_plugin_e1_curious;

static struct weir_text calls;
static const char *refused; /* calls that begin so fail */
static int refusal;

int curious_called(const char *call)
{
    weir_text_printf(&calls, "%s\n", call);
    return refused != NULL && strncmp(call, refused, strlen(refused)) == 0 ? refusal : WEIR_OK;
}

struct world {
    struct weir_registry *registry;
    struct weir_graph *graph;
    struct weir_step *sink;
    struct weir_exec_task task;
    struct weir_error err;
};

static const struct weir_sink_options options_plain = {
    .job = "shop", .stream = "totals", .output = 3, .is_json = true};

static int open_with(struct world *w, const char *job, const struct weir_sink_options *options)
{
    refused = NULL;
    *w = (struct world){0};
    w->registry = play_registry(NULL);
    assert_int_equal(
        weir_registry_use_static(w->registry, &weir_plugin_e1_curious, "curious", false, &w->err),
        WEIR_OK);
    w->graph = play_graph(w->registry, job);
    w->task = (struct weir_exec_task){
        .batch_us = 5000000, .partition = 2, .partition_count = 4, .err = &w->err};
    return weir_sink_create(&w->graph->nodes[w->graph->outputs[0]], options, &w->sink, &w->err);
}

static void open_plain(struct world *w)
{
    assert_int_equal(
        open_with(w, "play.rows \"\" | map n = bytes, bytes | curious.note", &options_plain),
        WEIR_OK);
}

static void close_world(struct world *w)
{
    weir_sink_destroy(w->sink);
    weir_graph_destroy(w->graph);
    weir_registry_destroy(w->registry);
    weir_arena_finish(&w->task.arena);
    weir_text_finish(&calls);
}

static void expect(const char *text)
{
    assert_string_equal(calls.bytes == NULL ? "" : calls.bytes, text);
    weir_text_finish(&calls);
}

/* A chunk of i64 columns that count from `first`. */
static void make_rows(
    struct world *w, struct weir_rows *rows, uint32_t columns, uint32_t count, int64_t first)
{
    static struct weir_heaps none;
    struct weir_arena *arena = &w->task.arena;
    struct weir_column *room = weir_arena_alloc(arena, columns * sizeof *room);
    for (uint32_t c = 0; c < columns; c++) {
        int64_t *cells = weir_arena_alloc(arena, count * sizeof *cells);
        for (uint32_t r = 0; r < count; r++) {
            cells[r] = first + r;
        }
        room[c] = (struct weir_column){.type = weir_type_of(WEIR_TYPE_I64), .data = cells};
    }
    const struct weir_node *sink = &w->graph->nodes[w->graph->outputs[0]];
    *rows =
        (struct weir_rows){.schema = sink->schema, .rows = count, .columns = room, .heaps = &none};
}

static void push(struct world *w, uint32_t count, int64_t first)
{
    struct weir_rows rows;
    make_rows(w, &rows, 2, count, first);
    assert_int_equal(weir_step_push(w->sink, &w->task, &rows), WEIR_OK);
}

static void a_partition_from_begin_to_token(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w);
    expect("open totals json\n"); /* which open may ask for already */
    push(&w, 3, 7);
    push(&w, 1, 20);
    assert_int_equal(w.sink->finish(w.sink, &w.task), WEIR_OK);
    expect("begin shop/3/5000/2\nwrite 3 of 3, constant 0, n l: 7 8 9\n"
           "write 1 of 1, constant 0, n l: 20\nprepare\n");
    weir_bytes token = weir_sink_token(w.sink);
    assert_memory_equal(token.bytes, "token", token.count);
    assert_int_equal(w.task.rows_out, 4);
    close_world(&w);
}

/* A task that ran and gave nothing is begun and prepared all the same. */
static void a_partition_without_rows(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w);
    assert_int_equal(w.sink->finish(w.sink, &w.task), WEIR_OK);
    expect("open totals json\nbegin shop/3/5000/2\nprepare\n");
    w.task.partition = 3;
    assert_int_equal(w.sink->finish(w.sink, &w.task), WEIR_OK);
    expect("begin shop/3/5000/3\nprepare\n");
    close_world(&w);
}

static void selections_and_constants_are_handed_through(void **state)
{
    (void)state;
    struct world w;
    struct weir_rows rows;
    uint16_t sel[] = {0, 2, 3};
    open_plain(&w);
    make_rows(&w, &rows, 2, 5, 100);
    ((struct weir_column *)(uintptr_t)rows.columns)[1].is_const = true;
    rows.sel = sel;
    rows.sel_count = 3;
    assert_int_equal(weir_step_push(w.sink, &w.task, &rows), WEIR_OK);
    expect("open totals json\nbegin shop/3/5000/2\n"
           "write 3 of 5, constant 2, n l: 100 102 103\n");
    assert_int_equal(w.task.rows_out, 3);
    w.sink->abandon(w.sink, &w.task);
    close_world(&w);
}

/* The mask has 32 bits: a constant column beyond them is written out. */
static void a_constant_in_a_far_column(void **state)
{
    (void)state;
    struct world w;
    struct weir_rows rows;
    struct weir_text job;
    weir_text_init(&job);
    weir_text_put(&job, "play.rows \"\" | map n = bytes");
    for (int i = 1; i < 40; i++) {
        weir_text_printf(&job, ", f%d = bytes", i);
    }
    weir_text_put(&job, " | curious.note");
    assert_int_equal(open_with(&w, job.bytes, &options_plain), WEIR_OK);
    make_rows(&w, &rows, 40, 3, 5);
    struct weir_column *columns = (struct weir_column *)(uintptr_t)rows.columns;
    columns[31].is_const = true;
    assert_int_equal(weir_step_push(w.sink, &w.task, &rows), WEIR_OK);
    columns[39].is_const = true;
    assert_int_equal(weir_step_push(w.sink, &w.task, &rows), WEIR_OK);
    expect("open totals json\nbegin shop/3/5000/2\n"
           "write 3 of 3, constant 80000000, n l: 5 6 7\n"
           "write 3 of 3, constant 0, n l: 5 6 7\n");
    assert_int_equal(w.task.rows_out, 6);
    w.sink->abandon(w.sink, &w.task);
    weir_text_finish(&job);
    close_world(&w);
}

/* The name says job, output, batch and partition, however long the job's name is. */
static void a_transaction_of_a_long_name(void **state)
{
    (void)state;
    struct world w;
    char name[400], expected[600];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct weir_sink_options options = options_plain;
    options.job = name;
    assert_int_equal(
        open_with(&w, "play.rows \"\" | map n = bytes, bytes | curious.note", &options), WEIR_OK);
    weir_text_finish(&calls);
    assert_int_equal(w.sink->finish(w.sink, &w.task), WEIR_OK);
    (void)snprintf(expected, sizeof expected, "begin %s/3/5000/2\nprepare\n", name);
    expect(expected);
    close_world(&w);
}

/* ---- failures ---- */
static void a_failed_partition_is_aborted_and_can_be_done_again(void **state)
{
    (void)state;
    const char *steps[] = {"begin", "write", "prepare"};
    for (size_t i = 0; i < 3; i++) {
        struct world w;
        struct weir_rows rows;
        open_plain(&w);
        refused = steps[i];
        refusal = WEIR_RETRY;
        make_rows(&w, &rows, 2, 1, 7);
        int status = weir_step_push(w.sink, &w.task, &rows);
        status = status == WEIR_OK ? w.sink->finish(w.sink, &w.task) : status;
        assert_int_equal(status, WEIR_EJOB);
        assert_true(w.task.may_retry);
        assert_non_null(strstr(w.err.text, "output totals, batch 5000, partition 2: "
                                           "org.example.curious/note: refused: "));
        weir_text_finish(&calls);
        w.sink->abandon(w.sink, &w.task);
        expect("abort shop/3/5000/2\n");
        refused = NULL;
        push(&w, 1, 7);
        assert_int_equal(w.sink->finish(w.sink, &w.task), WEIR_OK);
        expect("begin shop/3/5000/2\nwrite 1 of 1, constant 0, n l: 7\nprepare\n");
        close_world(&w);
    }
}

static void what_was_not_begun_is_not_aborted(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w);
    w.sink->abandon(w.sink, &w.task);
    expect("open totals json\n");
    refused = "abort"; /* a failure of abort itself changes nothing */
    refusal = WEIR_FATAL;
    push(&w, 1, 1);
    w.sink->abandon(w.sink, &w.task);
    w.sink->abandon(w.sink, &w.task);
    expect("begin shop/3/5000/2\nwrite 1 of 1, constant 0, n l: 1\nabort shop/3/5000/2\n");
    close_world(&w);
}

static void a_failure_that_is_not_returned(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(
        open_with(&w, "play.rows \"\" | map n = bytes, bytes | curious.forgetful", &options_plain),
        WEIR_OK);
    assert_int_equal(w.sink->finish(w.sink, &w.task), WEIR_EJOB);
    assert_true(w.task.may_retry);
    assert_non_null(strstr(w.err.text, "the disk is full"));
    w.sink->abandon(w.sink, &w.task);
    close_world(&w);
}

static void a_sink_that_cannot_be_opened(void **state)
{
    (void)state;
    struct world w;
    struct weir_step *sink = NULL;
    open_plain(&w);
    refused = "open";
    refusal = WEIR_FATAL;
    assert_int_equal(
        weir_sink_create(&w.graph->nodes[w.graph->outputs[0]], &options_plain, &sink, &w.err),
        WEIR_EJOB);
    assert_null(sink);
    assert_non_null(strstr(w.err.text, "refused: open totals json"));
    close_world(&w);
}

/* ---- commits ---- */
static void commits(void **state)
{
    (void)state;
    struct world w;
    const weir_bytes tokens[] = {{(const uint8_t *)"one", 3}, {(const uint8_t *)"", 0}};
    bool may_retry = true;
    open_plain(&w);
    weir_text_finish(&calls);
    assert_int_equal(weir_sink_commit(w.sink, 5000000, tokens, 2, &may_retry, &w.err), WEIR_OK);
    assert_int_equal(weir_sink_commit(w.sink, 6000000, NULL, 0, &may_retry, &w.err), WEIR_OK);
    expect("commit 5000000: one \ncommit 6000000:\n");
    refused = "commit";
    refusal = WEIR_RETRY;
    assert_int_equal(weir_sink_commit(w.sink, 7000000, tokens, 1, &may_retry, &w.err), WEIR_EJOB);
    assert_true(may_retry);
    assert_string_equal(w.err.text,
                        "output totals, commit of batch 7000: org.example.curious/note: "
                        "refused: commit 7000000: one");
    refusal = WEIR_FATAL;
    assert_int_equal(weir_sink_commit(w.sink, 7000000, tokens, 1, &may_retry, &w.err), WEIR_EJOB);
    assert_false(may_retry);
    close_world(&w);
}

static void a_sink_of_write_alone(void **state)
{
    (void)state;
    struct world w;
    bool may_retry;
    assert_int_equal(
        open_with(&w, "play.rows \"\" | map n = bytes, bytes | curious.bare", &options_plain),
        WEIR_OK);
    push(&w, 2, 1);
    assert_int_equal(w.sink->finish(w.sink, &w.task), WEIR_OK);
    assert_int_equal(weir_sink_token(w.sink).count, 0);
    assert_int_equal(weir_sink_commit(w.sink, 5000000, NULL, 0, &may_retry, &w.err), WEIR_OK);
    push(&w, 2, 1);
    w.sink->abandon(w.sink, &w.task);
    expect("write\nwrite\n");
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_from_begin_to_token),
        cmocka_unit_test(a_partition_without_rows),
        cmocka_unit_test(selections_and_constants_are_handed_through),
        cmocka_unit_test(a_constant_in_a_far_column),
        cmocka_unit_test(a_transaction_of_a_long_name),
        cmocka_unit_test(a_failed_partition_is_aborted_and_can_be_done_again),
        cmocka_unit_test(what_was_not_begun_is_not_aborted),
        cmocka_unit_test(a_failure_that_is_not_returned),
        cmocka_unit_test(a_sink_that_cannot_be_opened),
        cmocka_unit_test(commits),
        cmocka_unit_test(a_sink_of_write_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
