/* SPDX-License-Identifier: Apache-2.0 */
/* Random rows of every type go through a codec and back, and are what they were. */
#include "codecs.h"

enum { ROUNDS = 40, ROWS_MAX = 30 };

static const char fields[] =
    "s: str, n: i64, i: i32, x: f64, b: bool, z: bytes, at: ts, tags: list<str>, "
    "geo: {lat: f64, name: str, deep: {on: bool}}, legs: list<{to: str, ns: list<i64>}>";

struct maker {
    uint64_t random;
    FILE *to;
};

static uint64_t below(struct maker *m, uint64_t count)
{
    return next_random(&m->random) % count;
}

/* One byte as the harness shows it. */
static void put_byte(struct maker *m, uint8_t byte, bool is_nested)
{
    if (byte == '\n') {
        fputs("\\n", m->to);
    } else if (byte < ' ' || byte == 0x7f) {
        fprintf(m->to, "\\x%02x", byte);
    } else {
        fputs(strchr(is_nested ? "|\\,[]{}" : "|\\", byte) != NULL ? "\\" : "", m->to);
        fputc(byte, m->to);
    }
}

static void put_text(struct maker *m, bool is_nested)
{
    static const char *const pieces[] = {"a",
                                         "word",
                                         "\"",
                                         "\\",
                                         "/",
                                         "|",
                                         "\n",
                                         "\t",
                                         "\x01",
                                         ",",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         ":",
                                         " ",
                                         "\xc3\xa9",
                                         "n",
                                         "0",
                                         "u",
                                         "\\u0041",
                                         "\xe2\x82\xac",
                                         "\xf0\x9f\x98\x80",
                                         "many more bytes than twelve",
                                         "\x7f"};
    const uint64_t count = 1 + below(m, 6);
    for (uint64_t i = 0; i < count; i++) {
        const char *piece = pieces[below(m, sizeof pieces / sizeof pieces[0])];
        for (; *piece != '\0'; piece++) {
            put_byte(m, (uint8_t)*piece, is_nested);
        }
    }
}

static void put_bytes(struct maker *m)
{
    const uint64_t count = below(m, 40);
    for (uint64_t i = 0; i < count; i++) {
        put_byte(m, (uint8_t)below(m, 256), false);
    }
}

/* Numbers of every size. */
static int64_t some_i64(struct maker *m)
{
    const uint64_t bits = next_random(&m->random);
    return (int64_t)bits >> below(m, 64);
}

static void put_f64(struct maker *m)
{
    static const double special[] = {
        0.0, -0.0, 1e22, 1e23, 5e-324, 1.7976931348623157e308, 0.1, 9007199254740993.0};
    double value = (double)some_i64(m) / (double)(1 + below(m, 1000));
    char text[40] = "";
    if (below(m, 4) == 0) {
        const uint64_t bits = next_random(&m->random);
        memcpy(&value, &bits, sizeof value);
        value = value - value == 0 ? value : 1.5; /* a finite one */
    } else if (below(m, 4) == 0) {
        value = special[below(m, sizeof special / sizeof special[0])];
    }
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    fputs(text, m->to);
}

/* True if the value is null this time, and written so. */
static bool put_null(struct maker *m)
{
    const bool is_null = below(m, 6) == 0;
    fputs(is_null ? "\\N" : "", m->to);
    return is_null;
}

static void put_list(struct maker *m, void (*item)(struct maker *m))
{
    const uint64_t count = below(m, 4);
    fputc('[', m->to);
    for (uint64_t i = 0; i < count; i++) {
        fputs(i > 0 ? "," : "", m->to);
        if (!put_null(m)) {
            item(m);
        }
    }
    fputc(']', m->to);
}

static void put_i64(struct maker *m)
{
    fprintf(m->to, "%lld", (long long)some_i64(m));
}
static void put_nested_text(struct maker *m)
{
    put_text(m, true);
}
static void put_leg(struct maker *m)
{
    fputc('{', m->to);
    put_nested_text(m);
    fputc(',', m->to);
    put_list(m, put_i64);
    fputc('}', m->to);
}
static void put_geo(struct maker *m)
{
    fputc('{', m->to);
    put_f64(m);
    fputc(',', m->to);
    if (!put_null(m)) {
        put_nested_text(m);
    }
    fputs(below(m, 2) == 0 ? ",{true}}" : ",\\N}", m->to);
}

