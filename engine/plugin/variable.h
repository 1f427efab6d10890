/* SPDX-License-Identifier: Apache-2.0 */
/* Type variables of signatures: "A", "list<A>". A variable stands for one type in the whole
 * signature, whatever that is. */
#ifndef WEIR_PLUGIN_VARIABLE_H
#define WEIR_PLUGIN_VARIABLE_H

#include "plugin/plugin.h"

struct weir_bindings {
    uint32_t count;
    struct {
        weir_str name;
        const struct weir_type *type;
    } of[WEIR_PARAMETERS_MAX];
};

/* Reads a type of a signature. A type variable, alone or in list<>, gives type NULL. */
int weir_signature_type(struct weir_arena *arena,
                        const char *text,
                        const struct weir_type **type,
                        struct weir_error *err);

/* Can the variable type `text` be `type`, given what its variable stands for so far? Binds it. */
bool weir_variable_match(const char *text,
                         const struct weir_type *type,
                         struct weir_bindings *bindings);

/* Binds the variable of `text` to the null type: only to know that it occurs. */
void weir_variable_mention(const char *text, struct weir_bindings *bindings);

/* The type that `text` stands for, on the arena; NULL if its variable is not bound. */
const struct weir_type *weir_variable_resolve(struct weir_arena *arena,
                                              const char *text,
                                              const struct weir_bindings *bindings);

#endif
