/* SPDX-License-Identifier: Apache-2.0 */
/* lz4: the bytes that LZ4 frames hold, as the lz4 command writes them. A stream gives them in
 * pieces as they come; a record that is a whole stream gives one record. Frames one behind the
 * other are one stream; checksums are checked where there are any; a stream that ends within a
 * frame is an error. */
#include <weir/plugin.h>

#include <lz4frame.h>

enum { LZ4_PIECE_BYTES = 64 * 1024, LZ4_RECORD_BYTES_MAX = 1 << 30 };

struct lz4_self {
    LZ4F_dctx *frame;
    uint64_t bytes; /* of all input so far */
    bool is_within; /* a frame has begun and not ended */
    bool is_record; /* a record is decoded: its pieces are collected */
    struct weir_blob record;
    uint8_t piece[LZ4_PIECE_BYTES];
};

static int start(struct weir_task *task)
{
    struct lz4_self *self = weir_self(task, struct lz4_self);
    return LZ4F_isError(LZ4F_createDecompressionContext(&self->frame, LZ4F_VERSION)) == 0
               ? WEIR_OK
               : weir_fail(task, WEIR_RETRY, "lz4: out of memory");
}

static void finish(struct weir_task *task)
{
    struct lz4_self *self = weir_self(task, struct lz4_self);
    (void)LZ4F_freeDecompressionContext(self->frame);
    weir_blob_free(&self->record);
}

static int put_row(struct weir_task *task, struct weir_out *out, const void *bytes, size_t count)
{
    const int rc = weir_row_begin(out, task, count);
    if (rc == WEIR_OK) {
        weir_row_bytes(out, 0, weir_bytes_make(bytes, count));
        weir_row_end(out);
    }
    return rc;
}

static int put_piece(struct weir_task *task,
                     struct lz4_self *self,
                     size_t count,
                     struct weir_out *out)
{
    if (!self->is_record) {
        return count > 0 ? put_row(task, out, self->piece, count) : WEIR_OK;
    }
    if (count > LZ4_RECORD_BYTES_MAX - self->record.count) {
        return weir_fail(task, WEIR_BAD_RECORD, "lz4: a record of more than 1 GiB");
    }
    weir_blob_append(&self->record, self->piece, count);
    return self->record.is_failed ? weir_fail(task, WEIR_RETRY, "lz4: out of memory") : WEIR_OK;
}

/* How bad it is if the bytes are wrong: a stream cannot go on, the next record can. */
static int outcome_of(const struct lz4_self *self)
{
    return self->is_record ? WEIR_BAD_RECORD : WEIR_FATAL;
}

static int feed(struct weir_task *task, weir_bytes piece, bool is_last, struct weir_out *out)
{
    struct lz4_self *self = weir_self(task, struct lz4_self);
    size_t given = LZ4_PIECE_BYTES;
    /* a full piece may have more behind it, without any further input */
    while (piece.count > 0 || (self->is_within && given == LZ4_PIECE_BYTES)) {
        size_t used = piece.count;
        given = LZ4_PIECE_BYTES;
        const size_t result =
            LZ4F_decompress(self->frame, self->piece, &given, piece.bytes, &used, NULL);
        if (LZ4F_isError(result) != 0) {
            return weir_fail(task, outcome_of(self), "lz4: %s, in the %llu bytes after byte %llu",
                             LZ4F_getErrorName(result), (unsigned long long)piece.count,
                             (unsigned long long)self->bytes);
        }
        self->is_within = result != 0;
        self->bytes += used;
        piece = weir_bytes_make(piece.bytes + used, piece.count - used);
        const int rc = put_piece(task, self, given, out);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return is_last && self->is_within
               ? weir_fail(task, outcome_of(self),
                           "lz4: the stream ends within a frame, after byte %llu: it is cut off",
                           (unsigned long long)self->bytes)
               : WEIR_OK;
}

/* ---- records ---- */
static int decode_record(struct weir_task *task, weir_str record, struct weir_out *out)
{
    struct lz4_self *self = weir_self(task, struct lz4_self);
    weir_blob_clear(&self->record);
    LZ4F_resetDecompressionContext(self->frame);
    self->bytes = 0;
    self->is_within = false;
    self->is_record = true;
    int rc = feed(task, weir_bytes_from_str(record), true, out);
    self->is_record = false;
    return rc == WEIR_OK ? put_row(task, out, self->record.bytes, self->record.count) : rc;
}

static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, decode_record);
}

WEIR_INSTANCE(lz4, struct lz4_self, start, finish);
WEIR_CODEC(lz4, (weir_bytes, value), (weir_bytes, value), NULL, decode, NULL, NULL, NULL, feed);
WEIR_HELP(lz4,
          "the bytes that a stream of LZ4 frames holds, one or many; one that is cut off is an "
          "error",
          "generate lines | lz4 | lines");

WEIR_PLUGIN("org.weir.lz4", WEIR_VERSION, "LZ4 frames", "Apache-2.0");
