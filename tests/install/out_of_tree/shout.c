/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin by someone who has only the installed SDK. It uses a library of its own, so that
 * weir_add_plugin's LIBS is tried too. */
#include <math.h>
#include <weir/plugin.h>

WEIR_FUNCTION(double, loudness, (double, pressure))
{
    return 20.0 * log10(pressure);
}

WEIR_FUNCTION(bool, is_loud, (weir_str, line))
{
    return weir_str_contains(line, "!");
}

WEIR_EMITTER(exclamations, (weir_str, line), (weir_str, mark))
{
    weir_str rest = line, word;
    while (weir_str_token(&rest, ' ', &word)) {
        if (weir_str_ends_with(word, "!")) {
            WEIR_EMIT(word);
        }
    }
}

WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}

WEIR_INVERSE(add, (a, b))
{
    return a - b;
}

WEIR_PLUGIN("org.example.shout", "0.1.0", "a plugin built outside the tree", "Apache-2.0");
