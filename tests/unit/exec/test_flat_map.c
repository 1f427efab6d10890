/* SPDX-License-Identifier: Apache-2.0 */
/* flat_map where it is hard: more rows than the lent columns hold, rows that fail after having
 * emitted, one input row that needs all the room, text that somebody keeps. */
#include "world.h"

#include <stdio.h>

static void push_numbers(struct trial *trial, const int64_t *a, uint32_t count)
{
    struct weir_builder *builder = weir_builder_create(trial_schema(trial), false);
    struct weir_value values[8] = {0};
    struct weir_table table;
    for (uint32_t c = 0; c < 8; c++) {
        values[c].type = trial_schema(trial)->fields[c].type;
        values[c].str.bytes = "";
    }
    for (uint32_t r = 0; r < count; r++) {
        char text[32];
        values[0].i64 = a[r];
        values[5].str.count = (size_t)snprintf(text, sizeof text, "input row number %u", r);
        values[5].str.bytes = text;
        weir_builder_add_values(builder, values);
    }
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    assert_int_equal(trial_push(trial, &table.all), WEIR_OK);
    weir_table_finish(&table);
}

/* What trial.numbers gives for these rows, with s carried along. */
static void expect_numbers(const int64_t *a, uint32_t count, struct weir_text *text)
{
    for (uint32_t r = 0; r < count; r++) {
        for (int64_t i = 0; i < a[r] && a[r] % 7 != 0; i++) {
            char letters[32];
            memset(letters, 'a' + (int)(i % 26), sizeof letters);
            weir_text_printf(text,
                             "{\"s\":\"input row number %u\",\"number\":%lld,\"text\":\"%.*s\","
                             "\"even\":%s,\"one\":1}\n",
                             r, (long long)i, (int)(i % 32), letters,
                             i % 2 == 0 ? "true" : "false");
        }
    }
}

static void check_numbers(const int64_t *const *chunks, uint32_t chunk_count, uint32_t count)
{
    struct trial trial;
    struct weir_text want;
    struct weir_text have;
    weir_text_init(&want);
    weir_text_init(&have);
    weir_text_put(&have, "");
    trial_open(&trial, "trial.rows | flat_map s, trial.numbers(a), one = 1 | print");
    uint32_t bad = 0;
    for (uint32_t i = 0; i < chunk_count; i++) {
        push_numbers(&trial, chunks[i], count);
        expect_numbers(chunks[i], count, &want);
        for (uint32_t r = 0; r < count; r++) {
            bad += chunks[i][r] != 0 && chunks[i][r] % 7 == 0;
        }
    }
    assert_int_equal(trial.task.bad_records, bad);
    trial_result(&trial, &have);
    assert_int_equal(have.count, want.count);
    assert_string_equal(have.bytes, want.bytes);
    weir_text_finish(&want);
    weir_text_finish(&have);
    trial_close(&trial);
}

/* Every output chunk keeps the emitter's heap (collect does), so that it must move on each time. */
static void test_full_columns(void **state)
{
    (void)state;
    enum { ROWS = 300 };
    static int64_t a[2][ROWS];
    const int64_t *chunks[] = {a[0], a[1]};
    for (int r = 0; r < ROWS; r++) {
        a[0][r] = r % 53;
        a[1][r] = (r * 31) % 101;
    }
    check_numbers(chunks, 2, ROWS);
}

static void test_giant_rows(void **state)
{
    (void)state;
    static const int64_t a[] = {3, 50000, 5, 0, 70000, 2047, 2048, 1, 2049, 4096};
    static const int64_t b[] = {70000, 70000, 4, 2049, 7, 0, 100, 14, 2050, 5};
    static const int64_t c[] = {1, 2, 3, 4, 5, 6, 8, 9, 10, 11};
    const int64_t *chunks[] = {a, b, c};
    check_numbers(chunks, 3, 10);
}

static void test_row_beyond_limit(void **state)
{
    (void)state;
    static const int64_t a[] = {2, INT64_C(200000000), 3};
    struct trial trial;
    struct weir_text have;
    weir_text_init(&have);
    trial_open(&trial, "trial.rows | flat_map trial.deluge(a) | print");
    push_numbers(&trial, a, 3);
    assert_int_equal(trial.task.bad_records, 1);
    assert_non_null(strstr(trial.task.samples[0],
                           "org.example.trial/deluge: emits more than 1 GiB for one record"));
    trial_result(&trial, &have);
    assert_string_equal(have.bytes,
                        "{\"number\":0}\n{\"number\":1}\n{\"number\":0}\n{\"number\":1}\n"
                        "{\"number\":2}\n");
    weir_text_finish(&have);
    trial_close(&trial);
}

