/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of trackers: one row after the other, and keys that time out. Nothing here is for
 * authors. */
#ifndef WEIR_LOOP_TRACK_H
#define WEIR_LOOP_TRACK_H

#include <weir/loop/emitter.h>
#include <weir/loop/state.h>

#ifdef __cplusplus
#define WEIR_ZERO_(T) T()
#else
#define WEIR_ZERO_(T)                                                                              \
    (T)                                                                                            \
    {                                                                                              \
        0                                                                                          \
    }
#endif

/* A value's columns stand behind those of the key; when keys time out there are none. */
#define WEIR_T_OPEN_(i, T, n)                                                                      \
    const struct weir_reader weir_value_##i =                                                      \
        weir_call_->is_timing_out != 0                                                             \
            ? weir_no_reader_()                                                                    \
            : WEIR_OPEN_COLUMN_(T, weir_task_, weir_in_, weir_keys_ + i);
#define WEIR_T_READ_(i, T, n)                                                                      \
    , weir_call_->is_timing_out != 0 ? WEIR_ZERO_(T) : WEIR_READ_(T, &weir_value_##i, weir_i_)
#define WEIR_T_BASE_(i, T, n)                                                                      \
    || (WEIR_IS_TEXT_(T) && weir_call_->is_timing_out == 0 &&                                      \
        weir_base_set(weir_out_, &weir_value_##i, weir_i_))

static inline struct weir_reader weir_no_reader_(void)
{
    struct weir_reader none;
    memset(&none, 0, sizeof none);
    return none;
}

/* What the body has answered becomes the key's state. */
#define WEIR_T_ANSWER_(stem, pointer, answer)                                                      \
    if (answer != WEIR_LEAVE && weir_call_->is_timing_out != 0) {                                  \
        weir_local_.status = (weir_task_->host->fail)(                                             \
            weir_task_, WEIR_FATAL,                                                                \
            answer == WEIR_KEEP ? "Cannot update the state that is timing out: return WEIR_LEAVE"  \
                                : "Cannot remove the state that is timing out: return "            \
                                  "WEIR_LEAVE");                                                   \
    } else if (answer == WEIR_KEEP) {                                                              \
        WEIR_STATE_LEAVE_(stem, pointer)                                                           \
        weir_call_->exists[weir_slot_] = 1;                                                        \
        weir_call_->touched[weir_slot_] = 1;                                                       \
    } else if (answer == WEIR_DROP) {                                                              \
        WEIR_STATE_DROP_(stem, pointer);                                                           \
        weir_call_->exists[weir_slot_] = 0;                                                        \
        weir_call_->touched[weir_slot_] = 1;                                                       \
    } else if (answer != WEIR_LEAVE) {                                                             \
        weir_local_.status =                                                                       \
            weir_bad_answer_(weir_task_, answer, "WEIR_KEEP, WEIR_DROP or WEIR_LEAVE");            \
    } else if (weir_varies_##stem) {                                                               \
        weir_restore_(&weir_local_);                                                               \
    } else {                                                                                       \
        *(pointer) = weir_before_;                                                                 \
    }

#define WEIR_TRACK_HEAD_(tag, S, key, ...)                                                         \
    static inline int weir_body_##tag(                                                             \
        WEIR_UNUSED_ struct weir_ctx *ctx, struct S *state,                                        \
        WEIR_UNUSED_ struct weir_emitter_##tag *weir_emit WEIR_EACH_(WEIR_P_DECLARE_,              \
                                                                     WEIR_OPEN_ key)               \
            WEIR_EACH_(WEIR_P_DECLARE_, __VA_ARGS__)) WEIR_NOEXCEPT_

#define WEIR_TRACK_(tag, name, flags, S, key, values, outs, ...)                                   \
    WEIR_SINCE_(1, "WEIR_TRACK")                                                                   \
    WEIR_CHECK_COLUMNS_ key WEIR_CHECK_COLUMNS_(__VA_ARGS__) WEIR_EMIT_STRUCT_(tag, outs);         \
    WEIR_TRACK_HEAD_(tag, S, key, __VA_ARGS__);                                                    \
    static int weir_track_##tag(struct weir_task *weir_task_, struct weir_track_call *weir_call_,  \
                                struct weir_out *weir_out_) WEIR_NOEXCEPT_                         \
    {                                                                                              \
        enum { weir_keys_ = WEIR_FIELD_COUNT_(key) };                                              \
        const struct weir_chunk *const weir_in_ = weir_call_->in;                                  \
        WEIR_EACH_(WEIR_P_OPEN_, WEIR_OPEN_ key)                                                   \
        WEIR_EACH_(WEIR_T_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        const size_t weir_n_ = weir_chunk_count(weir_in_);                                         \
        WEIR_EMIT_OPEN_(tag, outs)                                                                 \
        WEIR_STATE_OPEN_(S, weir_call_->slab)                                                      \
        weir_local_.is_timing_out = weir_call_->is_timing_out != 0;                                \
        for (size_t weir_k_ = 0; weir_k_ < weir_n_; weir_k_++) {                                   \
            const size_t weir_i_ = weir_chunk_position(weir_in_, weir_k_);                         \
            const uint32_t weir_slot_ = weir_call_->slot[weir_k_];                                 \
            struct S *const weir_s_ = (struct S *)weir_call_->states[weir_slot_];                  \
            int weir_answer_;                                                                      \
            weir_local_.exists = weir_call_->exists[weir_slot_] != 0;                              \
            weir_out_->row_start = weir_e_.rows;                                                   \
            weir_e_.position = weir_i_;                                                            \
            if (false WEIR_EACH_(WEIR_P_IS_TEXT_, WEIR_OPEN_ outs)) {                              \
                (void)(false WEIR_EACH_(WEIR_P_BASE_, WEIR_OPEN_ key)                              \
                           WEIR_EACH_(WEIR_T_BASE_, __VA_ARGS__));                                 \
            }                                                                                      \
            WEIR_STATE_ENTER_(S, weir_s_)                                                          \
            if (!weir_varies_##S) {                                                                \
                weir_before_ = *weir_s_;                                                           \
            }                                                                                      \
            weir_answer_ = weir_body_##tag(&weir_local_, weir_s_,                                  \
                                           &weir_e_ WEIR_EACH_(WEIR_P_READ_, WEIR_OPEN_ key)       \
                                               WEIR_EACH_(WEIR_T_READ_, __VA_ARGS__));             \
            WEIR_T_ANSWER_(S, weir_s_, weir_answer_)                                               \
            if (weir_local_.status != 0) {                                                         \
                weir_out_->rows = weir_out_->row_start;                                            \
                weir_task_->row = (uint32_t)weir_i_;                                               \
                return weir_local_.status;                                                         \
            }                                                                                      \
        }                                                                                          \
        weir_out_->rows = weir_e_.rows;                                                            \
        return 0;                                                                                  \
    }                                                                                              \
    static const struct weir_track_ops weir_ops_##tag = {                                          \
        sizeof(struct weir_track_ops), 0, &weir_state_of_##S,                                      \
        WEIR_FIELD_COUNT_(key),        0, weir_track_##tag};                                       \
    static const struct weir_field weir_in_##tag[] = {                                             \
        WEIR_EACH_(WEIR_FIELD_, WEIR_OPEN_ key) WEIR_EACH_(WEIR_FIELD_, __VA_ARGS__){NULL, NULL}}; \
    WEIR_FIELDS_(weir_out_##tag, outs);                                                            \
    WEIR_EXPORT_(tag, WEIR_KIND_TRACK, flags, name, weir_in_##tag,                                 \
                 WEIR_FIELD_COUNT_(key) + WEIR_FIELD_COUNT_(values), weir_out_##tag,               \
                 WEIR_FIELD_COUNT_(outs), NULL, &weir_ops_##tag);                                  \
    WEIR_TRACK_HEAD_(tag, S, key, __VA_ARGS__)

#endif
