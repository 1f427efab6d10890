/* SPDX-License-Identifier: Apache-2.0 */
/* The loops that WEIR_FUNCTION, WEIR_EMITTER and WEIR_REDUCER put around a body, and what they call
 * when an output is full. Bodies are inlined: where one cannot fail, `status` is provably 0, its
 * test vanishes and the dense loop vectorises. Nothing here is for authors. */
#ifndef WEIR_LOOP_H
#define WEIR_LOOP_H

#include <weir/detail.h>

/* Makes room for `bytes` of text in a function's output. False: failed, and ctx->status says so. */
WEIR_COLD_ WEIR_UNUSED_ static bool weir_grow_heap(struct weir_ctx *ctx,
                                                   struct weir_out *out,
                                                   size_t bytes)
{
    if (bytes > INT32_MAX) {
        weir_fail(ctx, WEIR_BAD_RECORD, "a text of %zu bytes: a value holds at most %d", bytes,
                  (int)INT32_MAX);
    } else if (ctx->status == 0) {
        ctx->status = out->grow(out, ctx->task, bytes);
    }
    return ctx->status == 0;
}

/* The same for one more row of an emitter's output, with `bytes` of text in it. */
WEIR_COLD_ WEIR_UNUSED_ static bool weir_grow_row(struct weir_ctx *ctx,
                                                  struct weir_out *out,
                                                  size_t bytes)
{
    if (ctx->status == 0 && out->rows == out->cap) {
        ctx->status = out->grow(out, ctx->task, 0);
    }
    if (ctx->status == 0 && bytes > out->heap_cap - out->heap_used) {
        return weir_grow_heap(ctx, out, bytes);
    }
    return ctx->status == 0;
}

static inline void weir_base_clear(struct weir_out *out)
{
    out->base = NULL;
    out->base_bytes = 0;
    out->base_buffer = -1;
}

/* weir_result_T(ctx, out, cells, i, value): a function's result at position i. */
#define WEIR_RESULT__(name, T)                                                                     \
    static inline void weir_result_##name(struct weir_ctx *ctx, struct weir_out *out, void *cells, \
                                          size_t i, T value)                                       \
    {                                                                                              \
        (void)ctx;                                                                                 \
        weir_write_##name(out, cells, i, value);                                                   \
    }
WEIR_RESULT__(bool, bool)
WEIR_RESULT__(i32, int32_t)
WEIR_RESULT__(i64, int64_t)
WEIR_RESULT__(f64, double)
WEIR_RESULT__(ts, weir_ts)
#undef WEIR_RESULT__
static inline void weir_result_str(
    struct weir_ctx *ctx, struct weir_out *out, void *cells, size_t i, weir_str value)
{
    (void)cells; /* growing may move them */
    if (ctx->status == 0) {
        const size_t need = weir_need_str(out, value);
        if (need <= out->heap_cap - out->heap_used || weir_grow_heap(ctx, out, need)) {
            weir_write_str(out, out->cols[0], i, value);
        }
    }
}
static inline void weir_result_bytes(
    struct weir_ctx *ctx, struct weir_out *out, void *cells, size_t i, weir_bytes value)
{
    weir_result_str(ctx, out, cells, i, weir_str_from_bytes(value));
}

#ifdef __cplusplus
extern "C++" {
#define WEIR_RESULT__(name, T)                                                                     \
    static inline void weir_result_(weir_ctx *ctx, weir_out *out, void *cells, size_t i, T value)  \
    {                                                                                              \
        weir_result_##name(ctx, out, cells, i, value);                                             \
    }
WEIR_RESULT__(bool, bool)
WEIR_RESULT__(i32, int32_t)
WEIR_RESULT__(i64, int64_t)
WEIR_RESULT__(f64, double)
WEIR_RESULT__(ts, weir_ts)
WEIR_RESULT__(str, weir_str)
WEIR_RESULT__(bytes, weir_bytes)
#undef WEIR_RESULT__
}
#define WEIR_RESULT_(R) weir_result_
#else
#define WEIR_RESULT_(R) WEIR_BY_NAME_((R *)0, weir_result_)
#endif

/* ---- pieces of a loop, one for each parameter or column ---- */
#define WEIR_P_DECLARE_(i, T, n) , T n
#define WEIR_P_OPEN_(i, T, n)                                                                      \
    const struct weir_reader weir_reader_##i =                                                     \
        weir_reader_of(weir_in_, i, (size_t)WEIR_CELL_BYTES_(T));
