/* SPDX-License-Identifier: Apache-2.0 */
/* The loop's side: turns what was published into blocks. Text blocks are slices of the buffer that
 * is still being written to. */
#include "receive/private.h"

#include <string.h>

void weir_segment_destroy(struct weir_segment *segment)
{
    if (segment != NULL) {
        weir_buffer_release(segment->buffer);
        weir_free(segment);
    }
}

void weir_open_rows_destroy(struct weir_open_rows *rows)
{
    if (rows != NULL) {
        weir_builder_destroy(rows->builder);
        weir_free(rows->cookies);
        weir_free(rows);
    }
}

static void give_block(struct weir_receiver_supervisor *s, struct weir_block *block)
{
    s->sink.block(s->sink.owner, s->input, block, s->env->ops->now_us(s->env));
}

static void cut_text(struct weir_receiver_supervisor *s)
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
    weir_receive_ack_text(s);
}

static void cut_rows(struct weir_receiver_supervisor *s)
{
    struct weir_open_rows *open = atomic_exchange(&s->open_rows, NULL);
    if (open == NULL) {
        return;
    }
    if (weir_builder_rows(open->builder) > 0) {
        struct weir_table table;
        weir_builder_finish(open->builder, &table);
        give_block(s, weir_block_of_table(&table));
    }
    atomic_fetch_add(&s->cut_bytes_total, open->bytes);
    weir_receive_ack(s, open->cookies, open->cookie_count);
    weir_open_rows_destroy(open);
}

void weir_receive_cut(struct weir_receiver_supervisor *s)
{
    cut_text(s);
    cut_rows(s);
}

/* ---- acknowledgements ---- */
void weir_receive_ack(struct weir_receiver_supervisor *s, const uint64_t *cookies, uint32_t count)
{
    if (count == 0 || s->has_ended) {
        return;
    }
    struct weir_acks *acks = weir_alloc(sizeof *acks + count * sizeof *cookies);
    acks->count = count;
    memcpy(acks->cookies, cookies, count * sizeof *cookies);
    acks->next = atomic_load(&s->acks);
    while (!atomic_compare_exchange_weak(&s->acks, &acks->next, acks)) {
    }
    s->env->ops->gate_open(s->env, s->gate);
}

void weir_receive_ack_text(struct weir_receiver_supervisor *s)
{
    uint64_t cut = atomic_load(&s->cut_bytes_total);
    uint32_t done = 0;
    while (done < s->text_cookie_count && s->text_cookies[done].position <= cut) {
        weir_receive_ack(s, &s->text_cookies[done].cookie, 1);
        done++;
    }
    if (done > 0) {
        s->text_cookie_count -= done;
        memmove(s->text_cookies, s->text_cookies + done,
                s->text_cookie_count * sizeof *s->text_cookies);
    }
}

void weir_receive_deliver_acks(struct weir_receiver_supervisor *s)
{
    struct weir_acks *newest = atomic_exchange(&s->acks, NULL);
    struct weir_acks *oldest = NULL;
    while (newest != NULL) { /* the stack has the newest on top */
        struct weir_acks *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest != NULL) {
        struct weir_acks *next = oldest->next;
        s->node->op->receiver->acked(&s->rx, oldest->cookies, oldest->count);
        weir_free(oldest);
        oldest = next;
    }
}
