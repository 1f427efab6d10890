/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of functions.json that need code: an ordinary plugin on the public SDK. Those that
 * only move fields (swap, first, pair_with...) are expressions of the pipeline language. */
#include <weir/io.h>
#include <weir/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- map ---- */
WEIR_FUNCTION(weir_str, to_string, (int64_t, x))
{
    char *text = (char *)weir_arena(ctx, 24);
    return weir_str_make(text, (size_t)snprintf(text, 24, "%" PRId64, x));
}

WEIR_FUNCTION(int64_t, parse_int, (weir_str, x))
{
    char text[24];
    char *end;
    size_t count = x.count < sizeof text ? x.count : sizeof text - 1;
    memcpy(text, x.bytes, count);
    text[count] = '\0';
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0') {
        weir_fail(ctx, WEIR_FATAL, "'%.*s' is no number", (int)x.count, x.bytes);
    }
    return number;
}

WEIR_FUNCTION(int64_t, length, (weir_str, x))
{
    return (int64_t)x.count;
}

WEIR_FUNCTION(int64_t, add, (int64_t, x))
{
    return x + weir_param_i64(ctx, "n");
}
WEIR_PARAMS(add, WEIR_PARAM_I64(n, required, "what is added"));

WEIR_FUNCTION(weir_str, upper, (weir_str, x))
{
    char *text = (char *)weir_arena(ctx, x.count + 1);
    for (size_t i = 0; i < x.count; i++) {
        char c = x.bytes[i];
        text[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return weir_str_make(text, x.count);
}

WEIR_FUNCTION(int64_t, fail_if, (int64_t, x))
{
    if (x == weir_param_i64(ctx, "bad")) {
        weir_fail(ctx, WEIR_FATAL, "failed on %" PRId64, x);
    }
    return x;
}
WEIR_PARAMS(fail_if, WEIR_PARAM_I64(bad, required, "the value that fails"));

WEIR_FUNCTION(weir_str, fail_if_text, (weir_str, x))
{
    if (weir_text_equal(x, weir_param_str(ctx, "bad"))) {
        weir_fail(ctx, WEIR_FATAL, "failed on %.*s", (int)x.count, x.bytes);
    }
    return x;
}
WEIR_PARAMS(fail_if_text, WEIR_PARAM_STR(bad, required, "the value that fails"));

/* Of a pair as JSON text; gives its first argument back. */
WEIR_FUNCTION(bool, fail_if_true, (bool, is_bad))
{
    if (is_bad) {
        weir_str text = weir_param_str(ctx, "bad");
        weir_fail(ctx, WEIR_FATAL, "failed on %.*s", (int)text.count, text.bytes);
    }
    return true;
}
WEIR_PARAMS(fail_if_true, WEIR_PARAM_STR(bad, required, "the value that fails, for the message"));

/* ---- lists ---- */
static int compare_i64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

WEIR_FUNCTION_AS(distinct_i64, "distinct_sorted", 0, weir_list(int64_t), (weir_list(int64_t), list))
{
    weir_list(int64_t) out = {NULL, 0, 0};
    int64_t *items = (int64_t *)weir_arena(ctx, (list.count + 1) * sizeof *items);
    for (uint32_t i = 0; i < list.count; i++) {
        items[i] = list.items[i];
    }
    qsort(items, list.count, sizeof *items, compare_i64);
    uint32_t count = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        if (count == 0 || items[count - 1] != items[i]) {
            items[count++] = items[i];
        }
    }
    out.items = items;
    out.count = count;
    return out;
}

static int compare_str(const void *a, const void *b)
{
    const weir_str *x = a, *y = b;
    size_t count = x->count < y->count ? x->count : y->count;
    int order = count == 0 ? 0 : memcmp(x->bytes, y->bytes, count);
    return order != 0 ? order : x->count < y->count ? -1 : x->count > y->count;
}

WEIR_FUNCTION_AS(
    distinct_str, "distinct_sorted", 0, weir_list(weir_str), (weir_list(weir_str), list))
{
    weir_list(weir_str) out = {NULL, 0, 0};
    weir_str *items = (weir_str *)weir_arena(ctx, (list.count + 1) * sizeof *items);
    for (uint32_t i = 0; i < list.count; i++) {
        items[i] = list.items[i];
    }
    qsort(items, list.count, sizeof *items, compare_str);
    uint32_t count = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        if (count == 0 || compare_str(&items[count - 1], &items[i]) != 0) {
            items[count++] = items[i];
        }
    }
    out.items = items;
    out.count = count;
    return out;
}

