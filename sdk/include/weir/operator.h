/* SPDX-License-Identifier: Apache-2.0 */
/* Operators. The logic is a typed C function; the macro in front of it makes the loop over a
 * chunk's columns and puts the operator on the plugin's list. Types of parameters: bool int32_t
 * int64_t double weir_str weir_bytes weir_ts, weir_list(T) of these (list.h), and weir_row for a
 * value of any type (row.h); at most 8 of them; () for none. `ctx` is in scope in every body: see
 * context.h.
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
#include <weir/list.h>
#include <weir/loop/aggregate.h>
#include <weir/loop/emitter.h>
#include <weir/loop/function.h>
#include <weir/loop/partition.h>
#include <weir/loop/reducer.h>
#include <weir/row.h>
#include <weir/state.h>

/* One value out for each row in: map, filter, extend and any expression. weir_null(ctx) makes it
 * null.
 *
 *   WEIR_FUNCTION(double, hyp, (double, a, double, b)) { return sqrt(a * a + b * b); }
 */
#define WEIR_FUNCTION(R, name, params) WEIR_FUNCTION_AS(name, #name, 0, R, params)

/* The same, and rows with null arguments are shown too: beside each parameter x there is a bool
 * x_is_null, and x is then 0 or empty.
 *
 *   WEIR_NULLABLE_FUNCTION(int64_t, or_zero, (int64_t, a)) { return a_is_null ? 0 : a; }
 */
#define WEIR_NULLABLE_FUNCTION(R, name, params) WEIR_NULLABLE_FUNCTION_AS(name, #name, 0, R, params)

/* The same with the loop written by hand: `in` and `out` are in scope, column.h reads and writes
 * them. Returns WEIR_OK, or a failure of the row at ctx->task->row. Results go to the positions of
 * the rows that count (weir_chunk_position), or a whole Arrow array to out->moved[0].
 *
 *   WEIR_CHUNK_FUNCTION(double, twice, (double, a))
 *   {
 *       const struct weir_reader a = weir_reader_of(in, 0, sizeof(double));
 *       for (size_t k = 0; k < weir_chunk_count(in); k++) {
 *           const size_t i = weir_chunk_position(in, k);
 *           weir_write_f64(out, out->cols[0], i, 2 * weir_read_f64(&a, i));
 *       }
 *       return WEIR_OK;
 *   }
 */
#define WEIR_CHUNK_FUNCTION(R, name, params) WEIR_CHUNK_FUNCTION_AS(name, #name, 0, R, params)

/* Any number of rows out for each row in: flat_map. WEIR_EMIT(values...) gives one row; types and
 * number of the values are those of the declared columns (no lists). WEIR_EMIT_NULL(k), before it,
 * makes its k-th value null, counted from 0.
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
#define WEIR_NULLABLE_EMITTER(name, params, columns)                                               \
    WEIR_NULLABLE_EMITTER_AS(name, #name, 0, params, columns)
#define WEIR_EMIT(...)         WEIR_EMIT_(__VA_ARGS__)
#define WEIR_EMIT_NULL(column) WEIR_EMIT_NULL_(column)

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

/* Many values into one, by way of a state: aggregate, combine_by_key. The body adds one row to
 * `state`, a struct declared by WEIR_STATE (state.h), zero at first. WEIR_MERGE adds the state
 * `other` of later rows, WEIR_RESULT makes the result (weir_null(ctx): null); both stand below it.
 *
 *   struct mean { double sum; int64_t count; };
 *   WEIR_STATE(mean, 1, sum, count);
 *   WEIR_AGGREGATE(double, mean, mean, (double, x)) { state->sum += x; state->count++; }
 *   WEIR_MERGE(mean)  { state->sum += other->sum; state->count += other->count; }
 *   WEIR_RESULT(mean) { return state->sum / (double)state->count; }
 *
 * The result must not depend on how rows were split, nor, unless flagged WEIR_NOT_COMMUTATIVE, on
 * their order; a sketch's that does, within a bound, is flagged WEIR_APPROXIMATE.
 *
 * Optional: WEIR_CREATE(mean) makes a new state something else than zero; WEIR_REMOVE(mean,
 * (double, x)) takes a row out again, so that windows slide without recomputing. */
#define WEIR_AGGREGATE(R, name, S, params) WEIR_AGGREGATE_AS(name, #name, 0, R, S, params)
#define WEIR_MERGE(name)                   WEIR_MERGE_(name)
#define WEIR_RESULT(name)                  WEIR_RESULT_OF_(name)
#define WEIR_CREATE(name)                  WEIR_CREATE_(name)
#define WEIR_REMOVE(name, params)                                                                  \
    WEIR_REMOVE_(name, WEIR_P_DECLARE_, WEIR_P_READ_, WEIR_OPEN_ params)
#define WEIR_NULLABLE_REMOVE(name, params)                                                         \
    WEIR_REMOVE_(name, WEIR_P_DECLARE_NULLABLE_, WEIR_P_READ_NULLABLE_, WEIR_OPEN_ params)

