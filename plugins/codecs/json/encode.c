/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as lines, in the form that weir prints JSON in: fields by name in their order, i64 as a
 * number, f64 in the fewest digits, ts as RFC 3339, bytes as base64, null. */
#include "json.h"

static void put_name(struct weir_blob *to, const char *name, bool is_first)
{
    weir_blob_put(to, is_first ? "" : ",");
    json_put_string(to, weir_str_from_chars(name));
    weir_blob_put(to, ":");
}

static void put_cell(struct weir_blob *to, weir_row cell);

static void put_parts(struct weir_blob *to, weir_row cell)
{
    const bool is_list = weir_get_type(cell) == '+';
    const size_t count = weir_get_count(cell);
    weir_blob_put(to, is_list ? "[" : "{");
    for (size_t i = 0; i < count; i++) {
        if (is_list) {
            weir_blob_put(to, i > 0 ? "," : "");
            put_cell(to, weir_get_item(cell, i));
        } else {
            put_name(to, weir_get_name(cell, i), i == 0);
            put_cell(to, weir_get_part(cell, i));
        }
    }
    weir_blob_put(to, is_list ? "]" : "}");
}

static void put_cell(struct weir_blob *to, weir_row cell)
{
    if (weir_get_is_null(cell)) {
        weir_blob_put(to, "null");
        return;
    }
    switch (weir_get_type(cell)) {
    case 'b':
        weir_blob_put(to, weir_get_bool(cell) ? "true" : "false");
        break;
    case 'i':
    case 'l':
        json_put_i64(to, weir_get_i64(cell));
        break;
    case 'g':
        json_put_f64(to, weir_get_f64(cell));
        break;
    case 't':
        json_put_time(to, weir_get_i64(cell));
        break;
    case 'u':
        json_put_string(to, weir_get_str(cell));
        break;
    case 'z':
        json_put_base64(to, weir_get_bytes(cell));
        break;
    default:
        put_parts(to, cell);
        break;
    }
}

static void put_row(struct weir_blob *to,
                    const struct ArrowSchema *schema,
                    const struct weir_chunk *in,
                    size_t i)
{
    weir_blob_put(to, "{");
    for (int64_t c = 0; c < schema->n_children; c++) {
        const bool is_const = c < 32 && (in->const_mask >> c & 1u) != 0;
        put_name(to, schema->children[c]->name, c == 0);
        put_cell(to, weir_row_of(in->cols[c], schema->children[c], is_const ? 0 : i));
    }
    weir_blob_put(to, "}");
}

int json_encode_chunk(struct weir_task *task,
                      const struct ArrowSchema *schema,
                      const struct weir_chunk *in,
                      struct weir_out *out)
{
    struct weir_blob *line = &weir_self(task, struct json_self)->record;
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        out->row_start = out->rows;
        weir_blob_clear(line);
        put_row(line, schema, in, i);
        if (line->is_failed) {
            return weir_fail(task, WEIR_RETRY, "out of memory for a line");
        }
        const int rc = weir_row_begin(out, task, line->count);
        if (rc != WEIR_OK) {
            task->row = (uint32_t)i;
            return rc;
        }
        weir_row_str(out, 0, weir_str_make(line->bytes, line->count));
        out->parent[out->rows] = (uint16_t)i;
        weir_row_end(out);
    }
    return WEIR_OK;
}
