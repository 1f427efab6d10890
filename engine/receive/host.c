/* SPDX-License-Identifier: Apache-2.0 */
/* What a receiver calls to hand on text and rows, on its own thread. Nothing here waits for the
 * loop, except when the engine holds too much. */
#include "receive/private.h"

#include <string.h>

enum {
    WEIR_ROOM_WAIT_US = 100000,
    WEIR_RESERVE_BYTES_MAX = INT32_MAX,
    WEIR_SMALL_STORE_BYTES = 32 * 1024, /* of text; more is kept where it was written */
    WEIR_SHARED_HEAP_BYTES_MIN = 1024,
    WEIR_SHARED_HEAP_BYTES_MAX = 256 * 1024
};

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
        if (!wait || s->is_stepped) {
            return false;
        }
        (void)s->env->ops->gate_wait(s->env, s->gate, WEIR_ROOM_WAIT_US);
        weir_receive_deliver_acks(s);
    }
}

void weir_receive_deliver_acks(struct weir_receiver_supervisor *s)
{
    struct weir_letter *letter = weir_mailbox_take(&s->acks);
    while (letter != NULL) {
        struct weir_acks *acks = (struct weir_acks *)(void *)letter;
        letter = letter->next;
        s->cookies_acked += acks->count;
        struct weir_call_frame frame = {0};
        weir_call_enter(&frame, &s->call, "acked");
        s->node->op->receiver->acked(&s->rx, acks->cookies, acks->count);
        weir_call_leave(&frame);
        weir_free(acks);
    }
}

void weir_receive_nudge(struct weir_receiver_supervisor *s)
{
    if (!atomic_exchange(&s->is_nudged, true)) {
        s->env->ops->post(s->env, &s->nudge);
    }
}

static bool wants_acks(const struct weir_receiver_supervisor *s)
{
    return s->node->op->receiver->acked != NULL;
}

static bool is_text(const struct weir_receiver_supervisor *s)
{
    return (s->node->op->flags & WEIR_TEXT_LINES) != 0;
}

/* ---- text ---- */
static void begin_segment(struct weir_receiver_supervisor *s, size_t bytes)
{
    struct weir_segment *segment = weir_alloc(sizeof *segment);
    segment->buffer = weir_buffer_create(bytes > WEIR_SEGMENT_BYTES ? bytes : WEIR_SEGMENT_BYTES);
    segment->buffer->bytes = segment->buffer->capacity; /* blocks say how much of it is text */
    s->writing = segment;                               /* the old one is the loop's from here on */
    weir_mailbox_put(&s->fresh_segments, &segment->letter);
}

static size_t written(const struct weir_segment *segment)
{
    return (size_t)(atomic_load_explicit(&segment->published, memory_order_relaxed) & UINT32_MAX);
}

char *weir_receive_reserve(struct weir_receiver *rx, size_t bytes, bool wait)
{
    struct weir_receiver_supervisor *s = of(rx);
    weir_receive_deliver_acks(s);
    if (!is_text(s)) {
        (void)s->call.task.host->fail(&s->call.task, WEIR_FATAL,
                                      "reserve is for text receivers: a receiver of rows appends "
                                      "to `out` and stores");
        return NULL;
    }
    if (bytes > WEIR_RESERVE_BYTES_MAX || !weir_receive_has_room(s, wait)) {
        return NULL;
    }
    if (s->writing == NULL || s->writing->buffer->capacity - written(s->writing) < bytes) {
        begin_segment(s, bytes);
    }
    s->reserved = bytes;
    return (char *)s->writing->buffer->data + written(s->writing);
}

static int refuse(struct weir_receiver_supervisor *s, size_t bytes, const char *why)
{
    return s->call.task.host->fail(&s->call.task, WEIR_FATAL, "commit of %zu bytes %s", bytes, why);
}

