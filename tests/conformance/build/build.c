/* SPDX-License-Identifier: Apache-2.0 */
/* Steps one by one: element-wise ones, those of one batch, and where the others are. */
#include "build/build.h"

#include "plugin/feed.h"

#include <inttypes.h>
#include <string.h>

/* ---- inputs ---- */
uint32_t cf_add_feed(struct cf_builder *b,
                     const json_t *batches,
                     const struct cf_type *type,
                     uint32_t partitions,
                     uint32_t batch_count)
{
    if (b->feed_count == CF_FEEDS_MAX) {
        cf_refuse(b, "more than %d inputs", CF_FEEDS_MAX);
        return 0;
    }
    struct weir_text leaves;
    weir_text_init(&leaves);
    cf_leaves(type, &leaves);
    struct cf_feed *feed = &cf_feeds[b->feed_count];
    *feed =
        (struct cf_feed){.batches = batches, .partitions = partitions, .batch_count = batch_count};
    if (leaves.count < sizeof feed->leaves) {
        memcpy(feed->leaves, leaves.bytes, leaves.count + 1);
    }
    weir_text_finish(&leaves);
    return b->feed_count++;
}

/* The source's columns become the record. */
static struct cf_stream read_feed(struct cf_builder *b,
                                  const char *text,
                                  const struct cf_type *type)
{
    int next = 0;
    struct cf_stream in = {.stream = weir_input(b->job, text),
                           .type = type,
                           .slide_ms = cf_number(b->test, "batch_ms", 0)};
    struct cf_value record = {type, NULL, NULL};
    if (type->kind == CF_PAIR) {
        record.a = cf_assemble(b->arena, type->a, &next);
        record.b = cf_assemble(b->arena, type->b, &next);
    } else {
        record.a = cf_assemble(b->arena, type, &next);
    }
    return cf_map_to(b, in, record);
}

static struct cf_stream add_input(struct cf_builder *b, size_t input)
{
    const json_t *batches = json_array_get(json_object_get(b->test, "inputs"), input);
    const struct cf_type *type = cf_infer(b->arena, batches, b->unknown);
    const json_t *partitions = json_array_get(json_object_get(b->test, "partitions"), input);
    if (type == NULL) {
        cf_refuse(b, "input %zu has records of several types: a column has one", input);
        return (struct cf_stream){.type = &cf_i64};
    }
    uint32_t feed = cf_add_feed(b, batches, type,
                                partitions == NULL ? 2 : (uint32_t)json_integer_value(partitions),
                                b->batch_count);
    return read_feed(b, weir_arena_printf(b->arena, "cf.feed %u", feed), type);
}

struct cf_stream cf_queue(struct cf_builder *b, const json_t *pushes, bool is_one_at_a_time)
{
    const struct cf_type *type = NULL;
    for (size_t t = 0; t < json_array_size(pushes) && type == NULL; t++) {
        type = cf_infer(b->arena, json_array_get(pushes, t), NULL);
    }
    type = type != NULL ? type : b->unknown;
    uint32_t feed = cf_add_feed(b, pushes, type, 1, b->batch_count);
    return read_feed(b,
                     weir_arena_printf(b->arena, "cf.queue %u one_at_a_time=%s", feed,
                                       is_one_at_a_time ? "true" : "false"),
                     type);
}

static struct cf_stream operand(struct cf_builder *b, const json_t *spec)
{
    if (json_is_integer(spec)) {
        return cf_build(b, (size_t)json_integer_value(spec), NULL);
    }
    return cf_build(b, (size_t)cf_number(spec, "input", 0), json_object_get(spec, "pipeline"));
}

struct cf_stream *cf_operands(struct cf_builder *b,
                              struct cf_stream in,
                              const json_t *step,
                              size_t *count)
{
    const json_t *with = json_object_get(step, "with");
    size_t others = json_is_array(with) ? json_array_size(with) : 1;
    struct cf_stream *streams = weir_arena_alloc(b->arena, (others + 1) * sizeof *streams);
    streams[0] = in;
    for (size_t i = 0; i < others; i++) {
        streams[i + 1] = operand(b, json_is_array(with) ? json_array_get(with, i) : with);
    }
    *count = others + 1;
    return streams;
}

