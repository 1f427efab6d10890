/* SPDX-License-Identifier: Apache-2.0 */
/* Percent signs: decode, encode. */
#include "url.h"

int url_hex(char byte)
{
    const char lower = (char)(byte | 0x20);
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Where the first % or, if it counts, + is; text.count: nowhere. */
static size_t first_escape(weir_str text, bool plus_is_blank)
{
    size_t at = weir_str_find_byte(text, '%');
    at = at == WEIR_NOT_FOUND ? text.count : at;
    if (plus_is_blank) {
        const size_t plus = weir_str_find_byte(weir_str_slice(text, 0, at), '+');
        at = plus == WEIR_NOT_FOUND ? at : plus;
    }
    return at;
}

weir_str url_decode(struct weir_ctx *ctx, weir_str text, bool plus_is_blank)
{
    size_t at = first_escape(text, plus_is_blank);
    size_t count = at;
    char *decoded;
    if (at == text.count) {
        return text;
    }
    decoded = weir_arena(ctx, text.count);
    memcpy(decoded, text.bytes, at);
    while (at < text.count) {
        const char byte = text.bytes[at];
        int high;
        int low;
        if (byte != '%') {
            decoded[count++] = byte == '+' && plus_is_blank ? ' ' : byte;
            at++;
            continue;
        }
        high = text.count - at > 2 ? url_hex(text.bytes[at + 1]) : -1;
        low = high >= 0 ? url_hex(text.bytes[at + 2]) : -1;
        if (low < 0) {
            weir_fail(ctx, WEIR_BAD_RECORD,
                      "byte %zu is a %% without two hexadecimal digits: '%.*s'", at,
                      text.count - at < 3 ? (int)(text.count - at) : 3, text.bytes + at);
            return text;
        }
        decoded[count++] = (char)(high << 4 | low);
        at += 3;
    }
    return weir_str_make(decoded, count);
}

/* ---- decode ---- */
struct decode_self {
    bool plus;
};

static int open_decode(struct weir_task *task)
{
    struct decode_self *self = task->self;
    self->plus = weir_param_bool(task, "plus");
    return WEIR_OK;
}

WEIR_PARAMS(decode, WEIR_PARAM_BOOL(plus, default(false), "+ is a blank, as in forms and queries"));
WEIR_INSTANCE(decode, struct decode_self, open_decode, NULL);
WEIR_HELP(
    decode,
    "with %41 as A; a % without two hexadecimal digits is a bad record. The bytes may be any, "
    "see text.valid_utf8",
    "generate clicks | map page = url.decode(url) | print");
WEIR_FUNCTION(weir_str, decode, (weir_str, text))
{
    return url_decode(ctx, text, weir_self(ctx, struct decode_self)->plus);
}

/* ---- encode ---- */
struct encode_self {
    bool is_kept[256];
};

/* RFC 3986: unreserved bytes are never encoded. */
static int open_encode(struct weir_task *task)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";
    struct encode_self *self = task->self;
    const weir_str keep = weir_param_str(task, "keep");
    for (size_t i = 0; i < sizeof unreserved - 1; i++) {
        self->is_kept[(uint8_t)unreserved[i]] = true;
    }
    for (size_t i = 0; i < keep.count; i++) {
        self->is_kept[(uint8_t)keep.bytes[i]] = true;
    }
    return WEIR_OK;
}

WEIR_PARAMS(encode,
            WEIR_PARAM_STR(keep, default(""), "bytes that stay as they are too, such as \"/\""));
WEIR_INSTANCE(encode, struct encode_self, open_encode, NULL);
WEIR_HELP(encode,
          "with each byte as %XX, but for letters, digits and - . _ ~",
          "generate clicks | map part = url.encode(url, keep=\"/\") | print");
WEIR_FUNCTION(weir_str, encode, (weir_str, text))
{
    const struct encode_self *self = weir_self(ctx, struct encode_self);
    size_t kept = 0;
    char *encoded;
    char *end;
    for (size_t i = 0; i < text.count; i++) {
        kept += self->is_kept[(uint8_t)text.bytes[i]];
    }
    if (kept == text.count) {
        return text;
    }
    encoded = weir_arena(ctx, kept + (text.count - kept) * 3);
    end = encoded;
    for (size_t i = 0; i < text.count; i++) {
        const uint8_t byte = (uint8_t)text.bytes[i];
        if (self->is_kept[byte]) {
            *end++ = (char)byte;
            continue;
        }
        *end++ = '%';
        *end++ = "0123456789ABCDEF"[byte >> 4];
        *end++ = "0123456789ABCDEF"[byte & 15];
    }
    return weir_str_make(encoded, (size_t)(end - encoded));
}
