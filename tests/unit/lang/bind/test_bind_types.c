/* SPDX-License-Identifier: Apache-2.0 */
/* Right programs: what stands on every edge. The tables are language.md's "What each verb takes and
 * gives" in the other direction: text in, types out. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ORDERS                                                                                     \
    "{item: str, price: f64, n: i64, small: i32, ok: bool, at: ts, raw: bytes, tags: list<str>, "  \
    "lines: list<{sku: str, n: i64}>, geo: {lat: f64, at: {x: i64}}}"

/* The schema of the last node before the implicit print. */
static const struct {
    const char *text, *schema;
} verb_cases[] = {
    {"shop.orders", ORDERS},
    {"generate words", "{word: str}"},
    {"generate lines", "{line: str}"},
    {"generate clicks", "{user: str, url: str, ms: i64, at: ts}"},
    {"file \"a.txt\"", "{line: str}"},
    {"tcp://localhost:9999", "{line: str}"},
    /* map: a bare field keeps its name, any other bare expression is value */
    {"shop.orders | map item", "{item: str}"},
    {"shop.orders | map n + 1", "{value: i64}"},
    {"shop.orders | map geo.lat", "{value: f64}"},
    {"shop.orders | map item, x = n, shop.half(n)", "{item: str, x: i64, value: i64}"},
    {"shop.orders | map n = item, item = n", "{n: str, item: i64}"},
    /* extend */
    {"generate words | extend n = text.length(word), up = text.upper(word)",
     "{word: str, n: i64, up: str}"},
    {"generate words | extend text.length(word)", "{word: str, value: i64}"},
    /* flat_map: an emitter's columns stand where it stands, the others are carried along */
    {"generate lines | flat_map text.words(line)", "{word: str}"},
    {"generate lines | flat_map w = text.words(line)", "{w: str}"},
    {"generate clicks | flat_map user, w = text.words(url), ms", "{user: str, w: str, ms: i64}"},
    {"shop.orders | flat_map n, shop.both(item), ok", "{n: i64, left: str, right: i64, ok: bool}"},
    {"generate lines | flat_map text.words", "{word: str}"},
    {"shop.orders | flat_map shop.both", "{left: str, right: i64}"},
    /* ... and lists */
    {"shop.orders | flat_map tags", "{tags: str}"},
    {"shop.orders | flat_map tag = tags, n", "{tag: str, n: i64}"},
    {"shop.orders | flat_map lines", "{lines: {sku: str, n: i64}}"},
    {"shop.orders | flat_map [n, 2]", "{value: i64}"},
    {"shop.orders | flat_map tags, w = text.words(item)", "{tags: list<str>, w: str}"},
    /* the record stays */
    {"generate words | filter word == \"a\"", "{word: str}"},
    {"shop.orders | filter ok", ORDERS},
    {"shop.orders | filter shop.is_dear", ORDERS},
    {"generate words | repartition 4", "{word: str}"},
    {"generate words | limit 10", "{word: str}"},
    {"generate words | top 10", "{word: str}"},
    {"generate words | window 30s", "{word: str}"},
    {"generate words | window 30s, 10s", "{word: str}"},
    {"generate words | window length=30s slide=10s", "{word: str}"},
    /* counts */
    {"shop.orders | count", "{count: i64}"},
    {"generate words | count_by_value", "{word: str, count: i64}"},
    {"shop.orders | map item, n | count_by_value partitions=3", "{item: str, n: i64, count: i64}"},
    {"generate words | count_by_value | top 10 by=count", "{word: str, count: i64}"},
    /* reduce */
    {"generate clicks | map ms | reduce i64.max", "{ms: i64}"},
    {"shop.orders | map price | reduce f64.add", "{price: f64}"},
    {"shop.orders | map ok | reduce shop.any", "{ok: bool}"},
    {"shop.orders | map price | reduce shop.most", "{price: f64}"},
    {"shop.orders | map n | reduce shop.most", "{n: i64}"},
    {"generate words | map key = word, value = 1 | reduce_by_key i64.add",
     "{key: str, value: i64}"},
    {"generate words | map value = 1, key = word | reduce_by_key i64.add partitions=2",
     "{key: str, value: i64}"},
    {"generate clicks | map key = {u: user, url: url}, value = ms | reduce_by_key i64.min",
     "{key: {u: str, url: str}, value: i64}"},
    /* map_values */
    {"generate words | map key = word, value = 1 | map_values value + 0.5",
     "{key: str, value: f64}"},
    {"generate words | map key = word, value = 1 | map_values value = {n: value, w: key}",
     "{key: str, value: {n: i64, w: str}}"},
    {"generate words | map key = 1, value = word | map_values text.upper",
     "{key: i64, value: str}"},
    {"generate lines | map key = 1, value = line | flat_map_values text.words",
     "{key: i64, value: str}"},
    {"shop.orders | map value = tags, key = n | flat_map_values value", "{key: i64, value: str}"},
    /* groups and aggregates */
    {"generate words | map key = word, value = 1 | group_by_key", "{key: str, value: list<i64>}"},
    {"generate words | map key = word, value = 1 | group_by_key_and_window length=30s",
     "{key: str, value: list<i64>}"},
    {"shop.orders | map key = item, value = price | combine_by_key agg.mean",
     "{key: str, value: f64}"},
    {"shop.orders | map key = item, value = {x: price, n: n} | combine_by_key shop.peak",
     "{key: str, value: f64}"},
    {"generate clicks | aggregate n = agg.count(), agg.max(ms) by=[url, user]",
     "{url: str, user: str, n: i64, max: i64}"},
    {"generate clicks | aggregate n = agg.count(user) length=30s slide=10s", "{n: i64}"},
    {"generate clicks | glom", "{value: list<{user: str, url: str, ms: i64, at: ts}>}"},
    {"generate lines | map_partitions shop.longest", "{line: str, row: i64}"},
    /* windows */
    {"generate clicks | map ms | reduce_by_window i64.add length=30s slide=10s", "{ms: i64}"},
    {"generate clicks | count_by_window length=30s", "{count: i64}"},
    {"generate words | count_by_value_and_window length=30s slide=10s", "{word: str, count: i64}"},
    {"generate words | map key = word, value = 1 | reduce_by_key_and_window i64.add length=30s",
     "{key: str, value: i64}"},
    /* joins */
    {"a = generate words | map key = word, value = 1\na | join a",
     "{key: str, value: {left: i64, right: i64}}"},
    {"a = generate words | map value = 1.5, key = word\n"
     "generate words | map key = word, value = 1 | full_outer_join a",
     "{key: str, value: {left: i64, right: f64}}"},
    {"a = generate words | map value = 1.5, key = word\n"
     "generate words | map key = word, value = 1 | cogroup a",
     "{key: str, value: {left: list<i64>, right: list<f64>}}"},
    {"a = generate clicks\ngenerate words | join a on={word: url}",
     "{word: str, user: str, ms: i64, at: ts}"},
    {"a = generate clicks\ngenerate clicks | join a on=[user, url] suffix=_2",
     "{user: str, url: str, ms: i64, at: ts, ms_2: i64, at_2: ts}"},
    {"a = generate clicks\ngenerate words | semi_join a on={word: url}", "{word: str}"},
    /* state */
    {"generate clicks | map key = user, value = at | update_state_by_key shop.visits",
     "{key: str, value: {n: i64, last: ts}}"},
    {"shop.orders | map key = item, value = {price: price, n: n} | update_state_by_key shop.spent",
     "{key: str, value: i64}"},
    {"generate words | map key = word, value = 1 | map_with_state shop.rising",
     "{key: str, by: i64}"},
    {"generate words | map key = word, value = 1 | map_with_state shop.rising | state_snapshots",
     "{key: str, value: i64}"},
    /* transform */
    {"generate words | transform { extend t = batch_time() | sort }", "{word: str, t: ts}"},
    {"a = generate clicks\ngenerate words | transform a { cartesian a }",
     "{left: str, right: {user: str, url: str, ms: i64, at: ts}}"},
    {"generate words | distinct | sort by=word desc=true | persist \"MEMORY_ONLY\" | checkpoint "
     "10s",
     "{word: str}"},
};

