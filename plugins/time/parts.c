/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a time as numbers. */
#include "calendar.h"

#include <weir/operator.h>

#define PART(name, text, value)                                                                    \
    WEIR_HELP(name, text, "generate clicks | map part = time." #name "(at) | print");              \
    WEIR_FUNCTION(int64_t, name, (weir_ts, time))                                                  \
    {                                                                                              \
        struct calendar_time parts;                                                                \
        calendar_date(calendar_floor_div(time.us, CALENDAR_DAY_US), &parts);                       \
        return value;                                                                              \
    }

PART(year, "the year, UTC; 0 is the one before 1", parts.year)
PART(month, "the month, 1 to 12, UTC", parts.month)
PART(day, "the day of the month, 1 to 31, UTC", parts.day)
PART(weekday, "the day of the week, 1 = Monday to 7 = Sunday, UTC", parts.weekday)
PART(day_of_year, "the day of the year, 1 to 366, UTC", parts.day_of_year)

WEIR_HELP(
    week,
    "the week of ISO 8601, 1 to 53, UTC; the first days of January may be in the last week of "
    "the year before",
    "generate clicks | map part = time.week(at) | print");
WEIR_FUNCTION(int64_t, week, (weir_ts, time))
{
    struct calendar_time parts;
    int64_t year;
    int32_t week;
    calendar_date(calendar_floor_div(time.us, CALENDAR_DAY_US), &parts);
    calendar_week(&parts, &year, &week);
    return week;
}

#define PART_OF_DAY(name, text, value)                                                             \
    WEIR_HELP(name, text, "generate clicks | map part = time." #name "(at) | print");              \
    WEIR_FUNCTION(int64_t, name, (weir_ts, time))                                                  \
    {                                                                                              \
        return value;                                                                              \
    }

PART_OF_DAY(hour, "the hour, 0 to 23, UTC", calendar_of_day(time.us) / (3600 * CALENDAR_SECOND_US))
PART_OF_DAY(minute,
            "the minute of the hour, 0 to 59",
            calendar_of_day(time.us) / (60 * CALENDAR_SECOND_US) % 60)
PART_OF_DAY(second,
            "the second of the minute, 0 to 59",
            calendar_of_day(time.us) / CALENDAR_SECOND_US % 60)
PART_OF_DAY(microsecond,
            "the microsecond of the second, 0 to 999999",
            calendar_of_day(time.us) % CALENDAR_SECOND_US)
