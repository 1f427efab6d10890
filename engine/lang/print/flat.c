/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as text on one line. Literals keep the author's spelling; brackets stand where the author
 * put them and where the tree needs them. */
#include "lang/print/flat.h"

#include "data/data.h"

#include <stdio.h>
#include <string.h>

enum { LEVEL_LOWEST = 1, LEVEL_NEG = 8, LEVEL_POSTFIX = 9 };

void weir_flat_init(struct weir_flat *flat)
{
    *flat = (struct weir_flat){0};
    weir_text_init(&flat->text);
}

void weir_flat_finish(struct weir_flat *flat)
{
    weir_text_finish(&flat->text);
    weir_free(flat->breaks);
    weir_flat_init(flat);
}

void weir_flat_break(struct weir_flat *flat)
{
    WEIR_GROW(flat->breaks, flat->break_count, flat->break_capacity);
    flat->breaks[flat->break_count++] = (uint32_t)flat->text.count;
    weir_text_put(&flat->text, " ");
}

static void put(struct weir_flat *flat, const char *text)
{
    weir_text_put(&flat->text, text);
}

static void put_str(struct weir_flat *flat, weir_str text)
{
    weir_text_append(&flat->text, text.bytes, text.count);
}

static void put_string(struct weir_flat *flat, weir_str value)
{
    put(flat, "\"");
    for (size_t i = 0; i < value.count; i++) {
        unsigned char c = (unsigned char)value.bytes[i];
        if (c == '"' || c == '\\') {
            weir_text_printf(&flat->text, "\\%c", c);
        } else if (c == '\n' || c == '\t' || c == '\r') {
            put(flat, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
        } else if (c < 0x20 || c == 0x7F) {
            weir_text_printf(&flat->text, "\\x%02x", c);
        } else {
            weir_text_append(&flat->text, &c, 1);
        }
    }
    put(flat, "\"");
}

static void put_quantity(struct weir_flat *flat, const struct weir_ast_expr *expr)
{
    static const struct {
        const char *name;
        int64_t value;
    } durations[] = {{"d", 86400000000}, {"h", 3600000000}, {"m", 60000000},
                     {"s", 1000000},     {"ms", 1000},      {"us", 1}},
      sizes[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1000000000},
                 {"MB", 1000000},  {"kB", 1000},     {"B", 1}};
    bool is_size = expr->kind == WEIR_AST_SIZE;
    if (expr->i64 == 0) {
        put(flat, is_size ? "0B" : "0s");
        return;
    }
    for (size_t i = 0;; i++) {
        int64_t unit = is_size ? sizes[i].value : durations[i].value;
        if (expr->i64 % unit == 0) {
            weir_text_printf(&flat->text, "%lld%s", (long long)(expr->i64 / unit),
                             is_size ? sizes[i].name : durations[i].name);
            return;
        }
    }
}

static void put_literal(struct weir_flat *flat, const struct weir_ast_expr *expr)
{
    if (expr->spelling.count > 0) {
        put_str(flat, expr->spelling);
    } else if (expr->kind == WEIR_AST_NULL) {
        put(flat, "null");
    } else if (expr->kind == WEIR_AST_BOOL) {
        put(flat, expr->i64 != 0 ? "true" : "false");
    } else if (expr->kind == WEIR_AST_INT) {
        weir_text_printf(&flat->text, "%lld", (long long)expr->i64);
    } else if (expr->kind == WEIR_AST_FLOAT) {
        weir_json_f64(&flat->text, expr->f64);
    } else if (expr->kind == WEIR_AST_STRING) {
        put_string(flat, expr->text);
    } else {
        put_quantity(flat, expr);
    }
}

/* name = value, name=value, name: value, or the value alone; between them commas and breaks. */
static void put_items(struct weir_flat *flat, const struct weir_ast_items *items, const char *joint)
{
    for (const struct weir_ast_item *item = items->first; item != NULL; item = item->next) {
        if (item->name.count > 0) {
            put_str(flat, item->name);
            put(flat, joint);
        }
        weir_flat_expr(flat, item->value);
        if (item->next != NULL) {
            put(flat, ",");
            weir_flat_break(flat);
        }
    }
}

static void put_bracketed(struct weir_flat *flat,
                          const char *open,
                          const struct weir_ast_items *items,
                          const char *joint,
                          const char *close)
{
    put(flat, open);
    put_items(flat, items, joint);
    put(flat, close);
}

