/* SPDX-License-Identifier: Apache-2.0 */
/* Five fields of JSON objects of some 300 bytes: the codec, which reads and checks all of each
 * object, against the shortest scanner by hand for the same fields, which looks for them in the
 * order that they have and believes everything. Zero copies on both sides. */
#include "bench/plugin/line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* In POSIX since 2024; the C library has it, its headers show it to GNU programs only. */
void *memmem(const void *text, size_t text_bytes, const void *needle, size_t needle_bytes);

enum { OBJECT_BYTES_MAX = 512, FIELDS = 5, PADDING_BYTES = 64 };

struct fields {
    weir_view user[WEIR_BENCH_ROWS], url[WEIR_BENCH_ROWS], country[WEIR_BENCH_ROWS];
    int64_t status[WEIR_BENCH_ROWS];
    double ms[WEIR_BENCH_ROWS];
};
struct json_state {
    struct weir_call call;
    struct weir_bench_chunk chunk;
    struct ArrowSchema field[FIELDS], schema;
    struct ArrowSchema *children[FIELDS];
    weir_view lines[WEIR_BENCH_ROWS];
    struct fields fields, limit;
    uint16_t parent[WEIR_BENCH_ROWS];
    uint8_t *valid[FIELDS];
    uint32_t rows;
    char text[WEIR_BENCH_ROWS * OBJECT_BYTES_MAX];
};

static int put_object(char *to, uint64_t *state)
{
    static const char *const methods[] = {"GET", "POST", "HEAD", "DELETE"};
    static const char *const pages[] = {"reviews", "photos"};
    static const char *const referrers[] = {"https://example.org/", "https://search.example.net/q"};
    static const char *const countries[] = {"DE", "US", "JP", "BR"};
    const uint64_t r = weir_bench_random(state);
    return snprintf(
        to, OBJECT_BYTES_MAX,
        "{\"id\":%u,\"at\":\"2026-01-31T12:%02u:%02u.%03uZ\",\"user\":\"u%0*u\",\"session\":"
        "\"%016" PRIx64 "\",\"method\":\"%s\",\"url\":\"/shop/items/%u/%s?page=%u\",\"status\":%u,"
        "\"bytes\":%u,\"ms\":%u.%02u,\"agent\":\"Mozilla/5.0 (X11; Linux x86_64) Firefox/%u.0\","
        "\"referrer\":\"%s\",\"country\":\"%s\",\"secure\":%s}\n",
        (unsigned)(r % 10000000), (unsigned)(r % 60), (unsigned)(r / 60 % 60),
        (unsigned)(r / 77 % 1000), (int)(r % 12 + 3), (unsigned)(r / 7 % 1000),
        weir_bench_random(state), methods[r >> 20 & 3], (unsigned)(r >> 30 & 65535),
        pages[r >> 50 & 1], (unsigned)(r >> 40 & 15), 200 + (unsigned)(r >> 44 & 3) * 100,
        (unsigned)(r >> 33 & 0xfffff), (unsigned)(r >> 22 & 511), (unsigned)(r >> 12 & 63),
        100 + (unsigned)(r >> 55 & 31), referrers[r >> 51 & 1], countries[r >> 61 & 3],
        (r >> 53 & 1) != 0 ? "true" : "false");
}

static size_t fill(struct json_state *s)
{
    uint64_t state = 42;
    size_t at = 0;
    for (uint32_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        const size_t count = (size_t)put_object(s->text + at, &state);
        weir_bench_put_view(&s->lines[i], s->text, at, count - 1);
        at += count;
    }
    return at + PADDING_BYTES; /* the bytes behind are zero */
}

static int turn(void *state, struct weir_error *err)
{
    struct json_state *s = state;
    struct weir_out out;
    void *cols[] = {s->fields.user, s->fields.url, s->fields.status, s->fields.ms,
                    s->fields.country};
    weir_bench_out_init(&out, cols, FIELDS, s->parent, WEIR_BENCH_ROWS);
    out.valid = s->valid;
    const int outcome = s->call.op->codec->decode(&s->call.task, &s->chunk.chunk, &out);
    s->rows = out.rows;
    return outcome == WEIR_OK ? WEIR_OK : weir_call_failed(&s->call, outcome, err);
}

