/* SPDX-License-Identifier: Apache-2.0 */
/* Operators: functions, emitters and reducers. The logic is a typed C function; the macro in front
 * of it makes the loop over a chunk's columns and puts the operator on the plugin's list. Types of
 * parameters and columns: bool int32_t int64_t double weir_str weir_bytes weir_ts; at most 8 of
 * them;
 * () for none. `ctx` is in scope in the body of a function and of an emitter: see context.h.
 *
 * A body runs once for each row, in the task's thread; another instance may run in another thread
 * at the same time, so keep what you remember in WEIR_INSTANCE, not in statics. It must depend on
 * its arguments, parameters, batch time and seed only (else: flag WEIR_NONDETERMINISTIC). Rows with
 * a null argument are not shown to it: they give null. A text argument is valid until the body
 * returns; a text that is returned or emitted is taken at once: up to 12 bytes into the cell, a
 * slice of an argument as a view without a copy, anything else by a copy. */
#ifndef WEIR_OPERATOR_H
#define WEIR_OPERATOR_H

#include <weir/describe.h>
#include <weir/loop.h>

/* One value out for each row in: map, filter, extend and any expression.
 *
 *   WEIR_FUNCTION(double, hyp, (double, a, double, b)) { return sqrt(a * a + b * b); }
 */
#define WEIR_FUNCTION(R, name, params) WEIR_FUNCTION_AS(name, #name, 0, R, params)

/* Any number of rows out for each row in: flat_map. WEIR_EMIT(values...) gives one row; types and
 * number of the values are those of the declared columns.
 *
 *   WEIR_EMITTER(words, (weir_str, line), (weir_str, word))
 *   {
 *       weir_str rest = line, word;
 *       while (weir_str_token(&rest, ' ', &word)) {
 *           WEIR_EMIT(word);
 *       }
 *   }
 *
 * WEIR_EMIT never returns from the body. When memory runs out it is ignored, and so are the emits
 * after it; when the body fails (weir_fail), the rows that it emitted are taken back. */
#define WEIR_EMITTER(name, params, columns) WEIR_EMITTER_AS(name, #name, 0, params, columns)
#define WEIR_EMIT(...)                      WEIR_EMIT_(__VA_ARGS__)

/* Two values into one: reduce, reduce_by_key, windows. Associative and commutative, unless flagged
 * WEIR_NOT_COMMUTATIVE; of fixed width: bool int32_t int64_t double weir_ts. It cannot fail, and
 * has no ctx.
 *
 *   WEIR_REDUCER(int64_t, add, (a, b)) { return a + b; }
 */
#define WEIR_REDUCER(T, name, operands) WEIR_REDUCER_AS(name, #name, 0, T, operands)

/* Takes a value out of a reducer's result again, so that windows slide without recomputing; stands
 * below the reducer, under the same name.
 *
 *   WEIR_INVERSE(add, (a, b)) { return a - b; }
 */
#define WEIR_INVERSE(name, operands) WEIR_INVERSE_(name, WEIR_OPEN_ operands)
#define WEIR_INVERSE_(tag, ...)      WEIR_INVERSE__(tag, __VA_ARGS__)
#define WEIR_INVERSE__(tag, ...)                                                                   \
    WEIR_KERNELS_(inverse_##tag, WEIR_KIND_INVERSE, weir_name_##tag, 0, weir_value_##tag,          \
                  __VA_ARGS__)

/* The same with everything said: the C name (`tag`, unique in the plugin; WEIR_HELP, WEIR_BIND and
 * WEIR_INVERSE name it), the name in pipelines and flags (enum weir_export_flags, or 0). Several
 * operators of one kind may share a name if their parameters differ: the first exact match is used,
 * then i32 stands in for i64, and either for f64.
 *
 *   WEIR_FUNCTION_AS(add_i64, "add", 0, int64_t, (int64_t, a, int64_t, b)) { return a + b; }
 *   WEIR_FUNCTION_AS(add_f64, "add", 0, double, (double, a, double, b)) { return a + b; }
 */
#define WEIR_FUNCTION_AS(tag, name, flags, R, params)                                              \
    WEIR_FUNCTION_(tag, name, flags, R, params, WEIR_OPEN_ params)
#define WEIR_EMITTER_AS(tag, name, flags, params, columns)                                         \
    WEIR_EMITTER_(tag, name, flags, params, columns, WEIR_OPEN_ params)
#define WEIR_REDUCER_AS(tag, name, flags, T, operands)                                             \
    WEIR_REDUCER_(tag, name, flags, T, WEIR_OPEN_ operands)

#endif
