/* SPDX-License-Identifier: Apache-2.0 */
/* Declared against described. What is passed the same way is the same: int and unsigned, char and
 * bool, an enum and int, char * and const void *. What DWARF leaves open is no mistake. */
#include "job/dwarf/private.h"

/* One function. */
struct judging {
    const char *alias;
    const struct weir_declared *declared;
    Dwarf_Die *function;
    struct weir_text *found;
};

/* ---- reports ---- */
static void begin(const struct judging *j, struct weir_place place)
{
    weir_text_printf(j->found, "%u %u ", (unsigned)place.offset, (unsigned)place.length);
}

/* "geometry.c:12 has WHAT" is written between. */
static void end(const struct judging *j)
{
    weir_text_put(j->found, ": ");
    weir_dwarf_put_function(j->function, j->declared->name, j->found);
    weir_text_put(j->found, "\n");
}

/* "parameter 2 of f.area", "the result of f.area": index is the number of parameters. */
static void put_subject(const struct judging *j, uint32_t index)
{
    if (index == j->declared->count) {
        weir_text_put(j->found, "the result of ");
    } else {
        weir_text_printf(j->found, "parameter %u of ", (unsigned)index + 1);
    }
    weir_text_printf(j->found, "%s.%s is declared ", j->alias, j->declared->name);
}

static void put_but(const struct judging *j)
{
    weir_text_put(j->found, ", but ");
    weir_dwarf_put_place(j->function, j->found);
    weir_text_put(j->found, " has ");
}

static void put_count(const struct judging *j, uint32_t count, const char *what)
{
    weir_text_printf(j->found, "%u %s%s", (unsigned)count, what, count == 1 ? "" : "s");
}

/* ---- values ---- */
/* Is it as good as bytes? */
static bool is_text(const struct weir_dwarf_type *pointer)
{
    Dwarf_Die die = pointer->die;
    struct weir_dwarf_type target = weir_dwarf_type_of(&die);
    return target.class == WEIR_DWARF_VOID || target.class == WEIR_DWARF_UNKNOWN ||
           (target.class == WEIR_DWARF_INTEGER && target.bytes == 1);
}

static bool is_same_number(const struct weir_declared_value *declared,
                           const struct weir_dwarf_type *type)
{
    enum weir_dwarf_class class =
        declared->class == WEIR_DECLARED_FLOAT ? WEIR_DWARF_FLOAT : WEIR_DWARF_INTEGER;
    return type->class == class && type->bytes == declared->bytes;
}

/* A function that is declared void: what it leaves in a register is dropped, but a struct needs
 * room. */
static bool can_be_dropped(const struct weir_dwarf_type *type)
{
    return type->class == WEIR_DWARF_VOID || type->class == WEIR_DWARF_INTEGER ||
           type->class == WEIR_DWARF_POINTER ||
           (type->class == WEIR_DWARF_FLOAT && type->bytes <= sizeof(double));
}

static bool is_same_callback(const struct weir_declared_value *declared,
                             const struct weir_dwarf_type *pointer)
{
    Dwarf_Die die = pointer->die, parameter;
    bool is_open;
    struct weir_dwarf_type target = weir_dwarf_type_of(&die);
    if (target.class != WEIR_DWARF_FUNCTION) {
        return target.class == WEIR_DWARF_VOID || target.class == WEIR_DWARF_UNKNOWN;
    }
    if (weir_dwarf_count(&target.die, &is_open) != declared->count) {
        return is_open;
    }
    for (uint32_t i = 0; i < declared->count; i++) {
        if (!weir_dwarf_parameter(&target.die, i, &parameter)) {
            return true;
        }
        struct weir_dwarf_type type = weir_dwarf_type_of(&parameter);
        bool is_same = declared->parts[i].class == WEIR_DECLARED_TEXT
                           ? type.class == WEIR_DWARF_POINTER && is_text(&type)
                           : is_same_number(&declared->parts[i], &type);
        if (!is_same && type.class != WEIR_DWARF_UNKNOWN) {
            return false;
        }
    }
    return true;
}

