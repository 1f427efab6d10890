/* SPDX-License-Identifier: Apache-2.0 */
/* Graphs become stages. A stage is printed in one line: what it reads (a union's branches with
 * their own nodes), its nodes, how it ends; and, where they matter, slide and how long its blocks
 * are needed. */
#include "play.h"

#include "plan/plan.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void put_node(const struct weir_node *node, struct weir_text *to)
{
    weir_text_put(to, node->verb == WEIR_VERB_SINK || node->verb == WEIR_VERB_INPUT
                          ? node->op->name
                          : weir_verb_name(node->verb));
}

static void put_nodes(const struct weir_node *const *nodes, uint32_t count, struct weir_text *to)
{
    for (uint32_t i = 0; i < count; i++) {
        weir_text_put(to, " ");
        put_node(nodes[i], to);
    }
}

static void put_dependency(const struct weir_dependency *dependency, struct weir_text *to)
{
    static const char *const kinds[] = {
        [WEIR_DEPEND_INPUT] = "in",
        [WEIR_DEPEND_BLOCKS] = "stage",
        [WEIR_DEPEND_WINDOW] = "window of stage",
        [WEIR_DEPEND_WINDOW_INPUT] = "window of in",
        [WEIR_DEPEND_SHUFFLE] = "merge",
        [WEIR_DEPEND_PANES] = "panes",
        [WEIR_DEPEND_STATE] = "state",
    };
    weir_text_printf(to, "%s %" PRIu32, kinds[dependency->kind], dependency->from);
    if (dependency->length_us > 0) {
        weir_text_printf(to, " over %" PRId64 "/%" PRId64, dependency->length_us / 1000000,
                         dependency->parent_slide_us / 1000000);
    }
    if (dependency->delay_us > 0) {
        weir_text_printf(to, " ending %" PRId64 " ago", dependency->delay_us / 1000000);
    }
    weir_text_put(to, dependency->is_static ? " (table)" : "");
    put_nodes(dependency->nodes, dependency->node_count, to);
}

static void put_stage(const struct weir_stage *stage, struct weir_text *to)
{
    weir_text_printf(to, "%" PRIu32 ": ", stage->id);
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        weir_text_put(to, i == 0 ? "" : " + ");
        put_dependency(&stage->dependencies[i], to);
    }
    if (stage->head != NULL) {
        weir_text_put(to, " (");
        put_node(stage->head, to);
        static const char *const parts[] = {"", " pane", " window"};
        weir_text_put(to, parts[stage->part]);
        weir_text_put(to, stage->has_state ? " state)" : ")");
    }
    weir_text_put(to, " |");
    put_nodes(stage->nodes, stage->node_count, to);
    if (stage->exit == WEIR_EXIT_BLOCKS) {
        weir_text_put(to, " -> blocks");
    } else if (stage->exit == WEIR_EXIT_SINK) {
        weir_text_printf(to, " -> output %" PRIu32, stage->output);
    } else {
        weir_text_put(to, " -> ");
        put_node(stage->tail, to);
        weir_text_printf(to, " %" PRIu32 "%s", stage->bucket_count,
                         stage->needs_empty ? " even if empty" : "");
    }
    weir_text_put(to, stage->is_static ? " once" : "");
    weir_text_put(to, stage->runs_empty ? " in all partitions" : "");
    if (stage->slide_us != 1000000) {
        weir_text_printf(to, " every %" PRId64, stage->slide_us / 1000000);
    }
    if (stage->remember_us != 0) {
        weir_text_printf(to, " for %" PRId64, stage->remember_us / 1000000);
    }
    weir_text_put(to, "\n");
}

