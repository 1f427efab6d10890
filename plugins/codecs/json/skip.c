/* SPDX-License-Identifier: Apache-2.0 */
/* Getting past values that nobody asks for, sixteen bytes at a time. */
#include "scan.h"

static const char *skip_string(struct json_reader *reader, const char *at)
{
    for (;;) {
        const char *stop = json_string_stop(at, reader->end);
        if (stop >= reader->end || (uint8_t)*stop < 0x20) {
            return json_fail_syntax(reader, stop, "the end of a string");
        }
        if (*stop == '"') {
            return stop + 1;
        }
        at = stop + 2; /* the escaped byte is no end */
    }
}

/* An object or array; which of the two each open bracket is, is a bit of `kinds`. */
static const char *skip_nested(struct json_reader *reader, const char *at)
{
    uint64_t kinds[JSON_DEPTH_MAX / 64 + 1] = {0};
    uint32_t depth = 0;
    for (;;) {
        const char *stop = json_bracket_stop(at, reader->end);
        if (stop >= reader->end) {
            return json_fail_syntax(reader, stop, "closing brackets");
        }
        at = stop + 1;
        if (*stop == '"') {
            at = skip_string(reader, at);
            if (at == NULL) {
                return NULL;
            }
        } else if (*stop == '{' || *stop == '[') {
            const uint64_t bit = UINT64_C(1) << (depth & 63);
            if (depth == JSON_DEPTH_MAX) {
                return json_fail_syntax(reader, stop, "at most 512 brackets within brackets");
            }
            kinds[depth >> 6] = *stop == '{' ? kinds[depth >> 6] | bit : kinds[depth >> 6] & ~bit;
            depth++;
        } else {
            depth--;
            if ((kinds[depth >> 6] >> (depth & 63) & 1) != (*stop == '}')) {
                return json_fail_syntax(reader, stop, *stop == '}' ? "']'" : "'}'");
            }
            if (depth == 0) {
                return at;
            }
        }
    }
}

static const char *skip_word(struct json_reader *reader, const char *at)
{
    const char *word = *at == 't' ? "true" : *at == 'f' ? "false" : "null";
    const size_t count = strlen(word);
    return memcmp(at, word, count) == 0 ? at + count : json_fail_syntax(reader, at, "a value");
}

const char *json_skip(struct json_reader *reader, const char *at)
{
    if (at >= reader->end) {
        return json_fail_syntax(reader, at, "a value");
    }
    switch (*at) {
    case '"':
        return skip_string(reader, at + 1);
    case '{':
    case '[':
        return skip_nested(reader, at);
    case 't':
    case 'f':
    case 'n':
        return skip_word(reader, at);
    default:
        return *at == '-' || (*at >= '0' && *at <= '9') ? json_scalar_stop(at, reader->end)
                                                        : json_fail_syntax(reader, at, "a value");
    }
}
