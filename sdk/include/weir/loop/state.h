/* SPDX-License-Identifier: Apache-2.0 */
/* WEIR_STATE and WEIR_UPGRADE, and what every loop does around a body that works on a state.
 * Nothing here is for authors. */
#ifndef WEIR_LOOP_STATE_H
#define WEIR_LOOP_STATE_H

#include <weir/loop/settle.h>

/* ---- a body on a state ---- */
WEIR_COLD_ WEIR_UNUSED_ static int weir_bad_answer_(struct weir_task *task,
                                                    int answer,
                                                    const char *expected)
{
    return (task->host->fail)(task, WEIR_FATAL, "answers %d, expected %s", answer, expected);
}

/* `stem` stands for a state: a struct, and what WEIR_STATE says of it. */
#define WEIR_STATE_ALIAS_(S, stem)                                                                 \
    typedef struct S weir_struct_##stem;                                                           \
    enum { weir_varies_##stem = weir_varies_##S };                                                 \
    WEIR_UNUSED_ static inline bool weir_changed_##stem(const struct S *a, const struct S *b)      \
        WEIR_NOEXCEPT_                                                                             \
    {                                                                                              \
        return weir_changed_##S(a, b);                                                             \
    }                                                                                              \
    static const struct weir_state_def *const weir_def_##stem WEIR_UNUSED_ = &weir_state_of_##S

/* Declares what the next two need; slab may be NULL if the state has no text or lists. */
#define WEIR_STATE_OPEN_(stem, the_slab)                                                           \
    weir_struct_##stem weir_before_;                                                               \
    struct weir_state_place weir_place_;                                                           \
    memset(&weir_before_, 0, sizeof weir_before_);                                                 \
    if (weir_varies_##stem) {                                                                      \
        memset(&weir_place_, 0, sizeof weir_place_);                                               \
        weir_place_.slab = (the_slab);                                                             \
        weir_place_.def = weir_def_##stem;                                                         \
        weir_place_.before = (const char *)&weir_before_;                                          \
        weir_local_.place = &weir_place_;                                                          \
    }

#define WEIR_STATE_ENTER_(stem, pointer)                                                           \
    if (weir_varies_##stem) {                                                                      \
        weir_before_ = *(pointer);                                                                 \
        weir_place_.state = (char *)(pointer);                                                     \
    }

#define WEIR_STATE_LEAVE_(stem, pointer)                                                           \
    if (weir_varies_##stem && weir_changed_##stem((pointer), &weir_before_)) {                     \
        weir_settle_(&weir_local_);                                                                \
    }

#define WEIR_STATE_DROP_(stem, pointer)                                                            \
    do {                                                                                           \
        WEIR_STATE_LEAVE_(stem, pointer)                                                           \
        if (weir_varies_##stem) {                                                                  \
            weir_release_(&weir_local_);                                                           \
        } else {                                                                                   \
            memset((void *)(pointer), 0, sizeof *(pointer));                                       \
        }                                                                                          \
    } while (0)

/* ---- WEIR_STATE ---- */
#ifdef __cplusplus
#define WEIR_MEMBER_(S, f) decltype(((struct S *)0)->f)
#define WEIR_ALIGN_OF_(S)  alignof(struct S)
#else
#define WEIR_MEMBER_(S, f) __typeof__(((struct S *)0)->f)
#define WEIR_ALIGN_OF_(S)  _Alignof(struct S)
#endif
#define WEIR_FORM_(code)                                                                           \
    ((code) < WEIR_CODE_TEXT_                       ? WEIR_FORM_FIXED                              \
     : (code) < WEIR_CODE_LIST_                     ? WEIR_FORM_TEXT                               \
     : (code) < WEIR_CODE_LIST_ + 5 || (code) == 18 ? WEIR_FORM_ITEMS                              \
                                                    : WEIR_FORM_TEXTS)
#define WEIR_STATE_CHECK_(S, f)                                                                    \
    WEIR_STATIC_ASSERT(WEIR_CODE_(WEIR_MEMBER_(S, f)) > 0 &&                                       \
                           WEIR_CODE_(WEIR_MEMBER_(S, f)) != WEIR_CODE_ROW_,                       \
                       "the type of " #f " in a state must be one of: bool int32_t int64_t "       \
                       "double weir_str weir_bytes weir_ts weir_list(T)");
#define WEIR_STATE_FIELD_(S, f)                                                                    \
    {#f,                                                                                           \
     WEIR_NAME_(WEIR_MEMBER_(S, f)),                                                               \
     (uint32_t)offsetof(struct S, f),                                                              \
     (uint32_t)sizeof(((struct S *)0)->f),                                                         \
     (uint32_t)WEIR_FORM_(WEIR_CODE_(WEIR_MEMBER_(S, f))),                                         \
     (uint32_t)WEIR_ITEM_BYTES_(WEIR_MEMBER_(S, f))},
#define WEIR_STATE_VARIES_(S, f) +(WEIR_CODE_(WEIR_MEMBER_(S, f)) >= WEIR_CODE_TEXT_)
#define WEIR_STATE_CHANGED_(S, f)                                                                  \
    || (WEIR_CODE_(WEIR_MEMBER_(S, f)) >= WEIR_CODE_TEXT_ &&                                       \
        !weir_is_same_(&a->f, &b->f,                                                               \
                       WEIR_CODE_(WEIR_MEMBER_(S, f)) >= WEIR_CODE_LIST_ ? sizeof(void *)          \
                                                                         : sizeof(weir_str)))

#define WEIR_STATE_(S, version, ...)                                                               \
    WEIR_SINCE_(1, "WEIR_STATE")                                                                   \
    WEIR_EACH_OF_(WEIR_STATE_CHECK_, S, __VA_ARGS__)                                               \
    WEIR_STATIC_ASSERT(WEIR_ALIGN_OF_(S) <= 16, "a state is aligned to at most 16");               \
    WEIR_C_ int WEIR_JOINED_(weir_upgrade_, S)(                                                    \
        struct weir_task * task, struct weir_slab * slab, const struct weir_old_states *old,       \
        void *const *states) __attribute__((weak, visibility("hidden")));                          \
    typedef struct S weir_struct_##S;                                                              \
    enum { weir_varies_##S = (0 WEIR_EACH_OF_(WEIR_STATE_VARIES_, S, __VA_ARGS__)) > 0 };          \
    WEIR_UNUSED_ static inline bool weir_changed_##S(                                              \
        WEIR_UNUSED_ const struct S *a, WEIR_UNUSED_ const struct S *b) WEIR_NOEXCEPT_             \
    {                                                                                              \
        return false WEIR_EACH_OF_(WEIR_STATE_CHANGED_, S, __VA_ARGS__);                           \
    }                                                                                              \
    static const struct weir_state_field weir_fields_of_##S[] = {                                  \
        WEIR_EACH_OF_(WEIR_STATE_FIELD_, S, __VA_ARGS__)};                                         \
    static const struct weir_state_def weir_state_of_##S = {                                       \
        sizeof(struct weir_state_def),                                                             \
        version,                                                                                   \
        (uint32_t)sizeof(struct S),                                                                \
        (uint32_t)WEIR_ALIGN_OF_(S),                                                               \
        WEIR_COUNT_(__VA_ARGS__),                                                                  \
        (uint32_t)sizeof(struct weir_state_field),                                                 \
        weir_fields_of_##S,                                                                        \
        #S,                                                                                        \
        WEIR_JOINED_(weir_upgrade_, S)};                                                           \
    static const struct weir_state_def *const weir_def_##S WEIR_UNUSED_ = &weir_state_of_##S

