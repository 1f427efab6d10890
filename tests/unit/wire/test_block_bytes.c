/* SPDX-License-Identifier: Apache-2.0 */
/* Block bytes: any rows come back, equal rows are equal bytes, text is compacted; and of damaged
 * bytes only an error comes, even when whoever damaged them computed the checksum anew. */
#include "random_rows.h"

#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <xxhash.h>

#include <cmocka.h>

static struct weir_error err;

static void encode(const struct weir_rows *rows, uint32_t flags, struct weir_text *to)
{
    if (weir_table_encode(rows, flags, to, &err) != WEIR_OK) {
        fail_msg("%s", err.text);
    }
}

static int decode(const void *bytes, size_t count, struct weir_table *table)
{
    size_t used = 0;
    int status = weir_table_decode((weir_bytes){bytes, count}, &used, table, &err);
    if (status == WEIR_OK) {
        assert_int_equal(used, count);
    }
    return status;
}

/* Touches everything that the table claims to have. */
static void walk(const struct weir_table *table)
{
    struct weir_text text;
    static uint32_t fields[256];
    uint64_t hashes[4096];
    weir_text_init(&text);
    for (uint32_t i = 0; i < table->all.rows && i < 4096; i++) {
        text.count = 0;
        weir_json_row(&text, &table->all, i, 0, NULL);
    }
    for (uint32_t i = 0; i < 256; i++) {
        fields[i] = i;
    }
    if (table->all.rows <= 4096 && table->all.schema->field_count <= 256) {
        weir_hash_rows(&table->all, fields, table->all.schema->field_count, 1, hashes);
    }
    weir_text_finish(&text);
}

static void any_rows_come_back(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct weir_arena arena;
        struct weir_table table;
        struct weir_table back;
        struct weir_rows garbled;
        struct weir_text text;
        struct weir_text again;
        weir_arena_init(&arena);
        weir_text_init(&text);
        weir_text_init(&again);
        struct random random = {seed * 49979687, &arena};
        uint32_t flags = seed % 2 == 0 ? WEIR_BLOCK_BYTES_LZ4 : 0;
        uint32_t rows = random_below(&random, seed % 10 == 0 ? 3000 : 60);
        random_table(&random, random_schema(&random), rows, &table);
        encode(&table.all, flags, &text);
        assert_int_equal(decode(text.bytes, text.count, &back), WEIR_OK);
        assert_int_equal(back.all.rows, rows);
        assert_true(weir_type_equal(back.all.schema, table.all.schema));
        for (uint32_t i = 0; i < rows; i++) {
            assert_true(same_row(&arena, &table.all, i, &back.all, i));
        }
        random_garbage(&random, &table.all, &garbled);
        encode(&garbled, flags, &again); /* what lies below nulls does not show */
        assert_int_equal(again.count, text.count);
        assert_memory_equal(again.bytes, text.bytes, text.count);
        again.count = 0;
        encode(&back.all, flags, &again); /* nor where the heaps came from */
        assert_int_equal(again.count, text.count);
        assert_memory_equal(again.bytes, text.bytes, text.count);
        weir_table_finish(&back);
        weir_table_finish(&table);
        weir_text_finish(&text);
        weir_text_finish(&again);
        weir_arena_finish(&arena);
    }
}

/* Lines of 60 bytes in a heap of `bytes`. */
static struct weir_buffer *text_heap(size_t bytes)
{
    struct weir_buffer *heap = weir_buffer_create(bytes);
    heap->bytes = bytes;
    for (size_t i = 0; i < bytes; i++) {
        heap->data[i] = i % 60 == 59 ? '\n' : (uint8_t)('a' + (i * i / 60) % 26);
    }
    return heap;
}

static void encode_lines(struct weir_buffer *heap,
                         const weir_view *views,
                         uint32_t count,
                         uint32_t flags,
                         struct weir_text *text)
{
    struct weir_heaps heaps;
    const struct weir_type_field field = {"line", weir_type_of(WEIR_TYPE_STR)};
    const struct weir_type schema = {.kind = WEIR_TYPE_STRUCT, .field_count = 1, .fields = &field};
    struct weir_column column = {.type = field.type, .data = views};
    weir_heaps_init(&heaps);
    (void)weir_heaps_add(&heaps, weir_buffer_retain(heap));
    struct weir_rows rows = {.schema = &schema, .rows = count, .columns = &column, .heaps = &heaps};
    encode(&rows, flags, text);
    weir_heaps_finish(&heaps);
}

