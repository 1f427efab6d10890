/* SPDX-License-Identifier: Apache-2.0 */
/* The example that an operator, receiver, source or sink of weir's own shows in `weir inspect` is a
 * pipeline that weir takes: each is parsed and bound, with types on every edge. */
#include "base/base.h"
#include "lang/lang.h"
#include "os/os.h"
#include "plugin/plugin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool is_bound(struct weir_registry *registry, const char *plugin, const char *example)
{
    const struct weir_source source = {
        .name = plugin, .text = {example, strlen(example)}, .from_shell = true};
    const struct weir_bind_options options = {.registry = registry};
    struct weir_diagnostics diagnostics;
    struct weir_graph *graph = NULL;
    struct weir_error err = {0};
    int rc;
    weir_diagnostics_init(&diagnostics, &source);
    rc = weir_lang_compile(&source, &options, &diagnostics, &graph, &err);
    if (rc != WEIR_OK) {
        struct weir_text text;
        weir_text_init(&text);
        weir_diagnostics_render(&diagnostics, false, &text);
        print_error("%.*s%s\n", (int)text.count, text.bytes, err.text);
        weir_text_finish(&text);
    }
    weir_graph_destroy(graph);
    weir_diagnostics_finish(&diagnostics);
    return rc == WEIR_OK;
}

/* Its files are read when it is bound, and its example reads what another example writes: tried by
 * tests/cli/object_files.sh. */
static bool reads_when_bound(const struct weir_operator *op)
{
    return strcmp(op->canonical, "org.weir.object_files/object_files") == 0;
}

static void examples_are_pipelines(void **state)
{
    const struct weir_os_options os = {.threads = 1, .plugin_home = WEIR_BUILD_DIR "/plugins"};
    struct weir_env *env;
    struct weir_registry *registry;
    const struct weir_plugin_info *const *plugins;
    struct weir_error err = {0};
    size_t plugin_count;
    size_t tried = 0;
    size_t refused = 0;
    (void)state;
    assert_int_equal(weir_os_create(&os, &env, &err), WEIR_OK);
    assert_int_equal(weir_registry_create(env, NULL, &registry, &err), WEIR_OK);
    assert_int_equal(weir_registry_list(registry, true, &plugins, &plugin_count, &err), WEIR_OK);
    for (size_t p = 0; p < plugin_count; p++) {
        size_t count;
        const struct weir_operator *const *operators = weir_plugin_operators(plugins[p], &count);
        for (size_t i = 0; i < count; i++) {
            const char *example = operators[i]->exported->example;
            if (example == NULL) {
                print_error("%s has no example\n", operators[i]->canonical);
                refused++;
                continue;
            }
            if (reads_when_bound(operators[i])) {
                continue;
            }
            refused += !is_bound(registry, plugins[p]->alias, example);
            tried++;
        }
    }
    assert_true(tried > 80);
    assert_int_equal(refused, 0);
    weir_registry_destroy(registry);
    weir_os_destroy(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(examples_are_pipelines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
