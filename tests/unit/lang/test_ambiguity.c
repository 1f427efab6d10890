/* SPDX-License-Identifier: Apache-2.0 */
/* Every job means one thing: the samples of the language have exactly one derivation, and on random
 * texts the parser accepts what the grammar derives and nothing else. */
#include "derive.h"

#include "lang/ast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool parses(const char *text)
{
    struct weir_source source = {.name = "t", .text = weir_str_of(text)};
    struct weir_diagnostics diagnostics;
    struct weir_arena arena;
    struct weir_ast_program *program;
    weir_arena_init(&arena);
    weir_diagnostics_init(&diagnostics, &source);
    int status = weir_ast_parse(&source, &arena, &diagnostics, &program, NULL);
    weir_diagnostics_finish(&diagnostics);
    weir_arena_finish(&arena);
    return status == WEIR_OK;
}

static const char *const jobs[] = {
    "tcp://localhost:9999 | flat_map word = text.words(line) | map key = word, value = 1 | "
    "reduce_by_key i64.add | print",
    "tcp://localhost:9999 | flat_map word = text.words(line) | filter text.contains(word, "
    "\"ERROR\") "
    "| count_by_value | print",
    "tcp://localhost:9999 | flat_map word = text.words(line) | filter text.contains(word, "
    "\"ERROR\")\n"
    "  | map key = word, value = 1 | reduce_by_key_and_window i64.add length=30s slide=10s | print",
    "job clicks batch=1s checkpoint=\"state/\" web=\"127.0.0.1:8088\"",
    "param brokers = \"localhost:9092\"",
    "use \"./libsession.so\" as session",
    "use \"libm.so.6\" as m { double hypot(double x, double y); }",
    "table spam = file \"spam.csv\" reload=1m | csv schema {user: str} header=true",
    "hits = kafka \"clicks\" brokers=$brokers | json schema {user: str, url: str, tags: list<str>, "
    "geo: {lat: f64, lon: f64}, at: ts} on_error=dead\n     | anti_join spam on=user",
    "tops = hits | map key = url, value = 1 | reduce_by_key_and_window i64.add length=5m slide=10s "
    "| "
    "top 10 by=value\ntops | print",
    "tops | postgres \"top_urls\" dsn=$env.PG_DSN key=key",
    "hits | map key = user, value = at | update_state_by_key session.track as sessions | "
    "save_as_text_files \"out/sessions\"",
    "test \"one hit is counted\" { at 0s feed hits [{user: \"u1\", url: \"/a\", at: 0s}]; at 10s "
    "expect tops [{key: \"/a\", value: 1}]; }",
    "generate words | count_by_value | top 10 by=count",
    "file \"F\" | flat_map word = text.words(line) | map key = word, value = 1 | reduce_by_key "
    "i64.add | print",
    "file \"nosuch\" | count",
    "generate clicks | aggregate n = agg.count() by=url length=10s slide=1s",
    "use \"libm.so.6\" as m { double cbrt(double x); }\na | map y = m.cbrt(x)",
    "use \"x.so\" as x threadsafe=false { char *f(const char *s) free; }",
    "a | map key = {url: url, minute: time.floor(at, 60s)}, value = ms",
    "a | aggregate n = agg.count(), p = agg.quantile(ms, q=0.99) by=[url] length=1m slide=1s",
    "a | map_with_state alert.rising(threshold=80.0) timeout=10m initial=old every=10s",
    "a | filter b != 0 and a / b > 2 or not c == d ?? false",
    "a | transform spam { join spam on={user: who} | filter batch_time() > 0s } as clean | print",
    "a | transform { cartesian b | none } | print",
    "a | filter text.has_error | reduce_by_window i64.add length=3s inverse=none filter=value > 0",
    "a | sort by=[f, g] desc=true | limit 10 | repartition 4 | window 30s, 10s",
    "a | map x = -1, y = - z, w = a - -b | filter -a.b[0] * 2 < (c + 1) % 3",
    "a | filter (x) | map (x), [x][0], {a: x}.a",
    "param x: list<i64> = [1, -2]\nparam y: {a: list<list<str>>, b: ts}\nparam z",
    "a | text.find_all line, pattern=r\"#\\w+\" | print n=3 style=spark",
    "a | b {c | d {e} as f} as g | h",
    "a | map schema = schema, at = at, feed = expect | json schema {at: ts}",
    "a; b | c ;; d",
    "\n\na |\n b x =\n 1 +\n 2,\n y = 3\n\n | c # d\n # e\n | f\ng | h\n",
    "a | b x={y: 1} {c} as d",
    "a | b {c: 1} {d}",
    "a.b c.d, e.f(g.h) i=j.k | l.m",
    "table job = test | job | use",
    "a | map test = use, x.as, y = {or: 1}",
};

