/* SPDX-License-Identifier: Apache-2.0 */
/* `weir help map`: what each verb of the language takes and gives, with an example that runs (a
 * test runs them all). */
#include "page/page.h"
#include "stream/stream.h"

#include <string.h>

struct verb_page {
    enum weir_verb verb;
    const char *usage, *summary, *details, *example;
};

static const struct verb_page pages[] = {
    {WEIR_VERB_MAP, "map NAME = EXPR, ...", "the named fields only, computed from each record",
     "A bare field keeps its name; any other bare expression is called 'value'.",
     "generate clicks | map user, slow = ms > 100"},
    {WEIR_VERB_EXTEND, "extend NAME = EXPR, ...", "all fields, and the new ones",
     "A new field may not have the name of one that is there.",
     "generate clicks | extend seconds = std.f64(ms) / 1000.0"},
    {WEIR_VERB_FLAT_MAP, "flat_map NAME = EMITTER(...), ...",
     "any number of records for each record",
     "Exactly one of its items is an emitter or a list; the others are carried along. A bare "
     "emitter gives the\ncolumns that it declares.",
     "generate lines | flat_map word = text.words(line)"},
    {WEIR_VERB_FILTER, "filter EXPR", "the records for which a bool expression is true",
     "A bare function binds its parameters to the fields of the same names.",
     "generate lines | filter text.contains(line, \"ERROR\")"},
    {WEIR_VERB_MAP_VALUES, "map_values EXPR", "pairs with another value",
     "Takes records of key and value; keeps the key.",
     "generate clicks | map key = url, value = ms | map_values value * 2"},
    {WEIR_VERB_COUNT, "count", "how many records a batch has: count",
     "A batch without records "
     "gives 0.",
     "generate words | count"},
    {WEIR_VERB_COUNT_BY_VALUE, "count_by_value [partitions=N]",
     "how often each record occurs in a batch: its fields and count", "",
     "generate words | count_by_value"},
    {WEIR_VERB_REDUCE, "reduce REDUCER", "all values of the one field combined into one",
     "'weir inspect' shows reducers: i64.add, f64.max ... A batch without records gives none.",
     "generate clicks | map ms | reduce i64.max"},
    {WEIR_VERB_REDUCE_BY_KEY, "reduce_by_key REDUCER [partitions=N]",
     "the values of each key of a batch combined into one", "Takes records of key and value.",
     "generate words | map key = word, value = 1 | reduce_by_key i64.add"},
    {WEIR_VERB_UNION, "union STREAM, ...", "the records of several streams",
     "All have the same fields, in any order.",
     "others = generate words seed=7; generate words | union others | count"},
    {WEIR_VERB_REPARTITION, "repartition N", "the same records in N partitions",
     "For a stage that is slow and has too few partitions for all cores.",
     "generate lines | repartition 4 | filter text.contains(line, \"ERROR\")"},
    {WEIR_VERB_WINDOW, "window LENGTH, SLIDE", "every SLIDE the records of the last LENGTH",
     "Both are multiples of the batch, or of the slide of the stream. Without SLIDE: that.",
     "generate words | window 3s, 1s | count"},
    {WEIR_VERB_TOP, "top N [by=FIELD | by=[FIELD, ...]]", "the N largest records of a batch",
     "Largest first; by all fields in order unless by= says otherwise.",
     "generate words | count_by_value | top 10 by=count"},
    {WEIR_VERB_LIMIT, "limit N", "the first N records of a batch", "", "generate words | limit 5"},
};

enum { PAGE_COUNT = sizeof pages / sizeof pages[0], NAME_COLUMNS = 16 };

static const struct verb_page *page_of(enum weir_verb verb)
{
    for (size_t i = 0; i < PAGE_COUNT; i++) {
        if (pages[i].verb == verb) {
            return &pages[i];
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
    const struct verb_page *page = page_of(verb);
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
    for (size_t i = 0; i < PAGE_COUNT; i++) {
        weir_text_printf(to, "  %-*s %s\n", NAME_COLUMNS, weir_verb_name(pages[i].verb),
                         pages[i].summary);
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
