/* SPDX-License-Identifier: Apache-2.0 */
/* Windows, joins and transforms of a case. */
#include "build/build.h"

#include <inttypes.h>
#include <string.h>

/* ---- windows ---- */
static const char *span(struct cf_builder *b, struct cf_stream *in, const json_t *step)
{
    int64_t slide = cf_number(step, "slide_ms", in->slide_ms);
    in->slide_ms = slide;
    return weir_arena_printf(b->arena, "length=%" PRId64 "ms slide=%" PRId64 "ms",
                             cf_number(step, "length_ms", 0), slide);
}

/* " every=... inverse=... filter=..." as the step says; is_inverse: the verb has one by itself. */
static const char *reducing(struct cf_builder *b, const json_t *step)
{
    const char *text = "";
    int64_t interval = cf_number(step, "checkpoint_ms", 0);
    bool has_inverse = json_object_get(step, "inv_fn") != NULL;
    if (has_inverse && (strcmp(cf_text(step, "inv_fn"), "difference") != 0 ||
                        strcmp(cf_text(step, "fn"), "sum") != 0)) {
        cf_refuse(b, "no inverse '%s' of '%s'", cf_text(step, "inv_fn"), cf_text(step, "fn"));
    }
    if (interval > 0) {
        text = weir_arena_printf(b->arena, " every=%" PRId64 "ms", interval);
    }
    if (!has_inverse) {
        text = weir_arena_printf(b->arena, "%s inverse=none", text);
    }
    if (json_object_get(step, "filter_fn") != NULL) {
        text = weir_arena_printf(
            b->arena, "%s filter=(%s)", text,
            cf_filter(b, cf_text(step, "filter_fn"), json_object_get(step, "filter_args")));
    }
    return text;
}

static weir_stream reduce_by_window(struct cf_builder *b,
                                    weir_stream in,
                                    const json_t *step,
                                    const char *times)
{
    const char *name = cf_text(step, "fn");
    if (strcmp(name, "concat") == 0) {
        in = weir_map(in, "key = 1, value = value");
        in = weir_aggregate(
            in, weir_arena_printf(b->arena, "value = cf.concat(value) by=[key] %s", times));
        return weir_map(in, "value = value");
    }
    return weir_reduce_by_window(
        in, weir_arena_printf(b->arena, "cf.%s %s%s", name, times, reducing(b, step)));
}

static weir_stream reduce_by_key_and_window(struct cf_builder *b,
                                            weir_stream in,
                                            const json_t *step,
                                            const char *times)
{
    const char *name = cf_text(step, "fn");
    if (strcmp(name, "concat") == 0) {
        return weir_aggregate(
            in, weir_arena_printf(b->arena, "value = cf.concat(value) by=[key] %s", times));
    }
    return weir_reduce_by_key_and_window(
        in, weir_arena_printf(b->arena, "cf.%s %s%s", name, times, reducing(b, step)));
}

struct cf_stream cf_window(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    const char *op = cf_text(step, "op");
    const char *times = span(b, &in, step);
    if (strcmp(op, "window") == 0) {
        in.stream = weir_window(in.stream, times);
    } else if (strcmp(op, "reduce_by_window") == 0) {
        in.stream = reduce_by_window(b, in.stream, step, times);
    } else if (strcmp(op, "reduce_by_key_and_window") == 0) {
        in.stream = reduce_by_key_and_window(b, in.stream, step, times);
    } else if (strcmp(op, "group_by_key_and_window") == 0) {
        in.stream = weir_group_by_key_and_window(in.stream, times);
        in.type = cf_pair(b->arena, in.type->a, cf_list(b->arena, in.type->b));
    } else if (strcmp(op, "count_by_window") == 0) {
        in.stream = weir_count_by_window(in.stream, times);
        in = cf_map_to(b, in, (struct cf_value){&cf_i64, "count", NULL});
    } else {
        in.stream = weir_count_by_value_and_window(in.stream, times);
        in = cf_map_to(b, in,
                       (struct cf_value){cf_pair(b->arena, in.type, &cf_i64),
                                         cf_expr(b, cf_record_value(in.type)), "count"});
    }
    return in;
}

/* ---- joins ---- */
/* What a join gives ({left, right}) as a pair. */
static struct cf_stream joined(struct cf_builder *b,
                               struct cf_stream in,
                               const struct cf_type *left,
                               const struct cf_type *right)
{
    return cf_map_to(
        b, in,
        (struct cf_value){cf_pair(b->arena, in.type->a, cf_pair(b->arena, left, right)), "key",
                          "{key: value.left, value: value.right}"});
}

struct cf_stream cf_join(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    const char *op = cf_text(step, "op");
    bool is_plain = strcmp(cf_text(step, "options"), "plain") == 0;
    size_t n;
    struct cf_stream other = cf_operands(b, in, step, &n)[1];
    weir_stream both[] = {in.stream, other.stream};
    const struct cf_type *left = in.type->b, *right = other.type->b;
    if (in.type->kind != CF_PAIR || other.type->kind != CF_PAIR) {
        cf_refuse(b, "%s of records that are no pairs", op);
        return in;
    }
    in.stream = weir_stage(both, 2, op, NULL);
    if (strcmp(op, "cogroup") == 0) {
        return joined(b, in, cf_list(b->arena, left), cf_list(b->arena, right));
    }
    if (strcmp(op, "left_outer_join") == 0 || strcmp(op, "full_outer_join") == 0) {
        right = cf_option(b->arena, right, is_plain);
    }
    if (strcmp(op, "right_outer_join") == 0 || strcmp(op, "full_outer_join") == 0) {
        left = cf_option(b->arena, left, is_plain);
    }
    return joined(b, in, left, right);
}

