/* SPDX-License-Identifier: Apache-2.0 */
/* flat_map as a step: the program computes what goes in and along, then the emitter or the list
 * gives rows. */
#include "exec/emit/flat_map.h"

#include <string.h>

static int flat_map_push(struct weir_step *step,
                         struct weir_exec_task *task,
                         const struct weir_rows *rows)
{
    struct weir_flat_map *map = (struct weir_flat_map *)step;
    if (!map->program->is_begun && !map->is_list) {
        weir_caller_begin(&map->emitter, task);
    }
    map->task = task;
    map->rows = rows;
    WEIR_TRY(weir_program_run(map->program, task, rows));
    if (weir_program_alive(map->program).count == 0) {
        return WEIR_OK;
    }
    if (map->is_list) {
        return weir_flat_map_give_items(map);
    }
    return map->lent != NULL ? weir_flat_map_emit_parts(map) : weir_flat_map_emit(map);
}

static int flat_map_finish(struct weir_step *step, struct weir_exec_task *task)
{
    weir_program_end(((struct weir_flat_map *)step)->program);
    return weir_step_finish_next(step, task);
}

static void flat_map_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    weir_program_end(((struct weir_flat_map *)step)->program);
    weir_step_abandon_next(step, task);
}

static void flat_map_destroy(struct weir_step *step)
{
    struct weir_flat_map *map = (struct weir_flat_map *)step;
    weir_caller_close(&map->emitter);
    for (uint32_t c = 0; c < map->emitted_count && map->emitted != NULL; c++) {
        weir_free(map->emitted[c].cells);
        weir_free(map->emitted[c].bits);
        weir_free(map->emitted[c].valid);
        weir_free(map->cols[c]);
        weir_free(map->valid_room[c]);
    }
    if (map->lent != NULL) {
        weir_lent_finish(map->lent);
        weir_free(map->lent);
    }
    for (uint32_t i = 0; i < map->carried_count; i++) {
        weir_free(map->carried[i].cells);
        weir_free(map->carried[i].valid);
        weir_assembly_destroy(&map->carried[i].assembly);
    }
    weir_assembly_destroy(&map->items);
    weir_program_destroy(map->program);
    weir_free(map->columns);
    weir_free(map->emitted);
    weir_free(map->carried);
    weir_free(map->cols);
    weir_free(map->valid);
    weir_free(map->valid_room);
    weir_free(map->is_shown);
    weir_free(map->arg_valid);
    weir_free(map->parent);
    weir_free(map->at);
    weir_free(map);
}

/* ---- making it ---- */

static void *zeroed_cells(size_t bytes)
{
    void *cells = weir_alloc_aligned(bytes);
    memset(cells, 0, bytes);
    return cells;
}

static size_t chunk_bytes(const struct weir_type *type)
{
    return type->kind == WEIR_TYPE_BOOL ? WEIR_CHUNK_ROWS_MAX / 8
                                        : weir_type_cell_bytes(type) * WEIR_CHUNK_ROWS_MAX;
}

static int add_carried(struct weir_flat_map *map,
                       const struct weir_expr *expr,
                       struct weir_carried *carried,
                       struct weir_error *err)
{
    WEIR_TRY(weir_source_column_add(map->program, expr, &carried->source, err));
    carried->type = expr->type;
    if (weir_is_flat(expr->type)) {
        carried->cells = zeroed_cells(chunk_bytes(expr->type));
        carried->valid = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
    } else {
        weir_assembly_init(&carried->assembly, &map->program->arena, expr->type);
        map->program->has_heaps = true;
    }
    return WEIR_OK;
}

static void add_emitted(struct weir_emitted *emitted, const struct weir_type *type)
{
    bool is_bool = type->kind == WEIR_TYPE_BOOL;
    emitted->type = type;
    emitted->width = is_bool ? 1 : weir_type_cell_bytes(type);
    emitted->bits = is_bool ? weir_alloc(WEIR_CHUNK_ROWS_MAX / 8) : NULL;
    emitted->valid = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
}

