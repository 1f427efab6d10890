/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin `hash`: values that others have published, so that a hash made here is found there. */
#include "call.h"
#include "sums.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PARAMS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* XXH3: xxhash's own xxhsum -H3. CRC-32C: RFC 3720 B.4 and the check value of its catalogue.
 * FNV-1a: draft-eastlake-fnv. MurmurHash3: SMHasher's test vectors. */
static void published_values(void **state)
{
    static const struct {
        const char *op, *param;
        struct call_value text;
        uint64_t expected;
    } cases[] = {
        {"xxh3(str)", "seed=0", CALL_TEXT(""), 0x2D06800538D394C2},
        {"xxh3(bytes)", "seed=0", CALL_TEXT(""), 0x2D06800538D394C2},
        {"xxh3(str)", "seed=0", CALL_TEXT("abc"), 0x78AF5F94892F3950},
        {"crc32c(str)", NULL, CALL_TEXT("123456789"), 0xE3069283},
        {"crc32c(bytes)", NULL, CALL_TEXT("123456789"), 0xE3069283},
        {"crc32c(str)", NULL, CALL_TEXT(""), 0},
        {"fnv1a(str)", NULL, CALL_TEXT(""), 0xCBF29CE484222325},
        {"fnv1a(str)", NULL, CALL_TEXT("a"), 0xAF63DC4C8601EC8C},
        {"fnv1a(bytes)", NULL, CALL_TEXT("foobar"), 0x85944171F73967E8},
        {"murmur3(str)", "seed=0", CALL_TEXT(""), 0},
        {"murmur3(str)", "seed=1", CALL_TEXT(""), 0x514E28B7},
        {"murmur3(str)", "seed=4294967295", CALL_TEXT(""), 0x81F16F39},
        {"murmur3(str)", "seed=0", CALL_TEXT("\0\0\0\0"), 0x2362F9DE},
        {"murmur3(str)", "seed=2538058380", CALL_TEXT("aaaa"), 0x5A97808A},
        {"murmur3(str)", "seed=2538058380", CALL_TEXT("aaa"), 0x283E0130},
        {"murmur3(str)", "seed=2538058380", CALL_TEXT("aa"), 0x5D211726},
        {"murmur3(str)", "seed=2538058380", CALL_TEXT("a"), 0x7FA09EA6},
        {"murmur3(bytes)", "seed=2538058380", CALL_TEXT("Hello, world!"), 0x24884CBA},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct call call;
        call_open(&call, "hash", cases[i].op, PARAMS(cases[i].param));
        call_check(&call, &cases[i].text, (struct call_value){.i64 = (int64_t)cases[i].expected});
        call_close(&call);
    }
}

/* RFC 3720 B.4: 32 bytes of one kind, and rising ones. */
static void crc32c_of_blocks(void **state)
{
    struct call_value text = {.text = {NULL, 32}};
    char bytes[32];
    struct call call;
    (void)state;
    text.text.bytes = bytes;
    call_open(&call, "hash", "crc32c(str)", NULL);
    memset(bytes, 0, sizeof bytes);
    call_check(&call, &text, (struct call_value){.i64 = 0x8A9136AA});
    memset(bytes, 0xFF, sizeof bytes);
    call_check(&call, &text, (struct call_value){.i64 = 0x62A8AB43});
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)i;
    }
    call_check(&call, &text, (struct call_value){.i64 = 0x46DD794E});
    call_close(&call);
}

/* Both ways to the same sum, for every length around the eight bytes of a step. */
static void crc32c_by_table_and_by_processor(void **state)
{
    static struct crc32c crc;
    uint8_t bytes[100];
    uint32_t seed = 5;
    (void)state;
    crc32c_init(&crc);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)drive_random(&seed, 256);
    }
    for (size_t start = 0; start < 8; start++) {
        for (size_t count = 0; start + count <= sizeof bytes; count++) {
            assert_int_equal(crc32c_by_table(&crc, bytes + start, count),
                             crc32c_of(&crc, bytes + start, count));
        }
    }
}

/* A number hashes as its eight bytes; a seed changes all. */
static void numbers_and_seeds(void **state)
{
    struct call by_number;
    struct call by_bytes;
    struct call seeded;
    int64_t hash;
    (void)state;
    call_open(&by_number, "hash", "xxh3(i64)", NULL);
    call_open(&by_bytes, "hash", "xxh3(bytes)", NULL);
    call_open(&seeded, "hash", "xxh3(i64)", PARAMS("seed=7"));
    call_rows(&by_bytes, &(struct call_value)CALL_TEXT("\x08\x07\x06\x05\x04\x03\x02\x01"), 1);
    hash = by_bytes.run.rows[0].i64;
    call_check(&by_number, &(struct call_value)CALL_I64(0x0102030405060708),
               (struct call_value){.i64 = hash});
    call_rows(&seeded, &(struct call_value)CALL_I64(0x0102030405060708), 1);
    assert_int_not_equal(seeded.run.rows[0].i64, hash);
    call_close(&by_number);
    call_close(&by_bytes);
    call_close(&seeded);
}

static void buckets(void **state)
{
    uint32_t counts[16] = {0};
    struct call call;
    (void)state;
    call_open(&call, "hash", "bucket(i64,i64)", NULL);
    for (int64_t i = 0; i < 1600; i++) {
        call_rows(&call, (const struct call_value[]){CALL_I64(i), CALL_I64(16)}, 1);
        assert_in_range(call.run.rows[0].i64, 0, 15);
        counts[call.run.rows[0].i64]++;
    }
    for (size_t i = 0; i < 16; i++) {
        assert_in_range(counts[i], 50, 150);
    }
    call_check_fails(&call, (const struct call_value[]){CALL_I64(1), CALL_I64(0)},
                     "one of 0 buckets");
    call_close(&call);
    call_open(&call, "hash", "bucket(str,i64)", NULL);
    call_check(&call, (const struct call_value[]){CALL_TEXT(""), CALL_I64(1000)},
               (struct call_value){.i64 = (int64_t)(0x2D06800538D394C2 % 1000)});
    call_check(&call, (const struct call_value[]){CALL_TEXT("abc"), CALL_I64(1)},
               (struct call_value)CALL_I64(0));
    call_check_fails(&call, (const struct call_value[]){CALL_TEXT("a"), CALL_I64(INT64_MIN)},
                     "expected 1 or more");
    call_close(&call);
}

static void hex(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "hash", "hex", NULL);
    call_check(&call, &(struct call_value)CALL_I64(-1),
               (struct call_value)CALL_TEXT("ffffffffffffffff"));
    call_check(&call, &(struct call_value)CALL_I64(0xABC),
               (struct call_value)CALL_TEXT("0000000000000abc"));
    call_close(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_values),
        cmocka_unit_test(crc32c_of_blocks),
        cmocka_unit_test(crc32c_by_table_and_by_processor),
        cmocka_unit_test(numbers_and_seeds),
        cmocka_unit_test(buckets),
        cmocka_unit_test(hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
