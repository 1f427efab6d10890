/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to tables. The checksum finds accidents; everything else is verified as if somebody had
 * computed it afterwards: no length, offset or view is used before it was compared with what there
 * is. */
#include "wire/block_frame.h"

#include <lz4.h>
#include <string.h>

#define ADVICE "fetch or compute the block again"

struct decoder {
    weir_bytes frame; /* exactly one */
    uint32_t flags;
    size_t body_at, body_end;
    uint64_t *buffers; /* bytes of each, from the header */
    uint32_t buffer_count, next_buffer;
    const uint8_t *cells; /* segment 0 */
    size_t cells_bytes, next_cell;
    struct weir_table *table;
    struct weir_error *err;
};

static uint32_t get_u32(const uint8_t *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static uint64_t get_u64(const uint8_t *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static int damaged(struct decoder *in, const char *what, uint64_t expected, uint64_t found)
{
    return weir_error_set(in->err, WEIR_EDAMAGED,
                          "block bytes: %s: expected %llu, found %llu: " ADVICE, what,
                          (unsigned long long)expected, (unsigned long long)found);
}

/* Finds the frame's end and the body's place. */
static int open_frame(struct decoder *in, weir_bytes bytes)
{
    const size_t least = WEIR_FRAME_ALIGN + WEIR_FRAME_CHECKSUM_BYTES;
    if (bytes.count < least) {
        return damaged(in, "bytes of the shortest frame", least, bytes.count);
    }
    if (memcmp(bytes.bytes, WEIR_FRAME_MAGIC, 8) != 0) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "block bytes: expected them to begin with " WEIR_FRAME_MAGIC
                              ", found something else: is this a block of weir?");
    }
    uint64_t frame_bytes = get_u64(bytes.bytes + 8);
    if (frame_bytes < least || frame_bytes > bytes.count) {
        return damaged(in, "bytes of the frame", frame_bytes, bytes.count);
    }
    in->frame = (weir_bytes){bytes.bytes, (size_t)frame_bytes};
    in->body_end = in->frame.count - WEIR_FRAME_CHECKSUM_BYTES;
    uint64_t checksum = weir_frame_checksum(bytes.bytes, in->body_end);
    if (checksum != get_u64(bytes.bytes + in->body_end)) {
        return damaged(in, "checksum", get_u64(bytes.bytes + in->body_end), checksum);
    }
    uint32_t header_bytes = get_u32(bytes.bytes + 16);
    in->flags = get_u32(bytes.bytes + 20);
    if ((in->flags & ~(uint32_t)WEIR_BLOCK_BYTES_LZ4) != 0) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "block bytes: unknown flags 0x%x: a newer weir wrote them? update "
                              "this one",
                              in->flags);
    }
    in->body_at = weir_frame_align(WEIR_FRAME_HEADER_AT + (size_t)header_bytes);
    if (in->body_at > in->body_end) {
        return damaged(in, "bytes of the header, at most", in->body_end - WEIR_FRAME_HEADER_AT,
                       header_bytes);
    }
    return WEIR_OK;
}

static int read_schema(struct decoder *in, struct weir_unpack *header)
{
    weir_str text = {"", 0};
    WEIR_TRY(weir_unpack_str(header, &text));
    int status = weir_type_parse(&in->table->arena, text, &in->table->all.schema, in->err);
    if (status == WEIR_OK && in->table->all.schema->kind != WEIR_TYPE_STRUCT) {
        status = weir_error_set(in->err, WEIR_EDAMAGED, "expected a record, found '%.*s'",
                                (int)(text.count < 64 ? text.count : 64), text.bytes);
    }
    if (status != WEIR_OK) {
        in->err->status = WEIR_EDAMAGED;
        return weir_error_prefix(in->err, "block bytes: schema");
    }
    return WEIR_OK;
}

static int read_size(struct weir_unpack *header, uint64_t *size)
{
    int64_t value = 0;
    WEIR_TRY(weir_unpack_i64(header, &value));
    if (value < 0) {
        return weir_error_set(header->err, WEIR_EDAMAGED,
                              "block bytes: expected a size, found %lld: " ADVICE,
                              (long long)value);
    }
    *size = (uint64_t)value;
    return WEIR_OK;
}

static int read_buffers(struct decoder *in, struct weir_unpack *header)
{
    weir_free(in->buffers); /* the key may stand there twice */
    in->buffers = NULL;
    in->buffer_count = 0;
    uint32_t count = 0;
    WEIR_TRY(weir_unpack_array(header, &count));
    in->buffers = weir_alloc(count * sizeof *in->buffers);
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(read_size(header, &in->buffers[i]));
    }
    in->buffer_count = count;
    return WEIR_OK;
}