/* ---- element-wise ---- */
/* A pair that must not be: checked before it is mapped. */
static struct cf_stream fail_if_pair(struct cf_builder *b, struct cf_stream in, const json_t *bad)
{
    char *dumped = json_dumps(bad, JSON_COMPACT);
    json_t *as_text = json_string(dumped);
    const char *literal = cf_literal(b->arena, as_text);
    in.stream = weir_filter(
        in.stream, weir_arena_printf(b->arena, "cf.fail_if_true(%s == %s, bad=%s)",
                                     cf_to_json(b, cf_record_value(in.type)), literal, literal));
    json_decref(as_text);
    free(dumped);
    return in;
}

static struct cf_stream map(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    const json_t *args = json_object_get(step, "args");
    if (strcmp(cf_text(step, "fn"), "fail_if") == 0 && in.type->kind == CF_PAIR) {
        return fail_if_pair(b, in, json_array_get(args, 0));
    }
    return cf_map_to(b, in, cf_apply(b, cf_text(step, "fn"), args, cf_record_value(in.type)));
}

static struct cf_stream map_values(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    struct cf_value value = cf_apply(b, cf_text(step, "fn"), json_object_get(step, "args"),
                                     cf_value_of(b, in.type->b, "value"));
    in.stream = weir_map_values(in.stream, cf_expr(b, value));
    in.type = cf_pair(b->arena, in.type->a, value.type);
    return in;
}

/* The emitter's call on an argument, and the record that it gives. */
static const char *emitter(struct cf_builder *b,
                           const json_t *step,
                           struct cf_value x,
                           const struct cf_type **gives)
{
    const char *name = cf_text(step, "fn");
    const json_t *n = json_array_get(json_object_get(step, "args"), 0);
    bool is_of_numbers = strncmp(name, "self_", 5) == 0;
    *gives = is_of_numbers ? &cf_i64 : &cf_str;
    if (strcmp(name, "chars_with_length") == 0 || strcmp(name, "second_with_chars_of_first") == 0) {
        *gives = cf_pair(b->arena, &cf_i64, &cf_str);
    }
    if (strcmp(name, "second_with_chars_of_first") == 0) {
        return weir_arena_printf(b->arena, "cf.%s(%s, %s)", name, x.a, x.b);
    }
    return n != NULL
               ? weir_arena_printf(b->arena, "cf.%s(%s, n=%s)", name, x.a, cf_literal(b->arena, n))
               : weir_arena_printf(b->arena, "cf.%s(%s)", name, x.a);
}

static struct cf_stream flat_map(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    in.stream = weir_flat_map(in.stream, emitter(b, step, cf_record_value(in.type), &in.type));
    return in;
}

static struct cf_stream flat_map_values(struct cf_builder *b,
                                        struct cf_stream in,
                                        const json_t *step)
{
    const struct cf_type *gives;
    const char *call = emitter(b, step, cf_value_of(b, in.type->b, "value"), &gives);
    if (gives->kind != CF_PAIR) {
        in.stream = weir_flat_map_values(in.stream, call);
        in.type = cf_pair(b->arena, in.type->a, gives);
        return in;
    }
    /* two columns: the key is carried along, and the two made a pair */
    in.stream = weir_flat_map(in.stream, weir_arena_printf(b->arena, "k = key, %s", call));
    return cf_map_to(
        b, in,
        (struct cf_value){cf_pair(b->arena, in.type->a, gives), "k", "{key: key, value: value}"});
}

const char *cf_filter(struct cf_builder *b, const char *name, const json_t *args)
{
    const json_t *c = json_array_get(args, 0);
    if (strcmp(name, "is_even") == 0) {
        return "cf.is_even(value)";
    }
    if (strcmp(name, "contains") == 0 || strcmp(name, "key_contains") == 0) {
        return weir_arena_printf(b->arena, "cf.contains(%s, c=%s)",
                                 name[0] == 'k' ? "key" : "value", cf_literal(b->arena, c));
    }
    if (strcmp(name, "value_nonzero") == 0) {
        return "value != 0";
    }
    if (strcmp(name, "value_positive") == 0) {
        return "value > 0";
    }
    cf_refuse(b, "no filter '%s'", name);
    return "true";
}

