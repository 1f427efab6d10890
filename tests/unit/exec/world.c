/* SPDX-License-Identifier: Apache-2.0 */
/* See world.h. */
#include "world.h"

#include "lang/lang.h"

#include <math.h>
#include <stdio.h>

/* X(name, is_own): what the build links in with WEIR_STATIC=name */
#define PLUGINS(X)                                                                                 \
    X(std, true)                                                                                   \
    X(text, true)                                                                                  \
    X(i64, true)                                                                                   \
    X(print, true)                                                                                 \
    X(lines, true)                                                                                 \
    X(json, true)                                                                                  \
    X(trial, false)                                                                                \
    X(parts, false)                                                                                \
    X(wrong, false)

#define DECLARE(name, is_own) extern const struct weir_plugin weir_plugin_e1_##name;
PLUGINS(DECLARE)
#undef DECLARE

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

int world_set_up(void **state)
{
    (void)state;
    struct weir_error err = {0};
    int status = weir_registry_create(&world, "/nowhere", &registry, &err);
#define USE(name, is_own)                                                                          \
    if (status == WEIR_OK) {                                                                       \
        status = weir_registry_use_static(registry, &weir_plugin_e1_##name, #name, is_own, &err);  \
    }
    PLUGINS(USE)
#undef USE
    if (status != WEIR_OK) {
        print_error("%s\n", err.text);
    }
    return status;
}

int world_tear_down(void **state)
{
    (void)state;
    weir_registry_destroy(registry);
    return 0;
}

struct weir_graph *world_graph(const char *text)
{
    struct weir_source source = {.name = "trial", .text = weir_str_of(text)};
    struct weir_bind_options options = {.registry = registry};
    struct weir_diagnostics diagnostics;
    struct weir_graph *graph = NULL;
    struct weir_error err;
    weir_diagnostics_init(&diagnostics, &source);
    int status = weir_lang_compile(&source, &options, &diagnostics, &graph, &err);
    weir_diagnostics_finish(&diagnostics);
    if (status != WEIR_OK) {
        fail_msg("%s: %s", text, err.text);
    }
    return graph;
}

/* ---- random input ---- */

uint64_t random_next(struct random_rows *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static struct weir_value random_value(struct random_rows *random,
                                      const struct weir_type *type,
                                      struct weir_arena *arena)
{
    static const char letters[] = "ab cd  efgh ijklmnop qrstuvwxyz";
    static const double odd_f64[] = {-0.0, 0.0, (double)NAN, (double)INFINITY};
    struct weir_value value = {.type = type};
    uint64_t dice = random_next(random);
    value.is_null = dice % 100 < random->null_percent;
    value.i64 = (int64_t)((dice >> 8) % (uint64_t)(random->most * 2 + 1)) - random->most;
    value.f64 = dice >> 60 == 0 ? odd_f64[dice >> 40 & 3] : (double)value.i64 / 4;
    value.str.bytes = letters + dice % 3;
    value.str.count = (dice >> 32) % 28;
    if (type->kind == WEIR_TYPE_BOOL) {
        value.i64 &= 1;
    }
    bool is_list = type->kind == WEIR_TYPE_LIST;
    value.item_count = is_list ? (uint32_t)(dice >> 50 & 3) : type->field_count;
    struct weir_value *items = weir_arena_alloc(arena, (value.item_count + 1) * sizeof *items);
    for (uint32_t i = 0; i < value.item_count; i++) {
        items[i] = random_value(random, is_list ? type->item : type->fields[i].type, arena);
    }
    value.items = items;
    return value;
}

void random_table(struct random_rows *random,
                  const struct weir_type *schema,
                  uint32_t count,
                  struct weir_table *table)
{
    struct weir_builder *builder = weir_builder_create(schema, false);
    struct weir_value values[16];
    struct weir_arena arena;
    weir_arena_init(&arena);
    assert_true(schema->field_count <= 16);
    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t c = 0; c < schema->field_count; c++) {
            values[c] = random_value(random, schema->fields[c].type, &arena);
        }
        weir_builder_add_values(builder, values);
        weir_arena_reset(&arena);
    }
    weir_builder_finish(builder, table);
    weir_builder_destroy(builder);
    weir_arena_finish(&arena);
}

uint32_t random_selection(struct random_rows *random, uint32_t rows, uint16_t *sel)
{
    uint32_t count = 0;
    uint64_t percent = random_next(random) % 101;
    for (uint32_t r = 0; r < rows; r++) {
        if (random_next(random) % 100 < percent) {
            sel[count++] = (uint16_t)r;
        }
    }
    return count;
}

/* ---- a task ---- */

