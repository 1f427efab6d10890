/* SPDX-License-Identifier: Apache-2.0 */
/* The plan as people, programs and Graphviz get it. */
#include "play.h"

#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char job_text[] = "job shop batch=500ms partitions=4\n"
                               "lines = play.lines \"0 a\" | filter play.is_word(line)\n"
                               "n = lines | window 2s, 1s | count_by_value | top 3 by=count\n"
                               "n | play.log as tops\n"
                               "old = play.list \"x\" | map line = play.same(line)\n"
                               "lines | union old | play.log\n";

struct world {
    struct weir_registry *registry;
    struct weir_graph *graph;
    struct weir_plan *plan;
};

static int open_world(void **state)
{
    static struct world world;
    struct weir_error err;
    world.registry = play_registry(NULL);
    world.graph = play_graph(world.registry, job_text);
    assert_int_equal(weir_plan_create(world.graph, &world.plan, &err), WEIR_OK);
    *state = &world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    weir_plan_destroy(world->plan);
    weir_graph_destroy(world->graph);
    weir_registry_destroy(world->registry);
    return 0;
}

static void expect(void (*explain)(const struct weir_plan *plan, struct weir_text *to),
                   void **state,
                   const char *expected)
{
    const struct world *world = *state;
    struct weir_text text;
    weir_text_init(&text);
    explain(world->plan, &text);
    assert_string_equal(text.bytes, expected);
    weir_text_finish(&text);
}

static void for_people(void **state)
{
    expect(weir_plan_explain, state,
           "job shop: batch 500ms, 4 reduce partitions, by the wall clock\n"
           "streams\n"
           "  0  play.lines \"0 a\"\n"
           "       {line: str}\n"
           "  1  filter as lines  of 0\n"
           "       {line: str}\n"
           "  2  window 2s, 1s  of 1\n"
           "       {line: str}  every 1s\n"
           "  3  count_by_value  of 2\n"
           "       {line: str, count: i64}  every 1s\n"
           "  4  top 3 by=count as n  of 3\n"
           "       {line: str, count: i64}  every 1s\n"
           "  5  play.log as tops  of 4\n"
           "  6  play.list \"x\"\n"
           "       {line: str}\n"
           "  7  map line as old  of 6\n"
           "       {line: str}\n"
           "  8  union  of 1 7\n"
           "       {line: str}\n"
           "  9  play.log  of 8\n"
           "stages\n"
           "  0  reads input 0 | filter as lines\n"
           "     keeps its blocks for 2s\n"
           "  1  reads the last 2s of stage 0  every 1s\n"
           "     combines and scatters by count_by_value into 4 partitions\n"
           "  2  merges stage 1 by count_by_value  every 1s\n"
           "     combines and scatters by top 3 by=count as n into 1 partition\n"
           "  3  merges stage 2 by top 3 by=count as n  every 1s\n"
           "     writes output 1\n"
           "  4  reads stage 0\n"
           "     and reads input 1 | map line as old\n"
           "     writes output 2\n"
           "outputs\n"
           "  1  play.log as tops  exactly once (idempotent by batch and partition); a receiver's "
           "records are in memory only: lost if this process is killed (no checkpoint)\n"
           "  2  play.log  exactly once (idempotent by batch and partition); a receiver's records "
           "are in memory only: lost if this process is killed (no checkpoint)\n");
}

