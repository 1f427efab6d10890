/* SPDX-License-Identifier: Apache-2.0 */
/* Makes operators of a plugin's exports: an inverse, an instance and parameters are entries of
 * their own, joined to their operators by name. */
#include "plugin/load/load.h"
#include "plugin/variable.h"

#include <string.h>

struct join {
    const struct weir_load *load;
    struct weir_loaded *loaded;
    struct weir_operator **operators;
    size_t count;
};

static const char line_name[] = "line";

/* A reducer's kernels walk over cells of value_bytes: a wrong number would corrupt memory. */
static int check_reducer(const struct join *join, const struct weir_operator *op)
{
    const struct weir_type *type = op->in[0].type;
    const struct weir_reducer *table = op->exported->table;
    size_t bytes = 0;
    if (type != NULL && !weir_type_is_text(type) && type->kind != WEIR_TYPE_LIST) {
        bytes = type->kind == WEIR_TYPE_BOOL ? 1 : weir_type_cell_bytes(type);
    }
    if (bytes == 0) {
        return weir_export_fail(join->load, op->exported,
                                "combines %s, expected a type of fixed width (bool i32 i64 f64 ts)",
                                op->exported->in[0].type);
    }
    if (table->value_bytes != bytes) {
        return weir_export_fail(join->load, op->exported,
                                "says that a value has %u bytes, a value of its type has %zu",
                                (unsigned)table->value_bytes, bytes);
    }
    return WEIR_OK;
}

/* Every type variable of the outputs must occur in an input, unless bind declares the outputs. */
static int check_variables(const struct join *join, const struct weir_operator *op)
{
    struct weir_bindings bindings = {0};
    for (uint32_t i = 0; i < op->in_count; i++) {
        if (op->in[i].type == NULL) {
            weir_variable_mention(op->exported->in[i].type, &bindings);
        }
    }
    for (uint32_t i = 0; op->exported->bind == NULL && i < op->out_count; i++) {
        if (op->out[i].type == NULL &&
            weir_variable_resolve(join->load->arena, op->exported->out[i].type, &bindings) ==
                NULL) {
            return weir_export_fail(join->load, op->exported,
                                    "gives %s, but no input says what that stands for",
                                    op->exported->out[i].type);
        }
    }
    return WEIR_OK;
}

/* Text receivers and sources give lines, whatever else they say. */
static int set_lines(const struct join *join, struct weir_operator *op)
{
    bool is_right = op->out_count == 0 || (op->out_count == 1 && op->out[0].type != NULL &&
                                           op->out[0].type->kind == WEIR_TYPE_STR &&
                                           strcmp(op->out[0].name, line_name) == 0);
    if (!is_right) {
        return weir_export_fail(join->load, op->exported,
                                "gives text lines, so its one field must be 'line: str'");
    }
    struct weir_type_field *field = weir_arena_alloc(join->load->arena, sizeof *field);
    *field = (struct weir_type_field){line_name, weir_type_of(WEIR_TYPE_STR)};
    op->out = field;
    op->out_count = 1;
    return WEIR_OK;
}

static void set_table(struct weir_operator *op)
{
    const void *table = op->exported->table;
    op->reducer = op->kind == WEIR_KIND_REDUCER ? table : NULL;
    op->receiver = op->kind == WEIR_KIND_RECEIVER ? table : NULL;
    op->source = op->kind == WEIR_KIND_SOURCE ? table : NULL;
    op->sink = op->kind == WEIR_KIND_SINK ? table : NULL;
    op->partition = op->kind == WEIR_KIND_PARTITION_FUNCTION ? table : NULL;
    op->aggregate = op->kind == WEIR_KIND_AGGREGATE ? table : NULL;
    op->update = op->kind == WEIR_KIND_UPDATE ? table : NULL;
    op->track = op->kind == WEIR_KIND_TRACK ? table : NULL;
    op->partitioner = op->kind == WEIR_KIND_PARTITIONER ? table : NULL;
    op->codec = op->kind == WEIR_KIND_CODEC ? table : NULL;
    op->store = op->kind == WEIR_KIND_STORE ? table : NULL;
    op->job = op->kind == WEIR_KIND_JOB ? table : NULL;
    op->key_count = op->update != NULL  ? op->update->key_count
                    : op->track != NULL ? op->track->key_count
                                        : 0;
    op->state = op->aggregate != NULL   ? op->aggregate->state
                : op->update != NULL    ? op->update->state
                : op->track != NULL     ? op->track->state
                : op->partition != NULL ? op->partition->state
                                        : NULL;
}

/* The fields of its state as types; they were read before. */
static int set_state(const struct join *join, struct weir_operator *op)
{
    struct weir_arena *arena = join->load->arena;
    if (op->state == NULL) {
        return WEIR_OK;
    }
    struct weir_type_field *fields =
        weir_arena_alloc(arena, op->state->field_count * sizeof *fields);
    for (uint32_t i = 0; i < op->state->field_count; i++) {
        const struct weir_state_field *field = &op->state->fields[i];
        fields[i].name = field->name;
        WEIR_TRY(
            weir_type_parse(arena, weir_str_of(field->type), &fields[i].type, join->load->err));
    }
    op->state_fields = fields;
    return WEIR_OK;
}

