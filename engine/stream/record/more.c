/* SPDX-License-Identifier: Apache-2.0 */
/* What few nodes have, by key. Order of the table = order in records. */
#include "stream/record/more.h"

#include <string.h>

enum value_kind { OF_BOOL, OF_I64, OF_NAME, OF_OTHER };

static void pack_inverse(struct weir_encoding *e, const struct weir_node *node)
{
    weir_pack_array(e->to, 2);
    weir_encode_operator(e, node->inverse);
    weir_encode_name(e->to, node->inverse_alias);
}

static int unpack_inverse(struct decoding *d, struct weir_node *draft)
{
    WEIR_TRY(weir_decode_parts(d, 2, "an inverse"));
    WEIR_TRY(weir_decode_operator(d, &draft->inverse));
    return weir_decode_name(d, &draft->inverse_alias);
}

static void pack_filter(struct weir_encoding *e, const struct weir_node *node)
{
    weir_encode_expr(e, node->filter);
}

static int unpack_over_input(struct decoding *d,
                             const struct weir_node *draft,
                             const struct weir_expr **expr)
{
    if (draft->input_count == 0 || draft->inputs[0] >= d->graph->node_count) {
        return weir_error_set(d->err, WEIR_EDAMAGED,
                              "graph record: a node reads what is not there");
    }
    return weir_decode_expr(d, d->graph->nodes[draft->inputs[0]].schema, expr);
}

static int unpack_filter(struct decoding *d, struct weir_node *draft)
{
    return unpack_over_input(d, draft, &draft->filter);
}

static void pack_partitioner(struct weir_encoding *e, const struct weir_node *node)
{
    weir_encode_expr(e, node->partitioner);
}

static int unpack_partitioner(struct decoding *d, struct weir_node *draft)
{
    return unpack_over_input(d, draft, &draft->partitioner);
}

static void pack_on(struct weir_encoding *e, const struct weir_node *node)
{
    weir_pack_array(e->to, 2);
    weir_encode_numbers(e->to, node->on_left, node->on_count);
    weir_encode_numbers(e->to, node->on_right, node->on_count);
}

static int unpack_on(struct decoding *d, struct weir_node *draft)
{
    uint32_t right_count;
    WEIR_TRY(weir_decode_parts(d, 2, "the fields of a join"));
    WEIR_TRY(weir_decode_numbers(d, &draft->on_left, &draft->on_count));
    WEIR_TRY(weir_decode_numbers(d, &draft->on_right, &right_count));
    return right_count == draft->on_count
               ? WEIR_OK
               : weir_error_set(d->err, WEIR_EDAMAGED, "graph record: a join of %u and %u fields",
                                draft->on_count, right_count);
}

static void pack_of(struct weir_encoding *e, const struct weir_node *node)
{
    weir_pack_i64(e->to, node->of);
}

static int unpack_of(struct decoding *d, struct weir_node *draft)
{
    return weir_unpack_u32(&d->in, &draft->of);
}

static void pack_asked(struct weir_encoding *e, const struct weir_node *node)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_type_print(node->asked, &text);
    weir_pack_str(e->to, weir_text_str(&text));
    weir_text_finish(&text);
}

static int unpack_asked(struct decoding *d, struct weir_node *draft)
{
    weir_str text;
    WEIR_TRY(weir_unpack_str(&d->in, &text));
    WEIR_TRY(weir_type_parse(&d->graph->arena, text, &draft->asked, d->err));
    return draft->asked->kind == WEIR_TYPE_STRUCT
               ? WEIR_OK
               : weir_error_set(d->err, WEIR_EDAMAGED,
                                "graph record: a codec is asked for what is no record");
}

/* A plain one is found at its offset and not there when zero; the others say it themselves. */
static bool has_inverse(const struct weir_node *node)
{
    return node->inverse != NULL;
}
static bool has_filter(const struct weir_node *node)
{
    return node->filter != NULL;
}
static bool has_partitioner(const struct weir_node *node)
{
    return node->partitioner != NULL;
}
static bool has_on(const struct weir_node *node)
{
    return node->on_count > 0;
}
static bool has_of(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_CODEC;
}
static bool has_asked(const struct weir_node *node)
{
    return node->asked != NULL;
}
/* Of an input only: of other nodes it is computed. */
static bool has_static(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_INPUT && node->is_static;
}

