/* SPDX-License-Identifier: Apache-2.0 */
/* Shortest doubles: the fewest digits that read back equal, found by trying 15, 16 and 17 (any
 * decimal of 15 digits survives a double, so fewer than 15 show up as zeros at the end). */
#include "data/json/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    I64_BYTES_MAX = 20,
    F64_DIGITS_MAX = 17,
    F64_TEXT_BYTES = 48,
    F64_POINT_MIN =
        -4, /* powers of ten from here to F64_POINT_MAX are written out, others have an exponent */
    F64_POINT_MAX = 15
};

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

void weir_json_i64(struct weir_text *to, int64_t value)
{
    char digits[I64_BYTES_MAX];
    char *at = digits + sizeof digits;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    while (left >= 100) {
        at -= 2;
        memcpy(at, pairs + left % 100 * 2, 2);
        left /= 100;
    }
    if (left >= 10) {
        at -= 2;
        memcpy(at, pairs + left * 2, 2);
    } else {
        *--at = (char)('0' + left);
    }
    if (value < 0) {
        *--at = '-';
    }
    weir_text_append(to, at, (size_t)(digits + sizeof digits - at));
}

/* ---- doubles ---- */

struct decimal {
    char digits[F64_DIGITS_MAX + 1]; /* d.ddd without the point, NUL-terminated */
    int exponent;
};

/* Does the text read back as `value`? Printed and read under one locale, whatever it is. */
static bool reads_back(const char *text, double value)
{
    return strtod(text, NULL) == value;
}

/* Splits "d.ddde-XX"; the point may be any text between digits. */
static void split_decimal(const char *text, struct decimal *decimal)
{
    size_t count = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && count < F64_DIGITS_MAX) {
            decimal->digits[count++] = *text;
        }
    }
    while (count > 1 && decimal->digits[count - 1] == '0') {
        count--;
    }
    decimal->digits[count] = '\0';
    decimal->exponent = *text == 'e' ? (int)strtol(text + 1, NULL, 10) : 0;
}

/* At a power of two the gap below is half the gap above: the 16 digits nearest to it may fall
 * short, and the next ones up read back all the same. */
static bool try_rounding_up(char *text, double value)
{
    char *e = strchr(text, 'e');
    char up[F64_TEXT_BYTES];
    if (e == NULL || e - text < 2 || e[-2] < '0' || e[-2] >= '9') {
        return false;
    }
    size_t kept = (size_t)(e - text) - 1;
    memcpy(up, text, kept);
    up[kept - 1]++;
    memcpy(up + kept, e, strlen(e) + 1);
    if (!reads_back(up, value)) {
        return false;
    }
    memcpy(text, up, strlen(up) + 1);
    return true;
}

/* value is finite and above 0. */
static void shortest(double value, struct decimal *decimal)
{
    char text[F64_TEXT_BYTES];
    int first = value < 2.2250738585072014e-308 ? 1 : 15; /* subnormals have fewer digits */
    for (int digits = first; digits <= F64_DIGITS_MAX; digits++) {
        (void)snprintf(text, sizeof text, "%.*e", digits - 1, value);
        if (reads_back(text, value)) {
            int exponent;
            if (digits == F64_DIGITS_MAX && frexp(value, &exponent) == 0.5) {
                (void)try_rounding_up(text, value);
            }
            break;
        }
    }
    split_decimal(text, decimal);
}

static void put_zeros(struct weir_text *to, int count)
{
    for (int i = 0; i < count; i++) {
        weir_text_append(to, "0", 1);
    }
}

static void put_decimal(struct weir_text *to, const struct decimal *decimal)
{
    int count = (int)strlen(decimal->digits);
    int exponent = decimal->exponent;
    if (exponent < F64_POINT_MIN || exponent > F64_POINT_MAX) {
        weir_text_append(to, decimal->digits, 1);
        if (count > 1) {
            weir_text_append(to, ".", 1);
            weir_text_append(to, decimal->digits + 1, (size_t)count - 1);
        }
        weir_text_append(to, "e", 1);
        weir_json_i64(to, exponent);
        return;
    }
    if (exponent < 0) {
        weir_text_append(to, "0.", 2);
        put_zeros(to, -exponent - 1);
        weir_text_append(to, decimal->digits, (size_t)count);
        return;
    }
    int whole = count < exponent + 1 ? count : exponent + 1;
    weir_text_append(to, decimal->digits, (size_t)whole);
    put_zeros(to, exponent + 1 - whole);
    weir_text_append(to, ".", 1);
    weir_text_append(to, count > whole ? decimal->digits + whole : "0",
                     count > whole ? (size_t)(count - whole) : 1);
}

void weir_json_f64(struct weir_text *to, double value)
{
    if (isnan(value)) {
        weir_text_put(to, "\"NaN\"");
        return;
    }
    if (isinf(value)) {
        weir_text_put(to, value < 0 ? "\"-Infinity\"" : "\"Infinity\"");
        return;
    }
    if (signbit(value)) {
        weir_text_append(to, "-", 1);
        value = -value;
    }
    struct decimal decimal = {"0", 0};
    if (value != 0) {
        shortest(value, &decimal);
    }
    put_decimal(to, &decimal);
}

/* ---- times ---- */

enum {
    DAYS_PER_ERA = 146097,  /* 400 years */
    DAYS_TO_EPOCH = 719468, /* from 0000-03-01 to 1970-01-01 */
    DAYS_PER_YEAR = 365
};
static const int64_t us_per_day = INT64_C(86400000000);

struct date {
    int64_t year;
    int month, day;
};

/* Years counted from March, so that the leap day is the last day of a year. */
static struct date date_of_days(int64_t days)
{
    days += DAYS_TO_EPOCH;
    int64_t era = (days >= 0 ? days : days - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int day_of_era = (int)(days - era * DAYS_PER_ERA);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / DAYS_PER_YEAR;
    int day_of_year =
        day_of_era - (DAYS_PER_YEAR * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    struct date date;
    date.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    date.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    date.year = year_of_era + era * 400 + (date.month <= 2);
    return date;
}

/* Appends `count` digits. */
static void put_digits(struct weir_text *to, int64_t value, int count)
{
    char digits[I64_BYTES_MAX];
    for (int i = count - 1; i >= 0; i--) {
        digits[i] = (char)('0' + value % 10);
        value /= 10;
    }
    weir_text_append(to, digits, (size_t)count);
}

void weir_json_ts(struct weir_text *to, int64_t us)
{
    int64_t days = us / us_per_day;
    int64_t rest = us % us_per_day;
    if (rest < 0) {
        rest += us_per_day;
        days--;
    }
    struct date date = date_of_days(days);
    if (date.year < 0 || date.year > 9999) {
        weir_text_append(to, date.year < 0 ? "-" : "+", 1);
        put_digits(to, date.year < 0 ? -date.year : date.year, 6);
    } else {
        put_digits(to, date.year, 4);
    }
    const int64_t parts[] = {date.month, date.day, rest / 3600000000, rest / 60000000 % 60,
                             rest / 1000000 % 60};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        weir_text_append(to, &"--T::"[i], 1);
        put_digits(to, parts[i], 2);
    }
    weir_text_append(to, ".", 1);
    put_digits(to, rest % 1000000, 6);
    weir_text_append(to, "Z", 1);
}
