/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as records, by msgpack-c: maps by field names, or arrays by position; structs are maps. */
#include "pack.h"

#include <msgpack.h>

static int write_blob(void *data, const char *bytes, size_t count)
{
    struct weir_blob *blob = (struct weir_blob *)data;
    weir_blob_append(blob, bytes, count);
    return blob->is_failed ? -1 : 0;
}

static void put_text(msgpack_packer *to, weir_str text)
{
    msgpack_pack_str(to, text.count);
    msgpack_pack_str_body(to, text.bytes, text.count);
}

static void put_time(msgpack_packer *to, int64_t us)
{
    msgpack_timestamp time;
    const int64_t rest = us % 1000000;
    time.tv_sec = us / 1000000 - (rest < 0);
    time.tv_nsec = (uint32_t)((rest + (rest < 0 ? 1000000 : 0)) * 1000);
    msgpack_pack_timestamp(to, &time);
}

static void put_cell(msgpack_packer *to, weir_row cell);

static void put_parts(msgpack_packer *to, weir_row cell)
{
    const size_t count = weir_get_count(cell);
    const bool is_list = weir_get_type(cell) == '+';
    if (is_list) {
        msgpack_pack_array(to, count);
    } else {
        msgpack_pack_map(to, count);
    }
    for (size_t i = 0; i < count; i++) {
        if (is_list) {
            put_cell(to, weir_get_item(cell, i));
        } else {
            put_text(to, weir_str_from_chars(weir_get_name(cell, i)));
            put_cell(to, weir_get_part(cell, i));
        }
    }
}

static void put_cell(msgpack_packer *to, weir_row cell)
{
    if (weir_get_is_null(cell)) {
        msgpack_pack_nil(to);
        return;
    }
    switch (weir_get_type(cell)) {
    case 'b':
        (void)(weir_get_bool(cell) ? msgpack_pack_true(to) : msgpack_pack_false(to));
        break;
    case 'i':
    case 'l':
        msgpack_pack_int64(to, weir_get_i64(cell));
        break;
    case 'g':
        msgpack_pack_double(to, weir_get_f64(cell));
        break;
    case 't':
        put_time(to, weir_get_i64(cell));
        break;
    case 'u':
        put_text(to, weir_get_str(cell));
        break;
    case 'z':
        msgpack_pack_bin(to, weir_get_bytes(cell).count);
        msgpack_pack_bin_body(to, weir_get_bytes(cell).bytes, weir_get_bytes(cell).count);
        break;
    default:
        put_parts(to, cell);
        break;
    }
}

static void put_row(msgpack_packer *to,
                    const struct pack_self *self,
                    const struct weir_chunk *in,
                    size_t i)
{
    const struct ArrowSchema *schema = self->schema;
    const size_t count = (size_t)schema->n_children;
    if (self->is_array) {
        msgpack_pack_array(to, count);
    } else {
        msgpack_pack_map(to, count);
    }
    for (size_t c = 0; c < count; c++) {
        const bool is_const = c < 32 && (in->const_mask >> c & 1u) != 0;
        if (!self->is_array) {
            put_text(to, weir_str_from_chars(schema->children[c]->name));
        }
        put_cell(to, weir_row_of(in->cols[c], schema->children[c], is_const ? 0 : i));
    }
}

int pack_encode_chunk(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    struct pack_self *self = weir_self(task, struct pack_self);
    struct weir_blob *record = &self->record;
    msgpack_packer packer;
    msgpack_packer_init(&packer, record, write_blob);
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        out->row_start = out->rows;
        weir_blob_clear(record);
        put_row(&packer, self, in, i);
        if (record->is_failed) {
            return weir_fail(task, WEIR_RETRY, "out of memory for a record");
        }
        const int rc = weir_row_begin(out, task, record->count);
        if (rc != WEIR_OK) {
            task->row = (uint32_t)i;
            return rc;
        }
        weir_row_bytes(out, 0, weir_bytes_make(record->bytes, record->count));
        out->parent[out->rows] = (uint16_t)i;
        weir_row_end(out);
    }
    return WEIR_OK;
}
