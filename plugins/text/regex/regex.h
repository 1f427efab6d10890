/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns: what `matches`, `find`, `find_all` and `replace` are made of. A pattern is compiled
 * once for each instance, with JIT code and a stack of its own where the system allows that, and
 * with limits, so that no pattern can hold up a batch.
 *
 * A text may be any bytes. Valid UTF-8 is matched by characters, anything else byte by byte: not by
 * PCRE2_MATCH_INVALID_UTF, with which the JIT of Debian 12 (10.42) overlooks characters of several
 * bytes in \D and \W. */
#ifndef TEXT_REGEX_H
#define TEXT_REGEX_H

#include <weir/operator.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* One way to read the text: by characters or by bytes. code NULL: the pattern has no such form. */
struct regex_form {
    pcre2_code *code;
    bool has_jit;
};

struct regex {
    struct regex_form characters, bytes;
    pcre2_match_data *match; /* where the groups of the last match lie */
    pcre2_match_context *limits;
    pcre2_jit_stack *stack;
    uint32_t match_limit;
    bool is_swollen; /* `match` has kept the interpreter's memory of a text like no other */
};

/* One text on its way through a pattern: zeroed but for `text`, then regex_next until it is false.
 */
struct regex_walk {
    weir_str text;
    size_t from;       /* where the next match may begin */
    bool is_seen;      /* by a first search, which has told whether it is UTF-8 */
    bool is_bytes;     /* it is not: matched byte by byte */
    bool was_empty;    /* the last match was: the next one may not be the same again */
    size_t start, end; /* the match */
};

/* The parameters that each of these operators has. */
#define REGEX_PATTERN WEIR_PARAM_STR(pattern, required, "a regular expression of PCRE2")
#define REGEX_LIMIT                                                                                \
    WEIR_PARAM_I64_IN(match_limit, default(1000000), 1, 4000000000,                                \
                      "steps that one search may take; a text that needs more is a bad record")

/* Compiles parameter `pattern`. On failure the message has the place in the pattern, and what there
 * is by then is freed by regex_close. */
int regex_open(struct weir_task *task, struct regex *regex);
void regex_close(struct regex *regex);

/* How many groups the pattern has, or WEIR_FATAL's message about it. For bind: compiles the
 * parameter to see that it can be, where the job is checked, and keeps nothing. */
int regex_check(struct weir_task *task, uint32_t *group_count);
uint32_t regex_group_count(const struct regex *regex);

/* The number of the group called `name`, or 0. */
uint32_t regex_group_number(const struct regex *regex, weir_str name);

/* Finds the next match. False: there is none, or ctx has failed. */
bool regex_next(struct weir_ctx *ctx, struct regex *regex, struct regex_walk *walk);

/* Group `group` of the last match, as a slice of the text. False: it took no part in the match. */
bool regex_group(const struct regex *regex,
                 const struct regex_walk *walk,
                 uint32_t group,
                 weir_str *found);

#endif
