/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs with two operands, lists of values, aggregates with states, and windows in parts, against
 * the naive way: what comes out of their two sides is what plain loops say. */
#include "operands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NO_NUMBER = 1000 }; /* stands for null */

/* ---- the naive way ---- */

static void put_key(struct weir_text *to, const char *key)
{
    weir_text_put(to, "{\"key\":");
    weir_text_printf(to, key[0] == '\0' ? "null" : "\"%s\"", key);
}

static void put_number(struct weir_text *to, const char *name, int64_t number)
{
    if (number == NO_NUMBER) {
        weir_text_printf(to, "\"%s\":null", name);
    } else {
        weir_text_printf(to, "\"%s\":%lld", name, (long long)number);
    }
}

static void put_pair(struct weir_text *to, const char *key, int64_t left, int64_t right)
{
    put_key(to, key);
    weir_text_put(to, ",\"value\":{");
    put_number(to, "left", left);
    weir_text_put(to, ",");
    put_number(to, "right", right);
    weir_text_put(to, "}}\n");
}

static uint32_t partners(uint32_t side, const char *key)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < row_counts[side]; i++) {
        count += strcmp(operands[side][i].key, key) == 0;
    }
    return count;
}

static struct weir_text joined(bool keeps_left, bool keeps_right)
{
    struct weir_text text;
    weir_text_init(&text);
    for (uint32_t l = 0; l < row_counts[0]; l++) {
        const struct row *left = &operands[0][l];
        for (uint32_t r = 0; r < row_counts[1]; r++) {
            if (strcmp(left->key, operands[1][r].key) == 0) {
                put_pair(&text, left->key, left->value, operands[1][r].value);
            }
        }
        if (keeps_left && partners(1, left->key) == 0) {
            put_pair(&text, left->key, left->value, NO_NUMBER);
        }
    }
    for (uint32_t r = 0; keeps_right && r < row_counts[1]; r++) {
        if (partners(0, operands[1][r].key) == 0) {
            put_pair(&text, operands[1][r].key, NO_NUMBER, operands[1][r].value);
        }
    }
    return text;
}

/* The values of a key, as a list, `times` times. */
static void put_list(struct weir_text *to, uint32_t side, const char *key, uint32_t times)
{
    const char *comma = "";
    weir_text_put(to, "[");
    for (uint32_t i = 0; i < row_counts[side] * times; i++) {
        const struct row *row = &operands[side][i % row_counts[side]];
        if (strcmp(row->key, key) == 0) {
            weir_text_printf(to, "%s%lld", comma, (long long)row->value);
            comma = ",";
        }
    }
    weir_text_put(to, "]");
}

/* Is it the first row of its side with this key? */
static bool is_first(uint32_t side, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++) {
        if (strcmp(operands[side][i].key, operands[side][at].key) == 0) {
            return false;
        }
    }
    return true;
}

static struct weir_text listed(uint32_t times)
{
    struct weir_text text;
    weir_text_init(&text);
    for (uint32_t i = 0; i < row_counts[0]; i++) {
        if (is_first(0, i)) {
            put_key(&text, operands[0][i].key);
            weir_text_put(&text, ",\"value\":");
            put_list(&text, 0, operands[0][i].key, times);
            weir_text_put(&text, "}\n");
        }
    }
    return text;
}

static struct weir_text cogrouped(void)
{
    struct weir_text text;
    weir_text_init(&text);
    for (uint32_t side = 0; side < 2; side++) {
        for (uint32_t i = 0; i < row_counts[side]; i++) {
            const char *key = operands[side][i].key;
            if (is_first(side, i) && (side == 0 || partners(0, key) == 0)) {
                put_key(&text, key);
                weir_text_put(&text, ",\"value\":{\"left\":");
                put_list(&text, 0, key, 1);
                weir_text_put(&text, ",\"right\":");
                put_list(&text, 1, key, 1);
                weir_text_put(&text, "}}\n");
            }
        }
    }
    return text;
}

static int64_t sum_of(const char *key)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < row_counts[0]; i++) {
        sum += strcmp(operands[0][i].key, key) == 0 ? operands[0][i].value : 0;
    }
    return sum;
}

