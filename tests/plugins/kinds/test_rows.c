/* SPDX-License-Identifier: Apache-2.0 */
/* Functions, emitters, reducers, partitioners and codecs, driven as their authors' tests would; and
 * what the harness says of those that are wrong. */
#include "kinds.h"

static void test_functions(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("function", "shout");
    OK(h, weir_harness_feed(h, "a\na longer text\n\nb\n\\N"));
    assert_string_equal(weir_harness_rows(h), "a!\na longer text!\nb!\n\\N");
    FAILS(h, weir_harness_expect(h, "a!"), "a bad record: shout(''): nothing to shout");
    OK(h, weir_harness_expect_bad(h, "nothing to shout"));
    OK(h, weir_harness_expect(h, "a!\na longer text!\nb!\n\\N"));
    OK(h, weir_harness_expect(h, ""));
    FAILS(h, weir_harness_expect(h, "c!"), "row 1: expected 'c!', found no further one");
    FAILS(h, weir_harness_expect_bad(h, "zzz"), "nothing has failed");
    FAILS(h, weir_harness_feed(h, "a|b"), "row 'a|b' has more than the 1 columns of shout");
    FAILS(h, weir_harness_poll(h, 1, NULL), "shout is not of the kind");
    weir_harness_close(h);

    h = open_kind("function", "half");
    OK(h, weir_harness_feed(h, "4\n5\n-6\n\\N"));
    OK(h, weir_harness_expect(h, "2\n\\N\n-3\n\\N"));
    FAILS(h, weir_harness_feed(h, "x"), "'x' is no i64 (field a)");
    weir_harness_close(h);

    h = open_kind("function", "either");
    OK(h, weir_harness_feed(h, "1|2\n\\N|3\n\\N|\\N"));
    OK(h, weir_harness_expect(h, "1\n3\n\\N"));
    weir_harness_close(h);
}

static void test_lists_and_whole_columns(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("function", "cut");
    OK(h, weir_harness_feed(h, "a b\n\nsomething longer than an inline text"));
    OK(h, weir_harness_expect(h, "[a,b]\n[]\n[something,longer,than,an,inline,text]"));
    OK(h, weir_harness_feed(h, "a\\|b c,d [e"));
    OK(h, weir_harness_expect(h, "[a\\|b,c\\,d,\\[e]"));
    weir_harness_close(h);

    h = open_kind("function", "total");
    OK(h, weir_harness_feed(h, "[1,2.5,4]|[true,false,true]\n[]|[]\n[7]|[true]"));
    OK(h, weir_harness_expect(h, "5\n0\n7"));
    weir_harness_close(h);

    h = open_kind("function", "longest");
    OK(h, weir_harness_feed(h, "[a,a text of some length,bb]\n[]"));
    OK(h, weir_harness_expect(h, "a text of some length\n"));
    weir_harness_close(h);

    h = open_kind("function", "parts(list<{a: i64, b: str}>)");
    OK(h, weir_harness_feed(h, "[{1,x},{2,y}]\n[]"));
    OK(h, weir_harness_expect(h, "2\n0"));
    weir_harness_close(h);
    h = open_kind("function", "parts({a: i64, b: str, c: bool})");
    OK(h, weir_harness_feed(h, "{1,x,true}"));
    OK(h, weir_harness_expect(h, "3"));
    weir_harness_close(h);
    refuse_kind("function", "parts", "takes any type as value: say which, parts(i64)");

    h = open_kind("function", "twice");
    OK(h, weir_harness_feed(h, "1\n2.25\n-0.5"));
    OK(h, weir_harness_expect(h, "2\n4.5\n-1"));
    weir_harness_close(h);
    h = open_kind("function", "position");
    OK(h, weir_harness_feed(h, "9\n8\n7"));
    OK(h, weir_harness_expect(h, "0\n1\n2"));
    weir_harness_close(h);
}

