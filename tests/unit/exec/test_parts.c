/* SPDX-License-Identifier: Apache-2.0 */
/* Nulls, lists, structs and whole arrays between engine and operators: what they give of fixed
 * rows, that chunks give what their rows give one by one, and that what cannot be is refused. */
#include "world.h"

#include <stdio.h>

int weir_wrong_releases(void); /* wrong.c */

/* ---- fixed rows ---- */

/* Rows (a, s); INT64_MIN, NULL: null. */
struct row {
    int64_t a;
    const char *s;
};
#define NO INT64_MIN

static void rows_table(const struct trial *trial,
                       const struct row *rows,
                       uint32_t count,
                       struct weir_table *table)
{
    struct weir_builder *builder = weir_builder_create(trial_schema(trial), false);
    struct weir_value values[8];
    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t c = 0; c < 8; c++) {
            const struct weir_type *type = trial_schema(trial)->fields[c].type;
            values[c] = (struct weir_value){.type = type, .i64 = r, .str = weir_str_of("")};
        }
        values[0].is_null = rows[r].a == NO;
        values[0].i64 = rows[r].a;
        values[5].is_null = rows[r].s == NULL;
        values[5].str = weir_str_of(rows[r].s == NULL ? "" : rows[r].s);
        weir_builder_add_values(builder, values);
    }
    weir_builder_finish(builder, table);
    weir_builder_destroy(builder);
}

static void gives(const char *pipe, const struct row *rows, uint32_t count, const char *want)
{
    struct trial trial;
    struct weir_table table;
    struct weir_text have;
    char text[256];
    (void)snprintf(text, sizeof text, "trial.rows | %s | print", pipe);
    trial_open(&trial, text);
    weir_text_init(&have);
    rows_table(&trial, rows, count, &table);
    trial_run(&trial, &table.all, &have);
    assert_string_equal(have.bytes, want);
    weir_text_finish(&have);
    weir_table_finish(&table);
    trial_close(&trial);
}

static void test_nulls(void **state)
{
    (void)state;
    const struct row rows[] = {{4, "ab"}, {5, "abcd"}, {NO, NULL}, {6, "a b c d"}};
    gives("map v = parts.half(a)", rows, 4, "{\"v\":2}\n{\"v\":null}\n{\"v\":null}\n{\"v\":3}\n");
    gives("map v = parts.twice(s)", rows, 4,
          "{\"v\":\"abab\"}\n{\"v\":null}\n{\"v\":null}\n{\"v\":\"a b c da b c d\"}\n");
    gives("map v = parts.thirds(a), w = parts.thirds(a) ?? true", rows, 4,
          "{\"v\":true,\"w\":true}\n{\"v\":false,\"w\":false}\n{\"v\":null,\"w\":true}\n"
          "{\"v\":null,\"w\":true}\n");
    gives("filter parts.thirds(a) | map a", rows, 4, "{\"a\":4}\n");
    gives("map v = parts.half(3), w = parts.half(8), t = parts.thirds(3)", rows, 1,
          "{\"v\":null,\"w\":4,\"t\":null}\n");
}

static void test_nulls_shown(void **state)
{
    (void)state;
    const struct row rows[] = {{4, "ab"}, {NO, NULL}};
    gives("map v = parts.either(a, null), w = parts.either(null, a)", rows, 2,
          "{\"v\":4000,\"w\":4000}\n{\"v\":null,\"w\":null}\n");
    gives("map v = parts.text_bytes(s, null), w = parts.text_bytes(parts.twice(s), [s])", rows, 2,
          "{\"v\":100002,\"w\":10004}\n{\"v\":101000,\"w\":11000}\n");
    gives("map a, r = {n: s, m: [a, 1]} | map w = parts.weight(a), x = parts.weight(r)", rows, 2,
          "{\"w\":4,\"x\":37}\n{\"w\":7,\"x\":61}\n");
}

