/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of a slab; see slab.h. A block has a head of 8 bytes in front: its size class, the
 * epoch it was taken in, and what has become of it. */
#include "data/states/slab.h"

#include <string.h>

enum { STEP = 8, FINE_MAX = 128, FINE_CLASSES = FINE_MAX / STEP - 1, LARGE = 255 };
enum block_state { BLOCK_FREE = 0, BLOCK_LIVE, BLOCK_DROPPED };

struct weir_slab_head {
    uint32_t epoch;
    uint8_t class, state;
    uint16_t pad;
};
_Static_assert(sizeof(struct weir_slab_head) == STEP, "a block lies 8 bytes behind its head");

/* In front of a large block's head. */
struct large_head {
    uint64_t bytes;
    uint32_t index, pad; /* in slab->large */
    uint64_t pad2;
    struct weir_slab_head head;
};

static uint32_t class_of(size_t total)
{
    if (total <= FINE_MAX) {
        return (uint32_t)((total + STEP - 1) / STEP) - 2;
    }
    uint32_t power = 63 - (uint32_t)__builtin_clzll(total - 1);
    size_t quarter = (total - 1 - ((size_t)1 << power)) >> (power - 2);
    return FINE_CLASSES + (power - 7) * 4 + (uint32_t)quarter;
}

static size_t class_bytes(uint32_t class)
{
    if (class < FINE_CLASSES) {
        return ((size_t) class + 2) * STEP;
    }
    uint32_t power = 7 + (class - FINE_CLASSES) / 4;
    return ((size_t)1 << power) + ((((class - FINE_CLASSES) & 3) + 1) * ((size_t)1 << (power - 2)));
}

static struct large_head *large_of(struct weir_slab_head *head)
{
    return (struct large_head *)(void *)((uint8_t *)head - offsetof(struct large_head, head));
}

static size_t block_bytes(struct weir_slab_head *head)
{
    return head->class == LARGE ? large_of(head)->bytes : class_bytes(head->class);
}

/* ---- taking ---- */

/* What is left of a page becomes free blocks of the largest sizes that fit. */
static void give_rest(struct weir_state_slab *slab)
{
    size_t left = slab->page_bytes - slab->page_used;
    while (left >= 2 * STEP) {
        uint32_t class = class_of(left < WEIR_SLAB_SMALL_MAX ? left : WEIR_SLAB_SMALL_MAX);
        class -= class_bytes(class) > left;
        struct weir_slab_head *head = (void *)(slab->page + slab->page_used);
        *head = (struct weir_slab_head){.class = (uint8_t) class};
        memcpy(head + 1, &slab->free_blocks[class], sizeof(void *));
        slab->free_blocks[class] = head;
        slab->page_used += class_bytes(class);
        left -= class_bytes(class);
    }
}

static void add_page(struct weir_state_slab *slab)
{
    size_t bytes = slab->page_bytes == 0 ? WEIR_SLAB_PAGE_BYTES_MIN : slab->page_bytes * 4;
    if (slab->page_bytes > 0) {
        give_rest(slab);
    }
    if (bytes < WEIR_SLAB_SMALL_MAX && slab->page_count > 0) {
        bytes = WEIR_SLAB_SMALL_MAX;
    }
    slab->page_bytes = bytes < WEIR_SLAB_PAGE_BYTES_MAX ? bytes : WEIR_SLAB_PAGE_BYTES_MAX;
    slab->page = weir_alloc_aligned(slab->page_bytes);
    slab->page_used = 0;
    slab->held_bytes += slab->page_bytes;
    WEIR_GROW(slab->pages, slab->page_count, slab->page_capacity);
    slab->pages[slab->page_count++] = slab->page;
}

static struct weir_slab_head *take_small(struct weir_state_slab *slab, size_t total)
{
    uint32_t class = class_of(total);
    size_t bytes = class_bytes(class);
    struct weir_slab_head *head = slab->free_blocks[class];
    if (head != NULL) {
        memcpy(&slab->free_blocks[class], head + 1, sizeof(void *));
        return head;
    }
    while (slab->page_bytes - slab->page_used < bytes) {
        add_page(slab);
    }
    head = (void *)(slab->page + slab->page_used);
    slab->page_used += bytes;
    head->class = (uint8_t) class;
    return head;
}

