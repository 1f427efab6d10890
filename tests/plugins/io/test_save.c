/* SPDX-License-Identifier: Apache-2.0 */
/* Sink save_as_text_files: what is in the folder after a batch, after the same batch again, and
 * after a batch that failed. */
#include "plugin_host.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[SCRATCH_PATH_BYTES];
static struct weir_blob tokens[2];

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
    weir_blob_free(&tokens[0]);
    weir_blob_free(&tokens[1]);
    return 0;
}

static struct weir_plugin_host *open_any(const char *prefix, const char *one, const char *two)
{
    char path[2 * SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "prefix=%s/%s", folder, prefix);
    struct weir_plugin_host *host = weir_plugin_host_open(
        "save_as_text_files", WEIR_KIND_SINK, (const char *const[]){path, one, two, NULL});
    host->task->batch_us = 1000 * 1000;
    return host;
}

static struct weir_plugin_host *open_save(const char *one, const char *two)
{
    struct weir_plugin_host *host = open_any("out", one, two);
    assert_int_equal(host->opened, WEIR_OK);
    return host;
}

static const struct weir_sink_ops *ops_of(const struct weir_plugin_host *host)
{
    return host->exported->table;
}

static weir_str txn(void)
{
    return weir_str_from_chars("job/0/1000/0");
}

static void write_words(struct weir_plugin_host *host,
                        uint32_t index,
                        const char *const *words,
                        const int64_t *numbers,
                        uint32_t count)
{
    struct weir_test_chunk chunk;
    host->task->partition = index;
    weir_test_chunk_make(&chunk, words, numbers, count);
    assert_int_equal(ops_of(host)->begin(host->task, txn()), WEIR_OK);
    assert_int_equal(ops_of(host)->write(host->task, &chunk.chunk, &chunk.schema), WEIR_OK);
}

static void prepare(struct weir_plugin_host *host, uint32_t index)
{
    weir_bytes token;
    assert_int_equal(ops_of(host)->prepare(host->task, &token), WEIR_OK);
    weir_blob_clear(&tokens[index]);
    weir_blob_append(&tokens[index], token.bytes, token.count);
}

static int commit(struct weir_plugin_host *host, size_t count)
{
    weir_bytes one = weir_bytes_make(tokens[0].bytes, tokens[0].count);
    weir_bytes two = weir_bytes_make(tokens[1].bytes, tokens[1].count);
    const weir_bytes *both[] = {&one, &two};
    return ops_of(host)->commit(host->task, 1000 * 1000, both, count);
}

static void expect_file(const char *name, const char *text)
{
    assert_string_equal(scratch_read(scratch_path(folder, name)), text);
}

static const char *const few[] = {"a", "a text of more than twelve bytes"};
static const char *const one_word[] = {"b"};

static void a_lone_text_is_written_as_it_is(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_save(NULL, NULL);
    write_words(host, 0, few, NULL, 2);
    prepare(host, 0);
    write_words(host, 1, one_word, NULL, 1);
    prepare(host, 1);
    expect_file("out-1000/part-00000", "(none)"); /* nothing shows before the commit */
    assert_int_equal(commit(host, 2), WEIR_OK);
    expect_file("out-1000/part-00000", "a\na text of more than twelve bytes\n");
    expect_file("out-1000/part-00001", "b\n");
    expect_file("out-1000/_SUCCESS", "");
    assert_int_not_equal(access(scratch_path(folder, ".out-1000.unfinished"), F_OK), 0);
    weir_plugin_host_close(host);
}

static void several_fields_are_json_without_an_envelope(void **state)
{
    static const int64_t numbers[] = {1, 2};
    (void)state;
    struct weir_plugin_host *host = open_save("suffix=json", NULL);
    write_words(host, 0, few, numbers, 2);
    prepare(host, 0);
    assert_int_equal(commit(host, 1), WEIR_OK);
    expect_file("out-1000.json/part-00000",
                "{\"word\":\"a\",\"count\":1}\n"
                "{\"word\":\"a text of more than twelve bytes\",\"count\":2}\n");
    weir_plugin_host_close(host);
}

static void only_selected_rows_are_written(void **state)
{
    static const uint16_t selected[] = {1};
    (void)state;
    struct weir_plugin_host *host = open_save(NULL, NULL);
    struct weir_test_chunk chunk;
    weir_test_chunk_make(&chunk, few, NULL, 2);
    chunk.chunk.sel = selected;
    chunk.chunk.sel_count = 1;
    assert_int_equal(ops_of(host)->begin(host->task, txn()), WEIR_OK);
    assert_int_equal(ops_of(host)->write(host->task, &chunk.chunk, &chunk.schema), WEIR_OK);
    prepare(host, 0);
    assert_int_equal(commit(host, 1), WEIR_OK);
    expect_file("out-1000/part-00000", "a text of more than twelve bytes\n");
    weir_plugin_host_close(host);
}

