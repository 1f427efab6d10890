/* SPDX-License-Identifier: Apache-2.0 */
/* The writer: msgpack-c's packer, appending to a text. Appending cannot fail, so neither can the
 * packer. */
#include "wire/wire.h"

#include <msgpack/pack.h>
#include <string.h>

static int append(void *to, const char *bytes, size_t count)
{
    weir_text_append(to, bytes, count);
    return 0;
}

static msgpack_packer packer_of(struct weir_text *to)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, to, append);
    return packer;
}

void weir_pack_nil(struct weir_text *to)
{
    msgpack_packer packer = packer_of(to);
    (void)msgpack_pack_nil(&packer);
}

void weir_pack_bool(struct weir_text *to, bool value)
{
    msgpack_packer packer = packer_of(to);
    (void)(value ? msgpack_pack_true(&packer) : msgpack_pack_false(&packer));
}

void weir_pack_i64(struct weir_text *to, int64_t value)
{
    msgpack_packer packer = packer_of(to);
    (void)msgpack_pack_int64(&packer, value);
}

void weir_pack_f64(struct weir_text *to, double value)
{
    msgpack_packer packer = packer_of(to);
    (void)msgpack_pack_double(&packer, value);
}

void weir_pack_str(struct weir_text *to, weir_str value)
{
    msgpack_packer packer = packer_of(to);
    WEIR_ASSERT(value.count <= UINT32_MAX); /* msgpack's own limit */
    (void)msgpack_pack_str_with_body(&packer, value.bytes, value.count);
}

void weir_pack_bin(struct weir_text *to, weir_bytes value)
{
    msgpack_packer packer = packer_of(to);
    WEIR_ASSERT(value.count <= UINT32_MAX);
    (void)msgpack_pack_bin_with_body(&packer, value.bytes, value.count);
}

void weir_pack_array(struct weir_text *to, uint32_t count)
{
    msgpack_packer packer = packer_of(to);
    (void)msgpack_pack_array(&packer, count);
}

void weir_pack_map(struct weir_text *to, uint32_t count)
{
    msgpack_packer packer = packer_of(to);
    (void)msgpack_pack_map(&packer, count);
}

void weir_pack_key(struct weir_text *to, const char *key)
{
    weir_pack_str(to, weir_str_of(key));
}
