/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of aggregates. Those that stand in macros of their own (WEIR_MERGE...) are joined to
 * their aggregate by name, as weak symbols: NULL where nobody writes them. Nothing here is for
 * authors. */
#ifndef WEIR_LOOP_AGGREGATE_H
#define WEIR_LOOP_AGGREGATE_H

#include <weir/loop/state.h>

#define WEIR_KERNEL_(what, tag)                                                                    \
    WEIR_C_ int WEIR_JOINED_(weir_##what##_, tag) WEIR_KERNEL_##what                               \
        __attribute__((weak, visibility("hidden")))
#define WEIR_KERNEL_create                                                                         \
    (struct weir_task * weir_task_, struct weir_slab * slab, void *const *states, size_t count)
#define WEIR_KERNEL_remove                                                                         \
    (struct weir_task * weir_task_, struct weir_slab * slab, const struct weir_chunk *weir_in_,    \
     void *const *states)
#define WEIR_KERNEL_merge                                                                          \
    (struct weir_task * weir_task_, struct weir_slab * slab, void *const *states,                  \
     const void *const *others, size_t count)
#define WEIR_KERNEL_result                                                                         \
    (struct weir_task * weir_task_, const void *const *states, size_t count,                       \
     struct weir_out *weir_out_)

/* The k-th row into (or out of) the k-th state. */
#define WEIR_ADD_HEAD_(body, stem, DECLARE, ...)                                                   \
    static inline void body(WEIR_UNUSED_ struct weir_ctx *ctx,                                     \
                            weir_struct_##stem *state WEIR_EACH_(DECLARE, __VA_ARGS__))            \
        WEIR_NOEXCEPT_
#define WEIR_ADD_LOOP_(body, stem, READ, ...)                                                      \
    {                                                                                              \
        WEIR_EACH_(WEIR_P_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        const size_t weir_n_ = weir_chunk_count(weir_in_);                                         \
        WEIR_STATE_OPEN_(stem, slab)                                                               \
        WEIR_CHECK_KNOWN_(__VA_ARGS__)                                                             \
        for (size_t weir_k_ = 0; weir_k_ < weir_n_; weir_k_++) {                                   \
            WEIR_UNUSED_ const size_t weir_i_ = weir_chunk_position(weir_in_, weir_k_);            \
            weir_struct_##stem *const weir_s_ = (weir_struct_##stem *)states[weir_k_];             \
            WEIR_STATE_ENTER_(stem, weir_s_)                                                       \
            body(&weir_local_, weir_s_ WEIR_EACH_(READ, __VA_ARGS__));                             \
            WEIR_STATE_LEAVE_(stem, weir_s_)                                                       \
            if (weir_local_.status != 0) {                                                         \
                weir_task_->row = (uint32_t)weir_i_;                                               \
                return weir_local_.status;                                                         \
            }                                                                                      \
        }                                                                                          \
        (void)slab;                                                                                \
        return 0;                                                                                  \
    }

#define WEIR_ARGUMENT_(i, T, n) WEIR_CODE_(T),

#define WEIR_AGGREGATE_(tag, name, flags, DECLARE, READ, S, params, R, ...)                        \
    WEIR_SINCE_(1, "WEIR_AGGREGATE")                                                               \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_CHECK_RESULT_(R)                                                                          \
    WEIR_STATE_ALIAS_(S, for_##tag);                                                               \
    typedef R weir_result_for_##tag;                                                               \
    WEIR_KERNEL_(create, tag);                                                                     \
    WEIR_KERNEL_(remove, tag);                                                                     \
    WEIR_KERNEL_(merge, tag);                                                                      \
    WEIR_KERNEL_(result, tag);                                                                     \
    WEIR_ADD_HEAD_(weir_body_##tag, for_##tag, DECLARE, __VA_ARGS__);                              \
    static int weir_add_##tag WEIR_KERNEL_remove WEIR_ADD_LOOP_(                                   \
        weir_body_##tag, for_##tag, READ,                                                          \
        __VA_ARGS__) static const struct weir_aggregate_ops weir_ops_##tag = {                     \
        sizeof(struct weir_aggregate_ops),                                                         \
        0,                                                                                         \
        &weir_state_of_##S,                                                                        \
        WEIR_JOINED_(weir_create_, tag),                                                           \
        weir_add_##tag,                                                                            \
        WEIR_JOINED_(weir_remove_, tag),                                                           \
        WEIR_JOINED_(weir_merge_, tag),                                                            \
        WEIR_JOINED_(weir_result_, tag)};                                                          \
    WEIR_FIELDS_(weir_in_##tag, params);                                                           \
    WEIR_FIELDS_(weir_out_##tag, (R, value));                                                      \
    WEIR_EXPORT_(tag, WEIR_KIND_AGGREGATE, flags, name, weir_in_##tag, WEIR_FIELD_COUNT_(params),  \
                 weir_out_##tag, 1, NULL, &weir_ops_##tag);                                        \
    WEIR_ADD_HEAD_(weir_body_##tag, for_##tag, DECLARE, __VA_ARGS__)

#define WEIR_REMOVE_(tag, DECLARE, READ, ...)                                                      \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_ADD_HEAD_(weir_remove_body_##tag, for_##tag, DECLARE, __VA_ARGS__);                       \
    int WEIR_JOINED_(weir_remove_, tag)                                                            \
    WEIR_KERNEL_remove WEIR_ADD_LOOP_(weir_remove_body_##tag, for_##tag, READ, __VA_ARGS__)        \
        WEIR_ADD_HEAD_(weir_remove_body_##tag, for_##tag, DECLARE, __VA_ARGS__)

#define WEIR_CREATE_HEAD_(tag)                                                                     \
    static inline void weir_create_body_##tag(WEIR_UNUSED_ struct weir_ctx *ctx,                   \
                                              weir_struct_for_##tag *state) WEIR_NOEXCEPT_
#define WEIR_MERGE_HEAD_(tag)                                                                      \
    static inline void weir_merge_body_##tag(WEIR_UNUSED_ struct weir_ctx *ctx,                    \
                                             weir_struct_for_##tag *state,                         \
                                             const weir_struct_for_##tag *other) WEIR_NOEXCEPT_
#define WEIR_RESULT_HEAD_(tag)                                                                     \
    static inline weir_result_for_##tag weir_result_body_##tag(                                    \
        WEIR_UNUSED_ struct weir_ctx *ctx, const weir_struct_for_##tag *state) WEIR_NOEXCEPT_

/* One state after the other: BODY is what is done to weir_s_, the i-th. */
#define WEIR_STATES_LOOP_(stem, BODY)                                                              \
    {                                                                                              \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        WEIR_STATE_OPEN_(stem, slab)                                                               \
        for (size_t weir_i_ = 0; weir_i_ < count; weir_i_++) {                                     \
            weir_struct_##stem *const weir_s_ = (weir_struct_##stem *)states[weir_i_];             \
            WEIR_STATE_ENTER_(stem, weir_s_)                                                       \
            BODY;                                                                                  \
            WEIR_STATE_LEAVE_(stem, weir_s_)                                                       \
            if (weir_local_.status != 0) {                                                         \
                weir_task_->row = (uint32_t)weir_i_;                                               \
                return weir_local_.status;                                                         \
            }                                                                                      \
        }                                                                                          \
        (void)slab;                                                                                \
        return 0;                                                                                  \
    }

#define WEIR_CREATE_(tag)                                                                          \
    WEIR_CREATE_HEAD_(tag);                                                                        \
    int WEIR_JOINED_(weir_create_, tag)                                                            \
    WEIR_KERNEL_create WEIR_STATES_LOOP_(for_##tag, weir_create_body_##tag(&weir_local_, weir_s_)) \
        WEIR_CREATE_HEAD_(tag)

#define WEIR_MERGE_(tag)                                                                           \
    WEIR_MERGE_HEAD_(tag);                                                                         \
    int WEIR_JOINED_(weir_merge_, tag)                                                             \
    WEIR_KERNEL_merge WEIR_STATES_LOOP_(                                                           \
        for_##tag, weir_merge_body_##tag(&weir_local_, weir_s_,                                    \
                                         (const weir_struct_for_##tag *)others[weir_i_]))          \
        WEIR_MERGE_HEAD_(tag)

#define WEIR_RESULT_OF_(tag)                                                                       \
    WEIR_RESULT_HEAD_(tag);                                                                        \
    int WEIR_JOINED_(weir_result_, tag) WEIR_KERNEL_result                                         \
    {                                                                                              \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        void *const weir_cells_ = weir_out_->cols[0];                                              \
        weir_base_clear(weir_out_);                                                                \
        for (size_t weir_i_ = 0; weir_i_ < count; weir_i_++) {                                     \
            WEIR_PUT_RESULT_(weir_result_for_##tag, weir_out_, weir_cells_, weir_i_,               \
                             weir_result_body_##tag(                                               \
                                 &weir_local_, (const weir_struct_for_##tag *)states[weir_i_]));   \
            if (weir_local_.status != 0) {                                                         \
                weir_task_->row = (uint32_t)weir_i_;                                               \
                return weir_local_.status;                                                         \
            }                                                                                      \
        }                                                                                          \
        return 0;                                                                                  \
    }                                                                                              \
    WEIR_RESULT_HEAD_(tag)

#endif
