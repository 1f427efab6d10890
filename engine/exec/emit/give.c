/* SPDX-License-Identifier: Apache-2.0 */
/* Emitted rows become chunks: emitted columns as they lie, the others gathered by parent. Constant
 * items stay constants. */
#include "exec/chunk/bits.h"
#include "exec/emit/flat_map.h"

#include <string.h>

static struct weir_column gather_flat(const struct weir_carried *carried,
                                      const struct weir_column *from,
                                      const uint16_t *parent,
                                      uint32_t count)
{
    struct weir_column to = {.type = carried->type, .data = carried->cells};
    weir_flat_gather(carried->cells, from, parent, count);
    if (from->valid != NULL) {
        weir_flat_pick_bits(carried->valid, from->valid, parent, count);
        to.valid = carried->valid;
    }
    return to;
}

static struct weir_column gather_nested(struct weir_flat_map *map,
                                        const struct weir_carried *carried,
                                        const struct weir_column *from,
                                        const uint16_t *parent,
                                        uint32_t count)
{
    struct weir_rows rows = {.schema = carried->assembly.schema,
                             .rows = map->rows->rows,
                             .columns = from,
                             .heaps = weir_program_heaps(map->program)};
    weir_builder_add_at(carried->assembly.builder, &rows, parent, count);
    return weir_assembly_take(&carried->assembly, &map->program->heaps);
}

int weir_flat_map_give_chunk(struct weir_flat_map *map, const uint16_t *parent, uint32_t count)
{
    for (uint32_t i = 0; i < map->carried_count; i++) {
        const struct weir_carried *carried = &map->carried[i];
        const struct weir_column *from =
            weir_source_column_get(&carried->source, map->program, map->rows);
        uint32_t to = i < map->emit_item ? i : i + map->emitted_count;
        if (from->is_const || from->type->kind == WEIR_TYPE_NULL) {
            map->columns[to] = *from;
        } else if (weir_is_flat(from->type)) {
            map->columns[to] = gather_flat(carried, from, parent, count);
        } else {
            map->columns[to] = gather_nested(map, carried, from, parent, count);
        }
    }
    struct weir_rows out = {.schema = map->schema,
                            .rows = count,
                            .columns = map->columns,
                            .heaps = weir_program_heaps(map->program)};
    return weir_step_push(map->step.next, map->task, &out);
}

void weir_flat_map_show(struct weir_flat_map *map, struct weir_scope scope)
{
    map->has_shown = scope.sel != NULL && map->carried_count > 0;
    if (!map->has_shown) {
        return;
    }
    if (map->is_shown == NULL) {
        map->is_shown = weir_alloc(WEIR_CHUNK_ROWS_MAX);
    }
    memset(map->is_shown, 0, map->rows->rows);
    for (uint32_t k = 0; k < scope.count; k++) {
        map->is_shown[scope.sel[k]] = 1;
    }
}

int weir_flat_map_check(struct weir_flat_map *map, const uint16_t *parent, uint32_t count)
{
    uint32_t rows = map->rows->rows;
    bool is_known = true;
    if (map->carried_count == 0) {
        return WEIR_OK;
    }
    for (uint32_t i = 0; i < count; i++) {
        is_known &= parent[i] < rows;
    }
    for (uint32_t i = 0; is_known && map->has_shown && i < count; i++) {
        is_known = map->is_shown[parent[i]] != 0;
    }
    if (is_known) {
        return WEIR_OK;
    }
    struct weir_task *task = &map->emitter.call.task;
    return weir_caller_failed(&map->emitter, map->task,
                              task->host->fail(task, WEIR_FATAL,
                                               "emits a row whose parent is no row that it was "
                                               "shown: out->parent has its position"));
}

