/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong programs: each gets its code, its place, and a text that names what was meant or what to do
 * next. */
#include "parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct mistake {
    const char *text;
    enum weir_code code;
    uint32_t line, column;
    const char *says, *helps; /* parts of message and help */
};

static const struct mistake mistakes[] = {
    /* separators */
    {"generate words | count_by_value top 10 by=count", WEIR_CODE_MISSING_SEPARATOR, 1, 33,
     "forget '|'", "| top"},
    {"a | flat_map word = text.words(line) filter x", WEIR_CODE_MISSING_SEPARATOR, 1, 38,
     "forget '|'", "| filter"},
    {"a | map b c", WEIR_CODE_MISSING_SEPARATOR, 1, 11, "'c' right behind 'b'", "','"},
    {"file \"a\" \"b\"", WEIR_CODE_MISSING_SEPARATOR, 1, 10, "forget ','", "','"},
    {"a | map x = f(b c)", WEIR_CODE_MISSING_SEPARATOR, 1, 17, "forget ','", "','"},
    {"a | map x = [1 2]", WEIR_CODE_MISSING_SEPARATOR, 1, 16, "forget ','", "','"},
    {"a | b as c d", WEIR_CODE_MISSING_SEPARATOR, 1, 12, "forget '|'", "| d"},
    {"a | | b", WEIR_CODE_EMPTY_STAGE, 1, 3, "behind this '|'", "remove"},
    {"| a", WEIR_CODE_EMPTY_STAGE, 1, 1, "begins with an input", "before"},
    {"a |", WEIR_CODE_EMPTY_STAGE, 1, 3, "behind this '|'", "verb"},
    {"x = | a", WEIR_CODE_EMPTY_STAGE, 1, 5, "begins with an input", "before"},
    {"a | transform b { | c }", WEIR_CODE_EMPTY_STAGE, 1, 19, "block begins", "'{'"},
    {"a | transform b { }", WEIR_CODE_EMPTY_STAGE, 1, 19, "block begins", "'{'"},
    /* strings */
    {"file \"clicks.log | count", WEIR_CODE_UNCLOSED_STRING, 1, 6, "has no end", "put a \""},
    {"a\nb | filter x == \"y\n| c", WEIR_CODE_UNCLOSED_STRING, 2, 17, "has no end", "same line"},
    {"a | b p=r\"\\d+", WEIR_CODE_UNCLOSED_STRING, 1, 9, "has no end", "put a \""},
    {"a | b p=\"\\d+\"", WEIR_CODE_ESCAPE, 1, 10, "'\\d'", "r\"...\""},
    {"a | b p=\"\\x4g\"", WEIR_CODE_ESCAPE, 1, 10, "2 hexadecimal digits", "r\"...\""},
    {"file 'clicks.log'", WEIR_CODE_CHARACTER, 1, 6, "double quotes", "\"...\""},
    {"file \xE2\x80\x9C"
     "a\xE2\x80\x9D",
     WEIR_CODE_CHARACTER, 1, 6, "typographic", "plain"},
    {"a\xC2\xA0| b", WEIR_CODE_CHARACTER, 1, 2, "no-break space", "plain blank"},
    {"a | b \xC3\xA9t\xC3\xA9=1", WEIR_CODE_CHARACTER, 1, 7, "ASCII", "strings"},
    {"a @ b", WEIR_CODE_CHARACTER, 1, 3, "'@'", "remove"},
    {"file /var/log/x.log | a", WEIR_CODE_UNQUOTED, 1, 6, "path", "\"/var/log/x.log\""},
    {"file ./x", WEIR_CODE_UNQUOTED, 1, 6, "path", "\"./x\""},
    {"file data/*.csv", WEIR_CODE_UNQUOTED, 1, 6, "path", "\"data/*.csv\""},
    {"kafka \"t\" brokers=localhost:9092", WEIR_CODE_UNQUOTED, 1, 19, "address",
     "\"localhost:9092\""},
    {"listen :9999 | a", WEIR_CODE_UNQUOTED, 1, 8, "address", "\":9999\""},
    {"use libm.so.6 as m", WEIR_CODE_UNQUOTED, 1, 5, "double quotes", "use \""},
    /* brackets */
    {"a | filter (b or c | d", WEIR_CODE_BRACKET, 1, 20, "expected ')', found '|'", "')'"},
    {"a | filter (b]", WEIR_CODE_BRACKET, 1, 14, "expected ')', found ']'", "')'"},
    {"a | b [1, 2", WEIR_CODE_BRACKET, 1, 12, "expected ']'", "']'"},
    {"a | b)", WEIR_CODE_BRACKET, 1, 6, "')' closes nothing", "remove"},
    {"a }", WEIR_CODE_BRACKET, 1, 3, "'}' closes nothing", "remove"},
    {"a | map (\"x\", \"y\")", WEIR_CODE_BRACKET, 1, 13, "expected ')', found ','", "without"},
    {"a | count()", WEIR_CODE_CALL_FORM, 1, 10, "without brackets", "count"},
    {"a | map x = a.b.c(d)", WEIR_CODE_CALL_FORM, 1, 18, "plugin.name(...)", "argument"},
    /* numbers */
    {"a | window length=30 s slide=10s", WEIR_CODE_UNIT_APART, 1, 19, "blank", "30s"},
    {"a | filter f(x, 10 ms)", WEIR_CODE_UNIT_APART, 1, 17, "blank", "10ms"},
    {"a | window length=30sec", WEIR_CODE_UNKNOWN_UNIT, 1, 21, "did you mean 's'", "30s"},
    {"a | window length=5min", WEIR_CODE_UNKNOWN_UNIT, 1, 20, "did you mean 'm'", "5m"},
    {"job a max=4KB", WEIR_CODE_UNKNOWN_UNIT, 1, 12, "did you mean 'kB'", "4kB"},
    {"job a max=4Mib", WEIR_CODE_UNKNOWN_UNIT, 1, 12, "did you mean 'MiB'", "4MiB"},
    {"job a max=4parsecs", WEIR_CODE_UNKNOWN_UNIT, 1, 12, "'parsecs'", "durations take"},
    {"job a batch=1500ns", WEIR_CODE_QUANTITY, 1, 13, "microseconds", "1us"},
    {"job a max=0.3B", WEIR_CODE_QUANTITY, 1, 11, "whole number of bytes", "whole bytes"},
    {"a | map x = 9223372036854775808", WEIR_CODE_NUMBER, 1, 13, "does not fit", "point"},
    {"a | map x = 1.", WEIR_CODE_NUMBER, 1, 13, "ends with a point", "1.0"},
    /* operators */
    {"a | filter 0 < b < 9", WEIR_CODE_CHAINED_COMPARISON, 1, 18, "chained", "and b < "},
    {"a | filter b == c == d", WEIR_CODE_CHAINED_COMPARISON, 1, 19, "chained", "and c == "},
    {"a | filter !b", WEIR_CODE_FOREIGN_OPERATOR, 1, 12, "'!'", "not"},
    {"a | filter b && c", WEIR_CODE_FOREIGN_OPERATOR, 1, 14, "'&&'", "and"},
    {"a | filter b || c", WEIR_CODE_FOREIGN_OPERATOR, 1, 14, "'||'", "or"},
    {"a | filter b === c", WEIR_CODE_FOREIGN_OPERATOR, 1, 14, "'==='", "=="},
    {"a | filter b <> c", WEIR_CODE_FOREIGN_OPERATOR, 1, 14, "'<>'", "!="},
    {"a | map x = b ? c", WEIR_CODE_FOREIGN_OPERATOR, 1, 15, "'?'", "??"},
    {"a | filter (b = 1)", WEIR_CODE_EQUALS, 1, 15, "does not compare", "'=='"},
    {"a | filter b and c = 1", WEIR_CODE_EQUALS, 1, 20, "does not compare", "'=='"},
    {"a | top 10 by==x", WEIR_CODE_EQUALS, 1, 14, "'==' compares", "one '='"},
    {"a | filter b == not c", WEIR_CODE_SYNTAX, 1, 17, "binds weaker", "(not ...)"},
    {"a | filter b and", WEIR_CODE_SYNTAX, 1, 17, "behind 'and'", "put a value"},
    {"a | map b,", WEIR_CODE_SYNTAX, 1, 11, "behind ','", "remove it"},
    /* names and words */
    {"test = a", WEIR_CODE_RESERVED_WORD, 1, 1, "'test' begins a statement", "another name"},
    {"and = a", WEIR_CODE_RESERVED_WORD, 1, 1, "'and'", "choose another"},
    {"a | map x = b, as = c", WEIR_CODE_RESERVED_WORD, 1, 16, "'as'", "choose another"},
    {"a | or", WEIR_CODE_RESERVED_WORD, 1, 5, "'or'", "choose another"},
    {"json schema {a: string}", WEIR_CODE_UNKNOWN_TYPE, 1, 17, "did you mean 'str'", "str"},
    {"json schema {a: i46}", WEIR_CODE_UNKNOWN_TYPE, 1, 17, "did you mean 'i64'", "i64"},
    {"param a: money", WEIR_CODE_UNKNOWN_TYPE, 1, 10, "'money'", "bool i32"},
    {"json schema {\"a\": i64}", WEIR_CODE_SYNTAX, 1, 14, "name of a field", "no quotes"},
    {"a | map x = {\"b\": 1}", WEIR_CODE_SYNTAX, 1, 14, "no quotes", "{name: value}"},
    {"a | map x = {}", WEIR_CODE_SYNTAX, 1, 13, "at least one field", "{name: value}"},
    {"a | filter f(b, c=d)", WEIR_CODE_CONSTANT, 1, 19, "'c='", "without 'c='"},
    {"a | filter f(b, c=[1, d])", WEIR_CODE_CONSTANT, 1, 19, "constant", "literal"},
    {"a | b = 1", WEIR_CODE_EQUALS, 1, 7, "'='", "'=='"},
    /* statements */
    {"job batch=1s", WEIR_CODE_SYNTAX, 1, 5, "name for the job", "job NAME batch="},
    {"job", WEIR_CODE_SYNTAX, 1, 4, "name for the job", "name"},
    {"job a batch=1s, x=2", WEIR_CODE_SYNTAX, 1, 15, "no ','", "remove"},
    {"table x file \"a\"", WEIR_CODE_SYNTAX, 1, 9, "'=' and a pipe", "'='"},
    {"\"a.txt\" | count", WEIR_CODE_SYNTAX, 1, 1, "found the string \"a.txt\"", "file \"a.txt\""},
    {"a | postgres dsn=postgres://h/x", WEIR_CODE_ADDRESS_PLACE, 1, 18, "head of a pipe",
     "\"postgres://h/x\""},
    {"tcp:// | a", WEIR_CODE_ADDRESS_PLACE, 1, 1, "empty", "host:port"},
    {"tcp://h:1 as x", WEIR_CODE_SYNTAX, 1, 11, "no 'as'", "NAME = tcp://h:1"},
    {"use \"m\" { int f(int);", WEIR_CODE_PROTOTYPES, 1, 9, "has no end", "'}'"},
    {"use \"m\"\n{ int f(int); }", WEIR_CODE_CONTINUED_LINE, 2, 1, "'{'", "line before"},
    {"a\n, b = 2", WEIR_CODE_CONTINUED_LINE, 2, 1, "','", "line before"},
    {"a | filter b\n  and c", WEIR_CODE_CONTINUED_LINE, 2, 3, "'and'", "line before"},
    {"a \\\n  | b", WEIR_CODE_CONTINUED_LINE, 1, 3, "no '\\'", "'|'"},
    {"a // why", WEIR_CODE_COMMENT, 1, 3, "'//'", "#"},
    {"a /* why */ | b", WEIR_CODE_COMMENT, 1, 3, "'/*'", "#"},
    {"test \"t\" { feed a [1]; }", WEIR_CODE_TEST_STEP, 1, 12, "'at'", "at 10s"},
    {"test \"t\" { at 1s feed a [1] }", WEIR_CODE_TEST_STEP, 1, 29, "';'", "at 10s"},
    {"test \"t\" { at 1s eat a [1]; }", WEIR_CODE_TEST_STEP, 1, 18, "'feed' or 'expect'", "at 10s"},
    {"test \"t\" { at 1 feed a [1]; }", WEIR_CODE_UNIT_APART, 1, 15, "unit", "1s"},
    {"a | map x = $", WEIR_CODE_SYNTAX, 1, 13, "'$'", "$name"},
    {"a | map x = $env", WEIR_CODE_SYNTAX, 1, 17, "environment", "'.'"},
};

