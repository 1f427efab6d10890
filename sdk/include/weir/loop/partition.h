/* SPDX-License-Identifier: Apache-2.0 */
/* The loops of partition functions and partitioners. Nothing here is for authors. */
#ifndef WEIR_LOOP_PARTITION_H
#define WEIR_LOOP_PARTITION_H

#include <weir/loop/emitter.h>
#include <weir/loop/state.h>

#define WEIR_ROWS_HEAD_(tag, DECLARE, ...)                                                         \
    static inline void weir_body_##tag(                                                            \
        WEIR_UNUSED_ struct weir_ctx *ctx, WEIR_UNUSED_ weir_struct_for_##tag *state,              \
        WEIR_UNUSED_ struct weir_emitter_##tag *weir_emit WEIR_EACH_(DECLARE, __VA_ARGS__))        \
        WEIR_NOEXCEPT_

/* Runs CALL for what is a row, from weir_out_->row_start on. */
#define WEIR_ROWS_STEP_(stem, CALL)                                                                \
    weir_out_->row_start = weir_e_.rows;                                                           \
    WEIR_STATE_ENTER_(stem, weir_s_)                                                               \
    CALL;                                                                                          \
    WEIR_STATE_LEAVE_(stem, weir_s_)                                                               \
    if (weir_local_.status != 0) {                                                                 \
        weir_out_->rows = weir_out_->row_start;                                                    \
        return weir_local_.status;                                                                 \
    }

