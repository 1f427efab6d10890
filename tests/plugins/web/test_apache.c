/* SPDX-License-Identifier: Apache-2.0 */
/* web.apache: lines as servers write them, lines that are none, and the loop that is written by
 * hand (selections, constants, outputs that grow or hand rows on). */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum { COLUMNS = 11, ROWS = 300 };

static const char *const names[COLUMNS] = {"host",   "ident",   "user",     "at",
                                           "method", "path",    "protocol", "status",
                                           "bytes",  "referer", "agent"};

/* Each as text; at in microseconds. */
struct line {
    const char *line, *fields[COLUMNS];
};

static const struct line lines[] = {
    {"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326",
     {"127.0.0.1", "", "frank", "971211336000000", "GET", "/apache_pb.gif", "HTTP/1.0", "200",
      "2326", "", ""}},
    {"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326 "
     "\"http://www.example.com/start.html\" \"Mozilla/4.08 [en] (Win98; I ;Nav)\"",
     {"127.0.0.1", "", "frank", "971211336000000", "GET", "/apache_pb.gif", "HTTP/1.0", "200",
      "2326", "http://www.example.com/start.html", "Mozilla/4.08 [en] (Win98; I ;Nav)"}},
    {"2001:db8::7 id - [31/Dec/1999:23:59:60 +0000] \"POST /a?b=c%20d HTTP/2.0\" 500 - \"-\" \"-\"",
     {"2001:db8::7", "id", "", "946684800000000", "POST", "/a?b=c%20d", "HTTP/2.0", "500", "0", "",
      ""}},
    {"h - - [29/Feb/2024:00:00:00 +0530] \"-\" 408 0 \"\" \"\"",
     {"h", "", "", "1709145000000000", "", "", "", "408", "0", "", ""}},
    {"h - - [01/Jan/1970:00:00:00 +0000] \"GET /\" 200 1",
     {"h", "", "", "0", "GET", "/", "", "200", "1", "", ""}},
    {"h - - [01/Jan/1970:00:00:00 +0000] \"GET /a b c HTTP/1.1\" 200 1",
     {"h", "", "", "0", "GET", "/a b c", "HTTP/1.1", "200", "1", "", ""}},
    {"h - - [01/Jan/1970:00:00:00 +0000] \"\\x16\\x03\\x01 \\xff\" 400 226 \"-\" \"-\"",
     {"h", "", "", "0", "", "\x16\x03\x01 \xff", "", "400", "226", "", ""}},
    {"h - a b [c] [01/Jan/1970:00:00:00 +0000] \"M-SEARCH * HTTP/1.1\" 200 1", {NULL}},
    {"h - a b [01/Jan/1970:00:00:00 +0000] \"M-SEARCH * HTTP/1.1\" 200 1",
     {"h", "", "a b", "0", "M-SEARCH", "*", "HTTP/1.1", "200", "1", "", ""}},
    {"h - - [01/Jan/1970:00:00:00 +0000] \"GET /\\\"q\\\" HTTP/1.1\" 200 1 \"a\\\\\" "
     "\"\\\"b\\t\\q\\x4\"",
     {"h", "", "", "0", "GET", "/\"q\"", "HTTP/1.1", "200", "1", "a\\", "\"b\t\\q\\x4"}},
    {"h - - [01/Jan/1970:00:00:00 +0000] \"\xff\xfe /\xc3\xa9 HTTP/1.1\" 200 999999999999999999",
     {"h", "", "", "0", "", "\xff\xfe /\xc3\xa9 HTTP/1.1", "", "200", "999999999999999999", "",
      ""}},
};

static void check_fields(const struct drive_value *row, const struct line *line)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        char number[32];
        weir_str found = row[c].text;
        if (c == 3 || c == 7 || c == 8) {
            found = weir_str_make(
                number, (size_t)snprintf(number, sizeof number, "%lld", (long long)row[c].i64));
        }
        if (!weir_str_equal(found, line->fields[c])) {
            fail_msg("%s: %s is '%.*s', expected '%s'", line->line, names[c], (int)found.count,
                     found.bytes, line->fields[c]);
        }
    }
}

static void fields(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "web", "apache", NULL);
    assert_int_equal(call.exported->out_count, COLUMNS);
    for (size_t c = 0; c < COLUMNS; c++) {
        assert_string_equal(call.exported->out[c].name, names[c]);
    }
    for (size_t i = 0; i < COUNT(lines); i++) {
        const struct call_value text = {.text = weir_str_from_chars(lines[i].line)};
        if (lines[i].fields[0] == NULL) {
            call_check_fails(&call, &text, "expected a time");
            continue;
        }
        call_rows(&call, &text, 1);
        if (call.run.failed_rows > 0) {
            fail_msg("%s: %s", lines[i].line, call.run.message);
        }
        assert_int_equal(call.run.row_count, 1);
        check_fields(call.run.rows, &lines[i]);
    }
    call_close(&call);
}

