/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling and matching. JIT code needs memory that can be written and executed, which a hardened
 * system refuses: the interpreter then does the same, some ten times slower. */
#include "regex.h"

enum {
    JIT_STACK_BYTES = 32 * 1024,
    JIT_STACK_BYTES_MAX = 1024 * 1024, /* beyond it the interpreter takes over, on the heap */
    HEAP_KIB_MAX = 64 * 1024,
    PATTERN_BYTES_MAX = 64 * 1024,
    MESSAGE_BYTES = 256,
    NO_BYTES = -100000 /* beside PCRE2's codes */
};

static int fail_compile(struct weir_task *task, weir_str pattern, int error, size_t at)
{
    PCRE2_UCHAR message[MESSAGE_BYTES] = "";
    const int before = at > 40 ? 40 : (int)at;
    const int behind = pattern.count - at > 20 ? 20 : (int)(pattern.count - at);
    (void)pcre2_get_error_message(error, message, sizeof message);
    return weir_fail(task, WEIR_FATAL, "pattern: %s at byte %zu: '%s%.*s' <- here -> '%.*s%s'",
                     (const char *)message, at, at > 40 ? "..." : "", before,
                     pattern.bytes + at - before, behind, pattern.bytes + at,
                     pattern.count - at > 20 ? "..." : "");
}

/* NULL: *error and *at say why. */
static pcre2_code *compile(weir_str pattern, uint32_t options, int *error, size_t *at)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_code *code;
    if (context == NULL) {
        *error = PCRE2_ERROR_NOMEMORY;
        *at = 0;
        return NULL;
    }
    (void)pcre2_set_max_pattern_length(context, PATTERN_BYTES_MAX);
    code = pcre2_compile((PCRE2_SPTR)pattern.bytes, pattern.count,
                         options | PCRE2_NEVER_BACKSLASH_C, error, at, context);
    pcre2_compile_context_free(context);
    return code;
}

/* The parameter, compiled by characters; NULL after a failure. */
static pcre2_code *compile_parameter(struct weir_task *task, weir_str *pattern)
{
    int error;
    size_t at;
    pcre2_code *code;
    *pattern = weir_param_str(task, "pattern");
    code = compile(*pattern, PCRE2_UTF, &error, &at);
    if (code == NULL) {
        (void)fail_compile(task, *pattern, error, at < pattern->count ? at : pattern->count);
    }
    return code;
}

static uint32_t group_count_of(const pcre2_code *code)
{
    uint32_t count = 0;
    (void)pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &count);
    return count;
}

int regex_check(struct weir_task *task, uint32_t *group_count)
{
    weir_str pattern;
    pcre2_code *code = compile_parameter(task, &pattern);
    if (code == NULL) {
        return WEIR_FATAL;
    }
    *group_count = group_count_of(code);
    pcre2_code_free(code);
    return WEIR_OK;
}

uint32_t regex_group_count(const struct regex *regex)
{
    return group_count_of(regex->characters.code);
}

uint32_t regex_group_number(const struct regex *regex, weir_str name)
{
    char chars[64];
    int number;
    if (name.count == 0 || name.count >= sizeof chars) {
        return 0;
    }
    memcpy(chars, name.bytes, name.count);
    chars[name.count] = '\0';
    number = pcre2_substring_number_from_name(regex->characters.code, (PCRE2_SPTR)chars);
    return number > 0 ? (uint32_t)number : 0;
}

static bool set_limits(struct regex *regex, uint32_t match_limit)
{
    regex->match_limit = match_limit;
    regex->match = pcre2_match_data_create_from_pattern(regex->characters.code, NULL);
    regex->limits = pcre2_match_context_create(NULL);
    if (regex->match == NULL || regex->limits == NULL) {
        return false;
    }
    (void)pcre2_set_match_limit(regex->limits, match_limit);
    (void)pcre2_set_heap_limit(regex->limits, HEAP_KIB_MAX);
    return true;
}

/* False: the system refuses such memory, or the pattern begins with (*NO_JIT). */
static bool has_jit_code(const pcre2_code *code)
{
    size_t bytes = 0;
    return code != NULL && pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &bytes) == 0 && bytes > 0;
}

/* Without JIT, or without a stack for it, the interpreter matches. */
static void add_jit(struct weir_task *task, struct regex *regex)
{
    regex->stack = pcre2_jit_stack_create(JIT_STACK_BYTES, JIT_STACK_BYTES_MAX, NULL);
    if (regex->stack != NULL) {
        pcre2_jit_stack_assign(regex->limits, NULL, regex->stack);
        (void)pcre2_jit_compile(regex->characters.code, PCRE2_JIT_COMPLETE);
        if (regex->bytes.code != NULL) {
            (void)pcre2_jit_compile(regex->bytes.code, PCRE2_JIT_COMPLETE);
        }
        regex->characters.has_jit = has_jit_code(regex->characters.code);
        regex->bytes.has_jit = has_jit_code(regex->bytes.code);
    }
    if (!regex->characters.has_jit) {
        weir_log(task, 2, "pattern '%s' is interpreted: no JIT code for it here, so it is slower",
                 weir_param_str(task, "pattern").bytes);
    }
}

int regex_open(struct weir_task *task, struct regex *regex)
{
    weir_str pattern;
    int error;
    size_t at;
    regex->characters.code = compile_parameter(task, &pattern);
    if (regex->characters.code == NULL) {
        return WEIR_FATAL;
    }
    /* What only characters can say, such as \x{3b1}, has no form by bytes; nor has (*UTF). */
    regex->bytes.code = compile(pattern, PCRE2_NEVER_UTF, &error, &at);
    if (!set_limits(regex, (uint32_t)weir_param_i64(task, "match_limit"))) {
        return weir_fail(task, WEIR_RETRY, "pattern: out of memory");
    }
    add_jit(task, regex);
    return WEIR_OK;
}

