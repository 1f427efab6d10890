/* SPDX-License-Identifier: Apache-2.0 */
/* The entry of the command: finds the sub-command and hands over. */
#include "cli.h"

#include "command/commands.h"
#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

const struct weir_command *const weir_commands[] = {
    &weir_command_run,
    &weir_command_check,
    &weir_command_explain,
    &weir_command_fmt,
    &weir_command_test,
    &weir_command_bench,
    &weir_command_inspect,
    &weir_command_plugin,
    &weir_command_help,
    &weir_command_version,
    NULL,
};

/* A pipeline or a job file where a command is due. */
static bool is_job(const char *name)
{
    size_t count = strlen(name);
    return strpbrk(name, " |\"") != NULL || (count > 5 && strcmp(name + count - 5, ".weir") == 0);
}

static int unknown_command(const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (; weir_commands[count] != NULL; count++) {
        names[count] = weir_commands[count]->name;
    }
    const char *near = weir_near_among(weir_str_of(name), names, count);
    (void)fprintf(stderr, "weir: unknown command '%s'", name);
    if (is_job(name)) {
        (void)fprintf(stderr, "; to run it: weir run '%s'\n", name);
    } else if (near != NULL) {
        (void)fprintf(stderr, ": did you mean '%s'?\n", near);
    } else {
        (void)fprintf(stderr, "; 'weir help' lists them\n");
    }
    return weir_status_exit_code(WEIR_EUSAGE);
}

/* A standard stream that the caller closed must not become a file or socket of ours. What takes its
 * place is open the wrong way round, so that using it still fails. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        }
    }
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    if (argc < 2) {
        weir_cli_overview(false);
        return 0;
    }
    const char *name = argv[1];
    if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0) {
        weir_cli_overview(true);
        return 0;
    }
    if (strcmp(name, "--version") == 0) {
        name = "version";
    }
    const struct weir_command *command = weir_command_find(name);
    int status =
        command == NULL ? unknown_command(name) : weir_cli_run(command, argc - 1, argv + 1);
    weir_os_leaving();
    return status;
}
