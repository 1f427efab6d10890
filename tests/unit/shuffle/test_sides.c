/* SPDX-License-Identifier: Apache-2.0 */
/* Both sides of every wide verb against the naive way: rows in map partitions go through the
 * writer, each bucket of all partitions through the reader; what comes out is what a plain loop
 * says. */
#include "play.h"

#include "shuffle/shuffle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PARTITIONS = 5, ROWS = 900, BUCKETS_MAX = 8 };

struct row { /* the input: word and number */
    char word[40];
    int64_t number;
};

/* The rows of partition p: words from a small vocabulary, on both sides of 12 bytes; p 2 is empty.
 */
static uint32_t rows_of(uint32_t partition, struct row *rows)
{
    struct weir_random random;
    weir_random_seed(&random, partition);
    uint32_t count = partition == 2 ? 0 : ROWS + partition;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t word = weir_random_below(&random, 60);
        (void)snprintf(rows[i].word, sizeof rows[i].word,
                       word % 3 == 0 ? "a long word number %u" : "w%u", (unsigned)word);
        rows[i].number = (int64_t)weir_random_below(&random, 100) - 50;
    }
    return count;
}

struct sides {
    struct weir_registry *registry;
    struct weir_graph *graph;
    const struct weir_node *node; /* the wide one */
    const struct weir_type *in;
    uint32_t buckets;
    struct weir_text out; /* JSON rows of all buckets, a line each */
    uint64_t bucket_rows[BUCKETS_MAX];
};

static struct weir_exec_task task_of(uint32_t partition, struct weir_error *err)
{
    return (struct weir_exec_task){
        .partition = partition, .partition_count = PARTITIONS, .err = err};
}

static void push_block(struct weir_step *step,
                       struct weir_exec_task *task,
                       const struct weir_block *block)
{
    assert_int_equal(weir_scan_block(task, block, false, step), WEIR_OK);
}

static struct weir_block *input_block(const struct weir_type *schema, uint32_t partition)
{
    static struct row rows[ROWS + PARTITIONS];
    uint32_t count = rows_of(partition, rows);
    struct weir_builder *builder = weir_builder_create(schema, false);
    for (uint32_t i = 0; i < count; i++) {
        struct weir_value values[2];
        for (uint32_t f = 0; f < schema->field_count; f++) { /* text is the word */
            values[f] = (struct weir_value){.type = schema->fields[f].type,
                                            .str = weir_str_of(rows[i].word),
                                            .i64 = rows[i].number};
        }
        weir_builder_add_values(builder, values);
    }
    struct weir_table table;
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    return weir_block_of_table(&table);
}

/* One writer serves all partitions, as on one thread. It outlives the blocks, whose schema is its.
 */
static struct weir_shuffle_writer *write_all(struct sides *s,
                                             struct weir_block *blocks[PARTITIONS][BUCKETS_MAX])
{
    struct weir_shuffle_writer *writer;
    struct weir_error err;
    assert_int_equal(
        weir_shuffle_writer_create(s->graph, s->node, 0, s->buckets, 99, &writer, &err), WEIR_OK);
    for (uint32_t p = 0; p < PARTITIONS; p++) {
        struct weir_exec_task task = task_of(p, &err);
        struct weir_block *block = input_block(s->in, p);
        push_block(weir_shuffle_writer_step(writer), &task, block);
        assert_int_equal(
            weir_shuffle_writer_step(writer)->finish(weir_shuffle_writer_step(writer), &task),
            WEIR_OK);
        weir_shuffle_writer_take(writer, blocks[p]);
        weir_block_release(block);
        weir_arena_finish(&task.arena);
    }
    return writer;
}

static void put_rows(struct sides *s, const struct weir_block *block)
{
    struct weir_column room[8];
    for (uint32_t first = 0; first < block->rows; first += 2048) {
        uint32_t left = (uint32_t)block->rows - first;
        struct weir_rows chunk;
        weir_rows_slice(&block->table.all, first, left < 2048 ? left : 2048, room, &chunk);
        for (uint32_t r = 0; r < chunk.rows; r++) {
            weir_json_row(&s->out, &chunk, r, 0, NULL);
            weir_text_put(&s->out, "\n");
        }
    }
}

