/* SPDX-License-Identifier: Apache-2.0 */
/* Functions, for map, filter and any expression: what a line like
 *   "2026-11-25 10:00:01 WARN disk is 91% full"
 * says. One value out for each row in; a line of another form is a bad record, the job goes on. */
#include <weir/plugin.h>

/* The words of a line of the log, up to the message, which is the rest. */
struct parts {
    weir_str date, time, level, message;
};

static bool take_apart(weir_str line, struct parts *parts)
{
    parts->message = line;
    return weir_str_token(&parts->message, ' ', &parts->date) && parts->date.count == 10 &&
           weir_str_token(&parts->message, ' ', &parts->time) && parts->time.count == 8 &&
           weir_str_token(&parts->message, ' ', &parts->level);
}

/* The result is a slice of the argument: no byte is copied. */
WEIR_FUNCTION(weir_str, level, (weir_str, line))
{
    struct parts parts;
    if (!take_apart(line, &parts)) {
        weir_fail(ctx, WEIR_BAD_RECORD, "expected DATE TIME LEVEL MESSAGE, found \"%.*s\"",
                  line.count < 60 ? (int)line.count : 60, line.bytes);
        return line; /* nobody reads it */
    }
    return parts.level;
}
WEIR_HELP(level,
          "the level of a log line: INFO, WARN, ERROR",
          "file \"app.log\" | map level = logline.level(line) | count_by_value | print");

WEIR_FUNCTION(weir_str, message, (weir_str, line))
{
    struct parts parts;
    if (!take_apart(line, &parts)) {
        weir_null(ctx); /* or: the value is missing */
        return line;
    }
    return weir_str_trim(parts.message);
}
WEIR_HELP(message,
          "the message of a log line, null where there is none",
          "file \"app.log\" | map message = logline.message(line) | print");

/* Numbers in, a number out: the macro's loop is vectorised. */
WEIR_FUNCTION(int64_t, severity, (weir_str, level))
{
    (void)ctx;
    return weir_str_equal(level, "ERROR") ? 3 : weir_str_equal(level, "WARN") ? 2 : 1;
}
WEIR_HELP(severity,
          "3 for ERROR, 2 for WARN, 1 for all else",
          "file \"app.log\" | filter logline.severity(logline.level(line)) > 1 | print");

WEIR_PLUGIN("org.example.logline", "1.0.0", "lines of an application's log", "Apache-2.0");
