/* SPDX-License-Identifier: Apache-2.0 */
/* Tables to bytes. The rows are gathered first (no selection, no constants, nulls zeroed), so that
 * equal rows are equal bytes; then every buffer is known, and the frame is written in one go. */
#include "wire/block_frame.h"

#include <lz4.h>
#include <string.h>

/* One buffer of the cells segment. */
struct piece {
    const void *from;
    size_t bytes;
    bool is_text; /* views, to be renumbered */
};

/* What becomes of a heap of the table. */
struct heap_plan {
    uint64_t used;   /* bytes that views need */
    bool is_whole;   /* cheaper than its parts */
    int32_t number;  /* of the heap in the frame */
    uint64_t cursor; /* where its next text goes there */
};

struct segment {
    size_t raw, stored;
    size_t at; /* of the raw bytes in the body */
};

struct encoder {
    const struct weir_table *table;
    struct piece *pieces;
    size_t piece_count, piece_capacity;
    struct heap_plan *plans; /* by heap of the table */
    struct segment *segments;
    uint32_t segment_count, segment_capacity;
};

static void add_piece(struct encoder *encoder, const void *from, size_t bytes, bool is_text)
{
    WEIR_GROW(encoder->pieces, encoder->piece_count, encoder->piece_capacity);
    encoder->pieces[encoder->piece_count++] = (struct piece){from, bytes, is_text};
}

static void add_column(struct encoder *encoder, const struct weir_column *column, size_t rows)
{
    const struct weir_type *type = column->type;
    add_piece(encoder, column->valid, column->valid == NULL ? 0 : (rows + 7) / 8, false);
    add_piece(encoder, column->data, weir_frame_data_bytes(type, rows), weir_type_is_text(type));
    if (type->kind == WEIR_TYPE_LIST) {
        add_column(encoder, column->children, (size_t)column->child_rows);
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        add_column(encoder, &column->children[i], rows);
    }
}

/* The same text as the row before: a column that was carried along. */
static bool is_repeat(const weir_view *views, size_t i)
{
    return i > 0 && memcmp(&views[i], &views[i - 1], sizeof views[i]) == 0;
}

static void count_use(struct encoder *encoder, const struct piece *piece)
{
    const weir_view *views = piece->from;
    for (size_t i = 0; i < piece->bytes / sizeof *views; i++) {
        if (views[i].count > WEIR_VIEW_INLINE_BYTES && !is_repeat(views, i)) {
            encoder->plans[views[i].buffer].used += (uint64_t)views[i].count;
        }
    }
}

static struct segment *add_segment(struct encoder *encoder)
{
    WEIR_GROW(encoder->segments, encoder->segment_count, encoder->segment_capacity);
    struct segment *segment = &encoder->segments[encoder->segment_count++];
    *segment = (struct segment){0};
    return segment;
}

/* A heap of which much is used goes as it is; the used parts of the others are put together. */
static void plan_heaps(struct encoder *encoder)
{
    uint32_t shared = 0; /* the segment that takes parts; 0: none yet */
    for (uint32_t i = 0; i < encoder->table->heaps.count; i++) {
        struct heap_plan *plan = &encoder->plans[i];
        size_t bytes = encoder->table->heaps.buffers[i]->bytes;
        plan->is_whole = plan->used >= bytes;
        if (plan->is_whole) {
            plan->number = (int32_t)encoder->segment_count - 1;
            add_segment(encoder)->raw = bytes;
            continue;
        }
        if (shared == 0 || encoder->segments[shared].raw + plan->used > WEIR_FRAME_HEAP_BYTES_MAX) {
            shared = encoder->segment_count;
            (void)add_segment(encoder);
        }
        plan->number = (int32_t)shared - 1;
        plan->cursor = encoder->segments[shared].raw;
        encoder->segments[shared].raw += plan->used;
    }
}

static void plan(struct encoder *encoder)
{
    const struct weir_rows *all = &encoder->table->all;
    for (uint32_t i = 0; i < all->schema->field_count; i++) {
        add_column(encoder, &all->columns[i], all->rows);
    }
    struct segment *cells = add_segment(encoder);
    for (size_t i = 0; i < encoder->piece_count; i++) {
        cells->raw += weir_frame_align(encoder->pieces[i].bytes);
        if (encoder->pieces[i].is_text) {
            count_use(encoder, &encoder->pieces[i]);
        }
    }
    plan_heaps(encoder);
    size_t at = 0;
    for (uint32_t i = 0; i < encoder->segment_count; i++) {
        encoder->segments[i].at = at;
        encoder->segments[i].stored = encoder->segments[i].raw;
        at += weir_frame_align(encoder->segments[i].raw);
    }
}