/* Kernels over typed columns: nothing would say what a variable stands for. */
static int check_no_variables(const struct join *join, const struct weir_operator *op)
{
    bool is_codec = op->kind == WEIR_KIND_CODEC;
    for (uint32_t i = 0; i < op->in_count; i++) {
        const struct weir_type *type = op->in[i].type;
        if (type == NULL || (is_codec && !weir_type_is_text(type))) {
            return weir_export_fail(join->load, op->exported, "takes %s: %s, expected %s",
                                    op->in[i].name, op->exported->in[i].type,
                                    is_codec ? "str or bytes" : "a type, not a variable");
        }
    }
    return WEIR_OK;
}

static int add_operator(struct join *join, const struct weir_export *export)
{
    const struct weir_load *load = join->load;
    struct weir_operator *op = weir_arena_alloc(load->arena, sizeof *op);
    *op = (struct weir_operator){.name = export->name,
                                 .kind = (enum weir_kind) export->kind,
                                 .flags = export->flags,
                                 .exported = export,
                                 .in_count = export->in_count,
                                 .out_count = export->out_count};
    op->canonical = weir_arena_printf(load->arena, "%s/%s", join->loaded->entry->id, export->name);
    WEIR_TRY(weir_fields_read(load, export, false, &op->in));
    WEIR_TRY(weir_fields_read(load, export, true, &op->out));
    set_table(op);
    if (op->kind == WEIR_KIND_REDUCER) {
        WEIR_TRY(check_reducer(join, op));
        op->out = op->in;
        op->out_count = 1;
    } else if ((op->flags & WEIR_TEXT_LINES) != 0) {
        WEIR_TRY(set_lines(join, op));
    } else if (op->key_count > 0 || op->update != NULL || op->track != NULL || op->codec != NULL) {
        WEIR_TRY(check_no_variables(join, op));
    } else {
        WEIR_TRY(check_variables(join, op));
    }
    WEIR_TRY(set_state(join, op));
    op->signature = weir_signature(op, load->arena);
    join->operators[join->count++] = op;
    return WEIR_OK;
}

static int join_inverse(const struct join *join, const struct weir_export *export)
{
    const struct weir_type_field *in;
    WEIR_TRY(weir_fields_read(join->load, export, false, &in));
    for (size_t i = 0; i < join->count; i++) {
        struct weir_operator *op = join->operators[i];
        if (op->kind != WEIR_KIND_REDUCER || strcmp(op->name, export->name) != 0 ||
            in[0].type == NULL || !weir_type_equal(op->in[0].type, in[0].type)) {
            continue;
        }
        const struct weir_reducer *inverse = export->table;
        if (op->inverse != NULL || inverse->value_bytes != op->reducer->value_bytes) {
            return weir_export_fail(join->load, export,
                                    "is a second one, or of other bytes than its reducer");
        }
        op->inverse = inverse;
        return WEIR_OK;
    }
    return weir_export_fail(join->load, export,
                            "has no reducer of its name and type (%s) to be the inverse of",
                            export->in[0].type);
}

static const struct weir_param *const *param_list(const struct join *join,
                                                  const struct weir_params *params)
{
    const struct weir_param **list =
        weir_arena_alloc(join->load->arena, (params->count + 1) * sizeof *list);
    for (uint32_t i = 0; i < params->count; i++) {
        list[i] = &params->entries[i];
    }
    return list;
}

/* An instance or parameters: for every operator of that name. */
static int join_by_name(const struct join *join, const struct weir_export *export)
{
    bool is_params = export->kind == WEIR_KIND_PARAMS;
    bool is_used = false;
    for (size_t i = 0; i < join->count; i++) {
        struct weir_operator *op = join->operators[i];
        if (strcmp(op->name, export->name) != 0) {
            continue;
        }
        is_used = true;
        if (is_params ? op->params != NULL : op->instance != NULL) {
            return weir_export_fail(join->load, export, "is a second one of that name");
        }
        if (is_params) {
            const struct weir_params *params = export->table;
            op->params = param_list(join, params);
            op->param_count = params->count;
        } else {
            op->instance = export->table;
        }
    }
    return is_used ? WEIR_OK
                   : weir_export_fail(join->load, export,
                                      "belongs to nothing: no operator, "
                                      "receiver, source, sink or codec has that name");
}

static bool is_joined(const struct weir_export *export)
{
    return export->kind == WEIR_KIND_INVERSE || export->kind == WEIR_KIND_INSTANCE ||
           export->kind == WEIR_KIND_PARAMS;
}

static int add_export(struct join *join, const struct weir_export *export)
{
    return is_joined(export) ? WEIR_OK : add_operator(join, export);
}

int weir_exports_join(const struct weir_load *load,
                      struct weir_loaded *loaded,
                      const struct weir_export **exports,
                      size_t count)
{
    struct join join = {load, loaded, NULL, 0};
    join.operators = weir_arena_alloc(load->arena, (count + 1) * sizeof *join.operators);
    for (size_t i = 0; i < count; i++) {
        WEIR_TRY(add_export(&join, exports[i]));
    }
    for (size_t i = 0; i < count; i++) {
        if (exports[i]->kind == WEIR_KIND_INVERSE) {
            WEIR_TRY(join_inverse(&join, exports[i]));
        } else if (is_joined(exports[i])) {
            WEIR_TRY(join_by_name(&join, exports[i]));
        }
    }
    return weir_operators_sort(load, loaded, join.operators, join.count);
}
