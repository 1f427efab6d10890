/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers by JSON's grammar. Those of an i64 are whole and exact; an f64 is the nearest one, mostly
 * by one multiplication or division of exact values. */
#include "../../text/decimal.h"
#include "json.h"

#include <math.h>

enum {
    EXACT_POWER_MAX = 22, /* 10^22 is the last power of ten that an f64 holds exactly */
    DIGITS_MAX = 19,      /* that an u64 holds, whatever they are */
    I64_DIGITS_MAX = 19,
    F64_DIGITS_MAX = 17,
    F64_TEXT_BYTES = 48,
    POINT_MIN = -4, /* powers of ten from here to POINT_MAX are written out */
    POINT_MAX = 15
};
static const uint64_t exact_mantissa = UINT64_C(1) << 53;

static inline bool is_digit(char byte)
{
    return (uint8_t)(byte - '0') < 10;
}

/* Digits from `at` on, added to *value; those that do not fit are counted by the caller. */
static inline const char *take_digits(const char *at, const char *end, uint64_t *value)
{
    uint64_t sum = *value;
    while (is_digit(*at) && at < end) {
        sum = sum * 10 + (uint64_t)(*at - '0');
        at++;
    }
    *value = sum;
    return at;
}

/* True if digits may not begin so: none, or a zero before others. */
static bool is_wrong_start(const char *at, const char *behind)
{
    return behind == at || (*at == '0' && behind - at > 1);
}

const char *json_read_i64(struct json_reader *reader,
                          const char *at,
                          const struct shape *shape,
                          int64_t *value)
{
    const char *const start = at;
    const bool is_negative = *at == '-';
    uint64_t sum = 0;
    at += is_negative;
    const char *behind = take_digits(at, reader->end, &sum);
    if (is_wrong_start(at, behind)) {
        return json_fail_syntax(reader, start, "a number");
    }
    if (behind < reader->end && (*behind == '.' || (*behind | 0x20) == 'e')) {
        return json_fail_value(reader, start, shape, "a whole number");
    }
    if (behind - at > I64_DIGITS_MAX || sum > (uint64_t)INT64_MAX + is_negative) {
        return json_fail_value(reader, start, shape,
                               "a number from -9223372036854775808 to 9223372036854775807");
    }
    *value = (int64_t)(is_negative ? 0 - sum : sum);
    return behind;
}

/* ---- f64 ---- */
/* The exponent behind a number, if it has one; NULL: it is wrong. */
static const char *take_exponent(const char *at, const char *end, int64_t *exponent)
{
    uint64_t value = 0;
    if (at >= end || (*at | 0x20) != 'e') {
        return at;
    }
    at++;
    const bool is_negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    const char *behind = take_digits(at, end, &value);
    if (behind == at) {
        return NULL;
    }
    if (behind - at > 8 || value > 100000) { /* far beyond: strtod says what it is */
        value = 100000;
    }
    *exponent += is_negative ? -(int64_t)value : (int64_t)value;
    return behind;
}

/* By strtod, whose answer is always the nearest f64. */
static bool read_slowly(struct json_self *self, weir_str text, double *value)
{
    weir_blob_clear(&self->scratch);
    char *scratch = weir_blob_reserve(&self->scratch, text.count + 1);
    return scratch != NULL && decimal_to_f64(text, scratch, value);
}

const char *json_read_f64(struct json_reader *reader,
                          const char *at,
                          const struct shape *shape,
                          double *value)
{
    static const double powers[EXACT_POWER_MAX + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *const start = at;
    const bool is_negative = *at == '-';
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    at += is_negative;
    const char *behind = take_digits(at, reader->end, &mantissa);
    ptrdiff_t digits = behind - at;
    if (is_wrong_start(at, behind)) {
        return json_fail_syntax(reader, start, "a number");
    }
    if (*behind == '.' && behind < reader->end) {
        const char *fraction = behind + 1;
        behind = take_digits(fraction, reader->end, &mantissa);
        exponent = fraction - behind;
        digits -= exponent;
        if (behind == fraction) {
            return json_fail_syntax(reader, behind, "digits behind the point");
        }
    }
    behind = take_exponent(behind, reader->end, &exponent);
    if (behind == NULL) {
        return json_fail_syntax(reader, start, "digits in the exponent of a number");
    }
    if (digits <= DIGITS_MAX && mantissa <= exact_mantissa && exponent >= -EXACT_POWER_MAX &&
        exponent <= EXACT_POWER_MAX) {
        const double whole = (double)mantissa;
        *value = exponent < 0 ? whole / powers[-exponent] : whole * powers[exponent];
        *value = is_negative ? -*value : *value;
        return behind;
    }
    return read_slowly(reader->self, weir_str_make(start, (size_t)(behind - start)), value)
               ? behind
               : json_fail_value(reader, start, shape, "a number that an f64 holds");
}

/* ---- out ---- */
void json_put_i64(struct weir_blob *to, int64_t value)
{
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0) {
        *--at = '-';
    }
    weir_blob_append(to, at, (size_t)(digits + sizeof digits - at));
}

/* The fewest digits that read back as `value`, finite and above 0: d.ddd without the point. */
static int shortest(double value, char digits[F64_DIGITS_MAX + 1])
{
    char text[F64_TEXT_BYTES];
    const int first = value < 2.2250738585072014e-308 ? 1 : 15; /* subnormals have fewer */
    size_t count = 0;
    for (int precision = first; precision <= F64_DIGITS_MAX; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision - 1, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    const char *at = text;
    for (; *at != '\0' && *at != 'e'; at++) {
        if (is_digit(*at) && count < F64_DIGITS_MAX) {
            digits[count++] = *at;
        }
    }
    while (count > 1 && digits[count - 1] == '0') {
        count--;
    }
    digits[count] = '\0';
    return *at == 'e' ? (int)strtol(at + 1, NULL, 10) : 0;
}

static void put_zeros(struct weir_blob *to, int count)
{
    for (int i = 0; i < count; i++) {
        weir_blob_append(to, "0", 1);
    }
}

static void put_decimal(struct weir_blob *to, const char *digits, int exponent)
{
    const int count = (int)strlen(digits);
    if (exponent < POINT_MIN || exponent > POINT_MAX) {
        weir_blob_append(to, digits, 1);
        weir_blob_put(to, count > 1 ? "." : "");
        weir_blob_put(to, digits + 1);
        weir_blob_put(to, "e");
        json_put_i64(to, exponent);
        return;
    }
    if (exponent < 0) {
        weir_blob_put(to, "0.");
        put_zeros(to, -exponent - 1);
        weir_blob_put(to, digits);
        return;
    }
    const int whole = count < exponent + 1 ? count : exponent + 1;
    weir_blob_append(to, digits, (size_t)whole);
    put_zeros(to, exponent + 1 - whole);
    weir_blob_put(to, ".");
    weir_blob_put(to, count > whole ? digits + whole : "0");
}

void json_put_f64(struct weir_blob *to, double value)
{
    char digits[F64_DIGITS_MAX + 1] = "0";
    int exponent = 0;
    if (isnan(value) || isinf(value)) {
        weir_blob_put(to, isnan(value) ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"");
        return;
    }
    if (signbit(value)) {
        weir_blob_put(to, "-");
        value = -value;
    }
    if (value > 0) {
        exponent = shortest(value, digits);
    }
    put_decimal(to, digits, exponent);
}
