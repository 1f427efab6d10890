/* SPDX-License-Identifier: Apache-2.0 */
/* Graphs made by hand: what a node may be, what a graph says of its streams, and the reference's
 * remember durations. */
#include "stream/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

extern const struct weir_plugin weir_plugin_e1_shop;

static struct weir_env world; /* without files: linked-in plugins need none */
static struct weir_registry *registry;
static struct weir_graph *graph;
static struct weir_error err;
static int culprit;

static int set_up(void **state)
{
    (void)state;
    if (weir_registry_create(&world, "/nowhere", &registry, &err) != WEIR_OK ||
        weir_registry_use_static(registry, &weir_plugin_e1_shop, "shop", false, &err) != WEIR_OK) {
        return -1;
    }
    graph = weir_graph_create(registry);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
    return 0;
}

static const struct weir_operator *find(const char *name, uint32_t kind)
{
    const struct weir_operator *const *found;
    size_t count;
    assert_int_equal(weir_registry_find(registry, weir_str_of("shop"), weir_str_of(name),
                                        1U << kind, &found, &count, &err),
                     WEIR_OK);
    assert_true(count > 0);
    return found[0];
}

static int add(struct weir_node draft, uint32_t *id)
{
    return weir_graph_add(graph, &draft, id, &culprit, &err);
}

/* A node that reads one other. The array lives on the graph's arena. */
static struct weir_node draft_of(enum weir_verb verb, uint32_t input)
{
    uint32_t *inputs = weir_arena_alloc(&graph->arena, sizeof *inputs);
    inputs[0] = input;
    return (struct weir_node){.verb = verb, .inputs = inputs, .input_count = 1};
}

static uint32_t add_input(const char *name, uint32_t kind)
{
    uint32_t id;
    struct weir_node draft = {.verb = WEIR_VERB_INPUT, .op = find(name, kind)};
    assert_int_equal(add(draft, &id), WEIR_OK);
    return id;
}

static const struct weir_expr *field(uint32_t input, const char *name)
{
    const struct weir_type *schema = graph->nodes[input].schema;
    struct weir_expr draft = {.kind = WEIR_EXPR_FIELD};
    const struct weir_expr *expr = NULL;
    draft.field = (uint32_t)weir_schema_find(schema, NULL, weir_str_of(name));
    assert_int_equal(weir_expr_make(&graph->arena, schema, &draft, &expr, &culprit, &err), WEIR_OK);
    return expr;
}

static uint32_t add_map(uint32_t input, const char *name, const char *of)
{
    struct weir_node draft = draft_of(WEIR_VERB_MAP, input);
    struct weir_item *items = weir_arena_alloc(&graph->arena, sizeof *items);
    uint32_t id;
    items[0] = (struct weir_item){name, field(input, of)};
    draft.items = items;
    draft.item_count = 1;
    assert_int_equal(add(draft, &id), WEIR_OK);
    return id;
}

static uint32_t add_window(uint32_t input, int64_t length_us, int64_t slide_us)
{
    struct weir_node draft = draft_of(WEIR_VERB_WINDOW, input);
    uint32_t id;
    draft.length_us = length_us;
    draft.window_slide_us = slide_us;
    assert_int_equal(add(draft, &id), WEIR_OK);
    return id;
}

static uint32_t add_sink(uint32_t input, const char *name)
{
    static const struct weir_argument url = {.value = {.str = {"x", 1}}};
    struct weir_node draft = draft_of(WEIR_VERB_SINK, input);
    struct weir_argument *arguments = weir_arena_alloc(&graph->arena, sizeof *arguments);
    uint32_t id;
    *arguments = url;
    arguments[0].value.type = weir_type_of(WEIR_TYPE_STR);
    draft.op = find("post", WEIR_KIND_SINK);
    draft.arguments = arguments;
    draft.argument_count = 1;
    draft.name = name;
    assert_int_equal(add(draft, &id), WEIR_OK);
    return id;
}

