/* SPDX-License-Identifier: Apache-2.0 */
/* What tasks cost on one core, best of several rounds: the workloads grep and word count from text
 * blocks to their (map side) results, and the parts of the word count one by one.
 *
 *   bench_exec [-o NAME] [FILE...]     blocks of text; without one, 8 MiB of made up words */
#include "exec/exec.h"
#include "lang/lang.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT_BYTES = 8 << 20, ROUNDS = 9 };

extern const struct weir_plugin weir_plugin_e1_std, weir_plugin_e1_text, weir_plugin_e1_i64,
    weir_plugin_e1_file, weir_plugin_e1_print;

static double now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ---- a registry without files ---- */

static const char *no_variable(struct weir_env *env, const char *name)
{
    (void)env, (void)name;
    return NULL;
}

static bool no_file(struct weir_env *env, const char *path)
{
    (void)env, (void)path;
    return false;
}

static const struct weir_env_ops ops = {
    .struct_bytes = sizeof ops, .variable = no_variable, .file_exists = no_file};
static struct weir_env world = {.ops = &ops};
static struct weir_registry *registry;
static struct weir_error err;

static void check(int status)
{
    if (status != WEIR_OK) {
        fprintf(stderr, "bench_exec: %s\n", err.text);
        _Exit(1);
    }
}

static struct weir_graph *graph_of(const char *text)
{
    struct weir_source source = {.name = "bench", .text = weir_str_of(text)};
    struct weir_bind_options options = {.registry = registry};
    struct weir_diagnostics diagnostics;
    struct weir_graph *graph = NULL;
    weir_diagnostics_init(&diagnostics, &source);
    check(weir_lang_compile(&source, &options, &diagnostics, &graph, &err));
    weir_diagnostics_finish(&diagnostics);
    return graph;
}

/* ---- input ---- */

static struct weir_buffer *made_text(void)
{
    struct weir_buffer *text = weir_buffer_create(TEXT_BYTES);
    uint64_t state = 88172645463325252;
    size_t line = 0;
    text->bytes = TEXT_BYTES;
    for (size_t i = 0; i < TEXT_BYTES; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bool ends = line >= 99 || i + 1 == TEXT_BYTES;
        text->data[i] = ends ? '\n' : state >> 40 & 7 ? (uint8_t)('a' + (state >> 45 & 15)) : ' ';
        line = ends ? 0 : line + 1;
    }
    return text;
}

static struct weir_buffer *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        _Exit(1);
    }
    struct weir_buffer *text = weir_buffer_create(64 << 20);
    text->bytes = fread(text->data, 1, text->capacity, file);
    (void)fclose(file);
    return text;
}

/* ---- one measurement ---- */

struct run {
    struct weir_exec_task task;
    const struct weir_type *line;
    struct weir_step *first;
    struct weir_step *collect; /* NULL: nothing to collect */
    uint64_t rows, sum;
};

static void collect_sum(struct run *run)
{
    struct weir_block *block = run->collect == NULL ? NULL : weir_collect_take(run->collect);
    run->rows = block == NULL ? 0 : block->rows;
    run->sum = 0;
    for (uint64_t r = 0; r < run->rows; r++) {
        const struct weir_rows *all = &block->table.all;
        const struct weir_column *last = &all->columns[all->schema->field_count - 1];
        if (last->type->kind == WEIR_TYPE_I64) {
            run->sum += (uint64_t)((const int64_t *)last->data)[r];
        }
    }
    weir_block_release(block);
}

static void once(struct run *run, struct weir_block *block)
{
    run->task.records_in = 0;
    weir_arena_reset(&run->task.arena);
    check(weir_scan_block(&run->task, block, true, run->first));
    check(run->first->finish(run->first, &run->task));
}

/* What -o NAME chose, or NULL: everything whose name contains it. */
static const char *only;

static void measure(const char *name, struct run *run, struct weir_buffer **texts, int count)
{
    double best = 1e300;
    uint64_t records = 0, rows = 0, sum = 0;
    if (only != NULL && strstr(name, only) == NULL) {
        return;
    }
    for (int round = 0; round < ROUNDS; round++) {
        double took = 0;
        records = rows = sum = 0;
        for (int i = 0; i < count; i++) {
            struct weir_block *block =
                weir_block_of_text(run->line, weir_buffer_retain(texts[i]), 0, texts[i]->bytes, 0);
            double start = now_ns();
            once(run, block);
            collect_sum(run);
            took += now_ns() - start;
            records += run->task.records_in;
            rows += run->rows;
            sum += run->sum;
            weir_block_release(block);
        }
        best = took < best ? took : best;
    }
    printf("%-28s %8.2f M lines/s  %7.2f ns/line  rows %" PRIu64 " sum %" PRIu64 "\n", name,
           (double)records / best * 1e3, best / (double)records, rows, sum);
}

