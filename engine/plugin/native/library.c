/* SPDX-License-Identifier: Apache-2.0 */
/* A library and its prototypes as a module of operators, so that everything else (names, overloads,
 * descriptions, graphs) treats them as it treats any plugin. Its id is "c:" and the file's name;
 * several `use` of one library are several modules of one id, and may not contradict each other. */
#include "plugin/load/load.h"
#include "plugin/native/native.h"

#include <string.h>

void weir_native_finish(struct weir_native *native)
{
    for (uint32_t i = 0; native != NULL && i < native->count; i++) {
        weir_native_pool_destroy(native->functions[i]->pool);
    }
    if (native != NULL && native->owns_lock) {
        weir_native_lock_destroy(native->lock);
    }
}

/* ---- the file ---- */

/* A second C library would have its own heap and errno. */
static bool is_c_library(const char *path)
{
    const char *base = weir_path_base(path);
    return strncmp(base, "libc.so", 7) == 0 || strncmp(base, "libc-2.", 7) == 0 ||
           strncmp(base, "ld-linux", 8) == 0;
}

/* A name with a slash is a file as of any plugin; one without is the system loader's to find. */
static int locate(struct weir_native_opening *o)
{
    struct weir_registry *registry = o->registry;
    const char *name = o->use->name;
    if (strchr(name, '/') == NULL && name[0] != '\0') {
        o->path = weir_arena_strndup(&registry->arena, name, strlen(name));
        return WEIR_OK;
    }
    const char *path;
    WEIR_TRY(weir_plugin_locate(registry, name, o->use->base_folder, &path, &o->path, o->err));
    return is_c_library(o->path)
               ? weir_error_set(o->err, WEIR_ETEXT,
                                "%s: the C library is there once in a process: name it without "
                                "its folder, \"%s\"",
                                path, weir_path_base(o->path))
               : WEIR_OK;
}

static int store(struct weir_native_opening *o)
{
    o->stored = o->path;
    o->loaded->sha256 = "";
    return strchr(o->path, '/') == NULL ? WEIR_OK
                                        : weir_load_store(o->registry, o->use->name, o->path,
                                                          &o->stored, &o->loaded->sha256, o->err);
}

/* Says where the fault lies: in the name of the library, which may lie beside the job while a bare
 * name is looked for elsewhere, or in that of the function. */
static int explain_open(const struct weir_native_opening *o, const struct weir_native_function *f)
{
    struct weir_env *env = o->registry->env;
    const char *folder = o->use->base_folder == NULL ? "." : o->use->base_folder;
    const char *beside = weir_arena_printf(&o->loaded->arena, "%s/%s", folder, o->path);
    if (o->err->status != WEIR_ETEXT && strchr(o->path, '/') == NULL &&
        env->ops->file_exists(env, beside)) {
        return weir_error_set(o->err, o->err->status,
                              "%s: a name without a slash is looked for where the system has its "
                              "libraries, and it is not there: write \"./%s\"",
                              o->path, o->path);
    }
    if (o->err->status == WEIR_ETEXT) { /* the library is there, the function is not */
        *o->place = f->place;
    }
    size_t count = strlen(o->stored);
    if (o->stored != o->path && strncmp(o->err->text, o->stored, count) == 0) {
        const char *rest = o->err->text + count; /* nobody knows the copy's name */
        rest = weir_arena_strndup(&o->loaded->arena, rest, strlen(rest));
        return weir_error_set(o->err, o->err->status, "%s%s", o->use->name, rest);
    }
    return o->err->status;
}

/* What the system's loader calls an address of data is one of a function here. */
union address {
    void *data;
    void (*function)(void);
};

static int open_functions(struct weir_native_opening *o)
{
    struct weir_env *env = o->registry->env;
    for (uint32_t i = 0; i < o->native->count; i++) {
        struct weir_native_function *f = o->native->functions[i];
        union address address = {NULL};
        if (env->ops->module_open(env, o->stored, f->name, &address.data, o->err) != WEIR_OK) {
            return explain_open(o, f);
        }
        f->address = address.function;
        int status = weir_native_prepare(&o->loaded->arena, f, o->err);
        if (status != WEIR_OK) {
            *o->place = f->place;
            return status;
        }
    }
    return WEIR_OK;
}

/* ---- beside others ---- */

