/* SPDX-License-Identifier: Apache-2.0 */
/* Saved bytes to a state. The fields of a state of this version go back where they were; those of
 * an older one are shown to the plugin's upgrade. */
#include "state/save/save.h"

#include <string.h>

struct restoring {
    const struct weir_graph *graph;
    const struct weir_node *node;
    struct weir_state_shape shape;
    const struct weir_type *schema; /* of a frame of this version */
    struct weir_state_table *table;
    struct weir_keys keys;
    uint64_t hash_seed;
    uint32_t *fields;
    uint32_t version;
    int64_t *touched_us; /* by slot of the table's batch */
    uint32_t touched_capacity;
    struct weir_call call; /* of upgrade; open if is_open */
    struct weir_arena arena;
    struct weir_error *err;
};

static int upgrade(struct restoring *r,
                   const struct weir_rows *rows,
                   const struct weir_column *value,
                   const uint32_t *slots)
{
    void *states[WEIR_CHUNK_ROWS_MAX];
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct weir_arena arena;
    weir_arena_init(&arena);
    size_t heaps = rows->heaps->count;
    const void **pointers = weir_arena_alloc(&arena, (heaps + 3) * sizeof *pointers);
    int64_t *lengths = weir_arena_alloc(&arena, (heaps + 1) * sizeof *lengths);
    struct weir_type_field field = {"value", value->type};
    struct weir_column whole = *value;
    struct weir_type bare = {.kind = WEIR_TYPE_STRUCT, .field_count = 1, .fields = &field};
    if (value->type->kind != WEIR_TYPE_STRUCT) { /* it had one field, whose name nobody kept */
        whole = (struct weir_column){.type = &bare, .children = value};
    }
    weir_column_export(&whole, rows->rows, rows->heaps, &arena, &array, pointers, lengths);
    weir_type_export(&arena, "", whole.type, &schema);
    for (uint32_t i = 0; i < rows->rows; i++) {
        states[i] = r->table->states[slots[i]];
    }
    struct weir_old_states old = {.size = sizeof old,
                                  .version = r->version,
                                  .count = rows->rows,
                                  .schema = &schema,
                                  .rows = &array};
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, &r->call, "upgrade");
    int outcome = r->shape.def->upgrade(&r->call.task, &r->table->slab.slab, &old, states);
    weir_call_leave(&frame);
    outcome = outcome != WEIR_OK ? outcome : r->call.outcome;
    weir_arena_finish(&arena);
    return outcome == WEIR_OK ? WEIR_OK : weir_call_failed(&r->call, outcome, r->err);
}

/* Slots of the keys of a chunk; without a key: of its one row. */
static int find(struct restoring *r, const struct weir_rows *rows, uint32_t *slots)
{
    static const struct weir_heaps none;
    uint64_t hashes[WEIR_CHUNK_ROWS_MAX] = {0};
    if (r->shape.key_count == 0) {
        const struct weir_key key = {{0, 0}};
        weir_state_table_find(r->table, &key, hashes, 1, &none, slots);
        return WEIR_OK;
    }
    if (r->table->is_text) {
        weir_hash_rows(rows, r->fields, r->shape.key_count, r->hash_seed, hashes);
    }
    for (uint32_t from = 0; from < rows->rows;) {
        const struct weir_key *keys;
        const struct weir_heaps *heaps;
        uint32_t made = weir_keys_make(&r->keys, rows, from, &keys, &heaps);
        if (made == 0) {
            return weir_error_set(r->err, WEIR_EDAMAGED, "a saved state has a key too long");
        }
        weir_state_table_find(r->table, keys, hashes + from, made, heaps, slots + from);
        from += made;
    }
    return WEIR_OK;
}

static int read_rows(struct restoring *r, const struct weir_rows *rows)
{
    uint32_t slots[WEIR_CHUNK_ROWS_MAX];
    struct weir_state_table *table = r->table;
    const struct weir_column *value = &rows->columns[r->shape.key_count];
    const int64_t *touched = rows->columns[r->shape.key_count + 1].data;
    if (r->shape.key_count == 0 && rows->rows > 1) {
        return weir_error_set(r->err, WEIR_EDAMAGED, "a state without a key has several rows");
    }
    WEIR_TRY(find(r, rows, slots));
    if (r->touched_capacity < table->touched_capacity) {
        r->touched_capacity = table->touched_capacity;
        r->touched_us = weir_realloc(r->touched_us, r->touched_capacity * sizeof *r->touched_us);
    }
    for (uint32_t i = 0; i < rows->rows; i++) {
        if (table->exists[slots[i]] != 0) {
            return weir_error_set(r->err, WEIR_EDAMAGED, "a saved state of %s has a key twice",
                                  r->shape.def->name);
        }
        r->touched_us[slots[i]] = touched[i];
        table->exists[slots[i]] = table->touched[slots[i]] = 1;
    }
    if (r->version != r->shape.def->version) {
        return upgrade(r, rows, value, slots);
    }
    const struct weir_column *fields = r->shape.def->field_count == 1 ? value : value->children;
    for (uint32_t i = 0; i < rows->rows; i++) {
        uint16_t row = (uint16_t)i;
        weir_states_read(&table->layout, &table->slab, fields, rows->heaps, &row, 1,
                         &table->states[slots[i]]);
    }
    return WEIR_OK;
}