static void read_all(struct sides *s, struct weir_block *blocks[PARTITIONS][BUCKETS_MAX])
{
    struct weir_step *collect = weir_collect_create(s->node->schema, false);
    struct weir_step *first;
    struct weir_error err;
    assert_int_equal(
        weir_shuffle_reader_create(s->graph, s->node, WEIR_HEAD_WHOLE, 99, collect, &first, &err),
        WEIR_OK);
    for (uint32_t b = 0; b < s->buckets; b++) {
        struct weir_exec_task task = task_of(b, &err);
        for (uint32_t p = 0; p < PARTITIONS; p++) {
            if (blocks[p][b] != NULL && !task.wants_no_more) {
                push_block(first, &task, blocks[p][b]);
            }
            weir_block_release(blocks[p][b]);
        }
        assert_int_equal(first->finish(first, &task), WEIR_OK);
        struct weir_block *block = weir_collect_take(collect);
        s->bucket_rows[b] = block == NULL ? 0 : block->rows;
        if (block != NULL) {
            put_rows(s, block);
        }
        weir_block_release(block);
        weir_arena_finish(&task.arena);
    }
    weir_shuffle_reader_destroy(first, collect);
    collect->destroy(collect);
}

/* verb: what follows the input in the pipe. The input's fields are named by it. */
static void open_sides(struct sides *s, const char *fields, const char *verb, uint32_t buckets)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_text_printf(&text, "play.rows \"\" | map %s | %s | play.log", fields, verb);
    *s = (struct sides){.buckets = buckets};
    s->registry = play_registry(NULL);
    s->graph = play_graph(s->registry, text.bytes);
    s->node = &s->graph->nodes[2];
    s->in = s->graph->nodes[1].schema;
    weir_text_finish(&text);
    struct weir_block *blocks[PARTITIONS][BUCKETS_MAX];
    struct weir_shuffle_writer *writer = write_all(s, blocks);
    read_all(s, blocks);
    weir_shuffle_writer_destroy(writer);
}

static void close_sides(struct sides *s)
{
    weir_graph_destroy(s->graph);
    weir_registry_destroy(s->registry);
    weir_text_finish(&s->out);
}