static void every_job_has_one_derivation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        unsigned count = derive_count(derive_language, "program", jobs[i]);
        if (count != 1 || !parses(jobs[i])) {
            fail_msg("%u derivations (parses: %d): %s", count, parses(jobs[i]), jobs[i]);
        }
    }
}

static const char *const wrong[] = {
    "a | | b",
    "a b c",
    "a | map x, , y",
    "a | filter a < b < c",
    "a | filter a == not b",
    "x = y = z",
    "job",
    "use x",
    "a | map f(x=y)",
    "tcp://h:1 as x",
    "a | tcp://h:1",
    "a | b {}",
    "a | map {}",
    "a | map x = ",
    "test = a",
    "test \"x\" { at 1s feed a [1] }",
    "a | b as c d",
    "a | b as as",
    "a\n, b",
    "a | map a.b.c(d)",
    "a | map list<i64>(1",
    "job a b=1, c=2",
};

static void what_the_grammar_refuses_the_parser_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(derive_count(derive_language, "program", wrong[i]), 0);
        if (parses(wrong[i])) {
            fail_msg("parsed: %s", wrong[i]);
        }
    }
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

/* Short texts of random words: most are wrong, many are nearly right. Every second begins like a
 * pipe. */
static void parser_and_grammar_agree_on_random_texts(void **state)
{
    static const char *const words[] = {"a",   "b",  "f",  "as",  "schema", "1",   "2s",   "\"s\"",
                                        "$p",  "|",  ",",  "=",   "(",      ")",   "[",    "]",
                                        "{",   "}",  ":",  ".",   "-",      "not", "or",   "<",
                                        "a=",  "a:", "\n", "and", "??",     "f(a", "| b",  "{a: 1}",
                                        "i64", "at", ";",  "job", "+ 1",    "x.y", "== 1", "use"};
    (void)state;
    uint64_t seed = 42;
    unsigned accepted = 0;
    for (int round = 0; round < 20000; round++) {
        char text[256] = "";
        size_t count = 1 + next_random(&seed) % 8;
        strcat(text, round % 2 == 0 ? "a | b " : "");
        for (size_t i = 0; i < count; i++) {
            strcat(text, words[next_random(&seed) % (sizeof words / sizeof words[0])]);
            strcat(text, " ");
        }
        unsigned derivations = derive_count(derive_language, "program", text);
        bool is_parsed = parses(text);
        accepted += is_parsed;
        if (derivations > 1 || is_parsed != (derivations == 1)) {
            fail_msg("%u derivations, parsed %d: %s", derivations, is_parsed, text);
        }
    }
    assert_true(accepted > 500);
}

static void the_counter_counts(void **state)
{
    (void)state;
    assert_int_equal(derive_count("e: N\ne: e + e\n", "e", "a + b + c"), 2);
    assert_int_equal(derive_count("e: N\ne: e + e\n", "e", "a + b + c + d"), 5);
    assert_int_equal(derive_count("e: N\ne: e + N\n", "e", "a + b + c + d"), 1);
    assert_int_equal(derive_count("e: N\ne: e + N\n", "e", "a + + b"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_counter_counts),
        cmocka_unit_test(every_job_has_one_derivation),
        cmocka_unit_test(what_the_grammar_refuses_the_parser_refuses),
        cmocka_unit_test(parser_and_grammar_agree_on_random_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
