/* SPDX-License-Identifier: Apache-2.0 */
/* What the lines share: chunks and outputs made by hand, and finding operators. */
#include "bench/plugin/line.h"

#include <string.h>

int weir_bench_operator(const struct weir_bench_place *place,
                        const char *alias,
                        const char *name,
                        enum weir_kind kind,
                        const struct weir_operator **op,
                        struct weir_error *err)
{
    const struct weir_operator *const *found;
    size_t count;
    const weir_str plugin = weir_str_of(alias);
    const weir_str word = weir_str_of(name);
    WEIR_TRY(weir_registry_find(place->registry, plugin, word, 1u << kind, &found, &count, err));
    if (count == 0) {
        return weir_registry_explain(place->registry, plugin, word, 1u << kind, err);
    }
    *op = found[0];
    return WEIR_OK;
}

void weir_bench_chunk_init(struct weir_bench_chunk *chunk)
{
    memset(chunk, 0, sizeof *chunk);
    chunk->chunk.size = sizeof chunk->chunk;
    chunk->chunk.rows = WEIR_BENCH_ROWS;
    chunk->chunk.cols = chunk->cols;
}

static void add(struct weir_bench_chunk *chunk, const void *cells, int64_t buffers)
{
    uint32_t c = 0;
    while (chunk->cols[c] != NULL) {
        c++;
    }
    chunk->buffers[c][1] = cells;
    chunk->arrays[c] = (struct ArrowArray){
        .length = WEIR_BENCH_ROWS, .n_buffers = buffers, .buffers = chunk->buffers[c]};
    chunk->cols[c] = &chunk->arrays[c];
}

void weir_bench_chunk_add(struct weir_bench_chunk *chunk, const void *cells)
{
    add(chunk, cells, 2);
}

void weir_bench_chunk_add_text(struct weir_bench_chunk *chunk,
                               const weir_view *views,
                               const char *text,
                               size_t bytes)
{
    chunk->text_bytes = (int64_t)bytes;
    add(chunk, views, 4);
    chunk->buffers[0][2] = text;
    chunk->buffers[0][3] = &chunk->text_bytes;
}

static int no_more(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    (void)out;
    return task->host->fail(task, WEIR_FATAL, "more room is asked for: %zu bytes", heap_bytes);
}

void weir_bench_out_init(
    struct weir_out *out, void **cols, uint32_t columns, uint16_t *parent, uint32_t rows)
{
    static char heap[64 * 1024];
    *out = (struct weir_out){.size = sizeof *out,
                             .cap = rows,
                             .column_count = columns,
                             .cols = cols,
                             .parent = parent,
                             .heap = heap,
                             .heap_cap = sizeof heap,
                             .heap_buffer = 1,
                             .base_buffer = -1,
                             .grow = no_more};
}

uint64_t weir_bench_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}
