/* SPDX-License-Identifier: Apache-2.0 */
/* What weir's own operator plugins say about themselves: each export has help and an example that
 * names it, types of the pipeline language, and no twin. */
#include "drive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const char *const plugins[] = {"std",  "text", "i64",  "f64", "math",
                                      "hash", "url",  "time", "web", "agg"};

static bool is_type(const char *type)
{
    static const char *const types[] = {"bool", "i32",       "i64",       "f64",
                                        "str",  "list<i64>", "list<f64>", "list<str>",
                                        "ts",   "bytes",     "A"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(type, types[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* An entry that is joined to an operator by its name. */
static bool is_part(const struct weir_export *exported)
{
    return exported->kind == WEIR_KIND_INVERSE || exported->kind == WEIR_KIND_INSTANCE ||
           exported->kind == WEIR_KIND_PARAMS;
}

static bool is_twin(const struct weir_export *a, const struct weir_export *b)
{
    if (a == b || a->kind != b->kind || strcmp(a->name, b->name) != 0 ||
        a->in_count != b->in_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->in_count; i++) {
        if (strcmp(a->in[i].type, b->in[i].type) != 0) {
            return false;
        }
    }
    return true;
}

static void check_export(const struct weir_plugin *plugin, const struct weir_export *exported)
{
    assert_int_equal(exported->size, sizeof *exported);
    assert_true(exported->in_count <= WEIR_PARAMETERS_MAX);
    for (uint32_t i = 0; i < exported->in_count; i++) {
        assert_true(is_type(exported->in[i].type));
    }
    assert_true((exported->loop != NULL) != (exported->table != NULL));
    assert_true(exported->kind == WEIR_KIND_INSTANCE || exported->kind == WEIR_KIND_PARAMS ||
                (exported->out_count > 0 && is_type(exported->out[0].type)));
    if (!is_part(exported) && (exported->help == NULL || exported->example == NULL)) {
        fail_msg("%s/%s has no help or no example", plugin->id, exported->name);
    }
    for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
        if (is_twin(exported, *at)) {
            fail_msg("%s/%s is there twice", plugin->id, exported->name);
        }
    }
}

static void exports_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++) {
        const struct weir_plugin *plugin = drive_load(plugins[i]);
        char id[64];
        (void)snprintf(id, sizeof id, "org.weir.%s", plugins[i]);
        assert_string_equal(plugin->id, id);
        assert_int_equal(plugin->size, sizeof *plugin);
        assert_int_equal(plugin->epoch, WEIR_EPOCH);
        assert_int_equal(plugin->needs_minor, WEIR_MINOR);
        assert_true(plugin->first < plugin->last);
        for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
            check_export(plugin, *at);
        }
    }
}

/* An example shows the operator by its name; std's stand behind signs, such as + for add. */
static void examples_show_their_operator(void **state)
{
    (void)state;
    for (size_t i = 1; i < sizeof plugins / sizeof plugins[0]; i++) {
        const struct weir_plugin *plugin = drive_load(plugins[i]);
        for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
            char call[64];
            (void)snprintf(call, sizeof call, "%s.%s", plugins[i], (*at)->name);
            assert_true(is_part(*at) || strstr((*at)->example, call) != NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exports_are_complete),
        cmocka_unit_test(examples_show_their_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
