/* SPDX-License-Identifier: Apache-2.0 */
/* A parsed text and all that it owns, for tests. */
#ifndef WEIR_TESTS_LANG_PARSED_H
#define WEIR_TESTS_LANG_PARSED_H

#include "lang/ast.h"

struct parsed {
    struct weir_source source;
    struct weir_arena arena;
    struct weir_diagnostics diagnostics;
    struct weir_ast_program *program;
    struct weir_error err;
    int status;
};

static inline void parse_bytes(struct parsed *p, const char *bytes, size_t count, bool from_shell)
{
    *p = (struct parsed){.source = {"t.weir", {bytes, count}, from_shell}};
    weir_arena_init(&p->arena);
    weir_diagnostics_init(&p->diagnostics, &p->source);
    p->status = weir_ast_parse(&p->source, &p->arena, &p->diagnostics, &p->program, &p->err);
}

static inline void parse(struct parsed *p, const char *text)
{
    weir_str s = weir_str_of(text);
    parse_bytes(p, s.bytes, s.count, false);
}

static inline void parsed_finish(struct parsed *p)
{
    weir_diagnostics_finish(&p->diagnostics);
    weir_arena_finish(&p->arena);
}

#endif
