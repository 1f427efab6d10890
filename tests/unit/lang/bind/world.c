/* SPDX-License-Identifier: Apache-2.0 */
/* See world.h. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* X(name, is_own): what the build links in with WEIR_STATIC=name */
#define PLUGINS(X)                                                                                 \
    X(std, true)                                                                                   \
    X(text, true)                                                                                  \
    X(i64, true)                                                                                   \
    X(f64, true)                                                                                   \
    X(print, true)                                                                                 \
    X(generate, true)                                                                              \
    X(file, true)                                                                                  \
    X(socket_text, true)                                                                           \
    X(save_as_text_files, true)                                                                    \
    X(agg, true)                                                                                   \
    X(lines, true)                                                                                 \
    X(json, true)                                                                                  \
    X(csv, true)                                                                                   \
    X(shop, false)

#define DECLARE(name, is_own) extern const struct weir_plugin weir_plugin_e1_##name;
PLUGINS(DECLARE)
#undef DECLARE

/* A world without files: linked-in plugins need none, and others are not found. */
static const char *no_variable(struct weir_env *env, const char *name)
{
    (void)env, (void)name;
    return NULL;
}

static bool no_file(struct weir_env *env, const char *path)
{
    (void)env, (void)path;
    return false;
}

/* The system's libraries have every function; nobody calls them here. */
static int module_open(struct weir_env *env,
                       const char *path,
                       const char *symbol,
                       void **address,
                       struct weir_error *err)
{
    *address = env;
    return strchr(path, '/') == NULL && strcmp(symbol, "absent") != 0
               ? WEIR_OK
               : weir_error_set(err, WEIR_ETEXT, "%s exports no \"%s\"", path, symbol);
}

/* Of a library that is not thread-safe; with one thread nobody waits. */
static struct weir_gate *gate_create(struct weir_env *env)
{
    (void)env;
    return NULL;
}

static void gate_destroy(struct weir_env *env, struct weir_gate *gate)
{
    (void)env, (void)gate;
}

static const struct weir_env_ops ops = {.struct_bytes = sizeof ops,
                                        .variable = no_variable,
                                        .file_exists = no_file,
                                        .module_open = module_open,
                                        .gate_create = gate_create,
                                        .gate_destroy = gate_destroy};
static struct weir_env world = {.ops = &ops};
static struct weir_registry *registry;

int world_set_up(void **state)
{
    (void)state;
    struct weir_error err = {0};
    int status = weir_registry_create(&world, "/nowhere", &registry, &err);
#define USE(name, is_own)                                                                          \
    if (status == WEIR_OK) {                                                                       \
        status = weir_registry_use_static(registry, &weir_plugin_e1_##name, #name, is_own, &err);  \
    }
    PLUGINS(USE)
#undef USE
    if (status != WEIR_OK) {
        print_error("%s\n", err.text);
    }
    return status;
}

int world_tear_down(void **state)
{
    (void)state;
    weir_registry_destroy(registry);
    return 0;
}

struct weir_registry *world_registry(void)
{
    return registry;
}

static const char *environment(void *owner, const char *name)
{
    (void)owner;
    return strcmp(name, "HOME_TOWN") == 0 ? "Ulm" : NULL;
}

void bind_with(struct bound *b, const char *text, struct weir_bind_options options)
{
    *b = (struct bound){.source = {.name = "shop.weir", .text = weir_str_of(text)}};
    b->options = options;
    b->options.registry = registry;
    b->options.env = environment;
    weir_diagnostics_init(&b->diagnostics, &b->source);
    b->status = weir_lang_compile(&b->source, &b->options, &b->diagnostics, &b->graph, &b->err);
}

void bind_text(struct bound *b, const char *text)
{
    bind_with(b, text, (struct weir_bind_options){.registry = NULL});
}

void bound_finish(struct bound *b)
{
    weir_graph_destroy(b->graph);
    weir_diagnostics_finish(&b->diagnostics);
}

const char *bound_schema(const struct weir_graph *graph, uint32_t node)
{
    static char texts[4][512];
    static unsigned turn;
    struct weir_text text;
    char *to = texts[turn++ % 4];
    weir_text_init(&text);
    weir_type_print(graph->nodes[node].schema, &text);
    size_t count = text.count < sizeof texts[0] - 1 ? text.count : sizeof texts[0] - 1;
    memcpy(to, text.bytes, count);
    to[count] = '\0';
    weir_text_finish(&text);
    return to;
}

void assert_bound(const struct bound *b)
{
    if (b->status == WEIR_OK) {
        return;
    }
    struct weir_text text;
    weir_text_init(&text);
    weir_diagnostics_render(&b->diagnostics, false, &text);
    print_error("%s\n", text.bytes);
    weir_text_finish(&text);
    fail_msg("a right text is refused: %.*s", (int)b->source.text.count, b->source.text.bytes);
}
