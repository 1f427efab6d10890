/* SPDX-License-Identifier: Apache-2.0 */
/* count(symbol, from, to) by all split points, memoised: slow, simple, and right by inspection. */
#include "derive.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS_MAX = 160, PARTS_MAX = 600, COUNT_MAX = 1000, UNKNOWN = 0xFFFF };

/* Precedence is written out as levels; stage0 and N2 keep the words that begin statements from
 * beginning a pipe. */
const char derive_language[] = "program: ostmt\n"
                               "program: ostmt sep program\n"
                               "ostmt:\n"
                               "ostmt: statement\n"
                               "sep: NL\n"
                               "sep: ;\n"
                               "statement: job N opts\n"
                               "statement: param N otype ovalue\n"
                               "statement: table N = pipe\n"
                               "statement: use STR oas opts octext\n"
                               "statement: test STR { steps }\n"
                               "statement: N2 = pipe\n"
                               "statement: head0 tail\n"
                               "opts:\n"
                               "opts: option opts\n"
                               "option: N = expr\n"
                               "otype:\n"
                               "otype: : type\n"
                               "ovalue:\n"
                               "ovalue: = expr\n"
                               "octext:\n"
                               "octext: CTEXT\n"
                               "oas:\n"
                               "oas: as N\n"
                               "steps:\n"
                               "steps: at QTY feed N [ list ] ; steps\n"
                               "steps: at QTY expect N [ list ] ; steps\n"
                               "pipe: head tail\n"
                               "head: URI opts\n"
                               "head: verb items oblock oas\n"
                               "head0: URI opts\n"
                               "head0: verb0 items oblock oas\n"
                               "tail:\n"
                               "tail: | verb items oblock oas tail\n"
                               "verb: N\n"
                               "verb: N . N\n"
                               "verb0: N2\n"
                               "verb0: N2 . N\n"
                               "items:\n"
                               "items: item more\n"
                               "more:\n"
                               "more: , item more\n"
                               "more: option more\n"
                               "item: expr\n"
                               "item: N = expr\n"
                               "oblock:\n"
                               "oblock: { verb items oblock oas tail }\n"
                               "expr: or\n"
                               "expr: expr ?\? or\n"
                               "or: and\n"
                               "or: or or_ and\n"
                               "or_: $or\n"
                               "and: not\n"
                               "and: and $and not\n"
                               "not: compare\n"
                               "not: $not not\n"
                               "compare: sum\n"
                               "compare: sum relation sum\n"
                               "relation: ==\n"
                               "relation: !=\n"
                               "relation: <\n"
                               "relation: <=\n"
                               "relation: >\n"
                               "relation: >=\n"
                               "sum: product\n"
                               "sum: sum + product\n"
                               "sum: sum - product\n"
                               "product: unary\n"
                               "product: product * unary\n"
                               "product: product / unary\n"
                               "product: product % unary\n"
                               "unary: postfix\n"
                               "unary: - unary\n"
                               "postfix: primary\n"
                               "postfix: postfix . W\n"
                               "postfix: postfix [ expr ]\n"
                               "primary: literal\n"
                               "primary: N\n"
                               "primary: PARAM\n"
                               "primary: ( expr )\n"
                               "primary: [ list ]\n"
                               "primary: { members }\n"
                               "primary: schema { fields }\n"
                               "primary: verb ( args )\n"
                               "literal: NUM\n"
                               "literal: QTY\n"
                               "literal: STR\n"
                               "literal: true\n"
                               "literal: false\n"
                               "literal: null\n"
                               "list:\n"
                               "list: exprs\n"
                               "exprs: expr\n"
                               "exprs: expr , exprs\n"
                               "members: W : expr\n"
                               "members: W : expr , members\n"
                               "args:\n"
                               "args: somargs\n"
                               "somargs: arg\n"
                               "somargs: arg , somargs\n"
                               "arg: expr\n"
                               "arg: N = constant\n"
                               "constant: single\n"
                               "constant: [ singles ]\n"
                               "constant: [ ]\n"
                               "constant: PARAM\n"
                               "single: literal\n"
                               "single: - NUM\n"
                               "single: - QTY\n"
                               "singles: single\n"
                               "singles: single , singles\n"
                               "fields: W : type\n"
                               "fields: W : type , fields\n"
                               "type: bool\n"
                               "type: i32\n"
                               "type: i64\n"
                               "type: f64\n"
                               "type: str\n"
                               "type: bytes\n"
                               "type: ts\n"
                               "type: list < type >\n"
                               "type: { fields }\n";

struct token {
    char text[64];
    const char *class; /* "N", "NUM", ... or NULL: the text itself */
};

struct production {
    int name, first, count; /* parts[first..first+count) */
};

struct deriver {
    struct token tokens[TOKENS_MAX];
    int token_count, depth;
    char symbols[256][16];
    int symbol_count;
    bool has_productions[256];
    int shortest[256]; /* tokens that a symbol stands for at least */
    struct production productions[256];
    int production_count;
    int parts[PARTS_MAX], part_count;
    uint16_t *memo; /* [part or PARTS_MAX + symbol][from][to] */
};

