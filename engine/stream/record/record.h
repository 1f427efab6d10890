/* SPDX-License-Identifier: Apache-2.0 */
/* The shape of a graph record, shared by encode.c and decode.c:
 *
 *   {weir_graph: version, job, batch_us, partitions, settings: [[name, value]],
 *    uses: [[name, alias, path, id, version, sha256, prototypes, serial]],
 *    operators: [[kind, canonical, signature, version]], nodes: [node]}
 *   node  = [verb, name, alias, [input], [[item name, expr]], emit item, op, [[name, argument]],
 *            n, [by], descending, partitions, length_us, slide_us, schema, {more}]
 *   more  = what is set of: incremental, inverse: [op, alias], filter: expr, on: [[left], [right]],
 *           suffix, timeout_us, every_us, in_transform, static, reload_us, level, of, asked,
 *           stops_on_bad. Records of before
 *           end without it. A key that this weir does not know is refused, never passed over.
 *   expr  = [kind, ...]: see encode.c
 *
 * nil stands for what is not set; operators are referred to by their place in the list. Only an
 * input's schema is written, and only to be compared: types are computed again from the operators,
 * so that a record cannot lie about them. */
#ifndef WEIR_STREAM_RECORD_H
#define WEIR_STREAM_RECORD_H

enum {
    WEIR_RECORD_VERSION = 1,
    WEIR_RECORD_KEYS = 8,
    WEIR_RECORD_USE_PARTS = 8,
    WEIR_RECORD_OPERATOR_PARTS = 4,
    WEIR_RECORD_NODE_PARTS_FIRST = 15, /* without `more` */
    WEIR_RECORD_NODE_PARTS = 16
};

#endif