static int swallow(struct weir_step *step,
                   struct weir_exec_task *task,
                   const struct weir_rows *rows)
{
    (void)step;
    task->rows_out += weir_rows_count(rows);
    return WEIR_OK;
}

static int swallow_end(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step, (void)task;
    return WEIR_OK;
}

static void swallow_nothing(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step, (void)task;
}

/* The narrow nodes of a text whose first node is the input and whose last `wide` are not narrow. */
static void chain(const char *text, uint32_t wide, struct weir_step *last, struct run *run)
{
    struct weir_graph *graph = graph_of(text); /* lives on: the steps point into it */
    const struct weir_node *nodes[16];
    uint32_t count = 0;
    for (uint32_t i = 1; i + wide < graph->node_count; i++) {
        nodes[count++] = &graph->nodes[i];
    }
    check(weir_chain_create(graph, nodes, count, last, &run->first, &err));
    run->line = graph->nodes[0].schema;
}

static struct weir_step *aggregate(const char *text, struct run *run, struct weir_step **collect)
{
    struct weir_graph *graph = graph_of(text);
    const struct weir_node *node = &graph->nodes[graph->node_count - 2];
    const struct weir_type *in = graph->nodes[node->inputs[0]].schema;
    static const uint32_t fields[2] = {0, 1};
    struct weir_aggregate_spec spec = {
        .kind = WEIR_AGGREGATE_COUNT, .in = in, .keys = fields, .out = node->schema};
    if (node->verb == WEIR_VERB_REDUCE_BY_KEY) {
        spec.kind = WEIR_AGGREGATE_REDUCE;
        spec.key_count = 1;
        spec.value = 1;
        spec.op = node->op;
    } else if (node->verb == WEIR_VERB_COUNT_BY_VALUE) {
        spec.key_count = in->field_count;
    }
    *collect = weir_collect_create(node->schema, false);
    struct weir_step *step = weir_aggregate_create(&spec, *collect);
    chain(text, 2, step, run);
    run->collect = *collect;
    return step;
}

static void measure_aggregate(const char *name,
                              const char *text,
                              struct weir_buffer **texts,
                              int count)
{
    struct run run = {.task = {.partition_count = 1, .err = &err}};
    struct weir_step *collect;
    weir_arena_init(&run.task.arena);
    (void)aggregate(text, &run, &collect);
    measure(name, &run, texts, count);
}

static void measure_chain(const char *name, const char *text, struct weir_buffer **texts, int count)
{
    static struct weir_step end = {
        .push = swallow, .finish = swallow_end, .abandon = swallow_nothing};
    struct run run = {.task = {.partition_count = 1, .err = &err}};
    weir_arena_init(&run.task.arena);
    chain(text, 1, &end, &run);
    measure(name, &run, texts, count);
}

int main(int argc, char **argv)
{
    struct weir_buffer *texts[64];
    int count = 0;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "-o") == 0) {
        only = argv[2];
        first = 3;
    }
    for (int i = first; i < argc && count < 64; i++) {
        texts[count++] = read_text(argv[i]);
    }
    if (count == 0) {
        texts[count++] = made_text();
    }
    check(weir_registry_create(&world, "/nowhere", &registry, &err));
    check(weir_registry_use_static(registry, &weir_plugin_e1_std, "std", true, &err));
    check(weir_registry_use_static(registry, &weir_plugin_e1_text, "text", true, &err));
    check(weir_registry_use_static(registry, &weir_plugin_e1_i64, "i64", true, &err));
    check(weir_registry_use_static(registry, &weir_plugin_e1_file, "file", true, &err));
    check(weir_registry_use_static(registry, &weir_plugin_e1_print, "print", true, &err));
    measure_chain("cut lines", "file \"x\" | map line | print", texts, count);
    measure_chain("split into words", "file \"x\" | flat_map word = text.words(line) | print",
                  texts, count);
    measure_aggregate("grep", "file \"x\" | filter text.contains(line, \"ERROR\") | count | print",
                      texts, count);
    measure_aggregate("word count, count_by_value",
                      "file \"x\" | flat_map word = text.words(line) | count_by_value | print",
                      texts, count);
    measure_aggregate("word count, reduce_by_key",
                      "file \"x\" | flat_map word = text.words(line) | map key = word, value = 1 | "
                      "reduce_by_key i64.add | print",
                      texts, count);
    measure_aggregate("two keys",
                      "file \"x\" | flat_map word = text.words(line) | map word, n = "
                      "text.length(word) | count_by_value | print",
                      texts, count);
    measure_aggregate("i64 key",
                      "file \"x\" | flat_map word = text.words(line) | map n = text.length(word) | "
                      "count_by_value | print",
                      texts, count);
    measure_aggregate("lines as keys", "file \"x\" | count_by_value | print", texts, count);
    return 0;
}
