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

/* ---- nulls, lists, values of any type, whole columns ---- */
WEIR_NULLABLE_FUNCTION(int64_t, either, (int64_t, a, int64_t, b))
{
    if (a_is_null && b_is_null) {
        weir_null(ctx);
    }
    return a_is_null ? b : a;
}
WEIR_NULLABLE_EMITTER(known, (weir_str, text), (weir_str, text, bool, is_null))
{
    if (text_is_null) {
        WEIR_EMIT_NULL(0);
    }
    WEIR_EMIT(text, text_is_null);
}
WEIR_FUNCTION(weir_list(weir_str), cut, (weir_str, line))
{
    weir_list(weir_str) words = {NULL, 0, 0};
    weir_str word;
    while (weir_str_token(&line, ' ', &word)) {
        weir_push(ctx, &words, word);
    }
    weir_put(ctx, &words, 0, line);
    weir_cut(ctx, &words, 1);
    return words;
}
WEIR_FUNCTION(double,
              sum,
              (weir_list(bool),
               a,
               weir_list(int32_t),
               b,
               weir_list(int64_t),
               c,
               weir_list(double),
               d,
               weir_list(weir_str),
               e,
               weir_list(weir_bytes),
               f,
               weir_list(weir_ts),
               g))
{
    double *numbers = weir_edit(ctx, &d);
    return a.count > 0 && a.items[0] ? numbers[0] + b.count + c.count : e.count + f.count + g.count;
}
WEIR_FUNCTION(bool, is_same_type, (weir_row, a, weir_row, b))
{
    return weir_get_type(a) == weir_get_type(b) && weir_get_is_null(a) == weir_get_is_null(b);
}
WEIR_CHUNK_FUNCTION(double, twice, (double, a))
{
    const struct weir_reader a = weir_reader_of(in, 0, sizeof(double));
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        weir_write_f64(out, out->cols[0], i, 2 * weir_read_f64(&a, i));
    }
    return WEIR_OK;
}

