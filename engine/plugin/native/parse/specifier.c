/* SPDX-License-Identifier: Apache-2.0 */
/* The type in front of a name, and what weir can make of it. Whatever it cannot pass is refused
 * here, because a wrong guess would be a crash in the running job. */
#include "plugin/native/parse/parse.h"

#include <string.h>

enum word {
    WORD_CHAR,
    WORD_SHORT,
    WORD_INT,
    WORD_LONG,
    WORD_SIGNED,
    WORD_UNSIGNED,
    WORD_FLOAT,
    WORD_DOUBLE,
    WORD_VOID,
    WORD_BOOL,
    WORD_BOOL_MACRO,
    WORD_COUNT
};
static const char *const words[WORD_COUNT] = {"char",   "short",    "int",   "long",
                                              "signed", "unsigned", "float", "double",
                                              "void",   "_Bool",    "bool"};

/* Words that say nothing about how a value is passed. */
static const char *const ignored[] = {"volatile", "restrict", "__restrict",
                                      "extern",   "inline",   "register"};

struct counting {
    uint32_t of[WORD_COUNT], total;
};

static bool is_ignored(const struct weir_c_parser *p)
{
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        if (weir_c_is_word(p, ignored[i])) {
            return true;
        }
    }
    return false;
}

static int find_word(const struct weir_c_parser *p)
{
    for (int i = 0; i < WORD_COUNT; i++) {
        if (weir_c_is_word(p, words[i])) {
            return i;
        }
    }
    return -1;
}

static int read_struct(struct weir_c_parser *p, struct weir_c_specifier *s)
{
    WEIR_TRY(weir_c_next(p));
    if (p->token.kind != WEIR_C_WORD) {
        return weir_c_fail(p, p->token.text, "expected the name of a struct");
    }
    for (uint32_t i = 0; i < p->native->struct_count; i++) {
        if (weir_c_is_word(p, p->native->structs[i]->name)) {
            s->record = p->native->structs[i];
            s->type = WEIR_NATIVE_STRUCT;
            return weir_c_next(p);
        }
    }
    return weir_c_fail(p, p->token.text,
                       "struct %.*s is not declared: write its members first, as in struct %.*s { "
                       "double x; double y; };",
                       (int)p->token.text.count, p->token.text.bytes, (int)p->token.text.count,
                       p->token.text.bytes);
}

static int refuse_word(struct weir_c_parser *p)
{
    weir_str word = p->token.text;
    if (weir_c_is_word(p, "enum")) {
        return weir_c_fail(p, word, "an enum is passed as int: write int");
    }
    if (weir_c_is_word(p, "union")) {
        return weir_c_fail(p, word, "a union is no value of weir's: wrap the call in a C function");
    }
    if (weir_c_is_word(p, "typedef") || weir_c_is_word(p, "static")) {
        return weir_c_fail(p, word,
                           "'%.*s' has no place here: write prototypes, with the C types "
                           "that typedefs stand for",
                           (int)word.count, word.bytes);
    }
    weir_str near = weir_native_near_type(word);
    if (near.count > 0) {
        return weir_c_fail(p, word, "unknown type '%.*s': did you mean '%.*s'?", (int)word.count,
                           word.bytes, (int)near.count, near.bytes);
    }
    return weir_c_fail(p, word,
                       "unknown type '%.*s': write the C type that it stands for, such as int, "
                       "uint32_t, double, const char *, or declare it: struct %.*s { ... };",
                       (int)word.count, word.bytes, (int)word.count, word.bytes);
}

static bool has_type(const struct weir_c_specifier *s, const struct counting *counted)
{
    return s->type != WEIR_NATIVE_VOID || counted->total > 0;
}

/* One word of a specifier; *is_over when it belongs to the declarator. */
static int read_word(struct weir_c_parser *p,
                     struct weir_c_specifier *s,
                     struct counting *counted,
                     bool *is_over)
{
    int word = find_word(p);
    if (weir_c_is_word(p, "const")) {
        s->is_const = true;
    } else if (word >= 0 && s->type == WEIR_NATIVE_VOID) {
        counted->of[word]++;
        counted->total++;
    } else if (is_ignored(p)) {
        return weir_c_next(p);
    } else if (has_type(s, counted)) {
        *is_over = true;
        return WEIR_OK;
    } else if (weir_c_is_word(p, "struct")) {
        return read_struct(p, s);
    } else {
        s->type = weir_native_typedef(p->token.text);
        s->is_size = weir_c_is_word(p, "size_t");
        if (s->type == WEIR_NATIVE_VOID) {
            return refuse_word(p);
        }
    }
    return weir_c_next(p);
}

static int refuse_words(struct weir_c_parser *p, const struct weir_c_specifier *s)
{
    return weir_c_fail(p, s->text, "'%s' is no type of C", weir_c_squeeze(p->arena, s->text));
}

static enum weir_native_type type_of_char(const struct counting *c)
{
    bool is_plain_unsigned = (char)-1 > 0;
    bool is_unsigned = c->of[WORD_UNSIGNED] > 0 || (is_plain_unsigned && c->of[WORD_SIGNED] == 0);
    return weir_native_integer(1, is_unsigned);
}

static enum weir_native_type type_of_int(const struct counting *c)
{
    size_t bytes = c->of[WORD_SHORT] > 0   ? sizeof(short)
                   : c->of[WORD_LONG] == 1 ? sizeof(long)
                   : c->of[WORD_LONG] == 2 ? sizeof(long long)
                                           : sizeof(int);
    return weir_native_integer(bytes, c->of[WORD_UNSIGNED] > 0);
}