#define WEIR_PARTITION_FUNCTION_(tag, name, flags, S, params, outs, ...)                           \
    WEIR_SINCE_(1, "WEIR_PARTITION_FUNCTION")                                                      \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_EMIT_STRUCT_(tag, outs);                                                                  \
    WEIR_STATE_ALIAS_(S, for_##tag);                                                               \
    WEIR_C_ int WEIR_JOINED_(weir_end_, tag)(                                                      \
        struct weir_task * weir_task_, struct weir_slab * slab, void *weir_state_,                 \
        struct weir_out *weir_out_) __attribute__((weak, visibility("hidden")));                   \
    static inline void weir_open_emitter_##tag(struct weir_emitter_##tag *weir_opened_,            \
                                               struct weir_out *weir_out_) WEIR_NOEXCEPT_          \
    {                                                                                              \
        WEIR_EMIT_OPEN_(tag, outs)                                                                 \
        *weir_opened_ = weir_e_;                                                                   \
    }                                                                                              \
    WEIR_ROWS_HEAD_(tag, WEIR_P_DECLARE_, __VA_ARGS__);                                            \
    static int weir_rows_##tag(struct weir_task *weir_task_, struct weir_slab *slab,               \
                               const struct weir_chunk *weir_in_, void *weir_state_,               \
                               struct weir_out *weir_out_) WEIR_NOEXCEPT_                          \
    {                                                                                              \
        WEIR_EACH_(WEIR_P_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        struct S *const weir_s_ = (struct S *)weir_state_;                                         \
        const size_t weir_n_ = weir_chunk_count(weir_in_);                                         \
        struct weir_emitter_##tag weir_e_;                                                         \
        weir_open_emitter_##tag(&weir_e_, weir_out_);                                              \
        WEIR_STATE_OPEN_(S, slab)                                                                  \
        WEIR_CHECK_KNOWN_(__VA_ARGS__)                                                             \
        for (size_t weir_k_ = 0; weir_k_ < weir_n_; weir_k_++) {                                   \
            const size_t weir_i_ = weir_chunk_position(weir_in_, weir_k_);                         \
            weir_e_.position = weir_i_;                                                            \
            weir_task_->row = (uint32_t)weir_i_;                                                   \
            if (false WEIR_EACH_(WEIR_P_IS_TEXT_, WEIR_OPEN_ outs)) {                              \
                (void)(false WEIR_EACH_(WEIR_P_BASE_, __VA_ARGS__));                               \
            }                                                                                      \
            WEIR_ROWS_STEP_(S, weir_body_##tag(&weir_local_, weir_s_,                              \
                                               &weir_e_ WEIR_EACH_(WEIR_P_READ_, __VA_ARGS__)))    \
        }                                                                                          \
        weir_out_->rows = weir_e_.rows;                                                            \
        (void)slab;                                                                                \
        return 0;                                                                                  \
    }                                                                                              \
    static const struct weir_partition_ops weir_ops_##tag = {sizeof(struct weir_partition_ops), 0, \
                                                             &weir_state_of_##S, weir_rows_##tag,  \
                                                             WEIR_JOINED_(weir_end_, tag)};        \
    WEIR_FIELDS_(weir_in_##tag, params);                                                           \
    WEIR_FIELDS_(weir_out_##tag, outs);                                                            \
    WEIR_EXPORT_(tag, WEIR_KIND_PARTITION_FUNCTION, flags, name, weir_in_##tag,                    \
                 WEIR_FIELD_COUNT_(params), weir_out_##tag, WEIR_FIELD_COUNT_(outs), NULL,         \
                 &weir_ops_##tag);                                                                 \
    WEIR_ROWS_HEAD_(tag, WEIR_P_DECLARE_, __VA_ARGS__)

#define WEIR_END_HEAD_(tag)                                                                        \
    static inline void weir_end_body_##tag(                                                        \
        WEIR_UNUSED_ struct weir_ctx *ctx, WEIR_UNUSED_ weir_struct_for_##tag *state,              \
        WEIR_UNUSED_ struct weir_emitter_##tag *weir_emit) WEIR_NOEXCEPT_

#define WEIR_PARTITION_END_(tag)                                                                   \
    WEIR_END_HEAD_(tag);                                                                           \
    int WEIR_JOINED_(weir_end_, tag)(struct weir_task * weir_task_, struct weir_slab * slab,       \
                                     void *weir_state_, struct weir_out *weir_out_)                \
    {                                                                                              \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        weir_struct_for_##tag *const weir_s_ = (weir_struct_for_##tag *)weir_state_;               \
        struct weir_emitter_##tag weir_e_;                                                         \
        weir_open_emitter_##tag(&weir_e_, weir_out_);                                              \
        WEIR_STATE_OPEN_(for_##tag, slab)                                                          \
        WEIR_ROWS_STEP_(for_##tag, weir_end_body_##tag(&weir_local_, weir_s_, &weir_e_))           \
        weir_out_->rows = weir_e_.rows;                                                            \
        (void)slab;                                                                                \
        return 0;                                                                                  \
    }                                                                                              \
    WEIR_END_HEAD_(tag)

/* ---- partitioners ---- */
#define WEIR_PARTITIONER_HEAD_(tag, ...)                                                           \
    static inline uint64_t weir_body_##tag(                                                        \
        WEIR_UNUSED_ struct weir_ctx *ctx,                                                         \
        WEIR_UNUSED_ uint32_t partitions WEIR_EACH_(WEIR_P_DECLARE_, __VA_ARGS__)) WEIR_NOEXCEPT_

#define WEIR_PARTITIONER_(tag, name, flags, params, ...)                                           \
    WEIR_SINCE_(1, "WEIR_PARTITIONER")                                                             \
    WEIR_CHECK_PAIRS_(__VA_ARGS__)                                                                 \
    WEIR_PARTITIONER_HEAD_(tag, __VA_ARGS__);                                                      \
    static int weir_partition_##tag(struct weir_task *weir_task_,                                  \
                                    const struct weir_chunk *weir_in_, uint32_t weir_count_,       \
                                    uint32_t *weir_partition_) WEIR_NOEXCEPT_                      \
    {                                                                                              \
        WEIR_EACH_(WEIR_P_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        const size_t weir_n_ = weir_chunk_count(weir_in_);                                         \
        WEIR_CHECK_KNOWN_(__VA_ARGS__)                                                             \
        for (size_t weir_k_ = 0; weir_k_ < weir_n_; weir_k_++) {                                   \
            const size_t weir_i_ = weir_chunk_position(weir_in_, weir_k_);                         \
            const uint64_t weir_p_ =                                                               \
                weir_body_##tag(&weir_local_, weir_count_ WEIR_EACH_(WEIR_P_READ_, __VA_ARGS__));  \
            if (weir_local_.status == 0 && weir_p_ >= weir_count_) {                               \
                weir_local_.status = weir_bad_partition_(weir_task_, weir_p_, weir_count_);        \
            }                                                                                      \
            if (weir_local_.status != 0) {                                                         \
                weir_task_->row = (uint32_t)weir_i_;                                               \
                return weir_local_.status;                                                         \
            }                                                                                      \
            weir_partition_[weir_i_] = (uint32_t)weir_p_;                                          \
        }                                                                                          \
        return 0;                                                                                  \
    }                                                                                              \
    static const struct weir_partitioner_ops weir_ops_##tag = {                                    \
        sizeof(struct weir_partitioner_ops), 0, weir_partition_##tag};                             \
    WEIR_FIELDS_(weir_in_##tag, params);                                                           \
    WEIR_EXPORT_(tag, WEIR_KIND_PARTITIONER, flags, name, weir_in_##tag,                           \
                 WEIR_FIELD_COUNT_(params), NULL, 0, NULL, &weir_ops_##tag);                       \
    WEIR_PARTITIONER_HEAD_(tag, __VA_ARGS__)

WEIR_COLD_ WEIR_UNUSED_ static int weir_bad_partition_(struct weir_task *task,
                                                       uint64_t partition,
                                                       uint32_t count)
{
    return (task->host->fail)(
        task, WEIR_FATAL,
        "puts a key into partition %llu, expected less than %u: take the rest "
        "of dividing by `partitions`",
        (unsigned long long)partition, (unsigned)count);
}

#endif
