/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, hashes, numbers of a chunk, each by one loop. */
#include "exec/pair/grouping.h"

#include <string.h>

void weir_grouping_init(struct weir_grouping *own,
                        const struct weir_type *in,
                        const uint32_t *fields,
                        uint32_t count,
                        uint64_t seed)
{
    *own = (struct weir_grouping){.field_count = count, .seed = seed};
    own->fields = weir_alloc(count * sizeof *own->fields);
    memcpy(own->fields, fields, count * sizeof *own->fields);
    weir_keys_init(&own->keys, in, own->fields, count);
    own->hashes = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->hashes);
    own->numbers = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->numbers);
    own->fresh = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->fresh);
}

void weir_grouping_finish(struct weir_grouping *own)
{
    if (own->fields != NULL) {
        weir_keys_finish(&own->keys);
    }
    weir_free(own->fields);
    weir_free(own->hashes);
    weir_free(own->numbers);
    weir_free(own->fresh);
    memset(own, 0, sizeof *own);
}

int weir_exec_too_many(const struct weir_exec_task *task, const char *what, long long most)
{
    return weir_error_set(task->err, WEIR_ELIMIT,
                          "partition %u of batch %lld ms has %s than %lld%s", task->partition,
                          (long long)(task->batch_us / 1000), what, most,
                          "; give the operation more partitions, or shorter keys");
}

/* open: where new keys go; NULL: nowhere. */
static int make_numbers(struct weir_grouping *own,
                        const struct weir_groups *groups,
                        struct weir_groups *open,
                        struct weir_exec_task *task,
                        const struct weir_rows *rows)
{
    uint32_t count = weir_rows_count(rows);
    WEIR_ASSERT(rows->rows <= WEIR_CHUNK_ROWS_MAX);
    if (count == 0) {
        return WEIR_OK;
    }
    weir_hash_rows(rows, own->fields, own->field_count, own->seed, own->hashes);
    for (uint32_t from = 0; from < count;) {
        const struct weir_key *keys;
        const struct weir_heaps *heaps;
        uint32_t made = weir_keys_make(&own->keys, rows, from, &keys, &heaps);
        if (made == 0) {
            return weir_exec_too_many(task, "a key with more bytes", WEIR_KEY_BYTES_MAX);
        }
        if (groups->count >= WEIR_GROUPS_MAX) {
            return weir_exec_too_many(task, "more keys", WEIR_GROUPS_MAX);
        }
        if (open != NULL) {
            (void)weir_groups_find(open, keys, own->hashes + from, made, heaps, own->numbers + from,
                                   own->fresh);
        } else {
            weir_groups_look(groups, keys, own->hashes + from, made, heaps, own->numbers + from);
        }
        from += made;
    }
    return WEIR_OK;
}

int weir_grouping_find(struct weir_grouping *own,
                       struct weir_groups *groups,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    return make_numbers(own, groups, groups, task, rows);
}

int weir_grouping_look(struct weir_grouping *own,
                       const struct weir_groups *groups,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    return make_numbers(own, groups, NULL, task, rows);
}
