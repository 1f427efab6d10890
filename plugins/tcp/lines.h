/* SPDX-License-Identifier: Apache-2.0 */
/* From a connected socket to whole lines in the engine's memory. Bytes are received straight into
 * what reserve lends; only the unfinished line at the end is copied, to stand in front of the next
 * piece. One reader per connection. */
#ifndef WEIR_PLUGINS_TCP_LINES_H
#define WEIR_PLUGINS_TCP_LINES_H

#include <weir/io.h>

enum { WEIR_TCP_READ_BYTES = 256 * 1024 };

enum weir_tcp_event {
    WEIR_TCP_DATA,    /* something came */
    WEIR_TCP_NOTHING, /* nothing there yet: poll */
    WEIR_TCP_CLOSED,  /* the peer has closed in good order */
    WEIR_TCP_BROKEN,  /* errno says why */
    WEIR_TCP_STOP     /* the engine wants no more; `outcome` is what run returns */
};

struct weir_tcp_lines {
    int fd; /* not blocking */
    int outcome;
    size_t line_bytes_max; /* a longer line is dropped, with a word in the log */
    uint64_t dropped_lines;
    bool is_dropping;      /* the rest of such a line is being skipped */
    struct weir_blob tail; /* the unfinished line */
};

/* One recv of at most WEIR_TCP_READ_BYTES; commits the lines that are complete. [receiver's thread]
 */
enum weir_tcp_event weir_tcp_lines_read(struct weir_tcp_lines *lines, struct weir_receiver *rx);

/* The connection has ended: commits an unfinished line as a line. Returns 0 or what run returns. */
int weir_tcp_lines_end(struct weir_tcp_lines *lines, struct weir_receiver *rx);

/* Frees the tail; the reader may serve another connection. Does not close fd. */
void weir_tcp_lines_free(struct weir_tcp_lines *lines);

#endif