/* The corpus case "map_and_windows": windowed2 4 s/2 s over windowed1 2 s/1 s over mapped, and a
 * last stream that itself remembers 3 s: 3, 7 and 9 s. */
static void remember_adds_the_windows_above(void **state)
{
    static const int64_t last_us = 3000000;
    (void)state;
    uint32_t input = add_input("orders", WEIR_KIND_RECEIVER);
    uint32_t mapped = add_map(input, "x", "n");
    uint32_t windowed1 = add_window(mapped, 2000000, 1000000);
    uint32_t windowed2 = add_window(windowed1, 4000000, 2000000);
    add_sink(windowed2, NULL);
    add_sink(mapped, NULL);
    assert_int_equal(weir_graph_remember_us(graph, windowed2) + last_us, 3000000);
    assert_int_equal(weir_graph_remember_us(graph, windowed1) + last_us, 7000000);
    assert_int_equal(weir_graph_remember_us(graph, mapped) + last_us, 9000000);
    assert_int_equal(weir_graph_remember_us(graph, input) + last_us, 9000000);
    assert_int_equal(graph->nodes[windowed2].slide_us, 2000000);
}

static void outputs_are_named_by_what_they_write(void **state)
{
    (void)state;
    uint32_t input = add_input("book", WEIR_KIND_SOURCE);
    uint32_t id;
    struct weir_node named = draft_of(WEIR_VERB_LIMIT, input);
    named.n = 3;
    named.name = "lines";
    assert_int_equal(add(named, &id), WEIR_OK);
    add_sink(input, NULL);
    add_sink(id, NULL);
    add_sink(id, "few");
    assert_int_equal(graph->output_count, 3);
    assert_string_equal(weir_graph_stream_name(graph, 0), "#1");
    assert_string_equal(weir_graph_stream_name(graph, 1), "lines");
    assert_string_equal(weir_graph_stream_name(graph, 2), "few");
    assert_true(graph->is_finite);
    add_input("orders", WEIR_KIND_RECEIVER);
    assert_false(graph->is_finite);
}

/* Nothing ill-typed gets in, whoever makes it. */
static void ill_typed_nodes_are_refused(void **state)
{
    (void)state;
    uint32_t input = add_input("orders", WEIR_KIND_RECEIVER), id;
    uint32_t n = add_map(input, "n", "n"), item = add_map(input, "item", "item");
    struct weir_node draft = draft_of(WEIR_VERB_REDUCE_BY_KEY, n);
    draft.op = find("any", WEIR_KIND_REDUCER);
    assert_int_equal(add(draft, &id), WEIR_ETEXT); /* no pair */
    draft = draft_of(WEIR_VERB_REDUCE, n);
    draft.op = find("any", WEIR_KIND_REDUCER);
    assert_int_equal(add(draft, &id), WEIR_ETEXT); /* bool, not i64 */
    draft.op = find("is_dear", WEIR_KIND_FUNCTION);
    assert_int_equal(add(draft, &id), WEIR_ETEXT); /* no reducer */
    draft = draft_of(WEIR_VERB_FILTER, n);
    struct weir_item condition = {NULL, field(n, "n")};
    draft.items = &condition;
    draft.item_count = 1;
    assert_int_equal(add(draft, &id), WEIR_ETEXT); /* i64, not bool */
    uint32_t both[] = {n, item};
    draft = (struct weir_node){.verb = WEIR_VERB_UNION, .inputs = both, .input_count = 2};
    assert_int_equal(add(draft, &id), WEIR_ETEXT);
    assert_int_equal(culprit, 1);
    draft = draft_of(WEIR_VERB_LIMIT, 99);
    assert_int_equal(add(draft, &id), WEIR_ETEXT); /* reads what is not there */
    draft = draft_of(WEIR_VERB_LIMIT, n);
    assert_int_equal(add(draft, &id), WEIR_ETEXT); /* 0 */
    draft = draft_of(WEIR_VERB_LATE, n);
    assert_int_equal(add(draft, &id), WEIR_EUNAVAILABLE);
    draft = draft_of(WEIR_VERB_LIMIT, add_sink(n, NULL));
    draft.n = 1;
    assert_int_equal(add(draft, &id), WEIR_ETEXT); /* reads an output */
    struct weir_item twice[] = {{"a", field(n, "n")}, {"a", field(n, "n")}};
    draft = draft_of(WEIR_VERB_MAP, n);
    draft.items = twice;
    draft.item_count = 2;
    assert_int_equal(add(draft, &id), WEIR_ETEXT);
    assert_int_equal(culprit, 1);
    twice[1].name = "_b";
    assert_int_equal(add(draft, &id), WEIR_ETEXT);
    assert_int_equal(graph->node_count, 4);
}

