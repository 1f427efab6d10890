/* SPDX-License-Identifier: Apache-2.0 */
/* Help pages from the tables of the commands. */
#include "cli.h"

#include "page/page.h"

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

static void put_topics(void)
{
    (void)printf("\ntopics: weir help TOPIC\n");
    for (const struct weir_topic *topic = weir_topics; topic->name != NULL; topic++) {
        (void)printf("  %-11s %s\n", topic->name, topic->summary);
    }
}

/* Fifteen lines at most: what it is, three lines to try, where to read on. */
static void put_start(void)
{
    (void)printf(
        "generated words, counted on all cores, once a second:\n"
        "  weir run 'generate words | count_by_value | top 10 by=count'\n"
        "words that come over a socket (nc -lkN 9999 in another terminal):\n"
        "  weir run 'tcp://127.0.0.1:9999 | flat_map word = text.words(line) | count_by_value'\n"
        "lines of a file that are errors:\n"
        "  weir run 'file \"app.log\" | filter text.contains(line, \"ERROR\") | count'\n\n"
        "weir check JOB.weir      what is wrong with a job, without running it\n"
        "weir inspect             plugins and their operators\n"
        "weir help                all commands; weir help map, text.words, E0104\n");
}

void weir_cli_overview(bool is_full)
{
    (void)printf("weir: live streams, cut into small batches, run through operators in C "
                 "plugins\n");
    if (!is_full) {
        (void)printf("\n");
        put_start();
        return;
    }
    put_commands();
    put_topics();
    (void)printf("\nweir COMMAND -h and weir help WORD explain: a command, a topic, a verb (map), "
                 "an operator\n(text.words), a plugin (text), an error (E0104).\n");
}
