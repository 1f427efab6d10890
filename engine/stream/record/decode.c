/* SPDX-License-Identifier: Apache-2.0 */
/* Record to graph. Nothing in a record is believed: lengths are checked by the reader, operators
 * are looked up, and every node goes through weir_graph_add, which computes and checks its types.
 */
#include "stream/record/decode.h"

#include "stream/record/record.h"

#include <string.h>

static int expect_key(struct decoding *d, const char *wanted)
{
    weir_str key;
    WEIR_TRY(weir_unpack_str(&d->in, &key));
    if (key.count != strlen(wanted) || memcmp(key.bytes, wanted, key.count) != 0) {
        return weir_error_set(d->err, WEIR_EDAMAGED, "graph record: expected '%s', found '%.*s'",
                              wanted, (int)(key.count < 64 ? key.count : 64), key.bytes);
    }
    return WEIR_OK;
}

int weir_decode_parts(struct decoding *d, uint32_t wanted, const char *what)
{
    uint32_t found;
    WEIR_TRY(weir_unpack_array(&d->in, &found));
    if (found != wanted) {
        return weir_error_set(d->err, WEIR_EDAMAGED, "graph record: %s has %u parts, expected %u",
                              what, found, wanted);
    }
    return WEIR_OK;
}

int weir_decode_name(struct decoding *d, const char **name)
{
    *name = NULL;
    if (weir_unpack_is_nil(&d->in)) {
        return weir_unpack_nil(&d->in);
    }
    weir_str text;
    WEIR_TRY(weir_unpack_str(&d->in, &text));
    *name = weir_arena_strndup(&d->graph->arena, text.bytes, text.count);
    return WEIR_OK;
}

/* A name that must be there. */
static int decode_text(struct decoding *d, const char *what, const char **name)
{
    WEIR_TRY(weir_decode_name(d, name));
    return *name != NULL
               ? WEIR_OK
               : weir_error_set(d->err, WEIR_EDAMAGED, "graph record: %s is missing", what);
}

int weir_decode_numbers(struct decoding *d, const uint32_t **numbers, uint32_t *count)
{
    WEIR_TRY(weir_unpack_array(&d->in, count));
    uint32_t *array = weir_arena_alloc(&d->graph->arena, (*count + 1) * sizeof *array);
    for (uint32_t i = 0; i < *count; i++) {
        WEIR_TRY(weir_unpack_u32(&d->in, &array[i]));
    }
    *numbers = array;
    return WEIR_OK;
}

int weir_decode_arguments(struct decoding *d,
                          const struct weir_argument **arguments,
                          uint32_t *count)
{
    WEIR_TRY(weir_unpack_array(&d->in, count));
    struct weir_argument *array = weir_arena_alloc(&d->graph->arena, (*count + 1) * sizeof *array);
    for (uint32_t i = 0; i < *count; i++) {
        WEIR_TRY(weir_decode_parts(d, 2, "an argument"));
        WEIR_TRY(weir_decode_name(d, &array[i].name));
        WEIR_TRY(weir_unpack_value(&d->in, &d->graph->arena, &array[i].value));
    }
    *arguments = array;
    return WEIR_OK;
}

int weir_decode_operator(struct decoding *d, const struct weir_operator **op)
{
    *op = NULL;
    if (weir_unpack_is_nil(&d->in)) {
        return weir_unpack_nil(&d->in);
    }
    uint32_t number;
    WEIR_TRY(weir_unpack_u32(&d->in, &number));
    if (number >= d->op_count) {
        return weir_error_set(d->err, WEIR_EDAMAGED, "graph record: operator %u of %u", number,
                              d->op_count);
    }
    *op = d->ops[number];
    return WEIR_OK;
}

static int decode_settings(struct decoding *d)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(&d->in, &count));
    struct weir_graph_setting *settings =
        weir_arena_alloc(&d->graph->arena, (count + 1) * sizeof *settings);
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(weir_decode_parts(d, 2, "a setting"));
        WEIR_TRY(decode_text(d, "the name of a setting", &settings[i].name));
        WEIR_TRY(weir_unpack_value(&d->in, &d->graph->arena, &settings[i].value));
    }
    d->graph->settings = settings;
    d->graph->setting_count = count;
    return WEIR_OK;
}

