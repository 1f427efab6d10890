/* SPDX-License-Identifier: Apache-2.0 */
/* Between the plugin `play`, which is a plugin like any other and includes only the SDK, and the
 * tests it is linked into. */
#ifndef WEIR_TESTS_PLAY_SCRIPT_H
#define WEIR_TESTS_PLAY_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

/* Asked before a step that a test may want to fail: "read a b", "map bad", "begin job/0/1000/0",
 * "write ...", "prepare ...", "commit 1000". The answer is the outcome (enum weir_outcome). */
int play_outcome(const char *step);

/* A row of sink `play.log` was committed, as JSON without envelope; a batch was, before its
 * rows. */
void play_committed(int64_t batch_us, size_t partitions);
void play_row(const char *json, size_t bytes);

/* A receiver was told that its store number `cookie` is in a block; a source, that its batches up
 * to a place are committed. */
void play_acked(uint64_t cookie);
void play_told(const char *to, size_t bytes);

#endif
