/* SPDX-License-Identifier: Apache-2.0 */
/* Text from a seed. The order in which numbers are drawn, and the arithmetic on them, make the
 * bytes: nothing of it may be "improved". */
#include "bench/generate.h"

#include <string.h>

enum {
    VOCABULARY = 100000,
    ERROR_EVERY = 100, /* lines, on average */
    WORD_BYTES_MAX = 8,
    WORD_MODULUS = 1000003, /* a prime: word numbers are spread over five hex digits */
    LINES_AT_ONCE = 512
};
static const uint64_t WORD_FACTOR = 2654435761U;

uint64_t weir_bench_lines(uint64_t mib)
{
    return (mib << 20) / WEIR_BENCH_LINE_BYTES;
}

/* splitmix64 */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* 'w' and the number in hex; returns the bytes. The cube of a uniform number makes low ranks the
 * common words. */
static size_t put_word(char *to, uint64_t *state)
{
    double u = (double)(draw(state) >> 11) / 9007199254740992.0;
    uint64_t rank = (uint64_t)(VOCABULARY * u * u * u);
    uint64_t number = rank * WORD_FACTOR % WORD_MODULUS;
    int digits = 1;
    while (number >> (4 * digits) != 0) {
        digits++;
    }
    to[0] = 'w';
    for (int i = 0; i < digits; i++) {
        to[1 + i] = "0123456789abcdef"[(number >> (4 * (digits - 1 - i))) & 15];
    }
    return (size_t)digits + 1;
}

static void put_line(char line[WEIR_BENCH_LINE_BYTES], uint64_t *state)
{
    const size_t end = WEIR_BENCH_LINE_BYTES - 1;
    size_t at = 0;
    if (draw(state) % ERROR_EVERY == 0) {
        memcpy(line, "ERROR ", 6);
        at = 6;
    }
    while (at < end) {
        char word[WORD_BYTES_MAX];
        size_t bytes = put_word(word, state);
        if (at + bytes > end) { /* no room for it: the line is filled up */
            memset(line + at, 'x', end - at);
            break;
        }
        memcpy(line + at, word, bytes);
        at += bytes;
        if (at < end) {
            line[at++] = ' ';
        }
    }
    line[end] = '\n';
}

bool weir_bench_generate_text(FILE *file, uint64_t mib, uint64_t seed)
{
    char lines[LINES_AT_ONCE][WEIR_BENCH_LINE_BYTES];
    uint64_t left = weir_bench_lines(mib);
    while (left > 0) {
        size_t count = left < LINES_AT_ONCE ? (size_t)left : LINES_AT_ONCE;
        for (size_t i = 0; i < count; i++) {
            put_line(lines[i], &seed);
        }
        if (fwrite(lines, WEIR_BENCH_LINE_BYTES, count, file) != count) {
            return false;
        }
        left -= count;
    }
    return true;
}
