/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong programs as a table: code, place and text of the one mistake in each. */
#ifndef WEIR_TESTS_LANG_BIND_MISTAKE_H
#define WEIR_TESTS_LANG_BIND_MISTAKE_H

#include "world.h"

/* help and at_other may be NULL. `at` and `at_other` are the text at the places. */
struct mistake {
    const char *text;
    enum weir_code code;
    const char *at, *message, *help, *at_other;
};

/* Each text has its mistake and no other. */
void check_mistakes(const struct mistake *mistakes, size_t count);

#endif
