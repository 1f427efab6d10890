/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in texts: written as people want to see them, and read, with or without a default. The
 * casts of std (std.str, std.i64) are for what other programs read. */
#include "decimal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum {
    SHOWN_BYTES_MAX = 60, /* of a text in a message */
    WIDTH_MAX = 64,
    PRECISION_MAX = 30,
    I64_BYTES = 1 + WIDTH_MAX + 1,
    F64_BYTES = 1 + 309 + 1 + PRECISION_MAX + 1, /* the largest f64 has 309 digits */
    SHORT_BYTES = 64                             /* of a number that needs no scratch memory */
};

/* ---- writing ---- */
struct format_i64_self {
    uint64_t base;
    size_t width;
    char text[I64_BYTES];
};

static int open_format_i64(struct weir_task *task)
{
    struct format_i64_self *self = task->self;
    self->base = (uint64_t)weir_param_i64(task, "base");
    self->width = (size_t)weir_param_i64(task, "width");
    return WEIR_OK;
}

WEIR_PARAMS(format_i64,
            WEIR_PARAM_I64_IN(base, default(10), 2, 36, "of the digits; above 10 with a to z"),
            WEIR_PARAM_I64_IN(width, default(1), 1, 64, "digits at least, with zeros in front"));
WEIR_INSTANCE(format_i64, struct format_i64_self, open_format_i64, NULL);
WEIR_HELP(format_i64,
          "the number in digits, such as 0042 or, with base=16, ff",
          "generate clicks | map code = text.format_i64(ms, width=4) | print");
WEIR_FUNCTION(weir_str, format_i64, (int64_t, number))
{
    struct format_i64_self *self = weir_self(ctx, struct format_i64_self);
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char *const end = self->text + sizeof self->text;
    char *at = end;
    while (left > 0 || (size_t)(end - at) < self->width) {
        *--at = "0123456789abcdefghijklmnopqrstuvwxyz"[left % self->base];
        left /= self->base;
    }
    if (number < 0) {
        *--at = '-';
    }
    return weir_str_make(at, (size_t)(end - at));
}

struct format_f64_self {
    int precision;
    char text[F64_BYTES];
};

static int open_format_f64(struct weir_task *task)
{
    struct format_f64_self *self = task->self;
    self->precision = (int)weir_param_i64(task, "precision");
    return WEIR_OK;
}

WEIR_PARAMS(format_f64, WEIR_PARAM_I64_IN(precision, default(6), 0, 30, "digits behind the point"));
WEIR_INSTANCE(format_f64, struct format_f64_self, open_format_f64, NULL);
WEIR_HELP(format_f64,
          "the number with that many digits behind the point, rounded; or NaN, Infinity, -Infinity",
          "generate clicks | map s = text.format_f64(std.f64(ms) / 1000.0, precision=2) | print");
WEIR_FUNCTION(weir_str, format_f64, (double, number))
{
    struct format_f64_self *self = weir_self(ctx, struct format_f64_self);
    int count;
    if (!isfinite(number)) {
        return weir_str_from_chars(isnan(number) ? "NaN" : number < 0.0 ? "-Infinity" : "Infinity");
    }
    count = snprintf(self->text, sizeof self->text, "%.*f", self->precision, number);
    return weir_str_make(self->text, (size_t)count);
}

/* ---- reading ---- */
static void fail_number(struct weir_ctx *ctx, weir_str text, const char *wanted)
{
    const bool is_long = text.count > SHOWN_BYTES_MAX;
    weir_fail(ctx, WEIR_BAD_RECORD, "'%.*s%s' is no %s",
              is_long ? SHOWN_BYTES_MAX : (int)text.count, text.count > 0 ? text.bytes : "",
              is_long ? "..." : "", wanted);
}

static bool read_f64(struct weir_ctx *ctx, weir_str text, double *number)
{
    char brief[SHORT_BYTES];
    return decimal_to_f64(text, text.count < sizeof brief ? brief : weir_arena(ctx, text.count + 1),
                          number);
}

struct parse_i64_self {
    uint32_t base;
    int64_t otherwise; /* to_i64_or only */
};

static int open_parse_i64(struct weir_task *task)
{
    struct parse_i64_self *self = task->self;
    self->base = (uint32_t)weir_param_i64(task, "base");
    return WEIR_OK;
}

static int open_to_i64_or(struct weir_task *task)
{
    struct parse_i64_self *self = task->self;
    self->otherwise = weir_param_i64(task, "default");
    return open_parse_i64(task);
}

#define BASE WEIR_PARAM_I64_IN(base, default(10), 2, 36, "of the digits; above 10 with a to z")

WEIR_PARAMS(parse_i64, BASE);
WEIR_INSTANCE(parse_i64, struct parse_i64_self, open_parse_i64, NULL);
WEIR_HELP(parse_i64,
          "the whole number that the text is; a text that is none is a bad record",
          "generate clicks | map n = text.parse_i64(text.substr(user, 1)) | print");
WEIR_FUNCTION(int64_t, parse_i64, (weir_str, text))
{
    const struct parse_i64_self *self = weir_self(ctx, struct parse_i64_self);
    int64_t number = 0;
    if (!decimal_to_i64(text, self->base, &number)) {
        fail_number(ctx, text, self->base == 10 ? "i64" : "i64 of that base");
    }
    return number;
}

WEIR_PARAMS(to_i64_or, WEIR_PARAM_I64(default, required, "what any other text is"), BASE);
WEIR_INSTANCE(to_i64_or, struct parse_i64_self, open_to_i64_or, NULL);
WEIR_HELP(to_i64_or,
          "the whole number that the text is; `default` if it is none",
          "generate clicks | map n = text.to_i64_or(url, default=-1) | print");
WEIR_FUNCTION(int64_t, to_i64_or, (weir_str, text))
{
    const struct parse_i64_self *self = weir_self(ctx, struct parse_i64_self);
    int64_t number;
    return decimal_to_i64(text, self->base, &number) ? number : self->otherwise;
}

WEIR_HELP(parse_f64,
          "the number that the text is, such as -1.5e3; a text that is none is a bad record",
          "generate clicks | map x = text.parse_f64(text.substr(user, 1)) | print");
WEIR_FUNCTION(double, parse_f64, (weir_str, text))
{
    double number = 0.0;
    if (!read_f64(ctx, text, &number)) {
        fail_number(ctx, text, "f64");
    }
    return number;
}

struct to_f64_or_self {
    double otherwise;
};

static int open_to_f64_or(struct weir_task *task)
{
    struct to_f64_or_self *self = task->self;
    self->otherwise = weir_param_f64(task, "default");
    return WEIR_OK;
}

WEIR_PARAMS(to_f64_or, WEIR_PARAM_F64(default, required, "what any other text is"));
WEIR_INSTANCE(to_f64_or, struct to_f64_or_self, open_to_f64_or, NULL);
WEIR_HELP(to_f64_or,
          "the number that the text is; `default` if it is none",
          "generate clicks | map x = text.to_f64_or(url, default=0.0) | print");
WEIR_FUNCTION(double, to_f64_or, (weir_str, text))
{
    double number;
    return read_f64(ctx, text, &number) ? number : weir_self(ctx, struct to_f64_or_self)->otherwise;
}
