/* SPDX-License-Identifier: Apache-2.0 */
/* Driving a head of map_with_state without a job. */
#include "kinds/keeper.h"

#include "wire/wire.h"

#include <string.h>

enum { HASH_SEED = 42 };

void cf_keeper_init(struct cf_keeper *keeper)
{
    static const uint32_t inputs[] = {0};
    static const uint32_t whole[] = {WEIR_MEMBER_WHOLE, WEIR_MEMBER_WHOLE};
    struct weir_error err;
    *keeper = (struct cf_keeper){0};
    weir_arena_init(&keeper->arena);
    const struct weir_type_field fields[] = {{"key", weir_type_of(WEIR_TYPE_STR)},
                                             {"value", weir_type_of(WEIR_TYPE_STR)}};
    keeper->nodes[0] = (struct weir_node){.verb = WEIR_VERB_INPUT,
                                          .schema = weir_type_struct(&keeper->arena, fields, 2)};
    struct weir_node *node = &keeper->nodes[1];
    *node = (struct weir_node){.id = 1,
                               .verb = WEIR_VERB_MAP_WITH_STATE,
                               .input_count = 1,
                               .inputs = inputs,
                               .members = whole};
    int status = weir_registry_find_canonical(cf_registry, "org.example.conformance/instructed",
                                              NULL, WEIR_KIND_TRACK, &node->op, &err);
    WEIR_ASSERT(status == WEIR_OK);
    node->state = node->op->state_fields[0].type;
    node->schema = weir_type_struct(&keeper->arena, node->op->out, node->op->out_count);
    keeper->graph.node_count = 2;
    keeper->graph.nodes = keeper->nodes;
}

void cf_keeper_finish(struct cf_keeper *keeper)
{
    weir_state_table_finish(&keeper->table);
    weir_arena_finish(&keeper->arena);
}

/* ---- a batch ---- */
static weir_str text_of(const json_t *value)
{
    return (weir_str){json_string_value(value), json_string_length(value)};
}

static int push_rows(const struct cf_keeper *keeper,
                     struct weir_step *step,
                     struct weir_exec_task *task,
                     const json_t *rows)
{
    const struct weir_type *pair = keeper->nodes[0].schema;
    struct weir_builder *builder = weir_builder_create(pair, false);
    struct weir_table table;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row)
    {
        const struct weir_value values[2] = {
            {.type = pair->fields[0].type, .str = text_of(json_array_get(row, 0))},
            {.type = pair->fields[1].type, .str = text_of(json_array_get(row, 1))}};
        weir_builder_add_values(builder, values);
    }
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    int status = weir_step_push(step, task, &table.all);
    weir_table_finish(&table);
    return status;
}

static void take_mapped(struct weir_step *collect, json_t *mapped)
{
    struct weir_block *block = weir_collect_take(collect);
    for (uint32_t r = 0; block != NULL && r < block->rows; r++) {
        struct weir_text text;
        weir_text_init(&text);
        weir_json_row(&text, &block->table.all, r, 0, NULL);
        json_t *row = json_loadb(text.bytes, text.count, 0, NULL);
        if (mapped != NULL) {
            json_array_append(mapped, json_object_get(row, "value"));
        }
        json_decref(row);
        weir_text_finish(&text);
    }
    if (block != NULL) {
        weir_block_release(block);
    }
}