/* Copies views, and the text of those whose heap is not taken whole. */
static void put_views(struct encoder *encoder,
                      const struct piece *piece,
                      uint8_t *body,
                      uint8_t *to)
{
    const weir_view *views = piece->from;
    const struct weir_heaps *heaps = &encoder->table->heaps;
    weir_view last = {0};
    for (size_t i = 0; i < piece->bytes / sizeof *views; i++) {
        weir_view view = views[i];
        if (view.count > WEIR_VIEW_INLINE_BYTES && is_repeat(views, i)) {
            view = last;
        } else if (view.count > WEIR_VIEW_INLINE_BYTES) {
            struct heap_plan *plan = &encoder->plans[view.buffer];
            if (!plan->is_whole) {
                uint8_t *heap = body + encoder->segments[plan->number + 1].at;
                memcpy(heap + plan->cursor, heaps->buffers[view.buffer]->data + view.offset,
                       (size_t)view.count);
                view.offset = (int32_t)plan->cursor;
                plan->cursor += (uint64_t)view.count;
            }
            view.buffer = plan->number;
        }
        last = view;
        memcpy(to + i * sizeof view, &view, sizeof view);
    }
}

/* Zeros up to the next multiple of 64. */
static void put_padding(uint8_t *to, size_t bytes)
{
    memset(to + bytes, 0, weir_frame_align(bytes) - bytes);
}

/* Appends the raw body. */
static void put_body(struct encoder *encoder, struct weir_text *to)
{
    const struct segment *last = &encoder->segments[encoder->segment_count - 1];
    size_t bytes = last->at + weir_frame_align(last->raw);
    uint8_t *body = (uint8_t *)weir_text_reserve(to, bytes);
    uint8_t *at = body;
    for (size_t i = 0; i < encoder->piece_count; i++) {
        const struct piece *piece = &encoder->pieces[i];
        if (piece->is_text) {
            put_views(encoder, piece, body, at);
        } else if (piece->bytes > 0) {
            memcpy(at, piece->from, piece->bytes);
        }
        put_padding(at, piece->bytes);
        at += weir_frame_align(piece->bytes);
    }
    for (uint32_t i = 0; i < encoder->table->heaps.count; i++) {
        const struct heap_plan *plan = &encoder->plans[i];
        const struct segment *segment = &encoder->segments[plan->number + 1];
        if (plan->is_whole) {
            memcpy(body + segment->at, encoder->table->heaps.buffers[i]->data, segment->raw);
        }
    }
    for (uint32_t i = 1; i < encoder->segment_count; i++) {
        put_padding(body + encoder->segments[i].at, encoder->segments[i].raw);
    }
    to->count += bytes;
}

/* Appends the segments, each as an LZ4 block where that is smaller. */
static void put_compressed(struct encoder *encoder,
                           const struct weir_text *raw,
                           struct weir_text *to)
{
    for (uint32_t i = 0; i < encoder->segment_count; i++) {
        struct segment *segment = &encoder->segments[i];
        const char *from = raw->bytes + segment->at;
        char *at = weir_text_reserve(to, weir_frame_align(segment->raw));
        int stored = 0;
        if (segment->raw > WEIR_FRAME_ALIGN && segment->raw <= LZ4_MAX_INPUT_SIZE) {
            stored = LZ4_compress_default(from, at, (int)segment->raw, (int)segment->raw - 1);
        }
        if (stored > 0) {
            segment->stored = (size_t)stored;
        } else if (segment->raw > 0) {
            memcpy(at, from, segment->raw);
        }
        put_padding((uint8_t *)at, segment->stored);
        to->count += weir_frame_align(segment->stored);
    }
}

static void put_header(const struct encoder *encoder, struct weir_text *to)
{
    struct weir_text schema;
    weir_text_init(&schema);
    weir_type_print(encoder->table->all.schema, &schema);
    weir_pack_map(to, 4);
    weir_pack_key(to, "schema");
    weir_pack_str(to, weir_text_str(&schema));
    weir_text_finish(&schema);
    weir_pack_key(to, "rows");
    weir_pack_i64(to, encoder->table->all.rows);
    weir_pack_key(to, "buffers");
    weir_pack_array(to, (uint32_t)encoder->piece_count);
    for (size_t i = 0; i < encoder->piece_count; i++) {
        weir_pack_i64(to, (int64_t)encoder->pieces[i].bytes);
    }
    weir_pack_key(to, "segments");
    weir_pack_array(to, encoder->segment_count);
    for (uint32_t i = 0; i < encoder->segment_count; i++) {
        weir_pack_array(to, 2);
        weir_pack_i64(to, (int64_t)encoder->segments[i].raw);
        weir_pack_i64(to, (int64_t)encoder->segments[i].stored);
    }
}

