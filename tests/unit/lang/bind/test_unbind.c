/* SPDX-License-Identifier: Apache-2.0 */
/* Graphs travel: as a record (msgpack) and as text, there and back, and are the same graph; printed
 * a second time the text is the same. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const programs[] = {
    "tcp://localhost:9999 | flat_map word = text.words(line) | map key = word, value = 1 "
    "| reduce_by_key i64.add | print",
    "generate words",
    "a = generate words; b = a | count",
    "a = generate words; a | print; a | count | print as counts",
    "generate words as w | count | print\nw | limit 3\nw | top 3 by=word",
    "job shop batch=2s partitions=3 batch_bytes=64MiB block_interval=100ms on_error=stop "
    "hash_seed=random threads=2\n"
    "generate words rate=5 | window 4s | window 8s, 4s as w | count\nw | count_by_value "
    "partitions=7",
    "shop.orders | map value = n, key = item | reduce_by_key i64.max partitions=2 "
    "| map_values {a: value, b: [value, 2]} | filter value.a > 3 | repartition 4",
    "shop.orders | flat_map n, tags | filter tags != \"\" | top 5 by=[tags, n]",
    "shop.orders | flat_map shop.both(item), x = lines[0].sku ?? \"none\"",
    "shop.orders | flat_map t = [price, 1]",
    "shop.orders | map a = n + 1.5, b = -n, c = -(5), d = -5, e = 9223372036854775807, "
    "f = -9223372036854775808, g = 1e300, h = 0.1, i = \"q\\\"\\n\\x01\", j = true, k = 10s",
    "shop.orders | map a = (n - (2 - 3)) * -n % 7, b = not (ok or n > 1) and not ok, "
    "c = (ok == false) == true, d = n - 1 - 2, e = (n ?? 1) ?? 2, f = n ?? (1 ?? 2)",
    "shop.orders | filter at > 10s or 10s >= (at ?? 0s) | map x = at + 10s, y = [at, 1s][small]",
    "shop.orders | map s = shop.scale(small, within=10s, unit=\"m\", by=3), h = shop.half(small), "
    "shop.total",
    "shop.orders | extend x = geo.at.x, y = {p: geo, q: {r: tags}} | map y.q.r[n], geo, z = "
    "y.p.lat",
    "shop.orders | shop.post \"http://x\" timeout=10s body=1kB tries=2 gzip=true",
    "generate clicks | map ms | reduce i64.add | shop.post \"y\" timeout=1500us",
    "a = generate words | map w = word, n = 1\nb = generate words | map n = 2, w = word\n"
    "c = b | limit 1\nb | union a, c, b as u | print\nu | union a",
    "a = shop.book | filter line != \"\"\na | union a",
    "use \"libm.so.6\" as m1 { double hypot(double x, double y); /* no ' */ }\n"
    "use \"libc.so.6\" as m2 threadsafe=false { int abs(int);\n"
    "  const char *gettext(const char *s); }\n"
    "shop.orders | map a = m1.hypot(n, price), b = m2.abs(n), c = m2.gettext(item)",
    "generate clicks | distinct | sort by=[url, ms] desc=true | persist \"MEMORY_ONLY\" "
    "| checkpoint 10s | glom",
    "generate clicks | sort | persist | distinct partitions=2 | foreach_rdd shop.post, \"x\" "
    "tries=1",
    "shop.orders | map_partitions shop.longest(item) | map_partitions shop.longest",
    "shop.orders | map key = item, value = tags | flat_map_values value | flat_map_values "
    "text.words(value) | group_by_key partitions=3 | flat_map_values value = value",
    "shop.orders | map value = price, key = item | combine_by_key agg.max partitions=4",
    "a = shop.orders | map key = item, value = n | reduce_by_key i64.add partitions=4 "
    "partitioner=shop.by_letter(key)\na | join a partitioner=shop.by_letter(text.upper(key)) | "
    "count",
    "shop.orders | map key = item, value = {x: price, y: n} | combine_by_key shop.peak | count",
    "generate clicks | aggregate n = agg.count(), p = agg.quantile(ms, q=0.99), agg.max(ms) "
    "by=[url, user] partitions=2",
    "generate clicks | aggregate n = agg.count() length=30s slide=10s by=url every=20s",
    "generate clicks | aggregate n = agg.count() length=30s inverse=none",
    "generate clicks | map ms | reduce_by_window i64.add length=30s slide=10s every=10s "
    "| reduce_by_window i64.max length=60s | reduce_by_window i64.add length=20s inverse=none",
    "generate clicks | count_by_window length=30s slide=10s | count_by_window length=60s "
    "inverse=none",
    "generate clicks | map url | count_by_value_and_window length=30s partitions=2",
    "generate clicks | map key = url, value = ms | group_by_key_and_window length=4s slide=2s",
    "generate clicks | map key = url, value = ms | reduce_by_key_and_window i64.add length=30s "
    "filter=value != 0 and key != \"\" partitions=3 every=5s | reduce_by_key_and_window i64.max "
    "length=60s inverse=i64.min filter=value > 0 | reduce_by_key_and_window i64.add length=10s "
    "inverse=none",
    "a = generate words | map key = word, value = 1\n"
    "b = generate words | map value = word, key = word\n"
    "a | join b partitions=2 | left_outer_join a as l\na | right_outer_join b | count\n"
    "b | full_outer_join a | count\na | cogroup b as c\nl | print\nc | print\na | join a | print",
    "a = generate words | extend n = 1\nb = generate clicks | map word = url, n = ms, user\n"
    "a | join b on=word suffix=_b | print\na | join b on=[n, word] | print\n"
    "a | semi_join b on={word: user} | anti_join b on=n partitions=3 | print",
    "table spam = file \"spam.csv\" reload=1m | extend n = 1\n"
    "some = spam | filter line != \"\" | map line\n"
    "generate lines | anti_join some on=line | join spam on=line | union spam | print",
    "table start = file \"s\" | map value = 1, key = line\n"
    "generate words | map key = word, value = 1 | map_with_state shop.rising(threshold=2.0) "
    "timeout=10m initial=start every=10s partitions=2 as r | print\nr | state_snapshots | print",
    "generate clicks | map key = user, value = at | update_state_by_key shop.visits every=3s as v "
    "| filter value.n > 1 | print",
    "shop.orders | map key = item, value = {n: n, price: price} | update_state_by_key shop.spent",
    "shop.orders | map key = {site: n, user: item}, value = n | update_state_by_key shop.by_site",
    "b = generate lines\na = generate words | transform b { map line = word | union b | extend t = "
    "batch_time() } as x | transform { none } | transform b { b }\na | print",
    "a = generate words\nb = generate clicks\n"
    "a | transform { cartesian b | filter left != right.url as f | limit 3 } as t | count\n"
    "t | transform b, a { b | cartesian a } | print\na | transform b { union a } | print",
    "table t = file \"x\"\ngenerate words | transform { semi_join t on={word: line} } | print",
    "file \"a\" | json schema {user: str, geo: {lat: f64, tags: list<list<ts>>}, b: bool, z: "
    "bytes} "
    "on_error=stop as j | count\nj | lines of=user | csv schema {a: i32} separator=\";\" "
    "header=true | print\nj | map value = user, line = 1 | csv schema {a: str} of=value | print",
    "generate lines | map value = line | lines | lines",
    "generate clicks | filter 10 / ms > 1 on_error=stop | map x = 10 / ms, user on_error=stop "
    "| extend y = x on_error=stop | flat_map text.words(user), x on_error=stop",
    "generate clicks | map key = user, value = ms | map_values 10 / value on_error=stop "
    "| flat_map_values [value] on_error=stop",
    "param n = 3\ngenerate words | limit $n | map x = $n, y = $env.HOME_TOWN | print style=spark",
};

