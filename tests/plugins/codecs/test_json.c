/* SPDX-License-Identifier: Apache-2.0 */
/* The json codec: what is valid, and everything that is not. */
#include "codecs.h"

static void test_members(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("json schema {user: str, n: i64, ok: bool}");
    gives(h, "{\"user\":\"ann\",\"n\":5,\"ok\":true}\n{\"n\":-7,\"user\":\"bob\"}",
          "ann|5|true\nbob|-7|\\N");
    gives(h, " { \"ok\" : false , \"n\" : 0 , \"user\" : \"a text of more than twelve bytes\" } ",
          "a text of more than twelve bytes|0|false");
    gives(h, "{}\n{\"other\":1}\n{\"user\":null,\"n\":null}",
          "\\N|\\N|\\N\n\\N|\\N|\\N\n\\N|\\N|\\N");
    /* what nobody asks for, of every kind, in any place */
    gives(
        h,
        "{\"a\":{\"user\":\"x\",\"b\":[1,{\"c\":\"}]\\\"\"}]},\"n\":1,\"z\":[[],{}],\"user\":\"u\","
        "\"y\":-1.5e3,\"x\":\"\\\\\",\"w\":null,\"v\":true,\"t\":false,\"ok\":true}",
        "u|1|true");
    /* the first of two members counts */
    gives(h, "{\"n\":1,\"n\":2,\"n\":\"x\",\"user\":\"\"}", "|1|\\N");
    /* lines alike and unlike: names are guessed, never taken for granted */
    gives(h,
          "{\"user\":\"a\",\"n\":1}\n{\"user\":\"b\",\"n\":2}\n{\"n\":3,\"user\":\"c\"}\n"
          "{\"userx\":\"d\",\"n\":4}\n{\"use\":\"e\",\"n\":5}\n{\"user\" :\"f\",\"n\": 6}\n"
          "{\"us\\u0065r\":\"g\",\"n\":7}\n{\"user\":\"h\",\"n\":8}",
          "a|1|\\N\nb|2|\\N\nc|3|\\N\n\\N|4|\\N\n\\N|5|\\N\nf|6|\\N\ng|7|\\N\nh|8|\\N");
    gives(h, "{\"a\\\":\":1,\"n\":2}\n{\"a\\\":\":3,\"n\":4}", "\\N|2|\\N\n\\N|4|\\N");
    /* an array of objects is as many rows; blanks alone are none */
    gives(h, "[{\"n\":1},{\"n\":2} , {\"n\":3}]\n\n  \n[]\n[ ]\n{\"n\":4}",
          "\\N|1|\\N\n\\N|2|\\N\n\\N|3|\\N\n\\N|4|\\N");
    weir_harness_close(h);
}

static void test_names(void **state)
{
    (void)state;
    struct weir_harness *h =
        open_codec("json schema {a: i64, ab: i64, abcdefgh: i64, abcdefghi: i64, abcdefghj: i64, "
                   "a_name_of_many_more_bytes_than_sixteen: i64}");
    gives(h,
          "{\"a\":1,\"ab\":2,\"abc\":0,\"abcdefgh\":3,\"abcdefghi\":4,\"abcdefghj\":5,"
          "\"a_name_of_many_more_bytes_than_sixteen\":6,\"a_name_of_many_more_bytes_than_seventeen"
          "\":7}\n{\"abcdefghk\":9,\"\":9,\"A\":9}",
          "1|2|3|4|5|6\n\\N|\\N|\\N|\\N|\\N|\\N");
    weir_harness_close(h);
}

