/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte string: what printers, codecs and reports append to. Not for several threads at
 * once. */
#ifndef WEIR_BASE_TEXT_H
#define WEIR_BASE_TEXT_H

#include <weir/abi.h>

#include <stddef.h>

struct weir_text {
    char *bytes; /* NUL-terminated once anything was appended; NULL before */
    size_t count, capacity;
};

/* Empty; allocates nothing yet. */
void weir_text_init(struct weir_text *text);

/* Frees the bytes; the text is empty and may be used again. */
void weir_text_finish(struct weir_text *text);

/* Room for `bytes` more; returns where they go. The caller adds to count what it wrote. */
char *weir_text_reserve(struct weir_text *text, size_t bytes);

/* Appends count bytes. */
void weir_text_append(struct weir_text *text, const void *bytes, size_t count);

/* Appends a NUL-terminated text. */
void weir_text_put(struct weir_text *text, const char *cstring);

/* Appends formatted text. */
void weir_text_printf(struct weir_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The bytes as a slice; valid until the next append. */
static inline weir_str weir_text_str(const struct weir_text *text)
{
    weir_str s = {text->bytes == NULL ? "" : text->bytes, text->count};
    return s;
}

#endif
