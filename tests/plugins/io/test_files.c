/* SPDX-License-Identifier: Apache-2.0 */
/* Source file, through next, split and read. */
#include "plugin_host.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[SCRATCH_PATH_BYTES];

static int set_up(void **state)
{
    (void)state;
    scratch_make(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(folder);
    return 0;
}

static void write_text(const char *name, const char *text)
{
    scratch_write(scratch_path(folder, name), text, strlen(text), -1);
}

static struct weir_plugin_host *open_any(const char *pattern, const char *option)
{
    char path[2 * SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "path=%s/%s", folder, pattern);
    return weir_plugin_host_open("file", WEIR_KIND_SOURCE,
                                 (const char *const[]){path, option, NULL});
}

static struct weir_plugin_host *open_file(const char *pattern, const char *option)
{
    struct weir_plugin_host *host = open_any(pattern, option);
    assert_string_equal(weir_plugin_host_failure(host), "");
    assert_int_equal(host->opened, WEIR_OK);
    return host;
}

static const struct weir_source_ops *ops_of(const struct weir_plugin_host *host)
{
    return host->exported->table;
}

/* next(), with `place` moved on and the range copied. */
static int next_range(struct weir_plugin_host *host,
                      struct weir_blob *place,
                      uint64_t bytes_max,
                      struct weir_blob *range,
                      struct weir_range *answer)
{
    struct weir_source_limit limit = {.size = sizeof limit, .bytes_max = bytes_max};
    *answer = (struct weir_range){.size = sizeof *answer};
    int rc =
        ops_of(host)->next(host->task, weir_bytes_make(place->bytes, place->count), &limit, answer);
    weir_blob_clear(place);
    weir_blob_append(place, answer->to.bytes, answer->to.count);
    weir_blob_clear(range);
    weir_blob_append(range, answer->range.bytes, answer->range.count);
    return rc;
}

static weir_bytes bytes_of(const struct weir_blob *blob)
{
    return weir_bytes_make(blob->bytes, blob->count);
}

/* Runs the source to its end, each range read whole; batches are set apart by "--\n". */
static const char *read_all(struct weir_plugin_host *host, uint64_t bytes_max)
{
    struct weir_blob place = {0};
    struct weir_blob range = {0};
    struct weir_range answer = {0};
    weir_blob_clear(&host->received);
    while (answer.is_last == 0) {
        assert_int_equal(next_range(host, &place, bytes_max, &range, &answer), WEIR_OK);
        assert_int_equal(ops_of(host)->read(host->task, bytes_of(&range), &host->scan), WEIR_OK);
        weir_blob_put(&host->received, "--\n");
    }
    weir_blob_free(&place);
    weir_blob_free(&range);
    return weir_plugin_host_received(host);
}

static void a_batch_takes_whole_lines_across_files(void **state)
{
    (void)state;
    write_text("b.txt", "b1\nb22\n");
    write_text("a.txt", "a1\na22\na333\n");
    write_text("c.txt", "c1 has no newline");
    write_text("empty.txt", "");
    struct weir_plugin_host *host = open_file("*.txt", NULL);
    assert_string_equal(read_all(host, 0), "a1\na22\na333\nb1\nb22\nc1 has no newline\n--\n");
    assert_string_equal(read_all(host, 1),
                        "a1\n--\na22\n--\na333\n--\nb1\n--\nb22\n--\nc1 has no newline\n--\n");
    assert_string_equal(read_all(host, 3),
                        "a1\n--\na22\n--\na333\n--\nb1\n--\nb22\n--\nc1 has no newline\n--\n");
    assert_string_equal(read_all(host, 12), "a1\na22\na333\n--\nb1\nb22\nc1 has no newline\n--\n");
    assert_string_equal(read_all(host, 14), "a1\na22\na333\nb1\n--\nb22\nc1 has no newline\n--\n");
    weir_plugin_host_close(host);
}

static void per_batch_counts_files(void **state)
{
    (void)state;
    write_text("1", "one\nuno\n");
    write_text("2", "");
    write_text("3", "three");
    write_text("4", "four\n");
    struct weir_plugin_host *host = open_file("?", "per_batch=1");
    assert_string_equal(read_all(host, 1), "one\nuno\n--\nthree\n--\nfour\n--\n");
    weir_plugin_host_close(host);
    host = open_file("?", "per_batch=2");
    assert_string_equal(read_all(host, 1), "one\nuno\nthree\n--\nfour\n--\n");
    weir_plugin_host_close(host);
}

static void nothing_but_empty_files_is_one_empty_batch(void **state)
{
    (void)state;
    write_text("empty", "");
    struct weir_plugin_host *host = open_file("empty", NULL);
    assert_string_equal(read_all(host, 100), "--\n");
    weir_plugin_host_close(host);
}

static void what_is_not_there_is_said_at_the_start(void **state)
{
    static const char *const cases[][2] = {
        {"nosuch", "no input: no such file"},
        {"nosuch*", "nothing matches"},
        {"", "is a directory: name files"},
        {"folder*", "nothing matches"}, /* a glob leaves folders out */
        {"pipe", "no input: "},
        {"secret", "no permission: cannot read"},
    };
    (void)state;
    mkdir(scratch_path(folder, "folder1"), 0777);
    mkfifo(scratch_path(folder, "pipe"), 0666);
    write_text("secret", "x\n");
    chmod(scratch_path(folder, "secret"), 0);
    size_t count = sizeof cases / sizeof *cases - (geteuid() == 0 ? 1 : 0); /* root reads all */
    for (size_t i = 0; i < count; i++) {
        struct weir_plugin_host *host = open_any(cases[i][0], NULL);
        assert_int_equal(host->opened, WEIR_FATAL);
        assert_non_null(strstr(weir_plugin_host_failure(host), cases[i][1]));
        weir_plugin_host_close(host);
    }
}

/* Splits a range and reads the parts one after the other; checks that each part ends with a line.
 */
static void expect_split(struct weir_plugin_host *host,
                         weir_bytes range,
                         uint32_t parts,
                         const char *text,
                         size_t count,
                         size_t parts_expected)
{
    weir_blob_clear(&host->received);
    for (size_t i = 0; i < host->part_count; i++) {
        weir_blob_clear(&host->parts[i]);
    }
    host->part_count = 0;
    assert_int_equal(ops_of(host)->split(host->task, range, parts, &host->split), WEIR_OK);
    assert_in_range(host->part_count, 1, parts);
    if (parts_expected > 0) {
        assert_int_equal(host->part_count, parts_expected);
    }
    for (size_t i = 0; i < host->part_count; i++) {
        size_t before = host->received.count;
        assert_int_equal(ops_of(host)->read(host->task, bytes_of(&host->parts[i]), &host->scan),
                         WEIR_OK);
        assert_true(host->received.count > before);
    }
    assert_int_equal(host->received.count, count);
    assert_memory_equal(host->received.bytes, text, count);
}

static void parts_cut_at_lines_and_lose_nothing(void **state)
{
    enum { LINES = 3000, BYTES_MAX = LINES * 40 };
    (void)state;
    char *text = malloc(BYTES_MAX);
    assert_non_null(text);
    size_t count = 0;
    for (size_t i = 0; i < LINES; i++) {
        count += (size_t)snprintf(text + count, 40, "%zu %.*s\n", i, (int)(i * 7 % 30),
                                  "abcdefghijklmnopqrstuvwxyzabcdefghijkl");
    }
    size_t half = (size_t)(strstr(text, "\n1500 ") + 1 - text);
    scratch_write(scratch_path(folder, "1"), text, half, -1);
    scratch_write(scratch_path(folder, "2"), text + half, count - half, -1);
    struct weir_plugin_host *host = open_file("*", NULL);
    struct weir_blob place = {0};
    struct weir_blob range = {0};
    struct weir_range answer;
    assert_int_equal(next_range(host, &place, 0, &range, &answer), WEIR_OK);
    assert_int_equal(answer.bytes, count);
    for (uint32_t parts = 1; parts <= 16; parts++) {
        expect_split(host, bytes_of(&range), parts, text, count, parts);
        for (size_t i = 0; i < host->part_count && parts > 1; i++) {
            weir_blob_clear(&host->received);
            ops_of(host)->read(host->task, bytes_of(&host->parts[i]), &host->scan);
            assert_in_range(host->received.count, count / parts - 100, count / parts + 100);
        }
    }
    weir_blob_free(&place);
    weir_blob_free(&range);
    weir_plugin_host_close(host);
    free(text);
}

static void a_line_longer_than_all_pieces_is_one_part(void **state)
{
    enum { LINE = 5 * 1024 * 1024 };
    (void)state;
    char *text = malloc(LINE + 4);
    assert_non_null(text);
    memset(text, 'x', LINE);
    memcpy(text + LINE, "\ny\n", 4);
    scratch_write(scratch_path(folder, "long"), text, LINE + 3, -1);
    struct weir_plugin_host *host = open_file("long", NULL);
    struct weir_blob place = {0};
    struct weir_blob range = {0};
    struct weir_range answer;
    assert_int_equal(next_range(host, &place, 1000, &range, &answer), WEIR_OK);
    assert_int_equal(answer.bytes, LINE + 1); /* to the end of the record */
    assert_int_equal(answer.is_last, 0);
    expect_split(host, bytes_of(&range), 8, text, LINE + 1, 1);
    weir_blob_clear(&place);
    assert_int_equal(next_range(host, &place, 0, &range, &answer), WEIR_OK);
    expect_split(host, bytes_of(&range), 8, text, LINE + 3, 2);
    weir_blob_free(&place);
    weir_blob_free(&range);
    weir_plugin_host_close(host);
    free(text);
}

static void reading_again_gives_the_same_in_another_instance(void **state)
{
    (void)state;
    write_text("1", "a\nb\n");
    write_text("2", "c\n");
    struct weir_plugin_host *first = open_file("*", NULL);
    struct weir_blob place = {0};
    struct weir_blob range = {0};
    struct weir_range answer;
    assert_int_equal(next_range(first, &place, 1, &range, &answer), WEIR_OK);
    weir_plugin_host_close(first);
    struct weir_plugin_host *second = open_file("*", NULL);
    assert_int_equal(ops_of(second)->read(second->task, bytes_of(&range), &second->scan), WEIR_OK);
    assert_string_equal(weir_plugin_host_received(second), "a\n");
    weir_blob_clear(&second->received);
    assert_int_equal(next_range(second, &place, 0, &range, &answer), WEIR_OK);
    assert_int_equal(ops_of(second)->read(second->task, bytes_of(&range), &second->scan), WEIR_OK);
    assert_string_equal(weir_plugin_host_received(second), "b\nc\n");
    weir_blob_free(&place);
    weir_blob_free(&range);
    weir_plugin_host_close(second);
}

static void a_file_that_goes_or_shrinks_is_named(void **state)
{
    (void)state;
    write_text("goes", "1234\n");
    write_text("shrinks", "1234\n");
    struct weir_plugin_host *host = open_file("*", "per_batch=1");
    struct weir_blob place = {0};
    struct weir_blob range = {0};
    struct weir_range answer;
    assert_int_equal(next_range(host, &place, 0, &range, &answer), WEIR_OK);
    unlink(scratch_path(folder, "goes"));
    assert_int_equal(ops_of(host)->read(host->task, bytes_of(&range), &host->scan), WEIR_FATAL);
    assert_non_null(strstr(weir_plugin_host_failure(host), "/goes has vanished"));
    assert_int_equal(next_range(host, &place, 0, &range, &answer), WEIR_OK);
    write_text("shrinks", "12\n");
    assert_int_equal(ops_of(host)->read(host->task, bytes_of(&range), &host->scan), WEIR_FATAL);
    assert_non_null(strstr(weir_plugin_host_failure(host), "/shrinks has shrunk to 3 bytes"));
    assert_int_equal(host->received.count, 0);
    weir_blob_free(&place);
    weir_blob_free(&range);
    weir_plugin_host_close(host);
}

static void damaged_ranges_are_refused(void **state)
{
    static const char *const damaged[] = {
        "x",           "0-3:1:a",  "3-0:1:a\n",
        "0-3:9:a\n",   "-3:1:a\n", "0-99999999999999999999:1:a\n",
        "0-3:1:a\n0-",
    };
    (void)state;
    write_text("a", "12\n");
    struct weir_plugin_host *host = open_file("a", NULL);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        weir_bytes range = weir_bytes_make(damaged[i], strlen(damaged[i]));
        assert_int_equal(ops_of(host)->read(host->task, range, &host->scan), WEIR_FATAL);
        assert_int_equal(ops_of(host)->split(host->task, range, 2, &host->split), WEIR_FATAL);
        struct weir_source_limit limit = {.size = sizeof limit};
        struct weir_range answer = {.size = sizeof answer};
        assert_int_equal(ops_of(host)->next(host->task, range, &limit, &answer), WEIR_FATAL);
    }
    weir_plugin_host_close(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_batch_takes_whole_lines_across_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(per_batch_counts_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_but_empty_files_is_one_empty_batch, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_said_at_the_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_cut_at_lines_and_lose_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_longer_than_all_pieces_is_one_part, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(reading_again_gives_the_same_in_another_instance, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_goes_or_shrinks_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_ranges_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
