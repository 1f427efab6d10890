/* SPDX-License-Identifier: Apache-2.0 */
/* Pages and JSON: complete, and harmless on a terminal whatever the plugin says. */
#include "good.h"

static struct weir_registry *registry;
static struct weir_text text;

static int set_up(void **state)
{
    (void)state;
    registry = good_registry();
    weir_text_init(&text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_text_finish(&text);
    weir_registry_destroy(registry);
    return 0;
}

static void test_an_operator(void **state)
{
    (void)state;
    weir_operator_describe(good_operator(registry, "lines", WEIR_KIND_SOURCE), &text);
    assert_string_equal(text.bytes, "good.lines: source, text lines, finite\n"
                                    "  signature\n"
                                    "    () -> (line: str)\n"
                                    "  parameters\n"
                                    "    path: str, required, positional     file to read\n"
                                    "    mode: str = \"plain\"                 how\n"
                                    "    depth: i64 = 2, 1..16               folders to go down\n"
                                    "    share: f64 = 0.5, 0..1              of the lines\n"
                                    "    pause: duration = 1500ms, 1ms..1h   between reads\n"
                                    "    most: size = 64MiB                  of one range\n"
                                    "    follow: bool = false                go on at the end\n"
                                    "    token: str, optional, secret        password\n"
                                    "  in graphs\n"
                                    "    org.example.good/lines\n");
}

static void test_no_control_character_reaches_the_terminal(void **state)
{
    (void)state;
    weir_operator_describe(good_operator(registry, "is_long", WEIR_KIND_FUNCTION), &text);
    assert_non_null(strstr(text.bytes, "that many bytes? [31m"));
    assert_null(strchr(text.bytes, '\033'));
    assert_non_null(strstr(text.bytes, "lines | filter good.is_long(line, 3)"));
}

static void test_a_plugin(void **state)
{
    (void)state;
    const struct weir_operator *op = good_operator(registry, "add", WEIR_KIND_REDUCER);
    weir_plugin_describe(op->plugin, &text);
    assert_non_null(strstr(text.bytes, "org.example.good 1.2.0: one of everything\n"));
    const char *functions = strstr(text.bytes, "\nfunctions\n");
    const char *reducers = strstr(text.bytes, "\nreducers\n  good.add");
    assert_non_null(functions);
    assert_non_null(reducers);
    assert_true(functions < reducers);
    assert_non_null(strstr(text.bytes, "\nupdates\n  good.session"));
    assert_non_null(strstr(text.bytes, "\npartitioners\n  good.by_site"));
}

static void test_a_state(void **state)
{
    (void)state;
    weir_operator_describe(good_operator(registry, "session", WEIR_KIND_UPDATE), &text);
    assert_string_equal(text.bytes,
                        "good.session: update\n"
                        "  signature\n"
                        "    (user: str, site: i64), (at: ts) -> {hits: i64, last: ts, page: str, "
                        "sketch: bytes}\n"
                        "  state\n"
                        "    session, version 2: {hits: i64, last: ts, page: str, sketch: bytes}, "
                        "upgrades older ones\n"
                        "  in graphs\n"
                        "    org.example.good/session\n");
}

static void test_json(void **state)
{
    (void)state;
    const struct weir_operator *op = good_operator(registry, "add", WEIR_KIND_REDUCER);
    weir_operator_describe_json(op, &text);
    assert_string_equal(
        text.bytes, "{\"name\":\"add\",\"plugin\":\"good\",\"canonical\":\"org.example.good/add\","
                    "\"kind\":\"reducer\",\"signature\":\"(i64, i64) -> i64\","
                    "\"in\":[{\"name\":\"value\",\"type\":\"i64\"}],"
                    "\"out\":[{\"name\":\"value\",\"type\":\"i64\"}],\"params\":[],"
                    "\"traits\":[\"has an inverse\"],\"help\":\"\",\"example\":\"\"}");
    text.count = 0;
    weir_plugin_describe_json(op->plugin, &text);
    assert_non_null(
        strstr(text.bytes, "\"epoch\":1,\"minor\":1,\"needs_minor\":1,\"operators\":["));
    assert_non_null(strstr(text.bytes, "{\"name\":\"token\",\"type\":\"str\",\"required\":false,"
                                       "\"positional\":false,\"secret\":true,"));
    assert_non_null(strstr(text.bytes, "\"type\":\"list<A>\""));
    assert_non_null(strstr(text.bytes, "\"state\":{\"name\":\"peak\",\"version\":1,\"fields\":[{"
                                       "\"name\":\"most\",\"type\":\"f64\"}],\"upgrades\":false}"));
}

static void test_kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(weir_kind_name(WEIR_KIND_EMITTER), "emitter");
    assert_string_equal(weir_kind_name(WEIR_KIND_JOB), "job");
    assert_string_equal(weir_kind_name((enum weir_kind)0), "unknown");
    assert_string_equal(weir_kind_name((enum weir_kind)99), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_operator), TEST(test_no_control_character_reaches_the_terminal),
        TEST(test_a_plugin),    TEST(test_a_state),
        TEST(test_json),        TEST(test_kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
