/* SPDX-License-Identifier: Apache-2.0 */
/* From the text of a call to an open instance: the module, the export that is meant, its fields,
 * its parameters. */
#include "call.h"
#include "harness.h"

#include <dlfcn.h>

/* ---- the export ---- */
static bool is_operator(uint32_t kind)
{
    return kind != WEIR_KIND_INSTANCE && kind != WEIR_KIND_PARAMS && kind != WEIR_KIND_INVERSE;
}

/* A type variable: upper case, alone or in a list. */
static bool is_variable(const char *type)
{
    const char *inside = strncmp(type, "list<", 5) == 0 ? type + 5 : type;
    return inside[0] >= 'A' && inside[0] <= 'Z';
}

static bool next_type(weir_str *types, weir_str *type)
{
    size_t end = 0;
    int depth = 0;
    while (end < types->count && (types->bytes[end] != ',' || depth > 0)) {
        const char byte = types->bytes[end++];
        depth += byte == '<' || byte == '{';
        depth -= byte == '>' || byte == '}';
    }
    *type = weir_str_trim(weir_str_slice(*types, 0, end));
    *types = weir_str_slice(*types, end + 1, types->count);
    return type->count > 0;
}

static bool has_types(const struct weir_export *exported, weir_str types)
{
    weir_str type;
    if (types.bytes == NULL) {
        return true;
    }
    for (uint32_t i = 0; i < exported->in_count; i++) {
        if (!next_type(&types, &type) ||
            (!is_variable(exported->in[i].type) && !weir_str_equal(type, exported->in[i].type))) {
            return false;
        }
    }
    return types.count == 0;
}

static bool takes_any_type(const struct weir_export *exported)
{
    bool any = false;
    for (uint32_t i = 0; i < exported->in_count; i++) {
        any = any || is_variable(exported->in[i].type);
    }
    return any;
}

/* Of several forms, where the call does not say which, one of any type: it then asks for the type.
 * The order of exports is the compiler's and says nothing. */
static const struct weir_export *find(const struct weir_plugin *plugin,
                                      const struct weir_harness_call *call)
{
    const struct weir_export *found = NULL;
    for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
        if (weir_str_equal(call->name, (*at)->name) &&
            (call->kind != 0 ? (*at)->kind == call->kind : is_operator((*at)->kind)) &&
            has_types(*at, call->types) && (found == NULL || takes_any_type(*at))) {
            found = *at;
        }
    }
    return found;
}

static const void *joined(const struct weir_harness *h, uint32_t kind)
{
    for (const struct weir_export *const *at = h->plugin->first; at < h->plugin->last; at++) {
        if ((*at)->kind == kind && strcmp((*at)->name, h->exported->name) == 0) {
            return (*at)->table;
        }
    }
    return NULL;
}

/* ---- fields ---- */
/* Inputs with what the call says variables are. */
static int set_in(struct weir_harness *h, const struct weir_harness_call *call)
{
    const uint32_t count = h->exported->in_count;
    struct weir_field *fields =
        (struct weir_field *)weir_harness_keep(h, (count + 1) * sizeof *fields);
    weir_str types = call->types;
    for (uint32_t i = 0; i < count; i++) {
        weir_str type = {NULL, 0};
        fields[i] = h->exported->in[i];
        if (types.bytes != NULL && next_type(&types, &type)) {
            fields[i].type = weir_harness_keep_text(h, type.bytes, type.count);
        }
        if (is_variable(fields[i].type)) {
            return weir_harness_fail(h, "%s takes any type as %s: say which, %s(i64)",
                                     h->exported->name, fields[i].name, h->exported->name);
        }
    }
    h->in = weir_harness_type_of_fields(h, fields, count);
    return h->in != NULL ? 0 : 1;
}

struct declaring {
    struct weir_bind bind;
    struct weir_harness *h;
    struct weir_field fields[64];
    uint32_t count;
};

static int declare(struct weir_bind *bind, const char *name, const char *type)
{
    struct declaring *to = (struct declaring *)(void *)bind;
    if (to->count == sizeof to->fields / sizeof *to->fields) {
        return WEIR_FATAL;
    }
    to->fields[to->count].name = weir_harness_keep_text(to->h, name, strlen(name));
    to->fields[to->count++].type = weir_harness_keep_text(to->h, type, strlen(type));
    return WEIR_OK;
}

