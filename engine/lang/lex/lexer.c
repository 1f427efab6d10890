/* SPDX-License-Identifier: Apache-2.0 */
/* The loop over the text: blanks, comments, line ends, names and signs. A line end is a token only
 * where it may end a statement: not inside brackets, not before a line that begins with '|'. (That
 * it means nothing after an operator, the parser knows: only it can tell the '>' of a type from a
 * comparison.) */
#include "lang/lex/lexer.h"

#include <string.h>

void weir_lexer_init(struct weir_lexer *lexer,
                     const struct weir_source *source,
                     struct weir_arena *arena,
                     struct weir_diagnostics *diagnostics)
{
    WEIR_ASSERT(source->text.count <= WEIR_SOURCE_BYTES_MAX);
    *lexer = (struct weir_lexer){.source = source, .arena = arena, .diagnostics = diagnostics};
    lexer->text = source->text.bytes == NULL ? "" : source->text.bytes;
    lexer->end = (uint32_t)source->text.count;
}

void weir_lexer_finish(struct weir_lexer *lexer)
{
    weir_free(lexer->tokens);
    weir_free(lexer->comments);
    lexer->tokens = NULL;
    lexer->comments = NULL;
}

struct weir_token *weir_lexer_add(struct weir_lexer *lexer,
                                  enum weir_token_kind kind,
                                  uint32_t start)
{
    WEIR_GROW(lexer->tokens, lexer->token_count, lexer->token_capacity);
    struct weir_token *token = &lexer->tokens[lexer->token_count];
    *token = (struct weir_token){.kind = (uint8_t)kind, .place = {start, lexer->at - start}};
    token->is_first_on_line = lexer->is_first_on_line;
    token->depth = (uint16_t)(lexer->depth < UINT16_MAX ? lexer->depth : UINT16_MAX);
    if (lexer->token_count > 0) {
        struct weir_place before = token[-1].place;
        token->is_glued = before.offset + before.length == start;
    }
    lexer->token_count++;
    lexer->is_first_on_line = false;
    return token;
}

static enum weir_token_kind last_kind(const struct weir_lexer *lexer)
{
    return lexer->token_count == 0
               ? WEIR_TOKEN_NEWLINE
               : (enum weir_token_kind)lexer->tokens[lexer->token_count - 1].kind;
}

static void take_comment(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at;
    while (lexer->at < lexer->end && lexer->text[lexer->at] != '\n') {
        lexer->at++;
    }
    uint32_t stop = lexer->at;
    while (stop > start && strchr(" \t\r", lexer->text[stop - 1]) != NULL) {
        stop--;
    }
    WEIR_GROW(lexer->comments, lexer->comment_count, lexer->comment_capacity);
    lexer->comments[lexer->comment_count++] =
        (struct weir_lexed_comment){{start, stop - start}, lexer->is_first_on_line};
}

static void take_newline(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at++;
    enum weir_token_kind last = last_kind(lexer);
    if (lexer->depth == 0) {
        lexer->is_in_use = false;
        if (last != WEIR_TOKEN_NEWLINE) {
            weir_lexer_add(lexer, WEIR_TOKEN_NEWLINE, start);
        }
    }
    lexer->is_first_on_line = true;
}

/* A line that begins with '|' goes on with the statement before it. */
static void take_pipe(struct weir_lexer *lexer)
{
    if (lexer->is_first_on_line && lexer->token_count > 0 &&
        last_kind(lexer) == WEIR_TOKEN_NEWLINE) {
        lexer->token_count--;
    }
    lexer->at++;
    weir_lexer_add(lexer, WEIR_TOKEN_PIPE, lexer->at - 1);
}

/* Bytes of "scheme://" at the lexer, 0 if there is none. */
static uint32_t scheme_bytes(const struct weir_lexer *lexer)
{
    uint32_t n = 0;
    char c = weir_lexer_peek(lexer, n);
    while (n < WEIR_SCHEME_BYTES_MAX &&
           (weir_is_name_byte(c) || c == '+' || c == '-' || c == '.')) {
        c = weir_lexer_peek(lexer, ++n);
    }
    return c == ':' && weir_lexer_peek(lexer, n + 1) == '/' && weir_lexer_peek(lexer, n + 2) == '/'
               ? n + 3
               : 0;
}

