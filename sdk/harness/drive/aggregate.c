/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates and reducers. Each feed makes a partial state of its own; results merge them in order,
 * and merge an empty one in front too, which must change nothing. */
#include "state.h"

static const struct weir_aggregate_ops *ops_of(const struct weir_harness *h)
{
    return (const struct weir_aggregate_ops *)h->exported->table;
}

static int answer(struct weir_harness *h, int outcome, const char *what)
{
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    weir_harness_scratch_reset(h);
    return outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, what);
}

static int create(struct weir_harness *h, char *memory)
{
    void *const states[] = {memory};
    return ops_of(h)->create == NULL
               ? 0
               : answer(h, ops_of(h)->create(&h->task, &h->states->slab.slab, states, 1), "create");
}

static int merge(struct weir_harness *h, char *into, const char *from)
{
    void *const states[] = {into};
    const void *const others[] = {from};
    return answer(h, ops_of(h)->merge(&h->task, &h->states->slab.slab, states, others, 1), "merge");
}

/* A state is named "group\nN": the N-th partial of its group. */
static weir_str group_of(const struct weir_harness_state *state)
{
    const weir_str key = weir_str_make(state->key.bytes, state->key.count);
    return weir_str_slice(key, 0, weir_str_find_byte(key, '\n'));
}

static struct weir_harness_state *make_partial(struct weir_harness *h)
{
    struct weir_blob key = {NULL, 0, 0, false};
    struct weir_harness_state *state;
    weir_blob_append(&key, h->states->group.bytes, h->states->group.count);
    weir_blob_put(&key, "\n");
    weir_blob_put_u64(&key, h->states->count);
    state = weir_harness_state_get(h->states, weir_str_make(key.bytes, key.count));
    weir_blob_free(&key);
    state->exists = true;
    return state;
}

/* Merges the partials of each group into its first. */
static int merge_all(struct weir_harness *h)
{
    struct weir_harness_states *states = h->states;
    int failed = 0;
    for (size_t i = 0; i < states->count && failed == 0; i++) {
        for (size_t k = i + 1; k < states->count && failed == 0;) {
            if (!weir_text_equal(group_of(&states->of[i]), group_of(&states->of[k]))) {
                k++;
                continue;
            }
            failed = merge(h, states->of[i].memory, states->of[k].memory);
            /* the order of the others is kept: they are merged in order */
            struct weir_harness_state gone = states->of[k];
            memmove(&states->of[k], &states->of[k + 1],
                    (states->count - k - 1) * sizeof *states->of);
            states->of[states->count - 1] = gone;
            weir_harness_state_remove(states, states->count - 1);
        }
    }
    weir_harness_slab_commit(&states->slab);
    return failed;
}

int weir_harness_run_aggregate(struct weir_harness *h, weir_str rows, bool is_removed)
{
    const struct weir_aggregate_ops *ops = ops_of(h);
    struct weir_harness_states *states = weir_harness_states_of(h);
    struct weir_harness_chunk in;
    struct weir_harness_state *state = NULL;
    int failed = weir_harness_chunk_make(h, h->in, rows, &in);
    void **list = (void **)calloc((size_t)in.chunk.rows + 1, sizeof *list);
    uint16_t *sel = (uint16_t *)calloc((size_t)in.chunk.rows + 1, sizeof *sel);
    if (failed == 0 && is_removed) {
        failed = ops->remove == NULL
                     ? weir_harness_fail(h, "%s has no WEIR_REMOVE", h->exported->name)
                     : merge_all(h);
        for (size_t i = 0; i < states->count && state == NULL; i++) {
            const weir_str group = weir_str_make(
                states->group.bytes != NULL ? states->group.bytes : "", states->group.count);
            state = weir_text_equal(group_of(&states->of[i]), group) ? &states->of[i] : NULL;
        }
        failed = failed != 0 || state != NULL
                     ? failed
                     : weir_harness_fail(h, "nothing was fed that could be removed");
    } else if (failed == 0) {
        state = make_partial(h);
        failed = create(h, state->memory);
    }
    for (uint32_t i = 0; i < in.chunk.rows && failed == 0; i++) {
        bool has_null = false;
        for (uint32_t c = 0; c < in.type->count; c++) {
            has_null = has_null ||
                       weir_get_is_null(weir_row_of(in.rows.children[c], in.schema.children[c], i));
        }
        if (!has_null || (h->exported->flags & WEIR_NULLABLE) != 0) {
            list[in.chunk.sel_count] = state->memory;
            sel[in.chunk.sel_count++] = (uint16_t)i;
        }
    }
    in.chunk.sel = in.chunk.sel_count == in.chunk.rows ? NULL : sel;
    if (failed == 0) {
        failed = answer(
            h, (is_removed ? ops->remove : ops->add)(&h->task, &states->slab.slab, &in.chunk, list),
            is_removed ? "remove" : "add");
    }
    free(list);
    free(sel);
    weir_harness_chunk_free(&in);
    weir_harness_slab_commit(&states->slab);
    return failed != 0 ? failed : weir_harness_states_check(h);
}

static int print_result(struct weir_harness *h, const char *memory, struct weir_blob *to)
{
    const void *const states[] = {memory};
    struct weir_harness_out *out = weir_harness_out_make(h, h->out, 1);
    int failed = answer(h, ops_of(h)->result(&h->task, states, 1, &out->out), "result");
    failed = failed != 0 ? failed : weir_harness_out_print(out, 0, to);
    weir_harness_out_free(out);
    return failed;
}