/* ---- state ---- */
struct all {
    bool a;
    int32_t b;
    int64_t c;
    double d;
    weir_str e;
    weir_bytes f;
    weir_ts g;
    weir_list(bool) h;
    weir_list(int32_t) i;
    weir_list(int64_t) j;
    weir_list(double) k;
    weir_list(weir_str) l;
    weir_list(weir_bytes) m;
    weir_list(weir_ts) n;
    weir_list(uint8_t) o;
};
WEIR_STATE(all, 2, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
WEIR_UPGRADE(all, old)
{
    weir_row part;
    if (version == 1 && weir_get_field(old, "c", &part)) {
        state->c = weir_get_i64(part);
    }
}
struct mean {
    double sum;
    int64_t count;
};
WEIR_STATE(mean, 1, sum, count);

WEIR_AGGREGATE(double, mean, mean, (double, x))
{
    state->sum += x;
    state->count++;
}
WEIR_MERGE(mean)
{
    state->sum += other->sum;
    state->count += other->count;
}
WEIR_RESULT(mean)
{
    return state->sum / (double)state->count;
}
WEIR_REMOVE(mean, (double, x))
{
    state->sum -= x;
    state->count--;
}
WEIR_NULLABLE_AGGREGATE_AS(
    texts, "texts", WEIR_NOT_COMMUTATIVE, weir_list(weir_str), all, (weir_str, x))
{
    if (!x_is_null) {
        weir_push(ctx, &state->l, x);
    }
    state->e = x;
}
WEIR_CREATE(texts)
{
    state->a = true;
}
WEIR_MERGE(texts)
{
    for (uint32_t i = 0; i < other->l.count; i++) {
        weir_push(ctx, &state->l, other->l.items[i]);
    }
}
WEIR_RESULT(texts)
{
    if (!state->a) {
        weir_null(ctx);
    }
    return state->l;
}
WEIR_UPDATE(seen, all, (weir_str, user, int64_t, page), (weir_ts, at, double, ms))
{
    for (uint32_t i = 0; i < at.count; i++) {
        state->d += ms.items[i];
        weir_push(ctx, &state->n, at.items[i]);
    }
    state->e = user;
    return weir_exists(ctx) && page < 0 ? WEIR_DROP : WEIR_KEEP;
}
WEIR_UPDATE_MOVING(renamed, mean, (weir_str, name), (weir_str, next))
{
    if (next.count > 0) {
        WEIR_MOVE(state, next.items[0]);
    }
    return name.count > 0 ? WEIR_KEEP : WEIR_DROP;
}
WEIR_TRACK(rising, all, (weir_str, sensor), (double, value), (weir_str, sensor, double, by))
{
    if (weir_is_timing_out(ctx)) {
        return WEIR_LEAVE;
    }
    WEIR_EMIT(sensor, value - state->d);
    state->d = value;
    return weir_exists(ctx) ? WEIR_KEEP : WEIR_DROP;
}
WEIR_PARTITION_FUNCTION(longest, all, (weir_str, line), (weir_str, line, int64_t, rows))
{
    state->c++;
    if (line.count > state->e.count) {
        state->e = line;
    }
}
WEIR_PARTITION_END(longest)
{
    WEIR_EMIT(state->e, state->c);
}
WEIR_PARTITIONER(by_text, (weir_str, key, int64_t, number))
{
    return (weir_hash(key) + weir_hash_i64(number)) % partitions;
}

/* ---- codecs, stores, jobs ---- */
static int decode_record(struct weir_task *task, weir_str text, struct weir_out *out)
{
    struct weir_out *tags;
    int rc = weir_row_begin(out, task, text.count);
    if (rc != 0) {
        return rc;
    }
    weir_row_str(out, 0, text);
    rc = weir_row_null(out, task, 1);
    weir_row_i64(weir_row_struct(out, 2), 0, 1);
    rc = rc != 0 ? rc : weir_row_need(weir_row_struct(out, 2), task, 10);
    tags = weir_row_list(out, 3);
    rc = rc != 0 ? rc : weir_row_begin(tags, task, text.count);
    if (rc != 0) {
        return rc;
    }
    weir_row_str(tags, 0, text);
    weir_row_end(tags);
    weir_row_list_end(out, 3);
    weir_row_end(out);
    return WEIR_OK;
}
static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, decode_record);
}
WEIR_CODEC(form, (weir_str, line), (), NULL, decode, NULL, NULL, NULL, NULL);
WEIR_BIND(form)
{
    for (uint32_t i = 0; i < bind->schema_count; i++) {
        const int rc = weir_declare(bind, bind->schema[i].name, bind->schema[i].type);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}
static int put(struct weir_task *task, weir_str name, weir_bytes content)
{
    return content.count > 0 ? WEIR_OK
                             : weir_fail(task, WEIR_FATAL, "no %.*s", (int)name.count, name.bytes);
}
static int get(struct weir_task *task,
               weir_str name,
               uint64_t from,
               uint64_t count,
               struct weir_store_answer *answer)
{
    (void)task;
    return name.count == 0 || from > count ? WEIR_ABSENT
                                           : answer->bytes(answer, weir_bytes_from_str(name));
}
static int list(struct weir_task *task, weir_str prefix, struct weir_store_answer *answer)
{
    (void)task;
    return answer->object(answer, prefix, 0, 0);
}
static int drop(struct weir_task *task, weir_str name)
{
    (void)task;
    (void)name;
    return WEIR_OK;
}
WEIR_STORE(memory, put, get, list, NULL, drop);
static int declare(struct weir_task *task,
                   struct weir_job *job,
                   uint32_t count,
                   const char *const *arguments)
{
    (void)job;
    (void)arguments;
    return count == 0 ? WEIR_OK : weir_fail(task, WEIR_FATAL, "%u arguments", (unsigned)count);
}
WEIR_JOB(all, declare);

WEIR_PLUGIN("org.weir.test.every_macro", "1.2.3", "every macro of the SDK", "Apache-2.0");