static bool is_negative_literal(const struct weir_ast_expr *expr)
{
    if (expr->kind == WEIR_AST_FLOAT) {
        return expr->spelling.count > 0 ? expr->spelling.bytes[0] == '-'
                                        : __builtin_signbit(expr->f64) != 0;
    }
    return (expr->kind == WEIR_AST_INT || expr->kind == WEIR_AST_DURATION ||
            expr->kind == WEIR_AST_SIZE) &&
           (expr->i64 < 0 || (expr->spelling.count > 0 && expr->spelling.bytes[0] == '-'));
}

static int level_of(const struct weir_ast_expr *expr)
{
    if (expr->kind == WEIR_AST_UNARY || expr->kind == WEIR_AST_BINARY) {
        return weir_ast_op_level(expr->op);
    }
    return is_negative_literal(expr) ? LEVEL_NEG : LEVEL_POSTFIX;
}

/* An operand that must bind at least as tightly as `level`. */
static void put_operand(struct weir_flat *flat, const struct weir_ast_expr *expr, int level)
{
    if (expr->in_brackets || level_of(expr) >= level) {
        weir_flat_expr(flat, expr);
        return;
    }
    put(flat, "(");
    weir_flat_expr(flat, expr);
    put(flat, ")");
}

static bool is_number(const struct weir_ast_expr *expr)
{
    return expr->kind >= WEIR_AST_INT && expr->kind <= WEIR_AST_SIZE;
}

static void put_unary(struct weir_flat *flat, const struct weir_ast_expr *expr)
{
    bool is_not = expr->op == WEIR_AST_OP_NOT;
    put(flat, is_not ? "not " : "-");
    /* -(5) is not the literal -5 */
    int level = !is_not && is_number(expr->left) && !is_negative_literal(expr->left)
                    ? LEVEL_POSTFIX + 1
                    : weir_ast_op_level(expr->op);
    put_operand(flat, expr->left, level);
}

static void put_binary(struct weir_flat *flat, const struct weir_ast_expr *expr)
{
    int level = weir_ast_op_level(expr->op);
    bool chains = level != weir_ast_op_level(WEIR_AST_OP_EQ);
    put_operand(flat, expr->left, chains ? level : level + 1);
    put(flat, " ");
    put(flat, weir_ast_op_text(expr->op));
    weir_flat_break(flat);
    put_operand(flat, expr->right, level + 1);
}

static void put_postfix(struct weir_flat *flat, const struct weir_ast_expr *expr)
{
    /* a number would swallow the point */
    put_operand(flat, expr->left, is_number(expr->left) ? LEVEL_POSTFIX + 1 : LEVEL_POSTFIX);
    if (expr->kind == WEIR_AST_MEMBER) {
        put(flat, ".");
        put_str(flat, expr->text);
    } else {
        put(flat, "[");
        weir_flat_expr(flat, expr->right);
        put(flat, "]");
    }
}

static void put_compound(struct weir_flat *flat, const struct weir_ast_expr *expr)
{
    if (expr->kind == WEIR_AST_LIST) {
        put_bracketed(flat, "[", &expr->items, "", "]");
    } else if (expr->kind == WEIR_AST_STRUCT) {
        put_bracketed(flat, "{", &expr->items, ": ", "}");
    } else if (expr->kind == WEIR_AST_SCHEMA) {
        put(flat, "schema ");
        weir_flat_type(flat, expr->type);
    } else if (expr->kind == WEIR_AST_CALL) {
        put_str(flat, expr->alias);
        put(flat, expr->alias.count > 0 ? "." : "");
        put_str(flat, expr->text);
        put_bracketed(flat, "(", &expr->items, "=", ")");
    } else if (expr->kind == WEIR_AST_UNARY) {
        put_unary(flat, expr);
    } else if (expr->kind == WEIR_AST_BINARY) {
        put_binary(flat, expr);
    } else {
        put_postfix(flat, expr);
    }
}

void weir_flat_expr(struct weir_flat *flat, const struct weir_ast_expr *expr)
{
    put(flat, expr->in_brackets ? "(" : "");
    if (expr->kind <= WEIR_AST_STRING) {
        put_literal(flat, expr);
    } else if (expr->kind <= WEIR_AST_ENV) {
        put(flat, expr->kind == WEIR_AST_NAME ? "" : expr->kind == WEIR_AST_PARAM ? "$" : "$env.");
        put_str(flat, expr->text);
    } else {
        put_compound(flat, expr);
    }
    put(flat, expr->in_brackets ? ")" : "");
}

