/* SPDX-License-Identifier: Apache-2.0 */
/* The stateful verbs of a case. Keys that are pairs are text to the operators, whose keys are
 * scalars. */
#include "build/build.h"

#include <inttypes.h>
#include <string.h>

static bool is_scalar(const struct cf_type *type)
{
    return type->kind == CF_I64 || type->kind == CF_STR || type->kind == CF_JSON;
}

/* Can it be taken apart again? Lists and options stay the text that they are. */
static bool is_of_scalars(const struct cf_type *type)
{
    return type->kind == CF_PAIR ? is_of_scalars(type->a) && is_of_scalars(type->b)
                                 : type->kind == CF_I64 || type->kind == CF_STR;
}

/* Key and value as scalars; what they were is kept in the type. */
static struct cf_stream to_scalars(struct cf_builder *b, struct cf_stream in)
{
    if (in.type->kind != CF_PAIR) {
        cf_refuse(b, "a state of records that are no pairs");
        return in;
    }
    struct cf_value key = cf_value_of(b, in.type->a, "key");
    struct cf_value value = cf_value_of(b, in.type->b, "value");
    if (!is_scalar(key.type)) {
        key = (struct cf_value){cf_json(b->arena, key.type), cf_to_json(b, key), NULL};
    }
    if (!is_scalar(value.type)) {
        value = (struct cf_value){cf_json(b->arena, value.type), cf_to_json(b, value), NULL};
    }
    if (key.type == in.type->a && value.type == in.type->b) {
        return in;
    }
    return cf_map_to(b, in,
                     (struct cf_value){cf_pair(b->arena, key.type, value.type), key.a, value.a});
}

/* A stored key or value as it was. */
static struct cf_value from_scalar(struct cf_builder *b,
                                   const struct cf_type *type,
                                   const char *expr)
{
    if (type->kind == CF_JSON && is_of_scalars(type->a)) {
        return (struct cf_value){type->a, cf_from_json(b, type->a, expr), NULL};
    }
    return cf_value_of(b, type, expr);
}

static const char *tagged(struct cf_builder *b, const json_t *step, const struct cf_type *type)
{
    return weir_arena_printf(b->arena, "cf.%s_%c%c", cf_text(step, "fn"),
                             type->a->kind == CF_I64 ? 'i' : 's',
                             type->b->kind == CF_I64 ? 'i' : 's');
}

/* ---- initial states ---- */
/* " initial=NAME" of a table with the step's states, or "". state: what one is. */
static const char *initial(struct cf_builder *b,
                           const json_t *step,
                           const struct cf_type *key,
                           const struct cf_type *state)
{
    json_t *states = json_object_get(step, "initial");
    if (states == NULL) {
        return "";
    }
    json_t *batches = json_pack("[O]", states); /* lives as long as the case: see the runner */
    json_object_set_new((json_t *)(uintptr_t)step, "_batches", batches);
    const struct cf_type *plain = key->kind == CF_JSON ? key->a : key;
    uint32_t feed = cf_add_feed(b, batches, cf_pair(b->arena, plain, state), 1, 1);
    int next = 0;
    const char *key_expr = cf_assemble(b->arena, plain, &next);
    const char *value = cf_assemble(b->arena, state, &next);
    if (key->kind == CF_JSON) {
        key_expr = weir_arena_printf(b->arena, "cf.json_of(%s)", key_expr);
    }
    if (state->kind == CF_PAIR) {
        value = weir_arena_printf(b->arena, "{count: c%d, idle: c%d}", next - 2, next - 1);
    }
    weir_job_parse(b->job, weir_arena_printf(b->arena,
                                             "table init%u = cf.feed %u | map key = %s, value = %s",
                                             feed, feed, key_expr, value));
    return weir_arena_printf(b->arena, " initial=init%u", feed);
}

static const char *settings(struct cf_builder *b, const json_t *step)
{
    const char *text = "";
    int64_t interval = cf_number(step, "checkpoint_ms", 0);
    int64_t timeout = cf_number(step, "timeout_ms", 0);
    int64_t partitions = cf_number(step, "num_partitions", 0);
    if (interval > 0) {
        text = weir_arena_printf(b->arena, " every=%" PRId64 "ms", interval);
    }
    if (timeout > 0) {
        text = weir_arena_printf(b->arena, "%s timeout=%" PRId64 "ms", text, timeout);
    }
    if (partitions > 0) {
        text = weir_arena_printf(b->arena, "%s partitions=%" PRId64, text, partitions);
    }
    return text;
}

