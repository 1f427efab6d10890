/* SPDX-License-Identifier: Apache-2.0 */
/* What a receiver calls to hand on text and rows, on its own thread. Nothing here waits for the
 * loop, except when the engine holds too much. */
#include "receive/private.h"

#include <string.h>

enum { WEIR_ROOM_WAIT_US = 100000 };

static struct weir_receiver_supervisor *of(struct weir_receiver *rx)
{
    return (struct weir_receiver_supervisor *)(void *)rx;
}

bool weir_receive_has_room(struct weir_receiver_supervisor *s, bool wait)
{
    for (;;) {
        if (atomic_load(&s->is_stopping)) {
            return false;
        }
        uint64_t waiting = atomic_load(&s->stored_bytes) - atomic_load(&s->cut_bytes_total);
        if (waiting + atomic_load(&s->held_bytes) <= s->options.held_bytes_max) {
            return true;
        }
        if (!wait) {
            return false;
        }
        (void)s->env->ops->gate_wait(s->env, s->gate, WEIR_ROOM_WAIT_US);
    }
}

/* ---- text ---- */
struct segment_post { /* tells the loop of a new buffer, which follows the one it cuts */
    struct weir_post post;
    struct weir_receiver_supervisor *supervisor;
    struct weir_segment *segment;
};

static void take_segment(struct weir_post *post)
{
    struct segment_post *news = post->owner;
    struct weir_receiver_supervisor *s = news->supervisor;
    weir_receive_cut(s); /* the old one is complete: what is left of it becomes a block */
    weir_segment_destroy(s->cutting);
    s->cutting = news->segment;
    s->cut_word = 0;
    weir_free(news);
}

static void begin_segment(struct weir_receiver_supervisor *s, size_t bytes)
{
    struct weir_segment *segment = weir_alloc(sizeof *segment);
    segment->buffer = weir_buffer_create(bytes > WEIR_SEGMENT_BYTES ? bytes : WEIR_SEGMENT_BYTES);
    s->writing = segment;
    struct segment_post *news = weir_alloc(sizeof *news);
    *news = (struct segment_post){{take_segment, news, NULL}, s, segment};
    s->env->ops->post(s->env, &news->post);
}

static size_t written(const struct weir_segment *segment)
{
    return (size_t)(atomic_load_explicit(&segment->published, memory_order_relaxed) & UINT32_MAX);
}

char *weir_receive_reserve(struct weir_receiver *rx, size_t bytes, bool wait)
{
    struct weir_receiver_supervisor *s = of(rx);
    weir_receive_deliver_acks(s);
    if (bytes > INT32_MAX || !weir_receive_has_room(s, wait)) {
        return NULL;
    }
    if (s->writing == NULL || s->writing->buffer->capacity - written(s->writing) < bytes) {
        begin_segment(s, bytes);
    }
    s->reserved = bytes;
    return (char *)s->writing->buffer->data + written(s->writing);
}

struct cookie_post {
    struct weir_post post;
    struct weir_receiver_supervisor *supervisor;
    struct weir_text_cookie cookie;
};

static void take_cookie(struct weir_post *post)
{
    struct cookie_post *news = post->owner;
    struct weir_receiver_supervisor *s = news->supervisor;
    WEIR_GROW(s->text_cookies, s->text_cookie_count, s->text_cookie_capacity);
    s->text_cookies[s->text_cookie_count++] = news->cookie;
    weir_free(news);
    weir_receive_ack_text(s);
}

int weir_receive_commit(struct weir_receiver *rx, size_t bytes, weir_bytes offset, uint64_t cookie)
{
    struct weir_receiver_supervisor *s = of(rx);
    (void)offset; /* kept with the block once the log is durable */
    WEIR_ASSERT(bytes <= s->reserved);
    s->reserved = 0;
    if (bytes == 0) {
        return WEIR_OK;
    }
    struct weir_segment *segment = s->writing;
    size_t at = written(segment);
    const uint8_t *data = segment->buffer->data + at;
    if (data[bytes - 1] != '\n') {
        return s->call.task.host->fail(&s->call.task, WEIR_FATAL,
                                       "commit of %zu bytes that do not end in a newline: commit "
                                       "whole lines and keep the rest for the next reserve",
                                       bytes);
    }
    uint64_t more = weir_count_lines(data, bytes) << 32 | bytes;
    atomic_fetch_add_explicit(&segment->published, more, memory_order_release);
    uint64_t position = atomic_fetch_add(&s->stored_bytes, bytes) + bytes;
    if (s->node->op->receiver->acked != NULL) {
        struct cookie_post *news = weir_alloc(sizeof *news);
        *news = (struct cookie_post){{take_cookie, news, NULL}, s, {position, cookie}};
        s->env->ops->post(s->env, &news->post);
    }
    return WEIR_OK;
}

/* ---- rows ---- */
/* Puts the appended rows into the open rows. While the receiver holds these, the cutter finds
 * nothing and comes again later. */
static void store_rows(struct weir_receiver_supervisor *s, const uint64_t *cookie)
{
    struct weir_open_rows *open = atomic_exchange(&s->open_rows, NULL);
    if (open == NULL) {
        open = weir_alloc(sizeof *open);
        open->builder = weir_builder_create(s->node->schema, false);
    }
    struct weir_rows rows;
    weir_rows_out_view(&s->rows_out, &rows);
    weir_builder_add(open->builder, &rows);
    uint64_t bytes = s->rows_out.out.heap_used + (uint64_t)rows.rows * 8 * rows.schema->field_count;
    open->bytes += bytes;
    if (cookie != NULL) {
        WEIR_GROW(open->cookies, open->cookie_count, open->cookie_capacity);
        open->cookies[open->cookie_count++] = *cookie;
    }
    atomic_fetch_add(&s->stored_bytes, bytes);
    weir_rows_out_reset(&s->rows_out);
    (void)atomic_exchange(&s->open_rows, open);
}

int weir_receive_store(struct weir_receiver *rx, weir_bytes offset, uint64_t cookie, bool wait)
{
    struct weir_receiver_supervisor *s = of(rx);
    (void)offset; /* kept with the block once the log is durable */
    weir_receive_deliver_acks(s);
    if (!weir_receive_has_room(s, wait) && !atomic_load(&s->is_stopping)) {
        return WEIR_AGAIN; /* the rows stay in `out` */
    }
    bool wants_ack = s->node->op->receiver->acked != NULL;
    if (s->rows_out.out.rows > 0 || wants_ack) {
        store_rows(s, wants_ack ? &cookie : NULL);
    }
    return WEIR_OK;
}

int weir_receive_rows_full(struct weir_rows_out *rows_out)
{
    struct weir_receiver_supervisor *s = rows_out->owner;
    (void)weir_receive_has_room(s, true);
    store_rows(s, NULL); /* the cookie comes with the store that the receiver itself makes */
    return WEIR_OK;
}
