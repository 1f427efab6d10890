/* SPDX-License-Identifier: Apache-2.0 */
/* Source queue: sets of records are pushed before each batch, one or all are taken by it. What a
 * batch takes follows from its number alone, so it can be read again. Source: the reference's
 * QueueInputDStream. */
#include "feed.h"

#include <string.h>

WEIR_BIND(queue)
{
    return cf_declare_leaves(bind);
}

static int queue_next(struct weir_task *task,
                      weir_bytes from,
                      const struct weir_source_limit *limit,
                      struct weir_range *answer)
{
    uint32_t *batch = (uint32_t *)weir_arena(task, 2 * sizeof *batch);
    const json_t *pushes = cf_feeds[weir_param_i64(task, "input")].batches;
    (void)limit;
    if (from.count == sizeof *batch) {
        memcpy(batch, from.bytes, sizeof *batch);
    }
    batch[1] = batch[0] + 1;
    answer->is_last = batch[1] >= json_array_size(pushes);
    answer->range = weir_bytes_make(&batch[0], sizeof *batch);
    answer->to = weir_bytes_make(&batch[1], sizeof *batch);
    return WEIR_OK;
}

/* The sets that a batch takes, by their numbers in the order of pushing: [first, end). */
static void find_taken(
    const json_t *pushes, bool is_one_at_a_time, uint32_t batch, size_t *first, size_t *end)
{
    size_t pushed = 0;
    *end = 0;
    for (size_t t = 0; t <= batch; t++) {
        pushed += json_array_size(json_array_get(pushes, t));
        *first = *end;
        *end = !is_one_at_a_time ? pushed : *first < pushed ? *first + 1 : *first;
    }
}

static const json_t *set_at(const json_t *pushes, size_t number)
{
    size_t t = 0;
    while (number >= json_array_size(json_array_get(pushes, t))) {
        number -= json_array_size(json_array_get(pushes, t++));
    }
    return json_array_get(json_array_get(pushes, t), number);
}

static int queue_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    const struct cf_feed *feed = &cf_feeds[weir_param_i64(task, "input")];
    uint32_t batch;
    size_t first = 0, end = 0;
    memcpy(&batch, range.bytes, sizeof batch);
    find_taken(feed->batches, weir_param_bool(task, "one_at_a_time"), batch, &first, &end);
    for (size_t set = first; set < end; set++) {
        const json_t *records = set_at(feed->batches, set);
        for (size_t i = 0; i < json_array_size(records); i++) {
            int rc = cf_write_record(task, feed, json_array_get(records, i), scan->out);
            rc = rc == WEIR_OK ? scan->flush(scan) : rc;
            if (rc != WEIR_OK) {
                return rc;
            }
        }
    }
    return WEIR_OK;
}

WEIR_SOURCE(queue, WEIR_FINITE, (), queue_next, NULL, queue_read, NULL);
WEIR_PARAMS(queue,
            WEIR_PARAM_I64(input, positional, "number of the input"),
            WEIR_PARAM_BOOL(one_at_a_time, default(true), "a batch takes one set, not all"));