/* What a plan must keep to, whatever the graph. */
static void check_invariants(const struct weir_plan *plan)
{
    for (uint32_t s = 0; s < plan->stage_count; s++) {
        const struct weir_stage *stage = &plan->stages[s];
        assert_int_equal(stage->id, s);
        assert_true(stage->dependency_count > 0);
        for (uint32_t i = 0; i < stage->dependency_count; i++) {
            const struct weir_dependency *dependency = &stage->dependencies[i];
            bool is_input = dependency->kind == WEIR_DEPEND_INPUT ||
                            dependency->kind == WEIR_DEPEND_WINDOW_INPUT;
            bool is_shuffle = dependency->kind == WEIR_DEPEND_SHUFFLE;
            assert_true(is_input ? dependency->from < plan->input_count : dependency->from < s);
            bool has_head = is_shuffle || dependency->kind == WEIR_DEPEND_PANES ||
                            dependency->kind == WEIR_DEPEND_STATE;
            assert_int_equal(has_head, stage->head != NULL);
            assert_true(!has_head || dependency->node_count == 0);
            if (is_shuffle) {
                assert_ptr_equal(plan->stages[dependency->from].tail, stage->head);
                assert_int_equal(plan->stages[dependency->from].tail_side, dependency->side);
            }
            if (!is_input) {
                assert_int_equal(plan->stages[dependency->from].exit,
                                 is_shuffle ? WEIR_EXIT_SHUFFLE : WEIR_EXIT_BLOCKS);
            }
        }
    }
    for (uint32_t o = 0; o < plan->output_count; o++) {
        assert_int_equal(plan->stages[plan->output_stages[o]].output, o);
    }
}

static void expect_stages(const char *job, const char *expected)
{
    struct weir_registry *registry = play_registry(NULL);
    struct weir_graph *graph = play_graph(registry, job);
    struct weir_plan *plan;
    struct weir_error err;
    struct weir_text text;
    assert_int_equal(weir_plan_create(graph, &plan, &err), WEIR_OK);
    check_invariants(plan);
    weir_text_init(&text);
    for (uint32_t s = 0; s < plan->stage_count; s++) {
        put_stage(&plan->stages[s], &text);
    }
    assert_string_equal(text.bytes, expected);
    weir_text_finish(&text);
    weir_plan_destroy(plan);
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
}

static void a_narrow_job_is_one_stage(void **state)
{
    (void)state;
    expect_stages("play.lines \"\" | flat_map word = play.words(line) | filter play.is_word(word) "
                  "| map word | play.log",
                  "0: in 0 | flat_map filter map -> output 0\n");
}

static void a_wide_operation_cuts(void **state)
{
    (void)state;
    expect_stages("play.lines \"\" | flat_map word = play.words(line) | map key = word, value = 1 "
                  "| reduce_by_key play.add | filter play.is_word(key) | top 3 by=value | play.log",
                  "0: in 0 | flat_map map -> reduce_by_key 8\n"
                  "1: merge 0 (reduce_by_key) | filter -> top 1\n"
                  "2: merge 1 (top) | -> output 0\n");
}

static void partitions_are_the_verbs_own_or_the_jobs(void **state)
{
    (void)state;
    expect_stages("job j partitions=5\nplay.lines \"\" | repartition 3 | count_by_value | "
                  "map line | count_by_value partitions=2 | count | limit 4 | map value = count | "
                  "reduce play.add | play.log",
                  "0: in 0 | -> repartition 3\n"
                  "1: merge 0 (repartition) | -> count_by_value 5\n"
                  "2: merge 1 (count_by_value) | map -> count_by_value 2\n"
                  "3: merge 2 (count_by_value) | -> count 1 even if empty\n"
                  "4: merge 3 (count) | -> limit 1\n"
                  "5: merge 4 (limit) | map -> reduce 1\n"
                  "6: merge 5 (reduce) | -> output 0\n");
}

static void a_stream_used_twice_is_computed_once(void **state)
{
    (void)state;
    expect_stages("words = play.lines \"\" | flat_map word = play.words(line)\n"
                  "words | play.log\nwords | count | play.log",
                  "0: in 0 | flat_map -> blocks\n"
                  "1: stage 0 | -> output 0\n"
                  "2: stage 0 | -> count 1 even if empty\n"
                  "3: merge 2 (count) | -> output 1\n");
}