static void test_texts(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("json schema {s: str}");
    gives(h, "{\"s\":\"\"}\n{\"s\":\"x\"}\n{\"s\":\"exactly 12 by\"}", "\nx\nexactly 12 by");
    gives(h, "{\"s\":\"a\\\"b\\\\c\\/d\"}\n{\"s\":\"\\u0041\\u00e9\\u20ac\"}",
          "a\"b\\\\c/d\nA\xc3\xa9\xe2\x82\xac");
    gives(h, "{\"s\":\"\\ud83d\\ude00\"}\n{\"s\":\"\\uD83D\\uDE00 and much more text behind it\"}",
          "\xf0\x9f\x98\x80\n\xf0\x9f\x98\x80 and much more text behind it");
    /* a lone surrogate, whichever it is */
    gives(h, "{\"s\":\"\\ud83d\"}\n{\"s\":\"\\ude00x\"}\n{\"s\":\"\\ud83d\\ud83d\\ude00\"}",
          "\xef\xbf\xbd\n\xef\xbf\xbdx\n\xef\xbf\xbd\xf0\x9f\x98\x80");
    gives(h, "{\"s\":\"\\ud83dx\"}\n{\"s\":\"\\ud83d\\n\"}", "\xef\xbf\xbdx\n\xef\xbf\xbd\\n");
    /* bytes that are no UTF-8 pass as they are */
    gives(h, "{\"s\":\"\xff\xc0 is as it was, with its length\"}",
          "\xff\xc0 is as it was, with its length");
    is_bad(h, "{\"s\":\"a\tb\"}", "no control character in a string at byte 7");
    is_bad(h, "{\"s\":\"\\x\"}", "one of \"\\/bfnrtu behind a backslash at byte 7, found 'x\"}'");
    is_bad(h, "{\"s\":\"\\u12g4\"}", "four hexadecimal digits");
    is_bad(h, "{\"s\":\"\\u12", "four hexadecimal digits");
    is_bad(h, "{\"s\":\"\\", "behind a backslash, found the end of the record");
    is_bad(h, "{\"s\":\"abc", "the end of a string, found the end of the record");
    weir_harness_close(h);
}

static void test_numbers(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("json schema {n: i64}");
    gives(h,
          "{\"n\":9223372036854775807}\n{\"n\":-9223372036854775808}\n{\"n\":9007199254740993}\n"
          "{\"n\":-0}",
          "9223372036854775807\n-9223372036854775808\n9007199254740993\n0");
    is_bad(h, "{\"n\":9223372036854775808}", "a number from -9223372036854775808 to");
    is_bad(h, "{\"n\":-9223372036854775809}", "a number from -9223372036854775808 to");
    is_bad(h, "{\"n\":184467440737095516160}", "a number from -9223372036854775808 to");
    is_bad(h, "{\"n\":1.0}", "field n: expected a whole number at byte 5, found '1.0}'");
    is_bad(h, "{\"n\":1e3}", "a whole number");
    is_bad(h, "{\"n\":01}", "a number at byte 5");
    is_bad(h, "{\"n\":-}", "a number at byte 5");
    is_bad(h, "{\"n\":+1}", "a value at byte 5");
    is_bad(h, "{\"n\":1x}", "',' or '}' behind a value");
    weir_harness_close(h);
    h = open_codec("json schema {n: i32}");
    gives(h, "{\"n\":2147483647}\n{\"n\":-2147483648}", "2147483647\n-2147483648");
    is_bad(h, "{\"n\":2147483648}", "a number from -2147483648 to 2147483647");
    weir_harness_close(h);
    h = open_codec("json schema {x: f64}");
    gives(h,
          "{\"x\":0}\n{\"x\":0.1}\n{\"x\":-2.5e-3}\n{\"x\":1E+2}\n{\"x\":5e-324}\n"
          "{\"x\":1.7976931348623157e308}\n{\"x\":123456789012345678901234567890}",
          "0\n0.1\n-0.0025\n100\n4.94065645841247e-324\n1.7976931348623157e+308\n1."
          "2345678901234568e+29");
    gives(h, "{\"x\":\"NaN\"}\n{\"x\":\"-Infinity\"}\n{\"x\":\"Infinity\"}\n{\"x\":-0.0}",
          "nan\n-inf\ninf\n-0");
    gives(h, "{\"x\":9007199254740993.0}\n{\"x\":0.30000000000000004}\n{\"x\":1e-400}",
          "9007199254740992\n0.30000000000000004\n0");
    is_bad(h, "{\"x\":1e999}", "a number that an f64 holds");
    is_bad(h, "{\"x\":1.}", "digits behind the point");
    is_bad(h, "{\"x\":.5}", "a value");
    is_bad(h, "{\"x\":1e}", "digits in the exponent");
    is_bad(h, "{\"x\":00.5}", "a number");
    is_bad(h, "{\"x\":\"1.5\"}", "field x: expected f64 at byte 5, found '\"1.5\"}'");
    weir_harness_close(h);
}

