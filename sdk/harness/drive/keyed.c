/* SPDX-License-Identifier: Apache-2.0 */
/* Updates and trackers: rows to keys, keys to states, a batch that counts as a whole or not at all.
 */
#include "state.h"

/* The first `count` cells of a row: its key. */
static weir_str key_of(weir_str row, uint32_t count)
{
    weir_str rest = row;
    weir_str cell;
    for (uint32_t i = 0; i < count; i++) {
        (void)weir_harness_cell(&rest, '|', &cell);
    }
    if (count == 0) {
        return weir_str_make("", 0);
    }
    return rest.bytes == NULL ? row : weir_str_slice(row, 0, (size_t)(rest.bytes - row.bytes) - 1);
}

static weir_str text_of(const struct weir_blob *blob)
{
    return weir_str_make(blob->bytes != NULL ? blob->bytes : "", blob->count);
}

/* The keys of all states as a chunk, in the order that they lie in. */
static int make_keys(struct weir_harness *h, uint32_t key_count, struct weir_harness_chunk *keys)
{
    struct weir_blob rows = {NULL, 0, 0, false};
    for (size_t i = 0; i < h->states->count; i++) {
        weir_blob_put(&rows, i > 0 ? "\n" : "");
        weir_blob_append(&rows, h->states->of[i].key.bytes, h->states->of[i].key.count);
    }
    const int failed =
        weir_harness_chunk_make(h, weir_harness_fields_of(h, 0, key_count), text_of(&rows), keys);
    weir_blob_free(&rows);
    return failed;
}

static void **memories(struct weir_harness_states *states)
{
    void **list = (void **)calloc(states->count + 1, sizeof *list);
    for (size_t i = 0; i < states->count; i++) {
        list[i] = states->of[i].memory;
    }
    return list;
}

/* Ends a batch: undone, or what it dropped is freed. */
static int end_batch(struct weir_harness *h, int failed)
{
    if (failed != 0) {
        weir_harness_states_undo(h->states);
    }
    for (size_t i = h->states->count; i-- > 0;) {
        if (!h->states->of[i].exists) {
            weir_harness_state_remove(h->states, i);
        }
    }
    weir_harness_slab_commit(&h->states->slab);
    weir_harness_scratch_reset(h);
    return failed != 0 ? failed : weir_harness_states_check(h);
}

static int compare_keys(const void *a, const void *b)
{
    const struct weir_harness_state *left = (const struct weir_harness_state *)a;
    const struct weir_harness_state *right = (const struct weir_harness_state *)b;
    return weir_text_compare(text_of(&left->key), text_of(&right->key));
}

static void sort_states(struct weir_harness_states *states)
{
    if (states->count > 1) {
        qsort(states->of, states->count, sizeof *states->of, compare_keys);
    }
}

/* ---- updates ---- */
struct update {
    struct weir_update_call call; /* first: the plugin's pointer is ours */
    struct weir_harness *h;
    struct weir_harness_out *moved;
    char **moved_states;
    size_t moved_count;
};

static void *moved_state(struct weir_update_call *call, struct weir_task *task)
{
    struct update *update = (struct update *)(void *)call;
    (void)task;
    if (weir_harness_refuses(update->h)) {
        (void)weir_harness_refused(update->h);
        return NULL;
    }
    update->moved_states = (char **)realloc(update->moved_states, (update->moved_count + 1) *
                                                                      sizeof *update->moved_states);
    update->moved_states[update->moved_count] = weir_harness_state_memory(update->h->states->def);
    return update->moved_states[update->moved_count++];
}

/* Values of each key in turn: rows in the order of the keys, first[] where each begins. */
static int make_values(struct weir_harness *h,
                       const struct weir_update_ops *ops,
                       weir_str rows,
                       struct weir_harness_chunk *values,
                       uint32_t *first)
{
    struct weir_blob text = {NULL, 0, 0, false};
    uint32_t count = 0;
    for (size_t i = 0; i < h->states->count; i++) {
        weir_str rest = rows;
        weir_str line;
        first[i] = count;
        while (rest.count > 0 && weir_str_field(&rest, '\n', &line)) {
            const weir_str key = key_of(line, ops->key_count);
            if (line.count > 0 && weir_text_equal(key, text_of(&h->states->of[i].key))) {
                const size_t from = ops->key_count == 0 ? 0 : key.count + 1;
                weir_blob_put(&text, count > 0 ? "\n" : "");
                weir_blob_append(&text, line.bytes + from, line.count - from);
                count++;
            }
        }
    }
    first[h->states->count] = count;
    const struct weir_harness_type *type =
        weir_harness_fields_of(h, ops->key_count, h->in->count - ops->key_count);
    /* without any row there is still a column of each value */
    const int failed = weir_harness_chunk_make(
        h, type, count > 0 ? text_of(&text) : weir_str_make(NULL, 0), values);
    weir_blob_free(&text);
    return failed;
}

