/* SPDX-License-Identifier: Apache-2.0 */
/* weir.block/1: records as frames of block bytes (wire) for plugins that keep them in files. Bytes
 * come from outside: nothing of a frame is used before its checksum and lengths were verified. */
#include "plugin/call/call.h"
#include "wire/wire.h"

enum { SCHEMA_SHOWN_BYTES = 200 };

static const weir_bytes no_bytes = {(const uint8_t *)"", 0};

/* ---- out ---- */

/* Depth is at most WEIR_TYPE_DEPTH_MAX. */
static bool has_untyped(const struct weir_type *type)
{
    bool is_untyped =
        type->kind == WEIR_TYPE_NULL || (type->kind == WEIR_TYPE_LIST && has_untyped(type->item));
    for (uint32_t i = 0; i < type->field_count; i++) {
        is_untyped = is_untyped || has_untyped(type->fields[i].type);
    }
    return is_untyped;
}

static int check_types(struct weir_task *task, const struct weir_type *schema)
{
    for (uint32_t i = 0; i < schema->field_count; i++) {
        if (has_untyped(schema->fields[i].type)) {
            return task->host->fail(task, WEIR_FATAL,
                                    "field '%s' holds nulls of no type: give it one, as in %s = "
                                    "str(null)",
                                    schema->fields[i].name, schema->fields[i].name);
        }
    }
    return WEIR_OK;
}

/* Does the chunk show rows that are being written? */
static bool is_shown(const struct weir_chunk *in, const struct weir_rows *rows)
{
    bool is_right = in != NULL && rows != NULL && in->rows == rows->rows;
    for (uint32_t i = 0; is_right && in->sel != NULL && i < in->sel_count; i++) {
        is_right = in->sel[i] < rows->rows;
    }
    return is_right;
}

static weir_bytes block_encode(struct weir_task *task,
                               const struct weir_chunk *in,
                               const struct ArrowSchema *schema)
{
    struct weir_call *call = (struct weir_call *)task;
    struct weir_error err;
    (void)schema; /* the engine still has the rows as its own: `in` is a view of them */
    if (!is_shown(in, call->writing)) {
        (void)task->host->fail(task, WEIR_FATAL,
                               "asks for a block of other rows than those being written");
        return no_bytes;
    }
    struct weir_rows rows = *call->writing;
    rows.sel = in->sel;
    rows.sel_count = in->sel != NULL ? in->sel_count : 0;
    if (check_types(task, rows.schema) != WEIR_OK) {
        return no_bytes;
    }
    call->scratch.count = 0;
    if (weir_table_encode(&rows, WEIR_BLOCK_BYTES_LZ4, &call->scratch, &err) != WEIR_OK) {
        (void)task->host->fail(task, WEIR_FATAL, "%s", err.text);
        return no_bytes;
    }
    return (weir_bytes){(const uint8_t *)call->scratch.bytes, call->scratch.count};
}

/* ---- in ---- */

/* WEIR_OK: *table is to be finished. */
static int open_frame(struct weir_task *task,
                      weir_bytes frame,
                      const char *place,
                      struct weir_table *table)
{
    struct weir_error err;
    size_t used = 0;
    if (weir_table_decode(frame, &used, table, &err) != WEIR_OK) {
        return task->host->fail(task, WEIR_FATAL, "%s: %s", place, err.text);
    }
    if (used != frame.count) {
        weir_table_finish(table);
        return task->host->fail(task, WEIR_FATAL,
                                "%s: expected a frame of %zu bytes, found one of %zu", place,
                                frame.count, used);
    }
    return WEIR_OK;
}

static int block_declare(struct weir_bind *bind, weir_bytes frame, const char *place)
{
    struct weir_table table;
    struct weir_text type;
    int outcome = open_frame(bind->task, frame, place, &table);
    if (outcome != WEIR_OK) {
        return outcome;
    }
    const struct weir_type *schema = table.all.schema;
    weir_text_init(&type);
    for (uint32_t i = 0; i < schema->field_count && outcome == WEIR_OK; i++) {
        type.count = 0;
        weir_type_print(schema->fields[i].type, &type);
        weir_text_append(&type, "", 1);
        outcome = bind->declare(bind, schema->fields[i].name, type.bytes);
    }
    weir_text_finish(&type);
    weir_table_finish(&table);
    return outcome;
}

static int fail_schema(struct weir_task *task,
                       const char *place,
                       const struct weir_type *expected,
                       const struct weir_type *found)
{
    struct weir_text texts[2];
    const struct weir_type *types[] = {expected, found};
    int shown[2];
    for (int i = 0; i < 2; i++) {
        weir_text_init(&texts[i]);
        weir_type_print(types[i], &texts[i]);
        shown[i] = (int)(texts[i].count < SCHEMA_SHOWN_BYTES ? texts[i].count : SCHEMA_SHOWN_BYTES);
    }
    int outcome = task->host->fail(
        task, WEIR_FATAL,
        "%s: records of another schema: expected %.*s, found %.*s: read such files by themselves",
        place, shown[0], texts[0].bytes, shown[1], texts[1].bytes);
    weir_text_finish(&texts[0]);
    weir_text_finish(&texts[1]);
    return outcome;
}

static int block_decode(struct weir_task *task,
                        weir_bytes frame,
                        const char *place,
                        struct weir_out *out)
{
    struct weir_lent *lent = (struct weir_lent *)out;
    struct weir_table table;
    if (out == NULL || out->owner != (void *)lent) {
        return task->host->fail(task, WEIR_FATAL, "decodes a block into columns of its own");
    }
    int outcome = open_frame(task, frame, place, &table);
    if (outcome != WEIR_OK) {
        return outcome;
    }
    outcome = weir_type_equal(lent->schema, table.all.schema)
                  ? weir_lent_append(lent, task, &table.all)
                  : fail_schema(task, place, lent->schema, table.all.schema);
    weir_table_finish(&table);
    return outcome;
}

const struct weir_block_format weir_host_block_table = {sizeof weir_host_block_table,
                                                        0,
                                                        block_encode,
                                                        weir_table_frame_bytes,
                                                        block_declare,
                                                        block_decode};
