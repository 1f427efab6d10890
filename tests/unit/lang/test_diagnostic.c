/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics as they are shown: text with carets, JSON, order, limits, pages. */
#include "parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct shown {
    struct weir_source source;
    struct weir_diagnostics diagnostics;
    struct weir_text text;
};

static void begin(struct shown *s, const char *text)
{
    *s = (struct shown){.source = {"shop.weir", weir_str_of(text), false}};
    weir_diagnostics_init(&s->diagnostics, &s->source);
    weir_text_init(&s->text);
}

static void finish(struct shown *s)
{
    weir_text_finish(&s->text);
    weir_diagnostics_finish(&s->diagnostics);
}

/* The place of the first `part` of the text. */
static struct weir_place find(const struct shown *s, const char *part)
{
    const char *at = strstr(s->source.text.bytes, part);
    assert_non_null(at);
    return (struct weir_place){(uint32_t)(at - s->source.text.bytes), (uint32_t)strlen(part)};
}

static const char shop[] = "job shop\n\norders = file \"o\"\n  | map key = item, value = price\n"
                           "  | reduce_by_key i64.add\n";

static void both_ends_of_a_clash(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, shop);
    struct weir_diagnostic *d =
        weir_diagnostics_error(&s.diagnostics, WEIR_CODE_SYNTAX, find(&s, "i64.add"),
                               "%s needs a number, but '%s' is str", "i64.add", "value");
    weir_diagnostic_help(&s.diagnostics, d, "try: std.f64(price)");
    weir_diagnostic_other(&s.diagnostics, d, find(&s, "value = price"), "str comes from here");
    weir_diagnostics_render(&s.diagnostics, false, &s.text);
    assert_string_equal(s.text.bytes, "error[E0101]: i64.add needs a number, but 'value' is str\n"
                                      "  --> shop.weir:5:19\n"
                                      " 4 |   | map key = item, value = price\n"
                                      "   |                     ------------- str comes from here\n"
                                      " 5 |   | reduce_by_key i64.add\n"
                                      "   |                   ^^^^^^^ try: std.f64(price)\n");
    finish(&s);
}

static void label_help_and_an_earlier_place(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, shop);
    struct weir_diagnostic *d =
        weir_diagnostics_warning(&s.diagnostics, WEIR_CODE_SYNTAX, find(&s, "shop"), "unused");
    weir_diagnostic_label(&s.diagnostics, d, "this");
    weir_diagnostic_help(&s.diagnostics, d, "remove it");
    weir_diagnostic_other(&s.diagnostics, d, find(&s, "i64"), "that");
    weir_diagnostics_error(&s.diagnostics, WEIR_CODE_NUMBER, WEIR_NOWHERE, "nowhere");
    weir_diagnostics_render(&s.diagnostics, false, &s.text);
    assert_string_equal(s.text.bytes, "warning[E0101]: unused\n"
                                      "  --> shop.weir:1:5\n"
                                      " 1 | job shop\n"
                                      "   |     ^^^^ this\n"
                                      "...\n"
                                      " 5 |   | reduce_by_key i64.add\n"
                                      "   |                   --- that\n"
                                      "   = remove it\n"
                                      "error[E0114]: nowhere\n");
    assert_int_equal(s.diagnostics.error_count, 1);
    struct weir_error err;
    assert_int_equal(weir_diagnostics_status(&s.diagnostics, &err), WEIR_ETEXT);
    assert_string_equal(err.text, "shop.weir: error[E0114]: nowhere");
    finish(&s);
}

static void columns_count_characters_and_nothing_moves_the_cursor(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, "\t\"\xC3\xA9\xE2\x82\xAC\x1B[2J\" bad\r\n");
    struct weir_diagnostic *d =
        weir_diagnostics_error(&s.diagnostics, WEIR_CODE_SYNTAX, find(&s, "bad"), "in \x1B[31mred");
    weir_diagnostic_other(&s.diagnostics, d, find(&s, "\xC3\xA9\xE2\x82\xAC"), "two");
    weir_diagnostics_render(&s.diagnostics, false, &s.text);
    assert_string_equal(s.text.bytes, "error[E0101]: in  [31mred\n"
                                      "  --> shop.weir:1:11\n"
                                      " 1 |  \"\xC3\xA9\xE2\x82\xAC [2J\" bad\n"
                                      "   |           ^^^\n"
                                      "   |   -- two\n");
    finish(&s);
}

static void long_lines_are_cut_around_the_caret(void **state)
{
    (void)state;
    char text[2001];
    memset(text, 'x', 2000);
    memcpy(text + 1000, "here", 4);
    text[2000] = '\0';
    struct shown s;
    begin(&s, text);
    weir_diagnostics_error(&s.diagnostics, WEIR_CODE_SYNTAX, find(&s, "here"), "long");
    weir_diagnostics_render(&s.diagnostics, false, &s.text);
    const char *caret = strrchr(s.text.bytes, '^');
    const char *here = strstr(s.text.bytes, "here");
    assert_true(caret != NULL && here != NULL && s.text.count < 400);
    const char *caret_line = strstr(s.text.bytes, "\n   | ") + 1;
    const char *text_line = strstr(s.text.bytes, " 1 | ");
    assert_int_equal(caret - 3 - caret_line, here - text_line);
    finish(&s);
}