static void test_times_and_bytes(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("json schema {at: ts}");
    gives(h,
          "{\"at\":\"1970-01-01T00:00:00Z\"}\n{\"at\":\"2026-01-31T12:34:56.789012Z\"}\n"
          "{\"at\":\"2026-01-31t12:00:00+01:30\"}\n{\"at\":\"1969-12-31T23:59:59.5Z\"}\n"
          "{\"at\":\"2026-01-31 12:00:00.1234567-08:00\"}\n{\"at\":\"+012026-01-31T00:00:00Z\"}",
          "0\n1769862896789012\n1769855400000000\n-500000\n1769889600123456\n317339337600000000");
    is_bad(h, "{\"at\":\"2026-02-30T00:00:00Z\"}", "a time of RFC 3339");
    is_bad(h, "{\"at\":\"2026-01-31T12:00:00\"}", "a time of RFC 3339");
    is_bad(h, "{\"at\":\"2026-01-31T12:00:00Zx\"}", "a time of RFC 3339");
    is_bad(h, "{\"at\":\"\"}", "a time of RFC 3339");
    is_bad(h, "{\"at\":1769862896}",
           "expected ts at byte 6, found '1769862896}'; for a number take i64 and "
           "time.from_epoch_s");
    weir_harness_close(h);
    h = open_codec("json schema {b: bytes}");
    gives(h,
          "{\"b\":\"\"}\n{\"b\":\"YQ==\"}\n{\"b\":\"YWI=\"}\n{\"b\":\"YWJj\"}\n{\"b\":\"YWI\"}\n"
          "{\"b\":\"YW\\u004ajZGVmZ2hpamtsbW5vcA==\"}",
          "\na\nab\nabc\nab\nabcdefghijklmnop");
    is_bad(h, "{\"b\":\"YWJ*\"}", "base64");
    is_bad(h, "{\"b\":\"YWJjZ\"}", "base64");
    is_bad(h, "{\"b\":\"YQ===\"}", "base64");
    weir_harness_close(h);
}

static void test_nested(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec(
        "json schema {id: i64, geo: {lat: f64, name: str, far: {a: i64, b: str}}, tags: list<str>, "
        "legs: list<{to: str, stops: list<i64>}>}");
    gives(h,
          "{\"geo\":{\"name\":\"a place with a name\",\"x\":0,\"lat\":1.5,\"far\":{\"b\":\"far\","
          "\"a\":2}},\"tags\":[\"a\",\"a tag of many bytes\"],\"legs\":[{\"stops\":[1,2],\"to\":"
          "\"x\"},{\"to\":\"the other end of it\",\"stops\":[]},{}],\"id\":1}",
          "1|{1.5,a place with a name,{2,far}}|[a,a tag of many bytes]|"
          "[{x,[1,2]},{the other end of it,[]},{\\N,\\N}]");
    gives(h, "{\"id\":2,\"tags\":null,\"geo\":null}\n{\"geo\":{},\"tags\":[null,\"\\u0061\"]}",
          "2|\\N|\\N|\\N\n\\N|{\\N,\\N,\\N}|[\\N,a]|\\N");
    is_bad(h, "{\"geo\":{\"lat\":\"x\"}}", "field geo.lat: expected f64 at byte 14");
    is_bad(h, "{\"geo\":[]}", "field geo: expected struct");
    is_bad(h, "{\"tags\":{}}", "field tags: expected list");
    is_bad(h, "{\"tags\":[\"a\",1]}", "field tags[]: expected str");
    is_bad(h, "{\"legs\":[{\"stops\":[true]}]}", "field legs[].stops[]: expected i64");
    is_bad(h, "{\"tags\":[\"a\"", "',' or ']' behind a value, found the end");
    is_bad(h, "{\"tags\":[\"a\",]}", "a value at byte 13");
    is_bad(h, "{\"geo\":{\"lat\":1", "',' or '}' behind a value, found the end");
    is_bad(h, "{\"geo\":{\"lat\":1}", "',' or '}' behind a value, found the end");
    /* a list of a failed row leaves nothing behind */
    gives(h, "{\"id\":3,\"tags\":[\"kept\"]}", "3|\\N|[kept]|\\N");
    weir_harness_close(h);
}

