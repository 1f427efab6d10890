/* SPDX-License-Identifier: Apache-2.0 */
/* The reading of one text of prototypes: what scan.c (words), specifier.c (types), parameter.c and
 * parse.c (declarations) share. The first mistake ends it. */
#ifndef WEIR_PLUGIN_NATIVE_PARSE_H
#define WEIR_PLUGIN_NATIVE_PARSE_H

#include "plugin/native/native.h"

enum weir_c_kind { WEIR_C_END = 0, WEIR_C_WORD, WEIR_C_DOTS, WEIR_C_SIGN };

struct weir_c_token {
    enum weir_c_kind kind;
    char sign; /* SIGN: that character */
    weir_str text;
};

struct weir_c_parser {
    const char *text;
    struct weir_c_token token; /* the one that is looked at */
    const char *behind;        /* of the token before it */
    struct weir_arena *arena;
    struct weir_native *native;
    struct weir_place *place;
    struct weir_error *err;
};

/* ---- scan.c ---- */
/* Goes on to the next token; comments are blanks. Fails on what C has no place for here. */
int weir_c_next(struct weir_c_parser *p);

/* Fills err and place, which is the bytes from `from` on. Returns WEIR_ETEXT. */
int weir_c_fail(struct weir_c_parser *p, weir_str at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool weir_c_is(const struct weir_c_parser *p, char sign);
bool weir_c_is_word(const struct weir_c_parser *p, const char *word);

/* Consumes a sign; fails with "expected ';' behind WHAT". */
int weir_c_expect(struct weir_c_parser *p, char sign, const char *what);

/* The text from `from` to the end of the last token. */
weir_str weir_c_since(const struct weir_c_parser *p, const char *from);

/* A copy in which blanks and comments are one blank each. */
const char *weir_c_squeeze(struct weir_arena *arena, weir_str text);

/* A slice's place in the text. */
struct weir_place weir_c_place(const struct weir_c_parser *p, weir_str at);

/* Consumes a word. what: "the name of a function". */
int weir_c_expect_word(struct weir_c_parser *p, const char *what, weir_str *word);

/* Can a field of a record be called so? is_out: one that is given. */
int weir_c_check_name(struct weir_c_parser *p, weir_str name, bool is_out);

/* A copy on the arena. */
const char *weir_c_copy_name(struct weir_c_parser *p, weir_str name);

/* ---- parameter.c ---- */
/* Reads ( parameters ) into the function, with the values of its emit. */
int weir_c_read_parameters(struct weir_c_parser *p, struct weir_native_function *f);

/* ---- specifier.c ---- */
/* What stands before a declarator's name: "const unsigned char *". */
struct weir_c_specifier {
    enum weir_native_type type;
    struct weir_native_struct *record; /* STRUCT */
    bool is_const;                     /* of what it is, or of what it points to */
    bool is_char;                      /* plain char */
    bool is_size;                      /* size_t */
    uint32_t stars;
    weir_str text;
};

/* Reads it. Types that weir has no value for are refused with what to do instead. */
int weir_c_specifier(struct weir_c_parser *p, struct weir_c_specifier *specifier);

/* Fills value->type and what belongs to it from a specifier of a parameter, a member or a column of
 * emit; refuses pointers other than const char *. what: "a parameter". */
int weir_c_value(struct weir_c_parser *p,
                 const struct weir_c_specifier *specifier,
                 const char *what,
                 struct weir_native_value *value);

#endif
