/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and quantities. A quantity is computed exactly, from its decimal digits, so that 0.1s is
 * 100000 us and 1500ns is refused: no floating point comes near it. */
#include "lang/lex/lexer.h"

#include <stdlib.h>
#include <string.h>

enum {
    WEIR_NUMBER_BYTES_MAX =
        400, /* the longest number that means something: a denormal f64 written out */
    WEIR_QUANTITY_DIGITS_MAX = 19 /* so that the digits fit 64 bits */
};

/* A unit is num/den of the base: microseconds or bytes. */
struct unit {
    const char *name;
    enum weir_token_kind kind;
    uint64_t num, den;
};
static const struct unit units[] = {
    {"ns", WEIR_TOKEN_DURATION, 1, 1000},       {"us", WEIR_TOKEN_DURATION, 1, 1},
    {"ms", WEIR_TOKEN_DURATION, 1000, 1},       {"s", WEIR_TOKEN_DURATION, 1000000, 1},
    {"m", WEIR_TOKEN_DURATION, 60000000, 1},    {"h", WEIR_TOKEN_DURATION, 3600000000, 1},
    {"d", WEIR_TOKEN_DURATION, 86400000000, 1}, {"B", WEIR_TOKEN_SIZE, 1, 1},
    {"kB", WEIR_TOKEN_SIZE, 1000, 1},           {"MB", WEIR_TOKEN_SIZE, 1000000, 1},
    {"GB", WEIR_TOKEN_SIZE, 1000000000, 1},     {"KiB", WEIR_TOKEN_SIZE, 1024, 1},
    {"MiB", WEIR_TOKEN_SIZE, 1048576, 1},       {"GiB", WEIR_TOKEN_SIZE, 1073741824, 1},
};
enum { UNIT_COUNT = sizeof units / sizeof units[0] };

/* What people write for them elsewhere. */
static const struct {
    const char *said, *meant;
} other_units[] = {
    {"sec", "s"},        {"secs", "s"},       {"second", "s"}, {"seconds", "s"}, {"S", "s"},
    {"min", "m"},        {"mins", "m"},       {"minute", "m"}, {"minutes", "m"}, {"hr", "h"},
    {"hrs", "h"},        {"hour", "h"},       {"hours", "h"},  {"H", "h"},       {"day", "d"},
    {"days", "d"},       {"D", "d"},          {"msec", "ms"},  {"millis", "ms"}, {"usec", "us"},
    {"\xC2\xB5s", "us"}, {"\xCE\xBCs", "us"}, {"nsec", "ns"},  {"b", "B"},       {"K", "KiB"},
    {"k", "kB"},         {"KB", "kB"},        {"kb", "kB"},    {"mb", "MB"},     {"G", "GiB"},
    {"gb", "GB"},
};

static bool is_word(const char *bytes, uint32_t count, const char *word)
{
    return strlen(word) == count && memcmp(bytes, word, count) == 0;
}

static const struct unit *find_unit(const char *bytes, uint32_t count)
{
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (is_word(bytes, count, units[i].name)) {
            return &units[i];
        }
    }
    return NULL;
}

bool weir_is_unit(weir_str word)
{
    return word.count <= 3 && find_unit(word.bytes, (uint32_t)word.count) != NULL;
}

static const char *nearest_unit(const char *bytes, uint32_t count)
{
    for (size_t i = 0; i < sizeof other_units / sizeof other_units[0]; i++) {
        if (is_word(bytes, count, other_units[i].said)) {
            return other_units[i].meant;
        }
    }
    struct weir_near near;
    weir_near_begin(&near, (weir_str){bytes, count});
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        weir_near_offer(&near, weir_str_of(units[i].name));
    }
    weir_str best = weir_near_best(&near);
    return best.count == 0 ? NULL : best.bytes;
}

