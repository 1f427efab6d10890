/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of updates: one key after the other, its values as lists. Nothing here is for authors.
 */
#ifndef WEIR_LOOP_UPDATE_H
#define WEIR_LOOP_UPDATE_H

#include <weir/loop/emitter.h>
#include <weir/loop/state.h>

#define WEIR_LIST_OF_(T)         WEIR_LIST_OF__(T)
#define WEIR_LIST_OF__(T)        weir_list_of_##T
#define WEIR_U_DECLARE_(i, T, n) , WEIR_UNUSED_ WEIR_LIST_OF_(T) n
#define WEIR_U_OPEN_(i, T, n)                                                                      \
    WEIR_LIST_OF_(T) weir_list_##i = {NULL, 0, 0};                                                 \
    const void *const weir_items_##i =                                                             \
        WEIR_ARRAY_(&weir_list_##i, weir_task_, weir_call_->values->cols[i]);
#define WEIR_U_SET_(i, T, n)                                                                       \
    WEIR_LIST_SET_(&weir_list_##i, weir_items_##i, weir_call_->first[weir_i_],                     \
                   weir_call_->first[weir_i_ + 1]);
#define WEIR_U_PASS_(i, T, n) , weir_list_##i

/* The keys that a body moves states to. */
#define WEIR_MOVER_(tag, moves, key)                                                               \
    struct weir_mover_##tag {                                                                      \
        struct weir_update_call *call;                                                             \
        struct weir_out *out;                                                                      \
        const struct weir_state_def *def;                                                          \
        char is_moving[(moves) + 1];                                                               \
        char arity[WEIR_FIELD_COUNT_(key) + 1];                                                    \
        WEIR_EACH_(WEIR_P_VALUE_, WEIR_OPEN_ key)                                                  \
    }

/* Room for the state of one more key, with a copy of `from` in it; NULL: failed. */
WEIR_COLD_ WEIR_UNUSED_ static void weir_move_state_(struct weir_ctx *ctx,
                                                     struct weir_update_call *call,
                                                     const struct weir_state_def *def,
                                                     const void *from)
{
    void *to = call->moved_state(call, ctx->task);
    struct weir_state_place *const here = ctx->place;
    struct weir_state_place there;
    if (to == NULL) {
        ctx->status = WEIR_FATAL;
        return;
    }
    memset(&there, 0, sizeof there);
    there.slab = call->slab;
    there.def = def;
    there.state = (char *)to;
    there.before = (const char *)ctx->task->host->arena(ctx->task, def->bytes);
    memcpy(to, from, def->bytes);
    ctx->place = &there;
    weir_own_assigned_(ctx);
    ctx->place = here;
}

#define WEIR_M_SET_(i, value)  weir_moves->v##i = (value);
#define WEIR_M_NEED_(i, value) +WEIR_NEED_(weir_moves->out, weir_moves->v##i)
#define WEIR_M_WRITE_(i, value)                                                                    \
    WEIR_WRITE_(weir_moves->out, weir_moves->out->cols[i], weir_moves->out->rows, weir_moves->v##i);
#define WEIR_MOVE_(a_state, ...)                                                                   \
    do {                                                                                           \
        size_t weir_need;                                                                          \
        WEIR_STATIC_ASSERT(sizeof(weir_moves->is_moving) == 2,                                     \
                           "WEIR_MOVE stands in the body of a WEIR_UPDATE_MOVING");                \
        WEIR_STATIC_ASSERT(sizeof(weir_moves->arity) == WEIR_COUNT_(__VA_ARGS__) + 1,              \
                           "WEIR_MOVE takes a state and one value for each parameter of the key"); \
        WEIR_EACH_VALUE_(WEIR_M_SET_, __VA_ARGS__)                                                 \
        weir_need = 0 WEIR_EACH_VALUE_(WEIR_M_NEED_, __VA_ARGS__);                                 \
        if (weir_grow_row(ctx, weir_moves->out, weir_need)) {                                      \
            weir_move_state_(ctx, weir_moves->call, weir_moves->def, (a_state));                   \
            WEIR_EACH_VALUE_(WEIR_M_WRITE_, __VA_ARGS__)                                           \
            weir_moves->out->rows += ctx->status == 0;                                             \
        }                                                                                          \
    } while (0)

#define WEIR_UPDATE_HEAD_(tag, S, key, ...)                                                        \
    static inline int weir_body_##tag(WEIR_UNUSED_ struct weir_ctx *ctx, struct S *state,          \
                                      WEIR_UNUSED_ struct weir_mover_##tag *weir_moves WEIR_EACH_( \
                                          WEIR_P_DECLARE_, WEIR_OPEN_ key)                         \
                                          WEIR_EACH_(WEIR_U_DECLARE_, __VA_ARGS__)) WEIR_NOEXCEPT_

