/* SPDX-License-Identifier: Apache-2.0 */
/* Help pages from the tables of the commands. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

static void put_option(const struct weir_option *option)
{
    char left[64];
    char letter[8] = "    ";
    if (option->letter != '\0') {
        (void)snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name,
                   option->argument == NULL ? "" : " ",
                   option->argument == NULL ? "" : option->argument);
    (void)printf("  %-30s %s\n", left, option->help);
}

void weir_cli_help(const struct weir_command *command)
{
    (void)printf("weir %s: %s\n\nusage: weir %s [options] %s\n", command->name, command->summary,
                 command->name, command->arguments);
    if (command->example != NULL) {
        (void)printf("\nexample:\n  %s\n", command->example);
    }
    if (command->details != NULL) {
        (void)printf("\n%s\n", command->details);
    }
    (void)printf("\noptions:\n");
    bool has_setting = false;
    for (const struct weir_option *option = command->options; option->name != NULL; option++) {
        put_option(option);
        has_setting |= option->is_setting;
    }
    (void)printf("  %-30s %s\n", "    --json", "machine-readable output");
    (void)printf("  %-30s %s\n", "-q, --quiet", "only errors on stderr");
    (void)printf("  %-30s %s\n", "-v, --verbose", "more on stderr");
    (void)printf("  %-30s %s\n", "-h, --help", "this page");
    if (has_setting) {
        (void)printf(
            "\nSettings can also be WEIR_NAME in the environment, an option of `job` in the "
            "text, or a line\n`name = value` in weir.conf (here, in ~/.config/weir/, in "
            "/etc/weir/). Strongest first: flag,\nenvironment, text, weir.conf here, the "
            "user's, the system's.\n");
    }
}

static void put_commands(void)
{
    const char *group = "";
    for (size_t i = 0; weir_commands[i] != NULL; i++) {
        const struct weir_command *command = weir_commands[i];
        if (strcmp(group, command->group) != 0) {
            group = command->group;
            (void)printf("\n%s\n", group);
        }
        (void)printf("  %-10s %s\n", command->name, command->summary);
    }
}

void weir_cli_overview(bool is_full)
{
    (void)printf(
        "weir: live streams, cut into small batches, run through operators in C plugins\n\n"
        "  weir run 'generate words | count_by_value | top 10 by=count'\n"
        "  weir run 'tcp://localhost:9999 | flat_map word = text.words(line) | "
        "count_by_value'\n"
        "  weir check job.weir\n");
    if (is_full) {
        put_commands();
    }
    (void)printf(
        "\n'weir help' lists the commands, 'weir help COMMAND' or 'weir COMMAND -h' "
        "explains one,\n'weir help E0104' an error, 'weir help text.words' an operator.\n");
}