/* "[1,2]" of the feed as a list. */
WEIR_FUNCTION(weir_list(int64_t), ints, (weir_str, json))
{
    weir_list(int64_t) out = {NULL, 0, 0};
    int64_t *items = (int64_t *)weir_arena(ctx, (json.count + 1) * sizeof *items);
    uint32_t count = 0;
    for (size_t i = 0; i < json.count;) {
        char c = json.bytes[i];
        if (c == '-' || (c >= '0' && c <= '9')) {
            bool is_negative = c == '-';
            int64_t number = 0;
            for (i += is_negative; i < json.count && json.bytes[i] >= '0' && json.bytes[i] <= '9';
                 i++) {
                number = number * 10 + (json.bytes[i] - '0');
            }
            items[count++] = is_negative ? -number : number;
        } else {
            i++;
        }
    }
    out.items = items;
    out.count = count;
    return out;
}

/* "[\"a\",\"b\"]" of the feed as a list; its texts have no escapes. */
WEIR_FUNCTION(weir_list(weir_str), texts, (weir_str, json))
{
    weir_list(weir_str) out = {NULL, 0, 0};
    weir_str *items = (weir_str *)weir_arena(ctx, (json.count + 1) * sizeof *items);
    uint32_t count = 0;
    size_t start = 0;
    bool is_inside = false;
    for (size_t i = 0; i < json.count; i++) {
        if (json.bytes[i] != '"') {
            continue;
        }
        if (is_inside) {
            items[count++] = weir_str_make(json.bytes + start, i - start);
        }
        is_inside = !is_inside;
        start = i + 1;
    }
    out.items = items;
    out.count = count;
    return out;
}

/* ---- flat_map ---- */
WEIR_EMITTER(self_and_double, (int64_t, x), (int64_t, value))
{
    WEIR_EMIT(x);
    WEIR_EMIT(2 * x);
}

WEIR_EMITTER(self_and_add, (int64_t, x), (int64_t, value))
{
    WEIR_EMIT(x);
    WEIR_EMIT(x + weir_param_i64(ctx, "n"));
}
WEIR_PARAMS(self_and_add, WEIR_PARAM_I64(n, required, "what is added"));

WEIR_EMITTER(chars, (weir_str, x), (weir_str, value))
{
    for (size_t i = 0; i < x.count; i++) {
        WEIR_EMIT(weir_str_make(x.bytes + i, 1));
    }
}

WEIR_EMITTER(chars_with_length, (weir_str, x), (int64_t, key, weir_str, value))
{
    for (size_t i = 0; i < x.count; i++) {
        WEIR_EMIT((int64_t)x.count, weir_str_make(x.bytes + i, 1));
    }
}

WEIR_EMITTER(second_with_chars_of_first,
             (weir_str, first, int64_t, second),
             (int64_t, key, weir_str, value))
{
    for (size_t i = 0; i < first.count; i++) {
        WEIR_EMIT(second, weir_str_make(first.bytes + i, 1));
    }
}

WEIR_EMITTER(split_space, (weir_str, x), (weir_str, value))
{
    size_t start = 0;
    for (size_t i = 0; i <= x.count; i++) {
        if (i == x.count || x.bytes[i] == ' ') {
            WEIR_EMIT(weir_str_make(x.bytes + start, i - start));
            start = i + 1;
        }
    }
}

WEIR_EMITTER(suffix_1_and_2, (weir_str, x), (weir_str, value))
{
    char *text = (char *)weir_arena(ctx, 2 * (x.count + 1));
    for (int k = 0; k < 2; k++) {
        char *at = text + (size_t)k * (x.count + 1);
        if (x.count > 0) {
            memcpy(at, x.bytes, x.count);
        }
        at[x.count] = k == 0 ? '1' : '2';
        WEIR_EMIT(weir_str_make(at, x.count + 1));
    }
}

/* ---- filter ---- */
WEIR_FUNCTION(bool, is_even, (int64_t, x))
{
    return x % 2 == 0;
}