void weir_flat_type(struct weir_flat *flat, const struct weir_ast_type *type)
{
    static const char *const words[] = {
        [WEIR_AST_TYPE_BOOL] = "bool", [WEIR_AST_TYPE_I32] = "i32",
        [WEIR_AST_TYPE_I64] = "i64",   [WEIR_AST_TYPE_F64] = "f64",
        [WEIR_AST_TYPE_STR] = "str",   [WEIR_AST_TYPE_BYTES] = "bytes",
        [WEIR_AST_TYPE_TS] = "ts",     [WEIR_AST_TYPE_LIST] = "list<",
        [WEIR_AST_TYPE_STRUCT] = "{"};
    put(flat, words[type->kind]);
    if (type->kind == WEIR_AST_TYPE_LIST) {
        weir_flat_type(flat, type->element);
        put(flat, ">");
    } else if (type->kind == WEIR_AST_TYPE_STRUCT) {
        for (const struct weir_ast_field *f = type->fields; f != NULL; f = f->next) {
            put_str(flat, f->name);
            put(flat, ": ");
            weir_flat_type(flat, f->type);
            if (f->next != NULL) {
                put(flat, ",");
                weir_flat_break(flat);
            }
        }
        put(flat, "}");
    }
}

void weir_flat_options(struct weir_flat *flat, const struct weir_ast_items *options)
{
    for (const struct weir_ast_item *item = options->first; item != NULL; item = item->next) {
        put(flat, " ");
        put_str(flat, item->name);
        put(flat, "=");
        weir_flat_expr(flat, item->value);
    }
}

/* Verbs whose name = value makes a field; elsewhere it is an option and stands close. */
static bool makes_fields(const struct weir_ast_stage *stage)
{
    static const char *const verbs[] = {"map",    "flat_map", "map_values", "flat_map_values",
                                        "extend", "aggregate"};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (stage->alias.count == 0 && strlen(verbs[i]) == stage->name.count &&
            memcmp(verbs[i], stage->name.bytes, stage->name.count) == 0) {
            return true;
        }
    }
    return false;
}

static void put_stage_items(struct weir_flat *flat, const struct weir_ast_stage *stage)
{
    bool has_fields = makes_fields(stage);
    for (const struct weir_ast_item *item = stage->items.first; item != NULL; item = item->next) {
        if (item == stage->items.first || !item->after_comma) {
            put(flat, " ");
        } else {
            put(flat, ",");
            weir_flat_break(flat);
        }
        if (item->name.count > 0) {
            put_str(flat, item->name);
            put(flat, has_fields && item->after_comma ? " = " : "=");
        }
        weir_flat_expr(flat, item->value);
    }
}

void weir_flat_stage(struct weir_flat *flat, const struct weir_ast_stage *stage, bool with_block)
{
    put_str(flat, stage->alias);
    put(flat, stage->alias.count > 0 ? "." : "");
    put_str(flat, stage->name);
    put_stage_items(flat, stage);
    if (!with_block) {
        return;
    }
    if (stage->block != NULL) {
        put(flat, " { ");
        weir_flat_pipe(flat, stage->block);
        put(flat, " }");
    }
    if (stage->as_name.count > 0) {
        put(flat, " as ");
        put_str(flat, stage->as_name);
    }
}

void weir_flat_pipe(struct weir_flat *flat, const struct weir_ast_pipe *pipe)
{
    for (const struct weir_ast_stage *stage = pipe->first; stage != NULL; stage = stage->next) {
        put(flat, stage == pipe->first ? "" : " | ");
        weir_flat_stage(flat, stage, true);
    }
}

void weir_ast_print_expr(const struct weir_ast_expr *expr, struct weir_text *out)
{
    struct weir_flat flat;
    weir_flat_init(&flat);
    weir_flat_expr(&flat, expr);
    weir_text_append(out, flat.text.bytes, flat.text.count);
    weir_flat_finish(&flat);
}

void weir_ast_print_type(const struct weir_ast_type *type, struct weir_text *out)
{
    struct weir_flat flat;
    weir_flat_init(&flat);
    weir_flat_type(&flat, type);
    weir_text_append(out, flat.text.bytes, flat.text.count);
    weir_flat_finish(&flat);
}

void weir_ast_print_pipe(const struct weir_ast_pipe *pipe, struct weir_text *out)
{
    struct weir_flat flat;
    weir_flat_init(&flat);
    weir_flat_pipe(&flat, pipe);
    weir_text_append(out, flat.text.bytes, flat.text.count);
    weir_flat_finish(&flat);
}
