/* SPDX-License-Identifier: Apache-2.0 */
/* What all verbs share: which options each has, what is option and what is value, and how a draft
 * becomes a node with a scope. */
#include "lang/bind/binder.h"

#include <string.h>

enum { OPTIONS_MAX = sizeof((struct weir_stage *)0)->options / sizeof(void *) };

enum rule_flags {
    TAKES_FIELDS = 1, /* name=value without being an option is a field */
    KEEPS_RECORD = 2, /* after a mistake, what follows can still be checked */
    TAKES_ITEMS = 4   /* the verb sorts its items itself */
};

static const struct verb_rule {
    bool (*bind)(struct weir_stage *s);
    const char *options[OPTIONS_MAX];
    unsigned flags; /* enum rule_flags */
} rules[WEIR_VERB_COUNT_OF] = {
    [WEIR_VERB_MAP] = {weir_bind_map, {"on_error"}, TAKES_FIELDS},
    [WEIR_VERB_EXTEND] = {weir_bind_map, {"on_error"}, TAKES_FIELDS},
    [WEIR_VERB_FLAT_MAP] = {weir_bind_flat_map, {"on_error"}, TAKES_FIELDS},
    [WEIR_VERB_MAP_VALUES] = {weir_bind_map_values, {"on_error"}, TAKES_FIELDS},
    [WEIR_VERB_FILTER] = {weir_bind_filter, {"on_error"}, KEEPS_RECORD},
    [WEIR_VERB_COUNT] = {weir_bind_count_verb, {0}, 0},
    [WEIR_VERB_COUNT_BY_VALUE] = {weir_bind_count_verb, {"partitions"}, 0},
    [WEIR_VERB_REDUCE] = {weir_bind_reduce, {0}, KEEPS_RECORD},
    [WEIR_VERB_REDUCE_BY_KEY] = {weir_bind_reduce, {"partitions", "partitioner"}, KEEPS_RECORD},
    [WEIR_VERB_UNION] = {weir_bind_union, {0}, KEEPS_RECORD},
    [WEIR_VERB_REPARTITION] = {weir_bind_number, {0}, KEEPS_RECORD},
    [WEIR_VERB_WINDOW] = {weir_bind_window, {"length", "slide"}, KEEPS_RECORD},
    [WEIR_VERB_TOP] = {weir_bind_number, {"by"}, KEEPS_RECORD},
    [WEIR_VERB_LIMIT] = {weir_bind_number, {0}, KEEPS_RECORD},
    [WEIR_VERB_FLAT_MAP_VALUES] = {weir_bind_flat_map_values, {"on_error"}, TAKES_FIELDS},
    [WEIR_VERB_GLOM] = {weir_bind_glom, {0}, 0},
    [WEIR_VERB_MAP_PARTITIONS] = {weir_bind_map_partitions, {0}, 0},
    [WEIR_VERB_GROUP_BY_KEY] = {weir_bind_group, {"partitions", "partitioner"}, 0},
    [WEIR_VERB_COMBINE_BY_KEY] = {weir_bind_combine, {"partitions", "partitioner"}, 0},
    [WEIR_VERB_AGGREGATE] = {weir_bind_aggregate,
                             {"by", "length", "slide", "inverse", "partitions", "every"},
                             TAKES_FIELDS},
    [WEIR_VERB_REDUCE_BY_WINDOW] = {weir_bind_reduce,
                                    {"length", "slide", "inverse", "every"},
                                    KEEPS_RECORD},
    [WEIR_VERB_COUNT_BY_WINDOW] = {weir_bind_count_verb,
                                   {"length", "slide", "inverse", "every"},
                                   0},
    [WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW] = {weir_bind_count_verb,
                                             {"length", "slide", "inverse", "partitions", "every"},
                                             0},
    [WEIR_VERB_GROUP_BY_KEY_AND_WINDOW] = {weir_bind_group,
                                           {"length", "slide", "partitions", "partitioner"},
                                           0},
    [WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW] = {weir_bind_reduce,
                                            {"length", "slide", "inverse", "filter", "partitions",
                                             "partitioner", "every"},
                                            KEEPS_RECORD},
    [WEIR_VERB_JOIN] = {weir_bind_join, {"on", "suffix", "partitions", "partitioner", "keep"}, 0},
    [WEIR_VERB_SEMI_JOIN] = {weir_bind_join, {"on", "partitions", "keep"}, KEEPS_RECORD},
    [WEIR_VERB_ANTI_JOIN] = {weir_bind_join, {"on", "partitions", "keep"}, KEEPS_RECORD},
    [WEIR_VERB_LEFT_OUTER_JOIN] = {weir_bind_pair_join, {"partitions", "partitioner"}, 0},
    [WEIR_VERB_RIGHT_OUTER_JOIN] = {weir_bind_pair_join, {"partitions", "partitioner"}, 0},
    [WEIR_VERB_FULL_OUTER_JOIN] = {weir_bind_pair_join, {"partitions", "partitioner"}, 0},
    [WEIR_VERB_COGROUP] = {weir_bind_pair_join, {"partitions", "partitioner"}, 0},
    [WEIR_VERB_CARTESIAN] = {weir_bind_cartesian, {0}, 0},
    [WEIR_VERB_UPDATE_STATE_BY_KEY] = {weir_bind_state,
                                       {"initial", "every", "partitions", "partitioner"},
                                       0},
    [WEIR_VERB_MAP_WITH_STATE] = {weir_bind_state,
                                  {"timeout", "initial", "every", "partitions", "partitioner"},
                                  0},
    [WEIR_VERB_STATE_SNAPSHOTS] = {weir_bind_snapshots, {0}, 0},
    [WEIR_VERB_TRANSFORM] = {weir_bind_transform, {0}, 0},
    [WEIR_VERB_NONE] = {weir_bind_none, {0}, KEEPS_RECORD},
    [WEIR_VERB_SORT] = {weir_bind_sort, {"by", "desc"}, KEEPS_RECORD},
    [WEIR_VERB_DISTINCT] = {weir_bind_plain, {"partitions"}, KEEPS_RECORD},
    [WEIR_VERB_PERSIST] = {weir_bind_persist, {0}, KEEPS_RECORD},
    [WEIR_VERB_CHECKPOINT] = {weir_bind_checkpoint, {0}, KEEPS_RECORD},
    [WEIR_VERB_SLICE] = {weir_bind_slice, {0}, KEEPS_RECORD | TAKES_ITEMS},
    [WEIR_VERB_FOREACH_RDD] = {weir_bind_foreach_rdd, {0}, KEEPS_RECORD | TAKES_ITEMS},
};