static void report_unit(struct weir_lexer *lexer, struct weir_place number, struct weir_place word)
{
    const char *text = lexer->text;
    const char *near = nearest_unit(text + word.offset, word.length);
    struct weir_diagnostic *d;
    if (near != NULL) {
        d = weir_diagnostics_error(lexer->diagnostics, WEIR_CODE_UNKNOWN_UNIT, word,
                                   "unknown unit '%.*s': did you mean '%s'?", (int)word.length,
                                   text + word.offset, near);
        weir_diagnostic_help(lexer->diagnostics, d, "try: %.*s%s", (int)number.length,
                             text + number.offset, near);
    } else {
        d = weir_diagnostics_error(lexer->diagnostics, WEIR_CODE_UNKNOWN_UNIT, word,
                                   "unknown unit '%.*s'", (int)word.length, text + word.offset);
        weir_diagnostic_help(lexer->diagnostics, d,
                             "durations take ns us ms s m h d, sizes B kB MB GB KiB MiB GiB");
    }
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Digits of the number without its point, and how many of them stand behind the point (fewer by the
 * exponent). False if they are too many. */
static bool read_decimal(const char *bytes, uint32_t count, uint64_t *digits, int *behind)
{
    uint32_t seen = 0, i = 0;
    bool is_behind = false;
    *digits = 0;
    *behind = 0;
    for (; i < count && bytes[i] != 'e' && bytes[i] != 'E'; i++) {
        if (bytes[i] == '.') {
            is_behind = true;
            continue;
        }
        seen += seen > 0 || bytes[i] != '0';
        if (seen > WEIR_QUANTITY_DIGITS_MAX) {
            return false;
        }
        *digits = *digits * 10 + (uint64_t)(bytes[i] - '0');
        *behind += is_behind;
    }
    long exponent = i < count ? strtol(bytes + i + 1, NULL, 10) : 0;
    if (exponent > WEIR_QUANTITY_DIGITS_MAX || exponent < -WEIR_QUANTITY_DIGITS_MAX) {
        return false;
    }
    *behind -= (int)exponent;
    for (; *behind > 0 && *digits % 10 == 0; --*behind) {
        *digits /= 10;
        if (*digits == 0) {
            *behind = 1;
        }
    }
    return *behind <= WEIR_QUANTITY_DIGITS_MAX;
}

/* number * unit as a whole i64. */
static bool multiply(const char *bytes, uint32_t count, const struct unit *unit, int64_t *value)
{
    uint64_t digits, num = unit->num, den = unit->den;
    int behind;
    if (!read_decimal(bytes, count, &digits, &behind)) {
        return false;
    }
    for (; behind < 0; behind++) {
        if (__builtin_mul_overflow(digits, (uint64_t)10, &digits)) {
            return false;
        }
    }
    for (; behind > 0; behind--) {
        if (__builtin_mul_overflow(den, (uint64_t)10, &den)) {
            return false;
        }
    }
    uint64_t divisor = common_divisor(num, den);
    num /= divisor;
    den /= divisor;
    return digits % den == 0 && !__builtin_mul_overflow(digits / den, num, value);
}

static void take_quantity(struct weir_lexer *lexer, uint32_t start, uint32_t word)
{
    struct weir_place number = {start, word - start}, name = {word, lexer->at - word};
    const struct unit *unit = find_unit(lexer->text + word, name.length);
    int64_t value = 0;
    if (unit == NULL) {
        report_unit(lexer, number, name);
    } else if (!multiply(lexer->text + start, number.length, unit, &value)) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            lexer->diagnostics, WEIR_CODE_QUANTITY, weir_place_join(number, name),
            unit->kind == WEIR_TOKEN_SIZE
                ? "'%.*s' is no whole number of bytes that fits 64 bits"
                : "'%.*s' is no whole number of microseconds that fits 64 bits",
            (int)(number.length + name.length), lexer->text + start);
        weir_diagnostic_help(lexer->diagnostics, d,
                             unit->kind == WEIR_TOKEN_SIZE ? "sizes are counted in whole bytes"
                                                           : "the finest duration is 1us (1000ns)");
    }
    weir_lexer_add(lexer, unit == NULL ? WEIR_TOKEN_DURATION : unit->kind, start)->value.i64 =
        value;
}

