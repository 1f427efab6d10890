/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions over chunks: a chunk gives what its rows give one by one, under any selection and
 * with nulls; and what single rows give, by table. */
#include "world.h"

#include "exec/expr/program.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- chunk by chunk = row by row ---- */

static const char *const pipes[] = {
    "map sum = a + b, a",
    "map c = 1 + 2, d = a + 1",
    "map y = (a + 1) * (b + 2) - (a - b) * (b - a), z = x * 2.0 + 1.0",
    "map s = text.concat(s, t), u = text.upper(text.concat(t, \"a literal that is long\")), a",
    "map l = \"another literal, which is long too\", m = text.upper(\"a literal that is long\")",
    "map u = trial.times(text.upper(s), 3), v = trial.times(t, 2)",
    "map less = a < b, both = p and q, one = p or q, no = not p, mixed = (p or a < b) and not q",
    "map deep = (p and q) or (q and a > 0) or (a < b and (b < 2 or p)), keep = p",
    "map d = b != 0 and a / b > 0, e = b == 0 or a / b > 0",
    "map d = a / b",
    "map d = (a + 2) / b, e = a / (b + 1), f = s",
    "map c = a ?? b, d = a ?? 7, e = p ?? q, f = s ?? t, g = s ?? \"none of the two is there\"",
    "map c = a ?? b ?? 0, d = (a ?? 0) + (b ?? 0)",
    "map c = a ?? 6 / b",
    "map l = [a, b, 5], m = [s, t], n = [p, q]",
    "map e = [a, b, 5][i], f = [s, t][1], g = [p, q][0], h = [a, b][a]",
    "map r = {a: a, s: s, c: 7} | map v = r.a + 1, w = r.s, c = r.c, r",
    "map r = [{a: a, s: s}, {a: b, s: t}] | map one = r[1], two = r[0].s, none = r[2]",
    "map r = [[a, b], [b]] | map one = r[0], two = r[1][0]",
    "map l = [a, b] | map l, k = l ?? [1, 2, 3]",
    "extend c = a + 1, d = text.length(s)",
    "map key = s, value = a | map_values text.length(key) + value",
    "filter p",
    "filter p and a > b",
    "filter a > 0 | filter b > 0 | map s, c = a + b",
    "filter text.contains(s, \"cd\") or text.contains(t, \"qrst\") | map s, t",
    "filter true | map a",
    "filter b != 0 and a / b > 1 | map a, b",
    "filter a / b > 0 | map a, b",
    "map c = trial.fussy(a), d = trial.fussy(b)",
    "filter trial.fussy(a) > 1 or trial.fussy(b) > 1",
    "map c = p and trial.fussy(a) > 0, d = q or trial.fussy(b) > 0",
    "map c = a > 0 ?? (trial.fussy(b) > 0)",
    "map c = trial.batch_seed(a)",
    "flat_map word = text.words(s)",
    "flat_map word = text.words(s), a, t, up = text.upper(t), c = 1, l = \"a literal that is "
    "long\"",
    "flat_map part = text.split(t, \" \"), r = {a: a, t: t}, l = [s, t], p",
    "flat_map trial.numbers(a + 3), p",
    "flat_map s, trial.numbers(a * 4), x",
    "flat_map n = [a, b, 3]",
    "flat_map s, n = [s, t], p",
    "flat_map n = [{k: a, l: [s, t]}, {k: b, l: [t]}], q",
    "map l = [a, b] | flat_map n = l",
    "map l = [a, b], r = {x: s, y: [t]} | flat_map n = l, r",
    "flat_map word = text.words(text.upper(s)) | filter text.length(word) > 2 | map word = "
    "text.concat(word, \"-and a literal that is long\")",
};

static void test_rows_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pipes / sizeof pipes[0]; i++) {
        check_pipe(pipes[i], 0, 1000 + i, 3);
        check_pipe(pipes[i], 30, 2000 + i, 3);
    }
}

/* ---- single rows, by table ---- */

struct single {
    const char *row;  /* a, b, p, q, s; "-" is null */
    const char *expr; /* of map */
    const char *want; /* JSON, or the end of a message; "" = the row is bad */
};

static struct weir_value value_of(const char *text, const struct weir_type *type)
{
    struct weir_value value = {.type = type, .is_null = strcmp(text, "-") == 0};
    value.str = weir_str_of(text);
    value.i64 = strcmp(text, "true") == 0 ? 1 : strtoll(text, NULL, 10);
    return value;
}

static void check_single(const struct single *single)
{
    char pipe[256];
    char words[5][32] = {"", "", "", "", ""};
    struct trial trial;
    struct weir_table table;
    struct weir_text result;
    weir_text_init(&result);
    (void)snprintf(pipe, sizeof pipe, "trial.rows | map v = %s | print", single->expr);
    trial_open(&trial, pipe);
    const struct weir_type *schema = trial_schema(&trial);
    (void)sscanf(single->row, "%31s %31s %31s %31s %31s", words[0], words[1], words[2], words[3],
                 words[4]);
    static const int from[8] = {0, 1, -1, 2, 3, 4, -1, -1};
    struct weir_value values[8];
    for (uint32_t c = 0; c < 8; c++) {
        values[c] = value_of(from[c] < 0 ? "-" : words[from[c]], schema->fields[c].type);
    }
    struct weir_builder *builder = weir_builder_create(schema, false);
    weir_builder_add_values(builder, values);
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    trial_run(&trial, &table.all, &result);
    char want[256] = "";
    if (single->want[0] != '\0') {
        (void)snprintf(want, sizeof want, "{\"v\":%s}\n", single->want);
    }
    if (strcmp(result.bytes, want) != 0) {
        fail_msg("%s over %s: want %s, have %s", single->expr, single->row, want, result.bytes);
    }
    assert_int_equal(trial.task.bad_records, single->want[0] == '\0');
    weir_table_finish(&table);
    weir_text_finish(&result);
    trial_close(&trial);
}

