/* SPDX-License-Identifier: Apache-2.0 */
/* From the address of a C function to its debug information: through the modules that this process
 * has mapped, so that it is the very library that will be called. */
#include "job/dwarf/dwarf.h"

#include "job/dwarf/private.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How sure it is that a description is that of the function. */
enum match { MATCH_NONE = 0, MATCH_ADDRESS = 1, MATCH_NAME = 2, MATCH_BOTH = 3 };

struct sought {
    const struct weir_declared *declared;
    Dwfl_Module *module; /* NULL: none, or done */
    enum match match;
    Dwarf_Die die;
};

/* All functions of one plugin; those of `module` are looked for now. */
struct search {
    struct sought *of;
    size_t count;
    Dwfl_Module *module;
    Dwarf_Addr bias;
};

/* A plugin is mapped from its copy in the store; what .gnu_debuglink names lies beside the
 * original. */
static int find_debuginfo(Dwfl_Module *module,
                          void **owner,
                          const char *name,
                          GElf_Addr base,
                          const char *file,
                          const char *link,
                          GElf_Word crc,
                          char **found)
{
    const char *original = *owner;
    bool is_file = original != NULL && strchr(original, '/') != NULL;
    return dwfl_standard_find_debuginfo(module, owner, name, base, is_file ? original : file, link,
                                        crc, found);
}

static bool is_called(Dwarf_Die *die, const char *name)
{
    Dwarf_Attribute attribute;
    bool is_external = false;
    const char *own = dwarf_diename(die);
    const char *linkage =
        dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
    return own != NULL && strcmp(own, name) == 0 &&
           (linkage == NULL || strcmp(linkage, name) == 0) &&
           dwarf_formflag(dwarf_attr_integrate(die, DW_AT_external, &attribute), &is_external) ==
               0 &&
           is_external;
}

static int look_at(Dwarf_Die *die, void *owner)
{
    const struct search *search = owner;
    Dwarf_Addr entry;
    if (dwarf_hasattr(die, DW_AT_declaration)) {
        return DWARF_CB_OK;
    }
    bool has_entry = dwarf_entrypc(die, &entry) == 0;
    for (size_t i = 0; i < search->count; i++) {
        struct sought *sought = &search->of[i];
        if (sought->module != search->module || sought->match == MATCH_BOTH) {
            continue;
        }
        bool is_there = has_entry && entry + search->bias == (uintptr_t)sought->declared->address;
        bool is_named = is_called(die, sought->declared->name);
        enum match match = (is_there ? MATCH_ADDRESS : 0) | (is_named ? MATCH_NAME : 0);
        if (match > sought->match) {
            sought->match = match;
            sought->die = *die;
        }
    }
    return DWARF_CB_OK;
}

/* Assemblers describe functions without their parameters, other languages have rules of their own.
 */
static bool is_c(Dwarf_Die *unit)
{
    switch (dwarf_srclang(unit)) {
    case DW_LANG_C89:
    case DW_LANG_C:
    case DW_LANG_C99:
    case DW_LANG_C11:
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
        return true;
    default:
        return false;
    }
}

/* Of an inlined or cloned function the parameters are told once, with the original. */
static Dwarf_Die whole(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Die origin;
    if (dwarf_attr(die, DW_AT_abstract_origin, &attribute) != NULL &&
        dwarf_formref_die(&attribute, &origin) != NULL) {
        return origin;
    }
    return *die;
}

static void look_through(struct search *search)
{
    Dwarf_Die *unit = NULL;
    while ((unit = dwfl_module_nextcu(search->module, unit, &search->bias)) != NULL) {
        if (is_c(unit)) {
            (void)dwarf_getfuncs(unit, look_at, search, 0);
        }
    }
}

/* The module of each function; the plugin's path is what find_debuginfo is given. */
static void find_modules(Dwfl *dwfl, const struct search *search, const char *path)
{
    for (size_t i = 0; i < search->count; i++) {
        struct sought *sought = &search->of[i];
        void **owner;
        sought->module = dwfl_addrmodule(dwfl, (uintptr_t)sought->declared->address);
        if (sought->module != NULL &&
            dwfl_module_info(sought->module, &owner, NULL, NULL, NULL, NULL, NULL, NULL) != NULL) {
            *owner = (void *)(uintptr_t)path;
        }
    }
}

static void compare(Dwfl *dwfl,
                    const struct weir_plugin_info *plugin,
                    struct search *search,
                    struct weir_text *found)
{
    find_modules(dwfl, search, plugin->path);
    for (size_t i = 0; i < search->count; i++) {
        search->module = search->of[i].module;
        if (search->module == NULL) {
            continue;
        }
        look_through(search);
        for (size_t k = i; k < search->count; k++) {
            struct sought *sought = &search->of[k];
            if (sought->module != search->module) {
                continue;
            }
            sought->module = NULL;
            if (sought->match != MATCH_NONE) {
                Dwarf_Die function = whole(&sought->die);
                weir_dwarf_judge(plugin->alias, sought->declared, &function, found);
            }
        }
    }
}

void weir_dwarf_compare(const struct weir_plugin_info *plugin, struct weir_text *found)
{
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
                                             .find_debuginfo = find_debuginfo};
    struct search search = {.count = 0};
    struct weir_arena arena;
    const struct weir_operator *const *ops = weir_plugin_operators(plugin, &search.count);
    weir_arena_init(&arena);
    search.of = weir_arena_alloc(&arena, (search.count + 1) * sizeof *search.of);
    for (size_t i = 0; i < search.count; i++) {
        search.of[i] = (struct sought){.declared = weir_operator_declared(ops[i], &arena)};
    }
    (void)unsetenv("DEBUGINFOD_URLS"); /* nothing is fetched over the network */
    Dwfl *dwfl = dwfl_begin(&callbacks);
    if (dwfl != NULL) {
        dwfl_report_begin(dwfl);
        int status = dwfl_linux_proc_report(dwfl, getpid());
        if (dwfl_report_end(dwfl, NULL, NULL) == 0 && status == 0) {
            compare(dwfl, plugin, &search, found);
        }
        dwfl_end(dwfl);
    }
    weir_arena_finish(&arena);
}
