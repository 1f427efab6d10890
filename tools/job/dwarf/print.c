/* SPDX-License-Identifier: Apache-2.0 */
/* DWARF's types and functions as a C programmer would have written them. */
#include "job/dwarf/private.h"

#include <dwarf.h>
#include <string.h>

enum { NAME_BYTES_MAX = 200 };

static void put_type(Dwarf_Die *of, uint32_t depth, struct weir_text *to);

/* A name of the file, which may hold anything. */
static void put_name(const char *name, struct weir_text *to)
{
    size_t count = name == NULL ? 0 : strnlen(name, NAME_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        char c = (unsigned char)name[i] >= ' ' ? name[i] : '?';
        weir_text_append(to, &c, 1);
    }
    if (count == 0) {
        weir_text_put(to, "?");
    }
}

static void put_parameters(Dwarf_Die *function, uint32_t depth, struct weir_text *to)
{
    Dwarf_Die child;
    bool is_first = true;
    weir_text_put(to, "(");
    for (int end = dwarf_child(function, &child); end == 0; end = dwarf_siblingof(&child, &child)) {
        int tag = dwarf_tag(&child);
        if (tag != DW_TAG_formal_parameter && tag != DW_TAG_unspecified_parameters) {
            continue;
        }
        weir_text_put(to, is_first ? "" : ", ");
        is_first = false;
        if (tag == DW_TAG_formal_parameter) {
            put_type(&child, depth + 1, to);
        } else {
            weir_text_put(to, "...");
        }
    }
    weir_text_put(to, is_first ? "void)" : ")");
}

static void put_pointer(Dwarf_Die *pointer, uint32_t depth, struct weir_text *to)
{
    struct weir_dwarf_type target = weir_dwarf_type_of(pointer);
    if (target.class == WEIR_DWARF_FUNCTION) {
        put_type(&target.die, depth + 1, to);
        weir_text_put(to, " (*)");
        put_parameters(&target.die, depth + 1, to);
        return;
    }
    put_type(pointer, depth + 1, to);
    bool is_behind_star = to->count > 0 && to->bytes[to->count - 1] == '*';
    weir_text_put(to, is_behind_star ? "" : " ");
    weir_text_put(to, dwarf_tag(pointer) == DW_TAG_pointer_type ? "*" : "&");
}

static const char *keyword_of(int tag)
{
    switch (tag) {
    case DW_TAG_structure_type:
        return "struct ";
    case DW_TAG_union_type:
        return "union ";
    case DW_TAG_enumeration_type:
        return "enum ";
    default:
        return "";
    }
}

/* The depth is at most WEIR_DWARF_DEPTH_MAX. */
static void put_type(Dwarf_Die *of, uint32_t depth, struct weir_text *to)
{
    Dwarf_Attribute attribute;
    Dwarf_Die type;
    if (dwarf_attr_integrate(of, DW_AT_type, &attribute) == NULL) {
        weir_text_put(to, "void");
        return;
    }
    if (depth > WEIR_DWARF_DEPTH_MAX || dwarf_formref_die(&attribute, &type) == NULL) {
        weir_text_put(to, "?");
        return;
    }
    switch (dwarf_tag(&type)) {
    case DW_TAG_const_type:
        weir_text_put(to, weir_dwarf_type_of(&type).class == WEIR_DWARF_POINTER ? "" : "const ");
        put_type(&type, depth + 1, to);
        break;
    case DW_TAG_volatile_type:
    case DW_TAG_restrict_type:
        put_type(&type, depth + 1, to);
        break;
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        put_pointer(&type, depth, to);
        break;
    default:
        weir_text_put(to, keyword_of(dwarf_tag(&type)));
        put_name(dwarf_diename(&type), to);
    }
}

void weir_dwarf_put_type(Dwarf_Die *of, struct weir_text *to)
{
    put_type(of, 0, to);
}

void weir_dwarf_put_function(Dwarf_Die *function, const char *name, struct weir_text *to)
{
    put_type(function, 0, to);
    weir_text_put(to, to->bytes[to->count - 1] == '*' ? "" : " ");
    put_name(name, to);
    put_parameters(function, 0, to);
}

/* In DWARF 5 file 0 is the unit's own, which libdw takes for none. */
static const char *file_of(Dwarf_Die *function)
{
    Dwarf_Attribute attribute;
    Dwarf_Word number;
    Dwarf_Die unit;
    const char *file = dwarf_decl_file(function);
    if (file == NULL &&
        dwarf_formudata(dwarf_attr_integrate(function, DW_AT_decl_file, &attribute), &number) ==
            0 &&
        number == 0 && dwarf_diecu(function, &unit, NULL, NULL) != NULL) {
        return dwarf_diename(&unit);
    }
    return file;
}

void weir_dwarf_put_place(Dwarf_Die *function, struct weir_text *to)
{
    const char *file = file_of(function);
    int line;
    if (file == NULL || dwarf_decl_line(function, &line) != 0) {
        weir_text_put(to, "the library");
        return;
    }
    const char *base = strrchr(file, '/');
    put_name(base != NULL ? base + 1 : file, to);
    weir_text_printf(to, ":%d", line);
}