/* All rows of a partition, any number of rows out: map_partitions. The body sees one row after the
 * other, remembers in `state` (WEIR_STATE, zero at the partition's start), and may emit;
 * WEIR_PARTITION_END, if there is one, stands below it and runs after the last row.
 *
 *   struct longest { weir_str line; };
 *   WEIR_STATE(longest, 1, line);
 *   WEIR_PARTITION_FUNCTION(longest, longest, (weir_str, line), (weir_str, line))
 *   {
 *       if (line.count > state->line.count) { state->line = line; }
 *   }
 *   WEIR_PARTITION_END(longest) { WEIR_EMIT(state->line); }
 */
#define WEIR_PARTITION_FUNCTION(name, S, params, columns)                                          \
    WEIR_PARTITION_FUNCTION_AS(name, #name, 0, S, params, columns)
#define WEIR_PARTITION_END(name) WEIR_PARTITION_END_(name)

/* Which of `partitions` a key belongs to: 0 to partitions - 1. By the key alone: it is asked on
 * several machines, and again after a restart. weir_hash (value.h) is the same everywhere.
 *
 *   WEIR_PARTITIONER(by_host, (weir_str, url)) { return weir_hash(host_of(url)) % partitions; }
 */
#define WEIR_PARTITIONER(name, params) WEIR_PARTITIONER_AS(name, #name, 0, params)

/* The same with everything said: the C name (`tag`, unique in the plugin; WEIR_HELP, WEIR_BIND,
 * WEIR_INVERSE, WEIR_MERGE and the like name it), the name in pipelines and flags (enum
 * weir_export_flags, or 0). Several operators of one kind may share a name if their parameters
 * differ: the first exact match is used, then i32 stands in for i64, and either for f64.
 *
 *   WEIR_FUNCTION_AS(add_i64, "add", 0, int64_t, (int64_t, a, int64_t, b)) { return a + b; }
 *   WEIR_FUNCTION_AS(add_f64, "add", 0, double, (double, a, double, b)) { return a + b; }
 */
#define WEIR_FUNCTION_AS(tag, name, flags, R, params)                                              \
    WEIR_FUNCTION_(tag, name, flags, WEIR_P_DECLARE_, WEIR_P_DENSE_, WEIR_P_READ_, R, params,      \
                   WEIR_OPEN_ params)
#define WEIR_NULLABLE_FUNCTION_AS(tag, name, flags, R, params)                                     \
    WEIR_SINCE_(1, "WEIR_NULLABLE_FUNCTION")                                                       \
    WEIR_FUNCTION_(tag, name, (flags) | WEIR_NULLABLE, WEIR_P_DECLARE_NULLABLE_,                   \
                   WEIR_P_READ_NULLABLE_, WEIR_P_READ_NULLABLE_, R, params, WEIR_OPEN_ params)
#define WEIR_CHUNK_FUNCTION_AS(tag, name, flags, R, params)                                        \
    WEIR_CHUNK_FUNCTION_(tag, name, flags, R, params, WEIR_OPEN_ params)
#define WEIR_EMITTER_AS(tag, name, flags, params, columns)                                         \
    WEIR_EMITTER_(tag, name, flags, WEIR_P_DECLARE_, WEIR_P_READ_, params, columns,                \
                  WEIR_OPEN_ params)
#define WEIR_NULLABLE_EMITTER_AS(tag, name, flags, params, columns)                                \
    WEIR_SINCE_(1, "WEIR_NULLABLE_EMITTER")                                                        \
    WEIR_EMITTER_(tag, name, (flags) | WEIR_NULLABLE, WEIR_P_DECLARE_NULLABLE_,                    \
                  WEIR_P_READ_NULLABLE_, params, columns, WEIR_OPEN_ params)
#define WEIR_REDUCER_AS(tag, name, flags, T, operands)                                             \
    WEIR_REDUCER_(tag, name, flags, T, WEIR_OPEN_ operands)
#define WEIR_AGGREGATE_AS(tag, name, flags, R, S, params)                                          \
    WEIR_AGGREGATE_(tag, name, flags, WEIR_P_DECLARE_, WEIR_P_READ_, S, params, R,                 \
                    WEIR_OPEN_ params)
#define WEIR_NULLABLE_AGGREGATE_AS(tag, name, flags, R, S, params)                                 \
    WEIR_AGGREGATE_(tag, name, (flags) | WEIR_NULLABLE, WEIR_P_DECLARE_NULLABLE_,                  \
                    WEIR_P_READ_NULLABLE_, S, params, R, WEIR_OPEN_ params)
#define WEIR_PARTITION_FUNCTION_AS(tag, name, flags, S, params, columns)                           \
    WEIR_PARTITION_FUNCTION_(tag, name, flags, S, params, columns, WEIR_OPEN_ params)
#define WEIR_PARTITIONER_AS(tag, name, flags, params)                                              \
    WEIR_PARTITIONER_(tag, name, flags, params, WEIR_OPEN_ params)

#endif
