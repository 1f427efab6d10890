/* SPDX-License-Identifier: Apache-2.0 */
/* What the loops of room data cost per row, best of several rounds, on one core: lines, hashes,
 * gathering, block bytes, JSON. */
#include "data/data.h"
#include "wire/wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TEXT_BYTES = 16 << 20, WORDS = 1 << 16, ROUNDS = 15, PARTITIONS = 16 };

static struct weir_buffer *text;
static weir_view views[WORDS * 4];
static volatile uint64_t sink;

static double now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Runs `body` ROUNDS times and prints the best time by `count`. */
static void bench(const char *name, double count, double (*body)(void))
{
    double best = 1e300;
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ns();
        double own = body();
        double took = own > 0 ? own : now_ns() - start;
        best = took < best ? took : best;
    }
    printf("%-44s %7.2f ns\n", name, best / count);
}

static uint64_t next_random(void)
{
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Lines of about `mean` bytes, words of 2 to 11 letters. */
static uint64_t make_text(size_t mean)
{
    size_t line = 0;
    uint64_t lines = 0;
    text->bytes = TEXT_BYTES;
    for (size_t i = 0; i < TEXT_BYTES; i++) {
        uint64_t dice = next_random() >> 40;
        bool ends = line >= mean || i + 1 == TEXT_BYTES;
        text->data[i] = ends ? '\n' : dice % 7 == 0 ? ' ' : (uint8_t)('a' + dice % 26);
        line = ends ? 0 : line + 1;
        lines += ends;
    }
    return lines;
}

static double cut_all(void)
{
    size_t at = 0;
    uint64_t lines = 0;
    while (at < text->bytes) {
        lines += weir_cut_lines(text->data, text->bytes, &at, 0, views, WEIR_CHUNK_ROWS_MAX);
    }
    sink = lines;
    return 0;
}

static double cut_by_memchr(void)
{
    uint64_t lines = 0;
    const uint8_t *end = text->data + text->bytes;
    for (const uint8_t *at = text->data; at < end; lines++) {
        const uint8_t *feed = memchr(at, '\n', (size_t)(end - at));
        weir_view *view = &views[lines % WEIR_CHUNK_ROWS_MAX];
        view->count = (int32_t)(feed - at);
        view->offset = (int32_t)(at - text->data);
        at = feed + 1;
    }
    sink = lines;
    return 0;
}

static double count_all(void)
{
    sink = weir_count_lines(text->data, text->bytes);
    return 0;
}

/* ---- columns of WORDS rows, chunk by chunk ---- */

static struct weir_type_field fields[2];
static struct weir_type schema = {.kind = WEIR_TYPE_STRUCT, .fields = fields};
static struct weir_column columns[2];
static struct weir_rows rows = {.schema = &schema, .columns = columns};
static struct weir_heaps heaps;
static int64_t numbers[WORDS];
static uint64_t hashes[WORDS];

static void use_words(size_t length)
{
    static uint8_t letters[WORDS * 32];
    for (size_t i = 0; i < WORDS; i++) {
        char word[32] = {0};
        uint64_t dice = next_random() % 100000;
        (void)snprintf(word, sizeof word, "%0*" PRIu64, (int)length, dice);
        memcpy(letters + i * 32, word, 32);
        memset(&views[i], 0, sizeof views[i]);
        views[i].count = (int32_t)length;
        memcpy((char *)&views[i] + 4, word, length < 12 ? length : 12);
        if (length > 12) {
            memcpy(text->data + i * 32, word, 32);
            views[i].buffer = 0;
            views[i].offset = (int32_t)(i * 32);
        }
        numbers[i] = (int64_t)dice;
    }
    fields[0] = (struct weir_type_field){"word", weir_type_of(WEIR_TYPE_STR)};
    fields[1] = (struct weir_type_field){"n", weir_type_of(WEIR_TYPE_I64)};
    schema.field_count = 2;
    columns[0] = (struct weir_column){.type = fields[0].type, .data = views};
    columns[1] = (struct weir_column){.type = fields[1].type, .data = numbers};
    rows.rows = WORDS;
    rows.heaps = &heaps;
}

static double hash_fields(const uint32_t *which, uint32_t count)
{
    struct weir_rows chunk;
    struct weir_column room[2];
    for (uint32_t at = 0; at < WORDS; at += WEIR_CHUNK_ROWS_MAX) {
        weir_rows_slice(&rows, at, WEIR_CHUNK_ROWS_MAX, room, &chunk);
        weir_hash_rows(&chunk, which, count, 42, hashes + at);
    }
    sink = hashes[7];
    return 0;
}

static double hash_word(void)
{
    static const uint32_t which = 0;
    return hash_fields(&which, 1);
}

static double hash_number(void)
{
    static const uint32_t which = 1;
    return hash_fields(&which, 1);
}

static double hash_both(void)
{
    static const uint32_t which[] = {0, 1};
    return hash_fields(which, 2);
}

static double gather(bool is_long_lived)
{
    struct weir_table table;
    struct weir_builder *builder = weir_builder_create(&schema, is_long_lived);
    weir_builder_add(builder, &rows);
    weir_builder_finish(builder, &table);
    sink = table.bytes;
    weir_table_finish(&table);
    weir_builder_destroy(builder);
    return 0;
}

static double gather_all(void)
{
    return gather(false);
}

static double gather_to_keep(void)
{
    return gather(true);
}

static struct weir_builder *builders[PARTITIONS];

/* Scatters by the hashes that are there, as a shuffle does. */
static double scatter(void)
{
    static uint16_t positions[PARTITIONS][WEIR_CHUNK_ROWS_MAX];
    struct weir_rows chunk;
    struct weir_column room[2];
    double start = now_ns();
    for (uint32_t at = 0; at < WORDS; at += WEIR_CHUNK_ROWS_MAX) {
        uint32_t counts[PARTITIONS] = {0};
        weir_rows_slice(&rows, at, WEIR_CHUNK_ROWS_MAX, room, &chunk);
        for (uint32_t i = 0; i < WEIR_CHUNK_ROWS_MAX; i++) {
            uint64_t p = hashes[at + i] >> 60;
            positions[p][counts[p]++] = (uint16_t)i;
        }
        for (int p = 0; p < PARTITIONS; p++) {
            weir_builder_add_at(builders[p], &chunk, positions[p], counts[p]);
        }
    }
    double took = now_ns() - start;
    for (int p = 0; p < PARTITIONS; p++) {
        struct weir_table table;
        weir_builder_finish(builders[p], &table);
        weir_table_finish(&table);
    }
    return took;
}

static struct weir_text bytes;
static uint32_t flags;

static double encode(void)
{
    struct weir_error err;
    bytes.count = 0;
    (void)weir_table_encode(&rows, flags, &bytes, &err);
    return 0;
}

static double decode(void)
{
    struct weir_error err;
    struct weir_table table;
    size_t used = 0;
    (void)weir_table_decode((weir_bytes){(uint8_t *)bytes.bytes, bytes.count}, &used, &table, &err);
    weir_table_finish(&table);
    return 0;
}

static double json(void)
{
    bytes.count = 0;
    for (uint32_t i = 0; i < WORDS; i++) {
        weir_json_row(&bytes, &rows, i, 0, NULL);
        weir_text_append(&bytes, "\n", 1);
    }
    return 0;
}

static void bench_columns(const char *what, size_t length)
{
    printf("-- %s\n", what);
    use_words(length);
    bench("hash of one text field", WORDS, hash_word);
    bench("hash of text and number", WORDS, hash_both);
    bench("gather text and number, dense", WORDS, gather_all);
    bench("gather text and number, to keep", WORDS, gather_to_keep);
    for (int p = 0; p < PARTITIONS; p++) {
        builders[p] = weir_builder_create(&schema, false);
    }
    bench("scatter text and number to 16", WORDS, scatter);
    for (int p = 0; p < PARTITIONS; p++) {
        weir_builder_destroy(builders[p]);
    }
    flags = 0;
    bench("encode", WORDS, encode);
    bench("decode", WORDS, decode);
    flags = WEIR_BLOCK_BYTES_LZ4;
    bench("encode with LZ4", WORDS, encode);
    bench("decode with LZ4", WORDS, decode);
    bench("JSON", WORDS, json);
}

int main(void)
{
    text = weir_buffer_create(TEXT_BYTES);
    weir_heaps_init(&heaps);
    (void)weir_heaps_add(&heaps, text);
    weir_text_init(&bytes);
    static const size_t lengths[] = {100, 30, 8};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        double lines = (double)make_text(lengths[i]);
        printf("-- lines of %zu bytes\n", lengths[i]);
        bench("weir_cut_lines, per line", lines, cut_all);
        bench("memchr alone, per line", lines, cut_by_memchr);
        bench("weir_count_lines, per line", lines, count_all);
    }
    bench_columns("words of 8 bytes, inline", 8);
    bench("hash of one number", WORDS, hash_number);
    bench_columns("texts of 24 bytes, in a heap", 24);
    weir_heaps_finish(&heaps);
    weir_text_finish(&bytes);
    return 0;
}