static int find_option(const struct verb_rule *rule, weir_str name)
{
    for (int i = 0; i < OPTIONS_MAX && rule->options[i] != NULL; i++) {
        if (strlen(rule->options[i]) == name.count &&
            memcmp(rule->options[i], name.bytes, name.count) == 0) {
            return i;
        }
    }
    return -1;
}

const struct weir_ast_item *weir_stage_option(const struct weir_stage *s, const char *name)
{
    int option = find_option(&rules[s->verb], weir_str_of(name));
    return option < 0 ? NULL : s->options[option];
}

/* "by=, length= and slide=" */
static const char *options_text(struct weir_stage *s, const struct verb_rule *rule, size_t count)
{
    struct weir_text text;
    weir_text_init(&text);
    for (size_t i = 0; i < count; i++) {
        weir_text_printf(&text, "%s%s=",
                         i == 0           ? ""
                         : i + 1 == count ? " and "
                                          : ", ",
                         rule->options[i]);
    }
    char *copy = weir_arena_strndup(&s->b->scratch, text.bytes, text.count);
    weir_text_finish(&text);
    return copy;
}

static void report_option(struct weir_stage *s,
                          const struct verb_rule *rule,
                          const struct weir_ast_item *item)
{
    const char *verb = weir_verb_name(s->verb);
    size_t count = 0;
    while (count < OPTIONS_MAX && rule->options[count] != NULL) {
        count++;
    }
    const char *best = weir_near_among(item->name, rule->options, count);
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_UNKNOWN_OPTION, item->name_place,
        "'%s' has no option '%.*s'%s%s%s", verb, (int)item->name.count, item->name.bytes,
        best != NULL ? ": did you mean '" : "", best != NULL ? best : "", best != NULL ? "'?" : "");
    if ((rule->flags & TAKES_FIELDS) != 0) {
        weir_diagnostic_help(s->b->diagnostics, d, "for a further field write ',' before it");
    } else if (count > 0) {
        weir_diagnostic_help(s->b->diagnostics, d, "it takes %s", options_text(s, rule, count));
    } else {
        weir_diagnostic_help(s->b->diagnostics, d, "'%s' takes no options", verb);
    }
}

