/* SPDX-License-Identifier: Apache-2.0 */
/* gzip and lz4: streams that zlib and liblz4 have made, cut anywhere, of several members, broken.
 */
#include "codecs.h"

#include <lz4frame.h>
#include <zlib.h>

enum { PACKED_MAX = 1 << 20 };
static uint8_t packed[PACKED_MAX];

/* A stream in memory, and where the next member goes. */
struct stream {
    const char *codec;
    size_t (*pack)(const void *from, size_t count, uint8_t *to, size_t room);
};

static size_t pack_gzip(const void *from, size_t count, uint8_t *to, size_t room)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)from;
    stream.avail_in = (uInt)count;
    stream.next_out = to;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    (void)deflateEnd(&stream);
    return room - stream.avail_out;
}

static size_t pack_lz4(const void *from, size_t count, uint8_t *to, size_t room)
{
    LZ4F_preferences_t how = {0};
    how.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    const size_t bytes = LZ4F_compressFrame(to, room, from, count, &how);
    assert_int_equal(LZ4F_isError(bytes), 0);
    return bytes;
}

static const struct stream streams[] = {{"gzip", pack_gzip}, {"lz4", pack_lz4}};
enum { STREAMS = sizeof streams / sizeof streams[0] };

/* All that has come, in one text; the caller's to free. */
static char *joined(struct weir_harness *h)
{
    const char *rows = weir_harness_rows(h);
    char *text = malloc(strlen(rows) + 1);
    char *to = text;
    for (; *rows != '\0'; rows++) {
        if (*rows != '\n') { /* pieces end anywhere */
            *to++ = *rows;
        }
    }
    *to = '\0';
    return text;
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    static const char text[] = "a first line; a second one; and some more of all that, of all that";
    for (int s = 0; s < STREAMS; s++) {
        const size_t first = streams[s].pack(text, 30, packed, sizeof packed);
        const size_t whole = first + streams[s].pack(text + 30, sizeof text - 31, packed + first,
                                                     PACKED_MAX - first);
        for (size_t cut = 0; cut <= whole; cut++) {
            struct weir_harness *h = open_codec(streams[s].codec);
            OK(h, weir_harness_stream(h, packed, cut, false));
            OK(h, weir_harness_stream(h, packed + cut, whole - cut, true));
            char *all = joined(h);
            assert_string_equal(all, text);
            free(all);
            weir_harness_close(h);
            /* the same, but nothing follows */
            h = open_codec(streams[s].codec);
            if (cut == 0 || cut == first || cut == whole) {
                OK(h, weir_harness_stream(h, packed, cut, true));
            } else {
                FAILS(h, weir_harness_stream(h, packed, cut, true), "it is cut off");
            }
            weir_harness_close(h);
        }
        struct weir_harness *h = open_codec(streams[s].codec);
        for (size_t at = 0; at < whole; at++) {
            OK(h, weir_harness_stream(h, packed + at, 1, false));
        }
        OK(h, weir_harness_stream(h, "", 0, true));
        char *all = joined(h);
        assert_string_equal(all, text);
        free(all);
        weir_harness_close(h);
    }
}

/* Far more comes out than goes in, and sizes that meet the piece exactly. */
static void test_large(void **state)
{
    (void)state;
    static const size_t sizes[] = {65535, 65536, 65537, 131072, 1000003};
    char *text = malloc(1000004);
    for (int s = 0; s < STREAMS; s++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            uint64_t random = i;
            for (size_t at = 0; at < sizes[i]; at++) {
                text[at] = (char)('a' + next_random(&random) % (i % 2 == 0 ? 2 : 26));
            }
            text[sizes[i]] = '\0';
            const size_t whole = streams[s].pack(text, sizes[i], packed, sizeof packed);
            struct weir_harness *h = open_codec(streams[s].codec);
            OK(h, weir_harness_stream(h, packed, whole / 2, false));
            OK(h, weir_harness_stream(h, packed + whole / 2, whole - whole / 2, true));
            char *all = joined(h);
            assert_true(strcmp(all, text) == 0);
            free(all);
            weir_harness_close(h);
        }
    }
    free(text);
}