static void every_verb_gives_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof verb_cases / sizeof verb_cases[0]; i++) {
        struct bound b;
        bind_text(&b, verb_cases[i].text);
        assert_bound(&b);
        const struct weir_node *sink = &b.graph->nodes[b.graph->node_count - 1];
        assert_int_equal(sink->verb, WEIR_VERB_SINK);
        if (strcmp(bound_schema(b.graph, sink->inputs[0]), verb_cases[i].schema) != 0) {
            fail_msg("%s gives %s", verb_cases[i].text, bound_schema(b.graph, sink->inputs[0]));
        }
        assert_string_equal(bound_schema(b.graph, sink->id), verb_cases[i].schema);
        bound_finish(&b);
    }
}

/* Expressions over shop.orders: type, and the operator at the top. */
static const struct {
    const char *expr, *type, *call;
} expr_cases[] = {
    {"1", "i64", NULL},
    {"1.5", "f64", NULL},
    {"\"x\"", "str", NULL},
    {"true", "bool", NULL},
    {"10s", "i64", NULL},
    {"64KiB", "i64", NULL},
    {"n + 1", "i64", "(a: i64, b: i64) -> i64"},
    {"n + 1.5", "f64", "(a: f64, b: f64) -> f64"},
    {"price * 2", "f64", "(a: f64, b: f64) -> f64"},
    {"n / price", "f64", "(a: f64, b: f64) -> f64"},
    {"n % 7", "i64", "(a: i64, b: i64) -> i64"},
    {"-n", "i64", "(a: i64) -> i64"},
    {"-price", "f64", "(a: f64) -> f64"},
    {"item + \"!\"", "str", "(a: str, b: str) -> str"},
    {"at + 10s", "ts", "(time: ts, us: i64) -> ts"},
    {"at - at", "i64", "(a: ts, b: ts) -> i64"},
    {"at > 10s", "bool", "(a: ts, b: ts) -> bool"},
    {"10s <= at", "bool", "(a: ts, b: ts) -> bool"},
    {"n == 3", "bool", "(a: i64, b: i64) -> bool"},
    {"n != 3.5", "bool", "(a: f64, b: f64) -> bool"},
    {"item >= \"m\"", "bool", "(a: str, b: str) -> bool"},
    {"not ok", "bool", "(a: bool) -> bool"},
    {"ok and n > 1 or price < 2", "bool", NULL},
    {"shop.half(n)", "i64", "(x: i64) -> i64"},
    {"shop.half(price)", "f64", "(x: f64) -> f64"},
    {"shop.scale(n)", "f64", "(x: f64) -> f64"},
    {"shop.scale(price, by=3, within=10s, unit=\"m\")", "f64", "(x: f64) -> f64"},
    {"shop.total", "f64", "(price: f64, n: i64) -> f64"},
    {"shop.is_dear", "bool", "(price: f64) -> bool"},
    {"std.i64(small)", "i64", "(value: i32) -> i64"},
    {"small + 1", "i64", "(a: i64, b: i64) -> i64"},
    {"small * price", "f64", "(a: f64, b: f64) -> f64"},
    {"[small, 1]", "list<i64>", NULL},
    {"small ?? 0", "i64", NULL},
    {"tags[small]", "str", NULL},
    {"geo", "{lat: f64, at: {x: i64}}", NULL},
    {"geo.at.x", "i64", NULL},
    {"tags[0]", "str", NULL},
    {"lines[n].sku", "str", NULL},
    {"tags[0] ?? \"none\"", "str", NULL},
    {"n ?? null ?? 3", "i64", NULL},
    {"n ?? 1.5", "f64", NULL},
    {"at ?? 10s", "ts", NULL},
    {"[1, 2.5, n]", "list<f64>", NULL},
    {"[at, 1s]", "list<ts>", NULL},
    {"{a: n, b: {c: [item]}}", "{a: i64, b: {c: list<str>}}", NULL},
};