/* Are the rows of a frame those of this node's state? An older version may differ in its value. */
static bool fits(const struct restoring *r, const struct weir_type *schema)
{
    if (schema->field_count != r->schema->field_count) {
        return false;
    }
    for (uint32_t i = 0; i < schema->field_count; i++) {
        bool may_differ = i == r->shape.key_count && r->version != r->shape.def->version;
        if (!may_differ && !weir_type_equal(schema->fields[i].type, r->schema->fields[i].type)) {
            return false;
        }
    }
    return true;
}

static int read_frame(struct restoring *r, weir_bytes bytes)
{
    struct weir_table page;
    size_t used;
    WEIR_TRY(weir_table_decode(bytes, &used, &page, r->err));
    int status = WEIR_OK;
    if (!fits(r, page.all.schema) || page.all.rows > WEIR_CHUNK_ROWS_MAX) {
        status = weir_error_set(r->err, WEIR_EDAMAGED,
                                "a saved state of %s has other columns than its version %u has",
                                r->shape.def->name, r->version);
    }
    status = status != WEIR_OK ? status : read_rows(r, &page.all);
    weir_table_finish(&page);
    return status;
}

static int check_version(struct restoring *r, weir_str name, int64_t version)
{
    const struct weir_state_def *def = r->shape.def;
    weir_str own = weir_str_of(def->name);
    if (name.count != own.count || memcmp(name.bytes, own.bytes, own.count) != 0) {
        return weir_error_set(r->err, WEIR_EDAMAGED, "a saved state is of '%.*s', expected '%s'",
                              (int)(name.count < 100 ? name.count : 100), name.bytes, def->name);
    }
    if (version < 0 || version > def->version || (version < def->version && def->upgrade == NULL)) {
        return weir_error_set(r->err, WEIR_ECONFIG,
                              "a saved state %s of version %lld does not become one of version %u: "
                              "%s",
                              def->name, (long long)version, def->version,
                              version > def->version
                                  ? "it is newer: use the plugin that it was saved with"
                                  : "there is no WEIR_UPGRADE for it");
    }
    r->version = (uint32_t)version;
    return version == def->version ? WEIR_OK
                                   : weir_call_open(&r->call, r->node->op, r->node->params, r->err);
}

static int read_pages(struct restoring *r, struct weir_unpack *in)
{
    uint32_t pages;
    WEIR_TRY(weir_unpack_array(in, &pages));
    for (uint32_t page = 0; page < pages; page++) {
        weir_bytes frame;
        WEIR_TRY(weir_unpack_bin(in, &frame));
        if (frame.count > 0) {
            WEIR_TRY(read_frame(r, frame));
        }
    }
    return WEIR_OK;
}

static int read_all(struct restoring *r, struct weir_unpack *in)
{
    struct weir_state_table *table = r->table;
    uint32_t parts;
    weir_str format;
    weir_str name;
    int64_t version;
    int64_t batch_us;
    bool has_begun;
    WEIR_TRY(weir_unpack_array(in, &parts));
    WEIR_TRY(weir_unpack_str(in, &format));
    if (parts != WEIR_SAVED_PARTS || format.count != strlen(WEIR_SAVED_FORMAT) ||
        memcmp(format.bytes, WEIR_SAVED_FORMAT, format.count) != 0) {
        return weir_error_set(r->err, WEIR_EDAMAGED, "expected a saved state of the form %s",
                              WEIR_SAVED_FORMAT);
    }
    WEIR_TRY(weir_unpack_str(in, &name));
    WEIR_TRY(weir_unpack_i64(in, &version));
    WEIR_TRY(check_version(r, name, version));
    WEIR_TRY(weir_unpack_bool(in, &has_begun));
    WEIR_TRY(weir_unpack_i64(in, &batch_us));
    WEIR_TRY(weir_state_table_begin(table, batch_us, r->err));
    WEIR_TRY(read_pages(r, in));
    weir_state_table_set_times(table, r->touched_us);
    weir_state_table_settle(table, false);
    weir_state_table_commit(table);
    table->has_begun = has_begun;
    return WEIR_OK;
}

int weir_state_restore(const struct weir_graph *graph,
                       const struct weir_node *node,
                       uint64_t hash_seed,
                       struct weir_state_table *table,
                       struct weir_unpack *in)
{
    struct restoring *r = weir_alloc(sizeof *r);
    r->graph = graph;
    r->node = node;
    r->hash_seed = hash_seed;
    r->table = table;
    r->err = in->err;
    weir_arena_init(&r->arena);
    weir_state_shape_of(graph, node, &r->arena, &r->shape);
    r->schema = weir_saved_schema(&r->arena, r->shape.schema);
    r->fields = weir_arena_alloc(&r->arena, (r->shape.key_count + 1) * sizeof *r->fields);
    for (uint32_t i = 0; i < r->shape.key_count; i++) {
        r->fields[i] = i;
    }
    bool is_text = false;
    if (r->shape.key_count > 0) {
        weir_keys_init(&r->keys, r->shape.schema, r->fields, r->shape.key_count);
        is_text = r->keys.kind != WEIR_KEYS_FIXED;
    }
    weir_state_table_init(table, r->shape.def, r->shape.fields, is_text, r->shape.has_timeout,
                          hash_seed, 0);
    int status = read_all(r, in);
    if (status != WEIR_OK) {
        weir_state_table_finish(table);
    }
    if (r->shape.key_count > 0) {
        weir_keys_finish(&r->keys);
    }
    weir_call_close(&r->call);
    weir_free(r->touched_us);
    weir_arena_finish(&r->arena);
    weir_free(r);
    return status;
}
