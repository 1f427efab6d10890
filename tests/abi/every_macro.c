/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin that uses every macro of the SDK for operators, with all its forms. compile.sh builds it
 * as C and as C++ under the strictest warnings: authors' flags are not ours to choose. */
#include <weir/plugin.h>

WEIR_FUNCTION(int64_t, none, ())
{
    return weir_batch_us(ctx) + (int64_t)(weir_seed(ctx) & 7);
}
WEIR_FUNCTION(bool, none_as_in_c, (void))
{
    return weir_cancelled(ctx);
}
WEIR_FUNCTION(int32_t, one, (int32_t, a))
{
    return a;
}
WEIR_FUNCTION(
    double,
    eight,
    (bool, a, int32_t, b, int64_t, c, double, d, weir_str, e, weir_bytes, f, weir_ts, g, bool, h))
{
    return a && h ? d + (double)(b + c + g.us) : (double)(e.count + f.count);
}
WEIR_FUNCTION(weir_str, shout, (weir_str, text))
{
    char *copy = (char *)weir_arena(ctx, text.count + 1);
    if (text.count > 0) {
        memcpy(copy, text.bytes, text.count);
    }
    copy[text.count] = '!';
    return weir_str_make(copy, text.count + 1);
}
WEIR_FUNCTION(weir_bytes, raw, (weir_str, text))
{
    return weir_bytes_from_str(weir_str_trim(text));
}
WEIR_FUNCTION(weir_ts, later, (weir_ts, time))
{
    return weir_ts_make(time.us + 1);
}
WEIR_FUNCTION_AS(half_i64, "half", 0, int64_t, (int64_t, a))
{
    return a / 2;
}
WEIR_FUNCTION_AS(half_f64, "half", WEIR_NONDETERMINISTIC, double, (double, a))
{
    return a / 2;
}

struct find_self {
    weir_str word;
    int64_t limit;
};
static int find_open(struct weir_task *task)
{
    struct find_self *self = weir_self(task, struct find_self);
    self->word = weir_param_str(task, "word");
    self->limit = weir_param_is_set(task, "limit") ? weir_param_i64(task, "limit") : 0;
    if (weir_param_bool(task, "verbose") && weir_param_f64(task, "ratio") > 0) {
        weir_log(task, 2, "%d", (int)weir_param_duration(task, "wait"));
    }
    return self->limit >= 0 ? WEIR_OK : weir_fail(task, WEIR_FATAL, "limit=%d", (int)self->limit);
}
static void find_close(struct weir_task *task)
{
    (void)task;
}
WEIR_EMITTER(find_all, (weir_str, line), (weir_str, word, int64_t, at))
{
    const struct find_self *self = weir_self(ctx, struct find_self);
    weir_str rest = line;
    weir_str word;
    while (weir_str_token(&rest, ' ', &word)) {
        if (weir_str_contains(word, self->word) && !weir_str_equal(word, "")) {
            WEIR_EMIT(word, word.bytes - line.bytes);
        }
    }
    if (line.count == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "an empty line");
    }
}
WEIR_INSTANCE(find_all, struct find_self, find_open, find_close);
WEIR_PARAMS(find_all,
            WEIR_PARAM_STR(word, required, "what to look for"),
            WEIR_PARAM_STR(mark, default("#"), "a text"),
            WEIR_PARAM_STR(token, secret, "a text"),
            WEIR_PARAM_I64(limit, optional, "a number"),
            WEIR_PARAM_I64_IN(most, default(10), 1, 1000, "a number"),
            WEIR_PARAM_F64(ratio, default(0.5), "a number"),
            WEIR_PARAM_F64_IN(share, default(0.5), 0, 1, "a number"),
            WEIR_PARAM_BOOL(verbose, default(false), "a truth"),
            WEIR_PARAM_DURATION(wait, default(500ms), "a duration"),
            WEIR_PARAM_DURATION_IN(pause, positional, 1ms, 10s, "a duration"),
            WEIR_PARAM_SIZE(buffer, default(64KiB), "a size"),
            WEIR_PARAM_SIZE_IN(window, default(1MiB), 1KiB, 1GiB, "a size"));
WEIR_HELP(find_all, "words of a line that contain a text", "generate lines | print");
WEIR_BIND(find_all)
{
    return bind->in_count == 1 ? weir_declare(bind, "word", "str")
                               : weir_fail(bind->task, WEIR_FATAL, "one argument");
}

WEIR_EMITTER_AS(count_i64, "count_to", 0, (int64_t, n), (int64_t, i, bool, is_last))
{
    for (int64_t i = 0; i < n; i++) {
        WEIR_EMIT(i, i + 1 == n);
    }
}
WEIR_EMITTER(everything,
             (),
             (bool,
              a,
              int32_t,
              b,
              int64_t,
              c,
              double,
              d,
              weir_str,
              e,
              weir_bytes,
              f,
              weir_ts,
              g,
              weir_str,
              h))
{
    const weir_str text = weir_str_from_chars("a text that is not a slice");
    WEIR_EMIT(true, 1, 2, 3, text, weir_bytes_from_str(text), weir_ts_make(4), text);
}

WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}
WEIR_INVERSE(add, (a, b))
{
    return a - b;
}
WEIR_REDUCER(bool, any, (a, b))
{
    return a || b;
}
WEIR_REDUCER_AS(first_f64, "first", WEIR_NOT_COMMUTATIVE, double, (a, b))
{
    (void)b;
    return a;
}
WEIR_REDUCER_AS(latest, "latest", 0, weir_ts, (a, b))
{
    return a.us > b.us ? a : b;
}

WEIR_PLUGIN("org.weir.test.every_macro", "1.2.3", "every macro of the SDK", "Apache-2.0");
