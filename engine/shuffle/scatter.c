/* SPDX-License-Identifier: Apache-2.0 */
/* Sends rows to the buckets: positions are sorted by bucket once per chunk, then each bucket's
 * builder gathers its own in one go. */
#include "shuffle/sides.h"

#include <string.h>

struct scatter {
    struct weir_step step; /* first */
    enum weir_scatter_kind kind;
    const struct weir_type *schema;
    const uint32_t *keys;
    uint32_t key_count, bucket_count;
    uint64_t hash_seed;
    struct weir_partitioner *partitioner; /* not NULL: says the bucket; owned */
    uint64_t next;                        /* dealing: rows sent so far */
    struct weir_builder **builders;
    uint32_t *starts; /* bucket_count + 1: where each bucket's positions begin */
    uint64_t hashes[WEIR_CHUNK_ROWS_MAX];
    uint32_t buckets[WEIR_CHUNK_ROWS_MAX];
    uint16_t positions[WEIR_CHUNK_ROWS_MAX]; /* by bucket */
};

static int choose_buckets(struct scatter *s,
                          struct weir_exec_task *task,
                          const struct weir_rows *rows)
{
    uint32_t count = weir_rows_count(rows);
    if (s->partitioner != NULL) {
        return weir_partitioner_run(s->partitioner, task, rows, s->bucket_count, s->buckets);
    }
    if (s->kind == WEIR_SCATTER_HASH) {
        weir_hash_rows(rows, s->keys, s->key_count, s->hash_seed, s->hashes);
        for (uint32_t i = 0; i < count; i++) { /* the high half, scaled: no division */
            s->buckets[i] = (uint32_t)(((s->hashes[i] >> 32) * s->bucket_count) >> 32);
        }
        return WEIR_OK;
    }
    uint64_t first = s->next + task->partition; /* partitions begin at different buckets */
    for (uint32_t i = 0; i < count; i++) {
        s->buckets[i] = (uint32_t)((first + i) % s->bucket_count);
    }
    s->next += count;
    return WEIR_OK;
}

/* Counting sort by bucket; stable, so rows keep their order within a bucket. */
static void sort_positions(struct scatter *s, const struct weir_rows *rows, uint32_t count)
{
    memset(s->starts, 0, (s->bucket_count + 1) * sizeof *s->starts);
    for (uint32_t i = 0; i < count; i++) {
        s->starts[s->buckets[i] + 1]++;
    }
    for (uint32_t b = 0; b < s->bucket_count; b++) {
        s->starts[b + 1] += s->starts[b];
    }
    for (uint32_t i = 0; i < count; i++) {
        uint16_t position = rows->sel != NULL ? rows->sel[i] : (uint16_t)i;
        s->positions[s->starts[s->buckets[i]]++] = position;
    }
    for (uint32_t b = s->bucket_count; b > 0; b--) {
        s->starts[b] = s->starts[b - 1];
    }
    s->starts[0] = 0;
}

static int push(struct weir_step *step, struct weir_exec_task *task, const struct weir_rows *rows)
{
    struct scatter *s = (struct scatter *)(void *)step;
    if (s->bucket_count == 1) {
        weir_builder_add(s->builders[0], rows);
        return WEIR_OK;
    }
    if (s->kind == WEIR_SCATTER_COPY) {
        for (uint32_t b = 0; b < s->bucket_count; b++) {
            weir_builder_add(s->builders[b], rows);
        }
        return WEIR_OK;
    }
    uint32_t count = weir_rows_count(rows);
    WEIR_TRY(choose_buckets(s, task, rows));
    sort_positions(s, rows, count);
    for (uint32_t b = 0; b < s->bucket_count; b++) {
        uint32_t first = s->starts[b];
        uint32_t mine = s->starts[b + 1] - first;
        if (mine > 0) {
            weir_builder_add_at(s->builders[b], rows, s->positions + first, mine);
        }
    }
    return WEIR_OK;
}

static void end_partitioner(struct scatter *s)
{
    if (s->partitioner != NULL) {
        weir_partitioner_end(s->partitioner);
    }
}

static int finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct scatter *s = (struct scatter *)(void *)step;
    end_partitioner(s);
    for (uint32_t b = 0; b < s->bucket_count; b++) {
        task->rows_out += weir_builder_rows(s->builders[b]);
    }
    s->next = 0;
    return WEIR_OK;
}

static void abandon(struct weir_step *step, struct weir_exec_task *task)
{
    (void)task;
    struct scatter *s = (struct scatter *)(void *)step;
    end_partitioner(s);
    s->next = 0;
    for (uint32_t b = 0; b < s->bucket_count; b++) {
        weir_builder_destroy(s->builders[b]);
        s->builders[b] = weir_builder_create(s->schema, false);
    }
}

static void destroy(struct weir_step *step)
{
    struct scatter *s = (struct scatter *)(void *)step;
    for (uint32_t b = 0; b < s->bucket_count; b++) {
        weir_builder_destroy(s->builders[b]);
    }
    weir_partitioner_destroy(s->partitioner);
    weir_free(s->builders);
    weir_free(s->starts);
    weir_free(s);
}

struct weir_step *weir_scatter_create(enum weir_scatter_kind kind,
                                      const struct weir_type *schema,
                                      const uint32_t *keys,
                                      uint32_t key_count,
                                      uint32_t buckets,
                                      uint64_t hash_seed)
{
    struct scatter *s = weir_alloc(sizeof *s);
    s->step = (struct weir_step){push, finish, abandon, destroy, NULL};
    s->kind = kind;
    s->schema = schema;
    s->keys = keys;
    s->key_count = key_count;
    s->bucket_count = buckets;
    s->hash_seed = hash_seed;
    s->builders = weir_alloc(buckets * sizeof(struct weir_builder *));
    s->starts = weir_alloc((buckets + 1) * sizeof *s->starts);
    for (uint32_t b = 0; b < buckets; b++) {
        s->builders[b] = weir_builder_create(schema, false);
    }
    return &s->step;
}

int weir_scatter_by(struct weir_step *step, const struct weir_expr *call, struct weir_error *err)
{
    return weir_partitioner_create(call, &((struct scatter *)(void *)step)->partitioner, err);
}

void weir_scatter_take(struct weir_step *step, struct weir_block **blocks)
{
    struct scatter *s = (struct scatter *)(void *)step;
    for (uint32_t b = 0; b < s->bucket_count; b++) {
        blocks[b] = NULL;
        if (weir_builder_rows(s->builders[b]) > 0) {
            struct weir_table table;
            weir_builder_finish(s->builders[b], &table);
            blocks[b] = weir_block_of_table(&table);
        }
    }
}
