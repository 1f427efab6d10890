/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and structs from their parts. */
#include "lang/bind/binder.h"

#include <string.h>

/* Widens all elements until they are of one type. */
static bool unify_items(struct weir_typing *t,
                        const struct weir_ast_expr *ast,
                        const struct weir_expr **args)
{
    const struct weir_ast_item *first = ast->items.first;
    for (int round = 0; round < 2; round++) { /* the second carries a later widening back */
        uint32_t i = 1;
        for (const struct weir_ast_item *item = first->next; item != NULL; item = item->next, i++) {
            if (weir_bind_unify(t, &args[0], first->value, &args[i], item->value)) {
                continue;
            }
            struct weir_diagnostic *d =
                weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_LIST, item->value->place,
                                       "all elements of a list have one type, found %s",
                                       weir_bind_type_text(t->b, args[i]->type));
            weir_diagnostic_other(t->b->diagnostics, d, first->value->place, "this is %s",
                                  weir_bind_type_text(t->b, args[0]->type));
            return false;
        }
    }
    return true;
}

const struct weir_expr *weir_bind_list(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    struct weir_expr draft = {.kind = WEIR_EXPR_LIST, .place = ast->place};
    const struct weir_expr **args =
        weir_arena_alloc(t->b->arena, (ast->items.count + 1) * sizeof *args);
    for (const struct weir_ast_item *item = ast->items.first; item != NULL; item = item->next) {
        args[draft.arg_count] = weir_bind_part(t, item->value);
        if (args[draft.arg_count++] == NULL) {
            return NULL;
        }
    }
    draft.args = args;
    if (draft.arg_count == 0 || !unify_items(t, ast, args)) {
        if (draft.arg_count == 0) {
            weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_LIST, ast->place,
                                   "an empty list has no type");
        }
        return NULL;
    }
    if (args[0]->type->kind == WEIR_TYPE_NULL) {
        weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_NULL, ast->place,
                               "a list of nulls has no type");
        return NULL;
    }
    return weir_bind_make(t, &draft, WEIR_CODE_LIST, NULL);
}

const struct weir_expr *weir_bind_struct(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    struct weir_expr draft = {.kind = WEIR_EXPR_STRUCT, .place = ast->place};
    size_t room = ast->items.count + 1;
    const struct weir_expr **args = weir_arena_alloc(t->b->arena, room * sizeof *args);
    struct weir_type_field *names = weir_arena_alloc(&t->b->scratch, room * sizeof *names);
    struct weir_place *places = weir_arena_alloc(&t->b->scratch, room * sizeof *places);
    for (const struct weir_ast_item *item = ast->items.first; item != NULL; item = item->next) {
        uint32_t i = draft.arg_count++;
        args[i] = weir_bind_part(t, item->value);
        if (args[i] == NULL) {
            return NULL;
        }
        if (args[i]->type->kind == WEIR_TYPE_NULL) {
            weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_NULL, item->value->place,
                                   "null has no type here");
            return NULL;
        }
        places[i] = item->name_place;
        names[i] = (struct weir_type_field){
            weir_arena_strndup(&t->b->scratch, item->name.bytes, item->name.count), args[i]->type};
    }
    draft.args = args;
    draft.type = weir_type_struct(&t->b->scratch, names, draft.arg_count);
    return weir_bind_make(t, &draft, WEIR_CODE_DUPLICATE, places);
}
