/* SPDX-License-Identifier: Apache-2.0 */
/* Source text_file_stream against the selection cases of the reference, with files whose times the
 * test sets. */
#include "plugin_host.h"
#include "scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { BATCH_MS = 2000 };

static char folder[SCRATCH_PATH_BYTES];
static struct weir_blob place; /* of the job under test */
static struct weir_blob range; /* of its last batch */

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
    weir_blob_free(&place);
    weir_blob_free(&range);
    return 0;
}

static struct weir_plugin_host *open_stream(const char *pattern, const char *option)
{
    char path[2 * SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "directory=%s%s", folder, pattern);
    struct weir_plugin_host *host = weir_plugin_host_open(
        "text_file_stream", WEIR_KIND_SOURCE, (const char *const[]){path, option, NULL});
    assert_int_equal(host->opened, WEIR_OK);
    return host;
}

/* A file whose only line is its name. */
static void put_file(const char *name, int64_t modified_ms)
{
    char line[64];
    const char *base = strrchr(name, '/');
    int count = snprintf(line, sizeof line, "%s\n", base == NULL ? name : base + 1);
    scratch_write(scratch_path(folder, name), line, (size_t)count, modified_ms);
}

/* The lines of the batch of that time; "" if it takes no file. */
static const char *batch(struct weir_plugin_host *host, int64_t start_ms, int64_t batch_ms)
{
    const struct weir_source_ops *ops = host->exported->table;
    struct weir_source_limit limit = {.size = sizeof limit,
                                      .batch_us = batch_ms * 1000,
                                      .start_us = start_ms * 1000,
                                      .interval_us = BATCH_MS * 1000};
    struct weir_range answer = {.size = sizeof answer};
    int rc = ops->next(host->task, weir_bytes_make(place.bytes, place.count), &limit, &answer);
    weir_blob_clear(&host->received);
    if (rc == WEIR_AGAIN) {
        return "";
    }
    assert_int_equal(rc, WEIR_OK);
    assert_int_equal(answer.is_last, 0);
    weir_blob_clear(&place);
    weir_blob_append(&place, answer.to.bytes, answer.to.count);
    weir_blob_clear(&range);
    weir_blob_append(&range, answer.range.bytes, answer.range.count);
    assert_int_equal(ops->read(host->task, answer.range, &host->scan), WEIR_OK);
    return weir_plugin_host_received(host);
}

static void each_batch_takes_what_is_new(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_stream("", NULL);
    put_file("0", 10000);
    for (int64_t i = 1; i <= 5; i++) {
        char name[2] = {(char)('0' + i), '\0'};
        char expected[3] = {(char)('0' + i), '\n', '\0'};
        put_file(name, 11000 + 2000 * i);
        assert_string_equal(batch(host, 12000, 12000 + 2000 * i), expected);
    }
    weir_plugin_host_close(host);
}

static void old_files_count_as_far_back_as_is_remembered(void **state)
{
    (void)state;
    put_file("old", 39999);
    put_file("edge", 42000);
    put_file("in", 42001);
    struct weir_plugin_host *host = open_stream("", "new_files_only=false");
    assert_string_equal(batch(host, 100000, 102000), "in\n");
    weir_plugin_host_close(host);
}

static void a_file_of_the_future_waits_and_comes_once(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_stream("", NULL);
    put_file("f", 17000);
    assert_string_equal(batch(host, 12000, 14000), "");
    assert_string_equal(batch(host, 12000, 16000), "");
    assert_string_equal(batch(host, 12000, 18000), "f\n");
    assert_string_equal(batch(host, 12000, 20000), "");
    scratch_write(scratch_path(folder, "f"), "changed\n", 8, 21000);
    assert_string_equal(batch(host, 12000, 22000),
                        ""); /* the name is remembered, not the content */
    weir_plugin_host_close(host);
}

static void a_file_that_appears_too_late_is_lost(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_stream("", NULL);
    assert_string_equal(batch(host, 12000, 14000), "");
    assert_string_equal(batch(host, 12000, 74000), "");
    put_file("f", 13000);
    assert_string_equal(batch(host, 12000, 76000), "");
    weir_plugin_host_close(host);
}

static void a_glob_means_the_files_in_each_folder(void **state)
{
    (void)state;
    put_file("directly", 13000);
    mkdir(scratch_path(folder, "a"), 0777);
    mkdir(scratch_path(folder, "b"), 0777);
    put_file("a/1", 13000);
    put_file("b/2", 13000);
    put_file("b/.hidden", 13000);
    mkdir(scratch_path(folder, "b/deeper"), 0777);
    struct weir_plugin_host *host = open_stream("/*/", NULL);
    assert_string_equal(batch(host, 12000, 14000), "1\n2\n");
    mkdir(scratch_path(folder, "elsewhere"), 0777);
    put_file("elsewhere/existing", 10000);
    put_file("elsewhere/renamed", 15000);
    rename(scratch_path(folder, "elsewhere"), scratch_path(folder, "c"));
    assert_string_equal(batch(host, 12000, 16000), "renamed\n");
    weir_plugin_host_close(host);
}

static void a_job_that_goes_on_elsewhere_takes_nothing_twice(void **state)
{
    (void)state;
    struct weir_plugin_host *first = open_stream("", NULL);
    put_file("1", 13000);
    assert_string_equal(batch(first, 12000, 14000), "1\n");
    weir_plugin_host_close(first);
    put_file("2", 15000);
    put_file("3", 17000);
    struct weir_plugin_host *second = open_stream("", NULL);
    assert_string_equal(batch(second, 12000, 16000), "2\n"); /* by its own time, not by now */
    assert_string_equal(batch(second, 12000, 18000), "3\n");
    weir_plugin_host_close(second);
}

static void a_failed_listing_is_an_empty_batch_and_one_warning(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_stream("/later", NULL);
    assert_string_equal(batch(host, 12000, 14000), "");
    assert_string_equal(batch(host, 12000, 16000), "");
    const char *log = weir_plugin_host_log(host);
    assert_non_null(strstr(log, "No such file or directory; batches are empty"));
    assert_int_equal(strcspn(log, "\n") + 1, strlen(log));
    mkdir(scratch_path(folder, "later"), 0777);
    put_file("later/f", 17000);
    assert_string_equal(batch(host, 12000, 18000), "f\n");
    weir_plugin_host_close(host);
}

static void what_is_added_after_selection_is_not_read(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_stream("", NULL);
    const struct weir_source_ops *ops = host->exported->table;
    put_file("f", 13000);
    assert_string_equal(batch(host, 12000, 14000), "f\n");
    scratch_write(scratch_path(folder, "f"), "f\nmore\n", 7, -1);
    weir_blob_clear(&host->received);
    weir_bytes again = weir_bytes_make(range.bytes, range.count);
    assert_int_equal(ops->read(host->task, again, &host->scan), WEIR_OK);
    assert_string_equal(weir_plugin_host_received(host), "f\n");
    weir_plugin_host_close(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_batch_takes_what_is_new, set_up, tear_down),
        cmocka_unit_test_setup_teardown(old_files_count_as_far_back_as_is_remembered, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_of_the_future_waits_and_comes_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_appears_too_late_is_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_glob_means_the_files_in_each_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_job_that_goes_on_elsewhere_takes_nothing_twice, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_failed_listing_is_an_empty_batch_and_one_warning, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_added_after_selection_is_not_read, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