/* Words that may stand once, and alone. */
static enum weir_native_type type_of_lone(const struct counting *c)
{
    return c->of[WORD_FLOAT] > 0    ? WEIR_NATIVE_F32
           : c->of[WORD_DOUBLE] > 0 ? WEIR_NATIVE_F64
           : c->of[WORD_VOID] > 0   ? WEIR_NATIVE_VOID
                                    : WEIR_NATIVE_BOOL;
}

/* From counted words, in any order, to a type. */
static int settle(struct weir_c_parser *p, struct weir_c_specifier *s, const struct counting *c)
{
    uint32_t lone = c->of[WORD_FLOAT] + c->of[WORD_DOUBLE] + c->of[WORD_VOID] + c->of[WORD_BOOL] +
                    c->of[WORD_BOOL_MACRO];
    uint32_t sizes = c->of[WORD_SHORT] + c->of[WORD_LONG];
    uint32_t signs = c->of[WORD_SIGNED] + c->of[WORD_UNSIGNED];
    if (c->of[WORD_DOUBLE] == 1 && c->of[WORD_LONG] == 1 && c->total == 2) {
        return weir_c_fail(p, s->text,
                           "no value of weir's holds a long double: declare a function "
                           "that takes double");
    }
    if (lone > 0) {
        s->type = type_of_lone(c);
        return c->total == 1 ? WEIR_OK : refuse_words(p, s);
    }
    if (signs > 1 || c->of[WORD_INT] > 1 || c->of[WORD_SHORT] > 1 || c->of[WORD_LONG] > 2 ||
        (c->of[WORD_SHORT] > 0 && c->of[WORD_LONG] > 0)) {
        return refuse_words(p, s);
    }
    if (c->of[WORD_CHAR] > 0) {
        s->is_char = c->total == 1;
        s->type = type_of_char(c);
        return c->of[WORD_CHAR] == 1 && sizes + c->of[WORD_INT] == 0 ? WEIR_OK : refuse_words(p, s);
    }
    s->type = type_of_int(c);
    return WEIR_OK;
}

static int read_stars(struct weir_c_parser *p, struct weir_c_specifier *s)
{
    while (weir_c_is(p, '*')) {
        s->stars++;
        do {
            WEIR_TRY(weir_c_next(p));
        } while (weir_c_is_word(p, "const") || is_ignored(p));
    }
    return WEIR_OK;
}

int weir_c_specifier(struct weir_c_parser *p, struct weir_c_specifier *s)
{
    struct counting counted = {0};
    const char *from = p->token.text.bytes;
    *s = (struct weir_c_specifier){0};
    for (bool is_over = false; !is_over && p->token.kind == WEIR_C_WORD;) {
        WEIR_TRY(read_word(p, s, &counted, &is_over));
    }
    if (!has_type(s, &counted)) {
        return p->token.kind == WEIR_C_END
                   ? weir_c_fail(p, p->token.text, "expected a type, found the end")
                   : weir_c_fail(p, p->token.text, "expected a type, found '%.*s'",
                                 (int)p->token.text.count, p->token.text.bytes);
    }
    s->text = weir_c_since(p, from);
    if (counted.total > 0) {
        WEIR_TRY(settle(p, s, &counted));
    }
    WEIR_TRY(read_stars(p, s));
    s->text = weir_c_since(p, from);
    return WEIR_OK;
}

static int refuse_pointer(struct weir_c_parser *p,
                          const struct weir_c_specifier *s,
                          const char *what)
{
    const char *text = weir_c_squeeze(p->arena, s->text);
    if (s->stars > 1 || (!s->is_const && !s->is_char && s->type != WEIR_NATIVE_VOID)) {
        return weir_c_fail(p, s->text,
                           "%s '%s' is a place that the function writes to: weir passes values "
                           "only; wrap the call in a C function that returns what it finds",
                           what, text);
    }
    if (s->is_char) {
        return weir_c_fail(p, s->text,
                           "%s '%s' is memory that the function may write to: if it only reads, "
                           "declare const char *; else wrap the call in a C function",
                           what, text);
    }
    if (s->type == WEIR_NATIVE_VOID || s->type == WEIR_NATIVE_U8 || s->type == WEIR_NATIVE_I8) {
        return weir_c_fail(p, s->text,
                           "%s '%s' does not say what it points to: if it is bytes that the "
                           "function only reads, declare const char * (the call is the same), and "
                           "size_t behind it for its length",
                           what, text);
    }
    return weir_c_fail(p, s->text,
                       "%s '%s' points to several values: weir passes single values and const "
                       "char *; wrap the call in a C function",
                       what, text);
}

int weir_c_value(struct weir_c_parser *p,
                 const struct weir_c_specifier *s,
                 const char *what,
                 struct weir_native_value *value)
{
    value->type = s->type;
    value->record = s->record;
    value->is_size = s->is_size && s->stars == 0;
    value->c_type = weir_c_squeeze(p->arena, s->text);
    value->place = weir_c_place(p, s->text);
    if (s->stars == 1 && s->is_char && s->is_const) {
        value->type = WEIR_NATIVE_TEXT;
        return WEIR_OK;
    }
    if (s->stars > 0) {
        return refuse_pointer(p, s, what);
    }
    if (s->type == WEIR_NATIVE_VOID) {
        return weir_c_fail(p, s->text, "%s of type void is none", what);
    }
    return WEIR_OK;
}
