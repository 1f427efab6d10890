/* SPDX-License-Identifier: Apache-2.0 */
/* The tidy layout. A pipe stays on one line if it fits and the author did not break it between
 * stages; otherwise every stage has a line of its own. Lines that are still too long are broken
 * after commas and operators. All of it follows from the tree alone, so that printing what was
 * printed changes nothing. */
#include "lang/lang.h"
#include "lang/print/flat.h"

#include <string.h>

enum { WEIR_PRINT_COLUMNS = 100, WEIR_PRINT_INDENT = 4 };

static void put_indent(struct weir_text *out, size_t columns)
{
    weir_text_printf(out, "%*s", (int)columns, "");
}

static void put_comments(struct weir_text *out,
                         const struct weir_ast_comment *comment,
                         size_t indent,
                         bool keeps_blanks)
{
    for (; comment != NULL; comment = comment->next) {
        if (keeps_blanks && comment->blank_before && out->count > 0) {
            weir_text_put(out, "\n");
        }
        put_indent(out, indent);
        weir_text_append(out, comment->text.bytes, comment->text.count);
        weir_text_put(out, "\n");
    }
}

/* The comment that ends a line, and the line end. */
static void put_line_end(struct weir_text *out, const struct weir_ast_comment *behind)
{
    if (behind != NULL) {
        weir_text_put(out, " ");
        weir_text_append(out, behind->text.bytes, behind->text.count);
    }
    weir_text_put(out, "\n");
}

/* Appends one line's worth of text that begins at `column`, broken where it must be; further lines
 * begin at `indent`. */
static void put_wrapped(struct weir_text *out,
                        const struct weir_flat *flat,
                        size_t column,
                        size_t indent)
{
    size_t from = 0;
    for (size_t i = 0; i <= flat->break_count; i++) {
        size_t to = i < flat->break_count ? flat->breaks[i] : flat->text.count;
        if (i > 0 && column + 1 + (to - from) > WEIR_PRINT_COLUMNS) {
            weir_text_put(out, "\n");
            put_indent(out, indent);
            column = indent;
        } else if (i > 0) {
            weir_text_put(out, " ");
            column++;
        }
        if (to > from) {
            weir_text_append(out, flat->text.bytes + from, to - from);
        }
        column += to - from;
        from = to + 1;
    }
}

/* Whether the author, or a comment, gave its stages lines of their own. */
static bool is_broken(const struct weir_ast_pipe *pipe, bool is_block)
{
    for (const struct weir_ast_stage *stage = pipe->first; stage != NULL; stage = stage->next) {
        bool is_head = stage == pipe->first;
        if ((!is_head && stage->on_new_line) ||
            (stage->notes.before != NULL && (is_block || !is_head)) ||
            (stage->notes.behind != NULL && (is_block || stage->next != NULL)) ||
            (stage->block != NULL && is_broken(stage->block, true))) {
            return true;
        }
    }
    return pipe->end != NULL;
}

static void put_block(struct weir_text *out, const struct weir_ast_stage *stage, size_t indent);

/* One stage at `column`; what belongs to it begins at `indent`. */
static void put_stage(struct weir_text *out,
                      const struct weir_ast_stage *stage,
                      size_t column,
                      size_t indent)
{
    struct weir_flat flat;
    weir_flat_init(&flat);
    weir_flat_stage(&flat, stage, true);
    bool has_block = stage->block != NULL && (is_broken(stage->block, true) ||
                                              column + flat.text.count > WEIR_PRINT_COLUMNS);
    if (has_block) {
        weir_flat_finish(&flat);
        weir_flat_stage(&flat, stage, false);
    }
    put_wrapped(out, &flat, column, indent + WEIR_PRINT_INDENT);
    weir_flat_finish(&flat);
    if (has_block) {
        put_block(out, stage, indent);
    }
}

static void put_block(struct weir_text *out, const struct weir_ast_stage *stage, size_t indent)
{
    size_t inner = indent + WEIR_PRINT_INDENT;
    weir_text_put(out, " {\n");
    for (const struct weir_ast_stage *s = stage->block->first; s != NULL; s = s->next) {
        bool is_head = s == stage->block->first;
        put_comments(out, s->notes.before, inner, false);
        put_indent(out, inner);
        weir_text_put(out, is_head ? "" : "| ");
        put_stage(out, s, inner + (is_head ? 0 : 2), inner);
        put_line_end(out, s->notes.behind);
    }
    put_comments(out, stage->block->end, inner, false);
    put_indent(out, indent);
    weir_text_put(out, "}");
    if (stage->as_name.count > 0) {
        weir_text_put(out, " as ");
        weir_text_append(out, stage->as_name.bytes, stage->as_name.count);
    }
}

/* The pipe of a statement whose line begins with `prefix` of this many bytes, already written. */
static void put_pipe(struct weir_text *out, const struct weir_ast_pipe *pipe, size_t prefix)
{
    struct weir_flat flat;
    weir_flat_init(&flat);
    weir_flat_pipe(&flat, pipe);
    bool is_one_line = !is_broken(pipe, false) && prefix + flat.text.count <= WEIR_PRINT_COLUMNS;
    if (is_one_line) {
        weir_text_append(out, flat.text.bytes, flat.text.count);
    }
    weir_flat_finish(&flat);
    if (is_one_line) {
        return;
    }
    put_stage(out, pipe->first, prefix, 0);
    for (const struct weir_ast_stage *s = pipe->first; s->next != NULL; s = s->next) {
        put_line_end(out, s->notes.behind);
        put_comments(out, s->next->notes.before, WEIR_PRINT_INDENT, false);
        weir_text_put(out, "    | ");
        put_stage(out, s->next, WEIR_PRINT_INDENT + 2, WEIR_PRINT_INDENT);
    }
}