static void received_blocks_are_there_anyway(void **state)
{
    (void)state;
    expect_stages("in = play.lines \"\"\nin | play.log\nin | count | play.log",
                  "0: in 0 | -> output 0\n"
                  "1: in 0 | -> count 1 even if empty\n"
                  "2: merge 1 (count) | -> output 1\n");
}

static void a_source_used_twice_is_read_once(void **state)
{
    (void)state;
    expect_stages("in = play.list \"\"\nin | play.log\nin | play.log",
                  "0: in 0 | -> blocks\n"
                  "1: stage 0 | -> output 0\n"
                  "2: stage 0 | -> output 1\n");
}

static void a_shuffle_used_twice_is_merged_once(void **state)
{
    (void)state;
    expect_stages("n = play.lines \"\" | count\nn | play.log\nn | play.log",
                  "0: in 0 | -> count 1 even if empty\n"
                  "1: merge 0 (count) | -> blocks\n"
                  "2: stage 1 | -> output 0\n"
                  "3: stage 1 | -> output 1\n");
}

static void a_union_reads_all_its_branches(void **state)
{
    (void)state;
    expect_stages("a = play.lines \"\" | filter play.is_word(line)\n"
                  "play.list \"\" | union a | filter play.is_word(line) | play.log",
                  "0: in 1 + in 0 filter | filter -> output 0\n");
}

static void a_union_with_shuffles_reads_their_blocks(void **state)
{
    (void)state;
    expect_stages("a = play.lines \"\" | count\nb = play.list \"\" | count | filter true\n"
                  "a | union b | count | play.log",
                  "0: in 0 | -> count 1 even if empty\n"
                  "1: in 1 | -> count 1 even if empty\n"
                  "2: merge 0 (count) | -> blocks\n"
                  "3: merge 1 (count) | -> blocks\n"
                  "4: stage 2 + stage 3 filter | -> count 1 even if empty\n"
                  "5: merge 4 (count) | -> output 0\n");
}

/* Operands in order, and each branch with the nodes of all unions on its way. */
static void unions_in_unions_are_flat(void **state)
{
    (void)state;
    expect_stages("a = play.lines \"\" | filter play.is_word(line)\nb = play.lines \"\"\n"
                  "ab = a | union b | map line = play.same(line)\nc = play.list \"\"\n"
                  "c | union ab | filter play.is_word(line) | play.log",
                  "0: in 2 + in 0 filter map + in 1 map | filter -> output 0\n");
}

static void a_union_used_twice_is_kept(void **state)
{
    (void)state;
    expect_stages("a = play.lines \"\"\nu = play.list \"\" | union a\nu | play.log\nu | play.log",
                  "0: in 1 + in 0 | -> blocks\n"
                  "1: stage 0 | -> output 0\n"
                  "2: stage 0 | -> output 1\n");
}

static void a_stream_may_be_united_with_itself(void **state)
{
    (void)state;
    expect_stages("a = play.lines \"\" | filter play.is_word(line)\na | union a | play.log",
                  "0: in 0 | filter -> blocks\n"
                  "1: stage 0 + stage 0 | -> output 0\n");
}

static void a_window_over_a_receiver_reads_its_blocks_again(void **state)
{
    (void)state;
    expect_stages("play.lines \"\" | window 3s, 2s | filter play.is_word(line) | play.log",
                  "0: window of in 0 over 3/1 | filter -> output 0 every 2\n");
}

static void a_window_over_a_source_keeps_what_was_read(void **state)
{
    (void)state;
    expect_stages("play.feed \"\" | window 3s | count | play.log",
                  "0: in 0 | -> blocks for 3\n"
                  "1: window of stage 0 over 3/1 | -> count 1 even if empty\n"
                  "2: merge 1 (count) | -> output 0\n");
}

static void a_window_of_a_window(void **state)
{
    (void)state;
    expect_stages("play.lines \"\" | filter play.is_word(line) | window 4s, 2s | window 8s, 4s | "
                  "count | play.log",
                  "0: in 0 | filter -> blocks for 4\n"
                  "1: window of stage 0 over 4/1 | -> blocks every 2 for 8\n"
                  "2: window of stage 1 over 8/2 | -> count 1 even if empty every 4\n"
                  "3: merge 2 (count) | -> output 0 every 4\n");
}