/* Is it called the same way? */
static bool is_same_call(const struct weir_native_function *a, const struct weir_native_function *b)
{
    if (strcmp(a->prototype, b->prototype) != 0) {
        return false;
    }
    for (uint32_t i = 0; i <= a->count; i++) {
        const struct weir_native_struct *of_a =
            i < a->count ? a->parameters[i].record : a->result.record;
        const struct weir_native_struct *of_b =
            i < a->count ? b->parameters[i].record : b->result.record;
        if (of_a != NULL && strcmp(of_a->text, of_b->text) != 0) {
            return false;
        }
    }
    return true;
}

static int check_against(struct weir_native_opening *o, const struct weir_native *other)
{
    for (uint32_t i = 0; i < o->native->count; i++) {
        const struct weir_native_function *f = o->native->functions[i];
        for (uint32_t k = 0; k < other->count; k++) {
            const struct weir_native_function *g = other->functions[k];
            if (strcmp(f->name, g->name) == 0 && !is_same_call(f, g)) {
                *o->place = f->place;
                return weir_error_set(o->err, WEIR_ETEXT,
                                      "%s of %s was declared before as %s: one C function has one "
                                      "prototype",
                                      f->name, weir_path_base(o->path), g->prototype);
            }
        }
    }
    return WEIR_OK;
}

/* Modules of the same id are the same library; the lock is one for all of them. */
static int join_others(struct weir_native_opening *o)
{
    struct weir_registry *registry = o->registry;
    struct weir_native_lock *lock = NULL;
    for (size_t i = 0; i < registry->loaded_count; i++) {
        const struct weir_loaded *other = registry->loaded[i];
        if (strcmp(other->entry->id, o->loaded->entry->id) != 0) {
            continue;
        }
        if (strcmp(other->path, o->path) != 0) {
            return weir_error_set(o->err, WEIR_ETEXT,
                                  "%s and %s are both called %s in graphs: rename one file",
                                  other->path, o->path, other->entry->id);
        }
        WEIR_TRY(check_against(o, other->native));
        lock = lock != NULL ? lock : other->native->lock;
    }
    if (o->native->is_serial) {
        o->native->owns_lock = lock == NULL;
        o->native->lock = lock != NULL ? lock : weir_native_lock_create(registry->env);
    }
    return WEIR_OK;
}

/* ---- use ---- */

static int open_library(struct weir_native_opening *o)
{
    WEIR_TRY(
        weir_native_parse(&o->loaded->arena, o->native->prototypes, o->native, o->place, o->err));
    WEIR_TRY(store(o));
    WEIR_TRY(open_functions(o));
    WEIR_TRY(weir_native_make_operators(o));
    return join_others(o);
}

static int load(struct weir_native_opening *o)
{
    struct weir_registry *registry = o->registry;
    struct weir_loaded *loaded = weir_alloc(sizeof *loaded);
    weir_arena_init(&loaded->arena);
    o->loaded = loaded;
    o->native = loaded->native = weir_arena_alloc(&loaded->arena, sizeof *o->native);
    o->native->prototypes =
        weir_arena_strndup(&loaded->arena, o->use->prototypes, strlen(o->use->prototypes));
    o->native->is_serial = o->use->is_serial;
    int status = open_library(o);
    if (status != WEIR_OK) {
        weir_loaded_destroy(loaded);
        return status;
    }
    loaded->path = o->path;
    loaded->stored = o->stored;
    WEIR_GROW(registry->loaded, registry->loaded_count, registry->loaded_capacity);
    registry->loaded[registry->loaded_count++] = loaded;
    return WEIR_OK;
}

int weir_registry_use_native(struct weir_registry *registry,
                             const struct weir_native_use *use,
                             const struct weir_plugin_info **plugin,
                             struct weir_place *place,
                             struct weir_error *err)
{
    struct weir_place nowhere;
    struct weir_error local;
    struct weir_native_opening o = {.registry = registry,
                                    .use = use,
                                    .place = place != NULL ? place : &nowhere,
                                    .err = err != NULL ? err : &local};
    struct weir_alias *known;
    *o.place = (struct weir_place){0, 0};
    WEIR_TRY(locate(&o));
    weir_str alias = use->alias != NULL ? weir_str_of(use->alias) : weir_alias_of_path(o.path);
    WEIR_TRY(weir_alias_check(registry, alias, use->name, o.path, use->prototypes, &known, o.err));
    if (known == NULL) {
        WEIR_TRY(load(&o));
        known = weir_registry_name(registry, alias, o.loaded);
        known->info.prototypes = o.native->prototypes;
        known->info.is_serial = o.native->is_serial;
    }
    *plugin = &known->info;
    return WEIR_OK;
}
