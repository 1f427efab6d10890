/* SPDX-License-Identifier: Apache-2.0 */
/* Who owns what: a block keeps its columns and text alive until its last reference goes. */
#include "block/block.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct weir_type_field line_field = {"line",
                                                  &(const struct weir_type){.kind = WEIR_TYPE_STR}};
static const struct weir_type line_schema = {
    .kind = WEIR_TYPE_STRUCT, .field_count = 1, .fields = &line_field};

static void a_table_moves_into_its_block(void **state)
{
    (void)state;
    struct weir_table table;
    size_t live = weir_buffer_live_bytes();
    const struct weir_value value = {.type = weir_type_of(WEIR_TYPE_STR),
                                     .str = weir_str_of("longer than twelve bytes")};
    struct weir_builder *builder = weir_builder_create(&line_schema, false);
    weir_builder_add_values(builder, &value);
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    uint64_t bytes = table.bytes;
    struct weir_block *block = weir_block_of_table(&table);
    assert_int_equal(table.buffer_count, 0);
    memset(&table, 0x7e, sizeof table); /* the block must not point back at it */
    assert_int_equal(block->kind, WEIR_BLOCK_COLUMNS);
    assert_int_equal(block->rows, 1);
    assert_int_equal(block->bytes, bytes);
    assert_ptr_equal(block->schema, &line_schema);
    weir_str s = weir_view_str(block->table.all.columns[0].data, block->table.all.heaps);
    assert_memory_equal(s.bytes, "longer than twelve bytes", 24);
    assert_ptr_equal(weir_block_retain(block), block);
    weir_block_release(block);
    assert_int_equal(block->rows, 1);
    weir_block_release(block);
    assert_int_equal(weir_buffer_live_bytes(), live);
    weir_block_release(NULL);
}

static void a_text_block_keeps_its_buffer(void **state)
{
    (void)state;
    struct weir_buffer *text = weir_buffer_create(100);
    memcpy(text->data, "one\ntwo\nthree", 13);
    text->bytes = 13;
    struct weir_block *first = weir_block_of_text(&line_schema, weir_buffer_retain(text), 0, 8, 2);
    struct weir_block *rest = weir_block_of_text(&line_schema, text, 8, 5, 1);
    assert_int_equal(first->kind, WEIR_BLOCK_TEXT);
    assert_int_equal(first->rows, 2);
    assert_int_equal(first->bytes, 8);
    assert_int_equal(rest->text_offset, 8);
    assert_int_equal(rest->text_bytes, 5);
    weir_block_release(first);
    assert_memory_equal(rest->text->data + rest->text_offset, "three", 5);
    assert_int_equal(atomic_load(&text->refs), 1);
    weir_block_release(rest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_moves_into_its_block),
        cmocka_unit_test(a_text_block_keeps_its_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