static void put_prototypes(struct weir_text *out, weir_str prototypes)
{
    bool has_lines = false; /* a line comment or an open quote must not swallow the } */
    for (size_t i = 0; i < prototypes.count; i++) {
        char c = prototypes.bytes[i];
        char next = i + 1 < prototypes.count ? prototypes.bytes[i + 1] : '\0';
        has_lines = has_lines || c == '\n' || c == '"' || c == '\'' || (c == '/' && next == '/');
    }
    weir_text_put(out, has_lines ? " {\n    " : " { ");
    weir_text_append(out, prototypes.bytes, prototypes.count);
    weir_text_put(out, has_lines ? "\n}" : " }");
}

static void put_steps(struct weir_text *out, const struct weir_ast_statement *statement)
{
    weir_text_put(out, " {\n");
    for (const struct weir_ast_step *step = statement->steps; step != NULL; step = step->next) {
        struct weir_flat flat;
        weir_flat_init(&flat);
        put_comments(out, step->notes.before, WEIR_PRINT_INDENT, false);
        put_indent(out, WEIR_PRINT_INDENT);
        weir_text_put(&flat.text, "at ");
        weir_flat_expr(&flat, step->at);
        weir_text_put(&flat.text, step->is_expect ? " expect " : " feed ");
        weir_text_append(&flat.text, step->stream.bytes, step->stream.count);
        weir_text_put(&flat.text, " ");
        weir_flat_expr(&flat, step->records);
        weir_text_put(&flat.text, ";");
        put_wrapped(out, &flat, WEIR_PRINT_INDENT, (size_t)2 * WEIR_PRINT_INDENT);
        weir_flat_finish(&flat);
        put_line_end(out, step->notes.behind);
    }
    put_comments(out, statement->end, WEIR_PRINT_INDENT, false);
    weir_text_put(out, "}");
}

/* Everything but a pipe, steps and prototypes. */
static void flat_head(struct weir_flat *flat, const struct weir_ast_statement *statement)
{
    static const char *const words[] = {
        [WEIR_AST_JOB] = "job ",     [WEIR_AST_PARAM_DECLARATION] = "param ",
        [WEIR_AST_TABLE] = "table ", [WEIR_AST_USE] = "use ",
        [WEIR_AST_NAMED_PIPE] = "",  [WEIR_AST_PIPE] = "",
        [WEIR_AST_TEST] = "test "};
    weir_text_put(&flat->text, words[statement->kind]);
    if (statement->title != NULL) {
        weir_flat_expr(flat, statement->title);
        weir_text_put(&flat->text, statement->name.count > 0 ? " as " : "");
    }
    weir_text_append(&flat->text, statement->name.bytes, statement->name.count);
    if (statement->type != NULL) {
        weir_text_put(&flat->text, ": ");
        weir_flat_type(flat, statement->type);
    }
    if (statement->value != NULL) {
        weir_text_put(&flat->text, " = ");
        weir_flat_expr(flat, statement->value);
    }
    weir_flat_options(flat, &statement->options);
    weir_text_put(&flat->text, statement->pipe != NULL && statement->name.count > 0 ? " = " : "");
}

static void put_statement(struct weir_text *out, const struct weir_ast_statement *statement)
{
    struct weir_flat head;
    const struct weir_ast_comment *behind = statement->notes.behind;
    weir_flat_init(&head);
    put_comments(out, statement->notes.before, 0, true);
    if (statement->pipe != NULL) {
        put_comments(out, statement->pipe->first->notes.before, 0, true);
    }
    if (statement->blank_before && out->count > 0) {
        weir_text_put(out, "\n");
    }
    flat_head(&head, statement);
    put_wrapped(out, &head, 0, WEIR_PRINT_INDENT);
    if (statement->pipe != NULL) {
        put_pipe(out, statement->pipe, head.text.count);
        behind = behind != NULL ? behind : statement->pipe->last->notes.behind;
    }
    if (statement->has_prototypes) {
        put_prototypes(out, statement->prototypes);
    }
    if (statement->kind == WEIR_AST_TEST) {
        put_steps(out, statement);
    }
    put_line_end(out, behind);
    weir_flat_finish(&head);
}

void weir_ast_print(const struct weir_ast_program *program, struct weir_text *out)
{
    struct weir_text text; /* blank lines are kept between statements, not before the first */
    weir_text_init(&text);
    for (const struct weir_ast_statement *s = program->first; s != NULL; s = s->next) {
        put_statement(&text, s);
    }
    put_comments(&text, program->end, 0, true);
    weir_text_append(out, text.bytes, text.count);
    weir_text_finish(&text);
}

int weir_lang_format(const struct weir_source *source,
                     struct weir_text *out,
                     struct weir_diagnostics *diagnostics,
                     struct weir_error *err)
{
    struct weir_arena arena;
    struct weir_ast_program *program;
    weir_arena_init(&arena);
    int status = weir_ast_parse(source, &arena, diagnostics, &program, err);
    if (status == WEIR_OK && out != NULL) {
        weir_ast_print(program, out);
    }
    weir_arena_finish(&arena);
    return status;
}
