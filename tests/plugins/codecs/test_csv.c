/* SPDX-License-Identifier: Apache-2.0 */
/* csv: fields with and without quotes, values of every type, headers; lines. What is no record of
 * the schema is a bad record, and the next one is read all the same. */
#include "codecs.h"

static void test_fields(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("csv schema {a: str, b: str, c: str}");
    gives(h, "x,y,z\nx , y,\tz", "x|y|z\nx | y|\\x09z");
    gives(h, "a text of more than twelve bytes,\"one in quotes, with a comma\",z",
          "a text of more than twelve bytes|one in quotes, with a comma|z");
    gives(h, "\"\"\"\",\"a\"\"b\"\"\",\"\"\"x\"\"\"", "\"|a\"b\"|\"x\"");
    gives(h, "\"a \"\"quoted\"\" text that is long\",it \"says\",5\" disk",
          "a \"quoted\" text that is long|it \"says\"|5\" disk");
    /* nothing is null, nothing in quotes is a text; what is missing is null */
    gives(h, ",\"\",\n\"\",,x\na\na,b", "\\N||\\N\n|\\N|x\na|\\N|\\N\na|b|\\N");
    gives(h, ",,\n\n,", "\\N|\\N|\\N\n\\N|\\N|\\N");
    gives(h, "x,y,z\r\n\"x\",\"y\",\"z\"\r", "x|y|z\nx|y|z");
    is_bad(h, "a,b,c,d", "4 fields, expected 3");
    is_bad(h, "a,b,c,", "4 fields, expected 3");
    is_bad(h, "a,\"b", "the quote of field 2 is not closed");
    is_bad(h, "a,\"b\"\"", "the quote of field 2 is not closed");
    is_bad(h, "a,\"b\"c,d", "field 2 goes on behind its closing quote");
    is_bad(h, "a,b,c,d,\"", "the quote of field 5 is not closed");
    gives(h, "x,y,z", "x|y|z");
    weir_harness_close(h);
}

static void test_records(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("csv schema {a: str, n: i64}");
    /* a value of several records, with a line break in quotes: one record, not two */
    OK(h, weir_harness_feed(h, "a,1\\nb,2\\x0d\\n\\n\"c\\nd\",3\\n"));
    OK(h, weir_harness_expect(h, "a|1\nb|2\nc\\nd|3"));
    OK(h, weir_harness_feed(h, "\xef\xbb\xbf"
                               "a,1"));
    OK(h, weir_harness_expect(h, "a|1"));
    /* one bad record takes its value with it, not the others */
    OK(h, weir_harness_feed(h, "a,1\\nb,x\\nc,3\nd,4"));
    OK(h, weir_harness_expect_bad(h, "field n: expected an i64, found 'x'"));
    OK(h, weir_harness_expect(h, "d|4"));
    /* cut out of a stream of bytes at the last line break outside of quotes */
    OK(h, weir_harness_stream(h, "a,1\n\"b\n", 7, false));
    OK(h, weir_harness_expect(h, "a|1"));
    OK(h, weir_harness_stream(h, "c\",2\nd", 6, false));
    OK(h, weir_harness_expect(h, "b\\nc|2"));
    OK(h, weir_harness_stream(h, ",3", 2, true));
    OK(h, weir_harness_expect(h, "d|3"));
    weir_harness_close(h);
}

static void test_types(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("csv schema {n: i64, i: i32, x: f64, b: bool}");
    gives(h, "9223372036854775807,-2147483648,-2.5e-3,true\n 7 ,\"8\", 9 ,0\n,,,\n1,2,nan,1",
          "9223372036854775807|-2147483648|-0.0025|true\n7|8|9|false\n\\N|\\N|\\N|\\N\n"
          "1|2|nan|true");
    is_bad(h, "9223372036854775808", "field n: expected an i64, found '9223372036854775808'");
    is_bad(h, "1,2147483648", "field i: expected an i32");
    is_bad(h, "1.0", "field n: expected an i64, found '1.0'");
    is_bad(h, "1,2,1,5", "field b: expected a bool, true or false, found '5'");
    is_bad(h, "1,2,x", "field x: expected an f64, found 'x'");
    is_bad(h, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
           "found 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'...");
    weir_harness_close(h);
    h = open_codec("csv schema {at: ts, z: bytes}");
    gives(h, "1970-01-01T00:00:01.5Z,\"\"\n1970-01-01T01:00:00+01:00,a\xff", "1500000|\n0|a\xff");
    is_bad(h, "yesterday", "field at: expected a time of RFC 3339");
    weir_harness_close(h);
}