static bool has(const char *text, const char *part)
{
    return part[0] == '\0' || (text != NULL && strstr(text, part) != NULL);
}

static void check(const struct mistake *m, bool from_shell)
{
    struct parsed p;
    weir_str text = weir_str_of(m->text);
    parse_bytes(&p, text.bytes, text.count, from_shell);
    const struct weir_diagnostic *d = p.diagnostics.first;
    if (d == NULL || p.status != WEIR_ETEXT) {
        fail_msg("not refused: %s", m->text);
    }
    struct weir_line_column at = weir_source_locate(&p.source, d->place.offset);
    if (d->code != m->code || at.line != m->line || at.column != m->column ||
        !has(d->message, m->says) || !has(d->help, m->helps)) {
        struct weir_text out;
        weir_text_init(&out);
        weir_diagnostics_render(&p.diagnostics, false, &out);
        print_error("%s", out.bytes);
        weir_text_finish(&out);
        fail_msg("wanted E%04u at %u:%u '%s' '%s'", (unsigned)m->code, m->line, m->column, m->says,
                 m->helps);
    }
    if (p.diagnostics.count != 1) {
        fail_msg("more than one error: %s", m->text);
    }
    parsed_finish(&p);
}

static void every_mistake_is_explained_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        check(&mistakes[i], false);
    }
}

