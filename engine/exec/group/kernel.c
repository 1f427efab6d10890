/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of a reducer's kernels, once per chunk. A reducer is told nothing but numbers, so what
 * is known of it, should it crash, is kept here: its values are the records. */
#include "exec/group/fold.h"

/* One call, as it may have to be made again. */
struct kernel_call {
    const struct weir_fold *fold;
    const uint32_t *numbers; /* NULL: all go to the first group */
    const uint8_t *values;
};

static void call_kernel(const struct kernel_call *call, uint32_t first, uint32_t count)
{
    const struct weir_fold *fold = call->fold;
    const struct weir_reducer *reducer = fold->op->reducer;
    const uint8_t *values = call->values + first * fold->width;
    if (call->numbers != NULL) {
        reducer->scatter(fold->cells, call->numbers + first, values, count);
    } else {
        reducer->fold(fold->cells + fold->width, values, count);
    }
}

static void call_again(const struct weir_call_frame *frame, uint32_t first, uint32_t count)
{
    call_kernel(frame->owner, first, count);
}

static void run_kernel(struct kernel_call *call, const char *part, uint32_t count)
{
    static const struct weir_heaps none;
    const struct weir_fold *fold = call->fold;
    bool is_bool = fold->type->kind == WEIR_TYPE_BOOL; /* bytes here, bits in a column */
    struct weir_type_field field = {"value", fold->type};
    struct weir_type schema = {.kind = WEIR_TYPE_STRUCT, .field_count = 1, .fields = &field};
    struct weir_column column = {.type = fold->type, .data = call->values};
    struct weir_rows rows = {.schema = &schema, .rows = count, .columns = &column, .heaps = &none};
    struct weir_call_frame frame = {.op = fold->op,
                                    .rows = is_bool ? NULL : &rows,
                                    .count = count,
                                    .again = call_again,
                                    .owner = call};
    if (fold->task != NULL) {
        frame.batch_us = fold->task->batch_us;
        frame.partition = fold->task->partition;
    }
    weir_call_enter_frame(&frame, part);
    call_kernel(call, 0, count);
    weir_call_leave(&frame);
}

void weir_fold_scatter(const struct weir_fold *fold,
                       const uint32_t *numbers,
                       const uint8_t *values,
                       uint32_t count)
{
    struct kernel_call call = {fold, numbers, values};
    run_kernel(&call, "scatter", count);
}

void weir_fold_one(const struct weir_fold *fold, const uint8_t *values, uint32_t count)
{
    struct kernel_call call = {fold, NULL, values};
    run_kernel(&call, "fold", count);
}
