/* SPDX-License-Identifier: Apache-2.0 */
/* Longer texts out of shorter ones: padding, repetition, replacement of a part. Their sizes come
 * from the data, so each has a limit. */
#include <weir/operator.h>

#include <inttypes.h>

enum { BUILT_BYTES_MAX = 16 * 1024 * 1024, FILL_BYTES_MAX = 4 };

/* False: ctx has failed. */
static bool is_small(struct weir_ctx *ctx, size_t bytes)
{
    if (bytes > BUILT_BYTES_MAX) {
        weir_fail(ctx, WEIR_BAD_RECORD, "the new text would have %zu bytes: at most %d are built",
                  bytes, BUILT_BYTES_MAX);
        return false;
    }
    return true;
}

static size_t count_chars(weir_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.count; i++) {
        count += (text.bytes[i] & 0xC0) != 0x80;
    }
    return count;
}

/* ---- padding ---- */
struct pad_self {
    weir_str fill; /* one character */
};

static int read_fill(struct weir_task *task, weir_str *fill)
{
    *fill = weir_param_str(task, "fill");
    if (fill->count > FILL_BYTES_MAX || count_chars(*fill) != 1) {
        return weir_fail(task, WEIR_FATAL, "fill must be one character, found '%s'", fill->bytes);
    }
    return WEIR_OK;
}

static int open_pad(struct weir_task *task)
{
    struct pad_self *self = task->self;
    return read_fill(task, &self->fill);
}

/* Where the job is checked, a fill that is none is seen already. */
static int declare_padded(struct weir_bind *bind)
{
    weir_str fill;
    const int outcome = read_fill(bind->task, &fill);
    return outcome == WEIR_OK ? weir_declare(bind, "value", "str") : outcome;
}

/* How often the fill is needed, and room for the whole; NULL: not at all, or ctx has failed. */
static char *pad_room(struct weir_ctx *ctx, weir_str text, int64_t width, size_t *times)
{
    const size_t chars = count_chars(text);
    const size_t fill = weir_self(ctx, struct pad_self)->fill.count;
    *times = width > 0 && (uint64_t)width > chars ? (size_t)width - chars : 0;
    if (*times == 0 || !is_small(ctx, *times > BUILT_BYTES_MAX ? *times : *times * fill)) {
        return NULL;
    }
    return weir_arena(ctx, text.count + *times * fill);
}

static char *append(char *to, weir_str text)
{
    if (text.count > 0) {
        memcpy(to, text.bytes, text.count);
    }
    return to + text.count;
}

static char *append_times(char *to, weir_str text, size_t times)
{
    if (text.count == 1) {
        memset(to, text.bytes[0], times);
        return to + times;
    }
    for (size_t i = 0; i < times; i++) {
        to = append(to, text);
    }
    return to;
}

#define FILL WEIR_PARAM_STR(fill, default(" "), "one character")

WEIR_PARAMS(pad_left, FILL);
WEIR_INSTANCE(pad_left, struct pad_self, open_pad, NULL);
WEIR_BIND(pad_left)
{
    return declare_padded(bind);
}
WEIR_HELP(pad_left,
          "with `fill` before it, until it has `width` characters of UTF-8; a longer one as it is",
          "generate clicks | map ms = text.pad_left(std.str(ms), 6, fill=\"0\") | print");
WEIR_FUNCTION(weir_str, pad_left, (weir_str, text, int64_t, width))
{
    const weir_str fill = weir_self(ctx, struct pad_self)->fill;
    size_t times;
    char *all = pad_room(ctx, text, width, &times);
    if (all == NULL) {
        return text;
    }
    append(append_times(all, fill, times), text);
    return weir_str_make(all, text.count + times * fill.count);
}

WEIR_PARAMS(pad_right, FILL);
WEIR_INSTANCE(pad_right, struct pad_self, open_pad, NULL);
WEIR_BIND(pad_right)
{
    return declare_padded(bind);
}
WEIR_HELP(pad_right,
          "with `fill` behind it, until it has `width` characters of UTF-8; a longer one as it is",
          "generate clicks | map user = text.pad_right(user, 12) | print");
WEIR_FUNCTION(weir_str, pad_right, (weir_str, text, int64_t, width))
{
    const weir_str fill = weir_self(ctx, struct pad_self)->fill;
    size_t times;
    char *all = pad_room(ctx, text, width, &times);
    if (all == NULL) {
        return text;
    }
    append_times(append(all, text), fill, times);
    return weir_str_make(all, text.count + times * fill.count);
}

/* ---- repetition ---- */
WEIR_HELP(repeat,
          "the text that many times over, up to 16 MiB; less than 0 times is a bad record",
          "generate clicks | map stars = text.repeat(\"*\", ms / 10) | print");
WEIR_FUNCTION(weir_str, repeat, (weir_str, text, int64_t, times))
{
    char *all;
    if (times < 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "repeated %" PRId64 " times: expected 0 or more", times);
        return text;
    }
    if (times == 0 || text.count == 0) {
        return weir_str_make("", 0);
    }
    if (!is_small(ctx, times > BUILT_BYTES_MAX ? (size_t)times : (size_t)times * text.count)) {
        return text;
    }
    all = weir_arena(ctx, (size_t)times * text.count);
    append_times(all, text, (size_t)times);
    return weir_str_make(all, (size_t)times * text.count);
}

/* ---- replacement ---- */
static size_t count_parts(weir_str text, weir_str part)
{
    size_t count = 0;
    size_t at = weir_str_find(text, part);
    while (at != WEIR_NOT_FOUND) {
        count++;
        text = weir_str_slice(text, at + part.count, text.count);
        at = weir_str_find(text, part);
    }
    return count;
}

WEIR_HELP(replace_text,
          "with `with` in place of each `part`; see replace for patterns",
          "generate clicks | map url = text.replace_text(url, \"/\", \" > \") | print");
WEIR_FUNCTION(weir_str, replace_text, (weir_str, text, weir_str, part, weir_str, with))
{
    size_t count;
    size_t bytes;
    char *all;
    char *end;
    if (part.count == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "replacing an empty text: give a part that is looked for");
        return text;
    }
    count = count_parts(text, part);
    bytes = text.count - count * part.count + count * with.count;
    if (count == 0 || !is_small(ctx, bytes)) {
        return text;
    }
    all = weir_arena(ctx, bytes);
    end = all;
    for (size_t i = 0; i < count; i++) {
        const size_t at = weir_str_find(text, part);
        end = append(append(end, weir_str_slice(text, 0, at)), with);
        text = weir_str_slice(text, at + part.count, text.count);
    }
    append(end, text);
    return weir_str_make(all, bytes);
}
