/* SPDX-License-Identifier: Apache-2.0 */
/* Loops for the commonest signatures: i64 or f64 of up to two i64 or f64. The compiler knows how to
 * call these, so that a record costs little more than the function itself. */
#include "plugin/native/native.h"

#include <weir/column.h>

/* name: result, then parameters; R its type; CALL_(READ): the call with cells read by READ. */
#define LOOP_(name, R, parameters, open, CALL_)                                                    \
    static int loop_##name(struct weir_task *task, const struct weir_chunk *in,                    \
                           struct weir_out *out)                                                   \
    {                                                                                              \
        const struct weir_native_function *f = weir_native_of(task);                               \
        R(*const call) parameters = (R(*) parameters)f->address;                                   \
        R *const cells = out->cols[0];                                                             \
        const size_t count = weir_chunk_count(in);                                                 \
        open weir_native_enter(f->native);                                                         \
        if (in->sel == NULL && in->const_mask == 0) {                                              \
            for (size_t i = 0; i < count; i++) {                                                   \
                cells[i] = CALL_(dense);                                                           \
            }                                                                                      \
        } else {                                                                                   \
            for (size_t k = 0; k < count; k++) {                                                   \
                const size_t i = weir_chunk_position(in, k);                                       \
                cells[i] = CALL_(read);                                                            \
            }                                                                                      \
        }                                                                                          \
        weir_native_leave(f->native);                                                              \
        return WEIR_OK;                                                                            \
    }

#define OPEN_A_       const struct weir_reader a = weir_reader_of(in, 0, 8);
#define OPEN_B_       const struct weir_reader b = weir_reader_of(in, 1, 8);
#define CALL_NONE_(r) call()
#define CALL_I_(r)    call(weir_##r##_i64(&a, i))
#define CALL_F_(r)    call(weir_##r##_f64(&a, i))
#define CALL_II_(r)   call(weir_##r##_i64(&a, i), weir_##r##_i64(&b, i))
#define CALL_IF_(r)   call(weir_##r##_i64(&a, i), weir_##r##_f64(&b, i))
#define CALL_FI_(r)   call(weir_##r##_f64(&a, i), weir_##r##_i64(&b, i))
#define CALL_FF_(r)   call(weir_##r##_f64(&a, i), weir_##r##_f64(&b, i))

#define LOOPS_(name, R)                                                                            \
    LOOP_(name, R, (void), , CALL_NONE_)                                                           \
    LOOP_(name##_i, R, (int64_t), OPEN_A_, CALL_I_)                                                \
    LOOP_(name##_f, R, (double), OPEN_A_, CALL_F_)                                                 \
    LOOP_(name##_ii, R, (int64_t, int64_t), OPEN_A_ OPEN_B_, CALL_II_)                             \
    LOOP_(name##_if, R, (int64_t, double), OPEN_A_ OPEN_B_, CALL_IF_)                              \
    LOOP_(name##_fi, R, (double, int64_t), OPEN_A_ OPEN_B_, CALL_FI_)                              \
    LOOP_(name##_ff, R, (double, double), OPEN_A_ OPEN_B_, CALL_FF_)
LOOPS_(i, int64_t)
LOOPS_(f, double)

/* By result, first and second parameter: 0 none, 1 i64, 2 f64. */
static const weir_loop loops[3][3][3] = {
    [1] = {{loop_i}, {loop_i_i, loop_i_ii, loop_i_if}, {loop_i_f, loop_i_fi, loop_i_ff}},
    [2] = {{loop_f}, {loop_f_i, loop_f_ii, loop_f_if}, {loop_f_f, loop_f_fi, loop_f_ff}},
};

/* 1, 2, or 0 for what no loop passes. */
static int shape_of(const struct weir_native_value *value)
{
    return value->type == WEIR_NATIVE_I64 ? 1 : value->type == WEIR_NATIVE_F64 ? 2 : 0;
}

weir_loop weir_native_typed_loop(const struct weir_native_function *function)
{
    int shapes[2] = {0, 0};
    if (function->count > 2 || function->sets_errno) {
        return NULL;
    }
    for (uint32_t i = 0; i < function->count; i++) {
        shapes[i] = shape_of(&function->parameters[i]);
        if (shapes[i] == 0) {
            return NULL;
        }
    }
    return loops[shape_of(&function->result)][shapes[0]][shapes[1]];
}
