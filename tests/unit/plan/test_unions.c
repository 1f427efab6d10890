/* SPDX-License-Identifier: Apache-2.0 */
/* Unions of thousands of streams: read at once, or refused with a word on it. */
#include "play.h"

#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* 20 000 unions, each of the one before: a walk without recursion, linear in what it finds. */
static void a_long_chain_of_unions(void **state)
{
    (void)state;
    struct weir_text job;
    weir_text_init(&job);
    weir_text_put(&job, "a = play.lines \"\"\nu0 = play.lines \"\"\n");
    for (int i = 1; i <= 20000; i++) {
        weir_text_printf(&job, "u%d = u%d | union a\n", i, i - 1);
    }
    weir_text_put(&job, "u20000 | play.log\n");
    struct weir_registry *registry = play_registry(NULL);
    struct weir_graph *graph = play_graph(registry, job.bytes);
    struct weir_plan *plan;
    struct weir_error err;
    assert_int_equal(weir_plan_create(graph, &plan, &err), WEIR_OK);
    assert_int_equal(plan->stage_count, 1);
    assert_int_equal(plan->stages[0].dependency_count, 20001);
    assert_int_equal(plan->stages[0].dependencies[0].from, 1); /* u0 comes first */
    assert_int_equal(plan->stages[0].dependencies[20000].from, 0);
    weir_plan_destroy(plan);
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
    weir_text_finish(&job);
}

/* Every inner branch carries the nodes of all unions below it: bounded, with a word on it. */
static void branches_have_a_limit(void **state)
{
    (void)state;
    struct weir_text job;
    weir_text_init(&job);
    weir_text_put(&job, "a = play.lines \"\"\nu0 = play.lines \"\"\n");
    for (int i = 1; i <= 3000; i++) {
        weir_text_printf(&job, "u%d = u%d | filter true | union a\n", i, i - 1);
    }
    weir_text_put(&job, "u3000 | play.log\n");
    struct weir_registry *registry = play_registry(NULL);
    struct weir_graph *graph = play_graph(registry, job.bytes);
    struct weir_plan *plan = NULL;
    struct weir_error err = {0};
    assert_int_equal(weir_plan_create(graph, &plan, &err), WEIR_ELIMIT);
    assert_null(plan);
    assert_true(err.text[0] != '\0');
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
    weir_text_finish(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_chain_of_unions),
        cmocka_unit_test(branches_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