static struct weir_graph *decode(struct weir_text *record)
{
    struct weir_graph *graph = NULL;
    struct weir_error err;
    weir_bytes bytes = {(const uint8_t *)record->bytes, record->count};
    if (weir_graph_decode(bytes, world_registry(), &graph, &err) != WEIR_OK) {
        fail_msg("%s", err.text);
    }
    return graph;
}

static void records_give_equal_graphs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        struct bound b;
        struct weir_text record, again;
        bind_text(&b, programs[i]);
        assert_bound(&b);
        weir_text_init(&record);
        weir_text_init(&again);
        weir_graph_encode(b.graph, &record);
        struct weir_graph *graph = decode(&record);
        if (!weir_graph_equal(b.graph, graph)) {
            fail_msg("another graph comes back: %s", programs[i]);
        }
        weir_graph_encode(graph, &again);
        assert_int_equal(again.count, record.count);
        assert_memory_equal(again.bytes, record.bytes, record.count);
        weir_graph_destroy(graph);
        weir_text_finish(&record);
        weir_text_finish(&again);
        bound_finish(&b);
    }
}

static void check_text(const struct bound *b, const char *program)
{
    struct weir_text text, again;
    struct bound c;
    weir_text_init(&text);
    weir_text_init(&again);
    weir_lang_print_graph(b->graph, &text);
    bind_text(&c, text.bytes);
    assert_bound(&c);
    if (!weir_graph_equal(b->graph, c.graph)) {
        fail_msg("another graph comes back: %s\n%s", program, text.bytes);
    }
    weir_lang_print_graph(c.graph, &again);
    assert_string_equal(again.bytes, text.bytes);
    bound_finish(&c);
    weir_text_finish(&text);
    weir_text_finish(&again);
}