static void expressions_have_types(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof expr_cases / sizeof expr_cases[0]; i++) {
        struct bound b;
        char text[256], schema[256];
        snprintf(text, sizeof text, "shop.orders | map x = %s", expr_cases[i].expr);
        snprintf(schema, sizeof schema, "{x: %s}", expr_cases[i].type);
        bind_text(&b, text);
        assert_bound(&b);
        const struct weir_expr *expr = b.graph->nodes[1].items[0].expr;
        if (strcmp(bound_schema(b.graph, 1), schema) != 0) {
            fail_msg("%s is %s", expr_cases[i].expr, bound_schema(b.graph, 1));
        }
        if (expr_cases[i].call != NULL && (expr->kind != WEIR_EXPR_CALL ||
                                           strcmp(expr->op->signature, expr_cases[i].call) != 0)) {
            fail_msg("%s calls %s", expr_cases[i].expr,
                     expr->op == NULL ? "nothing" : expr->op->signature);
        }
        bound_finish(&b);
    }
}

/* Casts are calls of std; a literal is folded, so that no record pays for it. */
static void columns_are_cast_and_literals_folded(void **state)
{
    (void)state;
    struct bound b;
    bind_text(&b, "shop.orders | map x = n + 1.5, y = price + 1, z = at > 10s");
    assert_bound(&b);
    const struct weir_item *items = b.graph->nodes[1].items;
    assert_string_equal(items[0].expr->args[0]->op->canonical, "org.weir.std/f64");
    assert_int_equal(items[0].expr->args[1]->kind, WEIR_EXPR_CONST);
    assert_int_equal(items[1].expr->args[1]->kind, WEIR_EXPR_CONST);
    assert_int_equal(items[1].expr->args[1]->type->kind, WEIR_TYPE_F64);
    assert_true(items[1].expr->args[1]->value.f64 == 1.0);
    assert_int_equal(items[2].expr->args[1]->type->kind, WEIR_TYPE_TS);
    assert_int_equal(items[2].expr->args[1]->value.i64, 10000000);
    assert_true(items[2].expr->args[1]->is_after_zero);
    bound_finish(&b);
}

