/* SPDX-License-Identifier: Apache-2.0 */
/* Durations (microseconds) and sizes (bytes) with their units, as in the pipeline language. */
#include "plugin/param/param.h"

#include <string.h>

struct unit {
    const char *name;
    uint64_t times; /* of a nanosecond; of a byte */
};
enum { UNITS_COUNT = 7, NS_PER_US = 1000, FRACTION_DIGITS_MAX = 12 };
static const struct unit durations[UNITS_COUNT] = {
    {"d", 86400000000000u}, {"h", 3600000000000u}, {"m", 60000000000u}, {"s", 1000000000},
    {"ms", 1000000},        {"us", 1000},          {"ns", 1},
};
static const struct unit sizes[UNITS_COUNT] = {
    {"GiB", 1u << 30}, {"GB", 1000000000}, {"MiB", 1u << 20}, {"MB", 1000000},
    {"KiB", 1u << 10}, {"kB", 1000},       {"B", 1},
};

/* number * times / 10^digits must be a whole number of base units. */
static bool scale(
    uint64_t number, unsigned digits, uint64_t times, bool is_duration, int64_t *value)
{
    uint64_t divisor = is_duration ? NS_PER_US : 1;
    for (unsigned i = 0; i < digits; i++) {
        divisor *= 10;
    }
    uint64_t product;
    if (__builtin_mul_overflow(number, times, &product) || product % divisor != 0 ||
        product / divisor > INT64_MAX) {
        return false;
    }
    *value = (int64_t)(product / divisor);
    return true;
}

bool weir_quantity_parse(const char *text, bool is_duration, int64_t *value)
{
    uint64_t number = 0;
    unsigned digits = 0;
    bool has_point = false;
    const char *at = text;
    for (; (*at >= '0' && *at <= '9') || (*at == '.' && !has_point && at != text); at++) {
        if (*at == '.') {
            has_point = true;
            continue;
        }
        if (number > (UINT64_MAX - 9) / 10 || (has_point && ++digits > FRACTION_DIGITS_MAX)) {
            return false;
        }
        number = number * 10 + (uint64_t)(*at - '0');
    }
    const struct unit *units = is_duration ? durations : sizes;
    for (size_t i = 0; at != text && at[-1] != '.' && i < UNITS_COUNT; i++) {
        if (strcmp(at, units[i].name) == 0) {
            return scale(number, digits, units[i].times, is_duration, value);
        }
    }
    return false;
}

void weir_quantity_print(int64_t value, bool is_duration, struct weir_text *to)
{
    const struct unit *units = is_duration ? durations : sizes;
    const char *smallest = is_duration ? "us" : "B";
    for (size_t i = 0; value != 0 && i < UNITS_COUNT; i++) {
        int64_t times = (int64_t)(units[i].times / (is_duration ? NS_PER_US : 1));
        if (times > 0 && value % times == 0) {
            weir_text_printf(to, "%lld%s", (long long)(value / times), units[i].name);
            return;
        }
    }
    weir_text_printf(to, "%lld%s", (long long)value, value == 0 && is_duration ? "s" : smallest);
}
