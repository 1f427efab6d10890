/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of text for people. The engine formats; whoever embeds it says where the line goes (one
 * sink a process, set before any thread starts). Without a sink, lines are dropped: the engine
 * itself has no file. */
#ifndef WEIR_BASE_LOG_H
#define WEIR_BASE_LOG_H

enum weir_log_level { WEIR_LOG_ERROR = 0, WEIR_LOG_WARNING, WEIR_LOG_INFO, WEIR_LOG_DEBUG };

/* Called from any thread, possibly at once from several: the sink does its own locking. `line` has
 * no newline. */
typedef void (*weir_log_sink)(void *owner, int level, const char *line);

/* Sets the sink and the most talkative level that reaches it. Before any thread starts. */
void weir_log_to(weir_log_sink sink, void *owner, int level_max);

/* Formats one line (cut at 2 KiB). Any thread. */
void weir_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
