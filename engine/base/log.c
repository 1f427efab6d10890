/* SPDX-License-Identifier: Apache-2.0 */
/* The process-wide line log: a level, a sink, and a bounded line. */
#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum { WEIR_LOG_LINE_BYTES = 2048 };

static struct {
    weir_log_sink sink;
    void *owner;
    int level_max;
} log_target;

void weir_log_to(weir_log_sink sink, void *owner, int level_max)
{
    log_target.sink = sink;
    log_target.owner = owner;
    log_target.level_max = level_max;
}

void weir_log(int level, const char *format, ...)
{
    if (log_target.sink == NULL || level > log_target.level_max) {
        return;
    }
    char line[WEIR_LOG_LINE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    log_target.sink(log_target.owner, level, line);
}