/* In a command-line argument, what a shell does to a double-quoted text is the likely cause. */
static void the_shell_is_suspected(void **state)
{
    static const struct mistake cases[] = {
        {"kafka \"clicks\" brokers= | print", WEIR_CODE_SHELL_CHANGED, 1, 24, "$name",
         "single quotes"},
        {"a | filter b == | print", WEIR_CODE_SHELL_CHANGED, 1, 16, "$name", "single quotes"},
        {"a | b x= y=1", WEIR_CODE_SHELL_CHANGED, 1, 9, "$name", "single quotes"},
        {"file /tmp/x | count", WEIR_CODE_SHELL_CHANGED, 1, 6, "shell", "single quotes"},
        {"listen localhost:99 | count", WEIR_CODE_SHELL_CHANGED, 1, 8, "shell", "single quotes"},
        {"file \"a\" | save x=/tmp/y", WEIR_CODE_UNQUOTED, 1, 19, "path", "\"/tmp/y\""},
        {"file \"a | count", WEIR_CODE_UNCLOSED_STRING, 1, 6, "no end", "single quotes"},
        {"file \\\"a\\\" | count", WEIR_CODE_CHARACTER, 1, 6, "'\\'", "single quotes"},
    };
    (void)state;
    for (size_t i = 0; i + 1 < sizeof cases / sizeof cases[0]; i++) {
        check(&cases[i], true);
    }
    struct parsed p; /* two backslashes, two errors */
    parse_bytes(&p, cases[7].text, strlen(cases[7].text), true);
    assert_int_equal(p.diagnostics.first->code, cases[7].code);
    assert_non_null(strstr(p.diagnostics.first->help, cases[7].helps));
    parsed_finish(&p);
}