static void texts_give_equal_graphs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        struct bound b;
        bind_text(&b, programs[i]);
        assert_bound(&b);
        check_text(&b, programs[i]);
        bound_finish(&b);
    }
}

static void the_text_is_tidy(void **state)
{
    (void)state;
    struct bound b;
    struct weir_text text;
    weir_text_init(&text);
    bind_text(&b, "job shop batch=2s\n"
                  "b = generate words | map n = 1, word\n"
                  "generate words | map word, n = 2 | union b as all\n"
                  "all | count | print as counts\n"
                  "shop.orders | shop.post \"x\" token=\"hush\"");
    assert_bound(&b);
    weir_lang_print_graph(b.graph, &text);
    assert_string_equal(text.bytes, "job shop batch=2s\n"
                                    "b = generate \"words\" | map n = 1, word\n"
                                    "generate \"words\" | map word, n = 2 | union b as all | count "
                                    "| print as counts\n"
                                    "shop.orders | shop.post \"x\" token=\"***\"\n");
    weir_text_finish(&text);
    bound_finish(&b);
}

/* A record that was cut or changed anywhere gives an error or a sound graph, never a crash. */
static void damage(const char *program)
{
    struct bound b;
    struct weir_text record;
    struct weir_error err;
    weir_text_init(&record);
    bind_text(&b, program);
    assert_bound(&b);
    weir_graph_encode(b.graph, &record);
    for (size_t count = 0; count < record.count; count++) {
        struct weir_graph *graph = NULL;
        weir_bytes bytes = {(const uint8_t *)record.bytes, count};
        assert_int_not_equal(weir_graph_decode(bytes, world_registry(), &graph, &err), WEIR_OK);
        assert_null(graph);
    }
    static const unsigned char changes[] = {0x00, 0x01, 0x7F, 0x90, 0xC0, 0xC1, 0xDC, 0xFF};
    for (size_t at = 0; at < record.count; at++) {
        char old = record.bytes[at];
        for (size_t k = 0; k < sizeof changes; k++) {
            struct weir_graph *graph = NULL;
            weir_bytes bytes = {(const uint8_t *)record.bytes, record.count};
            record.bytes[at] = (char)changes[k];
            if (weir_graph_decode(bytes, world_registry(), &graph, &err) == WEIR_OK) {
                assert_true(weir_graph_equal(graph, graph));
            } else {
                assert_true(err.text[0] != '\0');
            }
            weir_graph_destroy(graph);
        }
        record.bytes[at] = old;
    }
    weir_text_finish(&record);
    bound_finish(&b);
}

/* Programs with all that a record can hold of a node. */
static void damaged_records_are_refused(void **state)
{
    static const char *const rich[] = {
        "shop.orders | map value = n, key = item | reduce_by_key i64.max partitions=2 "
        "| map_values {a: value, b: [value, 2]} | filter value.a > 3 | repartition 4",
        "a = generate clicks | map key = url, value = ms | reduce_by_key_and_window i64.max "
        "length=3s inverse=i64.min filter=value > 0 every=3s\na | join a on=key suffix=_b | print",
        "table t = file \"t\" reload=1m | map key = line, value = 1\n"
        "generate words | map key = word, value = 1 | transform { semi_join t on=key } "
        "| map_with_state shop.rising initial=t timeout=1m as r | state_snapshots",
        "shop.orders | map key = item, value = {price: price, n: n} | update_state_by_key "
        "shop.spent | persist \"NONE\" | aggregate m = agg.max(value) by=key length=2s"};
    (void)state;
    for (size_t i = 0; i < sizeof rich / sizeof rich[0]; i++) {
        damage(rich[i]);
    }
}

