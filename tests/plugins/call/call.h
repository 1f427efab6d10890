/* SPDX-License-Identifier: Apache-2.0 */
/* Calls a function or an emitter of one of weir's plugins as a job would: parameters by name with
 * their defaults, an instance that is opened once, then rows. On top of drive.h. */
#ifndef TESTS_PLUGINS_CALL_H
#define TESTS_PLUGINS_CALL_H

#include "drive.h"

enum { CALL_PARAMS_MAX = 8, CALL_LOG_BYTES = 256 };

struct call {
    struct drive run; /* first: the plugin's task is ours. Of the last call_rows: rows, message */
    struct weir_host host;
    const struct weir_export *exported;
    const struct weir_instance *instance;
    const struct weir_params *params;
    struct weir_param_value values[CALL_PARAMS_MAX];
    char log[CALL_LOG_BYTES]; /* the last line that the plugin logged */
    void *self;
    int opened; /* what open has answered */
};

/* One argument or result, by the column's type. */
struct call_value {
    weir_str text; /* str, bytes */
    int64_t i64;   /* bool, i32, i64, ts */
    double f64;
};
#define CALL_TEXT(literal)                                                                         \
    {                                                                                              \
        .text = { literal, sizeof(literal) - 1 }                                                   \
    }
#define CALL_I64(number)                                                                           \
    {                                                                                              \
        .i64 = number                                                                              \
    }
#define CALL_F64(number)                                                                           \
    {                                                                                              \
        .f64 = number                                                                              \
    }

/* Opens an instance. operator: "find" or "plugin's name(types)", as in "abs(i64)". params:
 * "name=value" up to NULL, or NULL. Fails the test if open fails, but for call_try_open. */
void call_open(struct call *call, const char *plugin, const char *op, const char *const *params);
void call_try_open(struct call *call,
                   const char *plugin,
                   const char *op,
                   const char *const *params);
void call_close(struct call *call);

/* Runs the loop over `rows` rows of arguments, one row's after the other's; results: call->run. */
void call_rows(struct call *call, const struct call_value *arguments, size_t rows);

/* One row with one result; a NaN equals a NaN. */
void call_check(struct call *call, const struct call_value *arguments, struct call_value expected);

/* One row, of which an emitter gives these rows of one column of text. */
void call_check_emits(struct call *call,
                      const struct call_value *arguments,
                      const char *const *expected,
                      size_t count);

/* One row, which is a bad record with that in its message. */
void call_check_fails(struct call *call, const struct call_value *arguments, const char *message);

/* Neither open nor, if there is one, bind takes these parameters; both say so with that message. */
void call_check_refused(const char *plugin,
                        const char *op,
                        const char *const *params,
                        const char *message);

#endif
