/* SPDX-License-Identifier: Apache-2.0 */
/* Sink print, with standard output caught in a file, in a pipe nobody reads, and on a terminal. */
#include "plugin_host.h"
#include "scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[SCRATCH_PATH_BYTES];
static int saved_stdout;

static int set_up(void **state)
{
    (void)state;
    scratch_make(folder);
    setenv("COLUMNS", "40", 1);
    fflush(stdout);
    saved_stdout = dup(STDOUT_FILENO);
    int fd = open(scratch_path(folder, "out"), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0 && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
    close(fd);
    return 0;
}

static void give_stdout_back(void)
{
    if (saved_stdout >= 0) {
        fflush(stdout);
        dup2(saved_stdout, STDOUT_FILENO);
        close(saved_stdout);
        saved_stdout = -1;
    }
}

static int tear_down(void **state)
{
    (void)state;
    give_stdout_back();
    scratch_remove(folder);
    return 0;
}

static struct weir_plugin_host *open_print(const char *style, const char *n)
{
    struct weir_plugin_host *host =
        weir_plugin_host_open("print", WEIR_KIND_SINK, (const char *const[]){style, n, NULL});
    assert_int_equal(host->opened, WEIR_OK);
    return host;
}

/* begin, write, prepare; the token is copied. */
static void partition(struct weir_plugin_host *host,
                      struct weir_blob *token,
                      const char *const *words,
                      const int64_t *numbers,
                      uint32_t count)
{
    const struct weir_sink_ops *ops = host->exported->table;
    struct weir_test_chunk chunk;
    weir_bytes bytes;
    weir_test_chunk_make(&chunk, words, numbers, count);
    assert_int_equal(ops->begin(host->task, weir_str_from_chars("job/0/1000/0")), WEIR_OK);
    if (count > 0) {
        assert_int_equal(ops->write(host->task, &chunk.chunk, &chunk.schema), WEIR_OK);
    }
    assert_int_equal(ops->prepare(host->task, &bytes), WEIR_OK);
    weir_blob_clear(token);
    weir_blob_append(token, bytes.bytes, bytes.count);
}

static int commit(struct weir_plugin_host *host, int64_t batch_ms, const struct weir_blob *tokens)
{
    const struct weir_sink_ops *ops = host->exported->table;
    weir_bytes one = weir_bytes_make(tokens[0].bytes, tokens[0].count);
    weir_bytes two = weir_bytes_make(tokens[1].bytes, tokens[1].count);
    const weir_bytes *both[] = {&one, &two};
    return ops->commit(host->task, batch_ms * 1000, both, 2);
}

static const char *const words_one[] = {"the", "a \xc3\xbc longer word that is cut", "x\"y"};
static const char *const words_two[] = {"next"};

/* Two partitions of one batch: three records and one. */
static void print_batch(struct weir_plugin_host *host, int64_t batch_ms)
{
    static const int64_t numbers[] = {1, 200, 3};
    struct weir_blob tokens[2] = {{0}, {0}};
    partition(host, &tokens[0], words_one, numbers, 3);
    partition(host, &tokens[1], words_two, numbers, 1);
    assert_int_equal(commit(host, batch_ms, tokens), WEIR_OK);
    weir_blob_free(&tokens[0]);
    weir_blob_free(&tokens[1]);
}

static void print_nothing(struct weir_plugin_host *host, int64_t batch_ms)
{
    struct weir_blob tokens[2] = {{0}, {0}};
    partition(host, &tokens[0], words_one, NULL, 0);
    partition(host, &tokens[1], words_one, NULL, 0);
    assert_int_equal(commit(host, batch_ms, tokens), WEIR_OK);
    weir_blob_free(&tokens[0]);
    weir_blob_free(&tokens[1]);
}

static void expect_output(const char *text)
{
    assert_string_equal(scratch_read(scratch_path(folder, "out")), text);
}

static void off_a_terminal_every_record_is_a_line_of_json(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_print("style=auto", "n=1");
    print_batch(host, 1000);
    print_nothing(host, 2000);
    expect_output("{\"word\":\"the\",\"count\":1,\"_time\":0,\"_stream\":\"#1\"}\n"
                  "{\"word\":\"a \xc3\xbc longer word that is cut\",\"count\":200,"
                  "\"_time\":0,\"_stream\":\"#1\"}\n"
                  "{\"word\":\"x\\\"y\",\"count\":3,\"_time\":0,\"_stream\":\"#1\"}\n"
                  "{\"word\":\"next\",\"count\":1,\"_time\":0,\"_stream\":\"#1\"}\n");
    weir_plugin_host_close(host);
}

static void spark_prints_as_the_reference_does(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_print("style=spark", "n=3");
    print_batch(host, 1357008430000);
    print_nothing(host, 1357008431000);
    expect_output("-------------------------------------------\n"
                  "Time: 1357008430000 ms\n"
                  "-------------------------------------------\n"
                  "(the,1)\n(a \xc3\xbc longer word that is cut,200)\n(x\"y,3)\n...\n\n"
                  "-------------------------------------------\n"
                  "Time: 1357008431000 ms\n"
                  "-------------------------------------------\n\n");
    weir_plugin_host_close(host);
}

static void a_lone_field_is_shown_bare(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_print("style=spark", NULL);
    struct weir_blob tokens[2] = {{0}, {0}};
    partition(host, &tokens[0], words_two, NULL, 1);
    assert_int_equal(commit(host, 1000, tokens), WEIR_OK);
    assert_non_null(strstr(scratch_read(scratch_path(folder, "out")), "--\nnext\n\n"));
    weir_blob_free(&tokens[0]);
    weir_plugin_host_close(host);
}

static void a_table_is_aligned_and_fits_the_screen(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_print("style=table", "n=3");
    print_batch(host, 1000);
    print_nothing(host, 2000);
    print_batch(host, 3050);
    expect_output("time  word                         count\n"
                  "1s    the                              1\n"
                  "      a \xc3\xbc longer word that is cut    200\n"
                  "      x\"y                              3\n"
                  "      \xe2\x80\xa6 1 more\n"
                  "time    word                       count\n"
                  "3.050s  the                            1\n"
                  "        a \xc3\xbc longer word that is \xe2\x80\xa6    200\n"
                  "        x\"y                            3\n"
                  "        \xe2\x80\xa6 1 more\n");
    weir_plugin_host_close(host);
}

static void the_header_names_the_stream_where_two_print(void **state)
{
    (void)state;
    struct weir_plugin_host *one = open_print("style=table", "n=1");
    struct weir_plugin_host *two = open_print("style=table", "n=1");
    assert_int_equal(weir_harness_name(two->harness, "tops"), 0);
    print_batch(one, 1000);
    print_batch(one, 2000); /* no second header */
    print_batch(two, 1000);
    print_batch(one, 3000);
    expect_output("time  word  count\n1s    the       1\n      \xe2\x80\xa6 3 more\n"
                  "2s    the       1\n      \xe2\x80\xa6 3 more\n"
                  "tops  word  count\n1s    the       1\n      \xe2\x80\xa6 3 more\n"
                  "#1    word  count\n3s    the       1\n      \xe2\x80\xa6 3 more\n");
    weir_plugin_host_close(one);
    weir_plugin_host_close(two);
}

static void nothing_in_a_table_moves_the_cursor(void **state)
{
    static const char *const words[] = {"del \x7f csi \xc2\x9b"
                                        "2J esc \\u001b",
                                        "\xe2\x82\xac"};
    (void)state;
    struct weir_plugin_host *host = open_print("style=table", "n=2");
    struct weir_blob tokens[2] = {{0}, {0}};
    partition(host, &tokens[0], words, NULL, 2);
    assert_int_equal(commit(host, 1000, tokens), WEIR_OK);
    expect_output("time  word\n1s    del ? csi ?2J esc \\u001b\n      \xe2\x82\xac\n");
    weir_blob_free(&tokens[0]);
    weir_plugin_host_close(host);
}

static void the_users_json_wins_and_other_styles_are_refused(void **state)
{
    (void)state;
    struct weir_plugin_host *json = open_print("style=spark", "--json");
    print_batch(json, 1000);
    assert_int_equal(strncmp(scratch_read(scratch_path(folder, "out")), "{\"word\":", 8), 0);
    weir_plugin_host_close(json);
    struct weir_plugin_host *host =
        weir_plugin_host_open("print", WEIR_KIND_SINK, (const char *const[]){"style=tabel", NULL});
    assert_int_equal(host->opened, WEIR_FATAL);
    assert_non_null(strstr(weir_plugin_host_failure(host), "not \"tabel\""));
    weir_plugin_host_close(host);
}

static void nobody_reads_any_more(void **state)
{
    (void)state;
    int ends[2];
    struct weir_plugin_host *host = open_print("style=json", NULL);
    struct weir_blob tokens[2] = {{0}, {0}};
    partition(host, &tokens[0], words_two, NULL, 1);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    close(ends[0]);
    int rc = commit(host, 1000, tokens);
    give_stdout_back();
    assert_int_equal(rc, WEIR_FATAL);
    assert_non_null(strstr(weir_plugin_host_failure(host), "standard output is closed"));
    weir_blob_free(&tokens[0]);
    weir_plugin_host_close(host);
}

/* A terminal: its other end, with standard output on it. */
static int become_terminal(void)
{
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        return -1;
    }
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    if (slave < 0 || dup2(slave, STDOUT_FILENO) < 0) {
        return -1;
    }
    close(slave);
    return master;
}

