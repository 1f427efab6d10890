/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes that see a partition as a whole: a state per partition, what is said at its end, more rows
 * than a chunk, tasks that are abandoned, partitions without rows. */
#include "play.h"

#include "exec/exec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct chain {
    struct weir_registry *registry;
    struct weir_graph *graph;
    struct weir_step *first, *collect;
    struct weir_error err;
};

/* The nodes between input and sink of a text. */
static void open_chain(struct chain *c, const char *text)
{
    const struct weir_node *nodes[8];
    c->registry = play_registry(NULL);
    c->graph = play_graph(c->registry, text);
    uint32_t count = c->graph->node_count - 2;
    for (uint32_t i = 0; i < count; i++) {
        nodes[i] = &c->graph->nodes[i + 1];
    }
    c->collect = weir_collect_create(nodes[count - 1]->schema, false);
    assert_int_equal(weir_chain_create(c->graph, nodes, count, c->collect, &c->first, &c->err),
                     WEIR_OK);
}

static void close_chain(struct chain *c)
{
    weir_chain_destroy(c->first, c->collect);
    c->collect->destroy(c->collect);
    weir_graph_destroy(c->graph);
    weir_registry_destroy(c->registry);
}

/* Rows ("w", from), ("w", from + 1)... of play.rows. */
static int push_numbers(struct chain *c, struct weir_exec_task *task, int64_t from, uint32_t count)
{
    const struct weir_type *schema = c->graph->nodes[0].schema;
    struct weir_builder *builder = weir_builder_create(schema, false);
    for (uint32_t i = 0; i < count; i++) {
        const struct weir_value values[2] = {
            {.type = schema->fields[0].type, .str = weir_str_of("w")},
            {.type = schema->fields[1].type, .i64 = from + i}};
        weir_builder_add_values(builder, values);
    }
    struct weir_table table;
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    struct weir_block *block = weir_block_of_table(&table);
    int status = weir_scan_block(task, block, false, c->first);
    weir_block_release(block);
    return status;
}

static void put_last(const struct weir_block *block, struct weir_text *text)
{
    weir_json_row(text, &block->table.all, (uint32_t)block->rows - 1, 0, NULL);
}

static void expect_last(struct chain *c, uint32_t rows, const char *last)
{
    struct weir_block *block = weir_collect_take(c->collect);
    struct weir_text text;
    assert_non_null(block);
    assert_int_equal(block->rows, rows);
    weir_text_init(&text);
    put_last(block, &text);
    assert_string_equal(text.bytes, last);
    weir_text_finish(&text);
    weir_block_release(block);
}

static void a_state_is_of_one_partition(void **state)
{
    (void)state;
    struct chain c;
    open_chain(&c, "play.rows \"\" | map_partitions play.running(bytes) | play.log");
    for (uint32_t round = 0; round < 3; round++) {
        struct weir_exec_task task = {.partition = round, .err = &c.err};
        assert_int_equal(push_numbers(&c, &task, 1, 5000), WEIR_OK);
        if (round == 1) { /* nothing of it is left */
            c.first->abandon(c.first, &task);
        } else {
            assert_int_equal(c.first->finish(c.first, &task), WEIR_OK);
            expect_last(&c, 5001, "{\"n\":-1,\"sum\":12502500}");
        }
        weir_arena_finish(&task.arena);
    }
    close_chain(&c);
}

static void an_empty_partition_has_an_end(void **state)
{
    (void)state;
    struct chain c;
    struct weir_exec_task task = {.err = &c.err};
    open_chain(&c, "play.rows \"\" | map_partitions play.running(bytes) | play.log");
    assert_int_equal(c.first->finish(c.first, &task), WEIR_OK);
    expect_last(&c, 1, "{\"n\":-1,\"sum\":0}");
    close_chain(&c);
}

static void a_partition_as_a_list(void **state)
{
    (void)state;
    struct chain c;
    open_chain(&c, "play.rows \"\" | glom | play.log");
    for (uint32_t rows = 0; rows < 3; rows++) {
        static const char *const lists[] = {
            "{\"value\":[]}", "{\"value\":[{\"word\":\"w\",\"bytes\":7}]}",
            "{\"value\":[{\"word\":\"w\",\"bytes\":7},{\"word\":\"w\",\"bytes\":8}]}"};
        struct weir_exec_task task = {.err = &c.err};
        assert_int_equal(push_numbers(&c, &task, 7, rows), WEIR_OK);
        assert_int_equal(c.first->finish(c.first, &task), WEIR_OK);
        expect_last(&c, 1, lists[rows]);
        weir_arena_finish(&task.arena);
    }
    close_chain(&c);
}

/* A state that was touched cannot let a record go: the task fails, and says which record it was. */
static void an_aggregate_that_fails_ends_the_task(void **state)
{
    (void)state;
    struct chain c;
    struct weir_step *step;
    c.registry = play_registry(NULL);
    c.graph = play_graph(c.registry, "play.rows \"\" | aggregate n = play.total(bytes) | play.log");
    const struct weir_node *node = &c.graph->nodes[1];
    const struct weir_expr *calls[] = {node->items[0].expr};
    const struct weir_combine_spec spec = {
        .in = c.graph->nodes[0].schema, .call_count = 1, .calls = calls, .out = node->schema};
    struct weir_exec_task task = {.batch_us = 2000000, .err = &c.err};
    c.collect = weir_collect_create(node->schema, false);
    assert_int_equal(weir_combine_create(&spec, c.collect, &step, &c.err), WEIR_OK);
    c.first = step;
    assert_int_equal(push_numbers(&c, &task, INT64_MIN, 3), WEIR_EJOB);
    assert_non_null(strstr(c.err.text, "the least number cannot be added"));
    assert_non_null(strstr(c.err.text, "record {\"word\":\"w\",\"bytes\":-9223372036854775808}"));
    step->abandon(step, &task);
    assert_int_equal(push_numbers(&c, &task, 1, 3), WEIR_OK); /* ready for the next task */
    assert_int_equal(step->finish(step, &task), WEIR_OK);
    expect_last(&c, 1, "{\"n\":6}");
    weir_arena_finish(&task.arena);
    close_chain(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_is_of_one_partition),
        cmocka_unit_test(an_empty_partition_has_an_end),
        cmocka_unit_test(a_partition_as_a_list),
        cmocka_unit_test(an_aggregate_that_fails_ends_the_task),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
