/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin line: every kind of column as the Arrow C data interface describes it. */
#include "data/data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void schemas_have_arrows_formats(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_error err;
    const struct weir_type *type = NULL;
    struct ArrowSchema schema;
    weir_arena_init(&arena);
    assert_int_equal(
        weir_type_parse(&arena,
                        weir_str_of("{a: bool, b: i32, c: i64, d: f64, e: str, f: bytes, g: ts, "
                                    "h: null, i: list<{j: str}>}"),
                        &type, &err),
        WEIR_OK);
    weir_type_export(&arena, "record", type, &schema);
    assert_string_equal(schema.name, "record");
    static const char *const formats[] = {"b", "i", "l", "g", "vu", "vz", "tsu:UTC", "n", "+l"};
    assert_string_equal(schema.format, "+s");
    assert_int_equal(schema.n_children, 9);
    for (int i = 0; i < 9; i++) {
        assert_string_equal(schema.children[i]->format, formats[i]);
        assert_int_equal(schema.children[i]->name[0], 'a' + i);
        assert_int_equal(schema.children[i]->flags, 2); /* nullable */
        assert_non_null(schema.children[i]->release);
    }
    assert_string_equal(schema.children[8]->children[0]->format, "+s");
    assert_string_equal(schema.children[8]->children[0]->children[0]->name, "j");
    schema.release(&schema);
    assert_null(schema.release);
    weir_arena_finish(&arena);
}

static void text_has_one_buffer_for_each_heap(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_heaps heaps;
    struct ArrowArray array;
    const void *pointers[5];
    int64_t lengths[2];
    weir_arena_init(&arena);
    weir_heaps_init(&heaps);
    for (size_t i = 0; i < 2; i++) {
        struct weir_buffer *buffer = weir_buffer_create(100);
        buffer->bytes = 10 + i;
        (void)weir_heaps_add(&heaps, buffer);
    }
    const weir_view views[3] = {{0}};
    const uint8_t valid = 5;
    struct weir_column column = {
        .type = weir_type_of(WEIR_TYPE_STR), .data = views, .valid = &valid};
    weir_column_export(&column, 3, &heaps, &arena, &array, pointers, lengths);
    assert_int_equal(array.length, 3);
    assert_int_equal(array.null_count, -1);
    assert_int_equal(array.offset, 0);
    assert_int_equal(array.n_buffers, 5);
    assert_ptr_equal(array.buffers[0], &valid);
    assert_ptr_equal(array.buffers[1], views);
    assert_ptr_equal(array.buffers[2], heaps.buffers[0]->data);
    assert_ptr_equal(array.buffers[3], heaps.buffers[1]->data);
    assert_ptr_equal(array.buffers[4], lengths);
    assert_int_equal(lengths[0], 10);
    assert_int_equal(lengths[1], 11);
    column.valid = NULL;
    column.is_const = true;
    weir_column_export(&column, 3, &heaps, &arena, &array, pointers, lengths);
    assert_int_equal(array.length, 1);
    assert_int_equal(array.null_count, 0);
    array.release(&array);
    assert_null(array.release);
    weir_heaps_finish(&heaps);
    weir_arena_finish(&arena);
}

static void lists_and_structs_bring_their_children(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_heaps heaps;
    struct ArrowArray array;
    const void *pointers[3];
    weir_arena_init(&arena);
    weir_heaps_init(&heaps);
    const int32_t offsets[] = {0, 2, 5};
    const weir_view views[5] = {{0}};
    struct weir_column item = {.type = weir_type_of(WEIR_TYPE_STR), .data = views};
    struct weir_column list = {.type = weir_type_list(&arena, item.type),
                               .data = offsets,
                               .children = &item,
                               .child_rows = 5};
    const struct weir_type_field field = {"l", list.type};
    struct weir_column record = {.type = weir_type_struct(&arena, &field, 1), .children = &list};
    weir_column_export(&record, 2, &heaps, &arena, &array, pointers, NULL);
    assert_int_equal(array.n_buffers, 1);
    assert_int_equal(array.n_children, 1);
    assert_int_equal(array.children[0]->length, 2);
    assert_int_equal(array.children[0]->n_buffers, 2);
    assert_ptr_equal(array.children[0]->buffers[1], offsets);
    assert_int_equal(array.children[0]->children[0]->length, 5);
    assert_int_equal(array.children[0]->children[0]->n_buffers, 3);
    assert_ptr_equal(array.children[0]->children[0]->buffers[1], views);
    weir_heaps_finish(&heaps);
    weir_arena_finish(&arena);
}

static void null_columns_have_no_buffers(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_heaps heaps;
    struct weir_column column;
    struct ArrowArray array;
    const void *pointers[3];
    weir_arena_init(&arena);
    weir_heaps_init(&heaps);
    struct weir_value null = {.type = NULL, .is_null = true};
    weir_column_const(&arena, &null, &heaps, &column);
    column.is_const = false;
    weir_column_export(&column, 1, &heaps, &arena, &array, pointers, NULL);
    assert_int_equal(array.n_buffers, 0);
    assert_int_equal(array.null_count, 1);
    weir_heaps_finish(&heaps);
    weir_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemas_have_arrows_formats),
        cmocka_unit_test(text_has_one_buffer_for_each_heap),
        cmocka_unit_test(lists_and_structs_bring_their_children),
        cmocka_unit_test(null_columns_have_no_buffers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
