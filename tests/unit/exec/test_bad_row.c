/* SPDX-License-Identifier: Apache-2.0 */
/* Rows on which an operator fails: at every position of a chunk, in every kind of step, as dead
 * letters and as the end of a task. */
#include "world.h"

#include <stdio.h>

enum { ROWS = 67 };

/* A chunk where a is r, or -r - 1 where the bit of r is set. */
static void table_of(const struct trial *trial,
                     const bool *is_bad,
                     uint32_t count,
                     const char *text,
                     struct weir_table *table)
{
    struct weir_builder *builder = weir_builder_create(trial_schema(trial), false);
    struct weir_value values[8] = {0};
    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t c = 0; c < 8; c++) {
            values[c] = (struct weir_value){.type = trial_schema(trial)->fields[c].type,
                                            .str = weir_str_of(text)};
        }
        values[0].i64 = is_bad[r] ? -(int64_t)r - 1 : r;
        weir_builder_add_values(builder, values);
    }
    weir_builder_finish(builder, table);
    weir_builder_destroy(builder);
}

struct selection {
    const uint16_t *sel;
    uint32_t count;
};

static void check_pattern(struct trial *trial, const bool *is_bad, const struct selection *scope)
{
    struct weir_table table;
    struct weir_text want;
    struct weir_text have;
    uint32_t bad = 0;
    weir_text_init(&want);
    weir_text_init(&have);
    weir_text_put(&want, "");
    table_of(trial, is_bad, ROWS, "", &table);
    struct weir_rows chunk = table.all;
    chunk.sel = scope->sel;
    chunk.sel_count = scope->sel != NULL ? scope->count : 0;
    for (uint32_t k = 0; k < scope->count; k++) {
        uint32_t r = scope->sel != NULL ? scope->sel[k] : k;
        bad += is_bad[r];
        if (!is_bad[r]) {
            weir_text_printf(&want, "{\"v\":%u}\n", r + 1);
        }
    }
    trial_run(trial, &chunk, &have);
    assert_string_equal(have.bytes, want.bytes);
    assert_int_equal(trial->task.bad_records, bad);
    assert_int_equal(trial->task.sample_count,
                     bad < WEIR_BAD_RECORD_SAMPLES ? bad : WEIR_BAD_RECORD_SAMPLES);
    weir_table_finish(&table);
    weir_text_finish(&want);
    weir_text_finish(&have);
}

static void check_step(const char *pipe)
{
    struct trial trial;
    uint16_t odd[ROWS];
    struct selection all = {NULL, ROWS};
    struct selection some = {odd, 0};
    for (uint16_t r = 1; r < ROWS; r = (uint16_t)(r + 2)) {
        odd[some.count++] = r;
    }
    trial_open(&trial, pipe);
    for (uint32_t at = 0; at < ROWS; at++) {
        bool is_bad[ROWS] = {false};
        is_bad[at] = true;
        check_pattern(&trial, is_bad, &all);
        check_pattern(&trial, is_bad, &some);
        is_bad[(at + 1) % ROWS] = is_bad[(at * 7) % ROWS] = true;
        check_pattern(&trial, is_bad, &all);
    }
    bool none[ROWS] = {false};
    bool every[ROWS];
    memset(every, true, sizeof every);
    check_pattern(&trial, none, &all);
    check_pattern(&trial, every, &all);
    check_pattern(&trial, every, &some);
    trial_close(&trial);
}

static void test_every_position(void **state)
{
    (void)state;
    check_step("trial.rows | map v = trial.fussy(a) | print");
    check_step("trial.rows | map v = trial.fussy(trial.fussy(a) - 1) + trial.fussy(b) - 1 | print");
    check_step("trial.rows | filter trial.fussy(a) > 0 | map v = a + 1 | print");
    check_step("trial.rows | filter b == 0 and trial.fussy(a) > 0 | map v = a + 1 | print");
    check_step(
        "trial.rows | map p = b == 1 or (b == 0 and trial.fussy(a) > 0), v = a + 1 | map v | "
        "print");
    check_step("trial.rows | flat_map n = [trial.fussy(a)] | map v = n | print");
    check_step(
        "trial.rows | flat_map part = text.split(\"x\", \" \"), v = trial.fussy(a) | map v | "
        "print");
}

/* ---- the end of a task ---- */

static void check_end(
    const char *pipe, bool stops, const char *text, bool may_retry, const char *const *words)
{
    bool is_bad[3] = {false, true, false};
    struct trial trial;
    struct weir_table table;
    trial_open(&trial, pipe);
    table_of(&trial, is_bad, 3, text, &table);
    for (int attempt = 0; attempt < 2; attempt++) { /* the second after an abandoned first */
        trial_begin(&trial);
        trial.task.stop_on_bad_record = stops;
        assert_int_equal(trial_push(&trial, &table.all), WEIR_EJOB);
        assert_int_equal(trial.task.may_retry, may_retry);
        assert_int_equal(trial.task.bad_records, 0);
        for (size_t i = 0; words[i] != NULL; i++) {
            if (strstr(trial.err.text, words[i]) == NULL) {
                fail_msg("'%s' is not in: %s", words[i], trial.err.text);
            }
        }
        trial.first->abandon(trial.first, &trial.task);
    }
    weir_table_finish(&table);
    trial_close(&trial);
}

static void test_end_of_task(void **state)
{
    (void)state;
    static const char *const fussy[] = {"org.example.trial/fussy: -2 is below zero",
                                        "batch 5000 ms", "partition 3 of 8",
                                        "record {\"a\":-2,\"b\":0,", NULL};
    static const char *const fatal[] = {"org.example.trial/fatal: no way with -2", "batch 5000 ms",
                                        NULL};
    static const char *const retry[] = {"org.example.trial/retry: later", NULL};
    check_end("trial.rows | map v = trial.fussy(a) | print", true, "x", false, fussy);
    check_end("trial.rows | map v = trial.fatal(a) | print", false, "x", false, fatal);
    check_end("trial.rows | filter trial.fatal(a) > 0 | print", false, "x", false, fatal);
    check_end("trial.rows | map v = trial.retry(a) | print", false, "x", true, retry);
}

/* A long record is cut, and not in the middle of a code point. */
static void test_long_record(void **state)
{
    (void)state;
    char text[1000];
    bool is_bad[1] = {true};
    struct trial trial;
    struct weir_table table;
    struct weir_text have;
    weir_text_init(&have);
    for (size_t i = 0; i + 3 < sizeof text; i += 3) {
        memcpy(text + i, "\xe2\x82\xac", 4);
    }
    trial_open(&trial, "trial.rows | map v = trial.fussy(a) | print");
    table_of(&trial, is_bad, 1, text, &table);
    trial_run(&trial, &table.all, &have);
    const char *record = strstr(trial.task.samples[0], "record {");
    assert_non_null(record);
    assert_in_range(strlen(record), 280, 330);
    assert_non_null(strstr(record, "\xe2\x82\xac...)"));
    weir_table_finish(&table);
    weir_text_finish(&have);
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_position),
        cmocka_unit_test(test_end_of_task),
        cmocka_unit_test(test_long_record),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
