/* SPDX-License-Identifier: Apache-2.0 */
/* Words for kinds and operators, the same in every message; and what may be a name. */
#include "plugin/registry.h"

#include <string.h>

static const char *const kind_names[] = {
    [WEIR_KIND_FUNCTION] = "function",
    [WEIR_KIND_EMITTER] = "emitter",
    [WEIR_KIND_REDUCER] = "reducer",
    [WEIR_KIND_INVERSE] = "inverse",
    [WEIR_KIND_RECEIVER] = "receiver",
    [WEIR_KIND_SOURCE] = "source",
    [WEIR_KIND_SINK] = "sink",
    [WEIR_KIND_INSTANCE] = "instance",
    [WEIR_KIND_PARAMS] = "parameter table",
    [WEIR_KIND_PARTITION_FUNCTION] = "partition function",
    [WEIR_KIND_AGGREGATE] = "aggregate",
    [WEIR_KIND_UPDATE] = "update",
    [WEIR_KIND_TRACK] = "track",
    [WEIR_KIND_PARTITIONER] = "partitioner",
    [WEIR_KIND_CODEC] = "codec",
    [WEIR_KIND_STORE] = "store",
    [WEIR_KIND_JOB] = "job",
};

/* Kinds with their articles: "a function", "an emitter". */
static const char *const kinds_with_article[] = {
    [WEIR_KIND_FUNCTION] = "a function",
    [WEIR_KIND_EMITTER] = "an emitter",
    [WEIR_KIND_REDUCER] = "a reducer",
    [WEIR_KIND_INVERSE] = "an inverse",
    [WEIR_KIND_RECEIVER] = "a receiver",
    [WEIR_KIND_SOURCE] = "a source",
    [WEIR_KIND_SINK] = "a sink",
    [WEIR_KIND_INSTANCE] = "an instance",
    [WEIR_KIND_PARAMS] = "a parameter table",
    [WEIR_KIND_PARTITION_FUNCTION] = "a partition function",
    [WEIR_KIND_AGGREGATE] = "an aggregate",
    [WEIR_KIND_UPDATE] = "an update function",
    [WEIR_KIND_TRACK] = "a tracker",
    [WEIR_KIND_PARTITIONER] = "a partitioner",
    [WEIR_KIND_CODEC] = "a codec",
    [WEIR_KIND_STORE] = "a store",
    [WEIR_KIND_JOB] = "a job",
};

static bool is_known(enum weir_kind kind)
{
    return (unsigned)kind >= WEIR_KIND_FUNCTION && (unsigned)kind <= WEIR_KIND_LAST;
}

const char *weir_kind_name(enum weir_kind kind)
{
    return is_known(kind) ? kind_names[kind] : "unknown";
}

const char *weir_kind_with_article(enum weir_kind kind)
{
    return is_known(kind) ? kinds_with_article[kind] : "of an unknown kind";
}

void weir_operator_put_label(const struct weir_operator *op, struct weir_text *to)
{
    if (strcmp(op->plugin->alias, op->name) == 0) {
        weir_text_put(to, op->name);
    } else {
        weir_text_printf(to, "%s.%s", op->plugin->alias, op->name);
    }
}

const char *weir_operator_label(const struct weir_operator *op, struct weir_arena *arena)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_operator_put_label(op, &text);
    const char *copy = weir_arena_strndup(arena, text.bytes, text.count);
    weir_text_finish(&text);
    return copy;
}

size_t weir_text_length(const char *text, size_t max)
{
    const char *end = memchr(text, '\0', max);
    return end == NULL ? max : (size_t)(end - text);
}

bool weir_is_name(weir_str text)
{
    if (text.count == 0 || text.count > WEIR_NAME_BYTES_MAX) {
        return false;
    }
    for (size_t i = 0; i < text.count; i++) {
        char c = text.bytes[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && (i == 0 || c < '0' || c > '9')) {
            return false;
        }
    }
    return true;
}