WEIR_FUNCTION(bool, contains, (weir_str, x))
{
    weir_str c = weir_param_str(ctx, "c");
    for (size_t i = 0; i + c.count <= x.count; i++) {
        if (c.count == 0 || memcmp(x.bytes + i, c.bytes, c.count) == 0) {
            return true;
        }
    }
    return false;
}
WEIR_PARAMS(contains, WEIR_PARAM_STR(c, required, "what is looked for"));

/* ---- values as JSON text: keys that are pairs ---- */
static void put_json(struct weir_blob *to, weir_row row)
{
    const char type = weir_get_type(row);
    if (weir_get_is_null(row)) {
        weir_blob_put(to, "null");
    } else if (type == '+' || type == 's') {
        for (size_t i = 0; i < weir_get_count(row); i++) {
            weir_blob_put(to, i == 0 ? "[" : ",");
            put_json(to, type == '+' ? weir_get_item(row, i) : weir_get_part(row, i));
        }
        weir_blob_put(to, weir_get_count(row) == 0 ? "[]" : "]");
    } else if (type == 'u') {
        weir_str text = weir_get_str(row);
        weir_blob_put(to, "\"");
        for (size_t i = 0; i < text.count; i++) {
            if (text.bytes[i] == '"' || text.bytes[i] == '\\') {
                weir_blob_put(to, "\\");
            }
            weir_blob_append(to, text.bytes + i, 1);
        }
        weir_blob_put(to, "\"");
    } else {
        char digits[24];
        (void)snprintf(digits, sizeof digits, "%" PRId64, weir_get_i64(row));
        weir_blob_put(to, digits);
    }
}

/* Any value: structs and lists as arrays. */
WEIR_FUNCTION(weir_str, json_of, (weir_row, x))
{
    struct weir_blob text = {NULL, 0, 0, false};
    put_json(&text, x);
    char *copy = (char *)weir_arena(ctx, text.count + 1);
    size_t count = text.count;
    memcpy(copy, text.bytes, count);
    weir_blob_free(&text);
    return weir_str_make(copy, count);
}

/* What glom gives, a list of records of one field, as a list of their values. */
WEIR_FUNCTION(weir_list(int64_t), ints_of, (weir_row, records))
{
    weir_list(int64_t) out = {NULL, 0, 0};
    size_t count = weir_get_count(records);
    int64_t *items = (int64_t *)weir_arena(ctx, (count + 1) * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = weir_get_i64(weir_get_part(weir_get_item(records, i), 0));
    }
    out.items = items;
    out.count = (uint32_t)count;
    return out;
}

WEIR_FUNCTION(weir_list(weir_str), texts_of, (weir_row, records))
{
    weir_list(weir_str) out = {NULL, 0, 0};
    size_t count = weir_get_count(records);
    weir_str *items = (weir_str *)weir_arena(ctx, (count + 1) * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = weir_get_str(weir_get_part(weir_get_item(records, i), 0));
    }
    out.items = items;
    out.count = (uint32_t)count;
    return out;
}

/* One side of a pair as JSON: up to, or from, the comma at its own level. */
static weir_str side_of(weir_str pair, bool is_second)
{
    int depth = 0;
    bool is_text = false;
    size_t i = 1;
    for (; i < pair.count; i++) {
        char c = pair.bytes[i];
        if (is_text) {
            i += c == '\\' ? 1 : 0;
            is_text = c != '"';
        } else if (c == ',' && depth == 0) {
            break;
        } else {
            is_text = c == '"';
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
        }
    }
    return is_second ? weir_str_make(pair.bytes + i + 1, pair.count - i - 2)
                     : weir_str_make(pair.bytes + 1, i - 1);
}

WEIR_FUNCTION(weir_str, json_first, (weir_str, pair))
{
    (void)ctx;
    return side_of(pair, false);
}

WEIR_FUNCTION(weir_str, json_second, (weir_str, pair))
{
    (void)ctx;
    return side_of(pair, true);
}

WEIR_FUNCTION(weir_str, json_text, (weir_str, json))
{
    char *text = (char *)weir_arena(ctx, json.count + 1);
    size_t count = 0;
    for (size_t i = 1; i + 1 < json.count; i++) {
        i += json.bytes[i] == '\\' ? 1 : 0;
        text[count++] = json.bytes[i];
    }
    return weir_str_make(text, count);
}
