/* SPDX-License-Identifier: Apache-2.0 */
/* lz4: a stream of LZ4 frames, as the lz4 command writes them, gives the bytes, in pieces. Frames
 * one behind the other are one stream; checksums are checked where there are any; a stream that
 * ends within a frame is an error. */
#include <weir/plugin.h>

#include <lz4frame.h>

enum { LZ4_PIECE_BYTES = 64 * 1024 };

struct lz4_self {
    LZ4F_dctx *frame;
    uint64_t bytes; /* of all input so far */
    bool is_within;
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
    (void)LZ4F_freeDecompressionContext(weir_self(task, struct lz4_self)->frame);
}

static int put_piece(struct weir_task *task,
                     struct weir_out *out,
                     const uint8_t *bytes,
                     size_t count)
{
    const int rc = count > 0 ? weir_row_begin(out, task, count) : WEIR_OK;
    if (rc == WEIR_OK && count > 0) {
        weir_row_bytes(out, 0, weir_bytes_make(bytes, count));
        weir_row_end(out);
    }
    return rc;
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
            return weir_fail(task, WEIR_FATAL, "lz4: %s, in the %llu bytes after byte %llu",
                             LZ4F_getErrorName(result), (unsigned long long)piece.count,
                             (unsigned long long)self->bytes);
        }
        self->is_within = result != 0;
        self->bytes += used;
        piece = weir_bytes_make(piece.bytes + used, piece.count - used);
        const int rc = put_piece(task, out, self->piece, given);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return is_last && self->is_within
               ? weir_fail(task, WEIR_FATAL,
                           "lz4: the stream ends within a frame, after byte %llu: it is cut off",
                           (unsigned long long)self->bytes)
               : WEIR_OK;
}

WEIR_INSTANCE(lz4, struct lz4_self, start, finish);
WEIR_CODEC(lz4, (weir_bytes, value), (weir_bytes, value), NULL, NULL, NULL, NULL, NULL, feed);
WEIR_HELP(lz4,
          "the bytes of a stream of LZ4 frames, one or many; one that is cut off is an error",
          "file \"F.lz4\" | lz4 | lines");

WEIR_PLUGIN("org.weir.lz4", WEIR_VERSION, "LZ4 frames", "Apache-2.0");
