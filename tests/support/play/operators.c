/* SPDX-License-Identifier: Apache-2.0 */
/* A few operators, and the plugin itself. */
#include "script.h"

#include <weir/plugin.h>

WEIR_EMITTER(words, (weir_str, line), (weir_str, word))
{
    weir_str rest = line, word;
    while (weir_str_token(&rest, ' ', &word)) {
        WEIR_EMIT(word);
    }
}

WEIR_FUNCTION(int64_t, bytes, (weir_str, text))
{
    return (int64_t)text.count;
}

WEIR_FUNCTION(bool, is_word, (weir_str, text))
{
    return text.count > 0;
}

/* The text itself, unless the test wants a failure. */
WEIR_FUNCTION(weir_str, same, (weir_str, text))
{
    char step[256];
    (void)snprintf(step, sizeof step, "same %.*s", (int)text.count, text.bytes);
    int rc = play_outcome(step);
    if (rc != WEIR_OK) {
        weir_fail(ctx, rc, "%s fails because the test wants it", step);
    }
    return text;
}

WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}

WEIR_PLUGIN("org.example.play", "1.0.0", "inputs and outputs that follow a script", "Apache-2.0");
