/* SPDX-License-Identifier: Apache-2.0 */
/* Taking command lines apart by the command's table. Options may stand anywhere, `--` ends them,
 * `-h` works at the end of anything. */
#include "cli.h"

#include "settings.h"

#include "command/commands.h"
#include "os/os.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct weir_command *weir_command_find(const char *name)
{
    for (size_t i = 0; weir_commands[i] != NULL; i++) {
        if (strcmp(weir_commands[i]->name, name) == 0) {
            return weir_commands[i];
        }
    }
    return NULL;
}

static int option_index(const struct weir_command *command, const char *name, size_t count)
{
    for (int i = 0; command->options[i].name != NULL; i++) {
        if (strlen(command->options[i].name) == count &&
            strncmp(command->options[i].name, name, count) == 0) {
            return i;
        }
    }
    return -1;
}

static void set_value(struct weir_invocation *invocation, int index, const char *value)
{
    const struct weir_option *option = &invocation->command->options[index];
    invocation->values[index] = value;
    invocation->origins[index] = weir_arena_printf(&invocation->arena, "--%s", option->name);
    if (!option->is_list) {
        return;
    }
    struct weir_value_list *list = weir_map_get(&invocation->lists, weir_str_of(option->name));
    if (list == NULL) {
        list = weir_arena_alloc(&invocation->arena, sizeof *list);
        (void)weir_map_put(&invocation->lists, weir_str_of(option->name), list);
    }
    WEIR_GROW(list->values, list->count, list->capacity);
    list->values[list->count++] = value;
}

/* The switches that every command has. */
static bool take_common(struct weir_invocation *invocation, const char *word)
{
    if (strcmp(word, "--json") == 0) {
        invocation->is_json = true;
    } else if (strcmp(word, "-q") == 0 || strcmp(word, "--quiet") == 0) {
        invocation->is_quiet = true;
    } else if (strcmp(word, "-v") == 0 || strcmp(word, "--verbose") == 0) {
        invocation->is_verbose = true;
    } else {
        return false;
    }
    return true;
}

static int unknown_option(struct weir_invocation *invocation, const char *word)
{
    const char *names[WEIR_OPTIONS_MAX + 4] = {"json", "quiet", "verbose", "help"};
    size_t count = 4;
    for (int i = 0; invocation->command->options[i].name != NULL; i++) {
        names[count++] = invocation->command->options[i].name;
    }
    const char *near = weir_near_among(weir_str_of(word + strspn(word, "-")), names, count);
    return near == NULL ? weir_cli_usage(invocation, "unknown option '%s'", word)
                        : weir_cli_usage(invocation, "unknown option '%s': did you mean '--%s'?",
                                         word, near);
}

/* One option word; *i moves past its argument. */
static int take_option(struct weir_invocation *invocation, int argc, char **argv, int *i)
{
    const char *word = argv[*i];
    const struct weir_command *command = invocation->command;
    if (take_common(invocation, word)) {
        return WEIR_OK;
    }
    const char *attached = NULL;
    int index = -1;
    if (word[1] == '-') {
        const char *equals = strchr(word, '=');
        size_t count = equals == NULL ? strlen(word) - 2 : (size_t)(equals - word) - 2;
        index = option_index(command, word + 2, count);
        attached = equals == NULL ? NULL : equals + 1;
    } else {
        for (int k = 0; command->options[k].name != NULL; k++) {
            if (command->options[k].letter == word[1]) {
                index = k;
                attached = word[2] == '\0' ? NULL : word + 2;
            }
        }
    }
    if (index < 0) {
        return unknown_option(invocation, word);
    }
    if (command->options[index].argument == NULL) {
        if (attached != NULL) {
            return weir_cli_usage(invocation, "'%s' takes no value", word);
        }
        set_value(invocation, index, "");
        return WEIR_OK;
    }
    if (attached == NULL && *i + 1 >= argc) {
        return weir_cli_usage(invocation, "'%s' needs a value: %s", word,
                              command->options[index].argument);
    }
    set_value(invocation, index, attached != NULL ? attached : argv[++*i]);
    return WEIR_OK;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            return true;
        }
    }
    return false;
}

static int take_apart(struct weir_invocation *invocation, int argc, char **argv)
{
    bool options_end = false;
    for (int i = 1; i < argc; i++) {
        if (!options_end && strcmp(argv[i], "--") == 0) {
            options_end = true;
        } else if (!options_end && argv[i][0] == '-' && argv[i][1] != '\0') {
            WEIR_TRY(take_option(invocation, argc, argv, &i));
        } else {
            invocation->arguments[invocation->count++] = argv[i];
        }
    }
    return WEIR_OK;
}