/* Sorts the items of a stage into options and values. */
static bool split(struct weir_stage *s, const struct verb_rule *rule)
{
    bool is_fine = true;
    s->values = weir_arena_alloc(&s->b->scratch, (s->ast->items.count + 1) * sizeof(void *));
    for (const struct weir_ast_item *item = s->ast->items.first; item != NULL; item = item->next) {
        int option = item->name.count > 0 ? find_option(rule, item->name) : -1;
        if (option >= 0 && s->options[option] != NULL) {
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TWICE, item->place,
                                   "'%s=' is given twice", rule->options[option]);
            is_fine = false;
        } else if (option >= 0) {
            s->options[option] = item;
        } else if (item->name.count > 0 &&
                   ((rule->flags & TAKES_FIELDS) == 0 || !item->after_comma)) {
            report_option(s, rule, item);
            is_fine = false;
        } else {
            s->values[s->value_count++] = item;
        }
    }
    return is_fine;
}

static bool refuse_later(struct weir_stage *s)
{
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_NOT_YET, s->ast->name_place,
                               "not yet available: the verb '%s'", weir_verb_name(s->verb));
    weir_diagnostic_help(s->b->diagnostics, d, "'weir help verbs' says what there is");
    return false;
}

static bool refuse_block(struct weir_stage *s)
{
    if (s->ast->block == NULL || s->verb == WEIR_VERB_TRANSFORM) {
        return false;
    }
    weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_SYNTAX, s->ast->block->place,
                           "'%s' takes no block in { }", weir_verb_name(s->verb));
    return true;
}

bool weir_bind_verb(struct weir_stage *s)
{
    const struct verb_rule *rule = &rules[s->verb];
    s->out = (struct weir_pipe_end){.node = WEIR_NO_NODE};
    bool is_later = (weir_verb_flags(s->verb) & WEIR_VERB_IS_LATER) != 0;
    if (rule->bind == NULL || is_later) {
        return refuse_later(s);
    }
    if (s->in.node == WEIR_NO_NODE) {
        return false; /* the record is unknown: reported where it became so */
    }
    s->draft.verb = s->verb;
    s->draft.place = s->ast->place;
    s->typing = (struct weir_typing){.b = s->b, .scope = s->in.scope};
    uint32_t *inputs = weir_arena_alloc(s->b->arena, sizeof *inputs);
    inputs[0] = s->in.node;
    s->draft.inputs = inputs;
    s->draft.input_count = 1;
    if (refuse_block(s) || ((rule->flags & TAKES_ITEMS) == 0 && !split(s, rule)) ||
        !weir_stage_on_error(s, weir_stage_option(s, "on_error")) || !rule->bind(s)) {
        bool keeps = (rule->flags & KEEPS_RECORD) != 0 && !s->b->graph->nodes[s->in.node].is_static;
        s->out = keeps ? s->in : s->out;
        return false;
    }
    return true;
}

/* What the graph refuses although the binder did not: a limit, or what an operator says about its
 * parameters when it is asked for its fields. */
static void report_add(struct weir_stage *s, int status, int culprit, const struct weir_error *err)
{
    bool is_operator = s->draft.verb == WEIR_VERB_INPUT || s->draft.verb == WEIR_VERB_SINK ||
                       s->draft.verb == WEIR_VERB_CODEC;
    enum weir_code code = is_operator ? WEIR_CODE_OPTION_VALUE : WEIR_CODE_STAGE;
    struct weir_place place = s->ast->name_place;
    if (is_operator && s->ast->items.count > 0) {
        place = s->ast->items.first->place;
    } else if (culprit >= 0 && (uint32_t)culprit < s->value_count) {
        place = s->values[culprit]->place;
    }
    weir_diagnostics_error(s->b->diagnostics, status == WEIR_ELIMIT ? WEIR_CODE_LIMIT : code, place,
                           "%s", err->text);
}

bool weir_stage_add(struct weir_stage *s, const struct weir_type **schema)
{
    struct weir_error err;
    uint32_t id;
    int culprit;
    s->draft.in_transform = s->b->block != NULL;
    int status = weir_graph_add(s->b->graph, &s->draft, &id, &culprit, &err);
    if (status != WEIR_OK) {
        report_add(s, status, culprit, &err);
        return false;
    }
    s->out.node = id;
    *schema = s->b->graph->nodes[id].schema;
    return true;
}

bool weir_stage_add_same(struct weir_stage *s)
{
    const struct weir_type *schema;
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    s->out.scope = s->in.scope;
    return true;
}