static void ill_typed_expressions_are_refused(void **state)
{
    (void)state;
    uint32_t input = add_input("orders", WEIR_KIND_RECEIVER);
    const struct weir_type *schema = graph->nodes[input].schema;
    const struct weir_expr *made, *args[] = {field(input, "item"), field(input, "n")};
    struct weir_expr draft = {.kind = WEIR_EXPR_FIELD, .field = schema->field_count};
    struct weir_arena *arena = &graph->arena;
    assert_int_equal(weir_expr_make(arena, schema, &draft, &made, &culprit, &err), WEIR_ETEXT);
    draft = (struct weir_expr){.kind = WEIR_EXPR_AND, .args = args, .arg_count = 2};
    assert_int_equal(weir_expr_make(arena, schema, &draft, &made, &culprit, &err), WEIR_ETEXT);
    draft.kind = WEIR_EXPR_LIST;
    assert_int_equal(weir_expr_make(arena, schema, &draft, &made, &culprit, &err), WEIR_ETEXT);
    assert_int_equal(culprit, 1);
    draft.kind = WEIR_EXPR_INDEX;
    assert_int_equal(weir_expr_make(arena, schema, &draft, &made, &culprit, &err), WEIR_ETEXT);
    draft = (struct weir_expr){.kind = WEIR_EXPR_MEMBER, .args = args, .arg_count = 1};
    assert_int_equal(weir_expr_make(arena, schema, &draft, &made, &culprit, &err), WEIR_ETEXT);
    /* a call takes exactly its parameters' types: widening is the binder's business */
    draft = (struct weir_expr){.kind = WEIR_EXPR_CALL, .args = args + 1, .arg_count = 1};
    draft.op = find("is_dear", WEIR_KIND_FUNCTION);
    assert_int_equal(weir_expr_make(arena, schema, &draft, &made, &culprit, &err), WEIR_ETEXT);
    assert_int_equal(culprit, 0);
    args[1] = field(input, "price");
    assert_int_equal(weir_expr_make(arena, schema, &draft, &made, &culprit, &err), WEIR_OK);
    assert_int_equal(made->type->kind, WEIR_TYPE_BOOL);
    assert_int_equal(made->depth, 2);
}

static void trees_have_a_height_and_types_a_depth(void **state)
{
    (void)state;
    uint32_t input = add_input("orders", WEIR_KIND_RECEIVER);
    const struct weir_type *schema = graph->nodes[input].schema;
    const struct weir_expr *expr = field(input, "ok");
    uint32_t height = 1;
    int status = WEIR_OK;
    while (status == WEIR_OK) {
        const struct weir_expr **args = weir_arena_alloc(&graph->arena, 2 * sizeof *args);
        args[0] = args[1] = expr;
        struct weir_expr draft = {.kind = WEIR_EXPR_OR, .args = args, .arg_count = 2};
        status = weir_expr_make(&graph->arena, schema, &draft, &expr, &culprit, &err);
        height += status == WEIR_OK;
    }
    assert_int_equal(status, WEIR_ELIMIT);
    assert_int_equal(height, WEIR_EXPR_DEPTH_MAX);
    expr = field(input, "n");
    for (height = 1, status = WEIR_OK; status == WEIR_OK; height += status == WEIR_OK) {
        const struct weir_expr **args = weir_arena_alloc(&graph->arena, sizeof *args);
        args[0] = expr;
        struct weir_expr draft = {.kind = WEIR_EXPR_LIST, .args = args, .arg_count = 1};
        status = weir_expr_make(&graph->arena, schema, &draft, &expr, &culprit, &err);
    }
    assert_int_equal(status, WEIR_ELIMIT);
    assert_int_equal(height, WEIR_TYPE_DEPTH_MAX);
}