#define WEIR_UPGRADE_HEAD_(S, old)                                                                 \
    static inline void weir_upgrade_body_##S(WEIR_UNUSED_ struct weir_ctx *ctx, struct S *state,   \
                                             weir_row old, WEIR_UNUSED_ uint32_t version)          \
        WEIR_NOEXCEPT_
#define WEIR_UPGRADE_(S, old_row)                                                                  \
    WEIR_UPGRADE_HEAD_(S, old_row);                                                                \
    int WEIR_JOINED_(weir_upgrade_, S)(struct weir_task * weir_task_, struct weir_slab * slab,     \
                                       const struct weir_old_states *old, void *const *states)     \
    {                                                                                              \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        WEIR_STATE_OPEN_(S, slab)                                                                  \
        for (uint32_t i = 0; i < old->count; i++) {                                                \
            struct S *const state = (struct S *)states[i];                                         \
            WEIR_STATE_ENTER_(S, state)                                                            \
            weir_upgrade_body_##S(&weir_local_, state, weir_row_of(old->rows, old->schema, i),     \
                                  old->version);                                                   \
            WEIR_STATE_LEAVE_(S, state)                                                            \
            if (weir_local_.status != 0) {                                                         \
                weir_task_->row = i;                                                               \
                return weir_local_.status;                                                         \
            }                                                                                      \
        }                                                                                          \
        (void)slab;                                                                                \
        return 0;                                                                                  \
    }                                                                                              \
    WEIR_UPGRADE_HEAD_(S, old_row)

#endif
