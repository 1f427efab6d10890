/* SPDX-License-Identifier: Apache-2.0 */
/* A codec as a step: records of many rows and of none, records that are none among others, more
 * text than a heap holds, what is kept further down while the next chunk comes. */
#include "world.h"

#include <stdio.h>

enum { S = 5 }; /* the field s of trial.rows */

/* A chunk of trial.rows whose s is these texts, NULL for null. */
static int push_texts(struct trial *trial, const char *const *texts, uint32_t count)
{
    struct weir_builder *builder = weir_builder_create(trial_schema(trial), false);
    struct weir_value values[8] = {0};
    struct weir_table table;
    for (uint32_t c = 0; c < 8; c++) {
        values[c].type = trial_schema(trial)->fields[c].type;
        values[c].str.bytes = "";
    }
    for (uint32_t r = 0; r < count; r++) {
        values[S].is_null = texts[r] == NULL;
        values[S].str = weir_str_of(texts[r] == NULL ? "" : texts[r]);
        weir_builder_add_values(builder, values);
    }
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    int status = trial_push(trial, &table.all);
    weir_table_finish(&table);
    return status;
}

static void expect(struct trial *trial, const char *rows)
{
    struct weir_text have;
    weir_text_init(&have);
    weir_text_put(&have, "");
    trial_result(trial, &have);
    assert_string_equal(have.bytes, rows);
    weir_text_finish(&have);
}

/* What a codec gives of a chunk is what it gives of its rows. */
static void test_rows_alone(void **state)
{
    (void)state;
    check_pipe("lines of=s", 30, 1, 9);
    check_pipe("map line = t, value = s | lines | filter line != \"\"", 0, 2, 9);
    check_pipe("filter a > 0 | lines of=t | lines", 50, 3, 9);
    check_pipe("map line = \"x\" | lines", 0, 4, 9); /* a constant */
}

static void test_nulls_and_none(void **state)
{
    static const char *const texts[] = {NULL, "{\"n\":1}", "", "[]", NULL, "[{\"n\":2},{}]"};
    struct trial trial;
    (void)state;
    trial_open(&trial, "trial.rows | json schema {n: i64} of=s | print");
    trial_begin(&trial);
    assert_int_equal(push_texts(&trial, texts, 6), WEIR_OK);
    assert_int_equal(trial.task.bad_records, 0);
    expect(&trial, "{\"n\":1}\n{\"n\":2}\n{\"n\":null}\n");
    trial_close(&trial);
}

static void test_bad_records(void **state)
{
    static const char *const texts[] = {
        "{\"n\":[1,2],\"g\":{\"s\":\"a text that is long enough\"}}",
        "{\"n\":[3,4,\"x\"],\"g\":{\"s\":\"b\"}}",
        "nonsense",
        "[{\"n\":[5]},{\"g\":{\"s\":\"c\"}},{\"n\":6}]",
        "{\"n\":[],\"g\":{}}",
        "{"};
    struct trial trial;
    (void)state;
    trial_open(&trial, "trial.rows | json schema {n: list<i64>, g: {s: str}} of=s | print");
    for (int round = 0; round < 2; round++) { /* what failed leaves nothing behind */
        trial_begin(&trial);
        assert_int_equal(push_texts(&trial, texts, 6), WEIR_OK);
        assert_int_equal(trial.task.bad_records, 4);
        assert_non_null(
            strstr(trial.task.samples[0], "org.weir.json/json: json: field n[]: expected i64"));
        assert_non_null(strstr(trial.task.samples[1], "\"s\":\"nonsense\""));
        expect(&trial, "{\"n\":[1,2],\"g\":{\"s\":\"a text that is long enough\"}}\n"
                       "{\"n\":[],\"g\":{\"s\":null}}\n");
    }
    trial_close(&trial);
}

static void test_stop(void **state)
{
    static const char *const texts[] = {"{\"n\":1}", "{\"n\":\"x\"}", "{\"n\":2}"};
    struct trial trial;
    (void)state;
    trial_open(&trial, "trial.rows | json schema {n: i64} of=s on_error=stop | print");
    trial_begin(&trial);
    assert_int_equal(push_texts(&trial, texts, 3), WEIR_EJOB);
    assert_int_equal(trial.task.bad_records, 0);
    assert_false(trial.task.may_retry);
    assert_non_null(strstr(trial.err.text, "field n: expected i64"));
    assert_non_null(strstr(trial.err.text, "\"s\":\"{\\\"n\\\":\\\"x\\\"}\""));
    trial.first->abandon(trial.first, &trial.task);
    trial_begin(&trial);
    assert_int_equal(push_texts(&trial, texts, 1), WEIR_OK);
    expect(&trial, "{\"n\":1}\n");
    trial_close(&trial);
}

/* Far more rows than columns hold, and than one heap: they go on while the codec is at work, and
 * what collects them keeps them. */
static void test_many_rows(void **state)
{
    enum { LINES = 5001, ROWS = 7, LONG = 3000 };
    struct weir_text text, want;
    const char *texts[ROWS];
    struct trial trial;
    (void)state;
    weir_text_init(&text);
    weir_text_init(&want);
    weir_text_put(&text, "[");
    for (int i = 0; i < LINES; i++) {
        char letters[LONG + 1];
        size_t count = i % 50 == 0 ? LONG : (size_t)(i % 40);
        memset(letters, 'a' + i % 26, count);
        letters[count] = '\0';
        /* an escape: the text is not a slice of the record, but the codec's own */
        weir_text_printf(&text, "%s{\"s\":\"\\n%s\",\"l\":[%d,%d]}", i == 0 ? "" : ",", letters, i,
                         -i);
        weir_text_printf(&want, "{\"s\":\"\\n%s\",\"l\":[%d,%d]}\n", letters, i, -i);
    }
    weir_text_put(&text, "]");
    for (int r = 0; r < ROWS; r++) {
        texts[r] = r == 3 ? "[{\"s\":\"ok\"},{\"s\":1}]" : text.bytes;
    }
    trial_open(&trial, "trial.rows | json schema {s: str, l: list<i64>} of=s | print");
    trial_begin(&trial);
    for (int chunk = 0; chunk < 2; chunk++) {
        assert_int_equal(push_texts(&trial, texts, ROWS), WEIR_OK);
    }
    assert_int_equal(trial.task.bad_records, 2);
    struct weir_text have;
    weir_text_init(&have);
    trial_result(&trial, &have);
    assert_int_equal(have.count, want.count * 2 * (ROWS - 1));
    for (int i = 0; i < 2 * (ROWS - 1); i++) {
        assert_memory_equal(have.bytes + (size_t)i * want.count, want.bytes, want.count);
    }
    weir_text_finish(&have);
    weir_text_finish(&text);
    weir_text_finish(&want);
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_alone),  cmocka_unit_test(test_nulls_and_none),
        cmocka_unit_test(test_bad_records), cmocka_unit_test(test_stop),
        cmocka_unit_test(test_many_rows),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
