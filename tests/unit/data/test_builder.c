/* SPDX-License-Identifier: Apache-2.0 */
/* Builders against the naive way, one value at a time: any schema, any selection, constants,
 * garbage below nulls; and who keeps which heap alive. */
#include "random_rows.h"

#include "data/data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SOURCE_ROWS_MAX = 3000 };

static const struct weir_type *line_schema(struct weir_arena *arena)
{
    const struct weir_type_field line = {"line", weir_type_of(WEIR_TYPE_STR)};
    return weir_type_struct(arena, &line, 1);
}

static uint32_t choose(struct random *random, uint32_t rows, uint16_t *positions)
{
    uint32_t count = 0;
    uint32_t step = 1 + random_below(random, 4);
    for (uint32_t i = random_below(random, 3); i < rows; i += 1 + random_below(random, step)) {
        positions[count++] = (uint16_t)i;
    }
    return count;
}

/* Compares the last rows of the table with the chosen rows of the source. */
static void assert_added(struct weir_arena *arena,
                         const struct weir_rows *source,
                         const uint16_t *positions,
                         uint32_t count,
                         const struct weir_rows *all,
                         uint32_t from)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!same_row(arena, source, positions == NULL ? i : positions[i], all, from + i)) {
            fail_msg("row %u differs", i);
        }
    }
}

/* Adds two chunks in a random way, finishes, compares. */
static void one_round(struct random *random)
{
    static uint16_t positions[SOURCE_ROWS_MAX];
    const struct weir_type *schema = random_schema(random);
    struct weir_table source;
    struct weir_table all;
    struct weir_rows garbled;
    uint32_t rows = random_below(random, 4) == 0 ? random_below(random, SOURCE_ROWS_MAX)
                                                 : random_below(random, 50);
    random_table(random, schema, rows, &source);
    random_garbage(random, &source.all, &garbled);
    struct weir_builder *builder = weir_builder_create(schema, random_below(random, 2) == 0);
    uint32_t few = rows < WEIR_CHUNK_ROWS_MAX ? rows : WEIR_CHUNK_ROWS_MAX;
    uint32_t count = choose(random, few, positions);
    weir_builder_add(builder, &garbled);
    weir_builder_add_at(builder, &garbled, positions, count);
    garbled.sel = positions;
    garbled.sel_count = count;
    weir_builder_add(builder, &garbled);
    assert_int_equal(weir_builder_rows(builder), rows + 2 * count);
    weir_builder_finish(builder, &all);
    assert_int_equal(weir_builder_rows(builder), 0);
    assert_int_equal(all.all.rows, rows + 2 * count);
    assert_added(random->arena, &source.all, NULL, rows, &all.all, 0);
    assert_added(random->arena, &source.all, positions, count, &all.all, rows);
    assert_added(random->arena, &source.all, positions, count, &all.all, rows + count);
    weir_table_finish(&all);
    weir_builder_destroy(builder);
    weir_table_finish(&source);
}

static void any_rows_are_gathered(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct weir_arena arena;
        weir_arena_init(&arena);
        struct random random = {seed * 7919, &arena};
        one_round(&random);
        weir_arena_finish(&arena);
    }
}

static void constants_are_spread(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct weir_arena arena;
        struct weir_heaps heaps;
        struct weir_table all;
        weir_arena_init(&arena);
        weir_heaps_init(&heaps);
        struct random random = {seed * 104729, &arena};
        const struct weir_type *schema = random_schema(&random);
        const struct weir_value *record = random_record(&random, schema);
        struct weir_column columns[5];
        for (uint32_t i = 0; i < schema->field_count; i++) {
            weir_column_const(&arena, &record[i], &heaps, &columns[i]);
            assert_true(columns[i].is_const);
        }
        struct weir_rows rows = {.schema = schema, .rows = 77, .columns = columns, .heaps = &heaps};
        struct weir_builder *builder = weir_builder_create(schema, false);
        weir_builder_add(builder, &rows);
        weir_builder_add_values(builder, record);
        weir_builder_finish(builder, &all);
        assert_int_equal(all.all.rows, 78);
        for (uint32_t i = 0; i < 78; i++) {
            assert_true(same_row(&arena, &rows, 76, &all.all, i));
        }
        for (uint32_t i = 0; i < schema->field_count; i++) {
            struct weir_value value;
            weir_column_value(&arena, &all.all, i, 5, &value);
            assert_true(weir_value_equal(&value, &record[i]));
        }
        weir_table_finish(&all);
        weir_builder_destroy(builder);
        weir_heaps_finish(&heaps);
        weir_arena_finish(&arena);
    }
}

