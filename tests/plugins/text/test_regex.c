/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns: what matches, find, find_all, split_at and replace give, on texts of all kinds. */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PARAMS(...)     ((const char *const[]){__VA_ARGS__, NULL})
#define ARGUMENT(text)  ((const struct call_value[]){CALL_TEXT(text)})
#define RESULT(literal) ((struct call_value)CALL_TEXT(literal))
#define NUMBER(number)  ((struct call_value)CALL_I64(number))

static void check_matches(const char *pattern, struct call_value text, bool expected)
{
    struct call call;
    char given[256];
    (void)snprintf(given, sizeof given, "pattern=%s", pattern);
    call_open(&call, "text", "matches", PARAMS(given));
    call_check(&call, &text, NUMBER(expected));
    call_close(&call);
}

static void matches(void **state)
{
    (void)state;
    check_matches("\\bERROR\\b", RESULT("10:00 ERROR disk"), true);
    check_matches("\\bERROR\\b", RESULT("10:00 ERRORS disk"), false);
    check_matches("^$", RESULT(""), true);
    check_matches("", RESULT(""), true);
    check_matches("", RESULT("a"), true);
    check_matches("a", RESULT(""), false);
    check_matches("(?i)strasse", RESULT("HauptSTRASSE"), true);
    check_matches("b", RESULT("a\0b"), true);
    check_matches("a\\x00b", RESULT("a\0b"), true);
    check_matches("^b", RESULT("a\nb"), false);
    check_matches("(?m)^b", RESULT("a\nb"), true);
}

/* Valid UTF-8 is matched by characters; with PCRE2_MATCH_INVALID_UTF, JIT code of 10.42 overlooks
 * the second and third of these. */
static void characters(void **state)
{
    (void)state;
    check_matches("^.$", RESULT("\xc3\xa9"), true);
    check_matches("\\D", RESULT("\xe0\xab\xaa"), true);
    check_matches("\\W", RESULT("\xe2\x82\xac"), true);
    check_matches("^\\x{20ac}$", RESULT("\xe2\x82\xac"), true);
    check_matches("(?i)^\xc3\x89$", RESULT("\xc3\xa9"), true);
    check_matches("^\\p{Lu}$", RESULT("\xc3\x89"), true);
    check_matches("^[^a]$", RESULT("\xf0\x9f\x98\x80"), true);
}

/* Anything else byte by byte: with 10.42's interpreter and PCRE2_MATCH_INVALID_UTF, the fourth is
 * found where it is not. */
static void bytes_that_are_no_utf8(void **state)
{
    struct call call;
    (void)state;
    check_matches("ERROR", RESULT("\xff\xfe ERROR \x80"), true);
    check_matches("^.$", RESULT("\xff"), true);
    check_matches("^..$", RESULT("\xc3("), true);
    check_matches("A\\z",
                  RESULT("A\x80"
                         "B"),
                  false);
    check_matches("B\\z",
                  RESULT("A\x80"
                         "B"),
                  true);
    check_matches("\xc3\xa9", RESULT("\xff\xc3\xa9"), true);
    call_open(&call, "text", "matches", PARAMS("pattern=\\x{20ac}"));
    call_check_fails(&call, ARGUMENT("\xff \xe2\x82\xac"), "not valid UTF-8");
    call_check(&call, ARGUMENT("costs \xe2\x82\xac"), NUMBER(true));
    call_close(&call);
}

static void find(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "text", "find", PARAMS("pattern=\\[(\\w+)\\](?: (\\d+))?", "group=1"));
    call_check(&call, ARGUMENT("[warn] 7 [error] 8"), RESULT("warn"));
    call_check(&call, ARGUMENT("nothing"), RESULT(""));
    call_check(&call, ARGUMENT("[a word of more than twelve bytes] [longer_than_twelve]"),
               RESULT("longer_than_twelve"));
    assert_true(call.run.rows[0].is_view);
    call_close(&call);
    call_open(&call, "text", "find",
              PARAMS("pattern=\\[(\\w+)\\](?: (\\d+))?", "group=2", "default=none at all"));
    call_check(&call, ARGUMENT("[warn] 7 [error] 8"), RESULT("7"));
    call_check(&call, ARGUMENT("[warn] x"), RESULT("none at all")); /* the group took no part */
    call_check(&call, ARGUMENT("nothing"), RESULT("none at all"));
    call_close(&call);
    call_open(&call, "text", "find", PARAMS("pattern=\xc3\xa9+"));
    call_check(&call, ARGUMENT("caf\xc3\xa9\xc3\xa9 au lait"), RESULT("\xc3\xa9\xc3\xa9"));
    call_close(&call);
}

static void check_all(const char *op,
                      const char *pattern,
                      struct call_value text,
                      const char *const *expected,
                      size_t count)
{
    struct call call;
    char given[256];
    (void)snprintf(given, sizeof given, "pattern=%s", pattern);
    call_open(&call, "text", op, PARAMS(given));
    call_check_emits(&call, &text, expected, count);
    call_close(&call);
}

