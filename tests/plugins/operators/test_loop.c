/* SPDX-License-Identifier: Apache-2.0 */
/* The generated loops, by comparison with plain computations over random columns: every type,
 * offsets, selections, constants, slices and copies, outputs that grow or hand rows on, rows that
 * fail. */
#include "drive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

extern const struct weir_plugin weir_plugin_e1_specimen;

enum { ROWS = 50 };
static const char letters[] = "the quick brown fox jumps over the lazy dog 0123456789";

static const struct weir_export *function(const char *name)
{
    return drive_find(&weir_plugin_e1_specimen, WEIR_KIND_FUNCTION, name, NULL);
}

static const struct weir_export *emitter(const char *name)
{
    return drive_find(&weir_plugin_e1_specimen, WEIR_KIND_EMITTER, name, NULL);
}

/* Random positions in ascending order; returns how many. */
static size_t some_positions(uint32_t *seed, uint16_t *positions)
{
    size_t count = 0;
    for (uint16_t i = 0; i < ROWS; i++) {
        if (drive_random(seed, 3) > 0) {
            positions[count++] = i;
        }
    }
    return count;
}

static void random_texts(uint32_t *seed, weir_str *texts)
{
    for (size_t i = 0; i < ROWS; i++) {
        texts[i] = weir_str_make(letters + drive_random(seed, 10), drive_random(seed, 40));
    }
}

/* The value that counts at position i of a column that may be constant. */
#define AT(values, c, i) (values)[(constants >> (c)&1) != 0 ? 0 : (i)]

/* One round: `constants` says which columns hold one value; skip is every array's offset. */
static void check_mixed(uint32_t seed, uint32_t constants, size_t skip, bool is_selected)
{
    struct drive run;
    struct drive_column columns[8];
    bool a[ROWS];
    bool h[ROWS];
    int32_t b[ROWS];
    int64_t c[ROWS];
    double d[ROWS];
    weir_str e[ROWS];
    weir_ts g[ROWS];
    uint16_t positions[ROWS];
    random_texts(&seed, e);
    for (size_t i = 0; i < ROWS; i++) {
        a[i] = drive_random(&seed, 2) != 0;
        h[i] = drive_random(&seed, 2) != 0;
        b[i] = (int32_t)drive_random(&seed, 100) - 50;
        c[i] = (int64_t)drive_random(&seed, 1000) - 500;
        d[i] = drive_random(&seed, 9) / 4.0;
        g[i].us = (int64_t)drive_random(&seed, 1000);
    }
    drive_bool(&columns[0], a, ROWS, skip);
    drive_fixed(&columns[1], b, sizeof b[0], ROWS, skip);
    drive_fixed(&columns[2], c, sizeof c[0], ROWS, skip);
    drive_fixed(&columns[3], d, sizeof d[0], ROWS, skip);
    drive_text(&columns[4], e, ROWS, skip);
    drive_text(&columns[5], e, ROWS, skip);
    drive_fixed(&columns[6], g, sizeof g[0], ROWS, skip);
    drive_bool(&columns[7], h, ROWS, skip);
    drive_begin(&run, function("mixed"), ROWS, ROWS, 0);
    for (uint32_t i = 0; i < 8; i++) {
        drive_add(&run, &columns[i], (constants >> i & 1) != 0);
    }
    if (is_selected) {
        drive_select(&run, positions, some_positions(&seed, positions));
    }
    drive_run(&run);
    assert_int_equal(run.row_count, is_selected ? run.in.sel_count : ROWS);
    for (size_t k = 0; k < run.row_count; k++) {
        const size_t i = run.parents[k];
        const weir_str f = AT(e, 5, i);
        const double expected = AT(a, 0, i) + 10.0 * AT(b, 1, i) + 100.0 * (double)AT(c, 2, i) +
                                AT(d, 3, i) + 1e6 * (double)AT(e, 4, i).count +
                                (f.count > 0 ? 1e7 * (unsigned char)f.bytes[f.count - 1] : 0) +
                                (double)AT(g, 6, i).us + (AT(h, 7, i) ? 0.5 : 0);
        assert_true(run.rows[k * DRIVE_COLUMNS_MAX].f64 == expected);
    }
    drive_end(&run);
    for (size_t i = 0; i < 8; i++) {
        drive_column_free(&columns[i]);
    }
}

