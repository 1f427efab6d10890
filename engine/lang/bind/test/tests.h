/* SPDX-License-Identifier: Apache-2.0 */
/* The tests of a text, bound: what is fed to which stream when, what is expected of which, as
 * values of their records. Part of the door lang/lang.h. */
#ifndef WEIR_LANG_BIND_TEST_TESTS_H
#define WEIR_LANG_BIND_TEST_TESTS_H

#include "lang/ast.h"
#include "stream/stream.h"

/* at T feed STREAM [...]; or at T expect STREAM [...]; */
struct weir_test_step {
    bool is_expect;
    int64_t at_us;
    uint32_t node; /* of the stream, in the graph */
    const char *stream;
    struct weir_place place;
    uint32_t record_count;
    const struct weir_value *const *records; /* each: the schema's field_count values */
};

struct weir_test {
    const char *title;
    struct weir_place place;
    uint32_t step_count;
    const struct weir_test_step *steps; /* in the order of the text */
};

/* All tests of a text, in its order. Types are the graph's: it must live as long. */
struct weir_tests {
    struct weir_arena arena;
    uint32_t count, capacity;
    struct weir_test *tests;
};

/* None yet. */
void weir_tests_init(struct weir_tests *tests);
void weir_tests_finish(struct weir_tests *tests); /* Frees all of it; fine on a zeroed struct. */

#endif
