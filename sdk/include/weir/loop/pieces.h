/* SPDX-License-Identifier: Apache-2.0 */
/* What all loops around a body are made of: its context, room in an output, a result, and one piece
 * of code for each parameter or column. Bodies are inlined: where one cannot fail, `status` is
 * provably 0, its test vanishes and the dense loop vectorises; the same goes for `is_null`. Nothing
 * here is for authors. */
#ifndef WEIR_LOOP_PIECES_H
#define WEIR_LOOP_PIECES_H

#include <weir/loop/detail.h>

/* How a struct weir_ctx begins. */
#define WEIR_CTX_(task)                                                                            \
    {                                                                                              \
        (task), 0, false, false, false, NULL                                                       \
    }

/* ---- room ---- */
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

/* Makes position i of a column null. Its cell is not read. Not 0: failed. Takes no ctx: one whose
 * address escapes could be changed by every store of the loop, which would not be vectorised. */
WEIR_COLD_ WEIR_UNUSED_ static int weir_write_null(struct weir_task *task,
                                                   struct weir_out *out,
                                                   uint32_t column,
                                                   size_t i)
{
    if (out->size <= offsetof(struct weir_out, grow_valid) || out->grow_valid == NULL) {
        return (task->host->fail)(task, WEIR_FATAL,
                                  "gives null, which this weir (SDK 1.%u) takes from no operator",
                                  (unsigned)task->host->minor);
    }
    if (out->valid == NULL || out->valid[column] == NULL) {
        const int status = out->grow_valid(out, task, column);
        if (status != 0) {
            return status;
        }
    }
    out->valid[column][i] = 0;
    return 0;
}

/* The columns `nulls` (a bit each) of row `row`. */
WEIR_COLD_ WEIR_UNUSED_ static int weir_write_nulls(struct weir_task *task,
                                                    struct weir_out *out,
                                                    uint32_t nulls,
                                                    size_t row)
{
    int status = 0;
    for (uint32_t c = 0; c < WEIR_PARAMETERS_MAX && status == 0; c++) {
        if ((nulls >> c & 1u) != 0) {
            status = weir_write_null(task, out, c, row);
        }
    }
    return status;
}

/* ---- results ---- */
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

/* The out of a list's items; NULL, and failed, if this host takes no lists. */
WEIR_COLD_ WEIR_UNUSED_ static struct weir_out *weir_items_out(struct weir_ctx *ctx,
                                                               struct weir_out *out)
{
    if (out->size <= offsetof(struct weir_out, children) || out->children == NULL ||
        out->children[0] == NULL) {
        weir_fail(ctx, WEIR_FATAL,
                  "gives a list, which this weir (SDK 1.%u) takes from no "
                  "operator of its kind",
                  (unsigned)ctx->task->host->minor);
        return NULL;
    }
    return out->children[0];
}
#define WEIR_RESULT_LIST__(name, T)                                                                \
    WEIR_COLD_ WEIR_UNUSED_ static void weir_result_list_##name(                                   \
        struct weir_ctx *ctx, struct weir_out *out, void *cells, size_t i, weir_list_##name list)  \
    {                                                                                              \
        struct weir_out *items = ctx->status == 0 ? weir_items_out(ctx, out) : NULL;               \
        struct weir_list_cell cell;                                                                \
        (void)cells;                                                                               \
        if (items == NULL) {                                                                       \
            return;                                                                                \
        }                                                                                          \
        cell.first = (int32_t)items->rows;                                                         \
        cell.count = (int32_t)list.count;                                                          \
        for (uint32_t k = 0; k < list.count; k++) {                                                \
            const size_t need = weir_need_##name(items, list.items[k]);                            \
            if ((items->rows == items->cap || need > items->heap_cap - items->heap_used) &&        \
                !weir_grow_row(ctx, items, need)) {                                                \
                items->rows = (uint32_t)cell.first;                                                \
                return;                                                                            \
            }                                                                                      \
            weir_write_##name(items, items->cols[0], items->rows, list.items[k]);                  \
            items->rows++;                                                                         \
        }                                                                                          \
        ((struct weir_list_cell *)out->cols[0])[i] = cell;                                         \
    }
WEIR_RESULT_LIST__(bool, bool)
WEIR_RESULT_LIST__(i32, int32_t)
WEIR_RESULT_LIST__(i64, int64_t)
WEIR_RESULT_LIST__(f64, double)
WEIR_RESULT_LIST__(ts, weir_ts)
WEIR_RESULT_LIST__(str, weir_str)
WEIR_RESULT_LIST__(bytes, weir_bytes)
#undef WEIR_RESULT_LIST__

