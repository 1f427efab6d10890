/* SPDX-License-Identifier: Apache-2.0 */
/* Characters that other languages, shells and word processors leave in a text. Each gets the
 * sentence that helps, and where it is clear what was meant the token that was meant, so that no
 * second error follows from the first. */
#include "lang/lex/lexer.h"

#include <string.h>

static struct weir_diagnostic *stray(struct weir_lexer *lexer,
                                     enum weir_code code,
                                     uint32_t bytes,
                                     const char *message)
{
    struct weir_place place = {lexer->at, bytes};
    lexer->at += bytes;
    return weir_diagnostics_error(lexer->diagnostics, code, place, "%s", message);
}

static void foreign(struct weir_lexer *lexer,
                    uint32_t bytes,
                    const char *word,
                    enum weir_token_kind meant)
{
    uint32_t start = lexer->at;
    struct weir_diagnostic *d = weir_diagnostics_error(
        lexer->diagnostics, WEIR_CODE_FOREIGN_OPERATOR, (struct weir_place){start, bytes},
        "'%.*s' is no operator here: write '%s'", (int)bytes, lexer->text + start, word);
    weir_diagnostic_help(
        lexer->diagnostics, d,
        meant == WEIR_TOKEN_OR ? "try: or (or a single '|' between two stages)" : "try: %s", word);
    lexer->at += bytes;
    weir_lexer_add(lexer, meant, start);
}

/* Single or typographic quotes of `bytes` bytes: a string up to the matching quote on the line, if
 * there is one. */
static void foreign_quotes(struct weir_lexer *lexer,
                           uint32_t bytes,
                           const char *const *closers,
                           size_t closer_count)
{
    uint32_t start = lexer->at, from = start + bytes, at = from, stop = 0;
    for (; at < lexer->end && lexer->text[at] != '\n' && stop == 0; at++) {
        for (size_t i = 0; i < closer_count; i++) {
            size_t count = strlen(closers[i]);
            if (lexer->end - at >= count && memcmp(lexer->text + at, closers[i], count) == 0) {
                stop = at + (uint32_t)count;
            }
        }
    }
    struct weir_diagnostic *d = weir_diagnostics_error(
        lexer->diagnostics, WEIR_CODE_CHARACTER,
        (struct weir_place){start, stop == 0 ? bytes : stop - start},
        bytes == 1 ? "a string stands in double quotes" : "a typographic quote begins no string");
    weir_diagnostic_help(lexer->diagnostics, d, "write \"...\" with plain double quotes");
    lexer->at = stop == 0 ? from : stop;
    if (stop != 0) {
        weir_lexer_add(lexer, WEIR_TOKEN_STRING, start)->value.text =
            (weir_str){lexer->text + from, at - 1 - from};
    }
}

static void wrong_comment(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at;
    bool is_block = weir_lexer_peek(lexer, 1) == '*';
    struct weir_diagnostic *d =
        stray(lexer, WEIR_CODE_COMMENT, 2,
              is_block ? "'/*' begins no comment here" : "'//' begins no comment here");
    weir_diagnostic_help(lexer->diagnostics, d, "comments begin with #");
    while (lexer->at < lexer->end && lexer->text[lexer->at] != '\n' &&
           !(is_block && lexer->at >= start + 4 &&
             memcmp(lexer->text + lexer->at - 2, "*/", 2) == 0)) {
        lexer->at++;
    }
}