#define WEIR_UPDATE_(tag, name, flags, moves, S, key, values, ...)                                 \
    WEIR_SINCE_(1, "WEIR_UPDATE")                                                                  \
    WEIR_CHECK_COLUMNS_ key WEIR_CHECK_COLUMNS_(__VA_ARGS__)                                       \
        WEIR_STATIC_ASSERT(WEIR_FIELD_COUNT_(values) > 0, "an update has a value: (type, name)");  \
    WEIR_MOVER_(tag, moves, key);                                                                  \
    WEIR_UPDATE_HEAD_(tag, S, key, __VA_ARGS__);                                                   \
    static int weir_update_##tag(struct weir_task *weir_task_,                                     \
                                 struct weir_update_call *weir_call_) WEIR_NOEXCEPT_               \
    {                                                                                              \
        const struct weir_chunk *const weir_in_ = weir_call_->keys;                                \
        WEIR_EACH_(WEIR_P_OPEN_, WEIR_OPEN_ key)                                                   \
        WEIR_EACH_(WEIR_U_OPEN_, __VA_ARGS__)                                                      \
        struct weir_ctx weir_local_ = WEIR_CTX_(weir_task_);                                       \
        struct weir_mover_##tag weir_moves_;                                                       \
        WEIR_STATE_OPEN_(S, weir_call_->slab)                                                      \
        weir_moves_.call = weir_call_;                                                             \
        weir_moves_.out = weir_call_->moved;                                                       \
        weir_moves_.def = &weir_state_of_##S;                                                      \
        (void)weir_in_;                                                                            \
        for (size_t weir_i_ = 0; weir_i_ < weir_call_->count; weir_i_++) {                         \
            struct S *const weir_s_ = (struct S *)weir_call_->states[weir_i_];                     \
            int weir_answer_;                                                                      \
            WEIR_EACH_(WEIR_U_SET_, __VA_ARGS__)                                                   \
            weir_local_.exists = weir_call_->is_new[weir_i_] == 0;                                 \
            WEIR_STATE_ENTER_(S, weir_s_)                                                          \
            weir_answer_ = weir_body_##tag(&weir_local_, weir_s_,                                  \
                                           &weir_moves_ WEIR_EACH_(WEIR_P_READ_, WEIR_OPEN_ key)   \
                                               WEIR_EACH_(WEIR_U_PASS_, __VA_ARGS__));             \
            if (weir_answer_ == WEIR_KEEP) {                                                       \
                WEIR_STATE_LEAVE_(S, weir_s_)                                                      \
            } else if (weir_answer_ == WEIR_DROP) {                                                \
                WEIR_STATE_DROP_(S, weir_s_);                                                      \
            } else {                                                                               \
                weir_local_.status =                                                               \
                    weir_bad_answer_(weir_task_, weir_answer_, "WEIR_KEEP or WEIR_DROP");          \
            }                                                                                      \
            weir_call_->answers[weir_i_] = (uint8_t)weir_answer_;                                  \
            if (weir_local_.status != 0) {                                                         \
                weir_task_->row = (uint32_t)weir_i_;                                               \
                return weir_local_.status;                                                         \
            }                                                                                      \
        }                                                                                          \
        return 0;                                                                                  \
    }                                                                                              \
    static const struct weir_update_ops weir_ops_##tag = {                                         \
        sizeof(struct weir_update_ops), moves, &weir_state_of_##S,                                 \
        WEIR_FIELD_COUNT_(key),         0,     weir_update_##tag};                                 \
    static const struct weir_field weir_in_##tag[] = {                                             \
        WEIR_EACH_(WEIR_FIELD_, WEIR_OPEN_ key) WEIR_EACH_(WEIR_FIELD_, __VA_ARGS__){NULL, NULL}}; \
    WEIR_EXPORT_(tag, WEIR_KIND_UPDATE, flags, name, weir_in_##tag,                                \
                 WEIR_FIELD_COUNT_(key) + WEIR_FIELD_COUNT_(values), NULL, 0, NULL,                \
                 &weir_ops_##tag);                                                                 \
    WEIR_UPDATE_HEAD_(tag, S, key, __VA_ARGS__)

#endif