/* A plugin without a path is linked into the process: the registry has it already. */
static int decode_use(struct decoding *d, struct weir_use *use)
{
    WEIR_TRY(weir_decode_parts(d, WEIR_RECORD_USE_PARTS, "a plugin"));
    WEIR_TRY(decode_text(d, "the name of a plugin", &use->name));
    WEIR_TRY(decode_text(d, "the alias of a plugin", &use->alias));
    WEIR_TRY(weir_decode_name(d, &use->path));
    WEIR_TRY(weir_decode_name(d, &use->id));
    WEIR_TRY(weir_decode_name(d, &use->version));
    WEIR_TRY(weir_decode_name(d, &use->sha256));
    WEIR_TRY(weir_decode_name(d, &use->prototypes));
    WEIR_TRY(weir_unpack_bool(&d->in, &use->is_serial));
    if (use->path == NULL) {
        return WEIR_OK;
    }
    const struct weir_plugin_info *plugin;
    if (use->prototypes == NULL) {
        return weir_registry_use(d->graph->registry, use->path, use->alias, NULL, &plugin, d->err);
    }
    const struct weir_native_use native = {.name = use->path,
                                           .alias = use->alias,
                                           .prototypes = use->prototypes,
                                           .is_serial = use->is_serial};
    return weir_registry_use_native(d->graph->registry, &native, &plugin, NULL, d->err);
}

static int decode_uses(struct decoding *d)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(&d->in, &count));
    struct weir_use *uses = weir_arena_alloc(&d->graph->arena, (count + 1) * sizeof *uses);
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(decode_use(d, &uses[i]));
    }
    d->graph->uses = uses;
    d->graph->use_count = count;
    return WEIR_OK;
}

static int decode_operators(struct decoding *d)
{
    WEIR_TRY(weir_unpack_array(&d->in, &d->op_count));
    d->ops = weir_arena_alloc(&d->graph->arena, (d->op_count + 1) * sizeof *d->ops);
    for (uint32_t i = 0; i < d->op_count; i++) {
        uint32_t kind;
        const char *canonical, *signature, *version;
        WEIR_TRY(weir_decode_parts(d, WEIR_RECORD_OPERATOR_PARTS, "an operator"));
        WEIR_TRY(weir_unpack_u32(&d->in, &kind));
        if (kind < WEIR_KIND_FUNCTION || kind > WEIR_KIND_JOB) {
            return weir_error_set(d->err, WEIR_EDAMAGED,
                                  "graph record: an operator of unknown kind %u", kind);
        }
        WEIR_TRY(decode_text(d, "the name of an operator", &canonical));
        WEIR_TRY(weir_decode_name(d, &signature));
        WEIR_TRY(weir_decode_name(d, &version));
        WEIR_TRY(weir_registry_find_canonical(d->graph->registry, canonical, signature,
                                              (enum weir_kind)kind, &d->ops[i], d->err));
    }
    return WEIR_OK;
}

static int decode_times(struct decoding *d)
{
    WEIR_TRY(expect_key(d, "batch_us"));
    WEIR_TRY(weir_unpack_i64(&d->in, &d->graph->batch_us));
    WEIR_TRY(expect_key(d, "partitions"));
    WEIR_TRY(weir_unpack_u32(&d->in, &d->graph->partitions));
    if (d->graph->batch_us < WEIR_BATCH_US_MIN || d->graph->partitions < 1 ||
        d->graph->partitions > WEIR_PARTITIONS_MAX) {
        return weir_error_set(d->err, WEIR_EDAMAGED,
                              "graph record: a batch or a number of partitions that cannot be");
    }
    return WEIR_OK;
}

static int decode_head(struct decoding *d)
{
    uint32_t keys;
    int64_t version;
    WEIR_TRY(weir_unpack_map(&d->in, &keys));
    WEIR_TRY(expect_key(d, "weir_graph"));
    WEIR_TRY(weir_unpack_i64(&d->in, &version));
    if (version != WEIR_RECORD_VERSION || keys != WEIR_RECORD_KEYS) {
        return weir_error_set(d->err, WEIR_EDAMAGED,
                              "a graph record of version %lld; this weir reads version %d",
                              (long long)version, WEIR_RECORD_VERSION);
    }
    WEIR_TRY(expect_key(d, "job"));
    WEIR_TRY(weir_decode_name(d, &d->graph->job));
    WEIR_TRY(decode_times(d));
    WEIR_TRY(expect_key(d, "settings"));
    WEIR_TRY(decode_settings(d));
    WEIR_TRY(expect_key(d, "uses"));
    WEIR_TRY(decode_uses(d));
    WEIR_TRY(expect_key(d, "operators"));
    return decode_operators(d);
}

static int decode_graph(struct decoding *d)
{
    uint32_t count, culprit;
    WEIR_TRY(decode_head(d));
    WEIR_TRY(expect_key(d, "nodes"));
    WEIR_TRY(weir_unpack_array(&d->in, &count));
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(weir_decode_node(d));
    }
    return weir_graph_validate(d->graph, &culprit, d->err);
}

int weir_graph_decode(weir_bytes bytes,
                      struct weir_registry *registry,
                      struct weir_graph **graph,
                      struct weir_error *err)
{
    struct weir_error local;
    struct decoding d = {.graph = weir_graph_create(registry), .err = err == NULL ? &local : err};
    weir_unpack_init(&d.in, bytes, d.err);
    int status = decode_graph(&d);
    if (status != WEIR_OK) {
        weir_graph_destroy(d.graph);
        return status;
    }
    *graph = d.graph;
    return WEIR_OK;
}