/* Whoever closed the pipe knows why; anything else is said. */
static int output_failed(void)
{
    if (errno != EPIPE) {
        (void)fprintf(stderr, "weir: cannot write to standard output: %s\n", strerror(errno));
    }
    return weir_status_exit_code(WEIR_EIO);
}

int weir_cli_run(const struct weir_command *command, int argc, char **argv)
{
    if (asks_for_help(argc, argv)) {
        weir_cli_help(command);
        return fflush(stdout) == 0 ? 0 : output_failed();
    }
    struct weir_invocation invocation = {.command = command};
    weir_arena_init(&invocation.arena);
    weir_map_init(&invocation.lists);
    invocation.arguments = weir_arena_alloc(&invocation.arena, (size_t)(argc + 1) * sizeof(char *));
    int status = take_apart(&invocation, argc, argv);
    if (status == WEIR_OK) {
        status = weir_settings_apply(&invocation);
    }
    if (status == WEIR_OK) {
        weir_os_log_to_stderr(invocation.is_verbose ? WEIR_LOG_DEBUG
                              : invocation.is_quiet ? WEIR_LOG_ERROR
                                                    : WEIR_LOG_WARNING);
        status = command->run(&invocation);
    }
    if (fflush(stdout) != 0 && status == WEIR_OK) {
        status = output_failed();
    }
    for (size_t i = 0; i < invocation.lists.count; i++) {
        weir_free(((struct weir_value_list *)invocation.lists.entries[i].value)->values);
    }
    weir_map_finish(&invocation.lists);
    weir_arena_finish(&invocation.arena);
    return status;
}

const char *weir_cli_value(const struct weir_invocation *invocation, const char *option)
{
    int index = option_index(invocation->command, option, strlen(option));
    WEIR_ASSERT(index >= 0);
    return invocation->values[index];
}

const char *weir_cli_origin(const struct weir_invocation *invocation, const char *option)
{
    int index = option_index(invocation->command, option, strlen(option));
    WEIR_ASSERT(index >= 0 && invocation->origins[index] != NULL);
    return invocation->origins[index];
}

const char *weir_cli_strong_value(const struct weir_invocation *invocation, const char *option)
{
    int index = option_index(invocation->command, option, strlen(option));
    WEIR_ASSERT(index >= 0);
    return invocation->is_weak[index] ? NULL : invocation->values[index];
}

const struct weir_value_list *weir_cli_list(const struct weir_invocation *invocation,
                                            const char *option)
{
    static const struct weir_value_list none;
    const struct weir_value_list *list = weir_map_get(&invocation->lists, weir_str_of(option));
    return list == NULL ? &none : list;
}

void weir_cli_fail_text(const struct weir_invocation *invocation, const char *message, int status)
{
    struct weir_text text;
    weir_text_init(&text);
    if (invocation->is_json) {
        weir_text_printf(&text, "{\"error\":");
        weir_json_string(&text, weir_str_of(message));
        weir_text_printf(&text, ",\"status\":%d}\n", status);
    } else {
        weir_text_printf(&text, "weir: %s\n", message);
    }
    weir_cli_put_error(&text);
    weir_text_finish(&text);
}

int weir_cli_fail(const struct weir_invocation *invocation, const struct weir_error *err)
{
    int status = weir_status_exit_code(err->status);
    weir_cli_fail_text(invocation, err->text, status);
    return status;
}

int weir_cli_usage(const struct weir_invocation *invocation, const char *format, ...)
{
    char what[WEIR_ERROR_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)fprintf(stderr, "weir %s: %s\nusage: weir %s %s     (weir %s -h tells more)\n",
                  invocation->command->name, what, invocation->command->name,
                  invocation->command->arguments, invocation->command->name);
    return weir_status_exit_code(WEIR_EUSAGE);
}

int weir_cli_argument(const struct weir_invocation *invocation,
                      const char *what,
                      const char **argument)
{
    if (invocation->count == 0) {
        return weir_cli_usage(invocation, "%s is missing", what);
    }
    if (invocation->count > 1) {
        return weir_cli_usage(invocation,
                              "%s is one argument, found %d: put a pipeline text in single quotes",
                              what, invocation->count);
    }
    *argument = invocation->arguments[0];
    return 0;
}

bool weir_cli_is_colored(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(fd) == 1 && (no_color == NULL || no_color[0] == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

void weir_cli_put(const struct weir_text *text)
{
    bool is_written = text->count == 0 ||
                      fwrite(text->bytes, 1, text->count, stdout) == text->count;
    if (!is_written || fflush(stdout) != 0) {
        int status = output_failed();
        weir_os_leaving();
        exit(status);
    }
}

void weir_cli_put_error(const struct weir_text *text)
{
    (void)fflush(stdout);
    (void)fwrite(weir_text_str(text).bytes, 1, text->count, stderr);
}