/* ---- verbs ---- */
struct cf_stream cf_update_state(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    struct cf_stream pairs = to_scalars(b, in);
    bool appends = strcmp(cf_text(step, "fn"), "append_values") == 0;
    bool counts = strcmp(cf_text(step, "fn"), "count_and_expire") == 0;
    if (b->error != NULL) {
        return in;
    }
    const struct cf_type *state = &cf_i64;
    if (appends) {
        state = cf_list(b->arena, pairs.type->b);
    } else if (counts) {
        state = cf_pair(b->arena, &cf_i64, &cf_i64);
    }
    const char *op = tagged(b, step, pairs.type);
    if (counts) {
        const json_t *limit = json_array_get(json_object_get(step, "args"), 0);
        op = weir_arena_printf(b->arena, "%s(limit=%s)", op, cf_literal(b->arena, limit));
    }
    pairs.stream = weir_update_state_by_key(
        pairs.stream, weir_arena_printf(b->arena, "%s%s%s", op,
                                        initial(b, step, pairs.type->a, state), settings(b, step)));
    struct cf_value key = from_scalar(b, pairs.type->a, "key");
    const char *value = counts ? "{key: value.count, value: value.idle}" : "value";
    return cf_map_to(b, pairs,
                     (struct cf_value){cf_pair(b->arena, key.type, state), cf_expr(b, key), value});
}

/* What a function emits: the key, its text twice, the sum, or both. */
static struct cf_value emitted(struct cf_builder *b,
                               const char *name,
                               const struct cf_type *key_type)
{
    if (strcmp(name, "ms_sum_emit_pair") == 0) {
        struct cf_value key = from_scalar(b, key_type, "key");
        return (struct cf_value){cf_pair(b->arena, key.type, &cf_i64), cf_expr(b, key), "value"};
    }
    if (strcmp(name, "ms_sum_emit_key_twice") == 0) {
        return (struct cf_value){&cf_str, "value", NULL};
    }
    if (strncmp(name, "ms_sum", 6) == 0) {
        return (struct cf_value){&cf_i64, "value", NULL};
    }
    struct cf_value key = from_scalar(b, key_type, "value");
    if (key.type->kind == CF_PAIR && key.b == NULL) { /* an expression of the whole */
        return (struct cf_value){key.type, weir_arena_printf(b->arena, "%s.key", key.a),
                                 weir_arena_printf(b->arena, "%s.value", key.a)};
    }
    return key;
}

struct cf_stream cf_map_with_state(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    const char *name = cf_text(step, "fn");
    struct cf_stream pairs = to_scalars(b, in);
    if (b->error != NULL) {
        return in;
    }
    bool stores_value = strcmp(name, "ms_toggle_emit_removed") == 0;
    const struct cf_type *state = stores_value ? pairs.type->b : &cf_i64;
    const struct cf_type *key = pairs.type->a;
    const char *rest = weir_arena_printf(b->arena, "%s%s%s", tagged(b, step, pairs.type),
                                         initial(b, step, key, state), settings(b, step));
    struct cf_stream tracked = pairs;
    tracked.stream = weir_map_with_state(pairs.stream, rest);
    struct cf_stream out = cf_map_to(b, tracked, emitted(b, name, key));
    out.tracked = tracked.stream;
    out.state_key = key;
    out.state_value = state;
    return out;
}

struct cf_stream cf_state_snapshots(struct cf_builder *b, struct cf_stream in, const json_t *step)
{
    (void)step;
    if (in.state_key == NULL) {
        cf_refuse(b, "state_snapshots of a stream that is no map_with_state");
        return in;
    }
    struct cf_stream states = in;
    states.stream = weir_state_snapshots(in.tracked, NULL);
    struct cf_value key = from_scalar(b, in.state_key, "key");
    return cf_map_to(
        b, states,
        (struct cf_value){cf_pair(b->arena, key.type, in.state_value), cf_expr(b, key), "value"});
}
