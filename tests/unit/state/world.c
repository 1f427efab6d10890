/* SPDX-License-Identifier: Apache-2.0 */
/* See world.h. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct weir_plugin weir_plugin_e1_operators;

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

int world_set_up(void **state)
{
    (void)state;
    struct weir_error err = {0};
    int status = weir_registry_create(&env, "/nowhere", &registry, &err);
    if (status == WEIR_OK) {
        status =
            weir_registry_use_static(registry, &weir_plugin_e1_operators, "operators", false, &err);
    }
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

const struct weir_operator *world_operator(const char *name, enum weir_kind kind)
{
    char canonical[64];
    struct weir_error err;
    const struct weir_operator *op = NULL;
    (void)snprintf(canonical, sizeof canonical, "org.example.states/%s", name);
    int status = weir_registry_find_canonical(registry, canonical, NULL, kind, &op, &err);
    if (status != WEIR_OK) {
        fail_msg("%s", err.text);
    }
    return op;
}

static const struct weir_type *state_type(struct world *world, const struct weir_operator *op)
{
    uint32_t count = op->state->field_count;
    return count == 1 ? op->state_fields[0].type
                      : weir_type_struct(&world->arena, op->state_fields, count);
}

static void set_types(struct world *world, struct weir_node *node)
{
    static const uint32_t whole[] = {WEIR_MEMBER_WHOLE, WEIR_MEMBER_WHOLE};
    node->schema = world->pair;
    if (node->op == NULL || node->op->state == NULL) {
        return;
    }
    node->state = state_type(world, node->op);
    node->members = whole;
    const struct weir_type_field fields[] = {world->pair->fields[0], {"value", node->state}};
    node->schema = node->verb == WEIR_VERB_MAP_WITH_STATE
                       ? weir_type_struct(&world->arena, node->op->out, node->op->out_count)
                       : weir_type_struct(&world->arena, fields, 2);
}

void world_init(struct world *world, enum weir_verb verb, const char *op)
{
    static const uint32_t inputs[] = {0};
    static const enum weir_kind kinds[] = {
        [WEIR_VERB_UPDATE_STATE_BY_KEY] = WEIR_KIND_UPDATE,
        [WEIR_VERB_MAP_WITH_STATE] = WEIR_KIND_TRACK,
        [WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW] = WEIR_KIND_REDUCER,
    };
    memset(world, 0, sizeof *world);
    weir_arena_init(&world->arena);
    weir_arena_init(&world->task.arena);
    weir_text_init(&world->out);
    const struct weir_type_field fields[] = {{"key", weir_type_of(WEIR_TYPE_STR)},
                                             {"value", weir_type_of(WEIR_TYPE_I64)}};
    world->pair = weir_type_struct(&world->arena, fields, 2);
    world->nodes[0] = (struct weir_node){.verb = WEIR_VERB_INPUT, .schema = world->pair};
    world->nodes[1] = (struct weir_node){.id = 1, .verb = verb, .input_count = 1, .inputs = inputs};
    world->nodes[1].op = op == NULL ? NULL : world_operator(op, kinds[verb]);
    set_types(world, &world->nodes[1]);
    world->graph.node_count = 2;
    world->graph.nodes = world->nodes;
}

void world_open(struct world *world)
{
    world->collect = weir_collect_create(world->nodes[1].schema, false);
    int status = weir_state_head_create(&world->graph, &world->nodes[1], 42, world->collect,
                                        &world->head, &world->err);
    if (status != WEIR_OK) {
        fail_msg("%s", world->err.text);
    }
    world->step = weir_state_head_side(world->head, 0);
}

void world_close(struct world *world)
{
    weir_state_head_destroy(world->head);
    world->collect->destroy(world->collect);
    weir_state_table_finish(&world->table);
    weir_arena_finish(&world->arena);
    weir_arena_finish(&world->task.arena);
    weir_text_finish(&world->out);
}

void world_begin(struct world *world, int64_t second)
{
    struct weir_arena arena = world->task.arena;
    weir_arena_reset(&arena);
    world->task = (struct weir_exec_task){.batch_us = second * 1000000,
                                          .partition_count = 1,
                                          .seed = 42,
                                          .arena = arena,
                                          .err = &world->err};
    world->err.status = WEIR_OK;
    weir_state_head_lend(world->head, &world->table, 1);
}

static int push_built(struct world *world, uint32_t side, struct weir_builder *builder)
{
    struct weir_table table;
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    world->task.side = side;
    int status = weir_step_push(world->step, &world->task, &table.all);
    weir_table_finish(&table);
    world->err.status = status;
    return status;
}

static bool next_row(const char **rows, weir_str *key, int64_t *value)
{
    const char *space = strchr(*rows, ' ');
    if (space == NULL) {
        return false;
    }
    *key = (weir_str){*rows, (size_t)(space - *rows)};
    *value = strtoll(space + 1, NULL, 10);
    const char *comma = strchr(space + 1, ',');
    *rows = comma == NULL ? "" : comma + 1;
    return true;
}

int world_push(struct world *world, uint32_t side, const char *rows)
{
    struct weir_builder *builder = weir_builder_create(world->pair, false);
    struct weir_value row[2] = {{.type = world->pair->fields[0].type},
                                {.type = world->pair->fields[1].type}};
    while (next_row(&rows, &row[0].str, &row[1].i64)) {
        weir_builder_add_values(builder, row);
    }
    return push_built(world, side, builder);
}

int world_push_initial(struct world *world, const char *rows)
{
    const struct weir_type *state = world->nodes[1].state;
    const struct weir_type_field fields[] = {world->pair->fields[0], {"value", state}};
    struct weir_builder *builder =
        weir_builder_create(weir_type_struct(&world->arena, fields, 2), false);
    struct weir_value parts[3] = {{.type = state->fields[0].type},
                                  {.type = state->fields[1].type, .str = {"initial state", 13}},
                                  {.type = state->fields[2].type}};
    struct weir_value row[2] = {{.type = world->pair->fields[0].type},
                                {.type = state, .item_count = 3, .items = parts}};
    while (next_row(&rows, &row[0].str, &parts[0].i64)) {
        row[0].is_null = row[0].str.count == 0;
        weir_builder_add_values(builder, row);
    }
    return push_built(world, 1, builder);
}

/* ---- results ---- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_lines(struct weir_text *text)
{
    char *copy = weir_strndup(text->bytes, text->count);
    char *lines[4096];
    size_t count = 0;
    for (char *at = copy; *at != '\0' && count < 4096;) {
        char *end = strchr(at, '\n');
        lines[count++] = at;
        *end = '\0';
        at = end + 1;
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    text->count = 0;
    for (size_t i = 0; i < count; i++) {
        weir_text_printf(text, "%s\n", lines[i]);
    }
    weir_free(copy);
}

const char *world_end(struct world *world)
{
    int status = world->err.status;
    status = status != WEIR_OK ? status : world->step->finish(world->step, &world->task);
    world->out.count = 0;
    if (status != WEIR_OK) {
        world->step->abandon(world->step, &world->task);
        return world->err.text;
    }
    struct weir_block *block = weir_collect_take(world->collect);
    weir_text_put(&world->out, "");
    if (block != NULL) {
        for (uint32_t r = 0; r < block->table.all.rows; r++) {
            weir_json_row(&world->out, &block->table.all, r, 0, NULL);
            weir_text_put(&world->out, "\n");
        }
        weir_block_release(block);
        sort_lines(&world->out);
    }
    return world->out.count == 0 ? "" : world->out.bytes;
}

const char *world_run(struct world *world, int64_t second, const char *rows)
{
    world_begin(world, second);
    (void)world_push(world, 0, rows);
    return world_end(world);
}
