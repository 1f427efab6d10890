/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin `text`: its operators through the loops that it exports, next to plain loops over the
 * same bytes. */
#include "drive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { LINE_MAX = 200, ROWS = 40 };

static const struct weir_plugin *text;

/* Runs a function or emitter over columns of text, all rows; drive_end frees the run. */
static void run_text(struct drive *run,
                     uint32_t kind,
                     const char *name,
                     const char *types,
                     const weir_str *const *columns,
                     size_t rows)
{
    struct drive_column built[DRIVE_COLUMNS_MAX];
    const struct weir_export *exported = drive_find(text, kind, name, types);
    drive_begin(run, exported, (uint32_t)rows, (uint32_t)rows, 16);
    for (uint32_t c = 0; c < exported->in_count; c++) {
        drive_text(&built[c], columns[c], rows, 0);
        drive_add(run, &built[c], false);
    }
    drive_run(run);
    for (uint32_t c = 0; c < exported->in_count; c++) {
        drive_column_free(&built[c]);
    }
}

/* The next word of *rest, byte by byte. */
static bool plain_word(weir_str *rest, weir_str *word)
{
    static const weir_str blanks = {" \t\r\n\v\f", 6};
    size_t start = 0;
    size_t end;
    while (start < rest->count && weir_str_find_byte(blanks, rest->bytes[start]) < 6) {
        start++;
    }
    end = start;
    while (end < rest->count && weir_str_find_byte(blanks, rest->bytes[end]) >= 6) {
        end++;
    }
    *word = weir_str_slice(*rest, start, end - start);
    *rest = weir_str_slice(*rest, end, rest->count);
    return word->count > 0;
}

static void check_words(const weir_str *lines, size_t count, bool all_are_views)
{
    struct drive run;
    size_t at = 0;
    run_text(&run, WEIR_KIND_EMITTER, "words", "str", &lines, count);
    for (size_t i = 0; i < count; i++) {
        weir_str rest = lines[i];
        weir_str word;
        while (plain_word(&rest, &word)) {
            const struct drive_value *row = &run.rows[at * DRIVE_COLUMNS_MAX];
            assert_true(at < run.row_count);
            assert_int_equal(run.parents[at], i);
            assert_true(weir_str_equal(row->text, word));
            assert_true(!all_are_views || row->is_view == (word.count > 12));
            at++;
        }
    }
    assert_int_equal(at, run.row_count);
    drive_end(&run);
}

/* Every length up to three windows, every byte value, blanks at every distance. */
static void words_of_random_lines(void **state)
{
    static const char bytes[] = "  \t\r\n\v\fab\xc3\xa9\x08\x0e\x1f\x21\x7f\x80\xa0\xff";
    static char memory[ROWS][LINE_MAX];
    uint32_t seed = 7;
    (void)state;
    for (uint32_t round = 0; round < 100; round++) {
        weir_str lines[ROWS];
        const uint32_t blank_one_in = 2 + round % 30;
        for (size_t i = 0; i < ROWS; i++) {
            lines[i] = weir_str_make(memory[i], (round * ROWS + i) % LINE_MAX);
            for (size_t k = 0; k < lines[i].count; k++) {
                memory[i][k] = drive_random(&seed, blank_one_in) == 0
                                   ? bytes[drive_random(&seed, sizeof bytes)]
                                   : (char)('a' + drive_random(&seed, 26));
            }
        }
        check_words(lines, ROWS, true);
    }
}

static void words_of_odd_lines(void **state)
{
    static char long_word[5000];
    static char blanks[129];
    weir_str lines[6];
    (void)state;
    memset(long_word, 'w', sizeof long_word);
    memset(blanks, '\v', sizeof blanks);
    lines[0] = weir_str_make("", 0);
    lines[1] = weir_str_make(long_word, sizeof long_word);
    lines[2] = weir_str_make(blanks, sizeof blanks);
    lines[3] = weir_str_make(long_word, 64);
    lines[4] = weir_str_make(blanks, 64);
    lines[5] = weir_str_make("a\0b c\0", 6);
    check_words(lines, 6, true);
}

