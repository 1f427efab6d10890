/* SPDX-License-Identifier: Apache-2.0 */
/* Filling and prefixing error texts; the end of the process on a broken assertion. */
#include "base/error.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int weir_error_set(struct weir_error *err, int status, const char *format, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
        err->status = status;
    }
    return status;
}

int weir_error_prefix(struct weir_error *err, const char *format, ...)
{
    WEIR_ASSERT(err != NULL);
    char old[WEIR_ERROR_TEXT_BYTES];
    memcpy(old, err->text, sizeof old);
    va_list args;
    va_start(args, format);
    int n = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof err->text) {
        size_t room = sizeof err->text - (size_t)n;
        (void)snprintf(err->text + n, room, ": %.*s", (int)room, old); /* cut where it is full */
    }
    return err->status;
}

void weir_assert_failed(const char *condition, const char *file, int line)
{
    weir_log(WEIR_LOG_ERROR, "%s:%d: broken assertion: %s; this is an error of weir's own", file,
             line, condition);
    abort();
}
