/* SPDX-License-Identifier: Apache-2.0 */
/* Structs to bytes and back. The only room that includes msgpack, behind a small writer and reader;
 * block bytes (header by msgpack, raw 64-byte-aligned columns, optional LZ4, XXH3); and the
 * messages that driver and worker exchange (structs: within one process they are passed as they
 * are). */
#ifndef WEIR_WIRE_WIRE_H
#define WEIR_WIRE_WIRE_H

#include "base/base.h"
#include "data/data.h"
#include "wire/message.h"

/* ---- msgpack writer: appends to a text ---- */
void weir_pack_nil(struct weir_text *to);              /* Appends nil. */
void weir_pack_bool(struct weir_text *to, bool value); /* Appends a bool. */
void weir_pack_i64(struct weir_text *to,
                   int64_t value); /* Appends an integer in its shortest form. */
void weir_pack_f64(struct weir_text *to, double value);     /* Appends a double. */
void weir_pack_str(struct weir_text *to, weir_str value);   /* Appends a text. */
void weir_pack_bin(struct weir_text *to, weir_bytes value); /* Appends bytes. */
void weir_pack_array(struct weir_text *to, uint32_t count); /* Begins an array of count elements. */
void weir_pack_map(struct weir_text *to, uint32_t count);   /* Begins a map of count pairs. */
void weir_pack_key(struct weir_text *to, const char *key);  /* Appends a map key. */
void weir_pack_value(struct weir_text *to,
                     const struct weir_value *value); /* A constant with its type. */

/* ---- msgpack reader: pulls from bytes; never reads past the end, never trusts a length ---- */
struct weir_unpack {
    const uint8_t *bytes;
    size_t count, at;
    struct weir_error *err; /* filled by the first failure: WEIR_EDAMAGED with the offset, what was
                               expected and found */
};

/* Begins reading. err must not be NULL. */
void weir_unpack_init(struct weir_unpack *in, weir_bytes bytes, struct weir_error *err);

bool weir_unpack_is_nil(const struct weir_unpack *in); /* Is the next element nil? (not consumed) */
int weir_unpack_nil(struct weir_unpack *in);           /* Consumes nil. */
int weir_unpack_bool(struct weir_unpack *in, bool *value);   /* Consumes a bool. */
int weir_unpack_i64(struct weir_unpack *in, int64_t *value); /* Consumes an integer that fits. */
int weir_unpack_u32(struct weir_unpack *in,
                    uint32_t *value);                       /* Consumes an integer in [0, 2^32). */
int weir_unpack_f64(struct weir_unpack *in, double *value); /* Consumes a float or integer. */
int weir_unpack_str(struct weir_unpack *in,
                    weir_str *value); /* Consumes a text; points into the input. */
int weir_unpack_bin(struct weir_unpack *in,
                    weir_bytes *value); /* Consumes bytes; points into the input. */
int weir_unpack_array(struct weir_unpack *in,
                      uint32_t *count); /* count is checked against the bytes left. */
int weir_unpack_map(struct weir_unpack *in,
                    uint32_t *count);         /* count is checked against the bytes left. */
int weir_unpack_skip(struct weir_unpack *in); /* Consumes any one element, however deep. */
int weir_unpack_value(struct weir_unpack *in,
                      struct weir_arena *arena,
                      struct weir_value *value); /* weir_pack_value's. */

/* XXH3 of bytes, for records that are kept: what it differs for is damaged. */
uint64_t weir_checksum(weir_bytes bytes);

/* ---- block bytes ---- */
enum { WEIR_BLOCK_BYTES_LZ4 = 1 };

/* Appends a table as one self-describing frame: magic, lengths, msgpack header (schema, rows,
 * buffers), aligned column buffers (heaps compacted to what the views use), XXH3 of all. flags:
 * WEIR_BLOCK_BYTES_LZ4 compresses the body. */
int weir_table_encode(const struct weir_rows *rows,
                      uint32_t flags,
                      struct weir_text *to,
                      struct weir_error *err);

/* Reads one frame; *used = its bytes. The schema is made on table->arena. Every length, offset and
 * the checksum are verified: WEIR_EDAMAGED names what is wrong. */
int weir_table_decode(weir_bytes bytes,
                      size_t *used,
                      struct weir_table *table,
                      struct weir_error *err);

/* Bytes of the frame that begins with `head` (16 bytes are enough), unverified: a frame may be
 * damaged there too. 0: that is no frame's beginning. */
uint64_t weir_table_frame_bytes(weir_bytes head);

#endif
