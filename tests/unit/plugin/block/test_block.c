/* SPDX-License-Identifier: Apache-2.0 */
/* weir.block/1: rows that become a frame and rows again, and the frames that are refused. */
#include "good.h"

enum { ROWS = 3, FRAME_BYTES_MAX = 4096 };

static struct weir_registry *registry;
static struct weir_arena arena;
static struct weir_call call;
static struct weir_error err;
static const struct weir_block_format *block;
static struct weir_table table; /* what is written */
static uint8_t kept[FRAME_BYTES_MAX];

static const struct weir_type *parse(const char *text)
{
    const struct weir_type *type;
    assert_int_equal(weir_type_parse(&arena, weir_str_of(text), &type, &err), WEIR_OK);
    return type;
}

static struct weir_value text_value(const char *text)
{
    return (struct weir_value){.type = weir_type_of(WEIR_TYPE_STR), .str = weir_str_of(text)};
}

/* Row i: number, list of i texts, struct whose text is null in row 1. */
static void build(void)
{
    const struct weir_type *schema = parse("{n: i64, tags: list<str>, g: {s: str, ok: bool}}");
    const struct weir_type *tags = schema->fields[1].type;
    const struct weir_type *group = schema->fields[2].type;
    struct weir_builder *builder = weir_builder_create(schema, false);
    for (uint32_t i = 0; i < ROWS; i++) {
        const struct weir_value items[] = {text_value("short"), text_value("not a short text")};
        struct weir_value parts[] = {text_value("a text of a struct"),
                                     {.type = weir_type_of(WEIR_TYPE_BOOL), .i64 = i != 2}};
        parts[0].is_null = i == 1;
        const struct weir_value values[] = {
            {.type = weir_type_of(WEIR_TYPE_I64), .i64 = 10 + i},
            {.type = tags, .item_count = i, .items = items},
            {.type = group, .item_count = 2, .items = parts},
        };
        weir_builder_add_values(builder, values);
    }
    weir_builder_finish(builder, &table);
    weir_builder_destroy(builder);
}

static int set_up(void **state)
{
    (void)state;
    registry = good_registry();
    weir_arena_init(&arena);
    call = (struct weir_call){0};
    const struct weir_operator *keep = good_operator(registry, "keep", WEIR_KIND_SINK);
    assert_int_equal(weir_call_open(&call, keep, NULL, &err), WEIR_OK);
    weir_call_begin(&call, 5000000, 0, 0);
    block = call.task.host->get(WEIR_BLOCK_1);
    assert_non_null(block);
    build();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_table_finish(&table);
    weir_call_close(&call);
    weir_arena_finish(&arena);
    weir_registry_destroy(registry);
    return 0;
}

/* The rows at `sel`, or all, as a frame in `kept`. */
static weir_bytes encode(const uint16_t *sel, uint32_t sel_count)
{
    struct weir_chunk chunk = {
        .size = sizeof chunk, .rows = ROWS, .sel = sel, .sel_count = sel_count};
    call.writing = &table.all;
    weir_bytes frame = block->encode(&call.task, &chunk, NULL);
    call.writing = NULL;
    assert_in_range(frame.count, WEIR_BLOCK_HEAD_BYTES + 1, sizeof kept);
    memcpy(kept, frame.bytes, frame.count);
    return (weir_bytes){kept, frame.count};
}

static int never_full(struct weir_rows_out *rows_out)
{
    (void)rows_out;
    fail_msg("so few rows do not fill the columns");
    return WEIR_FATAL;
}

/* Decodes into columns of the schema: what came is `expected`, JSON lines. */
static void check_rows(const char *schema, weir_bytes frame, unsigned times, const char *expected)
{
    struct weir_rows_out out;
    struct weir_rows rows;
    struct weir_text text;
    weir_text_init(&text);
    weir_rows_out_init(&out, parse(schema), never_full, NULL);
    for (unsigned i = 0; i < times; i++) {
        assert_int_equal(block->decode(&call.task, frame, "here", &out.lent.out), WEIR_OK);
    }
    assert_int_equal(weir_rows_out_view(&out, &call.task, &rows), WEIR_OK);
    for (uint32_t i = 0; i < rows.rows; i++) {
        weir_json_row(&text, &rows, i, 0, NULL);
        weir_text_append(&text, "\n", 1);
    }
    weir_text_append(&text, "", 1);
    assert_string_equal(text.bytes, expected);
    weir_text_finish(&text);
    weir_rows_out_finish(&out);
}

