/* SPDX-License-Identifier: Apache-2.0 */
/* A declaration as text. What a transform's body declares stands in its block where it is a chain;
 * its side branches become transforms of one stage before it, which mean the same. */
#include "lang/build/private.h"

static const struct weir_statement *of(const struct weir_build *build, uint64_t id)
{
    return &build->statements[id - 1];
}

static void put_stream(const struct weir_build *build, uint64_t id, struct weir_text *to)
{
    const char *name = of(build, id)->name;
    if (name != NULL) {
        weir_text_put(to, name);
    } else {
        weir_text_printf(to, "_s%llu", (unsigned long long)id);
    }
}

/* from[first] and those after it, with commas. */
static void put_streams(const struct weir_build *build,
                        const struct weir_statement *statement,
                        size_t first,
                        struct weir_text *to)
{
    for (size_t i = first; i < statement->from_count; i++) {
        weir_text_put(to, i == first ? " " : ", ");
        put_stream(build, statement->from[i], to);
    }
}

static void put_stage(const struct weir_build *build,
                      const struct weir_statement *stage,
                      struct weir_text *to)
{
    weir_text_put(to, stage->word);
    put_streams(build, stage, 1, to);
    if (stage->rest != NULL) {
        weir_text_printf(to, " %s", stage->rest);
    }
}

/* ---- transforms ---- */
/* Does the stage stand within its transform's block? Those that are read once, from the result up
 * to the first that is not. */
static bool is_in_block(const struct weir_build *build, uint64_t transform, uint64_t id)
{
    const struct weir_statement *statement = of(build, id);
    return statement->kind == WEIR_STATEMENT_STAGE && statement->transform == transform &&
           statement->reader_count == 1 && statement->name == NULL;
}

static uint64_t transform_of(const struct weir_build *build, const struct weir_statement *statement)
{
    return statement->result == 0 ? 0 : of(build, statement->result)->transform;
}

/* Where the chain that ends in the transform's result begins: a stream outside of the block. */
static uint64_t chain_head(const struct weir_build *build, const struct weir_statement *statement)
{
    uint64_t transform = transform_of(build, statement);
    uint64_t id = statement->result;
    while (transform != 0 && is_in_block(build, transform, id)) {
        id = of(build, id)->from[0];
    }
    return id;
}

/* Is this stage printed within a block, and so nowhere else? */
static bool is_printed_inside(const struct weir_build *build, uint64_t id)
{
    uint64_t transform = of(build, id)->transform;
    for (size_t i = id; transform != 0 && i < build->count; i++) {
        const struct weir_statement *later = &build->statements[i];
        if (later->kind != WEIR_STATEMENT_TRANSFORM || transform_of(build, later) != transform) {
            continue;
        }
        uint64_t at = later->result;
        while (is_in_block(build, transform, at)) {
            if (at == id) {
                return true;
            }
            at = of(build, at)->from[0];
        }
    }
    return false;
}

/* The stages from after the head to the result, in order. */
static void put_chain(const struct weir_build *build,
                      const struct weir_statement *statement,
                      uint64_t head,
                      bool is_first,
                      struct weir_text *to)
{
    size_t count = 0;
    for (uint64_t id = statement->result; id != head; id = of(build, id)->from[0]) {
        count++;
    }
    for (; count > 0; count--) { /* the count-th from the end */
        uint64_t id = statement->result;
        for (size_t i = 1; i < count; i++) {
            id = of(build, id)->from[0];
        }
        weir_text_put(to, is_first ? "" : " | ");
        put_stage(build, of(build, id), to);
        is_first = false;
    }
}

static void put_transform(const struct weir_build *build,
                          const struct weir_statement *statement,
                          struct weir_text *to)
{
    weir_text_put(to, " | transform");
    put_streams(build, statement, 1, to);
    weir_text_put(to, " { ");
    if (statement->result == 0) {
        weir_text_put(to, "none");
    } else {
        uint64_t head = chain_head(build, statement);
        bool is_of_subject = head == statement->from[0] && head != statement->result;
        if (!is_of_subject) {
            put_stream(build, head, to);
        }
        put_chain(build, statement, head, is_of_subject, to);
    }
    weir_text_put(to, " }");
}

/* ---- statements ---- */
static void put_work(const struct weir_build *build,
                     const struct weir_statement *statement,
                     struct weir_text *to)
{
    switch (statement->kind) {
    case WEIR_STATEMENT_STAGE:
        if (statement->transform != 0) { /* a side branch of a body */
            weir_text_put(to, " | transform");
            put_streams(build, statement, 1, to);
            weir_text_put(to, " { ");
            put_stage(build, statement, to);
            weir_text_put(to, " }");
            break;
        }
        weir_text_put(to, " | ");
        put_stage(build, statement, to);
        break;
    case WEIR_STATEMENT_WRITE:
        weir_text_put(to, " | ");
        put_stage(build, statement, to);
        break;
    case WEIR_STATEMENT_TRANSFORM:
        put_transform(build, statement, to);
        break;
    case WEIR_STATEMENT_INPUT:
    case WEIR_STATEMENT_TEXT:
        weir_text_put(to, statement->word);
        break;
    case WEIR_STATEMENT_FOUND:
        break;
    }
}

static void put_statement(const struct weir_build *build,
                          const struct weir_statement *statement,
                          struct weir_text *to)
{
    uint64_t id = (uint64_t)(statement - build->statements) + 1;
    if (statement->kind == WEIR_STATEMENT_FOUND || is_printed_inside(build, id)) {
        return;
    }
    if (statement->kind < WEIR_STATEMENT_WRITE) {
        put_stream(build, id, to);
        weir_text_put(to, " = ");
    }
    if (statement->from_count > 0) {
        put_stream(build, statement->from[0], to);
    }
    put_work(build, statement, to);
    weir_text_put(to, "\n");
}

int weir_build_text(const struct weir_build *build, struct weir_text *to, struct weir_error *err)
{
    if (build->error != NULL) {
        return weir_error_set(err, WEIR_ETEXT, "%s", build->error);
    }
    for (size_t i = 0; i < build->count; i++) {
        put_statement(build, &build->statements[i], to);
    }
    return WEIR_OK;
}
