/* SPDX-License-Identifier: Apache-2.0 */
/* The binder from above: statements in order, then what only the whole can say. */
#include "lang/bind/bind.h"

#include "lang/bind/binder.h"

#include <string.h>

/* Params and the job's options first: pipes below may depend on the batch. A use must be done in
 * its place, because what it brings counts from there. */
static void bind_declarations(struct weir_binder *b)
{
    weir_bind_plugins(b);
    for (const struct weir_ast_statement *s = b->program->first; s != NULL; s = s->next) {
        if (s->kind == WEIR_AST_PARAM_DECLARATION) {
            weir_bind_param(b, s);
        } else if (s->kind == WEIR_AST_JOB) {
            weir_bind_job(b, s);
        }
    }
    weir_bind_check_sets(b);
    if (b->options->batch_us > 0) {
        b->graph->batch_us = b->options->batch_us;
    }
    if (b->options->partitions > 0) {
        b->graph->partitions = b->options->partitions;
    }
}

static void bind_named(struct weir_binder *b, const struct weir_ast_statement *s)
{
    bool has_as = s->pipe->last->as_name.count > 0;
    bool is_anonymous = s->name.bytes[0] == '_'; /* of a job in C: known to the text only */
    struct weir_pipe_end end =
        weir_bind_pipe(b, s->pipe, has_as || is_anonymous ? (weir_str){"", 0} : s->name);
    if (end.is_output) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_AFTER_OUTPUT, s->name_place,
                                   "'%.*s' would name an output, which gives no stream",
                                   (int)s->name.count, s->name.bytes);
        weir_diagnostic_help(b->diagnostics, d, "to name what is written: ... | print as %.*s",
                             (int)s->name.count, s->name.bytes);
        return;
    }
    if (has_as) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            b->diagnostics, WEIR_CODE_TWICE, s->pipe->last->as_place,
            "the stream has a name already: '%.*s'", (int)s->name.count, s->name.bytes);
        weir_diagnostic_other(b->diagnostics, d, s->name_place, "here");
        return;
    }
    weir_bind_define(b, s->name, s->name_place, end);
}

static void bind_unnamed(struct weir_binder *b, const struct weir_ast_statement *s)
{
    struct weir_pipe_end end = weir_bind_pipe(b, s->pipe, (weir_str){"", 0});
    bool is_definition = s->pipe->last->as_name.count > 0;
    if (end.node != WEIR_NO_NODE && !end.is_output && !is_definition) {
        weir_bind_print(b, end, s->pipe->last->place);
    }
}

static void bind_pipes(struct weir_binder *b)
{
    for (const struct weir_ast_statement *s = b->program->first; s != NULL; s = s->next) {
        if (s->kind == WEIR_AST_USE) {
            weir_bind_use(b, s);
        } else if (s->kind == WEIR_AST_NAMED_PIPE) {
            bind_named(b, s);
        } else if (s->kind == WEIR_AST_PIPE) {
            bind_unnamed(b, s);
        } else if (s->kind == WEIR_AST_TABLE) {
            weir_bind_table(b, s);
        }
    }
}

/* A job without any output prints its last stream. */
static void print_last(struct weir_binder *b)
{
    for (size_t i = b->streams.count; i-- > 0;) {
        struct weir_stream_name *stream = b->streams.entries[i].value;
        if (stream->end.node == b->graph->node_count - 1 &&
            !b->graph->nodes[stream->end.node].is_static) {
            stream->is_used = true;
            weir_bind_print(b, stream->end, stream->place);
            return;
        }
    }
}

static void warn_unused(struct weir_binder *b)
{
    bool *is_read = weir_alloc(b->graph->node_count * sizeof *is_read);
    for (uint32_t n = 0; n < b->graph->node_count; n++) {
        const struct weir_node *node = &b->graph->nodes[n];
        for (uint32_t k = 0; k < node->input_count; k++) {
            is_read[node->inputs[k]] = true;
        }
    }
    for (size_t i = 0; i < b->streams.count; i++) {
        const struct weir_stream_name *stream = b->streams.entries[i].value;
        if (stream->is_used || stream->end.node == WEIR_NO_NODE || is_read[stream->end.node]) {
            continue;
        }
        struct weir_diagnostic *d = weir_diagnostics_warning(
            b->diagnostics, WEIR_CODE_UNUSED, stream->place, "the %s '%.*s' is never used",
            stream->is_table ? "table" : "stream", (int)stream->name.count, stream->name.bytes);
        weir_diagnostic_help(b->diagnostics, d,
                             stream->is_table ? "join a stream with it: ... | join %.*s on=..."
                                              : "write it: %.*s | print",
                             (int)stream->name.count, stream->name.bytes);
    }
    weir_free(is_read);
}

