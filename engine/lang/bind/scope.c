/* SPDX-License-Identifier: Apache-2.0 */
/* Fields by name, and where each got its type: what turns "i64.add needs a number" into a message
 * that also shows the place that made the field a str. */
#include "lang/bind/binder.h"

#include <string.h>

enum { FIELDS_SHOWN_MAX = 8, TYPE_TEXT_BYTES_MAX = 200 };

struct weir_scope *weir_scope_create(struct weir_binder *b,
                                     const struct weir_type *schema,
                                     const struct weir_place *origins,
                                     struct weir_place place)
{
    struct weir_scope *scope = weir_arena_alloc(&b->scratch, sizeof *scope);
    scope->schema = schema;
    scope->origins = origins;
    scope->place = place;
    scope->next = b->scopes;
    b->scopes = scope;
    return scope;
}

struct weir_scope *weir_scope_create_at(struct weir_binder *b,
                                        const struct weir_type *schema,
                                        struct weir_place place)
{
    struct weir_place *origins =
        weir_arena_alloc(&b->scratch, (schema->field_count + 1) * sizeof *origins);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        origins[i] = place;
    }
    return weir_scope_create(b, schema, origins, place);
}

int weir_scope_find(struct weir_scope *scope, weir_str name)
{
    if (!scope->has_index) {
        scope->index = weir_schema_index_create(scope->schema);
        scope->has_index = true;
    }
    return weir_schema_find(scope->schema, scope->index, name);
}

static const char *fields_text(struct weir_binder *b, const struct weir_type *schema)
{
    struct weir_text text;
    weir_text_init(&text);
    for (uint32_t i = 0; i < schema->field_count && i < FIELDS_SHOWN_MAX; i++) {
        weir_text_printf(&text, "%s%s", i == 0 ? "" : ", ", schema->fields[i].name);
    }
    if (schema->field_count > FIELDS_SHOWN_MAX) {
        weir_text_printf(&text, " and %u more", schema->field_count - FIELDS_SHOWN_MAX);
    }
    char *copy = weir_arena_strndup(&b->scratch, text.bytes, text.count);
    weir_text_finish(&text);
    return copy;
}

weir_str weir_scope_near(const struct weir_scope *scope, weir_str name)
{
    struct weir_near near;
    weir_near_begin(&near, name);
    for (uint32_t i = 0; i < scope->schema->field_count; i++) {
        weir_near_offer(&near, weir_str_of(scope->schema->fields[i].name));
    }
    return weir_near_best(&near);
}

void weir_scope_unknown(struct weir_binder *b,
                        struct weir_scope *scope,
                        weir_str name,
                        struct weir_place place)
{
    struct weir_diagnostic *d;
    weir_str best = weir_scope_near(scope, name);
    if (best.count > 0) {
        d = weir_diagnostics_error(b->diagnostics, WEIR_CODE_UNKNOWN_FIELD, place,
                                   "no field '%.*s': did you mean '%.*s'?", (int)name.count,
                                   name.bytes, (int)best.count, best.bytes);
    } else if (weir_verb_find(name) != WEIR_VERB_COUNT_OF || weir_word_is_reserved(name)) {
        d = weir_diagnostics_error(b->diagnostics, WEIR_CODE_UNKNOWN_FIELD, place,
                                   "no field '%.*s': did you forget '|'?", (int)name.count,
                                   name.bytes);
    } else {
        d = weir_diagnostics_error(b->diagnostics, WEIR_CODE_UNKNOWN_FIELD, place,
                                   "no field '%.*s'", (int)name.count, name.bytes);
    }
    weir_diagnostic_help(b->diagnostics, d, "the fields here are %s",
                         fields_text(b, scope->schema));
    weir_diagnostic_other(b->diagnostics, d, scope->place, "what this stage gives");
}

const char *weir_bind_type_text(struct weir_binder *b, const struct weir_type *type)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_type_print(type, &text);
    char *copy = text.count <= TYPE_TEXT_BYTES_MAX
                     ? weir_arena_strndup(&b->scratch, text.bytes, text.count)
                     : weir_arena_printf(&b->scratch, "%.*s...", TYPE_TEXT_BYTES_MAX, text.bytes);
    weir_text_finish(&text);
    return copy;
}

const char *weir_bind_name(struct weir_binder *b, weir_str name)
{
    return weir_arena_strndup(b->arena, name.bytes, name.count);
}
