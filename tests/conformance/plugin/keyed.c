/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of functions.json that reduce, aggregate, work on partitions, or keep state. */
#include "feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reduce ---- */
WEIR_REDUCER(int64_t, sum, (a, b))
{
    return a + b;
}
WEIR_INVERSE(sum, (a, b))
{
    return a - b;
}
WEIR_REDUCER_AS(difference, "difference", WEIR_NOT_COMMUTATIVE, int64_t, (a, b))
{
    return a - b;
}

/* Text is concatenated by an aggregate: reducers are of fixed width. */
struct joined {
    weir_str text;
};
WEIR_STATE(joined, 1, text);

static weir_str joined_text(struct weir_ctx *ctx, weir_str a, weir_str b)
{
    char *text = (char *)weir_arena(ctx, a.count + b.count + 1);
    if (a.count > 0) {
        memcpy(text, a.bytes, a.count);
    }
    if (b.count > 0) {
        memcpy(text + a.count, b.bytes, b.count);
    }
    return weir_str_make(text, a.count + b.count);
}

static weir_str decimal(struct weir_ctx *ctx, int64_t x)
{
    char *text = (char *)weir_arena(ctx, 24);
    return weir_str_make(text, (size_t)snprintf(text, 24, "%" PRId64, x));
}

WEIR_AGGREGATE_AS(concat, "concat", WEIR_NOT_COMMUTATIVE, weir_str, joined, (weir_str, x))
{
    state->text = joined_text(ctx, state->text, x);
}
WEIR_MERGE(concat)
{
    state->text = joined_text(ctx, state->text, other->text);
}
WEIR_RESULT(concat)
{
    return state->text;
}

/* combine_by_key of to_string, append_string and concat. */
WEIR_AGGREGATE_AS(digits, "digits", WEIR_NOT_COMMUTATIVE, weir_str, joined, (int64_t, x))
{
    state->text = joined_text(ctx, state->text, decimal(ctx, x));
}
WEIR_MERGE(digits)
{
    state->text = joined_text(ctx, state->text, other->text);
}
WEIR_RESULT(digits)
{
    return state->text;
}

/* combine_by_key of identity, sum and sum. */
struct total {
    int64_t sum;
};
WEIR_STATE(total, 1, sum);
WEIR_AGGREGATE_AS(total, "total", 0, int64_t, total, (int64_t, x))
{
    state->sum += x;
}
WEIR_MERGE(total)
{
    state->sum += other->sum;
}
WEIR_RESULT(total)
{
    return state->sum;
}

/* ---- map_partitions ---- */
WEIR_PARTITION_FUNCTION(partition_sum, total, (int64_t, value), (int64_t, value))
{
    state->sum += value;
}
WEIR_PARTITION_END(partition_sum)
{
    WEIR_EMIT(state->sum);
}

WEIR_PARTITION_FUNCTION(partition_marker, total, (int64_t, value), (int64_t, value))
{
    state->sum += value;
}
WEIR_PARTITION_END(partition_marker)
{
    (void)state;
    WEIR_EMIT((int64_t)1);
}

