/* SPDX-License-Identifier: Apache-2.0 */
/* Which way rows go, by kind; and the kinds that take them as a stream: partition functions and
 * codecs. */
#include "state.h"

/* ---- partition functions ---- */
static int partition_call(struct weir_harness *h, const struct weir_harness_chunk *in)
{
    const struct weir_partition_ops *ops = (const struct weir_partition_ops *)h->exported->table;
    struct weir_harness_states *states = weir_harness_states_of(h);
    struct weir_harness_state *state = weir_harness_state_get(states, weir_str_make("", 0));
    struct weir_harness_out *out = weir_harness_out_make(h, h->out, 0);
    struct weir_slab *slab = &states->slab.slab;
    int outcome = WEIR_OK;
    out->input = in;
    state->exists = true;
    if (in != NULL) {
        outcome = ops->rows(&h->task, slab, &in->chunk, state->memory, &out->out);
    } else if (ops->end != NULL) {
        outcome = ops->end(&h->task, slab, state->memory, &out->out);
    }
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    int failed = outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "a row");
    failed = failed != 0 ? failed : weir_harness_out_take(out, &h->rows);
    weir_harness_out_free(out);
    weir_harness_scratch_reset(h);
    weir_harness_slab_commit(&states->slab);
    return failed != 0 ? failed : weir_harness_states_check(h);
}

int weir_harness_run_partition(struct weir_harness *h, weir_str rows)
{
    struct weir_harness_chunk in;
    int failed = weir_harness_chunk_make(h, h->in, rows, &in);
    failed = failed != 0 ? failed : partition_call(h, &in);
    weir_harness_chunk_free(&in);
    return failed;
}

int weir_harness_end_partition(struct weir_harness *h)
{
    const int failed = partition_call(h, NULL);
    weir_harness_states_free(h); /* the next partition begins with zero */
    return failed;
}

/* ---- codecs ---- */
static const struct weir_codec_ops *codec_of(const struct weir_harness *h)
{
    return (const struct weir_codec_ops *)h->exported->table;
}

int weir_harness_begin_codec(struct weir_harness *h, uint32_t way)
{
    struct weir_harness_chunk shape;
    int outcome;
    if (h->has_begun || codec_of(h)->begin == NULL) {
        return 0;
    }
    const struct weir_harness_type *type = way == WEIR_ENCODE ? h->fed : h->out;
    if (weir_harness_chunk_make(h, type, weir_str_make(NULL, 0), &shape) != 0) {
        return 1;
    }
    /* it lives as long as the instance: the chunk's memory becomes the harness's */
    struct ArrowSchema *schema = (struct ArrowSchema *)weir_harness_keep(h, sizeof *schema);
    *schema = shape.schema;
    while (shape.memory != NULL) {
        struct weir_harness_block *next = shape.memory->next;
        shape.memory->next = h->kept;
        h->kept = shape.memory;
        shape.memory = next;
    }
    h->has_begun = true;
    outcome = codec_of(h)->begin(&h->task, schema, way);
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    weir_harness_scratch_reset(h);
    return outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "begin");
}

/* Runs encode over rows, or finish without. */
static int encode_call(struct weir_harness *h, const struct weir_harness_chunk *in)
{
    struct weir_harness_out *out = weir_harness_out_make(h, h->in, 0);
    int outcome = WEIR_OK;
    out->input = in;
    if (in != NULL) {
        outcome = codec_of(h)->encode(&h->task, &in->chunk, &out->out);
    } else if (codec_of(h)->finish != NULL) {
        outcome = codec_of(h)->finish(&h->task, &out->out);
    }
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    int failed = outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "encode");
    failed = failed != 0 ? failed : weir_harness_out_take(out, &h->rows);
    weir_harness_out_free(out);
    weir_harness_scratch_reset(h);
    return failed;
}

int weir_harness_run_encode(struct weir_harness *h, weir_str rows)
{
    struct weir_harness_chunk in;
    if (codec_of(h)->encode == NULL || h->fed == NULL) {
        return weir_harness_fail(
            h, h->fed == NULL ? "%s: say weir_harness_fields first" : "%s cannot encode",
            h->exported->name);
    }
    if (weir_harness_begin_codec(h, WEIR_ENCODE) != 0) {
        return 1;
    }
    int failed = weir_harness_chunk_make(h, h->fed, rows, &in);
    failed = failed != 0 ? failed : encode_call(h, &in);
    weir_harness_chunk_free(&in);
    return failed;
}

int weir_harness_encode(struct weir_harness *h, const char *rows)
{
    return weir_harness_enter(h, WEIR_KIND_CODEC) != 0 ||
           weir_harness_run_encode(h, weir_str_from_chars(rows)) != 0;
}

/* A codec that cuts: whole records go to decode, the rest waits. */
static int stream_frame(struct weir_harness *h, bool is_last)
{
    size_t whole = 0;
    const weir_bytes bytes = weir_bytes_make(h->pending.bytes, h->pending.count);
    int outcome = codec_of(h)->frame(&h->task, bytes, is_last, &whole);
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    if (outcome != WEIR_OK || whole > bytes.count) {
        return outcome != WEIR_OK
                   ? weir_harness_failed_with(h, outcome, "frame")
                   : weir_harness_fail(h, "%s: frame says %zu of %zu bytes are whole",
                                       h->exported->name, whole, bytes.count);
    }
    if (is_last && whole != bytes.count) {
        return weir_harness_fail(h, "%s: %zu bytes are left at the end of the stream",
                                 h->exported->name, bytes.count - whole);
    }
    if (whole == 0) {
        return 0;
    }
    struct weir_blob row = {NULL, 0, 0, false};
    weir_harness_escape(weir_str_make(h->pending.bytes, whole), false, &row);
    const int failed = weir_harness_run_rows(h, weir_str_make(row.bytes, row.count));
    weir_blob_free(&row);
    memmove(h->pending.bytes, h->pending.bytes + whole, h->pending.count - whole);
    h->pending.count -= whole;
    return failed;
}

