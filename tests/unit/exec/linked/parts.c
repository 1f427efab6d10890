/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that take and give nulls, lists, structs and whole arrays, and a source of such rows.
 * Linked into the tests. Those that are wrong are in wrong.c. */
#include <weir/plugin.h>

/* ---- nulls ---- */
WEIR_FUNCTION(int64_t, half, (int64_t, a))
{
    if (a % 2 != 0) {
        weir_null(ctx);
    }
    return a / 2;
}
WEIR_FUNCTION(bool, thirds, (int64_t, a))
{
    if (a % 3 == 0) {
        weir_null(ctx);
    }
    return a % 3 == 1;
}
WEIR_FUNCTION(weir_str, twice, (weir_str, s))
{
    char *to = weir_arena(ctx, 2 * s.count + 1);
    memcpy(to, s.bytes, s.count);
    memcpy(to + s.count, s.bytes, s.count);
    if (s.count % 4 == 0) {
        weir_null(ctx);
    }
    if (s.count % 5 == 3) {
        weir_fail(ctx, WEIR_BAD_RECORD, "%d bytes", (int)s.count);
    }
    return weir_str_make(to, 2 * s.count);
}
WEIR_NULLABLE_FUNCTION(int64_t, either, (int64_t, a, int64_t, b))
{
    if (a_is_null && b_is_null) {
        weir_null(ctx);
    }
    return a_is_null ? b * 1000 + a : a * 1000 + (b_is_null ? b : 0);
}
/* Reads its text even where that is null: it is empty there. */
WEIR_NULLABLE_FUNCTION(int64_t, text_bytes, (weir_str, s, weir_list(weir_str), list))
{
    int64_t bytes = s_is_null ? 1000 : 0;
    for (size_t i = 0; i < s.count; i++) {
        bytes += s.bytes[i] != '\0';
    }
    return bytes + (list_is_null ? 100000 : list.count * 10000);
}

/* ---- lists ---- */
WEIR_FUNCTION(weir_list(weir_str), cut, (weir_str, s))
{
    weir_list(weir_str) words = {NULL, 0, 0};
    weir_str word;
    if (s.count % 7 == 6) {
        weir_null(ctx);
    }
    if (s.count % 11 == 10) {
        weir_fail(ctx, WEIR_BAD_RECORD, "%d bytes", (int)s.count);
    }
    weir_push(ctx, &words, s);
    while (weir_str_token(&s, ' ', &word)) {
        weir_push(ctx, &words, word);
    }
    return words;
}
WEIR_FUNCTION(weir_list(int64_t), upto, (int64_t, a))
{
    weir_list(int64_t) numbers = {NULL, 0, 0};
    for (int64_t i = 0; i < a; i++) {
        weir_push(ctx, &numbers, i);
    }
    return numbers;
}
WEIR_FUNCTION(int64_t, total, (weir_list(int64_t), numbers))
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < numbers.count; i++) {
        sum += numbers.items[i];
    }
    return sum;
}
WEIR_FUNCTION(weir_str, last, (weir_list(weir_str), words))
{
    return words.count > 0 ? words.items[words.count - 1] : weir_str_make("", 0);
}

/* ---- any type ---- */
static int64_t weigh(weir_row value)
{
    int64_t sum = 1;
    const char type = weir_get_type(value);
    if (weir_get_is_null(value)) {
        return 7;
    }
    if (type == 'u') {
        return (int64_t)weir_get_str(value).count;
    }
    for (size_t i = 0; (type == '+' || type == 's') && i < weir_get_count(value); i++) {
        sum = sum * 3 + weigh(type == '+' ? weir_get_item(value, i) : weir_get_part(value, i));
    }
    return type == '+' || type == 's' ? sum : weir_get_i64(value);
}
WEIR_NULLABLE_FUNCTION(int64_t, weight, (weir_row, value))
{
    return weigh(value);
}