static void mistakes_of_several_statements_are_all_reported(void **state)
{
    (void)state;
    struct parsed p;
    parse(&p, "a | | b\n"
              "good = a | b\n"
              "c | filter (d\n"
              "e = tcp://h:1 | f\n"
              "g | filter !h && i\n"
              "test \"t\" {\n"
              "  at 1 feed a [1];\n"
              "  at 2 feed a [2];\n"
              "}\n"
              "j | top 10 s; k | \"l\"\n"
              "m\n");
    static const struct {
        enum weir_code code;
        uint32_t line;
    } expected[] = {{WEIR_CODE_EMPTY_STAGE, 1},      {WEIR_CODE_BRACKET, 4},
                    {WEIR_CODE_FOREIGN_OPERATOR, 5}, {WEIR_CODE_FOREIGN_OPERATOR, 5},
                    {WEIR_CODE_UNIT_APART, 7},       {WEIR_CODE_UNIT_APART, 10},
                    {WEIR_CODE_SYNTAX, 10}};
    const struct weir_diagnostic *d = p.diagnostics.first;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++, d = d->next) {
        assert_non_null(d);
        assert_int_equal(d->code, expected[i].code);
        assert_int_equal(weir_source_locate(&p.source, d->place.offset).line, expected[i].line);
    }
    assert_null(d);
    /* what is right is understood: good, e, g (the operators were guessed), m */
    assert_int_equal(p.program->count, 4);
    assert_non_null(strstr(p.err.text, "t.weir:1:3: error[E0127]"));
    assert_non_null(strstr(p.err.text, "(and 6 more)"));
    parsed_finish(&p);
}

