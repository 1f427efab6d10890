/* SPDX-License-Identifier: Apache-2.0 */
/* The two durations of a window, bare or by name, and the verb window itself. */
#include "lang/bind/binder.h"

#include <string.h>

/* The value that gives a duration: the option, else the n-th bare value. */
static const struct weir_ast_item *duration_item(struct weir_stage *s, const char *name, uint32_t n)
{
    const struct weir_ast_item *option = weir_stage_option(s, name);
    bool has_value = s->verb == WEIR_VERB_WINDOW && s->value_count > n;
    if (option != NULL && has_value) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TWICE, s->values[n]->place,
                               "'%s=' is given twice", name);
        return NULL;
    }
    return option != NULL ? option : has_value ? s->values[n] : NULL;
}

static bool report_length(struct weir_stage *s)
{
    if (weir_stage_option(s, "length") != NULL) {
        return false; /* reported: it is there twice */
    }
    const char *verb = weir_verb_name(s->verb);
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_MISSING_OPTION, s->ast->name_place,
                               "'%s' needs a length", verb);
    weir_diagnostic_help(s->b->diagnostics, d, "write for example: %s %s", verb,
                         s->verb == WEIR_VERB_WINDOW ? "30s, 10s" : "... length=30s slide=10s");
    return false;
}

bool weir_stage_window(struct weir_stage *s)
{
    const struct weir_ast_item *length = duration_item(s, "length", 0);
    const struct weir_ast_item *slide = duration_item(s, "slide", 1);
    if (length == NULL) {
        return report_length(s);
    }
    s->draft.window_slide_us = s->b->graph->nodes[s->in.node].slide_us;
    bool is_fine = weir_bind_duration(s->b, length->value, "length=", &s->draft.length_us) &&
                   weir_stage_multiple(s, length, "the window duration", s->draft.length_us);
    if (slide == NULL && weir_stage_option(s, "slide") != NULL) {
        return false;
    }
    if (slide != NULL) {
        is_fine = weir_bind_duration(s->b, slide->value, "slide=", &s->draft.window_slide_us) &&
                  weir_stage_multiple(s, slide, "the slide duration", s->draft.window_slide_us) &&
                  is_fine;
    }
    return is_fine && weir_stage_every(s, s->draft.window_slide_us);
}

bool weir_stage_inverse_none(struct weir_stage *s)
{
    const struct weir_ast_item *option = weir_stage_option(s, "inverse");
    if (option == NULL) {
        return true;
    }
    if (option->value->kind == WEIR_AST_NAME && option->value->text.count == 4 &&
        memcmp(option->value->text.bytes, "none", 4) == 0) {
        s->draft.is_incremental = false;
        return true;
    }
    weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, option->value->place,
                           "'inverse=' of '%s' takes only none: it is incremental by itself",
                           weir_verb_name(s->verb));
    return false;
}

bool weir_bind_window(struct weir_stage *s)
{
    return weir_stage_no_values(s, 2) && weir_stage_window(s) && weir_stage_add_same(s);
}

/* group_by_key and group_by_key_and_window. */
bool weir_bind_group(struct weir_stage *s)
{
    const struct weir_type *schema;
    bool is_windowed = s->verb == WEIR_VERB_GROUP_BY_KEY_AND_WINDOW;
    if (!weir_stage_no_values(s, 0) || !weir_stage_need_pair(s) || !weir_stage_partitions(s) ||
        (is_windowed && !weir_stage_window(s)) || !weir_stage_add(s, &schema)) {
        return false;
    }
    weir_stage_give_pair(s, schema, s->ast->place);
    return true;
}
