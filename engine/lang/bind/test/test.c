/* SPDX-License-Identifier: Apache-2.0 */
/* `test` statements: which streams their steps mean, whether these have records at those times. */
#include "lang/bind/test/private.h"

#include <string.h>

void weir_tests_init(struct weir_tests *tests)
{
    *tests = (struct weir_tests){0};
    weir_arena_init(&tests->arena);
}

void weir_tests_finish(struct weir_tests *tests)
{
    weir_free(tests->tests);
    weir_arena_finish(&tests->arena);
    *tests = (struct weir_tests){0};
}

static bool report_stream(struct weir_binder *b, const struct weir_ast_step *step)
{
    struct weir_near near;
    weir_near_begin(&near, step->stream);
    for (size_t i = 0; i < b->streams.count; i++) {
        weir_near_offer(&near,
                        (weir_str){b->streams.entries[i].key, b->streams.entries[i].key_count});
    }
    weir_str best = weir_near_best(&near);
    struct weir_diagnostic *d = weir_diagnostics_error(
        b->diagnostics, WEIR_CODE_UNKNOWN_STREAM, step->stream_place, "no stream '%.*s'%s%.*s%s",
        (int)step->stream.count, step->stream.bytes, best.count > 0 ? ": did you mean '" : "",
        (int)best.count, best.bytes, best.count > 0 ? "'?" : "");
    weir_diagnostic_help(b->diagnostics, d,
                         "a test speaks of streams that have a name: NAME = ...");
    return false;
}

/* A stream of a name that has records of its own; WEIR_NO_NODE without a report: what is wrong with
 * it was said where it is defined. */
static bool find_stream(struct weir_binder *b, const struct weir_ast_step *step, uint32_t *node)
{
    struct weir_stream_name *stream = weir_map_get(&b->streams, step->stream);
    if (stream == NULL) {
        return report_stream(b, step);
    }
    stream->is_used = true;
    if (stream->is_table || stream->end.is_output) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            b->diagnostics, WEIR_CODE_TEST_TIME, step->stream_place,
            "'%.*s' is %s: a test speaks of streams", (int)step->stream.count, step->stream.bytes,
            stream->is_table ? "a table" : "an output");
        weir_diagnostic_other(b->diagnostics, d, stream->place, "it is defined here");
        return false;
    }
    *node = stream->end.node;
    return *node != WEIR_NO_NODE;
}

/* A batch's records are those that came before its time: expect speaks of batches, which a stream
 * has every slide; feed of any time, but of a stream that has records in every batch. */
static bool check_time(struct weir_binder *b,
                       const struct weir_ast_step *step,
                       const struct weir_node *node)
{
    int64_t at_us = step->at->i64;
    struct weir_diagnostic *d;
    if (!step->is_expect && node->slide_us != b->graph->batch_us) {
        d = weir_diagnostics_error(b->diagnostics, WEIR_CODE_TEST_TIME, step->stream_place,
                                   "'%.*s' has records every %s only: it cannot be fed",
                                   (int)step->stream.count, step->stream.bytes,
                                   weir_bind_duration_text(b, node->slide_us));
        weir_diagnostic_help(b->diagnostics, d, "feed a stream that it is computed from");
        return false;
    }
    if (!step->is_expect || (at_us > 0 && at_us % node->slide_us == 0)) {
        return true;
    }
    d = weir_diagnostics_error(b->diagnostics, WEIR_CODE_TEST_TIME, step->at->place,
                               "'%.*s' has no batch at that time: it has one every %s",
                               (int)step->stream.count, step->stream.bytes,
                               weir_bind_duration_text(b, node->slide_us));
    int64_t next_us = (at_us / node->slide_us + 1) * node->slide_us;
    weir_diagnostic_help(b->diagnostics, d, "try: at %s", weir_bind_duration_text(b, next_us));
    return false;
}

static bool bind_step(struct weir_binder *b,
                      struct weir_arena *arena,
                      const struct weir_ast_step *step,
                      struct weir_test_step *to)
{
    if (!find_stream(b, step, &to->node)) {
        return false;
    }
    const struct weir_node *node = &b->graph->nodes[to->node];
    const struct weir_value **records =
        weir_arena_alloc(arena, (step->records->items.count + 1) * sizeof *records);
    to->is_expect = step->is_expect;
    to->at_us = step->at->i64;
    to->stream = weir_arena_strndup(arena, step->stream.bytes, step->stream.count);
    to->place = step->place;
    to->records = records;
    bool is_fine = check_time(b, step, node);
    for (const struct weir_ast_item *item = step->records->items.first; item != NULL;
         item = item->next) {
        is_fine = weir_bind_test_record(b, arena, item->value, node->schema,
                                        &records[to->record_count++]) &&
                  is_fine;
    }
    return is_fine;
}

static void bind_one(struct weir_binder *b,
                     struct weir_tests *tests,
                     const struct weir_ast_statement *s)
{
    uint32_t count = 0;
    for (const struct weir_ast_step *step = s->steps; step != NULL; step = step->next) {
        count++;
    }
    struct weir_test_step *steps = weir_arena_alloc(&tests->arena, (count + 1) * sizeof *steps);
    struct weir_test test = {.place = s->title->place, .steps = steps};
    test.title = weir_arena_strndup(&tests->arena, s->title->text.bytes, s->title->text.count);
    for (const struct weir_ast_step *step = s->steps; step != NULL; step = step->next) {
        (void)bind_step(b, &tests->arena, step, &steps[test.step_count++]);
    }
    WEIR_GROW(tests->tests, tests->count, tests->capacity);
    tests->tests[tests->count++] = test;
}

void weir_bind_tests(struct weir_binder *b)
{
    struct weir_tests own;
    struct weir_tests *tests = b->options->tests;
    if (tests == NULL) {
        weir_tests_init(&own);
    }
    for (const struct weir_ast_statement *s = b->program->first; s != NULL; s = s->next) {
        if (s->kind == WEIR_AST_TEST) {
            bind_one(b, tests != NULL ? tests : &own, s);
        }
    }
    if (tests == NULL) {
        weir_tests_finish(&own);
    }
}