static const struct single singles[] = {
    {"4 2 true false x", "a / b + 1", "3"},
    {"4 0 true false x", "a / b", ""},
    {"4 - true false x", "a / b", "null"},
    {"- 0 true false x", "a / b", "null"},
    {"4 0 true false x", "b != 0 and a / b > 1", "false"},
    {"4 0 true false x", "b == 0 or a / b > 1", "true"},
    {"4 0 true false x", "b == 0 and a / b > 1", ""},
    {"4 0 true false x", "b != 0 or a / b > 1", ""},
    {"4 0 true false x", "false and 1 / 0 > 1", "false"},
    {"4 0 true false x", "true or 1 / 0 > 1", "true"},
    {"4 0 true false x", "1 / 0 > 1", ""},
    {"4 0 true false x", "a ?? 1 / 0", "4"},
    {"- 0 true false x", "a ?? 1 / 0", ""},
    {"- 0 true false x", "a ?? 1", "1"},
    {"- - true false x", "a ?? b ?? 3", "3"},
    {"1 1 - true x", "p and q", "null"},
    {"1 1 - false x", "p and q", "false"},
    {"1 1 true - x", "p and q", "null"},
    {"1 1 false - x", "p and q", "false"},
    {"1 1 - - x", "p and q", "null"},
    {"1 1 - true x", "p or q", "true"},
    {"1 1 - false x", "p or q", "null"},
    {"1 1 true - x", "p or q", "true"},
    {"1 1 false - x", "p or q", "null"},
    {"1 1 - true x", "not p", "null"},
    {"1 1 - true x", "p ?? q", "true"},
    {"1 1 true true abc", "text.concat(s, \"-a literal beyond twelve\")",
     "\"abc-a literal beyond twelve\""},
    {"1 1 true true abc", "text.upper(\"a literal beyond twelve\")", "\"A LITERAL BEYOND TWELVE\""},
    {"1 1 true true abcdefghijklmnopq", "text.concat(s, \"-a literal beyond twelve\")",
     "\"abcdefghijklmnopq-a literal beyond twelve\""},
    {"1 1 true true abcdefghijklmnopq", "[\"a literal beyond twelve\", s, \"one more beyond it\"]",
     "[\"a literal beyond twelve\",\"abcdefghijklmnopq\",\"one more beyond it\"]"},
    {"1 2 true true abc", "[a, b, 7][1]", "2"},
    {"1 2 true true abc", "[a, b, 7][3]", "null"},
    {"1 2 true true abc", "[a, b, 7][-1]", "null"},
    {"- 2 true true abc", "[a, b]", "[null,2]"},
    {"- 2 true true abc", "{one: a, two: {three: s}}",
     "{\"one\":null,\"two\":{\"three\":\"abc\"}}"},
    {"1 2 true true abc", "{one: a, two: {three: s}}.two.three", "\"abc\""},
    {"1 2 true true abc", "[[a, b], [b]][0]", "[1,2]"},
};

static void test_singles(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        check_single(&singles[i]);
    }
}

/* ---- the batch's time, which no text names outside of transform ---- */

static void test_batch_time(void **state)
{
    (void)state;
    struct weir_graph *graph = world_graph("trial.rows | print");
    struct weir_expr draft = {.kind = WEIR_EXPR_BATCH_TIME};
    const struct weir_expr *expr;
    struct weir_error err;
    struct weir_exec_task task = {.batch_us = 5000001, .err = &err};
    struct weir_rows rows = {.schema = graph->nodes[0].schema, .rows = 1};
    uint32_t to;
    int culprit;
    assert_int_equal(weir_expr_make(&graph->arena, rows.schema, &draft, &expr, &culprit, &err),
                     WEIR_OK);
    struct weir_program *program = weir_program_create();
    assert_int_equal(weir_program_add(program, expr, &to, &err), WEIR_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(weir_program_run(program, &task, &rows), WEIR_OK);
        assert_true(weir_program_column(program, to)->is_const);
        assert_int_equal(*(const int64_t *)weir_program_column(program, to)->data, task.batch_us);
        weir_program_end(program);
        task.batch_us += 1000000;
    }
    weir_program_destroy(program);
    weir_graph_destroy(graph);
}

/* ---- an instance is told of every task ---- */

static void test_batch_and_seed(void **state)
{
    (void)state;
    struct random_rows random = {7, 0, 3};
    struct trial trial;
    struct weir_table table;
    struct weir_text first;
    struct weir_text second;
    weir_text_init(&first);
    weir_text_init(&second);
    trial_open(&trial, "trial.rows | map c = trial.batch_seed(a) | print");
    random_table(&random, trial_schema(&trial), 5, &table);
    trial_run(&trial, &table.all, &first);
    trial_run(&trial, &table.all, &second);
    assert_string_equal(first.bytes, second.bytes); /* a retry sees the same seed */
    second.count = 0;
    trial_begin(&trial);
    trial.task.partition = 4;
    assert_int_equal(trial_push(&trial, &table.all), WEIR_OK);
    trial_result(&trial, &second);
    assert_string_not_equal(first.bytes, second.bytes);
    weir_text_finish(&first);
    weir_text_finish(&second);
    weir_table_finish(&table);
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_singles),
        cmocka_unit_test(test_rows_alone),
        cmocka_unit_test(test_batch_time),
        cmocka_unit_test(test_batch_and_seed),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