uint32_t weir_stage_reorder(struct weir_binder *b,
                            uint32_t node,
                            const uint32_t *fields,
                            uint32_t count,
                            struct weir_place place)
{
    const struct weir_type *schema = b->graph->nodes[node].schema;
    struct weir_item *items = weir_arena_alloc(b->arena, count * sizeof *items);
    uint32_t *inputs = weir_arena_alloc(b->arena, sizeof *inputs);
    uint32_t id = WEIR_NO_NODE;
    int culprit;
    struct weir_error err;
    inputs[0] = node;
    for (uint32_t i = 0; i < count; i++) {
        struct weir_expr draft = {.kind = WEIR_EXPR_FIELD, .field = fields[i], .place = place};
        items[i].name = schema->fields[fields[i]].name;
        if (weir_expr_make(b->arena, schema, &draft, &items[i].expr, &culprit, &err) != WEIR_OK) {
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_STAGE, place, "%s", err.text);
            return WEIR_NO_NODE;
        }
    }
    struct weir_node draft = {.verb = WEIR_VERB_MAP,
                              .place = place,
                              .inputs = inputs,
                              .input_count = 1,
                              .items = items,
                              .item_count = count,
                              .in_transform = b->block != NULL};
    if (weir_graph_add(b->graph, &draft, &id, &culprit, &err) != WEIR_OK) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_STAGE, place, "%s", err.text);
        return WEIR_NO_NODE;
    }
    return id;
}

bool weir_stage_need_pair(struct weir_stage *s)
{
    struct weir_scope *in = s->in.scope;
    uint32_t fields[2];
    int key = weir_scope_find(in, weir_str_of("key"));
    int value = weir_scope_find(in, weir_str_of("value"));
    if (in->schema->field_count != 2 || key < 0 || value < 0) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_NOT_PAIR, s->ast->name_place,
                                   "'%s' needs a pair, the fields key and value; here are %s",
                                   weir_verb_name(s->verb), weir_bind_type_text(s->b, in->schema));
        weir_diagnostic_help(s->b->diagnostics, d, "try: map %s, %s | %s ...%s",
                             key >= 0 ? "key" : "key = ...", value >= 0 ? "value" : "value = ...",
                             weir_verb_name(s->verb),
                             s->verb == WEIR_VERB_JOIN ? ", or: join OTHER on=FIELD" : "");
        weir_diagnostic_other(s->b->diagnostics, d, in->place, "what this stage gives");
        return false;
    }
    if (key == 0) {
        return true;
    }
    fields[0] = (uint32_t)key;
    fields[1] = (uint32_t)value;
    uint32_t node = weir_stage_reorder(s->b, s->in.node, fields, 2, s->ast->place);
    if (node == WEIR_NO_NODE) {
        return false;
    }
    struct weir_place *origins = weir_arena_alloc(&s->b->scratch, 2 * sizeof *origins);
    origins[0] = in->origins[key];
    origins[1] = in->origins[value];
    s->in.node = node;
    s->in.scope = weir_scope_create(s->b, s->b->graph->nodes[node].schema, origins, in->place);
    s->typing.scope = s->in.scope;
    uint32_t *inputs = weir_arena_alloc(s->b->arena, sizeof *inputs);
    inputs[0] = node;
    s->draft.inputs = inputs;
    return true;
}

bool weir_stage_no_values(struct weir_stage *s, uint32_t allowed)
{
    if (s->value_count <= allowed) {
        return true;
    }
    const struct weir_ast_item *item = s->values[allowed];
    const char *verb = weir_verb_name(s->verb);
    struct weir_text text;
    weir_text_init(&text);
    weir_ast_print_expr(item->value, &text);
    bool is_word = item->value->kind == WEIR_AST_NAME || item->value->kind == WEIR_AST_MEMBER ||
                   item->value->kind == WEIR_AST_CALL;
    const char *amount = allowed == 0 ? "no value" : allowed == 1 ? "one value" : "two values";
    weir_diagnostics_error(
        s->b->diagnostics, is_word ? WEIR_CODE_MISSING_SEPARATOR : WEIR_CODE_VALUES, item->place,
        "'%s' takes %s, found '%.*s'%s", verb, amount, (int)(text.count < 60 ? text.count : 60),
        text.bytes, is_word ? ": did you forget '|'?" : "");
    weir_text_finish(&text);
    return false;
}
