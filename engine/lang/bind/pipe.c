/* SPDX-License-Identifier: Apache-2.0 */
/* Pipes: which of stream, table, verb, input or output a word is, and what may stand where. */
#include "lang/bind/binder.h"

#include <string.h>

enum {
    INPUT_KINDS = 1U << WEIR_KIND_RECEIVER | 1U << WEIR_KIND_SOURCE,
    SINK_KINDS = 1U << WEIR_KIND_SINK,
    CODEC_KINDS = 1U << WEIR_KIND_CODEC,
    ROW_KINDS = 1U << WEIR_KIND_FUNCTION | 1U << WEIR_KIND_EMITTER | 1U << WEIR_KIND_REDUCER |
                1U << WEIR_KIND_AGGREGATE | 1U << WEIR_KIND_PARTITION_FUNCTION |
                1U << WEIR_KIND_UPDATE | 1U << WEIR_KIND_TRACK
};

static const struct weir_pipe_end unknown_end = {.node = WEIR_NO_NODE};

bool weir_bind_define(struct weir_binder *b,
                      weir_str name,
                      struct weir_place place,
                      struct weir_pipe_end end)
{
    if (weir_verb_find(name) != WEIR_VERB_COUNT_OF || weir_word_is_reserved(name)) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            b->diagnostics, WEIR_CODE_NAME_TAKEN, place,
            "a stream may not be called '%.*s', like %s", (int)name.count, name.bytes,
            weir_verb_find(name) != WEIR_VERB_COUNT_OF ? "a verb" : "an input or output");
        weir_diagnostic_help(b->diagnostics, d, "try: %.*ss", (int)name.count, name.bytes);
        return false;
    }
    const struct weir_stream_name *earlier = weir_map_get(&b->streams, name);
    if (earlier != NULL) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_TWICE, place,
                                   "'%.*s' is defined twice", (int)name.count, name.bytes);
        weir_diagnostic_other(b->diagnostics, d, earlier->place, "the first");
        return false;
    }
    struct weir_stream_name *stream = weir_arena_alloc(&b->scratch, sizeof *stream);
    *stream = (struct weir_stream_name){.name = name, .place = place, .end = end};
    weir_map_put(&b->streams, name, stream);
    return true;
}

/* ---- the head of a pipe ---- */

static bool bind_stream_head(struct weir_stage *s, struct weir_stream_name *stream)
{
    struct weir_binder *b = s->b;
    stream->is_used = true;
    if (stream->end.is_output) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            b->diagnostics, WEIR_CODE_MISPLACED, s->ast->name_place,
            "'%.*s' is an output: it gives no stream", (int)s->ast->name.count, s->ast->name.bytes);
        weir_diagnostic_other(b->diagnostics, d, stream->place, "it is named here");
        return false;
    }
    if (s->ast->items.count > 0) {
        const struct weir_ast_item *item = s->ast->items.first;
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_MISSING_SEPARATOR, item->place,
                                   "'%.*s' is a stream and takes no value: did you forget '|'?",
                                   (int)s->ast->name.count, s->ast->name.bytes);
        weir_diagnostic_other(b->diagnostics, d, stream->place, "it is defined here");
        return false;
    }
    s->out = stream->end;
    return stream->end.node != WEIR_NO_NODE;
}

static bool report_verb_head(struct weir_stage *s)
{
    const char *verb = weir_verb_name(s->verb);
    if (weir_verb_flags(s->verb) & WEIR_VERB_IS_LATER) {
        return weir_bind_verb(s);
    }
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_NEEDS_INPUT, s->ast->name_place,
                               "'%s' needs a stream before it", verb);
    weir_diagnostic_help(s->b->diagnostics, d,
                         "begin with an input (file, listen, generate, tcp://host:port) or a "
                         "stream defined above: ... | %s",
                         verb);
    return false;
}

static bool report_later_word(struct weir_stage *s)
{
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_NOT_YET, s->ast->name_place, "not yet available: '%.*s'",
        (int)s->ast->name.count, s->ast->name.bytes);
    weir_diagnostic_help(s->b->diagnostics, d, "a plugin may bring it: use \"./plugin.so\"");
    return false;
}

/* The head word with its alias. */
static struct weir_place place_of(const struct weir_stage *s)
{
    return s->ast->alias.count > 0 ? weir_place_join(s->ast->alias_place, s->ast->name_place)
                                   : s->ast->name_place;
}

/* The operator of this place and name, of overloads the first. */
static enum weir_found find(struct weir_stage *s,
                            uint32_t kinds,
                            bool is_quiet,
                            const struct weir_operator **op)
{
    const struct weir_operator *const *operators;
    size_t count;
    enum weir_found found = weir_bind_find(s->b, s->ast->alias, s->ast->name, kinds, place_of(s),
                                           is_quiet, &operators, &count);
    *op = found == WEIR_FOUND ? operators[0] : NULL;
    return found;
}

