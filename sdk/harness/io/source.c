/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's side of a source: ranges asked for, split, and read twice, because what is lost is
 * read again. */
#include "../harness.h"

static const struct weir_source_ops *ops_of(const struct weir_harness *h)
{
    return (const struct weir_source_ops *)h->exported->table;
}

static struct weir_harness *harness_of(struct weir_scan *scan)
{
    return (struct weir_harness *)(void *)scan->task;
}

static weir_bytes bytes_of(const struct weir_blob *blob)
{
    return weir_bytes_make(blob->bytes != NULL ? blob->bytes : "", blob->count);
}

/* ---- reading ---- */
static int take_scanned(struct weir_harness *h)
{
    return weir_harness_out_take(h->rx_out, &h->read_rows) == 0 ? WEIR_OK : WEIR_FATAL;
}

static int scan_flush(struct weir_scan *scan)
{
    struct weir_harness *h = harness_of(scan);
    return weir_harness_refuses(h) ? weir_harness_refused(h) : take_scanned(h);
}

static int scan_hand_on(struct weir_harness_out *out, uint32_t rows)
{
    int failed = 0;
    for (uint32_t row = 0; row < rows && failed == 0; row++) {
        failed = weir_harness_out_print(out, row, &out->h->read_rows);
    }
    return failed == 0 ? WEIR_OK : WEIR_FATAL;
}

static char *scan_reserve(struct weir_scan *scan, size_t bytes)
{
    struct weir_harness *h = harness_of(scan);
    if (weir_harness_refuses(h)) {
        (void)weir_harness_refused(h);
        return NULL;
    }
    free(h->reserved);
    h->reserved = (char *)malloc(bytes > 0 ? bytes : 1);
    h->reserved_bytes = bytes;
    return h->reserved;
}

static int scan_commit(struct weir_scan *scan, size_t bytes)
{
    struct weir_harness *h = harness_of(scan);
    if (weir_harness_refuses(h)) {
        return weir_harness_refused(h);
    }
    if (h->reserved == NULL || bytes > h->reserved_bytes) {
        return (h->task.host->fail)(&h->task, WEIR_FATAL, "commits %zu bytes, %zu were reserved",
                                    bytes, h->reserved == NULL ? (size_t)0 : h->reserved_bytes);
    }
    weir_blob_append(&h->read_rows, h->reserved, bytes);
    free(h->reserved);
    h->reserved = NULL;
    return WEIR_OK;
}

static int read_once(struct weir_harness *h, weir_bytes range)
{
    int outcome;
    weir_blob_clear(&h->read_rows);
    h->rx_out = weir_harness_out_make(h, h->out, 0);
    h->rx_out->hand_on = scan_hand_on;
    h->rx_out->hands_all = true;
    memset(&h->scan, 0, sizeof h->scan);
    h->scan.size = sizeof h->scan;
    h->scan.task = &h->task;
    h->scan.out = &h->rx_out->out;
    h->scan.flush = scan_flush;
    h->scan.reserve = scan_reserve;
    h->scan.commit = scan_commit;
    outcome = ops_of(h)->read(&h->task, range, &h->scan);
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    if (outcome == WEIR_OK) {
        outcome = take_scanned(h);
    }
    weir_harness_out_free(h->rx_out);
    h->rx_out = NULL;
    weir_harness_scratch_reset(h);
    if (h->read_rows.count > 0 && h->read_rows.bytes[h->read_rows.count - 1] != '\n') {
        weir_blob_put(&h->read_rows, "\n"); /* the last line of a range may lack it */
    }
    return outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "read");
}

static int read_part(struct weir_harness *h, weir_bytes range)
{
    struct weir_blob once;
    int failed = read_once(h, range);
    once = h->read_rows;
    memset(&h->read_rows, 0, sizeof h->read_rows);
    failed = failed != 0 ? failed : read_once(h, range);
    if (failed == 0 && !weir_text_equal(weir_str_from_bytes(bytes_of(&once)),
                                        weir_str_from_bytes(bytes_of(&h->read_rows)))) {
        failed = weir_harness_fail(h,
                                   "%s gives other records when a range is read again: '%.*s', "
                                   "before '%.*s'",
                                   h->exported->name, (int)h->read_rows.count, h->read_rows.bytes,
                                   (int)once.count, once.bytes);
    }
    if (failed == 0) {
        weir_blob_append(&h->rows, once.bytes, once.count);
        for (size_t i = 0; i < once.count; i++) {
            h->stored_rows += once.bytes[i] == '\n';
        }
    }
    weir_blob_free(&once);
    return failed;
}

