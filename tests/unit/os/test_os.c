/* SPDX-License-Identifier: Apache-2.0 */
/* What a command needs of the system: the plugins beside the program, and a log that cannot drive
 * the terminal. */
#include "os/os.h"

#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Run as a copy somewhere else, this program prints what it takes for its plugin home. */
static int print_plugin_home(void)
{
    struct weir_arena arena;
    weir_arena_init(&arena);
    (void)printf("%s\n", weir_os_plugin_home(&arena));
    weir_arena_finish(&arena);
    return 0;
}

static void run_in(char *folder, const char *command, char *line, size_t bytes)
{
    char shell[PATH_MAX + 1024], program[PATH_MAX];
    ssize_t count = readlink("/proc/self/exe", program, sizeof program - 1);
    assert_true(count > 0);
    program[count] = '\0';
    (void)snprintf(shell, sizeof shell, "cd %s && P='%s' && %s", folder, program, command);
    FILE *pipe = popen(shell, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(line, (int)bytes, pipe));
    assert_int_equal(pclose(pipe), 0);
    line[strcspn(line, "\n")] = '\0';
}

static void plugins_are_found_beside_the_program(void **state)
{
    (void)state;
    char folder[] = "/tmp/weir-test-os-XXXXXX", line[PATH_MAX], expected[PATH_MAX];
    assert_non_null(mkdtemp(folder));
    /* installed: bin/weir, lib/weir/plugins */
    run_in(folder, "mkdir -p bin lib/weir/plugins && cp \"$P\" bin/weir && bin/weir home", line,
           sizeof line);
    (void)snprintf(expected, sizeof expected, "%s/lib/weir/plugins", folder);
    assert_string_equal(line, expected);
    /* called through a link from elsewhere */
    run_in(folder, "ln -s bin/weir w && ./w home", line, sizeof line);
    assert_string_equal(line, expected);
    /* a build tree: weir, plugins */
    run_in(folder, "mkdir bin/plugins && bin/weir home", line, sizeof line);
    (void)snprintf(expected, sizeof expected, "%s/bin/plugins", folder);
    assert_string_equal(line, expected);
    /* nowhere: the installed place, to be named in the error */
    run_in(folder, "rm -r bin/plugins lib && bin/weir home", line, sizeof line);
    assert_non_null(strstr(line, "/weir/plugins"));
    char command[PATH_MAX];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

static int log_lines(void *owner, struct weir_text *result)
{
    (void)owner;
    (void)result;
    weir_os_log_to_stderr(WEIR_LOG_WARNING);
    weir_log(WEIR_LOG_ERROR, "plugin \"a\x1b[31m\x07\" says: \xc3\xa4");
    weir_log(WEIR_LOG_INFO, "too talkative");
    weir_log(WEIR_LOG_WARNING, "a\tb");
    return 0;
}

static void the_log_is_plain_lines(void **state)
{
    (void)state;
    struct weir_os_child_report report;
    assert_int_equal(weir_os_checked_child(log_lines, NULL, 60000, &report, NULL), WEIR_OK);
    assert_string_equal(report.output.bytes,
                        "weir: plugin \"a?[31m?\" says: \xc3\xa4\nweir: a\tb\n");
    weir_os_child_report_finish(&report);
}

static void variables_are_the_environments(void **state)
{
    (void)state;
    const struct weir_os_options options = {.threads = 1, .plugin_home = "/some/where"};
    struct weir_env *env = NULL;
    struct weir_error err = {0};
    assert_int_equal(weir_os_create(&options, &env, &err), WEIR_OK);
    assert_string_equal(env->plugin_home, "/some/where");
    assert_int_equal(setenv("WEIR_TEST_VARIABLE", "set", 1), 0);
    assert_string_equal(env->ops->variable(env, "WEIR_TEST_VARIABLE"), "set");
    assert_null(env->ops->variable(env, "WEIR_TEST_NO_SUCH_VARIABLE"));
    assert_true(env->ops->now_us(env) >
                INT64_C(1700000000) * 1000000); /* the wall clock, in microseconds */
    weir_os_destroy(env);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "home") == 0) {
        return print_plugin_home();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plugins_are_found_beside_the_program),
        cmocka_unit_test(the_log_is_plain_lines),
        cmocka_unit_test(variables_are_the_environments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
