/* SPDX-License-Identifier: Apache-2.0 */
/* Reading numbers. strtod would also take blanks, hexadecimals and what the locale says, and it is
 * slow: numbers of up to 15 digits are one exact multiplication or division instead. */
#include "decimal.h"

#include <math.h>
#include <stdlib.h>

enum {
    EXACT_POWER_MAX = 22,    /* 10^22 is the last power of ten that an f64 holds exactly */
    EXPONENT_MAX = 100000,   /* beyond, more digits change nothing */
    MANTISSA_DIGITS_MAX = 18 /* that an u64 holds */
};

static uint32_t digit_of(char byte)
{
    if (byte >= '0' && byte <= '9') {
        return (uint32_t)(byte - '0');
    }
    const char lower = (char)(byte | 0x20);
    return lower >= 'a' && lower <= 'z' ? (uint32_t)(lower - 'a') + 10 : UINT32_MAX;
}

bool decimal_to_i64(weir_str text, uint32_t base, int64_t *number)
{
    const bool is_negative = weir_str_starts_with(text, "-");
    const uint64_t limit = (uint64_t)INT64_MAX + is_negative;
    size_t at = is_negative || weir_str_starts_with(text, "+");
    uint64_t value = 0;
    if (at == text.count) {
        return false;
    }
    for (; at < text.count; at++) {
        const uint32_t digit = digit_of(text.bytes[at]);
        if (digit >= base || value > (limit - digit) / base) {
            return false;
        }
        value = value * base + digit;
    }
    *number = (int64_t)(is_negative ? 0 - value : value);
    return true;
}

/* What a number is made of: mantissa * 10^exponent. */
struct parts {
    uint64_t mantissa;
    int64_t exponent;
    uint32_t digits; /* of the mantissa, without zeros in front */
    bool is_negative, has_digits;
};

/* Reads digits from *at on; those behind the point lower the exponent. */
static void take_digits(weir_str text, size_t *at, struct parts *parts, bool is_fraction)
{
    for (; *at < text.count && text.bytes[*at] >= '0' && text.bytes[*at] <= '9'; ++*at) {
        parts->has_digits = true;
        if (parts->digits < MANTISSA_DIGITS_MAX) {
            parts->mantissa = parts->mantissa * 10 + (uint64_t)(text.bytes[*at] - '0');
            parts->exponent -= is_fraction;
        } else {
            parts->exponent += !is_fraction;
        }
        parts->digits += parts->mantissa > 0;
    }
}

static bool take_exponent(weir_str text, size_t *at, struct parts *parts)
{
    int64_t exponent = 0;
    bool is_negative;
    const size_t sign = *at + 1;
    if (*at == text.count || (text.bytes[*at] | 0x20) != 'e') {
        return true;
    }
    *at = sign + (sign < text.count && (text.bytes[sign] == '-' || text.bytes[sign] == '+'));
    is_negative = sign < text.count && text.bytes[sign] == '-';
    if (*at == text.count) {
        return false;
    }
    for (; *at < text.count && text.bytes[*at] >= '0' && text.bytes[*at] <= '9'; ++*at) {
        exponent = exponent > EXPONENT_MAX ? exponent : exponent * 10 + (text.bytes[*at] - '0');
    }
    parts->exponent += is_negative ? -exponent : exponent;
    return true;
}

static bool take_parts(weir_str text, struct parts *parts)
{
    size_t at = 0;
    memset(parts, 0, sizeof *parts);
    if (text.count > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+')) {
        parts->is_negative = text.bytes[0] == '-';
        at = 1;
    }
    take_digits(text, &at, parts, false);
    if (at < text.count && text.bytes[at] == '.') {
        at++;
        take_digits(text, &at, parts, true);
    }
    return parts->has_digits && take_exponent(text, &at, parts) && at == text.count;
}

/* True if one operation gives the nearest f64: both its operands are exact. */
static bool is_exact(const struct parts *parts, double *number)
{
    static const double powers[EXACT_POWER_MAX + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int64_t exponent = parts->exponent;
    double value = (double)parts->mantissa;
    if (parts->digits > 15 || exponent < -EXACT_POWER_MAX || exponent > EXACT_POWER_MAX) {
        return false;
    }
    value = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
    *number = parts->is_negative ? -value : value;
    return true;
}

/* inf, infinity and nan in any case, with a sign or without. */
static bool is_named(weir_str text, double *number)
{
    static const struct {
        const char *name;
        double number;
    } names[] = {{"inf", HUGE_VAL}, {"infinity", HUGE_VAL}, {"nan", (double)NAN}};
    const bool is_negative = weir_str_starts_with(text, "-");
    const weir_str rest =
        weir_str_slice(text, is_negative || weir_str_starts_with(text, "+"), text.count);
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        size_t i = 0;
        while (i < rest.count && (rest.bytes[i] | 0x20) == names[n].name[i]) {
            i++;
        }
        if (i == rest.count && names[n].name[i] == '\0') {
            *number = is_negative ? -names[n].number : names[n].number;
            return true;
        }
    }
    return false;
}

bool decimal_to_f64(weir_str text, char *scratch, double *number)
{
    struct parts parts;
    if (!take_parts(text, &parts)) {
        return is_named(text, number);
    }
    if (is_exact(&parts, number)) {
        return true;
    }
    memcpy(scratch, text.bytes, text.count);
    scratch[text.count] = '\0';
    *number = strtod(scratch, NULL);
    return isfinite(*number); /* 1e999 is written as a number, but is none that an f64 holds */
}
