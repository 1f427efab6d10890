/* SPDX-License-Identifier: Apache-2.0 */
/* The plumbing of the macros in operator.h and io.h: lists of (type, name) pairs, properties of a
 * type, and the list of exports. Nothing here is for authors; names end in an underscore. No macro
 * relies on an extension that -Wpedantic refuses: no empty variadic, no comma that is swallowed. */
#ifndef WEIR_DETAIL_H
#define WEIR_DETAIL_H

#include <weir/column.h>
#include <weir/context.h>

/* ---- words ---- */
#define WEIR_CAT__(a, b) a##b
#define WEIR_CAT_(a, b)  WEIR_CAT__(a, b)
#define WEIR_STR__(...)  #__VA_ARGS__
#define WEIR_STR_(...)   WEIR_STR__(__VA_ARGS__)
#define WEIR_OPEN_(...)  __VA_ARGS__
#define WEIR_UNUSED_     __attribute__((unused))
#define WEIR_COLD_       __attribute__((noinline, cold))
#ifdef __cplusplus
#define WEIR_C_        extern "C"
#define WEIR_NOEXCEPT_ noexcept
#else
#define WEIR_C_ extern
#define WEIR_NOEXCEPT_
#endif

/* ---- counting and walking lists ---- */
#define WEIR_21ST_(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17,     \
                   a18, a19, a20, n, ...)                                                          \
    n
/* Number of arguments, 1 to 20 (an empty list counts as 1). */
#define WEIR_COUNT_(...)                                                                           \
    WEIR_21ST_(__VA_ARGS__, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, \
               0)
/* Number of (type, name) pairs: 0 for () and (void); ODD or MANY if they are not 0 to 8 pairs. */
#define WEIR_PAIRS_(...)                                                                           \
    WEIR_21ST_(__VA_ARGS__, MANY, MANY, MANY, MANY, 8, ODD, 7, ODD, 6, ODD, 5, ODD, 4, ODD, 3,     \
               ODD, 2, ODD, 1, 0, 0)

/* WEIR_EACH_(F, T, n, T, n...): F(0, T, n) F(1, T, n)... */
#define WEIR_EACH_(F, ...) WEIR_CAT_(WEIR_EACH_, WEIR_PAIRS_(__VA_ARGS__))(F, __VA_ARGS__)
#define WEIR_EACH_0(F, none)
#define WEIR_EACH_1(F, T, n)                   F(0, T, n)
#define WEIR_EACH_2(F, T, n, U, o)             F(0, T, n) F(1, U, o)
#define WEIR_EACH_3(F, T, n, U, o, V, p)       WEIR_EACH_2(F, T, n, U, o) F(2, V, p)
#define WEIR_EACH_4(F, T, n, U, o, V, p, W, q) WEIR_EACH_3(F, T, n, U, o, V, p) F(3, W, q)
#define WEIR_EACH_5(F, T, n, U, o, V, p, W, q, X, r)                                               \
    WEIR_EACH_4(F, T, n, U, o, V, p, W, q) F(4, X, r)
#define WEIR_EACH_6(F, T, n, U, o, V, p, W, q, X, r, Y, s)                                         \
    WEIR_EACH_5(F, T, n, U, o, V, p, W, q, X, r) F(5, Y, s)
#define WEIR_EACH_7(F, T, n, U, o, V, p, W, q, X, r, Y, s, Z, t)                                   \
    WEIR_EACH_6(F, T, n, U, o, V, p, W, q, X, r, Y, s) F(6, Z, t)
#define WEIR_EACH_8(F, T, n, U, o, V, p, W, q, X, r, Y, s, Z, t, A, u)                             \
    WEIR_EACH_7(F, T, n, U, o, V, p, W, q, X, r, Y, s, Z, t) F(7, A, u)
#define WEIR_EACH_ODD(F, ...)
#define WEIR_EACH_MANY(F, ...)

/* WEIR_EACH_VALUE_(F, a, b...): F(0, a) F(1, b)... */
#define WEIR_EACH_VALUE_(F, ...)                                                                   \
    WEIR_CAT_(WEIR_VALUE_, WEIR_COUNT_(__VA_ARGS__))(F, __VA_ARGS__)
#define WEIR_VALUE_1(F, a)                      F(0, a)
#define WEIR_VALUE_2(F, a, b)                   F(0, a) F(1, b)
#define WEIR_VALUE_3(F, a, b, c)                WEIR_VALUE_2(F, a, b) F(2, c)
#define WEIR_VALUE_4(F, a, b, c, d)             WEIR_VALUE_3(F, a, b, c) F(3, d)
#define WEIR_VALUE_5(F, a, b, c, d, e)          WEIR_VALUE_4(F, a, b, c, d) F(4, e)
#define WEIR_VALUE_6(F, a, b, c, d, e, f)       WEIR_VALUE_5(F, a, b, c, d, e) F(5, f)
#define WEIR_VALUE_7(F, a, b, c, d, e, f, g)    WEIR_VALUE_6(F, a, b, c, d, e, f) F(6, g)
#define WEIR_VALUE_8(F, a, b, c, d, e, f, g, h) WEIR_VALUE_7(F, a, b, c, d, e, f, g) F(7, h)

