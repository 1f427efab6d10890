/* SPDX-License-Identifier: Apache-2.0 */
/* What the runner and its plugin share: the inputs of the case under way, and what its outputs
 * were. One case at a time. */
#ifndef WEIR_CONFORMANCE_FEED_H
#define WEIR_CONFORMANCE_FEED_H

#include <weir/plugin.h>

#include <jansson.h>

/* One input of the case: a table is one batch of one partition. */
struct cf_feed {
    const json_t *batches; /* of batches; a batch is an array of records, or null: no RDD. Of a
                              queue: of ticks, which push sets of records */
    char leaves[32];       /* of its records: 'i' or 's' a column */
    uint32_t partitions;
    uint32_t batch_count; /* that are run; those behind the array's end are empty */
};

enum { CF_FEEDS_MAX = 64 };
extern struct cf_feed cf_feeds[CF_FEEDS_MAX];

/* Declares the columns of the input that the parameter `input` names: c0, c1... */
int cf_declare_leaves(struct weir_bind *bind);

/* Appends a record, by its leaves. WEIR_OK or an outcome. */
int cf_write_record(struct weir_task *task,
                    const struct cf_feed *feed,
                    const json_t *record,
                    struct weir_out *out);

/* What the tracker `instructed` was shown. */
struct cf_seen {
    int64_t calls;
    json_t *timed_out, *removed; /* states; null: there was none */
    bool is_wrong; /* a key that times out is answered by `answer`, which is not allowed */
    int answer;
};
extern struct cf_seen cf_seen;

/* The plugin. */
extern const struct weir_plugin weir_plugin_e1_cf;

/* Called at every commit of an output: the lines of JSON of all partitions, in order. */
extern void (*cf_kept)(int64_t batch_us, const char *lines, size_t bytes);

#endif