/* States that moved to other keys; a later one replaces an earlier one. */
static int place_moved(struct update *update)
{
    struct weir_harness *h = update->h;
    int failed = 0;
    if (update->moved->out.rows != update->moved_count) {
        failed = weir_harness_fail(h, "%s moves %zu states, but names %u keys", h->exported->name,
                                   update->moved_count, (unsigned)update->moved->out.rows);
    }
    for (uint32_t row = 0; row < update->moved->out.rows && failed == 0; row++) {
        struct weir_blob key = {NULL, 0, 0, false};
        struct weir_harness_state *state;
        failed = weir_harness_out_print(update->moved, row, &key);
        state = weir_harness_state_get(h->states, weir_str_make(key.bytes, key.count - 1));
        if (state->exists) { /* what it replaces is freed */
            weir_harness_state_remove(h->states, (size_t)(state - h->states->of));
            state = weir_harness_state_get(h->states, weir_str_make(key.bytes, key.count - 1));
        }
        free(state->memory);
        state->memory = update->moved_states[row];
        update->moved_states[row] = NULL;
        state->exists = true;
        weir_blob_free(&key);
    }
    return failed;
}

static int call_update(struct weir_harness *h, weir_str rows)
{
    const struct weir_update_ops *ops = (const struct weir_update_ops *)h->exported->table;
    const size_t count = h->states->count;
    struct weir_harness_chunk keys;
    struct weir_harness_chunk values;
    struct update update;
    uint32_t *first = (uint32_t *)calloc(count + 1, sizeof *first);
    uint8_t *is_new = (uint8_t *)calloc(count + 1, 1);
    uint8_t *answers = (uint8_t *)calloc(count + 1, 1);
    void **states = memories(h->states);
    int failed = make_keys(h, ops->key_count, &keys);
    memset(&values, 0, sizeof values);
    memset(&update, 0, sizeof update);
    failed = failed != 0 ? failed : make_values(h, ops, rows, &values, first);
    for (size_t i = 0; i < count; i++) {
        is_new[i] = !h->states->of[i].existed;
    }
    update.h = h;
    update.moved = weir_harness_out_make(h, weir_harness_fields_of(h, 0, ops->key_count), 0);
    update.moved->input = &keys;
    update.call.size = sizeof update.call;
    update.call.count = (uint32_t)count;
    update.call.keys = &keys.chunk;
    update.call.values = &values.chunk;
    update.call.first = first;
    update.call.states = states;
    update.call.is_new = is_new;
    update.call.answers = answers;
    update.call.slab = &h->states->slab.slab;
    update.call.moved = (ops->flags & WEIR_UPDATE_MOVES) != 0 ? &update.moved->out : NULL;
    update.call.moved_state = moved_state;
    if (failed == 0) {
        int outcome = ops->update(&h->task, &update.call);
        outcome = outcome != WEIR_OK ? outcome : h->outcome;
        failed = outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "a key");
    }
    for (size_t i = 0; i < count && failed == 0; i++) {
        h->states->of[i].exists = answers[i] == WEIR_KEEP;
    }
    failed = failed != 0 ? failed : place_moved(&update);
    for (size_t i = 0; i < update.moved_count; i++) {
        free(update.moved_states[i]);
    }
    free(update.moved_states);
    weir_harness_out_free(update.moved);
    weir_harness_chunk_free(&keys);
    weir_harness_chunk_free(&values);
    free(first);
    free(is_new);
    free(answers);
    free(states);
    return failed;
}

/* All states by key, as rows. */
static void print_states(struct weir_harness *h)
{
    for (size_t i = 0; i < h->states->count; i++) {
        const struct weir_harness_state *state = &h->states->of[i];
        weir_blob_append(&h->rows, state->key.bytes, state->key.count);
        weir_blob_put(&h->rows, state->key.count > 0 ? "|" : "");
        weir_harness_state_print(h->states->def, state->memory, &h->rows);
        weir_blob_put(&h->rows, "\n");
    }
}

