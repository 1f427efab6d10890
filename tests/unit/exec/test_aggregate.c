/* SPDX-License-Identifier: Apache-2.0 */
/* Hash aggregation against a list of groups that is searched from the front: keys of every type,
 * nulls, selections, constants, values in row order, task after task. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

enum { TASKS = 6, CHUNKS_MAX = 5 };

/* ---- the plain way ---- */

struct plain_group {
    char *key; /* as JSON, without the brace at the end */
    bool is_null;
    int64_t i64;
    double f64;
};

struct plain {
    const struct weir_aggregate_spec *spec;
    struct plain_group *groups;
    size_t count, capacity;
};

static void plain_finish(struct plain *plain)
{
    for (size_t i = 0; i < plain->count; i++) {
        free(plain->groups[i].key);
    }
    free(plain->groups);
    plain->groups = NULL;
    plain->count = plain->capacity = 0;
}

static char *plain_key(const struct weir_aggregate_spec *spec,
                       const struct weir_rows *rows,
                       uint32_t row)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_text_put(&text, "{");
    for (uint32_t i = 0; i < spec->key_count; i++) {
        size_t start = text.count;
        weir_text_printf(&text, "\"%s\":", spec->out->fields[i].name);
        weir_json_cell(&text, &rows->columns[spec->keys[i]], rows->heaps, row);
        char *zero = strstr(text.bytes + start, "-0.0");
        while (zero != NULL) { /* equal to 0.0, which is what comes out */
            memmove(zero, zero + 1, strlen(zero));
            text.count--;
            zero = strstr(zero, "-0.0");
        }
        weir_text_put(&text, ",");
    }
    char *key = strdup(text.bytes);
    weir_text_finish(&text);
    return key;
}

static struct plain_group *plain_find(struct plain *plain,
                                      const struct weir_rows *rows,
                                      uint32_t row)
{
    char *key = plain_key(plain->spec, rows, row);
    for (size_t i = 0; i < plain->count; i++) {
        if (strcmp(plain->groups[i].key, key) == 0) {
            free(key);
            return &plain->groups[i];
        }
    }
    if (plain->count == plain->capacity) {
        plain->capacity = plain->capacity == 0 ? 64 : plain->capacity * 2;
        plain->groups = realloc(plain->groups, plain->capacity * sizeof *plain->groups);
    }
    bool is_count = plain->spec->kind == WEIR_AGGREGATE_COUNT;
    plain->groups[plain->count] = (struct plain_group){.key = key, .is_null = !is_count};
    return &plain->groups[plain->count++];
}

static void plain_add(struct plain *plain,
                      struct plain_group *group,
                      const struct weir_value *value)
{
    enum weir_type_kind kind = value->type->kind;
    if (value->is_null) {
        return;
    }
    if (group->is_null) {
        group->i64 = value->i64;
        group->f64 = value->f64;
        group->is_null = false;
    } else if (plain->spec->kind == WEIR_AGGREGATE_COUNT) {
        group->i64 += value->i64;
    } else if (kind == WEIR_TYPE_BOOL) {
        group->i64 |= value->i64;
    } else if (kind == WEIR_TYPE_I32) {
        group->i64 = group->i64 > value->i64 ? group->i64 : value->i64;
    } else if (kind == WEIR_TYPE_F64) {
        group->f64 += value->f64;
    } else {
        group->i64 = (int64_t)((uint64_t)group->i64 * 31 + (uint64_t)value->i64);
    }
}

static void plain_push(struct plain *plain, const struct weir_rows *rows)
{
    struct weir_arena arena;
    weir_arena_init(&arena);
    for (uint32_t k = 0; k < weir_rows_count(rows); k++) {
        uint32_t row = rows->sel != NULL ? rows->sel[k] : k;
        struct plain_group *group = plain_find(plain, rows, row);
        struct weir_value value = {.type = weir_type_of(WEIR_TYPE_I64), .i64 = 1};
        if (plain->spec->kind == WEIR_AGGREGATE_REDUCE || plain->spec->is_merge) {
            weir_column_value(&arena, rows, plain->spec->value, row, &value);
        }
        plain_add(plain, group, &value);
    }
    weir_arena_finish(&arena);
}