static void test_lists_and_structs(void **state)
{
    (void)state;
    const struct row rows[] = {{3, "ab c"}, {NO, NULL}, {4, "abcdef"}, {5, "two words of text"}};
    gives("map v = parts.cut(s)", rows, 4,
          "{\"v\":[\"ab c\",\"ab\",\"c\"]}\n{\"v\":null}\n{\"v\":null}\n"
          "{\"v\":[\"two words of text\",\"two\",\"words\",\"of\",\"text\"]}\n");
    gives("map v = parts.last(parts.cut(s)), w = parts.total(parts.upto(a)), x = parts.cut(s)[1]",
          rows, 4,
          "{\"v\":\"c\",\"w\":3,\"x\":\"ab\"}\n{\"v\":null,\"w\":null,\"x\":null}\n"
          "{\"v\":null,\"w\":6,\"x\":null}\n{\"v\":\"text\",\"w\":10,\"x\":\"two\"}\n");
    gives("map v = parts.grid(a)", rows, 3,
          "{\"v\":[[0],[0,1],null]}\n{\"v\":null}\n{\"v\":[[0],[0,1],null,[0,1,2,3]]}\n");
    gives("map v = parts.card(a), n = parts.card(a).n, o = parts.card(a).is_odd", rows, 4,
          "{\"v\":{\"n\":3,\"tags\":[\"a t\",\"a t\",\"a t\"],\"is_odd\":true},\"n\":3,"
          "\"o\":true}\n"
          "{\"v\":null,\"n\":null,\"o\":null}\n{\"v\":null,\"n\":null,\"o\":null}\n"
          "{\"v\":{\"n\":5,\"tags\":[\"a tex\",\"a tex\",\"a tex\",\"a tex\",\"a tex\"],"
          "\"is_odd\":null},\"n\":5,\"o\":null}\n");
    gives("map v = parts.shuffled(a)", rows, 1, "{\"v\":[107,108,109]}\n");
    gives("map c = parts.card(2), n = parts.card(2).n + a, x = parts.upto(2)", rows, 2,
          "{\"c\":{\"n\":2,\"tags\":[\"a \",\"a \"],\"is_odd\":false},\"n\":5,\"x\":[0,1]}\n"
          "{\"c\":{\"n\":2,\"tags\":[\"a \",\"a \"],\"is_odd\":false},\"n\":null,\"x\":[0,1]}\n");
    gives("map v = parts.labels(b)", rows, 4,
          "{\"v\":\"\"}\n{\"v\":\"a\"}\n{\"v\":null}\n{\"v\":\"a t\"}\n");
}

static void test_emitters(void **state)
{
    (void)state;
    const struct row rows[] = {{3, "x"}, {NO, NULL}, {6, "y"}, {1, "z"}};
    gives("flat_map s, parts.deal(a)", rows, 4,
          "{\"s\":\"x\",\"n\":0,\"tags\":[],\"info\":{\"name\":\"\",\"of\":3}}\n"
          "{\"s\":\"x\",\"n\":1,\"tags\":[\"a text tha\"],\"info\":{\"name\":\"a\",\"of\":3}}\n"
          "{\"s\":\"x\",\"n\":null,\"tags\":[\"a text that\",\"a text that\"],"
          "\"info\":{\"name\":\"a \",\"of\":3}}\n"
          "{\"s\":\"z\",\"n\":0,\"tags\":[],\"info\":{\"name\":\"\",\"of\":1}}\n");
    /* the rows that the failing one took back had nulls where the next ones have none */
    gives("flat_map s, parts.count(a)", rows, 4,
          "{\"s\":\"x\",\"n\":0,\"text\":\"\",\"is_odd\":false}\n"
          "{\"s\":\"x\",\"n\":1,\"text\":\"a\",\"is_odd\":true}\n"
          "{\"s\":\"x\",\"n\":null,\"text\":\"a \",\"is_odd\":false}\n"
          "{\"s\":null,\"n\":-1,\"text\":\"\",\"is_odd\":false}\n"
          "{\"s\":\"z\",\"n\":0,\"text\":\"\",\"is_odd\":false}\n");
}