int cf_keeper_run(struct cf_keeper *keeper,
                  int64_t batch_us,
                  int64_t timeout_us,
                  const json_t *rows,
                  json_t *mapped,
                  struct weir_error *err)
{
    struct weir_step *collect = weir_collect_create(keeper->nodes[1].schema, false);
    struct weir_state_head *head;
    struct weir_exec_task task = {
        .batch_us = batch_us, .partition_count = 1, .seed = HASH_SEED, .err = err};
    keeper->nodes[1].timeout_us = timeout_us;
    keeper->batch_us = batch_us;
    int status =
        weir_state_head_create(&keeper->graph, &keeper->nodes[1], HASH_SEED, collect, &head, err);
    if (status == WEIR_OK) {
        weir_arena_init(&task.arena);
        struct weir_step *step = weir_state_head_side(head, 0);
        weir_state_head_lend(head, &keeper->table, 1);
        status = push_rows(keeper, step, &task, rows);
        status = status == WEIR_OK ? step->finish(step, &task) : status;
        if (status != WEIR_OK) {
            step->abandon(step, &task);
        }
        take_mapped(collect, mapped);
        weir_arena_finish(&task.arena);
        weir_state_head_destroy(head);
    }
    collect->destroy(collect);
    return status;
}

/* ---- reading ---- */
/* A text key: in the cell, or where its second half points. */
static weir_str key_of(const struct weir_state_view *view)
{
    weir_str key = {(const char *)&view->key + sizeof(int32_t), 0};
    int32_t count;
    memcpy(&count, &view->key, sizeof count);
    key.count = (size_t)count;
    if (count > WEIR_VIEW_INLINE_BYTES) {
        key.bytes = (const char *)(uintptr_t)view->key.half[1];
    }
    return key;
}

static json_t *state_row(const struct weir_state_view *view)
{
    int64_t sum;
    weir_str key = key_of(view);
    memcpy(&sum, view->state, sizeof sum);
    return json_pack("[o,I,I]", json_stringn(key.bytes, key.count), (json_int_t)sum,
                     (json_int_t)(view->touched_us / 1000));
}

/* The way that map_with_state finds keys that time out, in a batch that is then undone. */
static json_t *due_states(struct cf_keeper *keeper, int64_t before_us)
{
    json_t *states = json_array();
    uint32_t *slots = NULL;
    struct weir_error err;
    int status = weir_state_table_begin(&keeper->table, keeper->batch_us + 1, &err);
    WEIR_ASSERT(status == WEIR_OK);
    uint32_t count = weir_state_table_due(&keeper->table, before_us, &slots);
    for (uint32_t i = 0; i < count; i++) {
        slots[i] = weir_state_table_number(&keeper->table, slots[i]); /* slots go with the batch */
    }
    weir_state_table_undo(&keeper->table);
    for (uint32_t i = 0; i < count; i++) {
        struct weir_state_view view =
            weir_state_table_view(&keeper->table, weir_state_table_entry(&keeper->table, slots[i]));
        json_array_append_new(states, state_row(&view));
    }
    weir_free(slots);
    return states;
}

json_t *cf_keeper_states(struct cf_keeper *keeper, int64_t before_us)
{
    if (keeper->table.used > 0 && before_us > 0) {
        return due_states(keeper, before_us);
    }
    json_t *states = json_array();
    for (uint32_t n = 0; n < keeper->table.used; n++) {
        const struct weir_state_entry *entry = weir_state_table_entry(&keeper->table, n);
        if (weir_state_entry_is_live(entry)) {
            struct weir_state_view view = weir_state_table_view(&keeper->table, entry);
            json_array_append_new(states, state_row(&view));
        }
    }
    return states;
}

int cf_keeper_copy(const struct cf_keeper *from, struct cf_keeper *to, struct weir_error *err)
{
    struct weir_text text;
    struct weir_unpack in;
    cf_keeper_init(to);
    weir_text_init(&text);
    int status =
        weir_state_save(&from->graph, &from->nodes[1], &from->table, from->batch_us, &text, err);
    if (status == WEIR_OK) {
        to->nodes[1].timeout_us = from->nodes[1].timeout_us;
        weir_unpack_init(&in, (weir_bytes){(const uint8_t *)text.bytes, text.count}, err);
        status = weir_state_restore(&to->graph, &to->nodes[1], HASH_SEED, &to->table, &in);
        to->batch_us = from->batch_us;
    }
    weir_text_finish(&text);
    return status;
}