static void colours_only_when_asked(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, shop);
    weir_diagnostics_error(&s.diagnostics, WEIR_CODE_SYNTAX, find(&s, "job"), "m");
    weir_diagnostics_render(&s.diagnostics, false, &s.text);
    assert_null(strchr(s.text.bytes, '\x1B'));
    weir_diagnostics_render(&s.diagnostics, true, &s.text);
    assert_non_null(strstr(s.text.bytes, "\x1B[1;31merror[E0101]"));
    finish(&s);
}

static void json_lines(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, "a\n\xC3\xA9\"b\" c");
    struct weir_diagnostic *d = weir_diagnostics_error(
        &s.diagnostics, WEIR_CODE_SYNTAX, find(&s, "\xC3\xA9\"b\""), "bad \"b\"\xFF\n");
    weir_diagnostic_help(&s.diagnostics, d, "try: \\");
    weir_diagnostic_label(&s.diagnostics, d, "l");
    weir_diagnostic_other(&s.diagnostics, d, find(&s, "a"), "o");
    weir_diagnostics_warning(&s.diagnostics, WEIR_CODE_NUMBER, WEIR_NOWHERE, "w");
    weir_diagnostics_render_json(&s.diagnostics, &s.text);
    assert_string_equal(s.text.bytes,
                        "{\"severity\":\"error\",\"code\":\"E0101\",\"message\":\"bad "
                        "\\\"b\\\"\xEF\xBF\xBD\\n\",\"file\":\"shop.weir\",\"line\":2,\"column\":1,"
                        "\"length\":4,\"label\":\"l\",\"help\":\"try: \\\\\",\"other\":{\"line\":1,"
                        "\"column\":1,\"length\":1,\"message\":\"o\"}}\n"
                        "{\"severity\":\"warning\",\"code\":\"E0114\",\"message\":\"w\",\"file\":"
                        "\"shop.weir\"}\n");
    finish(&s);
}

static void the_list_is_sorted_bounded_and_without_repetition(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, shop);
    for (uint32_t i = 0; i < WEIR_DIAGNOSTICS_MAX + 5; i++) {
        struct weir_place place = {40 - i, 1};
        struct weir_diagnostic *d =
            weir_diagnostics_error(&s.diagnostics, WEIR_CODE_SYNTAX, place, "m");
        weir_diagnostic_help(&s.diagnostics, d, "h");
        assert_ptr_equal(weir_diagnostics_error(&s.diagnostics, WEIR_CODE_SYNTAX, place, "m"), d);
    }
    weir_diagnostics_sort(&s.diagnostics);
    assert_int_equal(s.diagnostics.count, WEIR_DIAGNOSTICS_MAX);
    uint32_t offset = 0;
    for (struct weir_diagnostic *d = s.diagnostics.first; d != NULL; d = d->next) {
        assert_true(d->place.offset > offset);
        offset = d->place.offset;
    }
    assert_int_equal(s.diagnostics.last->place.offset, 40);
    weir_diagnostics_render(&s.diagnostics, false, &s.text);
    assert_non_null(strstr(s.text.bytes, "\n... and 10 more\n"));
    finish(&s);
}

static void pages_are_found_by_number(void **state)
{
    (void)state;
    size_t count;
    const struct weir_code_page *pages = weir_code_pages(&count);
    for (size_t i = 1; i < count; i++) {
        assert_true(pages[i].code > pages[i - 1].code);
    }
    assert_int_equal(weir_code_page_named("E0104")->code, WEIR_CODE_UNKNOWN_VERB);
    assert_int_equal(weir_code_page_named("e104")->code, WEIR_CODE_UNKNOWN_VERB);
    assert_int_equal(weir_code_page_named("104")->code, WEIR_CODE_UNKNOWN_VERB);
    assert_null(weir_code_page_named("E9999"));
    assert_null(weir_code_page_named("E00104"));
    assert_null(weir_code_page_named("E"));
    assert_null(weir_code_page_named("E104x"));
    assert_null(weir_code_page_of(100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_of_a_clash),
        cmocka_unit_test(label_help_and_an_earlier_place),
        cmocka_unit_test(columns_count_characters_and_nothing_moves_the_cursor),
        cmocka_unit_test(long_lines_are_cut_around_the_caret),
        cmocka_unit_test(colours_only_when_asked),
        cmocka_unit_test(json_lines),
        cmocka_unit_test(the_list_is_sorted_bounded_and_without_repetition),
        cmocka_unit_test(pages_are_found_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