static size_t read_terminal(int master, char *text, size_t capacity)
{
    size_t count = 0;
    while (count < capacity - 1 && strstr(text, "more") == NULL) {
        ssize_t got = read(master, text + count, capacity - 1 - count);
        assert_true(got > 0);
        count += (size_t)got;
        text[count] = '\0';
    }
    return count;
}

static void a_terminal_gets_a_table_in_colour_unless_told_not_to(void **state)
{
    static const char *const settings[][2] = {{"xterm", ""}, {"xterm", "1"}, {"dumb", ""}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char text[1024] = "";
        setenv("TERM", settings[i][0], 1);
        setenv("NO_COLOR", settings[i][1], 1);
        int master = become_terminal();
        if (master < 0) {
            skip();
        }
        struct weir_plugin_host *host = open_print("style=auto", "n=1");
        print_batch(host, 1000);
        read_terminal(master, text, sizeof text);
        assert_non_null(strstr(text, "time  word  count"));
        assert_int_equal(strstr(text, "\033[1m") != NULL, i == 0);
        assert_int_equal(strchr(text, '\033') != NULL, i == 0);
        weir_plugin_host_close(host);
        close(master);
    }
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN); /* as weir does */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(off_a_terminal_every_record_is_a_line_of_json, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(spark_prints_as_the_reference_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lone_field_is_shown_bare, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table_is_aligned_and_fits_the_screen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_header_names_the_stream_where_two_print, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nothing_in_a_table_moves_the_cursor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_users_json_wins_and_other_styles_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nobody_reads_any_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_terminal_gets_a_table_in_colour_unless_told_not_to,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
