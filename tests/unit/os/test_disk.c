/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders of the system: written whole or not at all, and errors that say which file and
 * why. */
#include "os/os.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    struct weir_env *env;
    struct weir_arena arena;
    struct weir_error err;
    char folder[64];
};

static int start(void **state)
{
    struct place *place = weir_alloc(sizeof *place);
    const struct weir_os_options options = {.threads = 1, .plugin_home = "/nowhere"};
    assert_int_equal(weir_os_create(&options, &place->env, &place->err), WEIR_OK);
    weir_arena_init(&place->arena);
    (void)snprintf(place->folder, sizeof place->folder, "/tmp/weir-test-disk-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    *state = place;
    return 0;
}

static int finish(void **state)
{
    struct place *place = *state;
    char *command = weir_arena_printf(&place->arena, "rm -rf '%s'", place->folder);
    int status = system(command);
    weir_arena_finish(&place->arena);
    weir_os_destroy(place->env);
    weir_free(place);
    return status;
}

static const char *below(struct place *place, const char *name)
{
    return weir_arena_printf(&place->arena, "%s/%s", place->folder, name);
}

static int save(struct place *place, const char *path, const char *text)
{
    return place->env->ops->file_write(place->env, path, text, strlen(text), &place->err);
}

static void expect_file(struct place *place, const char *path, const void *bytes, size_t count)
{
    struct weir_buffer *buffer = NULL;
    assert_int_equal(place->env->ops->file_read(place->env, path, &buffer, &place->err), WEIR_OK);
    assert_int_equal(buffer->bytes, count);
    assert_memory_equal(buffer->data, bytes, count);
    weir_buffer_release(buffer);
}

static void what_is_written_is_read(void **state)
{
    struct place *place = *state;
    const char *path = below(place, "new/folders/are made/file");
    assert_false(place->env->ops->file_exists(place->env, path));
    assert_int_equal(save(place, path, "one"), WEIR_OK);
    assert_true(place->env->ops->file_exists(place->env, path));
    expect_file(place, path, "one", 3);
    assert_int_equal(save(place, path, ""), WEIR_OK); /* replaced */
    expect_file(place, path, "", 0);
    size_t count = 3 * 1024 * 1024 + 1;
    char *large = weir_alloc(count);
    for (size_t i = 0; i < count; i++) {
        large[i] = (char)(i % 253);
    }
    assert_int_equal(place->env->ops->file_write(place->env, path, large, count, &place->err),
                     WEIR_OK);
    expect_file(place, path, large, count);
    weir_free(large);
}

/* The old file stays whole for whoever has it open, and no half-written one is left or listed. */
static void a_write_replaces_it_does_not_change(void **state)
{
    struct place *place = *state;
    const char *path = below(place, "file"), *kept = below(place, "kept");
    assert_int_equal(save(place, path, "old"), WEIR_OK);
    assert_int_equal(link(path, kept), 0);
    assert_int_equal(save(place, path, "new"), WEIR_OK);
    expect_file(place, path, "new", 3);
    expect_file(place, kept, "old", 3);
    assert_int_equal(mkdir(below(place, "folder"), 0700), 0);
    assert_int_equal(save(place, below(place, "folder"), "x"), WEIR_ECREATE);
    assert_non_null(strstr(place->err.text, below(place, "folder")));
    int entries = 0;
    DIR *folder = opendir(place->folder);
    while (readdir(folder) != NULL) {
        entries++;
    }
    (void)closedir(folder);
    assert_int_equal(entries, 2 + 3); /* . .. file kept folder */
}

static void failures_name_the_file_and_the_reason(void **state)
{
    struct place *place = *state;
    struct weir_buffer *buffer = NULL;
    const char *real = NULL;
    const struct weir_env_ops *ops = place->env->ops;
    assert_int_equal(ops->file_read(place->env, "/no/such", &buffer, &place->err), WEIR_ENOINPUT);
    assert_string_equal(place->err.text, "cannot read /no/such: No such file or directory");
    assert_int_equal(ops->file_read(place->env, place->folder, &buffer, &place->err), WEIR_EIO);
    assert_non_null(strstr(place->err.text, "Is a directory"));
    assert_int_equal(ops->file_real(place->env, &place->arena, "/no/such", &real, &place->err),
                     WEIR_ENOINPUT);
    assert_int_equal(save(place, "/proc/no/such", "x"), WEIR_ECREATE);
    assert_non_null(strstr(place->err.text, "/proc/no/such"));
    assert_int_equal(save(place, below(place, "file"), "x"), WEIR_OK);
    assert_int_equal(save(place, below(place, "file/below"), "x"), WEIR_ECREATE);
    assert_int_equal(ops->file_read(place->env, below(place, "file/below"), &buffer, &place->err),
                     WEIR_ENOINPUT);
    assert_null(buffer);
}

/* A file that promises no size: all of it is read. */
static void files_without_a_size_are_read_to_their_end(void **state)
{
    struct place *place = *state;
    struct weir_buffer *buffer = NULL;
    assert_int_equal(
        place->env->ops->file_read(place->env, "/proc/self/maps", &buffer, &place->err), WEIR_OK);
    assert_true(buffer->bytes > 1000);
    assert_int_equal(buffer->data[buffer->bytes - 1], '\n');
    weir_buffer_release(buffer);
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    static char bytes[60000];
    memset(bytes, 'p', sizeof bytes);
    assert_int_equal(write(fds[1], bytes, sizeof bytes), sizeof bytes);
    (void)close(fds[1]);
    char path[32];
    (void)snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
    expect_file(place, path, bytes, sizeof bytes);
    (void)close(fds[0]);
}

static void links_are_resolved(void **state)
{
    struct place *place = *state;
    const char *real = NULL;
    assert_int_equal(save(place, below(place, "a/file"), "x"), WEIR_OK);
    assert_int_equal(symlink("a", below(place, "link")), 0);
    assert_int_equal(place->env->ops->file_real(place->env, &place->arena,
                                                below(place, "link/../link/./file"), &real,
                                                &place->err),
                     WEIR_OK);
    assert_string_equal(real, below(place, "a/file"));
}

static void folders_are_listed_in_order(void **state)
{
    struct place *place = *state;
    static const char *const put[] = {"b", "a", "B", "a b", ".hidden", "10", "9", ".weir-00.tmp"};
    static const char *const listed[] = {".hidden", "10", "9", "B", "a", "a b", "b"};
    const char **names = NULL;
    size_t count = 99;
    const struct weir_env_ops *ops = place->env->ops;
    assert_int_equal(
        ops->folder_list(place->env, &place->arena, place->folder, &names, &count, &place->err),
        WEIR_OK);
    assert_int_equal(count, 0);
    for (size_t i = 0; i < sizeof put / sizeof put[0]; i++) {
        assert_int_equal(save(place, below(place, put[i]), "x"), WEIR_OK);
    }
    assert_int_equal(
        ops->folder_list(place->env, &place->arena, place->folder, &names, &count, &place->err),
        WEIR_OK);
    assert_int_equal(count, sizeof listed / sizeof listed[0]);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(names[i], listed[i]);
    }
    assert_int_equal(
        ops->folder_list(place->env, &place->arena, "/no/such", &names, &count, &place->err),
        WEIR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(
        ops->folder_list(place->env, &place->arena, below(place, "a"), &names, &count, &place->err),
        WEIR_ENOINPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, start, finish),
        cmocka_unit_test_setup_teardown(a_write_replaces_it_does_not_change, start, finish),
        cmocka_unit_test_setup_teardown(failures_name_the_file_and_the_reason, start, finish),
        cmocka_unit_test_setup_teardown(files_without_a_size_are_read_to_their_end, start, finish),
        cmocka_unit_test_setup_teardown(links_are_resolved, start, finish),
        cmocka_unit_test_setup_teardown(folders_are_listed_in_order, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