/* ---- structs and lists of lists, by hand ---- */
#define LOOP_(name)                                                                                \
    static int name(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
#define FUNCTION_(name, in_type, out_type)                                                         \
    static const struct weir_field name##_in[] = {{"a", in_type}};                                 \
    static const struct weir_field name##_out[] = {{"value", out_type}};                           \
    WEIR_EXPORT_(name, WEIR_KIND_FUNCTION, 0, #name, name##_in, 1, name##_out, 1, name, NULL)

static int64_t number_at(const struct weir_chunk *in, size_t i)
{
    const struct weir_reader a = weir_reader_of(in, 0, sizeof(int64_t));
    return weir_read_i64(&a, i);
}

/* Rows of [0], [0, 1]..., below a; every third is null. */
LOOP_(grid)
{
    struct weir_out *rows = out->children[0];
    struct weir_out *cells = rows->children[0];
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        struct weir_list_cell whole = {(int32_t)rows->rows, 0};
        for (int64_t n = 0; n < number_at(in, i); n++) {
            int rc = weir_row_begin(rows, task, 0);
            weir_row_list(rows, 0);
            for (int64_t m = 0; rc == 0 && m <= n; m++) {
                rc = weir_row_begin(cells, task, 0);
                if (rc == 0) {
                    weir_row_i64(cells, 0, m);
                    weir_row_end(cells);
                }
            }
            if (rc == 0 && n % 3 == 2) {
                rc = weir_row_null(rows, task, 0);
            }
            if (rc != 0) {
                return rc;
            }
            weir_row_list_end(rows, 0);
            weir_row_end(rows);
        }
        whole.count = (int32_t)rows->rows - whole.first;
        ((struct weir_list_cell *)out->cols[0])[i] = whole;
    }
    return WEIR_OK;
}
FUNCTION_(grid, "i64", "list<list<i64>>");

static const char long_text[] = "a text that is longer than any cell can hold";

/* {n: a, tags: [long text cut off after a bytes] a times, is_odd: null where a is 5}; null at 4. */
LOOP_(card)
{
    struct weir_out *fields = out->children[0];
    struct weir_out *tags = fields->children[1];
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        const int64_t a = number_at(in, i);
        int rc = a == 4 ? weir_write_null(task, out, 0, i) : 0;
        fields->rows = (uint32_t)i;
        weir_row_i64(fields, 0, a);
        weir_row_list(fields, 1);
        for (int64_t n = 0; rc == 0 && n < a; n++) {
            rc = weir_row_begin(tags, task, sizeof long_text);
            if (rc == 0) {
                weir_row_str(tags, 0, weir_str_make(long_text, (size_t)a % sizeof long_text));
                weir_row_end(tags);
            }
        }
        weir_row_list_end(fields, 1);
        weir_row_bool(fields, 2, a % 2 != 0);
        rc = rc == 0 && a == 5 ? weir_row_null(fields, task, 2) : rc;
        if (rc != 0) {
            return rc;
        }
    }
    return WEIR_OK;
}
FUNCTION_(card, "i64", "{n: i64, tags: list<str>, is_odd: bool}");

/* Items in another order than rows, and shared by rows. */
LOOP_(shuffled)
{
    struct weir_out *items = out->children[0];
    for (int64_t n = 0; n < 20; n++) {
        const int rc = weir_row_begin(items, task, 0);
        if (rc != 0) {
            return rc;
        }
        weir_row_i64(items, 0, 100 + n);
        weir_row_end(items);
    }
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        const struct weir_list_cell cell = {10 - (int32_t)(number_at(in, i) % 10), 3};
        ((struct weir_list_cell *)out->cols[0])[i] = cell;
    }
    return WEIR_OK;
}
FUNCTION_(shuffled, "i64", "list<i64>");

/* ---- whole arrays ---- */
static void free_array(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_buffers; i++) {
        free((void *)(uintptr_t)array->buffers[i]);
    }
    free((void *)(uintptr_t)array->buffers);
    array->release = NULL;
}
/* [text, text] with an offset, position 2 null. */
WEIR_CHUNK_FUNCTION(weir_str, labels, (int64_t, a))
{
    const void **buffers = (const void **)calloc(4, sizeof *buffers);
    weir_view *views = (weir_view *)calloc(in->rows + 3, sizeof *views);
    uint8_t *valid = (uint8_t *)malloc(in->rows / 8 + 2);
    int64_t *lengths = (int64_t *)calloc(1, sizeof *lengths);
    (void)ctx;
    memset(valid, 0xff, in->rows / 8 + 2);
    valid[0] = (uint8_t)(valid[0] & ~(1U << (2 + 3)));
    lengths[0] = (int64_t)sizeof long_text;
    for (uint32_t i = 0; i < in->rows; i++) {
        weir_view *view = views + 3 + i;
        view->count = (int32_t)(i % 40);
        if (view->count <= WEIR_VIEW_INLINE_BYTES) {
            memcpy((char *)view + 4, long_text, i % 40);
        } else {
            memcpy(view->prefix, long_text, 4);
        }
    }
    memset(out->moved, 0, sizeof *out->moved);
    buffers[0] = valid;
    buffers[1] = views;
    buffers[2] = memcpy(malloc(sizeof long_text), long_text, sizeof long_text);
    buffers[3] = lengths;
    out->moved->length = in->rows;
    out->moved->offset = 3;
    out->moved->null_count = -1;
    out->moved->n_buffers = 4;
    out->moved->buffers = buffers;
    out->moved->release = free_array;
    return WEIR_OK;
}