#define CHECK_ALL(op, pattern, text, ...)                                                          \
    check_all(op, pattern, RESULT(text), (const char *const[]){__VA_ARGS__},                       \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Matches of no bytes as in Perl: each place once, and none right behind a match that ends there
 * unless it is the next one's beginning. */
static void find_all(void **state)
{
    (void)state;
    CHECK_ALL("find_all", "#\\w+", "#a b #c_d ##e", "#a", "#c_d", "#e");
    CHECK_ALL("find_all", "a*", "baac", "", "aa", "", "");
    CHECK_ALL("find_all", "", "ab", "", "", "");
    CHECK_ALL("find_all", "",
              "\xc3\xa9"
              "b",
              "", "", "");
    CHECK_ALL("find_all", "(?=b)", "abb", "", "");
    CHECK_ALL("find_all", "a\\K", "aa", "", "");
    CHECK_ALL("find_all", "(?<=a)b", "abab", "b", "b");
    CHECK_ALL("find_all", "\\bx", "xx x", "x", "x");
    CHECK_ALL("find_all", ".", "\xff\xc3\xa9", "\xff", "\xc3", "\xa9");
    CHECK_ALL("find_all", "", "", "");
    check_all("find_all", "#\\w+", RESULT("none"), NULL, 0);
}

static void find_all_of_a_group(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "text", "find_all", PARAMS("pattern=(\\w+)=(\\w*)|;", "group=2"));
    call_check_emits(&call, ARGUMENT("a=1;b=;c=3"), (const char *const[]){"1", "", "3"}, 3);
    call_close(&call);
}

static void split_at(void **state)
{
    (void)state;
    CHECK_ALL("split_at", "[,;]\\s*", "a, b;c,,d", "a", "b", "c", "", "d");
    CHECK_ALL("split_at", ",", ",", "", "");
    CHECK_ALL("split_at", ",", "", "");
    CHECK_ALL("split_at", "", "ab", "ab");
    CHECK_ALL("split_at", ",*", "a,b", "a", "b");
}

static void check_replace(const char *pattern,
                          const char *with,
                          struct call_value text,
                          struct call_value expected)
{
    struct call call;
    char given[2][256];
    (void)snprintf(given[0], sizeof given[0], "pattern=%s", pattern);
    (void)snprintf(given[1], sizeof given[1], "with=%s", with);
    call_open(&call, "text", "replace", PARAMS(given[0], given[1]));
    call_check(&call, &text, expected);
    call_close(&call);
}

static void replace(void **state)
{
    (void)state;
    check_replace("(\\d+)ms", "$1 ms", RESULT("took 15ms and 7ms"), RESULT("took 15 ms and 7 ms"));
    check_replace("(?<who>\\w+)@(\\w+)", "${2}: ${who}!", RESULT("me@host"), RESULT("host: me!"));
    check_replace("\\d", "", RESULT("a1b2"), RESULT("ab"));
    check_replace("a", "$$$0$$", RESULT("bab"), RESULT("b$a$b"));
    check_replace("x*", "-", RESULT("abc"), RESULT("-a-b-c-"));
    check_replace("(a)|(b)", "<$1$2>", RESULT("ab"), RESULT("<a><b>"));
    check_replace("\xc3\xa9", "e", RESULT("\xc3\xa9t\xc3\xa9"), RESULT("ete"));
    check_replace("\\x00", "0", RESULT("a\0b"), RESULT("a0b"));
    check_replace(".", "x", RESULT(""), RESULT(""));
    check_replace("(a)", "${1}0", RESULT("a"), RESULT("a0"));
}

/* What is not changed is a slice; the buffer of one row does not show in the next. */
static void replace_from_row_to_row(void **state)
{
    static const struct call_value rows[] = {CALL_TEXT("a long line with one digit 1 in it"),
                                             CALL_TEXT("a long line without digits"),
                                             CALL_TEXT("1"), CALL_TEXT("another line, 22 digits")};
    struct call call;
    (void)state;
    call_open(&call, "text", "replace", PARAMS("pattern=\\d", "with=#"));
    call_rows(&call, rows, 4);
    assert_true(weir_str_equal(call.run.rows[0].text, "a long line with one digit # in it"));
    assert_true(weir_str_equal(call.run.rows[DRIVE_COLUMNS_MAX].text, rows[1].text));
    assert_true(call.run.rows[DRIVE_COLUMNS_MAX].is_view);
    assert_true(weir_str_equal(call.run.rows[2 * DRIVE_COLUMNS_MAX].text, "#"));
    assert_true(
        weir_str_equal(call.run.rows[3 * DRIVE_COLUMNS_MAX].text, "another line, ## digits"));
    call_close(&call);
}

static void mistakes(void **state)
{
    (void)state;
    call_check_refused("text", "matches", PARAMS("pattern=(ab"),
                       "pattern: missing closing parenthesis at byte 3: '(ab' <- here -> ''");
    call_check_refused("text", "find", PARAMS("pattern=a{2,1}"), "numbers out of order");
    call_check_refused("text", "find_all", PARAMS("pattern=*"), "quantifier");
    call_check_refused("text", "split_at", PARAMS("pattern=\\C"), "\\C");
    call_check_refused("text", "find", PARAMS("pattern=(a)(?:b)", "group=2"), "group=2, but");
    call_check_refused("text", "find_all", PARAMS("pattern=a", "group=1"), "has 0");
    call_check_refused("text", "replace", PARAMS("pattern=(a)", "with=x$2"), "at byte 1");
    call_check_refused("text", "replace", PARAMS("pattern=(?<n>a)", "with=${m}"), "at byte 0");
    call_check_refused("text", "replace", PARAMS("pattern=(a)", "with=$10"), "no group");
    call_check_refused("text", "replace", PARAMS("pattern=a", "with=ab$"), "at byte 2");
    call_check_refused("text", "replace", PARAMS("pattern=a", "with=${1"), "$$ for a $");
    call_check_refused("text", "replace", PARAMS("pattern=[", "with=$0"), "pattern: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches),
        cmocka_unit_test(characters),
        cmocka_unit_test(bytes_that_are_no_utf8),
        cmocka_unit_test(find),
        cmocka_unit_test(find_all),
        cmocka_unit_test(find_all_of_a_group),
        cmocka_unit_test(split_at),
        cmocka_unit_test(replace),
        cmocka_unit_test(replace_from_row_to_row),
        cmocka_unit_test(mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