static void report_misfits(struct weir_binder *b)
{
    for (const struct weir_misfit *m = b->misfits; m != NULL; m = m->next) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_INTERVAL, m->place,
                                   "the checkpoint interval of %s is %s its slide time, %s",
                                   weir_bind_duration_text(b, m->us),
                                   m->us < m->slide_us ? "lower than" : "not a multiple of",
                                   weir_bind_duration_text(b, m->slide_us));
        weir_diagnostic_help(b->diagnostics, d, "try: %s",
                             weir_bind_duration_text(b, (m->us / m->slide_us + 1) * m->slide_us));
    }
}

static bool is_fine(const struct weir_binder *b)
{
    return b->diagnostics->error_count == 0;
}

static void finish_graph(struct weir_binder *b)
{
    struct weir_graph *graph = b->graph;
    if (graph->node_count == 0) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_EMPTY, WEIR_NOWHERE,
                                   "there is nothing to run: the text has no pipe");
        weir_diagnostic_help(b->diagnostics, d, "try: generate words | count_by_value | top 10");
        return;
    }
    if (graph->output_count == 0) {
        print_last(b);
    }
    warn_unused(b);
    report_misfits(b);
    uint32_t culprit;
    struct weir_error err;
    if (is_fine(b) && weir_graph_validate(graph, &culprit, &err) != WEIR_OK) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_STAGE, graph->nodes[culprit].place, "%s",
                               err.text);
    }
}

/* Settings and plugins go from the growing arrays to the arena. */
static void keep_lists(struct weir_binder *b)
{
    struct weir_graph *graph = b->graph;
    if (b->setting_count > 0) {
        size_t bytes = b->setting_count * sizeof *b->settings;
        graph->settings = memcpy(weir_arena_alloc(b->arena, bytes), b->settings, bytes);
        graph->setting_count = b->setting_count;
    }
    if (b->use_count > 0) {
        size_t bytes = b->use_count * sizeof *b->uses;
        graph->uses = memcpy(weir_arena_alloc(b->arena, bytes), b->uses, bytes);
        graph->use_count = b->use_count;
    }
}

static void finish(struct weir_binder *b)
{
    for (struct weir_scope *scope = b->scopes; scope != NULL; scope = scope->next) {
        weir_schema_index_destroy(scope->index);
    }
    weir_map_finish(&b->streams);
    weir_map_finish(&b->params);
    weir_map_finish(&b->unusable);
    weir_free(b->settings);
    weir_free(b->uses);
    weir_arena_finish(&b->scratch);
}

int weir_lang_bind(const struct weir_ast_program *program,
                   const struct weir_bind_options *options,
                   struct weir_diagnostics *diagnostics,
                   struct weir_graph **graph,
                   struct weir_error *err)
{
    struct weir_binder b = {.options = options, .program = program, .diagnostics = diagnostics};
    b.graph = weir_graph_create(options->registry);
    b.arena = &b.graph->arena;
    weir_arena_init(&b.scratch);
    weir_map_init(&b.streams);
    weir_map_init(&b.params);
    weir_map_init(&b.unusable);
    bind_declarations(&b);
    bind_pipes(&b);
    weir_bind_tests(&b);
    if (is_fine(&b)) {
        finish_graph(&b);
    }
    keep_lists(&b);
    finish(&b);
    weir_diagnostics_sort(diagnostics);
    int status = weir_diagnostics_status(diagnostics, err);
    if (status != WEIR_OK) {
        weir_graph_destroy(b.graph);
        return status;
    }
    *graph = b.graph;
    return WEIR_OK;
}

int weir_lang_compile(const struct weir_source *source,
                      const struct weir_bind_options *options,
                      struct weir_diagnostics *diagnostics,
                      struct weir_graph **graph,
                      struct weir_error *err)
{
    struct weir_arena arena;
    struct weir_ast_program *program = NULL;
    weir_arena_init(&arena);
    int status = weir_ast_parse(source, &arena, diagnostics, &program, err);
    if (status == WEIR_OK) {
        status = weir_lang_bind(program, options, diagnostics, graph, err);
    }
    weir_arena_finish(&arena);
    return status;
}