static const char *label_of(struct weir_stage *s)
{
    return weir_arena_printf(&s->b->scratch, "%.*s%s%.*s", (int)s->ast->alias.count,
                             s->ast->alias.count > 0 ? s->ast->alias.bytes : "",
                             s->ast->alias.count > 0 ? "." : "", (int)s->ast->name.count,
                             s->ast->name.bytes);
}

/* The verb that an operator of a kind is written behind. */
static const char *verb_of(enum weir_kind kind)
{
    static const struct {
        enum weir_kind kind;
        enum weir_verb verb;
    } verbs[] = {{WEIR_KIND_EMITTER, WEIR_VERB_FLAT_MAP},
                 {WEIR_KIND_REDUCER, WEIR_VERB_REDUCE_BY_KEY},
                 {WEIR_KIND_AGGREGATE, WEIR_VERB_AGGREGATE},
                 {WEIR_KIND_PARTITION_FUNCTION, WEIR_VERB_MAP_PARTITIONS},
                 {WEIR_KIND_UPDATE, WEIR_VERB_UPDATE_STATE_BY_KEY},
                 {WEIR_KIND_TRACK, WEIR_VERB_MAP_WITH_STATE}};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (verbs[i].kind == kind) {
            return weir_verb_name(verbs[i].verb);
        }
    }
    return weir_verb_name(WEIR_VERB_MAP);
}

static bool report_misplaced(struct weir_stage *s, const struct weir_operator *op, bool is_head)
{
    struct weir_diagnostics *ds = s->b->diagnostics;
    const char *label = label_of(s);
    struct weir_place place = place_of(s);
    struct weir_diagnostic *d;
    if (op->kind == WEIR_KIND_RECEIVER || op->kind == WEIR_KIND_SOURCE) {
        d = weir_diagnostics_error(ds, WEIR_CODE_MISPLACED, place,
                                   "'%s' is an input: it begins a pipe", label);
        weir_diagnostic_help(ds, d, "to read both streams give one a name and join them by union");
        return false;
    }
    if (op->kind == WEIR_KIND_SINK) {
        d = weir_diagnostics_error(ds, WEIR_CODE_MISPLACED, place,
                                   "'%s' is an output: it needs a stream before it", label);
        weir_diagnostic_help(ds, d, "write: STREAM | %s", label);
        return false;
    }
    if (op->kind == WEIR_KIND_CODEC) {
        d = weir_diagnostics_error(ds, WEIR_CODE_MISPLACED, place,
                                   "'%s' is a codec: it needs a stream before it", label);
        weir_diagnostic_help(ds, d, "write: INPUT | %s", label);
        return false;
    }
    bool is_vowel = strchr("aeiou", weir_kind_name(op->kind)[0]) != NULL;
    d = weir_diagnostics_error(ds, WEIR_CODE_MISPLACED, place, "'%s' is a%s %s, no verb", label,
                               is_vowel ? "n" : "", weir_kind_name(op->kind));
    weir_diagnostic_help(ds, d, "try: %s%s %s", is_head ? "... | " : "", verb_of(op->kind), label);
    return false;
}

/* A word that is no stream, verb or operator that fits here. */
static bool bind_other_word(struct weir_stage *s, bool is_head)
{
    const struct weir_operator *op;
    enum weir_found found =
        find(s, ROW_KINDS | (is_head ? SINK_KINDS | CODEC_KINDS : INPUT_KINDS), true, &op);
    if (found != WEIR_FOUND_NONE) {
        return found == WEIR_FOUND && report_misplaced(s, op, is_head);
    }
    if (s->ast->alias.count > 0 || weir_word_is_reserved(s->ast->name)) {
        uint32_t kinds = is_head ? INPUT_KINDS : SINK_KINDS | CODEC_KINDS;
        find(s, kinds, false, &op); /* says why there is none */
        return false;
    }
    if (weir_word_is_later(s->ast->name)) {
        return report_later_word(s);
    }
    if (weir_map_get(&s->b->streams, s->ast->name) != NULL) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_MISPLACED, s->ast->name_place,
            "'%.*s' is a stream: it begins a pipe", (int)s->ast->name.count, s->ast->name.bytes);
        weir_diagnostic_help(s->b->diagnostics, d, "to read both streams: | union %.*s",
                             (int)s->ast->name.count, s->ast->name.bytes);
        return false;
    }
    weir_word_unknown(s->b, s->ast, is_head);
    return false;
}