/* ---- comparing as multisets of lines ---- */
static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t sorted_lines(char *text, char ***lines)
{
    size_t count = 0;
    size_t capacity = 0;
    *lines = NULL;
    for (char *line = text; line != NULL && *line != '\0';) {
        char *newline = strchr(line, '\n');
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

static void expect_multiset(struct sides *s, struct weir_text *expected)
{
    char **mine, **theirs;
    size_t count = sorted_lines(s->out.bytes, &mine);
    assert_int_equal(count, sorted_lines(expected->bytes, &theirs));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(mine[i], theirs[i]);
    }
    weir_free(mine);
    weir_free(theirs);
    weir_text_finish(expected);
}

/* ---- the naive way: a list of distinct keys with a number each ---- */
struct totals {
    struct row rows[PARTITIONS * (ROWS + PARTITIONS)];
    uint32_t count;
};
static struct totals totals;

static void add(const char *word, const int64_t *only_number, int64_t more)
{
    for (uint32_t i = 0; i < totals.count; i++) {
        if (strcmp(totals.rows[i].word, word) == 0 && only_number == NULL) {
            totals.rows[i].number += more;
            return;
        }
    }
    assert_true(strlen(word) < sizeof totals.rows[0].word);
    memcpy(totals.rows[totals.count].word, word, strlen(word) + 1);
    totals.rows[totals.count++].number = more;
}

static void each_row(void (*each)(const struct row *row))
{
    static struct row rows[ROWS + PARTITIONS];
    totals.count = 0;
    for (uint32_t p = 0; p < PARTITIONS; p++) {
        uint32_t count = rows_of(p, rows);
        for (uint32_t i = 0; i < count; i++) {
            each(&rows[i]);
        }
    }
}

static void count_word(const struct row *row)
{
    add(row->word, NULL, 1);
}

static void sum_word(const struct row *row)
{
    add(row->word, NULL, row->number);
}

static void sum_all(const struct row *row)
{
    add("", NULL, row->number);
}

static void list_row(const struct row *row)
{
    add(row->word, &row->number, row->number);
}

static struct weir_text totals_as(const char *word, const char *number)
{
    struct weir_text text;
    weir_text_init(&text);
    for (uint32_t i = 0; i < totals.count; i++) {
        char line[200];
        (void)snprintf(line, sizeof line, "{\"%s\":\"%s\",\"%s\":%lld}", word, totals.rows[i].word,
                       number, (long long)totals.rows[i].number);
        weir_text_printf(&text, "%s\n", line);
    }
    return text;
}

/* ---- the verbs ---- */
static void count(void **state)
{
    (void)state;
    struct sides s;
    open_sides(&s, "word, bytes", "count", 1);
    assert_string_equal(s.out.bytes, "{\"count\":3608}\n"); /* 4 * 900 + 0 + 1 + 3 + 4 */
    close_sides(&s);
}

static void count_by_value(void **state)
{
    (void)state;
    for (uint32_t buckets = 1; buckets <= BUCKETS_MAX; buckets += 7) {
        struct sides s;
        open_sides(&s, "word", "count_by_value", buckets);
        each_row(count_word);
        struct weir_text expected = totals_as("word", "count");
        expect_multiset(&s, &expected);
        close_sides(&s);
    }
}

static void reduce_by_key(void **state)
{
    (void)state;
    for (uint32_t buckets = 1; buckets <= BUCKETS_MAX; buckets += 7) {
        struct sides s;
        open_sides(&s, "key = word, value = bytes", "reduce_by_key play.add", buckets);
        each_row(sum_word);
        struct weir_text expected = totals_as("key", "value");
        expect_multiset(&s, &expected);
        close_sides(&s);
    }
}

/* Words begin with a or w: 97 and 119, which are 1 and 2 of 3. */
static void a_partitioner_says_where_keys_go(void **state)
{
    (void)state;
    struct sides s;
    open_sides(&s, "key = word, value = bytes",
               "reduce_by_key play.add partitioner=play.by_letter(key)", 3);
    each_row(sum_word);
    uint64_t long_words = 0;
    for (uint32_t i = 0; i < totals.count; i++) {
        long_words += totals.rows[i].word[0] == 'a';
    }
    assert_int_equal(s.bucket_rows[0], 0);
    assert_int_equal(s.bucket_rows[1], long_words);
    assert_int_equal(s.bucket_rows[2], totals.count - long_words);
    struct weir_text expected = totals_as("key", "value");
    expect_multiset(&s, &expected);
    close_sides(&s);
}

static void reduce(void **state)
{
    (void)state;
    struct sides s;
    char expected[64];
    open_sides(&s, "value = bytes", "reduce play.add", 1);
    each_row(sum_all);
    (void)snprintf(expected, sizeof expected, "{\"value\":%lld}\n",
                   (long long)totals.rows[0].number);
    assert_string_equal(s.out.bytes, expected);
    close_sides(&s);
}

static void repartition(void **state)
{
    (void)state;
    struct sides s;
    open_sides(&s, "word, bytes", "repartition 7", 7);
    each_row(list_row);
    for (uint32_t b = 0; b < 7; b++) {
        assert_in_range(s.bucket_rows[b], 3608 / 7 - PARTITIONS, 3608 / 7 + PARTITIONS);
    }
    struct weir_text expected = totals_as("word", "bytes");
    expect_multiset(&s, &expected);
    close_sides(&s);
}

static int largest_first(const void *a, const void *b)
{
    int64_t x = ((const struct row *)a)->number;
    int64_t y = ((const struct row *)b)->number;
    return x < y ? 1 : (x > y ? -1 : 0);
}

static void top(void **state)
{
    (void)state;
    struct sides s;
    open_sides(&s, "bytes", "top 5 by=bytes", 1);
    each_row(list_row);
    qsort(totals.rows, totals.count, sizeof totals.rows[0], largest_first);
    char expected[300];
    size_t at = 0;
    for (uint32_t i = 0; i < 5; i++) {
        at += (size_t)snprintf(expected + at, sizeof expected - at, "{\"bytes\":%lld}\n",
                               (long long)totals.rows[i].number);
    }
    assert_string_equal(s.out.bytes, expected);
    close_sides(&s);
}

/* The first rows of the first partitions. */
static void limit(void **state)
{
    (void)state;
    struct sides s;
    open_sides(&s, "word, bytes", "limit 901", 1);
    each_row(list_row);
    totals.count = 901;
    struct weir_text expected = totals_as("word", "bytes");
    assert_string_equal(s.out.bytes, expected.bytes);
    weir_text_finish(&expected);
    close_sides(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(count),         cmocka_unit_test(count_by_value),
        cmocka_unit_test(reduce_by_key), cmocka_unit_test(a_partitioner_says_where_keys_go),
        cmocka_unit_test(reduce),        cmocka_unit_test(repartition),
        cmocka_unit_test(top),           cmocka_unit_test(limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
