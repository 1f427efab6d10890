/* SPDX-License-Identifier: Apache-2.0 */
/* Statements are kept as their parts, because a stream may get its name after others have read it.
 */
#include "lang/build/private.h"

#include <string.h>

static struct weir_build *build_of(const struct weir_job *job)
{
    return (struct weir_build *)(uintptr_t)job;
}

void weir_build_fail(struct weir_build *build, const char *text)
{
    if (build->error == NULL) {
        build->error = weir_arena_strndup(&build->arena, text, strlen(text));
    }
}

static const weir_stream no_stream = {NULL, 0};

/* A copy on the arena in one line: a statement ends with its line. */
static const char *keep(struct weir_build *build, const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    char *copy = weir_arena_strndup(&build->arena, text, strlen(text));
    for (char *at = copy; *at != '\0'; at++) {
        *at = *at == '\n' || *at == '\r' ? ' ' : *at;
    }
    return copy;
}

static weir_stream add(struct weir_build *build, const struct weir_statement *statement)
{
    WEIR_GROW(build->statements, build->count, build->capacity);
    for (size_t i = 0; i < statement->from_count; i++) {
        build->statements[statement->from[i] - 1].reader_count++;
    }
    build->statements[build->count] = *statement;
    build->statements[build->count++].transform = build->transform;
    return (weir_stream){&build->job, build->count};
}

/* Are these streams of this job, made by it? */
static bool are_streams(struct weir_build *build,
                        const weir_stream *streams,
                        size_t count,
                        const char *verb)
{
    for (size_t i = 0; i < count; i++) {
        bool is_stream = streams[i].job == &build->job && streams[i].id > 0 &&
                         streams[i].id <= build->count &&
                         build->statements[streams[i].id - 1].kind < WEIR_STATEMENT_WRITE;
        if (!is_stream) {
            weir_build_fail(build, weir_arena_printf(&build->arena,
                                                     "%s: stream %zu of the call is no stream of "
                                                     "this job: give it what a call above returned",
                                                     verb, i + 1));
            return false;
        }
    }
    return true;
}

static const uint64_t *ids(struct weir_build *build, const weir_stream *streams, size_t count)
{
    uint64_t *from = weir_arena_alloc(&build->arena, (count + 1) * sizeof *from);
    for (size_t i = 0; i < count; i++) {
        from[i] = streams[i].id;
    }
    return from;
}

/* A mistake was made, or this call makes one. */
static bool is_refused(struct weir_build *build, const void *text, const char *call)
{
    if (build->error == NULL && text == NULL) {
        weir_build_fail(build,
                        weir_arena_printf(&build->arena, "%s was called without a text", call));
    }
    return build->error != NULL;
}

static weir_stream call_input(struct weir_job *job, const char *text)
{
    struct weir_build *build = build_of(job);
    if (is_refused(build, text, "weir_input")) {
        return no_stream;
    }
    return add(build,
               &(struct weir_statement){.kind = WEIR_STATEMENT_INPUT, .word = keep(build, text)});
}

static weir_stream call_stage(const weir_stream *streams,
                              size_t count,
                              const char *verb,
                              const char *rest)
{
    struct weir_build *build = build_of(streams[0].job);
    if (is_refused(build, verb, "weir_stage") || !are_streams(build, streams, count, verb)) {
        return no_stream;
    }
    return add(build, &(struct weir_statement){.kind = WEIR_STATEMENT_STAGE,
                                               .word = keep(build, verb),
                                               .rest = keep(build, rest),
                                               .from_count = count,
                                               .from = ids(build, streams, count)});
}

static void call_write(weir_stream in, const char *output, const char *rest)
{
    struct weir_build *build = build_of(in.job);
    if (is_refused(build, output, "weir_write") || !are_streams(build, &in, 1, output)) {
        return;
    }
    add(build, &(struct weir_statement){.kind = WEIR_STATEMENT_WRITE,
                                        .word = keep(build, output),
                                        .rest = keep(build, rest),
                                        .from_count = 1,
                                        .from = ids(build, &in, 1)});
}

static weir_stream call_transform(const weir_stream *streams,
                                  size_t count,
                                  weir_transform_body body,
                                  void *owner)
{
    struct weir_build *build = build_of(streams[0].job);
    if (is_refused(build, body == NULL ? NULL : "", "weir_job_transform") ||
        !are_streams(build, streams, count, "transform")) {
        return no_stream;
    }
    if (build->transform != 0) {
        weir_build_fail(build, "transform: a transform does not stand in another's body");
        return no_stream;
    }
    build->transform = ++build->transform_count;
    weir_stream result = body(owner, streams, count);
    build->transform = 0;
    if (build->error != NULL || (result.id != 0 && !are_streams(build, &result, 1, "transform"))) {
        return no_stream;
    }
    if (result.id != 0) {
        build->statements[result.id - 1].reader_count++;
    }
    return add(build, &(struct weir_statement){.kind = WEIR_STATEMENT_TRANSFORM,
                                               .result = result.id,
                                               .from_count = count,
                                               .from = ids(build, streams, count)});
}

/* A word as the language has them: letters, digits, '_', not beginning with a digit or '_'. */
static bool is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return length > 0 && name[length] == '\0' && strchr("0123456789_", name[0]) == NULL;
}

static weir_stream call_name(weir_stream in, const char *name)
{
    struct weir_build *build = build_of(in.job);
    if (is_refused(build, name, "weir_named") || !are_streams(build, &in, 1, "weir_named")) {
        return no_stream;
    }
    struct weir_statement *statement = &build->statements[in.id - 1];
    const char *problem = statement->name != NULL ? "the stream has a name already"
                          : !is_name(name)        ? "a name is letters, digits and '_', and begins "
                                                    "with a letter"
                                                  : NULL;
    if (problem != NULL) {
        weir_build_fail(build,
                        weir_arena_printf(&build->arena, "weir_named: '%s': %s", name, problem));
        return no_stream;
    }
    statement->name = keep(build, name);
    return in;
}

static weir_stream call_find(struct weir_job *job, const char *name)
{
    struct weir_build *build = build_of(job);
    if (is_refused(build, name, "weir_job_find")) {
        return no_stream;
    }
    return add(build,
               &(struct weir_statement){.kind = WEIR_STATEMENT_FOUND, .name = keep(build, name)});
}

static void call_parse(struct weir_job *job, const char *text)
{
    struct weir_build *build = build_of(job);
    if (!is_refused(build, text, "weir_job_parse")) {
        add(build, &(struct weir_statement){
                       .kind = WEIR_STATEMENT_TEXT,
                       .word = weir_arena_strndup(&build->arena, text, strlen(text))});
    }
}

static const char *call_error(const struct weir_job *job)
{
    return build_of(job)->error;
}

static const struct weir_job_calls calls = {
    .size = sizeof calls,
    .input = call_input,
    .stage = call_stage,
    .write = call_write,
    .transform = call_transform,
    .name = call_name,
    .find = call_find,
    .parse = call_parse,
    .error = call_error,
};

struct weir_build *weir_build_create(void *owner)
{
    struct weir_build *build = weir_alloc(sizeof *build);
    build->owner = owner;
    build->job.calls = &calls;
    weir_arena_init(&build->arena);
    return build;
}

void weir_build_destroy(struct weir_build *build)
{
    if (build != NULL) {
        weir_arena_finish(&build->arena);
        weir_free(build->statements);
        weir_free(build);
    }
}

struct weir_job *weir_build_job(struct weir_build *build)
{
    return &build->job;
}

void *weir_build_owner(const struct weir_job *job)
{
    return build_of(job)->owner;
}