static void test_columns(void **state)
{
    (void)state;
    struct weir_harness *h =
        open_codec("csv schema {n: i64, user: str} columns=\"id, user,n\" header=true");
    gives(h, "id,user,n\n1,ann,5\n\"id\",\"user\",\"n\"\n2,bob", "5|ann\n\\N|bob");
    gives(h, "\xef\xbb\xbfid,user,n\nid,user,5", "5|user");
    FAILS(h, weir_harness_feed(h, "user,id,n"), "the header names the columns in another order");
    weir_harness_close(h);
    h = open_codec("csv schema {a: str, b: str} separator=\"\t\"");
    gives(h, "a,b\tc\nb\ta", "a,b|c\nb|a");
    weir_harness_close(h);
}

static void refuses(const char *call, const char *why)
{
    struct weir_harness *h;
    FAILS(h, weir_harness_open(&h, WEIR_CODECS "/csv.so", call), why);
    weir_harness_close(h);
}

static void test_refused(void **state)
{
    (void)state;
    refuses("csv", "csv must be told the fields");
    refuses("csv schema {a: list<str>}", "csv has no lists or structs, but 'a' is list<str>");
    refuses("csv schema {a: {b: str}}", "csv has no lists or structs");
    refuses("csv schema {a: str} separator=\";;\"", "separator is one byte");
    refuses("csv schema {a: str} separator=\"\"", "separator is one byte");
    refuses("csv schema {a: str} columns=\"b,c\"", "the schema has 'a', which columns=... lacks");
    refuses("csv schema {a: str} columns=\"a,a\"", "'a' is there twice");
}

static void test_encode(void **state)
{
    (void)state;
    struct weir_harness *h =
        open_codec("csv schema {s: str, n: i64, x: f64, b: bool, at: ts, i: i32}");
    OK(h, weir_harness_fields(h, "s: str, n: i64, x: f64, b: bool, at: ts, i: i32"));
    OK(h, weir_harness_encode(h, "plain|-5|0.1|true|1500000|7\n|\\N|nan|\\N|\\N|\\N\n"
                                 "a \"b\", c|1|1e300|false|0|0\n\\N|2|-0.5|\\N|\\N|\\N"));
    OK(h, weir_harness_expect(h, "plain,-5,0.1,true,1970-01-01T00:00:01.500000Z,7\n"
                                 "\"\",,nan,,,\n"
                                 "\"a \"\"b\"\", c\",1,1e+300,false,1970-01-01T00:00:00.000000Z,0\n"
                                 ",2,-0.5,,,"));
    weir_harness_close(h);
}

static void test_lines(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("lines");
    OK(h, weir_harness_feed(h, "a\\nb\\x0d\\n\\nlast\none line\n\nx\\x0d\ny\\n"));
    OK(h, weir_harness_expect(h, "a\nb\n\nlast\none line\nx\\x0d\ny"));
    OK(h, weir_harness_stream(h, "a\nb", 3, false));
    OK(h, weir_harness_expect(h, "a"));
    OK(h, weir_harness_stream(h, "c", 1, true));
    OK(h, weir_harness_expect(h, "bc"));
    weir_harness_close(h);
    h = open_codec("lines");
    OK(h, weir_harness_fields(h, "line: str"));
    OK(h, weir_harness_encode(h, "a\n\nlonger than twelve bytes"));
    OK(h, weir_harness_expect(h, "a\\n\n\\n\nlonger than twelve bytes\\n"));
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),  cmocka_unit_test(test_records),
        cmocka_unit_test(test_types),   cmocka_unit_test(test_columns),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_encode),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
