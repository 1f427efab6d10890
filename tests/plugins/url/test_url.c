/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin `url`: parts by RFC 3986, percent signs, parameters of a query. */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define PARAMS(...)     ((const char *const[]){__VA_ARGS__, NULL})
#define ARGUMENT(text)  ((const struct call_value[]){CALL_TEXT(text)})
#define RESULT(literal) ((struct call_value)CALL_TEXT(literal))
#define COUNT(list)     (sizeof(list) / sizeof((list)[0]))

static struct call_value chars(const char *text)
{
    return (struct call_value){.text = weir_str_from_chars(text)};
}

static void parts(void **state)
{
    static const char *const ops[] = {"scheme", "user", "host", "path", "query", "fragment"};
    static const struct {
        const char *url, *parts[6];
    } cases[] = {
        {"http://me:pw@Example.org:8080/a/b?c=d&e#f?g",
         {"http", "me:pw", "Example.org", "/a/b", "c=d&e", "f?g"}},
        {"https://example.org", {"https", "", "example.org", "", "", ""}},
        {"http://[2001:db8::1]:80/x", {"http", "", "2001:db8::1", "/x", "", ""}},
        {"http://[::1]", {"http", "", "::1", "", "", ""}},
        {"http://[::1]x/", {"http", "", "[:", "/", "", ""}},
        {"//host/p", {"", "", "host", "/p", "", ""}},
        {"/a?b=c", {"", "", "", "/a", "b=c", ""}},
        {"?b", {"", "", "", "", "b", ""}},
        {"#f", {"", "", "", "", "", "f"}},
        {"", {"", "", "", "", "", ""}},
        {"mailto:a@b.org", {"mailto", "", "", "a@b.org", "", ""}},
        {"localhost:80/x", {"localhost", "", "", "80/x", "", ""}},
        {"1a:b", {"", "", "", "1a:b", "", ""}},
        {"a/b:c", {"", "", "", "a/b:c", "", ""}},
        {"file:///etc/hosts", {"file", "", "", "/etc/hosts", "", ""}},
        {"http://a@b@c/", {"http", "a@b", "c", "/", "", ""}},
        {"http://h?q#", {"http", "", "h", "", "q", ""}},
        {"\xff\xfe://\x80", {"", "", "", "\xff\xfe://\x80", "", ""}},
    };
    (void)state;
    for (size_t p = 0; p < COUNT(ops); p++) {
        struct call call;
        call_open(&call, "url", ops[p], NULL);
        for (size_t i = 0; i < COUNT(cases); i++) {
            const struct call_value url = chars(cases[i].url);
            call_check(&call, &url, chars(cases[i].parts[p]));
        }
        call_close(&call);
    }
}

static void ports(void **state)
{
    static const struct {
        const char *url;
        int64_t port;
    } cases[] = {{"http://h:8080/", 8080}, {"http://h/", 80},
                 {"HTTPS://h", 443},       {"http://h:/", 80},
                 {"http://h:0065535", -1}, {"http://h:65535", 65535},
                 {"http://[::1]:81", 81},  {"x://h", 0},
                 {"/path:81", 0},          {"http://h:65536/", -1},
                 {"http://h:8o/", -1},     {"http://h:-1/", -1},
                 {"http://[::1]:1:2", -1}};
    struct call call;
    (void)state;
    call_open(&call, "url", "port", NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct call_value url = chars(cases[i].url);
        if (cases[i].port < 0) {
            call_check_fails(&call, &url, "is no port: expected 0 to 65535");
        } else {
            call_check(&call, &url, (struct call_value){.i64 = cases[i].port});
        }
    }
    call_close(&call);
}

static void is_valid(void **state)
{
    static const char *const valid[] = {"http://example.org",
                                        "https://u:p@h:1/a/%41;b=c,d?e=f/g?#h/i?",
                                        "ftp://[::ffff:1.2.3.4]:21/",
                                        "x+y-1.z://a_b!",
                                        "http://h:/",
                                        "http://%41.org"};
    static const char *const invalid[] = {"",
                                          "http:",
                                          "http://",
                                          "http:///x",
                                          "//h",
                                          "/a",
                                          "h.org",
                                          "http://h/a b",
                                          "http://h/%4",
                                          "http://h/%zz",
                                          "http://h:65536",
                                          "http://h:x",
                                          "http://[::1",
                                          "http://[::g]",
                                          "http://[]",
                                          "http://h/\xc3\xa9",
                                          "http://h/<",
                                          "http://h#a#b",
                                          "1http://h",
                                          "http://[::1]x",
                                          "http://u@@h",
                                          "http://h/\x7f"};
    static const char with_nul[] = "http://h/a\0b";
    static char long_host[300] = "http://";
    struct call call;
    (void)state;
    memset(long_host + 7, 'h', 254);
    call_open(&call, "url", "is_valid", NULL);
    for (size_t i = 0; i < COUNT(valid); i++) {
        call_check(&call, &(struct call_value){.text = weir_str_from_chars(valid[i])},
                   (struct call_value)CALL_I64(true));
    }
    for (size_t i = 0; i < COUNT(invalid); i++) {
        call_check(&call, &(struct call_value){.text = weir_str_from_chars(invalid[i])},
                   (struct call_value)CALL_I64(false));
    }
    call_check(&call, &(struct call_value){.text = {with_nul, sizeof with_nul - 1}},
               (struct call_value)CALL_I64(false));
    call_check(&call, &(struct call_value){.text = weir_str_from_chars(long_host)},
               (struct call_value)CALL_I64(false));
    call_close(&call);
}