static struct cf_stream filter(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    in.stream =
        weir_filter(in.stream, cf_filter(b, cf_text(step, "fn"), json_object_get(step, "args")));
    return in;
}

/* ---- partitions ---- */
static struct cf_stream glom(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    (void)step;
    in.stream = weir_glom(in.stream, NULL);
    in.type = cf_list(b->arena, in.type);
    if (in.type->a->kind != CF_PAIR) { /* a list of records of one field: of their values */
        if (in.type->a->kind != CF_I64 && in.type->a->kind != CF_STR) {
            cf_refuse(b, "glom of lists");
        }
        in.stream = weir_map(in.stream, in.type->a->kind == CF_I64 ? "value = cf.ints_of(value)"
                                                                   : "value = cf.texts_of(value)");
    }
    return in;
}

static struct cf_stream map_partitions(struct cf_builder *b,
                                       struct cf_stream in,
                                       const json_t *step)
{
    const char *name = cf_text(step, "fn");
    if (strcmp(name, "partition_swap") == 0 && in.type->kind == CF_PAIR) {
        if ((in.type->a->kind != CF_I64 && in.type->a->kind != CF_STR) ||
            (in.type->b->kind != CF_I64 && in.type->b->kind != CF_STR)) {
            /* a partition function declares its columns: no struct is among them */
            return cf_map_to(b, in, cf_apply(b, "swap", NULL, cf_record_value(in.type)));
        }
        name = weir_arena_printf(b->arena, "partition_swap_%c%c",
                                 in.type->a->kind == CF_I64 ? 'i' : 's',
                                 in.type->b->kind == CF_I64 ? 'i' : 's');
        in.type = cf_pair(b->arena, in.type->b, in.type->a);
    } else if (strcmp(name, "partition_marker") == 0) {
        in.stream = weir_map(in.stream, "value = 1");
        in.type = &cf_i64;
    }
    in.stream = weir_map_partitions(in.stream, weir_arena_printf(b->arena, "cf.%s", name));
    return in;
}

static struct cf_stream repartition(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    in.stream = weir_repartition(
        in.stream, weir_arena_printf(b->arena, "%" PRId64, cf_number(step, "partitions", 1)));
    return in;
}

/* ---- aggregates of one batch ---- */
static struct cf_stream count(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    (void)step;
    in.stream = weir_count(in.stream, NULL);
    return cf_map_to(b, in, (struct cf_value){&cf_i64, "count", NULL});
}

static struct cf_stream count_by_value(struct cf_builder *b,
                                       struct cf_stream in,
                                       const json_t *step)
{
    (void)step;
    in.stream = weir_count_by_value(in.stream, NULL);
    return cf_map_to(b, in,
                     (struct cf_value){cf_pair(b->arena, in.type, &cf_i64),
                                       cf_expr(b, cf_record_value(in.type)), "count"});
}

static struct cf_stream reduce(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    const char *name = cf_text(step, "fn");
    if (strcmp(name, "concat") == 0) { /* of no text there is none */
        in.stream = weir_map(in.stream, "key = 1, value = value");
        in.stream = weir_combine_by_key(in.stream, "cf.concat partitions=1");
        in.stream = weir_map(in.stream, "value = value");
    } else {
        in.stream = weir_reduce(in.stream, weir_arena_printf(b->arena, "cf.%s", name));
    }
    return in;
}

static struct cf_stream reduce_by_key(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    const char *name = cf_text(step, "fn");
    in.stream = strcmp(name, "concat") == 0
                    ? weir_combine_by_key(in.stream, "cf.concat")
                    : weir_reduce_by_key(in.stream, weir_arena_printf(b->arena, "cf.%s", name));
    return in;
}

