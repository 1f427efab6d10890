/* SPDX-License-Identifier: Apache-2.0 */
/* The note is read from any bytes whatever, and without running any of them. */
#include "plugin_env.h"

#include "plugin/load/sha256.h"
#include "plugin/plugin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct weir_buffer *fixture(const char *name)
{
    struct plugin_env *world = plugin_env_create(NULL);
    struct weir_buffer *bytes = plugin_env_bytes(world, plugin_env_copy(world, name, "x.so"));
    plugin_env_destroy(world);
    return bytes;
}

/* In memory of exactly that size, so that a sanitizer sees a byte too far. */
static int read_copy(const uint8_t *bytes,
                     size_t count,
                     struct weir_note *note,
                     struct weir_error *err)
{
    uint8_t *copy = malloc(count + (count == 0));
    assert_non_null(copy);
    memcpy(copy, bytes, count);
    int status = weir_note_read((weir_bytes){copy, count}, note, err);
    free(copy);
    return status;
}

static void test_reads_what_a_plugin_says(void **state)
{
    (void)state;
    struct weir_note note;
    struct weir_error err;
    struct weir_buffer *file = fixture("good");
    assert_int_equal(read_copy(file->data, file->bytes, &note, &err), WEIR_OK);
    assert_string_equal(note.id, "org.example.good");
    assert_string_equal(note.version, "1.2.0");
    assert_int_equal(note.epoch, 1);
    assert_int_equal(note.needs_minor, WEIR_MINOR);
    weir_buffer_release(file);
    file = fixture("crash"); /* nothing of it runs */
    assert_int_equal(read_copy(file->data, file->bytes, &note, &err), WEIR_OK);
    assert_string_equal(note.id, "org.example.bad");
    weir_buffer_release(file);
}

static void test_says_what_it_is_instead(void **state)
{
    (void)state;
    static const char text[] = "#!/bin/sh\necho no shared object\n";
    struct weir_note note;
    struct weir_error err;
    assert_int_equal(read_copy((const uint8_t *)text, sizeof text, &note, &err), WEIR_ETEXT);
    assert_non_null(strstr(err.text, "not a shared object"));
    assert_int_equal(read_copy((const uint8_t *)"", 0, &note, &err), WEIR_ETEXT);
    struct weir_buffer *file = fixture("no_note");
    assert_int_equal(read_copy(file->data, file->bytes, &note, &err), WEIR_ETEXT);
    assert_non_null(strstr(err.text, "not a weir plugin"));
    assert_non_null(strstr(err.text, "WEIR_PLUGIN"));
    weir_buffer_release(file);
}

/* A file that was cut anywhere is refused: the system's loader would die of it. */
static void test_refuses_every_truncation(void **state)
{
    (void)state;
    struct weir_note note;
    struct weir_error err;
    struct weir_buffer *file = fixture("good");
    for (size_t count = 0; count < file->bytes; count += count < 1024 ? 1 : 97) {
        assert_int_equal(read_copy(file->data, count, &note, &err), WEIR_ETEXT);
    }
    assert_int_equal(read_copy(file->data, file->bytes - 1, &note, &err), WEIR_ETEXT);
    assert_non_null(strstr(err.text, "truncated"));
    weir_buffer_release(file);
}

/* Any answer is right, as long as nothing outside of the bytes is touched. */
static void test_survives_any_damage(void **state)
{
    (void)state;
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    struct weir_note note;
    struct weir_error err;
    struct weir_buffer *file = fixture("good");
    struct weir_random random;
    weir_random_seed(&random, 7);
    size_t tables = file->bytes > 4096 ? 2048 : file->bytes / 2;
    for (size_t round = 0; round < 4000; round++) {
        uint8_t *damaged = malloc(file->bytes);
        assert_non_null(damaged);
        memcpy(damaged, file->data, file->bytes);
        for (size_t i = 0; i <= round % 4; i++) {
            size_t at = (size_t)weir_random_below(&random, tables);
            at = weir_random_below(&random, 2) == 0 ? at : file->bytes - 1 - at;
            damaged[at] = values[weir_random_below(&random, sizeof values)];
        }
        (void)weir_note_read((weir_bytes){damaged, file->bytes}, &note, &err);
        free(damaged);
    }
    weir_buffer_release(file);
}

/* FIPS 180-4's examples, and both ends of the padding. */
static void test_sha256(void **state)
{
    (void)state;
    char hex[WEIR_SHA256_HEX_BYTES];
    weir_sha256_hex("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    weir_sha256_hex("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    weir_sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex);
    assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    weir_sha256_hex(million, 1000000, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    weir_sha256_hex(million, 55, hex);
    assert_string_equal(hex, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    free(million);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_a_plugin_says),
        cmocka_unit_test(test_says_what_it_is_instead),
        cmocka_unit_test(test_refuses_every_truncation),
        cmocka_unit_test(test_survives_any_damage),
        cmocka_unit_test(test_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
