/* SPDX-License-Identifier: Apache-2.0 */
/* From left to right, each part by what ends it. */
#include "access_log.h"

#include "../time/calendar.h"

enum { TIME_BYTES = 26, STATUS_DIGITS = 3, BYTES_DIGITS_MAX = 18 };

/* A line on its way. */
struct reading {
    weir_str line;
    size_t at;
};

static bool take_byte(struct reading *r, char byte)
{
    const bool is_there = r->at < r->line.count && r->line.bytes[r->at] == byte;
    r->at += is_there;
    return is_there;
}

static weir_str without_dash(weir_str text)
{
    return text.count == 1 && text.bytes[0] == '-' ? weir_str_slice(text, 1, 0) : text;
}

/* A part without blanks, and the blank behind it. */
static bool take_word(struct reading *r, weir_str *word)
{
    const weir_str rest = weir_str_slice(r->line, r->at, r->line.count);
    const size_t count = weir_str_find_byte(rest, ' ');
    if (count == 0 || count == WEIR_NOT_FOUND) {
        return false;
    }
    *word = without_dash(weir_str_slice(rest, 0, count));
    r->at += count + 1;
    return true;
}

/* A user's name may have blanks in it: it ends before " [". */
static bool take_user(struct reading *r, weir_str *user)
{
    const weir_str rest = weir_str_slice(r->line, r->at, r->line.count);
    const size_t count = weir_str_find(rest, " [");
    if (count == 0 || count == WEIR_NOT_FOUND) {
        return false;
    }
    *user = without_dash(weir_str_slice(rest, 0, count));
    r->at += count + 1;
    return true;
}

/* The number in the digits at `at`; false if one is none. */
static bool digits(const char *at, int count, int32_t *number)
{
    *number = 0;
    for (int i = 0; i < count; i++) {
        if ((uint8_t)(at[i] - '0') > 9) {
            return false;
        }
        *number = *number * 10 + (at[i] - '0');
    }
    return true;
}

static bool month_of(const char *at, int32_t *month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int32_t i = 0; i < 12; i++) {
        if (memcmp(at, names + (size_t)i * 3, 3) == 0) {
            *month = i + 1;
            return true;
        }
    }
    return false;
}

/* 10/Oct/2000:13:55:36 -0700 */
static bool read_time(const char *at, int64_t *us)
{
    struct calendar_time time = {.microsecond = 0};
    int32_t year;
    int32_t zone_hours;
    int32_t zone_minutes;
    int64_t zone_us;
    const bool has_signs = at[2] == '/' && at[6] == '/' && at[11] == ':' && at[14] == ':' &&
                           at[17] == ':' && at[20] == ' ' && (at[21] == '+' || at[21] == '-');
    if (!has_signs || !digits(at, 2, &time.day) || !month_of(at + 3, &time.month) ||
        !digits(at + 7, 4, &year) || !digits(at + 12, 2, &time.hour) ||
        !digits(at + 15, 2, &time.minute) || !digits(at + 18, 2, &time.second) ||
        !digits(at + 22, 2, &zone_hours) || !digits(at + 24, 2, &zone_minutes) || zone_hours > 23 ||
        zone_minutes > 59) {
        return false;
    }
    time.year = year;
    zone_us = (zone_hours * 60 + zone_minutes) * 60 * CALENDAR_SECOND_US;
    if (!calendar_join(&time, us)) {
        return false;
    }
    *us -= at[21] == '-' ? -zone_us : zone_us; /* of four-digit years: far from any limit */
    return true;
}

static bool take_time(struct reading *r, int64_t *us)
{
    if (!take_byte(r, '[') || r->line.count - r->at < TIME_BYTES ||
        !read_time(r->line.bytes + r->at, us)) {
        return false;
    }
    r->at += TIME_BYTES;
    return take_byte(r, ']') && take_byte(r, ' ');
}

/* "...", in which a \ stands before a quote that does not end it. */
static bool take_quoted(struct reading *r, weir_str *text)
{
    size_t end;
    if (!take_byte(r, '"')) {
        return false;
    }
    for (end = r->at; end < r->line.count; end++) {
        const char byte = r->line.bytes[end];
        if (byte == '"') {
            *text = without_dash(weir_str_slice(r->line, r->at, end - r->at));
            r->at = end + 1;
            return true;
        }
        end += byte == '\\';
    }
    return false;
}

/* METHOD PATH PROTOCOL, or METHOD PATH of HTTP/0.9; else all of it is the path. The protocol is
 * behind the last blank: a path may have blanks in it, though it should not. */