/* ---- chunk = row by row ---- */
static void test_chunks(void **state)
{
    (void)state;
    static const char *const pipes[] = {
        "map v = parts.half(a), w = parts.half(parts.half(a) ?? 1)",
        "map v = parts.thirds(a) and p, w = not parts.thirds(a), x = parts.thirds(a) ?? q",
        "map v = parts.twice(s), w = parts.twice(s) ?? t, x = parts.twice(parts.twice(s))",
        "map v = parts.either(a, b), w = parts.either(parts.half(a), null)",
        "map v = parts.text_bytes(parts.twice(s), parts.cut(t)), w = [parts.twice(s), t]",
        "map v = parts.cut(s), w = parts.cut(s)[a], x = parts.last(parts.cut(t))",
        "map v = parts.last([s, parts.twice(t), \"constant text of a literal\"])",
        "map v = parts.cut(s) ?? [t, \"nothing\"], w = parts.total(parts.upto(a)) ?? b",
        "filter p and parts.last(parts.cut(s)) != \"\" | map v = parts.cut(s), a",
        "map v = parts.grid(a), w = parts.grid(a)[1], x = parts.weight(parts.grid(b))",
        "map v = parts.card(a), w = parts.card(a).tags, x = parts.card(b).is_odd ?? p",
        "map a, r = {n: s, c: parts.card(b)} | map v = parts.weight(parts.card(a)), "
        "w = parts.weight(r), x = r.c.tags",
        "map a, r = {n: s, c: 7, l: [\"x\", \"a longer constant of a list\"], k: parts.card(2)} "
        "| map w = parts.weight(r), x = r.k.tags",
        "map v = parts.shuffled(a), w = parts.total(parts.shuffled(b)), x = parts.upto(3)",
        "map c = parts.card(a) | map v = c, w = parts.last(c.tags), x = parts.weight(c)",
        "flat_map v = parts.cut(s) | map v, w = parts.twice(v)",
        "flat_map v = parts.grid(a) | map v, w = parts.total(v)",
        "flat_map s, parts.deal(a), t",
        "flat_map c = parts.card(b), parts.deal(a) | map c, n, w = parts.last(tags), info",
        "flat_map s, parts.count(a), p | filter is_odd ?? true",
        "flat_map parts.deal(a) | map n, w = info.name, x = parts.weight(info) | filter n > 0",
    };
    for (size_t i = 0; i < sizeof pipes / sizeof pipes[0]; i++) {
        check_pipe(pipes[i], 0, 1000 + i, 7);
        check_pipe(pipes[i], 20, 2000 + i, 7);
        check_pipe(pipes[i], 100, 3000 + i, 7);
    }
}

/* One input row gives more rows than the columns hold; what was finished goes on before. */
static void test_many_rows(void **state)
{
    (void)state;
    check_pipe("flat_map parts.deal(a * 700), a", 10, 1, 3);
    check_pipe("flat_map parts.count(a * 700), a", 10, 2, 3);
}

/* ---- a source ---- */
static void test_source(void **state)
{
    (void)state;
    enum { ROWS = 5000 };
    struct trial trial;
    struct weir_text have;
    struct weir_text want;
    struct weir_call call = {0};
    int64_t count = ROWS;
    static const char text[] = "a text that is longer than any cell can hold";
    weir_text_init(&have);
    weir_text_init(&want);
    trial_open(&trial, "parts.cards | map n, w = parts.last(tags), tags, info | print");
    const struct weir_node *source = &trial.graph->nodes[0];
    assert_int_equal(weir_call_open(&call, source->op, source->params, &trial.err), WEIR_OK);
    weir_bytes range = {(const uint8_t *)&count, sizeof count};
    assert_int_equal(weir_scan_source(&trial.task, &call, source->schema, range, trial.first),
                     WEIR_OK);
    trial_result(&trial, &have);
    for (int i = 0; i < ROWS; i++) {
        char tag[64];
        (void)snprintf(tag, sizeof tag, "\"%.*s\"", i % 40, text);
        weir_text_printf(&want, "{\"n\":%d,\"w\":%s,\"tags\":[%s%s%s%s%s],\"info\":", i,
                         i % 4 > 0 ? tag : "\"\"", i % 4 > 0 ? tag : "", i % 4 > 1 ? "," : "",
                         i % 4 > 1 ? tag : "", i % 4 > 2 ? "," : "", i % 4 > 2 ? tag : "");
        if (i % 5 == 1) {
            weir_text_put(&want, "null}\n");
        } else {
            weir_text_printf(&want, "{\"name\":\"%.*s\"}}\n", i % 30, text);
        }
    }
    assert_int_equal(have.count, want.count);
    assert_string_equal(have.bytes, want.bytes);
    assert_int_equal(trial.task.records_in, ROWS);
    weir_call_close(&call);
    weir_text_finish(&have);
    weir_text_finish(&want);
    trial_close(&trial);
}

/* ---- what cannot be ---- */
static void refuses(const char *pipe, const char *why)
{
    const struct row rows[] = {{1, "a"}, {2, "b"}, {3, "c"}};
    struct trial trial;
    struct weir_table table;
    char text[256];
    (void)snprintf(text, sizeof text, "trial.rows | %s | print", pipe);
    trial_open(&trial, text);
    trial.task.stop_on_bad_record = true;
    rows_table(&trial, rows, 3, &table);
    assert_int_equal(trial_push(&trial, &table.all), WEIR_EJOB);
    if (strstr(trial.err.text, why) == NULL) {
        fail_msg("%s: expected '%s', found '%s'", pipe, why, trial.err.text);
    }
    trial.first->abandon(trial.first, &trial.task);
    weir_table_finish(&table);
    trial_close(&trial);
}

