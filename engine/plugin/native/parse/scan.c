/* SPDX-License-Identifier: Apache-2.0 */
/* Words and signs of C declarations. */
#include "plugin/native/parse/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char blanks[] = " \t\r\n\v\f";

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

struct weir_place weir_c_place(const struct weir_c_parser *p, weir_str at)
{
    return (struct weir_place){(uint32_t)(at.bytes - p->text), (uint32_t)at.count};
}

int weir_c_fail(struct weir_c_parser *p, weir_str at, const char *format, ...)
{
    char text[WEIR_ERROR_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    *p->place = weir_c_place(p, at);
    return weir_error_set(p->err, WEIR_ETEXT, "%s", text);
}

/* Behind a comment that begins at `at`; NULL if it has no end. */
static const char *skip_comment(const char *at)
{
    if (at[1] == '/') {
        return at + strcspn(at, "\n");
    }
    const char *end = strstr(at + 2, "*/");
    return end == NULL ? NULL : end + 2;
}

static bool is_comment(const char *at)
{
    return at[0] == '/' && (at[1] == '/' || at[1] == '*');
}

static int skip(struct weir_c_parser *p, const char **at)
{
    const char *from = *at;
    from += strspn(from, blanks);
    while (is_comment(from)) {
        const char *end = skip_comment(from);
        if (end == NULL) {
            return weir_c_fail(p, (weir_str){from, 2}, "a comment without an end: write */");
        }
        from = end + strspn(end, blanks);
    }
    *at = from;
    return WEIR_OK;
}

int weir_c_next(struct weir_c_parser *p)
{
    const char *at = p->token.text.bytes + p->token.text.count;
    p->behind = at;
    WEIR_TRY(skip(p, &at));
    struct weir_c_token *token = &p->token;
    *token = (struct weir_c_token){.kind = WEIR_C_SIGN, .sign = *at, .text = {at, 1}};
    if (*at == '\0') {
        token->kind = WEIR_C_END;
        token->text.count = 0;
    } else if (is_word_byte(*at)) {
        token->kind = WEIR_C_WORD;
        while (is_word_byte(at[token->text.count])) {
            token->text.count++;
        }
    } else if (strncmp(at, "...", 3) == 0) {
        token->kind = WEIR_C_DOTS;
        token->text.count = 3;
    } else if (*at == '#') {
        return weir_c_fail(p, (weir_str){at, 1 + strcspn(at + 1, "\n")},
                           "a preprocessor line: no headers are read here; write the prototypes of "
                           "the functions that the job calls");
    }
    return WEIR_OK;
}

bool weir_c_is(const struct weir_c_parser *p, char sign)
{
    return p->token.kind == WEIR_C_SIGN && p->token.sign == sign;
}

bool weir_c_is_word(const struct weir_c_parser *p, const char *word)
{
    return p->token.kind == WEIR_C_WORD && strlen(word) == p->token.text.count &&
           memcmp(word, p->token.text.bytes, p->token.text.count) == 0;
}

int weir_c_expect(struct weir_c_parser *p, char sign, const char *what)
{
    if (weir_c_is(p, sign)) {
        return weir_c_next(p);
    }
    if (p->token.kind == WEIR_C_END) {
        return weir_c_fail(p, p->token.text, "expected '%c' %s, found the end", sign, what);
    }
    return weir_c_fail(p, p->token.text, "expected '%c' %s, found '%.*s'", sign, what,
                       (int)p->token.text.count, p->token.text.bytes);
}

weir_str weir_c_since(const struct weir_c_parser *p, const char *from)
{
    return (weir_str){from, (size_t)(p->behind - from)};
}

const char *weir_c_squeeze(struct weir_arena *arena, weir_str text)
{
    char *copy = weir_arena_alloc(arena, text.count + 1);
    size_t count = 0;
    for (const char *at = text.bytes; at < text.bytes + text.count;) {
        const char *end = is_comment(at) ? skip_comment(at) : at + strspn(at, blanks);
        if (end == at) {
            copy[count++] = *at++;
            continue;
        }
        at = end;
        if (count > 0 && copy[count - 1] != ' ' && at < text.bytes + text.count) {
            copy[count++] = ' ';
        }
    }
    return copy;
}

int weir_c_expect_word(struct weir_c_parser *p, const char *what, weir_str *word)
{
    *word = p->token.text;
    if (p->token.kind == WEIR_C_WORD) {
        return weir_c_next(p);
    }
    return weir_c_fail(p, p->token.text, "expected %s, found '%.*s'", what,
                       (int)p->token.text.count, p->token.text.bytes);
}

int weir_c_check_name(struct weir_c_parser *p, weir_str name, bool is_out)
{
    if (!weir_is_name(name)) {
        return weir_c_fail(p, name, "a name has at most %d letters, digits and _",
                           WEIR_NAME_BYTES_MAX);
    }
    if (is_out && name.bytes[0] == '_') {
        return weir_c_fail(p, name,
                           "a field may not begin with '_': the C function does not mind "
                           "another name here");
    }
    return WEIR_OK;
}

const char *weir_c_copy_name(struct weir_c_parser *p, weir_str name)
{
    return weir_arena_strndup(p->arena, name.bytes, name.count);
}