/* A backslash; with a line end behind it, both are skipped, as the author meant. */
static void backslash(struct weir_lexer *lexer)
{
    uint32_t blanks = 1;
    while (weir_lexer_peek(lexer, blanks) == ' ' || weir_lexer_peek(lexer, blanks) == '\r') {
        blanks++;
    }
    bool ends_line = weir_lexer_peek(lexer, blanks) == '\n';
    struct weir_diagnostic *d = stray(
        lexer, ends_line ? WEIR_CODE_CONTINUED_LINE : WEIR_CODE_CHARACTER, 1,
        ends_line ? "a line needs no '\\' to go on" : "'\\' means nothing outside of a string");
    if (ends_line) {
        weir_diagnostic_help(lexer->diagnostics, d,
                             "a line that begins with '|' goes on by itself");
        lexer->at += blanks;
    } else {
        weir_diagnostic_help(
            lexer->diagnostics, d,
            lexer->source->from_shell
                ? "put the whole text in single quotes, and no '\\' before inner quotes"
                : "remove it");
    }
}

/* A word with letters that are not ASCII: taken as the name it was meant to be. */
static void foreign_word(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at, bytes = 1;
    while (weir_is_name_byte(weir_lexer_peek(lexer, bytes)) ||
           (unsigned char)weir_lexer_peek(lexer, bytes) >= 0x80) {
        bytes++;
    }
    struct weir_diagnostic *d =
        stray(lexer, WEIR_CODE_CHARACTER, bytes, "names are made of ASCII letters, digits and '_'");
    weir_diagnostic_help(lexer->diagnostics, d, "other characters stand in strings only: \"...\"");
    weir_lexer_add(lexer, WEIR_TOKEN_NAME, start);
}

static void other_character(struct weir_lexer *lexer)
{
    static const char *const double_closers[] = {"\xE2\x80\x9D", "\xE2\x80\x9C", "\""};
    static const char *const single_closers[] = {"'"};
    const char *at = lexer->text + lexer->at;
    uint32_t left = lexer->end - lexer->at;
    unsigned char c = (unsigned char)*at;
    if (c == '\'') {
        foreign_quotes(lexer, 1, single_closers, 1);
    } else if (left >= 3 &&
               (memcmp(at, "\xE2\x80\x9C", 3) == 0 || memcmp(at, "\xE2\x80\x9D", 3) == 0 ||
                memcmp(at, "\xE2\x80\x9E", 3) == 0)) {
        foreign_quotes(lexer, 3, double_closers, 3);
    } else if (left >= 2 && memcmp(at, "\xC2\xA0", 2) == 0) {
        weir_diagnostic_help(
            lexer->diagnostics,
            stray(lexer, WEIR_CODE_CHARACTER, 2, "a no-break space (U+00A0) is no blank here"),
            "put a plain blank in its place");
    } else if (c >= 0x80) {
        foreign_word(lexer);
    } else if (c < 0x20 || c == 0x7F) {
        (void)stray(lexer, WEIR_CODE_CHARACTER, 1,
                    c == 0 ? "a NUL byte in the text" : "a control character in the text");
    } else if (c == '?') {
        weir_diagnostic_help(
            lexer->diagnostics,
            stray(lexer, WEIR_CODE_FOREIGN_OPERATOR, 1, "a single '?' is no operator"),
            "'a ?\? b' gives b where a is null");
    } else {
        struct weir_diagnostic *d = weir_diagnostics_error(
            lexer->diagnostics, WEIR_CODE_CHARACTER, (struct weir_place){lexer->at, 1},
            "'%c' means nothing outside of a string", c);
        weir_diagnostic_help(lexer->diagnostics, d,
                             "remove it, or put a string around it: \"...\"");
        lexer->at++;
    }
}

void weir_lexer_stray(struct weir_lexer *lexer)
{
    char c = lexer->text[lexer->at], next = weir_lexer_peek(lexer, 1);
    if (c == '!') {
        foreign(lexer, 1, "not", WEIR_TOKEN_NOT);
    } else if (c == '&') {
        foreign(lexer, next == '&' ? 2 : 1, "and", WEIR_TOKEN_AND);
    } else if (c == '|') {
        foreign(lexer, 2, "or", WEIR_TOKEN_OR);
    } else if (c == '/') {
        wrong_comment(lexer);
    } else if (c == '\\') {
        backslash(lexer);
    } else {
        other_character(lexer);
    }
}
