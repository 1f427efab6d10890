/* SPDX-License-Identifier: Apache-2.0 */
/* Strings with C escapes, raw strings, and the C text of a prototype block. A string never crosses
 * a line end: a missing quote is then found on the line where it is missing. */
#include "lang/lex/lexer.h"

#include <string.h>

/* Decodes one string; bytes go to `to`, which has room for everything between the quotes. */
struct decoder {
    struct weir_lexer *lexer;
    char *to;
    size_t count;
};

static void put_utf8(struct decoder *d, uint32_t c)
{
    if (c < 0x80) {
        d->to[d->count++] = (char)c;
    } else if (c < 0x800) {
        d->to[d->count++] = (char)(0xC0 | (c >> 6));
        d->to[d->count++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        d->to[d->count++] = (char)(0xE0 | (c >> 12));
        d->to[d->count++] = (char)(0x80 | ((c >> 6) & 0x3F));
        d->to[d->count++] = (char)(0x80 | (c & 0x3F));
    } else {
        d->to[d->count++] = (char)(0xF0 | (c >> 18));
        d->to[d->count++] = (char)(0x80 | ((c >> 12) & 0x3F));
        d->to[d->count++] = (char)(0x80 | ((c >> 6) & 0x3F));
        d->to[d->count++] = (char)(0x80 | (c & 0x3F));
    }
}

static int digit_value(char c)
{
    if (weir_is_digit(c)) {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

/* Reads up to `most` digits of a base; returns how many. */
static uint32_t read_digits(struct weir_lexer *lexer, int base, uint32_t most, uint32_t *value)
{
    uint32_t n = 0;
    *value = 0;
    while (n < most && digit_value(weir_lexer_peek(lexer, 0)) < base) {
        *value = *value * (uint32_t)base + (uint32_t)digit_value(weir_lexer_peek(lexer, 0));
        lexer->at++;
        n++;
    }
    return n;
}

static void escape_error(struct weir_lexer *lexer, uint32_t start, const char *expected)
{
    struct weir_place place = {start, lexer->at - start};
    struct weir_diagnostic *d = weir_diagnostics_error(
        lexer->diagnostics, WEIR_CODE_ESCAPE, place, "unknown escape '%.*s' in a string: %s",
        (int)place.length, lexer->text + start, expected);
    weir_diagnostic_help(lexer->diagnostics, d,
                         "write \\\\ for a backslash, or a raw string r\"...\"");
}

static void take_coded(struct decoder *d, uint32_t start, char letter)
{
    struct weir_lexer *lexer = d->lexer;
    uint32_t value, digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
    if (read_digits(lexer, 16, digits, &value) < digits) {
        escape_error(lexer, start,
                     letter == 'x'   ? "\\x takes 2 hexadecimal digits"
                     : letter == 'u' ? "\\u takes 4 hexadecimal digits"
                                     : "\\U takes 8 hexadecimal digits");
    } else if (letter == 'x') {
        d->to[d->count++] = (char)value;
    } else if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
        escape_error(lexer, start, "it is no Unicode character");
    } else {
        put_utf8(d, value);
    }
}

/* The lexer stands behind the backslash. */
static void take_escape(struct decoder *d)
{
    static const char letters[] = "ntr\\\"'abfv?", meant[] = "\n\t\r\\\"'\a\b\f\v?";
    struct weir_lexer *lexer = d->lexer;
    uint32_t start = lexer->at - 1, value;
    char c = weir_lexer_peek(lexer, 0);
    const char *letter = c == '\0' ? NULL : strchr(letters, c);
    if (letter != NULL) {
        d->to[d->count++] = meant[letter - letters];
        lexer->at++;
    } else if (c == 'x' || c == 'u' || c == 'U') {
        lexer->at++;
        take_coded(d, start, c);
    } else if (c >= '0' && c <= '7') {
        (void)read_digits(lexer, 8, 3, &value);
        d->to[d->count++] = (char)value;
        if (value > 0xFF) {
            escape_error(lexer, start, "a byte is at most \\377");
        }
    } else {
        if (lexer->at < lexer->end && c != '\n') {
            d->to[d->count++] = c; /* as if it were meant so */
            lexer->at++;
        }
        escape_error(lexer, start, "a backslash begins an escape");
    }
}

/* Bytes from `at` to the quote that ends the string, or to the line's end. */
static uint32_t bytes_to_quote(const struct weir_lexer *lexer, uint32_t at, bool has_escapes)
{
    uint32_t start = at;
    while (at < lexer->end && lexer->text[at] != '"' && lexer->text[at] != '\n') {
        at += has_escapes && lexer->text[at] == '\\' && at + 1 < lexer->end &&
                      lexer->text[at + 1] != '\n'
                  ? 2
                  : 1;
    }
    return at - start;
}

/* The lexer stands behind the text; steps over the quote or misses it. */
static void close_string(struct weir_lexer *lexer, uint32_t start)
{
    if (weir_lexer_peek(lexer, 0) == '"') {
        lexer->at++;
        return;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(
        lexer->diagnostics, WEIR_CODE_UNCLOSED_STRING, (struct weir_place){start, 1},
        "the string that begins here has no end");
    weir_diagnostic_help(lexer->diagnostics, d,
                         lexer->source->from_shell
                             ? "put a \" at its end, and the whole text in single quotes"
                             : "put a \" at its end, on the same line (\\n is a line end)");
}

void weir_lexer_string(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at++;
    uint32_t stop = lexer->at + bytes_to_quote(lexer, lexer->at, true);
    struct decoder decoder = {.lexer = lexer};
    decoder.to = weir_arena_alloc(lexer->arena, stop - lexer->at + 1);
    while (lexer->at < stop) {
        char c = lexer->text[lexer->at++];
        if (c == '\\') {
            take_escape(&decoder);
        } else {
            decoder.to[decoder.count++] = c;
        }
    }
    close_string(lexer, start);
    struct weir_token *token = weir_lexer_add(lexer, WEIR_TOKEN_STRING, start);
    token->value.text = (weir_str){decoder.to, decoder.count};
}

void weir_lexer_raw_string(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at;
    lexer->at += 2;
    uint32_t count = bytes_to_quote(lexer, lexer->at, false);
    const char *text = weir_arena_strndup(lexer->arena, lexer->text + lexer->at, count);
    lexer->at += count;
    close_string(lexer, start);
    struct weir_token *token = weir_lexer_add(lexer, WEIR_TOKEN_STRING, start);
    token->value.text = (weir_str){text, count};
}

/* Steps over a C comment, string or character, or one byte. */
static void skip_c(struct weir_lexer *lexer)
{
    char c = lexer->text[lexer->at++], next = weir_lexer_peek(lexer, 0);
    if (c == '/' && next == '/') {
        while (lexer->at < lexer->end && lexer->text[lexer->at] != '\n') {
            lexer->at++;
        }
    } else if (c == '/' && next == '*') {
        lexer->at++;
        while (lexer->at < lexer->end &&
               !(lexer->text[lexer->at] == '*' && weir_lexer_peek(lexer, 1) == '/')) {
            lexer->at++;
        }
        lexer->at += lexer->end - lexer->at < 2 ? lexer->end - lexer->at : 2;
    } else if (c == '"' || c == '\'') {
        while (lexer->at < lexer->end && lexer->text[lexer->at] != c &&
               lexer->text[lexer->at] != '\n') {
            uint32_t bytes = lexer->text[lexer->at] == '\\' ? 2 : 1;
            lexer->at += lexer->end - lexer->at < bytes ? lexer->end - lexer->at : bytes;
        }
        lexer->at += lexer->at < lexer->end;
    }
}

void weir_lexer_prototypes(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at++, from = lexer->at, open = 1, stop = lexer->end;
    while (lexer->at < lexer->end && open > 0) {
        char c = lexer->text[lexer->at];
        open += c == '{';
        open -= c == '}';
        stop = lexer->at;
        skip_c(lexer);
    }
    if (open > 0) {
        stop = lexer->at = lexer->end;
        struct weir_diagnostic *d = weir_diagnostics_error(
            lexer->diagnostics, WEIR_CODE_PROTOTYPES, (struct weir_place){start, 1},
            "the block of C prototypes that begins here has no end");
        weir_diagnostic_help(lexer->diagnostics, d, "put a '}' behind the last prototype");
    }
    while (from < stop && strchr(" \t\r\n", lexer->text[from]) != NULL) {
        from++;
    }
    while (stop > from && strchr(" \t\r\n", lexer->text[stop - 1]) != NULL) {
        stop--;
    }
    const char *text = weir_arena_strndup(lexer->arena, lexer->text + from, stop - from);
    struct weir_token *token = weir_lexer_add(lexer, WEIR_TOKEN_PROTOTYPES, start);
    token->value.text = (weir_str){text, stop - from};
}
