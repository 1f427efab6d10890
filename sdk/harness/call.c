/* SPDX-License-Identifier: Apache-2.0 */
/* Kind, name, types and schema come first, parameters are the rest. */
#include "call.h"

static uint32_t kind_of(weir_str word)
{
    static const struct {
        const char *name;
        uint32_t kind;
    } kinds[] = {{"function", WEIR_KIND_FUNCTION},
                 {"emitter", WEIR_KIND_EMITTER},
                 {"reducer", WEIR_KIND_REDUCER},
                 {"inverse", WEIR_KIND_INVERSE},
                 {"receiver", WEIR_KIND_RECEIVER},
                 {"source", WEIR_KIND_SOURCE},
                 {"sink", WEIR_KIND_SINK},
                 {"partition_function", WEIR_KIND_PARTITION_FUNCTION},
                 {"aggregate", WEIR_KIND_AGGREGATE},
                 {"update", WEIR_KIND_UPDATE},
                 {"track", WEIR_KIND_TRACK},
                 {"partitioner", WEIR_KIND_PARTITIONER},
                 {"codec", WEIR_KIND_CODEC},
                 {"store", WEIR_KIND_STORE},
                 {"job", WEIR_KIND_JOB}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (weir_str_equal(word, kinds[i].name)) {
            return kinds[i].kind;
        }
    }
    return 0;
}

/* "abs(i64)" */
static void set_name(struct weir_harness_call *call, weir_str word)
{
    const size_t open = weir_str_find_byte(word, '(');
    call->name = weir_str_slice(word, 0, open);
    call->types = open == WEIR_NOT_FOUND ? weir_str_make(NULL, 0)
                                         : weir_str_slice(word, open + 1, word.count - open - 2);
}

static bool is_plain(weir_str word)
{
    return word.count > 0 && weir_str_find_byte(word, '=') == WEIR_NOT_FOUND &&
           word.bytes[0] != '"' && word.bytes[0] != '{';
}

void weir_harness_read_call(weir_str text, struct weir_harness_call *call)
{
    weir_str word;
    weir_str next;
    memset(call, 0, sizeof *call);
    (void)weir_harness_token(&text, &word);
    weir_str behind = text;
    if (kind_of(word) != 0 && weir_harness_token(&behind, &next) && is_plain(next) &&
        !weir_str_equal(next, "schema")) {
        call->kind = kind_of(word);
        word = next;
        text = behind;
    }
    set_name(call, word);
    behind = text;
    if (weir_harness_token(&behind, &word) && weir_str_equal(word, "schema")) {
        (void)weir_harness_token(&behind, &call->schema);
        text = behind;
    }
    call->rest = text;
}
