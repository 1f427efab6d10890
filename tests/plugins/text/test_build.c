/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of texts and longer texts out of them: each operator on its edges. */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct row {
    const char *op;
    struct call_value arguments[3];
    struct call_value expected;
};

#define T(literal) CALL_TEXT(literal)
#define N(number)  CALL_I64(number)

static void check_rows(const struct row *rows, size_t count, const char *const *params)
{
    for (size_t i = 0; i < count; i++) {
        struct call call;
        call_open(&call, "text", rows[i].op, params);
        call_check(&call, rows[i].arguments, rows[i].expected);
        call_close(&call);
    }
}
#define CHECK_ROWS(rows, params) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), params)

static void parts(void **state)
{
    static const struct row rows[] = {
        {"trim_start", {T(" \t\r\n\v\fa b ")}, T("a b ")},
        {"trim_start", {T("  ")}, T("")},
        {"trim_end", {T(" a b \t\r\n\v\f")}, T(" a b")},
        {"trim_end", {T("")}, T("")},
        {"trim_bytes", {T("--[a-b]--"), T("-[]")}, T("a-b")},
        {"trim_bytes", {T("aaa"), T("a")}, T("")},
        {"trim_bytes", {T("abc"), T("")}, T("abc")},
        {"trim_bytes", {T("\0a\0"), T("\0")}, T("a")},
        {"without_start", {T("/index.html"), T("/")}, T("index.html")},
        {"without_start", {T("a"), T("ab")}, T("a")},
        {"without_start", {T("aab"), T("a")}, T("ab")},
        {"without_end", {T("a.html.html"), T(".html")}, T("a.html")},
        {"without_end", {T("a"), T("")}, T("a")},
        {"substr(str,i64)", {T("abcdef"), N(2)}, T("cdef")},
        {"substr(str,i64)", {T("abcdef"), N(-2)}, T("ef")},
        {"substr(str,i64)", {T("abcdef"), N(INT64_MIN)}, T("abcdef")},
        {"substr(str,i64)", {T("abcdef"), N(INT64_MAX)}, T("")},
        {"substr(str,i64,i64)", {T("abcdef"), N(1), N(3)}, T("bcd")},
        {"substr(str,i64,i64)", {T("abcdef"), N(-2), N(1)}, T("e")},
        {"substr(str,i64,i64)", {T("abcdef"), N(4), N(INT64_MAX)}, T("ef")},
        {"substr(str,i64,i64)", {T("abcdef"), N(4), N(-1)}, T("")},
        {"substr(str,i64,i64)", {T("abcdef"), N(9), N(1)}, T("")},
        {"index_of", {T("a/b/c"), T("/")}, N(1)},
        {"index_of", {T("abc"), T("d")}, N(-1)},
        {"index_of", {T("abc"), T("")}, N(0)},
        {"index_of", {T(""), T("a")}, N(-1)},
        {"last_index_of", {T("a/b/c"), T("/")}, N(3)},
        {"last_index_of", {T("aaa"), T("aa")}, N(1)},
        {"last_index_of", {T("abc"), T("abc")}, N(0)},
        {"last_index_of", {T("abc"), T("abcd")}, N(-1)},
        {"last_index_of", {T("abc"), T("")}, N(3)},
        {"last_index_of", {T("a\0b\0"), T("\0")}, N(3)},
    };
    (void)state;
    CHECK_ROWS(rows, NULL);
}

static void parts_are_views(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "text", "substr(str,i64)", NULL);
    call_check(&call, (const struct call_value[]){T("more than twelve bytes of it"), N(5)},
               (struct call_value)T("than twelve bytes of it"));
    assert_true(call.run.rows[0].is_view);
    call_close(&call);
}

static void padding(void **state)
{
    static const struct row rows[] = {
        {"pad_left", {T("7"), N(3)}, T("  7")},
        {"pad_left", {T("7"), N(1)}, T("7")},
        {"pad_left", {T("7"), N(0)}, T("7")},
        {"pad_left", {T("7"), N(INT64_MIN)}, T("7")},
        {"pad_left", {T(""), N(2)}, T("  ")},
        {"pad_left", {T("\xc3\xa9"), N(3)}, T("  \xc3\xa9")},
        {"pad_right", {T("ab"), N(4)}, T("ab  ")},
        {"pad_right", {T("abcde"), N(4)}, T("abcde")},
        {"pad_right", {T("more than twelve"), N(18)}, T("more than twelve  ")},
    };
    static const struct row others[] = {
        {"pad_left",
         {T("7"), N(3)},
         T("\xe2\x82\xac\xe2\x82\xac"
           "7")},
        {"pad_right", {T("7"), N(2)}, T("7\xe2\x82\xac")},
    };
    (void)state;
    CHECK_ROWS(rows, NULL);
    CHECK_ROWS(others, ((const char *const[]){"fill=\xe2\x82\xac", NULL}));
    call_check_refused("text", "pad_left", (const char *const[]){"fill=", NULL},
                       "one character, found ''");
    call_check_refused("text", "pad_right", (const char *const[]){"fill=ab", NULL},
                       "one character, found 'ab'");
}

static void building(void **state)
{
    static const struct row rows[] = {
        {"repeat", {T("ab"), N(3)}, T("ababab")},
        {"repeat", {T("-"), N(20)}, T("--------------------")},
        {"repeat", {T("ab"), N(0)}, T("")},
        {"repeat", {T(""), N(INT64_MAX)}, T("")},
        {"replace_text", {T("a,b,c"), T(","), T("; ")}, T("a; b; c")},
        {"replace_text", {T("aaaa"), T("aa"), T("b")}, T("bb")},
        {"replace_text", {T("aaaaa"), T("aa"), T("")}, T("a")},
        {"replace_text", {T("abc"), T("abc"), T("")}, T("")},
        {"replace_text", {T("nothing of it"), T("x"), T("y")}, T("nothing of it")},
        {"replace_text", {T("a\0b"), T("\0"), T(" a NUL ")}, T("a a NUL b")},
        {"replace_text", {T(""), T("a"), T("b")}, T("")},
    };
    (void)state;
    CHECK_ROWS(rows, NULL);
}

/* A number in the data must not become gigabytes. */
static void sizes_are_limited(void **state)
{
    static const struct {
        const char *op;
        struct call_value arguments[3];
        const char *message;
    } cases[] = {
        {"repeat", {T("ab"), N(-1)}, "repeated -1 times"},
        {"repeat", {T("ab"), N(8388609)}, "would have 16777218 bytes"},
        {"repeat", {T("ab"), N(INT64_MAX)}, "at most 16777216 are built"},
        {"pad_left", {T("a"), N(INT64_MAX)}, "at most 16777216 are built"},
        {"pad_right", {T("a"), N(16777218)}, "would have 16777217 bytes"},
        {"replace_text", {T("a"), T(""), T("b")}, "replacing an empty text"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct call call;
        call_open(&call, "text", cases[i].op, NULL);
        call_check_fails(&call, cases[i].arguments, cases[i].message);
        call_close(&call);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts),    cmocka_unit_test(parts_are_views),   cmocka_unit_test(padding),
        cmocka_unit_test(building), cmocka_unit_test(sizes_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