static void take_uri(struct weir_lexer *lexer, uint32_t scheme)
{
    uint32_t start = lexer->at;
    lexer->at += scheme;
    while (lexer->at < lexer->end && strchr(" \t\r\n\f\v|;", lexer->text[lexer->at]) == NULL) {
        lexer->at++;
    }
    weir_lexer_add(lexer, WEIR_TOKEN_URI, start);
}

static enum weir_token_kind word_kind(const char *bytes, uint32_t count)
{
    static const struct {
        const char *word;
        enum weir_token_kind kind;
    } words[] = {{"or", WEIR_TOKEN_OR},    {"and", WEIR_TOKEN_AND},   {"not", WEIR_TOKEN_NOT},
                 {"as", WEIR_TOKEN_AS},    {"true", WEIR_TOKEN_TRUE}, {"false", WEIR_TOKEN_FALSE},
                 {"null", WEIR_TOKEN_NULL}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == count && memcmp(words[i].word, bytes, count) == 0) {
            return words[i].kind;
        }
    }
    return WEIR_TOKEN_NAME;
}

static void take_name(struct weir_lexer *lexer)
{
    uint32_t scheme = scheme_bytes(lexer);
    if (scheme > 0) {
        take_uri(lexer, scheme);
        return;
    }
    uint32_t start = lexer->at;
    while (weir_is_name_byte(weir_lexer_peek(lexer, 0))) {
        lexer->at++;
    }
    enum weir_token_kind last = last_kind(lexer);
    bool begins = lexer->depth == 0 && (last == WEIR_TOKEN_NEWLINE || last == WEIR_TOKEN_SEMICOLON);
    const char *word = lexer->text + start;
    if (begins && lexer->at - start == 3 && memcmp(word, "use", 3) == 0) {
        lexer->is_in_use = true;
    }
    weir_lexer_add(lexer, word_kind(word, lexer->at - start), start);
}

static void take_param(struct weir_lexer *lexer)
{
    uint32_t start = lexer->at++;
    while (weir_is_name_byte(weir_lexer_peek(lexer, 0))) {
        lexer->at++;
    }
    if (lexer->at == start + 1 || !weir_is_name_start(lexer->text[start + 1])) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(lexer->diagnostics, WEIR_CODE_SYNTAX,
                                   (struct weir_place){start, 1}, "a name must follow '$' at once");
        weir_diagnostic_help(lexer->diagnostics, d, "write $name, or $env.NAME");
    }
    struct weir_token *token = weir_lexer_add(lexer, WEIR_TOKEN_PARAM, start);
    token->value.text = (weir_str){lexer->text + start + 1, lexer->at - start - 1};
}

static void take_bracket(struct weir_lexer *lexer, enum weir_token_kind kind, bool opens)
{
    if (kind == WEIR_TOKEN_LBRACE && lexer->is_in_use && lexer->depth == 0 &&
        last_kind(lexer) != WEIR_TOKEN_ASSIGN) {
        weir_lexer_prototypes(lexer);
        return;
    }
    lexer->at++;
    weir_lexer_add(lexer, kind, lexer->at - 1);
    if (opens) {
        lexer->depth++;
    } else if (lexer->depth > 0) {
        lexer->depth--;
    }
}

