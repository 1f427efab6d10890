/* SPDX-License-Identifier: Apache-2.0 */
/* A few operators, and the plugin itself. */
#include "script.h"

#include <weir/plugin.h>

WEIR_EMITTER(words, (weir_str, line), (weir_str, word))
{
    weir_str rest = line, word;
    while (weir_str_token(&rest, ' ', &word)) {
        WEIR_EMIT(word);
    }
}

WEIR_FUNCTION(int64_t, bytes, (weir_str, text))
{
    return (int64_t)text.count;
}

WEIR_FUNCTION(bool, is_word, (weir_str, text))
{
    return text.count > 0;
}

/* The text itself, unless the test wants a failure. */
WEIR_FUNCTION(weir_str, same, (weir_str, text))
{
    char step[256];
    (void)snprintf(step, sizeof step, "same %.*s", (int)text.count, text.bytes);
    int rc = play_outcome(step);
    if (rc != WEIR_OK) {
        weir_fail(ctx, rc, "%s fails because the test wants it", step);
    }
    return text;
}

WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}

/* The other way round; what has it by declaration slides without recomputing. */
WEIR_REDUCER(int64_t, plus, (a, b))
{
    return a + b;
}
WEIR_INVERSE(plus, (a, b))
{
    return a - b;
}

/* The texts of a group in their order, and how many bytes they have. */
struct texts {
    weir_list(weir_str) all;
    int64_t bytes;
};
WEIR_STATE(texts, 1, all, bytes);
WEIR_AGGREGATE_AS(
    texts, "texts", WEIR_NOT_COMMUTATIVE, weir_list(weir_str), texts, (weir_str, text))
{
    state->bytes += (int64_t)text.count;
    weir_push(ctx, &state->all, text);
}
WEIR_MERGE(texts)
{
    state->bytes += other->bytes;
    for (uint32_t i = 0; i < other->all.count; i++) {
        weir_push(ctx, &state->all, other->all.items[i]);
    }
}
WEIR_RESULT(texts)
{
    return state->all;
}

/* The texts of a window, oldest first: those that leave are the ones that came first. */
WEIR_AGGREGATE_AS(
    queue, "queue", WEIR_NOT_COMMUTATIVE, weir_list(weir_str), texts, (weir_str, text))
{
    state->bytes += (int64_t)text.count;
    weir_push(ctx, &state->all, text);
}
WEIR_MERGE(queue)
{
    state->bytes += other->bytes;
    for (uint32_t i = 0; i < other->all.count; i++) {
        weir_push(ctx, &state->all, other->all.items[i]);
    }
}
WEIR_RESULT(queue)
{
    return state->all;
}
WEIR_REMOVE(queue, (weir_str, text))
{
    const weir_str first = state->all.items[0];
    if (!weir_str_equal(first, text)) {
        weir_fail(ctx, WEIR_FATAL, "'%.*s' leaves before '%.*s'", (int)text.count, text.bytes,
                  (int)first.count, first.bytes);
    }
    state->bytes -= (int64_t)text.count;
    for (uint32_t i = 1; i < state->all.count; i++) {
        weir_put(ctx, &state->all, i - 1, state->all.items[i]);
    }
    weir_cut(ctx, &state->all, state->all.count - 1);
}

/* Numbers; a negative one fails. */
struct total {
    int64_t sum;
};
WEIR_STATE(total, 1, sum);
WEIR_AGGREGATE(int64_t, total, total, (int64_t, n))
{
    if (n == INT64_MIN) {
        weir_fail(ctx, WEIR_BAD_RECORD, "the least number cannot be added");
    }
    state->sum += n;
}
WEIR_MERGE(total)
{
    state->sum += other->sum;
}
WEIR_RESULT(total)
{
    return state->sum;
}

/* Each row with the sum of all rows of the partition so far; at the end, the sum alone. */
WEIR_PARTITION_FUNCTION(running, total, (int64_t, n), (int64_t, n, int64_t, sum))
{
    state->sum += n;
    WEIR_EMIT(n, state->sum);
}
WEIR_PARTITION_END(running)
{
    WEIR_EMIT(-1, state->sum);
}

/* By the first byte of the text. */
WEIR_PARTITIONER(by_letter, (weir_str, text))
{
    (void)ctx;
    return (text.count == 0 ? 0 : (uint64_t)(unsigned char)text.bytes[0]) % partitions;
}

WEIR_PLUGIN("org.example.play", "1.0.0", "inputs and outputs that follow a script", "Apache-2.0");
