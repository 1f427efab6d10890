/* SPDX-License-Identifier: Apache-2.0 */
/* Columns as Arrow C data: pointers only, borrowed from the chunk. A view array has one buffer for
 * each heap, and one more with their lengths. */
#include "data/bits.h"
#include "data/data.h"

#include <string.h>

enum { ARROW_NULLABLE = 2 };

static void release_array(struct ArrowArray *array)
{
    array->release = NULL;
}

static void release_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static void export_heaps(const struct weir_heaps *heaps,
                         struct ArrowArray *array,
                         const void **pointers,
                         int64_t *lengths)
{
    uint32_t count = heaps == NULL ? 0 : heaps->count;
    for (uint32_t i = 0; i < count; i++) {
        pointers[2 + i] = heaps->buffers[i]->data;
        lengths[i] = (int64_t)heaps->buffers[i]->bytes;
    }
    pointers[2 + count] = lengths;
    array->n_buffers = 3 + (int64_t)count;
}

/* ---- constants inside of structs that are none: Arrow has a cell for each row ---- */

/* A run of cells, again and again. */
struct repeated {
    int64_t first, cells, times;
};

static void repeat_column(const struct weir_column *from,
                          struct repeated run,
                          struct weir_arena *arena,
                          struct weir_column *to);

static void repeat_list(const struct weir_column *from,
                        struct repeated run,
                        struct weir_arena *arena,
                        struct weir_column *to)
{
    const int32_t *offsets = (const int32_t *)from->data + run.first;
    int64_t count = run.cells * run.times;
    int32_t *ends = weir_arena_alloc(arena, ((size_t)count + 1) * sizeof *ends);
    struct weir_column *items = weir_arena_alloc(arena, sizeof *items);
    for (int64_t i = 0; i < count; i++) {
        int64_t cell = i % run.cells;
        ends[i + 1] = ends[i] + offsets[cell + 1] - offsets[cell];
    }
    struct repeated inner = {offsets[0], offsets[run.cells] - offsets[0], run.times};
    repeat_column(&from->children[0], inner, arena, items);
    to->data = ends;
    to->children = items;
    to->child_rows = ends[count];
}

/* Depth is at most WEIR_TYPE_DEPTH_MAX. */
static void repeat_column(const struct weir_column *from,
                          struct repeated run,
                          struct weir_arena *arena,
                          struct weir_column *to)
{
    size_t count = (size_t)(run.cells * run.times);
    size_t width = weir_type_cell_bytes(from->type);
    bool is_bool = from->type->kind == WEIR_TYPE_BOOL;
    uint8_t *valid = from->valid == NULL ? NULL : weir_arena_alloc(arena, count / 8 + 1);
    uint8_t *cells = weir_arena_alloc(arena, is_bool ? count / 8 + 1 : count * width + 1);
    *to = (struct weir_column){.type = from->type, .valid = valid, .data = cells};
    for (size_t i = 0; i < count; i++) {
        size_t at = (size_t)run.first + i % (size_t)run.cells;
        if (valid != NULL) {
            weir_bit_put(valid, i, weir_bit_get(from->valid, at));
        }
        if (is_bool) {
            weir_bit_put(cells, i, weir_bit_get(from->data, at));
        } else if (from->type->kind != WEIR_TYPE_LIST && width > 0) {
            memcpy(cells + i * width, (const uint8_t *)from->data + at * width, width);
        }
    }
    if (from->type->kind == WEIR_TYPE_LIST) {
        repeat_list(from, run, arena, to);
    }
    struct weir_column *fields =
        weir_arena_alloc(arena, from->type->field_count * sizeof *fields + 1);
    for (uint32_t i = 0; i < from->type->field_count; i++) {
        repeat_column(&from->children[i], run, arena, &fields[i]);
        to->children = fields;
    }
}