static struct weir_text summed(int64_t times)
{
    struct weir_text text;
    weir_text_init(&text);
    for (uint32_t i = 0; i < row_counts[0]; i++) {
        if (is_first(0, i)) {
            put_key(&text, operands[0][i].key);
            weir_text_put(&text, ",");
            put_number(&text, "value", times * sum_of(operands[0][i].key));
            weir_text_put(&text, "}\n");
        }
    }
    return text;
}

/* ---- the verbs ---- */

#define PAIR "key = word, value = bytes"

static void joins_of_pairs(void **state)
{
    (void)state;
    static const struct {
        const char *verb;
        bool keeps_left, keeps_right;
    } joins[] = {{"join r", false, false},
                 {"left_outer_join r", true, false},
                 {"right_outer_join r", false, true},
                 {"full_outer_join r", true, true}};
    for (uint32_t i = 0; i < sizeof joins / sizeof *joins; i++) {
        for (uint32_t buckets = 1; buckets <= BUCKETS_MAX; buckets += 7) {
            struct trial t;
            struct weir_text expected = joined(joins[i].keeps_left, joins[i].keeps_right);
            operands_run(&t, PAIR, joins[i].verb, buckets);
            operands_expect(&t, &expected);
        }
    }
}

/* Both sides ask it, and so meet. */
static void joins_by_a_partitioner(void **state)
{
    (void)state;
    struct trial t;
    struct weir_text expected = joined(true, true);
    operands_run(&t, PAIR, "full_outer_join r partitioner=play.by_letter(key)", 8);
    operands_expect(&t, &expected);
    expected = listed(1);
    operands_run(&t, PAIR, "group_by_key partitioner=play.by_letter(key)", 8);
    operands_expect(&t, &expected);
}

static void joins_on_fields(void **state)
{
    (void)state;
    struct trial t;
    struct weir_text expected;
    weir_text_init(&expected);
    for (uint32_t l = 0; l < row_counts[0]; l++) {
        for (uint32_t r = 0; r < row_counts[1]; r++) {
            if (strcmp(operands[0][l].key, operands[1][r].key) == 0) {
                put_key(&expected, operands[0][l].key);
                weir_text_put(&expected, ",");
                put_number(&expected, "value", operands[0][l].value);
                weir_text_put(&expected, ",");
                put_number(&expected, "value_right", operands[1][r].value);
                weir_text_put(&expected, "}\n");
            }
        }
    }
    operands_run(&t, PAIR, "join r on=key suffix=_right", 3);
    operands_expect(&t, &expected);
}

/* Of two fields, which are encoded as one key. */
static void semi_and_anti_joins(void **state)
{
    (void)state;
    for (uint32_t is_anti = 0; is_anti < 2; is_anti++) {
        struct trial t;
        struct weir_text expected;
        weir_text_init(&expected);
        for (uint32_t l = 0; l < row_counts[0]; l++) {
            uint32_t found = 0;
            for (uint32_t r = 0; r < row_counts[1]; r++) {
                found += strcmp(operands[0][l].key, operands[1][r].key) == 0 &&
                         operands[0][l].value == operands[1][r].value;
            }
            if ((found == 0) == (is_anti == 1)) {
                put_key(&expected, operands[0][l].key);
                weir_text_put(&expected, ",");
                put_number(&expected, "value", operands[0][l].value);
                weir_text_put(&expected, "}\n");
            }
        }
        operands_run(&t, PAIR,
                     is_anti ? "anti_join r on=[key, value]" : "semi_join r on=[key, value]", 3);
        operands_expect(&t, &expected);
    }
}

static void every_row_with_every_row(void **state)
{
    (void)state;
    struct trial t;
    struct weir_text expected;
    weir_text_init(&expected);
    for (uint32_t l = 0; l < row_counts[0]; l++) {
        for (uint32_t r = 0; r < row_counts[1]; r++) {
            weir_text_put(&expected, "{");
            put_number(&expected, "left", operands[0][l].value);
            weir_text_put(&expected, ",");
            put_number(&expected, "right", operands[1][r].value);
            weir_text_put(&expected, "}\n");
        }
    }
    operands_run(&t, "value = bytes", "transform { cartesian r }", 4);
    operands_expect(&t, &expected);
}

