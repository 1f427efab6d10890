/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for a pattern: whether, what, all of it. What is found is a slice: no byte is copied. */
#include "regex.h"

enum { GROUPS_MAX = 99 };

#define EXAMPLE(stage) "generate lines | " stage " | print"
#define PATTERN_HELP   "regular expression of PCRE2, found anywhere unless ^ and $ tie it down"

/* ---- matches ---- */
static int open_regex(struct weir_task *task)
{
    return regex_open(task, task->self);
}

static void close_regex(struct weir_task *task)
{
    regex_close(task->self);
}

static int declare(struct weir_bind *bind, const char *name, const char *type)
{
    uint32_t group_count;
    const int outcome = regex_check(bind->task, &group_count);
    return outcome == WEIR_OK ? weir_declare(bind, name, type) : outcome;
}

WEIR_PARAMS(matches, REGEX_PATTERN, REGEX_LIMIT);
WEIR_INSTANCE(matches, struct regex, open_regex, close_regex);
WEIR_BIND(matches)
{
    return declare(bind, "value", "bool");
}
WEIR_HELP(matches,
          "true if the pattern is found anywhere in the text: ^ and $ tie it to the ends, (?i) "
          "ignores case",
          EXAMPLE("filter text.matches(line, pattern=r\"\\b(ERROR|WARN)\\b\")"));
WEIR_FUNCTION(bool, matches, (weir_str, text))
{
    struct regex_walk walk = {.text = text};
    return regex_next(ctx, weir_self(ctx, struct regex), &walk);
}

/* ---- one group of the first match, or of each ---- */
struct group_self {
    struct regex regex; /* first: open_regex and close_regex know it */
    uint32_t group;
    weir_str otherwise;
};

static int check_group(struct weir_task *task, uint32_t group_count)
{
    const int64_t group = weir_param_i64(task, "group");
    if (group > (int64_t)group_count) {
        return weir_fail(task, WEIR_FATAL,
                         "group=%d, but the pattern has %u: groups are counted by their opening "
                         "parentheses, without (?:",
                         (int)group, group_count);
    }
    return WEIR_OK;
}

static int declare_group(struct weir_bind *bind, const char *name)
{
    uint32_t group_count;
    int outcome = regex_check(bind->task, &group_count);
    outcome = outcome == WEIR_OK ? check_group(bind->task, group_count) : outcome;
    return outcome == WEIR_OK ? weir_declare(bind, name, "str") : outcome;
}

static int open_group(struct weir_task *task)
{
    struct group_self *self = task->self;
    const int outcome = regex_open(task, &self->regex);
    self->group = (uint32_t)weir_param_i64(task, "group");
    return outcome == WEIR_OK ? check_group(task, regex_group_count(&self->regex)) : outcome;
}

static int open_find(struct weir_task *task)
{
    struct group_self *self = task->self;
    self->otherwise = weir_param_str(task, "default");
    return open_group(task);
}

#define GROUP                                                                                      \
    WEIR_PARAM_I64_IN(group, default(0), 0, 99, "which (group) of the match; 0 is all of it")

WEIR_PARAMS(find,
            REGEX_PATTERN,
            GROUP,
            WEIR_PARAM_STR(default, default(""), "what is given where nothing is found"),
            REGEX_LIMIT);
WEIR_INSTANCE(find, struct group_self, open_find, close_regex);
WEIR_BIND(find)
{
    return declare_group(bind, "value");
}
WEIR_HELP(find,
          "what the pattern finds first, or one (group) of it",
          EXAMPLE("map level = text.find(line, pattern=r\"\\[(\\w+)\\]\", group=1, "
                  "default=\"none\")"));
WEIR_FUNCTION(weir_str, find, (weir_str, text))
{
    struct group_self *self = weir_self(ctx, struct group_self);
    struct regex_walk walk = {.text = text};
    weir_str found;
    return regex_next(ctx, &self->regex, &walk) &&
                   regex_group(&self->regex, &walk, self->group, &found)
               ? found
               : self->otherwise;
}

WEIR_PARAMS(find_all, REGEX_PATTERN, GROUP, REGEX_LIMIT);
WEIR_INSTANCE(find_all, struct group_self, open_group, close_regex);
WEIR_BIND(find_all)
{
    return declare_group(bind, "found");
}
WEIR_HELP(find_all,
          "everything that the pattern finds, from left to right, or one (group) of each; what "
          "has been found is not looked at again",
          EXAMPLE("flat_map tag = text.find_all(line, pattern=r\"#\\w+\")"));
WEIR_EMITTER(find_all, (weir_str, text), (weir_str, found))
{
    struct group_self *self = weir_self(ctx, struct group_self);
    struct regex_walk walk = {.text = text};
    weir_str found;
    while (regex_next(ctx, &self->regex, &walk)) {
        if (regex_group(&self->regex, &walk, self->group, &found)) {
            WEIR_EMIT(found);
        }
    }
}

/* ---- between matches ---- */
WEIR_PARAMS(split_at, REGEX_PATTERN, REGEX_LIMIT);
WEIR_INSTANCE(split_at, struct regex, open_regex, close_regex);
WEIR_BIND(split_at)
{
    return declare(bind, "part", "str");
}
WEIR_HELP(split_at,
          "the parts between what the pattern finds, empty ones too; a match of no bytes splits "
          "nothing",
          EXAMPLE("flat_map part = text.split_at(line, pattern=r\"[,;]\\s*\")"));
WEIR_EMITTER(split_at, (weir_str, text), (weir_str, part))
{
    struct regex *regex = weir_self(ctx, struct regex);
    struct regex_walk walk = {.text = text};
    size_t start = 0;
    while (regex_next(ctx, regex, &walk)) {
        if (walk.end > walk.start) {
            WEIR_EMIT(weir_str_slice(text, start, walk.start - start));
            start = walk.end;
        }
    }
    WEIR_EMIT(weir_str_slice(text, start, text.count));
}