static void test_wrong_cells(void **state)
{
    (void)state;
    static const char *const calls[][2] = {
        {"no_items", "org.example.wrong/no_items: gives a list that leaves the items that were "
                     "written in column 'value'"},
        {"below_zero", "a list that leaves the items"},
        {"no_buffer", "a text that lies in no buffer in column 'item'"},
        {"too_long", "a text that lies in no buffer"},
        {"negative", "a text that lies in no buffer"},
        {"far_null", "makes column 9 null: it has one"},
        {"far_part", "makes column 1 null, of 1"},
        {"more_rows", "asks for another row where rows are those of its input"},
        {"beyond_cap", "writes more than there is room for"},
        {"beyond_heap", "writes more than there is room for"},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        char pipe[64];
        (void)snprintf(pipe, sizeof pipe, "map v = wrong.%s(a)", calls[i][0]);
        refuses(pipe, calls[i][1]);
    }
    refuses("flat_map wrong.far_items(a)", "a list that leaves the items");
    refuses("flat_map s, wrong.no_parent(a)",
            "emits a row whose parent is no row that it was shown");
    refuses("filter a > 1 | flat_map s, wrong.unseen_parent(a)", "whose parent is no row");
    refuses("flat_map s, wrong.too_many(a)", "writes more than there is room for");
    refuses("flat_map s, wrong.too_many_lists(a)", "writes more than there is room for");
    refuses("flat_map wrong.huge(a)", "at most 1 GiB is possible");
}

static void test_odd_cells(void **state)
{
    (void)state;
    const struct row rows[] = {{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}};
    gives("map v = wrong.odd_bools(a).is", rows, 4,
          "{\"v\":false}\n{\"v\":true}\n{\"v\":true}\n{\"v\":true}\n");
    gives("map v = wrong.odd_valid(a)", rows, 4, "{\"v\":null}\n{\"v\":1}\n{\"v\":1}\n{\"v\":1}\n");
    gives("map v = wrong.forgetful(a)", rows, 4,
          "{\"v\":\"a text that is longer than a cell\"}\n"
          "{\"v\":\"a text that is longer than a cell\"}\n{\"v\":\"\"}\n{\"v\":\"\"}\n");
}

static void test_wrong_arrays(void **state)
{
    (void)state;
    static const char *const calls[][2] = {
        {"too_few", "moves an array of 2 positions at 0, expected 3: as many as the input has"},
        {"unsorted", "whose offsets are not sorted: 2 is followed by 1"},
        {"short_items", "whose parts have fewer positions than it needs"},
        {"no_child", "of 2 buffers and 0 children, expected 2 and 1"},
        {"no_item_cells", "without its buffer of cells"},
        {"before_start", "moves an array of 3 positions at -1"},
        {"moved_text", "with a text outside of its 0 buffers"},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        char pipe[64];
        int before = weir_wrong_releases();
        (void)snprintf(pipe, sizeof pipe, "map v = wrong.%s(a)", calls[i][0]);
        refuses(pipe, calls[i][1]);
        assert_int_equal(weir_wrong_releases(), before + 1);
    }
}

/* A record fails, and then the whole is moved: of the records before it there would be nothing. */
static void test_fails_and_moves(void **state)
{
    (void)state;
    const struct row rows[] = {{1, "a"}, {2, "b"}, {3, "c"}};
    struct trial trial;
    struct weir_table table;
    int before = weir_wrong_releases();
    trial_open(&trial, "trial.rows | map v = wrong.fails_and_moves(a) | print");
    rows_table(&trial, rows, 3, &table);
    assert_int_equal(trial_push(&trial, &table.all), WEIR_EJOB);
    assert_non_null(strstr(trial.err.text, "write cells where records may fail"));
    assert_int_equal(weir_wrong_releases(), before + 1);
    trial.first->abandon(trial.first, &trial.task);
    weir_table_finish(&table);
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nulls),
        cmocka_unit_test(test_nulls_shown),
        cmocka_unit_test(test_lists_and_structs),
        cmocka_unit_test(test_emitters),
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_source),
        cmocka_unit_test(test_wrong_cells),
        cmocka_unit_test(test_odd_cells),
        cmocka_unit_test(test_wrong_arrays),
        cmocka_unit_test(test_fails_and_moves),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