static void test_broken(void **state)
{
    (void)state;
    static const char text[] = "some text that is long enough to be compressed, to be compressed";
    for (int s = 0; s < STREAMS; s++) {
        const size_t whole = streams[s].pack(text, sizeof text - 1, packed, sizeof packed);
        struct weir_harness *h = open_codec(streams[s].codec);
        FAILS(h, weir_harness_stream(h, "no such stream at all", 21, true), streams[s].codec);
        weir_harness_close(h);
        packed[whole - 6] ^= 1; /* in the checksum (gzip), the end mark or the checksum (lz4) */
        h = open_codec(streams[s].codec);
        FAILS(h, weir_harness_stream(h, packed, whole, true), streams[s].codec);
        weir_harness_close(h);
        packed[whole - 6] ^= 1;
        memcpy(packed + whole, "trailing rubbish", 16);
        h = open_codec(streams[s].codec);
        FAILS(h, weir_harness_stream(h, packed, whole + 16, true), streams[s].codec);
        weir_harness_close(h);
    }
}

static void test_padding(void **state)
{
    (void)state;
    size_t whole = pack_gzip("one", 3, packed, sizeof packed);
    memset(packed + whole, 0, 512);
    whole += 512;
    whole += pack_gzip("two", 3, packed + whole, sizeof packed - whole);
    memset(packed + whole, 0, 100);
    whole += 100;
    struct weir_harness *h = open_codec("gzip");
    OK(h, weir_harness_stream(h, packed, 100, false));
    OK(h, weir_harness_stream(h, packed + 100, whole - 100, true));
    OK(h, weir_harness_expect(h, "one\ntwo"));
    weir_harness_close(h);
    h = open_codec("lz4"); /* a skippable frame, then one */
    static const uint8_t skippable[] = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
    memcpy(packed, skippable, sizeof skippable);
    whole = sizeof skippable + pack_lz4("one", 3, packed + sizeof skippable, 1000);
    OK(h, weir_harness_stream(h, packed, whole, true));
    OK(h, weir_harness_expect(h, "one"));
    weir_harness_close(h);
}

/* Any bytes as the harness's text of a cell; the caller's to free. */
static char *hex_cell(const uint8_t *bytes, size_t count)
{
    char *cell = calloc(count + 1, 4);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(cell + 4 * i, 5, "\\x%02x", bytes[i]);
    }
    return cell;
}

/* Records that are whole streams, bad ones between good ones. */
static void test_records(void **state)
{
    (void)state;
    static const char text[] = "a text that is longer than a cell holds by itself";
    for (int s = 0; s < STREAMS; s++) {
        struct weir_harness *h = open_codec(streams[s].codec);
        const size_t first = streams[s].pack(text, 20, packed, sizeof packed);
        const size_t whole = first + streams[s].pack(text + 20, sizeof text - 21, packed + first,
                                                     PACKED_MAX - first);
        char *good = hex_cell(packed, whole);
        char *cut = hex_cell(packed, whole - 1);
        const size_t bytes = strlen(good) * 2 + strlen(cut) + 32;
        char *rows = malloc(bytes);
        (void)snprintf(rows, bytes, "%s\n%s\nrubbish that is none\n%s", good, cut, good);
        OK(h, weir_harness_feed(h, rows));
        OK(h, weir_harness_expect_bad(h, "it is cut off"));
        OK(h, weir_harness_expect_bad(h, streams[s].codec));
        (void)snprintf(rows, bytes, "%s\n%s", text, text);
        OK(h, weir_harness_expect(h, rows));
        free(rows);
        free(cut);
        free(good);
        weir_harness_close(h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_anywhere), cmocka_unit_test(test_large),
        cmocka_unit_test(test_broken),       cmocka_unit_test(test_padding),
        cmocka_unit_test(test_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