static bool is_same(const struct weir_declared_value *declared, const struct weir_dwarf_type *type)
{
    if (type->class == WEIR_DWARF_UNKNOWN) {
        return true;
    }
    switch (declared->class) {
    case WEIR_DECLARED_VOID:
        return can_be_dropped(type);
    case WEIR_DECLARED_TEXT:
        return type->class == WEIR_DWARF_POINTER && is_text(type);
    case WEIR_DECLARED_CALLBACK:
        return type->class == WEIR_DWARF_POINTER && is_same_callback(declared, type);
    case WEIR_DECLARED_STRUCT:
        return type->class == WEIR_DWARF_STRUCT;
    case WEIR_DECLARED_INTEGER:
    case WEIR_DECLARED_FLOAT:
    default:
        return is_same_number(declared, type);
    }
}

/* ---- structs ---- */
static bool is_same_member(const struct weir_declared_value *declared,
                           const struct weir_dwarf_member *member)
{
    return member->offset == declared->offset && is_same(declared, &member->type);
}

/* Two structs, member by member; the first difference counts. */
static void judge_struct(const struct judging *j,
                         const struct weir_declared_value *declared,
                         uint32_t index,
                         const struct weir_dwarf_type *type)
{
    struct weir_dwarf_members members;
    weir_dwarf_read_members(type, &members);
    if (type->bytes != declared->bytes ||
        (!members.is_partial && members.count != declared->count)) {
        begin(j, declared->place);
        put_subject(j, index);
        weir_text_put(j->found, "a struct of ");
        put_count(j, declared->count, "member");
        weir_text_printf(j->found, " and %u bytes", (unsigned)declared->bytes);
        put_but(j);
        weir_text_put(j->found, "one of ");
        if (!members.is_partial) {
            put_count(j, members.count, "member");
            weir_text_put(j->found, " and ");
        }
        weir_text_printf(j->found, "%llu bytes", (unsigned long long)type->bytes);
        end(j);
        return;
    }
    for (uint32_t i = 0; i < members.count && !members.is_partial; i++) {
        const struct weir_declared_value *member = &declared->parts[i];
        if (!is_same_member(member, &members.of[i])) {
            begin(j, member->place);
            put_subject(j, index);
            weir_text_printf(j->found, "%s with a member %s %s", declared->c_type, member->c_type,
                             member->name);
            put_but(j);
            weir_dwarf_put_type(&members.of[i].die, j->found);
            weir_text_put(j->found, " there");
            end(j);
            return;
        }
    }
}

/* of: the function for its result, or a parameter. */
static void judge_value(const struct judging *j,
                        const struct weir_declared_value *declared,
                        uint32_t index,
                        Dwarf_Die *of)
{
    struct weir_dwarf_type type = weir_dwarf_type_of(of);
    if (!is_same(declared, &type)) {
        begin(j, declared->place);
        put_subject(j, index);
        weir_text_put(j->found, declared->c_type);
        put_but(j);
        weir_dwarf_put_type(of, j->found);
        end(j);
    } else if (declared->class == WEIR_DECLARED_STRUCT && type.class == WEIR_DWARF_STRUCT) {
        judge_struct(j, declared, index, &type);
    }
}

static void judge_count(const struct judging *j, uint32_t count)
{
    begin(j, j->declared->place);
    weir_text_printf(j->found, "%s.%s is declared with ", j->alias, j->declared->name);
    put_count(j, j->declared->count, "parameter");
    put_but(j);
    weir_text_printf(j->found, "%u", (unsigned)count);
    end(j);
}

void weir_dwarf_judge(const char *alias,
                      const struct weir_declared *declared,
                      Dwarf_Die *function,
                      struct weir_text *found)
{
    const struct judging j = {alias, declared, function, found};
    bool is_open;
    uint32_t count = weir_dwarf_count(function, &is_open);
    Dwarf_Die parameter;
    if (declared->count < count || (declared->count > count && !is_open)) {
        judge_count(&j, count);
        return;
    }
    judge_value(&j, &declared->result, declared->count, function);
    for (uint32_t i = 0; i < count; i++) {
        if (weir_dwarf_parameter(function, i, &parameter)) {
            judge_value(&j, &declared->parameters[i], i, &parameter);
        }
    }
}