/* What the emitter wrote of one column; bytes become bits. */
static struct weir_column emitted_column(const struct weir_flat_map *map,
                                         uint32_t c,
                                         uint32_t first,
                                         uint32_t count)
{
    const struct weir_emitted *emitted = &map->emitted[c];
    struct weir_column to = {.type = emitted->type};
    uint8_t *cells = (uint8_t *)map->cols[c] + first * emitted->width;
    if (emitted->type->kind == WEIR_TYPE_BOOL) {
        weir_truth_pack(cells, count, WEIR_TRUE, emitted->bits);
        cells = emitted->bits;
    }
    if (map->valid[c] != NULL) { /* what is null is zero */
        weir_bytes_to_valid(map->valid[c] + first, count, emitted->valid);
        weir_flat_clear_nulls(cells, emitted->type, emitted->valid, count);
        to.valid = emitted->valid;
    }
    to.data = cells;
    return to;
}

int weir_flat_map_give(struct weir_flat_map *map, uint32_t count)
{
    if (map->emitter.is_rehearsal) {
        return WEIR_OK;
    }
    WEIR_TRY(weir_flat_map_check(map, map->parent, count));
    weir_step_heaps_close(&map->program->heaps, &map->emitter.out);
    for (uint32_t first = 0; first < count; first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = count - first;
        uint32_t rows = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        struct weir_heaps_mark mark = weir_step_heaps_mark(&map->program->heaps);
        for (uint32_t c = 0; c < map->emitted_count; c++) {
            map->columns[map->emit_item + c] = emitted_column(map, c, first, rows);
        }
        WEIR_TRY(weir_flat_map_give_chunk(map, map->parent + first, rows));
        weir_step_heaps_rewind(&map->program->heaps, mark);
    }
    return WEIR_OK;
}

/* ---- list items ---- */

static struct weir_column item_column(struct weir_flat_map *map,
                                      const struct weir_column *list,
                                      uint32_t count)
{
    const struct weir_column *items = &list->children[0];
    const struct weir_emitted *emitted = &map->emitted[0];
    if (!weir_is_flat(items->type)) {
        for (uint32_t i = 0; i < count; i++) {
            weir_assembly_add(&map->items, items, weir_program_heaps(map->program),
                              list->child_rows, map->at[i]);
        }
        return weir_assembly_take(&map->items, &map->program->heaps);
    }
    struct weir_column to = {.type = items->type, .data = emitted->cells, .valid = emitted->valid};
    struct weir_scope all = {NULL, count};
    if (weir_flat_pick(emitted->cells, emitted->valid, items, all, map->at)) {
        to.valid = NULL;
    }
    return to;
}

static int give_items(struct weir_flat_map *map, const struct weir_column *list, uint32_t count)
{
    struct weir_heaps_mark mark = weir_step_heaps_mark(&map->program->heaps);
    map->columns[map->emit_item] = item_column(map, list, count);
    WEIR_TRY(weir_flat_map_give_chunk(map, map->parent, count));
    weir_step_heaps_rewind(&map->program->heaps, mark);
    return WEIR_OK;
}

int weir_flat_map_give_items(struct weir_flat_map *map)
{
    const struct weir_column *list = weir_program_column(map->program, map->list);
    const int32_t *offsets = list->data;
    struct weir_scope alive = weir_program_alive(map->program);
    uint32_t count = 0;
    for (uint32_t k = 0; k < alive.count; k++) {
        uint32_t r = alive.sel != NULL ? alive.sel[k] : k;
        uint32_t cell = list->is_const ? 0 : r;
        if (weir_cell_is_null(list, r)) {
            continue;
        }
        for (int32_t item = offsets[cell]; item < offsets[cell + 1]; item++) {
            map->at[count] = item;
            map->parent[count++] = (uint16_t)r;
            if (count == WEIR_CHUNK_ROWS_MAX) {
                WEIR_TRY(give_items(map, list, count));
                count = 0;
            }
        }
    }
    return count == 0 ? WEIR_OK : give_items(map, list, count);
}
