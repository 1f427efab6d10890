/* SPDX-License-Identifier: Apache-2.0 */
/* A state as bytes: a head that says what it is a state of, then block frames, a page of entries
 * each: key, value by its declared fields, and when it was touched. */
#include "state/save/save.h"

#include "state/step/rows.h"
#include "state/table/entry.h"

const struct weir_type *weir_saved_schema(struct weir_arena *arena, const struct weir_type *rows)
{
    struct weir_type_field *fields =
        weir_arena_alloc(arena, (rows->field_count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < rows->field_count; i++) {
        fields[i] = rows->fields[i];
    }
    fields[rows->field_count] = (struct weir_type_field){"touched", weir_type_of(WEIR_TYPE_TS)};
    return weir_type_struct(arena, fields, rows->field_count + 1);
}

/* What saving works with. */
struct saving {
    const struct weir_state_table *table;
    bool is_before; /* the batch that is done does not count */
    const struct weir_type *schema;
    struct weir_keys keys;
    struct weir_state_rows rows;
    struct weir_state_view views[WEIR_STATE_PAGE_KEYS];
    int64_t touched[WEIR_STATE_PAGE_KEYS];
    struct weir_text frame;
};

/* An entry in the version that is saved; false: it has no state in it. */
static bool view_entry(const struct saving *s, uint32_t number, struct weir_state_view *view)
{
    struct weir_state_entry *entry = weir_state_table_entry(s->table, number);
    *view = weir_state_table_view(s->table, entry);
    if (s->is_before && weir_entry_is_touched(s->table, entry)) {
        uint32_t slot = entry->slot_flags & WEIR_ENTRY_SLOT;
        uint32_t epoch = weir_state_epoch_before(s->table, slot);
        view->touched_us = weir_state_table_time(s->table, epoch);
        view->state = weir_state_struct_before(s->table, slot);
        return weir_state_table_was_live(s->table, slot);
    }
    return weir_state_entry_is_live(entry);
}

/* The live entries of a page as a frame; empty if there is none. */
static int save_page(struct saving *s, uint32_t page, struct weir_error *err)
{
    uint32_t first = page << WEIR_STATE_PAGE_BITS;
    uint32_t count = 0;
    for (uint32_t i = 0; i < WEIR_STATE_PAGE_KEYS && first + i < s->table->used; i++) {
        bool is_live = view_entry(s, first + i, &s->views[count]);
        s->touched[count] = s->views[count].touched_us;
        count += is_live;
    }
    s->frame.count = 0;
    if (count == 0) {
        return WEIR_OK;
    }
    struct weir_rows rows;
    weir_state_rows_make(&s->rows, s->views, count, &rows);
    uint32_t fields = rows.schema->field_count;
    struct weir_column *columns = weir_alloc((fields + 1) * sizeof *columns);
    for (uint32_t i = 0; i < fields; i++) {
        columns[i] = rows.columns[i];
    }
    columns[fields] = (struct weir_column){.type = weir_type_of(WEIR_TYPE_TS), .data = s->touched};
    rows.schema = s->schema;
    rows.columns = columns;
    int status = weir_table_encode(&rows, WEIR_BLOCK_BYTES_LZ4, &s->frame, err);
    weir_free(columns);
    return status;
}

int weir_state_save(const struct weir_graph *graph,
                    const struct weir_node *node,
                    const struct weir_state_table *table,
                    int64_t as_of_us,
                    struct weir_text *to,
                    struct weir_error *err)
{
    struct weir_state_shape shape;
    struct weir_state_layout layout;
    struct weir_arena arena;
    int status = WEIR_OK;
    WEIR_ASSERT(!table->is_open);
    weir_arena_init(&arena);
    weir_state_shape_of(graph, node, &arena, &shape);
    weir_state_layout_init(&layout, shape.def, shape.fields);
    uint32_t *fields = weir_arena_alloc(&arena, (shape.key_count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < shape.key_count; i++) {
        fields[i] = i;
    }
    struct saving *s = weir_alloc(sizeof *s);
    s->table = table;
    s->is_before = table->is_done && table->batch_us > as_of_us;
    s->schema = weir_saved_schema(&arena, shape.schema);
    weir_text_init(&s->frame);
    if (shape.key_count > 0) {
        weir_keys_init(&s->keys, shape.schema, fields, shape.key_count);
    }
    weir_state_rows_init(&s->rows, shape.schema, shape.key_count,
                         shape.key_count > 0 ? &s->keys : NULL, &layout);
    uint32_t pages = (table->used + WEIR_STATE_PAGE_KEYS - 1) >> WEIR_STATE_PAGE_BITS;
    weir_pack_array(to, WEIR_SAVED_PARTS);
    weir_pack_str(to, weir_str_of(WEIR_SAVED_FORMAT));
    weir_pack_str(to, weir_str_of(shape.def->name));
    weir_pack_i64(to, shape.def->version);
    weir_pack_bool(to, s->is_before ? table->had_begun : table->has_begun);
    weir_pack_i64(to, s->is_before ? table->had_us : table->batch_us);
    weir_pack_array(to, pages);
    for (uint32_t page = 0; page < pages && status == WEIR_OK; page++) {
        status = save_page(s, page, err);
        weir_pack_bin(to, (weir_bytes){(const uint8_t *)s->frame.bytes, s->frame.count});
    }
    weir_state_rows_finish(&s->rows);
    if (shape.key_count > 0) {
        weir_keys_finish(&s->keys);
    }
    weir_text_finish(&s->frame);
    weir_free(s);
    weir_arena_finish(&arena);
    return status;
}