/* ---- tokens ---- */

static void add_token(struct deriver *d, const char *text, size_t count, const char *class)
{
    struct token *token = &d->tokens[d->token_count++];
    if (d->token_count >= TOKENS_MAX) {
        abort();
    }
    size_t kept = count < sizeof token->text - 1 ? count : sizeof token->text - 1;
    memcpy(token->text, text, kept);
    token->text[kept] = '\0';
    token->class = class;
}

static bool last_is(const struct deriver *d, const char *text)
{
    return d->token_count > 0 && strcmp(d->tokens[d->token_count - 1].text, text) == 0;
}

/* A line end counts unless brackets are open, something is to be continued, or the next line begins
 * with '|'. */
static bool line_end_counts(const struct deriver *d, const char *rest)
{
    static const char *const joints[] = {"|",  ",", "=",  "+",  "-", "*",  "/",  "%",   "==",
                                         "!=", "<", "<=", ">=", ">", "??", "or", "and", "not"};
    if (d->depth > 0 || d->token_count == 0 || last_is(d, "\n")) {
        return false;
    }
    for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++) {
        bool is_type = strcmp(joints[i], ">") == 0 && d->token_count > 2 &&
                       strcmp(d->tokens[d->token_count - 3].text, "<") == 0;
        if (last_is(d, joints[i]) && !is_type) {
            return false;
        }
    }
    while (*rest != '\0') {
        if (*rest == '#') {
            rest += strcspn(rest, "\n");
        } else if (isspace((unsigned char)*rest)) {
            rest++;
        } else {
            break;
        }
    }
    return *rest != '|';
}

static bool in_use(const struct deriver *d)
{
    int i = d->token_count;
    while (i > 0 && strcmp(d->tokens[i - 1].text, "\n") != 0 &&
           strcmp(d->tokens[i - 1].text, ";") != 0) {
        i--;
    }
    return d->token_count > i && strcmp(d->tokens[i].text, "use") == 0;
}

static const char *take_word(struct deriver *d, const char *at)
{
    size_t count = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (strncmp(at + count, "://", 3) == 0) {
        count = strcspn(at, " \t\n|;");
        add_token(d, at, count, "URI");
    } else {
        add_token(d, at, count, "W");
    }
    return at + count;
}

static const char *take_number(struct deriver *d, const char *at)
{
    size_t digits = strspn(at, "0123456789.");
    size_t unit = strspn(at + digits, "nusmhdkKMGiB");
    add_token(d, at, digits + unit, unit > 0 ? "QTY" : "NUM");
    return at + digits + unit;
}

static const char *take_quoted(struct deriver *d, const char *at)
{
    const char *end = at + (*at == 'r' ? 2 : 1);
    while (*end != '"') {
        end += *end == '\\' && *at != 'r' ? 2 : 1;
    }
    add_token(d, at, (size_t)(end + 1 - at), "STR");
    return end + 1;
}

static const char *take_sign(struct deriver *d, const char *at)
{
    static const char *const pairs[] = {"??", "==", "!=", "<=", ">="};
    size_t count = 1;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        count = strncmp(at, pairs[i], 2) == 0 ? 2 : count;
    }
    if (*at == '{' && strchr(at, '}') != NULL && d->depth == 0 && in_use(d) && !last_is(d, "=")) {
        count = strcspn(at, "}") + 1;
        add_token(d, at, count, "CTEXT");
        return at + count;
    }
    d->depth += strchr("([{", *at) != NULL;
    d->depth -= strchr(")]}", *at) != NULL;
    add_token(d, at, count, NULL);
    return at + count;
}

static void tokenize(struct deriver *d, const char *at)
{
    while (*at != '\0') {
        if (*at == '\n') {
            at++;
            if (line_end_counts(d, at)) {
                add_token(d, "\n", 1, "NL");
            }
        } else if (isspace((unsigned char)*at)) {
            at++;
        } else if (*at == '#') {
            at += strcspn(at, "\n");
        } else if (*at == '"' || (*at == 'r' && at[1] == '"')) {
            at = take_quoted(d, at);
        } else if (isalpha((unsigned char)*at) || *at == '_') {
            at = take_word(d, at);
        } else if (isdigit((unsigned char)*at)) {
            at = take_number(d, at);
        } else if (*at == '$') {
            size_t count =
                1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
            add_token(d, at, count, "PARAM");
            at += count;
        } else {
            at = take_sign(d, at);
        }
    }
}

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* W: any word; N: a word that is not reserved; N2: an N that begins no statement. */
static bool matches(const struct token *token, const char *symbol)
{
    static const char *const reserved[] = {"and", "or", "not", "as", "true", "false", "null"};
    static const char *const beginners[] = {"job", "param", "table", "use", "test"};
    bool is_word = token->class != NULL && strcmp(token->class, "W") == 0;
    bool is_name = is_word && !is_one_of(token->text, reserved, 7);
    if (strcmp(symbol, "N") == 0) {
        return is_name;
    }
    if (strcmp(symbol, "N2") == 0) {
        return is_name && !is_one_of(token->text, beginners, 5);
    }
    if (isupper((unsigned char)symbol[0])) {
        return token->class != NULL && strcmp(token->class, symbol) == 0;
    }
    symbol += symbol[0] == '$'; /* $or is the token, or the level */
    return (token->class == NULL || is_word) && strcmp(token->text, symbol) == 0;
}