/* One cell of a struct stands for all rows, whatever its parts say of themselves. */
static void a_constant_struct_of_plain_columns_is_spread(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_table all;
    static const int64_t numbers[2] = {7, 8};
    weir_arena_init(&arena);
    struct weir_column part = {.type = weir_type_of(WEIR_TYPE_I64), .data = numbers};
    const struct weir_type_field n = {"n", part.type};
    struct weir_column column = {
        .type = weir_type_struct(&arena, &n, 1), .children = &part, .is_const = true};
    const struct weir_type_field s = {"s", column.type};
    struct weir_rows rows = {
        .schema = weir_type_struct(&arena, &s, 1), .rows = 2, .columns = &column};
    struct weir_builder *builder = weir_builder_create(rows.schema, false);
    weir_builder_add(builder, &rows);
    weir_builder_finish(builder, &all);
    assert_int_equal(((const int64_t *)all.columns[0].children[0].data)[1], 7);
    weir_table_finish(&all);
    weir_builder_destroy(builder);
    weir_arena_finish(&arena);
}

static void slices_are_the_same_rows(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct weir_arena arena;
        struct weir_table table;
        struct weir_table copy;
        struct weir_rows chunk;
        weir_arena_init(&arena);
        struct random random = {seed * 31337, &arena};
        const struct weir_type *schema = random_schema(&random);
        struct weir_column *columns =
            weir_arena_alloc(&arena, weir_type_column_count(schema) * sizeof *columns);
        random_table(&random, schema, 100, &table);
        uint32_t first = 8 * random_below(&random, 12);
        weir_rows_slice(&table.all, first, 100 - first, columns, &chunk);
        struct weir_builder *builder = weir_builder_create(schema, true);
        weir_builder_add(builder, &chunk);
        weir_builder_finish(builder, &copy);
        for (uint32_t i = 0; i < 100 - first; i++) {
            assert_true(same_row(&arena, &table.all, first + i, &chunk, i));
            assert_true(same_row(&arena, &table.all, first + i, &copy.all, i));
        }
        weir_table_finish(&copy);
        weir_builder_destroy(builder);
        weir_table_finish(&table);
        weir_arena_finish(&arena);
    }
}

/* Rows of one text column: a few views into a heap of a megabyte. */
static void gather_lines(bool is_long_lived,
                         const weir_view *views,
                         uint32_t count,
                         struct weir_buffer *heap,
                         struct weir_table *table)
{
    struct weir_arena arena;
    struct weir_heaps heaps;
    weir_arena_init(&arena);
    weir_heaps_init(&heaps);
    (void)weir_heaps_add(&heaps, weir_buffer_retain(heap));
    struct weir_column column = {.type = weir_type_of(WEIR_TYPE_STR), .data = views};
    static struct weir_type_field field = {"line", NULL};
    static struct weir_type schema = {.kind = WEIR_TYPE_STRUCT, .field_count = 1};
    field.type = weir_type_of(WEIR_TYPE_STR);
    schema.fields = &field;
    struct weir_rows rows = {.schema = &schema, .rows = count, .columns = &column, .heaps = &heaps};
    struct weir_builder *builder = weir_builder_create(&schema, is_long_lived);
    weir_builder_add(builder, &rows);
    weir_builder_finish(builder, table);
    weir_builder_destroy(builder);
    weir_heaps_finish(&heaps);
    weir_arena_finish(&arena);
}

static struct weir_buffer *text_heap(size_t bytes, const char *text)
{
    struct weir_buffer *heap = weir_buffer_create(bytes);
    for (heap->bytes = 0; heap->bytes + strlen(text) <= bytes; heap->bytes += strlen(text)) {
        memcpy(heap->data + heap->bytes, text, strlen(text));
    }
    return heap;
}

