/* SPDX-License-Identifier: Apache-2.0 */
/* replace: a template in place of each match. The template is cut into pieces once, when the
 * instance opens; the new text grows in a buffer that the instance keeps from row to row. */
#include "regex.h"

#include <stdlib.h>

enum {
    PIECES_MAX = 64,
    TEXT_BYTES_MAX = 1 << 30, /* of one result */
    TEXT_BYTES_FIRST = 256,
    TEXT_BYTES_KEPT = 1 << 20 /* a larger buffer is not kept for the next row */
};

/* A piece of the template: text as it is, or, with is_group, what that group matched. */
struct piece {
    weir_str text;
    uint32_t group;
    bool is_group;
};

struct replace_self {
    struct regex regex;
    uint32_t piece_count;
    struct piece pieces[PIECES_MAX];
    char *text;
    size_t count, capacity;
};

static int fail_template(struct weir_task *task, size_t at, const char *problem)
{
    return weir_fail(task, WEIR_FATAL,
                     "with: %s at byte %zu of '%s': write $1 or ${name} for a group, $0 for the "
                     "match, $$ for a $",
                     problem, at, weir_param_str(task, "with").bytes);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* One or two digits, and nothing else. */
static bool read_number(weir_str text, uint32_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.count; i++) {
        if (!is_digit(text.bytes[i])) {
            return false;
        }
        *number = *number * 10 + (uint32_t)(text.bytes[i] - '0');
    }
    return text.count == 1 || text.count == 2;
}

/* The group that `$` at text[at] names; *end: behind its name. False: it names none. */
static bool read_group(
    const struct regex *regex, weir_str text, size_t at, uint32_t *group, size_t *end)
{
    const weir_str rest = weir_str_slice(text, at + 1, text.count);
    const bool is_braced = weir_str_starts_with(rest, "{");
    size_t count = is_braced ? weir_str_find_byte(rest, '}') - 1 : 0;
    weir_str name;
    if (is_braced && count == WEIR_NOT_FOUND - 1) {
        return false;
    }
    while (!is_braced && count < 2 && count < rest.count && is_digit(rest.bytes[count])) {
        count++;
    }
    name = weir_str_slice(rest, is_braced, count);
    *end = at + 1 + count + (is_braced ? 2 : 0);
    if (read_number(name, group)) {
        return *group <= regex_group_count(regex);
    }
    *group = regex_group_number(regex, name);
    return *group > 0;
}

static int add_piece(struct weir_task *task, struct replace_self *self, struct piece piece)
{
    if (!piece.is_group && piece.text.count == 0) {
        return WEIR_OK;
    }
    if (self->piece_count == PIECES_MAX) {
        return weir_fail(task, WEIR_FATAL, "with: more than %d pieces", PIECES_MAX);
    }
    self->pieces[self->piece_count++] = piece;
    return WEIR_OK;
}

static int read_template(struct weir_task *task, struct replace_self *self)
{
    const weir_str text = weir_param_str(task, "with");
    size_t at = 0;
    int outcome = WEIR_OK;
    while (at < text.count && outcome == WEIR_OK) {
        const size_t next = weir_str_find_byte(weir_str_slice(text, at, text.count), '$');
        struct piece piece = {.text = weir_str_slice(text, at, next)};
        outcome = add_piece(task, self, piece);
        if (next == WEIR_NOT_FOUND || outcome != WEIR_OK) {
            break;
        }
        at += next;
        if (at + 1 < text.count && text.bytes[at + 1] == '$') {
            piece = (struct piece){.text = weir_str_slice(text, at, 1)};
            at += 2;
        } else {
            const size_t dollar = at;
            piece = (struct piece){.is_group = true};
            if (!read_group(&self->regex, text, dollar, &piece.group, &at)) {
                return fail_template(task, dollar, "no group of the pattern");
            }
        }
        outcome = add_piece(task, self, piece);
    }
    return outcome;
}

static int open_replace(struct weir_task *task)
{
    struct replace_self *self = task->self;
    const int outcome = regex_open(task, &self->regex);
    return outcome == WEIR_OK ? read_template(task, self) : outcome;
}

static void close_replace(struct weir_task *task)
{
    struct replace_self *self = task->self;
    regex_close(&self->regex);
    free(self->text);
}

/* Appends to the new text. False: ctx has failed. */
static bool append(struct weir_ctx *ctx, struct replace_self *self, weir_str text)
{
    if (text.count > self->capacity - self->count) {
        size_t capacity = self->capacity > 0 ? self->capacity : TEXT_BYTES_FIRST;
        char *grown;
        if (text.count > TEXT_BYTES_MAX - self->count) {
            weir_fail(ctx, WEIR_BAD_RECORD, "the new text has more than %d bytes", TEXT_BYTES_MAX);
            return false;
        }
        while (capacity - self->count < text.count) {
            capacity *= 2;
        }
        grown = realloc(self->text, capacity);
        if (grown == NULL) {
            weir_fail(ctx, WEIR_RETRY, "out of memory for a text of %zu bytes", capacity);
            return false;
        }
        self->text = grown;
        self->capacity = capacity;
    }
    if (text.count > 0) {
        memcpy(self->text + self->count, text.bytes, text.count);
        self->count += text.count;
    }
    return true;
}

static bool append_pieces(struct weir_ctx *ctx,
                          struct replace_self *self,
                          const struct regex_walk *walk)
{
    for (uint32_t i = 0; i < self->piece_count; i++) {
        weir_str text = self->pieces[i].text;
        if (self->pieces[i].is_group &&
            !regex_group(&self->regex, walk, self->pieces[i].group, &text)) {
            continue; /* a group that took no part is empty */
        }
        if (!append(ctx, self, text)) {
            return false;
        }
    }
    return true;
}

WEIR_PARAMS(replace,
            REGEX_PATTERN,
            WEIR_PARAM_STR(with,
                           required,
                           "what comes in its place: $1 or ${name} is a group, $$ "
                           "a $"),
            REGEX_LIMIT);
WEIR_INSTANCE(replace, struct replace_self, open_replace, close_replace);
/* Opens for a moment, so that a mistake in pattern or template is shown where the job is checked.
 */
WEIR_BIND(replace)
{
    struct replace_self self = {.text = NULL};
    int outcome = regex_open(bind->task, &self.regex);
    outcome = outcome == WEIR_OK ? read_template(bind->task, &self) : outcome;
    regex_close(&self.regex);
    return outcome == WEIR_OK ? weir_declare(bind, "value", "str") : outcome;
}
WEIR_HELP(replace,
          "the text with `with` in place of everything that the pattern finds",
          "generate lines | map line = text.replace(line, pattern=r\"(\\d+)ms\", with=\"$1 ms\") | "
          "print");
WEIR_FUNCTION(weir_str, replace, (weir_str, text))
{
    struct replace_self *self = weir_self(ctx, struct replace_self);
    struct regex_walk walk = {.text = text};
    size_t start = 0;
    bool is_found = false;
    bool is_fine = true;
    if (self->capacity > TEXT_BYTES_KEPT) {
        free(self->text);
        self->text = NULL;
        self->capacity = 0;
    }
    self->count = 0;
    while (is_fine && regex_next(ctx, &self->regex, &walk)) {
        is_fine = append(ctx, self, weir_str_slice(text, start, walk.start - start)) &&
                  append_pieces(ctx, self, &walk);
        start = walk.end;
        is_found = true;
    }
    if (!is_found || !is_fine || !append(ctx, self, weir_str_slice(text, start, text.count))) {
        return text; /* nothing was found: a slice, not a copy */
    }
    return weir_str_make(self->text, self->count);
}
