/* SPDX-License-Identifier: Apache-2.0 */
/* The msgpack codec: every form of every type, records that msgpack-c has made, streams cut
 * anywhere, and what is wrong. */
#include "codecs.h"

#include <msgpack.h>

/* Bytes given as a literal, whatever is in them: as one piece of a stream. */
#define STREAM(h, literal) weir_harness_stream(h, literal, sizeof(literal) - 1, true)

static void bad(const char *schema, const void *bytes, size_t count, const char *why)
{
    struct weir_harness *h = open_codec(schema);
    OK(h, weir_harness_stream(h, bytes, count, true));
    if (weir_harness_expect_bad(h, why) != 0) {
        fail_msg("%s: %s", why, weir_harness_error(h));
    }
    OK(h, weir_harness_expect(h, ""));
    weir_harness_close(h);
}
#define BAD(schema, literal, why) bad(schema, literal, sizeof(literal) - 1, why)

static void test_forms(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("msgpack schema {n: i64}");
    OK(h, STREAM(h, "\x91\x05\x91\x7f\x91\xe0\x91\xff\x91\xcc\xff\x91\xcd\xff\xff\x91\xce\xff\xff"
                    "\xff\xff\x91\xcf\x7f\xff\xff\xff\xff\xff\xff\xff\x91\xd0\x80\x91\xd1\x80\x00"
                    "\x91\xd2\x80\x00\x00\x00\x91\xd3\x80\x00\x00\x00\x00\x00\x00\x00\x91\xc0"));
    OK(h, weir_harness_expect(h, "5\n127\n-32\n-1\n255\n65535\n4294967295\n9223372036854775807\n"
                                 "-128\n-32768\n-2147483648\n-9223372036854775808\n\\N"));
    /* maps by name, keys of any kind, what nobody asks for, the first of two */
    OK(h, STREAM(h, "\x81\xa1n\x01\x82\xa1m\x02\xa1n\x03\x83\x01\x02\xc4\x01n\x04\xa1n\x05"
                    "\x82\x91\x01\xc3\xd9\x01n\x06\x80\x90\x92\x07\x08\xde\x00\x01\xa1n\x09"
                    "\xdc\x00\x01\x0a\xdd\x00\x00\x00\x01\x0b\xdf\x00\x00\x00\x01\xda\x00\x01n"
                    "\x0c"));
    OK(h, weir_harness_expect(h, "1\n3\n4\n6\n\\N\n\\N\n7\n9\n10\n11\n12"));
    weir_harness_close(h);

    h = open_codec("msgpack schema {x: f64, b: bool, s: str, z: bytes}");
    OK(h, STREAM(h, "\x94\xca\x3f\xc0\x00\x00\xc3\xa1s\xc4\x01z"
                    "\x94\xcb\x40\x04\x00\x00\x00\x00\x00\x00\xc2\xd9\x01s\xc5\x00\x01z"
                    "\x94\x03\xc2\xdb\x00\x00\x00\x01s\xc6\x00\x00\x00\x01z"
                    "\x94\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xc2\xc4\x01s\xa1z"));
    OK(h, weir_harness_expect(h, "1.5|true|s|z\n2.5|false|s|z\n3|false|s|z\n"
                                 "1.8446744073709552e+19|false|s|z"));
    weir_harness_close(h);

    h = open_codec("msgpack schema {at: ts}");
    OK(h, STREAM(h, "\x91\xd6\xff\x00\x00\x00\x02\x91\xd7\xff\x77\x35\x94\x00\x00\x00\x00\x01"
                    "\x91\xc7\x0c\xff\x1d\xcd\x65\x00\xff\xff\xff\xff\xff\xff\xff\xff"));
    OK(h, weir_harness_expect(h, "2000000\n1500000\n-500000"));
    weir_harness_close(h);
}

static void test_nested(void **state)
{
    (void)state;
    struct weir_harness *h =
        open_codec("msgpack schema {tags: list<str>, geo: {lat: f64, to: str}, "
                   "legs: list<{n: i64}>}");
    OK(h, STREAM(h, "\x93\x92\xa1"
                    "a\xb3"
                    "a text of 19 bytes."
                    "\x82\xa2to\xa1x\xa3lat\x01\x92\x81\xa1n\x05\x91\x06"
                    "\x93\x91\xc0\x92\x02\xa1y\xc0"));
    OK(h, weir_harness_expect(h, "[a,a text of 19 bytes.]|{1,x}|[{5},{6}]\n[\\N]|{2,y}|\\N"));
    weir_harness_close(h);
}

