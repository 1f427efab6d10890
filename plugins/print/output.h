/* SPDX-License-Identifier: Apache-2.0 */
/* Standard output, which all print sinks of the process share: whole pieces, one after the other.
 */
#ifndef WEIR_PLUGINS_PRINT_OUTPUT_H
#define WEIR_PLUGINS_PRINT_OUTPUT_H

#include <weir/io.h>

struct weir_screen {
    bool is_terminal, has_colour;
    size_t columns, lines;
};

/* What standard output is; the size as it is now. Any thread. */
void weir_screen_look(struct weir_screen *screen);

/* Writes the bytes of `parts` after each other, and nothing of another sink between them. WEIR_OK,
 * or WEIR_FATAL with a message. [commit's thread] */
int weir_output_write(struct weir_task *task, const weir_bytes *const *parts, size_t count);

/* Takes the turn: true if another owner had it. Any thread. */
bool weir_output_claim(const void *owner);

/* The owner will not write again. Any thread. */
void weir_output_release(const void *owner);

#endif
