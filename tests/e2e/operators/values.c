/* SPDX-License-Identifier: Apache-2.0 */
/* Operators, a receiver and a source of nulls, lists and structs, as anybody may write them: with
 * the SDK alone. */
#include <weir/plugin.h>

WEIR_FUNCTION(weir_list(weir_str), cut, (weir_str, line))
{
    weir_list(weir_str) words = {NULL, 0, 0};
    weir_str word;
    if (line.count == 0) {
        weir_null(ctx);
    }
    while (weir_str_token(&line, ' ', &word)) {
        weir_push(ctx, &words, word);
    }
    return words;
}

WEIR_FUNCTION(int64_t, sum, (weir_list(int64_t), numbers))
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < numbers.count; i++) {
        sum += numbers.items[i];
    }
    return sum;
}

WEIR_FUNCTION(int64_t, half, (int64_t, a))
{
    if (a % 2 != 0) {
        weir_null(ctx);
    }
    return a / 2;
}

WEIR_NULLABLE_FUNCTION(weir_str, shown, (weir_str, text, int64_t, a))
{
    return text_is_null ? weir_str_from_chars(a_is_null ? "neither" : "a number and no text")
                        : text;
}

/* How many values there are in one of any type. */
static int64_t count_of(weir_row value)
{
    const char type = weir_get_type(value);
    int64_t count = 0;
    if (type != '+' && type != 's') {
        return weir_get_is_null(value) ? 0 : 1;
    }
    for (size_t i = 0; !weir_get_is_null(value) && i < weir_get_count(value); i++) {
        count += count_of(type == '+' ? weir_get_item(value, i) : weir_get_part(value, i));
    }
    return count;
}
WEIR_FUNCTION(int64_t, values, (weir_row, value))
{
    return count_of(value);
}

/* One row for each word: {word, letters, at: {from, to}}; letters are null of a word of one. */
static int deal_line(struct weir_task *task, weir_str line, uint16_t parent, struct weir_out *out)
{
    weir_str rest = line;
    weir_str word;
    while (weir_str_token(&rest, ' ', &word)) {
        struct weir_out *letters;
        struct weir_out *at;
        int rc = weir_row_begin(out, task, word.count);
        if (rc != 0) {
            return rc;
        }
        weir_row_str(out, 0, word);
        letters = weir_row_list(out, 1);
        for (size_t i = 0; rc == 0 && i < word.count; i++) {
            rc = weir_row_begin(letters, task, 1);
            if (rc == 0) {
                weir_row_str(letters, 0, weir_str_slice(word, i, 1));
                weir_row_end(letters);
            }
        }
        weir_row_list_end(out, 1);
        at = weir_row_struct(out, 2);
        weir_row_i64(at, 0, word.bytes - line.bytes);
        weir_row_i64(at, 1, word.bytes - line.bytes + (int64_t)word.count);
        rc = rc == 0 && word.count == 1 ? weir_row_null(out, task, 1) : rc;
        if (rc != 0) {
            return rc;
        }
        out->parent[out->rows] = parent;
        weir_row_end(out);
    }
    return WEIR_OK;
}
static int deal(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    const struct weir_reader lines = weir_reader_of(in, 0, sizeof(weir_view));
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        int rc;
        out->row_start = out->rows;
        rc = deal_line(task, weir_read_str(&lines, i), (uint16_t)i, out);
        if (rc != WEIR_OK) {
            out->rows = out->row_start;
            task->row = (uint32_t)i;
            return rc;
        }
    }
    return WEIR_OK;
}
WEIR_FIELDS_(deal_in, (weir_str, line));
static const struct weir_field deal_out[] = {
    {"word", "str"}, {"letters", "list<str>"}, {"at", "{from: i64, to: i64}"}};
WEIR_EXPORT_(deal, WEIR_KIND_EMITTER, 0, "deal", deal_in, 1, deal_out, 3, deal, NULL);

