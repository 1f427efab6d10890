/* SPDX-License-Identifier: Apache-2.0 */
/* What operators on states are shown: their parameters out of rows' key and value. */
#include "state/step/head.h"

#include <string.h>

struct weir_rows weir_state_args_of(struct weir_state_args *args,
                                    const struct weir_rows *rows,
                                    uint16_t *sel)
{
    struct weir_rows out = *rows;
    const struct weir_column *checked[WEIR_PARAMETERS_MAX + 2];
    uint32_t check_count = 0;
    for (uint32_t i = 0; i < args->count; i++) {
        uint32_t parameter = args->first + i;
        const struct weir_column *whole = &rows->columns[parameter < args->key_count ? 0 : 1];
        uint32_t member = args->members[parameter];
        args->columns[i] = member == WEIR_MEMBER_WHOLE ? *whole : whole->children[member];
        checked[check_count++] = &args->columns[i];
    }
    checked[check_count++] = &rows->columns[0];
    checked[check_count++] = &rows->columns[1];
    bool takes_nulls = (args->op->flags & WEIR_NULLABLE) != 0;
    for (uint32_t c = 0; c < check_count; c++) {
        if (checked[c]->valid == NULL || (takes_nulls && c < args->count)) {
            continue;
        }
        uint32_t count = weir_rows_count(&out);
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint16_t row = (uint16_t)(out.sel != NULL ? out.sel[i] : i);
            sel[kept] = row;
            kept += !weir_column_is_null(checked[c], row);
        }
        out.sel = sel;
        out.sel_count = kept;
    }
    return out;
}

const struct weir_chunk *weir_state_chunk(struct weir_arena *arena,
                                          const struct weir_column *columns,
                                          uint32_t column_count,
                                          const struct weir_rows *rows)
{
    uint32_t heaps = rows->heaps == NULL ? 0 : rows->heaps->count;
    struct weir_chunk *chunk = weir_arena_alloc(arena, sizeof *chunk);
    const struct ArrowArray **cols = weir_arena_alloc(arena, (column_count + 1) * sizeof *cols);
    const struct ArrowSchema **schemas =
        weir_arena_alloc(arena, (column_count + 1) * sizeof *schemas);
    int64_t *lengths = weir_arena_alloc(arena, (heaps + 1) * sizeof *lengths);
    *chunk = (struct weir_chunk){.size = sizeof *chunk, .rows = rows->rows, .cols = cols};
    chunk->schemas = schemas;
    chunk->sel = rows->sel;
    chunk->sel_count = weir_rows_count(rows);
    for (uint32_t c = 0; c < column_count; c++) {
        struct ArrowArray *array = weir_arena_alloc(arena, sizeof *array);
        struct ArrowSchema *schema = weir_arena_alloc(arena, sizeof *schema);
        const void **pointers = weir_arena_alloc(arena, (heaps + 3) * sizeof *pointers);
        weir_column_export(&columns[c], rows->rows, rows->heaps, arena, array, pointers, lengths);
        weir_type_export(arena, "", columns[c].type, schema);
        chunk->const_mask |= (uint32_t)columns[c].is_const << c;
        cols[c] = array;
        schemas[c] = schema;
    }
    return chunk;
}

int weir_state_failed(struct weir_exec_task *task,
                      struct weir_call *call,
                      int outcome,
                      const struct weir_rows *rows)
{
    uint32_t row = call->task.row < rows->rows ? call->task.row : 0;
    /* a state was touched: the record alone cannot be let go */
    outcome = outcome == WEIR_BAD_RECORD ? WEIR_FATAL : outcome;
    int status = weir_exec_bad_row(task, call, outcome, rows, row);
    call->outcome = WEIR_OK;
    return status;
}
