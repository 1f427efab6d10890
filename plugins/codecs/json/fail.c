/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a record, with its place and what stands there. */
#include "json.h"

enum { EXCERPT_BYTES = 24 };

const char *json_fail_with(struct json_reader *reader, int outcome)
{
    reader->outcome = outcome;
    return NULL;
}

static int excerpt(const struct json_reader *reader, const char *at)
{
    const ptrdiff_t left = reader->end - at;
    return left < EXCERPT_BYTES ? (int)left : EXCERPT_BYTES;
}

const char *json_fail_syntax(struct json_reader *reader, const char *at, const char *expected)
{
    if (at >= reader->end) {
        return json_fail_with(reader, weir_fail(reader->task, WEIR_BAD_RECORD,
                                                "json: expected %s, found the end of the record",
                                                expected));
    }
    return json_fail_with(reader, weir_fail(reader->task, WEIR_BAD_RECORD,
                                            "json: expected %s at byte %zu, found '%.*s'", expected,
                                            (size_t)(at - reader->start), excerpt(reader, at), at));
}

const char *json_fail_type(struct json_reader *reader, const char *at, const struct shape *shape)
{
    return json_fail_value(reader, at, shape, shape_type(shape));
}

const char *json_fail_value(struct json_reader *reader,
                            const char *at,
                            const struct shape *shape,
                            const char *why)
{
    const char *more = shape->kind == 't' && *at != '"'
                           ? "; for a number take i64 and time.from_epoch_s or _ms"
                           : "";
    return json_fail_with(
        reader, weir_fail(reader->task, WEIR_BAD_RECORD,
                          "json: field %s: expected %s at byte %zu, found '%.*s'%s", shape->path,
                          why, (size_t)(at - reader->start), excerpt(reader, at), at, more));
}
