/* SPDX-License-Identifier: Apache-2.0 */
/* The good fixture as a linked-in plugin, and a registry that knows it as `good`. */
#ifndef WEIR_TESTS_PLUGIN_GOOD_H
#define WEIR_TESTS_PLUGIN_GOOD_H

#include "plugin/plugin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

extern const struct weir_plugin weir_plugin_e1_good;

/* A world without files: linked-in plugins need none. */
static struct weir_env good_env;

static inline struct weir_registry *good_registry(void)
{
    struct weir_registry *registry;
    struct weir_error err;
    assert_int_equal(weir_registry_create(&good_env, "/nowhere", &registry, &err), WEIR_OK);
    assert_int_equal(weir_registry_use_static(registry, &weir_plugin_e1_good, "good", false, &err),
                     WEIR_OK);
    return registry;
}

/* The only operator good.NAME of a kind. */
static inline const struct weir_operator *good_operator(struct weir_registry *registry,
                                                        const char *name,
                                                        enum weir_kind kind)
{
    const struct weir_operator *const *found;
    size_t count;
    struct weir_error err;
    assert_int_equal(weir_registry_find(registry, weir_str_of("good"), weir_str_of(name),
                                        1u << kind, &found, &count, &err),
                     WEIR_OK);
    assert_int_equal(count, 1);
    return found[0];
}

#endif