WEIR_PARTITION_FUNCTION(partition_concat_upper, joined, (weir_str, value), (weir_str, value))
{
    state->text = joined_text(ctx, state->text, value);
}
WEIR_PARTITION_END(partition_concat_upper)
{
    char *text = (char *)weir_arena(ctx, state->text.count + 1);
    for (size_t i = 0; i < state->text.count; i++) {
        char c = state->text.bytes[i];
        text[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    WEIR_EMIT(weir_str_make(text, state->text.count));
}

/* One for each pair of types, because a partition function declares its columns. */
#define SWAP(tag, K, V)                                                                            \
    WEIR_PARTITION_FUNCTION(partition_swap_##tag, total, (K, key, V, value), (V, key, K, value))   \
    {                                                                                              \
        state->sum++;                                                                              \
        WEIR_EMIT(value, key);                                                                     \
    }
SWAP(ii, int64_t, int64_t)
SWAP(is, int64_t, weir_str)
SWAP(si, weir_str, int64_t)
SWAP(ss, weir_str, weir_str)

/* ---- update_state_by_key ---- */
/* An operator's types are its own, so each function is there for each pair of types of key and
 * value: running_sum_si has keys of text and values that are numbers. */
struct i64s {
    weir_list(int64_t) values;
};
WEIR_STATE(i64s, 1, values);
struct texts {
    weir_list(weir_str) values;
};
WEIR_STATE(texts, 1, values);
struct counter {
    int64_t count, idle;
};
WEIR_STATE(counter, 1, count, idle);

#define RUNNING_SUM(tag, K)                                                                        \
    WEIR_UPDATE(running_sum_##tag, total, (K, key), (int64_t, value))                              \
    {                                                                                              \
        (void)key;                                                                                 \
        for (uint32_t i = 0; i < value.count; i++) {                                               \
            state->sum += value.items[i];                                                          \
        }                                                                                          \
        return WEIR_KEEP;                                                                          \
    }
RUNNING_SUM(ii, int64_t)
RUNNING_SUM(si, weir_str)

#define APPEND_VALUES(tag, K, V, S)                                                                \
    WEIR_UPDATE(append_values_##tag, S, (K, key), (V, value))                                      \
    {                                                                                              \
        (void)key;                                                                                 \
        for (uint32_t i = 0; i < value.count; i++) {                                               \
            weir_push(ctx, &state->values, value.items[i]);                                        \
        }                                                                                          \
        return WEIR_KEEP;                                                                          \
    }
APPEND_VALUES(ii, int64_t, int64_t, i64s)
APPEND_VALUES(si, weir_str, int64_t, i64s)
APPEND_VALUES(is, int64_t, weir_str, texts)
APPEND_VALUES(ss, weir_str, weir_str, texts)

#define ADD_TIME(tag, K, V)                                                                        \
    WEIR_UPDATE(add_time_if_values_##tag, total, (K, key), (V, value))                             \
    {                                                                                              \
        (void)key;                                                                                 \
        state->sum += value.count > 0 ? weir_batch_us(ctx) / 1000 : 0;                             \
        return WEIR_KEEP;                                                                          \
    }
ADD_TIME(ii, int64_t, int64_t)
ADD_TIME(si, weir_str, int64_t)
ADD_TIME(is, int64_t, weir_str)
ADD_TIME(ss, weir_str, weir_str)

#define COUNT_AND_EXPIRE(tag, K)                                                                   \
    WEIR_UPDATE(count_and_expire_##tag, counter, (K, key), (int64_t, value))                       \
    {                                                                                              \
        int64_t sum = 0;                                                                           \
        (void)key;                                                                                 \
        for (uint32_t i = 0; i < value.count; i++) {                                               \
            sum += value.items[i];                                                                 \
        }                                                                                          \
        state->count += sum;                                                                       \
        state->idle = sum != 0 ? 0 : state->idle + 1;                                              \
        return state->idle == weir_param_i64(ctx, "limit") ? WEIR_DROP : WEIR_KEEP;                \
    }                                                                                              \
    WEIR_PARAMS(count_and_expire_##tag,                                                            \
                WEIR_PARAM_I64(limit, required, "idle batches after which it goes"));
COUNT_AND_EXPIRE(ii, int64_t)
COUNT_AND_EXPIRE(si, weir_str)

/* ---- map_with_state ---- */
/* Adds to the sum; what it emits is the macro's last argument. A key that times out must not be
 * updated: the reference's update() then fails the batch. */
#define SUM_TRACKER(name, K, columns, ...)                                                         \
    WEIR_TRACK(name, total, (K, key), (int64_t, value), columns)                                   \
    {                                                                                              \
        (void)key;                                                                                 \
        if (weir_is_timing_out(ctx)) {                                                             \
            weir_fail(ctx, WEIR_FATAL, "Cannot update the state that is timing out");              \
            return WEIR_LEAVE;                                                                     \
        }                                                                                          \
        state->sum += value;                                                                       \
        __VA_ARGS__                                                                                \
        return WEIR_KEEP;                                                                          \
    }
#define SUM_TRACKERS(tag, K)                                                                       \
    SUM_TRACKER(ms_sum_emit_sum_##tag, K, (int64_t, value), WEIR_EMIT(state->sum);)                \
    SUM_TRACKER(ms_sum_emit_pair_##tag, K, (K, key, int64_t, value), WEIR_EMIT(key, state->sum);)  \
    SUM_TRACKER(                                                                                   \
        ms_sum_emit_nothing_##tag, K, (int64_t, value),                                            \
        if (state->sum == INT64_MIN) { WEIR_EMIT(state->sum); })
SUM_TRACKERS(ii, int64_t)
SUM_TRACKERS(si, weir_str)
SUM_TRACKER(ms_sum_emit_key_twice_si,
            weir_str,
            (weir_str, value),
            WEIR_EMIT(joined_text(ctx, key, key));)

#define TOGGLE(tag, K, V, S, keep)                                                                 \
    WEIR_TRACK(ms_toggle_emit_removed_##tag, S, (K, key), (V, value), (K, value))                  \
    {                                                                                              \
        if (weir_exists(ctx)) {                                                                    \
            if (weir_is_timing_out(ctx)) {                                                         \
                weir_fail(ctx, WEIR_FATAL, "Cannot remove the state that is timing out");          \
                return WEIR_LEAVE;                                                                 \
            }                                                                                      \
            WEIR_EMIT(key);                                                                        \
            return WEIR_DROP;                                                                      \
        }                                                                                          \
        state->keep = value;                                                                       \
        return WEIR_KEEP;                                                                          \
    }
TOGGLE(ii, int64_t, int64_t, total, sum)
TOGGLE(si, weir_str, int64_t, total, sum)
TOGGLE(is, int64_t, weir_str, joined, text)
TOGGLE(ss, weir_str, weir_str, joined, text)

#define MARK(tag, K, V)                                                                            \
    WEIR_TRACK(ms_mark_emit_timing_out_##tag, total, (K, key), (V, value), (K, value))             \
    {                                                                                              \
        (void)value;                                                                               \
        if (weir_is_timing_out(ctx)) {                                                             \
            WEIR_EMIT(key);                                                                        \
            return WEIR_LEAVE;                                                                     \
        }                                                                                          \
        state->sum = 1;                                                                            \
        return WEIR_KEEP;                                                                          \
    }
MARK(ii, int64_t, int64_t)
MARK(si, weir_str, int64_t)
MARK(is, int64_t, weir_str)
MARK(ss, weir_str, weir_str)

/* ---- cases of the table of states: the value says what is done ---- */
struct cf_seen cf_seen;

WEIR_TRACK(instructed, total, (weir_str, key), (weir_str, value), (int64_t, value))
{
    (void)key;
    cf_seen.calls++;
    if (weir_is_timing_out(ctx)) {
        json_array_append_new(cf_seen.timed_out, json_integer(state->sum));
        return cf_seen.is_wrong ? cf_seen.answer : WEIR_LEAVE;
    }
    if (weir_str_equal(value, "get_state")) {
        WEIR_EMIT(weir_exists(ctx) ? state->sum : (int64_t)-1);
        return WEIR_LEAVE;
    }
    if (weir_str_equal(value, "update_state")) {
        state->sum = weir_exists(ctx) ? state->sum + 1 : 0;
        return WEIR_KEEP;
    }
    if (weir_str_equal(value, "remove_state")) {
        json_array_append_new(cf_seen.removed,
                              weir_exists(ctx) ? json_integer(state->sum) : json_null());
        return WEIR_DROP;
    }
    if (weir_str_starts_with(value, "put ")) {
        char digits[24] = "";
        memcpy(digits, value.bytes + 4, value.count - 4 < 23 ? value.count - 4 : 23);
        state->sum = strtoll(digits, NULL, 10);
        return WEIR_KEEP;
    }
    return WEIR_LEAVE;
}
