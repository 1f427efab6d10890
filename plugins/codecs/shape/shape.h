/* SPDX-License-Identifier: Apache-2.0 */
/* What a job asks a codec for, as a tree: the fields of its rows with their places, found by name.
 * Shared by the codecs whose records name their fields. */
#ifndef CODECS_SHAPE_H
#define CODECS_SHAPE_H

#include <weir/io.h>
#include <weir/plugin.h>
#include <weir/row.h>

enum { SHAPE_DEPTH_MAX = 16, SHAPE_WORD_BYTES = 8 };

/* A field, an item of a list, or (the root) a row. */
struct shape {
    uint64_t word; /* the first bytes of its name, zeroes behind a shorter one */
    uint64_t seen; /* the number of the record that had it last; of that codec */
    const char *name;
    char *path; /* for messages: "geo.lat", "tags[]" */
    size_t name_bytes;
    struct shape *parts; /* a struct's fields, a list's one item */
    uint16_t *slots;     /* a struct's fields by name: index + 1, 0: none */
    uint32_t slot_mask;
    uint32_t count, column;
    char kind; /* as weir_get_type: b i l g t u z + s */
};

/* The tree of a schema, which must live as long. WEIR_OK or an outcome; shape_free in any case. */
int shape_make(struct weir_task *task, const struct ArrowSchema *schema, struct shape *root);
void shape_free(struct shape *root);

/* The type of a field as jobs write it, for messages. */
const char *shape_type(const struct shape *shape);

/* Makes a cell null, and with it the fields of a struct. Non-zero: give up and return that value.
 */
int shape_null(struct weir_task *task, struct weir_out *out, const struct shape *shape);

/* What a codec with a schema binds: declares the fields that the job asks for. */
int shape_bind(struct weir_bind *bind, const char *codec);

static inline uint64_t shape_word(const char *name, size_t bytes)
{
    uint64_t word = 0;
    memcpy(&word, name, bytes < SHAPE_WORD_BYTES ? bytes : SHAPE_WORD_BYTES);
    return word;
}

static inline uint32_t shape_slot(uint64_t word, size_t bytes)
{
    return (
        uint32_t)((word * UINT64_C(0x9e3779b97f4a7c15) + bytes * UINT64_C(0xff51afd7ed558ccd)) >>
                  40);
}

/* The field of that name; NULL: nobody asks for it. word: shape_word(name, bytes). */
static inline struct shape *shape_find(const struct shape *shape,
                                       uint64_t word,
                                       const char *name,
                                       size_t bytes)
{
    for (uint32_t at = shape_slot(word, bytes);; at++) {
        const uint32_t found = shape->slots[at & shape->slot_mask];
        if (found == 0) {
            return NULL;
        }
        struct shape *part = &shape->parts[found - 1];
        if (part->word == word && part->name_bytes == bytes &&
            (bytes <= SHAPE_WORD_BYTES || memcmp(part->name, name, bytes) == 0)) {
            return part;
        }
    }
}

#endif
