/* SPDX-License-Identifier: Apache-2.0 */
/* States as text, and back: by their declared fields alone, as a checkpoint does it. What is not
 * among the fields does not come back. */
#include "state.h"

const char *weir_harness_snapshot(struct weir_harness *h)
{
    struct weir_blob text = {NULL, 0, 0, false};
    const char *shown;
    if (weir_harness_enter(h, 0) != 0 || weir_harness_states_of(h) == NULL) {
        return "";
    }
    for (size_t i = 0; i < h->states->count; i++) {
        const struct weir_harness_state *state = &h->states->of[i];
        weir_str key = weir_str_make(state->key.bytes, state->key.count);
        key = weir_str_slice(key, 0, weir_str_find_byte(key, '\n')); /* an aggregate's group */
        weir_blob_put(&text, i > 0 ? "\n" : "");
        weir_blob_append(&text, key.bytes, key.count);
        weir_blob_put(&text, key.count > 0 ? "|" : "");
        weir_harness_state_print(h->states->def, state->memory, &text);
    }
    shown = weir_harness_show(h, &text, 3);
    weir_blob_free(&text);
    return shown;
}

/* ---- restore ---- */
static void *take(struct weir_harness *h, const void *bytes, size_t count)
{
    void *copy = h->states->slab.slab.take(&h->states->slab.slab, &h->task, count);
    if (count > 0) {
        memcpy(copy, bytes, count);
    }
    return copy;
}

static weir_str take_text(struct weir_harness *h, weir_str text)
{
    return text.count == 0
               ? weir_str_make("", 0)
               : weir_str_make((const char *)take(h, text.bytes, text.count), text.count);
}

static void put_fixed(weir_row value, uint32_t bytes, char *to)
{
    const char type = weir_get_type(value);
    const int64_t whole = weir_get_i64(value);
    const double number = weir_get_f64(value);
    if (type == 'g') {
        memcpy(to, &number, sizeof number);
    } else if (bytes == sizeof(bool)) {
        const bool truth = whole != 0;
        memcpy(to, &truth, sizeof truth);
    } else if (bytes == sizeof(int32_t)) {
        const int32_t narrow = (int32_t)whole;
        memcpy(to, &narrow, sizeof narrow);
    } else {
        memcpy(to, &whole, sizeof whole);
    }
}

/* One field from its column, as the engine would do it. */
static void restore_field(struct weir_harness *h,
                          const struct weir_state_field *field,
                          weir_row value,
                          char *memory)
{
    char *at = memory + field->offset;
    if (field->form == WEIR_FORM_FIXED) {
        put_fixed(value, field->bytes, at);
        return;
    }
    if (field->form == WEIR_FORM_TEXT) {
        const weir_str text = take_text(h, weir_get_str(value));
        memcpy(at, &text, sizeof text);
        return;
    }
    weir_items list = {NULL, 0, 0};
    if (strcmp(field->type, "bytes") == 0) {
        const weir_str bytes = weir_get_str(value);
        list.count = (uint32_t)bytes.count;
        list.items = bytes.count > 0 ? take(h, bytes.bytes, bytes.count) : NULL;
    } else if (weir_get_count(value) > 0) {
        list.count = (uint32_t)weir_get_count(value);
        char *items = (char *)calloc(list.count, field->item_bytes);
        for (uint32_t i = 0; i < list.count; i++) {
            char *item = items + (size_t)i * field->item_bytes;
            if (field->form == WEIR_FORM_TEXTS) {
                const weir_str text = take_text(h, weir_get_str(weir_get_item(value, i)));
                memcpy(item, &text, sizeof text);
            } else {
                put_fixed(weir_get_item(value, i), field->item_bytes, item);
            }
        }
        list.items = take(h, items, (size_t)list.count * field->item_bytes);
        free(items);
    }
    memcpy(at, &list, sizeof list);
}

static int restore_rows(struct weir_harness *h,
                        const struct weir_harness_chunk *in,
                        uint32_t version,
                        void *const *states)
{
    const struct weir_state_def *def = h->states->def;
    if (version == def->version) {
        for (uint32_t i = 0; i < in->chunk.rows; i++) {
            for (uint32_t f = 0; f < def->field_count; f++) {
                restore_field(h, weir_state_field_(def, f),
                              weir_row_of(in->rows.children[f], in->schema.children[f], i),
                              (char *)states[i]);
            }
        }
        return 0;
    }
    if (def->upgrade == NULL || version > def->version) {
        return weir_harness_fail(h,
                                 "a state %s of version %u does not become one of version %u: %s",
                                 def->name, (unsigned)version, (unsigned)def->version,
                                 def->upgrade == NULL ? "there is no WEIR_UPGRADE" : "it is newer");
    }
    struct ArrowSchema schema = in->schema;
    schema.format = "+s";
    const struct weir_old_states old = {sizeof old, version, in->chunk.rows, 0, &schema, &in->rows};
    int outcome = def->upgrade(&h->task, &h->states->slab.slab, &old, states);
    outcome = outcome != WEIR_OK ? outcome : h->outcome;
    weir_harness_scratch_reset(h);
    return outcome == WEIR_OK ? 0 : weir_harness_failed_with(h, outcome, "upgrade");
}

