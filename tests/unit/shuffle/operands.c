/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of every operand go through its writer, each bucket through the reader, one operand after
 * the other. Steps are used twice, the first time for a task that is abandoned. */
#include "operands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PARTITIONS = 3 };

struct row operands[2][OPERAND_ROWS_MAX];
const uint32_t row_counts[2] = {613, 350};

void operands_make(void)
{
    struct weir_random random;
    weir_random_seed(&random, 5);
    for (uint32_t side = 0; side < 2; side++) {
        for (uint32_t i = 0; i < row_counts[side]; i++) {
            struct row *row = &operands[side][i];
            uint64_t key = weir_random_below(&random, 200) + side * 60;
            (void)snprintf(row->key, sizeof row->key,
                           key % 3 == 0 ? "a long key, number %u" : "k%u", (unsigned)key);
            if (key % 50 == 0) {
                row->key[0] = '\0';
            }
            row->value = (int64_t)weir_random_below(&random, 900);
        }
    }
}

/* ---- running a verb ---- */

static struct weir_exec_task task_of(uint32_t partition, uint32_t side, struct weir_error *err)
{
    return (struct weir_exec_task){.partition = partition, .side = side, .err = err};
}

/* Rows [first, end) of an operand, as the node's input has them: key and value, or what of it there
 * is. */
static struct weir_block *block_of(const struct weir_type *schema,
                                   uint32_t side,
                                   uint32_t first,
                                   uint32_t end)
{
    struct weir_builder *builder = weir_builder_create(schema, false);
    for (uint32_t i = first; i < end; i++) {
        const struct row *row = &operands[side][i];
        struct weir_value values[2];
        for (uint32_t f = 0; f < schema->field_count; f++) {
            bool is_key = schema->fields[f].type->kind == WEIR_TYPE_STR;
            values[f] = (struct weir_value){.type = schema->fields[f].type,
                                            .is_null = is_key && row->key[0] == '\0',
                                            .str = weir_str_of(row->key),
                                            .i64 = row->value};
        }
        weir_builder_add_values(builder, values);
    }
    struct weir_table table;
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    return weir_block_of_table(&table);
}

static void write_operand(const struct trial *t,
                          uint32_t side,
                          struct weir_block *blocks[PARTITIONS][BUCKETS_MAX],
                          struct weir_shuffle_writer **writer)
{
    struct weir_error err;
    const struct weir_type *schema = t->graph->nodes[t->node->inputs[side]].schema;
    assert_int_equal(
        weir_shuffle_writer_create(t->graph, t->node, side, t->buckets, 7, writer, &err), WEIR_OK);
    struct weir_step *step = weir_shuffle_writer_step(*writer);
    for (uint32_t p = 0; p <= PARTITIONS; p++) { /* the first time it is abandoned */
        struct weir_exec_task task = task_of(p, 0, &err);
        uint32_t part = p == 0 ? 0 : p - 1;
        struct weir_block *block = block_of(schema, side, row_counts[side] * part / PARTITIONS,
                                            row_counts[side] * (part + 1) / PARTITIONS);
        assert_int_equal(weir_scan_block(&task, block, false, step), WEIR_OK);
        if (p == 0) {
            step->abandon(step, &task);
        } else {
            assert_int_equal(step->finish(step, &task), WEIR_OK);
            weir_shuffle_writer_take(*writer, blocks[part]);
        }
        weir_block_release(block);
        weir_arena_finish(&task.arena);
    }
}

static void push_side(struct weir_step *step,
                      struct weir_exec_task *task,
                      uint32_t side,
                      uint32_t bucket,
                      struct weir_block *blocks[PARTITIONS][BUCKETS_MAX])
{
    task->side = side;
    for (uint32_t p = 0; p < PARTITIONS; p++) {
        if (blocks[p][bucket] != NULL) {
            assert_int_equal(weir_scan_block(task, blocks[p][bucket], false, step), WEIR_OK);
        }
    }
}

