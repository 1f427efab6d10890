/* SPDX-License-Identifier: Apache-2.0 */
/* What a body or a callback may ask of the engine: to fail, scratch memory, its instance,
 * parameters, the batch it works for. Each of these takes `ctx`, which is in scope in every body,
 * or the struct weir_task that a callback is given (a receiver's is rx->task). */
#ifndef WEIR_CONTEXT_H
#define WEIR_CONTEXT_H

#include <weir/value.h>

/* What `ctx` points to. Made by the generated loop and optimised away: no part of the line. */
struct weir_ctx {
    struct weir_task *task;
    int status;   /* the outcome of the current row; sticky until the loop has seen it */
    bool is_null; /* the body has called weir_null */
    bool exists, is_timing_out;     /* updates, trackers: see state.h */
    struct weir_state_place *place; /* NULL, or the state that the body works on: see list.h */
};

static inline struct weir_task *weir_task_of_ctx(const struct weir_ctx *ctx)
{
    return ctx->task;
}
static inline struct weir_task *weir_task_of_task(struct weir_task *task)
{
    return task;
}
static inline int weir_failed_ctx(struct weir_ctx *ctx, int outcome)
{
    ctx->status = outcome;
    return outcome;
}
static inline int weir_failed_task(struct weir_task *task, int outcome)
{
    (void)task;
    return outcome;
}

#ifdef __cplusplus
extern "C++" {
static inline struct weir_task *weir_task_of(const struct weir_ctx *ctx)
{
    return ctx->task;
}
static inline struct weir_task *weir_task_of(struct weir_task *task)
{
    return task;
}
static inline int weir_failed(struct weir_ctx *ctx, int outcome)
{
    return weir_failed_ctx(ctx, outcome);
}
static inline int weir_failed(struct weir_task *task, int outcome)
{
    return weir_failed_task(task, outcome);
}
}
#else
#define weir_task_of(context)                                                                      \
    _Generic((context), struct weir_ctx *                                                          \
             : weir_task_of_ctx, struct weir_task *                                                \
             : weir_task_of_task)(context)
#define weir_failed(context, outcome)                                                              \
    _Generic((context), struct weir_ctx *                                                          \
             : weir_failed_ctx, struct weir_task *                                                 \
             : weir_failed_task)((context), (outcome))
#endif

/* weir_fail(ctx, outcome, "format", ...): records why, and is `outcome`. outcome: WEIR_BAD_RECORD
 * (this row is at fault), WEIR_RETRY (the task may be tried again) or WEIR_FATAL. A body then
 * returns any value, which nobody reads; a callback returns weir_fail(...). Say what was expected
 * and what was found: the engine adds plugin, operator, partition, batch and record. */
#define weir_fail(context, outcome, ...)                                                           \
    weir_failed((context), (weir_task_of(context)->host->fail)(weir_task_of(context), (outcome),   \
                                                               __VA_ARGS__))

/* weir_log(ctx, level, "format", ...): a line in the job's log; 0 error, 1 warning, 2 info, 3
 * debug. */
#define weir_log(context, level, ...)                                                              \
    weir_task_of(context)->host->log(weir_task_of(context), (level), __VA_ARGS__)

/* weir_null(ctx): the result of this row is null, whatever the body returns. Functions, and results
 * of aggregates. */
static inline void weir_null(struct weir_ctx *ctx)
{
    ctx->is_null = true;
}

/* weir_arena(ctx, bytes): zeroed scratch, aligned to 16; void *, never NULL. It may be given back
 * as soon as the body or callback has returned; what was returned or emitted from it has been
 * copied. */
#define weir_arena(context, bytes)                                                                 \
    weir_task_of(context)->host->arena(weir_task_of(context), (bytes))

/* weir_self(ctx, struct my): this instance, as declared by WEIR_INSTANCE; struct my *. */
#define weir_self(context, T) ((T *)weir_task_of(context)->self)

/* weir_batch_us(ctx): batch time in microseconds, the only clock a pure operator may read. */
#define weir_batch_us(context) (weir_task_of(context)->batch_us)

/* weir_seed(ctx): uint64_t, the same on every retry of this batch and partition: the only
 * randomness of a pure operator. */
#define weir_seed(context) (weir_task_of(context)->seed)

/* weir_cancelled(ctx): true if nobody needs the result any more; a long body may then return. */
#define weir_cancelled(context) (weir_task_of(context)->is_cancelled != 0)

/* The value of parameter `name`, as the job gave it, or its default. Asking for a name that
 * WEIR_PARAMS does not declare is an error of the plugin: it fails, and reads as not given. */
static inline const struct weir_param_value *weir_param_of(struct weir_task *task, const char *name)
{
    static const struct weir_param_value none = {sizeof none, 0, 0, 0.0, {"", 0}};
    const struct weir_param_value *value = task->host->param(task, name);
    if (value == NULL) {
        (void)(task->host->fail)(task, WEIR_FATAL,
                                 "parameter '%s' is read but not declared: add it to WEIR_PARAMS",
                                 name);
    }
    return value != NULL ? value : &none;
}

/* weir_param_T(ctx, "name"): the value of a parameter of that type; 0 or "" if it is optional and
 * was not given, which weir_param_is_set tells. The text of a str is valid while the instance
 * lives, and NUL-terminated. Look a parameter up in `open`: each look-up searches by name. */
#define weir_param_is_set(context, name) (weir_param_of(weir_task_of(context), (name))->is_set != 0)
#define weir_param_bool(context, name)   (weir_param_of(weir_task_of(context), (name))->i64 != 0)
#define weir_param_i64(context, name)    (weir_param_of(weir_task_of(context), (name))->i64)
#define weir_param_f64(context, name)    (weir_param_of(weir_task_of(context), (name))->f64)
#define weir_param_str(context, name)    (weir_param_of(weir_task_of(context), (name))->str)
/* microseconds; bytes */
#define weir_param_duration(context, name) weir_param_i64(context, name)
#define weir_param_size(context, name)     weir_param_i64(context, name)

#endif