static void the_number_of_errors_is_limited(void **state)
{
    static const char *const lines[] = {"a | | b\n", "x = (\n", "a @ b\n", "a @ (\n"};
    (void)state;
    for (size_t n = 0; n < sizeof lines / sizeof lines[0]; n++) {
        struct weir_text text;
        struct parsed p;
        weir_text_init(&text);
        for (int i = 0; i < 50000; i++) {
            weir_text_put(&text, lines[n]);
        }
        parse_bytes(&p, text.bytes, text.count, false);
        assert_int_equal(p.status, WEIR_ETEXT);
        assert_int_equal(p.diagnostics.count, WEIR_DIAGNOSTICS_MAX);
        parsed_finish(&p);
        weir_text_finish(&text);
    }
}

/* The sample of each page of `weir help E01xx` is refused with that code, and its correction is
 * not. Left out: codes of the binder, of the shell, and of limits. */
static void every_page_tells_the_truth(void **state)
{
    static const unsigned elsewhere[] = {WEIR_CODE_UNKNOWN_VERB,  WEIR_CODE_NAME_TAKEN,
                                         WEIR_CODE_SHELL_CHANGED, WEIR_CODE_TOO_DEEP,
                                         WEIR_CODE_TEXT_TOO_LONG, WEIR_CODE_SETTING};
    (void)state;
    size_t count;
    const struct weir_code_page *pages = weir_code_pages(&count);
    for (size_t i = 0; i < count && pages[i].code < 131; i++) {
        bool is_ours = true;
        for (size_t j = 0; j < sizeof elsewhere / sizeof elsewhere[0]; j++) {
            is_ours = is_ours && elsewhere[j] != pages[i].code;
        }
        struct parsed p;
        parse(&p, pages[i].wrong);
        const struct weir_diagnostic *d = p.diagnostics.first;
        while (d != NULL && d->code == pages[i].code) {
            d = d->next;
        }
        if (is_ours && (p.diagnostics.count == 0 || d != NULL)) {
            fail_msg("E%04u is not what this gets: %s", (unsigned)pages[i].code, pages[i].wrong);
        }
        parsed_finish(&p);
        parse(&p, pages[i].right);
        if (is_ours && p.status != WEIR_OK) {
            fail_msg("E%04u, right sample: %s", (unsigned)pages[i].code, p.err.text);
        }
        parsed_finish(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_is_explained_once),
        cmocka_unit_test(the_shell_is_suspected),
        cmocka_unit_test(mistakes_of_several_statements_are_all_reported),
        cmocka_unit_test(the_number_of_errors_is_limited),
        cmocka_unit_test(every_page_tells_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
