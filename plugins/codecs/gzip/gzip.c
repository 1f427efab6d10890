/* SPDX-License-Identifier: Apache-2.0 */
/* gzip: a stream of compressed bytes gives the bytes, in pieces. Members one behind the other are
 * one stream (RFC 1952); each one's checksum and length are checked; a stream that ends within one
 * is an error. zlib streams are taken, too. */
#include <weir/plugin.h>

#include <zlib.h>

enum {
    GZIP_PIECE_BYTES = 64 * 1024,
    GZIP_WINDOW = 15 + 32 /* zlib: the largest window, gzip or zlib by the header */
};

struct gzip_self {
    z_stream stream;
    bool is_open;   /* the stream has its memory */
    bool is_within; /* a member has begun and not ended */
    bool has_ended; /* one has, and nothing but padding may be there until the next */
    uint8_t piece[GZIP_PIECE_BYTES];
};

static int start(struct weir_task *task)
{
    struct gzip_self *self = weir_self(task, struct gzip_self);
    self->is_open = inflateInit2(&self->stream, GZIP_WINDOW) == Z_OK;
    return self->is_open ? WEIR_OK : weir_fail(task, WEIR_RETRY, "gzip: out of memory");
}

static void finish(struct weir_task *task)
{
    struct gzip_self *self = weir_self(task, struct gzip_self);
    if (self->is_open) {
        (void)inflateEnd(&self->stream);
    }
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

/* Inflates what is there of the member. */
static int inflate_some(struct weir_task *task, struct gzip_self *self, struct weir_out *out)
{
    z_stream *stream = &self->stream;
    stream->next_out = self->piece;
    stream->avail_out = GZIP_PIECE_BYTES;
    const int result = inflate(stream, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR) {
        return weir_fail(task, WEIR_RETRY, "gzip: out of memory");
    }
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
        return weir_fail(task, WEIR_FATAL, "gzip: %s, %llu bytes into a member",
                         result == Z_NEED_DICT ? "it needs a dictionary"
                         : stream->msg != NULL ? stream->msg
                                               : "broken data",
                         (unsigned long long)stream->total_in);
    }
    if (result == Z_STREAM_END) {
        self->is_within = false;
        self->has_ended = true;
        if (inflateReset(stream) != Z_OK) {
            return weir_fail(task, WEIR_FATAL, "gzip: cannot begin the next member");
        }
    }
    return put_piece(task, out, self->piece, GZIP_PIECE_BYTES - stream->avail_out);
}

/* Behind a member, zero bytes are padding (tapes and blocks have it). */
static void skip_padding(struct gzip_self *self)
{
    while (self->has_ended && !self->is_within && self->stream.avail_in > 0 &&
           *self->stream.next_in == 0) {
        self->stream.next_in++;
        self->stream.avail_in--;
    }
}

static int feed(struct weir_task *task, weir_bytes piece, bool is_last, struct weir_out *out)
{
    struct gzip_self *self = weir_self(task, struct gzip_self);
    z_stream *stream = &self->stream;
    int rc = WEIR_OK;
    while (piece.count > 0 && rc == WEIR_OK) {
        const size_t count = piece.count < UINT32_MAX / 2 ? piece.count : UINT32_MAX / 2;
        stream->next_in = (Bytef *)(uintptr_t)piece.bytes;
        stream->avail_in = (uInt)count;
        for (;;) {
            skip_padding(self);
            if (stream->avail_in == 0 && !(self->is_within && stream->avail_out == 0)) {
                break;
            }
            self->is_within = true;
            rc = inflate_some(task, self, out);
            if (rc != WEIR_OK) {
                break;
            }
        }
        piece = weir_bytes_make(piece.bytes + count, piece.count - count);
    }
    if (rc == WEIR_OK && is_last && self->is_within) {
        return weir_fail(task, WEIR_FATAL,
                         "gzip: the stream ends within a member, %llu bytes into it: it is cut off",
                         (unsigned long long)stream->total_in);
    }
    return rc;
}

WEIR_INSTANCE(gzip, struct gzip_self, start, finish);
WEIR_CODEC(gzip, (weir_bytes, value), (weir_bytes, value), NULL, NULL, NULL, NULL, NULL, feed);
WEIR_HELP(gzip,
          "the bytes of a gzip stream, of one member or many; one that is cut off is an error",
          "file \"F.gz\" | gzip | lines");

WEIR_PLUGIN("org.weir.gzip", WEIR_VERSION, "gzip streams", "Apache-2.0");