/* A record of a graph of two nodes as it was before nodes had a part for what few of them have. */
static void records_of_before_are_read(void **state)
{
    static const char node_head[] = {'\xDC', '\x00', '\x10'}; /* an array of 16 */
    enum { HEAD = sizeof node_head };
    struct bound b;
    struct weir_text record, before;
    (void)state;
    bind_text(&b, "generate words | print");
    assert_bound(&b);
    weir_text_init(&record);
    weir_text_init(&before);
    weir_graph_encode(b.graph, &record);
    size_t nodes = 0, copied = 0;
    for (size_t at = 0; at + HEAD <= record.count; at++) {
        if (memcmp(record.bytes + at, node_head, HEAD) == 0) {
            /* the node before ends with the empty map of the 16th part */
            size_t end = nodes > 0 ? at - 1 : at;
            weir_text_append(&before, record.bytes + copied, end - copied);
            weir_text_append(&before, "\x9F", 1);
            copied = at + HEAD;
            nodes++;
        }
    }
    weir_text_append(&before, record.bytes + copied, record.count - 1 - copied);
    assert_int_equal(nodes, 2);
    struct weir_graph *graph = decode(&before);
    assert_true(weir_graph_equal(b.graph, graph));
    weir_graph_destroy(graph);
    weir_text_finish(&record);
    weir_text_finish(&before);
    bound_finish(&b);
}

/* What makes a difference, and what does not. */
static void graphs_differ_by_what_they_do(void **state)
{
    static const struct {
        const char *a, *b;
        bool are_equal;
    } cases[] = {
        {"generate words", "generate   words | print # a comment", true},
        {"generate words", "generate what=\"words\" seed=1 | print", true},
        {"shop.orders | map x = n + 1.5", "shop.orders | map x = std.add(std.f64(n), 1.5)", true},
        {"shop.orders | filter shop.is_dear", "shop.orders | filter shop.is_dear(price)", true},
        {"generate words | window 4s", "generate words | window length=4s slide=1s", true},
        {"generate words", "generate lines", false},
        {"generate words", "w = generate words", false},
        {"generate words seed=2", "generate words seed=3", false},
        {"generate words | limit 3", "generate words | limit 4", false},
        {"generate words | window 4s", "generate words | window 5s", false},
        {"shop.orders | map x = n", "shop.orders | map x = small", false},
        {"shop.orders | map x = 1", "shop.orders | map x = 2", false},
        {"shop.orders | map x = 1", "shop.orders | map y = 1", false},
        {"shop.orders | map x = at ?? 1s", "shop.orders | map x = at ?? 2s", false},
        {"shop.orders | top 3 by=n", "shop.orders | top 3 by=small", false},
        {"shop.orders | map x = shop.scale(n, by=2)", "shop.orders | map x = shop.scale(n)", true},
        {"shop.orders | map x = shop.scale(n, by=3)", "shop.orders | map x = shop.scale(n)", false},
        {"job a\ngenerate words", "job b\ngenerate words", false},
        {"job a batch=1s\ngenerate words", "job a\ngenerate words", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bound a, b;
        bind_text(&a, cases[i].a);
        bind_text(&b, cases[i].b);
        assert_bound(&a);
        assert_bound(&b);
        if (weir_graph_equal(a.graph, b.graph) != cases[i].are_equal ||
            weir_graph_equal(b.graph, a.graph) != cases[i].are_equal) {
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        }
        bound_finish(&a);
        bound_finish(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_give_equal_graphs),
        cmocka_unit_test(texts_give_equal_graphs),
        cmocka_unit_test(the_text_is_tidy),
        cmocka_unit_test(damaged_records_are_refused),
        cmocka_unit_test(records_of_before_are_read),
        cmocka_unit_test(graphs_differ_by_what_they_do),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
