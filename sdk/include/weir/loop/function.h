/* SPDX-License-Identifier: Apache-2.0 */
/* The loops of functions: dense columns, and everything else. Nothing here is for authors. */
#ifndef WEIR_LOOP_FUNCTION_H
#define WEIR_LOOP_FUNCTION_H

#include <weir/loop/pieces.h>

#define WEIR_BODY_(R, tag, DECLARE, ...)                                                           \
    static inline R weir_body_##tag(                                                               \
        WEIR_UNUSED_ struct weir_ctx *ctx WEIR_EACH_(DECLARE, __VA_ARGS__)) WEIR_NOEXCEPT_

#define WEIR_FUNCTION_ROW_(R, tag, READ, ...)                                                      \
    if (WEIR_IS_TEXT_(R)) {                                                                        \
        (void)(false WEIR_EACH_(WEIR_P_BASE_, __VA_ARGS__));                                       \
    }                                                                                              \
    WEIR_PUT_RESULT_(R, weir_out_, weir_cells_, weir_i_,                                           \
                     weir_body_##tag(&weir_local_ WEIR_EACH_(READ, __VA_ARGS__)));                 \
    if (weir_local_.status != 0) {                                                                 \
        weir_task_->row = (uint32_t)weir_i_;                                                       \
        return weir_local_.status;                                                                 \
    }

/* DECLARE, DENSE, READ: how a parameter is declared and read; a nullable one as a value and a bool.
 */
#define WEIR_FUNCTION_(tag, name, flags, DECLARE, DENSE, READ, R, params, ...)                     \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_CHECK_RESULT_(R)                                                                          \
    WEIR_BODY_(R, tag, DECLARE, __VA_ARGS__);                                                      \
    WEIR_LOOP_HEAD_(tag)                                                                           \
    {                                                                                              \
        WEIR_EACH_(WEIR_P_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        void *const weir_cells_ = weir_out_->cols[0];                                              \
        WEIR_CHECK_KNOWN_(__VA_ARGS__)                                                             \
        weir_base_clear(weir_out_);                                                                \
        if (weir_in_->sel == NULL && weir_in_->const_mask == 0) {                                  \
            const size_t weir_n_ = weir_in_->rows;                                                 \
            for (size_t weir_i_ = 0; weir_i_ < weir_n_; weir_i_++) {                               \
                WEIR_FUNCTION_ROW_(R, tag, DENSE, __VA_ARGS__)                                     \
            }                                                                                      \
        } else {                                                                                   \
            const size_t weir_n_ = weir_chunk_count(weir_in_);                                     \
            for (size_t weir_k_ = 0; weir_k_ < weir_n_; weir_k_++) {                               \
                const size_t weir_i_ = weir_chunk_position(weir_in_, weir_k_);                     \
                WEIR_FUNCTION_ROW_(R, tag, READ, __VA_ARGS__)                                      \
            }                                                                                      \
        }                                                                                          \
        return 0;                                                                                  \
    }                                                                                              \
    WEIR_EXPORT_FUNCTION_(tag, name, flags, R, params);                                            \
    WEIR_BODY_(R, tag, DECLARE, __VA_ARGS__)

#define WEIR_EXPORT_FUNCTION_(tag, name, flags, R, params)                                         \
    WEIR_FIELDS_(weir_in_##tag, params);                                                           \
    WEIR_FIELDS_(weir_out_##tag, (R, value));                                                      \
    WEIR_EXPORT_(tag, WEIR_KIND_FUNCTION, flags, name, weir_in_##tag, WEIR_FIELD_COUNT_(params),   \
                 weir_out_##tag, 1, weir_loop_##tag, NULL)

/* ---- the loop itself, written by the author ---- */
#define WEIR_CHUNK_HEAD_(tag)                                                                      \
    static inline int weir_body_##tag(WEIR_UNUSED_ struct weir_ctx *ctx,                           \
                                      WEIR_UNUSED_ const struct weir_chunk *in,                    \
                                      WEIR_UNUSED_ struct weir_out *out) WEIR_NOEXCEPT_

#define WEIR_CHUNK_FUNCTION_(tag, name, flags, R, params, ...)                                     \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_CHECK_RESULT_(R)                                                                          \
    WEIR_CHUNK_HEAD_(tag);                                                                         \
    WEIR_LOOP_HEAD_(tag)                                                                           \
    {                                                                                              \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        int weir_outcome_;                                                                         \
        weir_base_clear(weir_out_);                                                                \
        weir_outcome_ = weir_body_##tag(&weir_local_, weir_in_, weir_out_);                        \
        return weir_outcome_ != 0 ? weir_outcome_ : weir_local_.status;                            \
    }                                                                                              \
    WEIR_EXPORT_FUNCTION_(tag, name, flags, R, params);                                            \
    WEIR_CHUNK_HEAD_(tag)

#endif