/* ---- transforms ---- */
/* What a body needs to know; it is called once, while the job is declared. */
struct body {
    struct cf_builder *b;
    const json_t *step;
    struct cf_stream *streams; /* the operands, with their types */
    struct cf_stream result;
};

static struct cf_stream rdd(const struct body *body, const weir_stream *rdds, size_t i)
{
    struct cf_stream stream = body->streams[i];
    stream.stream = rdds[i];
    return stream;
}

static struct cf_stream rdd_union(struct body *body, const weir_stream *rdds, size_t count)
{
    const json_t *order = json_object_get(body->step, "args");
    size_t n = json_array_size(order) > 0 ? json_array_size(order) : count;
    weir_stream *in_order = weir_arena_alloc(body->b->arena, n * sizeof *in_order);
    for (size_t i = 0; i < n; i++) {
        size_t from = n == count && json_array_size(order) == 0
                          ? i
                          : (size_t)json_integer_value(json_array_get(order, i));
        in_order[i] = rdds[from];
    }
    struct cf_stream result = body->streams[0];
    result.stream = n == 1 ? in_order[0] : weir_union(in_order, n);
    return result;
}

static struct cf_stream pairs_join(struct cf_builder *b,
                                   struct cf_stream in,
                                   struct cf_stream other)
{
    const struct cf_type *left = in.type->b;
    in.stream = weir_join(in.stream, other.stream, NULL);
    return joined(b, in, left, other.type->b);
}

static struct cf_stream rdd_self_join(struct body *body, const weir_stream *rdds)
{
    struct cf_builder *b = body->b;
    struct cf_stream all = rdd(body, rdds, 0);
    all.stream = weir_union(rdds, 2);
    struct cf_value x = cf_record_value(all.type);
    all = cf_map_to(
        b, all,
        (struct cf_value){cf_pair(b->arena, all.type, all.type), cf_expr(b, x), cf_expr(b, x)});
    return pairs_join(b, all, rdd(body, rdds, 2));
}

static struct cf_stream rdd_cartesian(struct body *body, const weir_stream *rdds)
{
    struct cf_stream in = rdd(body, rdds, 0);
    struct cf_builder *b = body->b;
    const struct cf_type *pair = cf_pair(b->arena, in.type, in.type);
    in.stream = weir_cartesian(rdds[0], rdds[0], NULL);
    return cf_map_to(b, in, (struct cf_value){pair, "left", "right"});
}

static weir_stream call_body(void *owner, const weir_stream *rdds, size_t count)
{
    struct body *body = owner;
    struct cf_builder *b = body->b;
    const char *name = cf_text(body->step, "fn");
    struct cf_stream first = rdd(body, rdds, 0);
    body->result = first;
    if (strcmp(name, "rdd_null") == 0) {
        return WEIR_NO_STREAM(b->job);
    }
    if (strcmp(name, "rdd_map") == 0) {
        json_t *args = json_deep_copy(json_object_get(body->step, "args"));
        const char *fn = json_string_value(json_array_get(args, 0));
        fn = weir_arena_strndup(b->arena, fn, strlen(fn));
        json_array_remove(args, 0);
        body->result = cf_map_to(b, first, cf_apply(b, fn, args, cf_record_value(first.type)));
        json_decref(args);
    } else if (strcmp(name, "rdd_sort_by_key") == 0) {
        body->result.stream = weir_sort(first.stream, "by=key");
    } else if (strcmp(name, "rdd_cartesian_self") == 0) {
        body->result = rdd_cartesian(body, rdds);
    } else if (strcmp(name, "rdd_pair_with_time") == 0) {
        body->result = cf_map_to(b, first,
                                 (struct cf_value){cf_pair(b->arena, first.type, &cf_i64),
                                                   cf_expr(b, cf_record_value(first.type)),
                                                   "std.i64(batch_time()) / 1000"});
    } else if (strcmp(name, "rdd_union") == 0) {
        body->result = rdd_union(body, rdds, count);
    } else if (strcmp(name, "rdd_join") == 0) {
        body->result = pairs_join(b, first, rdd(body, rdds, 1));
    } else if (strcmp(name, "rdd_union_pair_self_join") == 0) {
        body->result = rdd_self_join(body, rdds);
    } else {
        cf_refuse(b, "no function of RDDs '%s'", name);
    }
    return body->result.stream;
}

struct cf_stream cf_transform(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    struct body body = {.b = b, .step = step, .streams = &in};
    size_t count = 1;
    if (json_object_get(step, "with") != NULL) {
        body.streams = cf_operands(b, in, step, &count);
    }
    weir_stream *handles = weir_arena_alloc(b->arena, count * sizeof *handles);
    for (size_t i = 0; i < count; i++) {
        handles[i] = body.streams[i].stream;
    }
    weir_stream stream = weir_job_transform(handles, count, call_body, &body);
    body.result.stream = stream;
    return body.result;
}
