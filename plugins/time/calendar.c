/* SPDX-License-Identifier: Apache-2.0 */
/* Years are counted from March, so that the leap day is the last of a year, and in eras of 400,
 * which all have the same number of days. */
#include "calendar.h"

enum {
    DAYS_OF_ERA = 146097,
    DAYS_TO_1970 = 719468, /* from 0000-03-01 */
    YEARS_END = 1000000    /* beyond what an i64 of microseconds reaches */
};

int64_t calendar_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t calendar_of_day(int64_t us)
{
    const int64_t rest = us % CALENDAR_DAY_US;
    return rest < 0 ? rest + CALENDAR_DAY_US : rest;
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool calendar_is_day(int64_t year, int32_t month, int32_t day)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && is_leap(year));
}

int64_t calendar_days(int64_t year, int32_t month, int32_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = calendar_floor_div(y, 400);
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_TO_1970;
}

void calendar_date(int64_t days, struct calendar_time *time)
{
    const int64_t shifted = days + DAYS_TO_1970;
    const int64_t era = calendar_floor_div(shifted, DAYS_OF_ERA);
    const int32_t day_of_era = (int32_t)(shifted - era * DAYS_OF_ERA);
    const int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int32_t from_march =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int32_t march_month = (5 * from_march + 2) / 153;
    time->day = from_march - (153 * march_month + 2) / 5 + 1;
    time->month = march_month < 10 ? march_month + 3 : march_month - 9;
    time->year = year_of_era + era * 400 + (time->month <= 2);
    time->weekday = (int32_t)(days + 3 - calendar_floor_div(days + 3, 7) * 7) + 1;
    time->day_of_year = time->month > 2 ? from_march + 60 + is_leap(time->year) : from_march - 305;
}

void calendar_split(int64_t us, struct calendar_time *time)
{
    const int64_t rest = calendar_of_day(us);
    const int32_t seconds = (int32_t)(rest / CALENDAR_SECOND_US);
    calendar_date(calendar_floor_div(us, CALENDAR_DAY_US), time);
    time->hour = seconds / 3600;
    time->minute = seconds / 60 % 60;
    time->second = seconds % 60;
    time->microsecond = (int32_t)(rest % CALENDAR_SECOND_US);
}

bool calendar_join(const struct calendar_time *time, int64_t *us)
{
    int64_t of_day = time->hour * 3600 + time->minute * 60 + time->second;
    int64_t days;
    if (time->hour < 0 || time->hour > 23 || time->minute < 0 || time->minute > 59 ||
        time->second < 0 || time->second > 60 || time->year <= -YEARS_END ||
        time->year >= YEARS_END || !calendar_is_day(time->year, time->month, time->day)) {
        return false;
    }
    of_day = of_day * CALENDAR_SECOND_US + time->microsecond;
    days = calendar_days(time->year, time->month, time->day);
    if (days < 0) { /* the first day that an i64 reaches begins before what it reaches */
        days++;
        of_day -= CALENDAR_DAY_US;
    }
    return !__builtin_mul_overflow(days, CALENDAR_DAY_US, us) &&
           !__builtin_add_overflow(*us, of_day, us);
}

/* A week belongs to the year that its Thursday is in. */
void calendar_week(const struct calendar_time *time, int64_t *year, int32_t *week)
{
    const int32_t thursday = time->day_of_year - time->weekday + 4;
    const int32_t days = 365 + is_leap(time->year);
    if (thursday < 1) {
        *year = time->year - 1;
        *week = (thursday + 365 + is_leap(*year) - 1) / 7 + 1;
    } else if (thursday > days) {
        *year = time->year + 1;
        *week = 1;
    } else {
        *year = time->year;
        *week = (thursday - 1) / 7 + 1;
    }
}
