/* SPDX-License-Identifier: Apache-2.0 */
/* States by key; see state.h. */
#include "state.h"

static const struct weir_state_def *def_of(const struct weir_export *exported)
{
    switch (exported->kind) {
    case WEIR_KIND_AGGREGATE:
        return ((const struct weir_aggregate_ops *)exported->table)->state;
    case WEIR_KIND_UPDATE:
        return ((const struct weir_update_ops *)exported->table)->state;
    case WEIR_KIND_TRACK:
        return ((const struct weir_track_ops *)exported->table)->state;
    case WEIR_KIND_PARTITION_FUNCTION:
        return ((const struct weir_partition_ops *)exported->table)->state;
    default:
        return NULL;
    }
}

struct weir_harness_states *weir_harness_states_of(struct weir_harness *h)
{
    const struct weir_state_def *def = def_of(h->exported);
    if (def == NULL) {
        (void)weir_harness_fail(h, "%s has no state", h->exported->name);
        return NULL;
    }
    if (h->states == NULL) {
        h->states = (struct weir_harness_states *)calloc(1, sizeof *h->states);
        h->states->def = def;
        weir_harness_slab_init(&h->states->slab);
    }
    return h->states;
}

void weir_harness_states_free(struct weir_harness *h)
{
    struct weir_harness_states *states = h->states;
    if (states == NULL) {
        return;
    }
    for (size_t i = 0; i < states->count; i++) {
        weir_blob_free(&states->of[i].key);
        free(states->of[i].memory);
        free(states->of[i].before);
    }
    free(states->of);
    weir_blob_free(&states->group);
    weir_harness_slab_finish(&states->slab);
    free(states);
    h->states = NULL;
}

char *weir_harness_state_memory(const struct weir_state_def *def)
{
    char *memory = (char *)calloc(1, def->bytes); /* aligned to 16, as malloc's is */
    if (memory == NULL) {
        abort();
    }
    return memory;
}

struct weir_harness_state *weir_harness_state_get(struct weir_harness_states *states, weir_str key)
{
    for (size_t i = 0; i < states->count; i++) {
        const struct weir_blob *have = &states->of[i].key;
        if (weir_text_equal(weir_str_make(have->bytes, have->count), key)) {
            return &states->of[i];
        }
    }
    if (states->count == states->capacity) {
        states->capacity = states->capacity * 2 + 16;
        states->of =
            (struct weir_harness_state *)realloc(states->of, states->capacity * sizeof *states->of);
        if (states->of == NULL) {
            abort();
        }
    }
    struct weir_harness_state *made = &states->of[states->count++];
    memset(made, 0, sizeof *made);
    weir_blob_append(&made->key, key.bytes, key.count);
    made->memory = weir_harness_state_memory(states->def);
    made->before = weir_harness_state_memory(states->def);
    return made;
}

/* Calls `visit` with every block that a state refers to. */
static void visit_blocks(const struct weir_state_def *def,
                         const char *memory,
                         void (*visit)(void *context, void *block),
                         void *context)
{
    for (uint32_t i = 0; i < def->field_count; i++) {
        const struct weir_state_field *field = weir_state_field_(def, i);
        if (field->form == WEIR_FORM_TEXT) {
            weir_str text;
            memcpy(&text, memory + field->offset, sizeof text);
            if (text.count > 0) {
                visit(context, (void *)(uintptr_t)text.bytes);
            }
        } else if (field->form >= WEIR_FORM_ITEMS) {
            weir_items list;
            memcpy(&list, memory + field->offset, sizeof list);
            for (uint32_t k = 0; field->form == WEIR_FORM_TEXTS && k < list.count; k++) {
                const weir_str *text = (const weir_str *)list.items + k;
                if (text->count > 0) {
                    visit(context, (void *)(uintptr_t)text->bytes);
                }
            }
            if (list.items != NULL) {
                visit(context, (void *)(uintptr_t)list.items);
            }
        }
    }
}

static void drop_block(void *context, void *block)
{
    struct weir_slab *slab = (struct weir_slab *)context;
    slab->drop(slab, block);
}

void weir_harness_state_remove(struct weir_harness_states *states, size_t i)
{
    struct weir_harness_state *state = &states->of[i];
    visit_blocks(states->def, state->memory, drop_block, &states->slab.slab);
    weir_blob_free(&state->key);
    free(state->memory);
    free(state->before);
    *state = states->of[--states->count];
}

/* Lists become read-only, so that whoever changes one writes into a copy. */
static void share_lists(const struct weir_state_def *def, char *memory)
{
    for (uint32_t i = 0; i < def->field_count; i++) {
        const struct weir_state_field *field = weir_state_field_(def, i);
        if (field->form >= WEIR_FORM_ITEMS) {
            weir_items list;
            memcpy(&list, memory + field->offset, sizeof list);
            list.capacity = 0;
            memcpy(memory + field->offset, &list, sizeof list);
        }
    }
}

void weir_harness_states_begin(struct weir_harness_states *states)
{
    for (size_t i = 0; i < states->count; i++) {
        struct weir_harness_state *state = &states->of[i];
        memcpy(state->before, state->memory, states->def->bytes);
        state->existed = state->exists;
        share_lists(states->def, state->memory);
    }
}

