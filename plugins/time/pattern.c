/* SPDX-License-Identifier: Apache-2.0 */
/* The letters are those of strftime, so that formats can be taken along; the names are English
 * whatever the locale is. */
#include "pattern.h"

const char *const pattern_months[12] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
const char *const pattern_weekdays[7] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                         "Friday", "Saturday", "Sunday"};

/* What stands for several others. */
static const char *expansion(char letter)
{
    switch (letter) {
    case 'F':
        return "%Y-%m-%d";
    case 'T':
        return "%H:%M:%S";
    case 'R':
        return "%H:%M";
    case 'D':
        return "%m/%d/%y";
    case 'n':
        return "\n";
    case 't':
        return "\t";
    default:
        return NULL;
    }
}

static int add_item(struct weir_task *task, struct pattern *pattern, char kind, weir_str literal)
{
    if (kind == PATTERN_LITERAL && literal.count == 0) {
        return WEIR_OK;
    }
    if (pattern->count == PATTERN_ITEMS_MAX) {
        return weir_fail(task, WEIR_FATAL, "format: more than %d items", PATTERN_ITEMS_MAX);
    }
    pattern->items[pattern->count++] = (struct pattern_item){kind, literal};
    return WEIR_OK;
}

static int fail_letter(struct weir_task *task, weir_str text, size_t at, const char *letters)
{
    return weir_fail(task, WEIR_FATAL,
                     "format: '%.*s' at byte %zu of '%.*s' is not known: expected %% and one of "
                     "%sFTRDnt%%, or rfc3339",
                     text.count - at > 1 ? 2 : 1, text.bytes + at, at, (int)text.count, text.bytes,
                     letters);
}

/* Adds what `text` says, of which an expansion is a part: those have no further ones in them. */
static int add_text(struct weir_task *task,
                    struct pattern *pattern,
                    weir_str text,
                    const char *letters)
{
    size_t at = 0;
    int outcome = WEIR_OK;
    while (at < text.count && outcome == WEIR_OK) {
        const size_t next = weir_str_find_byte(weir_str_slice(text, at, text.count), '%');
        char letter;
        outcome = add_item(task, pattern, PATTERN_LITERAL, weir_str_slice(text, at, next));
        if (next == WEIR_NOT_FOUND || outcome != WEIR_OK) {
            break;
        }
        at += next;
        letter = at + 1 < text.count ? text.bytes[at + 1] : '\0';
        if (letter == '%') {
            outcome = add_item(task, pattern, PATTERN_LITERAL, weir_str_slice(text, at, 1));
        } else if (expansion(letter) != NULL) {
            outcome = add_text(task, pattern, weir_str_from_chars(expansion(letter)), letters);
        } else if (letter != '\0' && strchr(letters, letter) != NULL) {
            outcome = add_item(task, pattern, letter, weir_str_make(NULL, 0));
        } else {
            outcome = fail_letter(task, text, at, letters);
        }
        at += 2;
    }
    return outcome;
}

int pattern_read(struct weir_task *task, const char *letters, struct pattern *pattern)
{
    const weir_str format = weir_param_str(task, "format");
    pattern->count = 0;
    if (weir_str_equal(format, "rfc3339")) {
        return add_item(task, pattern, PATTERN_RFC3339, weir_str_make(NULL, 0));
    }
    if (format.count == 0 || format.count > PATTERN_BYTES_MAX) {
        return weir_fail(task, WEIR_FATAL, "format has %zu bytes: expected 1 to %d", format.count,
                         PATTERN_BYTES_MAX);
    }
    return add_text(task, pattern, format, letters);
}
