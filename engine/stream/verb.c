/* SPDX-License-Identifier: Apache-2.0 */
/* The table of verbs as functions: names and flags come from the one list in stream.h. */
#include "stream/stream.h"

#include <string.h>

static const struct {
    const char *name;
    uint32_t flags;
} verbs[] = {
#define WEIR_VERB_ROW(name, text, flags) {text, flags},
    WEIR_VERB_MAP(WEIR_VERB_ROW)
#undef WEIR_VERB_ROW
};

const char *weir_verb_name(enum weir_verb verb)
{
    WEIR_ASSERT(verb < WEIR_VERB_COUNT_OF);
    return verbs[verb].name;
}

uint32_t weir_verb_flags(enum weir_verb verb)
{
    WEIR_ASSERT(verb < WEIR_VERB_COUNT_OF);
    return verbs[verb].flags;
}

enum weir_verb weir_verb_find(weir_str word)
{
    for (size_t i = 0; word.count > 0 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strlen(verbs[i].name) == word.count &&
            memcmp(verbs[i].name, word.bytes, word.count) == 0) {
            return (enum weir_verb)i;
        }
    }
    return WEIR_VERB_COUNT_OF;
}