#define WEIR_P_DENSE_(i, T, n) , WEIR_DENSE_(T, &weir_reader_##i, weir_i_)
#define WEIR_P_READ_(i, T, n)  , WEIR_READ_(T, &weir_reader_##i, weir_i_)
#define WEIR_P_BASE_(i, T, n)                                                                      \
    || (WEIR_IS_TEXT_(T) && weir_base_set(weir_out_, &weir_reader_##i, weir_i_))
#define WEIR_P_IS_TEXT_(i, T, n) || WEIR_IS_TEXT_(T)
#define WEIR_P_VALUE_(i, T, n)   T v##i;
#define WEIR_P_CELLS_(i, T, n)   weir_e_.cells[i] = weir_out_->cols[i];

#define WEIR_LOOP_HEAD_(tag)                                                                       \
    static int weir_loop_##tag(struct weir_task *weir_task_, const struct weir_chunk *weir_in_,    \
                               struct weir_out *weir_out_) WEIR_NOEXCEPT_

/* ---- functions ---- */
#define WEIR_BODY_(R, tag, ...)                                                                    \
    static inline R weir_body_##tag(                                                               \
        WEIR_UNUSED_ struct weir_ctx *ctx WEIR_EACH_(WEIR_P_DECLARE_, __VA_ARGS__)) WEIR_NOEXCEPT_