static void test_wrong(void **state)
{
    (void)state;
    BAD("msgpack schema {n: i64}", "\xc1", "byte 0xc1 begins no value");
    BAD("msgpack schema {n: i64}", "\x91\xc1", "byte 0xc1 begins no value: in the value at byte 1");
    BAD("msgpack schema {n: i64}", "\x05",
        "expected a map by field names or an array by position "
        "at byte 0, found an int");
    BAD("msgpack schema {n: i64}", "\xa1x", "found a str");
    BAD("msgpack schema {n: i64}", "\x91", "the record ends in the value at byte 1");
    BAD("msgpack schema {n: i64}", "\x81\xa1", "the record ends in the value at byte 1");
    BAD("msgpack schema {n: i64}", "\x81\xa1n", "the record ends in the value at byte 3");
    BAD("msgpack schema {n: i64}", "\x91\xcd\x01", "the record ends in the value at byte 1");
    BAD("msgpack schema {n: i64}", "\x92\x01\xdb\xff\xff\xff\xff", "ends in the value at byte 2");
    BAD("msgpack schema {n: i64}", "\xdd\xff\xff\xff\xff\x01", "ends in the value at byte 6");
    BAD("msgpack schema {n: i64}", "\x92\x01\xdf\xff\xff\xff\xff", "ends in the value at byte 2");
    BAD("msgpack schema {n: i64}", "\x91\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
        "field n: expected i64 at byte 1, found an int beyond it");
    BAD("msgpack schema {n: i64}", "\x91\xca\x3f\xc0\x00\x00",
        "expected i64 at byte 1, found a "
        "float");
    BAD("msgpack schema {n: i32}", "\x91\xce\xff\xff\xff\xff", "expected i32");
    BAD("msgpack schema {s: str}", "\x91\x05", "expected str at byte 1, found an int");
    BAD("msgpack schema {b: bool}", "\x91\x01", "expected bool");
    BAD("msgpack schema {at: ts}", "\x91\xd6\x05\x00\x00\x00\x02", "an ext that is no timestamp");
    BAD("msgpack schema {at: ts}", "\x91\xd7\xff\xff\xff\xff\xff\x00\x00\x00\x01", "no timestamp");
    BAD("msgpack schema {at: ts}",
        "\x91\xc7\x0c\xff\x00\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff"
        "\xff",
        "no timestamp");
    BAD("msgpack schema {at: ts}", "\x91\x05", "expected ts");
    BAD("msgpack schema {g: {n: i64}}", "\x91\x91\xa1x", "field g.n: expected i64");
    BAD("msgpack schema {g: {n: i64}}", "\x91\x05", "field g: expected struct");
    BAD("msgpack schema {l: list<i64>}", "\x91\x91\xa1x", "field l[]: expected i64");
    BAD("msgpack schema {l: list<i64>}", "\x91\x81\x01\x02", "field l: expected list");
    struct weir_harness *h;
    FAILS(h, weir_harness_open(&h, WEIR_CODECS "/msgpack.so", "msgpack"),
          "must be told the fields");
    weir_harness_close(h);
    FAILS(h, weir_harness_open(&h, WEIR_CODECS "/msgpack.so", "msgpack schema {n: i64} form=\"x\""),
          "expected \"map\" or \"array\"");
    weir_harness_close(h);
}

/* Nesting of any depth is skipped without a stack. */
static void test_depth(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *record = malloc(DEPTH + 8);
    memset(record, 0x91, DEPTH + 2);
    record[0] = (char)0x92;
    record[1] = 0x05;
    record[DEPTH + 1] = (char)0xc0;
    struct weir_harness *h = open_codec("msgpack schema {n: i64}");
    OK(h, weir_harness_stream(h, record, DEPTH + 2, true));
    OK(h, weir_harness_expect(h, "5"));
    weir_harness_close(h);
    free(record);
}

/* What msgpack-c packs, as one value and as a stream that is cut at every place. */
static void test_peer(void **state)
{
    (void)state;
    static const char schema[] = "msgpack schema {user: str, n: i64, at: ts, x: f64}";
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    const msgpack_timestamp time = {1769862896, 789012000};
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    for (int i = 0; i < 3; i++) {
        msgpack_pack_map(&packer, 5);
        msgpack_pack_str_with_body(&packer, "user", 4);
        msgpack_pack_str_with_body(&packer, "somebody of 20 bytes", 20);
        msgpack_pack_str_with_body(&packer, "other", 5);
        msgpack_pack_array(&packer, 2);
        msgpack_pack_nil(&packer);
        msgpack_pack_true(&packer);
        msgpack_pack_str_with_body(&packer, "n", 1);
        msgpack_pack_int64(&packer, i * INT64_C(-10000000000));
        msgpack_pack_str_with_body(&packer, "x", 1);
        msgpack_pack_double(&packer, 0.5);
        msgpack_pack_str_with_body(&packer, "at", 2);
        msgpack_pack_timestamp(&packer, &time);
    }
    static const char rows[] = "somebody of 20 bytes|0|1769862896789012|0.5\n"
                               "somebody of 20 bytes|-10000000000|1769862896789012|0.5\n"
                               "somebody of 20 bytes|-20000000000|1769862896789012|0.5";
    for (size_t cut = 0; cut <= buffer.size; cut++) {
        struct weir_harness *h = open_codec(schema);
        OK(h, weir_harness_stream(h, buffer.data, cut, false));
        OK(h, weir_harness_stream(h, buffer.data + cut, buffer.size - cut, true));
        OK(h, weir_harness_expect(h, rows));
        weir_harness_close(h);
    }
    struct weir_harness *h = open_codec(schema);
    OK(h, weir_harness_stream(h, buffer.data, buffer.size - 1, true));
    OK(h, weir_harness_expect_bad(h, "the record ends in the value at byte"));
    weir_harness_close(h);
    msgpack_sbuffer_destroy(&buffer);
}

/* What msgpack-c reads of what the codec writes. */
static void test_encode(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("msgpack schema {n: i64}");
    OK(h, weir_harness_fields(h, "s: str, n: i64"));
    OK(h, weir_harness_encode(h, "x|5\n\\N|70"));
    OK(h, weir_harness_expect(h, "\x82\xa1s\xa1x\xa1n\\x05\n\x82\xa1s\xc0\xa1nF"));
    weir_harness_close(h);
    h = open_codec("msgpack schema {n: i64} form=array");
    OK(h, weir_harness_fields(h, "s: str, n: i64"));
    OK(h, weir_harness_encode(h, "x|70"));
    OK(h, weir_harness_expect(h, "\x92\xa1xF"));
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms), cmocka_unit_test(test_nested), cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_depth), cmocka_unit_test(test_peer),   cmocka_unit_test(test_encode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
