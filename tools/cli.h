/* SPDX-License-Identifier: Apache-2.0 */
/* One binary, sub-commands: each is a table entry with its options; parsing, help and the order of
 * settings come from the table. */
#ifndef WEIR_TOOLS_CLI_H
#define WEIR_TOOLS_CLI_H

#include "base/base.h"
#include "data/data.h"

enum { WEIR_OPTIONS_MAX = 32 };

struct weir_option {
    const char *name;     /* long, without dashes */
    char letter;          /* short form, or 0 */
    const char *argument; /* what it takes, for help; NULL: a switch */
    const char *help;
    bool is_setting; /* also WEIR_NAME in the environment and `name = value` in a settings file */
    bool is_list;    /* may be given more than once */
};

struct weir_invocation;
struct weir_command {
    const char *name, *group, *summary;
    const char *arguments; /* for the usage line */
    const char *details;   /* a paragraph or more; may be NULL */
    const char *example;   /* a line that runs */
    bool is_report;        /* what is wrong with a text is the result: with --json on stdout */
    const struct weir_option
        *options; /* ended by a NULL name; -h, --json, -q, -v come with every command */
    int (*run)(struct weir_invocation *invocation);
};

/* A command line taken apart. */
struct weir_invocation {
    const struct weir_command *command;
    int count; /* of arguments that are no options */
    char **arguments;
    const char *values[WEIR_OPTIONS_MAX];  /* by option; NULL: not given; switches: "" */
    const char *origins[WEIR_OPTIONS_MAX]; /* "--batch", "WEIR_BATCH", "weir.conf:3" */
    bool is_weak[WEIR_OPTIONS_MAX]; /* from a settings file: a job file's own setting is stronger */
    struct weir_map lists;          /* option name -> struct weir_value_list */
    bool is_json, is_quiet, is_verbose;
    struct weir_arena arena;
};
struct weir_value_list {
    const char **values;
    size_t count, capacity;
};

/* All commands, grouped for help; ended by a NULL name. */
extern const struct weir_command *const weir_commands[];

/* The command of a name, or NULL. */
const struct weir_command *weir_command_find(const char *name);

/* Takes a command line apart (argv[0] is the command's name), reads environment and settings files,
 * runs it. The exit status. */
int weir_cli_run(const struct weir_command *command, int argc, char **argv);

/* The value of an option, or NULL. The name must be one of the command's. */
const char *weir_cli_value(const struct weir_invocation *invocation, const char *option);

/* Where the value of an option comes from, for messages: "--batch", "WEIR_BATCH", "weir.conf:3".
 * Only if it has one. */
const char *weir_cli_origin(const struct weir_invocation *invocation, const char *option);

/* As weir_cli_value, but without what settings files say (for what a job file may set itself). */
const char *weir_cli_strong_value(const struct weir_invocation *invocation, const char *option);

/* All values of a list option. */
const struct weir_value_list *weir_cli_list(const struct weir_invocation *invocation,
                                            const char *option);

/* "weir: text" on stderr and, with a remedy, a second line; returns the status' exit code. --json:
 * one JSON object. */
int weir_cli_fail(const struct weir_invocation *invocation, const struct weir_error *err);

/* The same for a message that has its exit status already. */
void weir_cli_fail_text(const struct weir_invocation *invocation, const char *message, int status);

/* Usage error: says what is wrong and the command's usage line. Returns 64. */
int weir_cli_usage(const struct weir_invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The only argument of a command that takes exactly one; `what` it is, for the message. Returns 0,
 * or 64. */
int weir_cli_argument(const struct weir_invocation *invocation,
                      const char *what,
                      const char **argument);

/* Prints a command's help page, or the list of commands, to stdout. */
void weir_cli_help(const struct weir_command *command);
void weir_cli_overview(bool is_full);

/* Colours on this descriptor: a terminal, no NO_COLOR, no TERM=dumb. */
bool weir_cli_is_colored(int fd);

/* Writes all of it to stdout; ends the process with 74 if stdout is gone. */
void weir_cli_put(const struct weir_text *text);

/* Writes all of it to stderr. */
void weir_cli_put_error(const struct weir_text *text);

/* ---- quantities of options ---- */
/* "10s", "100ms" -> us; "64MiB" -> bytes; whole numbers. WEIR_EUSAGE says what was expected. */
int weir_cli_duration(const char *option, const char *text, int64_t *us, struct weir_error *err);
int weir_cli_size(const char *option, const char *text, uint64_t *bytes, struct weir_error *err);
int weir_cli_count(const char *option,
                   const char *text,
                   int64_t min,
                   int64_t max,
                   int64_t *count,
                   struct weir_error *err);

#endif