/* A named stream that is used twice is one node; streams know when they slide and whether they end.
 */
static void the_graph_has_the_shape_of_the_text(void **state)
{
    (void)state;
    struct bound b;
    bind_text(&b, "job shop batch=2s partitions=3\n"
                  "a = generate words as w | window 6s\n"
                  "w | count_by_value | window 4s, 4s as counts | print as tops\n"
                  "a | map word | print\n"
                  "b = shop.book | map word = line\n"
                  "b | limit 3\n");
    assert_bound(&b);
    const struct weir_graph *g = b.graph;
    assert_string_equal(g->job, "shop");
    assert_int_equal(g->batch_us, 2000000);
    assert_int_equal(g->partitions, 3);
    assert_int_equal(g->node_count, 11);
    assert_int_equal(g->output_count, 3);
    assert_int_equal(g->nodes[2].inputs[0], 0); /* count_by_value reads w */
    assert_int_equal(g->nodes[5].inputs[0], 1); /* map reads a */
    assert_string_equal(g->nodes[0].name, "w");
    assert_string_equal(g->nodes[1].name, "a");
    assert_int_equal(g->nodes[1].slide_us, 2000000);
    assert_int_equal(g->nodes[3].slide_us, 4000000);
    assert_string_equal(weir_graph_stream_name(g, 0), "tops");
    assert_string_equal(weir_graph_stream_name(g, 1), "#2");
    assert_int_equal(weir_graph_remember_us(g, 0), 6000000);
    assert_int_equal(weir_graph_remember_us(g, 2), 4000000);
    assert_int_equal(weir_graph_remember_us(g, 4), 0);
    assert_false(g->is_finite);
    assert_true(g->nodes[10].is_finite);
    assert_int_equal(b.diagnostics.count, 0);
    bound_finish(&b);
    bind_text(&b, "hits = shop.book | count\nhits | print");
    assert_bound(&b);
    assert_true(b.graph->is_finite);
    assert_string_equal(weir_graph_stream_name(b.graph, 0), "hits");
    bound_finish(&b);
}