static void windows_and_outputs_are_validated(void **state)
{
    (void)state;
    uint32_t at = 99;
    uint32_t input = add_input("orders", WEIR_KIND_RECEIVER);
    assert_int_equal(weir_graph_validate(graph, &at, &err), WEIR_ETEXT); /* no output */
    uint32_t window = add_window(input, 4000000, 2000000);
    add_sink(window, NULL);
    assert_int_equal(weir_graph_validate(graph, &at, &err), WEIR_OK);
    uint32_t both[] = {input, window}, id;
    struct weir_node draft = {.verb = WEIR_VERB_UNION, .inputs = both, .input_count = 2};
    assert_int_equal(add(draft, &id), WEIR_OK);
    assert_int_equal(weir_graph_validate(graph, &at, &err), WEIR_ETEXT);
    assert_int_equal(at, id);
    assert_non_null(strstr(err.text, "slide"));
    tear_down(state);
    set_up(state);
    input = add_input("orders", WEIR_KIND_RECEIVER);
    add_sink(add_window(input, 1500000, 1000000), NULL);
    assert_int_equal(weir_graph_validate(graph, &at, &err), WEIR_ETEXT);
    assert_int_equal(at, 1);
}

/* A window that takes out what leaves it reads its stream once more: length and slide. */
static void incremental_windows_remember_their_slide_too(void **state)
{
    (void)state;
    uint32_t input = add_input("orders", WEIR_KIND_RECEIVER), id;
    struct weir_node draft = draft_of(WEIR_VERB_COUNT_BY_WINDOW, input);
    draft.length_us = 4000000;
    draft.window_slide_us = 2000000;
    draft.is_incremental = true;
    assert_int_equal(add(draft, &id), WEIR_OK);
    add_sink(id, NULL);
    assert_int_equal(graph->nodes[id].slide_us, 2000000);
    assert_int_equal(weir_graph_remember_us(graph, input), 6000000);
    draft.is_incremental = false;
    assert_int_equal(add(draft, &id), WEIR_OK);
    draft = draft_of(WEIR_VERB_COUNT_BY_WINDOW, id);
    draft.length_us = draft.window_slide_us = 6000000;
    assert_int_equal(add(draft, &id), WEIR_OK);
    add_sink(id, NULL);
    assert_int_equal(weir_graph_remember_us(graph, input), 10000000);
}

/* "Window and slide first, intervals once those are sound", and what the messages must say. */
static void durations_are_judged_in_order(void **state)
{
    (void)state;
    uint32_t at = 99, id;
    uint32_t input = add_input("orders", WEIR_KIND_RECEIVER);
    struct weir_node draft = draft_of(WEIR_VERB_CHECKPOINT, input);
    draft.every_us = 1500000;
    assert_int_equal(add(draft, &id), WEIR_OK);
    add_sink(id, NULL);
    assert_int_equal(weir_graph_validate(graph, &at, &err), WEIR_ETEXT);
    assert_int_equal(at, id);
    assert_non_null(strstr(err.text, "1500 ms is not a multiple of its slide time, 1000 ms"));
    uint32_t window = add_window(id, 1500000, 1000000);
    add_sink(window, NULL);
    assert_int_equal(weir_graph_validate(graph, &at, &err), WEIR_ETEXT);
    assert_int_equal(at, window);
    assert_non_null(strstr(err.text, "must be a multiple of the slide duration"));
}