static void parameters_of_every_type(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 64; seed++) {
        check_mixed(seed, seed % 4 == 0 ? 0 : seed * 37 & 255, seed % 5 * 3, seed % 2 != 0);
    }
    check_mixed(65, 255, 0, false);
}

static void no_parameters(void **state)
{
    struct drive run;
    const uint16_t position = 3;
    (void)state;
    drive_begin(&run, function("forty_two"), 5, 5, 0);
    drive_run(&run);
    assert_int_equal(run.row_count, 5);
    assert_int_equal(run.rows[4 * DRIVE_COLUMNS_MAX].i64, 42);
    drive_end(&run);

    drive_begin(&run, function("batch_time"), 5, 5, 0);
    drive_select(&run, &position, 1);
    drive_run(&run);
    assert_int_equal(run.row_count, 1);
    assert_int_equal(run.parents[0], 3);
    assert_int_equal(run.rows[0].i64, 5000000);
    drive_end(&run);

    drive_begin(&run, emitter("always_two"), 3, 1, 0);
    drive_run(&run);
    assert_int_equal(run.row_count, 6);
    assert_int_equal(run.parents[5], 2);
    assert_true(run.rows[5 * DRIVE_COLUMNS_MAX].f64 == 1.5);
    drive_end(&run);
}

static void results_of_narrow_types(void **state)
{
    const int32_t values[] = {1, -2, 3, INT32_MAX};
    struct drive_column column;
    struct drive run;
    (void)state;
    drive_fixed(&column, values, sizeof values[0], 4, 0);
    drive_begin(&run, function("is_odd"), 4, 4, 0);
    drive_add(&run, &column, false);
    drive_run(&run);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(run.rows[i * DRIVE_COLUMNS_MAX].i64, values[i] % 2 != 0);
    }
    drive_end(&run);
    drive_begin(&run, function("narrow"), 4, 4, 0);
    drive_add(&run, &column, false);
    drive_run(&run);
    assert_int_equal(run.rows[3 * DRIVE_COLUMNS_MAX].i64, -INT32_MAX);
    drive_end(&run);
    drive_column_free(&column);
}

/* The loop stops at each row that fails, and goes on behind it when called with the rest. */
static void failing_rows(void **state)
{
    const int64_t a[] = {10, 20, 30, 40, 50, 60, 70};
    const int64_t b[] = {5, 0, 3, 0, 0, 2, 0};
    const int64_t quotients[] = {2, 10, 30};
    const uint16_t parents[] = {0, 2, 5};
    int64_t divisors[7];
    struct drive_column columns[2];
    struct drive run;
    (void)state;
    drive_fixed(&columns[0], a, sizeof a[0], 7, 0);
    drive_fixed(&columns[1], b, sizeof b[0], 7, 0);
    drive_begin(&run, function("quotient"), 7, 7, 0);
    drive_add(&run, &columns[0], false);
    drive_add(&run, &columns[1], false);
    drive_run(&run);
    assert_int_equal(run.failed_rows, 4);
    assert_int_equal(run.first_failed, 1);
    assert_string_equal(run.message, "no 70 / 0");
    assert_int_equal(run.row_count, 3);
    assert_memory_equal(run.parents, parents, sizeof parents);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(run.rows[i * DRIVE_COLUMNS_MAX].i64, quotients[i]);
    }
    drive_end(&run);
    drive_column_free(&columns[1]);

    memcpy(divisors, b, sizeof b);
    divisors[2] = -1;
    drive_fixed(&columns[1], divisors, sizeof divisors[0], 7, 0);
    drive_begin(&run, function("quotient"), 7, 7, 0);
    drive_add(&run, &columns[0], false);
    drive_add(&run, &columns[1], false);
    assert_int_equal(run.exported->loop(&run.task, &run.in, &run.out), WEIR_BAD_RECORD);
    run.in.sel = (const uint16_t[]){2, 3};
    run.in.sel_count = 2;
    assert_int_equal(run.exported->loop(&run.task, &run.in, &run.out), WEIR_FATAL);
    assert_int_equal(run.task.row, 2);
    drive_end(&run);
    drive_column_free(&columns[0]);
    drive_column_free(&columns[1]);
}

