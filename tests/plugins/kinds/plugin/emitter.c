/* SPDX-License-Identifier: Apache-2.0 */
/* An emitter with parameters and an instance, and a reducer with its inverse. */
#include <weir/plugin.h>

struct find_self {
    weir_str mark;
    int64_t limit;
};
static int find_open(struct weir_task *task)
{
    struct find_self *self = weir_self(task, struct find_self);
    self->mark = weir_param_str(task, "mark");
    self->limit = weir_param_i64(task, "limit");
    return self->mark.count > 0 ? WEIR_OK : weir_fail(task, WEIR_FATAL, "mark is empty");
}

WEIR_EMITTER(find_all, (weir_str, line), (weir_str, word, int64_t, at))
{
    const struct find_self *self = weir_self(ctx, struct find_self);
    weir_str rest = line;
    weir_str word;
    int64_t count = 0;
    while (weir_str_token(&rest, ' ', &word)) {
        if (!weir_str_starts_with(word, self->mark)) {
            continue;
        }
        if (count++ == self->limit) {
            weir_fail(ctx, WEIR_BAD_RECORD, "more than %d words", (int)self->limit);
            return;
        }
        if (word.count == self->mark.count) {
            WEIR_EMIT_NULL(1);
        }
        WEIR_EMIT(word, word.bytes - line.bytes);
    }
}
WEIR_INSTANCE(find_all, struct find_self, find_open, NULL);
WEIR_PARAMS(find_all,
            WEIR_PARAM_STR(mark, positional, "what words begin with"),
            WEIR_PARAM_I64_IN(limit, default(3), 1, 100, "words of a line"));
WEIR_HELP(find_all, "words that begin with a mark", "lines | flat_map find_all(line, \"#\")");

WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}
WEIR_INVERSE(add, (a, b))
{
    return a - b;
}

WEIR_PLUGIN("org.weir.test.emitter", "1.0.0", "an emitter and a reducer", "Apache-2.0");