int weir_receive_commit(struct weir_receiver *rx, size_t bytes, weir_bytes offset, uint64_t cookie)
{
    struct weir_receiver_supervisor *s = of(rx);
    (void)offset; /* kept with the block once the log is durable */
    if (bytes > s->reserved) {
        return refuse(s, bytes,
                      "where fewer are reserved: reserve first, then commit at most that");
    }
    s->reserved = 0;
    if (bytes == 0) {
        return WEIR_OK;
    }
    struct weir_segment *segment = s->writing;
    const uint8_t *data = segment->buffer->data + written(segment);
    if (data[bytes - 1] != '\n') {
        return refuse(s, bytes,
                      "that do not end in a newline: commit whole lines and keep the rest for the "
                      "next reserve");
    }
    uint64_t more = weir_count_lines(data, bytes) << 32 | bytes;
    uint64_t position = atomic_fetch_add(&s->stored_bytes, bytes) + bytes;
    atomic_fetch_add_explicit(&segment->published, more, memory_order_release);
    if (wants_acks(s)) {
        struct weir_text_cookie *sent = weir_alloc(sizeof *sent);
        sent->position = position;
        sent->cookie = cookie;
        s->cookies_stored++;
        weir_mailbox_put(&s->text_cookies, &sent->letter);
    }
    return WEIR_OK;
}

/* ---- rows ---- */
static struct weir_open_rows *hold_open_rows(struct weir_receiver_supervisor *s)
{
    struct weir_open_rows *open = atomic_exchange(&s->open_rows, &weir_rows_held);
    if (open == NULL) {
        open = weir_alloc(sizeof *open);
        open->builder = weir_builder_create(s->node->schema, false);
    }
    return open;
}

/* Back to where the cutter finds them; if it came meanwhile, to the cutter. */
static void put_open_rows(struct weir_receiver_supervisor *s, struct weir_open_rows *open)
{
    struct weir_open_rows *expected = &weir_rows_held;
    if (!atomic_compare_exchange_strong(&s->open_rows, &expected, open)) {
        weir_mailbox_put(&s->handed_rows, &open->letter);
        atomic_store(&s->open_rows, NULL);
        weir_receive_nudge(s);
    }
}

/* The heap that small stores share, with room for `bytes`; heaps get larger as there are more. */
static struct weir_buffer *shared_heap(struct weir_open_rows *open, size_t bytes)
{
    struct weir_buffer *heap = open->heap;
    if (heap != NULL && heap->capacity - heap->bytes >= bytes) {
        return heap;
    }
    size_t capacity = heap == NULL ? WEIR_SHARED_HEAP_BYTES_MIN : heap->capacity * 2;
    capacity = capacity < WEIR_SHARED_HEAP_BYTES_MAX ? capacity : WEIR_SHARED_HEAP_BYTES_MAX;
    weir_buffer_release(heap);
    open->heap = weir_buffer_create(capacity > bytes ? capacity : bytes);
    return open->heap;
}

/* Views over several heaps now point into one, heap number 0, where heap i begins at starts[i].
 * Depth is at most WEIR_TYPE_DEPTH_MAX. */
static void move_views(const struct weir_column *column, int64_t rows, const uint32_t *starts)
{
    if (weir_type_is_text(column->type)) {
        weir_view *views = (weir_view *)(uintptr_t)column->data;
        for (int64_t r = 0; r < rows; r++) {
            if (views[r].count > WEIR_VIEW_INLINE_BYTES) {
                views[r].offset = (int32_t)((uint32_t)views[r].offset + starts[views[r].buffer]);
                views[r].buffer = 0;
            }
        }
    } else if (column->type->kind == WEIR_TYPE_LIST) {
        move_views(&column->children[0], column->child_rows, starts);
    }
    for (uint32_t i = 0; i < column->type->field_count; i++) {
        move_views(&column->children[i], rows, starts);
    }
}

/* Moves the text of a small store there: else every store would keep heaps of its own alive. The
 * rows' views, which are written anew after this store, point to it then. */
