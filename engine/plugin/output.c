/* SPDX-License-Identifier: Apache-2.0 */
/* The output fields of an operator for given inputs: its own, with type variables replaced, or what
 * its bind() declares. */
#include "plugin/registry.h"
#include "plugin/variable.h"

#include <string.h>

enum { TYPE_TEXT_BYTES_MAX = 64 * 1024 };

/* Our side of a struct weir_bind; the plugin's pointer is to the first member. */
struct declaring {
    struct weir_bind bind;
    const struct weir_operator *op;
    struct weir_arena *arena;
    struct weir_type_field *fields;
    uint32_t count, capacity;
    int status;                     /* sticky: a plugin may forget to look */
    const struct weir_type *schema; /* codecs: what the job asks for; else NULL */
    struct weir_error *err;
};

static int refuse(struct declaring *to, int status)
{
    to->status = status;
    return WEIR_FATAL;
}

static int declare(struct weir_bind *bind, const char *name, const char *type)
{
    struct declaring *to = (struct declaring *)bind;
    struct weir_type_field field;
    if (to->status != WEIR_OK) {
        return WEIR_FATAL;
    }
    if (name == NULL || name[0] == '\0' || name[0] == '_' || type == NULL ||
        weir_text_length(type, TYPE_TEXT_BYTES_MAX) == TYPE_TEXT_BYTES_MAX) {
        return refuse(to, weir_error_set(to->err, WEIR_ETEXT,
                                         "%s: its bind declares a field %s%s: expected a name that "
                                         "does not begin with _, and a type; mend the plugin",
                                         to->op->canonical, name == NULL ? "without a name" : name,
                                         type == NULL ? " without a type" : ""));
    }
    for (uint32_t i = 0; i < to->count; i++) {
        if (strcmp(to->fields[i].name, name) == 0) {
            return refuse(to, weir_error_set(to->err, WEIR_ETEXT,
                                             "%s: its bind declares field '%s' twice",
                                             to->op->canonical, name));
        }
    }
    if (to->count == WEIR_FIELDS_MAX) {
        return refuse(to, weir_error_set(to->err, WEIR_ELIMIT,
                                         "%s: its bind declares more than %d fields",
                                         to->op->canonical, WEIR_FIELDS_MAX));
    }
    int status = weir_type_parse(to->arena, weir_str_of(type), &field.type, to->err);
    if (status != WEIR_OK) {
        (void)weir_error_prefix(to->err, "%s: field '%s' that its bind declares", to->op->canonical,
                                name);
        return refuse(to, status);
    }
    field.name = weir_arena_strndup(to->arena, name, strlen(name));
    WEIR_GROW(to->fields, to->count, to->capacity);
    to->fields[to->count++] = field;
    return WEIR_OK;
}

static const struct weir_field *as_texts(struct weir_arena *arena,
                                         const struct weir_type_field *fields,
                                         uint32_t count)
{
    struct weir_field *texts = weir_arena_alloc(arena, (count + 1) * sizeof *texts);
    for (uint32_t i = 0; i < count; i++) {
        struct weir_text type;
        weir_text_init(&type);
        weir_type_print(fields[i].type, &type);
        texts[i].name = fields[i].name;
        texts[i].type = weir_arena_strndup(arena, type.bytes, type.count);
        weir_text_finish(&type);
    }
    return texts;
}

/* What bind answered: an error of its own, one of its declarations, or fields. */
static int take_answer(struct declaring *to, const struct weir_call *call, int outcome)
{
    if (to->status != WEIR_OK) {
        return to->status;
    }
    if (outcome != WEIR_OK || call->outcome != WEIR_OK) {
        (void)weir_call_failed(call, outcome != WEIR_OK ? outcome : call->outcome, to->err);
        if (to->err != NULL && to->err->status == WEIR_EJOB) {
            to->err->status = WEIR_ETEXT;
        }
        return to->err != NULL ? to->err->status : WEIR_ETEXT;
    }
    bool is_one = to->op->kind == WEIR_KIND_FUNCTION;
    if ((to->count == 0 && to->op->kind != WEIR_KIND_SINK) || (is_one && to->count != 1)) {
        return weir_error_set(to->err, WEIR_ETEXT,
                              "%s: its bind declares %u fields, expected %s; mend the plugin",
                              to->op->canonical, (unsigned)to->count, is_one ? "1" : "at least 1");
    }
    return WEIR_OK;
}

