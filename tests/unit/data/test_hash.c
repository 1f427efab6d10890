/* SPDX-License-Identifier: Apache-2.0 */
/* Hash, equality and order must be one idea: equal hashes exactly where cells are equal, and an
 * order that is an order. */
#include "random_rows.h"

#include "data/data.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 40 };

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static int compare_cells(const struct weir_table *table, uint32_t a, uint32_t b)
{
    const struct weir_column *column = &table->columns[0];
    return weir_cell_compare(column, &table->heaps, a, column, &table->heaps, b);
}

/* A table of one column of a random type. */
static void one_column(struct random *random, struct weir_table *table)
{
    const struct weir_type_field field = {"f", random_type(random, 4)};
    random_table(random, weir_type_struct(random->arena, &field, 1), ROWS, table);
}

static void assert_order(const struct weir_table *table, uint32_t a, uint32_t b, uint32_t c)
{
    int ab = compare_cells(table, a, b);
    int bc = compare_cells(table, b, c);
    assert_int_equal(sign(ab), -sign(compare_cells(table, b, a)));
    assert_int_equal(compare_cells(table, a, a), 0);
    if (ab <= 0 && bc <= 0) {
        assert_true(compare_cells(table, a, c) <= 0);
    }
    if (ab <= 0 && bc < 0) {
        assert_true(compare_cells(table, a, c) < 0);
    }
}

static void hash_equal_and_order_agree(void **state)
{
    (void)state;
    static const uint32_t field = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct weir_arena arena;
        struct weir_table table;
        uint64_t hashes[ROWS];
        weir_arena_init(&arena);
        struct random random = {seed * 15485863, &arena};
        one_column(&random, &table);
        const struct weir_column *column = &table.columns[0];
        weir_hash_rows(&table.all, &field, 1, seed, hashes);
        for (uint32_t a = 0; a < ROWS; a++) {
            for (uint32_t b = 0; b < ROWS; b++) {
                bool is_equal = weir_cell_equal(column, &table.heaps, a, column, &table.heaps, b);
                assert_true(is_equal == (hashes[a] == hashes[b]));
                assert_true(is_equal == (compare_cells(&table, a, b) == 0));
                assert_true(is_equal == same_row(&arena, &table.all, a, &table.all, b));
            }
            assert_order(&table, a, random_below(&random, ROWS), random_below(&random, ROWS));
        }
        weir_table_finish(&table);
        weir_arena_finish(&arena);
    }
}

/* The same rows behind garbage, a selection, constants, or in other heaps. */
static void hashes_follow_values_not_layout(void **state)
{
    (void)state;
    static const uint32_t fields[] = {0, 1, 2, 3, 4};
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct weir_arena arena;
        struct weir_table table;
        struct weir_rows garbled;
        struct weir_rows one;
        struct weir_heaps heaps;
        struct weir_column columns[5];
        uint16_t sel[ROWS];
        uint64_t hashes[ROWS];
        uint64_t others[ROWS];
        weir_arena_init(&arena);
        weir_heaps_init(&heaps);
        struct random random = {seed * 32452843, &arena};
        const struct weir_type *schema = random_schema(&random);
        random_table(&random, schema, ROWS, &table);
        weir_hash_rows(&table.all, fields, schema->field_count, seed, hashes);
        random_garbage(&random, &table.all, &garbled);
        for (uint32_t i = 0; i < ROWS; i++) {
            sel[i] = (uint16_t)(ROWS - 1 - i);
        }
        garbled.sel = sel;
        garbled.sel_count = ROWS;
        weir_hash_rows(&garbled, fields, schema->field_count, seed, others);
        for (uint32_t i = 0; i < ROWS; i++) {
            assert_true(others[i] == hashes[ROWS - 1 - i]);
        }
        for (uint32_t i = 0; i < schema->field_count; i++) {
            struct weir_value value;
            weir_column_value(&arena, &table.all, i, 7, &value);
            weir_column_const(&arena, &value, &heaps, &columns[i]);
        }
        one =
            (struct weir_rows){.schema = schema, .rows = ROWS, .columns = columns, .heaps = &heaps};
        weir_hash_rows(&one, fields, schema->field_count, seed, others);
        assert_true(others[0] == hashes[7] && others[ROWS - 1] == hashes[7]);
        weir_heaps_finish(&heaps);
        weir_table_finish(&table);
        weir_arena_finish(&arena);
    }
}

static void put(struct weir_builder *builder, const char *text, int64_t number)
{
    const struct weir_value values[] = {
        {.type = weir_type_of(WEIR_TYPE_STR), .str = weir_str_of(text)},
        {.type = weir_type_of(WEIR_TYPE_I64), .i64 = number},
    };
    weir_builder_add_values(builder, values);
}

/* Partitions and stored state depend on these numbers: a change of the hash is a change of format.
 */
