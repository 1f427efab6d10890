/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of `weir help` that are not a command's: error codes, verbs of the language, topics.
 * Each append says whether there is such a page. */
#ifndef WEIR_TOOLS_PAGE_PAGE_H
#define WEIR_TOOLS_PAGE_PAGE_H

#include "base/base.h"
#include "stream/stream.h"

/* A page of text under a name: `weir help exit-codes`. */
struct weir_topic {
    const char *name, *summary;
    void (*put)(struct weir_text *to);
};

/* All topics; ended by a NULL name. */
extern const struct weir_topic weir_topics[];

/* A verb of the language: what it takes and gives, with an example that runs. */
struct weir_verb_page {
    enum weir_verb verb;
    const char *usage, *summary, *details, *example;
};

/* All verbs, in the order in which they are told; ended by a NULL usage. */
extern const struct weir_verb_page weir_verb_pages[];

/* The page of an error code, "E0104". */
bool weir_page_put_code(const char *name, struct weir_text *to);

/* All codes with their titles. */
void weir_page_put_codes(struct weir_text *to);

/* The page of a verb of the language. */
bool weir_page_put_verb(const char *name, struct weir_text *to);

/* All verbs with what they do, those that come later at the end. */
void weir_page_put_verbs(struct weir_text *to);

/* Where weir does other than Spark Streaming: a topic. */
void weir_page_put_differences(struct weir_text *to);

/* The page of a topic. */
bool weir_page_put_topic(const char *name, struct weir_text *to);

#endif
