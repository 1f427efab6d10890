/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's side of a sink, one callback at a time; and what a store answers. */
#include "../harness.h"

static const struct weir_sink_ops *ops_of(const struct weir_harness *h)
{
    return (const struct weir_sink_ops *)h->exported->table;
}

static int answer(struct weir_harness *h, int outcome, const char *what)
{
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    weir_harness_scratch_reset(h);
    return outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, what);
}

int weir_harness_begin(struct weir_harness *h, uint32_t partition)
{
    if (weir_harness_enter(h, WEIR_KIND_SINK) != 0) {
        return 1;
    }
    if (h->has_begun) {
        return weir_harness_fail(h, "a partition has begun: prepare or abort it first");
    }
    h->has_begun = true;
    h->task.partition = partition;
    (void)snprintf(h->txn, sizeof h->txn, "harness/out/%lld/%u",
                   (long long)(h->task.batch_us / 1000), (unsigned)partition);
    return ops_of(h)->begin == NULL
               ? 0
               : answer(h, ops_of(h)->begin(&h->task, weir_str_from_chars(h->txn)), "begin");
}

int weir_harness_run_sink(struct weir_harness *h, weir_str rows)
{
    struct weir_harness_chunk in;
    if (h->fed == NULL || !h->has_begun) {
        return weir_harness_fail(h, "say %s first",
                                 h->fed == NULL ? "weir_harness_fields" : "weir_harness_begin");
    }
    int failed = weir_harness_chunk_make(h, h->fed, rows, &in);
    if (failed == 0) {
        failed = answer(h, ops_of(h)->write(&h->task, &in.chunk, &in.schema), "write");
    }
    weir_harness_chunk_free(&in);
    return failed;
}

int weir_harness_prepare(struct weir_harness *h)
{
    weir_bytes token = {NULL, 0};
    int outcome = WEIR_OK;
    if (weir_harness_enter(h, WEIR_KIND_SINK) != 0) {
        return 1;
    }
    if (!h->has_begun) {
        return weir_harness_fail(h, "no partition has begun");
    }
    h->has_begun = false;
    if (ops_of(h)->prepare != NULL) {
        outcome = ops_of(h)->prepare(&h->task, &token);
    }
    if (outcome == WEIR_OK && h->outcome == WEIR_OK) {
        weir_blob_append(weir_harness_texts_add(&h->tokens), token.bytes, token.count);
    }
    return answer(h, outcome, "prepare");
}

int weir_harness_abort(struct weir_harness *h)
{
    if (weir_harness_enter(h, WEIR_KIND_SINK) != 0) {
        return 1;
    }
    h->has_begun = false;
    return ops_of(h)->abort == NULL
               ? 0
               : answer(h, ops_of(h)->abort(&h->task, weir_str_from_chars(h->txn)), "abort");
}

/* The tokens kept, as an array of pointers; both to be freed. */
static const weir_bytes *const *tokens_of(const struct weir_harness *h, weir_bytes **room)
{
    const weir_bytes **list = (const weir_bytes **)calloc(h->tokens.count + 1, sizeof *list);
    *room = (weir_bytes *)calloc(h->tokens.count + 1, sizeof **room);
    for (size_t i = 0; i < h->tokens.count; i++) {
        (*room)[i] = weir_bytes_make(h->tokens.texts[i].bytes, h->tokens.texts[i].count);
        list[i] = &(*room)[i];
    }
    return list;
}

int weir_harness_commit(struct weir_harness *h)
{
    weir_bytes *room;
    if (weir_harness_enter(h, WEIR_KIND_SINK) != 0 || ops_of(h)->commit == NULL) {
        return h->is_broken ? 1 : 0;
    }
    const weir_bytes *const *tokens = tokens_of(h, &room);
    const int failed =
        answer(h, ops_of(h)->commit(&h->task, h->task.batch_us, tokens, h->tokens.count), "commit");
    free((void *)(uintptr_t)tokens);
    free(room);
    return failed;
}

int weir_harness_recover(struct weir_harness *h, int64_t last_committed_ms)
{
    weir_bytes *room;
    if (weir_harness_enter(h, WEIR_KIND_SINK) != 0 || ops_of(h)->recover == NULL) {
        return h->is_broken ? 1 : 0;
    }
    const weir_bytes *const *tokens = tokens_of(h, &room);
    const int failed =
        answer(h, ops_of(h)->recover(&h->task, last_committed_ms * 1000, tokens, h->tokens.count),
               "recover");
    free((void *)(uintptr_t)tokens);
    free(room);
    return failed;
}

int weir_harness_forget(struct weir_harness *h)
{
    weir_harness_texts_free(&h->tokens);
    return 0;
}

int weir_harness_name(struct weir_harness *h, const char *stream)
{
    h->stream = weir_harness_keep_text(h, stream, strlen(stream));
    return 0;
}

/* ---- stores ---- */
static struct weir_harness *harness_of(struct weir_store_answer *store_answer)
{
    return (struct weir_harness *)(void *)((char *)store_answer -
                                           offsetof(struct weir_harness, answer));
}

static int take_bytes(struct weir_store_answer *store_answer, weir_bytes bytes)
{
    weir_blob_append(&harness_of(store_answer)->answered, bytes.bytes, bytes.count);
    return WEIR_OK;
}

static int take_object(struct weir_store_answer *store_answer,
                       weir_str name,
                       uint64_t bytes,
                       int64_t modified_us)
{
    struct weir_blob *to = &harness_of(store_answer)->answered;
    (void)modified_us;
    weir_blob_append(to, name.bytes, name.count);
    weir_blob_put(to, "|");
    weir_blob_put_u64(to, bytes);
    weir_blob_put(to, "\n");
    return WEIR_OK;
}

struct weir_store_answer *weir_harness_answer(struct weir_harness *h)
{
    weir_blob_clear(&h->answered);
    h->answer.size = sizeof h->answer;
    h->answer.bytes = take_bytes;
    h->answer.object = take_object;
    return &h->answer;
}

const char *weir_harness_answered(struct weir_harness *h)
{
    return weir_harness_show(h, &h->answered, 3);
}