int weir_harness_run_update(struct weir_harness *h, weir_str rows)
{
    const struct weir_update_ops *ops = (const struct weir_update_ops *)h->exported->table;
    struct weir_harness_states *states = weir_harness_states_of(h);
    weir_str rest = rows;
    weir_str line;
    weir_harness_states_begin(states);
    while (rest.count > 0 && weir_str_field(&rest, '\n', &line)) {
        if (line.count > 0) {
            (void)weir_harness_state_get(states, key_of(line, ops->key_count));
        }
    }
    sort_states(states);
    const int failed = end_batch(h, call_update(h, rows));
    sort_states(states);
    if (failed == 0) {
        print_states(h);
    }
    return failed;
}

/* ---- trackers ---- */
static int call_track(struct weir_harness *h,
                      const struct weir_harness_chunk *in,
                      const uint32_t *slot,
                      bool is_timing_out)
{
    const struct weir_track_ops *ops = (const struct weir_track_ops *)h->exported->table;
    const size_t count = h->states->count;
    struct weir_harness_out *out = weir_harness_out_make(h, h->out, 0);
    struct weir_track_call call;
    void **states = memories(h->states);
    uint8_t *exists = (uint8_t *)calloc(count + 1, 1);
    uint8_t *touched = (uint8_t *)calloc(count + 1, 1);
    int failed;
    for (size_t i = 0; i < count; i++) {
        exists[i] = h->states->of[i].exists;
    }
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.is_timing_out = is_timing_out;
    call.in = &in->chunk;
    call.slot = slot;
    call.states = states;
    call.exists = exists;
    call.touched = touched;
    call.slab = &h->states->slab.slab;
    out->input = in;
    int outcome = ops->track(&h->task, &call, &out->out);
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    failed = outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "a row");
    failed = failed != 0 ? failed : weir_harness_out_take(out, &h->rows);
    for (size_t i = 0; i < count && failed == 0; i++) {
        h->states->of[i].exists = exists[i] != 0;
        if (touched[i] != 0) {
            h->states->of[i].touched_us = h->task.batch_us;
        }
    }
    free(states);
    free(exists);
    free(touched);
    weir_harness_out_free(out);
    return failed;
}

int weir_harness_run_track(struct weir_harness *h, weir_str rows)
{
    const struct weir_track_ops *ops = (const struct weir_track_ops *)h->exported->table;
    struct weir_harness_states *states = weir_harness_states_of(h);
    struct weir_harness_chunk in;
    int failed = weir_harness_chunk_make(h, h->in, rows, &in);
    uint32_t *slot = (uint32_t *)calloc((size_t)in.chunk.rows + 1, sizeof *slot);
    weir_harness_states_begin(states);
    for (uint32_t i = 0; i < in.chunk.rows && failed == 0; i++) {
        const weir_str key = key_of(text_of(&in.texts.texts[i]), ops->key_count);
        struct weir_harness_state *state = weir_harness_state_get(states, key);
        slot[i] = (uint32_t)(state - states->of);
        state->touched_us = h->task.batch_us; /* any record refreshes the time */
    }
    failed = failed != 0 ? failed : call_track(h, &in, slot, false);
    free(slot);
    weir_harness_chunk_free(&in);
    return end_batch(h, failed);
}

int weir_harness_track_timeouts(struct weir_harness *h)
{
    const struct weir_track_ops *ops = (const struct weir_track_ops *)h->exported->table;
    struct weir_harness_states *states = weir_harness_states_of(h);
    struct weir_harness_chunk keys;
    uint32_t *slot;
    uint16_t *sel;
    uint32_t count = 0;
    int failed;
    if (states->timeout_us == 0 || states->count == 0) {
        return 0;
    }
    sort_states(states);
    weir_harness_states_begin(states);
    failed = make_keys(h, ops->key_count, &keys);
    slot = (uint32_t *)calloc(states->count + 1, sizeof *slot);
    sel = (uint16_t *)calloc(states->count + 1, sizeof *sel);
    for (size_t i = 0; i < states->count; i++) {
        if (states->of[i].touched_us < h->task.batch_us - states->timeout_us) {
            slot[count] = (uint32_t)i;
            sel[count++] = (uint16_t)i;
        }
    }
    keys.chunk.sel = sel;
    keys.chunk.sel_count = count;
    failed = failed != 0 || count == 0 ? failed : call_track(h, &keys, slot, true);
    for (uint32_t k = count; k-- > 0 && failed == 0;) {
        weir_harness_state_remove(states, slot[k]);
    }
    free(slot);
    free(sel);
    weir_harness_chunk_free(&keys);
    return end_batch(h, failed);
}

int weir_harness_timeout(struct weir_harness *h, int64_t us)
{
    if (weir_harness_enter(h, WEIR_KIND_TRACK) != 0) {
        return 1;
    }
    weir_harness_states_of(h)->timeout_us = us;
    return 0;
}
