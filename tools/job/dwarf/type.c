/* SPDX-License-Identifier: Apache-2.0 */
/* DWARF's types by what counts in a call: what register or memory a value is passed in. */
#include "job/dwarf/private.h"

#include <dwarf.h>

static enum weir_dwarf_class class_of_base(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Word encoding;
    if (dwarf_formudata(dwarf_attr(die, DW_AT_encoding, &attribute), &encoding) != 0) {
        return WEIR_DWARF_UNKNOWN;
    }
    switch (encoding) {
    case DW_ATE_boolean:
    case DW_ATE_signed:
    case DW_ATE_signed_char:
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
    case DW_ATE_UTF:
        return WEIR_DWARF_INTEGER;
    case DW_ATE_float:
        return WEIR_DWARF_FLOAT;
    default:
        return WEIR_DWARF_OTHER; /* complex, decimal ... */
    }
}

/* C++: a class with a copy constructor is passed by its address, whatever its members. */
static enum weir_dwarf_class class_of_struct(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Word convention;
    if (dwarf_hasattr(die, DW_AT_declaration)) {
        return WEIR_DWARF_UNKNOWN;
    }
    bool is_told =
        dwarf_formudata(dwarf_attr(die, DW_AT_calling_convention, &attribute), &convention) == 0;
    return is_told && convention == DW_CC_pass_by_reference ? WEIR_DWARF_OTHER : WEIR_DWARF_STRUCT;
}

static enum weir_dwarf_class class_of(Dwarf_Die *die)
{
    switch (dwarf_tag(die)) {
    case DW_TAG_base_type:
        return class_of_base(die);
    case DW_TAG_enumeration_type:
        return WEIR_DWARF_INTEGER;
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        return WEIR_DWARF_POINTER;
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
        return class_of_struct(die);
    case DW_TAG_subroutine_type:
        return WEIR_DWARF_FUNCTION;
    default:
        return WEIR_DWARF_UNKNOWN;
    }
}

struct weir_dwarf_type weir_dwarf_type_of(Dwarf_Die *of)
{
    struct weir_dwarf_type type = {.class = WEIR_DWARF_UNKNOWN};
    Dwarf_Attribute attribute;
    Dwarf_Die named;
    if (dwarf_attr_integrate(of, DW_AT_type, &attribute) == NULL) {
        type.class = WEIR_DWARF_VOID;
        return type;
    }
    if (dwarf_formref_die(&attribute, &named) == NULL) {
        return type;
    }
    int outcome = dwarf_peel_type(&named, &type.die);
    if (outcome != 0) {
        type.class = outcome > 0 ? WEIR_DWARF_VOID : WEIR_DWARF_UNKNOWN;
        return type;
    }
    type.class = class_of(&type.die);
    bool has_size = type.class != WEIR_DWARF_OTHER && type.class != WEIR_DWARF_UNKNOWN;
    if (has_size && type.class != WEIR_DWARF_POINTER && type.class != WEIR_DWARF_FUNCTION &&
        dwarf_aggregate_size(&type.die, &type.bytes) != 0) {
        type.class = WEIR_DWARF_UNKNOWN;
    }
    return type;
}

/* ---- members ---- */
static void add_members(Dwarf_Die *record,
                        Dwarf_Word base,
                        uint32_t depth,
                        struct weir_dwarf_members *to);

static void add_member(Dwarf_Die *die,
                       Dwarf_Word base,
                       uint32_t depth,
                       struct weir_dwarf_members *to)
{
    Dwarf_Attribute attribute;
    Dwarf_Word offset = 0;
    struct weir_dwarf_type type = weir_dwarf_type_of(die);
    bool has_place = dwarf_attr(die, DW_AT_data_member_location, &attribute) != NULL;
    if (dwarf_hasattr(die, DW_AT_declaration)) {
        return; /* C++: static */
    }
    if ((has_place && dwarf_formudata(&attribute, &offset) != 0) || !has_place ||
        dwarf_hasattr(die, DW_AT_bit_size) || type.class == WEIR_DWARF_UNKNOWN) {
        to->is_partial = true;
    } else if (type.class == WEIR_DWARF_STRUCT) {
        add_members(&type.die, base + offset, depth + 1, to);
    } else if (to->count == WEIR_DWARF_MEMBERS_MAX) {
        to->is_partial = true;
    } else {
        to->of[to->count++] = (struct weir_dwarf_member){type, base + offset, *die};
    }
}

/* The depth is at most WEIR_DWARF_DEPTH_MAX. */
static void add_members(Dwarf_Die *record,
                        Dwarf_Word base,
                        uint32_t depth,
                        struct weir_dwarf_members *to)
{
    Dwarf_Die child;
    if (depth > WEIR_DWARF_DEPTH_MAX || dwarf_child(record, &child) != 0) {
        to->is_partial = true;
        return;
    }
    do {
        int tag = dwarf_tag(&child);
        if (tag == DW_TAG_member) {
            add_member(&child, base, depth, to);
        } else if (tag == DW_TAG_inheritance) {
            to->is_partial = true;
        }
    } while (!to->is_partial && dwarf_siblingof(&child, &child) == 0);
}

void weir_dwarf_read_members(const struct weir_dwarf_type *record, struct weir_dwarf_members *to)
{
    Dwarf_Die die = record->die;
    *to = (struct weir_dwarf_members){.count = 0};
    add_members(&die, 0, 0, to);
}

/* ---- parameters ---- */
uint32_t weir_dwarf_count(Dwarf_Die *function, bool *is_open)
{
    Dwarf_Die child;
    uint32_t count = 0;
    *is_open = false;
    for (int end = dwarf_child(function, &child); end == 0; end = dwarf_siblingof(&child, &child)) {
        int tag = dwarf_tag(&child);
        count += tag == DW_TAG_formal_parameter;
        *is_open |= tag == DW_TAG_unspecified_parameters;
    }
    return count;
}

bool weir_dwarf_parameter(Dwarf_Die *function, uint32_t index, Dwarf_Die *parameter)
{
    uint32_t count = 0;
    for (int end = dwarf_child(function, parameter); end == 0;
         end = dwarf_siblingof(parameter, parameter)) {
        if (dwarf_tag(parameter) == DW_TAG_formal_parameter && count++ == index) {
            return true;
        }
    }
    return false;
}
