/* SPDX-License-Identifier: Apache-2.0 */
/* Types are read as they are written, by one pass over their text. */
#include "kit/try/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 8, ITEMS_MAX = 4, TEXT_BYTES_MAX = 30, NUMBERS = 400 };

/* ---- values ---- */
static void put_text(struct weir_random *random, struct weir_text *to)
{
    static const char letters[] = "aaabcdeeefgilmnoprst  0123456789.=&/:#ABCXYZ-_";
    const uint64_t kind = weir_random_below(random, 4);
    const uint64_t count = kind == 0   ? weir_random_below(random, 3)
                           : kind == 3 ? weir_random_below(random, TEXT_BYTES_MAX)
                                       : weir_random_below(random, 14);
    for (uint64_t i = 0; i < count; i++) {
        weir_text_append(to, &letters[weir_random_below(random, sizeof letters - 1)], 1);
    }
}

static bool starts(const char **type, const char *word)
{
    while (**type == ' ') {
        (*type)++;
    }
    if (strncmp(*type, word, strlen(word)) != 0) {
        return false;
    }
    *type += strlen(word);
    return true;
}

static void put_number(const char **type, struct weir_random *random, struct weir_text *to)
{
    int64_t number = (int64_t)weir_random_below(random, NUMBERS) - NUMBERS / 4;
    number = weir_random_below(random, 8) == 0 ? 0 : number;
    if (starts(type, "bool")) {
        weir_text_put(to, number > 0 ? "true" : "false");
    } else if (starts(type, "f64")) {
        weir_text_printf(to, "%.15g", (double)number / 8);
    } else if (starts(type, "str") || starts(type, "bytes")) {
        put_text(random, to);
    } else {
        (void)(starts(type, "i32") || starts(type, "i64") || starts(type, "ts"));
        weir_text_printf(to, "%lld", (long long)number);
    }
}

static void put_value(const char **type,
                      struct weir_random *random,
                      struct weir_text *to,
                      int depth);

static void put_items(const char **type,
                      struct weir_random *random,
                      struct weir_text *to,
                      int depth)
{
    const char *item = *type;
    const uint64_t count = weir_random_below(random, ITEMS_MAX);
    struct weir_text unused;
    weir_text_init(&unused);
    put_value(type, random, &unused, depth + 1); /* where the type ends */
    weir_text_finish(&unused);
    weir_text_put(to, "[");
    for (uint64_t i = 0; i < count; i++) {
        const char *again = item;
        weir_text_put(to, i > 0 ? "," : "");
        put_value(&again, random, to, depth + 1);
    }
    weir_text_put(to, "]");
    (void)starts(type, ">");
}

/* Depth-limited: a type of more levels is cut off, and the harness refuses its rows. */
static void put_value(const char **type,
                      struct weir_random *random,
                      struct weir_text *to,
                      int depth)
{
    if (depth > DEPTH_MAX) {
        return;
    }
    if (starts(type, "list<")) {
        put_items(type, random, to, depth);
    } else if (starts(type, "{")) {
        weir_text_put(to, "{");
        for (bool is_first = true; **type != '\0' && !starts(type, "}"); is_first = false) {
            const char *colon = strchr(*type, ':');
            *type = colon == NULL ? *type + strlen(*type) : colon + 1;
            weir_text_put(to, is_first ? "" : ",");
            put_value(type, random, to, depth + 1);
            (void)starts(type, ",");
        }
        weir_text_put(to, "}");
    } else {
        put_number(type, random, to);
    }
}

void weir_cell_put(const char *type, struct weir_random *random, struct weir_text *to)
{
    put_value(&type, random, to, 0);
}

/* ---- comparing ---- */
static bool is_near_number(const char **a, const char **b)
{
    char *end_a;
    char *end_b;
    const double x = strtod(*a, &end_a);
    const double y = strtod(*b, &end_b);
    const double scale = fmax(fmax(fabs(x), fabs(y)), 1);
    if (end_a == *a || end_b == *b || !(fabs(x - y) <= scale * 1e-9)) {
        return false;
    }
    *a = end_a;
    *b = end_b;
    return true;
}

bool weir_rows_are_same(const char *a, const char *b, bool is_near)
{
    bool is_start = true; /* of a cell or item: a number may begin */
    while (*a != '\0' || *b != '\0') {
        if (is_near && is_start && is_near_number(&a, &b)) {
            is_start = false;
        } else if (*a != *b) {
            return false;
        } else {
            is_start = strchr("|,[{\n", *a) != NULL;
            a++;
            b++;
        }
    }
    return true;
}

/* ---- escapes ---- */
static int hex_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? 0 : (int)(at - digits);
}

void weir_cell_unescape(const char *cell, size_t count, struct weir_text *to)
{
    for (size_t i = 0; i < count; i++) {
        char byte = cell[i];
        if (byte == '\\' && i + 3 < count && cell[i + 1] == 'x') {
            byte = (char)(hex_of(cell[i + 2]) * 16 + hex_of(cell[i + 3]));
            i += 3;
        } else if (byte == '\\' && i + 1 < count) {
            byte = cell[++i];
            byte = byte == 'n' ? '\n' : byte;
        }
        weir_text_append(to, &byte, 1);
    }
}

void weir_cell_escape(const char *bytes, size_t count, struct weir_text *to)
{
    for (size_t i = 0; i < count; i++) {
        weir_text_printf(to, "\\x%02x", (unsigned)(unsigned char)bytes[i]);
    }
}
