/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and times as text and back. The forms are those of weir's JSON output, so that what one
 * job prints another reads. */
#include "text_form.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY_US (INT64_C(86400) * 1000000)

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The unsigned number in all of `text`. False: no digit, another byte, or above `limit`. */
static bool read_digits(weir_str text, uint64_t limit, uint64_t *number)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.count; i++) {
        const uint64_t digit = (uint64_t)(unsigned char)text.bytes[i] - '0';
        if (digit > 9 || value > (limit - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return text.count > 0;
}

bool text_to_i64(weir_str text, int64_t *number)
{
    const bool is_negative = weir_str_starts_with(text, "-");
    const bool is_signed = is_negative || weir_str_starts_with(text, "+");
    const uint64_t limit = (uint64_t)INT64_MAX + is_negative;
    uint64_t value;
    if (!read_digits(weir_str_slice(text, is_signed, text.count), limit, &value)) {
        return false;
    }
    *number = (int64_t)(is_negative ? 0 - value : value);
    return true;
}

/* Skips digits from *at on; true if there was one. */
static bool skip_digits(weir_str text, size_t *at)
{
    const size_t start = *at;
    while (*at < text.count && is_digit(text.bytes[*at])) {
        ++*at;
    }
    return *at > start;
}

/* [sign] digits [. digits] [e [sign] digits], with a digit before or after the point: strtod would
 * also take blanks, hexadecimals and more. */
static bool is_decimal(weir_str text)
{
    size_t at = text.count > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+');
    bool has_digits = skip_digits(text, &at);
    if (at < text.count && text.bytes[at] == '.') {
        at++;
        has_digits = skip_digits(text, &at) || has_digits;
    }
    if (has_digits && at < text.count && (text.bytes[at] == 'e' || text.bytes[at] == 'E')) {
        at++;
        at += at < text.count && (text.bytes[at] == '-' || text.bytes[at] == '+');
        has_digits = skip_digits(text, &at);
    }
    return has_digits && at == text.count;
}

/* inf, infinity and nan in any case, with a sign or without. */
static bool is_named_number(weir_str text, double *number)
{
    static const struct {
        const char *name;
        double number;
    } names[] = {{"inf", HUGE_VAL}, {"infinity", HUGE_VAL}, {"nan", (double)NAN}};
    const bool is_negative = weir_str_starts_with(text, "-");
    const size_t start = is_negative || weir_str_starts_with(text, "+");
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        size_t i = 0;
        while (start + i < text.count && names[n].name[i] != '\0' &&
               (text.bytes[start + i] | 0x20) == names[n].name[i]) {
            i++;
        }
        if (start + i == text.count && names[n].name[i] == '\0') {
            *number = is_negative ? -names[n].number : names[n].number;
            return true;
        }
    }
    return false;
}

bool text_to_f64(weir_str text, char *copy, double *number)
{
    if (!is_decimal(text)) {
        return is_named_number(text, number);
    }
    memcpy(copy, text.bytes, text.count);
    copy[text.count] = '\0';
    *number = strtod(copy, NULL);
    return isfinite(*number); /* 1e999 is written as a number, but is none that an f64 holds */
}

/* Days from 1970-01-01 to that day of the Gregorian calendar: years are counted from March, so that
 * the leap day is the last of a year, and in eras of 400. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static bool is_day(int64_t year, int64_t month, int64_t day)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && is_leap);
}

/* The number in the next `count` digits, and then the byte `after` ('\0': none). */
static bool take_part(weir_str *rest, size_t count, char after, int64_t *part)
{
    uint64_t value;
    const size_t taken = count + (after != '\0');
    if (rest->count < taken || !read_digits(weir_str_slice(*rest, 0, count), 999999, &value) ||
        (after != '\0' && rest->bytes[count] != after)) {
        return false;
    }
    *part = (int64_t)value;
    *rest = weir_str_slice(*rest, taken, rest->count);
    return true;
}

/* .digits, to microseconds; digits beyond are cut off. */
static bool take_fraction(weir_str *rest, int64_t *us)
{
    size_t at = 1;
    int64_t unit = 100000;
    *us = 0;
    if (rest->count == 0 || rest->bytes[0] != '.') {
        return true;
    }
    for (; at < rest->count && is_digit(rest->bytes[at]); at++) {
        *us += (rest->bytes[at] - '0') * unit;
        unit /= 10;
    }
    *rest = weir_str_slice(*rest, at, rest->count);
    return at > 1;
}

/* Z or +hh:mm or -hh:mm, and nothing behind it. */
static bool take_zone(weir_str rest, int64_t *us)
{
    int64_t hours;
    int64_t minutes;
    int64_t sign;
    if (rest.count == 1) {
        *us = 0;
        return rest.bytes[0] == 'Z' || rest.bytes[0] == 'z';
    }
    if (rest.count != 6 || (rest.bytes[0] != '+' && rest.bytes[0] != '-')) {
        return false;
    }
    sign = rest.bytes[0] == '-' ? -1 : 1;
    rest = weir_str_slice(rest, 1, rest.count);
    if (!take_part(&rest, 2, ':', &hours) || !take_part(&rest, 2, '\0', &minutes)) {
        return false;
    }
    *us = sign * (hours * 60 + minutes) * 60 * 1000000;
    return hours <= 23 && minutes <= 59;
}

/* YYYY-, or a sign and six digits for years that four do not reach. */
static bool take_year(weir_str *rest, int64_t *year)
{
    const bool is_negative = weir_str_starts_with(*rest, "-");
    if (!is_negative && !weir_str_starts_with(*rest, "+")) {
        return take_part(rest, 4, '-', year);
    }
    *rest = weir_str_slice(*rest, 1, rest->count);
    if (!take_part(rest, 6, '-', year)) {
        return false;
    }
    *year = is_negative ? -*year : *year;
    return true;
}

bool text_to_ts(weir_str text, int64_t *us)
{
    int64_t year;
    int64_t month;
    int64_t day;
    int64_t hour;
    int64_t minute;
    int64_t second;
    int64_t fraction_us;
    int64_t zone_us;
    if (!take_year(&text, &year) || !take_part(&text, 2, '-', &month) ||
        !take_part(&text, 2, '\0', &day) || text.count == 0 ||
        (text.bytes[0] != 'T' && text.bytes[0] != 't' && text.bytes[0] != ' ')) {
        return false;
    }
    text = weir_str_slice(text, 1, text.count);
    if (!take_part(&text, 2, ':', &hour) || !take_part(&text, 2, ':', &minute) ||
        !take_part(&text, 2, '\0', &second) || !take_fraction(&text, &fraction_us) ||
        !take_zone(text, &zone_us)) {
        return false;
    }
    return is_day(year, month, day) && hour <= 23 && minute <= 59 && second <= 60 &&
           !__builtin_mul_overflow(days_of(year, month, day), DAY_US, us) &&
           !__builtin_add_overflow(
               *us, (hour * 3600 + minute * 60 + second) * 1000000 + fraction_us - zone_us, us);
}

size_t text_from_i64(int64_t number, char *text)
{
    return (size_t)snprintf(text, TEXT_FORM_BYTES, "%" PRId64, number);
}

/* Writes number as d.ddde[-]xx with the fewest digits that read back; returns how many digits. */
static int shortest(double number, char *text)
{
    int digits = fabs(number) < DBL_MIN ? 1 : 15; /* 15 always survive a round trip; 17 suffice */
    for (;; digits++) {
        (void)snprintf(text, TEXT_FORM_BYTES, "%.*e", digits - 1, number);
        if (digits == 17 || strtod(text, NULL) == number) {
            return digits;
        }
    }
}

/* Cuts zeros off the end, but not the one behind the point; returns what is left of `count`. */
static size_t cut_zeros(const char *text, size_t count, bool keeps_one)
{
    while (text[count - 1] == '0' && (!keeps_one || text[count - 2] != '.')) {
        count--;
    }
    return text[count - 1] == '.' ? count - 1 : count;
}

/* 3.0, 0.001 and 1234.5, but 1e16 and 1.5e-7: as in JSON output. */
size_t text_from_f64(double number, char *text)
{
    const char *exponent_at;
    char scientific[TEXT_FORM_BYTES];
    int digits;
    long exponent;
    size_t mantissa;
    if (!isfinite(number)) {
        const char *name = isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity";
        return (size_t)snprintf(text, TEXT_FORM_BYTES, "%s", name);
    }
    digits = shortest(number, scientific);
    exponent_at = strchr(scientific, 'e');
    exponent = strtol(exponent_at + 1, NULL, 10);
    if (exponent >= -4 && exponent <= 15) {
        const int decimals = digits - 1 > exponent ? digits - 1 - (int)exponent : 1;
        const int count = snprintf(text, TEXT_FORM_BYTES, "%.*f", decimals, number);
        return cut_zeros(text, (size_t)count, true);
    }
    mantissa = (size_t)(exponent_at - scientific);
    if (digits > 1) {
        mantissa = cut_zeros(scientific, mantissa, false);
    }
    return (size_t)snprintf(text, TEXT_FORM_BYTES, "%.*se%ld", (int)mantissa, scientific, exponent);
}

size_t text_from_ts(int64_t us, char *text)
{
    const int64_t days = us / DAY_US - (us % DAY_US < 0);
    const int64_t rest = us - days * DAY_US;
    const int64_t z = days + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t day_of_era = z - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t march_month = (5 * day_of_year + 2) / 153;
    const int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    const int64_t year = year_of_era + era * 400 + (month <= 2);
    const int count = snprintf(text, TEXT_FORM_BYTES,
                               year >= 0 && year <= 9999 ? "%04" PRId64 : "%+07" PRId64, year);
    const int more = snprintf(
        text + count, (size_t)(TEXT_FORM_BYTES - count),
        "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%06" PRId64 "Z",
        month, day_of_year - (153 * march_month + 2) / 5 + 1, rest / (3600 * INT64_C(1000000)),
        rest / (60 * INT64_C(1000000)) % 60, rest / 1000000 % 60, rest % 1000000);
    return (size_t)(count + more);
}