static void heaps_are_compacted(void **state)
{
    (void)state;
    enum { LINES = 10000 };
    static weir_view views[LINES];
    struct weir_text text;
    struct weir_table table;
    size_t at = 0;
    weir_text_init(&text);
    struct weir_buffer *heap = text_heap(60 * LINES);
    assert_int_equal(weir_cut_lines(heap->data, heap->bytes, &at, 0, views, LINES), LINES);
    encode_lines(heap, views + 5000, 10, 0, &text); /* ten lines of 59 bytes, ten views, a head */
    assert_true(text.count < 128 + 192 + 640 + 8 + 1);
    assert_int_equal(decode(text.bytes, text.count, &table), WEIR_OK);
    weir_str line = weir_view_str((const weir_view *)table.columns[0].data + 9, &table.heaps);
    assert_int_equal(line.count, 59);
    assert_memory_equal(line.bytes, heap->data + views[5009].offset, 59);
    weir_table_finish(&table);
    weir_view same[1000];
    for (size_t i = 0; i < 1000; i++) {
        same[i] = views[77]; /* a line carried along with each of its words is there once */
    }
    text.count = 0;
    encode_lines(heap, same, 1000, 0, &text);
    assert_true(text.count < 128 + 16000 + 64 + 64 + 8 + 1);
    text.count = 0;
    encode_lines(heap, views, LINES, 0, &text); /* nearly all is used, but not the line feeds */
    assert_true(text.count < 128 + 16 * LINES + 64 + 59 * LINES + 64 + 8 + 1);
    size_t raw = text.count;
    text.count = 0;
    encode_lines(heap, views, LINES, WEIR_BLOCK_BYTES_LZ4, &text);
    assert_true(text.count < raw / 2);
    assert_int_equal(decode(text.bytes, text.count, &table), WEIR_OK);
    line = weir_view_str((const weir_view *)table.columns[0].data + LINES - 1, &table.heaps);
    assert_memory_equal(line.bytes, heap->data + views[LINES - 1].offset, 59);
    weir_table_finish(&table);
    weir_buffer_release(heap);
    weir_text_finish(&text);
}

/* Selected rows of a chunk with a constant, behind other bytes in the text. */
static void chunks_can_be_encoded(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_heaps heaps;
    struct weir_text text;
    struct weir_table table;
    struct weir_column columns[2];
    static const int64_t numbers[] = {10, 11, 12, 13};
    static const uint16_t sel[] = {1, 3};
    weir_arena_init(&arena);
    weir_heaps_init(&heaps);
    weir_text_init(&text);
    const struct weir_value name = {.type = weir_type_of(WEIR_TYPE_STR),
                                    .str = weir_str_of("a constant text")};
    columns[0] = (struct weir_column){.type = weir_type_of(WEIR_TYPE_I64), .data = numbers};
    weir_column_const(&arena, &name, &heaps, &columns[1]);
    const struct weir_type_field fields[] = {{"n", columns[0].type}, {"s", columns[1].type}};
    struct weir_rows rows = {.schema = weir_type_struct(&arena, fields, 2),
                             .rows = 4,
                             .sel = sel,
                             .sel_count = 2,
                             .columns = columns,
                             .heaps = &heaps};
    weir_text_put(&text, "before");
    encode(&rows, 0, &text);
    size_t first = text.count - 6;
    encode(&rows, WEIR_BLOCK_BYTES_LZ4, &text);
    size_t used = 0;
    weir_bytes both = {(const uint8_t *)text.bytes + 6, text.count - 6};
    assert_int_equal(weir_table_decode(both, &used, &table, &err), WEIR_OK);
    assert_int_equal(used, first); /* frames stand one behind the other */
    assert_int_equal(table.all.rows, 2);
    assert_int_equal(((const int64_t *)table.columns[0].data)[1], 13);
    assert_int_equal((uintptr_t)table.columns[0].data % 64, 0);
    weir_str s = weir_view_str((const weir_view *)table.columns[1].data + 1, &table.heaps);
    assert_memory_equal(s.bytes, "a constant text", 15);
    weir_table_finish(&table);
    weir_text_finish(&text);
    weir_heaps_finish(&heaps);
    weir_arena_finish(&arena);
}

/* A frame with one of everything. */
static void make_frame(uint64_t seed, uint32_t flags, struct weir_text *text)
{
    struct weir_arena arena;
    struct weir_table table;
    const struct weir_type *schema = NULL;
    weir_arena_init(&arena);
    struct random random = {seed, &arena};
    assert_int_equal(
        weir_type_parse(&arena,
                        weir_str_of("{a: bool, b: i32, c: f64, d: str, e: list<str>, f: {g: bytes, "
                                    "h: null, i: list<list<ts>>}}"),
                        &schema, &err),
        WEIR_OK);
    random_table(&random, schema, 12, &table);
    encode(&table.all, flags, text);
    weir_table_finish(&table);
    weir_arena_finish(&arena);
}

static void every_flip_and_cut_is_found(void **state)
{
    (void)state;
    for (uint32_t flags = 0; flags <= WEIR_BLOCK_BYTES_LZ4; flags++) {
        struct weir_text text;
        struct weir_table table;
        weir_text_init(&text);
        make_frame(17, flags, &text);
        for (size_t at = 0; at < text.count; at++) {
            for (int bit = 0; bit < 8; bit += 3) {
                text.bytes[at] = (char)(text.bytes[at] ^ (1 << bit));
                assert_int_equal(decode(text.bytes, text.count, &table), WEIR_EDAMAGED);
                text.bytes[at] = (char)(text.bytes[at] ^ (1 << bit));
            }
            char *cut = weir_strndup(text.bytes, at);
            char *exact = weir_realloc(cut, at == 0 ? 1 : at);
            assert_int_equal(decode(exact, at, &table), WEIR_EDAMAGED);
            weir_free(exact);
        }
        assert_int_equal(decode(text.bytes, text.count, &table), WEIR_OK);
        weir_table_finish(&table);
        weir_text_finish(&text);
    }
}

