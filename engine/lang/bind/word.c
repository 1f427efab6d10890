/* SPDX-License-Identifier: Apache-2.0 */
/* The words of language.md that stand where a verb could but are operators of plugins: known by
 * name so that a slip of the finger finds them, and so that those which come later are refused as
 * what they are. */
#include "lang/bind/binder.h"

#include <string.h>

enum word_flags { IS_INPUT = 1, IS_OUTPUT = 2, IS_CODEC = 4, IS_LATER = 8 };

static const struct {
    const char *word;
    unsigned flags;
} words[] = {
    {"binary_files", IS_INPUT},
    {"file", IS_INPUT},
    {"generate", IS_INPUT},
    {"listen", IS_INPUT},
    {"object_files", IS_INPUT},
    {"socket_text", IS_INPUT},
    {"text_file_stream", IS_INPUT},
    {"print", IS_OUTPUT},
    {"save_as_object_files", IS_OUTPUT},
    {"save_as_text_files", IS_OUTPUT},
    {"binary_records", IS_INPUT | IS_LATER},
    {"kafka", IS_INPUT | IS_OUTPUT | IS_LATER},
    {"queue", IS_INPUT | IS_LATER},
    {"raw_socket", IS_INPUT | IS_LATER},
    {"csv", IS_CODEC},
    {"gzip", IS_CODEC},
    {"json", IS_CODEC},
    {"lines", IS_CODEC},
    {"lz4", IS_CODEC},
    {"msgpack", IS_CODEC},
    {"postgres", IS_OUTPUT | IS_LATER},
};

static unsigned flags_of(weir_str word)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == word.count &&
            memcmp(words[i].word, word.bytes, word.count) == 0) {
            return words[i].flags;
        }
    }
    return 0;
}

bool weir_word_is_later(weir_str word)
{
    return (flags_of(word) & IS_LATER) != 0;
}

bool weir_word_is_reserved(weir_str word)
{
    unsigned flags = flags_of(word);
    return (flags & (IS_INPUT | IS_OUTPUT)) != 0 && (flags & IS_LATER) == 0;
}

/* Defined in a statement further down? */
static const struct weir_ast_statement *defined_below(struct weir_binder *b, weir_str name)
{
    for (const struct weir_ast_statement *s = b->program->first; s != NULL; s = s->next) {
        if (s->kind == WEIR_AST_NAMED_PIPE && s->name.count == name.count &&
            memcmp(s->name.bytes, name.bytes, name.count) == 0) {
            return s;
        }
    }
    return NULL;
}

static weir_str near_word(struct weir_binder *b, weir_str word, bool is_head)
{
    struct weir_near near;
    weir_near_begin(&near, word);
    for (size_t i = 0; is_head && i < b->streams.count; i++) {
        weir_near_offer(&near,
                        (weir_str){b->streams.entries[i].key, b->streams.entries[i].key_count});
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        bool fits = (words[i].flags & (is_head ? IS_INPUT : IS_OUTPUT | IS_CODEC)) != 0;
        if (fits) {
            weir_near_offer(&near, weir_str_of(words[i].word));
        }
    }
    for (int i = 0; i < WEIR_VERB_COUNT_OF; i++) {
        weir_near_offer(&near, weir_str_of(weir_verb_name((enum weir_verb)i)));
    }
    return weir_near_best(&near);
}

static void report_below(struct weir_binder *b,
                         const struct weir_ast_stage *stage,
                         const struct weir_ast_statement *below)
{
    struct weir_diagnostic *d = weir_diagnostics_error(
        b->diagnostics, WEIR_CODE_UNKNOWN_STREAM, stage->name_place,
        "'%.*s' is defined further down: a stream is defined before it is used",
        (int)stage->name.count, stage->name.bytes);
    weir_diagnostic_other(b->diagnostics, d, below->name_place, "defined here");
    weir_diagnostic_help(b->diagnostics, d, "move its definition up");
}

void weir_word_unknown(struct weir_binder *b, const struct weir_ast_stage *stage, bool is_head)
{
    const struct weir_ast_statement *below = is_head ? defined_below(b, stage->name) : NULL;
    if (below != NULL) {
        report_below(b, stage, below);
        return;
    }
    weir_str best = near_word(b, stage->name, is_head);
    if (best.count > 0) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_UNKNOWN_VERB, stage->name_place,
                               "unknown verb '%.*s': did you mean '%.*s'?", (int)stage->name.count,
                               stage->name.bytes, (int)best.count, best.bytes);
        return;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(
        b->diagnostics, WEIR_CODE_UNKNOWN_VERB, stage->name_place, "unknown %s '%.*s'",
        is_head ? "input or stream" : "verb", (int)stage->name.count, stage->name.bytes);
    weir_diagnostic_help(b->diagnostics, d,
                         is_head ? "a pipe begins with an input such as file, listen, generate or "
                                   "tcp://host:port, or with a stream defined above"
                                 : "'weir help verbs' lists them; an operator of a plugin is "
                                   "written plugin.operator");
}
