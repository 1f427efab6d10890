/* SPDX-License-Identifier: Apache-2.0 */
/* What the two scans share: a piece of text becomes chunks of lines. */
#ifndef WEIR_EXEC_SCAN_SCAN_H
#define WEIR_EXEC_SCAN_SCAN_H

#include "exec/exec.h"

/* Pushes the lines of text->data[from, to), WEIR_CHUNK_ROWS_MAX at a time. to is at most
 * text->bytes. is_shared: what lies behind `to` may be written by another thread meanwhile. Ends
 * early when the task wants no more. */
int weir_scan_lines(struct weir_exec_task *task,
                    const struct weir_type *schema,
                    struct weir_buffer *text,
                    size_t from,
                    size_t to,
                    bool counts_records,
                    bool is_shared,
                    struct weir_step *step);

#endif
