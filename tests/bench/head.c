/* SPDX-License-Identifier: Apache-2.0 */
/* See head.h. */
#include "head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct weir_plugin weir_plugin_e1_bench_states;

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
static struct weir_env env = {.ops = &ops};
static struct weir_registry *registry;
static struct weir_env *machine;
struct weir_error bench_error;

void bench_check(int status)
{
    if (status != WEIR_OK) {
        fprintf(stderr, "bench_state: %s\n", bench_error.text);
        _Exit(1);
    }
}

void bench_start(void)
{
    bench_check(weir_os_create(&(struct weir_os_options){.threads = 1}, &machine, &bench_error));
    bench_check(weir_registry_create(&env, "/nowhere", &registry, &bench_error));
    bench_check(weir_registry_use_static(registry, &weir_plugin_e1_bench_states, "bench", false,
                                         &bench_error));
}

void bench_stop(void)
{
    weir_registry_destroy(registry);
    weir_os_destroy(machine);
}

static int take_rows(struct weir_step *step,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows)
{
    (void)step, (void)task, (void)rows;
    return WEIR_OK;
}

static int end(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step, (void)task;
    return WEIR_OK;
}

static void nothing(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step, (void)task;
}

static void no_destroy(struct weir_step *step)
{
    (void)step;
}

static const struct weir_type *pair_of(struct weir_arena *arena, const struct weir_type *value)
{
    const struct weir_type_field fields[] = {{"key", weir_type_of(WEIR_TYPE_I64)},
                                             {"value", value}};
    return weir_type_struct(arena, fields, 2);
}

void bench_open(struct bench *b, enum weir_verb verb, const char *op, enum weir_kind kind)
{
    static const uint32_t inputs[] = {0};
    static const uint32_t whole[] = {WEIR_MEMBER_WHOLE, WEIR_MEMBER_WHOLE};
    char canonical[64];
    memset(b, 0, sizeof *b);
    weir_arena_init(&b->arena);
    weir_arena_init(&b->task.arena);
    (void)snprintf(canonical, sizeof canonical, "org.example.bench.states/%s", op);
    struct weir_node *node = &b->nodes[1];
    *node = (struct weir_node){.id = 1, .verb = verb, .input_count = 1, .inputs = inputs};
    bench_check(
        weir_registry_find_canonical(registry, canonical, NULL, kind, &node->op, &bench_error));
    b->nodes[0].schema = pair_of(&b->arena, weir_type_of(WEIR_TYPE_I64));
    node->schema = b->nodes[0].schema;
    node->members = whole;
    if (node->op->state != NULL) {
        node->state =
            weir_type_struct(&b->arena, node->op->state_fields, node->op->state->field_count);
        node->schema = kind == WEIR_KIND_TRACK
                           ? weir_type_struct(&b->arena, node->op->out, node->op->out_count)
                           : pair_of(&b->arena, node->state);
    }
    b->graph.node_count = 2;
    b->graph.nodes = b->nodes;
    b->last = (struct weir_step){take_rows, end, nothing, no_destroy, NULL};
    if (node->timeout_us == 0 && kind == WEIR_KIND_TRACK) {
        node->timeout_us = INT64_C(3600000000);
    }
    bench_check(weir_state_head_create(&b->graph, node, 42, &b->last, &b->head, &bench_error));
    b->step = weir_state_head_side(b->head, 0);
}

void bench_close(struct bench *b)
{
    weir_state_head_destroy(b->head);
    weir_state_table_finish(&b->table);
    weir_arena_finish(&b->arena);
    weir_arena_finish(&b->task.arena);
}

void bench_begin(struct bench *b)
{
    struct weir_arena arena = b->task.arena;
    b->task = (struct weir_exec_task){.batch_us = ++b->second * 1000000,
                                      .partition_count = 1,
                                      .arena = arena,
                                      .err = &bench_error};
    weir_state_head_lend(b->head, &b->table, 1);
}

void bench_push(
    struct bench *b, uint32_t side, const int64_t *keys, const int64_t *values, size_t n)
{
    static const struct weir_heaps none;
    b->task.side = side;
    for (size_t first = 0; first < n; first += WEIR_CHUNK_ROWS_MAX) {
        size_t left = n - first;
        struct weir_column columns[2] = {
            {.type = weir_type_of(WEIR_TYPE_I64), .data = keys + first},
            {.type = weir_type_of(WEIR_TYPE_I64), .data = values + first}};
        struct weir_rows rows = {
            .schema = b->nodes[0].schema,
            .rows = (uint32_t)(left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX),
            .columns = columns,
            .heaps = &none};
        bench_check(weir_step_push(b->step, &b->task, &rows));
    }
}

void bench_finish(struct bench *b)
{
    bench_check(b->step->finish(b->step, &b->task));
}
