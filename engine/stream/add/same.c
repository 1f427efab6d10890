/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs that give the records that they take: others of them, or in another order or place. */
#include "stream/add/add.h"

#include <string.h>

static int check_by(struct weir_adding *a)
{
    for (uint32_t i = 0; i < a->node->by_count; i++) {
        if (a->node->by[i] >= a->in->field_count) {
            return weir_add_refuse(a, "by= names a field that is not there");
        }
    }
    return WEIR_OK;
}

int weir_add_number(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    node->schema = a->in;
    if (node->n < 1) {
        return weir_add_refuse(a, "the number must be at least 1");
    }
    if (node->verb == WEIR_VERB_REPARTITION && node->n > WEIR_PARTITIONS_MAX) {
        return weir_error_set(a->err, WEIR_ELIMIT, "at most %d partitions are possible",
                              WEIR_PARTITIONS_MAX);
    }
    return check_by(a);
}

/* Storage levels of the reference; where weir keeps blocks is its own affair, see the manual. */
static bool is_level(const char *level)
{
    static const char *const levels[] = {"NONE",
                                         "DISK_ONLY",
                                         "DISK_ONLY_2",
                                         "MEMORY_ONLY",
                                         "MEMORY_ONLY_2",
                                         "MEMORY_ONLY_SER",
                                         "MEMORY_ONLY_SER_2",
                                         "MEMORY_AND_DISK",
                                         "MEMORY_AND_DISK_2",
                                         "MEMORY_AND_DISK_SER",
                                         "MEMORY_AND_DISK_SER_2",
                                         "OFF_HEAP"};
    for (size_t i = 0; level != NULL && i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(level, levels[i]) == 0) {
            return true;
        }
    }
    return level == NULL;
}

int weir_add_same(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    node->schema = a->in;
    if (node->verb == WEIR_VERB_PERSIST && !is_level(node->level)) {
        *a->culprit = 0;
        return weir_error_set(a->err, WEIR_ETEXT,
                              "persist: unknown level \"%s\": expected one such as "
                              "\"MEMORY_ONLY\", \"MEMORY_AND_DISK\" or \"DISK_ONLY\"",
                              node->level);
    }
    if (node->verb == WEIR_VERB_CHECKPOINT && node->every_us <= 0) {
        return weir_add_refuse(a, "the interval must be longer than 0");
    }
    return check_by(a);
}
