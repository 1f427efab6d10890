/* SPDX-License-Identifier: Apache-2.0 */
/* Times as texts. The text is written into the instance, whose room is known when it opens. */
#include "calendar.h"
#include "pattern.h"

enum { ITEM_BYTES_MAX = 24, TEXT_BYTES = PATTERN_BYTES_MAX + PATTERN_ITEMS_MAX * ITEM_BYTES_MAX };

#define LETTERS "YmdHMSfLzZjbBaAeyIpuwVGs"

struct format_self {
    struct pattern pattern;
    char text[TEXT_BYTES];
};

/* Writes the last `count` digits of `number` and returns where they end. */
static inline char *put_digits(char *to, int64_t number, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        to[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return to + count;
}

static inline char *put_chars(char *to, const char *chars, size_t count)
{
    memcpy(to, chars, count);
    return to + count;
}

/* Any number, with at least `digits` digits. */
static char *put_number(char *to, int64_t number, int digits)
{
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char text[ITEM_BYTES_MAX];
    int at = ITEM_BYTES_MAX;
    while (left > 0 || ITEM_BYTES_MAX - at < digits) {
        text[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (number < 0) {
        *to++ = '-';
    }
    return put_chars(to, text + at, (size_t)(ITEM_BYTES_MAX - at));
}

/* Four digits, or a sign and six for the years that four do not reach, as weir prints times. */
static char *put_year(char *to, int64_t year)
{
    if (year >= 0 && year <= 9999) {
        return put_digits(to, year, 4);
    }
    if (year > 0) {
        *to++ = '+';
    }
    return put_number(to, year, 6);
}

static char *put_week(char *to, char letter, const struct calendar_time *time)
{
    int64_t year;
    int32_t week;
    calendar_week(time, &year, &week);
    return letter == 'V' ? put_digits(to, week, 2) : put_year(to, year);
}

static char *put_name(char *to, const char *name, bool is_short)
{
    return put_chars(to, name, is_short ? 3 : strlen(name));
}

static char *put_clock(char *to, char letter, const struct calendar_time *time)
{
    switch (letter) {
    case 'H':
        return put_digits(to, time->hour, 2);
    case 'I':
        return put_digits(to, (time->hour + 11) % 12 + 1, 2);
    case 'p':
        return put_chars(to, time->hour < 12 ? "AM" : "PM", 2);
    case 'M':
        return put_digits(to, time->minute, 2);
    case 'S':
        return put_digits(to, time->second, 2);
    case 'f':
        return put_digits(to, time->microsecond, 6);
    case 'L':
        return put_digits(to, time->microsecond / 1000, 3);
    case 'z':
        return put_chars(to, "+0000", 5);
    default: /* 'Z' */
        return put_chars(to, "UTC", 3);
    }
}

static char *put_date(char *to, char letter, const struct calendar_time *time)
{
    switch (letter) {
    case 'Y':
        return put_year(to, time->year);
    case 'y':
        return put_digits(to, time->year - calendar_floor_div(time->year, 100) * 100, 2);
    case 'm':
        return put_digits(to, time->month, 2);
    case 'd':
        return put_digits(to, time->day, 2);
    case 'e':
        put_digits(to, time->day, 2);
        *to = time->day < 10 ? ' ' : *to;
        return to + 2;
    case 'j':
        return put_digits(to, time->day_of_year, 3);
    case 'b':
    case 'B':
        return put_name(to, pattern_months[time->month - 1], letter == 'b');
    case 'a':
    case 'A':
        return put_name(to, pattern_weekdays[time->weekday - 1], letter == 'a');
    case 'u':
        return put_digits(to, time->weekday, 1);
    case 'w':
        return put_digits(to, time->weekday % 7, 1);
    case 'V':
    case 'G':
        return put_week(to, letter, time);
    default:
        return put_clock(to, letter, time);
    }
}

/* 2026-01-31T23:59:59.250000Z, as weir prints times. */
static char *put_rfc3339(char *to, const struct calendar_time *time)
{
    static const char form[] = "Y-m-dTH:M:S.f";
    for (const char *at = form; *at != '\0'; at++) {
        if (strchr("YmdHMSf", *at) != NULL) {
            to = put_date(to, *at, time);
        } else {
            *to++ = *at;
        }
    }
    *to++ = 'Z';
    return to;
}

static int open_format(struct weir_task *task)
{
    struct format_self *self = task->self;
    return pattern_read(task, LETTERS, &self->pattern);
}

WEIR_PARAMS(format,
            WEIR_PARAM_STR(format,
                           default("rfc3339"),
                           "rfc3339, or as in strftime: %Y %m %d %H %M %S, %f microseconds, %L "
                           "milliseconds, %F %T %R %D %j %b %B %a %A %e %y %I %p %u %w %V %G %s %z "
                           "%Z %%"));
WEIR_INSTANCE(format, struct format_self, open_format, NULL);
WEIR_BIND(format)
{
    struct pattern pattern;
    const int outcome = pattern_read(bind->task, LETTERS, &pattern);
    return outcome == WEIR_OK ? weir_declare(bind, "value", "str") : outcome;
}
WEIR_HELP(format,
          "the time as text, UTC",
          "generate clicks | map hour = time.format(at, format=\"%F %H:00\") | print");
WEIR_FUNCTION(weir_str, format, (weir_ts, time))
{
    struct format_self *self = weir_self(ctx, struct format_self);
    struct calendar_time parts;
    char *to = self->text;
    calendar_split(time.us, &parts);
    for (uint32_t i = 0; i < self->pattern.count; i++) {
        const struct pattern_item *item = &self->pattern.items[i];
        if (item->kind == PATTERN_LITERAL) {
            to = put_chars(to, item->literal.bytes, item->literal.count);
        } else if (item->kind == PATTERN_RFC3339) {
            to = put_rfc3339(to, &parts);
        } else if (item->kind == 's') {
            to = put_number(to, calendar_floor_div(time.us, CALENDAR_SECOND_US), 1);
        } else {
            to = put_date(to, item->kind, &parts);
        }
    }
    return weir_str_make(self->text, (size_t)(to - self->text));
}