/* ---- ranges ---- */
static int split_part(struct weir_split *split, weir_bytes range)
{
    struct weir_harness *h =
        (struct weir_harness *)(void *)((char *)split - offsetof(struct weir_harness, split));
    if (weir_harness_refuses(h)) {
        return weir_harness_refused(h);
    }
    weir_blob_append(weir_harness_texts_add(&h->parts), range.bytes, range.count);
    return WEIR_OK;
}

static int cut(struct weir_harness *h, weir_bytes range, uint32_t parts)
{
    weir_harness_texts_free(&h->parts);
    h->split.size = sizeof h->split;
    h->split.part = split_part;
    if (parts < 2 || ops_of(h)->split == NULL) {
        weir_blob_append(weir_harness_texts_add(&h->parts), range.bytes, range.count);
        return 0;
    }
    int outcome = ops_of(h)->split(&h->task, range, parts, &h->split);
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    if (outcome != WEIR_OK) {
        return weir_harness_failed_with(h, outcome, "split");
    }
    return h->parts.count > 0 && h->parts.count <= parts
               ? 0
               : weir_harness_fail(h, "%s splits a range into %zu parts, expected 1 to %u",
                                   h->exported->name, h->parts.count, (unsigned)parts);
}

int weir_harness_read(struct weir_harness *h, uint64_t bytes_max, uint32_t parts, uint32_t *count)
{
    struct weir_source_limit limit;
    struct weir_range answer;
    struct weir_blob range = {NULL, 0, 0, false};
    if (count != NULL) {
        *count = 0;
    }
    if (weir_harness_enter(h, WEIR_KIND_SOURCE) != 0 || h->source_is_over) {
        return h->source_is_over ? 0 : 1;
    }
    memset(&limit, 0, sizeof limit);
    memset(&answer, 0, sizeof answer);
    limit.size = sizeof limit;
    limit.bytes_max = bytes_max;
    limit.batch_us = h->task.batch_us;
    limit.interval_us = 1000000;
    answer.size = sizeof answer;
    const int outcome = ops_of(h)->next(&h->task, bytes_of(&h->offset), &limit, &answer);
    if (outcome == WEIR_AGAIN) {
        return 0;
    }
    if (outcome != WEIR_OK || h->outcome != WEIR_OK) {
        return weir_harness_failed_with(h, outcome != WEIR_OK ? outcome : h->outcome, "next");
    }
    weir_blob_append(&range, answer.range.bytes, answer.range.count);
    struct weir_blob to = {NULL, 0, 0, false};
    weir_blob_append(&to, answer.to.bytes, answer.to.count);
    weir_harness_scratch_reset(h);
    int failed = range.count == 0 ? 0 : cut(h, bytes_of(&range), parts);
    for (size_t i = 0; i < h->parts.count && range.count > 0 && failed == 0; i++) {
        failed = read_part(h, bytes_of(&h->parts.texts[i]));
    }
    if (failed == 0) {
        weir_blob_free(&h->offset);
        h->offset = to;
        h->source_is_over = answer.is_last != 0;
        if (count != NULL) {
            *count = 1;
        }
    } else {
        weir_blob_free(&to);
    }
    weir_blob_free(&range);
    return failed;
}

weir_bytes weir_harness_offset(const struct weir_harness *h)
{
    return bytes_of(&h->offset);
}

bool weir_harness_is_over(const struct weir_harness *h)
{
    return h->source_is_over;
}

int weir_harness_seek(struct weir_harness *h, weir_bytes offset)
{
    struct weir_blob copy = {NULL, 0, 0, false};
    weir_blob_append(&copy, offset.bytes, offset.count);
    weir_blob_free(&h->offset);
    h->offset = copy;
    h->source_is_over = false;
    return 0;
}
