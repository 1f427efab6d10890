/* SPDX-License-Identifier: Apache-2.0 */
/* The order of operators. The order of an ELF section is the compiler's (gcc turns it round, clang
 * keeps it), so operators are sorted by what they are: name, kind, types of the inputs. Hence
 * overloads stand in the same order on every machine: bool, i32, i64, f64, str, bytes, ts, list,
 * struct, then type variables. */
#include "plugin/load/load.h"

#include <stdlib.h>
#include <string.h>

static int compare_types(const struct weir_type *a, const struct weir_type *b)
{
    while (a != NULL && b != NULL && a->kind == WEIR_TYPE_LIST && b->kind == WEIR_TYPE_LIST) {
        a = a->item;
        b = b->item;
    }
    if (a == NULL || b == NULL) {
        return (a == NULL) - (b == NULL); /* a variable fits everything: last */
    }
    return (a->kind > b->kind) - (a->kind < b->kind);
}

static int compare_in(const struct weir_operator *a, const struct weir_operator *b)
{
    if (a->in_count != b->in_count) {
        return a->in_count < b->in_count ? -1 : 1;
    }
    for (uint32_t i = 0; i < a->in_count; i++) {
        int order = compare_types(a->in[i].type, b->in[i].type);
        if (order != 0) {
            return order;
        }
    }
    for (uint32_t i = 0; i < a->in_count; i++) {
        int order = strcmp(a->exported->in[i].type, b->exported->in[i].type);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static int compare_by_name(const void *left, const void *right)
{
    const struct weir_operator *a = *(const struct weir_operator *const *)left;
    const struct weir_operator *b = *(const struct weir_operator *const *)right;
    int order = strcmp(a->name, b->name);
    if (order == 0) {
        order = (a->kind > b->kind) - (a->kind < b->kind);
    }
    return order != 0 ? order : compare_in(a, b);
}

static int compare_by_kind(const void *left, const void *right)
{
    const struct weir_operator *a = *(const struct weir_operator *const *)left;
    const struct weir_operator *b = *(const struct weir_operator *const *)right;
    int order = (a->kind > b->kind) - (a->kind < b->kind);
    return order != 0 ? order : compare_by_name(left, right);
}

int weir_operators_sort(const struct weir_load *load,
                        struct weir_loaded *loaded,
                        struct weir_operator **operators,
                        size_t count)
{
    size_t bytes = count * sizeof(struct weir_operator *);
    loaded->count = count;
    loaded->operators = operators;
    loaded->by_name = weir_arena_alloc(load->arena, bytes);
    loaded->by_kind = weir_arena_alloc(load->arena, bytes);
    for (size_t i = 0; i < count; i++) {
        loaded->by_name[i] = loaded->by_kind[i] = operators[i];
    }
    qsort(loaded->by_name, count, sizeof *loaded->by_name, compare_by_name);
    qsort(loaded->by_kind, count, sizeof *loaded->by_kind, compare_by_kind);
    for (size_t i = 1; i < count; i++) {
        if (compare_by_name(&loaded->by_name[i - 1], &loaded->by_name[i]) == 0) {
            return weir_export_fail(load, loaded->by_name[i]->exported,
                                    "stands there twice with the same inputs %s",
                                    loaded->by_name[i]->signature);
        }
    }
    return WEIR_OK;
}
