/* SPDX-License-Identifier: Apache-2.0 */
/* Operators whose rows stand alone: functions, emitters, decode, partitioners. They run twice,
 * dense and cut up through a selection, and must give the same both times. */
#include "../harness.h"

/* Results by input row. */
struct results {
    struct weir_harness *h;
    const struct weir_harness_chunk *in;
    weir_loop loop;
    bool is_function;
    struct weir_blob *texts; /* of each row, lines */
    bool *is_bad;
    struct weir_harness_out *out;
    int failed;
};

static void open_results(struct results *r, const struct results *like)
{
    const size_t count = like->in->chunk.rows;
    *r = *like;
    r->texts = (struct weir_blob *)calloc(count + 1, sizeof *r->texts);
    r->is_bad = (bool *)calloc(count + 1, sizeof *r->is_bad);
    r->failed = 0;
}

static void close_results(struct results *r)
{
    for (uint32_t i = 0; i < r->in->chunk.rows; i++) {
        weir_blob_free(&r->texts[i]);
    }
    free(r->texts);
    free(r->is_bad);
}

/* Emitted rows [0, rows) to the input rows they come from. */
static int take_emitted(struct weir_harness_out *o, uint32_t rows)
{
    struct results *r = (struct results *)o->out.owner;
    for (uint32_t row = 0; row < rows && r->failed == 0; row++) {
        const uint16_t parent = o->out.parent[row];
        if (parent >= r->in->chunk.rows || (row > 0 && parent < o->out.parent[row - 1])) {
            r->failed = weir_harness_fail(r->h,
                                          "%s: row %u comes from input row %u, expected one "
                                          "of the %u, in order",
                                          r->h->exported->name, (unsigned)row, (unsigned)parent,
                                          (unsigned)r->in->chunk.rows);
        } else {
            r->failed = weir_harness_out_print(o, row, &r->texts[parent]);
        }
    }
    return r->failed == 0 ? WEIR_OK : WEIR_FATAL;
}

static int take_moved(struct results *r,
                      struct ArrowArray *moved,
                      const uint16_t *sel,
                      size_t count)
{
    const struct ArrowSchema *schema = NULL;
    struct weir_harness_chunk shape;
    if (moved->length != (int64_t)r->in->chunk.rows) {
        return weir_harness_fail(r->h, "%s moves an array of %lld rows, expected %u",
                                 r->h->exported->name, (long long)moved->length,
                                 (unsigned)r->in->chunk.rows);
    }
    const int failed = weir_harness_chunk_make(r->h, r->h->out, weir_str_make("\\N", 2), &shape);
    schema = failed == 0 ? shape.schema.children[0] : NULL;
    for (size_t k = 0; k < count && failed == 0; k++) {
        if (!r->is_bad[sel[k]]) {
            weir_harness_print(weir_row_of(moved, schema, sel[k]), false, &r->texts[sel[k]]);
            weir_blob_put(&r->texts[sel[k]], "\n");
        }
    }
    weir_harness_chunk_free(&shape);
    return failed;
}

/* What a function has written at the positions of `sel`. */
static int take_values(struct results *r, const uint16_t *sel, size_t count)
{
    struct weir_harness_out *o = r->out;
    if (o->out.moved[0].release != NULL) {
        const int failed = take_moved(r, &o->out.moved[0], sel, count);
        o->out.moved[0].release(&o->out.moved[0]);
        o->out.moved[0].release = NULL;
        return failed;
    }
    for (size_t k = 0; k < count && r->failed == 0; k++) {
        if (!r->is_bad[sel[k]]) {
            r->failed = weir_harness_out_print(o, sel[k], &r->texts[sel[k]]);
        }
    }
    return r->failed;
}