static void a_window_in_a_union(void **state)
{
    (void)state;
    expect_stages("in = play.lines \"\"\nw = in | window 2s\nin | union w | play.log",
                  "0: in 0 + window of in 0 over 2/1 | -> output 0\n");
}

#define PAIRS(name) name " = play.rows \"\" | map key = word, value = bytes\n"

static void a_join_has_two_map_sides(void **state)
{
    (void)state;
    expect_stages(PAIRS("a")
                      PAIRS("b") "a | left_outer_join b | filter play.is_word(key) | play.log",
                  "0: in 0 | map -> left_outer_join 8\n"
                  "1: in 1 | map -> left_outer_join 8\n"
                  "2: merge 0 + merge 1 (left_outer_join) | filter -> output 0\n");
}

static void a_join_with_itself_reads_what_is_kept(void **state)
{
    (void)state;
    expect_stages(PAIRS("a") "a | cogroup a partitions=2 | play.log",
                  "0: in 0 | map -> blocks\n"
                  "1: stage 0 | -> cogroup 2\n"
                  "2: stage 0 | -> cogroup 2\n"
                  "3: merge 1 + merge 2 (cogroup) | -> output 0\n");
}

static void a_table_has_stages_of_its_own(void **state)
{
    (void)state;
    expect_stages("table t = play.list \"\" | map word = line\n"
                  "play.rows \"\" | anti_join t on=word | play.log",
                  "0: in 1 | -> anti_join 8\n"
                  "1: in 0 (table) | map -> anti_join 8 once\n"
                  "2: merge 0 + merge 1 (table) (anti_join) | -> output 0\n");
}

static void a_window_merges_panes(void **state)
{
    (void)state;
    expect_stages(PAIRS("a") "a | reduce_by_key_and_window play.add length=6s slide=2s | play.log",
                  "0: in 0 | map -> reduce_by_key_and_window 8\n"
                  "1: merge 0 (reduce_by_key_and_window pane) | -> blocks for 6\n"
                  "2: panes 1 over 6/1 (reduce_by_key_and_window window) | -> output 0 every 2\n");
}

static void an_incremental_window_has_a_state(void **state)
{
    (void)state;
    expect_stages(PAIRS("a") "a | reduce_by_key_and_window play.plus length=6s slide=2s | play.log",
                  "0: in 0 | map -> reduce_by_key_and_window 8\n"
                  "1: merge 0 (reduce_by_key_and_window pane) | -> blocks for 8\n"
                  "2: panes 1 over 2/1 + panes 1 over 2/1 ending 6 ago (reduce_by_key_and_window "
                  "window state) | -> output 0 in all partitions every 2\n");
}

/* What lies between two windows belongs to none. */
static void a_slide_longer_than_the_window(void **state)
{
    (void)state;
    expect_stages(PAIRS("a") "a | reduce_by_key_and_window play.plus length=2s slide=6s | play.log",
                  "0: in 0 | map -> reduce_by_key_and_window 8\n"
                  "1: merge 0 (reduce_by_key_and_window pane) | -> blocks for 8\n"
                  "2: panes 1 over 2/1 + panes 1 over 2/1 ending 6 ago (reduce_by_key_and_window "
                  "window state) | -> output 0 in all partitions every 6\n");
}

static void an_aggregate_without_groups_is_always_there(void **state)
{
    (void)state;
    expect_stages(PAIRS("a") "a | aggregate n = play.total(value) | play.log\n"
                             "a | aggregate n = play.total(value) length=2s | play.log",
                  "0: in 0 | map -> blocks\n"
                  "1: stage 0 | -> aggregate 1 even if empty\n"
                  "2: merge 1 (aggregate) | -> output 0\n"
                  "3: stage 0 | -> aggregate 1 even if empty\n"
                  "4: merge 3 (aggregate pane) | -> blocks for 2\n"
                  "5: panes 4 over 2/1 (aggregate window) | -> output 1 in all partitions\n");
}