static struct cf_stream combine_by_key(struct cf_builder *b,
                                       struct cf_stream in,
                                       const json_t *step)
{
    bool is_digits = strcmp(cf_text(step, "create_fn"), "to_string") == 0 &&
                     strcmp(cf_text(step, "merge_value_fn"), "append_string") == 0 &&
                     strcmp(cf_text(step, "merge_combiners_fn"), "concat") == 0;
    bool is_total = strcmp(cf_text(step, "create_fn"), "identity") == 0 &&
                    strcmp(cf_text(step, "merge_value_fn"), "sum") == 0 &&
                    strcmp(cf_text(step, "merge_combiners_fn"), "sum") == 0;
    if (!is_digits && !is_total) {
        cf_refuse(b, "no aggregate for this combine_by_key");
    }
    in.stream = weir_combine_by_key(in.stream, is_digits ? "cf.digits" : "cf.total");
    in.type = cf_pair(b->arena, in.type->a, is_digits ? &cf_str : &cf_i64);
    return in;
}

static struct cf_stream group_by_key(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    (void)step;
    in.stream = weir_group_by_key(in.stream, NULL);
    in.type = cf_pair(b->arena, in.type->a, cf_list(b->arena, in.type->b));
    return in;
}

static struct cf_stream union_of(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    size_t n;
    struct cf_stream *streams = cf_operands(b, in, step, &n);
    weir_stream *handles = weir_arena_alloc(b->arena, n * sizeof *handles);
    for (size_t i = 0; i < n; i++) {
        handles[i] = streams[i].stream;
    }
    in.stream = weir_union(handles, n);
    return in;
}

static const struct {
    const char *op;
    struct cf_stream (*build)(struct cf_builder *b, struct cf_stream in, const json_t *step);
} builders[] = {
    {"map", map},
    {"map_values", map_values},
    {"flat_map", flat_map},
    {"flat_map_values", flat_map_values},
    {"filter", filter},
    {"glom", glom},
    {"map_partitions", map_partitions},
    {"repartition", repartition},
    {"count", count},
    {"count_by_value", count_by_value},
    {"reduce", reduce},
    {"reduce_by_key", reduce_by_key},
    {"combine_by_key", combine_by_key},
    {"group_by_key", group_by_key},
    {"union", union_of},
    {"transform", cf_transform},
    {"transform_with", cf_transform},
    {"transform_streams", cf_transform},
    {"join", cf_join},
    {"left_outer_join", cf_join},
    {"right_outer_join", cf_join},
    {"full_outer_join", cf_join},
    {"cogroup", cf_join},
    {"window", cf_window},
    {"reduce_by_window", cf_window},
    {"reduce_by_key_and_window", cf_window},
    {"group_by_key_and_window", cf_window},
    {"count_by_window", cf_window},
    {"count_by_value_and_window", cf_window},
    {"update_state_by_key", cf_update_state},
    {"map_with_state", cf_map_with_state},
    {"state_snapshots", cf_state_snapshots},
};

struct cf_stream cf_build(struct cf_builder *b, size_t input, const json_t *steps)
{
    struct cf_stream stream = {.type = &cf_i64};
    if (input >= CF_INPUTS_MAX) {
        cf_refuse(b, "more than %d inputs", CF_INPUTS_MAX);
        return stream;
    }
    if (!b->has_input[input]) {
        b->inputs[input] = add_input(b, input);
        b->has_input[input] = true;
    }
    stream = b->inputs[input];
    size_t i;
    const json_t *step;
    json_array_foreach(steps, i, step)
    {
        size_t k = 0;
        while (k < sizeof builders / sizeof *builders &&
               strcmp(builders[k].op, cf_text(step, "op")) != 0) {
            k++;
        }
        if (k == sizeof builders / sizeof *builders) {
            cf_refuse(b, "no operation '%s'", cf_text(step, "op"));
            return stream;
        }
        if (b->error == NULL) {
            stream = builders[k].build(b, stream, step);
        }
    }
    return stream;
}