/* The selected rows, going on behind each that fails. note: bad records are remembered. */
static int run_selected(
    struct results *r, const uint16_t *sel, size_t count, bool is_dense, bool note)
{
    struct weir_harness *h = r->h;
    struct weir_chunk chunk = r->in->chunk;
    size_t done = 0;
    r->out = weir_harness_out_make(h, h->out, r->is_function ? chunk.rows : 0);
    r->out->input = r->in;
    r->out->out.owner = r;
    r->out->hand_on = r->is_function ? NULL : take_emitted;
    for (uint32_t c = 0; c < h->out->count; c++) {
        r->out->hand_on = h->out->parts[c].count > 0 ? NULL : r->out->hand_on;
    }
    while (done < count && r->failed == 0) {
        chunk.sel = is_dense && done == 0 ? NULL : sel + done;
        chunk.sel_count = (uint32_t)(count - done);
        h->outcome = WEIR_OK;
        int outcome = r->loop(&h->task, &chunk, &r->out->out);
        outcome = outcome != WEIR_OK ? outcome : h->outcome;
        if (r->failed != 0 || outcome == WEIR_OK) {
            break;
        }
        while (done < count && sel[done] != h->task.row) {
            done++;
        }
        if (outcome != WEIR_BAD_RECORD || done == count) {
            r->failed = weir_harness_failed_with(
                h, outcome, done == count ? "a row that was not shown to it" : "a row");
            break;
        }
        r->is_bad[sel[done]] = true;
        if (note) {
            const struct weir_blob *row = &r->in->texts.texts[sel[done]];
            char where[256];
            (void)snprintf(where, sizeof where, "%s('%.*s')", h->exported->name,
                           (int)(row->count < 128 ? row->count : 128), row->bytes);
            weir_harness_bad(h, where);
        }
        done++;
    }
    if (r->failed == 0) {
        r->failed = r->is_function ? take_values(r, sel, count)
                                   : take_emitted(r->out, r->out->out.rows) != WEIR_OK;
    }
    weir_harness_out_free(r->out);
    weir_harness_scratch_reset(h);
    return r->failed;
}

/* Is the text the same both times? */
static int compare_runs(const struct results *once, const struct results *again)
{
    for (uint32_t i = 0; i < once->in->chunk.rows; i++) {
        const weir_str a = weir_str_make(once->texts[i].bytes, once->texts[i].count);
        const weir_str b = weir_str_make(again->texts[i].bytes, again->texts[i].count);
        if (once->is_bad[i] != again->is_bad[i] || !weir_text_equal(a, b)) {
            return weir_harness_fail(once->h,
                                     "%s gives '%.*s' for '%.*s', but '%.*s' when it is shown "
                                     "through a selection; flag it WEIR_NONDETERMINISTIC if that "
                                     "is right",
                                     once->h->exported->name, (int)a.count, a.bytes,
                                     (int)once->in->texts.texts[i].count,
                                     once->in->texts.texts[i].bytes, (int)b.count, b.bytes);
        }
    }
    return 0;
}

/* Odd rows, then even ones, through a selection. */
static int run_again(struct results *r, const uint16_t *all)
{
    const size_t count = r->in->chunk.rows;
    uint16_t *half = (uint16_t *)calloc(count + 1, sizeof *half);
    int failed = 0;
    for (size_t start = 2; start-- > 0 && failed == 0;) {
        size_t used = 0;
        for (size_t i = start; i < count; i += 2) {
            half[used++] = all[i];
        }
        failed = run_selected(r, half, used, false, false);
    }
    free(half);
    return failed;
}