/* Without an output every pipe is printed; a job of definitions prints the last. */
static void print_is_implied(void **state)
{
    (void)state;
    struct bound b;
    bind_text(&b, "generate words; generate lines | limit 1 | print; generate clicks | count");
    assert_bound(&b);
    assert_int_equal(b.graph->output_count, 3);
    bound_finish(&b);
    bind_text(&b, "a = generate words; b = a | count");
    assert_bound(&b);
    assert_int_equal(b.graph->output_count, 1);
    assert_string_equal(weir_graph_stream_name(b.graph, 0), "b");
    bound_finish(&b);
    bind_text(&b, "a = generate words; b = a | count; a | print");
    assert_bound(&b);
    assert_int_equal(b.graph->output_count, 1);
    assert_int_equal(b.diagnostics.first->code, WEIR_CODE_UNUSED);
    assert_true(b.diagnostics.first->is_warning);
    bound_finish(&b);
}

/* Columns are matched by name: a map puts the others' in the order of the first. */
static void union_matches_by_name(void **state)
{
    (void)state;
    struct bound b;
    bind_text(&b, "a = generate words | map w = word, n = 1\n"
                  "b = generate words | map n = 2, w = word\n"
                  "c = generate words | map w = word, n = 3\n"
                  "a | union b, c, a\n");
    assert_bound(&b);
    const struct weir_node *node = &b.graph->nodes[b.graph->node_count - 2];
    assert_int_equal(node->verb, WEIR_VERB_UNION);
    assert_int_equal(node->input_count, 4);
    assert_string_equal(bound_schema(b.graph, node->id), "{w: str, n: i64}");
    assert_int_equal(b.graph->nodes[node->inputs[1]].verb, WEIR_VERB_MAP);
    assert_string_equal(bound_schema(b.graph, node->inputs[1]), "{w: str, n: i64}");
    assert_string_equal(b.graph->nodes[node->inputs[2]].name, "c");
    assert_int_equal(node->inputs[3], node->inputs[0]);
    bound_finish(&b);
}

/* $param and --set, by the type that is declared or by that of the default; $env. */
static void params_become_constants(void **state)
{
    static const char *const sets[] = {"n=1",     "n=7",      "name=x=1", "rate=2",
                                       "wait=4s", "free=2.5", "word=5",   "on=false"};
    (void)state;
    struct bound b;
    bind_with(&b,
              "param n = 10\nparam name: str\nparam rate: f64 = 0.5\nparam wait = 2s\n"
              "param free\nparam town = $env.HOME_TOWN\nparam word = \"w\"\nparam on = true\n"
              "param copy = $n\n"
              "generate words | limit $n | map a = $name, b = $rate, c = $free, d = $town, "
              "e = $word, f = $on, g = $copy | window $wait",
              (struct weir_bind_options){.sets = sets, .set_count = 8});
    assert_bound(&b);
    assert_int_equal(b.graph->nodes[1].n, 7);
    assert_string_equal(bound_schema(b.graph, 2),
                        "{a: str, b: f64, c: f64, d: str, e: str, f: bool, g: i64}");
    const struct weir_item *items = b.graph->nodes[2].items;
    assert_string_equal(items[0].expr->value.str.bytes, "x=1");
    assert_true(items[1].expr->value.f64 == 2.0);
    assert_string_equal(items[3].expr->value.str.bytes, "Ulm");
    assert_string_equal(items[4].expr->value.str.bytes, "5");
    assert_int_equal(items[5].expr->value.i64, 0);
    assert_int_equal(items[6].expr->value.i64, 7);
    assert_int_equal(b.graph->nodes[3].length_us, 4000000);
    bound_finish(&b);
}