/* A field of a struct that has `rows` rows. */
static const struct weir_column *whole_field(const struct weir_column *field,
                                             uint32_t rows,
                                             struct weir_arena *arena)
{
    if (!field->is_const) {
        return field;
    }
    struct repeated run = {0, 1, rows};
    struct weir_column *whole = weir_arena_alloc(arena, sizeof *whole);
    repeat_column(field, run, arena, whole);
    return whole;
}

static void export_children(const struct weir_column *column,
                            uint32_t rows,
                            const struct weir_heaps *heaps,
                            struct weir_arena *arena,
                            struct ArrowArray *array,
                            int64_t *lengths)
{
    bool is_list = column->type->kind == WEIR_TYPE_LIST;
    uint32_t count = is_list ? 1 : column->type->field_count;
    uint32_t child_rows = is_list ? (uint32_t)column->child_rows : rows;
    size_t pointer_count = (heaps == NULL ? 0 : heaps->count) + 3;
    array->n_children = count;
    array->children = weir_arena_alloc(arena, count * sizeof(struct ArrowArray *));
    for (uint32_t i = 0; i < count; i++) {
        array->children[i] = weir_arena_alloc(arena, sizeof(struct ArrowArray));
        const void **pointers = weir_arena_alloc(arena, pointer_count * sizeof(const void *));
        const struct weir_column *child = &column->children[i];
        child = column->is_const ? child : whole_field(child, child_rows, arena);
        weir_column_export(child, child_rows, heaps, arena, array->children[i], pointers, lengths);
    }
}

void weir_column_export(const struct weir_column *column,
                        uint32_t rows,
                        const struct weir_heaps *heaps,
                        struct weir_arena *arena,
                        struct ArrowArray *array,
                        const void **pointers,
                        int64_t *lengths)
{
    rows = column->is_const ? 1 : rows;
    *array = (struct ArrowArray){.length = rows, .buffers = pointers, .release = release_array};
    if (column->type->kind == WEIR_TYPE_NULL) {
        array->null_count = rows;
        return;
    }
    array->null_count = column->valid == NULL ? 0 : -1;
    array->n_buffers = column->type->kind == WEIR_TYPE_STRUCT ? 1 : 2;
    pointers[0] = column->valid;
    if (column->type->kind != WEIR_TYPE_STRUCT) {
        pointers[1] = column->data;
    }
    if (weir_type_is_text(column->type)) {
        export_heaps(heaps, array, pointers, lengths);
    } else if (column->children != NULL) {
        export_children(column, rows, heaps, arena, array, lengths);
    }
}

void weir_type_export(struct weir_arena *arena,
                      const char *name,
                      const struct weir_type *type,
                      struct ArrowSchema *schema)
{
    static const char *const formats[] = {
        [WEIR_TYPE_NULL] = "n",    [WEIR_TYPE_BOOL] = "b",     [WEIR_TYPE_I32] = "i",
        [WEIR_TYPE_I64] = "l",     [WEIR_TYPE_F64] = "g",      [WEIR_TYPE_STR] = "vu",
        [WEIR_TYPE_BYTES] = "vz",  [WEIR_TYPE_TS] = "tsu:UTC", [WEIR_TYPE_LIST] = "+l",
        [WEIR_TYPE_STRUCT] = "+s",
    };
    *schema = (struct ArrowSchema){.format = formats[type->kind],
                                   .name = name,
                                   .flags = ARROW_NULLABLE,
                                   .release = release_schema};
    uint32_t count = type->kind == WEIR_TYPE_LIST ? 1 : type->field_count;
    if (count == 0) {
        return;
    }
    schema->n_children = count;
    schema->children = weir_arena_alloc(arena, count * sizeof(struct ArrowSchema *));
    for (uint32_t i = 0; i < count; i++) {
        bool is_list = type->kind == WEIR_TYPE_LIST;
        schema->children[i] = weir_arena_alloc(arena, sizeof(struct ArrowSchema));
        weir_type_export(arena, is_list ? "item" : type->fields[i].name,
                         is_list ? type->item : type->fields[i].type, schema->children[i]);
    }
}
