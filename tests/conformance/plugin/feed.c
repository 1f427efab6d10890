/* SPDX-License-Identifier: Apache-2.0 */
/* The ends of a case's job: source feed gives its inputs batch by batch, cut as the case says; sink
 * keep hands its outputs to the runner. */
#include "feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cf_feed cf_feeds[CF_FEEDS_MAX];
void (*cf_kept)(int64_t batch_us, const char *lines, size_t bytes);

/* ---- feed ---- */
/* A range: a batch, and of a part the partition. */
struct place {
    uint32_t batch, partition;
};

static const struct cf_feed *feed_of(struct weir_task *task)
{
    return &cf_feeds[weir_param_i64(task, "input")];
}

int cf_declare_leaves(struct weir_bind *bind)
{
    const struct cf_feed *feed = feed_of(bind->task);
    for (int c = 0; feed->leaves[c] != '\0'; c++) {
        char name[16];
        (void)snprintf(name, sizeof name, "c%d", c);
        int rc = weir_declare(bind, name, feed->leaves[c] == 'i' ? "i64" : "str");
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}

WEIR_BIND(feed)
{
    return cf_declare_leaves(bind);
}

static const struct place *keep_place(struct weir_task *task, struct place place)
{
    struct place *copy = (struct place *)weir_arena(task, sizeof *copy);
    *copy = place;
    return copy;
}

static int feed_next(struct weir_task *task,
                     weir_bytes from,
                     const struct weir_source_limit *limit,
                     struct weir_range *answer)
{
    const struct cf_feed *feed = feed_of(task);
    struct place at = {0, 0};
    (void)limit;
    if (from.count == sizeof at) {
        memcpy(&at, from.bytes, sizeof at);
    }
    const json_t *batch = json_array_get(feed->batches, at.batch);
    const struct place *to = keep_place(task, (struct place){at.batch + 1, 0});
    answer->to = weir_bytes_make(to, sizeof *to);
    answer->is_last = at.batch + 1 >= feed->batch_count;
    if (json_is_null(batch)) {
        answer->is_none = 1;
        return WEIR_OK;
    }
    answer->range = weir_bytes_make(keep_place(task, at), sizeof at);
    return WEIR_OK;
}

static int feed_split(struct weir_task *task,
                      weir_bytes range,
                      uint32_t parts,
                      struct weir_split *split)
{
    const struct cf_feed *feed = feed_of(task);
    struct place at;
    (void)parts; /* the case's own split is kept */
    memcpy(&at, range.bytes, sizeof at);
    for (at.partition = 0; at.partition < feed->partitions; at.partition++) {
        int rc = split->part(split, weir_bytes_make(keep_place(task, at), sizeof at));
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}

/* The leaves of a value, from column *c on. */
static void write_leaves(struct weir_out *out,
                         const json_t *value,
                         const char *leaves,
                         uint32_t *c,
                         struct weir_task *task)
{
    if (json_is_integer(value)) {
        weir_row_i64(out, (*c)++, json_integer_value(value));
    } else if (json_is_string(value)) {
        weir_row_str(out, (*c)++,
                     weir_str_make(json_string_value(value), json_string_length(value)));
    } else if (json_array_size(value) == 2 && strlen(leaves + *c) > 1) {
        write_leaves(out, json_array_get(value, 0), leaves, c, task);
        write_leaves(out, json_array_get(value, 1), leaves, c, task);
    } else { /* a list, as text */
        char *text = json_dumps(value, JSON_COMPACT);
        char *copy = (char *)weir_arena(task, strlen(text) + 1);
        memcpy(copy, text, strlen(text) + 1);
        weir_row_str(out, (*c)++, weir_str_make(copy, strlen(copy)));
        free(text);
    }
}

int cf_write_record(struct weir_task *task,
                    const struct cf_feed *feed,
                    const json_t *record,
                    struct weir_out *out)
{
    uint32_t c = 0;
    int rc = weir_row_begin(out, task, 65536);
    if (rc == WEIR_OK) {
        write_leaves(out, record, feed->leaves, &c, task);
        weir_row_end(out);
    }
    return rc;
}

static int feed_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    const struct cf_feed *feed = feed_of(task);
    struct place at;
    memcpy(&at, range.bytes, sizeof at);
    const json_t *batch = json_array_get(feed->batches, at.batch);
    size_t count = json_array_size(batch);
    size_t end = (at.partition + 1) * count / feed->partitions;
    for (size_t i = at.partition * count / feed->partitions; i < end; i++) {
        int rc = cf_write_record(task, feed, json_array_get(batch, i), scan->out);
        rc = rc == WEIR_OK ? scan->flush(scan) : rc;
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}

WEIR_SOURCE(feed, WEIR_FINITE, (), feed_next, feed_split, feed_read, NULL);
WEIR_PARAMS(feed, WEIR_PARAM_I64(input, positional, "number of the input"));

/* ---- keep ---- */
struct kept {
    struct weir_blob lines;
};

static int keep_begin(struct weir_task *task, weir_str txn)
{
    (void)txn;
    weir_blob_clear(&weir_self(task, struct kept)->lines);
    return WEIR_OK;
}

static int keep_write(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    const struct weir_json *json = (const struct weir_json *)task->host->get(WEIR_JSON_1);
    weir_str lines = json->lines(task, in, schema, NULL);
    weir_blob_append(&weir_self(task, struct kept)->lines, lines.bytes, lines.count);
    return WEIR_OK;
}

static int keep_prepare(struct weir_task *task, weir_bytes *token)
{
    struct kept *self = weir_self(task, struct kept);
    token->bytes = (const uint8_t *)self->lines.bytes;
    token->count = self->lines.count;
    return WEIR_OK;
}

static int keep_commit(struct weir_task *task,
                       int64_t batch_us,
                       const weir_bytes *const *tokens,
                       size_t count)
{
    struct weir_blob all = {NULL, 0, 0, false};
    (void)task;
    for (size_t t = 0; t < count; t++) {
        weir_blob_append(&all, tokens[t]->bytes, tokens[t]->count);
    }
    cf_kept(batch_us, all.bytes, all.count);
    weir_blob_free(&all);
    return WEIR_OK;
}

static void keep_close(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct kept)->lines);
}
WEIR_SINK(keep, WEIR_IDEMPOTENT, keep_begin, keep_write, keep_prepare, keep_commit, NULL, NULL);
WEIR_INSTANCE(keep, struct kept, NULL, keep_close);

WEIR_PLUGIN("org.example.conformance", "1.0.0", "functions of the conformance cases", "Apache-2.0");
