/* SPDX-License-Identifier: Apache-2.0 */
/* Codecs and tests in a text: what is wrong with them, and what the tests of a text are when they
 * are bound. */
#include "mistake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* What a codec reads, what it is asked for, and tests. */
static const struct mistake of_codecs[] = {
    {"generate clicks | json schema {a: i64}", WEIR_CODE_ENCODED, "json",
     "'json' decodes the field line, else value; here are {user: str", "of=user",
     "generate clicks"},
    {"generate clicks | json schema {a: i64} of=ms", WEIR_CODE_ENCODED, "of=ms",
     "decodes a str or bytes, but 'ms' is i64", NULL, "generate clicks"},
    {"generate lines | json schema {a: i64} of=lin", WEIR_CODE_UNKNOWN_FIELD, "lin",
     "did you mean 'line'?", NULL, NULL},
    {"generate lines | json schema {a: i64} of=\"line\"", WEIR_CODE_OPTION_VALUE, "\"line\"",
     "takes the name of a field", NULL, NULL},
    {"generate lines | json schema {a: i64} on_error=retry", WEIR_CODE_OPTION_VALUE, "retry",
     "takes stop or dead", "counted and dropped", NULL},
    {"generate lines | json schema {a: i64} on_error=stop on_error=dead", WEIR_CODE_TWICE,
     "on_error=dead", "given twice", NULL, "on_error=stop"},
    {"generate lines | json schema {a: i64}, schema {b: i64}", WEIR_CODE_TWICE, "schema {b: i64}",
     "'schema' is given twice", NULL, "schema {a: i64}"},
    {"generate lines | json schema {_a: i64}", WEIR_CODE_FIELD_NAME, "_a", "'_a'", NULL, NULL},
    {"generate lines | json", WEIR_CODE_OPTION_VALUE, "json", "must be told the fields", NULL,
     NULL},
    {"generate lines | lines schema {a: i64}", WEIR_CODE_OPTION_VALUE, "schema {a: i64}",
     "it takes no schema", NULL, NULL},
    {"generate lines | csv schema {a: str} seperator=\";\"", WEIR_CODE_UNKNOWN_OPTION, "seperator",
     "separator", NULL, NULL},
    {"generate lines | csv schema {a: {b: str}}", WEIR_CODE_OPTION_VALUE, "schema {a: {b: str}}",
     "csv has no lists or structs", NULL, NULL},
    {"csv schema {a: str} | print", WEIR_CODE_MISPLACED, "csv", "it needs a stream before it",
     "INPUT | csv", NULL},
    {"generate lines | jsno schema {a: i64}", WEIR_CODE_UNKNOWN_VERB, "jsno",
     "did you mean 'json'?", NULL, NULL},
    {"generate lines | json schema {a: i64} | map b", WEIR_CODE_UNKNOWN_FIELD, "b", "no field 'b'",
     NULL, NULL},
    {"h = generate clicks\nh | print\ntest \"t\" { at 0s feed g []; }", WEIR_CODE_UNKNOWN_STREAM,
     "g", "no stream 'g'", "streams that have a name", NULL},
    {"h = generate clicks\nh | print\ntest \"t\" { at 0s feed h [{usr: \"a\"}]; }",
     WEIR_CODE_UNKNOWN_FIELD, "usr", "did you mean 'user'?", "{user: str", NULL},
    {"h = generate clicks\nh | print\ntest \"t\" { at 0s feed h [{ms: 1.5}]; }",
     WEIR_CODE_TEST_RECORD, "1.5", "'ms' is i64, found 1.5", NULL, NULL},
    {"h = generate clicks\nh | print\ntest \"t\" { at 0s feed h [{at: 1}]; }",
     WEIR_CODE_TEST_RECORD, "1", "'at' is ts, found 1", NULL, NULL},
    {"h = generate clicks\nh | print\ntest \"t\" { at 0s feed h [{ms: 1 + 1}]; }",
     WEIR_CODE_NO_CONSTANT, "1 + 1", "made of constants", NULL, NULL},
    {"w = generate clicks | window length=3s slide=3s\nw | print\ntest \"t\" { at 0s feed w []; }",
     WEIR_CODE_TEST_TIME, "w", "every 3s only", "computed from", NULL},
    {"w = generate clicks | window length=3s slide=3s\nw | print\ntest \"t\" { at 4s expect w []; "
     "}",
     WEIR_CODE_TEST_TIME, "4s", "no batch at that time", "at 6s", NULL},
    {"table t = file \"x\"\ngenerate lines | anti_join t on=line\ntest \"t\" { at 1s feed t []; }",
     WEIR_CODE_TEST_TIME, "t", "'t' is a table", NULL, "t"},
};

static void mistakes(void **state)
{
    (void)state;
    check_mistakes(of_codecs, sizeof of_codecs / sizeof of_codecs[0]);
}

static void a_codec_is_a_node(void **state)
{
    struct bound b;
    (void)state;
    bind_text(&b,
              "generate lines | map line, value = line | json schema {a: list<i64>} on_error=stop "
              "| print");
    assert_bound(&b);
    const struct weir_node *node = &b.graph->nodes[2];
    assert_int_equal(node->verb, WEIR_VERB_CODEC);
    assert_string_equal(node->op->canonical, "org.weir.json/json");
    assert_int_equal(node->of, 0); /* line goes before value */
    assert_true(node->stops_on_bad);
    assert_string_equal(bound_schema(b.graph, 2), "{a: list<i64>}");
    bound_finish(&b);
    bind_text(&b, "generate lines | map value = line | lines | print");
    assert_bound(&b);
    assert_false(b.graph->nodes[2].stops_on_bad);
    assert_null(b.graph->nodes[2].asked);
    assert_string_equal(bound_schema(b.graph, 2), "{line: str}");
    bound_finish(&b);
}

/* Values are of the types of their fields; what a record lacks is null. */
static void tests_are_bound(void **state)
{
    struct weir_tests tests;
    struct bound b;
    (void)state;
    weir_tests_init(&tests);
    bind_with(
        &b,
        "param who = \"ann\"\n"
        "h = generate lines | json schema {u: str, x: f64, at: ts, t: list<i32>, g: {a: bool}}\n"
        "test \"one\" { at 500ms feed h [{u: $who, x: 1, at: 10s, t: [1, 2]}]; }\n"
        "h | print\n"
        "test \"two\" { at 1s feed h [{u: null}, {g: {a: true}}]; at 3s expect h []; }",
        (struct weir_bind_options){.tests = &tests});
    assert_bound(&b);
    assert_int_equal(tests.count, 2);
    assert_string_equal(tests.tests[0].title, "one");
    const struct weir_test_step *step = &tests.tests[0].steps[0];
    assert_int_equal(step->at_us, 500000);
    assert_false(step->is_expect);
    assert_int_equal(step->record_count, 1);
    const struct weir_value *values = step->records[0];
    assert_string_equal(values[0].str.bytes, "ann");
    assert_true(values[1].f64 > 0.5 && values[1].f64 < 1.5);
    assert_int_equal(values[2].i64, 10000000);
    assert_int_equal(values[3].item_count, 2);
    assert_int_equal(values[3].items[1].i64, 2);
    assert_true(values[4].is_null);
    assert_int_equal(tests.tests[1].step_count, 2);
    assert_true(tests.tests[1].steps[1].is_expect);
    assert_int_equal(tests.tests[1].steps[0].records[1][4].items[0].i64, 1);
    bound_finish(&b);
    weir_tests_finish(&tests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes),
        cmocka_unit_test(a_codec_is_a_node),
        cmocka_unit_test(tests_are_bound),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
