/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of states: a block of its own for each text and list, so that a sanitizer sees every
 * wrong byte, and a list of them, so that none can be lost. */
#include "state.h"

static void push(void ***list, size_t *count, size_t *capacity, void *memory)
{
    if (*count == *capacity) {
        *capacity = *capacity * 2 + 16;
        *list = (void **)realloc(*list, *capacity * sizeof **list);
        if (*list == NULL) {
            abort();
        }
    }
    (*list)[(*count)++] = memory;
}

static bool pull(void **list, size_t *count, void *memory)
{
    for (size_t i = *count; i-- > 0;) {
        if (list[i] == memory) {
            list[i] = list[--*count];
            return true;
        }
    }
    return false;
}

static void *slab_take(struct weir_slab *slab, struct weir_task *task, size_t bytes)
{
    struct weir_harness_slab *own = (struct weir_harness_slab *)(void *)slab;
    struct weir_harness *h = (struct weir_harness *)(void *)task; /* its first member */
    if (weir_harness_refuses(h)) {
        (void)weir_harness_refused(h);
        return NULL;
    }
    void *memory = malloc(bytes > 0 ? bytes : 1);
    if (memory == NULL) {
        abort();
    }
    memset(memory, 0x5a, bytes);
    push(&own->live, &own->live_count, &own->live_capacity, memory);
    return memory;
}

static void slab_drop(struct weir_slab *slab, void *memory)
{
    struct weir_harness_slab *own = (struct weir_harness_slab *)(void *)slab;
    if (!pull(own->live, &own->live_count, memory)) {
        own->is_wrong = true;
        return;
    }
    push(&own->dropped, &own->dropped_count, &own->dropped_capacity, memory);
}

void weir_harness_slab_init(struct weir_harness_slab *slab)
{
    memset(slab, 0, sizeof *slab);
    slab->slab.size = sizeof slab->slab;
    slab->slab.take = slab_take;
    slab->slab.drop = slab_drop;
}

void weir_harness_slab_keep(struct weir_harness_slab *slab, void *memory)
{
    push(&slab->live, &slab->live_count, &slab->live_capacity, memory);
}

void weir_harness_slab_commit(struct weir_harness_slab *slab)
{
    for (size_t i = 0; i < slab->dropped_count; i++) {
        free(slab->dropped[i]);
    }
    slab->dropped_count = 0;
}

void weir_harness_slab_finish(struct weir_harness_slab *slab)
{
    weir_harness_slab_commit(slab);
    for (size_t i = 0; i < slab->live_count; i++) {
        free(slab->live[i]);
    }
    free(slab->live);
    free(slab->dropped);
}