/* The result of an empty state that the state is merged into: the same, or merge is wrong. */
static int check_empty(struct weir_harness *h, const char *memory, const struct weir_blob *result)
{
    struct weir_harness_state *empty = make_partial(h);
    struct weir_blob again = {NULL, 0, 0, false};
    int failed = create(h, empty->memory);
    failed = failed != 0 ? failed : merge(h, empty->memory, memory);
    failed = failed != 0 ? failed : print_result(h, empty->memory, &again);
    if (failed == 0 && !weir_text_equal(weir_str_make(again.bytes, again.count),
                                        weir_str_make(result->bytes, result->count))) {
        failed = weir_harness_fail(h,
                                   "%s gives %.*s, but merged into an empty state it gives %.*s: "
                                   "what WEIR_CREATE makes must change nothing",
                                   h->exported->name, (int)result->count - 1, result->bytes,
                                   (int)again.count - 1, again.bytes);
    }
    weir_blob_free(&again);
    weir_harness_state_remove(h->states, h->states->count - 1);
    weir_harness_slab_commit(&h->states->slab);
    return failed;
}

int weir_harness_aggregated(struct weir_harness *h)
{
    struct weir_harness_states *states = weir_harness_states_of(h);
    int failed = merge_all(h);
    const size_t count = states->count;
    for (size_t i = 0; i < count && failed == 0; i++) {
        struct weir_blob result = {NULL, 0, 0, false};
        const weir_str group = group_of(&states->of[i]);
        failed = print_result(h, states->of[i].memory, &result);
        if (failed == 0) {
            weir_blob_append(&h->rows, group.bytes, group.count);
            weir_blob_put(&h->rows, group.count > 0 ? "|" : "");
            weir_blob_append(&h->rows, result.bytes, result.count);
            failed = check_empty(h, states->of[i].memory, &result);
        }
        weir_blob_free(&result);
    }
    return failed != 0 ? failed : weir_harness_states_check(h);
}

int weir_harness_group(struct weir_harness *h, const char *group)
{
    if (weir_harness_enter(h, WEIR_KIND_AGGREGATE) != 0 || strchr(group, '\n') != NULL) {
        return 1;
    }
    weir_blob_clear(&weir_harness_states_of(h)->group);
    weir_blob_put(&h->states->group, group);
    return 0;
}

int weir_harness_remove(struct weir_harness *h, const char *rows)
{
    return weir_harness_enter(h, WEIR_KIND_AGGREGATE) != 0 ||
           weir_harness_run_aggregate(h, weir_str_from_chars(rows), true) != 0;
}

/* ---- reducers ---- */
/* Dense values, as the kernels take them. */
static int take_values(struct weir_harness *h, weir_str rows, struct weir_blob *values)
{
    const struct weir_harness_type *type = &h->in->parts[0];
    weir_str rest = rows;
    weir_str line;
    char cell[8];
    while (weir_str_field(&rest, '\n', &line)) {
        if (line.count == 0 && rest.bytes == NULL && values->count > 0) {
            break;
        }
        if (!weir_harness_parse_fixed(type, line, cell)) {
            return weir_harness_fail(h, "'%.*s' is no value of %s", (int)line.count, line.bytes,
                                     h->exported->name);
        }
        weir_blob_append(values, cell, weir_harness_cell_bytes(type));
    }
    return 0;
}

/* fold, scatter to one slot and merge of single values must all give the same. */
int weir_harness_run_reducer(struct weir_harness *h, weir_str rows)
{
    const struct weir_reducer *ops = (const struct weir_reducer *)h->exported->table;
    const size_t bytes = weir_harness_cell_bytes(&h->in->parts[0]);
    struct weir_blob values = {NULL, 0, 0, false};
    static const uint32_t zeroes[64];
    int64_t scattered = 0;
    int64_t merged = 0;
    int failed = take_values(h, rows, &values);
    size_t done = 0;
    if (failed == 0 && h->reduced.count == 0 && values.count > 0) {
        weir_blob_append(&h->reduced, values.bytes, bytes);
        done = 1;
    }
    if (failed == 0 && values.count > 0) {
        const size_t count = values.count / bytes - done;
        const char *at = values.bytes + done * bytes;
        memcpy(&scattered, h->reduced.bytes, bytes);
        memcpy(&merged, h->reduced.bytes, bytes);
        ops->fold(h->reduced.bytes, at, count);
        for (size_t i = 0; i < count; i++) {
            ops->merge(&merged, at + i * bytes, 1);
        }
        for (size_t i = 0; i < count; i += 64) {
            ops->scatter(&scattered, zeroes, at + i * bytes, count - i < 64 ? count - i : 64);
        }
        if (memcmp(h->reduced.bytes, &scattered, bytes) != 0 ||
            memcmp(h->reduced.bytes, &merged, bytes) != 0) {
            failed = weir_harness_fail(h, "%s: fold, scatter and merge do not give the same",
                                       h->exported->name);
        }
    }
    weir_blob_free(&values);
    return failed;
}

int weir_harness_reduced(struct weir_harness *h)
{
    struct weir_harness_out *out = weir_harness_out_make(h, h->in, 1);
    int failed = 0;
    if (h->reduced.count == 0) {
        weir_blob_put(&h->rows, "\\N\n");
    } else {
        memcpy(out->out.cols[0], h->reduced.bytes, h->reduced.count);
        failed = weir_harness_out_print(out, 0, &h->rows);
    }
    weir_harness_out_free(out);
    return failed;
}
