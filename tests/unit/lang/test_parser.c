/* SPDX-License-Identifier: Apache-2.0 */
/* What the tree looks like: statements, stages, precedence, line ends, places, and limits. */
#include "parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool is(weir_str text, const char *expected)
{
    return text.count == strlen(expected) && memcmp(text.bytes, expected, text.count) == 0;
}

/* Writes a tree with all its brackets: (a + (b * c)). */
static void dump(const struct weir_ast_expr *e, struct weir_text *out)
{
    if (e->kind == WEIR_AST_UNARY || e->kind == WEIR_AST_BINARY) {
        weir_text_put(out, "(");
        if (e->kind == WEIR_AST_BINARY) {
            dump(e->left, out);
            weir_text_put(out, " ");
        }
        weir_text_printf(out, "%s ", weir_ast_op_text(e->op));
        dump(e->kind == WEIR_AST_BINARY ? e->right : e->left, out);
        weir_text_put(out, ")");
    } else if (e->kind == WEIR_AST_MEMBER || e->kind == WEIR_AST_INDEX) {
        weir_text_put(out, "(");
        dump(e->left, out);
        weir_text_put(out, e->kind == WEIR_AST_MEMBER ? "." : "[");
        if (e->kind == WEIR_AST_MEMBER) {
            weir_text_append(out, e->text.bytes, e->text.count);
        } else {
            dump(e->right, out);
        }
        weir_text_put(out, e->kind == WEIR_AST_MEMBER ? ")" : "])");
    } else {
        weir_ast_print_expr(e, out);
    }
}

