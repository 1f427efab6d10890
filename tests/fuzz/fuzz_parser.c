/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a pipeline text: no crash, and what parses is printed so that it comes back as the
 * same tree and then as the same text. The first byte says whether it came from a shell. The entry
 * is libFuzzer's; AFL++ runs it too. */
#include "fuzz.h"

#include "lang/ast.h"
#include "lang/lang.h"

#include <string.h>

struct attempt {
    struct weir_source source;
    struct weir_arena arena;
    struct weir_diagnostics diagnostics;
    struct weir_ast_program *program;
    int status;
};

static void parse(struct attempt *a, const char *bytes, size_t count, bool from_shell)
{
    *a = (struct attempt){.source = {"fuzz", {bytes, count}, from_shell}};
    weir_arena_init(&a->arena);
    weir_diagnostics_init(&a->diagnostics, &a->source);
    a->status = weir_ast_parse(&a->source, &a->arena, &a->diagnostics, &a->program, NULL);
}

static void finish(struct attempt *a)
{
    weir_diagnostics_finish(&a->diagnostics);
    weir_arena_finish(&a->arena);
}

static void check_settings(const char *bytes, size_t count)
{
    struct weir_source source = {"fuzz", {bytes, count}, false};
    struct weir_arena arena;
    struct weir_diagnostics diagnostics;
    struct weir_setting *settings;
    weir_arena_init(&arena);
    weir_diagnostics_init(&diagnostics, &source);
    (void)weir_settings_parse(&source, &arena, &diagnostics, &settings, NULL);
    weir_diagnostics_finish(&diagnostics);
    weir_arena_finish(&arena);
}

static void check_print(const struct attempt *first)
{
    struct weir_text text, again;
    struct attempt second;
    weir_text_init(&text);
    weir_text_init(&again);
    weir_ast_print(first->program, &text);
    parse(&second, weir_text_str(&text).bytes, text.count, false);
    WEIR_ASSERT(second.status == WEIR_OK);
    WEIR_ASSERT(weir_ast_equal(first->program, second.program));
    weir_ast_print(second.program, &again);
    WEIR_ASSERT(again.count == text.count);
    WEIR_ASSERT(text.count == 0 || memcmp(again.bytes, text.bytes, text.count) == 0);
    finish(&second);
    weir_text_finish(&text);
    weir_text_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data + (size > 0);
    size_t count = size - (size > 0);
    struct attempt attempt;
    struct weir_text shown;
    weir_text_init(&shown);
    parse(&attempt, bytes, count, size > 0 && (data[0] & 1) != 0);
    WEIR_ASSERT((attempt.status == WEIR_OK) == (attempt.diagnostics.count == 0));
    weir_diagnostics_render(&attempt.diagnostics, true, &shown);
    weir_diagnostics_render_json(&attempt.diagnostics, &shown);
    if (attempt.status == WEIR_OK) {
        check_print(&attempt);
    }
    weir_text_finish(&shown);
    finish(&attempt);
    check_settings(bytes, count);
    return 0;
}
