/* SPDX-License-Identifier: Apache-2.0 */
/* A worker without a driver, in simulated time: messages in, replies out, blocks held. A work takes
 * 10 ms, two run at once. */
#include "play.h"

#include "block/block.h"
#include "worker/worker.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct weir_env *env;
    struct weir_registry *registry;
    struct weir_graph *graph;
    struct weir_plan *plan;
    struct weir_worker *worker;
    struct weir_text replies; /* "[10] source range input 0 batch 1000 parts 1" */
    uint32_t slices;          /* of the last reply */
    struct weir_error err;
};

static void take_reply(void *owner, struct weir_message *message)
{
    struct world *w = owner;
    weir_text_printf(&w->replies, "[%" PRId64 "] ", w->env->ops->now_us(w->env) / 1000);
    weir_message_print(message, &w->replies);
    weir_text_put(&w->replies, "\n");
    w->slices = message->slice_count;
    weir_message_destroy(message);
}

static int open_world(struct world *w, const char *job)
{
    const struct weir_sim_options sim = {.threads = 2, .work_us_min = 10000, .work_us_max = 10000};
    const struct weir_worker_options options = {
        .seed = 1, .receive = {.block_us = 200000, .held_bytes_max = 1 << 20}};
    play_reset();
    *w = (struct world){.env = weir_sim_create(&sim)};
    w->registry = play_registry(w->env);
    w->graph = play_graph(w->registry, job);
    assert_int_equal(weir_plan_create(w->graph, &w->plan, &w->err), WEIR_OK);
    return weir_worker_create(w->env, w->plan, &options, take_reply, w, &w->worker, &w->err);
}

static void close_world(struct world *w)
{
    weir_worker_destroy(w->worker);
    weir_plan_destroy(w->plan);
    weir_graph_destroy(w->graph);
    weir_registry_destroy(w->registry);
    weir_sim_destroy(w->env);
    weir_text_finish(&w->replies);
    play_reset();
}

static void run(struct world *w, int64_t ms)
{
    weir_sim_run(w->env, ms * 1000);
}

static void expect(struct world *w, const char *replies)
{
    assert_string_equal(w->replies.bytes == NULL ? "" : w->replies.bytes, replies);
    weir_text_finish(&w->replies);
}

static void ask(struct world *w, int64_t batch_ms, const char *from)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_SOURCE_NEXT);
    m->batch_us = batch_ms * 1000;
    m->bytes = weir_message_bytes(m, from, strlen(from));
    m->source.parts_max = 8;
    weir_worker_step(w->worker, m);
}

static void tell(struct world *w, int64_t batch_ms, const char *to)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_COMMITTED_TO);
    m->batch_us = batch_ms * 1000;
    m->bytes = weir_message_bytes(m, to, strlen(to));
    weir_worker_step(w->worker, m);
}

static struct weir_message *task(uint32_t stage, uint32_t partition)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_TASK_RUN);
    m->task.id = (struct weir_task_id){stage, partition, 0, 1000000};
    m->task.partition_count = partition + 1;
    return m;
}

static void run_range(struct world *w, uint32_t partition, const char *range)
{
    struct weir_message *m = task(0, partition);
    m->task.has_range = true;
    m->task.range = weir_message_bytes(m, range, strlen(range));
    weir_worker_step(w->worker, m);
}

static void run_slice(struct world *w, uint32_t stage, struct weir_slice slice)
{
    struct weir_message *m = task(stage, 0);
    struct weir_slice *slices = weir_arena_alloc(&m->arena, sizeof *slices);
    slices[0] = slice;
    m->task.slices = slices;
    m->task.slice_count = 1;
    weir_worker_step(w->worker, m);
}

static void drop(struct world *w, struct weir_slice slice)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_DROP);
    struct weir_slice *slices = weir_arena_alloc(&m->arena, sizeof *slices);
    slices[0] = slice;
    m->slices = slices;
    m->slice_count = 1;
    weir_worker_step(w->worker, m);
}

/* One instance answers them, and two threads are there to run them at once. */
static void questions_to_a_source_come_one_after_the_other(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(open_world(&w, "play.list \"a|b / c\" | play.log"), WEIR_OK);
    ask(&w, 1000, "");
    tell(&w, 1000, "5");
    ask(&w, 2000, "5");
    assert_true(weir_worker_is_busy(w.worker));
    run(&w, 15);
    expect(&w, "[10] source range input 0 batch 1000 parts 2\n");
    run(&w, 100);
    expect(&w, "[20] committed to done input 0 batch 1000\n"
               "[30] source range input 0 batch 2000 parts 1, the last\n");
    assert_string_equal(play_log(), "told 5\n");
    assert_false(weir_worker_is_busy(w.worker));
    close_world(&w);
}