static void plain_print(const struct plain *plain, struct weir_text *text)
{
    uint32_t keys = plain->spec->key_count;
    const struct weir_type_field *last = &plain->spec->out->fields[keys];
    for (size_t i = 0; i < plain->count; i++) {
        const struct plain_group *group = &plain->groups[i];
        struct weir_value value = {
            .type = last->type, .is_null = group->is_null, .i64 = group->i64, .f64 = group->f64};
        weir_text_printf(text, "%s\"%s\":", group->key, last->name);
        weir_json_value(text, &value);
        weir_text_put(text, "}\n");
    }
}

/* ---- both ---- */

static const struct weir_operator *reducer_for(const struct weir_type *type,
                                               struct weir_graph **graph)
{
    const char *text = "trial.rows | map a | reduce trial.digits | print";
    if (type->kind == WEIR_TYPE_BOOL) {
        text = "trial.rows | map p | reduce trial.any | print";
    } else if (type->kind == WEIR_TYPE_F64) {
        text = "trial.rows | map x | reduce trial.sum | print";
    } else if (type->kind == WEIR_TYPE_I32) {
        text = "trial.rows | map i | reduce trial.most | print";
    }
    *graph = world_graph(text);
    return (*graph)->nodes[2].op;
}

/* Some chunks have a constant in the place of one of their columns. */
static void make_constant(struct random_rows *random,
                          struct weir_rows *chunk,
                          struct weir_column *columns)
{
    memcpy(columns, chunk->columns, chunk->schema->field_count * sizeof *columns);
    uint32_t field = (uint32_t)(random_next(random) % chunk->schema->field_count);
    columns[field].is_const = true;
    chunk->columns = columns;
}

static void random_chunk(struct random_rows *random,
                         const struct weir_type *schema,
                         struct weir_table *table,
                         struct weir_column *columns,
                         uint16_t *sel,
                         struct weir_rows *chunk)
{
    static const uint32_t counts[] = {1, 9, 200, 777, WEIR_CHUNK_ROWS_MAX};
    uint64_t dice = random_next(random);
    uint32_t count = counts[dice % 5];
    random_table(random, schema, count, table);
    *chunk = table->all;
    if ((dice >> 8) % 3 == 0) {
        make_constant(random, chunk, columns);
    }
    if ((dice >> 16) % 2 == 0) {
        chunk->sel = sel;
        chunk->sel_count = random_selection(random, count, sel);
    }
}

static void check_task(struct random_rows *random,
                       const struct weir_aggregate_spec *spec,
                       struct weir_step *step,
                       struct weir_step *collect,
                       struct weir_block **kept)
{
    struct weir_error err;
    struct weir_exec_task task = {.err = &err};
    struct plain plain = {.spec = spec};
    struct weir_text want;
    struct weir_text have;
    struct weir_column columns[16];
    uint16_t sel[WEIR_CHUNK_ROWS_MAX];
    weir_text_init(&want);
    weir_text_init(&have);
    weir_text_put(&want, "");
    weir_text_put(&have, "");
    uint64_t chunks = random_next(random) % CHUNKS_MAX;
    for (uint64_t i = 0; i < chunks; i++) {
        struct weir_table table;
        struct weir_rows chunk;
        random_chunk(random, spec->in, &table, columns, sel, &chunk);
        assert_int_equal(weir_step_push(step, &task, &chunk), WEIR_OK);
        plain_push(&plain, &chunk);
        weir_table_finish(&table);
    }
    if (plain.count == 0 && spec->always_one) {
        weir_text_printf(&want, "{\"%s\":0}\n", spec->out->fields[0].name);
    }
    assert_int_equal(step->finish(step, &task), WEIR_OK);
    *kept = weir_collect_take(collect);
    block_text(*kept, &have);
    plain_print(&plain, &want);
    assert_string_equal(have.bytes, want.bytes);
    plain_finish(&plain);
    weir_text_finish(&want);
    weir_text_finish(&have);
}

struct case_of {
    const char *in, *out;
    uint32_t key_count;
    enum weir_aggregate_kind kind;
    bool is_merge, always_one;
};

