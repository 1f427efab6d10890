/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as times. Everything that the format has must be there, and nothing else: a text that is
 * not like the format is a bad record, whose message has the place. */
#include "calendar.h"
#include "pattern.h"

enum { SHOWN_BYTES_MAX = 60, ZONE_HOURS_MAX = 23 };

#define LETTERS "YmdHMSfLzZjbBaAeyIps"

struct parse_self {
    struct pattern pattern;
};

/* A text on its way, and what has been read of it. */
struct reading {
    weir_str text;
    size_t at;
    struct calendar_time time;
    int64_t zone_us, epoch_s;
    int32_t hour_of_12; /* 0: none given */
    bool is_pm, has_day_of_year, has_epoch;
};

/* The number in the next `least` to `most` digits. */
static bool take_digits(struct reading *r, int least, int most, int64_t *number)
{
    int count = 0;
    *number = 0;
    while (count < most && r->at < r->text.count && (uint8_t)(r->text.bytes[r->at] - '0') < 10) {
        *number = *number * 10 + (r->text.bytes[r->at] - '0');
        r->at++;
        count++;
    }
    return count >= least;
}

static bool take_part(struct reading *r, int digits, int32_t *part)
{
    int64_t number;
    const bool is_there = take_digits(r, digits, digits, &number);
    *part = (int32_t)number;
    return is_there;
}

static bool take_byte(struct reading *r, char byte)
{
    const bool is_there = r->at < r->text.count && r->text.bytes[r->at] == byte;
    r->at += is_there;
    return is_there;
}

static bool take_sign(struct reading *r, bool *is_negative)
{
    *is_negative = take_byte(r, '-');
    return *is_negative || take_byte(r, '+');
}

/* The first `count` letters of `name`, in any case. */
static bool take_word(struct reading *r, const char *name, size_t count)
{
    if (r->text.count - r->at < count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if ((r->text.bytes[r->at + i] | 0x20) != (name[i] | 0x20)) {
            return false;
        }
    }
    r->at += count;
    return true;
}

/* One or two digits, behind a blank or not. */
static bool take_day(struct reading *r)
{
    int64_t day;
    (void)take_byte(r, ' ');
    const bool is_there = take_digits(r, 1, 2, &day);
    r->time.day = (int32_t)day;
    return is_there;
}

/* One of the names, whole or its first three letters. */
static bool take_name(struct reading *r, const char *const *names, int32_t count, int32_t *number)
{
    for (int32_t i = 0; i < count; i++) {
        if (take_word(r, names[i], strlen(names[i])) || take_word(r, names[i], 3)) {
            *number = i + 1;
            return true;
        }
    }
    return false;
}

/* Four digits, or a sign and six. */
static bool take_year(struct reading *r)
{
    bool is_negative;
    const int digits = take_sign(r, &is_negative) ? 6 : 4;
    const bool is_there = take_digits(r, digits, digits, &r->time.year);
    r->time.year = is_negative ? -r->time.year : r->time.year;
    return is_there;
}

/* Two digits: 69 to 99 are of the last century, as in strptime. */
static bool take_year_of_century(struct reading *r)
{
    const bool is_there = take_digits(r, 2, 2, &r->time.year);
    r->time.year += r->time.year < 69 ? 2000 : 1900;
    return is_there;
}

/* To microseconds; digits beyond are cut off. */
static bool take_fraction(struct reading *r, int least, int most)
{
    int64_t number = 0;
    const size_t start = r->at;
    const bool is_there = take_digits(r, least, most, &number);
    for (size_t count = r->at - start; count < 6; count++) {
        number *= 10;
    }
    for (size_t count = r->at - start; count > 6; count--) {
        number /= 10;
    }
    r->time.microsecond = (int32_t)number;
    return is_there;
}