static void partitions_as_a_whole_run_empty(void **state)
{
    (void)state;
    expect_stages(PAIRS("a") "a | glom | play.log",
                  "0: in 0 | map glom -> output 0 in all partitions\n");
}

/* The operands of a transform are asked whether they are there; only what the body names is read.
 */
static void a_transform_reads_its_body(void **state)
{
    (void)state;
    expect_stages(PAIRS("a") PAIRS("b") "a | transform b { filter play.is_word(key) } | play.log",
                  "0: in 0 | map filter transform -> output 0\n");
}

static void a_cartesian_product_deals_left_and_copies_right(void **state)
{
    (void)state;
    expect_stages(PAIRS("a") PAIRS("b") "a | transform { cartesian b } | play.log",
                  "0: in 0 | map -> cartesian 8\n"
                  "1: in 1 | map -> cartesian 8\n"
                  "2: merge 0 + merge 1 (cartesian) | transform -> output 0\n");
}

static void what_no_output_needs_is_not_computed(void **state)
{
    (void)state;
    expect_stages("in = play.lines \"\" | filter play.is_word(line)\n"
                  "unused = in | count | window 9s\n"
                  "in | play.log",
                  "0: in 0 | filter -> output 0\n");
}

/* What fails behind a state leaves it alone: later batches go on from it. */
static void a_state_ends_its_stage_where_batches_are_left_out(void **state)
{
    (void)state;
    expect_stages(
        "job j on_error=continue\na = play.rows \"\" | map key = word, value = bytes\n"
        "a | reduce_by_key_and_window play.plus length=6s slide=2s | filter true | play.log",
        "0: in 0 | map -> reduce_by_key_and_window 8\n"
        "1: merge 0 (reduce_by_key_and_window pane) | -> blocks for 8\n"
        "2: panes 1 over 2/1 + panes 1 over 2/1 ending 6 ago (reduce_by_key_and_window "
        "window state) | -> blocks in all partitions every 2\n"
        "3: stage 2 | filter -> output 0 every 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_narrow_job_is_one_stage),
        cmocka_unit_test(a_wide_operation_cuts),
        cmocka_unit_test(partitions_are_the_verbs_own_or_the_jobs),
        cmocka_unit_test(a_stream_used_twice_is_computed_once),
        cmocka_unit_test(received_blocks_are_there_anyway),
        cmocka_unit_test(a_source_used_twice_is_read_once),
        cmocka_unit_test(a_shuffle_used_twice_is_merged_once),
        cmocka_unit_test(a_union_reads_all_its_branches),
        cmocka_unit_test(a_union_with_shuffles_reads_their_blocks),
        cmocka_unit_test(unions_in_unions_are_flat),
        cmocka_unit_test(a_union_used_twice_is_kept),
        cmocka_unit_test(a_stream_may_be_united_with_itself),
        cmocka_unit_test(a_window_over_a_receiver_reads_its_blocks_again),
        cmocka_unit_test(a_window_over_a_source_keeps_what_was_read),
        cmocka_unit_test(a_window_of_a_window),
        cmocka_unit_test(a_window_in_a_union),
        cmocka_unit_test(a_join_has_two_map_sides),
        cmocka_unit_test(a_join_with_itself_reads_what_is_kept),
        cmocka_unit_test(a_table_has_stages_of_its_own),
        cmocka_unit_test(a_window_merges_panes),
        cmocka_unit_test(an_incremental_window_has_a_state),
        cmocka_unit_test(a_state_ends_its_stage_where_batches_are_left_out),
        cmocka_unit_test(a_slide_longer_than_the_window),
        cmocka_unit_test(an_aggregate_without_groups_is_always_there),
        cmocka_unit_test(partitions_as_a_whole_run_empty),
        cmocka_unit_test(a_transform_reads_its_body),
        cmocka_unit_test(a_cartesian_product_deals_left_and_copies_right),
        cmocka_unit_test(what_no_output_needs_is_not_computed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