static const struct weir_field *as_fields(struct weir_harness *h,
                                          const struct weir_harness_type *type)
{
    struct weir_field *fields =
        (struct weir_field *)weir_harness_keep(h, (type->count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < type->count; i++) {
        struct weir_blob text = {NULL, 0, 0, false};
        weir_harness_type_print(&type->parts[i], &text);
        fields[i].name = type->parts[i].name;
        fields[i].type = weir_harness_keep_text(h, text.bytes, text.count);
        weir_blob_free(&text);
    }
    return fields;
}

static int bind_out(struct weir_harness *h, const struct weir_harness_call *call)
{
    struct declaring to;
    int outcome;
    memset(&to, 0, sizeof to);
    to.h = h;
    to.bind.size = sizeof to.bind;
    to.bind.in = as_fields(h, h->in);
    to.bind.in_count = h->in->count;
    to.bind.task = &h->task;
    to.bind.declare = declare;
    if (call->schema.count > 0) {
        const struct weir_harness_type *schema = weir_harness_type_parse(h, call->schema);
        if (schema == NULL) {
            return 1;
        }
        to.bind.schema = as_fields(h, schema);
        to.bind.schema_count = schema->count;
    }
    outcome = h->exported->bind(&to.bind);
    if (outcome != WEIR_OK || h->outcome != WEIR_OK) {
        return weir_harness_failed_with(h, outcome != WEIR_OK ? outcome : h->outcome, "its bind");
    }
    h->out = weir_harness_type_of_fields(h, to.fields, to.count);
    return h->out != NULL ? 0 : 1;
}

/* Outputs; a variable stands for what the input of that variable is. */
static int set_out(struct weir_harness *h, const struct weir_harness_call *call)
{
    const struct weir_export *exported = h->exported;
    struct weir_field *fields;
    if (exported->bind != NULL) {
        return bind_out(h, call);
    }
    fields = (struct weir_field *)weir_harness_keep(h, (exported->out_count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < exported->out_count; i++) {
        fields[i] = exported->out[i];
        fields[i].name = fields[i].name != NULL ? fields[i].name : "value";
        for (uint32_t k = 0; is_variable(fields[i].type) && k < exported->in_count; k++) {
            if (strcmp(exported->in[k].type, fields[i].type) == 0) {
                fields[i].type = as_fields(h, h->in)[k].type;
            }
        }
    }
    h->out = weir_harness_type_of_fields(h, fields, exported->out_count);
    return h->out != NULL ? 0 : 1;
}

/* ---- parameters and the instance ---- */
static int set_params(struct weir_harness *h, weir_str rest)
{
    const struct weir_params *params = (const struct weir_params *)joined(h, WEIR_KIND_PARAMS);
    weir_str word;
    while (weir_harness_token(&rest, &word)) {
        if (weir_str_equal(word, "--json")) {
            h->is_json = true;
            continue;
        }
        const size_t equals = word.bytes[0] == '"' ? WEIR_NOT_FOUND : weir_str_find_byte(word, '=');
        weir_str name = weir_str_slice(word, 0, equals);
        weir_str value =
            equals == WEIR_NOT_FOUND ? word : weir_str_slice(word, equals + 1, word.count);
        for (uint32_t i = 0; equals == WEIR_NOT_FOUND && params != NULL && i < params->count; i++) {
            const struct weir_param *param =
                (const struct weir_param *)(const void *)((const char *)params->entries +
                                                          (size_t)i * params->stride);
            if ((param->flags & WEIR_PARAM_POSITIONAL) != 0 && h->values[i].is_set == 0) {
                name = weir_str_from_chars(param->name);
                break;
            }
        }
        if (weir_harness_set_param(h, params, name, value) != 0) {
            return 1;
        }
    }
    return weir_harness_set_defaults(h, params);
}

static int open_instance(struct weir_harness *h)
{
    int outcome;
    h->instance = (const struct weir_instance *)joined(h, WEIR_KIND_INSTANCE);
    if (h->instance == NULL) {
        return 0;
    }
    h->task.self = calloc(1, h->instance->self_bytes > 0 ? h->instance->self_bytes : 1);
    h->has_instance = true;
    outcome = h->instance->open != NULL ? h->instance->open(&h->task) : WEIR_OK;
    weir_harness_scratch_reset(h);
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    return outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "open");
}

static int open_call(struct weir_harness *h, const char *text)
{
    struct weir_harness_call call;
    weir_harness_read_call(weir_str_from_chars(text), &call);
    h->exported = find(h->plugin, &call);
    if (h->exported == NULL) {
        return weir_harness_fail(
            h, "%s has no operator %.*s%s%.*s%s", h->plugin->id, (int)call.name.count,
            call.name.bytes, call.types.bytes != NULL ? "(" : "", (int)call.types.count,
            call.types.bytes != NULL ? call.types.bytes : "", call.types.bytes != NULL ? ")" : "");
    }
    if (h->exported->size < sizeof *h->exported) {
        return weir_harness_fail(h, "%s is built for an older SDK: build it with this one",
                                 h->plugin->id);
    }
    if (set_params(h, call.rest) != 0 || set_in(h, &call) != 0 || set_out(h, &call) != 0) {
        return 1;
    }
    weir_harness_scratch_reset(h);
    return open_instance(h);
}

static struct weir_harness *make(void)
{
    struct weir_harness *h = (struct weir_harness *)calloc(1, sizeof *h);
    if (h == NULL) {
        abort();
    }
    pthread_mutex_init(&h->lock, NULL);
    h->host = weir_harness_host;
    h->task.size = sizeof h->task;
    h->task.host = &h->host;
    h->task.seed = 42;
    h->partitions = 4;
    h->stream = "#1";
    return h;
}

int weir_harness_open_static(struct weir_harness **harness,
                             const struct weir_plugin *plugin,
                             const char *call)
{
    struct weir_harness *h = make();
    *harness = h;
    h->plugin = plugin;
    h->is_open = open_call(h, call) == 0;
    h->is_broken = !h->is_open;
    return h->is_open ? 0 : 1;
}

int weir_harness_open(struct weir_harness **harness, const char *path, const char *call)
{
    struct weir_harness *h;
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const char *why = module == NULL ? dlerror() : NULL;
    const struct weir_plugin *plugin =
        module == NULL ? NULL : (const struct weir_plugin *)dlsym(module, WEIR_ENTRY_SYMBOL);
    if (plugin != NULL && plugin->epoch == WEIR_EPOCH && plugin->needs_minor <= WEIR_MINOR) {
        return weir_harness_open_static(harness, plugin, call);
    }
    *harness = h = make();
    h->is_broken = true;
    if (module == NULL) {
        return weir_harness_fail(h, "%s", why != NULL ? why : path);
    }
    return plugin == NULL
               ? weir_harness_fail(h, "%s exports no " WEIR_ENTRY_SYMBOL ": no weir plugin", path)
               : weir_harness_fail(h, "%s needs SDK %u.%u, this harness speaks %d.%d", path,
                                   (unsigned)plugin->epoch, (unsigned)plugin->needs_minor,
                                   WEIR_EPOCH, WEIR_MINOR);
}

static void free_texts(struct weir_harness *h)
{
    struct weir_blob *const blobs[] = {&h->log,     &h->rows,      &h->status,
                                       &h->reduced, &h->pending,   &h->cookies,
                                       &h->offset,  &h->read_rows, &h->answered};
    for (size_t i = 0; i < sizeof blobs / sizeof *blobs; i++) {
        weir_blob_free(blobs[i]);
    }
    for (size_t i = 0; i < sizeof h->shown / sizeof *h->shown; i++) {
        weir_blob_free(&h->shown[i]);
    }
    weir_harness_texts_free(&h->failures);
    weir_harness_texts_free(&h->parts);
    weir_harness_texts_free(&h->tokens);
}

void weir_harness_close(struct weir_harness *h)
{
    if (h == NULL) {
        return;
    }
    if (h->is_running) {
        (void)weir_harness_stop(h, NULL);
    }
    if (h->has_instance && h->instance->close != NULL) {
        h->instance->close(&h->task);
    }
    weir_harness_states_free(h);
    weir_harness_scratch_reset(h);
    weir_harness_out_free(h->rx_out);
    free(h->reserved);
    free(h->task.self);
    free(h->error);
    free_texts(h);
    while (h->kept != NULL) {
        struct weir_harness_block *next = h->kept->next;
        free(h->kept);
        h->kept = next;
    }
    pthread_mutex_destroy(&h->lock);
    free(h);
}

const struct weir_export *weir_harness_export(const struct weir_harness *h)
{
    return h->exported;
}

struct weir_task *weir_harness_task(struct weir_harness *h)
{
    return &h->task;
}
