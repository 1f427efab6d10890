/* SPDX-License-Identifier: Apache-2.0 */
/* A declaration under way: its statements, by their parts. */
#ifndef WEIR_LANG_BUILD_PRIVATE_H
#define WEIR_LANG_BUILD_PRIVATE_H

#include "lang/build/build.h"

/* Those before WEIR_STATEMENT_WRITE are streams. */
enum weir_statement_kind {
    WEIR_STATEMENT_INPUT = 1,
    WEIR_STATEMENT_STAGE,
    WEIR_STATEMENT_TRANSFORM,
    WEIR_STATEMENT_FOUND,
    WEIR_STATEMENT_WRITE,
    WEIR_STATEMENT_TEXT
};

/* One statement. Streams are numbered by the statement that makes them, from 1. */
struct weir_statement {
    enum weir_statement_kind kind;
    const char *name;  /* the stream's, or NULL */
    const char *word;  /* verb, output, or the whole text */
    const char *rest;  /* NULL: nothing */
    uint64_t result;   /* transform: the stream its body gave; 0: none */
    size_t from_count; /* streams read */
    const uint64_t *from;
    uint64_t transform;    /* number of the transform whose body made it, from 1; 0: none */
    uint32_t reader_count; /* of the statements that read it */
};

struct weir_build {
    struct weir_job job; /* first: a job is its declaration */
    void *owner;
    struct weir_arena arena;
    struct weir_statement *statements;
    size_t count, capacity;
    const char *error;                   /* the first mistake; on the arena */
    uint64_t transform_count, transform; /* transform: whose body is under way; 0: none */
};

#endif
