/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting diagnostics: bounded by name, so that a text full of mistakes gives a page and not a
 * book. */
#include "lang/diagnostic.h"

#include <stdio.h>
#include <string.h>

enum { WEIR_MESSAGE_BYTES_MAX = 1024 };

static const struct weir_code_page pages[] = {
#define WEIR_CODE_PAGE(number, name, title, explanation, wrong, right)                             \
    {WEIR_CODE_##name, title, explanation, wrong, right},
    WEIR_CODE_MAP(WEIR_CODE_PAGE)
#undef WEIR_CODE_PAGE
};

const struct weir_code_page *weir_code_pages(size_t *count)
{
    *count = sizeof pages / sizeof pages[0];
    return pages;
}

const struct weir_code_page *weir_code_page_of(unsigned number)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if ((unsigned)pages[i].code == number) {
            return &pages[i];
        }
    }
    return NULL;
}

const struct weir_code_page *weir_code_page_named(const char *text)
{
    if (*text == 'E' || *text == 'e') {
        text++;
    }
    unsigned number = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 4 || text[digits] != '\0') {
        return NULL;
    }
    for (size_t i = 0; i < digits; i++) {
        number = number * 10 + (unsigned)(text[i] - '0');
    }
    return weir_code_page_of(number);
}

struct weir_line_column weir_source_locate(const struct weir_source *source, uint32_t offset)
{
    struct weir_line_column at = {1, 1};
    size_t end = offset < source->text.count ? offset : source->text.count;
    for (size_t i = 0; i < end; i++) {
        unsigned char byte = (unsigned char)source->text.bytes[i];
        if (byte == '\n') {
            at.line++;
            at.column = 1;
        } else if ((byte & 0xC0) != 0x80) {
            at.column++;
        }
    }
    return at;
}

struct weir_place weir_place_join(struct weir_place a, struct weir_place b)
{
    if (a.offset == UINT32_MAX || b.offset == UINT32_MAX) {
        return a.offset == UINT32_MAX ? b : a;
    }
    uint32_t start = a.offset < b.offset ? a.offset : b.offset;
    uint32_t a_end = a.offset + a.length, b_end = b.offset + b.length;
    return (struct weir_place){start, (a_end > b_end ? a_end : b_end) - start};
}

void weir_diagnostics_init(struct weir_diagnostics *diagnostics, const struct weir_source *source)
{
    *diagnostics = (struct weir_diagnostics){.source = source};
    weir_arena_init(&diagnostics->arena);
}

void weir_diagnostics_finish(struct weir_diagnostics *diagnostics)
{
    weir_arena_finish(&diagnostics->arena);
    weir_diagnostics_init(diagnostics, diagnostics->source);
}

/* The same thing said of the same place; a text that is read twice is not reported twice. */
static struct weir_diagnostic *find_same(const struct weir_diagnostics *diagnostics,
                                         enum weir_code code,
                                         struct weir_place place,
                                         const char *message)
{
    for (struct weir_diagnostic *d = diagnostics->first; d != NULL; d = d->next) {
        if (d->code == code && d->place.offset == place.offset &&
            strcmp(d->message, message) == 0) {
            return d;
        }
    }
    return NULL;
}

static struct weir_diagnostic *append(struct weir_diagnostics *diagnostics)
{
    struct weir_diagnostic *diagnostic = weir_arena_alloc(&diagnostics->arena, sizeof *diagnostic);
    if (diagnostics->last == NULL) {
        diagnostics->first = diagnostic;
    } else {
        diagnostics->last->next = diagnostic;
    }
    diagnostics->last = diagnostic;
    diagnostics->count++;
    return diagnostic;
}

/* Warnings and errors have a limit each, so that warnings never hide an error. */
static struct weir_diagnostic *add(struct weir_diagnostics *diagnostics,
                                   const struct weir_diagnostic *wanted)
{
    struct weir_diagnostic *same =
        find_same(diagnostics, wanted->code, wanted->place, wanted->message);
    if (same != NULL) {
        return same;
    }
    size_t *count = wanted->is_warning ? &diagnostics->warning_count : &diagnostics->error_count;
    ++*count;
    if (*count > WEIR_DIAGNOSTICS_MAX) {
        diagnostics->dropped_count++;
        return &diagnostics->overflow;
    }
    struct weir_diagnostic *diagnostic = append(diagnostics);
    *diagnostic = *wanted;
    diagnostic->message =
        weir_arena_strndup(&diagnostics->arena, wanted->message, strlen(wanted->message));
    return diagnostic;
}

