/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share: types as DWARF describes them. */
#ifndef WEIR_TOOLS_JOB_DWARF_PRIVATE_H
#define WEIR_TOOLS_JOB_DWARF_PRIVATE_H

#include "plugin/plugin.h"

#include <elfutils/libdw.h>

enum {
    WEIR_DWARF_DEPTH_MAX = 8,   /* of types in types */
    WEIR_DWARF_MEMBERS_MAX = 16 /* of a struct, those of structs in it included */
};

/* ---- type.c ---- */
enum weir_dwarf_class {
    WEIR_DWARF_UNKNOWN = 0, /* not for weir to judge */
    WEIR_DWARF_OTHER,       /* nothing that weir could pass */
    WEIR_DWARF_VOID,
    WEIR_DWARF_INTEGER,
    WEIR_DWARF_FLOAT,
    WEIR_DWARF_POINTER,
    WEIR_DWARF_STRUCT,
    WEIR_DWARF_FUNCTION /* what a pointer points to */
};

/* A type without its typedefs and qualifiers. */
struct weir_dwarf_type {
    enum weir_dwarf_class class;
    Dwarf_Word bytes;
    Dwarf_Die die;
};

/* The type of a function's result, a parameter, a member, or what a pointer points to. */
struct weir_dwarf_type weir_dwarf_type_of(Dwarf_Die *of);

/* The scalars of a struct, in order; structs in it are laid flat. */
struct weir_dwarf_members {
    bool is_partial; /* more, or others, than can be compared */
    uint32_t count;
    struct weir_dwarf_member {
        struct weir_dwarf_type type;
        Dwarf_Word offset;
        Dwarf_Die die;
    } of[WEIR_DWARF_MEMBERS_MAX];
};
void weir_dwarf_read_members(const struct weir_dwarf_type *record, struct weir_dwarf_members *to);

/* The parameters of a function: their number, and the one at an index. is_open: "..." */
uint32_t weir_dwarf_count(Dwarf_Die *function, bool *is_open);
bool weir_dwarf_parameter(Dwarf_Die *function, uint32_t index, Dwarf_Die *parameter);

/* ---- print.c ---- */
/* Appends the type of something as C writes it: "const char *". */
void weir_dwarf_put_type(Dwarf_Die *of, struct weir_text *to);

/* Appends "double area(int, int)". */
void weir_dwarf_put_function(Dwarf_Die *function, const char *name, struct weir_text *to);

/* Appends "geometry.c:12", or "the library" where the debug information has no line. */
void weir_dwarf_put_place(Dwarf_Die *function, struct weir_text *to);

/* ---- compare.c ---- */
/* Appends what differs, a line each. alias: of the text. */
void weir_dwarf_judge(const char *alias,
                      const struct weir_declared *declared,
                      Dwarf_Die *function,
                      struct weir_text *found);

#endif
