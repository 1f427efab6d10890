/* SPDX-License-Identifier: Apache-2.0 */
/* top, limit and collect: against sorting everything, and task after task. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- top ---- */

struct sorting {
    const struct weir_rows *all;
    uint32_t by[4];
    uint32_t by_count;
    bool is_descending;
};
static struct sorting sorting; /* qsort has no context */

static int compare(const void *a, const void *b)
{
    uint32_t ra = *(const uint32_t *)a;
    uint32_t rb = *(const uint32_t *)b;
    for (uint32_t i = 0; i < sorting.by_count; i++) {
        const struct weir_column *column = &sorting.all->columns[sorting.by[i]];
        int order =
            weir_cell_compare(column, sorting.all->heaps, ra, column, sorting.all->heaps, rb);
        if (order != 0) {
            return sorting.is_descending ? -order : order;
        }
    }
    return (ra > rb) - (ra < rb);
}

static void plain_top(uint32_t n, struct weir_text *text)
{
    uint32_t count = sorting.all->rows;
    uint32_t *order = malloc((count + 1) * sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    qsort(order, count, sizeof *order, compare);
    for (uint32_t i = 0; i < count && i < n; i++) {
        weir_json_row(text, sorting.all, order[i], 0, NULL);
        weir_text_put(text, "\n");
    }
    free(order);
}

static void check_top(struct random_rows *random, uint32_t n, uint32_t rows, uint64_t dice)
{
    struct weir_arena arena;
    struct weir_error err;
    struct weir_exec_task task = {.err = &err};
    const struct weir_type *schema;
    struct weir_table table;
    weir_arena_init(&arena);
    weir_arena_init(&task.arena);
    assert_int_equal(weir_type_parse(&arena,
                                     weir_str_of("{a: i64, x: f64, s: str, l: list<str>, "
                                                 "r: {u: i32, w: str}}"),
                                     &schema, &err),
                     WEIR_OK);
    random_table(random, schema, rows, &table);
    struct weir_block *block = weir_block_of_table(&table);
    sorting = (struct sorting){.all = &block->table.all,
                               .by = {(uint32_t)(dice % 5), (uint32_t)(dice >> 8) % 5, 2},
                               .by_count = dice % 4,
                               .is_descending = (dice >> 16) % 2 == 0};
    struct weir_step *collect = weir_collect_create(schema, false);
    struct weir_step *top =
        weir_top_create(schema, n, sorting.by, sorting.by_count, sorting.is_descending, collect);
    if (sorting.by_count == 0) { /* all fields in order */
        for (uint32_t i = 0; i < 4; i++) {
            sorting.by[i] = i;
        }
        sorting.by_count = 4;
    }
    for (int round = 0; round < 2; round++) {
        struct weir_text want;
        struct weir_text have;
        weir_text_init(&want);
        weir_text_init(&have);
        weir_text_put(&want, "");
        weir_text_put(&have, "");
        assert_int_equal(weir_scan_block(&task, block, false, top), WEIR_OK);
        if (round == 0) {
            top->abandon(top, &task);
            assert_int_equal(weir_scan_block(&task, block, false, top), WEIR_OK);
        }
        assert_int_equal(top->finish(top, &task), WEIR_OK);
        struct weir_block *best = weir_collect_take(collect);
        block_text(best, &have);
        plain_top(n, &want);
        assert_string_equal(have.bytes, want.bytes);
        weir_block_release(best);
        weir_text_finish(&want);
        weir_text_finish(&have);
    }
    top->destroy(top);
    collect->destroy(collect);
    weir_block_release(block);
    weir_arena_finish(&arena);
    weir_arena_finish(&task.arena);
}

static void test_top(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 10, 500, 3000, 6000};
    struct random_rows random = {3, 10, 40};
    for (uint32_t i = 0; i < 5; i++) {
        check_top(&random, sizes[i], 0, random_next(&random));
        check_top(&random, sizes[i], 1000, random_next(&random));
        check_top(&random, sizes[i], 13000, random_next(&random));
    }
}

/* ---- limit ---- */

static void test_limit(void **state)
{
    (void)state;
    struct random_rows random = {9, 0, 5};
    struct trial trial;
    struct weir_table table;
    uint16_t sel[] = {1, 4, 5, 9};
    trial_open(&trial, "trial.rows | print");
    random_table(&random, trial_schema(&trial), 10, &table);
    struct weir_step *limit = weir_limit_create(6, trial.collect);
    struct weir_rows some = table.all;
    some.sel = sel;
    some.sel_count = 4;
    for (int task = 0; task < 2; task++) { /* a limit counts anew in every task */
        trial_begin(&trial);
        assert_int_equal(weir_step_push(limit, &trial.task, &some), WEIR_OK);
        assert_false(trial.task.wants_no_more);
        assert_int_equal(weir_step_push(limit, &trial.task, task == 0 ? &some : &table.all),
                         WEIR_OK);
        assert_true(trial.task.wants_no_more);
        assert_int_equal(weir_step_push(limit, &trial.task, &table.all), WEIR_OK);
        assert_int_equal(limit->finish(limit, &trial.task), WEIR_OK);
        struct weir_block *block = weir_collect_take(trial.collect);
        assert_int_equal(block->rows, 6);
        weir_block_release(block);
    }
    limit->destroy(limit);
    weir_table_finish(&table);
    trial_close(&trial);
}

/* A full limit ends the scan before it, not the aggregation behind it. */
static void test_limit_before_top(void **state)
{
    (void)state;
    struct random_rows random = {9, 0, 5};
    struct trial trial;
    struct weir_table table;
    trial_open(&trial, "trial.rows | print");
    random_table(&random, trial_schema(&trial), 10, &table);
    struct weir_step *top = weir_top_create(trial_schema(&trial), 8, NULL, 0, true, trial.collect);
    struct weir_step *limit = weir_limit_create(6, top);
    trial_begin(&trial);
    assert_int_equal(weir_step_push(limit, &trial.task, &table.all), WEIR_OK);
    assert_true(trial.task.wants_no_more);
    assert_int_equal(limit->finish(limit, &trial.task), WEIR_OK);
    struct weir_block *block = weir_collect_take(trial.collect);
    assert_non_null(block);
    assert_int_equal(block->rows, 6);
    weir_block_release(block);
    limit->destroy(limit);
    top->destroy(top);
    weir_table_finish(&table);
    trial_close(&trial);
}

/* ---- collect ---- */

static void test_collect(void **state)
{
    (void)state;
    struct random_rows random = {13, 10, 5};
    struct trial trial;
    struct weir_table table;
    trial_open(&trial, "trial.rows | print");
    random_table(&random, trial_schema(&trial), 100, &table);
    assert_int_equal(trial_push(&trial, &table.all), WEIR_OK);
    trial.first->abandon(trial.first, &trial.task);
    assert_int_equal(trial.first->finish(trial.first, &trial.task), WEIR_OK);
    assert_null(weir_collect_take(trial.collect)); /* no row came since the task failed */
    assert_int_equal(trial_push(&trial, &table.all), WEIR_OK);
    assert_int_equal(trial.first->finish(trial.first, &trial.task), WEIR_OK);
    struct weir_block *block = weir_collect_take(trial.collect);
    assert_int_equal(block->rows, 100);
    assert_null(weir_collect_take(trial.collect));
    weir_block_release(block);
    weir_table_finish(&table);
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_top),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_limit_before_top),
        cmocka_unit_test(test_collect),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