/* Copies or unpacks one segment into a buffer of its own. */
static int load_segment(struct decoder *in, uint64_t raw, uint64_t stored, struct weir_buffer **to)
{
    uint64_t left = in->body_end - in->body_at;
    if (stored > left || weir_frame_align(stored) > left) {
        return damaged(in, "bytes of a segment, at most", left, stored);
    }
    bool is_packed = stored != raw;
    if (is_packed && ((in->flags & WEIR_BLOCK_BYTES_LZ4) == 0 || raw < stored ||
                      raw > LZ4_MAX_INPUT_SIZE || raw / WEIR_FRAME_LZ4_RATIO_MAX > stored)) {
        return damaged(in, "bytes of a segment before compression", stored, raw);
    }
    const char *from = (const char *)in->frame.bytes + in->body_at;
    struct weir_buffer *buffer = *to = weir_buffer_create((size_t)raw);
    buffer->bytes = (size_t)raw;
    in->body_at += weir_frame_align(stored);
    if (!is_packed) {
        if (raw > 0) {
            memcpy(buffer->data, from, (size_t)raw);
        }
        return WEIR_OK;
    }
    int got = LZ4_decompress_safe(from, (char *)buffer->data, (int)stored, (int)raw);
    if (got < 0 || (uint64_t)got != raw) {
        return damaged(in, "bytes after decompression", raw, (uint64_t)(got < 0 ? 0 : got));
    }
    return WEIR_OK;
}

static void keep_cells(struct decoder *in, struct weir_buffer *buffer)
{
    struct weir_table *table = in->table;
    WEIR_GROW(table->buffers, table->buffer_count, table->buffer_capacity);
    table->buffers[table->buffer_count++] = buffer;
    in->cells = buffer->data;
    in->cells_bytes = buffer->bytes;
}

static int read_segments(struct decoder *in, struct weir_unpack *header)
{
    uint32_t count = 0;
    if (in->cells != NULL) {
        return damaged(in, "lists of segments", 1, 2);
    }
    WEIR_TRY(weir_unpack_array(header, &count));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t parts = 0;
        uint64_t raw = 0;
        uint64_t stored = 0;
        struct weir_buffer *buffer = NULL;
        WEIR_TRY(weir_unpack_array(header, &parts));
        if (parts != 2) {
            return damaged(in, "numbers of a segment", 2, parts);
        }
        WEIR_TRY(read_size(header, &raw));
        WEIR_TRY(read_size(header, &stored));
        if (i > 0 && raw > WEIR_FRAME_HEAP_BYTES_MAX) {
            return damaged(in, "bytes of a heap, at most", WEIR_FRAME_HEAP_BYTES_MAX, raw);
        }
        int status = load_segment(in, raw, stored, &buffer);
        if (buffer != NULL && i == 0) {
            keep_cells(in, buffer);
        } else if (buffer != NULL) {
            (void)weir_heaps_add(&in->table->heaps, buffer);
        }
        if (buffer != NULL) {
            in->table->bytes += buffer->capacity;
        }
        WEIR_TRY(status);
    }
    return in->body_at == in->body_end ? WEIR_OK
                                       : damaged(in, "end of the body", in->body_end, in->body_at);
}

static int read_header(struct decoder *in)
{
    struct weir_unpack header;
    uint32_t pairs = 0;
    weir_bytes bytes = {in->frame.bytes + WEIR_FRAME_HEADER_AT, get_u32(in->frame.bytes + 16)};
    weir_unpack_init(&header, bytes, in->err);
    WEIR_TRY(weir_unpack_map(&header, &pairs));
    for (uint32_t i = 0; i < pairs; i++) {
        weir_str key = {"", 0};
        WEIR_TRY(weir_unpack_str(&header, &key));
        if (key.count == 6 && memcmp(key.bytes, "schema", 6) == 0) {
            WEIR_TRY(read_schema(in, &header));
        } else if (key.count == 4 && memcmp(key.bytes, "rows", 4) == 0) {
            WEIR_TRY(weir_unpack_u32(&header, &in->table->all.rows));
        } else if (key.count == 7 && memcmp(key.bytes, "buffers", 7) == 0) {
            WEIR_TRY(read_buffers(in, &header));
        } else if (key.count == 8 && memcmp(key.bytes, "segments", 8) == 0) {
            WEIR_TRY(read_segments(in, &header));
        } else {
            WEIR_TRY(weir_unpack_skip(&header));
        }
    }
    if (in->table->all.schema == NULL || in->cells == NULL) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "block bytes: expected a schema and segments in the header, found "
                              "none: " ADVICE);
    }
    return WEIR_OK;
}

