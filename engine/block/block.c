/* SPDX-License-Identifier: Apache-2.0 */
/* Counted blocks: the last release frees, from whatever thread it comes. */
#include "block/block.h"

static struct weir_block *create(enum weir_block_kind kind)
{
    struct weir_block *block = weir_alloc(sizeof *block);
    atomic_init(&block->refs, 1);
    block->kind = kind;
    return block;
}

struct weir_block *weir_block_of_table(struct weir_table *table)
{
    struct weir_block *block = create(WEIR_BLOCK_COLUMNS);
    block->table = *table;
    block->table.all.heaps = &block->table.heaps; /* the table has moved */
    block->rows = table->all.rows;
    block->bytes = table->bytes;
    block->schema = table->all.schema;
    *table = (struct weir_table){0};
    return block;
}

struct weir_block *weir_block_of_text(const struct weir_type *schema,
                                      struct weir_buffer *text,
                                      size_t offset,
                                      size_t bytes,
                                      uint64_t lines)
{
    WEIR_ASSERT(schema->field_count == 1 && schema->fields[0].type->kind == WEIR_TYPE_STR);
    WEIR_ASSERT(offset <= text->bytes && bytes <= text->bytes - offset);
    struct weir_block *block = create(WEIR_BLOCK_TEXT);
    block->text = text;
    block->text_offset = offset;
    block->text_bytes = bytes;
    block->rows = lines;
    block->bytes = bytes; /* the rest of the buffer belongs to its other blocks */
    block->schema = schema;
    return block;
}

struct weir_block *weir_block_retain(struct weir_block *block)
{
    unsigned before = atomic_fetch_add_explicit(&block->refs, 1, memory_order_relaxed);
    WEIR_ASSERT(before > 0);
    return block;
}

void weir_block_release(struct weir_block *block)
{
    if (block == NULL) {
        return;
    }
    unsigned before = atomic_fetch_sub_explicit(&block->refs, 1, memory_order_acq_rel);
    WEIR_ASSERT(before > 0);
    if (before != 1) {
        return;
    }
    if (block->kind == WEIR_BLOCK_COLUMNS) {
        weir_table_finish(&block->table);
    } else {
        weir_buffer_release(block->text);
    }
    weir_free(block);
}
