/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of emitters, and WEIR_EMIT, which trackers and partition functions have too. Nothing
 * here is for authors. */
#ifndef WEIR_LOOP_EMITTER_H
#define WEIR_LOOP_EMITTER_H

#include <weir/loop/pieces.h>

/* Where rows go. The output's place is kept in locals while rows are emitted: `rows` is written
 * back to the output when it grows and at the end. */
#define WEIR_EMIT_STRUCT_(tag, outs)                                                               \
    WEIR_CHECK_COLUMNS_ outs WEIR_STATIC_ASSERT(WEIR_FIELD_COUNT_(outs) > 0,                       \
                                                "an emitter declares at least one column");        \
    struct weir_emitter_##tag {                                                                    \
        struct weir_out *out;                                                                      \
        uint16_t *parent;                                                                          \
        uint32_t rows, cap, nulls;                                                                 \
        size_t position;                                                                           \
        void *cells[WEIR_FIELD_COUNT_(outs)];                                                      \
        char arity[WEIR_FIELD_COUNT_(outs)];                                                       \
        WEIR_EACH_(WEIR_P_VALUE_, WEIR_OPEN_ outs)                                                 \
    }

/* Declares weir_e_ and opens it on weir_out_. */
#define WEIR_EMIT_OPEN_(tag, outs)                                                                 \
    struct weir_emitter_##tag weir_e_;                                                             \
    weir_base_clear(weir_out_);                                                                    \
    weir_e_.out = weir_out_;                                                                       \
    weir_e_.nulls = 0;                                                                             \
    weir_e_.position = 0;                                                                          \
    WEIR_EMIT_PLACE_((&weir_e_))                                                                   \
    WEIR_EACH_(WEIR_P_CELLS_, WEIR_OPEN_ outs)

#define WEIR_EMIT_PLACE_(e)                                                                        \
    e->rows = e->out->rows;                                                                        \
    e->cap = e->out->cap;                                                                          \
    e->parent = e->out->parent;

#define WEIR_EMITTER_BODY_(tag, DECLARE, ...)                                                      \
    static inline void weir_body_##tag(                                                            \
        WEIR_UNUSED_ struct weir_ctx *ctx,                                                         \
        WEIR_UNUSED_ struct weir_emitter_##tag *weir_emit WEIR_EACH_(DECLARE, __VA_ARGS__))        \
        WEIR_NOEXCEPT_

#define WEIR_EMITTER_(tag, name, flags, DECLARE, READ, params, outs, ...)                          \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_EMIT_STRUCT_(tag, outs);                                                                  \
    WEIR_EMITTER_BODY_(tag, DECLARE, __VA_ARGS__);                                                 \
    WEIR_LOOP_HEAD_(tag)                                                                           \
    {                                                                                              \
        WEIR_EACH_(WEIR_P_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        const size_t weir_n_ = weir_chunk_count(weir_in_);                                         \
        WEIR_EMIT_OPEN_(tag, outs)                                                                 \
        WEIR_CHECK_KNOWN_(__VA_ARGS__)                                                             \
        for (size_t weir_k_ = 0; weir_k_ < weir_n_; weir_k_++) {                                   \
            const size_t weir_i_ = weir_chunk_position(weir_in_, weir_k_);                         \
            weir_out_->row_start = weir_e_.rows;                                                   \
            weir_e_.position = weir_i_;                                                            \
            if (false WEIR_EACH_(WEIR_P_IS_TEXT_, WEIR_OPEN_ outs)) {                              \
                (void)(false WEIR_EACH_(WEIR_P_BASE_, __VA_ARGS__));                               \
            }                                                                                      \
            weir_body_##tag(&weir_local_, &weir_e_ WEIR_EACH_(READ, __VA_ARGS__));                 \
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
    WEIR_EMITTER_BODY_(tag, DECLARE, __VA_ARGS__)

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
        if (weir_emit->nulls != 0) {                                                               \
            weir_emit->out->rows = weir_emit->rows;                                                \
            if (ctx->status == 0) {                                                                \
                ctx->status = weir_write_nulls(ctx->task, weir_emit->out, weir_emit->nulls,        \
                                               weir_emit->rows);                                   \
            }                                                                                      \
            weir_emit->nulls = 0;                                                                  \
        }                                                                                          \
        weir_emit->parent[weir_emit->rows] = (uint16_t)weir_emit->position;                        \
        weir_emit->rows++;                                                                         \
    } while (0)

#define WEIR_EMIT_NULL_(column)                                                                    \
    do {                                                                                           \
        WEIR_STATIC_ASSERT((column) < sizeof(weir_emit->arity),                                    \
                           "WEIR_EMIT_NULL takes the number of a column, 0 for the first");        \
        weir_emit->nulls |= 1u << (column);                                                        \
    } while (0)

#endif