/* Slices of a text column become views on it; of a constant, or of literals, copies. */
static void texts_that_are_returned(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 48; seed++) {
        const bool is_constant = seed % 3 == 0;
        const size_t skip = seed % 4;
        uint32_t random = seed;
        struct drive_column columns[3];
        struct drive run;
        weir_str ignored[ROWS];
        weir_str texts[ROWS];
        int64_t starts[ROWS];
        size_t views = 0;
        random_texts(&random, ignored);
        random_texts(&random, texts);
        for (size_t i = 0; i < ROWS; i++) {
            ignored[i].count = seed % 2 != 0 ? ignored[i].count % 13 : ignored[i].count;
            starts[i] = drive_random(&random, 10);
        }
        drive_text(&columns[0], ignored, ROWS, skip);
        drive_text(&columns[1], texts, ROWS, skip);
        drive_fixed(&columns[2], starts, sizeof starts[0], ROWS, 0);
        drive_begin(&run, function("behind"), ROWS, ROWS, seed % 7);
        drive_add(&run, &columns[0], true);
        drive_add(&run, &columns[1], is_constant);
        drive_add(&run, &columns[2], false);
        drive_run(&run);
        assert_int_equal(run.row_count, ROWS);
        for (size_t i = 0; i < ROWS; i++) {
            const struct drive_value *value = &run.rows[i * DRIVE_COLUMNS_MAX];
            const weir_str text = texts[is_constant ? 0 : i];
            assert_true(weir_str_equal(value->text, weir_str_slice(text, (size_t)starts[i], 99)));
            assert_true(value->is_view == (!is_constant && value->text.count > 12));
            views += value->is_view;
        }
        assert_true(is_constant || views > 0);
        drive_end(&run);
        for (size_t i = 0; i < 3; i++) {
            drive_column_free(&columns[i]);
        }
    }
}

static void literals_that_are_returned(void **state)
{
    const int64_t counts[] = {0, 1, 12, 13, 20, 11, 19};
    struct drive_column column;
    struct drive run;
    (void)state;
    drive_fixed(&column, counts, sizeof counts[0], 7, 0);
    drive_begin(&run, function("literal"), 7, 7, 1);
    drive_add(&run, &column, false);
    drive_run(&run);
    for (size_t i = 0; i < 7; i++) {
        assert_true(weir_str_equal(run.rows[i * DRIVE_COLUMNS_MAX].text,
                                   weir_str_make("0123456789abcdefghij", (size_t)counts[i])));
    }
    assert_int_equal(run.grow_calls, 3);
    drive_end(&run);

    drive_begin(&run, function("literal"), 7, 7, 1);
    run.grow_limit = 1;
    drive_add(&run, &column, false);
    drive_run(&run);
    assert_int_equal(run.outcome, WEIR_FATAL);
    assert_int_equal(run.first_failed, 4);
    drive_end(&run);
    drive_column_free(&column);
}

/* What `pieces` must emit for one row, checked against row *at of the run; false: the row fails. */
static void check_pieces(
    const struct drive *run, uint16_t position, weir_str text, int64_t size, size_t *at)
{
    if (size == 3 && text.count > 6) {
        assert_true(run->has_failed[position]);
        return;
    }
    for (size_t from = 0; from < text.count; from += (size_t)size) {
        const struct drive_value *row = &run->rows[*at * DRIVE_COLUMNS_MAX];
        const weir_str piece = weir_str_slice(text, from, (size_t)size);
        assert_true(*at < run->row_count);
        assert_int_equal(run->parents[*at], position);
        assert_true(weir_str_equal(row[0].text, piece));
        assert_true(row[0].is_view == (piece.count > 12));
        assert_int_equal(row[1].i64, from);
        assert_true(weir_str_starts_with(row[2].text, "the piece named "));
        assert_true(weir_str_ends_with(row[2].text, piece));
        assert_int_equal(row[2].text.count, piece.count + 16);
        assert_false(row[2].is_view);
        ++*at;
    }
}