void trial_open(struct trial *trial, const char *text)
{
    const struct weir_node *nodes[16];
    uint32_t count = 0;
    memset(trial, 0, sizeof *trial);
    trial->graph = world_graph(text);
    const struct weir_graph *graph = trial->graph;
    for (uint32_t i = 1; i + 1 < graph->node_count; i++) {
        nodes[count++] = &graph->nodes[i];
    }
    trial->collect = weir_collect_create(graph->nodes[graph->node_count - 1].schema, false);
    int status = weir_chain_create(graph, nodes, count, trial->collect, &trial->first, &trial->err);
    if (status != WEIR_OK) {
        fail_msg("%s: %s", text, trial->err.text);
    }
    weir_arena_init(&trial->task.arena);
    trial->task.err = &trial->err;
    trial_begin(trial);
}

void trial_close(struct trial *trial)
{
    weir_chain_destroy(trial->first, trial->collect);
    trial->collect->destroy(trial->collect);
    weir_graph_destroy(trial->graph);
    weir_arena_finish(&trial->task.arena);
}

const struct weir_type *trial_schema(const struct trial *trial)
{
    return trial->graph->nodes[0].schema;
}

void trial_begin(struct trial *trial)
{
    struct weir_arena arena = trial->task.arena;
    weir_arena_reset(&arena);
    trial->task = (struct weir_exec_task){.batch_us = 5000000,
                                          .partition = 3,
                                          .partition_count = 8,
                                          .seed = 42,
                                          .arena = arena,
                                          .err = &trial->err};
}

int trial_push(struct trial *trial, const struct weir_rows *chunk)
{
    return weir_step_push(trial->first, &trial->task, chunk);
}

void block_text(const struct weir_block *block, struct weir_text *text)
{
    for (uint32_t r = 0; block != NULL && r < block->table.all.rows; r++) {
        weir_json_row(text, &block->table.all, r, 0, NULL);
        weir_text_put(text, "\n");
    }
}

void trial_result(struct trial *trial, struct weir_text *text)
{
    int status = trial->first->finish(trial->first, &trial->task);
    if (status != WEIR_OK) {
        fail_msg("%s", trial->err.text);
    }
    struct weir_block *block = weir_collect_take(trial->collect);
    block_text(block, text);
    weir_block_release(block);
}

void trial_run(struct trial *trial, const struct weir_rows *chunk, struct weir_text *text)
{
    text->count = 0;
    weir_text_put(text, "");
    trial_begin(trial);
    int status = trial_push(trial, chunk);
    if (status != WEIR_OK) {
        fail_msg("%s", trial->err.text);
    }
    trial_result(trial, text);
}

/* ---- chunk by chunk = row by row ---- */

enum { ROUNDS = 12 };

static void one_by_one(struct trial *trial,
                       const struct weir_rows *chunk,
                       struct weir_text *text,
                       uint32_t *bad)
{
    struct weir_text part;
    weir_text_init(&part);
    *bad = 0;
    text->count = 0;
    for (uint32_t k = 0; k < weir_rows_count(chunk); k++) {
        uint16_t row = (uint16_t)(chunk->sel != NULL ? chunk->sel[k] : k);
        struct weir_rows one = *chunk;
        one.sel = &row;
        one.sel_count = 1;
        trial_run(trial, &one, &part);
        *bad += trial->task.bad_records;
        weir_text_append(text, part.bytes, part.count);
    }
    weir_text_put(text, "");
    weir_text_finish(&part);
}

static void check_chunk(struct trial *trial, const struct weir_rows *chunk, const char *pipe)
{
    struct weir_text whole;
    struct weir_text parts;
    uint32_t bad;
    weir_text_init(&whole);
    weir_text_init(&parts);
    trial_run(trial, chunk, &whole);
    uint32_t bad_of_whole = trial->task.bad_records;
    one_by_one(trial, chunk, &parts, &bad);
    if (strcmp(whole.bytes, parts.bytes) != 0 || bad != bad_of_whole) {
        size_t at = 0;
        while (at < whole.count && whole.bytes[at] == parts.bytes[at]) {
            at++;
        }
        at -= at < 60 ? at : 60;
        fail_msg("%s\nas a chunk: %.160s\nrow by row: %.160s\nbad: %u, %u", pipe, whole.bytes + at,
                 parts.bytes + at, bad_of_whole, bad);
    }
    weir_text_finish(&whole);
    weir_text_finish(&parts);
}

void check_pipe(const char *pipe, uint32_t null_percent, uint64_t seed, int64_t most)
{
    struct random_rows random = {seed, null_percent, most};
    struct trial trial;
    char text[512];
    uint16_t sel[WEIR_CHUNK_ROWS_MAX];
    (void)snprintf(text, sizeof text, "trial.rows | %s | print", pipe);
    trial_open(&trial, text);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count =
            round == 0 ? WEIR_CHUNK_ROWS_MAX / 8 : (uint32_t)(random_next(&random) % 70);
        struct weir_table table;
        struct weir_rows chunk;
        random_table(&random, trial_schema(&trial), count, &table);
        chunk = table.all;
        if (round % 3 != 0) {
            chunk.sel = sel;
            chunk.sel_count = random_selection(&random, count, sel);
        }
        check_chunk(&trial, &chunk, pipe);
        weir_table_finish(&table);
    }
    trial_close(&trial);
}