static void split_request(weir_str request, struct access_log *log)
{
    const size_t method = weir_str_find_byte(request, ' ');
    size_t last = request.count;
    bool is_method = method != WEIR_NOT_FOUND && method > 0;
    log->method = log->protocol = weir_str_slice(request, 0, 0);
    log->path = request;
    for (size_t i = 0; is_method && i < method; i++) {
        is_method = (uint8_t)((request.bytes[i] | 0x20) - 'a') < 26 || request.bytes[i] == '-' ||
                    request.bytes[i] == '_';
    }
    if (!is_method) {
        return;
    }
    while (last > method + 1 && request.bytes[last - 1] != ' ') {
        last--;
    }
    log->method = weir_str_slice(request, 0, method);
    log->path = weir_str_slice(request, method + 1, request.count);
    if (last > method + 1 &&
        weir_str_starts_with(weir_str_slice(request, last, request.count), "HTTP/")) {
        log->path = weir_str_slice(request, method + 1, last - method - 2);
        log->protocol = weir_str_slice(request, last, request.count);
    }
}

static bool take_status(struct reading *r, int64_t *status)
{
    int32_t number;
    if (r->line.count - r->at < STATUS_DIGITS ||
        !digits(r->line.bytes + r->at, STATUS_DIGITS, &number)) {
        return false;
    }
    *status = number;
    r->at += STATUS_DIGITS;
    return take_byte(r, ' ');
}

static bool take_bytes(struct reading *r, int64_t *bytes)
{
    const size_t start = r->at;
    *bytes = 0;
    if (take_byte(r, '-')) {
        return true;
    }
    while (r->at < r->line.count && (uint8_t)(r->line.bytes[r->at] - '0') < 10 &&
           r->at - start < BYTES_DIGITS_MAX) {
        *bytes = *bytes * 10 + (r->line.bytes[r->at] - '0');
        r->at++;
    }
    return r->at > start;
}

static const char *take_end(struct reading *r, struct access_log *log)
{
    const weir_str nothing = weir_str_slice(r->line, r->line.count, 0);
    log->referer = log->agent = nothing;
    if (r->at == r->line.count) {
        return NULL;
    }
    if (!take_byte(r, ' ') || !take_quoted(r, &log->referer)) {
        return "the end of the line, or the referer in quotes";
    }
    if (!take_byte(r, ' ') || !take_quoted(r, &log->agent)) {
        return "the user agent in quotes";
    }
    return r->at == r->line.count ? NULL : "the end of the line";
}

const char *access_log_parse(weir_str line, struct access_log *log, size_t *at)
{
    struct reading r = {line, 0};
    weir_str request;
    const char *expected = NULL;
    if (!take_word(&r, &log->host)) {
        expected = "a host and a blank";
    } else if (!take_word(&r, &log->ident)) {
        expected = "an identity or -, and a blank";
    } else if (!take_user(&r, &log->user)) {
        expected = "a user or -, and the time in brackets";
    } else if (!take_time(&r, &log->at_us)) {
        expected = "a time, as in [10/Oct/2000:13:55:36 -0700]";
    } else if (!take_quoted(&r, &request) || !take_byte(&r, ' ')) {
        expected = "a request in quotes and a blank";
    } else if (!take_status(&r, &log->status)) {
        expected = "a status of three digits and a blank";
    } else if (!take_bytes(&r, &log->bytes)) {
        expected = "a number of bytes or -";
    } else {
        split_request(request, log);
        expected = take_end(&r, log);
    }
    *at = r.at;
    return expected;
}

/* The value of \xhh's digit, or -1. */
static int hex(char byte)
{
    const char lower = (char)(byte | 0x20);
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

size_t access_log_unescape(weir_str text, char *to)
{
    static const char signs[] = "\"\\bnrtv";
    static const char bytes[] = "\"\\\b\n\r\t\v";
    size_t count = 0;
    for (size_t i = 0; i < text.count; i++) {
        const char next = i + 1 < text.count ? text.bytes[i + 1] : '\0';
        const char *sign = next != '\0' ? strchr(signs, next) : NULL;
        to[count] = text.bytes[i];
        if (text.bytes[i] == '\\' && sign != NULL) {
            to[count] = bytes[sign - signs];
            i++;
        } else if (text.bytes[i] == '\\' && next == 'x' && text.count - i > 3 &&
                   hex(text.bytes[i + 2]) >= 0 && hex(text.bytes[i + 3]) >= 0) {
            to[count] = (char)(hex(text.bytes[i + 2]) << 4 | hex(text.bytes[i + 3]));
            i += 3;
        }
        count++;
    }
    return count;
}