static void number_error(struct weir_lexer *lexer,
                         uint32_t start,
                         const char *why,
                         const char *help)
{
    uint32_t length = lexer->at - start, shown = length < 40 ? length : 40;
    struct weir_diagnostic *d = weir_diagnostics_error(
        lexer->diagnostics, WEIR_CODE_NUMBER, (struct weir_place){start, length}, "'%.*s%s' %s",
        (int)shown, lexer->text + start, shown < length ? "..." : "", why);
    weir_diagnostic_help(lexer->diagnostics, d, "%s", help);
}

static void take_int(struct weir_lexer *lexer, uint32_t start)
{
    uint64_t value = 0;
    bool is_held = true;
    for (uint32_t i = start; i < lexer->at; i++) {
        is_held = is_held && !__builtin_mul_overflow(value, (uint64_t)10, &value) &&
                  !__builtin_add_overflow(value, (uint64_t)(lexer->text[i] - '0'), &value);
    }
    bool is_min = is_held && value == (uint64_t)INT64_MAX + 1;
    if (!is_min && (!is_held || value > (uint64_t)INT64_MAX)) {
        number_error(lexer, start, "does not fit a whole number (i64)",
                     "write it with a point for an f64: 1e20, 10000000000000000000.0");
        value = 0;
    }
    struct weir_token *token = weir_lexer_add(lexer, WEIR_TOKEN_INT, start);
    token->is_min_i64 = is_min;
    token->value.i64 = is_min ? INT64_MIN : (int64_t)value;
}

static void take_float(struct weir_lexer *lexer, uint32_t start)
{
    char digits[WEIR_NUMBER_BYTES_MAX + 1];
    uint32_t count = lexer->at - start;
    double value = 0;
    if (count > WEIR_NUMBER_BYTES_MAX) {
        number_error(lexer, start, "has too many digits", "17 digits are all that an f64 holds");
    } else {
        memcpy(digits, lexer->text + start, count);
        digits[count] = '\0';
        value = strtod(digits, NULL);
        if (value > 1.7976931348623157e308) {
            number_error(lexer, start, "is larger than any f64", "the largest is about 1.8e308");
            value = 0;
        }
    }
    weir_lexer_add(lexer, WEIR_TOKEN_FLOAT, start)->value.f64 = value;
}

static void skip_digits(struct weir_lexer *lexer)
{
    while (weir_is_digit(weir_lexer_peek(lexer, 0))) {
        lexer->at++;
    }
}

/* Steps over a point and an exponent; true if there was one. */
static bool skip_fraction(struct weir_lexer *lexer, uint32_t start)
{
    bool is_float = false;
    if (weir_lexer_peek(lexer, 0) == '.') {
        lexer->at++;
        is_float = true;
        if (!weir_is_digit(weir_lexer_peek(lexer, 0))) {
            number_error(lexer, start, "ends with a point", "put digits on both sides: 1.0");
        }
        skip_digits(lexer);
    }
    char e = weir_lexer_peek(lexer, 0), sign = weir_lexer_peek(lexer, 1);
    uint32_t signs = sign == '+' || sign == '-' ? 1 : 0;
    if ((e == 'e' || e == 'E') && weir_is_digit(weir_lexer_peek(lexer, 1 + signs))) {
        lexer->at += 1 + signs;
        skip_digits(lexer);
        is_float = true;
    }
    return is_float;
}

void weir_lexer_number(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at;
    skip_digits(lexer);
    bool is_float = skip_fraction(lexer, start);
    uint32_t word = lexer->at;
    while (weir_is_name_byte(weir_lexer_peek(lexer, 0)) ||
           (unsigned char)weir_lexer_peek(lexer, 0) >= 0x80) {
        lexer->at++;
    }
    if (lexer->at > word) {
        take_quantity(lexer, start, word);
    } else if (is_float) {
        take_float(lexer, start);
    } else {
        take_int(lexer, start);
    }
}
