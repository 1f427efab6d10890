/* SPDX-License-Identifier: Apache-2.0 */
/* The operators: each takes text or bytes, xxh3 and bucket numbers too. */
#include "sums.h"

#include <weir/operator.h>

#include <inttypes.h>

#define XXH_INLINE_ALL /* most texts are short: the call would cost more than the hash */
#include <xxhash.h>

#define EXAMPLE(call) "generate clicks | map hash = hash." call " | print"

/* ---- xxh3 ---- */
struct seed_self {
    uint64_t seed;
};

static int open_seed(struct weir_task *task)
{
    struct seed_self *self = task->self;
    self->seed = (uint64_t)weir_param_i64(task, "seed");
    return WEIR_OK;
}

/* A number is hashed as its eight bytes, the lowest first. */
static inline uint64_t xxh3_of_i64(int64_t number, uint64_t seed)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)((uint64_t)number >> (8 * i));
    }
    return XXH3_64bits_withSeed(bytes, sizeof bytes, seed);
}

WEIR_PARAMS(xxh3, WEIR_PARAM_I64(seed, default(0), "another one gives another hash"));
WEIR_INSTANCE(xxh3, struct seed_self, open_seed, NULL);
WEIR_HELP(xxh3_str, "XXH3 of 64 bits: the fastest here", EXAMPLE("xxh3(user)"));
WEIR_FUNCTION_AS(xxh3_str, "xxh3", 0, int64_t, (weir_str, text))
{
    return (int64_t)XXH3_64bits_withSeed(text.bytes, text.count,
                                         weir_self(ctx, struct seed_self)->seed);
}

WEIR_HELP(xxh3_bytes, "XXH3 of 64 bits: the fastest here", EXAMPLE("xxh3(std.bytes(user))"));
WEIR_FUNCTION_AS(xxh3_bytes, "xxh3", 0, int64_t, (weir_bytes, bytes))
{
    return (int64_t)XXH3_64bits_withSeed(bytes.bytes, bytes.count,
                                         weir_self(ctx, struct seed_self)->seed);
}

WEIR_HELP(xxh3_i64,
          "XXH3 of 64 bits of the number's eight bytes, the lowest first",
          EXAMPLE("xxh3(ms)"));
WEIR_FUNCTION_AS(xxh3_i64, "xxh3", 0, int64_t, (int64_t, number))
{
    return (int64_t)xxh3_of_i64(number, weir_self(ctx, struct seed_self)->seed);
}

/* ---- bucket ---- */
static inline int64_t bucket_of(struct weir_ctx *ctx, uint64_t hash, int64_t count)
{
    if (count <= 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "one of %" PRId64 " buckets: expected 1 or more", count);
        return 0;
    }
    return (int64_t)(hash % (uint64_t)count);
}

WEIR_HELP(bucket_str,
          "0 to count - 1, the same for the same text: xxh3(text), taken as unsigned, modulo count",
          EXAMPLE("bucket(user, 16)"));
WEIR_FUNCTION_AS(bucket_str, "bucket", 0, int64_t, (weir_str, text, int64_t, count))
{
    return bucket_of(ctx, XXH3_64bits(text.bytes, text.count), count);
}

WEIR_HELP(bucket_i64,
          "0 to count - 1, the same for the same number: xxh3(number), taken as unsigned, modulo "
          "count",
          EXAMPLE("bucket(ms, 16)"));
WEIR_FUNCTION_AS(bucket_i64, "bucket", 0, int64_t, (int64_t, number, int64_t, count))
{
    return bucket_of(ctx, xxh3_of_i64(number, 0), count);
}

/* ---- crc32c ---- */
static int open_crc32c(struct weir_task *task)
{
    crc32c_init(task->self);
    return WEIR_OK;
}

WEIR_INSTANCE(crc32c, struct crc32c, open_crc32c, NULL);
WEIR_HELP(crc32c_str, "CRC-32C (Castagnoli), 0 to 4294967295", EXAMPLE("crc32c(user)"));
WEIR_FUNCTION_AS(crc32c_str, "crc32c", 0, int64_t, (weir_str, text))
{
    return crc32c_of(weir_self(ctx, struct crc32c), text.bytes, text.count);
}

WEIR_HELP(crc32c_bytes,
          "CRC-32C (Castagnoli), 0 to 4294967295",
          EXAMPLE("crc32c(std.bytes(user))"));
WEIR_FUNCTION_AS(crc32c_bytes, "crc32c", 0, int64_t, (weir_bytes, bytes))
{
    return crc32c_of(weir_self(ctx, struct crc32c), bytes.bytes, bytes.count);
}

/* ---- fnv1a ---- */
WEIR_HELP(fnv1a_str, "FNV-1a of 64 bits", EXAMPLE("fnv1a(user)"));
WEIR_FUNCTION_AS(fnv1a_str, "fnv1a", 0, int64_t, (weir_str, text))
{
    return (int64_t)fnv1a_of(text.bytes, text.count);
}

WEIR_HELP(fnv1a_bytes, "FNV-1a of 64 bits", EXAMPLE("fnv1a(std.bytes(user))"));
WEIR_FUNCTION_AS(fnv1a_bytes, "fnv1a", 0, int64_t, (weir_bytes, bytes))
{
    return (int64_t)fnv1a_of(bytes.bytes, bytes.count);
}

/* ---- murmur3 ---- */
WEIR_PARAMS(murmur3,
            WEIR_PARAM_I64_IN(seed, default(0), 0, 4294967295, "another one gives another hash"));
WEIR_INSTANCE(murmur3, struct seed_self, open_seed, NULL);
WEIR_HELP(murmur3_str, "MurmurHash3 of 32 bits, 0 to 4294967295", EXAMPLE("murmur3(user)"));
WEIR_FUNCTION_AS(murmur3_str, "murmur3", 0, int64_t, (weir_str, text))
{
    return murmur3_of(text.bytes, text.count, (uint32_t)weir_self(ctx, struct seed_self)->seed);
}

WEIR_HELP(murmur3_bytes,
          "MurmurHash3 of 32 bits, 0 to 4294967295",
          EXAMPLE("murmur3(std.bytes(user))"));
WEIR_FUNCTION_AS(murmur3_bytes, "murmur3", 0, int64_t, (weir_bytes, bytes))
{
    return murmur3_of(bytes.bytes, bytes.count, (uint32_t)weir_self(ctx, struct seed_self)->seed);
}

/* ---- as text ---- */
struct hex_self {
    char text[16];
};

WEIR_INSTANCE(hex, struct hex_self, NULL, NULL);
WEIR_HELP(hex, "the 16 hexadecimal digits of a hash", EXAMPLE("hex(hash.xxh3(user))"));
WEIR_FUNCTION(weir_str, hex, (int64_t, hash))
{
    char *text = weir_self(ctx, struct hex_self)->text;
    for (int i = 0; i < 16; i++) {
        text[i] = "0123456789abcdef"[(uint64_t)hash >> (60 - 4 * i) & 15];
    }
    return weir_str_make(text, 16);
}
