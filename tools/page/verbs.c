/* SPDX-License-Identifier: Apache-2.0 */
/* `weir help map`: the page of a verb, and the list of all. The texts are in verb_table.c. */
#include "page/page.h"

#include <string.h>

enum { NAME_COLUMNS = 25 };

static const struct weir_verb_page *page_of(enum weir_verb verb)
{
    for (const struct weir_verb_page *page = weir_verb_pages; page->usage != NULL; page++) {
        if (page->verb == verb) {
            return page;
        }
    }
    return NULL;
}

static bool is_later(enum weir_verb verb)
{
    return (weir_verb_flags(verb) & WEIR_VERB_IS_LATER) != 0;
}

bool weir_page_put_verb(const char *name, struct weir_text *to)
{
    enum weir_verb verb = weir_verb_find(weir_str_of(name));
    if (verb == WEIR_VERB_COUNT_OF || name[0] == '\0') {
        return false;
    }
    if (is_later(verb)) {
        weir_text_printf(to,
                         "%s: a verb that is not yet available\n\nThis weir knows the word and "
                         "refuses it. 'weir help verbs' lists those that there are.\n",
                         name);
        return true;
    }
    const struct weir_verb_page *page = page_of(verb);
    WEIR_ASSERT(page != NULL);
    weir_text_printf(to, "%s: %s\n\nusage: ... | %s\n\nexample:\n  %s\n", name, page->summary,
                     page->usage, page->example);
    if (page->details[0] != '\0') {
        weir_text_printf(to, "\n%s\n", page->details);
    }
    return true;
}

void weir_page_put_verbs(struct weir_text *to)
{
    for (const struct weir_verb_page *page = weir_verb_pages; page->usage != NULL; page++) {
        if (!is_later(page->verb)) {
            weir_text_printf(to, "  %-*s %s\n", NAME_COLUMNS, weir_verb_name(page->verb),
                             page->summary);
        }
    }
    weir_text_put(to, "\nnot yet available:");
    size_t used = 100;
    for (int v = 0; v < WEIR_VERB_COUNT_OF; v++) {
        const char *name = weir_verb_name((enum weir_verb)v);
        if (!is_later((enum weir_verb)v)) {
            continue;
        }
        bool is_full = used + 1 + strlen(name) > 96;
        weir_text_printf(to, "%s%s", is_full ? "\n  " : " ", name);
        used = (is_full ? 1 : used) + 1 + strlen(name);
    }
    weir_text_put(to, "\n");
}
