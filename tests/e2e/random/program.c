/* SPDX-License-Identifier: Apache-2.0 */
/* Grows a few streams stage by stage; each is words {word}, pairs {key, value} or counts {count}.
 */
#include "program.h"

#include "env/env.h"

#include <stdio.h>
#include <string.h>

enum { FILES = 6, LINES = 40, STREAMS = 3, STAGES_MAX = 6, BATCH_S = 1 };
enum form { WORDS, PAIRS, COUNTS };

struct growing {
    struct program *program;
    struct weir_random random;
    enum form forms[STREAMS];
    int64_t slides[STREAMS]; /* in s: streams of one slide can be joined */
};

static uint32_t below(struct growing *g, uint32_t n)
{
    return (uint32_t)weir_random_below(&g->random, n);
}

static void put(struct growing *g, const char *text)
{
    weir_text_put(&g->program->streams, text);
}

static int64_t put_span(struct growing *g, int64_t slide)
{
    int64_t longer = slide * (1 + below(g, 2));
    weir_text_printf(&g->program->streams, " length=%llds slide=%llds",
                     (long long)(longer * (1 + below(g, 3))), (long long)longer);
    return longer;
}

/* ---- words ---- */
static enum form grow_words(struct growing *g, int64_t *slide)
{
    static const char *const plain[] = {
        " | filter text.contains(word, \"a\")",
        " | filter word != \"bo\" and word != \"\"",
        " | map word = text.upper(word)",
        " | distinct",
        " | repartition 3",
        " | flat_map word = text.split(word, \"a\")",
        " | persist \"MEMORY_ONLY\"",
    };
    static const char *const to_pairs[] = {
        " | map key = word, value = 1",
        " | map key = word, value = text.length(word) * 3 - 7",
        " | count_by_value | map key = word, value = count",
    };
    switch (below(g, 5)) {
    case 0:
        put(g, to_pairs[below(g, 3)]);
        return PAIRS;
    case 1:
        put(g, " | window");
        *slide = put_span(g, *slide);
        return WORDS;
    case 2:
        put(g, " | count_by_value_and_window");
        *slide = put_span(g, *slide);
        put(g, " | map key = word, value = count");
        return PAIRS;
    default:
        put(g, plain[below(g, sizeof plain / sizeof *plain)]);
        return WORDS;
    }
}

/* ---- pairs ---- */
static void put_joined(struct growing *g, int stream, int64_t slide)
{
    static const char *const joins[] = {
        " | join s%d | map key, value = value.left + 2 * value.right",
        " | left_outer_join s%d | map key, value = value.left - (value.right ?? 5)",
        " | full_outer_join s%d | map key, value = (value.left ?? 1) + (value.right ?? 5)",
        " | semi_join s%d on=key",
        " | anti_join s%d on=key",
        " | union s%d",
    };
    int other = stream - 1;
    if (other < 0 || g->forms[other] != PAIRS || g->slides[other] != slide) {
        put(g, " | filter value % 5 != 0");
        return;
    }
    char text[128];
    const char *join = joins[below(g, sizeof joins / sizeof *joins)];
    const char *at = strstr(join, "%d");
    (void)snprintf(text, sizeof text, "%.*s%d%s", (int)(at - join), join, other, at + 2);
    /* of one row a key, so that a join stays small */
    put(g, strstr(join, "join s") != NULL ? " | reduce_by_key i64.add" : "");
    put(g, text);
}

static enum form grow_pairs(struct growing *g, int stream, int64_t *slide)
{
    static const char *const plain[] = {
        " | reduce_by_key i64.add",
        " | reduce_by_key i64.max partitions=3",
        " | filter value > 1",
        " | map_values value * 3 + 1",
        " | combine_by_key agg.sum",
        " | aggregate value = agg.sum(value) by=[key]",
        (" | aggregate value = agg.max(value), n = agg.count() by=[key]"
         " | map key, value = value + n"),
        " | distinct",
        " | group_by_key | flat_map_values value",
    };
    switch (below(g, 7)) {
    case 0:
        put(g, " | map word = key");
        return WORDS;
    case 1:
        put(g, " | reduce_by_key_and_window i64.add");
        *slide = put_span(g, *slide);
        put(g, below(g, 2) == 0 ? "" : " inverse=none");
        return PAIRS;
    case 2:
        if (below(g, 2) == 0) {
            put(g, " | reduce_by_key_and_window i64.min");
            *slide = put_span(g, *slide);
        } else {
            put(g, " | aggregate value = agg.sum(value), n = agg.count() by=[key]");
            *slide = put_span(g, *slide);
            put(g, below(g, 3) == 0 ? " inverse=none" : "");
            put(g, " | map key, value = value + n");
        }
        return PAIRS;
    case 3:
        put_joined(g, stream, *slide);
        return PAIRS;
    default:
        put(g, plain[below(g, sizeof plain / sizeof *plain)]);
        return PAIRS;
    }
}

static enum form grow(struct growing *g, enum form form, int stream, int64_t *slide)
{
    switch (form) {
    case WORDS:
        return grow_words(g, slide);
    case PAIRS:
        return grow_pairs(g, stream, slide);
    case COUNTS:
        break;
    }
    put(g, " | map count = count + 1");
    return COUNTS;
}

void program_make(struct program *program, uint64_t seed, uint64_t number, const char *folder)
{
    struct growing g = {.program = program};
    weir_random_seed(&g.random, seed * 1000003 + number);
    weir_text_init(&program->streams);
    uint32_t streams = 1 + below(&g, STREAMS);
    for (uint32_t s = 0; s < streams; s++) {
        weir_text_printf(&program->streams,
                         "s%u = file \"%s/*.txt\" per_batch=1 | flat_map word = text.words(line)",
                         s, folder);
        enum form form = WORDS;
        int64_t slide = BATCH_S;
        uint32_t stages = 1 + below(&g, STAGES_MAX);
        for (uint32_t i = 0; i < stages; i++) {
            form = grow(&g, form, (int)s, &slide);
        }
        if (s + 1 == streams && below(&g, 8) == 0) {
            put(&g, " | count");
            form = COUNTS;
        }
        g.forms[s] = form;
        g.slides[s] = slide;
        put(&g, "\n");
    }
    (void)snprintf(program->last, sizeof program->last, "s%u", streams - 1);
}

void program_finish(struct program *program)
{
    weir_text_finish(&program->streams);
}

bool program_write_files(const char *folder, uint64_t seed)
{
    static const char *const words[] = {
        "a",   "an",   "bo",     "cat", "dog",
        "ale", "moon", "banana", "of",  "a word of more than twelve bytes",
        "x",   "bar"};
    struct weir_random random;
    weir_random_seed(&random, seed);
    for (int f = 0; f < FILES; f++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%d.txt", folder, f);
        FILE *file = fopen(path, "we");
        if (file == NULL) {
            return false;
        }
        uint64_t lines = weir_random_below(&random, LINES);
        for (uint64_t l = 0; l < lines; l++) {
            uint64_t count = weir_random_below(&random, 9);
            for (uint64_t w = 0; w < count; w++) {
                const char *word = words[weir_random_below(&random, sizeof words / sizeof *words)];
                (void)fprintf(file, "%s%s", w == 0 ? "" : " ", word);
            }
            (void)fprintf(file, "\n");
        }
        if (fclose(file) != 0) {
            return false;
        }
    }
    return true;
}
