/* SPDX-License-Identifier: Apache-2.0 */
/* Settings files: name, value and place of each line, and what is no setting. */
#include "lang/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct settings {
    struct weir_source source;
    struct weir_arena arena;
    struct weir_diagnostics diagnostics;
    struct weir_setting *first;
    int status;
};

static void read(struct settings *s, const char *text)
{
    *s = (struct settings){.source = {"weir.conf", weir_str_of(text), false}};
    weir_arena_init(&s->arena);
    weir_diagnostics_init(&s->diagnostics, &s->source);
    s->status = weir_settings_parse(&s->source, &s->arena, &s->diagnostics, &s->first, NULL);
}

static void finish(struct settings *s)
{
    weir_diagnostics_finish(&s->diagnostics);
    weir_arena_finish(&s->arena);
}

static void names_values_and_places(void **state)
{
    static const char *const expected[][2] = {{"batch", "1s"},          {"web", "127.0.0.1:80\n"},
                                              {"threads", "4"},         {"style", "spark"},
                                              {"ratio", "-0.5"},        {"color", "false"},
                                              {"batch_bytes", "64MiB"}, {"path", "[\"a\", b]"}};
    (void)state;
    struct settings s;
    read(&s, "# project settings\nbatch = 1s\nweb = \"127.0.0.1:80\\n\" # here\n\nthreads=4\n"
             "style = spark\nratio = -0.5\ncolor = false\nbatch_bytes = 64MiB\npath = [\"a\", b]");
    assert_int_equal(s.status, WEIR_OK);
    const struct weir_setting *setting = s.first;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_non_null(setting);
        assert_int_equal(setting->name.count, strlen(expected[i][0]));
        assert_memory_equal(setting->name.bytes, expected[i][0], setting->name.count);
        assert_string_equal(setting->value.bytes, expected[i][1]);
        setting = setting->next;
    }
    assert_null(setting);
    assert_int_equal(weir_source_locate(&s.source, s.first->name_place.offset).line, 2);
    assert_int_equal(weir_source_locate(&s.source, s.first->value_place.offset).column, 9);
    finish(&s);
}

static void an_empty_file_is_fine(void **state)
{
    (void)state;
    struct settings s;
    read(&s, "\n# nothing\n");
    assert_int_equal(s.status, WEIR_OK);
    assert_null(s.first);
    finish(&s);
}

static void what_is_no_setting_is_refused_line_by_line(void **state)
{
    (void)state;
    struct settings s;
    read(&s, "batch-bytes = 1\n"
             "web 127\n"
             "good = 1\n"
             "a = b | c\n"
             "\"x\" = 1\n"
             "d = f(x)\n"
             "e =\n"
             "f = 10 s\n"
             "g = $x\n"
             "h = [1, $x]\n"
             "also = 2\n");
    static const struct {
        enum weir_code code;
        uint32_t line;
    } expected[] = {{WEIR_CODE_SETTING, 1},    {WEIR_CODE_SETTING, 2}, {WEIR_CODE_SETTING, 4},
                    {WEIR_CODE_SETTING, 5},    {WEIR_CODE_SETTING, 6}, {WEIR_CODE_SYNTAX, 7},
                    {WEIR_CODE_UNIT_APART, 8}, {WEIR_CODE_SETTING, 9}, {WEIR_CODE_SETTING, 10}};
    assert_int_equal(s.status, WEIR_ETEXT);
    const struct weir_diagnostic *d = s.diagnostics.first;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++, d = d->next) {
        assert_non_null(d);
        assert_int_equal(d->code, expected[i].code);
        assert_int_equal(weir_source_locate(&s.source, d->place.offset).line, expected[i].line);
    }
    assert_null(d);
    assert_memory_equal(s.first->name.bytes, "good", 4);
    assert_memory_equal(s.first->next->name.bytes, "also", 4);
    assert_null(s.first->next->next);
    finish(&s);
}

static void format_prints_only_what_is_right(void **state)
{
    static const struct {
        const char *text, *expected;
        int status;
    } cases[] = {{"a|b", "a | b\n", WEIR_OK}, {"a||b", "", WEIR_ETEXT}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct weir_source source = {"t", weir_str_of(cases[i].text), false};
        struct weir_diagnostics diagnostics;
        struct weir_text out;
        weir_diagnostics_init(&diagnostics, &source);
        weir_text_init(&out);
        assert_int_equal(weir_lang_format(&source, &out, &diagnostics, NULL), cases[i].status);
        assert_string_equal(weir_text_str(&out).bytes, cases[i].expected);
        assert_int_equal(weir_lang_format(&source, NULL, &diagnostics, NULL), cases[i].status);
        weir_text_finish(&out);
        weir_diagnostics_finish(&diagnostics);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_values_and_places),
        cmocka_unit_test(an_empty_file_is_fine),
        cmocka_unit_test(what_is_no_setting_is_refused_line_by_line),
        cmocka_unit_test(format_prints_only_what_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
