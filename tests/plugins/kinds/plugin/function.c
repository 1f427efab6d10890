/* SPDX-License-Identifier: Apache-2.0 */
/* Functions: plain, nullable, on lists, on values of any type, on whole columns; and partitioners.
 */
#include <weir/plugin.h>

WEIR_FUNCTION(weir_str, shout, (weir_str, text))
{
    char *copy = (char *)weir_arena(ctx, text.count + 1);
    if (text.count == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "nothing to shout");
        return text;
    }
    memcpy(copy, text.bytes, text.count);
    copy[text.count] = '!';
    return weir_str_make(copy, text.count + 1);
}

WEIR_FUNCTION(int64_t, half, (int64_t, a))
{
    if (a % 2 != 0) {
        weir_null(ctx);
    }
    return a / 2;
}

WEIR_NULLABLE_FUNCTION(int64_t, either, (int64_t, a, int64_t, b))
{
    if (a_is_null && b_is_null) {
        weir_null(ctx);
    }
    return a_is_null ? b : a;
}

WEIR_FUNCTION(weir_list(weir_str), cut, (weir_str, line))
{
    weir_list(weir_str) words = {NULL, 0, 0};
    weir_str word;
    while (weir_str_token(&line, ' ', &word)) {
        weir_push(ctx, &words, word);
    }
    return words;
}

WEIR_FUNCTION(double, total, (weir_list(double), numbers, weir_list(bool), counts))
{
    double sum = 0;
    for (uint32_t i = 0; i < numbers.count; i++) {
        sum += i < counts.count && counts.items[i] ? numbers.items[i] : 0;
    }
    return sum;
}

WEIR_FUNCTION(weir_str, longest, (weir_list(weir_str), texts))
{
    weir_str best = {"", 0};
    for (uint32_t i = 0; i < texts.count; i++) {
        best = texts.items[i].count > best.count ? texts.items[i] : best;
    }
    return best;
}

WEIR_FUNCTION(int64_t, parts, (weir_row, value))
{
    const char type = weir_get_type(value);
    return type == '+' || type == 's' ? (int64_t)weir_get_count(value) : weir_get_i64(value);
}

WEIR_CHUNK_FUNCTION(double, twice, (double, a))
{
    const struct weir_reader a = weir_reader_of(in, 0, sizeof(double));
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        weir_write_f64(out, out->cols[0], i, 2 * weir_read_f64(&a, i));
    }
    (void)ctx;
    return WEIR_OK;
}

/* A whole array of its own, moved out. */
static void free_moved(struct ArrowArray *array)
{
    free((void *)(uintptr_t)array->buffers[1]);
    free((void *)(uintptr_t)array->buffers);
    array->release = NULL;
}
WEIR_CHUNK_FUNCTION(int64_t, position, (double, a))
{
    const void **buffers = (const void **)calloc(2, sizeof *buffers);
    int64_t *cells = (int64_t *)calloc(in->rows, sizeof *cells);
    struct ArrowArray *moved = out->moved;
    if (buffers == NULL || cells == NULL || moved == NULL) {
        free(buffers);
        free(cells);
        return weir_fail(ctx, WEIR_FATAL, "no memory, or a host that takes no arrays");
    }
    for (uint32_t i = 0; i < in->rows; i++) {
        cells[i] = i;
    }
    buffers[1] = cells;
    memset(moved, 0, sizeof *moved);
    moved->length = in->rows;
    moved->n_buffers = 2;
    moved->buffers = buffers;
    moved->release = free_moved;
    return WEIR_OK;
}

WEIR_PARTITIONER(by_first, (weir_str, key))
{
    return key.count == 0 ? 0 : (uint64_t)(uint8_t)key.bytes[0] % partitions;
}
WEIR_PARTITIONER(too_far, (int64_t, key))
{
    return (uint64_t)key;
}

WEIR_PLUGIN("org.weir.test.function", "1.0.0", "functions of all forms", "Apache-2.0");
