/* SPDX-License-Identifier: Apache-2.0 */
/* Emitters of lists and structs. Items of lists cannot be handed on by halves, so that a call sees
 * few input rows, and all that they gave goes on before the next ones. */
#include "exec/emit/flat_map.h"

static int give_rows(struct weir_flat_map *map, uint32_t count)
{
    struct weir_lent *lent = map->lent;
    if (map->emitter.is_rehearsal) {
        return WEIR_OK;
    }
    WEIR_TRY(weir_flat_map_check(map, lent->out.parent, count <= lent->out.cap ? count : 0));
    for (uint32_t first = 0; first < count; first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = count - first;
        uint32_t rows = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        struct weir_heaps_mark mark = weir_step_heaps_mark(&map->program->heaps);
        int outcome = weir_lent_take(lent, &map->emitter.call.task, first, rows, NULL,
                                     map->columns + map->emit_item);
        if (outcome != WEIR_OK) {
            return weir_caller_failed(&map->emitter, map->task, outcome);
        }
        WEIR_TRY(weir_flat_map_give_chunk(map, lent->out.parent + first, rows));
        weir_step_heaps_rewind(&map->program->heaps, mark);
    }
    return WEIR_OK;
}

/* Rows of finished input rows go on; their items stay, the emitter may know where they are. */
static int hand_on(struct weir_lent *lent, struct weir_task *task)
{
    struct weir_flat_map *map = lent->owner;
    uint32_t count = lent->out.row_start;
    (void)task;
    if (count == 0) {
        return WEIR_OK;
    }
    struct weir_call_frame frame;
    weir_call_enter_engine(&frame);
    int status = give_rows(map, count);
    weir_call_leave(&frame);
    if (status != WEIR_OK) {
        map->emitter.stopped = status;
        return WEIR_FATAL;
    }
    weir_lent_drop(lent, count);
    return WEIR_OK;
}

static int emit_some(struct weir_flat_map *map, struct weir_scope scope)
{
    struct weir_heaps_mark mark = weir_step_heaps_mark(&map->program->heaps);
    weir_lent_begin(map->lent);
    WEIR_TRY(weir_caller_run(&map->emitter, map->task, map->rows, scope, &map->program->dead));
    WEIR_TRY(give_rows(map, map->lent->out.rows));
    weir_step_heaps_rewind(&map->program->heaps, mark);
    return WEIR_OK;
}

int weir_flat_map_emit_parts(struct weir_flat_map *map)
{
    const struct weir_column *columns[WEIR_PARAMETERS_MAX];
    struct weir_program *program = map->program;
    struct weir_scope scope = weir_program_alive(program);
    const uint8_t *valid;
    if (!map->emitter.sees_nulls &&
        !weir_program_strict(program, map->args, map->arg_count, map->arg_valid, &valid, &scope)) {
        return WEIR_OK;
    }
    for (uint32_t i = 0; i < map->arg_count; i++) {
        columns[i] = weir_program_column(program, map->args[i]);
    }
    map->lent->full = hand_on;
    map->lent->owner = map;
    weir_flat_map_show(map, scope);
    weir_caller_show(&map->emitter, columns, map->rows->rows, weir_program_heaps(program));
    const uint16_t *sel = scope.sel != NULL ? scope.sel : weir_positions;
    for (uint32_t done = 0; done < scope.count; done += WEIR_EMIT_PARTS_ROWS) {
        uint32_t left = scope.count - done;
        struct weir_scope some = {sel + done,
                                  left < WEIR_EMIT_PARTS_ROWS ? left : WEIR_EMIT_PARTS_ROWS};
        WEIR_TRY(emit_some(map, some));
    }
    if (program->dead.count > 0) {
        weir_program_bury(program);
    }
    return WEIR_OK;
}