static bool bind_head(struct weir_stage *s)
{
    if (s->ast->is_uri) {
        return weir_bind_uri(s);
    }
    if (s->ast->alias.count == 0) {
        struct weir_stream_name *stream = weir_map_get(&s->b->streams, s->ast->name);
        if (stream != NULL) {
            return bind_stream_head(s, stream);
        }
        s->verb = weir_verb_find(s->ast->name);
        if (s->verb != WEIR_VERB_COUNT_OF) {
            return report_verb_head(s);
        }
    }
    const struct weir_operator *op;
    enum weir_found found = find(s, INPUT_KINDS, true, &op);
    if (found == WEIR_FOUND_NONE) {
        return bind_other_word(s, true);
    }
    return found == WEIR_FOUND && weir_bind_operator_stage(s, op, s->ast->alias);
}

/* ---- further stages ---- */

static bool bind_further(struct weir_stage *s)
{
    if (s->in.is_output) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_AFTER_OUTPUT, s->ast->name_place,
                                   "nothing follows an output: '%.*s' has no stream to read",
                                   (int)s->ast->name.count, s->ast->name.bytes);
        weir_diagnostic_help(s->b->diagnostics, d,
                             "give the stream a name and use it twice: x = ...; x | print; x | "
                             "%.*s",
                             (int)s->ast->name.count, s->ast->name.bytes);
        return false;
    }
    if (s->ast->alias.count == 0) {
        s->verb = weir_verb_find(s->ast->name);
        if (s->verb != WEIR_VERB_COUNT_OF) {
            return weir_bind_verb(s);
        }
    }
    const struct weir_operator *op;
    enum weir_found found = find(s, SINK_KINDS | CODEC_KINDS, true, &op);
    if (found == WEIR_FOUND_NONE) {
        return bind_other_word(s, false);
    }
    if (found == WEIR_FOUND && op->kind == WEIR_KIND_CODEC) {
        return weir_bind_codec(s, op);
    }
    return found == WEIR_FOUND && weir_bind_operator_stage(s, op, s->ast->alias);
}

/* Binds one stage; its name, if any, is the node's. */
static struct weir_pipe_end bind_stage(struct weir_binder *b,
                                       const struct weir_ast_stage *ast,
                                       const struct weir_ast_stage *before,
                                       struct weir_pipe_end in,
                                       weir_str name)
{
    struct weir_stage s = {.b = b, .ast = ast, .before = before, .in = in, .out = unknown_end};
    if (name.count > 0) {
        s.draft.name = weir_bind_name(b, name);
    }
    if (before == NULL ? !bind_head(&s) : !bind_further(&s)) {
        WEIR_ASSERT(weir_diagnostics_status(b->diagnostics, NULL) != WEIR_OK);
    }
    if (ast->as_name.count > 0) {
        struct weir_pipe_end end = s.out;
        if (end.is_output) {
            end.node = WEIR_NO_NODE; /* a name for what is written, not for a stream */
        }
        weir_bind_define(b, ast->as_name, ast->as_place, end);
    }
    return s.out;
}

struct weir_pipe_end weir_bind_pipe(struct weir_binder *b,
                                    const struct weir_ast_pipe *pipe,
                                    weir_str final_name)
{
    struct weir_pipe_end end = unknown_end;
    const struct weir_ast_stage *before = NULL;
    for (const struct weir_ast_stage *stage = pipe->first; stage != NULL; stage = stage->next) {
        weir_str name = stage->as_name;
        if (name.count == 0 && stage->next == NULL) {
            name = final_name;
        }
        end = bind_stage(b, stage, before, end, name);
        before = stage;
    }
    return end;
}

/* The first word of a block may be a stream: then the body begins there, not at the subject. */
struct weir_pipe_end weir_bind_block(struct weir_binder *b,
                                     const struct weir_ast_pipe *pipe,
                                     struct weir_pipe_end in)
{
    struct weir_pipe_end end = in;
    static const struct weir_ast_stage subject;
    const struct weir_ast_stage *before = &subject;
    for (const struct weir_ast_stage *stage = pipe->first; stage != NULL; stage = stage->next) {
        struct weir_stream_name *stream = stage == pipe->first && stage->alias.count == 0
                                              ? weir_map_get(&b->streams, stage->name)
                                              : NULL;
        end = bind_stage(b, stage, stream != NULL ? NULL : before, end, stage->as_name);
        if (stream != NULL && end.node != WEIR_NO_NODE) {
            weir_block_ask(b, end.node);
        }
        before = stage;
    }
    return end;
}

void weir_bind_print(struct weir_binder *b, struct weir_pipe_end end, struct weir_place place)
{
    static const struct weir_ast_items nothing;
    struct weir_ast_stage ast = {.place = place, .name_place = place, .items = nothing};
    ast.name = weir_str_of("print");
    struct weir_stage s = {.b = b, .ast = &ast, .in = end, .out = unknown_end};
    const struct weir_operator *op;
    if (find(&s, SINK_KINDS, false, &op) == WEIR_FOUND) {
        weir_bind_operator_stage(&s, op, (weir_str){"", 0});
    }
}