#define SCHEMA "{n: i64, tags: list<str>, g: {s: str, ok: bool}}"
#define FIRST  "{\"n\":10,\"tags\":[],\"g\":{\"s\":\"a text of a struct\",\"ok\":true}}\n"
#define SECOND "{\"n\":11,\"tags\":[\"short\"],\"g\":{\"s\":null,\"ok\":true}}\n"
#define THIRD                                                                                      \
    "{\"n\":12,\"tags\":[\"short\",\"not a short text\"],\"g\":{\"s\":\"a text of a struct\","     \
    "\"ok\":false}}\n"

static void rows_come_back(void **state)
{
    (void)state;
    weir_bytes frame = encode(NULL, 0);
    assert_int_equal(block->frame_bytes((weir_bytes){kept, WEIR_BLOCK_HEAD_BYTES}), frame.count);
    check_rows(SCHEMA, frame, 1, FIRST SECOND THIRD);
    check_rows(SCHEMA, frame, 2, FIRST SECOND THIRD FIRST SECOND THIRD);
    const uint16_t sel[] = {0, 2};
    check_rows(SCHEMA, encode(sel, 2), 1, FIRST THIRD);
    check_rows(SCHEMA, encode(sel, 0), 1, "");
}

static void only_rows_being_written_are_encoded(void **state)
{
    (void)state;
    const uint16_t sel[] = {ROWS};
    struct weir_chunk chunk = {.size = sizeof chunk, .rows = ROWS};
    assert_int_equal(block->encode(&call.task, &chunk, NULL).count, 0);
    assert_int_equal(call.outcome, WEIR_FATAL);
    call.writing = &table.all;
    chunk.sel = sel;
    chunk.sel_count = 1;
    assert_int_equal(block->encode(&call.task, &chunk, NULL).count, 0);
    assert_non_null(strstr(call.text, "other rows than those being written"));
}

static void check_refused(weir_bytes frame, const char *schema, const char *why)
{
    struct weir_rows_out out;
    weir_rows_out_init(&out, parse(schema), never_full, NULL);
    assert_int_equal(block->decode(&call.task, frame, "a place", &out.lent.out), WEIR_FATAL);
    assert_int_equal(out.lent.out.rows, 0);
    assert_int_equal(strncmp(call.text, "a place: ", 9), 0);
    assert_non_null(strstr(call.text, why));
    weir_rows_out_finish(&out);
}

static void wrong_frames_are_refused(void **state)
{
    (void)state;
    weir_bytes frame = encode(NULL, 0);
    check_refused(frame, "{n: i64}",
                  "records of another schema: expected {n: i64}, found {n: i64, "
                  "tags: list<str>");
    check_refused((weir_bytes){kept, frame.count + 8}, SCHEMA, "expected a frame of");
    for (size_t i = 0; i < frame.count; i++) {
        kept[i] ^= 0x10;
        check_refused(frame, SCHEMA, "");
        kept[i] ^= 0x10;
        check_refused((weir_bytes){kept, i}, SCHEMA, "");
    }
    kept[0] = 'w';
    assert_int_equal(block->frame_bytes(frame), 0);
    assert_int_equal(block->frame_bytes((weir_bytes){kept, WEIR_BLOCK_HEAD_BYTES - 1}), 0);
}

static void decodes_into_columns_of_the_engine(void **state)
{
    (void)state;
    struct weir_out out = {.size = sizeof out};
    assert_int_equal(block->decode(&call.task, encode(NULL, 0), "here", &out), WEIR_FATAL);
    assert_int_equal(block->decode(&call.task, encode(NULL, 0), "here", NULL), WEIR_FATAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_come_back),
        TEST(only_rows_being_written_are_encoded),
        TEST(wrong_frames_are_refused),
        TEST(decodes_into_columns_of_the_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