static int run_twice(struct results *like, const uint16_t *sel, size_t count)
{
    struct weir_harness *h = like->h;
    struct results once;
    struct results again;
    const bool is_whole = count == like->in->chunk.rows;
    open_results(&once, like);
    open_results(&again, like);
    int failed = run_selected(&once, sel, count, is_whole, true);
    if (failed == 0 && is_whole && (h->exported->flags & WEIR_NONDETERMINISTIC) == 0) {
        const int outcome = h->outcome;
        failed = run_again(&again, sel);
        failed = failed != 0 ? failed : compare_runs(&once, &again);
        h->outcome = outcome;
    }
    for (uint32_t i = 0; i < like->in->chunk.rows && failed == 0; i++) {
        const bool is_null = like->is_function && !once.is_bad[i] && once.texts[i].count == 0;
        weir_harness_put(h, &h->rows,
                         is_null ? weir_str_from_chars("\\N\n")
                                 : weir_str_make(once.texts[i].bytes, once.texts[i].count));
    }
    close_results(&once);
    close_results(&again);
    return failed;
}

/* Rows that are shown: strict operators see none with a null argument. */
static size_t select_rows(const struct weir_harness *h,
                          const struct weir_harness_chunk *in,
                          uint16_t *sel)
{
    size_t count = 0;
    for (uint32_t i = 0; i < in->chunk.rows; i++) {
        bool has_null = false;
        for (uint32_t c = 0; c < in->type->count; c++) {
            has_null = has_null || weir_get_is_null(weir_row_of(in->rows.children[c],
                                                                in->schema.children[c], i));
        }
        if (!has_null || (h->exported->flags & WEIR_NULLABLE) != 0) {
            sel[count++] = (uint16_t)i;
        }
    }
    return count;
}

int weir_harness_run_rows(struct weir_harness *h, weir_str rows)
{
    struct weir_harness_chunk in;
    struct results like;
    uint16_t *sel;
    int failed = weir_harness_chunk_make(h, h->in, rows, &in);
    if (failed == 0 && in.chunk.rows > WEIR_CHUNK_ROWS_MAX) {
        failed = weir_harness_fail(h, "%u rows at once, at most %d", (unsigned)in.chunk.rows,
                                   WEIR_CHUNK_ROWS_MAX);
    }
    if (failed == 0) {
        memset(&like, 0, sizeof like);
        like.h = h;
        like.in = &in;
        like.is_function = h->exported->kind == WEIR_KIND_FUNCTION;
        like.loop = h->exported->kind == WEIR_KIND_CODEC
                        ? ((const struct weir_codec_ops *)h->exported->table)->decode
                        : h->exported->loop;
        sel = (uint16_t *)calloc((size_t)in.chunk.rows + 1, sizeof *sel);
        failed = run_twice(&like, sel, select_rows(h, &in, sel));
        free(sel);
    }
    weir_harness_chunk_free(&in);
    return failed;
}

int weir_harness_run_partitioner(struct weir_harness *h, weir_str rows)
{
    const struct weir_partitioner_ops *ops =
        (const struct weir_partitioner_ops *)h->exported->table;
    struct weir_harness_chunk in;
    int failed = weir_harness_chunk_make(h, h->in, rows, &in);
    uint32_t *partition = (uint32_t *)calloc((size_t)in.chunk.rows + 1, sizeof *partition);
    if (failed == 0) {
        const int outcome = ops->partition(&h->task, &in.chunk, h->partitions, partition);
        failed = outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "a key");
    }
    for (uint32_t i = 0; i < in.chunk.rows && failed == 0; i++) {
        if (partition[i] >= h->partitions) {
            failed = weir_harness_fail(h, "%s gives partition %u of %u", h->exported->name,
                                       (unsigned)partition[i], (unsigned)h->partitions);
            break;
        }
        weir_harness_print_i64(partition[i], &h->rows);
        weir_blob_put(&h->rows, "\n");
    }
    free(partition);
    weir_harness_chunk_free(&in);
    weir_harness_scratch_reset(h);
    return failed;
}

int weir_harness_partitions(struct weir_harness *h, uint32_t count)
{
    if (weir_harness_enter(h, 0) != 0) {
        return 1;
    }
    h->partitions = count;
    return count > 0 ? 0 : weir_harness_fail(h, "0 partitions, expected 1 or more");
}