/* ---- by hand ---- */
/* Behind the next `needle`, which is there. */
static inline const char *behind(const char *at, const char *end, const char *needle, size_t count)
{
    return (const char *)memmem(at, (size_t)(end - at), needle, count) + count;
}
#define BEHIND(at, end, needle) behind(at, end, needle, sizeof(needle) - 1)

static inline const char *take_text(const struct json_state *s,
                                    const char *at,
                                    const char *end,
                                    weir_view *to)
{
    const char *quote = memchr(at, '"', (size_t)(end - at));
    weir_bench_put_view(to, s->text, (size_t)(at - s->text), (size_t)(quote - at));
    return quote;
}

static inline const char *take_digits(const char *at, int64_t *number)
{
    int64_t sum = *number;
    for (; (uint8_t)(*at - '0') < 10; at++) {
        sum = sum * 10 + (*at - '0');
    }
    *number = sum;
    return at;
}

static inline const char *take_f64(const char *at, double *to)
{
    static const double powers[] = {1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    int64_t number = 0;
    const char *point = take_digits(at, &number);
    at = *point == '.' ? take_digits(point + 1, &number) : point;
    *to = (double)number / powers[at > point ? at - point - 1 : 0];
    return at;
}

static void limit_turn(void *state)
{
    struct json_state *s = state;
    struct fields *to = &s->limit;
    for (uint32_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        const char *at = s->text + s->lines[i].offset;
        const char *end = at + s->lines[i].count;
        int64_t status = 0;
        at = take_text(s, BEHIND(at, end, "\"user\":\""), end, &to->user[i]);
        at = take_text(s, BEHIND(at, end, "\"url\":\""), end, &to->url[i]);
        at = take_digits(BEHIND(at, end, "\"status\":"), &status);
        to->status[i] = status;
        at = take_f64(BEHIND(at, end, "\"ms\":"), &to->ms[i]);
        (void)take_text(s, BEHIND(at, end, "\"country\":\""), end, &to->country[i]);
    }
}

static bool is_same(const void *state)
{
    const struct json_state *s = state;
    return s->rows == WEIR_BENCH_ROWS && memcmp(&s->fields, &s->limit, sizeof s->fields) == 0;
}

static void close_line(void *state)
{
    struct json_state *s = state;
    weir_call_close(&s->call);
}

int weir_bench_json(struct weir_bench_place *place,
                    struct weir_bench_line *line,
                    struct weir_error *err)
{
    static const struct {
        const char *name, *format;
    } wanted[FIELDS] = {
        {"user", "vu"}, {"url", "vu"}, {"status", "l"}, {"ms", "g"}, {"country", "vu"}};
    struct json_state *s = weir_arena_alloc(place->arena, sizeof *s);
    const struct weir_operator *op;
    memset(s, 0, sizeof *s);
    weir_bench_chunk_init(&s->chunk);
    weir_bench_chunk_add_text(&s->chunk, s->lines, s->text, fill(s));
    *line = (struct weir_bench_line){.name = "json",
                                     .what = "five fields of JSON objects of 300 bytes",
                                     .unit = "object",
                                     .limit = "a scanner by hand",
                                     .target_ratio = 0.5,
                                     .units = WEIR_BENCH_ROWS,
                                     .state = s,
                                     .turn = turn,
                                     .limit_turn = limit_turn,
                                     .is_same = is_same,
                                     .close = close_line};
    WEIR_TRY(weir_registry_find_canonical(place->registry, "org.weir.json/json", NULL,
                                          WEIR_KIND_CODEC, &op, err));
    WEIR_TRY(weir_call_open(&s->call, op, NULL, err));
    for (int i = 0; i < FIELDS; i++) {
        s->field[i] = (struct ArrowSchema){.format = wanted[i].format, .name = wanted[i].name};
        s->children[i] = &s->field[i];
    }
    s->schema = (struct ArrowSchema){
        .format = "+s", .name = "", .n_children = FIELDS, .children = s->children};
    const int outcome = op->codec->begin(&s->call.task, &s->schema, WEIR_DECODE);
    return outcome == WEIR_OK ? WEIR_OK : weir_call_failed(&s->call, outcome, err);
}