/* Card i: {n: i, tags: i % 3 texts, info: {name, is_odd}}, info is null where i % 4 is 3. */
static int put_card(struct weir_task *task, int64_t i, struct weir_out *out)
{
    static const char text[] = "a tag that fits into no cell";
    struct weir_out *info = weir_row_struct(out, 2);
    struct weir_out *tags;
    int rc = weir_row_begin(out, task, 0);
    if (rc == 0) {
        rc = weir_row_need(info, task, sizeof text);
    }
    if (rc != 0) {
        return rc;
    }
    info = weir_row_struct(out, 2);
    weir_row_i64(out, 0, i);
    tags = weir_row_list(out, 1);
    for (int64_t k = 0; rc == 0 && k < i % 3; k++) {
        rc = weir_row_begin(tags, task, sizeof text);
        if (rc == 0) {
            weir_row_str(tags, 0, weir_str_make(text, sizeof text - 1));
            weir_row_end(tags);
        }
    }
    weir_row_list_end(out, 1);
    weir_row_str(info, 0, weir_str_make(text, (size_t)(i % 20)));
    weir_row_bool(info, 1, i % 2 != 0);
    rc = rc == 0 && i % 4 == 3 ? weir_row_null(out, task, 2) : rc;
    if (rc == 0) {
        weir_row_end(out);
    }
    return rc;
}

static const struct weir_field weir_fields_cards[] = {
    {"n", "i64"}, {"tags", "list<str>"}, {"info", "{name: str, is_odd: bool}"}};
static int cards_next(struct weir_task *task,
                      weir_bytes from,
                      const struct weir_source_limit *limit,
                      struct weir_range *answer)
{
    int64_t *count = (int64_t *)weir_arena(task, sizeof *count);
    (void)from, (void)limit;
    *count = weir_param_i64(task, "count");
    answer->range = answer->to = weir_bytes_make(count, sizeof *count);
    answer->is_last = 1;
    return WEIR_OK;
}
static int cards_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    int64_t count;
    int rc = WEIR_OK;
    memcpy(&count, range.bytes, sizeof count);
    for (int64_t i = 0; rc == WEIR_OK && i < count; i++) {
        rc = put_card(task, i, scan->out);
    }
    return rc;
}
WEIR_SOURCE_(cards, 0, 3, WEIR_FINITE, cards_next, NULL, cards_read, NULL);
WEIR_PARAMS(cards, WEIR_PARAM_I64_IN(count, default(5), 0, 1000000, "how many"));

/* The same, pushed: `each` rows a store, so that small stores share their heaps. */
static const struct weir_field weir_fields_pushed[] = {
    {"n", "i64"}, {"tags", "list<str>"}, {"info", "{name: str, is_odd: bool}"}};
static int pushed_run(struct weir_receiver *rx)
{
    const int64_t count = weir_param_i64(rx->task, "count");
    const int64_t each = weir_param_i64(rx->task, "each");
    for (int64_t i = 0; i < count; i++) {
        int rc = put_card(rx->task, i, rx->out);
        if (rc == WEIR_OK && (i + 1) % each == 0) {
            rc = rx->store(rx, weir_bytes_make(NULL, 0), 0, true);
        }
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}
static const struct weir_receiver_ops pushed_ops = {sizeof pushed_ops, 0, pushed_run, NULL, NULL};
WEIR_EXPORT_(
    pushed, WEIR_KIND_RECEIVER, 0, "pushed", NULL, 0, weir_fields_pushed, 3, NULL, &pushed_ops);
WEIR_PARAMS(pushed,
            WEIR_PARAM_I64_IN(count, default(5), 0, 1000000, "how many"),
            WEIR_PARAM_I64_IN(each, default(1), 1, 1000000, "rows of a store"));

WEIR_PLUGIN("org.example.values", "1.0.0", "nulls, lists and structs", "Apache-2.0");