/* Refuses, at compile time, what no parameter or column can be. */
#define WEIR_CHECK_PAIRS_(...)                                                                     \
    WEIR_STATIC_ASSERT(WEIR_CAT_(WEIR_PAIRS_OK_, WEIR_PAIRS_(__VA_ARGS__)),                        \
                       "write 0 to 8 pairs: (type, name, type, name...)");                         \
    WEIR_EACH_(WEIR_CHECK_TYPE_, __VA_ARGS__)
enum weir_pairs_ok {
    WEIR_PAIRS_OK_ODD = 0,
    WEIR_PAIRS_OK_MANY = 0,
    WEIR_PAIRS_OK_0 = 1,
    WEIR_PAIRS_OK_1 = 1,
    WEIR_PAIRS_OK_2 = 1,
    WEIR_PAIRS_OK_3 = 1,
    WEIR_PAIRS_OK_4 = 1,
    WEIR_PAIRS_OK_5 = 1,
    WEIR_PAIRS_OK_6 = 1,
    WEIR_PAIRS_OK_7 = 1,
    WEIR_PAIRS_OK_8 = 1
};
#define WEIR_CHECK_TYPE_(i, T, n)                                                                  \
    WEIR_STATIC_ASSERT(WEIR_CELL_BYTES_(T) >= 0,                                                   \
                       "the type of " #n " must be one of: bool int32_t "                        \
                       "int64_t double weir_str weir_bytes weir_ts");

/* ---- properties of a type ---- */
/* WEIR_NAME_(T): its name in the pipeline language. WEIR_CELL_BYTES_(T): of an input cell, 0 = bit,
 * -1 = no type of weir. WEIR_IS_TEXT_(T). Then the functions of column.h by type. */
#ifdef __cplusplus
extern "C++" {
template <class T> struct weir_type_ {
    static constexpr const char *name = "";
    static constexpr int bytes = -1;
    static constexpr bool is_text = false;
};
#define WEIR_TYPE__(T, short_name, cell_bytes, text)                                               \
    template <> struct weir_type_<T> {                                                             \
        static constexpr const char *name = #short_name;                                           \
        static constexpr int bytes = cell_bytes;                                                   \
        static constexpr bool is_text = text;                                                      \
        static T dense(const weir_reader *column, size_t i) noexcept                               \
        {                                                                                          \
            return weir_dense_##short_name(column, i);                                             \
        }                                                                                          \
        static T read(const weir_reader *column, size_t i) noexcept                                \
        {                                                                                          \
            return weir_read_##short_name(column, i);                                              \
        }                                                                                          \
    };                                                                                             \
    static inline void weir_write_(weir_out *out, void *cells, size_t i, T value)                  \
    {                                                                                              \
        weir_write_##short_name(out, cells, i, value);                                             \
    }                                                                                              \
    static inline size_t weir_need_(const weir_out *out, T value)                                  \
    {                                                                                              \
        return weir_need_##short_name(out, value);                                                 \
    }
WEIR_TYPE__(bool, bool, 0, false)
WEIR_TYPE__(int32_t, i32, 4, false)
WEIR_TYPE__(int64_t, i64, 8, false)
WEIR_TYPE__(double, f64, 8, false)
WEIR_TYPE__(weir_ts, ts, 8, false)
WEIR_TYPE__(weir_str, str, 16, true)
WEIR_TYPE__(weir_bytes, bytes, 16, true)
#undef WEIR_TYPE__
}
#define WEIR_NAME_(T)                     weir_type_<T>::name
#define WEIR_CELL_BYTES_(T)               weir_type_<T>::bytes
#define WEIR_IS_TEXT_(T)                  weir_type_<T>::is_text
#define WEIR_DENSE_(T, column, i)         weir_type_<T>::dense(column, i)
#define WEIR_READ_(T, column, i)          weir_type_<T>::read(column, i)
#define WEIR_WRITE_(out, cells, i, value) weir_write_(out, cells, i, value)
#define WEIR_NEED_(out, value)            weir_need_(out, value)
#else
#define WEIR_BY_TYPE_(key, to_bool, to_i32, to_i64, to_f64, to_ts, to_str, to_bytes, other)        \
    _Generic((key),                                                                                \
        bool *: to_bool,                                                                           \
        int32_t *: to_i32,                                                                         \
        int64_t *: to_i64,                                                                         \
        double *: to_f64,                                                                          \
        weir_ts *: to_ts,                                                                          \
        weir_str *: to_str,                                                                        \
        weir_bytes *: to_bytes,                                                                    \
        default: other)
#define WEIR_NAME_(T)                                                                              \
    WEIR_BY_TYPE_((T *)0, "bool", "i32", "i64", "f64", "ts", "str", "bytes", "")
