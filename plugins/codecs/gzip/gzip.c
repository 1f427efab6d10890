/* SPDX-License-Identifier: Apache-2.0 */
/* gzip: compressed bytes give the bytes. A stream gives them in pieces as they come; a record that
 * is a whole stream gives one record. Members one behind the other are one stream (RFC 1952); each
 * one's checksum and length are checked; a stream that ends within one is an error. zlib streams
 * are taken, too. */
#include <weir/plugin.h>

#include <zlib.h>

enum {
    GZIP_PIECE_BYTES = 64 * 1024,
    GZIP_WINDOW = 15 + 32, /* zlib: the largest window, gzip or zlib by the header */
    GZIP_RECORD_BYTES_MAX = 1 << 30
};

struct gzip_self {
    z_stream stream;
    bool is_open;   /* the stream has its memory */
    bool is_within; /* a member has begun and not ended */
    bool has_ended; /* one has, and nothing but padding may be there until the next */
    bool is_record; /* a record is decoded: its pieces are collected */
    struct weir_blob record;
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
                     struct gzip_self *self,
                     size_t count,
                     struct weir_out *out)
{
    if (!self->is_record) {
        return count > 0 ? put_row(task, out, self->piece, count) : WEIR_OK;
    }
    if (count > GZIP_RECORD_BYTES_MAX - self->record.count) {
        return weir_fail(task, WEIR_BAD_RECORD, "gzip: a record of more than 1 GiB");
    }
    weir_blob_append(&self->record, self->piece, count);
    return self->record.is_failed ? weir_fail(task, WEIR_RETRY, "gzip: out of memory") : WEIR_OK;
}

/* How bad it is if the bytes are wrong: a stream cannot go on, the next record can. */
static int outcome_of(const struct gzip_self *self)
{
    return self->is_record ? WEIR_BAD_RECORD : WEIR_FATAL;
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
        return weir_fail(task, outcome_of(self), "gzip: %s, %llu bytes into a member",
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
    return put_piece(task, self, GZIP_PIECE_BYTES - stream->avail_out, out);
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
        return weir_fail(task, outcome_of(self),
                         "gzip: the stream ends within a member, %llu bytes into it: it is cut off",
                         (unsigned long long)stream->total_in);
    }
    return rc;
}

/* ---- records ---- */
static int decode_record(struct weir_task *task, weir_str record, struct weir_out *out)
{
    struct gzip_self *self = weir_self(task, struct gzip_self);
    weir_blob_clear(&self->record);
    self->is_within = self->has_ended = false;
    if (inflateReset(&self->stream) != Z_OK) {
        return weir_fail(task, WEIR_FATAL, "gzip: cannot begin a record");
    }
    self->is_record = true;
    int rc = feed(task, weir_bytes_from_str(record), true, out);
    self->is_record = false;
    return rc == WEIR_OK ? put_row(task, out, self->record.bytes, self->record.count) : rc;
}

static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, decode_record);
}

WEIR_INSTANCE(gzip, struct gzip_self, start, finish);
WEIR_CODEC(gzip, (weir_bytes, value), (weir_bytes, value), NULL, decode, NULL, NULL, NULL, feed);
WEIR_HELP(gzip,
          "the bytes that a gzip stream holds, of one member or many; one that is cut off is an "
          "error",
          "generate lines | gzip | lines");

WEIR_PLUGIN("org.weir.gzip", WEIR_VERSION, "gzip streams", "Apache-2.0");
