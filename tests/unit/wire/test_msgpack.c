/* SPDX-License-Identifier: Apache-2.0 */
/* Our writer against msgpack-c's decoder, msgpack-c's encoder against our reader; and every way in
 * which bytes can be wrong. */
#include "wire/wire.h"

#include <math.h>
#include <msgpack.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct weir_text text;
static struct weir_error err;
static struct weir_unpack in;

static int set_up(void **state)
{
    (void)state;
    weir_text_init(&text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_text_finish(&text);
    return 0;
}

static void begin(const void *bytes, size_t count)
{
    weir_unpack_init(&in, (weir_bytes){bytes, count}, &err);
}

static const int64_t numbers[] = {
    0,         1,  127, 128, 255,  256,  65535,  65536,  INT32_MAX, UINT32_MAX, 1LL << 32,
    INT64_MAX, -1, -32, -33, -128, -129, -32768, -32769, INT32_MIN, INT64_MIN};
static const size_t lengths[] = {0, 1, 31, 32, 255, 256, 65535, 65536};
enum { NUMBERS = sizeof numbers / sizeof numbers[0], LENGTHS = sizeof lengths / sizeof lengths[0] };
static char blob[65536];

/* One of everything, nested, by our writer; msgpack-c must see the same. */
static void msgpack_c_reads_what_we_write(void **state)
{
    (void)state;
    weir_pack_array(&text, NUMBERS + 2 * LENGTHS + 6);
    for (size_t i = 0; i < NUMBERS; i++) {
        weir_pack_i64(&text, numbers[i]);
    }
    for (size_t i = 0; i < LENGTHS; i++) {
        weir_pack_str(&text, (weir_str){blob, lengths[i]});
        weir_pack_bin(&text, (weir_bytes){(const uint8_t *)blob, lengths[i]});
    }
    weir_pack_nil(&text);
    weir_pack_bool(&text, true);
    weir_pack_bool(&text, false);
    weir_pack_f64(&text, -0.1);
    weir_pack_array(&text, 0);
    weir_pack_map(&text, 1);
    weir_pack_key(&text, "key");
    weir_pack_i64(&text, 7);

    msgpack_unpacked result;
    size_t at = 0;
    msgpack_unpacked_init(&result);
    assert_int_equal(msgpack_unpack_next(&result, text.bytes, text.count, &at),
                     MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(at, text.count);
    const msgpack_object *all = result.data.via.array.ptr;
    for (size_t i = 0; i < NUMBERS; i++, all++) {
        assert_true(all->via.i64 == numbers[i]);
        assert_int_equal(all->type, numbers[i] < 0 ? MSGPACK_OBJECT_NEGATIVE_INTEGER
                                                   : MSGPACK_OBJECT_POSITIVE_INTEGER);
    }
    for (size_t i = 0; i < LENGTHS; i++, all += 2) {
        assert_int_equal(all[0].type, MSGPACK_OBJECT_STR);
        assert_int_equal(all[0].via.str.size, lengths[i]);
        assert_int_equal(all[1].type, MSGPACK_OBJECT_BIN);
        assert_int_equal(all[1].via.bin.size, lengths[i]);
    }
    assert_int_equal(all[0].type, MSGPACK_OBJECT_NIL);
    assert_true(all[1].via.boolean && !all[2].via.boolean);
    assert_true(all[3].via.f64 == -0.1);
    assert_int_equal(all[4].via.array.size, 0);
    assert_memory_equal(all[5].via.map.ptr[0].key.via.str.ptr, "key", 3);
    assert_int_equal(all[5].via.map.ptr[0].val.via.i64, 7);
    msgpack_unpacked_destroy(&result);
}

static void we_read_what_msgpack_c_writes(void **state)
{
    (void)state;
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    msgpack_pack_map(&packer, 70000);
    for (size_t i = 0; i < NUMBERS; i++) {
        msgpack_pack_int64(&packer, numbers[i]);
    }
    for (size_t i = 0; i < LENGTHS; i++) {
        msgpack_pack_str_with_body(&packer, blob, lengths[i]);
        msgpack_pack_bin_with_body(&packer, blob, lengths[i]);
    }
    msgpack_pack_float(&packer, 1.5F);
    msgpack_pack_double(&packer, 1e300);
    msgpack_pack_uint64(&packer, UINT64_MAX);
    msgpack_pack_array(&packer, 70000);
    for (int i = 0; i < 140000; i++) {
        msgpack_pack_nil(&packer);
    }

    uint32_t count = 0;
    double real = 0;
    begin(buffer.data, buffer.size);
    assert_int_equal(weir_unpack_map(&in, &count), WEIR_OK);
    assert_int_equal(count, 70000);
    for (size_t i = 0; i < NUMBERS; i++) {
        int64_t number = 0;
        assert_int_equal(weir_unpack_i64(&in, &number), WEIR_OK);
        assert_true(number == numbers[i]);
    }
    for (size_t i = 0; i < LENGTHS; i++) {
        weir_str s;
        weir_bytes b;
        assert_int_equal(weir_unpack_str(&in, &s), WEIR_OK);
        assert_int_equal(s.count, lengths[i]);
        assert_int_equal(weir_unpack_bin(&in, &b), WEIR_OK);
        assert_int_equal(b.count, lengths[i]);
    }
    assert_int_equal(weir_unpack_f64(&in, &real), WEIR_OK);
    assert_true(real == 1.5);
    assert_int_equal(weir_unpack_f64(&in, &real), WEIR_OK);
    assert_true(real == 1e300);
    assert_int_equal(weir_unpack_f64(&in, &real), WEIR_OK);
    assert_true(real == 18446744073709551615.0);
    assert_int_equal(weir_unpack_array(&in, &count), WEIR_OK);
    assert_int_equal(count, 70000);
    assert_true(weir_unpack_is_nil(&in));
    assert_int_equal(weir_unpack_nil(&in), WEIR_OK);
    msgpack_sbuffer_destroy(&buffer);
}

/* Skips one of everything, extensions too, and lands behind it. */
static void skip_goes_behind_anything(void **state)
{
    (void)state;
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    msgpack_pack_array(&packer, 8);
    for (size_t i = 0; i < 6; i++) {
        static const size_t sizes[] = {1, 2, 3, 16, 300, 65536};
        msgpack_pack_ext_with_body(&packer, blob, sizes[i], 5);
    }
    msgpack_pack_map(&packer, 2);
    msgpack_pack_str_with_body(&packer, "a", 1);
    msgpack_pack_array(&packer, 2);
    msgpack_pack_double(&packer, 1);
    msgpack_pack_true(&packer);
    msgpack_pack_nil(&packer);
    msgpack_pack_bin_with_body(&packer, "b", 1);
    msgpack_pack_uint64(&packer, UINT64_MAX);
    msgpack_pack_int64(&packer, 42);
    int64_t number = 0;
    begin(buffer.data, buffer.size);
    assert_int_equal(weir_unpack_skip(&in), WEIR_OK);
    assert_int_equal(weir_unpack_i64(&in, &number), WEIR_OK);
    assert_int_equal(number, 42);
    assert_int_equal(in.at, buffer.size);
    for (size_t cut = 0; cut + 1 < buffer.size; cut += 1 + cut / 7) { /* no shorter text is whole */
        begin(buffer.data, cut);
        assert_int_equal(weir_unpack_skip(&in), WEIR_EDAMAGED);
    }
    msgpack_sbuffer_destroy(&buffer);
}

/* Nesting costs no stack: a megabyte of "[". */
static void depth_is_no_danger(void **state)
{
    (void)state;
    size_t bytes = 1 << 20;
    memset(weir_text_reserve(&text, bytes), 0x91, bytes);
    begin(text.bytes, bytes);
    assert_int_equal(weir_unpack_skip(&in), WEIR_EDAMAGED);
    text.bytes[bytes - 1] = 1;
    begin(text.bytes, bytes);
    assert_int_equal(weir_unpack_skip(&in), WEIR_OK);
}

#define ASSERT_FAILS(bytes, call, fragment)                                                        \
    do {                                                                                           \
        begin(bytes, sizeof bytes - 1);                                                            \
        assert_int_equal(call, WEIR_EDAMAGED);                                                     \
        if (strstr(err.text, fragment) == NULL) {                                                  \
            fail_msg("'%s' lacks '%s'", err.text, fragment);                                       \
        }                                                                                          \
    } while (0)

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    uint32_t u32 = 1;
    int64_t i64 = 1;
    bool is_true = true;
    double f64 = 1;
    weir_str s = {"x", 1};
    weir_bytes b = {(const uint8_t *)"x", 1};
    ASSERT_FAILS("", weir_unpack_nil(&in), "byte 0: expected nil, found the end of 0 bytes");
    ASSERT_FAILS("\xc1", weir_unpack_skip(&in), "byte 0: expected an element, found 0xc1");
    ASSERT_FAILS("\x01", weir_unpack_bool(&in, &is_true), "expected a bool, found an integer");
    ASSERT_FAILS("\xc0", weir_unpack_i64(&in, &i64), "expected an integer, found nil");
    ASSERT_FAILS("\xcf\xff\xff\xff\xff\xff\xff\xff\xff", weir_unpack_i64(&in, &i64),
                 "found an integer of 64 bits");
    ASSERT_FAILS("\xff", weir_unpack_u32(&in, &u32), "from 0 to 4294967295, found -1");
    ASSERT_FAILS("\xa1x", weir_unpack_f64(&in, &f64), "expected a float or an integer");
    ASSERT_FAILS("\xcb\x01", weir_unpack_f64(&in, &f64), "found the end of 2 bytes");
    ASSERT_FAILS("\xa3xy", weir_unpack_str(&in, &s), "a text of 3, found only 2 bytes more");
    ASSERT_FAILS("\xdb\xff\xff\xff\xffx", weir_unpack_str(&in, &s), "a text of 4294967295");
    ASSERT_FAILS("\xc6\xff\xff\xff\xff", weir_unpack_bin(&in, &b), "bytes of 4294967295");
    ASSERT_FAILS("\xdd\xff\xff\xff\xff", weir_unpack_array(&in, &u32), "an array of 4294967295");
    ASSERT_FAILS("\xdf\x80\x00\x00\x00", weir_unpack_map(&in, &u32), "a map of 2147483648");
    ASSERT_FAILS("\x81\x01", weir_unpack_map(&in, &u32), "a map of 1, found only 1 bytes");
    assert_int_equal(u32, 0); /* what failed gave nothing */
    assert_int_equal(i64, 0);
    assert_int_equal(s.count, 0);
}

static void the_first_failure_stays(void **state)
{
    (void)state;
    int64_t number = 0;
    begin("\xc0\x07", 2);
    assert_int_equal(weir_unpack_i64(&in, &number), WEIR_EDAMAGED);
    char first[WEIR_ERROR_TEXT_BYTES];
    (void)snprintf(first, sizeof first, "%s", err.text);
    assert_false(weir_unpack_is_nil(&in));
    assert_int_equal(weir_unpack_nil(&in), WEIR_EDAMAGED);
    assert_int_equal(weir_unpack_skip(&in), WEIR_EDAMAGED);
    assert_string_equal(err.text, first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(msgpack_c_reads_what_we_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(we_read_what_msgpack_c_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(skip_goes_behind_anything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depth_is_no_danger, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_failure_stays, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