static void malformed(void **state)
{
#define START "h - - [01/Jan/1970:00:00:00 +0000] "
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"", "expected a host and a blank at byte 0, where it ends"},
        {"localhost", "expected a host and a blank at byte 0, found 'localhost'"},
        {" - - [", "a host and a blank at byte 0, found ' - - ['"},
        {"h -", "an identity or -, and a blank at byte 2"},
        {"h - -", "a user or -, and the time in brackets at byte 4"},
        {"h - - [01/Jan/1970:00:00:00 +0000", "expected a time"},
        {"h - - [01/Jan/1970:00:00:00 +0000]", "expected a time"},
        {"h - - [32/Jan/1970:00:00:00 +0000] ", "at byte 7, found '32/Jan/1970:00:00:00 +00...'"},
        {"h - - [29/Feb/2023:00:00:00 +0000] ", "expected a time"},
        {"h - - [01/jan/1970:00:00:00 +0000] ", "expected a time"},
        {"h - - [01/Jan/1970:00:00:00 +2400] ", "expected a time"},
        {"h - - [01/Jan/1970:0x:00:00 +0000] ", "expected a time"},
        {START "GET / HTTP/1.1", "a request in quotes and a blank at byte 35"},
        {START "\"GET / HTTP/1.1", "a request in quotes and a blank at byte 36"},
        {START "\"GET / HTTP/1.1\\\"", "a request in quotes"},
        {START "\"GET / HTTP/1.1\"", "a request in quotes and a blank at byte 51, where it ends"},
        {START "\"GET /\" 20 1", "a status of three digits and a blank at byte 43, found '20 1'"},
        {START "\"GET /\" 200", "a status of three digits"},
        {START "\"GET /\" 2000 1", "a status of three digits"},
        {START "\"GET /\" 200 ", "a number of bytes or - at byte 47, where it ends"},
        {START "\"GET /\" 200 x", "a number of bytes or - at byte 47, found 'x'"},
        {START "\"GET /\" 200 1 ", "or the referer in quotes at byte 49"},
        {START "\"GET /\" 200 12a", "the end of the line, or the referer"},
        {START "\"GET /\" 200 1 \"r\"", "expected the user agent in quotes at byte 52"},
        {START "\"GET /\" 200 1 \"r\" \"a", "expected the user agent in quotes"},
        {START "\"GET /\" 200 1 \"r\" \"a\" 7", "the end of the line at byte 56, found ' 7'"},
        {START "\"GET /\" 200 1234567890123456789", "the end of the line"},
    };
    struct call call;
    (void)state;
    call_open(&call, "web", "apache", NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        call_check_fails(&call, &(struct call_value){.text = weir_str_from_chars(cases[i].line)},
                         cases[i].message);
    }
    call_close(&call);
}

/* Every line cut off at every place: a row or a bad record, never a byte too many (a sanitizer sees
 * those: each text has a block of its own). */
static void cut_lines(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "web", "apache", NULL);
    for (size_t i = 0; i < COUNT(lines); i++) {
        for (size_t count = 0; count < strlen(lines[i].line); count++) {
            const struct call_value text = {.text = {lines[i].line, count}};
            call_rows(&call, &text, 1);
            assert_int_equal(call.run.row_count + call.run.failed_rows, 1);
        }
    }
    call_close(&call);
}

/* Many rows, some bad, some not selected, into an output of one row that grows or hands on. */
static void check_run(bool hands_on, bool is_constant)
{
    static weir_str texts[ROWS];
    uint16_t selected[ROWS];
    size_t count = 0;
    size_t at = 0;
    struct drive_column column;
    struct drive run;
    for (size_t i = 0; i < ROWS; i++) {
        texts[i] = weir_str_from_chars(lines[is_constant ? 1 : i % COUNT(lines)].line);
        if (i % 3 != 0) {
            selected[count++] = (uint16_t)i;
        }
    }
    drive_text(&column, texts, is_constant ? 1 : ROWS, 2);
    drive_begin(&run, drive_find(drive_load("web"), WEIR_KIND_EMITTER, "apache", "str"), ROWS, 1,
                0);
    drive_add(&run, &column, is_constant);
    drive_select(&run, selected, count);
    run.hands_on = hands_on;
    drive_run(&run);
    for (size_t k = 0; k < count; k++) {
        const struct line *line = &lines[is_constant ? 1 : selected[k] % COUNT(lines)];
        if (line->fields[0] == NULL) {
            assert_true(run.has_failed[selected[k]]);
            continue;
        }
        assert_true(at < run.row_count);
        assert_int_equal(run.parents[at], selected[k]);
        check_fields(&run.rows[at * DRIVE_COLUMNS_MAX], line);
        at++;
    }
    assert_int_equal(at, run.row_count);
    drive_end(&run);
    drive_column_free(&column);
}

static void outputs(void **state)
{
    (void)state;
    check_run(false, false);
    check_run(true, false);
    check_run(false, true);
    check_run(true, true);
}

/* No byte of a usual line is copied. */
static void fields_are_views(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "web", "apache", NULL);
    call_rows(&call, &(struct call_value){.text = weir_str_from_chars(lines[1].line)}, 1);
    for (size_t c = 0; c < COLUMNS; c++) {
        assert_true(call.run.rows[c].text.count <= WEIR_VIEW_INLINE_BYTES ||
                    call.run.rows[c].is_view);
    }
    call_close(&call);
}

static void no_memory(void **state)
{
    const weir_str text = weir_str_from_chars(lines[1].line);
    struct drive_column column;
    struct drive run;
    (void)state;
    drive_text(&column, &text, 1, 0);
    drive_begin(&run, drive_find(drive_load("web"), WEIR_KIND_EMITTER, "apache", "str"), 1, 0, 0);
    drive_add(&run, &column, true); /* a constant's text is copied */
    run.grow_limit = 1;
    drive_run(&run);
    assert_int_equal(run.outcome, WEIR_FATAL);
    assert_int_equal(run.row_count, 0);
    drive_end(&run);
    drive_column_free(&column);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),  cmocka_unit_test(malformed),        cmocka_unit_test(cut_lines),
        cmocka_unit_test(outputs), cmocka_unit_test(fields_are_views), cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
