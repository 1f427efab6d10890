/* SPDX-License-Identifier: Apache-2.0 */
/* New texts out of old ones: case, concatenation. */
#include <weir/operator.h>

/* Flips the case bit of the bytes from `first` to `first` + 25. */
static inline weir_str with_case_flipped(struct weir_ctx *ctx, weir_str text, char first)
{
    char *changed = weir_arena(ctx, text.count);
    for (size_t i = 0; i < text.count; i++) {
        const char byte = text.bytes[i];
        const bool is_letter = (uint8_t)(byte - first) < 26;
        changed[i] = (char)(byte ^ (is_letter ? 0x20 : 0));
    }
    return weir_str_make(changed, text.count);
}

WEIR_HELP(lower,
          "with A-Z as a-z; other bytes as they are",
          "generate words | map word = text.lower(word) | print");
WEIR_FUNCTION(weir_str, lower, (weir_str, text))
{
    return with_case_flipped(ctx, text, 'A');
}

WEIR_HELP(upper,
          "with a-z as A-Z; other bytes as they are",
          "generate words | map word = text.upper(word) | print");
WEIR_FUNCTION(weir_str, upper, (weir_str, text))
{
    return with_case_flipped(ctx, text, 'a');
}

/* Copies `text` to `to` and returns where it ends. */
static inline char *append(char *to, weir_str text)
{
    if (text.count > 0) {
        memcpy(to, text.bytes, text.count);
    }
    return to + text.count;
}

WEIR_HELP(concat, "b behind a", "generate clicks | map page = text.concat(user, url) | print");
WEIR_FUNCTION(weir_str, concat, (weir_str, a, weir_str, b))
{
    char *all = weir_arena(ctx, a.count + b.count);
    append(append(all, a), b);
    return weir_str_make(all, a.count + b.count);
}

WEIR_HELP(concat_3,
          "c behind b behind a",
          "generate clicks | map page = text.concat(user, \"@\", url) | print");
WEIR_FUNCTION_AS(concat_3, "concat", 0, weir_str, (weir_str, a, weir_str, b, weir_str, c))
{
    char *all = weir_arena(ctx, a.count + b.count + c.count);
    append(append(append(all, a), b), c);
    return weir_str_make(all, a.count + b.count + c.count);
}