static void put_cell(struct maker *m, int column)
{
    switch (column) {
    case 0:
        put_text(m, false);
        break;
    case 2:
        fprintf(m->to, "%d", (int)(int32_t)some_i64(m));
        break;
    case 3:
        put_f64(m);
        break;
    case 4:
        fputs(below(m, 2) == 0 ? "true" : "false", m->to);
        break;
    case 5:
        put_bytes(m);
        break;
    case 7:
        put_list(m, put_nested_text);
        break;
    case 8:
        put_geo(m);
        break;
    case 9:
        put_list(m, put_leg);
        break;
    default:
        put_i64(m);
        break;
    }
}

static char *make_rows(struct maker *m)
{
    char *rows = NULL;
    size_t bytes = 0;
    const uint64_t count = 1 + below(m, ROWS_MAX);
    m->to = open_memstream(&rows, &bytes);
    assert_non_null(m->to);
    for (uint64_t i = 0; i < count; i++) {
        fputs(i > 0 ? "\n" : "", m->to);
        for (int column = 0; column < 10; column++) {
            fputs(column > 0 ? "|" : "", m->to);
            if (!put_null(m)) {
                put_cell(m, column);
            }
        }
    }
    (void)fclose(m->to);
    return rows;
}

static void round_trip(const char *call, uint64_t seed)
{
    struct maker maker = {seed, NULL};
    char decode[1024];
    (void)snprintf(decode, sizeof decode, "%.*s schema {%s}%s", (int)strcspn(call, " "), call,
                   fields, call + strcspn(call, " "));
    struct weir_harness *to = open_codec(decode);
    struct weir_harness *from = open_codec(decode);
    OK(to, weir_harness_fields(to, fields));
    for (int round = 0; round < ROUNDS; round++) {
        char *rows = make_rows(&maker);
        OK(to, weir_harness_encode(to, rows));
        char *encoded = strdup(weir_harness_rows(to));
        OK(to, weir_harness_expect(to, encoded));
        OK(from, weir_harness_feed(from, encoded));
        if (weir_harness_expect(from, rows) != 0) {
            fail_msg("seed %llu, round %d: %.900s\nencoded:\n%.2000s", (unsigned long long)seed,
                     round, weir_harness_error(from), encoded);
        }
        free(encoded);
        free(rows);
    }
    weir_harness_close(to);
    weir_harness_close(from);
}

static void test_json(void **state)
{
    (void)state;
    round_trip("json", 1);
}
static void test_msgpack(void **state)
{
    (void)state;
    round_trip("msgpack", 2);
    round_trip("msgpack form=array", 3);
}

/* The very text of JSON out: what print writes, json reads, and json writes the same. */
static void test_json_text(void **state)
{
    (void)state;
    struct weir_harness *h = open_codec("json schema {n: i64}");
    OK(h, weir_harness_fields(h, fields));
    OK(h, weir_harness_encode(h, "a\"\\\\\\n\\x01\xff\xc3\xa9|5|-6|2.5|true|abcd|-500000|"
                                 "[x,\\N]|{1e+22,y,{false}}|[{z,[1]}]\n"
                                 "\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N\n|0|0|1e-5|false||"
                                 "1769862896789012|[]|{\\N,\\N,\\N}|[]"));
    static const char lines[] =
        "{\"s\":\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\",\"n\":5,\"i\":-6,\"x\":2.5,\"b\":true,"
        "\"z\":\"YWJjZA==\",\"at\":\"1969-12-31T23:59:59.500000Z\",\"tags\":[\"x\",null],"
        "\"geo\":{\"lat\":1e22,\"name\":\"y\",\"deep\":{\"on\":false}},"
        "\"legs\":[{\"to\":\"z\",\"ns\":[1]}]}\n"
        "{\"s\":null,\"n\":null,\"i\":null,\"x\":null,\"b\":null,\"z\":null,\"at\":null,"
        "\"tags\":null,\"geo\":null,\"legs\":null}\n"
        "{\"s\":\"\",\"n\":0,\"i\":0,\"x\":1e-5,\"b\":false,\"z\":\"\","
        "\"at\":\"2026-01-31T12:34:56.789012Z\",\"tags\":[],\"geo\":{\"lat\":null,\"name\":null,"
        "\"deep\":null},\"legs\":[]}";
    char *text = escaped(lines, strlen(lines), true);
    OK(h, weir_harness_expect(h, text));
    free(text);
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_msgpack),
        cmocka_unit_test(test_json_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
