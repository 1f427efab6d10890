/* SPDX-License-Identifier: Apache-2.0 */
/* Cells, rows and constants as JSON: one record, one object, fields by name, the envelope last. */
#include "data/bits.h"
#include "data/data.h"
#include "data/json/number.h"
#include "data/json/string.h"

#include <string.h>

static void put_name(struct weir_text *to, const char *name, bool is_first)
{
    weir_text_append(to, ",", is_first ? 0 : 1);
    weir_json_string(to, weir_str_of(name));
    weir_text_append(to, ":", 1);
}

static void put_text(struct weir_text *to, const struct weir_type *type, weir_str text)
{
    if (type->kind == WEIR_TYPE_STR) {
        weir_json_string(to, text);
        return;
    }
    weir_bytes bytes = {(const uint8_t *)text.bytes, text.count};
    weir_json_base64(to, bytes);
}

static void put_bool(struct weir_text *to, bool value)
{
    weir_text_append(to, value ? "true" : "false", value ? 4 : 5);
}

static void put_ts(struct weir_text *to, int64_t us)
{
    weir_text_append(to, "\"", 1);
    weir_json_ts(to, us);
    weir_text_append(to, "\"", 1);
}

static void put_list(struct weir_text *to,
                     const struct weir_column *column,
                     const struct weir_heaps *heaps,
                     uint32_t row)
{
    const int32_t *offsets = (const int32_t *)column->data + row;
    weir_text_append(to, "[", 1);
    for (int32_t i = offsets[0]; i < offsets[1]; i++) {
        weir_text_append(to, ",", i == offsets[0] ? 0 : 1);
        weir_json_cell(to, column->children, heaps, (uint32_t)i);
    }
    weir_text_append(to, "]", 1);
}

static void put_fields(struct weir_text *to,
                       const struct weir_type *type,
                       const struct weir_column *columns,
                       const struct weir_heaps *heaps,
                       uint32_t row)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        put_name(to, type->fields[i].name, i == 0);
        weir_json_cell(to, &columns[i], heaps, row);
    }
}

void weir_json_cell(struct weir_text *to,
                    const struct weir_column *column,
                    const struct weir_heaps *heaps,
                    uint32_t row)
{
    row = column->is_const ? 0 : row;
    if (column->type->kind == WEIR_TYPE_NULL || weir_column_is_null(column, row)) {
        weir_text_append(to, "null", 4);
        return;
    }
    switch (column->type->kind) {
    case WEIR_TYPE_NULL:
        break;
    case WEIR_TYPE_BOOL:
        put_bool(to, weir_bit_get(column->data, row));
        break;
    case WEIR_TYPE_I32:
        weir_json_i64(to, ((const int32_t *)column->data)[row]);
        break;
    case WEIR_TYPE_I64:
        weir_json_i64(to, ((const int64_t *)column->data)[row]);
        break;
    case WEIR_TYPE_F64:
        weir_json_f64(to, ((const double *)column->data)[row]);
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        put_text(to, column->type, weir_view_str((const weir_view *)column->data + row, heaps));
        break;
    case WEIR_TYPE_TS:
        put_ts(to, ((const int64_t *)column->data)[row]);
        break;
    case WEIR_TYPE_LIST:
        put_list(to, column, heaps, row);
        break;
    case WEIR_TYPE_STRUCT:
        weir_text_append(to, "{", 1);
        put_fields(to, column->type, column->children, heaps, row);
        weir_text_append(to, "}", 1);
        break;
    }
}

void weir_json_row(struct weir_text *to,
                   const struct weir_rows *rows,
                   uint32_t row,
                   int64_t batch_ms,
                   const char *stream)
{
    weir_text_append(to, "{", 1);
    put_fields(to, rows->schema, rows->columns, rows->heaps, row);
    if (stream != NULL) {
        put_name(to, "_time", rows->schema->field_count == 0);
        weir_json_i64(to, batch_ms);
        put_name(to, "_stream", false);
        weir_json_string(to, weir_str_of(stream));
    }
    weir_text_append(to, "}", 1);
}

static void put_items(struct weir_text *to, const struct weir_value *value)
{
    bool is_list = value->type->kind == WEIR_TYPE_LIST;
    weir_text_append(to, is_list ? "[" : "{", 1);
    for (uint32_t i = 0; i < value->item_count; i++) {
        if (is_list) {
            weir_text_append(to, ",", i == 0 ? 0 : 1);
        } else {
            put_name(to, value->type->fields[i].name, i == 0);
        }
        weir_json_value(to, &value->items[i]);
    }
    weir_text_append(to, is_list ? "]" : "}", 1);
}

void weir_json_value(struct weir_text *to, const struct weir_value *value)
{
    if (value->type == NULL || value->is_null || value->type->kind == WEIR_TYPE_NULL) {
        weir_text_append(to, "null", 4);
        return;
    }
    switch (value->type->kind) {
    case WEIR_TYPE_NULL:
        break;
    case WEIR_TYPE_BOOL:
        put_bool(to, value->i64 != 0);
        break;
    case WEIR_TYPE_I32:
    case WEIR_TYPE_I64:
        weir_json_i64(to, value->i64);
        break;
    case WEIR_TYPE_F64:
        weir_json_f64(to, value->f64);
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        put_text(to, value->type, value->str);
        break;
    case WEIR_TYPE_TS:
        put_ts(to, value->i64);
        break;
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        put_items(to, value);
        break;
    }
}
