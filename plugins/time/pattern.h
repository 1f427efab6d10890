/* SPDX-License-Identifier: Apache-2.0 */
/* A format such as "%Y-%m-%d" cut into items, once for each instance: what `format` writes and
 * `parse` reads one after the other. */
#ifndef TIME_PATTERN_H
#define TIME_PATTERN_H

#include <weir/operator.h>

enum {
    PATTERN_ITEMS_MAX = 64,
    PATTERN_BYTES_MAX = 256, /* of the format */
    PATTERN_LITERAL = 0,     /* an item of text as it is */
    PATTERN_RFC3339 = 1      /* a whole time, as parse reads it */
};

struct pattern_item {
    char kind; /* the letter behind %, or one of the above */
    weir_str literal;
};

struct pattern {
    uint32_t count;
    struct pattern_item items[PATTERN_ITEMS_MAX];
};

/* Reads parameter `format`. letters: those that may stand behind %; %F %T %R %D %n %t %% are always
 * known, and "rfc3339" stands for the format of that name. On failure the message has the place. */
int pattern_read(struct weir_task *task, const char *letters, struct pattern *pattern);

/* Names as in English, from January and from Monday; the first three letters are the short ones. */
extern const char *const pattern_months[12];
extern const char *const pattern_weekdays[7];

#endif
