/* SPDX-License-Identifier: Apache-2.0 */
/* A node that is being added: what the files of this folder, one for each group of verbs, share. */
#ifndef WEIR_STREAM_ADD_H
#define WEIR_STREAM_ADD_H

#include "stream/schema.h"
#include "stream/stream.h"

struct weir_adding {
    struct weir_graph *graph;
    struct weir_node *node;
    const struct weir_type *in; /* record type of the first input; NULL for inputs */
    int *culprit;
    struct weir_error *err;
};

/* err := "verb: what". WEIR_ETEXT. */
int weir_add_refuse(struct weir_adding *a, const char *what);

/* Makes the node's schema of fields, and frees them. */
int weir_add_schema(struct weir_adding *a, struct weir_fields *fields);

/* Appends the fields of the first input. */
void weir_add_input_fields(struct weir_adding *a, struct weir_fields *fields);

/* The schema {key, value} of the first input's key and a value type. */
int weir_add_pair(struct weir_adding *a, const struct weir_type *value);

/* The record type of the i-th input. */
const struct weir_type *weir_add_in(const struct weir_adding *a, uint32_t i);

/* A call of an operator that stands only at the top of an item: emitter, partition function,
 * aggregate; 0 for any other expression. */
enum weir_kind weir_add_top_kind(const struct weir_expr *expr);

/* There are items; each is an ordinary value, but the emitting one, whose kind its verb checks. */
int weir_add_items(struct weir_adding *a, uint32_t emit_item);

/* The node's operator is of one of the kinds (bits 1 << kind); binds its parameters. */
int weir_add_operator(struct weir_adding *a, uint32_t kinds);

/* The results of an operator as one value: the only one bare, else a struct of all. */
int weir_add_result(struct weir_adding *a,
                    const struct weir_type_field *in,
                    const struct weir_type **result);

/* Fills node->members for parameters that take from key (the first `key_count`) and value, checks
 * their types; in: op->in_count fields for what they take, on the arena. */
int weir_add_members(struct weir_adding *a, uint32_t key_count, const struct weir_type_field **in);

/* The struct {left: a, right: b}, each as a list if is_list. */
const struct weir_type *weir_add_sides(struct weir_adding *a,
                                       const struct weir_type *left,
                                       const struct weir_type *right,
                                       bool is_list);

/* What holds of every node that its verb has typed: nothing is left over, nothing too deep (fit.c).
 */
int weir_add_fits(struct weir_adding *a);

/* Sets node->window_state of an aggregate, where its window is to be kept (window_state.c). */
void weir_add_window_state(struct weir_adding *a);

/* ---- the verbs ---- */
int weir_add_input(struct weir_adding *a);          /* input.c */
int weir_add_sink(struct weir_adding *a);           /* input.c */
int weir_add_codec(struct weir_adding *a);          /* codec.c */
int weir_add_map(struct weir_adding *a);            /* narrow.c: map, extend */
int weir_add_flat_map(struct weir_adding *a);       /* flat_map, flat_map_values */
int weir_add_filter(struct weir_adding *a);         /* filter */
int weir_add_map_values(struct weir_adding *a);     /* map_values */
int weir_add_glom(struct weir_adding *a);           /* glom */
int weir_add_map_partitions(struct weir_adding *a); /* map_partitions */
int weir_add_count(struct weir_adding *a);     /* wide.c: count, count_by_value, their windows */
int weir_add_reduce(struct weir_adding *a);    /* reduce, reduce_by_key, their windows */
int weir_add_group(struct weir_adding *a);     /* group_by_key and its window */
int weir_add_combine(struct weir_adding *a);   /* combine_by_key */
int weir_add_aggregate(struct weir_adding *a); /* aggregate */
int weir_add_number(struct weir_adding *a);    /* same.c: top, limit, repartition */
int weir_add_same(struct weir_adding *a);      /* window, sort, distinct, persist, checkpoint */
int weir_add_union(struct weir_adding *a);     /* many.c: union */
int weir_add_join(struct weir_adding *a);      /* join, semi_join, anti_join */
int weir_add_pair_join(struct weir_adding *a); /* outer joins, cogroup */
int weir_add_cartesian(struct weir_adding *a); /* cartesian */
int weir_add_transform(struct weir_adding *a); /* transform, none */
int weir_add_state(struct weir_adding *a);     /* state.c: the state verbs */
int weir_add_snapshots(struct weir_adding *a); /* state_snapshots */

#endif
