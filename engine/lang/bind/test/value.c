/* SPDX-License-Identifier: Apache-2.0 */
/* Records of a test: literals become values of the types that the stream's records have, so that
 * 1 is an f64 and 10s a ts where that is due. */
#include "lang/bind/test/private.h"

#include <string.h>

static bool refuse(struct weir_binder *b,
                   const struct weir_ast_expr *expr,
                   const struct weir_type *type,
                   const char *what)
{
    struct weir_text found;
    weir_text_init(&found);
    weir_ast_print_expr(expr, &found);
    weir_diagnostics_error(b->diagnostics, WEIR_CODE_TEST_RECORD, expr->place,
                           "%s is %s, found %.*s", what, weir_bind_type_text(b, type),
                           (int)(found.count < 60 ? found.count : 60), found.bytes);
    weir_text_finish(&found);
    return false;
}

static bool refuse_constant(struct weir_binder *b, const struct weir_ast_expr *expr)
{
    struct weir_diagnostic *d =
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_NO_CONSTANT, expr->place,
                               "the records of a test are made of constants");
    weir_diagnostic_help(b->diagnostics, d, "write a literal, a list, {name: value} or $param");
    return false;
}

static bool is_whole(const struct weir_ast_expr *expr)
{
    return expr->kind == WEIR_AST_INT || expr->kind == WEIR_AST_DURATION ||
           expr->kind == WEIR_AST_SIZE;
}

static bool put_number(const struct weir_ast_expr *expr,
                       const struct weir_type *type,
                       struct weir_value *value)
{
    value->i64 = expr->i64;
    switch ((int)type->kind) {
    case WEIR_TYPE_I64:
        return is_whole(expr);
    case WEIR_TYPE_I32:
        return expr->kind == WEIR_AST_INT && expr->i64 >= INT32_MIN && expr->i64 <= INT32_MAX;
    case WEIR_TYPE_TS:
        return expr->kind == WEIR_AST_DURATION;
    default:
        break;
    }
    value->f64 = expr->kind == WEIR_AST_INT ? (double)expr->i64 : expr->f64;
    value->i64 = 0;
    return expr->kind == WEIR_AST_INT || expr->kind == WEIR_AST_FLOAT;
}

static bool put_text(struct weir_arena *arena,
                     const struct weir_ast_expr *expr,
                     struct weir_value *value)
{
    if (expr->kind != WEIR_AST_STRING) {
        return false;
    }
    value->str.count = expr->text.count;
    value->str.bytes = weir_arena_strndup(arena, expr->text.bytes, expr->text.count);
    return true;
}

/* *is_reported: a part was refused, and that was said. */
static bool put_list(struct weir_binder *b,
                     struct weir_arena *arena,
                     const struct weir_ast_expr *expr,
                     const struct weir_type *type,
                     const char *what,
                     struct weir_value *value)
{
    struct weir_value *items = weir_arena_alloc(arena, (expr->items.count + 1) * sizeof *items);
    uint32_t count = 0;
    for (const struct weir_ast_item *item = expr->items.first; item != NULL; item = item->next) {
        if (!weir_bind_test_value(b, arena, item->value, type->item, what, &items[count++])) {
            return false;
        }
    }
    value->items = items;
    value->item_count = count;
    return true;
}

/* Trees are at most WEIR_AST_HEIGHT_MAX high, types WEIR_TYPE_DEPTH_MAX deep. */
bool weir_bind_test_value(struct weir_binder *b,
                          struct weir_arena *arena,
                          const struct weir_ast_expr *expr,
                          const struct weir_type *type,
                          const char *what,
                          struct weir_value *value)
{
    const struct weir_ast_expr *literal = weir_bind_deref(b, expr);
    *value = (struct weir_value){.type = type};
    if (literal == NULL) {
        return false;
    }
    if (literal->kind > WEIR_AST_STRING && literal->kind != WEIR_AST_LIST &&
        literal->kind != WEIR_AST_STRUCT) {
        return refuse_constant(b, expr);
    }
    if (literal->kind == WEIR_AST_NULL) {
        value->is_null = true;
        return true;
    }
    bool fits;
    if (type->kind == WEIR_TYPE_STRUCT && literal->kind == WEIR_AST_STRUCT) {
        value->item_count = type->field_count;
        return weir_bind_test_record(b, arena, literal, type, &value->items);
    }
    if (type->kind == WEIR_TYPE_LIST && literal->kind == WEIR_AST_LIST) {
        return put_list(b, arena, literal, type, what, value);
    }
    if (type->kind == WEIR_TYPE_BOOL) {
        value->i64 = literal->i64;
        fits = literal->kind == WEIR_AST_BOOL;
    } else if (weir_type_is_text(type)) {
        fits = put_text(arena, literal, value);
    } else {
        fits = type->kind != WEIR_TYPE_LIST && type->kind != WEIR_TYPE_STRUCT &&
               put_number(literal, type, value);
    }
    return fits || refuse(b, expr, type, what);
}

static bool report_field(struct weir_binder *b,
                         const struct weir_ast_item *item,
                         const struct weir_type *type)
{
    struct weir_near near;
    weir_near_begin(&near, item->name);
    for (uint32_t i = 0; i < type->field_count; i++) {
        weir_near_offer(&near, weir_str_of(type->fields[i].name));
    }
    weir_str best = weir_near_best(&near);
    struct weir_diagnostic *d = weir_diagnostics_error(
        b->diagnostics, WEIR_CODE_UNKNOWN_FIELD, item->name_place, "no field '%.*s'%s%.*s%s",
        (int)item->name.count, item->name.bytes, best.count > 0 ? ": did you mean '" : "",
        (int)best.count, best.bytes, best.count > 0 ? "'?" : "");
    weir_diagnostic_help(b->diagnostics, d, "the record is %s", weir_bind_type_text(b, type));
    return false;
}

bool weir_bind_test_record(struct weir_binder *b,
                           struct weir_arena *arena,
                           const struct weir_ast_expr *expr,
                           const struct weir_type *type,
                           const struct weir_value **values)
{
    struct weir_value *fields = weir_arena_alloc(arena, (type->field_count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < type->field_count; i++) {
        fields[i] = (struct weir_value){.type = type->fields[i].type, .is_null = true};
    }
    if (expr->kind != WEIR_AST_STRUCT) {
        return refuse(b, expr, type, "a record");
    }
    for (const struct weir_ast_item *item = expr->items.first; item != NULL; item = item->next) {
        int i = weir_type_field_index(type, item->name);
        if (i < 0) {
            return report_field(b, item, type);
        }
        const char *what =
            weir_arena_printf(&b->scratch, "'%.*s'", (int)item->name.count, item->name.bytes);
        if (!weir_bind_test_value(b, arena, item->value, type->fields[i].type, what, &fields[i])) {
            return false;
        }
    }
    *values = fields;
    return true;
}
