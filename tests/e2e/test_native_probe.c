/* SPDX-License-Identifier: Apache-2.0 */
/* A prototype that does not match its function is found out in a child process, before the job
 * calls it: each way in which a first call may end, with the C library as the library. */
#include "os/os.h"
#include "plugin/plugin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TIMEOUT_MS = 3000 };

static const struct {
    const char *prototypes, *name;
    const char *words; /* of the verdict; NULL: nothing to complain of */
} cases[] = {
    {"double cbrt(double x);", "cbrt", NULL},
    {"size_t strlen(const char *s);", "strlen", NULL},
    {"size_t strlen(long s);", "strlen",
     "calling strlen crashed with SIGSEGV (Segmentation fault): the prototype may not match; "
     "declared is size_t strlen(long s), in libm.so.6"},
    {"int exit(int status);", "exit", "calling exit ended the process"},
    {"int pause(void);", "pause", "calling pause with zeros and empty texts did not end"},
    /* 0 / 0 says nothing about the prototype */
    {"struct d { int quot, rem; }; struct d div(int a, int b);", "div", NULL},
};

/* [child] */
static int probe(void *owner, struct weir_text *result)
{
    struct weir_error err;
    (void)result;
    return weir_native_probe(owner, &err) == WEIR_OK ? 0 : 1;
}

static const struct weir_operator *declare(struct weir_registry *registry,
                                           const char *prototypes,
                                           const char *name)
{
    const struct weir_native_use use = {
        .name = "libm.so.6", .alias = "l", .prototypes = prototypes};
    const struct weir_plugin_info *plugin;
    const struct weir_operator *const *found;
    size_t count;
    struct weir_error err;
    if (weir_registry_use_native(registry, &use, &plugin, NULL, &err) != WEIR_OK) {
        fail_msg("%s: %s", prototypes, err.text);
    }
    assert_int_equal(weir_registry_find(registry, weir_str_of("l"), weir_str_of(name),
                                        1u << WEIR_KIND_FUNCTION | 1u << WEIR_KIND_EMITTER, &found,
                                        &count, &err),
                     WEIR_OK);
    assert_int_equal(count, 1);
    return found[0];
}

static void check_case(struct weir_env *env, size_t i)
{
    struct weir_registry *registry;
    struct weir_os_child_report report;
    struct weir_text why;
    struct weir_error err;
    weir_text_init(&why);
    assert_int_equal(weir_registry_create(env, NULL, &registry, &err), WEIR_OK);
    const struct weir_operator *op = declare(registry, cases[i].prototypes, cases[i].name);
    union {
        const struct weir_operator *op;
        void *owner;
    } handed = {op};
    assert_int_equal(weir_os_checked_child(probe, handed.owner, TIMEOUT_MS, &report, &err),
                     WEIR_OK);
    bool is_fine =
        report.is_finished || weir_native_probe_verdict(op, report.signal, report.is_timeout, &why);
    assert_int_equal(is_fine, cases[i].words == NULL);
    if (cases[i].words != NULL && strstr(why.bytes, cases[i].words) == NULL) {
        fail_msg("'%s' is not in: %s", cases[i].words, why.bytes);
    }
    weir_os_child_report_finish(&report);
    weir_text_finish(&why);
    weir_registry_destroy(registry);
}

static void first_calls_end_in_a_child(void **state)
{
    const struct weir_os_options options = {.threads = 1};
    struct weir_env *env;
    struct weir_error err;
    (void)state;
    assert_int_equal(weir_os_create(&options, &env, &err), WEIR_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_case(env, i);
    }
    weir_os_destroy(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_calls_end_in_a_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