/* Z, or a sign and hh, hhmm or hh:mm. */
static bool take_zone(struct reading *r, bool needs_colon)
{
    int64_t hours;
    int64_t minutes = 0;
    bool is_negative;
    if (take_byte(r, 'Z') || take_byte(r, 'z')) {
        r->zone_us = 0;
        return true;
    }
    if (!take_sign(r, &is_negative) || !take_digits(r, 2, 2, &hours) || hours > ZONE_HOURS_MAX) {
        return false;
    }
    const bool has_colon = take_byte(r, ':');
    const size_t start = r->at;
    const bool has_minutes = take_digits(r, 2, 2, &minutes);
    if (minutes > 59 || (!has_minutes && (has_colon || r->at > start)) ||
        (needs_colon && !has_colon)) {
        return false;
    }
    r->zone_us = (hours * 60 + minutes) * 60 * CALENDAR_SECOND_US;
    r->zone_us = is_negative ? -r->zone_us : r->zone_us;
    return true;
}

static bool take_rfc3339(struct reading *r)
{
    struct calendar_time *time = &r->time;
    return take_year(r) && take_byte(r, '-') && take_part(r, 2, &time->month) &&
           take_byte(r, '-') && take_part(r, 2, &time->day) &&
           (take_byte(r, 'T') || take_byte(r, 't') || take_byte(r, ' ')) &&
           take_part(r, 2, &time->hour) && take_byte(r, ':') && take_part(r, 2, &time->minute) &&
           take_byte(r, ':') && take_part(r, 2, &time->second) &&
           (!take_byte(r, '.') || take_fraction(r, 1, 18)) && take_zone(r, true);
}

static bool take_epoch(struct reading *r)
{
    const bool is_negative = take_byte(r, '-');
    const bool is_there = take_digits(r, 1, 18, &r->epoch_s);
    r->epoch_s = is_negative ? -r->epoch_s : r->epoch_s;
    r->has_epoch = true;
    return is_there;
}

static bool take_clock(struct reading *r, char letter)
{
    switch (letter) {
    case 'H':
        return take_part(r, 2, &r->time.hour);
    case 'I':
        return take_part(r, 2, &r->hour_of_12) && r->hour_of_12 >= 1 && r->hour_of_12 <= 12;
    case 'p':
        r->is_pm = take_word(r, "pm", 2);
        return r->is_pm || take_word(r, "am", 2);
    case 'M':
        return take_part(r, 2, &r->time.minute);
    case 'S':
        return take_part(r, 2, &r->time.second);
    case 'f':
        return take_fraction(r, 1, 9);
    case 'L':
        return take_fraction(r, 3, 3);
    case 'z':
        return take_zone(r, false);
    case 'Z':
        return take_word(r, "utc", 3) || take_word(r, "gmt", 3) || take_word(r, "z", 1);
    default: /* 's' */
        return take_epoch(r);
    }
}

static bool take_item(struct reading *r, const struct pattern_item *item)
{
    int32_t weekday;
    switch (item->kind) {
    case PATTERN_LITERAL:
        if (!weir_text_starts_with(weir_str_slice(r->text, r->at, r->text.count), item->literal)) {
            return false;
        }
        r->at += item->literal.count;
        return true;
    case PATTERN_RFC3339:
        return take_rfc3339(r);
    case 'Y':
        return take_year(r);
    case 'y':
        return take_year_of_century(r);
    case 'm':
        return take_part(r, 2, &r->time.month);
    case 'd':
        return take_part(r, 2, &r->time.day);
    case 'e':
        return take_day(r);
    case 'j':
        r->has_day_of_year = true;
        return take_part(r, 3, &r->time.day_of_year);
    case 'b':
    case 'B':
        return take_name(r, pattern_months, 12, &r->time.month);
    case 'a':
    case 'A':
        return take_name(r, pattern_weekdays, 7, &weekday);
    default:
        return take_clock(r, item->kind);
    }
}

