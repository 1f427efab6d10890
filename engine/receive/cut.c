/* SPDX-License-Identifier: Apache-2.0 */
/* The loop's side: turns what was published into blocks. Text blocks are slices of the buffer that
 * is still being written to. */
#include "receive/private.h"

#include <string.h>

struct weir_open_rows weir_rows_held, weir_rows_wanted;

static void give_block(struct weir_receiver_supervisor *s, struct weir_block *block)
{
    s->sink.block(s->sink.owner, s->input, block, s->env->ops->now_us(s->env));
}

/* ---- acknowledgements ---- */
static struct weir_acks *acks_of(uint32_t count)
{
    struct weir_acks *acks = weir_alloc(sizeof *acks + count * sizeof acks->cookies[0]);
    acks->count = count;
    return acks;
}

static void send_acks(struct weir_receiver_supervisor *s, struct weir_acks *acks)
{
    weir_mailbox_put(&s->acks, &acks->letter);
    s->env->ops->gate_open(s->env, s->gate);
}

static void take_text_cookies(struct weir_receiver_supervisor *s)
{
    struct weir_letter *letter = weir_mailbox_take(&s->text_cookies);
    while (letter != NULL) {
        struct weir_text_cookie *cookie = (struct weir_text_cookie *)(void *)letter;
        letter = letter->next;
        cookie->letter.next = NULL;
        if (s->first_cookie == NULL) {
            s->first_cookie = cookie;
        } else {
            s->last_cookie->letter.next = &cookie->letter;
        }
        s->last_cookie = cookie;
    }
}

static struct weir_text_cookie *next_cookie(const struct weir_text_cookie *cookie)
{
    return (struct weir_text_cookie *)(void *)cookie->letter.next;
}

/* Acknowledges text commits whose bytes are all in blocks. */
static void ack_text(struct weir_receiver_supervisor *s)
{
    uint64_t cut = atomic_load(&s->cut_bytes_total);
    uint32_t count = 0;
    take_text_cookies(s);
    for (struct weir_text_cookie *c = s->first_cookie; c != NULL && c->position <= cut;
         c = next_cookie(c)) {
        count++;
    }
    if (count == 0) {
        return;
    }
    struct weir_acks *acks = acks_of(count);
    for (uint32_t i = 0; i < count; i++) {
        struct weir_text_cookie *cookie = s->first_cookie;
        acks->cookies[i] = cookie->cookie;
        s->first_cookie = next_cookie(cookie);
        weir_free(cookie);
    }
    send_acks(s, acks);
}

/* ---- text ---- */
static void destroy_segment(struct weir_segment *segment)
{
    if (segment != NULL) {
        weir_buffer_release(segment->buffer);
        weir_free(segment);
    }
}

static void cut_segment(struct weir_receiver_supervisor *s)
{
    struct weir_segment *segment = s->cutting;
    if (segment == NULL) {
        return;
    }
    uint64_t word = atomic_load_explicit(&segment->published, memory_order_acquire);
    if (word == s->cut_word) {
        return;
    }
    size_t from = (size_t)(s->cut_word & UINT32_MAX);
    size_t to = (size_t)(word & UINT32_MAX);
    uint64_t lines = (word >> 32) - (s->cut_word >> 32);
    s->cut_word = word;
    atomic_fetch_add(&s->cut_bytes_total, to - from);
    give_block(s, weir_block_of_text(s->node->schema, weir_buffer_retain(segment->buffer), from,
                                     to - from, lines));
}

/* A fresh segment means that its predecessor is complete. */
static void cut_text(struct weir_receiver_supervisor *s)
{
    struct weir_letter *letter = weir_mailbox_take(&s->fresh_segments);
    while (letter != NULL) {
        struct weir_segment *fresh = (struct weir_segment *)(void *)letter;
        letter = letter->next;
        cut_segment(s);
        destroy_segment(s->cutting);
        s->cutting = fresh;
        s->cut_word = 0;
    }
    cut_segment(s);
    ack_text(s);
}

/* ---- rows ---- */
static void destroy_rows(struct weir_open_rows *rows)
{
    weir_builder_destroy(rows->builder);
    weir_buffer_release(rows->heap);
    weir_free(rows->cookies);
    weir_free(rows);
}

static void give_rows(struct weir_receiver_supervisor *s, struct weir_open_rows *rows)
{
    if (weir_builder_rows(rows->builder) > 0) {
        struct weir_table table;
        weir_builder_finish(rows->builder, &table);
        give_block(s, weir_block_of_table(&table));
    }
    atomic_fetch_add(&s->cut_bytes_total, rows->bytes);
    if (rows->cookie_count > 0) {
        struct weir_acks *acks = acks_of(rows->cookie_count);
        memcpy(acks->cookies, rows->cookies, rows->cookie_count * sizeof acks->cookies[0]);
        send_acks(s, acks);
    }
    destroy_rows(rows);
}

static void give_handed_rows(struct weir_receiver_supervisor *s)
{
    struct weir_letter *letter = weir_mailbox_take(&s->handed_rows);
    while (letter != NULL) {
        struct weir_open_rows *rows = (struct weir_open_rows *)(void *)letter;
        letter = letter->next;
        give_rows(s, rows);
    }
}

/* The open rows; NULL while the receiver appends to them: then it will hand them over. */
static struct weir_open_rows *take_open_rows(struct weir_receiver_supervisor *s)
{
    struct weir_open_rows *rows = atomic_load(&s->open_rows);
    for (;;) {
        if (rows == NULL || rows == &weir_rows_wanted) {
            return NULL;
        }
        bool is_held = rows == &weir_rows_held;
        struct weir_open_rows *left = is_held ? &weir_rows_wanted : NULL;
        if (atomic_compare_exchange_weak(&s->open_rows, &rows, left)) {
            return is_held ? NULL : rows;
        }
    }
}

/* Rows that were handed over are older than the open ones; the open ones are taken first, since
 * more can be handed over only after this thread has asked for it. */
static void cut_rows(struct weir_receiver_supervisor *s)
{
    struct weir_open_rows *open = take_open_rows(s);
    give_handed_rows(s);
    if (open != NULL) {
        give_rows(s, open);
    }
}

void weir_receive_cut(struct weir_receiver_supervisor *s)
{
    cut_text(s);
    cut_rows(s);
}

void weir_receive_nudged(struct weir_post *post)
{
    struct weir_receiver_supervisor *s = post->owner;
    atomic_store(&s->is_nudged, false);
    if (atomic_load(&s->is_over)) {
        weir_receive_cut(s);
    } else {
        give_handed_rows(s);
    }
}

/* ---- the end ---- */
static void free_letters(weir_mailbox *box)
{
    struct weir_letter *letter = weir_mailbox_take(box);
    while (letter != NULL) {
        struct weir_letter *next = letter->next;
        weir_free(letter);
        letter = next;
    }
}

void weir_receive_discard(struct weir_receiver_supervisor *s)
{
    struct weir_open_rows *open = atomic_exchange(&s->open_rows, NULL);
    if (open != NULL && open != &weir_rows_held && open != &weir_rows_wanted) {
        destroy_rows(open);
    }
    WEIR_ASSERT(atomic_load(&s->fresh_segments) == NULL && atomic_load(&s->handed_rows) == NULL);
    destroy_segment(s->cutting);
    take_text_cookies(s);
    while (s->first_cookie != NULL) {
        struct weir_text_cookie *cookie = s->first_cookie;
        s->first_cookie = next_cookie(cookie);
        weir_free(cookie);
    }
    free_letters(&s->acks);
}