/* A table has no batches: what needs some refuses it, and what joins it is of the stream. */
static void tables_are_static(void **state)
{
    (void)state;
    struct weir_node draft = {
        .verb = WEIR_VERB_INPUT, .op = find("book", WEIR_KIND_SOURCE), .is_static = true};
    uint32_t table, id;
    assert_int_equal(add(draft, &table), WEIR_OK);
    uint32_t mapped = add_map(table, "x", "line");
    assert_true(graph->nodes[mapped].is_static);
    draft = draft_of(WEIR_VERB_COUNT_BY_WINDOW, mapped);
    draft.length_us = draft.window_slide_us = 1000000;
    assert_int_equal(add(draft, &id), WEIR_ETEXT);
    draft = draft_of(WEIR_VERB_TRANSFORM, mapped);
    assert_int_equal(add(draft, &id), WEIR_ETEXT);
    uint32_t both[] = {
        mapped, add_map(add_window(add_input("orders", WEIR_KIND_RECEIVER), 4000000, 2000000), "x",
                        "item")};
    draft = (struct weir_node){.verb = WEIR_VERB_UNION, .inputs = both, .input_count = 2};
    assert_int_equal(add(draft, &id), WEIR_OK);
    assert_false(graph->nodes[id].is_static);
    assert_int_equal(graph->nodes[id].slide_us, 2000000);
    draft = (struct weir_node){
        .verb = WEIR_VERB_INPUT, .op = find("orders", WEIR_KIND_RECEIVER), .is_static = true};
    assert_int_equal(add(draft, &id), WEIR_ETEXT); /* it never ends */
}

/* What stands in a transform's block, and what may read it. */
static void a_transform_keeps_its_body(void **state)
{
    (void)state;
    uint32_t input = add_input("orders", WEIR_KIND_RECEIVER), body, id;
    struct weir_node draft = draft_of(WEIR_VERB_NONE, input);
    assert_int_equal(add(draft, &body), WEIR_ETEXT);
    draft.in_transform = true;
    assert_int_equal(add(draft, &body), WEIR_OK);
    draft = draft_of(WEIR_VERB_DISTINCT, body);
    assert_int_equal(add(draft, &id), WEIR_ETEXT);
    draft = draft_of(WEIR_VERB_COUNT_BY_WINDOW, input);
    draft.length_us = draft.window_slide_us = 1000000;
    draft.in_transform = true;
    assert_int_equal(add(draft, &id), WEIR_ETEXT);
    uint32_t inputs[] = {body, input};
    draft = (struct weir_node){.verb = WEIR_VERB_TRANSFORM, .inputs = inputs, .input_count = 2};
    assert_int_equal(add(draft, &id), WEIR_OK);
    assert_true(weir_type_equal(graph->nodes[id].schema, graph->nodes[input].schema));
}

static void wide_schemas_are_found_by_name(void **state)
{
    enum { COUNT = 5000 };
    (void)state;
    struct weir_type_field fields[COUNT];
    for (int i = 0; i < COUNT; i++) {
        fields[i] = (struct weir_type_field){weir_arena_printf(&graph->arena, "f%d", i),
                                             weir_type_of(WEIR_TYPE_I64)};
    }
    const struct weir_type *schema = weir_type_struct(&graph->arena, fields, COUNT);
    struct weir_schema_index *index = weir_schema_index_create(schema);
    assert_non_null(index);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(weir_schema_find(schema, index, weir_str_of(fields[i].name)), i);
    }
    assert_int_equal(weir_schema_find(schema, index, weir_str_of("f5000")), -1);
    assert_int_equal(weir_schema_find(schema, NULL, weir_str_of("f4999")), 4999);
    assert_int_equal(weir_schema_find(schema, NULL, weir_str_of("f")), -1);
    weir_schema_index_destroy(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(remember_adds_the_windows_above, set_up, tear_down),
        cmocka_unit_test_setup_teardown(outputs_are_named_by_what_they_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ill_typed_nodes_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ill_typed_expressions_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trees_have_a_height_and_types_a_depth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(windows_and_outputs_are_validated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(incremental_windows_remember_their_slide_too, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(durations_are_judged_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tables_are_static, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_transform_keeps_its_body, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wide_schemas_are_found_by_name, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
