/* SPDX-License-Identifier: Apache-2.0 */
/* Durations, sizes and counts as options give them. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    int64_t factor;
};

/* Digits, then exactly one of the units. */
static bool read_quantity(const char *text, const struct unit *units, size_t count, int64_t *value)
{
    char *end;
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    long long number = strtoll(text, &end, 10);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(end, units[i].name) == 0 && number <= INT64_MAX / units[i].factor) {
            *value = number * units[i].factor;
            return true;
        }
    }
    return false;
}

int weir_cli_duration(const char *option, const char *text, int64_t *us, struct weir_error *err)
{
    static const struct unit units[] = {{"us", 1},       {"ms", 1000},      {"s", 1000000},
                                        {"m", 60000000}, {"h", 3600000000}, {"d", 86400000000}};
    if (!read_quantity(text, units, sizeof units / sizeof *units, us)) {
        return weir_error_set(err, WEIR_EUSAGE,
                              "%s: '%s' is no duration: write a whole number and a unit, as in "
                              "500ms, 1s, 2m (units: us ms s m h d)",
                              option, text);
    }
    return WEIR_OK;
}

int weir_cli_size(const char *option, const char *text, uint64_t *bytes, struct weir_error *err)
{
    static const struct unit units[] = {{"B", 1},           {"kB", 1000},     {"MB", 1000000},
                                        {"GB", 1000000000}, {"KiB", 1 << 10}, {"MiB", 1 << 20},
                                        {"GiB", 1 << 30}};
    int64_t value;
    if (!read_quantity(text, units, sizeof units / sizeof *units, &value) || value == 0) {
        return weir_error_set(err, WEIR_EUSAGE,
                              "%s: '%s' is no size: write a whole number above 0 and a unit, as in "
                              "64MiB (units: B kB MB GB KiB MiB GiB)",
                              option, text);
    }
    *bytes = (uint64_t)value;
    return WEIR_OK;
}

int weir_cli_count(const char *option,
                   const char *text,
                   int64_t min,
                   int64_t max,
                   int64_t *count,
                   struct weir_error *err)
{
    char *end;
    long long value = strtoll(text, &end, 10);
    if (text[0] == '\0' || *end != '\0' || value < min || value > max) {
        return weir_error_set(err, WEIR_EUSAGE,
                              "%s: '%s' is no whole number from %" PRId64 " to %" PRId64, option,
                              text, min, max);
    }
    *count = value;
    return WEIR_OK;
}
