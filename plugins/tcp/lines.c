/* SPDX-License-Identifier: Apache-2.0 */
/* See lines.h. A short tail is moved in front of the next piece; a long one (a line of many pieces)
 * is collected in its own memory, so that a line of 100 MB is copied twice and not once per piece.
 */
#include "lines.h"

#include <errno.h>
#include <sys/socket.h>

enum { TAIL_KEEP_BYTES_MAX = 4 * 1024 * 1024 };

static const weir_bytes no_offset = {0};

/* Index behind the last '\n' of bytes[from, count), or 0. */
static size_t lines_end(const char *bytes, size_t from, size_t count)
{
    while (count > from) {
        if (bytes[count - 1] == '\n') {
            return count;
        }
        count--;
    }
    return 0;
}

static enum weir_tcp_event stop(struct weir_tcp_lines *lines, int outcome)
{
    lines->outcome = outcome;
    return WEIR_TCP_STOP;
}

static enum weir_tcp_event out_of_memory(struct weir_tcp_lines *lines, struct weir_receiver *rx)
{
    return stop(lines, weir_fail(rx->task, WEIR_RETRY,
                                 "out of memory for a line longer than %zu bytes: set max_line= "
                                 "to the longest line that makes sense",
                                 lines->tail.count));
}

/* recv's answer, with a signal as "nothing yet". */
static enum weir_tcp_event no_data(ssize_t got)
{
    if (got == 0) {
        return WEIR_TCP_CLOSED;
    }
    bool is_idle = errno == EAGAIN || errno == EINTR;
    return is_idle ? WEIR_TCP_NOTHING : WEIR_TCP_BROKEN;
}

static void shrink_tail(struct weir_blob *tail)
{
    if (tail->capacity > TAIL_KEEP_BYTES_MAX && tail->count < WEIR_TCP_READ_BYTES) {
        struct weir_blob small = {0};
        weir_blob_append(&small, tail->bytes, tail->count);
        if (!small.is_failed) {
            weir_blob_free(tail);
            *tail = small;
        }
    }
}

/* Commits the first `end` bytes of the tail, which are whole lines; what is left moves to the
 * front. */
static int commit_tail(struct weir_tcp_lines *lines, struct weir_receiver *rx, size_t end)
{
    struct weir_blob *tail = &lines->tail;
    char *to = rx->reserve(rx, end, true);
    if (to == NULL) {
        return WEIR_AGAIN;
    }
    memcpy(to, tail->bytes, end);
    int rc = rx->commit(rx, end, no_offset, 0);
    memmove(tail->bytes, tail->bytes + end, tail->count - end);
    tail->count -= end;
    shrink_tail(tail);
    return rc;
}

static void drop_if_too_long(struct weir_tcp_lines *lines, struct weir_receiver *rx)
{
    if (lines->tail.count <= lines->line_bytes_max) {
        return;
    }
    lines->dropped_lines++;
    lines->is_dropping = true;
    weir_blob_free(&lines->tail);
    weir_log(rx->task, 1,
             "a line longer than max_line=%zuB is dropped (%llu so far on this connection)",
             lines->line_bytes_max, (unsigned long long)lines->dropped_lines);
}

/* The tail has grown from `old` bytes; commits what is complete in it. */
static enum weir_tcp_event tail_grown(struct weir_tcp_lines *lines,
                                      struct weir_receiver *rx,
                                      size_t old)
{
    size_t end = lines_end(lines->tail.bytes, old, lines->tail.count);
    if (end > 0) {
        int rc = commit_tail(lines, rx, end);
        if (rc != 0) {
            return stop(lines, rc == WEIR_AGAIN ? WEIR_OK : rc);
        }
    }
    drop_if_too_long(lines, rx);
    return WEIR_TCP_DATA;
}

/* Receives into the tail: it is long already, or is being dropped. */
static enum weir_tcp_event read_into_tail(struct weir_tcp_lines *lines, struct weir_receiver *rx)
{
    struct weir_blob *tail = &lines->tail;
    char *at = weir_blob_reserve(tail, WEIR_TCP_READ_BYTES);
    if (at == NULL) {
        return out_of_memory(lines, rx);
    }
    ssize_t got = recv(lines->fd, at, WEIR_TCP_READ_BYTES, 0);
    if (got <= 0) {
        return no_data(got);
    }
    size_t old = tail->count;
    tail->count += (size_t)got;
    if (lines->is_dropping) {
        const char *newline = memchr(tail->bytes, '\n', tail->count);
        size_t skip = newline == NULL ? tail->count : (size_t)(newline + 1 - tail->bytes);
        lines->is_dropping = newline == NULL;
        memmove(tail->bytes, tail->bytes + skip, tail->count - skip);
        tail->count -= skip;
        old = 0;
    }
    return tail_grown(lines, rx, old);
}

/* The usual way: receives behind the short tail, in the engine's memory. */
static enum weir_tcp_event read_into_block(struct weir_tcp_lines *lines, struct weir_receiver *rx)
{
    struct weir_blob *tail = &lines->tail;
    size_t before = tail->count;
    char *at = rx->reserve(rx, before + WEIR_TCP_READ_BYTES, true);
    if (at == NULL) {
        return stop(lines, WEIR_OK);
    }
    ssize_t got = recv(lines->fd, at + before, WEIR_TCP_READ_BYTES, 0);
    if (got <= 0) {
        enum weir_tcp_event event = no_data(got);
        int reason = errno;
        int rc = rx->commit(rx, 0, no_offset, 0);
        errno = reason;
        return rc != 0 ? stop(lines, rc) : event;
    }
    size_t count = before + (size_t)got;
    size_t end = lines_end(at, before, count);
    if (end > 0) {
        if (before > 0) {
            memcpy(at, tail->bytes, before);
        }
        tail->count = 0;
        before = 0;
    }
    size_t from = end > 0 ? end : before;
    weir_blob_append(tail, at + from, count - from);
    int rc = rx->commit(rx, end, no_offset, 0);
    if (tail->is_failed) {
        return out_of_memory(lines, rx);
    }
    drop_if_too_long(lines, rx);
    return rc != 0 ? stop(lines, rc) : WEIR_TCP_DATA;
}

enum weir_tcp_event weir_tcp_lines_read(struct weir_tcp_lines *lines, struct weir_receiver *rx)
{
    if (lines->is_dropping || lines->tail.count >= WEIR_TCP_READ_BYTES) {
        return read_into_tail(lines, rx);
    }
    return read_into_block(lines, rx);
}

int weir_tcp_lines_end(struct weir_tcp_lines *lines, struct weir_receiver *rx)
{
    int rc = 0;
    if (!lines->is_dropping && lines->tail.count > 0) {
        weir_blob_append(&lines->tail, "\n", 1);
        rc = lines->tail.is_failed ? WEIR_RETRY : commit_tail(lines, rx, lines->tail.count);
    }
    lines->is_dropping = false;
    weir_blob_clear(&lines->tail);
    return rc == WEIR_AGAIN ? WEIR_OK : rc;
}

void weir_tcp_lines_free(struct weir_tcp_lines *lines)
{
    weir_blob_free(&lines->tail);
}