static void fail_item(struct weir_ctx *ctx,
                      const struct reading *r,
                      size_t at,
                      const struct pattern_item *item)
{
    const bool is_long = r->text.count > SHOWN_BYTES_MAX;
    const int shown = is_long ? SHOWN_BYTES_MAX : (int)r->text.count;
    const char *bytes = shown > 0 ? r->text.bytes : "";
    const char *more = is_long ? "..." : "";
    if (item->kind == PATTERN_RFC3339) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "'%.*s%s' at byte %zu: expected a time by RFC 3339, as in "
                  "2026-01-31T23:59:59.25+01:00",
                  shown, bytes, more, r->at);
    } else if (item->kind == PATTERN_LITERAL) {
        weir_fail(ctx, WEIR_BAD_RECORD, "'%.*s%s' at byte %zu: expected '%.*s'", shown, bytes, more,
                  at, (int)item->literal.count, item->literal.bytes);
    } else {
        weir_fail(ctx, WEIR_BAD_RECORD, "'%.*s%s' at byte %zu: expected %%%c", shown, bytes, more,
                  at, item->kind);
    }
}

/* What was read, as one time. False: there is no such day or time of day, or no ts holds it. */
static bool join(struct reading *r, int64_t *us)
{
    struct calendar_time *time = &r->time;
    if (r->has_epoch) {
        return !__builtin_mul_overflow(r->epoch_s, CALENDAR_SECOND_US, us) &&
               !__builtin_add_overflow(*us, time->microsecond, us);
    }
    if (r->hour_of_12 > 0) {
        time->hour = r->hour_of_12 % 12 + (r->is_pm ? 12 : 0);
    }
    if (r->has_day_of_year) {
        const int64_t year = time->year;
        const int32_t day = time->day_of_year;
        calendar_date(calendar_days(year, 1, 1) + day - 1, time);
        if (time->year != year || day < 1) {
            return false;
        }
    }
    return calendar_join(time, us) && !__builtin_sub_overflow(*us, r->zone_us, us);
}

static int open_parse(struct weir_task *task)
{
    struct parse_self *self = task->self;
    return pattern_read(task, LETTERS, &self->pattern);
}

WEIR_PARAMS(
    parse,
    WEIR_PARAM_STR(format,
                   default("rfc3339"),
                   "rfc3339, or as in strptime: %Y %m %d %H %M %S (two digits each, four of "
                   "%Y), %f 1 to 9 digits behind a point, %L milliseconds, %z +hhmm, +hh:mm "
                   "or Z, %Z UTC or GMT, %b %a names, %e %j %y %I %p %s %F %T %R %D %%"));
WEIR_INSTANCE(parse, struct parse_self, open_parse, NULL);
WEIR_BIND(parse)
{
    struct pattern pattern;
    const int outcome = pattern_read(bind->task, LETTERS, &pattern);
    return outcome == WEIR_OK ? weir_declare(bind, "value", "ts") : outcome;
}
WEIR_HELP(parse,
          "the time that the text says, UTC unless it has a zone; any other text is a bad record. "
          "Parts that the format has not are those of 1970-01-01T00:00:00",
          "generate clicks | map day = time.parse(time.format(at, format=\"%F\"), format=\"%F\") | "
          "print");
WEIR_FUNCTION(weir_ts, parse, (weir_str, text))
{
    const struct parse_self *self = weir_self(ctx, struct parse_self);
    struct reading r = {.text = text, .time = {.year = 1970, .month = 1, .day = 1}};
    int64_t us = 0;
    for (uint32_t i = 0; i < self->pattern.count; i++) {
        const size_t at = r.at;
        if (!take_item(&r, &self->pattern.items[i])) {
            fail_item(ctx, &r, at, &self->pattern.items[i]);
            return weir_ts_make(0);
        }
    }
    if (r.at < text.count) {
        weir_fail(ctx, WEIR_BAD_RECORD, "'%.*s' at byte %zu: expected the end of the time",
                  text.count - r.at < SHOWN_BYTES_MAX ? (int)(text.count - r.at) : SHOWN_BYTES_MAX,
                  text.bytes + r.at, r.at);
    } else if (!join(&r, &us)) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "'%.*s' is no day, no time of day, or beyond what a ts holds",
                  text.count < SHOWN_BYTES_MAX ? (int)text.count : SHOWN_BYTES_MAX,
                  text.count > 0 ? text.bytes : "");
    }
    return weir_ts_make(us);
}
