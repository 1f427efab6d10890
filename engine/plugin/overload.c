/* SPDX-License-Identifier: Apache-2.0 */
/* One operator of several with the same name, by the types of the arguments. Fewest conversions
 * win; among equals the first in the order of the types (load/order.c), so the choice depends
 * neither on the compiler nor on the file. */
#include "plugin/registry.h"
#include "plugin/variable.h"

#include <string.h>

/* What a conversion costs. An exact match costs nothing; a literal adapts before a column does; a
 * type variable fits everything, so what names the type is better. */
enum {
    COST_VARIABLE = 1,
    COST_LITERAL = 16,
    COST_STEP = 16 * 16, /* i32 -> i64 -> f64 */
    COST_NONE = 1 << 30
};

struct candidate {
    const struct weir_operator *op;
    uint32_t cost;
};

static uint32_t cost_of_widening(const struct weir_type *from,
                                 const struct weir_type *to,
                                 bool is_literal)
{
    uint32_t steps;
    if (from->kind == WEIR_TYPE_I32 && to->kind == WEIR_TYPE_I64) {
        steps = 1;
    } else if (from->kind == WEIR_TYPE_I64 && to->kind == WEIR_TYPE_F64) {
        steps = 1;
    } else if (from->kind == WEIR_TYPE_I32 && to->kind == WEIR_TYPE_F64) {
        steps = 2;
    } else {
        return COST_NONE;
    }
    return steps * (is_literal ? COST_LITERAL : COST_STEP);
}

static uint32_t cost_of_argument(const struct weir_operator *op,
                                 uint32_t i,
                                 const struct weir_type *from,
                                 bool is_literal,
                                 struct weir_bindings *bindings)
{
    const struct weir_type *to = op->in[i].type;
    bool is_null = from == NULL || from->kind == WEIR_TYPE_NULL;
    if (to == NULL) {
        if (is_null) {
            return COST_NONE; /* nothing says which type the null is of */
        }
        return weir_variable_match(op->exported->in[i].type, from, bindings) ? COST_VARIABLE
                                                                             : COST_NONE;
    }
    if (is_null) {
        return COST_LITERAL;
    }
    return weir_type_equal(from, to) ? 0 : cost_of_widening(from, to, is_literal);
}

static uint32_t cost_of(const struct weir_operator *op,
                        const struct weir_type *const *arguments,
                        const bool *is_literal,
                        uint32_t count)
{
    struct weir_bindings bindings = {0};
    uint32_t cost = 0;
    if (op->in_count != count) {
        return COST_NONE;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t more =
            cost_of_argument(op, i, arguments[i], is_literal != NULL && is_literal[i], &bindings);
        if (more == COST_NONE) {
            return COST_NONE;
        }
        cost += more;
    }
    return cost;
}

static void put_arguments(const struct weir_type *const *arguments,
                          uint32_t count,
                          struct weir_text *to)
{
    weir_text_put(to, "(");
    for (uint32_t i = 0; i < count; i++) {
        weir_text_put(to, i == 0 ? "" : ", ");
        weir_type_print(arguments[i] != NULL ? arguments[i] : weir_type_of(WEIR_TYPE_NULL), to);
    }
    weir_text_put(to, ")");
}

static const char *article(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static int fail(const struct weir_operator *const *operators,
                size_t count,
                const struct weir_type *const *arguments,
                uint32_t argument_count,
                struct weir_error *err)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_operator_put_label(operators[0], &text);
    if (count == 1 && operators[0]->in_count != argument_count) {
        weir_text_printf(&text, " takes %u argument%s, ", (unsigned)operators[0]->in_count,
                         article(operators[0]->in_count));
        weir_text_printf(&text, "%s, found %u: ", operators[0]->signature,
                         (unsigned)argument_count);
    } else if (count == 1) {
        weir_text_printf(&text, " is %s, found ", operators[0]->signature);
    } else {
        weir_text_put(&text, " has no overload for ");
    }
    put_arguments(arguments, argument_count, &text);
    for (size_t i = 0; count > 1 && i < count; i++) {
        weir_text_printf(&text, "%s%s", i == 0 ? "; it is " : " or ", operators[i]->signature);
    }
    if (count > 1 || operators[0]->in_count == argument_count) {
        weir_text_put(&text, "; std.i64, std.f64 and std.str convert a value");
    }
    int status = weir_error_set(err, WEIR_ETEXT, "%s", text.bytes);
    weir_text_finish(&text);
    return status;
}

int weir_operator_choose(const struct weir_operator *const *operators,
                         size_t count,
                         const struct weir_type *const *arguments,
                         const bool *is_literal,
                         uint32_t argument_count,
                         const struct weir_operator **chosen,
                         const struct weir_type **casts,
                         struct weir_error *err)
{
    struct candidate best = {NULL, COST_NONE};
    WEIR_ASSERT(count > 0);
    for (size_t i = 0; i < count; i++) {
        uint32_t cost = cost_of(operators[i], arguments, is_literal, argument_count);
        if (cost < best.cost) {
            best = (struct candidate){operators[i], cost};
        }
    }
    if (best.op == NULL) {
        return fail(operators, count, arguments, argument_count, err);
    }
    for (uint32_t i = 0; i < argument_count; i++) {
        const struct weir_type *to = best.op->in[i].type;
        bool fits = to == NULL || (arguments[i] != NULL && weir_type_equal(arguments[i], to));
        casts[i] = fits ? NULL : to;
    }
    *chosen = best.op;
    return WEIR_OK;
}
