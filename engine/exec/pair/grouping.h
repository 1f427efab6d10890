/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks to group numbers: the key fields of one operand, hashed and looked up in a table of groups
 * that operands may share. */
#ifndef WEIR_EXEC_PAIR_GROUPING_H
#define WEIR_EXEC_PAIR_GROUPING_H

#include "exec/exec.h"
#include "exec/group/keys.h"

struct weir_grouping {
    struct weir_keys keys;
    uint32_t *fields; /* of the rows pushed: the key */
    uint32_t field_count;
    uint64_t seed;
    uint64_t *hashes;  /* of a chunk */
    uint32_t *numbers; /* of a chunk's rows that count, after find or look */
    uint16_t *fresh;
};

/* fields of `in` are the key; count > 0. */
void weir_grouping_init(struct weir_grouping *own,
                        const struct weir_type *in,
                        const uint32_t *fields,
                        uint32_t count,
                        uint64_t seed);
void weir_grouping_finish(struct weir_grouping *own); /* Fine on a zeroed struct. */

/* numbers := the groups of the rows that count; new keys open groups. */
int weir_grouping_find(struct weir_grouping *own,
                       struct weir_groups *groups,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows);

/* The same without opening any: 0 where there is none. */
int weir_grouping_look(struct weir_grouping *own,
                       const struct weir_groups *groups,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows);

/* Fails the task: it has more than `most` of something. */
int weir_exec_too_many(const struct weir_exec_task *task, const char *what, long long most);

#endif