/* ---- a step that keeps nothing: the heap is used again and again ---- */

struct counter {
    struct weir_step step;
    uint64_t rows, long_bytes;
    uint32_t heaps_most;
};

static int counter_push(struct weir_step *step,
                        struct weir_exec_task *task,
                        const struct weir_rows *rows)
{
    struct counter *counter = (struct counter *)step;
    const weir_view *views = rows->columns[1].data;
    (void)task;
    assert_in_range(weir_rows_count(rows), 1, WEIR_CHUNK_ROWS_MAX);
    for (uint32_t r = 0; r < rows->rows; r++) {
        weir_str text = weir_view_str(&views[r], rows->heaps);
        counter->long_bytes += text.count;
        for (size_t i = 1; i < text.count; i++) {
            assert_int_equal(text.bytes[i], text.bytes[0]);
        }
    }
    counter->rows += rows->rows;
    counter->heaps_most =
        rows->heaps->count > counter->heaps_most ? rows->heaps->count : counter->heaps_most;
    return WEIR_OK;
}

static int counter_finish(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step, (void)task;
    return WEIR_OK;
}

static void counter_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step, (void)task;
}

static void test_heap_is_used_again(void **state)
{
    (void)state;
    enum { ROWS = 2000 };
    static int64_t a[ROWS];
    struct weir_error err;
    struct weir_exec_task task = {.err = &err};
    struct counter counter = {
        .step = {.push = counter_push, .finish = counter_finish, .abandon = counter_abandon}};
    struct weir_graph *graph = world_graph("trial.rows | flat_map trial.numbers(a) | print");
    const struct weir_node *node = &graph->nodes[1];
    struct trial trial = {.graph = graph, .task = task};
    for (int r = 0; r < ROWS; r++) {
        a[r] = 500 + r % 6;
        a[r] += a[r] % 7 == 0;
    }
    assert_int_equal(weir_chain_create(graph, &node, 1, &counter.step, &trial.first, &err),
                     WEIR_OK);
    size_t before = weir_buffer_live_bytes();
    push_numbers(&trial, a, ROWS);
    push_numbers(&trial, a, ROWS);
    assert_true(counter.rows > 1900000);
    assert_true(counter.long_bytes > 20 * 1000 * 1000);
    assert_true(weir_buffer_live_bytes() - before < 2 * 1024 * 1024);
    assert_true(counter.heaps_most <= 3);
    assert_int_equal(trial.first->finish(trial.first, &trial.task), WEIR_OK);
    weir_chain_destroy(trial.first, &counter.step);
    weir_graph_destroy(graph);
}

/* ---- failures behind an emitter are not the emitter's rows' fault ---- */

static void test_failure_behind(void **state)
{
    (void)state;
    static const int64_t a[] = {3000, 3000, 3000};
    struct trial trial;
    trial_open(&trial, "trial.rows | flat_map trial.numbers(a) | map trial.fatal(2500 - number) | "
                       "print");
    struct weir_builder *builder = weir_builder_create(trial_schema(&trial), false);
    struct weir_value values[8] = {0};
    struct weir_table table;
    for (uint32_t r = 0; r < 3; r++) {
        for (uint32_t c = 0; c < 8; c++) {
            values[c] = (struct weir_value){
                .type = trial_schema(&trial)->fields[c].type, .i64 = a[r], .str = {"", 0}};
        }
        weir_builder_add_values(builder, values);
    }
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    assert_int_equal(trial_push(&trial, &table.all), WEIR_EJOB);
    assert_non_null(strstr(trial.err.text, "trial/fatal: no way with -1"));
    assert_int_equal(trial.task.bad_records, 0);
    trial.first->abandon(trial.first, &trial.task);
    weir_table_finish(&table);
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_columns),     cmocka_unit_test(test_giant_rows),
        cmocka_unit_test(test_row_beyond_limit), cmocka_unit_test(test_heap_is_used_again),
        cmocka_unit_test(test_failure_behind),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
