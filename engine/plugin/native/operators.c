/* SPDX-License-Identifier: Apache-2.0 */
/* Prototypes as exports: what a plugin says in its table is said here for functions that have none,
 * so that they become operators in the same way. */
#include "plugin/load/load.h"
#include "plugin/native/native.h"

#include <string.h>

/* Is another parameter, or member of one, called like this? */
static bool is_ambiguous(const struct weir_native_function *f,
                         const struct weir_native_value *value)
{
    for (uint32_t i = 0; i < f->count; i++) {
        const struct weir_native_value *parameter = &f->parameters[i];
        const struct weir_native_struct *record = parameter->record;
        if (record == NULL && parameter != value && strcmp(parameter->name, value->name) == 0) {
            return true;
        }
        for (uint32_t k = 0; record != NULL && k < record->count; k++) {
            if (&record->members[k] != value && strcmp(record->members[k].name, value->name) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* A struct that stands there twice has the same members twice. */
static bool is_repeated(const struct weir_native_function *f, uint32_t parameter)
{
    for (uint32_t i = 0; i < f->count; i++) {
        if (i != parameter && f->parameters[i].record == f->parameters[parameter].record) {
            return true;
        }
    }
    return false;
}

static const char *field_name(struct weir_arena *arena,
                              const struct weir_native_function *f,
                              const struct weir_native_step *step)
{
    const struct weir_native_value *parameter = &f->parameters[step->parameter];
    const char *owner = parameter->name[0] != '\0'
                            ? parameter->name
                            : weir_arena_printf(arena, "arg%u", (unsigned)step->parameter + 1);
    if (step->value == parameter) {
        return owner;
    }
    return is_repeated(f, step->parameter) || is_ambiguous(f, step->value)
               ? weir_arena_printf(arena, "%s_%s", owner, step->value->name)
               : step->value->name;
}

static int set_in(const struct weir_native_opening *o,
                  const struct weir_native_function *f,
                  struct weir_export *export)
{
    struct weir_arena *arena = &o->loaded->arena;
    struct weir_field *in = weir_arena_alloc(arena, (f->column_count + 1) * sizeof *in);
    for (uint32_t i = 0; i < f->column_count; i++) {
        const char *name = field_name(arena, f, &f->steps[i]);
        in[i] = (struct weir_field){name, weir_native_weir_type(f->steps[i].value->type)};
        bool is_twice = !weir_is_name(weir_str_of(name));
        for (uint32_t k = 0; k < i; k++) {
            is_twice = is_twice || strcmp(in[k].name, name) == 0;
        }
        if (is_twice) {
            *o->place = f->steps[i].value->place;
            return weir_error_set(o->err, WEIR_ETEXT,
                                  "%s: '%s' is the name of two parameters or too long: the C "
                                  "function does not mind other names here",
                                  f->name, name);
        }
    }
    export->in = in;
    export->in_count = f->column_count;
    return WEIR_OK;
}

/* Columns of emit, members of a struct that is returned, or the one result. */
static int set_out(const struct weir_native_opening *o,
                   const struct weir_native_function *f,
                   struct weir_export *export)
{
    struct weir_arena *arena = &o->loaded->arena;
    bool is_struct = f->result.type == WEIR_NATIVE_STRUCT;
    const struct weir_native_value *values = f->emitted_count > 0 ? f->emitted
                                             : is_struct          ? f->result.record->members
                                                                  : &f->result;
    uint32_t count = f->emitted_count > 0 ? f->emitted_count
                     : is_struct          ? f->result.record->count
                                          : 1;
    struct weir_field *out = weir_arena_alloc(arena, (count + 1) * sizeof *out);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = values[i].name;
        if (values[i].is_length) {
            continue;
        }
        if (name[0] == '\0') {
            bool is_lone = count == 1 || (count == 2 && values[1].is_length);
            name = is_lone ? "value" : weir_arena_printf(arena, "value%u", (unsigned)i + 1);
        }
        for (uint32_t k = 0; k < export->out_count; k++) {
            if (strcmp(out[k].name, name) == 0) {
                *o->place = values[i].place;
                return weir_error_set(o->err, WEIR_ETEXT, "%s gives '%s' twice: rename one",
                                      f->name, name);
            }
        }
        out[export->out_count++] = (struct weir_field){name, weir_native_weir_type(values[i].type)};
    }
    export->out = out;
    return WEIR_OK;
}

static const char *help_of(const struct weir_native_opening *o,
                           const struct weir_native_function *f)
{
    return weir_arena_printf(&o->loaded->arena, "the C function %s of %s%s", f->prototype,
                             weir_path_base(o->path),
                             o->native->is_serial ? ", one call at a time" : "");
}

/* The function, and the instance that libffi's calls need. */
static int add_exports(const struct weir_native_opening *o,
                       const struct weir_native_function *f,
                       const struct weir_export **exports,
                       size_t *count)
{
    struct weir_arena *arena = &o->loaded->arena;
    bool is_emitter = f->emitted_count > 0 || f->result.type == WEIR_NATIVE_STRUCT;
    weir_loop typed = is_emitter ? NULL : weir_native_typed_loop(f);
    struct weir_export *export = weir_arena_alloc(arena, sizeof *export);
    *export = (struct weir_export){.size = sizeof *export,
                                   .kind = is_emitter ? WEIR_KIND_EMITTER : WEIR_KIND_FUNCTION,
                                   .flags = f->is_impure ? WEIR_NONDETERMINISTIC : 0,
                                   .name = f->name,
                                   .help = help_of(o, f),
                                   .example = "",
                                   .loop = typed != NULL ? typed
                                           : is_emitter  ? weir_native_emitter_loop
                                                         : weir_native_function_loop,
                                   .table = f};
    WEIR_TRY(set_in(o, f, export));
    WEIR_TRY(set_out(o, f, export));
    exports[(*count)++] = export;
    if (typed != NULL) {
        return WEIR_OK;
    }
    struct weir_export *instance = weir_arena_alloc(arena, sizeof *instance);
    *instance = (struct weir_export){.size = sizeof *instance,
                                     .kind = WEIR_KIND_INSTANCE,
                                     .name = f->name,
                                     .help = "",
                                     .example = "",
                                     .table = is_emitter ? &weir_native_emitter_instance
                                                         : &weir_native_function_instance};
    exports[(*count)++] = instance;
    return WEIR_OK;
}

int weir_native_make_operators(struct weir_native_opening *o)
{
    struct weir_loaded *loaded = o->loaded;
    struct weir_plugin *entry = weir_arena_alloc(&loaded->arena, sizeof *entry);
    *entry = (struct weir_plugin){
        .size = sizeof *entry,
        .epoch = WEIR_EPOCH,
        .minor = WEIR_MINOR,
        .id = weir_arena_printf(&loaded->arena, "%s%s", WEIR_NATIVE_ID, weir_path_base(o->path)),
        .version = "unversioned",
        .summary = "C functions by their prototypes",
        .licence = ""};
    loaded->entry = entry;
    size_t count = 0;
    const struct weir_export **exports =
        weir_arena_alloc(&loaded->arena, 2 * o->native->count * sizeof *exports);
    for (uint32_t i = 0; i < o->native->count; i++) {
        WEIR_TRY(add_exports(o, o->native->functions[i], exports, &count));
    }
    const struct weir_load load = {o->path, &loaded->arena, o->err};
    return weir_exports_join(&load, loaded, exports, count);
}