static void answers_that_would_lose_records_are_refused(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(open_world(&w, "play.broken \"no parts\" | play.log"), WEIR_OK);
    ask(&w, 1000, "");
    run(&w, 100);
    assert_non_null(strstr(w.replies.bytes, "split gave no part"));
    close_world(&w);
    assert_int_equal(open_world(&w, "play.broken \"no place\" | play.log"), WEIR_OK);
    ask(&w, 1000, "");
    run(&w, 100);
    assert_non_null(strstr(w.replies.bytes, "not where the one after it begins"));
    close_world(&w);
}

static void a_missing_input_is_told_before_anything_runs(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(open_world(&w, "play.broken \"no input\" | play.log"), WEIR_ENOINPUT);
    assert_non_null(strstr(w.err.text, "there is no such place"));
    close_world(&w);
}

/* ---- blocks ---- */
static void a_task_leaves_what_it_has_and_says_so(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(open_world(&w, "play.list \"a\" | count_by_value partitions=4 | play.log"),
                     WEIR_OK);
    run_range(&w, 0, "a");
    run(&w, 100);
    expect(&w, "[10] task done stage 0 batch 1000 partition 0 attempt 0\n");
    assert_int_equal(w.slices, 1); /* one word, in one of four buckets */
    assert_int_equal(weir_worker_held_blocks(w.worker), 1);
    assert_true(weir_worker_held_bytes(w.worker) > 0);
    drop(&w, (struct weir_slice){.owner = 0, .count = 1, .bucket = 4, .batch_us = 1000000});
    assert_int_equal(weir_worker_held_blocks(w.worker), 0);
    assert_int_equal(weir_worker_held_bytes(w.worker), 0);
    close_world(&w);
}

static void a_block_that_is_not_there_fails_the_task(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(open_world(&w, "play.list \"a\" | count_by_value | play.log"), WEIR_OK);
    run_slice(&w, 1, (struct weir_slice){.owner = 0, .batch_us = 1000000, .count = 1});
    expect(&w, "[0] task done stage 1 batch 1000 partition 0 attempt 0 failed: "
               "stage 1 batch 1000: a block it reads was dropped too early\n");
    close_world(&w);
}

/* A block that is dropped while a task reads it stays until the task is done. */
static void a_drop_does_not_take_a_block_out_of_a_tasks_hands(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(open_world(&w, "in = play.list \"a\"\nin | play.log\nin | play.log"), WEIR_OK);
    run_range(&w, 0, "a text longer than twelve bytes");
    run(&w, 10);
    run_slice(&w, 1, (struct weir_slice){.owner = 0, .batch_us = 1000000, .count = 1});
    drop(&w, (struct weir_slice){.owner = 0, .count = 1, .bucket = 1, .batch_us = 1000000});
    run(&w, 100);
    expect(&w, "[10] task done stage 0 batch 1000 partition 0 attempt 0\n"
               "[20] task done stage 1 batch 1000 partition 0 attempt 0\n");
    assert_int_equal(weir_worker_held_blocks(w.worker), 0);
    close_world(&w);
}

static void received_blocks_are_held_until_they_are_dropped(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(open_world(&w, "play.lines \"0 abc; 300 de; 500 !end\" | play.log"), WEIR_OK);
    weir_worker_step(w.worker, weir_message_create(WEIR_MESSAGE_RECEIVER_START));
    run(&w, 1000);
    expect(&w, "[200] block added input 0 number 0 rows 1\n"
               "[400] block added input 0 number 1 rows 1\n"
               "[500] receiver input 0 ended\n");
    assert_int_equal(weir_worker_held_bytes(w.worker), 7);
    drop(&w,
         (struct weir_slice){.owner = WEIR_BLOCK_INPUT, .partition = 0, .count = 2, .bucket = 1});
    assert_int_equal(weir_worker_held_bytes(w.worker), 0);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_to_a_source_come_one_after_the_other),
        cmocka_unit_test(answers_that_would_lose_records_are_refused),
        cmocka_unit_test(a_missing_input_is_told_before_anything_runs),
        cmocka_unit_test(a_task_leaves_what_it_has_and_says_so),
        cmocka_unit_test(a_block_that_is_not_there_fails_the_task),
        cmocka_unit_test(a_drop_does_not_take_a_block_out_of_a_tasks_hands),
        cmocka_unit_test(received_blocks_are_held_until_they_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