/* The fields of the snapshot: those of today, or an older version's. */
static const struct weir_harness_type *fields_of(struct weir_harness *h, const char *fields)
{
    struct weir_blob text = {NULL, 0, 0, false};
    const struct weir_harness_type *type;
    weir_blob_put(&text, "{");
    if (fields != NULL) {
        weir_blob_put(&text, fields);
    }
    for (uint32_t i = 0; fields == NULL && i < h->states->def->field_count; i++) {
        const struct weir_state_field *field = weir_state_field_(h->states->def, i);
        weir_blob_put(&text, i > 0 ? ", " : "");
        weir_blob_put(&text, field->name);
        weir_blob_put(&text, ": ");
        weir_blob_put(&text, field->type);
    }
    weir_blob_put(&text, "}");
    type = weir_harness_type_parse(h, weir_str_make(text.bytes, text.count));
    weir_blob_free(&text);
    return type;
}

/* Cuts each line into its key, of which a state is made, and the fields, appended to `rows`. */
static int cut_keys(struct weir_harness *h,
                    uint32_t fields,
                    const char *snapshot,
                    struct weir_blob *rows)
{
    weir_str rest = weir_str_from_chars(snapshot);
    weir_str line;
    weir_str cell;
    const bool is_aggregate = h->exported->kind == WEIR_KIND_AGGREGATE;
    while (rest.count > 0 && weir_str_field(&rest, '\n', &line)) {
        weir_str counted = line;
        uint32_t cells = 0;
        while (weir_harness_cell(&counted, '|', &cell)) {
            cells++;
        }
        if (cells < fields) {
            return weir_harness_fail(h, "'%.*s' has fewer than %u fields", (int)line.count,
                                     line.bytes, (unsigned)fields);
        }
        counted = line;
        for (uint32_t i = 0; i < cells - fields; i++) {
            (void)weir_harness_cell(&counted, '|', &cell);
        }
        const size_t from = cells == fields ? 0 : (size_t)(counted.bytes - line.bytes);
        struct weir_blob key = {NULL, 0, 0, false};
        weir_blob_append(&key, line.bytes, from == 0 ? 0 : from - 1);
        weir_blob_put(&key, is_aggregate ? "\n0" : "");
        struct weir_harness_state *state =
            weir_harness_state_get(h->states, weir_str_make(key.bytes, key.count));
        state->exists = true;
        state->touched_us = h->task.batch_us;
        weir_blob_free(&key);
        weir_blob_put(rows, h->states->count > 1 ? "\n" : "");
        weir_blob_append(rows, line.bytes + from, line.count - from);
    }
    return 0;
}

int weir_harness_restore(struct weir_harness *h,
                         uint32_t version,
                         const char *fields,
                         const char *snapshot)
{
    struct weir_harness_chunk in;
    struct weir_blob rows = {NULL, 0, 0, false};
    const struct weir_harness_type *type;
    int failed;
    char *copy;
    if (weir_harness_enter(h, 0) != 0 || weir_harness_states_of(h) == NULL) {
        return 1;
    }
    copy = weir_harness_keep_text(h, snapshot, strlen(snapshot)); /* it may be the one shown */
    weir_harness_states_free(h);
    (void)weir_harness_states_of(h);
    type = fields_of(h, fields);
    failed = type == NULL ? 1 : cut_keys(h, type->count, copy, &rows);
    if (failed == 0 && h->states->count > 0) {
        void **states = (void **)calloc(h->states->count, sizeof *states);
        for (size_t i = 0; i < h->states->count; i++) {
            states[i] = h->states->of[i].memory;
        }
        failed = weir_harness_chunk_make(h, type, weir_str_make(rows.bytes, rows.count), &in);
        if (failed == 0 && in.chunk.rows != h->states->count) {
            failed = weir_harness_fail(h, "a key stands there twice");
        }
        failed = failed != 0 ? failed : restore_rows(h, &in, version, states);
        weir_harness_chunk_free(&in);
        free(states);
    }
    weir_blob_free(&rows);
    return failed != 0 ? failed : weir_harness_states_check(h);
}