/* ---- emitters ---- */
/* a rows of {n, tags, info}, n is null where it is 2, tags at 3; fails at the end where a is 6. */
LOOP_(deal)
{
    struct weir_out *tags = out->children[1];
    struct weir_out *info = out->children[2];
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        const int64_t a = number_at(in, i);
        out->row_start = out->rows;
        for (int64_t n = 0; n < a; n++) {
            int rc = weir_row_begin(out, task, 0);
            if (rc == 0) {
                rc = weir_row_need(info = weir_row_struct(out, 2), task, sizeof long_text);
            }
            if (rc != 0) {
                return rc;
            }
            weir_row_i64(out, 0, n);
            weir_row_list(out, 1);
            for (int64_t m = 0; rc == 0 && m < n % 5; m++) {
                rc = weir_row_begin(tags, task, sizeof long_text);
                weir_row_str(tags, 0, weir_str_make(long_text, (size_t)((n + 9) % 40)));
                weir_row_end(tags);
            }
            weir_row_list_end(out, 1);
            weir_row_str(info, 0, weir_str_make(long_text, (size_t)(n % 40)));
            weir_row_i64(info, 1, a);
            rc = n % 10 == 2 ? weir_row_null(out, task, 0) : 0;
            rc = rc == 0 && n % 10 == 3 ? weir_row_null(out, task, 1) : rc;
            rc = rc == 0 && n % 10 == 4 ? weir_row_null(info, task, 0) : rc;
            if (rc != 0) {
                return rc;
            }
            out->parent[out->rows] = (uint16_t)i;
            weir_row_end(out);
        }
        if (a % 10 == 6) {
            out->rows = out->row_start;
            task->row = (uint32_t)i;
            return task->host->fail(task, WEIR_BAD_RECORD, "no %d", (int)a);
        }
    }
    return WEIR_OK;
}
static const struct weir_field deal_in[] = {{"a", "i64"}};
static const struct weir_field deal_out[] = {
    {"n", "i64"}, {"tags", "list<str>"}, {"info", "{name: str, of: i64}"}};
WEIR_EXPORT_(deal, WEIR_KIND_EMITTER, 0, "deal", deal_in, 1, deal_out, 3, deal, NULL);

/* The same without lists; null arguments are shown. */
WEIR_NULLABLE_EMITTER(count, (int64_t, a), (int64_t, n, weir_str, text, bool, is_odd))
{
    for (int64_t n = 0; n < (a_is_null ? 1 : a); n++) {
        if (n % 4 == 2) {
            WEIR_EMIT_NULL(0);
        }
        if (n % 4 == 3) {
            WEIR_EMIT_NULL(1);
            WEIR_EMIT_NULL(2);
        }
        WEIR_EMIT(a_is_null ? -1 : n, weir_str_make(long_text, (size_t)(n % 40)), n % 2 != 0);
    }
    if (!a_is_null && a % 10 == 6) {
        weir_fail(ctx, WEIR_BAD_RECORD, "no %d", (int)a);
    }
}

/* ---- a source of rows with parts; range: their number ---- */
static int next_nothing(struct weir_task *task,
                        weir_bytes from,
                        const struct weir_source_limit *limit,
                        struct weir_range *answer)
{
    (void)task, (void)from, (void)limit;
    answer->is_last = 1;
    return WEIR_OK;
}
static int read_cards(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    struct weir_out *out = scan->out;
    int64_t count;
    memcpy(&count, range.bytes, sizeof count);
    for (int64_t i = 0; i < count; i++) {
        struct weir_out *tags;
        struct weir_out *info = NULL;
        int rc = weir_row_begin(out, task, 0);
        if (rc == 0) {
            rc = weir_row_need(info = weir_row_struct(out, 2), task, sizeof long_text);
        }
        if (rc != 0) {
            return rc;
        }
        weir_row_i64(out, 0, i);
        tags = weir_row_list(out, 1);
        for (int64_t n = 0; rc == 0 && n < i % 4; n++) {
            rc = weir_row_begin(tags, task, sizeof long_text);
            weir_row_str(tags, 0, weir_str_make(long_text, (size_t)(i % 40)));
            weir_row_end(tags);
        }
        weir_row_list_end(out, 1);
        weir_row_str(info, 0, weir_str_make(long_text, (size_t)(i % 30)));
        rc = rc == 0 && i % 5 == 1 ? weir_row_null(out, task, 2) : rc;
        if (rc != 0) {
            return rc;
        }
        weir_row_end(out);
    }
    return WEIR_OK;
}
static const struct weir_field weir_fields_cards[] = {
    {"n", "i64"}, {"tags", "list<str>"}, {"info", "{name: str}"}};
WEIR_SOURCE_(cards, 0, 3, WEIR_FINITE, next_nothing, NULL, read_cards, NULL);

WEIR_PLUGIN("org.example.parts", "1.0.0", "nulls, lists and structs", "Apache-2.0");