struct finder {
    const void *wanted;
    bool is_found;
};

static void find_block(void *context, void *block)
{
    struct finder *finder = (struct finder *)context;
    finder->is_found = finder->is_found || finder->wanted == block;
}

/* Frees what no state refers to: the failed batch has taken it. */
static void free_taken(struct weir_harness_states *states)
{
    struct weir_harness_slab *slab = &states->slab;
    for (size_t i = slab->live_count; i-- > 0;) {
        struct finder finder = {slab->live[i], false};
        for (size_t k = 0; k < states->count && !finder.is_found; k++) {
            visit_blocks(states->def, states->of[k].memory, find_block, &finder);
        }
        if (!finder.is_found) {
            free(slab->live[i]);
            slab->live[i] = slab->live[--slab->live_count];
        }
    }
}

void weir_harness_states_undo(struct weir_harness_states *states)
{
    struct weir_harness_slab *slab = &states->slab;
    for (size_t i = 0; i < states->count; i++) {
        struct weir_harness_state *state = &states->of[i];
        memcpy(state->memory, state->before, states->def->bytes);
        state->exists = state->existed;
    }
    for (size_t i = 0; i < slab->dropped_count; i++) { /* not yet freed: the old version needs it */
        weir_harness_slab_keep(slab, slab->dropped[i]);
    }
    slab->dropped_count = 0;
    free_taken(states);
}

/* ---- checks ---- */
struct audit {
    const struct weir_harness_slab *slab;
    size_t found, missing;
};

static void count_block(void *context, void *block)
{
    struct audit *audit = (struct audit *)context;
    for (size_t i = 0; i < audit->slab->live_count; i++) {
        if (audit->slab->live[i] == block) {
            audit->found++;
            return;
        }
    }
    audit->missing++;
}

int weir_harness_states_check(struct weir_harness *h)
{
    struct weir_harness_states *states = h->states;
    struct audit audit = {&states->slab, 0, 0};
    for (size_t i = 0; i < states->count; i++) {
        visit_blocks(states->def, states->of[i].memory, count_block, &audit);
    }
    if (audit.missing > 0 || states->slab.is_wrong) {
        return weir_harness_fail(h,
                                 "%s: a text or list of a state is not in its memory: change it "
                                 "with the functions of list.h, or assign it",
                                 h->exported->name);
    }
    return audit.found == states->slab.live_count
               ? 0
               : weir_harness_fail(h,
                                   "%s: %zu texts or lists of its states belong to no field any "
                                   "more: shorten a list with weir_cut",
                                   h->exported->name, states->slab.live_count - audit.found);
}

/* ---- as text ---- */
static void print_item(const char *type, const void *at, struct weir_blob *to, bool is_nested)
{
    int64_t whole;
    if (strcmp(type, "bool") == 0) {
        weir_blob_put(to, *(const bool *)at ? "true" : "false");
    } else if (strcmp(type, "f64") == 0) {
        double number;
        memcpy(&number, at, sizeof number);
        weir_harness_print_f64(number, to);
    } else if (strcmp(type, "i32") == 0) {
        int32_t narrow;
        memcpy(&narrow, at, sizeof narrow);
        weir_harness_print_i64(narrow, to);
    } else if (strcmp(type, "str") == 0 || strcmp(type, "bytes") == 0) {
        weir_str text;
        memcpy(&text, at, sizeof text);
        weir_harness_escape(text, is_nested, to);
    } else {
        memcpy(&whole, at, sizeof whole);
        weir_harness_print_i64(whole, to);
    }
}

static void print_list(const struct weir_state_field *field, const char *at, struct weir_blob *to)
{
    char item[16];
    weir_items list;
    memcpy(&list, at, sizeof list);
    if (field->form == WEIR_FORM_ITEMS && field->item_bytes == 1 &&
        strcmp(field->type, "bytes") == 0) {
        weir_harness_escape(weir_str_make((const char *)list.items, list.count), false, to);
        return;
    }
    (void)snprintf(item, sizeof item, "%.*s", (int)(strlen(field->type) - 6), field->type + 5);
    weir_blob_put(to, "[");
    for (uint32_t i = 0; i < list.count; i++) {
        weir_blob_put(to, i > 0 ? "," : "");
        print_item(item, (const char *)list.items + (size_t)i * field->item_bytes, to, true);
    }
    weir_blob_put(to, "]");
}

void weir_harness_state_print(const struct weir_state_def *def,
                              const char *memory,
                              struct weir_blob *to)
{
    for (uint32_t i = 0; i < def->field_count; i++) {
        const struct weir_state_field *field = weir_state_field_(def, i);
        weir_blob_put(to, i > 0 ? "|" : "");
        if (field->form >= WEIR_FORM_ITEMS) {
            print_list(field, memory + field->offset, to);
        } else {
            print_item(field->type, memory + field->offset, to, false);
        }
    }
}

const struct weir_harness_type *weir_harness_fields_of(struct weir_harness *h,
                                                       uint32_t first,
                                                       uint32_t count)
{
    struct weir_harness_type *type = (struct weir_harness_type *)weir_harness_keep(h, sizeof *type);
    type->kind = 's';
    type->count = count;
    type->parts = h->in->parts + first;
    return type;
}
