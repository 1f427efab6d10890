/* SPDX-License-Identifier: Apache-2.0 */
/* Printing: the golden tidy form, the same tree when it is parsed again, the same text when it is
 * printed again, and no comment lost. */
#include "parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Prints text, parses that, compares, prints again, compares. The first print is left in out. */
static void round_trip(const char *text, size_t count, struct weir_text *out)
{
    struct parsed before, after;
    struct weir_text again;
    weir_text_init(&again);
    parse_bytes(&before, text, count, false);
    if (before.status != WEIR_OK) {
        fail_msg("%s: %s", text, before.err.text);
    }
    weir_ast_print(before.program, out);
    weir_str printed = weir_text_str(out);
    parse_bytes(&after, printed.bytes, printed.count, false);
    if (after.status != WEIR_OK || !weir_ast_equal(before.program, after.program)) {
        fail_msg("printed as another program: %s", printed.bytes);
    }
    weir_ast_print(after.program, &again);
    assert_string_equal(weir_text_str(&again).bytes, printed.bytes);
    weir_text_finish(&again);
    parsed_finish(&before);
    parsed_finish(&after);
}

static void tidy_forms(void **state)
{
    static const char *const cases[][2] = {
        {"a|b  c,d   e=f{g|h}as i", "a | b c, d e=f { g | h } as i\n"},
        {"map x=1,y=2 z=3", "map x = 1, y = 2 z=3\n"},
        {"top 10,by=count", "top 10, by=count\n"},
        {"print n=3", "print n=3\n"},
        {"a;b;;c", "a\nb\nc\n"},
        {"\n\n\na\n\n\n\nb\nc\n\n", "a\n\nb\nc\n"},
        {"a\n|b|c", "a\n    | b\n    | c\n"},
        {"filter (a  or b)and(c)", "filter (a or b) and (c)\n"},
        {"filter ((a))", "filter (a)\n"},
        {"map x=1.50,y=0.1s,z=r\"\\d\",w=\"\\x41\"",
         "map x = 1.50, y = 0.1s, z = r\"\\d\", w = \"\\x41\"\n"},
        {"map x=- 5,y=-(5),z=- -a", "map x = -5, y = -(5), z = --a\n"},
        {"param x:list<{a:i64,b:ts}>=[1,2]", "param x: list<{a: i64, b: ts}> = [1, 2]\n"},
        {"json schema{a:str}", "json schema {a: str}\n"},
        {"use \"m\" as m x=1{ int f(int);\n}", "use \"m\" as m x=1 { int f(int); }\n"},
        {"use \"m\"{int f(int); // {\n  int g(int);}",
         "use \"m\" {\n    int f(int); // {\n  int g(int);\n}\n"},
        {"test \"t\"{at 1s feed a[{b:1}];at 2s expect a[];}",
         "test \"t\" {\n    at 1s feed a [{b: 1}];\n    at 2s expect a [];\n}\n"},
        {"use \"m\"{ f'\n}", "use \"m\" {\n    f'\n}\n"},
        {"transform x{a\n|b}", "transform x {\n    a\n    | b\n}\n"},
        {"hits = a|transform x{a # c\n|b}as y|c",
         "hits = a\n    | transform x {\n        a # c\n        | b\n    } as y\n    | c\n"},
        {"flat_map word=text.words(line,sep=\" \")|reduce_by_key i64.add",
         "flat_map word = text.words(line, sep=\" \") | reduce_by_key i64.add\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_text out;
        weir_text_init(&out);
        round_trip(cases[i][0], strlen(cases[i][0]), &out);
        assert_string_equal(out.bytes, cases[i][1]);
        weir_text_finish(&out);
    }
}

static void long_lines_are_broken(void **state)
{
    (void)state;
    struct weir_text out;
    weir_text_init(&out);
    static const char text[] =
        "hits = kafka \"clicks\" brokers=$brokers | json schema {user: str, url: str, tags: "
        "list<str>, geo: {lat: f64, lon: f64}, at: ts, referrer: str, agent: str} on_error=dead | "
        "filter aaaaaaaaaaaaaaaaaaaaaaaaaa == bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb and "
        "cccccccccccccccccccccccc == dddddddddddddddddd";
    round_trip(text, sizeof text - 1, &out);
    assert_string_equal(
        out.bytes, "hits = kafka \"clicks\" brokers=$brokers\n"
                   "    | json schema {user: str, url: str, tags: list<str>, geo: {lat: f64, lon: "
                   "f64}, at: ts,\n"
                   "        referrer: str, agent: str} on_error=dead\n"
                   "    | filter aaaaaaaaaaaaaaaaaaaaaaaaaa == bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb and\n"
                   "        cccccccccccccccccccccccc == dddddddddddddddddd\n");
    weir_text_finish(&out);
}

static void comments_survive(void **state)
{
    (void)state;
    struct weir_text out;
    weir_text_init(&out);
    static const char text[] =
        "# head  \n\n#second\njob a b=1 # of the job\n\n"
        "# before\nhits = a # of a\n  # before b\n | b c, # of c\n d # of d\n"
        "# before e\n\n| e # last\n# before f\nf { # in\n g\n # end\n }; # tail\n"
        "test \"t\" { # first\n at 1s feed hits [1, # one\n2]; # step\n # end\n}\n"
        "param x = [ # list\n1]\n\n# foot";
    round_trip(text, sizeof text - 1, &out);
    assert_string_equal(out.bytes,
                        "# head\n\n#second\njob a b=1 # of the job\n\n"
                        "# before\nhits = a # of a\n    # before b\n    # of c\n"
                        "    | b c, d # of d\n    # before e\n    | e # last\n"
                        "# before f\nf {\n    # in\n    g\n    # end\n} # tail\n"
                        "test \"t\" {\n    # first\n    # one\n    at 1s feed hits [1, 2]; "
                        "# step\n    # end\n}\n"
                        "# list\nparam x = [1]\n\n# foot\n");
    weir_text_finish(&out);
}

/* Trees made by hand, without spellings: printed so that they come back. */
static struct weir_ast_expr *leaf(
    struct weir_arena *arena, enum weir_ast_expr_kind kind, int64_t i64, double f64, weir_str text)
{
    struct weir_ast_expr *e = weir_arena_alloc(arena, sizeof *e);
    *e = (struct weir_ast_expr){.kind = kind, .i64 = i64, .f64 = f64, .text = text};
    return e;
}

static struct weir_ast_expr *node(struct weir_arena *arena,
                                  enum weir_ast_op op,
                                  struct weir_ast_expr *left,
                                  struct weir_ast_expr *right)
{
    struct weir_ast_expr *e = weir_arena_alloc(arena, sizeof *e);
    *e = (struct weir_ast_expr){.kind = right == NULL ? WEIR_AST_UNARY : WEIR_AST_BINARY,
                                .op = op,
                                .left = left,
                                .right = right};
    return e;
}

static void assert_comes_back(const struct weir_ast_expr *e)
{
    struct weir_text text;
    struct parsed p;
    weir_text_init(&text);
    weir_text_put(&text, "map ");
    weir_ast_print_expr(e, &text);
    parse_bytes(&p, text.bytes, text.count, false);
    if (p.status != WEIR_OK ||
        !weir_ast_expr_equal(e, p.program->first->pipe->first->items.first->value)) {
        fail_msg("comes back as another expression: %s", text.bytes);
    }
    parsed_finish(&p);
    weir_text_finish(&text);
}

static void leaves_made_by_hand_come_back(void **state)
{
    (void)state;
    struct weir_arena arena;
    weir_arena_init(&arena);
    weir_str none = {"", 0};
    static const int64_t numbers[] = {0,         1,       -1,   1000,     90061000000,
                                      -60000000, 1 << 20, 1500, INT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_comes_back(leaf(&arena, WEIR_AST_INT, numbers[i], 0, none));
        assert_comes_back(leaf(&arena, WEIR_AST_DURATION, numbers[i], 0, none));
        assert_comes_back(leaf(&arena, WEIR_AST_SIZE, numbers[i], 0, none));
        assert_comes_back(
            node(&arena, WEIR_AST_OP_NEG, leaf(&arena, WEIR_AST_INT, numbers[i], 0, none), NULL));
    }
    assert_comes_back(leaf(&arena, WEIR_AST_INT, INT64_MIN, 0, none));
    static const double floats[] = {0.1, -2.5, 1e300, 3, -0.0, 5e-324};
    for (size_t i = 0; i < sizeof floats / sizeof floats[0]; i++) {
        assert_comes_back(leaf(&arena, WEIR_AST_FLOAT, 0, floats[i], none));
    }
    static const char bytes[] = "a\"\\\n\t\r\0\x01\x7F\xFF\xC3\xA9 #|";
    assert_comes_back(leaf(&arena, WEIR_AST_STRING, 0, 0, (weir_str){bytes, sizeof bytes - 1}));
    assert_comes_back(leaf(&arena, WEIR_AST_BOOL, 1, 0, none));
    assert_comes_back(leaf(&arena, WEIR_AST_NULL, 0, 0, none));
    assert_comes_back(leaf(&arena, WEIR_AST_ENV, 0, 0, weir_str_of("HOME")));
    weir_arena_finish(&arena);
}

/* Every operator below every other, on both sides. */
static void brackets_are_put_where_the_tree_needs_them(void **state)
{
    (void)state;
    struct weir_arena arena;
    weir_arena_init(&arena);
    struct weir_ast_expr *a = leaf(&arena, WEIR_AST_NAME, 0, 0, weir_str_of("a"));
    for (int outer = WEIR_AST_OP_COALESCE; outer <= WEIR_AST_OP_NEG; outer++) {
        for (int inner = WEIR_AST_OP_COALESCE; inner <= WEIR_AST_OP_NEG; inner++) {
            bool is_unary = inner == WEIR_AST_OP_NOT || inner == WEIR_AST_OP_NEG;
            struct weir_ast_expr *below =
                node(&arena, (enum weir_ast_op)inner, a, is_unary ? NULL : a);
            if (outer == WEIR_AST_OP_NOT || outer == WEIR_AST_OP_NEG) {
                assert_comes_back(node(&arena, (enum weir_ast_op)outer, below, NULL));
            } else {
                assert_comes_back(node(&arena, (enum weir_ast_op)outer, below, a));
                assert_comes_back(node(&arena, (enum weir_ast_op)outer, a, below));
            }
            struct weir_ast_expr *member = weir_arena_alloc(&arena, sizeof *member);
            *member = (struct weir_ast_expr){
                .kind = WEIR_AST_MEMBER, .left = below, .text = weir_str_of("b")};
            assert_comes_back(member);
        }
    }
    weir_arena_finish(&arena);
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static void random_texts_come_back(void **state)
{
    static const char *const words[] = {"a",      "b ",
                                        "f(",     ")",
                                        "[",      "]",
                                        "{c: ",   "}",
                                        "{",      "| d ",
                                        ", ",     "x=",
                                        "1",      "2.50",
                                        "3s",     "-",
                                        "not ",   "or ",
                                        "== ",    "?\? ",
                                        ".y",     "$p",
                                        "\n",     "# why\n",
                                        "\"s\"",  "as z",
                                        " ",      "* ",
                                        "job j ", "param q: list<i64>",
                                        "\n\n",   "use \"m\" {t}",
                                        "; "};
    (void)state;
    uint64_t seed = 7;
    unsigned accepted = 0;
    for (int round = 0; round < 20000; round++) {
        char text[256] = "a | b ";
        for (size_t i = 0, count = 1 + next_random(&seed) % 8; i < count; i++) {
            strcat(text, words[next_random(&seed) % (sizeof words / sizeof words[0])]);
        }
        struct parsed p;
        parse(&p, text);
        if (p.status == WEIR_OK) {
            struct weir_text out;
            weir_text_init(&out);
            round_trip(text, strlen(text), &out);
            weir_text_finish(&out);
            accepted++;
        }
        parsed_finish(&p);
    }
    assert_true(accepted > 1000);
}

/* No two of them are equal. */
static const char *const different[] = {"a",
                                        "a.b",
                                        "a b",
                                        "a b, c",
                                        "a b c=d",
                                        "a b, c=d",
                                        "a {b}",
                                        "a as b",
                                        "a | b",
                                        "b = a",
                                        "table b = a",
                                        "a -1",
                                        "a 1.0",
                                        "a 1s",
                                        "a \"1\"",
                                        "a $b",
                                        "a $env.b",
                                        "a [b]",
                                        "a {b: 1}",
                                        "a schema {b: i64}",
                                        "a schema {b: i32}",
                                        "a schema {b: list<i64>}",
                                        "a schema {b: {c: i64}}",
                                        "a schema {b: i64, c: i64}",
                                        "a b()",
                                        "a c.b()",
                                        "a b(c)",
                                        "a b(c=1)",
                                        "a b.c",
                                        "a b[0]",
                                        "a b + c",
                                        "a b - c",
                                        "a not b",
                                        "a null",
                                        "a true",
                                        "a false",
                                        "job a",
                                        "job a b=1",
                                        "param a",
                                        "param a: i64",
                                        "param a = 1",
                                        "use \"a\"",
                                        "use \"a\" as b",
                                        "use \"a\" {}",
                                        "use \"a\" { int f(int); }",
                                        "test \"a\" {}",
                                        "test \"a\" { at 1s feed b []; }",
                                        "test \"a\" { at 1s expect b []; }",
                                        "test \"a\" { at 2s feed b []; }",
                                        "test \"a\" { at 1s feed b [1]; }",
                                        "tcp://a",
                                        "a; a",
                                        ""};

static void equality_sees_every_difference(void **state)
{
    enum { COUNT = sizeof different / sizeof different[0] };
    (void)state;
    struct parsed p[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        parse(&p[i], different[i]);
        assert_int_equal(p[i].status, WEIR_OK);
        for (size_t j = 0; j <= i; j++) {
            if (weir_ast_equal(p[i].program, p[j].program) != (i == j)) {
                fail_msg("'%s' and '%s'", different[i], different[j]);
            }
        }
    }
    for (size_t i = 0; i < COUNT; i++) {
        parsed_finish(&p[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tidy_forms),
        cmocka_unit_test(long_lines_are_broken),
        cmocka_unit_test(comments_survive),
        cmocka_unit_test(leaves_made_by_hand_come_back),
        cmocka_unit_test(brackets_are_put_where_the_tree_needs_them),
        cmocka_unit_test(random_texts_come_back),
        cmocka_unit_test(equality_sees_every_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
