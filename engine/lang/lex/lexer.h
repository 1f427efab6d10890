/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts a text into tokens, all at once, so that the parser may look ahead and start over at any of
 * them. Mistakes inside a token are reported here, and the nearest token is put in its place: the
 * parser goes on undisturbed. */
#ifndef WEIR_LANG_LEX_LEXER_H
#define WEIR_LANG_LEX_LEXER_H

#include "lang/lex/token.h"

enum {
    WEIR_SCHEME_BYTES_MAX = 32 /* of an address, before :// */
};

struct weir_lexer {
    const struct weir_source *source;
    struct weir_arena *arena; /* decoded strings */
    struct weir_diagnostics *diagnostics;
    const char *text;
    uint32_t end, at; /* bytes of text, next byte to read */
    uint32_t depth;   /* open brackets */
    bool is_in_use;   /* within a `use` statement: a { begins C prototypes */
    bool is_first_on_line;
    struct weir_token *tokens; /* ends with END */
    size_t token_count, token_capacity;
    struct weir_lexed_comment *comments;
    size_t comment_count, comment_capacity;
};

/* Begins; nothing is read yet. The text must be at most WEIR_SOURCE_BYTES_MAX. */
void weir_lexer_init(struct weir_lexer *lexer,
                     const struct weir_source *source,
                     struct weir_arena *arena,
                     struct weir_diagnostics *diagnostics);

/* Frees the tokens and comments. */
void weir_lexer_finish(struct weir_lexer *lexer);

/* Reads everything from `offset`, where a statement begins, to the end of the text. Tokens and
 * comments from there on are replaced. */
void weir_lexer_run(struct weir_lexer *lexer, uint32_t offset);

/* Appends a token from `start` to where the lexer stands; its value is still to be filled in. */
struct weir_token *weir_lexer_add(struct weir_lexer *lexer,
                                  enum weir_token_kind kind,
                                  uint32_t start);

/* The byte `ahead` of where the lexer stands; 0 beyond the end. */
static inline char weir_lexer_peek(const struct weir_lexer *lexer, uint32_t ahead)
{
    return ahead < lexer->end - lexer->at ? lexer->text[lexer->at + ahead] : '\0';
}

/* Literals; the lexer stands on their first byte: the digit, the quote, the r of r"...", the { of
 * prototypes. */
void weir_lexer_number(struct weir_lexer *lexer);
void weir_lexer_string(struct weir_lexer *lexer);
void weir_lexer_raw_string(struct weir_lexer *lexer);
void weir_lexer_prototypes(struct weir_lexer *lexer);

/* Reports the character at which the lexer stands, and steps over it; may add the token that was
 * meant. */
void weir_lexer_stray(struct weir_lexer *lexer);

/* Whether a word is a unit of durations or sizes. */
bool weir_is_unit(weir_str word);

static inline bool weir_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool weir_is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool weir_is_name_byte(char c)
{
    return weir_is_name_start(c) || weir_is_digit(c);
}

#endif