static void parts_between_separators(void **state)
{
    static const struct {
        const char *text, *separator, *parts[5];
    } cases[] = {
        {"a,,b", ",", {"a", "", "b"}},
        {"", ",", {""}},
        {",", ",", {"", ""}},
        {"no separator in here at all", ";", {"no separator in here at all"}},
        {"one, two, three", ", ", {"one", "two", "three"}},
        {"ababab", "abab", {"", "ab"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const weir_str values[] = {weir_str_from_chars(cases[i].text),
                                   weir_str_from_chars(cases[i].separator)};
        const weir_str *columns[] = {&values[0], &values[1]};
        struct drive run;
        size_t count = 0;
        run_text(&run, WEIR_KIND_EMITTER, "split", "str,str", columns, 1);
        for (; cases[i].parts[count] != NULL; count++) {
            assert_true(count < run.row_count);
            assert_true(
                weir_str_equal(run.rows[count * DRIVE_COLUMNS_MAX].text, cases[i].parts[count]));
        }
        assert_int_equal(count, run.row_count);
        drive_end(&run);
    }
}

static void split_by_nothing_fails(void **state)
{
    const weir_str value = weir_str_from_chars("abc");
    const weir_str separator = weir_str_from_chars("");
    const weir_str *columns[] = {&value, &separator};
    struct drive run;
    (void)state;
    run_text(&run, WEIR_KIND_EMITTER, "split", "str,str", columns, 1);
    assert_int_equal(run.outcome, WEIR_BAD_RECORD);
    assert_int_equal(run.row_count, 0);
    drive_end(&run);
}

/* f(values...) for one row. Text results are left in *run, which the caller ends. */
static int64_t call(struct drive *run, const char *name, const char *a, const char *b)
{
    const weir_str values[] = {weir_str_from_chars(a), weir_str_from_chars(b != NULL ? b : "")};
    const weir_str *columns[] = {&values[0], &values[1]};
    run_text(run, WEIR_KIND_FUNCTION, name, b != NULL ? "str,str" : "str", columns, 1);
    assert_int_equal(run->row_count, 1);
    return run->rows[0].i64;
}

static void check_answer(const char *name, const char *a, const char *b, int64_t expected)
{
    struct drive run;
    if (call(&run, name, a, b) != expected) {
        fail_msg("%s(\"%s\", \"%s\") is not %d", name, a, b != NULL ? b : "", (int)expected);
    }
    drive_end(&run);
}

static void check_text(const char *name, const char *a, const char *b, const char *expected)
{
    struct drive run;
    (void)call(&run, name, a, b);
    assert_true(weir_str_equal(run.rows[0].text, expected));
    drive_end(&run);
}

static void questions(void **state)
{
    (void)state;
    check_answer("contains", "an ERROR here", "ERROR", true);
    check_answer("contains", "an ERRO here", "ERROR", false);
    check_answer("contains", "EERRORERRORR", "ERRORR", true);
    check_answer("contains", "short", "much longer than that", false);
    check_answer("contains", "anything", "", true);
    check_answer("contains", "", "", true);
    check_answer("starts_with", "/index.html", "/index", true);
    check_answer("starts_with", "/in", "/index", false);
    check_answer("starts_with", "/index", "", true);
    check_answer("ends_with", "/index.html", ".html", true);
    check_answer("ends_with", "html", ".html", false);
    check_answer("length", "h\xc3\xa9llo", NULL, 6);
    check_answer("chars", "h\xc3\xa9llo", NULL, 5);
    check_answer("length", "", NULL, 0);
    check_answer("chars", "", NULL, 0);
}

/* weir_str_find against a search at every place, with texts of few letters so that many nearly fit.
 */
static void contains_at_random(void **state)
{
    uint32_t seed = 3;
    (void)state;
    for (uint32_t round = 0; round < 3000; round++) {
        char hay[40];
        char needle[6];
        const weir_str text_str = weir_str_make(hay, drive_random(&seed, 40));
        const weir_str needle_str = weir_str_make(needle, 1 + drive_random(&seed, 5));
        size_t expected = WEIR_NOT_FOUND;
        for (size_t i = 0; i < text_str.count; i++) {
            hay[i] = "eQ "[drive_random(&seed, 3)];
        }
        for (size_t i = 0; i < needle_str.count; i++) {
            needle[i] = "eQ "[drive_random(&seed, 3)];
        }
        for (size_t i = 0; i + needle_str.count <= text_str.count; i++) {
            if (memcmp(hay + i, needle, needle_str.count) == 0) {
                expected = i;
                break;
            }
        }
        assert_int_equal(weir_str_find(text_str, needle_str), expected);
    }
}

static void changes(void **state)
{
    (void)state;
    check_text("lower", "MiXed @[`{ \xc3\x89 09", NULL, "mixed @[`{ \xc3\x89 09");
    check_text("upper", "MiXed @[`{ \xc3\xa9 09", NULL, "MIXED @[`{ \xc3\xa9 09");
    check_text("upper", "", NULL, "");
    check_text("trim", " \t\v in  between \r\n\f", NULL, "in  between");
    check_text("trim", " \t ", NULL, "");
    check_text("concat", "a longer text and ", "another one", "a longer text and another one");
    check_text("concat", "", "", "");
}

static void concat_of_three(void **state)
{
    const weir_str a[] = {{"user", 4}, {"", 0}};
    const weir_str b[] = {{"@", 1}, {"", 0}};
    const weir_str c[] = {{"example.org/path", 16}, {"x", 1}};
    const weir_str *columns[] = {a, b, c};
    struct drive run;
    (void)state;
    run_text(&run, WEIR_KIND_FUNCTION, "concat", "str,str,str", columns, 2);
    assert_true(weir_str_equal(run.rows[0].text, "user@example.org/path"));
    assert_true(weir_str_equal(run.rows[DRIVE_COLUMNS_MAX].text, "x"));
    drive_end(&run);
}

/* Boundaries of Unicode's table 3-7, alone and behind eight bytes of ASCII. */
static void utf8(void **state)
{
    static const struct {
        const char *bytes;
        bool is_valid;
    } cases[] = {
        {"", true},
        {"plain ASCII, longer than eight", true},
        {"\x7f", true},
        {"\x80", false},
        {"\xbf", false},
        {"\xc0\x80", false},
        {"\xc1\xbf", false},
        {"\xc2\x80", true},
        {"\xdf\xbf", true},
        {"\xc3", false},
        {"\xc3(", false},
        {"\xe0\x9f\xbf", false},
        {"\xe0\xa0\x80", true},
        {"\xed\x9f\xbf", true},
        {"\xed\xa0\x80", false},
        {"\xee\x80\x80", true},
        {"\xef\xbf\xbf", true},
        {"\xe2\x82", false},
        {"\xe2\x82(", false},
        {"\xf0\x8f\xbf\xbf", false},
        {"\xf0\x90\x80\x80", true},
        {"\xf4\x8f\xbf\xbf", true},
        {"\xf4\x90\x80\x80", false},
        {"\xf5\x80\x80\x80", false},
        {"\xf0\x9f\x98", false},
        {"\xff", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char behind[64];
        (void)snprintf(behind, sizeof behind, "12345678%s", cases[i].bytes);
        check_answer("valid_utf8", cases[i].bytes, NULL, cases[i].is_valid);
        check_answer("valid_utf8", behind, NULL, cases[i].is_valid);
    }
}

static int load(void **state)
{
    (void)state;
    text = drive_load("text");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_random_lines),
        cmocka_unit_test(words_of_odd_lines),
        cmocka_unit_test(parts_between_separators),
        cmocka_unit_test(split_by_nothing_fails),
        cmocka_unit_test(questions),
        cmocka_unit_test(contains_at_random),
        cmocka_unit_test(changes),
        cmocka_unit_test(concat_of_three),
        cmocka_unit_test(utf8),
    };
    return cmocka_run_group_tests(tests, load, NULL);
}