/* The checksum is right again: now only the checks of lengths, offsets and views stand. */
static void seal(struct weir_text *text)
{
    uint64_t checksum = XXH3_64bits(text->bytes, text->count - 8);
    memcpy(text->bytes + text->count - 8, &checksum, sizeof checksum);
}

static void no_sealed_mutation_crashes(void **state)
{
    (void)state;
    int refused = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct weir_text text;
        struct weir_table table;
        weir_text_init(&text);
        make_frame(seed, (uint32_t)seed % 2, &text);
        for (size_t at = 0; at < text.count - 8; at++) {
            static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x7f, 0x10};
            char was = text.bytes[at];
            for (size_t i = 0; i < sizeof masks; i++) {
                text.bytes[at] = (char)(was ^ masks[i]);
                seal(&text);
                int status = decode(text.bytes, text.count, &table);
                if (status == WEIR_OK) {
                    walk(&table);
                    weir_table_finish(&table);
                } else {
                    assert_int_equal(status, WEIR_EDAMAGED);
                    refused++;
                }
            }
            text.bytes[at] = was;
        }
        weir_text_finish(&text);
    }
    assert_true(refused > 1000); /* it is not the checksum that refuses */
}

/* Frames that end too early, and say so. */
static void no_sealed_cut_is_taken(void **state)
{
    (void)state;
    for (uint32_t flags = 0; flags <= WEIR_BLOCK_BYTES_LZ4; flags++) {
        struct weir_text whole;
        weir_text_init(&whole);
        make_frame(23, flags, &whole);
        for (uint64_t bytes = 72; bytes < whole.count; bytes++) {
            struct weir_table table;
            struct weir_text cut = {weir_realloc(NULL, bytes), bytes, bytes};
            memcpy(cut.bytes, whole.bytes, bytes);
            memcpy(cut.bytes + 8, &bytes, sizeof bytes);
            seal(&cut);
            assert_int_equal(decode(cut.bytes, cut.count, &table), WEIR_EDAMAGED);
            weir_text_finish(&cut);
        }
        weir_text_finish(&whole);
    }
}

static void assert_refused(
    struct weir_text *text, size_t at, const void *bytes, size_t count, const char *fragment)
{
    struct weir_table table;
    char was[16];
    memcpy(was, text->bytes + at, count);
    memcpy(text->bytes + at, bytes, count);
    seal(text);
    assert_int_equal(decode(text->bytes, text->count, &table), WEIR_EDAMAGED);
    if (strstr(err.text, fragment) == NULL) {
        fail_msg("'%s' lacks '%s'", err.text, fragment);
    }
    memcpy(text->bytes + at, was, count);
}

/* Where the first view of a frame of two lines is. */
static size_t find_view(const struct weir_text *text, int32_t count)
{
    for (size_t at = 64; at + 16 <= text->count; at += 64) {
        if (memcmp(text->bytes + at, &count, sizeof count) == 0) {
            return at;
        }
    }
    fail_msg("no view of %d bytes", count);
    return 0;
}

static void views_that_lie_are_named(void **state)
{
    (void)state;
    struct weir_text text;
    weir_view views[2];
    size_t at = 0;
    weir_text_init(&text);
    struct weir_buffer *heap = text_heap(120);
    assert_int_equal(weir_cut_lines(heap->data, heap->bytes, &at, 0, views, 2), 2);
    views[1] = (weir_view){.count = 3, .prefix = "abc"};
    encode_lines(heap, views, 2, 0, &text);
    size_t view = find_view(&text, 59);
    const int32_t one = 1;
    const int32_t minus = -1;
    const int32_t sixty = 60;
    assert_refused(&text, view, &sixty, 4, "field 'line', row 0: expected a text within 1 heaps");
    assert_refused(&text, view, &minus, 4, "a view of -1 bytes");
    assert_refused(&text, view + 4, "X", 1, "row 0"); /* prefix */
    assert_refused(&text, view + 8, &one, 4, "in heap 1");
    assert_refused(&text, view + 8, &minus, 4, "in heap -1");
    assert_refused(&text, view + 12, &one, 4, "at 1 in heap 0");
    assert_refused(&text, view + 12, &minus, 4, "at -1 in heap 0");
    assert_refused(&text, view + 16 + 7, "x", 1, "row 1"); /* bytes behind "abc" */
    assert_refused(&text, view + 16 + 15, "x", 1, "row 1");
    assert_refused(&text, 20, "\x02", 1, "unknown flags 0x2");
    weir_buffer_release(heap);
    weir_text_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_rows_come_back),         cmocka_unit_test(heaps_are_compacted),
        cmocka_unit_test(chunks_can_be_encoded),      cmocka_unit_test(every_flip_and_cut_is_found),
        cmocka_unit_test(no_sealed_mutation_crashes), cmocka_unit_test(no_sealed_cut_is_taken),
        cmocka_unit_test(views_that_lie_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