static void test_emitters(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("emitter", "find_all \"#\" limit=2");
    OK(h, weir_harness_feed(h, "a #b c #a longer word\nnone\n# #x"));
    OK(h, weir_harness_expect(h, "#b|2\n#a|7\n#|\\N\n#x|2"));
    OK(h, weir_harness_feed(h, "#1 #2\n#1 #2 #3\n#4"));
    OK(h, weir_harness_expect_bad(h, "find_all('#1 #2 #3'): more than 2 words"));
    OK(h, weir_harness_expect(h, "#1|0\n#2|3\n#4|0"));
    weir_harness_close(h);
    refuse_kind("emitter", "find_all", "find_all needs mark=...");
    refuse_kind("emitter", "find_all mark=\"\"", "open fails with outcome 3: mark is empty");
    refuse_kind("emitter", "find_all mark=x limit=0", "limit=0: expected 1 to 100");
    refuse_kind("emitter", "find_all mark=x limit=1s", "limit=1s: expected a i64");
    refuse_kind("emitter", "find_all mark=x limt=3", "no parameter 'limt'");
    refuse_kind("emitter", "find_any", "org.weir.test.emitter has no operator find_any");
    refuse_kind("nothing", "x", "nothing.so");
}

static void test_reducers(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("emitter", "add");
    OK(h, weir_harness_feed(h, "1\n2\n3"));
    OK(h, weir_harness_feed(h, "10"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "16"));
    weir_harness_close(h);
    h = open_kind("emitter", "inverse add");
    OK(h, weir_harness_feed(h, "10\n3\n2"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "5"));
    weir_harness_close(h);
}

static void test_partitioners(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("function", "by_first");
    OK(h, weir_harness_feed(h, "a\nb\n\nabc"));
    OK(h, weir_harness_expect(h, "1\n2\n0\n1"));
    OK(h, weir_harness_partitions(h, 1));
    OK(h, weir_harness_feed(h, "a\nb"));
    OK(h, weir_harness_expect(h, "0\n0"));
    weir_harness_close(h);
    h = open_kind("function", "too_far");
    FAILS(h, weir_harness_feed(h, "3\n4"), "puts a key into partition 4, expected less than 4");
    weir_harness_close(h);
}

static void test_codecs(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind(
        "codec", "csv schema {user: str, n: i64, tags: list<str>, note: {text: str, bytes: i64}}");
    OK(h, weir_harness_feed(h, "ann,5,a b,a note of some length\nbob,,,\nalexandrina-maria,7,x,y"));
    OK(h, weir_harness_expect(h, "ann|5|[a,b]|{a note of some length,21}\n"
                                 "bob|\\N|\\N|\\N\n"
                                 "alexandrina-maria|7|[x]|{y,1}"));
    OK(h, weir_harness_feed(h, "eve,x,a,b\nann,1,some tags,n\nshort"));
    OK(h, weir_harness_expect_bad(h, "'x' is no number"));
    OK(h, weir_harness_expect_bad(h, "1 fields, expected 4"));
    OK(h, weir_harness_expect(h, "ann|1|[some,tags]|{n,1}"));
    weir_harness_close(h);
    refuse_kind("codec", "csv", "csv needs a schema");
    refuse_kind("codec", "csv schema {user: text}", "'{user: text}' is no type");

    h = open_kind("codec", "csv schema {user: str, n: i64}");
    OK(h, weir_harness_fields(h, "user: str, n: i64"));
    OK(h, weir_harness_encode(h, "ann|5\nbob, who has a longer name|\\N"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "ann,5\nbob, who has a longer name,\nend"));
    weir_harness_close(h);
}

static void test_streams(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("codec", "counted");
    OK(h, weir_harness_stream(h, "\3abc\2d", 6, false));
    OK(h, weir_harness_expect(h, "abc"));
    OK(h, weir_harness_stream(h, "e\20 text of 16 long", 18, false));
    OK(h, weir_harness_expect(h, "de\n text of 16 long"));
    FAILS(h, weir_harness_stream(h, "\5abc", 4, true), "4 bytes are left at the end");
    weir_harness_close(h);
    h = open_kind("codec", "sums");
    OK(h, weir_harness_stream(h, "\1\3", 2, false));
    OK(h, weir_harness_stream(h, "\6", 1, true));
    OK(h, weir_harness_expect(h, "1\n2\n3"));
    FAILS(h, weir_harness_feed(h, "x"), "decodes no records");
    weir_harness_close(h);
    h = open_kind("codec", "sums");
    FAILS(h, weir_harness_stream(h, "", 0, true), "the stream is empty");
    OK(h, weir_harness_expect_bad(h, "the stream is empty"));
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions),    cmocka_unit_test(test_lists_and_whole_columns),
        cmocka_unit_test(test_emitters),     cmocka_unit_test(test_reducers),
        cmocka_unit_test(test_partitioners), cmocka_unit_test(test_codecs),
        cmocka_unit_test(test_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