/* Formats into text, which has WEIR_MESSAGE_BYTES_MAX; what is longer is cut. */
#define FORMAT(text, format)                                                                       \
    do {                                                                                           \
        va_list args_;                                                                             \
        va_start(args_, format);                                                                   \
        (void)vsnprintf(text, WEIR_MESSAGE_BYTES_MAX, format, args_);                              \
        va_end(args_);                                                                             \
    } while (0)

/* The same into the diagnostics' arena, unless it will never be shown. */
#define FORMAT_MEMBER(diagnostics, diagnostic, member, format)                                     \
    do {                                                                                           \
        char text_[WEIR_MESSAGE_BYTES_MAX];                                                        \
        FORMAT(text_, format);                                                                     \
        if ((diagnostic) != &(diagnostics)->overflow) {                                            \
            (diagnostic)->member =                                                                 \
                weir_arena_strndup(&(diagnostics)->arena, text_, strlen(text_));                   \
        }                                                                                          \
    } while (0)

struct weir_diagnostic *weir_diagnostics_error(struct weir_diagnostics *diagnostics,
                                               enum weir_code code,
                                               struct weir_place place,
                                               const char *format,
                                               ...)
{
    char message[WEIR_MESSAGE_BYTES_MAX];
    FORMAT(message, format);
    struct weir_diagnostic wanted = {
        .code = code, .place = place, .message = message, .other = WEIR_NOWHERE};
    return add(diagnostics, &wanted);
}

struct weir_diagnostic *weir_diagnostics_warning(struct weir_diagnostics *diagnostics,
                                                 enum weir_code code,
                                                 struct weir_place place,
                                                 const char *format,
                                                 ...)
{
    char message[WEIR_MESSAGE_BYTES_MAX];
    FORMAT(message, format);
    struct weir_diagnostic wanted = {.code = code,
                                     .is_warning = true,
                                     .place = place,
                                     .message = message,
                                     .other = WEIR_NOWHERE};
    return add(diagnostics, &wanted);
}

void weir_diagnostic_help(struct weir_diagnostics *diagnostics,
                          struct weir_diagnostic *diagnostic,
                          const char *format,
                          ...)
{
    FORMAT_MEMBER(diagnostics, diagnostic, help, format);
}

void weir_diagnostic_label(struct weir_diagnostics *diagnostics,
                           struct weir_diagnostic *diagnostic,
                           const char *format,
                           ...)
{
    FORMAT_MEMBER(diagnostics, diagnostic, label, format);
}

void weir_diagnostic_other(struct weir_diagnostics *diagnostics,
                           struct weir_diagnostic *diagnostic,
                           struct weir_place place,
                           const char *format,
                           ...)
{
    FORMAT_MEMBER(diagnostics, diagnostic, other_label, format);
    if (diagnostic != &diagnostics->overflow) {
        diagnostic->other = place;
    }
}

void weir_diagnostics_sort(struct weir_diagnostics *diagnostics)
{
    struct weir_diagnostic *sorted = NULL; /* insertion: there are few */
    for (struct weir_diagnostic *next, *d = diagnostics->first; d != NULL; d = next) {
        next = d->next;
        struct weir_diagnostic **at = &sorted;
        while (*at != NULL && (*at)->place.offset <= d->place.offset) {
            at = &(*at)->next;
        }
        d->next = *at;
        *at = d;
    }
    diagnostics->first = sorted;
    diagnostics->last = sorted;
    while (diagnostics->last != NULL && diagnostics->last->next != NULL) {
        diagnostics->last = diagnostics->last->next;
    }
}

int weir_diagnostics_status(const struct weir_diagnostics *diagnostics, struct weir_error *err)
{
    if (diagnostics->error_count == 0) {
        return WEIR_OK;
    }
    const struct weir_diagnostic *first = diagnostics->first;
    while (first != NULL && first->is_warning) {
        first = first->next;
    }
    if (first == NULL) { /* only warnings were within the limit */
        return weir_error_set(err, WEIR_ETEXT, "%zu errors", diagnostics->error_count);
    }
    char where[64] = "";
    if (first->place.offset != UINT32_MAX) {
        struct weir_line_column at = weir_source_locate(diagnostics->source, first->place.offset);
        (void)snprintf(where, sizeof where, ":%u:%u", at.line, at.column);
    }
    char more[64] = "";
    if (diagnostics->error_count > 1) {
        (void)snprintf(more, sizeof more, " (and %zu more)", diagnostics->error_count - 1);
    }
    return weir_error_set(err, WEIR_ETEXT, "%s%s: error[E%04u]: %s%s", diagnostics->source->name,
                          where, (unsigned)first->code, first->message, more);
}