#ifdef __cplusplus
extern "C++" {
#define WEIR_RESULT__(T, name, pipeline_name, number)                                              \
    static inline void weir_result_(weir_ctx *ctx, weir_out *out, void *cells, size_t i, T value)  \
    {                                                                                              \
        weir_result_##name(ctx, out, cells, i, value);                                             \
    }                                                                                              \
    static inline void weir_result_(weir_ctx *ctx, weir_out *out, void *cells, size_t i,           \
                                    weir_list_##name value)                                        \
    {                                                                                              \
        weir_result_list_##name(ctx, out, cells, i, value);                                        \
    }
WEIR_SCALARS_(WEIR_RESULT__)
#undef WEIR_RESULT__
}
#define WEIR_RESULT_(R) weir_result_
#else
#define WEIR_RESULT_(R)                                                                            \
    WEIR_BY_SCALAR_((R *)0, weir_result_bool, weir_result_i32, weir_result_i64, weir_result_f64,   \
                    weir_result_ts, weir_result_str, weir_result_bytes,                            \
                    WEIR_BY_LIST_NAME_((R *)0, weir_result_list_))
#endif

/* Writes a result, or the null that the body asked for. */
#define WEIR_PUT_RESULT_(R, out, cells, i, value)                                                  \
    do {                                                                                           \
        const R weir_result = (value);                                                             \
        if (weir_local_.is_null) {                                                                 \
            weir_local_.is_null = false;                                                           \
            if (weir_local_.status == 0) {                                                         \
                weir_local_.status = weir_write_null(weir_task_, (out), 0, (i));                   \
            }                                                                                      \
        } else {                                                                                   \
            WEIR_RESULT_(R)(&weir_local_, (out), (cells), (i), weir_result);                       \
        }                                                                                          \
    } while (0)

/* ---- pieces of a loop, one for each parameter or column ---- */
#define WEIR_P_DECLARE_(i, T, n)          , WEIR_UNUSED_ T n
#define WEIR_P_DECLARE_NULLABLE_(i, T, n) , WEIR_UNUSED_ T n, WEIR_UNUSED_ bool n##_is_null
#define WEIR_P_OPEN_(i, T, n)                                                                      \
    const struct weir_reader weir_reader_##i = WEIR_OPEN_COLUMN_(T, weir_task_, weir_in_, i);
#define WEIR_P_DENSE_(i, T, n) , WEIR_DENSE_(T, &weir_reader_##i, weir_i_)
#define WEIR_P_READ_(i, T, n)  , WEIR_READ_(T, &weir_reader_##i, weir_i_)
#define WEIR_P_READ_NULLABLE_(i, T, n)                                                             \
    , WEIR_READ_(T, &weir_reader_##i, weir_i_), weir_is_null(&weir_reader_##i, weir_i_)
#define WEIR_P_BASE_(i, T, n)                                                                      \
    || (WEIR_IS_TEXT_(T) && weir_base_set(weir_out_, &weir_reader_##i, weir_i_))
#define WEIR_P_IS_TEXT_(i, T, n) || WEIR_IS_TEXT_(T)
#define WEIR_P_UNKNOWN_(i, T, n)                                                                   \
    || (WEIR_CODE_(T) == WEIR_CODE_ROW_ && weir_reader_##i.schema == NULL)
#define WEIR_P_VALUE_(i, T, n) T v##i;
#define WEIR_P_CELLS_(i, T, n) weir_e_.cells[i] = weir_out_->cols[i];

/* A body that takes values of any type needs to know which. */
#define WEIR_CHECK_KNOWN_(...)                                                                     \
    if (false WEIR_EACH_(WEIR_P_UNKNOWN_, __VA_ARGS__)) {                                          \
        return (weir_task_->host->fail)(weir_task_, WEIR_FATAL,                                    \
                                        "takes values of any type, of which this weir (SDK 1.%u) " \
                                        "says nothing here",                                       \
                                        (unsigned)weir_task_->host->minor);                        \
    }

#define WEIR_LOOP_HEAD_(tag)                                                                       \
    static int weir_loop_##tag(struct weir_task *weir_task_, const struct weir_chunk *weir_in_,    \
                               struct weir_out *weir_out_) WEIR_NOEXCEPT_

#endif