static int bind_by_plugin(const struct weir_operator *op,
                          const struct weir_param_value *params,
                          const struct weir_type_field *in,
                          uint32_t in_count,
                          struct declaring *to)
{
    /* A context for param() and fail() alone: bind runs where the graph is made, without an
     * instance. */
    struct weir_operator bare = *op;
    struct weir_call *call = weir_alloc(sizeof *call);
    bare.instance = NULL;
    int status = weir_call_open(call, &bare, params, to->err);
    if (status == WEIR_OK) {
        to->bind = (struct weir_bind){
            .size = sizeof to->bind,
            .in_count = in_count,
            .in = as_texts(to->arena, in, in_count),
            .task = &call->task,
            .declare = declare,
            .schema = to->schema == NULL
                          ? NULL
                          : as_texts(to->arena, to->schema->fields, to->schema->field_count),
            .schema_count = to->schema == NULL ? 0 : to->schema->field_count};
        struct weir_call_frame frame = {0};
        weir_call_enter(&frame, call, "bind");
        int outcome = op->exported->bind(&to->bind);
        weir_call_leave(&frame);
        status = take_answer(to, call, outcome);
    }
    weir_call_close(call);
    weir_free(call);
    return status;
}

static int fail_unbound(const struct weir_operator *op, const char *type, struct weir_error *err)
{
    return weir_error_set(err, WEIR_ETEXT, "%s: nothing says what its type %s stands for, found %s",
                          op->canonical, type, op->signature);
}

static int resolve(const struct weir_operator *op,
                   const struct weir_type_field *in,
                   uint32_t in_count,
                   struct weir_arena *arena,
                   const struct weir_type_field **out,
                   struct weir_error *err)
{
    struct weir_bindings bindings = {0};
    for (uint32_t i = 0; i < op->in_count && i < in_count; i++) {
        if (op->in[i].type == NULL &&
            !weir_variable_match(op->exported->in[i].type, in[i].type, &bindings)) {
            return fail_unbound(op, op->exported->in[i].type, err);
        }
    }
    struct weir_type_field *fields = weir_arena_alloc(arena, (op->out_count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < op->out_count; i++) {
        fields[i] = op->out[i];
        if (fields[i].type == NULL) {
            fields[i].type = weir_variable_resolve(arena, op->exported->out[i].type, &bindings);
        }
        if (fields[i].type == NULL) {
            return fail_unbound(op, op->exported->out[i].type, err);
        }
    }
    *out = fields;
    return WEIR_OK;
}

/* What bind declares, on to->arena. */
static int bind_output(const struct weir_operator *op,
                       const struct weir_param_value *params,
                       const struct weir_type_field *in,
                       uint32_t in_count,
                       struct declaring *to,
                       const struct weir_type_field **out)
{
    int status = bind_by_plugin(op, params, in, in_count, to);
    if (status == WEIR_OK) {
        struct weir_type_field *fields =
            weir_arena_alloc(to->arena, (to->count + 1) * sizeof *fields);
        if (to->count > 0) {
            memcpy(fields, to->fields, to->count * sizeof *fields);
        }
        *out = fields;
    }
    weir_free(to->fields);
    return status;
}

int weir_operator_bind_output(const struct weir_operator *op,
                              const struct weir_param_value *params,
                              const struct weir_type_field *in,
                              uint32_t in_count,
                              struct weir_arena *arena,
                              const struct weir_type_field **out,
                              uint32_t *out_count,
                              struct weir_error *err)
{
    if (op->exported->bind == NULL) {
        *out_count = op->out_count;
        return resolve(op, in, in_count, arena, out, err);
    }
    struct declaring to = {.op = op, .arena = arena, .err = err};
    WEIR_TRY(bind_output(op, params, in, in_count, &to, out));
    *out_count = to.count;
    return WEIR_OK;
}

int weir_codec_bind_output(const struct weir_operator *op,
                           const struct weir_param_value *params,
                           const struct weir_type *schema,
                           struct weir_arena *arena,
                           const struct weir_type_field **out,
                           uint32_t *out_count,
                           struct weir_error *err)
{
    WEIR_ASSERT(op->codec != NULL);
    if (op->exported->bind == NULL) {
        *out = op->out;
        *out_count = op->out_count;
        return WEIR_OK;
    }
    struct declaring to = {.op = op, .arena = arena, .err = err, .schema = schema};
    WEIR_TRY(bind_output(op, params, op->in, op->in_count, &to, out));
    *out_count = to.count;
    return WEIR_OK;
}
