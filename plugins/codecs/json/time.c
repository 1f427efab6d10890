/* SPDX-License-Identifier: Apache-2.0 */
/* Times as JSON has them: texts of RFC 3339. */
#include "../../time/calendar.h"
#include "json.h"

/* Takes exactly `count` digits off the front. */
static bool take_number(weir_str *rest, size_t count, int32_t *number)
{
    *number = 0;
    if (rest->count < count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (rest->bytes[i] < '0' || rest->bytes[i] > '9') {
            return false;
        }
        *number = *number * 10 + (rest->bytes[i] - '0');
    }
    *rest = weir_str_slice(*rest, count, rest->count);
    return true;
}

static bool take_one_of(weir_str *rest, const char *bytes, char *found)
{
    if (rest->count == 0 || rest->bytes[0] == '\0' || strchr(bytes, rest->bytes[0]) == NULL) {
        return false;
    }
    *found = rest->bytes[0];
    *rest = weir_str_slice(*rest, 1, rest->count);
    return true;
}

/* Four digits, or a sign and six. */
static bool take_year(weir_str *rest, int64_t *year)
{
    char sign = ' ';
    int32_t number;
    const bool is_far = take_one_of(rest, "+-", &sign);
    if (!take_number(rest, is_far ? 6 : 4, &number)) {
        return false;
    }
    *year = sign == '-' ? -number : number;
    return true;
}

/* ".5" is 500000; more than six digits are cut off. */
static bool take_fraction(weir_str *rest, int32_t *microsecond)
{
    char point;
    int32_t scale = 100000;
    *microsecond = 0;
    if (!take_one_of(rest, ".", &point)) {
        return true;
    }
    size_t count = 0;
    while (count < rest->count && rest->bytes[count] >= '0' && rest->bytes[count] <= '9') {
        *microsecond += (rest->bytes[count] - '0') * scale;
        scale /= 10;
        count++;
    }
    *rest = weir_str_slice(*rest, count, rest->count);
    return count > 0;
}

/* Z, or +hh:mm. */
static bool take_offset(weir_str *rest, int64_t *us)
{
    char sign;
    char colon;
    int32_t hours;
    int32_t minutes;
    *us = 0;
    if (take_one_of(rest, "Zz", &sign)) {
        return true;
    }
    if (!take_one_of(rest, "+-", &sign) || !take_number(rest, 2, &hours) ||
        !take_one_of(rest, ":", &colon) || !take_number(rest, 2, &minutes) || hours > 23 ||
        minutes > 59) {
        return false;
    }
    *us = (hours * 60 + minutes) * 60 * CALENDAR_SECOND_US;
    *us = sign == '-' ? -*us : *us;
    return true;
}

bool json_time_parse(weir_str text, int64_t *us)
{
    struct calendar_time time;
    char byte;
    int64_t offset;
    memset(&time, 0, sizeof time);
    return take_year(&text, &time.year) && take_one_of(&text, "-", &byte) &&
           take_number(&text, 2, &time.month) && take_one_of(&text, "-", &byte) &&
           take_number(&text, 2, &time.day) && take_one_of(&text, "Tt ", &byte) &&
           take_number(&text, 2, &time.hour) && take_one_of(&text, ":", &byte) &&
           take_number(&text, 2, &time.minute) && take_one_of(&text, ":", &byte) &&
           take_number(&text, 2, &time.second) && take_fraction(&text, &time.microsecond) &&
           take_offset(&text, &offset) && text.count == 0 && calendar_join(&time, us) &&
           !__builtin_sub_overflow(*us, offset, us);
}

void json_put_time(struct weir_blob *to, int64_t us)
{
    struct calendar_time time;
    char text[64];
    calendar_split(us, &time);
    const bool is_far = time.year < 0 || time.year > 9999;
    const int64_t year = time.year < 0 ? -time.year : time.year;
    (void)snprintf(text, sizeof text, "\"%s%0*lld-%02d-%02dT%02d:%02d:%02d.%06dZ\"",
                   !is_far         ? ""
                   : time.year < 0 ? "-"
                                   : "+",
                   is_far ? 6 : 4, (long long)year, (int)time.month, (int)time.day, (int)time.hour,
                   (int)time.minute, (int)time.second, (int)time.microsecond);
    weir_blob_put(to, text);
}