#define WEIR_FUNCTION_ROW_(R, tag, READ, ...)                                                      \
    if (WEIR_IS_TEXT_(R)) {                                                                        \
        (void)(false WEIR_EACH_(WEIR_P_BASE_, __VA_ARGS__));                                       \
    }                                                                                              \
    WEIR_RESULT_(R)                                                                                \
    (&weir_local_, weir_out_, weir_cells_, weir_i_,                                                \
     weir_body_##tag(&weir_local_ WEIR_EACH_(READ, __VA_ARGS__)));                                 \
    if (weir_local_.status != 0) {                                                                 \
        weir_task_->row = (uint32_t)weir_i_;                                                       \
        return weir_local_.status;                                                                 \
    }

#define WEIR_FUNCTION_(tag, name, flags, R, params, ...)                                           \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_CHECK_TYPE_(0, R, result)                                                                 \
    WEIR_BODY_(R, tag, __VA_ARGS__);                                                               \
    WEIR_LOOP_HEAD_(tag)                                                                           \
    {                                                                                              \
        WEIR_EACH_(WEIR_P_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = {weir_task_, 0};                                             \
        void *const weir_cells_ = weir_out_->cols[0];                                              \
        weir_base_clear(weir_out_);                                                                \
        if (weir_in_->sel == NULL && weir_in_->const_mask == 0) {                                  \
            const size_t weir_n_ = weir_in_->rows;                                                 \
            for (size_t weir_i_ = 0; weir_i_ < weir_n_; weir_i_++) {                               \
                WEIR_FUNCTION_ROW_(R, tag, WEIR_P_DENSE_, __VA_ARGS__)                             \
            }                                                                                      \
        } else {                                                                                   \
            const size_t weir_n_ = weir_chunk_count(weir_in_);                                     \
            for (size_t weir_k_ = 0; weir_k_ < weir_n_; weir_k_++) {                               \
                const size_t weir_i_ = weir_chunk_position(weir_in_, weir_k_);                     \
                WEIR_FUNCTION_ROW_(R, tag, WEIR_P_READ_, __VA_ARGS__)                              \
            }                                                                                      \
        }                                                                                          \
        return 0;                                                                                  \
    }                                                                                              \
    WEIR_FIELDS_(weir_in_##tag, params);                                                           \
    WEIR_FIELDS_(weir_out_##tag, (R, value));                                                      \
    WEIR_EXPORT_(tag, WEIR_KIND_FUNCTION, flags, name, weir_in_##tag, WEIR_FIELD_COUNT_(params),   \
                 weir_out_##tag, 1, weir_loop_##tag, NULL);                                        \
    WEIR_BODY_(R, tag, __VA_ARGS__)

/* ---- emitters ---- */
#define WEIR_EMITTER_BODY_(tag, ...)                                                               \
    static inline void weir_body_##tag(                                                            \
        WEIR_UNUSED_ struct weir_ctx *ctx,                                                         \
        WEIR_UNUSED_ struct weir_emitter_##tag *weir_emit WEIR_EACH_(WEIR_P_DECLARE_,              \
                                                                     __VA_ARGS__)) WEIR_NOEXCEPT_

/* The output's place is kept in locals while rows are emitted: `rows` is written back to the output
 * when it grows and at the end. */
#define WEIR_EMITTER_(tag, name, flags, params, outs, ...)                                         \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_CHECK_PAIRS_ outs WEIR_STATIC_ASSERT(WEIR_FIELD_COUNT_(outs) > 0,                         \
                                              "an emitter declares at least one column");          \
    struct weir_emitter_##tag {                                                                    \
        struct weir_out *out;                                                                      \
        uint16_t *parent;                                                                          \
        uint32_t rows, cap;                                                                        \
        size_t position;                                                                           \
        void *cells[WEIR_FIELD_COUNT_(outs)];                                                      \
        char arity[WEIR_FIELD_COUNT_(outs)];                                                       \
        WEIR_EACH_(WEIR_P_VALUE_, WEIR_OPEN_ outs)                                                 \
    };                                                                                             \
    WEIR_EMITTER_BODY_(tag, __VA_ARGS__);                                                          \
    WEIR_LOOP_HEAD_(tag)                                                                           \
    {                                                                                              \
        WEIR_EACH_(WEIR_P_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = {weir_task_, 0};                                             \
        struct weir_emitter_##tag weir_e_;                                                         \
        const size_t weir_n_ = weir_chunk_count(weir_in_);                                         \
        weir_base_clear(weir_out_);                                                                \
        weir_e_.out = weir_out_;                                                                   \
        WEIR_EMIT_PLACE_((&weir_e_))                                                               \
        WEIR_EACH_(WEIR_P_CELLS_, WEIR_OPEN_ outs)                                                 \
        for (size_t weir_k_ = 0; weir_k_ < weir_n_; weir_k_++) {                                   \
            const size_t weir_i_ = weir_chunk_position(weir_in_, weir_k_);                         \
            weir_out_->row_start = weir_e_.rows;                                                   \
            weir_e_.position = weir_i_;                                                            \
            if (false WEIR_EACH_(WEIR_P_IS_TEXT_, WEIR_OPEN_ outs)) {                              \
                (void)(false WEIR_EACH_(WEIR_P_BASE_, __VA_ARGS__));                               \
            }                                                                                      \
            weir_body_##tag(&weir_local_, &weir_e_ WEIR_EACH_(WEIR_P_READ_, __VA_ARGS__));         \
            if (weir_local_.status != 0) {                                                         \
                weir_out_->rows = weir_out_->row_start;                                            \
                weir_task_->row = (uint32_t)weir_i_;                                               \
                return weir_local_.status;                                                         \
            }                                                                                      \
        }                                                                                          \
        weir_out_->rows = weir_e_.rows;                                                            \
        return 0;                                                                                  \
    }                                                                                              \
    WEIR_FIELDS_(weir_in_##tag, params);                                                           \
    WEIR_FIELDS_(weir_out_##tag, outs);                                                            \
    WEIR_EXPORT_(tag, WEIR_KIND_EMITTER, flags, name, weir_in_##tag, WEIR_FIELD_COUNT_(params),    \
                 weir_out_##tag, WEIR_FIELD_COUNT_(outs), weir_loop_##tag, NULL);                  \
    WEIR_EMITTER_BODY_(tag, __VA_ARGS__)

#define WEIR_EMIT_PLACE_(e)                                                                        \
    e->rows = e->out->rows;                                                                        \
    e->cap = e->out->cap;                                                                          \
    e->parent = e->out->parent;
#define WEIR_V_SET_(i, value)   weir_emit->v##i = (value);
#define WEIR_V_NEED_(i, value)  +WEIR_NEED_(weir_emit->out, weir_emit->v##i)
#define WEIR_V_CELLS_(i, value) weir_emit->cells[i] = weir_emit->out->cols[i];
#define WEIR_V_WRITE_(i, value)                                                                    \
    WEIR_WRITE_(weir_emit->out, weir_emit->cells[i], weir_emit->rows, weir_emit->v##i);

/* Text that goes to the heap is measured first, so that a row is written whole or not at all. */
#define WEIR_EMIT_(...)                                                                            \
    do {                                                                                           \
        size_t weir_need;                                                                          \
        WEIR_STATIC_ASSERT(sizeof(weir_emit->arity) == WEIR_COUNT_(__VA_ARGS__),                   \
                           "WEIR_EMIT takes one value for each column of the emitter");            \
        WEIR_EACH_VALUE_(WEIR_V_SET_, __VA_ARGS__)                                                 \
        weir_need = 0 WEIR_EACH_VALUE_(WEIR_V_NEED_, __VA_ARGS__);                                 \
        if (weir_emit->rows == weir_emit->cap ||                                                   \
            (weir_need > 0 && weir_need > weir_emit->out->heap_cap - weir_emit->out->heap_used)) { \
            weir_emit->out->rows = weir_emit->rows;                                                \
            if (!weir_grow_row(ctx, weir_emit->out, weir_need)) {                                  \
                break;                                                                             \
            }                                                                                      \
            WEIR_EMIT_PLACE_(weir_emit)                                                            \
            WEIR_EACH_VALUE_(WEIR_V_CELLS_, __VA_ARGS__)                                           \
        }                                                                                          \
        WEIR_EACH_VALUE_(WEIR_V_WRITE_, __VA_ARGS__)                                               \
        weir_emit->parent[weir_emit->rows] = (uint16_t)weir_emit->position;                        \
        weir_emit->rows++;                                                                         \
    } while (0)

/* ---- reducers ---- */
#define WEIR_KERNEL_BODY_(tag, T, a, b) static inline T weir_body_##tag(T a, T b) WEIR_NOEXCEPT_

/* tag, the export's kind, its name as an array, flags, value type, the two operands */
#define WEIR_KERNELS_(tag, kind, name, flags, T, ...)                                              \
    WEIR_KERNEL_BODY_(tag, T, __VA_ARGS__);                                                        \
    static void weir_scatter_##tag(void *acc, const uint32_t *slot, const void *values, size_t n)  \
        WEIR_NOEXCEPT_                                                                             \
    {                                                                                              \
        T *const accs = (T *)acc;                                                                  \
        const T *const from = (const T *)values;                                                   \
        for (size_t i = 0; i < n; i++) {                                                           \
            accs[slot[i]] = weir_body_##tag(accs[slot[i]], from[i]);                               \
        }                                                                                          \
    }                                                                                              \
    static void weir_fold_##tag(void *acc, const void *values, size_t n) WEIR_NOEXCEPT_            \
    {                                                                                              \
        const T *const from = (const T *)values;                                                   \
        T result = *(T *)acc;                                                                      \
        for (size_t i = 0; i < n; i++) {                                                           \
            result = weir_body_##tag(result, from[i]);                                             \
        }                                                                                          \
        *(T *)acc = result;                                                                        \
    }                                                                                              \
    static void weir_merge_##tag(void *acc, const void *other, size_t n) WEIR_NOEXCEPT_            \
    {                                                                                              \
        T *const accs = (T *)acc;                                                                  \
        const T *const from = (const T *)other;                                                    \
        for (size_t i = 0; i < n; i++) {                                                           \
            accs[i] = weir_body_##tag(accs[i], from[i]);                                           \
        }                                                                                          \
    }                                                                                              \
    static const struct weir_reducer weir_reducer_##tag = {sizeof(struct weir_reducer), sizeof(T), \
                                                           weir_scatter_##tag, weir_fold_##tag,    \
                                                           weir_merge_##tag};                      \
    WEIR_FIELDS_(weir_in_##tag, (T, value));                                                       \
    WEIR_EXPORT_(tag, kind, flags, name, weir_in_##tag, 1, weir_in_##tag, 1, NULL,                 \
                 &weir_reducer_##tag);                                                             \
    WEIR_KERNEL_BODY_(tag, T, __VA_ARGS__)

#define WEIR_REDUCER_(tag, name, flags, T, ...)                                                    \
    WEIR_STATIC_ASSERT(WEIR_CELL_BYTES_(T) >= 0 && !WEIR_IS_TEXT_(T),                              \
                       "a reducer combines one of: bool int32_t int64_t double weir_ts");          \
    typedef T weir_value_##tag;                                                                    \
    static const char weir_name_##tag[] = name;                                                    \
    WEIR_KERNELS_(tag, WEIR_KIND_REDUCER, weir_name_##tag, flags, T, __VA_ARGS__)

#endif