static void test_invalid(void **state)
{
    (void)state;
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"x", "an object: {\"name\": value, ...} at byte 0, found 'x'"},
        {"1", "an object"},
        {"\"a\"", "an object"},
        {"{", "a name in quotes, found the end"},
        {"{\"", "the end of a string"},
        {"{\"n", "the end of a string"},
        {"{\"n\"", "':' behind a name"},
        {"{\"n\":", "a value, found the end"},
        {"{\"n\":1", "',' or '}'"},
        {"{\"n\":1,", "a name in quotes"},
        {"{\"n\":1,}", "a name in quotes at byte 7"},
        {"{,}", "a name in quotes"},
        {"{n:1}", "a name in quotes"},
        {"{'n':1}", "a name in quotes"},
        {"{\"n\" 1}", "':' behind a name"},
        {"{\"n\":1}}", "nothing more at byte 7"},
        {"{\"n\":1} {\"n\":2}", "nothing more at byte 8"},
        {"{\"n\":1 \"m\":2}", "',' or '}'"},
        {"{\"n\":tru}", "a value"},
        {"{\"n\":nul", "a value"},
        {"{\"n\":true}", "field n: expected i64 at byte 5, found 'true}'"},
        {"{\"n\":{}}", "field n: expected i64"},
        {"{\"x\":}", "a value"},
        {"{\"x\":[1,2}", "']' at byte 9"},
        {"{\"x\":{\"a\":[}]}", "']'"},
        {"{\"x\":{\"a\":1]", "'}'"},
        {"{\"x\":[", "closing brackets"},
        {"{\"x\":[\"", "the end of a string"},
        {"{\"x\":\"a\\", "the end of a string"},
        {"{\"x\":\"a\\\"", "the end of a string"},
        {"{\"x\":\"a\x01\"}", "the end of a string at byte 7"},
        {"[{\"n\":1}", "',' or ']' behind an object"},
        {"[{\"n\":1},]", "an object"},
        {"[1]", "an object"},
        {"[", "an object"},
        {"[{\"n\":1},{\"n\":\"x\"}]", "field n: expected i64"},
        {"{\"n\":1}\\0", "nothing more"},
    };
    struct weir_harness *h = open_codec("json schema {n: i64}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        is_bad(h, cases[i].line, cases[i].why);
    }
    gives(h, "{\"n\":1}", "1");
    weir_harness_close(h);
    FAILS(h, weir_harness_open(&h, WEIR_CODECS "/json.so", "json"), "json must be told the fields");
    weir_harness_close(h);
}

static void test_depth(void **state)
{
    (void)state;
    enum { DEPTH = 512, BYTES = 2 * DEPTH + 64 };
    char line[BYTES];
    struct weir_harness *h = open_codec("json schema {n: i64}");
    for (int more = 0; more < 2; more++) {
        int at = snprintf(line, sizeof line, "{\"x\":");
        memset(line + at, '[', DEPTH + (size_t)more);
        memset(line + at + DEPTH + more, ']', DEPTH + (size_t)more);
        (void)snprintf(line + at + 2 * (DEPTH + more), 16, ",\"n\":1}");
        if (more == 0) {
            gives(h, line, "1");
        } else {
            is_bad(h, line, "at most 512 brackets within brackets");
        }
    }
    weir_harness_close(h);
}

/* No beginning of a record is one: no byte behind the end counts. */
static void test_cut(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"n\":-12,\"geo\":{\"lat\":1.5e3,\"x\":[\"a\\u0041\"]},\"tags\":[\"a\",null],\"on\":true,"
        "\"at\":\"2026-01-31T12:00:00Z\"}";
    struct weir_harness *h =
        open_codec("json schema {n: i64, geo: {lat: f64}, tags: list<str>, on: bool, at: ts}");
    char line[sizeof whole];
    for (size_t count = 1; count < sizeof whole - 1; count++) {
        memcpy(line, whole, count);
        line[count] = '\0';
        is_bad(h, line, "json: ");
    }
    gives(h, whole, "-12|{1500}|[a,\\N]|true|1769860800000000");
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_times_and_bytes),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
