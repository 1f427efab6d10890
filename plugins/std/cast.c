/* SPDX-License-Identifier: Apache-2.0 */
/* Casts: i32() i64() f64() bool() ts() str() bytes(). A value that the target type cannot hold, or
 * a text that is not exactly one value of it, is the record's fault: nothing is guessed or clipped.
 */
#include "text_form.h"

#include <inttypes.h>
#include <math.h>

#define CAST(tag, name, R, T, text, example)                                                       \
    WEIR_HELP(tag, text, "generate clicks | map y = " example " | print");                         \
    WEIR_FUNCTION_AS(tag, name, 0, R, (T, value))

/* 2^63 and 2^31 as f64: the first numbers above what i64 and i32 hold. */
static const double i64_end = 9223372036854775808.0;
static const double i32_end = 2147483648.0;

static int64_t bad_text(struct weir_ctx *ctx, weir_str text, const char *wanted)
{
    const int shown = text.count < 60 ? (int)text.count : 60;
    weir_fail(ctx, WEIR_BAD_RECORD, "'%.*s%s' is no %s", shown, text.count > 0 ? text.bytes : "",
              text.count > 60 ? "..." : "", wanted);
    return 0;
}

CAST(i32_i64, "i32", int32_t, int64_t, "the same number; must fit", "std.i32(ms)")
{
    if (value < INT32_MIN || value > INT32_MAX) {
        weir_fail(ctx, WEIR_BAD_RECORD, "%" PRId64 " does not fit into an i32", value);
        return 0;
    }
    return (int32_t)value;
}

CAST(i32_f64, "i32", int32_t, double, "cut towards zero; must fit", "std.i32(9.5)")
{
    if (!(value > -i32_end - 1 && value < i32_end)) {
        weir_fail(ctx, WEIR_BAD_RECORD, "%g does not fit into an i32", value);
        return 0;
    }
    return (int32_t)value;
}

CAST(i32_bool, "i32", int32_t, bool, "1 if true, else 0", "std.i32(ms > 100)")
{
    return value;
}

CAST(i32_str, "i32", int32_t, weir_str, "decimal digits, with a sign or without", "std.i32(\"42\")")
{
    int64_t number;
    if (!text_to_i64(value, &number) || number < INT32_MIN || number > INT32_MAX) {
        return (int32_t)bad_text(ctx, value, "i32");
    }
    return (int32_t)number;
}

CAST(i64_i32, "i64", int64_t, int32_t, "the same number", "std.i64(std.i32(ms))")
{
    return value;
}

CAST(i64_i64, "i64", int64_t, int64_t, "the same number", "std.i64(ms)")
{
    return value;
}

CAST(i64_f64, "i64", int64_t, double, "cut towards zero; must fit", "std.i64(9.5)")
{
    if (!(value >= -i64_end && value < i64_end)) {
        weir_fail(ctx, WEIR_BAD_RECORD, "%g does not fit into an i64", value);
        return 0;
    }
    return (int64_t)value;
}

CAST(i64_bool, "i64", int64_t, bool, "1 if true, else 0", "std.i64(ms > 100)")
{
    return value;
}

CAST(i64_ts, "i64", int64_t, weir_ts, "microseconds since 1970-01-01T00:00:00Z", "std.i64(at)")
{
    return value.us;
}

CAST(i64_str, "i64", int64_t, weir_str, "decimal digits, with a sign or without", "std.i64(\"42\")")
{
    int64_t number;
    return text_to_i64(value, &number) ? number : bad_text(ctx, value, "i64");
}

CAST(f64_i32, "f64", double, int32_t, "the same number", "std.f64(std.i32(ms))")
{
    return value;
}

CAST(f64_i64, "f64", double, int64_t, "the nearest f64", "std.f64(ms)")
{
    return (double)value;
}

CAST(f64_f64, "f64", double, double, "the same number", "std.f64(0.5)")
{
    return value;
}

CAST(f64_str, "f64", double, weir_str, "a decimal number, inf or NaN", "std.f64(\"1e3\")")
{
    double number;
    char *copy = weir_arena(ctx, value.count + 1);
    return text_to_f64(value, copy, &number) ? number : (double)bad_text(ctx, value, "f64");
}

CAST(bool_bool, "bool", bool, bool, "the same", "std.bool(true)")
{
    return value;
}

CAST(bool_i64, "bool", bool, int64_t, "true unless 0", "std.bool(ms % 2)")
{
    return value != 0;
}

CAST(bool_f64, "bool", bool, double, "true unless 0; NaN is true", "std.bool(0.5)")
{
    return value < 0 || value > 0 || isnan(value);
}

CAST(bool_str, "bool", bool, weir_str, "true or false, as written here", "std.bool(\"true\")")
{
    if (weir_str_equal(value, "true")) {
        return true;
    }
    return weir_str_equal(value, "false") ? false
                                          : bad_text(ctx, value, "bool (true or false)") != 0;
}

CAST(ts_ts, "ts", weir_ts, weir_ts, "the same time", "std.ts(at)")
{
    return value;
}

CAST(ts_i64, "ts", weir_ts, int64_t, "microseconds since 1970-01-01T00:00:00Z", "std.ts(ms * 1000)")
{
    return weir_ts_make(value);
}

CAST(ts_str,
     "ts",
     weir_ts,
     weir_str,
     "RFC 3339: 2026-01-31T23:59:59.25+01:00; parts of a microsecond are cut off",
     "std.ts(\"2026-01-31T23:59:59Z\")")
{
    int64_t us;
    if (!text_to_ts(value, &us)) {
        us = bad_text(ctx, value, "ts (RFC 3339, as in 2026-01-31T23:59:59Z)");
    }
    return weir_ts_make(us);
}

CAST(str_i64, "str", weir_str, int64_t, "in decimal", "std.str(ms)")
{
    char *text = weir_arena(ctx, TEXT_FORM_BYTES);
    return weir_str_make(text, text_from_i64(value, text));
}

CAST(str_f64, "str", weir_str, double, "the shortest decimal that reads back as it", "std.str(0.5)")
{
    char *text = weir_arena(ctx, TEXT_FORM_BYTES);
    return weir_str_make(text, text_from_f64(value, text));
}

CAST(str_bool, "str", weir_str, bool, "true or false", "std.str(ms > 100)")
{
    return weir_str_from_chars(value ? "true" : "false");
}

CAST(str_ts, "str", weir_str, weir_ts, "RFC 3339 with microseconds, UTC", "std.str(at)")
{
    char *text = weir_arena(ctx, TEXT_FORM_BYTES);
    return weir_str_make(text, text_from_ts(value.us, text));
}

CAST(str_str, "str", weir_str, weir_str, "the same text", "std.str(user)")
{
    return value;
}

CAST(str_bytes,
     "str",
     weir_str,
     weir_bytes,
     "the same bytes, valid UTF-8 or not",
     "std.str(std.bytes(user))")
{
    return weir_str_from_bytes(value);
}

CAST(bytes_str, "bytes", weir_bytes, weir_str, "the same bytes", "std.bytes(user)")
{
    return weir_bytes_from_str(value);
}

CAST(bytes_bytes, "bytes", weir_bytes, weir_bytes, "the same bytes", "std.bytes(std.bytes(user))")
{
    return value;
}