/* The next buffer of the cells segment; it must have `bytes` bytes, or none if that is allowed. */
static int take_buffer(
    struct decoder *in, size_t bytes, bool may_lack, const char *place, const void **data)
{
    *data = NULL;
    if (in->next_buffer >= in->buffer_count) {
        return damaged(in, "number of buffers, more than", in->next_buffer, in->buffer_count);
    }
    uint64_t found = in->buffers[in->next_buffer++];
    if (may_lack && found == 0) {
        return WEIR_OK;
    }
    size_t left = in->cells_bytes - in->next_cell;
    if (found != bytes || bytes > left || weir_frame_align(bytes) > left) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "block bytes: field '%s': expected a buffer of %zu bytes, found %llu "
                              "of %zu left: " ADVICE,
                              place, bytes, (unsigned long long)found, left);
    }
    *data = in->cells + in->next_cell;
    in->next_cell += weir_frame_align(bytes);
    return WEIR_OK;
}

static int take_column(struct decoder *in,
                       const struct weir_type *type,
                       size_t rows,
                       const char *place,
                       struct weir_column *column);

static int take_children(struct decoder *in,
                         const struct weir_type *type,
                         size_t rows,
                         const char *place,
                         struct weir_column *column)
{
    bool is_list = type->kind == WEIR_TYPE_LIST;
    uint32_t count = is_list ? 1 : type->field_count;
    struct weir_column *children = weir_arena_alloc(&in->table->arena, count * sizeof *children);
    column->children = children;
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(take_column(in, is_list ? type->item : type->fields[i].type, rows,
                             is_list ? place : type->fields[i].name, &children[i]));
    }
    return WEIR_OK;
}

/* Depth is bounded by the schema's. */
static int take_column(struct decoder *in,
                       const struct weir_type *type,
                       size_t rows,
                       const char *place,
                       struct weir_column *column)
{
    const void *valid = NULL;
    *column = (struct weir_column){.type = type};
    WEIR_TRY(take_buffer(in, (rows + 7) / 8, true, place, &valid));
    WEIR_TRY(take_buffer(in, weir_frame_data_bytes(type, rows), false, place, &column->data));
    column->valid = valid;
    if (weir_type_is_text(type)) {
        return weir_frame_verify_views(column->data, rows, &in->table->heaps, place, in->err);
    }
    if (type->kind == WEIR_TYPE_LIST) {
        const int32_t *offsets = column->data;
        WEIR_TRY(weir_frame_verify_offsets(offsets, rows, place, in->err));
        column->child_rows = offsets[rows];
        return take_children(in, type, (size_t)offsets[rows], place, column);
    }
    if (type->kind == WEIR_TYPE_STRUCT) {
        column->data = NULL;
        return take_children(in, type, rows, place, column);
    }
    return WEIR_OK;
}

static int take_table(struct decoder *in)
{
    struct weir_table *table = in->table;
    WEIR_TRY(read_header(in));
    const struct weir_type *schema = table->all.schema;
    table->columns = weir_alloc(schema->field_count * sizeof *table->columns);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        WEIR_TRY(take_column(in, schema->fields[i].type, table->all.rows, schema->fields[i].name,
                             &table->columns[i]));
    }
    if (in->next_buffer != in->buffer_count) {
        return damaged(in, "number of buffers", in->next_buffer, in->buffer_count);
    }
    if (in->next_cell != in->cells_bytes) {
        return damaged(in, "bytes of cells", in->next_cell, in->cells_bytes);
    }
    table->all.columns = table->columns;
    table->all.heaps = &table->heaps;
    return WEIR_OK;
}

int weir_table_decode(weir_bytes bytes,
                      size_t *used,
                      struct weir_table *table,
                      struct weir_error *err)
{
    struct weir_error local;
    struct decoder in = {.table = table, .err = err != NULL ? err : &local};
    *table = (struct weir_table){0};
    *used = 0;
    weir_arena_init(&table->arena);
    weir_heaps_init(&table->heaps);
    int status = open_frame(&in, bytes);
    if (status == WEIR_OK) {
        status = take_table(&in);
    }
    weir_free(in.buffers);
    if (status != WEIR_OK) {
        weir_table_finish(table);
        return status;
    }
    *used = in.frame.count;
    return WEIR_OK;
}