static void a_batch_run_again_replaces_its_files(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_save(NULL, NULL);
    write_words(host, 0, few, NULL, 2);
    prepare(host, 0);
    write_words(host, 1, few, NULL, 2);
    prepare(host, 1);
    assert_int_equal(commit(host, 2), WEIR_OK);
    assert_int_equal(commit(host, 2), WEIR_OK); /* repeatable */
    expect_file("out-1000/part-00001", "a\na text of more than twelve bytes\n");
    write_words(host, 0, one_word, NULL, 1);
    prepare(host, 0);
    assert_int_equal(commit(host, 1), WEIR_OK);
    expect_file("out-1000/part-00000", "b\n");
    expect_file("out-1000/part-00001", "(none)"); /* of the first run, which had one more */
    expect_file("out-1000/_SUCCESS", "");
    weir_plugin_host_close(host);
}

static void two_attempts_of_a_partition_do_not_meet(void **state)
{
    (void)state;
    struct weir_plugin_host *slow = open_save(NULL, NULL);
    struct weir_plugin_host *fast = open_save(NULL, NULL);
    write_words(slow, 0, few, NULL, 2);
    write_words(fast, 0, few, NULL, 1);
    prepare(slow, 1); /* its token is not the one that is committed */
    prepare(fast, 0);
    assert_int_equal(commit(fast, 1), WEIR_OK);
    expect_file("out-1000/part-00000", "a\n");
    weir_plugin_host_close(slow);
    weir_plugin_host_close(fast);
}

static void what_is_aborted_leaves_nothing(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_save(NULL, NULL);
    write_words(host, 0, few, NULL, 2);
    assert_int_equal(ops_of(host)->abort(host->task, txn()), WEIR_OK);
    write_words(host, 0, few, NULL, 2);
    prepare(host, 0);
    assert_int_equal(ops_of(host)->abort(host->task, txn()), WEIR_OK);
    weir_plugin_host_close(host);
    assert_int_equal(rmdir(folder), 0); /* it is empty */
}

static void an_empty_batch_writes_only_if_asked(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_save(NULL, NULL);
    write_words(host, 0, few, NULL, 0);
    prepare(host, 0);
    assert_int_equal(tokens[0].count, 0);
    assert_int_equal(commit(host, 1), WEIR_OK);
    assert_int_not_equal(access(scratch_path(folder, "out-1000"), F_OK), 0);
    weir_plugin_host_close(host);
    host = open_save("empty=write", NULL);
    assert_int_equal(commit(host, 1), WEIR_OK);
    expect_file("out-1000/part-00000", "");
    expect_file("out-1000/_SUCCESS", "");
    weir_plugin_host_close(host);
}

static void an_empty_partition_has_its_file(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_save(NULL, NULL);
    write_words(host, 1, one_word, NULL, 1);
    prepare(host, 1);
    assert_int_equal(commit(host, 2), WEIR_OK);
    expect_file("out-1000/part-00000", "");
    expect_file("out-1000/part-00001", "b\n");
    weir_plugin_host_close(host);
}

static void a_place_where_nothing_can_be_made_is_said_at_the_start(void **state)
{
    (void)state;
    scratch_write(scratch_path(folder, "file"), "", 0, -1);
    static const char *const cases[][3] = {
        {"file/out", NULL, "cannot create folders named"},
        {"out/", NULL, "must end in a name"},
        {"out", "suffix=a/b", "have no slash"},
        {"out", "empty=maybe", "skip or write, not \"maybe\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_plugin_host *host = open_any(cases[i][0], cases[i][1], NULL);
        assert_int_equal(host->opened, WEIR_FATAL);
        assert_non_null(strstr(weir_plugin_host_failure(host), cases[i][2]));
        weir_plugin_host_close(host);
    }
}

static void folders_above_are_made(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_any("new/out", NULL, NULL);
    assert_int_equal(host->opened, WEIR_OK);
    write_words(host, 0, one_word, NULL, 1);
    prepare(host, 0);
    assert_int_equal(commit(host, 1), WEIR_OK);
    assert_int_equal(access(scratch_path(folder, "new/out-1000/part-00000"), F_OK), 0);
    weir_plugin_host_close(host);
    unlink(scratch_path(folder, "new/out-1000/part-00000"));
    unlink(scratch_path(folder, "new/out-1000/_SUCCESS"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_lone_text_is_written_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_fields_are_json_without_an_envelope, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_selected_rows_are_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_batch_run_again_replaces_its_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_attempts_of_a_partition_do_not_meet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_aborted_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_batch_writes_only_if_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_partition_has_its_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_place_where_nothing_can_be_made_is_said_at_the_start,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders_above_are_made, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