static struct weir_slab_head *take_large(struct weir_state_slab *slab, size_t bytes)
{
    size_t total = (bytes + sizeof(struct large_head) + STEP - 1) & ~(size_t)(STEP - 1);
    struct large_head *large = weir_alloc_aligned(total);
    WEIR_GROW(slab->large, slab->large_count, slab->large_capacity);
    *large = (struct large_head){.bytes = total, .index = slab->large_count};
    large->head.class = LARGE;
    slab->large[slab->large_count++] = &large->head;
    slab->held_bytes += total;
    return &large->head;
}

void *weir_state_slab_take(struct weir_state_slab *slab, size_t bytes)
{
    size_t total = (bytes < STEP ? STEP : bytes) + sizeof(struct weir_slab_head);
    struct weir_slab_head *head =
        total <= WEIR_SLAB_SMALL_MAX ? take_small(slab, total) : take_large(slab, bytes);
    head->epoch = slab->epoch;
    head->state = BLOCK_LIVE;
    slab->live_bytes += block_bytes(head);
    if (slab->is_versioned) {
        WEIR_GROW(slab->taken, slab->taken_count, slab->taken_capacity);
        slab->taken[slab->taken_count++] = head;
    }
    return head + 1;
}

static void *plugin_take(struct weir_slab *slab, struct weir_task *task, size_t bytes)
{
    struct weir_state_slab *own = (struct weir_state_slab *)(void *)slab;
    if (own->limit_bytes > 0 && own->live_bytes + bytes > own->limit_bytes) {
        (void)task->host->fail(task, WEIR_FATAL,
                               "its states would take more than %llu MiB of text and lists in one "
                               "partition: keep less in a state, drop keys, or give the stage more "
                               "partitions",
                               (unsigned long long)(own->limit_bytes >> 20));
        return NULL;
    }
    return weir_state_slab_take(own, bytes);
}

/* ---- dropping ---- */

static void forget_large(struct weir_state_slab *slab, struct weir_slab_head *head)
{
    struct large_head *large = large_of(head);
    struct weir_slab_head *last = slab->large[--slab->large_count];
    slab->large[large->index] = last;
    large_of(last)->index = large->index;
    slab->held_bytes -= large->bytes;
    weir_free(large);
}

static void free_block(struct weir_state_slab *slab, struct weir_slab_head *head)
{
    slab->live_bytes -= block_bytes(head);
    head->state = BLOCK_FREE;
    if (head->class == LARGE) {
        forget_large(slab, head);
        return;
    }
    memcpy(head + 1, &slab->free_blocks[head->class], sizeof(void *));
    slab->free_blocks[head->class] = head;
}

void weir_state_slab_drop(struct weir_state_slab *slab, void *memory)
{
    if (memory == NULL) {
        return;
    }
    struct weir_slab_head *head = (struct weir_slab_head *)memory - 1;
    WEIR_ASSERT(head->state == BLOCK_LIVE); /* else a plugin has dropped what it never took */
    head->state = BLOCK_DROPPED;
    WEIR_GROW(slab->dropped, slab->dropped_count, slab->dropped_capacity);
    slab->dropped[slab->dropped_count++] = head;
}

static void plugin_drop(struct weir_slab *slab, void *memory)
{
    weir_state_slab_drop((struct weir_state_slab *)(void *)slab, memory);
}

/* Takes a large block out of `taken`: its memory goes, and its place could not be recognised. */
static void forget_taken(struct weir_state_slab *slab, const struct weir_slab_head *head)
{
    for (uint32_t i = slab->taken_count; head->class == LARGE && i-- > 0;) {
        if (slab->taken[i] == head) {
            slab->taken[i] = slab->taken[--slab->taken_count];
            return;
        }
    }
}