static void for_programs(void **state)
{
    expect(weir_plan_explain_json, state,
           "{\"job\":\"shop\",\"batch_us\":500000,\"partitions\":4,\"is_finite\":false,"
           "\"streams\":[{\"id\":0,\"node\":\"play.lines \\\"0 a\\\"\",\"inputs\":[],"
           "\"type\":\"{line: str}\",\"slide_us\":500000},{\"id\":1,\"node\":\"filter as lines\","
           "\"inputs\":[0],\"type\":\"{line: str}\",\"slide_us\":500000},{\"id\":2,"
           "\"node\":\"window 2s, 1s\",\"inputs\":[1],\"type\":\"{line: str}\","
           "\"slide_us\":1000000},{\"id\":3,\"node\":\"count_by_value\",\"inputs\":[2],"
           "\"type\":\"{line: str, count: i64}\",\"slide_us\":1000000},{\"id\":4,\"node\":\"top 3 "
           "by=count as n\",\"inputs\":[3],\"type\":\"{line: str, count: i64}\","
           "\"slide_us\":1000000},{\"id\":5,\"node\":\"play.log as tops\",\"inputs\":[4],"
           "\"type\":\"{line: str, count: i64}\",\"slide_us\":1000000},{\"id\":6,"
           "\"node\":\"play.list \\\"x\\\"\",\"inputs\":[],\"type\":\"{line: str}\","
           "\"slide_us\":500000},{\"id\":7,\"node\":\"map line as old\",\"inputs\":[6],"
           "\"type\":\"{line: str}\",\"slide_us\":500000},{\"id\":8,\"node\":\"union\","
           "\"inputs\":[1,7],\"type\":\"{line: str}\",\"slide_us\":500000},{\"id\":9,"
           "\"node\":\"play.log\",\"inputs\":[8],\"type\":\"{line: str}\",\"slide_us\":500000}],"
           "\"stages\":[{\"id\":0,\"reads\":[{\"kind\":\"input\",\"from\":0,\"nodes\":[]}],"
           "\"nodes\":[1],\"exit\":\"blocks\",\"slide_us\":500000,\"remember_us\":2000000},"
           "{\"id\":1,\"reads\":[{\"kind\":\"window\",\"from\":0,\"length_us\":2000000,"
           "\"nodes\":[]}],\"nodes\":[],\"exit\":\"shuffle\",\"tail\":3,\"partitions\":4,"
           "\"slide_us\":1000000,\"remember_us\":0},{\"id\":2,\"reads\":[{\"kind\":\"shuffle\","
           "\"from\":1,\"nodes\":[]}],\"nodes\":[],\"exit\":\"shuffle\",\"head\":3,\"tail\":4,"
           "\"partitions\":1,\"slide_us\":1000000,\"remember_us\":0},{\"id\":3,"
           "\"reads\":[{\"kind\":\"shuffle\",\"from\":2,\"nodes\":[]}],\"nodes\":[],"
           "\"exit\":\"sink\",\"head\":4,\"tail\":5,\"output\":0,\"slide_us\":1000000,"
           "\"remember_us\":0},{\"id\":4,\"reads\":[{\"kind\":\"blocks\",\"from\":0,\"nodes\":[]},"
           "{\"kind\":\"input\",\"from\":1,\"nodes\":[7]}],\"nodes\":[],\"exit\":\"sink\","
           "\"tail\":9,\"output\":1,\"slide_us\":500000,\"remember_us\":0}],"
           "\"outputs\":[{\"node\":5,\"guarantee\":\"exactly once (idempotent by batch and "
           "partition)\",\"weakened_by\":\"a receiver's records are in memory only: lost if this "
           "process is killed (no checkpoint)\"},{\"node\":9,\"guarantee\":\"exactly once "
           "(idempotent by batch and partition)\",\"weakened_by\":\"a receiver's records are in "
           "memory only: lost if this process is killed (no checkpoint)\"}]}\n");
}

static void for_graphviz(void **state)
{
    expect(weir_plan_explain_dot, state,
           "digraph weir {\n"
           "  rankdir=LR;\n"
           "  node [shape=box];\n"
           "  n0 [label=\"play.lines \\\"0 a\\\"\"];\n"
           "  n1 [label=\"filter as lines\"];\n"
           "  n0 -> n1 [label=\"{line: str}\"];\n"
           "  n2 [label=\"window 2s, 1s\"];\n"
           "  n1 -> n2 [label=\"{line: str}\"];\n"
           "  n3 [label=\"count_by_value\"];\n"
           "  n2 -> n3 [label=\"{line: str}\"];\n"
           "  n4 [label=\"top 3 by=count as n\"];\n"
           "  n3 -> n4 [label=\"{line: str, count: i64}\"];\n"
           "  n5 [label=\"play.log as tops\"];\n"
           "  n4 -> n5 [label=\"{line: str, count: i64}\"];\n"
           "  n6 [label=\"play.list \\\"x\\\"\"];\n"
           "  n7 [label=\"map line as old\"];\n"
           "  n6 -> n7 [label=\"{line: str}\"];\n"
           "  n8 [label=\"union\"];\n"
           "  n1 -> n8 [label=\"{line: str}\"];\n"
           "  n7 -> n8 [label=\"{line: str}\"];\n"
           "  n9 [label=\"play.log\"];\n"
           "  n8 -> n9 [label=\"{line: str}\"];\n"
           "}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(for_people),
        cmocka_unit_test(for_programs),
        cmocka_unit_test(for_graphviz),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