/* The value is the last field of `in`, the keys are the fields before it from the second on. */
static void check_case(const struct case_of *of, uint32_t null_percent, int64_t most, uint64_t seed)
{
    static const uint32_t keys[] = {1, 2, 3, 4};
    struct random_rows random = {seed, null_percent, most};
    struct weir_arena arena;
    struct weir_error err;
    struct weir_block *kept[TASKS];
    struct weir_text before;
    struct weir_text after;
    struct weir_graph *graph = NULL;
    weir_arena_init(&arena);
    weir_text_init(&before);
    weir_text_init(&after);
    struct weir_aggregate_spec spec = {.kind = of->kind,
                                       .key_count = of->key_count,
                                       .keys = keys,
                                       .is_merge = of->is_merge,
                                       .always_one = of->always_one,
                                       .hash_seed = seed};
    assert_int_equal(weir_type_parse(&arena, weir_str_of(of->in), &spec.in, &err), WEIR_OK);
    assert_int_equal(weir_type_parse(&arena, weir_str_of(of->out), &spec.out, &err), WEIR_OK);
    spec.value = spec.in->field_count - 1;
    if (of->kind == WEIR_AGGREGATE_REDUCE) {
        spec.op = reducer_for(spec.in->fields[spec.value].type, &graph);
    }
    struct weir_step *collect = weir_collect_create(spec.out, false);
    struct weir_step *step = weir_aggregate_create(&spec, collect);
    for (int i = 0; i < TASKS; i++) {
        check_task(&random, &spec, step, collect, &kept[i]);
        block_text(kept[i], &before);
    }
    step->destroy(step);
    collect->destroy(collect);
    for (int i = 0; i < TASKS; i++) { /* what was handed out is nobody else's to change */
        block_text(kept[i], &after);
        weir_block_release(kept[i]);
    }
    if (before.count > 0) {
        assert_string_equal(before.bytes, after.bytes);
    }
    weir_text_finish(&before);
    weir_text_finish(&after);
    weir_graph_destroy(graph);
    weir_arena_finish(&arena);
}

static const struct case_of cases[] = {
    {"{x: i64, k: str, v: i64}", "{k: str, v: i64}", 1, WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, k: str, v: f64}", "{k: str, v: f64}", 1, WEIR_AGGREGATE_REDUCE, true, false},
    {"{x: i64, k: bytes, v: bool}", "{k: bytes, v: bool}", 1, WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, k: i64, v: i32}", "{k: i64, v: i32}", 1, WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, k: f64, v: ts}", "{k: f64, v: ts}", 1, WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, k: bool, v: i64}", "{k: bool, v: i64}", 1, WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, k: i32, v: i64}", "{k: i32, c: i64}", 1, WEIR_AGGREGATE_COUNT, false, false},
    {"{x: i64, k: ts, v: i64}", "{k: ts, c: i64}", 1, WEIR_AGGREGATE_COUNT, false, false},
    {"{x: i64, k: str, v: i64}", "{k: str, c: i64}", 1, WEIR_AGGREGATE_COUNT, false, false},
    {"{x: i64, k: str, l: i64, v: i64}", "{k: str, l: i64, c: i64}", 2, WEIR_AGGREGATE_COUNT, false,
     false},
    {"{x: i64, k: bool, l: i32, v: f64}", "{k: bool, l: i32, v: f64}", 2, WEIR_AGGREGATE_REDUCE,
     false, false},
    {"{x: i64, k: str, l: str, m: f64, v: i64}", "{k: str, l: str, m: f64, v: i64}", 3,
     WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, k: {a: str, b: {c: i64, d: bool}}, v: i64}",
     "{k: {a: str, b: {c: i64, d: bool}}, v: i64}", 1, WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, k: list<str>, l: list<{m: i32}>, v: i64}",
     "{k: list<str>, l: list<{m: i32}>, c: i64}", 2, WEIR_AGGREGATE_COUNT, false, false},
    {"{x: i64, v: i64}", "{v: i64}", 0, WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, v: bool}", "{v: bool}", 0, WEIR_AGGREGATE_REDUCE, false, false},
    {"{x: i64, v: f64}", "{v: f64}", 0, WEIR_AGGREGATE_REDUCE, true, false},
    {"{x: i64, v: i64}", "{c: i64}", 0, WEIR_AGGREGATE_COUNT, false, true},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_case(&cases[i], 0, 3, 100 + i);
        check_case(&cases[i], 0, 300, 200 + i);
        check_case(&cases[i], 25, 6, 300 + i);
    }
}

