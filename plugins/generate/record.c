/* SPDX-License-Identifier: Apache-2.0 */
/* Skewed as the world is: rank r comes about r times as rarely as rank 1 (Zipf's law), made without
 * floating point: first one of the octaves [1, 2), [2, 4), [4, 8)... is chosen, each as likely as
 * the others, then a rank in it. */
#include "record.h"

#include "vocabulary.h"

enum {
    WORD_OCTAVES = 12, /* 4095 words: those of the vocabulary, and pairs of them */
    USER_OCTAVES = 13,
    ITEM_OCTAVES = 9,
    LINE_WORDS_MIN = 6,
    LINE_WORDS_RANGE = 16,
    ERROR_LINES_ONE_IN = 100
};

/* A stream of random numbers (splitmix64) that begins anew for each record. */
struct dice {
    uint64_t state;
};

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static struct dice dice_of(uint64_t seed, uint64_t number)
{
    return (struct dice){mix(mix(seed + 0x9e3779b97f4a7c15U) ^ (number * 0xd1342543de82ef95U))};
}

static uint32_t throw_dice(struct dice *dice, uint32_t sides)
{
    dice->state += 0x9e3779b97f4a7c15U;
    return (uint32_t)(((mix(dice->state) >> 32) * sides) >> 32);
}

/* A rank from 0 to 2^octaves - 2, small ones often. */
static uint32_t throw_rank(struct dice *dice, uint32_t octaves)
{
    uint32_t octave = throw_dice(dice, octaves);
    return (1U << octave) - 1 + throw_dice(dice, 1U << octave);
}

static size_t put(char *text, const char *word)
{
    size_t count = strlen(word);
    memcpy(text, word, count);
    return count;
}

static size_t put_number(char *text, uint32_t number)
{
    char digits[12];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (size_t i = 0; i < count; i++) {
        text[i] = digits[count - 1 - i];
    }
    return count;
}

static size_t put_word(struct dice *dice, char *text)
{
    uint32_t rank = throw_rank(dice, WORD_OCTAVES);
    size_t count = 0;
    if (rank >= WEIR_VOCABULARY_WORDS) {
        count = put(text, weir_vocabulary[rank / WEIR_VOCABULARY_WORDS]);
    }
    return count + put(text + count, weir_vocabulary[rank % WEIR_VOCABULARY_WORDS]);
}

size_t weir_generate_word(uint64_t seed, uint64_t number, char *text)
{
    struct dice dice = dice_of(seed, number);
    return put_word(&dice, text);
}

size_t weir_generate_line(uint64_t seed, uint64_t number, char *text)
{
    struct dice dice = dice_of(seed, number);
    uint32_t words = LINE_WORDS_MIN + throw_dice(&dice, LINE_WORDS_RANGE);
    size_t count = 0;
    if (throw_dice(&dice, ERROR_LINES_ONE_IN) == 0) {
        count = put(text, "ERROR ");
    }
    for (uint32_t i = 0; i < words; i++) {
        if (i > 0) {
            text[count++] = ' ';
        }
        count += put_word(&dice, text + count);
    }
    return count;
}

/* Front page, search, basket and help are asked for more than any one article. */
static size_t put_url(struct dice *dice, char *text)
{
    static const char *const pages[] = {"/", "/search", "/basket", "/login", "/help"};
    uint32_t kind = throw_dice(dice, 16);
    if (kind < 9) {
        return put(text, kind < 5 ? pages[0] : pages[kind - 4]);
    }
    size_t count = put(text, "/item/");
    return count + put_number(text + count, throw_rank(dice, ITEM_OCTAVES) + 1);
}

void weir_generate_click(uint64_t seed, uint64_t number, struct weir_click *click)
{
    struct dice dice = dice_of(seed, number);
    click->user[0] = 'u';
    click->user_bytes = 1 + put_number(click->user + 1, throw_rank(&dice, USER_OCTAVES) + 1);
    click->url_bytes = put_url(&dice, click->url);
    uint32_t octave = 3 + throw_dice(&dice, 5); /* 8 ms to 255 ms, and one in 64 up to 4 s */
    if (throw_dice(&dice, 64) == 0) {
        octave += 4;
    }
    click->ms = (int64_t)(1U << octave) + throw_dice(&dice, 1U << octave);
}
