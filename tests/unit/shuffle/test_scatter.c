/* SPDX-License-Identifier: Apache-2.0 */
/* Random rows of random types, scattered: every row is in exactly one bucket, the one its key says;
 * rows of a bucket keep their order; dealt rows are spread evenly. */
#include "../data/random_rows.h"

#include "shuffle/sides.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 60, BUCKETS_MAX = 12, CHUNK = 500 };

static struct weir_exec_task no_task;

/* Pushes the table in chunks; in every other chunk only each third row counts. Returns the rows
 * that count, in order, as numbers. */
static uint32_t push_all(struct weir_step *scatter,
                         const struct weir_table *table,
                         struct weir_arena *arena,
                         uint32_t *counted)
{
    struct weir_column *room =
        weir_arena_alloc(arena, (weir_type_column_count(table->all.schema) + 1) * sizeof *room);
    uint32_t found = 0;
    for (uint32_t first = 0; first < table->all.rows; first += CHUNK & ~7u) {
        uint32_t left = table->all.rows - first;
        struct weir_rows chunk;
        uint16_t sel[CHUNK];
        weir_rows_slice(&table->all, first, left < (CHUNK & ~7u) ? left : CHUNK & ~7u, room,
                        &chunk);
        bool is_thinned = first / CHUNK % 2 == 1;
        for (uint32_t i = 0; i < chunk.rows; i++) {
            if (!is_thinned || i % 3 == 0) {
                sel[chunk.sel_count++] = (uint16_t)i;
                counted[found++] = first + i;
            }
        }
        chunk.sel = is_thinned ? sel : NULL;
        assert_int_equal(scatter->push(scatter, &no_task, &chunk), WEIR_OK);
    }
    assert_int_equal(scatter->finish(scatter, &no_task), WEIR_OK);
    return found;
}

/* The bucket that a row's key says, by the hash of that row alone. */
static uint32_t bucket_of(const struct weir_table *table,
                          uint32_t row,
                          const uint32_t *keys,
                          uint32_t key_count,
                          uint32_t buckets)
{
    struct weir_rows all = table->all;
    uint16_t sel = (uint16_t)row;
    uint64_t hash;
    all.sel = &sel;
    all.sel_count = 1;
    weir_hash_rows(&all, keys, key_count, 42, &hash);
    return (uint32_t)(((hash >> 32) * buckets) >> 32);
}

static void check_round(uint64_t seed)
{
    struct weir_arena arena;
    weir_arena_init(&arena);
    struct random random = {seed, &arena};
    const struct weir_type *schema = random_schema(&random);
    uint32_t buckets = random_below(&random, BUCKETS_MAX) + 1;
    uint32_t keys[8];
    uint32_t key_count = random_below(&random, schema->field_count) + 1;
    for (uint32_t k = 0; k < key_count; k++) {
        keys[k] = random_below(&random, schema->field_count);
    }
    struct weir_table table;
    random_table(&random, schema, random_below(&random, 3000), &table);
    uint32_t *counted = weir_arena_alloc(&arena, (table.all.rows + 1) * sizeof *counted);
    struct weir_step *scatter =
        weir_scatter_create(WEIR_SCATTER_HASH, schema, keys, key_count, buckets, 42);
    uint32_t count = push_all(scatter, &table, &arena, counted);
    struct weir_block *blocks[BUCKETS_MAX];
    uint32_t next[BUCKETS_MAX] = {0};
    weir_scatter_take(scatter, blocks);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bucket =
            buckets == 1 ? 0 : bucket_of(&table, counted[i], keys, key_count, buckets);
        assert_non_null(blocks[bucket]);
        assert_true(next[bucket] < blocks[bucket]->rows);
        assert_true(
            same_row(&arena, &table.all, counted[i], &blocks[bucket]->table.all, next[bucket]++));
    }
    for (uint32_t b = 0; b < buckets; b++) {
        assert_int_equal(blocks[b] == NULL ? 0 : blocks[b]->rows, next[b]);
        assert_true(blocks[b] == NULL || next[b] > 0); /* an empty bucket has no block */
        weir_block_release(blocks[b]);
    }
    scatter->destroy(scatter);
    weir_table_finish(&table);
    weir_arena_finish(&arena);
}

static void every_row_goes_to_its_bucket_in_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        check_round(seed);
    }
}

/* Without keys rows are dealt out one by one, whatever chunks they come in; other partitions begin
 * at other buckets. */
static void dealt_rows_are_even(void **state)
{
    (void)state;
    struct weir_arena arena;
    weir_arena_init(&arena);
    struct random random = {7, &arena};
    const struct weir_type *schema = random_schema(&random);
    struct weir_table table;
    random_table(&random, schema, 2999, &table);
    uint32_t *counted = weir_arena_alloc(&arena, table.all.rows * sizeof *counted);
    struct weir_step *scatter = weir_scatter_create(WEIR_SCATTER_DEAL, schema, NULL, 0, 7, 42);
    for (uint32_t partition = 0; partition < 3; partition++) {
        struct weir_block *blocks[7];
        no_task.partition = partition;
        uint32_t count = push_all(scatter, &table, &arena, counted);
        weir_scatter_take(scatter, blocks);
        for (uint32_t b = 0; b < 7; b++) {
            assert_true(blocks[b]->rows == count / 7 || blocks[b]->rows == count / 7 + 1);
        }
        assert_true(same_row(&arena, &table.all, counted[0], &blocks[partition]->table.all, 0));
        for (uint32_t b = 0; b < 7; b++) {
            weir_block_release(blocks[b]);
        }
    }
    no_task.partition = 0;
    scatter->destroy(scatter);
    weir_table_finish(&table);
    weir_arena_finish(&arena);
}

static void an_abandoned_task_leaves_no_rows(void **state)
{
    (void)state;
    struct weir_arena arena;
    weir_arena_init(&arena);
    struct random random = {8, &arena};
    const struct weir_type *schema = random_schema(&random);
    struct weir_table table;
    random_table(&random, schema, 400, &table);
    struct weir_step *scatter = weir_scatter_create(WEIR_SCATTER_DEAL, schema, NULL, 0, 3, 42);
    assert_int_equal(scatter->push(scatter, &no_task, &table.all), WEIR_OK);
    scatter->abandon(scatter, &no_task);
    struct weir_block *blocks[3];
    assert_int_equal(scatter->finish(scatter, &no_task), WEIR_OK);
    weir_scatter_take(scatter, blocks);
    assert_null(blocks[0]);
    assert_null(blocks[1]);
    assert_null(blocks[2]);
    scatter->destroy(scatter);
    weir_table_finish(&table);
    weir_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_goes_to_its_bucket_in_order),
        cmocka_unit_test(dealt_rows_are_even),
        cmocka_unit_test(an_abandoned_task_leaves_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