static void check_emitter(uint32_t seed)
{
    uint32_t random = seed;
    struct drive_column columns[2];
    struct drive run;
    weir_str texts[ROWS];
    int64_t sizes[ROWS];
    uint16_t positions[ROWS];
    size_t count = ROWS;
    size_t at = 0;
    random_texts(&random, texts);
    for (uint16_t i = 0; i < ROWS; i++) {
        sizes[i] = 1 + drive_random(&random, 20);
        positions[i] = i;
    }
    drive_text(&columns[0], texts, ROWS, seed % 3);
    drive_fixed(&columns[1], sizes, sizeof sizes[0], ROWS, seed % 2);
    drive_begin(&run, emitter("pieces"), ROWS, seed % 9, seed % 11 * 7);
    run.hands_on = seed % 2 == 0;
    drive_add(&run, &columns[0], false);
    drive_add(&run, &columns[1], false);
    if (seed % 3 == 0) {
        count = some_positions(&random, positions);
        drive_select(&run, positions, count);
    }
    drive_run(&run);
    for (size_t k = 0; k < count; k++) {
        check_pieces(&run, positions[k], texts[positions[k]], sizes[positions[k]], &at);
    }
    assert_int_equal(at, run.row_count);
    assert_true(run.grow_calls > 0);
    drive_end(&run);
    drive_column_free(&columns[0]);
    drive_column_free(&columns[1]);
}

static void rows_that_are_emitted(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 200; seed++) {
        check_emitter(seed);
    }
}

/* A growth that fails ends the row it happened in; what the body emits afterwards is ignored. */
static void growth_that_fails(void **state)
{
    const int64_t counts[] = {2, 100, 1};
    struct drive_column column;
    struct drive run;
    (void)state;
    drive_fixed(&column, counts, sizeof counts[0], 3, 0);
    drive_begin(&run, emitter("count_to"), 3, 3, 0);
    run.grow_limit = 5;
    drive_add(&run, &column, false);
    drive_run(&run);
    assert_int_equal(run.outcome, WEIR_FATAL);
    assert_int_equal(run.first_failed, 1);
    assert_int_equal(run.grow_calls, 6);
    assert_int_equal(run.row_count, 2);
    assert_int_equal(run.rows[1 * DRIVE_COLUMNS_MAX].i64, 1);
    assert_int_equal(run.rows[1 * DRIVE_COLUMNS_MAX + 1].i64, true);
    drive_end(&run);
    drive_column_free(&column);
}

/* A chunk without rows, whose columns have no memory at all. */
static void no_rows(void **state)
{
    struct drive_column column = {0};
    struct drive run;
    (void)state;
    drive_begin(&run, function("behind"), 0, 0, 0);
    for (size_t i = 0; i < 3; i++) {
        drive_add(&run, &column, false);
    }
    drive_run(&run);
    assert_int_equal(run.row_count + run.failed_rows, 0);
    drive_end(&run);
    drive_begin(&run, emitter("pieces"), 0, 0, 0);
    drive_add(&run, &column, false);
    drive_add(&run, &column, false);
    drive_run(&run);
    assert_int_equal(run.row_count + run.failed_rows + run.grow_calls, 0);
    drive_end(&run);
}

static void what_a_static_plugin_says(void **state)
{
    const struct weir_plugin *plugin = &weir_plugin_e1_specimen;
    const struct weir_export *exported = emitter("pieces");
    (void)state;
    assert_string_equal(plugin->id, "org.weir.test.specimen");
    assert_int_equal(plugin->epoch, WEIR_EPOCH);
    assert_int_equal(plugin->last - plugin->first, 11);
    assert_string_equal(function("forty_two")->help, "the answer");
    assert_null(exported->help);
    assert_null(exported->bind);
    assert_int_equal(exported->in_count, 2);
    assert_int_equal(exported->out_count, 3);
    assert_string_equal(exported->out[1].name, "at");
    assert_string_equal(exported->out[2].type, "str");
    assert_int_equal(function("forty_two")->in_count, 0);
    assert_string_equal(function("mixed")->in[5].type, "bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_of_every_type),
        cmocka_unit_test(no_parameters),
        cmocka_unit_test(results_of_narrow_types),
        cmocka_unit_test(failing_rows),
        cmocka_unit_test(texts_that_are_returned),
        cmocka_unit_test(literals_that_are_returned),
        cmocka_unit_test(rows_that_are_emitted),
        cmocka_unit_test(growth_that_fails),
        cmocka_unit_test(no_rows),
        cmocka_unit_test(what_a_static_plugin_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