static void put_rows(struct trial *t, const struct weir_block *block)
{
    for (uint32_t r = 0; r < block->rows; r++) {
        weir_json_row(&t->out, &block->table.all, r, 0, NULL);
        weir_text_put(&t->out, "\n");
    }
}

static char *take_rows(struct weir_step *collect)
{
    struct trial t = {0};
    struct weir_block *block = weir_collect_take(collect);
    weir_text_init(&t.out);
    if (block != NULL) {
        put_rows(&t, block);
    }
    weir_block_release(block);
    return t.out.bytes;
}

/* A task for a bucket; right: what an earlier one has gathered of side 1. */
static void read_once(const struct trial *t,
                      struct weir_step *first,
                      struct weir_exec_task *task,
                      struct weir_block *blocks[2][PARTITIONS][BUCKETS_MAX],
                      bool is_abandoned)
{
    for (uint32_t side = t->node->input_count; side-- > 0;) {
        if (side == 0 || task->right == NULL) {
            push_side(first, task, side, task->partition, blocks[side]);
        }
    }
    if (is_abandoned) {
        first->abandon(first, task);
    } else {
        assert_int_equal(first->finish(first, task), WEIR_OK);
    }
    weir_arena_finish(&task->arena);
}

/* What a join has gathered serves other tasks, also after one that was abandoned. */
static void read_again(const struct trial *t,
                       struct weir_step *first,
                       struct weir_step *collect,
                       struct weir_exec_task task,
                       struct weir_block *blocks[2][PARTITIONS][BUCKETS_MAX],
                       const char *expected)
{
    for (uint32_t round = 0; round < 3; round++) {
        struct weir_exec_task again = task;
        read_once(t, first, &again, blocks, round == 1);
        char *rows = take_rows(collect);
        assert_string_equal(rows == NULL ? "" : rows, round == 1 ? "" : expected);
        weir_free(rows);
    }
}

static void read_bucket(struct trial *t,
                        struct weir_step *first,
                        struct weir_step *collect,
                        uint32_t bucket,
                        struct weir_block *blocks[2][PARTITIONS][BUCKETS_MAX])
{
    struct weir_error err;
    struct weir_join_right *built = NULL;
    struct weir_exec_task abandoned = task_of(bucket, 0, &err);
    struct weir_exec_task task = task_of(bucket, 0, &err);
    read_once(t, first, &abandoned, blocks, true);
    task.built = &built;
    read_once(t, first, &task, blocks, false);
    char *rows = take_rows(collect);
    weir_text_put(&t->out, rows == NULL ? "" : rows);
    if (built != NULL) {
        task = task_of(bucket, 0, &err);
        task.right = built;
        read_again(t, first, collect, task, blocks, rows == NULL ? "" : rows);
    }
    weir_join_right_release(built);
    weir_free(rows);
}

/* A window over two batches that hold the same: its panes are read twice. */
static struct weir_block *make_pane(struct trial *t,
                                    uint32_t bucket,
                                    struct weir_block *blocks[PARTITIONS][BUCKETS_MAX],
                                    struct weir_arena *arena)
{
    struct weir_error err;
    struct weir_step *first;
    struct weir_exec_task task = task_of(bucket, 0, &err);
    const struct weir_type *schema =
        weir_plan_partial_schema(t->node, t->graph->nodes[t->node->inputs[0]].schema, arena);
    struct weir_step *collect = weir_collect_create(schema, true);
    assert_int_equal(
        weir_shuffle_reader_create(t->graph, t->node, WEIR_HEAD_PANE, 7, collect, &first, &err),
        WEIR_OK);
    push_side(first, &task, 0, bucket, blocks);
    assert_int_equal(first->finish(first, &task), WEIR_OK);
    struct weir_block *pane = weir_collect_take(collect);
    weir_shuffle_reader_destroy(first, collect);
    collect->destroy(collect);
    weir_arena_finish(&task.arena);
    return pane;
}

