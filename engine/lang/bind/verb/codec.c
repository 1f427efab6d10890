/* SPDX-License-Identifier: Apache-2.0 */
/* A codec as a stage: `csv schema {user: str} header=true of=raw on_error=stop`. What all codecs
 * take is sorted out here; the rest are the operator's parameters. */
#include "lang/bind/binder.h"

#include <string.h>

struct codec_items {
    const struct weir_ast_item *schema, *of, *on_error;
    struct weir_ast_items rest;
};

static bool is_called(const struct weir_ast_item *item, const char *name)
{
    return item->name.count == strlen(name) &&
           memcmp(item->name.bytes, name, item->name.count) == 0;
}

static bool sort_items(struct weir_stage *s, struct codec_items *items)
{
    for (const struct weir_ast_item *item = s->ast->items.first; item != NULL; item = item->next) {
        bool is_schema = item->name.count == 0 && item->value->kind == WEIR_AST_SCHEMA;
        const struct weir_ast_item **common = is_schema                     ? &items->schema
                                              : is_called(item, "of")       ? &items->of
                                              : is_called(item, "on_error") ? &items->on_error
                                                                            : NULL;
        if (common == NULL) {
            struct weir_ast_item *own = weir_arena_alloc(&s->b->scratch, sizeof *own);
            *own = *item;
            own->next = NULL;
            weir_ast_items_append(&items->rest, own);
        } else if (*common != NULL) {
            struct weir_diagnostic *d =
                weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TWICE, item->place,
                                       "'%s' is given twice", is_schema ? "schema" : "an option");
            weir_diagnostic_other(s->b->diagnostics, d, (*common)->place, "the first");
            return false;
        } else {
            *common = item;
        }
    }
    return true;
}

/* ---- what is decoded ---- */

static bool report_nothing(struct weir_stage *s, const struct weir_operator *op)
{
    struct weir_scope *in = s->in.scope;
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_ENCODED, s->ast->name_place,
                               "'%s' decodes the field line, else value; here are %s", op->name,
                               weir_bind_type_text(s->b, in->schema));
    weir_diagnostic_other(s->b->diagnostics, d, in->place, "what this stage gives");
    weir_diagnostic_help(s->b->diagnostics, d, "name the field: %s ... of=%s", op->name,
                         in->schema->fields[0].name);
    return false;
}

static int find_named(struct weir_stage *s, const struct weir_ast_item *of)
{
    if (of->value->kind != WEIR_AST_NAME) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, of->value->place,
                               "'of=' takes the name of a field");
        return -1;
    }
    int field = weir_scope_find(s->in.scope, of->value->text);
    if (field < 0) {
        weir_scope_unknown(s->b, s->in.scope, of->value->text, of->value->place);
    }
    return field;
}

static bool bind_of(struct weir_stage *s,
                    const struct weir_operator *op,
                    const struct weir_ast_item *of)
{
    struct weir_scope *in = s->in.scope;
    int field = of != NULL ? find_named(s, of) : weir_scope_find(in, weir_str_of("line"));
    if (of == NULL && field < 0) {
        field = weir_scope_find(in, weir_str_of("value"));
    }
    if (field < 0) {
        return of == NULL && report_nothing(s, op);
    }
    const struct weir_type_field *found = &in->schema->fields[field];
    if (!weir_type_is_text(found->type)) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_ENCODED, of != NULL ? of->place : s->ast->name_place,
            "'%s' decodes a str or bytes, but '%s' is %s", op->name, found->name,
            weir_bind_type_text(s->b, found->type));
        weir_diagnostic_other(s->b->diagnostics, d, in->origins[field], "it comes from here");
        return false;
    }
    s->draft.of = (uint32_t)field;
    return true;
}

/* ---- what it is decoded to, and what happens if it cannot be ---- */

static bool bind_schema(struct weir_stage *s, const struct weir_ast_item *schema)
{
    if (schema == NULL) {
        return true;
    }
    const struct weir_ast_type *type = schema->value->type;
    for (const struct weir_ast_field *f = type->fields; f != NULL; f = f->next) {
        if (f->name.bytes[0] == '_') {
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_FIELD_NAME, f->name_place,
                                   "a field may not begin with '_', as '%.*s' does",
                                   (int)f->name.count, f->name.bytes);
            return false;
        }
    }
    struct weir_text text;
    struct weir_error err;
    weir_text_init(&text);
    weir_ast_print_type(type, &text);
    int status = weir_type_parse(s->b->arena, weir_text_str(&text), &s->draft.asked, &err);
    weir_text_finish(&text);
    if (status != WEIR_OK) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, schema->place, "%s",
                               err.text);
    }
    return status == WEIR_OK;
}

bool weir_stage_on_error(struct weir_stage *s, const struct weir_ast_item *on_error)
{
    struct weir_value value = {0};
    if (on_error == NULL) {
        return true;
    }
    if (!weir_bind_constant(s->b, on_error->value, true, "on_error=", &value)) {
        return false;
    }
    bool is_text = value.type->kind == WEIR_TYPE_STR;
    s->draft.stops_on_bad = is_text && strcmp(value.str.bytes, "stop") == 0;
    if (s->draft.stops_on_bad || (is_text && strcmp(value.str.bytes, "dead") == 0)) {
        return true;
    }
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, on_error->value->place,
                               "'on_error=' of a stage takes stop or dead");
    weir_diagnostic_help(s->b->diagnostics, d,
                         "dead (the default): a bad record is counted and dropped; stop: it "
                         "ends the job");
    return false;
}

static void set_scope(struct weir_stage *s,
                      const struct weir_ast_item *asked,
                      const struct weir_type *schema)
{
    if (asked == NULL || asked->value->type->field_count != schema->field_count) {
        s->out.scope = weir_scope_create_at(s->b, schema, s->ast->place);
        return;
    }
    struct weir_place *origins =
        weir_arena_alloc(&s->b->scratch, (schema->field_count + 1) * sizeof *origins);
    uint32_t i = 0;
    for (const struct weir_ast_field *f = asked->value->type->fields; f != NULL; f = f->next) {
        origins[i++] = f->name_place;
    }
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
}

bool weir_bind_codec(struct weir_stage *s, const struct weir_operator *op)
{
    struct codec_items items = {0};
    if (s->ast->block != NULL) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_SYNTAX, s->ast->block->place,
                               "'%s' takes no block in { }", op->name);
        return false;
    }
    if (!sort_items(s, &items) ||
        !weir_bind_arguments(s->b, op, items.rest.first, false, s->ast->name_place,
                             &s->draft.arguments, &s->draft.argument_count) ||
        !bind_schema(s, items.schema) || !weir_stage_on_error(s, items.on_error) ||
        s->in.node == WEIR_NO_NODE || !bind_of(s, op, items.of)) {
        return false;
    }
    uint32_t *inputs = weir_arena_alloc(s->b->arena, sizeof *inputs);
    inputs[0] = s->in.node;
    s->draft.inputs = inputs;
    s->draft.input_count = 1;
    s->draft.verb = WEIR_VERB_CODEC;
    s->draft.op = op;
    s->draft.op_alias = weir_bind_name(s->b, s->ast->alias);
    s->draft.place = s->ast->place;
    const struct weir_type *schema;
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    set_scope(s, items.schema, schema);
    return true;
}