void weir_state_slab_settle(struct weir_state_slab *slab)
{
    uint32_t kept = slab->settled;
    for (uint32_t i = slab->settled; i < slab->dropped_count; i++) {
        struct weir_slab_head *head = slab->dropped[i];
        if (!slab->is_versioned || head->epoch == slab->epoch) {
            forget_taken(slab, head);
            free_block(slab, head);
        } else {
            slab->dropped[kept++] = head;
        }
    }
    slab->dropped_count = slab->settled = kept;
}

/* ---- versions ---- */

void weir_state_slab_begin(struct weir_state_slab *slab)
{
    WEIR_ASSERT(!slab->is_versioned && slab->dropped_count == 0);
    slab->is_versioned = true;
    slab->epoch++;
    slab->taken_count = 0;
}

void weir_state_slab_commit(struct weir_state_slab *slab)
{
    for (uint32_t i = 0; i < slab->dropped_count; i++) {
        struct weir_slab_head *head = slab->dropped[i];
        if (slab->hold_epoch > 0 && head->epoch < slab->hold_epoch) {
            WEIR_GROW(slab->held, slab->held_count, slab->held_capacity);
            slab->held[slab->held_count++] = head;
        } else {
            free_block(slab, head);
        }
    }
    slab->dropped_count = slab->settled = slab->taken_count = 0;
    slab->is_versioned = false;
}

void weir_state_slab_undo(struct weir_state_slab *slab)
{
    for (uint32_t i = 0; i < slab->dropped_count; i++) {
        slab->dropped[i]->state = BLOCK_LIVE;
    }
    for (uint32_t i = 0; i < slab->taken_count; i++) {
        if (slab->taken[i]->state == BLOCK_LIVE && slab->taken[i]->epoch == slab->epoch) {
            free_block(slab, slab->taken[i]); /* one that was taken twice is there twice */
        }
    }
    slab->dropped_count = slab->settled = slab->taken_count = 0;
    slab->is_versioned = false;
}

void weir_state_slab_hold(struct weir_state_slab *slab)
{
    WEIR_ASSERT(!slab->is_versioned && slab->hold_epoch == 0);
    slab->hold_epoch = slab->epoch + 1;
}

void weir_state_slab_release(struct weir_state_slab *slab)
{
    for (uint32_t i = 0; i < slab->held_count; i++) {
        free_block(slab, slab->held[i]);
    }
    slab->held_count = 0;
    slab->hold_epoch = 0;
}

/* ---- its life ---- */

void weir_state_slab_init(struct weir_state_slab *slab, uint64_t limit_bytes)
{
    *slab = (struct weir_state_slab){.limit_bytes = limit_bytes};
    slab->slab =
        (struct weir_slab){.size = sizeof slab->slab, .take = plugin_take, .drop = plugin_drop};
}

void weir_state_slab_finish(struct weir_state_slab *slab)
{
    for (uint32_t i = 0; i < slab->large_count; i++) {
        weir_free(large_of(slab->large[i]));
    }
    for (uint32_t i = 0; i < slab->page_count; i++) {
        weir_free(slab->pages[i]);
    }
    weir_free(slab->large);
    weir_free(slab->pages);
    weir_free(slab->taken);
    weir_free(slab->dropped);
    weir_free(slab->held);
    *slab = (struct weir_state_slab){0};
}

void weir_state_slab_reset(struct weir_state_slab *slab)
{
    for (uint32_t i = 0; i < slab->large_count; i++) {
        slab->held_bytes -= large_of(slab->large[i])->bytes;
        weir_free(large_of(slab->large[i]));
    }
    for (uint32_t i = 0; i + 1 < slab->page_count; i++) { /* the newest is the largest: kept */
        weir_free(slab->pages[i]);
    }
    if (slab->page_count > 0) {
        slab->pages[0] = slab->page;
        slab->page_count = 1;
        slab->held_bytes = slab->page_bytes;
    }
    memset(slab->free_blocks, 0, sizeof slab->free_blocks);
    slab->page_used = 0;
    slab->live_bytes = 0;
    slab->large_count = slab->taken_count = slab->dropped_count = slab->settled = 0;
    slab->held_count = 0;
    slab->is_versioned = false;
}