void regex_close(struct regex *regex)
{
    pcre2_code_free(regex->characters.code);
    pcre2_code_free(regex->bytes.code);
    pcre2_match_data_free(regex->match);
    pcre2_match_context_free(regex->limits);
    pcre2_jit_stack_free(regex->stack);
}

static void fail_match(struct weir_ctx *ctx, const struct regex *regex, weir_str text, int error)
{
    PCRE2_UCHAR message[MESSAGE_BYTES] = "";
    if (error == PCRE2_ERROR_NOMEMORY) {
        weir_fail(ctx, WEIR_RETRY, "pattern: out of memory");
        return;
    }
    if (error == NO_BYTES) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "the text is not valid UTF-8, and this pattern has characters that cannot be "
                  "found byte by byte: filter text.valid_utf8(...) before");
        return;
    }
    if (error == PCRE2_ERROR_MATCHLIMIT) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "pattern: more than match_limit=%u steps on a text of %zu bytes: a repetition in "
                  "a repetition, as in (a+)+, does that; rewrite it, or raise match_limit",
                  regex->match_limit, text.count);
        return;
    }
    (void)pcre2_get_error_message(error, message, sizeof message); /* such as the heap limit */
    weir_fail(ctx, WEIR_BAD_RECORD, "pattern: %s, on a text of %zu bytes", (const char *)message,
              text.count);
}

static bool is_ascii(weir_str text)
{
    uint64_t bits = 0;
    size_t at = 0;
    for (; text.count - at >= 8; at += 8) {
        uint64_t eight;
        memcpy(&eight, text.bytes + at, 8);
        bits |= eight;
    }
    for (; at < text.count; at++) {
        bits |= (uint64_t)(unsigned char)text.bytes[at];
    }
    return (bits & UINT64_C(0x8080808080808080)) == 0;
}

/* One search. options: that of an empty match, and whether the text is known to be valid. */
static int search(struct regex *regex,
                  const struct regex_form *form,
                  const struct regex_walk *walk,
                  bool is_valid)
{
    const PCRE2_SPTR subject = (PCRE2_SPTR)(walk->text.count > 0 ? walk->text.bytes : "");
    const uint32_t options = walk->was_empty ? PCRE2_NOTEMPTY_ATSTART : 0;
    const uint32_t check = is_valid ? PCRE2_NO_UTF_CHECK : 0;
    int found;
    if (form->has_jit && is_valid) {
        found = pcre2_jit_match(form->code, subject, walk->text.count, walk->from, options,
                                regex->match, regex->limits);
    } else {
        found = pcre2_match(form->code, subject, walk->text.count, walk->from, options | check,
                            regex->match, regex->limits);
    }
    if (found != PCRE2_ERROR_JIT_STACKLIMIT) {
        return found;
    }
    regex->is_swollen = true;
    return pcre2_match(form->code, subject, walk->text.count, walk->from,
                       options | check | PCRE2_NO_JIT, regex->match, regex->limits);
}

/* PCRE2's codes for what is wrong with UTF-8 are a range. */
static bool is_invalid_utf8(int error)
{
    return error <= PCRE2_ERROR_UTF8_ERR1 && error >= PCRE2_ERROR_UTF8_ERR21;
}

/* The search in the form that the text has; the first one finds out which. Returns PCRE2's code, or
 * NO_BYTES if the pattern has no such form. */
static int search_form(struct regex *regex, struct regex_walk *walk)
{
    if (!walk->is_bytes) {
        const bool is_valid = walk->is_seen || is_ascii(walk->text);
        const int found = search(regex, &regex->characters, walk, is_valid);
        walk->is_bytes = !is_valid && is_invalid_utf8(found);
        walk->is_seen = true;
        if (!walk->is_bytes) {
            return found;
        }
    }
    return regex->bytes.code != NULL ? search(regex, &regex->bytes, walk, true) : NO_BYTES;
}

/* Gives back what the interpreter needed for a text before this one. */
static void shrink(struct regex *regex)
{
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(regex->characters.code, NULL);
    if (match != NULL) {
        pcre2_match_data_free(regex->match);
        regex->match = match;
    }
    regex->is_swollen = false;
}

bool regex_next(struct weir_ctx *ctx, struct regex *regex, struct regex_walk *walk)
{
    int found;
    const size_t *place;
    if (regex->is_swollen && !walk->is_seen) {
        shrink(regex);
    }
    found = search_form(regex, walk);
    if (found < 0) {
        if (found != PCRE2_ERROR_NOMATCH) {
            fail_match(ctx, regex, walk->text, found);
        }
        return false;
    }
    place = pcre2_get_ovector_pointer(regex->match);
    walk->start = place[0];
    walk->end = place[1];
    walk->from = place[1];
    walk->was_empty = place[0] == place[1];
    return true;
}

bool regex_group(const struct regex *regex,
                 const struct regex_walk *walk,
                 uint32_t group,
                 weir_str *found)
{
    const size_t *place = pcre2_get_ovector_pointer(regex->match) + 2 * (size_t)group;
    if (group >= pcre2_get_ovector_count(regex->match) || place[0] == PCRE2_UNSET) {
        return false;
    }
    *found = weir_str_slice(walk->text, place[0], place[1] - place[0]);
    return true;
}