static void put_u32(char *to, uint32_t value)
{
    memcpy(to, &value, sizeof value);
}

static void put_u64(char *to, uint64_t value)
{
    memcpy(to, &value, sizeof value);
}

/* Appends prologue, header and padding; the frame's length is not known yet. */
static int put_head(const struct encoder *encoder,
                    uint32_t flags,
                    struct weir_text *to,
                    struct weir_error *err)
{
    static const char blank[WEIR_FRAME_ALIGN];
    size_t start = to->count;
    weir_text_append(to, blank, WEIR_FRAME_HEADER_AT);
    put_header(encoder, to);
    size_t bytes = to->count - start;
    if (bytes > UINT32_MAX) {
        to->count = start;
        return weir_error_set(
            err, WEIR_ELIMIT,
            "block bytes: a header of %zu bytes, at most 4294967295: use fewer or "
            "shorter field names",
            bytes);
    }
    weir_text_append(to, blank, weir_frame_align(bytes) - bytes);
    char *head = to->bytes + start;
    memcpy(head, WEIR_FRAME_MAGIC, 8);
    put_u32(head + 16, (uint32_t)(bytes - WEIR_FRAME_HEADER_AT));
    put_u32(head + 20, flags);
    return WEIR_OK;
}

static void put_end(struct weir_text *to, size_t start)
{
    char checksum[WEIR_FRAME_CHECKSUM_BYTES];
    size_t bytes = to->count - start + sizeof checksum;
    put_u64(to->bytes + start + 8, bytes);
    put_u64(checksum, weir_frame_checksum(to->bytes + start, bytes - sizeof checksum));
    weir_text_append(to, checksum, sizeof checksum);
}

static int put_frame(struct encoder *encoder,
                     uint32_t flags,
                     struct weir_text *to,
                     struct weir_error *err)
{
    size_t start = to->count;
    plan(encoder);
    if ((flags & WEIR_BLOCK_BYTES_LZ4) == 0) {
        WEIR_TRY(put_head(encoder, flags, to, err));
        put_body(encoder, to);
        put_end(to, start);
        return WEIR_OK;
    }
    struct weir_text raw;
    struct weir_text packed;
    weir_text_init(&raw);
    weir_text_init(&packed);
    put_body(encoder, &raw);
    put_compressed(encoder, &raw, &packed);
    weir_text_finish(&raw);
    int status = put_head(encoder, flags, to, err);
    if (status == WEIR_OK) {
        weir_text_append(to, packed.bytes, packed.count);
        put_end(to, start);
    }
    weir_text_finish(&packed);
    return status;
}

static int depth_of(const struct weir_type *type)
{
    int depth = type->kind == WEIR_TYPE_LIST ? depth_of(type->item) : 0;
    for (uint32_t i = 0; i < type->field_count; i++) {
        int field = depth_of(type->fields[i].type);
        depth = field > depth ? field : depth;
    }
    return depth + 1;
}

int weir_table_encode(const struct weir_rows *rows,
                      uint32_t flags,
                      struct weir_text *to,
                      struct weir_error *err)
{
    WEIR_ASSERT((flags & ~(uint32_t)WEIR_BLOCK_BYTES_LZ4) == 0);
    if (depth_of(rows->schema) > WEIR_TYPE_DEPTH_MAX) {
        return weir_error_set(err, WEIR_ELIMIT,
                              "block bytes: the schema is nested more than %d deep: flatten the "
                              "record",
                              WEIR_TYPE_DEPTH_MAX);
    }
    struct weir_table table;
    struct weir_builder *builder = weir_builder_create(rows->schema, false);
    weir_builder_add(builder, rows);
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
    struct encoder encoder = {.table = &table};
    encoder.plans = weir_alloc(table.heaps.count * sizeof *encoder.plans);
    int status = put_frame(&encoder, flags, to, err);
    weir_free(encoder.plans);
    weir_free(encoder.pieces);
    weir_free(encoder.segments);
    weir_table_finish(&table);
    return status;
}