static void options_of_the_run_overrule_the_text(void **state)
{
    (void)state;
    struct bound b;
    bind_with(&b, "job j batch=10s partitions=2\ngenerate words | window 3s",
              (struct weir_bind_options){.batch_us = 1000000, .partitions = 5});
    assert_bound(&b);
    assert_int_equal(b.graph->batch_us, 1000000);
    assert_int_equal(b.graph->partitions, 5);
    bound_finish(&b);
}

/* An operator's parameters: given by place, by name, or defaulted. */
static void operators_get_their_parameters(void **state)
{
    (void)state;
    struct bound b;
    bind_text(&b, "generate words rate=5 | shop.post \"http://x\" timeout=10s body=64KiB "
                  "token=$env.HOME_TOWN gzip=true");
    assert_bound(&b);
    const struct weir_node *sink = &b.graph->nodes[1];
    assert_string_equal(sink->op->canonical, "org.example.shop/post");
    assert_string_equal(sink->params[0].str.bytes, "http://x");
    assert_string_equal(sink->params[1].str.bytes, "Ulm");
    assert_int_equal(sink->params[2].i64, 10000000);
    assert_int_equal(sink->params[3].i64, 65536);
    assert_int_equal(sink->params[4].i64, 3);
    assert_int_equal(sink->params[5].i64, 1);
    assert_int_equal(b.graph->nodes[0].argument_count, 2);
    bound_finish(&b);
}

/* Text of some 10 000 fields, several verbs over all of them. */
static void put_wide(struct weir_text *text, unsigned count)
{
    weir_text_put(text, "a = generate clicks | map f0 = ms");
    for (unsigned i = 1; i < count; i++) {
        weir_text_printf(text, ", f%u = ms + %u", i, i);
    }
    weir_text_put(text, "\nb = a | map f0");
    for (unsigned i = count - 1; i > 0; i--) {
        weir_text_printf(text, ", f%u", i);
    }
    weir_text_put(text, "\na | union b | filter f9999 > f0 | top 3 by=[f1, f9998] "
                        "| extend g = f5000 | count_by_value | window 4s\n");
}

static void ten_thousand_fields_bind(void **state)
{
    (void)state;
    struct bound b;
    struct weir_text text;
    weir_text_init(&text);
    put_wide(&text, 10000);
    bind_text(&b, text.bytes);
    assert_bound(&b);
    assert_int_equal(b.graph->nodes[1].schema->field_count, 10000);
    assert_int_equal(b.graph->nodes[b.graph->node_count - 1].schema->field_count, 10002);
    bound_finish(&b);
    weir_text_put(&text, "a | map x = f10001, f1 = 1, f1 = 2");
    bind_text(&b, text.bytes);
    assert_int_equal(b.status, WEIR_ETEXT);
    assert_int_equal(b.diagnostics.error_count, 2);
    bound_finish(&b);
    weir_text_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verb_gives_what_the_table_says),
        cmocka_unit_test(expressions_have_types),
        cmocka_unit_test(columns_are_cast_and_literals_folded),
        cmocka_unit_test(the_graph_has_the_shape_of_the_text),
        cmocka_unit_test(print_is_implied),
        cmocka_unit_test(union_matches_by_name),
        cmocka_unit_test(params_become_constants),
        cmocka_unit_test(options_of_the_run_overrule_the_text),
        cmocka_unit_test(operators_get_their_parameters),
        cmocka_unit_test(ten_thousand_fields_bind),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
