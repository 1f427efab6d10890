/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the kinds share: a harness on a plugin of this folder, and calls that must
 * succeed or must fail. */
#ifndef TESTS_PLUGINS_KINDS_H
#define TESTS_PLUGINS_KINDS_H

#include <weir/harness.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The call succeeds. */
#define OK(h, call)                                                                                \
    do {                                                                                           \
        if ((call) != 0) {                                                                         \
            fail_msg("%s", weir_harness_error(h));                                                 \
        }                                                                                          \
    } while (0)

/* The call fails, and says so among other things. */
#define FAILS(h, call, text)                                                                       \
    do {                                                                                           \
        if ((call) == 0) {                                                                         \
            fail_msg("expected the failure '%s'", text);                                           \
        }                                                                                          \
        if (strstr(weir_harness_error(h), text) == NULL) {                                         \
            fail_msg("expected '%s', found '%s'", text, weir_harness_error(h));                    \
        }                                                                                          \
    } while (0)

/* Opens `call` of the plugin NAME of this folder. */
static inline struct weir_harness *open_kind(const char *name, const char *call)
{
    char path[1024];
    struct weir_harness *h;
    (void)snprintf(path, sizeof path, "%s/%s.so", WEIR_KINDS, name);
    OK(h, weir_harness_open(&h, path, call));
    return h;
}

/* It must not open. */
static inline void refuse_kind(const char *name, const char *call, const char *text)
{
    char path[1024];
    struct weir_harness *h;
    (void)snprintf(path, sizeof path, "%s/%s.so", WEIR_KINDS, name);
    FAILS(h, weir_harness_open(&h, path, call), text);
    FAILS(h, weir_harness_feed(h, "x"), text); /* and still says why */
    weir_harness_close(h);
}

#endif