#define WEIR_CELL_BYTES_(T) WEIR_BY_TYPE_((T *)0, 0, 4, 8, 8, 8, 16, 16, -1)
#define WEIR_IS_TEXT_(T)    WEIR_BY_TYPE_((T *)0, 0, 0, 0, 0, 0, 1, 1, 0)
#define WEIR_BY_NAME_(key, stem)                                                                   \
    WEIR_BY_TYPE_(key, stem##bool, stem##i32, stem##i64, stem##f64, stem##ts, stem##str,           \
                  stem##bytes, stem##i64)
#define WEIR_DENSE_(T, column, i)         WEIR_BY_NAME_((T *)0, weir_dense_)(column, i)
#define WEIR_READ_(T, column, i)          WEIR_BY_NAME_((T *)0, weir_read_)(column, i)
#define WEIR_WRITE_(out, cells, i, value) WEIR_BY_NAME_(&(value), weir_write_)(out, cells, i, value)
#define WEIR_NEED_(out, value)            WEIR_BY_NAME_(&(value), weir_need_)(out, value)
#endif

/* ---- the list of exports ----
 * Each export puts a pointer to itself into an ELF section, so nothing is listed twice and several
 * .c files make one plugin. Built with -DWEIR_STATIC=name, section, entry and joined symbols carry
 * that name, so that several plugins can be linked into one program. */
#ifdef WEIR_STATIC
#define WEIR_SECTION_           WEIR_STR_(WEIR_CAT_(weir_exports_, WEIR_STATIC))
#define WEIR_FIRST_             WEIR_CAT_(__start_weir_exports_, WEIR_STATIC)
#define WEIR_LAST_              WEIR_CAT_(__stop_weir_exports_, WEIR_STATIC)
#define WEIR_ENTRY_             WEIR_CAT_(weir_plugin_e1_, WEIR_STATIC)
#define WEIR_JOINED_(what, tag) WEIR_CAT_(WEIR_CAT_(what, tag), WEIR_CAT_(_in_, WEIR_STATIC))
#else
#define WEIR_SECTION_           "weir_exports"
#define WEIR_FIRST_             __start_weir_exports
#define WEIR_LAST_              __stop_weir_exports
#define WEIR_ENTRY_             weir_plugin_e1
#define WEIR_JOINED_(what, tag) WEIR_CAT_(what, tag)
#endif

/* Help, example and bind are given by macros of their own, anywhere in the plugin: weak symbols,
 * NULL where nobody defines them. */
#define WEIR_JOIN_(tag)                                                                            \
    WEIR_C_ const char WEIR_JOINED_(weir_help_, tag)[]                                             \
        __attribute__((weak, visibility("hidden")));                                               \
    WEIR_C_ const char WEIR_JOINED_(weir_example_, tag)[]                                          \
        __attribute__((weak, visibility("hidden")));                                               \
    WEIR_C_ int WEIR_JOINED_(weir_bind_, tag)(struct weir_bind * bind)                             \
        __attribute__((weak, visibility("hidden")))

/* WEIR_EXPORT_(tag, kind, flags, "name", in, in_count, out, out_count, loop, table): one entry of
 * the list; absent parts are NULL and 0. tag: unique in the file, and what WEIR_HELP names. */
#define WEIR_EXPORT_(tag, kind, flags, name, in, in_count, out, out_count, loop, table)            \
    WEIR_JOIN_(tag);                                                                               \
    static const struct weir_export WEIR_CAT_(weir_export_,                                        \
                                              tag) = {sizeof(struct weir_export),                  \
                                                      kind,                                        \
                                                      flags,                                       \
                                                      in_count,                                    \
                                                      out_count,                                   \
                                                      0,                                           \
                                                      name,                                        \
                                                      WEIR_JOINED_(weir_help_, tag),               \
                                                      in,                                          \
                                                      out,                                         \
                                                      loop,                                        \
                                                      table,                                       \
                                                      WEIR_JOINED_(weir_bind_, tag),               \
                                                      WEIR_JOINED_(weir_example_, tag)};           \
    static const struct weir_export *const WEIR_CAT_(weir_listed_, tag)                            \
        __attribute__((section(WEIR_SECTION_), used)) = &WEIR_CAT_(weir_export_, tag)

/* WEIR_FIELDS_(name, (T, n, T, n...)): a static table of fields; WEIR_FIELD_COUNT_((...)): how
 * many. */
#define WEIR_FIELDS_(name, pairs) WEIR_FIELDS__(name, WEIR_OPEN_ pairs)
#define WEIR_FIELDS__(name, ...)                                                                   \
    static const struct weir_field name[] = {WEIR_EACH_(WEIR_FIELD_, __VA_ARGS__){NULL, NULL}}
#define WEIR_FIELD_(i, T, n)     {#n, WEIR_NAME_(T)},
#define WEIR_FIELD_COUNT_(pairs) WEIR_FIELD_COUNT__ pairs
#define WEIR_FIELD_COUNT__(...)  (0 WEIR_EACH_(WEIR_PLUS_ONE_, __VA_ARGS__))
#define WEIR_PLUS_ONE_(i, T, n)  +1

#endif
