/* SPDX-License-Identifier: Apache-2.0 */
/* Lines into words: text.words, an emitter in the SDK's form, against the shortest split loop that
 * writes the same cells. */
#include "bench/plugin/line.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    LINE_BYTES = 100, /* with its LF */
    PADDING_BYTES = 64,
    WORD_BYTES_MAX = 12,
    TEXT_BYTES = LINE_BYTES * WEIR_BENCH_ROWS,
    WORDS_MAX = TEXT_BYTES / 2
};

struct emitter_state {
    struct weir_call call;
    struct weir_bench_chunk chunk;
    weir_view lines[WEIR_BENCH_ROWS];
    weir_view words[WORDS_MAX], limit[WORDS_MAX];
    uint16_t parent[WORDS_MAX], limit_parent[WORDS_MAX];
    uint32_t count, limit_count;
    char text[TEXT_BYTES + PADDING_BYTES];
};

static void fill(struct emitter_state *s)
{
    uint64_t state = 1;
    size_t word = 0;
    for (uint32_t i = 0; i < TEXT_BYTES; i++) {
        const bool is_end = i % LINE_BYTES == LINE_BYTES - 1;
        if (!is_end && word == 0) {
            word = 1 + weir_bench_random(&state) % WORD_BYTES_MAX;
            s->text[i] = ' ';
            continue;
        }
        s->text[i] = is_end ? '\n' : (char)('a' + weir_bench_random(&state) % 26);
        word -= word > 0;
    }
    for (uint32_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        weir_bench_put_view(&s->lines[i], s->text, i * LINE_BYTES, LINE_BYTES - 1);
    }
}

static int turn(void *state, struct weir_error *err)
{
    struct emitter_state *s = state;
    struct weir_out out;
    void *cols[] = {s->words};
    weir_bench_out_init(&out, cols, 1, s->parent, WORDS_MAX);
    const int outcome = s->call.op->exported->loop(&s->call.task, &s->chunk.chunk, &out);
    s->count = out.rows;
    return outcome == WEIR_OK ? WEIR_OK : weir_call_failed(&s->call, outcome, err);
}

/* Bit i is set if byte i at `bytes` is a blank. */
static inline uint64_t blanks_at(const char *bytes)
{
    uint64_t blanks = 0;
#ifdef __SSE2__
    for (int i = 0; i < 4; i++) {
        const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
        const __m128i control = _mm_sub_epi8(text, _mm_set1_epi8('\t'));
        const __m128i is_blank =
            _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(control, _mm_set1_epi8(4)), control),
                         _mm_cmpeq_epi8(text, _mm_set1_epi8(' ')));
        blanks |= (uint64_t)(uint32_t)_mm_movemask_epi8(is_blank) << (16 * i);
    }
#else
    for (int i = 0; i < 64; i++) {
        blanks |= (uint64_t)(bytes[i] == ' ' || (uint8_t)(bytes[i] - '\t') < 5) << i;
    }
#endif
    return blanks;
}

/* Windows of 64 bytes, and bits where words begin and end; an LF is behind every line. */
static void limit_turn(void *state)
{
    struct emitter_state *s = state;
    uint32_t count = 0;
    for (uint32_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        const size_t first = (size_t)s->lines[i].offset;
        const size_t end = first + (size_t)s->lines[i].count;
        uint64_t in_word = 0;
        size_t start = 0;
        for (size_t at = first; at <= end; at += 64) {
            uint64_t letters = ~blanks_at(s->text + at);
            letters &= end - at < 64 ? (UINT64_C(1) << (end - at)) - 1 : UINT64_MAX;
            uint64_t edges = letters ^ (letters << 1 | in_word);
            for (; edges != 0; edges &= edges - 1) {
                const size_t edge = at + (size_t)__builtin_ctzll(edges);
                in_word ^= 1;
                if (in_word != 0) {
                    start = edge;
                    continue;
                }
                weir_bench_put_view(&s->limit[count], s->text, start, edge - start);
                s->limit_parent[count++] = (uint16_t)i;
            }
        }
    }
    s->limit_count = count;
}

static bool is_same(const void *state)
{
    const struct emitter_state *s = state;
    return s->count == s->limit_count &&
           memcmp(s->words, s->limit, s->count * sizeof *s->words) == 0 &&
           memcmp(s->parent, s->limit_parent, s->count * sizeof *s->parent) == 0;
}

static void close_line(void *state)
{
    struct emitter_state *s = state;
    weir_call_close(&s->call);
}

int weir_bench_emitter(struct weir_bench_place *place,
                       struct weir_bench_line *line,
                       struct weir_error *err)
{
    struct emitter_state *s = weir_arena_alloc(place->arena, sizeof *s);
    const struct weir_operator *op;
    memset(s, 0, sizeof *s);
    fill(s);
    weir_bench_chunk_init(&s->chunk);
    weir_bench_chunk_add_text(&s->chunk, s->lines, s->text, sizeof s->text);
    *line = (struct weir_bench_line){.name = "emitter",
                                     .what = "the words of lines, an emitter of the SDK",
                                     .unit = "word",
                                     .limit = "a split loop in C",
                                     .target_ratio = 1 / 1.2,
                                     .state = s,
                                     .turn = turn,
                                     .limit_turn = limit_turn,
                                     .is_same = is_same,
                                     .close = close_line};
    WEIR_TRY(weir_bench_operator(place, "text", "words", WEIR_KIND_EMITTER, &op, err));
    WEIR_TRY(weir_call_open(&s->call, op, NULL, err));
    limit_turn(s);
    line->units = s->limit_count;
    return WEIR_OK;
}
