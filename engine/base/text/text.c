/* SPDX-License-Identifier: Apache-2.0 */
/* Growing byte strings, doubling as they go. */
#include "base/text/text.h"

#include "base/error.h"
#include "base/memory/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void weir_text_init(struct weir_text *text)
{
    *text = (struct weir_text){0};
}

void weir_text_finish(struct weir_text *text)
{
    weir_free(text->bytes);
    weir_text_init(text);
}

char *weir_text_reserve(struct weir_text *text, size_t bytes)
{
    if (text->capacity - text->count <= bytes) {
        size_t doubled = text->capacity * 2;
        text->capacity = doubled > text->count + bytes + 64 ? doubled : text->count + bytes + 64;
        text->bytes = weir_realloc(text->bytes, text->capacity);
    }
    return text->bytes + text->count;
}

void weir_text_append(struct weir_text *text, const void *bytes, size_t count)
{
    char *to = weir_text_reserve(text, count);
    if (count > 0) {
        memcpy(to, bytes, count);
    }
    to[count] = '\0';
    text->count += count;
}

void weir_text_put(struct weir_text *text, const char *cstring)
{
    weir_text_append(text, cstring, strlen(cstring));
}

void weir_text_printf(struct weir_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int count = vsnprintf(NULL, 0, format, args);
    va_end(args);
    WEIR_ASSERT(count >= 0);
    char *to = weir_text_reserve(text, (size_t)count);
    va_start(args, format);
    (void)vsnprintf(to, (size_t)count + 1, format, args);
    va_end(args);
    text->count += (size_t)count;
}