static void hashes_are_the_same_everywhere(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_table table;
    uint64_t h[4];
    weir_arena_init(&arena);
    const struct weir_type_field fields[] = {{"s", weir_type_of(WEIR_TYPE_STR)},
                                             {"n", weir_type_of(WEIR_TYPE_I64)}};
    struct weir_builder *builder = weir_builder_create(weir_type_struct(&arena, fields, 2), false);
    put(builder, "", 0);
    put(builder, "word", 1);
    put(builder, "twelve bytes", -1);
    put(builder, "more than twelve bytes", INT64_MAX);
    weir_builder_finish(builder, &table);
    static const uint32_t s = 0;
    static const uint32_t n = 1;
    static const uint32_t both[] = {0, 1};
    static const uint32_t turned[] = {1, 0};
    static const uint64_t of_s[] = {UINT64_C(0xe214404a24d5824a), UINT64_C(0x9643c9a0a31615f5),
                                    UINT64_C(0x44aeff980b519d55), UINT64_C(0x508cd9549a53913b)};
    static const uint64_t of_n[] = {UINT64_C(0x386afcf6dde9d8b4), UINT64_C(0x516e7fa43cb5af9e),
                                    UINT64_C(0x2660fef71dd1d938), UINT64_C(0x39ee3f4fe26fc28d)};
    static const uint64_t of_both[] = {UINT64_C(0xe0c1502e06dece17), UINT64_C(0x792e7c2d20ac175e),
                                       UINT64_C(0x561f4b94f5ab1d35), UINT64_C(0x45f12bbc91149966)};
    weir_hash_rows(&table.all, &s, 1, 42, h);
    assert_memory_equal(h, of_s, sizeof h);
    weir_hash_rows(&table.all, &n, 1, 42, h);
    assert_memory_equal(h, of_n, sizeof h);
    weir_hash_rows(&table.all, both, 2, 42, h);
    assert_memory_equal(h, of_both, sizeof h);
    weir_hash_rows(&table.all, turned, 2, 42, h);
    assert_memory_not_equal(h, of_both, sizeof h);
    weir_hash_rows(&table.all, both, 2, 43, h);
    assert_memory_not_equal(h, of_both, sizeof h);
    weir_table_finish(&table);
    weir_builder_destroy(builder);
    weir_arena_finish(&arena);
}

/* Low bits choose slots, high bits partitions: both must spread over keys that differ in one digit.
 */
static void short_keys_spread(void **state)
{
    (void)state;
    enum { KEYS = 1 << 14, BUCKETS = 1 << 10 };
    static uint64_t hashes[KEYS];
    static uint32_t low[BUCKETS];
    static uint32_t high[BUCKETS];
    struct weir_arena arena;
    struct weir_table table;
    weir_arena_init(&arena);
    const struct weir_type_field fields[] = {{"s", weir_type_of(WEIR_TYPE_STR)},
                                             {"n", weir_type_of(WEIR_TYPE_I64)}};
    struct weir_builder *builder = weir_builder_create(weir_type_struct(&arena, fields, 2), false);
    for (int i = 0; i < KEYS; i++) {
        put(builder, weir_arena_printf(&arena, "k%d", i), i);
    }
    weir_builder_finish(builder, &table);
    for (uint32_t field = 0; field < 2; field++) {
        memset(low, 0, sizeof low);
        memset(high, 0, sizeof high);
        weir_hash_rows(&table.all, &field, 1, 0, hashes);
        for (int i = 0; i < KEYS; i++) {
            low[hashes[i] % BUCKETS]++;
            high[hashes[i] / (UINT64_MAX / BUCKETS + 1)]++;
        }
        for (int i = 0; i < BUCKETS; i++) { /* 16 on average; 48 is eight sigma away */
            assert_true(low[i] < 48 && high[i] < 48);
        }
    }
    weir_table_finish(&table);
    weir_builder_destroy(builder);
    weir_arena_finish(&arena);
}

static void the_order_of_doubles_and_text(void **state)
{
    (void)state;
    static const double floats[] = {-(double)INFINITY, -1.5,       -0.0, 0.0, 1e-300,
                                    (double)INFINITY,  (double)NAN};
    struct weir_column column = {.type = weir_type_of(WEIR_TYPE_F64), .data = floats};
    for (uint32_t i = 0; i + 1 < 7; i++) {
        int expected = i == 2 ? 0 : -1;
        assert_int_equal(weir_cell_compare(&column, NULL, i, &column, NULL, i + 1), expected);
    }
    assert_int_equal(weir_cell_compare(&column, NULL, 6, &column, NULL, 6), 0);
    weir_view views[4] = {{.count = 0},
                          {.count = 1, .prefix = "a"},
                          {.count = 2, .prefix = "a"},
                          {.count = 1, .prefix = "\xff"}};
    struct weir_column text = {.type = weir_type_of(WEIR_TYPE_STR), .data = views};
    for (uint32_t i = 0; i + 1 < 4; i++) { /* shorter first, bytes unsigned */
        assert_int_equal(weir_cell_compare(&text, NULL, i, &text, NULL, i + 1), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_equal_and_order_agree),
        cmocka_unit_test(hashes_follow_values_not_layout),
        cmocka_unit_test(hashes_are_the_same_everywhere),
        cmocka_unit_test(short_keys_spread),
        cmocka_unit_test(the_order_of_doubles_and_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