static void decode(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "url", "decode", NULL);
    call_check(&call, ARGUMENT("a%20b%2Bc+d"), RESULT("a b+c+d"));
    call_check(&call, ARGUMENT("%C3%A9%00%ff"), RESULT("\xc3\xa9\0\xff"));
    call_check(&call, ARGUMENT("%2525"), RESULT("%25"));
    call_check(&call, ARGUMENT(""), RESULT(""));
    call_check(&call, ARGUMENT("nothing to decode"), RESULT("nothing to decode"));
    assert_true(call.run.rows[0].is_view);
    call_check_fails(&call, ARGUMENT("ab%4"), "byte 2 is a % without two hexadecimal digits: '%4'");
    call_check_fails(&call, ARGUMENT("%"), "byte 0");
    call_check_fails(&call, ARGUMENT("%41%4x"), "byte 3");
    call_check_fails(&call, ARGUMENT("100% of it"), "byte 3 is a % without");
    call_close(&call);
    call_open(&call, "url", "decode", PARAMS("plus=true"));
    call_check(&call, ARGUMENT("a+b%2Bc"), RESULT("a b+c"));
    call_check(&call, ARGUMENT("+"), RESULT(" "));
    call_close(&call);
}

static void encode(void **state)
{
    struct call call;
    struct call back;
    struct call_value all = {.text = {NULL, 256}};
    char bytes[256];
    (void)state;
    call_open(&call, "url", "encode", NULL);
    call_check(&call, ARGUMENT("a b/\xc3\xa9?&%-._~"), RESULT("a%20b%2F%C3%A9%3F%26%25-._~"));
    call_check(&call, ARGUMENT("AZaz09-._~"), RESULT("AZaz09-._~"));
    call_check(&call, ARGUMENT(""), RESULT(""));
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)i;
    }
    all.text.bytes = bytes;
    call_rows(&call, &all, 1);
    assert_int_equal(call.run.rows[0].text.count, 66 + 3 * 190);
    call_open(&back, "url", "decode", NULL);
    call_check(&back, &(struct call_value){.text = call.run.rows[0].text}, all);
    call_close(&back);
    call_close(&call);
    call_open(&call, "url", "encode", PARAMS("keep=/ "));
    call_check(&call, ARGUMENT("/a b?"), RESULT("/a b%3F"));
    call_close(&call);
}

static void check_param(const char *name, const char *url, const char *value)
{
    struct call call;
    char given[64];
    const struct call_value argument = {.text = weir_str_from_chars(url)};
    (void)snprintf(given, sizeof given, "name=%s", name);
    call_open(&call, "url", "param", PARAMS(given, "default=none"));
    call_check(&call, &argument, chars(value != NULL ? value : "none"));
    call_close(&call);
    call_open(&call, "url", "has_param", PARAMS(given));
    call_check(&call, &argument, (struct call_value){.i64 = value != NULL});
    call_close(&call);
}

static void params(void **state)
{
    struct call call;
    (void)state;
    check_param("id", "http://h/?id=7&id=8", "7");
    check_param("id", "/?x=id&ids=1&id=%41+b%2B", "A b+");
    check_param("id", "/?id", "");
    check_param("id", "/?id=&x", "");
    check_param("id", "/?&&id=a=b", "a=b");
    check_param("id", "/?i%64=1", "1");
    check_param("a b", "?a+b=1", "1");
    check_param("id", "/?id=1#?id=2", "1");
    check_param("id", "/#?id=2", NULL);
    check_param("id", "/id=2", NULL);
    check_param("id", "", NULL);
    check_param("id", "/?id%=1&id%4=2&i=3", NULL);
    check_param("", "/?=1", "1");
    call_open(&call, "url", "param", PARAMS("name=id"));
    call_check_fails(&call, ARGUMENT("/?id=%zz"), "'%zz'");
    call_check(&call, ARGUMENT("/?other=%zz&id=1"),
               RESULT("1")); /* only the wanted one is decoded */
    call_close(&call);
}

static void all_params(void **state)
{
    static const char *const expected[][2] = {
        {"a", "1"}, {"b c", "d e"}, {"f", ""}, {"", "g"}, {"a", "=2"}};
    struct call call;
    (void)state;
    call_open(&call, "url", "params", NULL);
    call_rows(&call, ARGUMENT("http://h/?a=1&b+c=d%20e&f&&=g&a==2#x"), 1);
    assert_int_equal(call.run.row_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_true(weir_str_equal(call.run.rows[i * DRIVE_COLUMNS_MAX].text, expected[i][0]));
        assert_true(weir_str_equal(call.run.rows[i * DRIVE_COLUMNS_MAX + 1].text, expected[i][1]));
    }
    call_rows(&call, ARGUMENT("http://h/"), 1);
    assert_int_equal(call.run.row_count, 0);
    call_check_fails(&call, ARGUMENT("?a=1&b=%"), "byte 0");
    call_close(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts),      cmocka_unit_test(ports),  cmocka_unit_test(is_valid),
        cmocka_unit_test(decode),     cmocka_unit_test(encode), cmocka_unit_test(params),
        cmocka_unit_test(all_params),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