/* Partial counts have no nulls. */
static void test_counts_are_merged(void **state)
{
    (void)state;
    static const struct case_of merges[] = {
        {"{x: i64, k: str, v: i64}", "{k: str, c: i64}", 1, WEIR_AGGREGATE_COUNT, true, false},
        {"{x: i64, v: i64}", "{c: i64}", 0, WEIR_AGGREGATE_COUNT, true, true},
    };
    check_case(&merges[0], 0, 50, 1);
    check_case(&merges[1], 0, 50, 2);
}

/* ---- many groups: the table grows, then begins with the right size ---- */

static void test_many_groups(void **state)
{
    (void)state;
    enum { GROUPS = 100000 };
    struct weir_arena arena;
    struct weir_error err;
    struct weir_exec_task task = {.err = &err};
    static const uint32_t key = 0;
    weir_arena_init(&arena);
    struct weir_aggregate_spec spec = {.kind = WEIR_AGGREGATE_COUNT, .key_count = 1, .keys = &key};
    assert_int_equal(weir_type_parse(&arena, weir_str_of("{k: i64}"), &spec.in, &err), WEIR_OK);
    assert_int_equal(weir_type_parse(&arena, weir_str_of("{k: i64, c: i64}"), &spec.out, &err),
                     WEIR_OK);
    struct weir_step *collect = weir_collect_create(spec.out, false);
    struct weir_step *step = weir_aggregate_create(&spec, collect);
    for (int round = 0; round < 3; round++) {
        for (int64_t pass = 0; pass < 2; pass++) {
            for (int64_t first = 0; first < GROUPS; first += 2000) {
                int64_t cells[2000];
                for (int64_t i = 0; i < 2000; i++) {
                    cells[i] = (first + i) * 4096;
                }
                struct weir_column column = {.type = spec.in->fields[0].type, .data = cells};
                struct weir_rows chunk = {.schema = spec.in, .rows = 2000, .columns = &column};
                assert_int_equal(weir_step_push(step, &task, &chunk), WEIR_OK);
            }
        }
        assert_int_equal(step->finish(step, &task), WEIR_OK);
        struct weir_block *block = weir_collect_take(collect);
        assert_int_equal(block->rows, GROUPS);
        const int64_t *keys = block->table.columns[0].data;
        const int64_t *counts = block->table.columns[1].data;
        for (int64_t i = 0; i < GROUPS; i++) {
            assert_int_equal(keys[i], i * 4096);
            assert_int_equal(counts[i], 2);
        }
        weir_block_release(block);
    }
    step->destroy(step);
    collect->destroy(collect);
    weir_arena_finish(&arena);
}

/* A task that failed leaves nothing behind. */
static void test_abandon(void **state)
{
    (void)state;
    struct random_rows random = {5, 10, 3};
    struct weir_arena arena;
    struct weir_error err;
    struct weir_exec_task task = {.err = &err};
    struct weir_table table;
    struct weir_block *kept;
    static const uint32_t key = 0;
    weir_arena_init(&arena);
    struct weir_aggregate_spec spec = {.kind = WEIR_AGGREGATE_COUNT, .key_count = 1, .keys = &key};
    assert_int_equal(weir_type_parse(&arena, weir_str_of("{k: str}"), &spec.in, &err), WEIR_OK);
    assert_int_equal(weir_type_parse(&arena, weir_str_of("{k: str, c: i64}"), &spec.out, &err),
                     WEIR_OK);
    struct weir_step *collect = weir_collect_create(spec.out, false);
    struct weir_step *step = weir_aggregate_create(&spec, collect);
    random_table(&random, spec.in, 500, &table);
    assert_int_equal(weir_step_push(step, &task, &table.all), WEIR_OK);
    step->abandon(step, &task);
    weir_table_finish(&table);
    check_task(&random, &spec, step, collect, &kept);
    weir_block_release(kept);
    step->destroy(step);
    collect->destroy(collect);
    weir_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_counts_are_merged),
        cmocka_unit_test(test_many_groups),
        cmocka_unit_test(test_abandon),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