static void share_heap(struct weir_receiver_supervisor *s,
                       struct weir_open_rows *open,
                       const struct weir_rows *rows,
                       size_t text,
                       struct weir_heaps *heaps)
{
    struct weir_buffer *heap = shared_heap(open, text);
    const struct weir_heaps *from = rows->heaps;
    uint32_t *starts = weir_arena_alloc(&s->rows_out.lent.taken, from->count * sizeof *starts);
    for (uint32_t i = 0; i < from->count; i++) {
        const struct weir_buffer *one = from->buffers[i];
        starts[i] = (uint32_t)heap->bytes;
        memcpy(heap->data + heap->bytes, one->data, one->bytes);
        heap->bytes += one->bytes;
    }
    for (uint32_t c = 0; c < rows->schema->field_count; c++) {
        move_views(&rows->columns[c], rows->rows, starts);
    }
    weir_heaps_init(heaps);
    (void)weir_heaps_add(heaps, weir_buffer_retain(heap));
}

static void append_rows(struct weir_receiver_supervisor *s,
                        struct weir_open_rows *open,
                        struct weir_rows *rows)
{
    struct weir_heaps heaps;
    size_t text = 0;
    for (uint32_t i = 0; i < rows->heaps->count; i++) {
        text += rows->heaps->buffers[i]->bytes;
    }
    if (text == 0 || text > WEIR_SMALL_STORE_BYTES) {
        weir_builder_add(open->builder, rows);
        return;
    }
    share_heap(s, open, rows, text, &heaps);
    rows->heaps = &heaps;
    weir_builder_add(open->builder, rows);
    weir_heaps_finish(&heaps);
}

/* Rows that cannot be are dropped; the outcome says so. */
static int store_rows(struct weir_receiver_supervisor *s, const uint64_t *cookie)
{
    struct weir_rows rows;
    uint64_t bytes = weir_lent_used_bytes(&s->rows_out.lent);
    int outcome = weir_rows_out_view(&s->rows_out, &s->call.task, &rows);
    if (outcome == WEIR_OK) {
        atomic_fetch_add(&s->stored_bytes, bytes);
        struct weir_open_rows *open = hold_open_rows(s);
        append_rows(s, open, &rows);
        open->bytes += bytes;
        if (cookie != NULL) {
            WEIR_GROW(open->cookies, open->cookie_count, open->cookie_capacity);
            open->cookies[open->cookie_count++] = *cookie;
            s->cookies_stored++;
        }
        put_open_rows(s, open);
    }
    weir_rows_out_reset(&s->rows_out);
    return outcome;
}

int weir_receive_store(struct weir_receiver *rx, weir_bytes offset, uint64_t cookie, bool wait)
{
    struct weir_receiver_supervisor *s = of(rx);
    (void)offset; /* kept with the block once the log is durable */
    weir_receive_deliver_acks(s);
    if (is_text(s)) {
        return s->call.task.host->fail(&s->call.task, WEIR_FATAL,
                                       "store is for receivers of rows: a text receiver hands its "
                                       "lines on by reserve and commit");
    }
    if (!weir_receive_has_room(s, wait) && !atomic_load(&s->is_stopping)) {
        return WEIR_AGAIN; /* the rows stay in `out` */
    }
    if (s->rows_out.lent.out.rows > 0 || wants_acks(s)) {
        return store_rows(s, wants_acks(s) ? &cookie : NULL);
    }
    return WEIR_OK;
}

int weir_receive_rows_full(struct weir_rows_out *rows_out)
{
    struct weir_receiver_supervisor *s = rows_out->owner;
    (void)weir_receive_has_room(s, true);
    return store_rows(s, NULL); /* the cookie comes with the store that it makes itself */
}

void weir_receive_flush_rows(struct weir_receiver_supervisor *s)
{
    if (s->rows_out.lent.out.rows > 0) {
        int outcome = store_rows(s, NULL);
        s->outcome = s->outcome == WEIR_OK ? outcome : s->outcome;
    }
}