static int add_list(struct weir_flat_map *map, const struct weir_expr *expr, struct weir_error *err)
{
    const struct weir_type *item = expr->type->item;
    map->is_list = true;
    map->emitted_count = 1;
    map->emitted = weir_alloc(sizeof *map->emitted);
    map->cols = weir_alloc(sizeof *map->cols);
    map->valid = weir_alloc(sizeof *map->valid);
    map->valid_room = weir_alloc(sizeof *map->valid_room);
    map->at = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *map->at);
    map->parent = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *map->parent);
    add_emitted(map->emitted, item);
    if (weir_is_flat(item)) {
        map->emitted[0].cells = zeroed_cells(chunk_bytes(item));
    } else {
        weir_assembly_init(&map->items, &map->program->arena, item);
        map->program->has_heaps = true;
    }
    return weir_program_add(map->program, expr, &map->list, err);
}

/* Columns of fixed width and text are lent as they are, ... */
static void lend_cells(struct weir_flat_map *map, const struct weir_type *out)
{
    map->emitted = weir_alloc((out->field_count + 1) * sizeof *map->emitted);
    map->cols = weir_alloc((out->field_count + 1) * sizeof *map->cols);
    map->valid = weir_alloc((out->field_count + 1) * sizeof *map->valid);
    map->valid_room = weir_alloc((out->field_count + 1) * sizeof *map->valid_room);
    map->row_bytes = sizeof *map->parent;
    for (uint32_t c = 0; c < out->field_count; c++) {
        add_emitted(&map->emitted[c], out->fields[c].type);
        map->row_bytes += map->emitted[c].width;
        map->program->has_heaps |= weir_type_is_text(out->fields[c].type);
    }
}

/* ... lists and structs with all that they consist of. */
static void lend_parts(struct weir_flat_map *map, const struct weir_type *out)
{
    map->lent = weir_alloc(sizeof *map->lent);
    weir_lent_init(map->lent, out, &map->program->heaps);
    map->program->has_heaps = true;
}

static int add_emitter(struct weir_flat_map *map,
                       const struct weir_expr *expr,
                       struct weir_error *err)
{
    const struct weir_type *out = expr->type;
    bool has_parts = false;
    map->emitted_count = out->field_count;
    for (uint32_t c = 0; c < out->field_count; c++) {
        has_parts |= !weir_is_flat(out->fields[c].type);
        if (out->fields[c].type->kind == WEIR_TYPE_NULL) {
            return weir_error_set(err, WEIR_EUNAVAILABLE,
                                  "%s emits '%s', of no type: a column has one that the pipeline "
                                  "language knows",
                                  expr->op->canonical, out->fields[c].name);
        }
    }
    if (has_parts) {
        lend_parts(map, out);
    } else {
        lend_cells(map, out);
    }
    map->arg_count = expr->arg_count;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        WEIR_TRY(weir_program_add(map->program, expr->args[i], &map->args[i], err));
    }
    WEIR_TRY(weir_caller_open(&map->emitter, expr, err));
    map->emitter.lent = map->lent;
    return WEIR_OK;
}

static int add_items(struct weir_flat_map *map,
                     const struct weir_node *node,
                     struct weir_error *err)
{
    map->carried = weir_alloc(node->item_count * sizeof *map->carried);
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_expr *expr = node->items[i].expr;
        if (i != node->emit_item) {
            WEIR_TRY(add_carried(map, expr, &map->carried[map->carried_count++], err));
        } else if (expr->kind == WEIR_EXPR_CALL && expr->op->kind == WEIR_KIND_EMITTER) {
            WEIR_TRY(add_emitter(map, expr, err));
        } else {
            WEIR_TRY(add_list(map, expr, err));
        }
    }
    return WEIR_OK;
}

int weir_flat_map_create(const struct weir_node *node,
                         struct weir_step **step,
                         struct weir_error *err)
{
    struct weir_flat_map *map = weir_alloc(sizeof *map);
    map->step = (struct weir_step){.push = flat_map_push,
                                   .finish = flat_map_finish,
                                   .abandon = flat_map_abandon,
                                   .destroy = flat_map_destroy};
    map->program = weir_program_create();
    map->schema = node->schema;
    map->emit_item = node->emit_item;
    map->columns = weir_alloc(node->schema->field_count * sizeof *map->columns);
    map->arg_valid = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
    int status = add_items(map, node, err);
    if (status != WEIR_OK) {
        flat_map_destroy(&map->step);
        return status;
    }
    if (node->stops_on_bad) {
        weir_program_stop_on_bad(map->program);
        map->emitter.stops_on_bad = true;
    }
    *step = &map->step;
    return WEIR_OK;
}
