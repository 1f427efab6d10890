/* SPDX-License-Identifier: Apache-2.0 */
/* Days and the calendar: the arithmetic that `time` and `web` share. */
#ifndef TIME_CALENDAR_H
#define TIME_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_SECOND_US INT64_C(1000000)
#define CALENDAR_DAY_US    (86400 * CALENDAR_SECOND_US)

struct calendar_time {
    int64_t year;
    int32_t month, day, hour, minute, second; /* month and day from 1 */
    int32_t microsecond;
    int32_t weekday;     /* 1 = Monday to 7 = Sunday; an answer only */
    int32_t day_of_year; /* from 1; an answer only */
};

/* True if there is that day. */
bool calendar_is_day(int64_t year, int32_t month, int32_t day);

/* Days from 1970-01-01 to that day, which exists; |year| below 10^9. */
int64_t calendar_days(int64_t year, int32_t month, int32_t day);

/* Microseconds since 1970 as a date and a time of day. */
void calendar_split(int64_t us, struct calendar_time *time);

/* The same for the date alone: year, month, day, weekday and day_of_year of a day since 1970. */
void calendar_date(int64_t days, struct calendar_time *time);

/* And back. second may be 60, which is the next minute's 0. False: there is no such day or time of
 * day, or an i64 does not hold it. */
bool calendar_join(const struct calendar_time *time, int64_t *us);

/* a divided by b > 0, cut towards -infinity. */
int64_t calendar_floor_div(int64_t a, int64_t b);

/* Microseconds since midnight. */
int64_t calendar_of_day(int64_t us);

/* The week of ISO 8601 and the year that it counts to, of a date. */
void calendar_week(const struct calendar_time *time, int64_t *year, int32_t *week);

#endif