static void take_sign(struct weir_lexer *lexer)
{
    static const struct {
        char text[3];
        uint8_t kind;
    } signs[] = {
        {"?\?", WEIR_TOKEN_COALESCE}, {"==", WEIR_TOKEN_EQ},    {"!=", WEIR_TOKEN_NE},
        {"<=", WEIR_TOKEN_LE},        {">=", WEIR_TOKEN_GE},    {"=", WEIR_TOKEN_ASSIGN},
        {"<", WEIR_TOKEN_LT},         {">", WEIR_TOKEN_GT},     {";", WEIR_TOKEN_SEMICOLON},
        {",", WEIR_TOKEN_COMMA},      {":", WEIR_TOKEN_COLON},  {".", WEIR_TOKEN_DOT},
        {"+", WEIR_TOKEN_PLUS},       {"-", WEIR_TOKEN_MINUS},  {"*", WEIR_TOKEN_STAR},
        {"/", WEIR_TOKEN_SLASH},      {"%", WEIR_TOKEN_PERCENT}};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        uint32_t count = (uint32_t)strlen(signs[i].text);
        if (weir_lexer_peek(lexer, 0) == signs[i].text[0] &&
            (count == 1 || weir_lexer_peek(lexer, 1) == signs[i].text[1])) {
            lexer->at += count;
            if (signs[i].kind == WEIR_TOKEN_SEMICOLON && lexer->depth == 0) {
                lexer->is_in_use = false;
            }
            weir_lexer_add(lexer, (enum weir_token_kind)signs[i].kind, lexer->at - count);
            return;
        }
    }
    weir_lexer_stray(lexer);
}

static void take_token(struct weir_lexer *lexer)
{
    char c = lexer->text[lexer->at], next = weir_lexer_peek(lexer, 1);
    if (c == 'r' && next == '"') {
        weir_lexer_raw_string(lexer);
    } else if (weir_is_name_start(c)) {
        take_name(lexer);
    } else if (weir_is_digit(c)) {
        weir_lexer_number(lexer);
    } else if (c == '"') {
        weir_lexer_string(lexer);
    } else if (c == '$') {
        take_param(lexer);
    } else if (c == '|' && next != '|') {
        take_pipe(lexer);
    } else if (c == '(' || c == ')') {
        take_bracket(lexer, c == '(' ? WEIR_TOKEN_LPAREN : WEIR_TOKEN_RPAREN, c == '(');
    } else if (c == '[' || c == ']') {
        take_bracket(lexer, c == '[' ? WEIR_TOKEN_LBRACKET : WEIR_TOKEN_RBRACKET, c == '[');
    } else if (c == '{' || c == '}') {
        take_bracket(lexer, c == '{' ? WEIR_TOKEN_LBRACE : WEIR_TOKEN_RBRACE, c == '{');
    } else if (c == '/' && (next == '/' || next == '*') &&
               (lexer->at == 0 || !weir_is_name_byte(lexer->text[lexer->at - 1]))) {
        weir_lexer_stray(lexer); /* a comment of C, not an unquoted path */
    } else {
        take_sign(lexer);
    }
}

/* Forgets what was read at or after `offset`. */
static void rewind_to(struct weir_lexer *lexer, uint32_t offset)
{
    while (lexer->token_count > 0 && lexer->tokens[lexer->token_count - 1].place.offset >= offset) {
        lexer->token_count--;
    }
    while (lexer->comment_count > 0 &&
           lexer->comments[lexer->comment_count - 1].place.offset >= offset) {
        lexer->comment_count--;
    }
    lexer->at = offset;
    lexer->depth = 0;
    lexer->is_in_use = false;
    lexer->is_first_on_line = true;
}

void weir_lexer_run(struct weir_lexer *lexer, uint32_t offset)
{
    rewind_to(lexer, offset);
    if (offset == 0 && lexer->end >= 3 && memcmp(lexer->text, "\xEF\xBB\xBF", 3) == 0) {
        lexer->at = 3; /* a byte order mark */
    } else if (offset > 0) {
        weir_lexer_add(lexer, WEIR_TOKEN_NEWLINE, offset)->place.length = 0;
        lexer->is_first_on_line = true;
    }
    while (lexer->at < lexer->end) {
        char c = lexer->text[lexer->at];
        if (c == '\n') {
            take_newline(lexer);
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
            lexer->at++;
        } else if (c == '#') {
            take_comment(lexer);
        } else {
            take_token(lexer);
        }
    }
    weir_lexer_add(lexer, WEIR_TOKEN_END, lexer->end);
}