/* ---- grammar ---- */

static int symbol_of(struct deriver *d, const char *text, size_t count)
{
    for (int i = 0; i < d->symbol_count; i++) {
        if (strlen(d->symbols[i]) == count && memcmp(d->symbols[i], text, count) == 0) {
            return i;
        }
    }
    memcpy(d->symbols[d->symbol_count], text, count);
    return d->symbol_count++;
}

static void read_grammar(struct deriver *d, const char *grammar)
{
    while (*grammar != '\0') {
        size_t name = strcspn(grammar, ":");
        struct production *p = &d->productions[d->production_count++];
        p->name = symbol_of(d, grammar, name);
        p->first = d->part_count;
        d->has_productions[p->name] = true;
        grammar += name + 1;
        while (*grammar == ' ') {
            grammar++;
            size_t count = strcspn(grammar, " \n");
            d->parts[d->part_count++] = symbol_of(d, grammar, count);
            p->count++;
            grammar += count;
        }
        grammar++;
    }
}

/* Tokens that the parts of a production from `part` on stand for at least. */
static int shortest_rest(const struct deriver *d, const struct production *p, int part)
{
    int total = 0;
    for (; part < p->count; part++) {
        total += d->shortest[d->parts[p->first + part]];
    }
    return total;
}

static void measure(struct deriver *d)
{
    for (int i = 0; i < d->symbol_count; i++) {
        d->shortest[i] = d->has_productions[i] ? TOKENS_MAX : 1;
    }
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (int i = 0; i < d->production_count; i++) {
            int length = shortest_rest(d, &d->productions[i], 0);
            if (length < d->shortest[d->productions[i].name]) {
                d->shortest[d->productions[i].name] = length;
                has_changed = true;
            }
        }
    }
}

/* ---- counting ---- */

static unsigned count_symbol(struct deriver *d, int symbol, int from, int to);

static uint16_t *memo_of(struct deriver *d, int row, int from, int to)
{
    size_t side = (size_t)d->token_count + 1;
    return &d->memo[((size_t)row * side + (size_t)from) * side + (size_t)to];
}

/* Ways to derive tokens [from, to) from the parts of a production from `part` on. */
static unsigned count_parts(
    struct deriver *d, const struct production *p, int part, int from, int to)
{
    if (part == p->count) {
        return from == to;
    }
    uint16_t *memo = memo_of(d, p->first + part, from, to);
    if (*memo != UNKNOWN) {
        return *memo;
    }
    int symbol = d->parts[p->first + part];
    unsigned total = 0;
    if (!d->has_productions[symbol]) {
        if (from < to && matches(&d->tokens[from], d->symbols[symbol])) {
            total = count_parts(d, p, part + 1, from + 1, to);
        }
    } else {
        /* no symbol is tried on fewer tokens than it needs: recursion always sees a shorter span */
        int last = to - shortest_rest(d, p, part + 1);
        for (int middle = from + d->shortest[symbol]; middle <= last; middle++) {
            unsigned first = count_symbol(d, symbol, from, middle);
            total += first == 0 ? 0 : first * count_parts(d, p, part + 1, middle, to);
            total = total > COUNT_MAX ? COUNT_MAX : total;
        }
    }
    *memo = (uint16_t)total;
    return total;
}

static unsigned count_symbol(struct deriver *d, int symbol, int from, int to)
{
    uint16_t *memo = memo_of(d, PARTS_MAX + symbol, from, to);
    if (*memo != UNKNOWN) {
        return *memo;
    }
    unsigned total = 0;
    for (int i = 0; i < d->production_count; i++) {
        if (d->productions[i].name == symbol) {
            total += count_parts(d, &d->productions[i], 0, from, to);
        }
    }
    *memo = (uint16_t)(total > COUNT_MAX ? COUNT_MAX : total);
    return *memo;
}

unsigned derive_count(const char *grammar, const char *start, const char *text)
{
    struct deriver *d = calloc(1, sizeof *d);
    tokenize(d, text);
    read_grammar(d, grammar);
    measure(d);
    size_t side = (size_t)d->token_count + 1;
    size_t cells = (size_t)(PARTS_MAX + 256) * side * side;
    d->memo = malloc(cells * sizeof *d->memo);
    memset(d->memo, 0xFF, cells * sizeof *d->memo);
    unsigned count = count_symbol(d, symbol_of(d, start, strlen(start)), 0, d->token_count);
    free(d->memo);
    free(d);
    return count;
}