static const struct more {
    const char *key;
    enum value_kind kind;
    size_t offset;                                /* of a plain value */
    bool (*is_set)(const struct weir_node *node); /* NULL: plain, and not zero */
    void (*pack)(struct weir_encoding *e, const struct weir_node *node);
    int (*unpack)(struct decoding *d, struct weir_node *draft);
} table[] = {
    {"incremental", OF_BOOL, offsetof(struct weir_node, is_incremental), NULL, NULL, NULL},
    {"inverse", OF_OTHER, 0, has_inverse, pack_inverse, unpack_inverse},
    {"filter", OF_OTHER, 0, has_filter, pack_filter, unpack_filter},
    {"on", OF_OTHER, 0, has_on, pack_on, unpack_on},
    {"partitioner", OF_OTHER, 0, has_partitioner, pack_partitioner, unpack_partitioner},
    {"suffix", OF_NAME, offsetof(struct weir_node, suffix), NULL, NULL, NULL},
    {"timeout_us", OF_I64, offsetof(struct weir_node, timeout_us), NULL, NULL, NULL},
    {"every_us", OF_I64, offsetof(struct weir_node, every_us), NULL, NULL, NULL},
    {"in_transform", OF_BOOL, offsetof(struct weir_node, in_transform), NULL, NULL, NULL},
    {"static", OF_BOOL, offsetof(struct weir_node, is_static), has_static, NULL, NULL},
    {"reload_us", OF_I64, offsetof(struct weir_node, table_reload_us), NULL, NULL, NULL},
    {"level", OF_NAME, offsetof(struct weir_node, level), NULL, NULL, NULL},
    {"of", OF_OTHER, 0, has_of, pack_of, unpack_of},
    {"asked", OF_OTHER, 0, has_asked, pack_asked, unpack_asked},
    {"stops_on_bad", OF_BOOL, offsetof(struct weir_node, stops_on_bad), NULL, NULL, NULL},
};
enum { MORE_COUNT = sizeof table / sizeof table[0] };

/* ---- plain values ---- */

static bool bool_at(const struct weir_node *node, size_t offset)
{
    bool value;
    memcpy(&value, (const char *)node + offset, sizeof value);
    return value;
}

static int64_t i64_at(const struct weir_node *node, size_t offset)
{
    int64_t value;
    memcpy(&value, (const char *)node + offset, sizeof value);
    return value;
}

static const char *name_at(const struct weir_node *node, size_t offset)
{
    const char *value;
    memcpy(&value, (const char *)node + offset, sizeof value);
    return value;
}

static bool is_set(const struct more *more, const struct weir_node *node)
{
    if (more->is_set != NULL) {
        return more->is_set(node);
    }
    return more->kind == OF_BOOL  ? bool_at(node, more->offset)
           : more->kind == OF_I64 ? i64_at(node, more->offset) != 0
                                  : name_at(node, more->offset) != NULL;
}

static void pack_one(struct weir_encoding *e, const struct more *more, const struct weir_node *node)
{
    weir_pack_key(e->to, more->key);
    switch (more->kind) {
    case OF_BOOL:
        weir_pack_bool(e->to, bool_at(node, more->offset));
        break;
    case OF_I64:
        weir_pack_i64(e->to, i64_at(node, more->offset));
        break;
    case OF_NAME:
        weir_encode_name(e->to, name_at(node, more->offset));
        break;
    case OF_OTHER:
        more->pack(e, node);
        break;
    }
}

void weir_encode_more(struct weir_encoding *e, const struct weir_node *node)
{
    uint32_t count = 0;
    for (size_t i = 0; i < MORE_COUNT; i++) {
        count += is_set(&table[i], node) ? 1 : 0;
    }
    weir_pack_map(e->to, count);
    for (size_t i = 0; i < MORE_COUNT; i++) {
        if (is_set(&table[i], node)) {
            pack_one(e, &table[i], node);
        }
    }
}

static int unpack_one(struct decoding *d, const struct more *more, struct weir_node *draft)
{
    char *at = (char *)draft + more->offset;
    bool truth;
    int64_t number;
    const char *name;
    switch (more->kind) {
    case OF_BOOL:
        WEIR_TRY(weir_unpack_bool(&d->in, &truth));
        memcpy(at, &truth, sizeof truth);
        return WEIR_OK;
    case OF_I64:
        WEIR_TRY(weir_unpack_i64(&d->in, &number));
        memcpy(at, &number, sizeof number);
        return WEIR_OK;
    case OF_NAME:
        WEIR_TRY(weir_decode_name(d, &name));
        memcpy(at, &name, sizeof name);
        return WEIR_OK;
    case OF_OTHER:
        break;
    }
    return more->unpack(d, draft);
}

int weir_decode_more(struct decoding *d, struct weir_node *draft)
{
    uint32_t count;
    weir_str key;
    WEIR_TRY(weir_unpack_map(&d->in, &count));
    for (uint32_t k = 0; k < count; k++) {
        size_t i = 0;
        WEIR_TRY(weir_unpack_str(&d->in, &key));
        while (i < MORE_COUNT && (strlen(table[i].key) != key.count ||
                                  memcmp(table[i].key, key.bytes, key.count) != 0)) {
            i++;
        }
        if (i == MORE_COUNT) {
            return weir_error_set(d->err, WEIR_EDAMAGED,
                                  "graph record: a node has '%.*s', which this weir does not know: "
                                  "read it with the weir that wrote it, or a later one",
                                  (int)(key.count < 64 ? key.count : 64), key.bytes);
        }
        WEIR_TRY(unpack_one(d, &table[i], draft));
    }
    return WEIR_OK;
}