static void precedence(void **state)
{
    static const char *const cases[][2] = {
        {"a + b * c", "(a + (b * c))"},
        {"a - b - c", "((a - b) - c)"},
        {"a / b % c", "((a / b) % c)"},
        {"a or b and c", "(a or (b and c))"},
        {"a ?? b or c ?? d", "((a ?? (b or c)) ?? d)"},
        {"not a == b and c", "((not (a == b)) and c)"},
        {"not not a", "(not (not a))"},
        {"a + b < c * d", "((a + b) < (c * d))"},
        {"- a.b[0] * c", "((- ((a.b)[0])) * c)"},
        {"-a + -1 - -2", "(((- a) + -1) - -2)"},
        {"a == b and c != d or e >= f", "(((a == b) and (c != d)) or (e >= f))"},
        {"not f(x) or g.h(y)", "((not f(x)) or g.h(y))"},
        {"a.b.c", "((a.b).c)"},
        {"a <= -b", "(a <= (- b))"},
        {"-5.x", NULL},
        {"a < (b < c)", "(a < (b < c))"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        struct parsed p;
        struct weir_text out;
        weir_text_init(&out);
        (void)snprintf(text, sizeof text, "filter %s", cases[i][0]);
        parse(&p, text);
        if (cases[i][1] == NULL) {
            assert_int_equal(p.status, WEIR_ETEXT);
        } else {
            assert_int_equal(p.status, WEIR_OK);
            dump(p.program->first->pipe->first->items.first->value, &out);
            assert_string_equal(out.bytes, cases[i][1]);
        }
        weir_text_finish(&out);
        parsed_finish(&p);
    }
}

/* Statements and stages that a text with line ends comes to. */
static void line_ends(void **state)
{
    static const struct {
        const char *text;
        size_t statements, stages; /* of the first statement */
    } cases[] = {
        {"a\nb", 2, 1},
        {"a\n| b", 1, 2},
        {"a |\nb", 1, 2},
        {"a\n\n# why\n\n   | b # c\n  # d\n| e", 1, 3},
        {"map x = f(a,\n\n b\n)\n| c", 1, 2},
        {"map x =\n1 +\n2 *\n\n3,\ny = 4 | c", 1, 2},
        {"filter a and\nnot\nb or\nc ??\nd", 1, 1},
        {"json schema {\na: i64,\nb: list<\nstr>\n}\nb", 2, 1},
        {"param x: list<str>\nparam y", 2, 0},
        {"filter a >\nb", 1, 1},
        {"a; b;; c\n;\n d", 4, 1},
        {"\n\n;\na", 1, 1},
        {"a {\nb\n | c d,\ne\n}\nd", 2, 1},
        {"a\r\n| b\r\nc\r\n", 2, 2},
        {"\xEF\xBB\xBF"
         "a",
         1, 1},
        {"", 0, 0},
        {"# nothing", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed p;
        parse(&p, cases[i].text);
        if (p.status != WEIR_OK) {
            fail_msg("%s: %s", cases[i].text, p.err.text);
        }
        assert_int_equal(p.program->count, cases[i].statements);
        if (cases[i].stages > 0) {
            assert_int_equal(p.program->first->pipe->count, cases[i].stages);
        }
        parsed_finish(&p);
    }
}

static void statements(void **state)
{
    (void)state;
    struct parsed p;
    parse(&p, "job clicks batch=1s web=\"x\"\n"
              "param n: list<{a: ts}> = [1, 2]\n"
              "use \"libm.so.6\" as m threadsafe=false { int f(int a); /* } */ }\n"
              "table spam = file \"s\"\n"
              "hits = tcp://h:1 retry=1s | transform a, b=c d=e { f | g } as h\n"
              "hits | m.cbrt\n"
              "test \"t\" { at 1s feed hits [{a: 1}, 2]; at 2s expect hits []; }");
    assert_int_equal(p.status, WEIR_OK);
    const struct weir_ast_statement *s = p.program->first;
    assert_int_equal(s->kind, WEIR_AST_JOB);
    assert_true(is(s->name, "clicks") && s->options.count == 2);
    assert_int_equal(s->options.first->value->i64, 1000000);
    s = s->next;
    assert_int_equal(s->kind, WEIR_AST_PARAM_DECLARATION);
    assert_int_equal(s->type->kind, WEIR_AST_TYPE_LIST);
    assert_int_equal(s->type->element->fields->type->kind, WEIR_AST_TYPE_TS);
    assert_int_equal(s->value->items.count, 2);
    s = s->next;
    assert_int_equal(s->kind, WEIR_AST_USE);
    assert_true(is(s->name, "m") && is(s->title->text, "libm.so.6") && s->has_prototypes);
    assert_string_equal(s->prototypes.bytes, "int f(int a); /* } */");
    assert_int_equal(s->options.first->value->kind, WEIR_AST_BOOL);
    s = s->next;
    assert_true(s->kind == WEIR_AST_TABLE && is(s->name, "spam") && s->pipe->count == 1);
    s = s->next;
    assert_true(s->kind == WEIR_AST_NAMED_PIPE && is(s->name, "hits"));
    assert_true(s->pipe->first->is_uri && is(s->pipe->first->name, "tcp://h:1"));
    const struct weir_ast_stage *stage = s->pipe->first->next;
    assert_true(is(stage->name, "transform") && is(stage->as_name, "h"));
    assert_int_equal(stage->items.count, 3);
    assert_true(stage->items.first->name.count == 0 && stage->items.first->after_comma);
    assert_true(is(stage->items.first->next->name, "b") && stage->items.first->next->after_comma);
    assert_true(is(stage->items.last->name, "d") && !stage->items.last->after_comma);
    assert_int_equal(stage->block->count, 2);
    s = s->next;
    assert_true(s->kind == WEIR_AST_PIPE && is(s->pipe->last->alias, "m"));
    s = s->next;
    assert_true(s->kind == WEIR_AST_TEST && is(s->title->text, "t"));
    assert_true(!s->steps->is_expect && s->steps->at->i64 == 1000000);
    assert_int_equal(s->steps->records->items.count, 2);
    assert_true(s->steps->next->is_expect && s->steps->next->records->items.count == 0);
    assert_null(s->next);
    parsed_finish(&p);
}

static void primaries(void **state)
{
    (void)state;
    struct parsed p;
    parse(&p, "map a = $x, b = $env.HOME, c = f.g(h, i=[1, -2]), d = {and: 1}, e = x.or, "
              "f = schema {as: bytes}, g = null, h = batch_time()");
    assert_int_equal(p.status, WEIR_OK);
    const struct weir_ast_item *item = p.program->first->pipe->first->items.first;
    assert_true(item->value->kind == WEIR_AST_PARAM && is(item->value->text, "x"));
    item = item->next;
    assert_true(item->value->kind == WEIR_AST_ENV && is(item->value->text, "HOME"));
    item = item->next;
    assert_true(item->value->kind == WEIR_AST_CALL && is(item->value->alias, "f"));
    assert_true(is(item->value->text, "g") && is(item->value->items.last->name, "i"));
    assert_int_equal(item->value->items.last->value->items.last->value->i64, -2);
    item = item->next;
    assert_true(item->value->kind == WEIR_AST_STRUCT && is(item->value->items.first->name, "and"));
    item = item->next;
    assert_true(item->value->kind == WEIR_AST_MEMBER && is(item->value->text, "or"));
    item = item->next;
    assert_true(item->value->kind == WEIR_AST_SCHEMA && is(item->value->type->fields->name, "as"));
    item = item->next;
    assert_int_equal(item->value->kind, WEIR_AST_NULL);
    item = item->next;
    assert_true(item->value->kind == WEIR_AST_CALL && item->value->items.count == 0);
    parsed_finish(&p);
}

static void every_place_is_the_text_it_names(void **state)
{
    (void)state;
    static const char text[] = "x = a.b c + d.e, f=g(h) { i } as j";
    struct parsed p;
    parse(&p, text);
    assert_int_equal(p.status, WEIR_OK);
    const struct weir_ast_stage *stage = p.program->first->pipe->first;
    const struct {
        struct weir_place place;
        const char *expected;
    } places[] = {{p.program->first->place, text},
                  {p.program->first->name_place, "x"},
                  {stage->place, text + 4},
                  {stage->alias_place, "a"},
                  {stage->name_place, "b"},
                  {stage->items.first->place, "c + d.e"},
                  {stage->items.first->value->right->place, "d.e"},
                  {stage->items.first->value->right->text_place, "e"},
                  {stage->items.last->name_place, "f"},
                  {stage->items.last->place, "f=g(h)"},
                  {stage->items.last->value->place, "g(h)"},
                  {stage->block->place, "{ i }"},
                  {stage->as_place, "j"}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        weir_str found = {text + places[i].place.offset, places[i].place.length};
        assert_true(is(found, places[i].expected));
    }
    parsed_finish(&p);
}

/* Opens n brackets, and closes them. */
static int nest(size_t n, const char *open, const char *close)
{
    struct weir_text text;
    struct parsed p;
    weir_text_init(&text);
    weir_text_put(&text, "map ");
    for (size_t i = 0; i < n; i++) {
        weir_text_put(&text, open);
    }
    weir_text_put(&text, "1");
    for (size_t i = 0; i < n; i++) {
        weir_text_put(&text, close);
    }
    parse_bytes(&p, text.bytes, text.count, false);
    int code = p.status == WEIR_OK ? 0 : (int)p.diagnostics.first->code;
    assert_true(p.status == WEIR_OK || p.diagnostics.count == 1);
    parsed_finish(&p);
    weir_text_finish(&text);
    return code;
}

static void depth_is_limited(void **state)
{
    static const char *const pairs[][2] = {{"(", ")"},  {"[", "]"},       {"{a: ", "}"},
                                           {"f(", ")"}, {"not ", ""},     {"- ", ""},
                                           {"a[", "]"}, {"b {map ", "}"}, {"x ?\?(", ")"}};
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_int_equal(nest(100, pairs[i][0], pairs[i][1]), 0);
        assert_int_equal(nest(100000, pairs[i][0], pairs[i][1]), WEIR_CODE_TOO_DEEP);
    }
    assert_int_equal(nest(900, "x + ", ""), 0);
    assert_int_equal(nest(1001, "x + ", ""), WEIR_CODE_TOO_DEEP);
}

static void ten_thousand_fields(void **state)
{
    (void)state;
    enum { FIELDS = 10000 };
    struct weir_text text;
    struct parsed p;
    weir_text_init(&text);
    weir_text_put(&text, "json schema {");
    for (int i = 0; i < FIELDS; i++) {
        weir_text_printf(&text, "%sfield_%d: list<i64>", i == 0 ? "" : ", ", i);
    }
    weir_text_put(&text, "} | map ");
    for (int i = 0; i < FIELDS; i++) {
        weir_text_printf(&text, "%sf%d = field_%d + %d", i == 0 ? "" : ",\n", i, i, i);
    }
    parse_bytes(&p, text.bytes, text.count, false);
    assert_int_equal(p.status, WEIR_OK);
    const struct weir_ast_pipe *pipe = p.program->first->pipe;
    assert_int_equal(pipe->first->items.first->value->type->field_count, FIELDS);
    assert_int_equal(pipe->last->items.count, FIELDS);
    assert_int_equal(pipe->last->items.last->value->right->i64, FIELDS - 1);
    parsed_finish(&p);
    weir_text_finish(&text);
}

static void a_text_has_a_limit(void **state)
{
    (void)state;
    struct parsed p;
    char *text = weir_alloc(WEIR_SOURCE_BYTES_MAX + 1);
    memset(text, ' ', WEIR_SOURCE_BYTES_MAX + 1);
    parse_bytes(&p, text, WEIR_SOURCE_BYTES_MAX, false);
    assert_int_equal(p.status, WEIR_OK);
    parsed_finish(&p);
    parse_bytes(&p, text, WEIR_SOURCE_BYTES_MAX + 1, false);
    assert_int_equal(p.status, WEIR_ELIMIT);
    assert_int_equal(p.diagnostics.first->code, WEIR_CODE_TEXT_TOO_LONG);
    parsed_finish(&p);
    weir_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precedence),
        cmocka_unit_test(line_ends),
        cmocka_unit_test(statements),
        cmocka_unit_test(primaries),
        cmocka_unit_test(every_place_is_the_text_it_names),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(ten_thousand_fields),
        cmocka_unit_test(a_text_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