static void lists_by_key(void **state)
{
    (void)state;
    struct trial t;
    for (uint32_t buckets = 1; buckets <= BUCKETS_MAX; buckets += 7) {
        struct weir_text expected = listed(1);
        operands_run(&t, PAIR, "group_by_key", buckets);
        operands_expect(&t, &expected);
        expected = cogrouped();
        operands_run(&t, PAIR, "cogroup r", buckets);
        operands_expect(&t, &expected);
    }
    struct weir_text expected = listed(2);
    operands_run(&t, PAIR, "group_by_key_and_window length=2s", 3);
    operands_expect(&t, &expected);
}

static void states_by_key(void **state)
{
    (void)state;
    struct trial t;
    for (uint32_t buckets = 1; buckets <= BUCKETS_MAX; buckets += 7) {
        struct weir_text expected = summed(1);
        operands_run(&t, PAIR, "combine_by_key play.total", buckets);
        operands_expect(&t, &expected);
        expected = summed(1);
        operands_run(&t, PAIR, "aggregate value = play.total(value) by=key", buckets);
        operands_expect(&t, &expected);
        expected = summed(2);
        operands_run(&t, PAIR, "aggregate value = play.total(value) by=key length=2s", buckets);
        operands_expect(&t, &expected);
        expected = summed(2);
        operands_run(&t, PAIR, "reduce_by_key_and_window play.add length=2s", buckets);
        operands_expect(&t, &expected);
    }
}

/* Several aggregates of one group; lists of texts travel as states; null is not added. */
static void one_group_of_texts(void **state)
{
    (void)state;
    struct trial t;
    struct weir_text expected;
    const char *comma = "";
    int64_t sum = 0;
    weir_text_init(&expected);
    weir_text_put(&expected, "{\"all\":[");
    for (uint32_t i = 0; i < row_counts[0]; i++) {
        sum += operands[0][i].value;
        if (operands[0][i].key[0] != '\0') {
            weir_text_printf(&expected, "%s\"%s\"", comma, operands[0][i].key);
            comma = ",";
        }
    }
    weir_text_printf(&expected, "],\"sum\":%lld}\n", (long long)sum);
    operands_run(&t, PAIR, "aggregate all = play.texts(key), sum = play.total(value)", 1);
    operands_expect(&t, &expected);
}

static void distinct_rows(void **state)
{
    (void)state;
    struct trial t;
    struct weir_text expected;
    weir_text_init(&expected);
    for (uint32_t i = 0; i < row_counts[0]; i++) {
        if (is_first(0, i)) {
            put_key(&expected, operands[0][i].key);
            weir_text_put(&expected, "}\n");
        }
    }
    operands_run(&t, "key = word", "distinct", 3);
    operands_expect(&t, &expected);
}

static void sorted_rows(void **state)
{
    (void)state;
    struct trial t;
    int64_t before = INT64_MAX;
    uint32_t count = 0;
    operands_run(&t, "value = bytes", "sort by=value desc=true", 1);
    for (char *line = t.out.bytes; *line != '\0'; line = strchr(line, '\n') + 1, count++) {
        long long value = strtoll(line + strlen("{\"value\":"), NULL, 10);
        assert_true(value <= before);
        before = value;
    }
    assert_int_equal(count, row_counts[0]);
    struct weir_text same;
    weir_text_init(&same);
    weir_text_put(&same, t.out.bytes);
    operands_expect(&t, &same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_of_pairs),
        cmocka_unit_test(joins_by_a_partitioner),
        cmocka_unit_test(joins_on_fields),
        cmocka_unit_test(semi_and_anti_joins),
        cmocka_unit_test(every_row_with_every_row),
        cmocka_unit_test(lists_by_key),
        cmocka_unit_test(states_by_key),
        cmocka_unit_test(one_group_of_texts),
        cmocka_unit_test(distinct_rows),
        cmocka_unit_test(sorted_rows),
    };
    operands_make();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
