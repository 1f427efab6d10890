/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the node that a comment belongs to, so that `weir fmt` loses none: what stands on lines of
 * its own belongs to what follows, what ends a line belongs to what ended there, and a comment in
 * the middle of something goes before it. */
#include "lang/parse/parser.h"

#include <string.h>

static struct weir_ast_comment *take_comment(struct weir_parser *parser)
{
    const struct weir_lexed_comment *lexed = &parser->lexer.comments[parser->comment_at++];
    struct weir_ast_comment *comment = weir_arena_alloc(parser->arena, sizeof *comment);
    comment->text = weir_parser_text(parser, lexed->place);
    comment->blank_before =
        lexed->is_first_on_line && weir_parser_blank_before(parser, lexed->place.offset);
    return comment;
}

void weir_parser_comments_before(struct weir_parser *parser,
                                 uint32_t offset,
                                 struct weir_ast_comment **list)
{
    while (*list != NULL) {
        list = &(*list)->next;
    }
    while (parser->comment_at < parser->lexer.comment_count &&
           parser->lexer.comments[parser->comment_at].place.offset < offset) {
        *list = take_comment(parser);
        list = &(*list)->next;
    }
}

void weir_parser_comment_behind(struct weir_parser *parser, struct weir_ast_comment **behind)
{
    if (*behind != NULL || parser->comment_at >= parser->lexer.comment_count) {
        return;
    }
    struct weir_place last = weir_parser_before(parser)->place;
    uint32_t end = last.offset + last.length;
    uint32_t next = weir_parser_peek(parser, 0)->place.offset;
    uint32_t comment = parser->lexer.comments[parser->comment_at].place.offset;
    if (comment < end || next < comment) {
        return;
    }
    if (memchr(parser->lexer.text + end, '\n', comment - end) == NULL) {
        *behind = take_comment(parser);
    }
}

bool weir_parser_blank_before(const struct weir_parser *parser, uint32_t offset)
{
    int newlines = 0;
    while (offset > 0 && strchr(" \t\r\n", parser->lexer.text[offset - 1]) != NULL &&
           parser->lexer.text[offset - 1] != '\0') {
        newlines += parser->lexer.text[offset - 1] == '\n';
        offset--;
    }
    return offset > 0 && newlines >= 2;
}