static void heaps_are_kept_only_for_long_text(void **state)
{
    (void)state;
    struct weir_table table;
    weir_view views[1000];
    size_t at = 0;
    struct weir_buffer *words = text_heap(1 << 20, "twelve bytes\n");
    assert_int_equal(weir_cut_lines(words->data, words->bytes, &at, 0, views, 1000), 1000);
    gather_lines(false, views, 1000, words, &table);
    assert_int_equal(table.heaps.count, 0);
    assert_int_equal(atomic_load(&words->refs), 1);
    weir_table_finish(&table);
    weir_buffer_release(words);

    at = 0;
    struct weir_buffer *lines = text_heap(1 << 20, "this line is longer than twelve bytes\n");
    assert_int_equal(weir_cut_lines(lines->data, lines->bytes, &at, 0, views, 1000), 1000);
    gather_lines(false, views, 1000, lines, &table);
    assert_ptr_equal(table.heaps.buffers[0], lines); /* this batch only: no byte is copied */
    weir_table_finish(&table);

    gather_lines(true, views, 1000, lines, &table); /* 37 kB would pin 1 MB */
    assert_int_equal(table.heaps.count, 1);
    assert_ptr_not_equal(table.heaps.buffers[0], lines);
    assert_int_equal(table.heaps.buffers[0]->bytes, 37000);
    assert_int_equal(atomic_load(&lines->refs), 1);
    weir_str line = weir_view_str((const weir_view *)table.columns[0].data + 999, &table.heaps);
    assert_memory_equal(line.bytes, "this line is longer than twelve bytes", 37);
    weir_table_finish(&table);

    weir_view all[8000];
    at = 0;
    assert_int_equal(weir_cut_lines(lines->data, lines->bytes, &at, 0, all, 8000), 8000);
    gather_lines(true, all, 8000, lines, &table); /* a third of it is used: it may stay */
    assert_ptr_equal(table.heaps.buffers[0], lines);
    weir_table_finish(&table);
    weir_buffer_release(lines);
}

/* Many tables, each with a heap of its own, at changing numbers. */
static void heaps_of_many_sources_get_one_number_each(void **state)
{
    (void)state;
    enum { SOURCES = 50 };
    struct weir_arena arena;
    struct weir_table sources[SOURCES];
    struct weir_table all;
    weir_arena_init(&arena);
    const struct weir_type *schema = line_schema(&arena);
    struct weir_builder *builder = weir_builder_create(schema, false);
    for (int i = 0; i < SOURCES; i++) {
        char *text = weir_arena_printf(&arena, "a text of source %d", i);
        struct weir_value value = {.type = weir_type_of(WEIR_TYPE_STR), .str = weir_str_of(text)};
        struct weir_builder *one = weir_builder_create(schema, false);
        weir_builder_add_values(one, &value);
        if (i > 0) {
            weir_builder_add(one, &sources[i - 1].all);
        }
        weir_builder_finish(one, &sources[i]);
        weir_builder_destroy(one);
    }
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < SOURCES; i++) {
            weir_builder_add(builder, &sources[i].all);
        }
    }
    weir_builder_finish(builder, &all);
    assert_int_equal(all.heaps.count, SOURCES);
    uint32_t row = 0;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < SOURCES; i++) {
            for (uint32_t k = 0; k < sources[i].all.rows; k++) {
                assert_true(same_row(&arena, &sources[i].all, k, &all.all, row++));
            }
        }
    }
    assert_int_equal(row, all.all.rows);
    weir_table_finish(&all);
    for (int i = 0; i < SOURCES; i++) {
        weir_table_finish(&sources[i]);
    }
    weir_builder_destroy(builder);
    weir_arena_finish(&arena);
}

static void empty_tables_have_readable_columns(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_table table;
    weir_arena_init(&arena);
    struct random random = {99, &arena};
    random_table(&random, random_schema(&random), 0, &table);
    assert_int_equal(table.all.rows, 0);
    assert_int_equal(table.bytes, 0);
    weir_table_finish(&table);
    const struct weir_type_field list = {"l", weir_type_list(&arena, weir_type_of(WEIR_TYPE_I64))};
    random_table(&random, weir_type_struct(&arena, &list, 1), 0, &table);
    assert_int_equal(((const int32_t *)table.columns[0].data)[0], 0);
    weir_table_finish(&table);
    weir_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_rows_are_gathered),
        cmocka_unit_test(constants_are_spread),
        cmocka_unit_test(a_constant_struct_of_plain_columns_is_spread),
        cmocka_unit_test(slices_are_the_same_rows),
        cmocka_unit_test(heaps_are_kept_only_for_long_text),
        cmocka_unit_test(heaps_of_many_sources_get_one_number_each),
        cmocka_unit_test(empty_tables_have_readable_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