static void read_all(struct trial *t, struct weir_block *blocks[2][PARTITIONS][BUCKETS_MAX])
{
    struct weir_error err;
    struct weir_step *first;
    struct weir_arena arena;
    bool has_panes = t->node->length_us > 0;
    struct weir_step *collect = weir_collect_create(t->node->schema, false);
    weir_arena_init(&arena);
    assert_int_equal(weir_shuffle_reader_create(t->graph, t->node,
                                                has_panes ? WEIR_HEAD_WINDOW : WEIR_HEAD_WHOLE, 7,
                                                collect, &first, &err),
                     WEIR_OK);
    for (uint32_t b = 0; b < t->buckets; b++) {
        struct weir_block *panes[2][PARTITIONS][BUCKETS_MAX] = {{{NULL}}};
        if (has_panes) {
            struct weir_block *pane = make_pane(t, b, blocks[0], &arena);
            panes[0][0][b] = panes[0][1][b] = pane;
            read_bucket(t, first, collect, b, panes);
            weir_block_release(pane);
        } else {
            read_bucket(t, first, collect, b, blocks);
        }
    }
    weir_shuffle_reader_destroy(first, collect);
    collect->destroy(collect);
    weir_arena_finish(&arena);
}

/* verb: what stands between `l` and the sink; fields of l and r are key and value. */
void operands_run(struct trial *t, const char *fields, const char *verb, uint32_t buckets)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_text_printf(&text,
                     "l = play.rows \"\" | map %s\nr = play.rows \"\" | map %s\nr | play.log\n"
                     "l | %s | play.log\n",
                     fields, fields, verb);
    *t = (struct trial){.buckets = buckets};
    weir_text_init(&t->out);
    t->registry = play_registry(NULL);
    t->graph = play_graph(t->registry, text.bytes);
    weir_text_finish(&text);
    for (uint32_t i = 0; i < t->graph->node_count; i++) {
        const struct weir_node *node = &t->graph->nodes[i];
        bool is_wide = (weir_verb_flags(node->verb) & WEIR_VERB_IS_WIDE) != 0;
        t->node = is_wide || node->verb == WEIR_VERB_CARTESIAN ? node : t->node;
    }
    struct weir_block *blocks[2][PARTITIONS][BUCKETS_MAX] = {{{NULL}}};
    struct weir_shuffle_writer *writers[2] = {NULL, NULL};
    for (uint32_t side = 0; side < t->node->input_count; side++) {
        write_operand(t, side, blocks[side], &writers[side]);
    }
    read_all(t, blocks);
    for (uint32_t i = 0; i < 2 * PARTITIONS * BUCKETS_MAX; i++) {
        weir_block_release(
            blocks[i / (PARTITIONS * BUCKETS_MAX)][i / BUCKETS_MAX % PARTITIONS][i % BUCKETS_MAX]);
    }
    weir_shuffle_writer_destroy(writers[0]);
    weir_shuffle_writer_destroy(writers[1]);
}

/* ---- comparing ---- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t sorted_lines(char *text, char ***lines)
{
    size_t count = 0;
    size_t capacity = 0;
    char *end = text == NULL ? NULL : text + strlen(text);
    *lines = NULL;
    for (char *line = text; line != end;) {
        char *newline =
            memchr(line, '\n', (size_t)(end - line)); /* strict strchr: the rest, again */
        *newline = '\0';
        WEIR_GROW(*lines, count, capacity);
        (*lines)[count++] = line;
        line = newline + 1;
    }
    if (count > 0) {
        qsort(*lines, count, sizeof **lines, compare_lines);
    }
    return count;
}

/* The same lines, in any order. Finishes both. */
void operands_expect(struct trial *t, struct weir_text *expected)
{
    char **mine, **theirs;
    size_t count = sorted_lines(t->out.bytes, &mine);
    assert_int_equal(count, sorted_lines(expected->bytes, &theirs));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(mine[i], theirs[i]);
    }
    weir_free(mine);
    weir_free(theirs);
    weir_text_finish(expected);
    weir_text_finish(&t->out);
    weir_graph_destroy(t->graph);
    weir_registry_destroy(t->registry);
}