int weir_harness_stream(struct weir_harness *h, const void *bytes, size_t count, bool is_last)
{
    if (weir_harness_enter(h, WEIR_KIND_CODEC) != 0 ||
        weir_harness_begin_codec(h, WEIR_DECODE) != 0) {
        return 1;
    }
    if (codec_of(h)->feed == NULL && codec_of(h)->frame == NULL) {
        return weir_harness_fail(h, "%s takes records, not a stream", h->exported->name);
    }
    if (codec_of(h)->feed == NULL) {
        weir_blob_append(&h->pending, bytes, count);
        return stream_frame(h, is_last);
    }
    char *copy = (char *)malloc(count > 0 ? count : 1); /* exactly as large: see a byte too many */
    struct weir_harness_out *out = weir_harness_out_make(h, h->out, 0);
    if (count > 0) {
        memcpy(copy, bytes, count);
    }
    int outcome = codec_of(h)->feed(&h->task, weir_bytes_make(copy, count), is_last, &out->out);
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    int failed = outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "feed");
    failed = failed != 0 ? failed : weir_harness_out_take(out, &h->rows);
    weir_harness_out_free(out);
    free(copy);
    weir_harness_scratch_reset(h);
    return failed;
}

/* ---- by kind ---- */
static int feed(struct weir_harness *h, weir_str rows)
{
    switch (h->exported->kind) {
    case WEIR_KIND_FUNCTION:
    case WEIR_KIND_EMITTER:
        return weir_harness_run_rows(h, rows);
    case WEIR_KIND_CODEC:
        if (codec_of(h)->decode == NULL) {
            return weir_harness_fail(h, "%s decodes no records: weir_harness_encode, or _stream",
                                     h->exported->name);
        }
        return weir_harness_begin_codec(h, WEIR_DECODE) != 0 || weir_harness_run_rows(h, rows) != 0;
    case WEIR_KIND_REDUCER:
    case WEIR_KIND_INVERSE:
        return weir_harness_run_reducer(h, rows);
    case WEIR_KIND_PARTITION_FUNCTION:
        return weir_harness_run_partition(h, rows);
    case WEIR_KIND_PARTITIONER:
        return weir_harness_run_partitioner(h, rows);
    case WEIR_KIND_AGGREGATE:
        return weir_harness_run_aggregate(h, rows, false);
    case WEIR_KIND_UPDATE:
        weir_blob_put(&h->pending, h->pending.count > 0 ? "\n" : "");
        weir_blob_append(&h->pending, rows.bytes, rows.count);
        return 0;
    case WEIR_KIND_TRACK:
        return weir_harness_run_track(h, rows);
    case WEIR_KIND_SINK:
        return weir_harness_run_sink(h, rows);
    default:
        return weir_harness_fail(h, "%s takes no rows", h->exported->name);
    }
}

int weir_harness_feed(struct weir_harness *h, const char *rows)
{
    return weir_harness_enter(h, 0) != 0 || feed(h, weir_str_from_chars(rows)) != 0;
}

int weir_harness_fields(struct weir_harness *h, const char *fields)
{
    struct weir_blob text = {NULL, 0, 0, false};
    if (weir_harness_enter(h, 0) != 0) {
        return 1;
    }
    weir_blob_put(&text, "{");
    weir_blob_put(&text, fields);
    weir_blob_put(&text, "}");
    h->fed = weir_harness_type_parse(h, weir_str_make(text.bytes, text.count));
    weir_blob_free(&text);
    return h->fed != NULL ? 0 : 1;
}

int weir_harness_batch(struct weir_harness *h, int64_t batch_ms)
{
    int failed;
    if (weir_harness_enter(h, 0) != 0) {
        return 1;
    }
    h->task.batch_us = batch_ms * 1000;
    if (h->exported->kind == WEIR_KIND_TRACK) {
        return weir_harness_track_timeouts(h);
    }
    if (h->exported->kind != WEIR_KIND_UPDATE) {
        return 0;
    }
    failed = weir_harness_run_update(
        h, weir_str_make(h->pending.bytes != NULL ? h->pending.bytes : "", h->pending.count));
    weir_blob_clear(&h->pending);
    return failed;
}

int weir_harness_result(struct weir_harness *h)
{
    if (weir_harness_enter(h, 0) != 0) {
        return 1;
    }
    switch (h->exported->kind) {
    case WEIR_KIND_REDUCER:
    case WEIR_KIND_INVERSE:
        return weir_harness_reduced(h);
    case WEIR_KIND_AGGREGATE:
        return weir_harness_aggregated(h);
    case WEIR_KIND_PARTITION_FUNCTION:
        return weir_harness_end_partition(h);
    case WEIR_KIND_CODEC:
        return encode_call(h, NULL);
    default:
        return weir_harness_fail(h, "%s has no result", h->exported->name);
    }
}

int weir_harness_failed(struct weir_harness *h)
{
    const int outcome = h->outcome;
    if (outcome != WEIR_OK) {
        (void)weir_harness_failed_with(h, outcome, "a call");
    }
    h->outcome = WEIR_OK;
    weir_harness_scratch_reset(h);
    return outcome;
}
