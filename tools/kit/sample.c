/* SPDX-License-Identifier: Apache-2.0 */
/* Random rows: small numbers with many zeros, texts from none to more than a view holds. */
#include "kit/sample.h"

#include "env/env.h"

#include <string.h>

enum { TEXT_BYTES_MAX = 48, NUMBERS = 400, CELL_BYTES_MAX = 16 };

static void put_text(struct weir_sample *sample, struct weir_random *random, weir_view *view)
{
    static const char letters[] = "aaabcdeeefgilmnoprst   0123456789,.=&/:#\"ABCXYZ-_";
    size_t kind = weir_random_below(random, 4);
    size_t count = kind == 0 ? weir_random_below(random, 3) : weir_random_below(random, 14);
    count = kind == 3 ? weir_random_below(random, TEXT_BYTES_MAX) : count;
    char *text = (char *)sample->heap->data + sample->heap->bytes;
    for (size_t i = 0; i < count; i++) {
        text[i] = letters[weir_random_below(random, sizeof letters - 1)];
    }
    memset(view, 0, sizeof *view);
    view->count = (int32_t)count;
    if (count <= WEIR_VIEW_INLINE_BYTES) {
        memcpy((char *)view + offsetof(weir_view, prefix), text, count);
        return;
    }
    memcpy(view->prefix, text, sizeof view->prefix);
    view->buffer = 1;
    view->offset = (int32_t)sample->heap->bytes;
    sample->heap->bytes += count;
}

static void fill(struct weir_sample *sample,
                 struct weir_random *random,
                 enum weir_type_kind kind,
                 uint8_t *cells)
{
    for (uint32_t row = 0; row < WEIR_SAMPLE_ROWS; row++) {
        int64_t number = (int64_t)weir_random_below(random, NUMBERS) - NUMBERS / 4;
        number = weir_random_below(random, 8) == 0 ? 0 : number;
        int32_t narrow = (int32_t)number;
        double fraction = (double)number / 8;
        if (kind == WEIR_TYPE_BOOL) {
            cells[row / 8] = (uint8_t)(cells[row / 8] | (unsigned)(number > 0) << row % 8);
        } else if (kind == WEIR_TYPE_I32) {
            memcpy(cells + row * sizeof narrow, &narrow, sizeof narrow);
        } else if (kind == WEIR_TYPE_F64) {
            memcpy(cells + row * sizeof fraction, &fraction, sizeof fraction);
        } else if (kind == WEIR_TYPE_STR || kind == WEIR_TYPE_BYTES) {
            put_text(sample, random, (weir_view *)(void *)cells + row);
        } else {
            memcpy(cells + row * sizeof number, &number, sizeof number);
        }
    }
}

void weir_sample_make(struct weir_sample *sample, const struct weir_operator *op, uint64_t seed)
{
    struct weir_random random;
    memset(sample, 0, sizeof *sample);
    weir_arena_init(&sample->arena);
    weir_random_seed(&random, seed);
    sample->count = op->in_count;
    sample->heap =
        weir_buffer_create((size_t)WEIR_SAMPLE_ROWS * WEIR_PARAMETERS_MAX * TEXT_BYTES_MAX);
    for (uint32_t i = 0; i < op->in_count; i++) {
        uint8_t *cells = weir_arena_alloc(&sample->arena, WEIR_SAMPLE_ROWS * CELL_BYTES_MAX);
        memset(cells, 0, WEIR_SAMPLE_ROWS * CELL_BYTES_MAX);
        fill(sample, &random, op->in[i].type->kind, cells);
        sample->columns[i] = (struct weir_column){.type = op->in[i].type, .data = cells};
    }
}

void weir_sample_finish(struct weir_sample *sample)
{
    weir_buffer_release(sample->heap);
    weir_arena_finish(&sample->arena);
}

void weir_sample_print(const struct weir_sample *sample, uint32_t row, struct weir_text *to)
{
    struct weir_buffer *buffers[] = {NULL, sample->heap};
    const struct weir_heaps heaps = {.buffers = buffers, .count = 2, .capacity = 2};
    for (uint32_t i = 0; i < sample->count; i++) {
        weir_text_put(to, i > 0 ? ", " : "");
        weir_json_cell(to, &sample->columns[i], &heaps, row);
    }
}
