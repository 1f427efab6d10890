/* SPDX-License-Identifier: Apache-2.0 */
/* Files to plugins: what is accepted, where copies go, and what each refusal says. */
#include "plugin_env.h"

#include "plugin/plugin.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct plugin_env *world;
static struct weir_registry *registry;
static const struct weir_plugin_info *plugin;
static struct weir_error err;

static int set_up(void **state)
{
    (void)state;
    world = plugin_env_create(WEIR_FIXTURES "/home");
    plugin = NULL;
    return weir_registry_create(&world->env, plugin_env_path(world, "store"), &registry, &err);
}

static int tear_down(void **state)
{
    (void)state;
    weir_registry_destroy(registry);
    plugin_env_destroy(world);
    return 0;
}

/* Loading `name` fails with the status and all of the words up to NULL. */
static void assert_refused(const char *name, const char *alias, int status, ...)
{
    assert_int_equal(weir_registry_use(registry, name, alias, NULL, &plugin, &err), status);
    va_list words;
    va_start(words, status);
    for (const char *word = va_arg(words, const char *); word != NULL;
         word = va_arg(words, const char *)) {
        if (strstr(err.text, word) == NULL) {
            fail_msg("expected \"%s\" in: %s", word, err.text);
        }
    }
    va_end(words);
}

static int use(const char *name, const char *alias)
{
    int status = weir_registry_use(registry, name, alias, NULL, &plugin, &err);
    if (status != WEIR_OK) {
        print_message("%s\n", err.text);
    }
    return status;
}

static void test_loads_a_copy_named_by_its_content(void **state)
{
    (void)state;
    const char *path = plugin_env_copy(world, "good", "libgood.so");
    assert_int_equal(use(path, NULL), WEIR_OK);
    assert_string_equal(plugin->alias, "good");
    assert_string_equal(plugin->path, path);
    assert_string_equal(plugin->id, "org.example.good");
    assert_int_equal(strlen(plugin->sha256), 64);
    char stored[512];
    (void)snprintf(stored, sizeof stored, "%s/store/%s/libgood.so", world->folder, plugin->sha256);
    assert_string_equal(plugin->stored, stored);
    assert_false(plugin->is_own);
    assert_int_equal(plugin->operator_count, 17);

    const struct weir_plugin_info *first = plugin;
    assert_int_equal(use(path, NULL), WEIR_OK); /* again: the same */
    assert_ptr_equal(plugin, first);
    assert_int_equal(use(plugin_env_copy(world, "good", "other.so"), "again"), WEIR_OK);
    assert_string_equal(plugin->alias, "again"); /* the same content: one module, two names */
    assert_string_equal(plugin->stored, stored);
    assert_int_equal(world->writes, 1);
}

/* A file that is replaced while a job runs must not touch what is mapped, and a copy that is not
 * what its name says is not trusted. */
static void test_a_damaged_copy_is_written_again(void **state)
{
    (void)state;
    const char *path = plugin_env_copy(world, "good", "good.so");
    assert_int_equal(use(path, NULL), WEIR_OK);
    char stored[512];
    (void)snprintf(stored, sizeof stored, "%s", plugin->stored);
    weir_registry_destroy(registry);
    struct weir_buffer *good = plugin_env_bytes(world, stored);
    (void)remove(stored);
    plugin_env_write(world, stored, good->data, good->bytes / 2);
    assert_int_equal(
        weir_registry_create(&world->env, plugin_env_path(world, "store"), &registry, &err), 0);
    assert_int_equal(use(path, NULL), WEIR_OK);
    struct weir_buffer *again = plugin_env_bytes(world, stored);
    assert_int_equal(again->bytes, good->bytes);
    assert_memory_equal(again->data, good->data, good->bytes);
    weir_buffer_release(again);
    weir_buffer_release(good);
}

static void test_the_store_is_in_the_cache_of_the_user(void **state)
{
    (void)state;
    weir_registry_destroy(registry);
    assert_int_equal(weir_registry_create(&world->env, NULL, &registry, &err), 0);
    const char *path = plugin_env_copy(world, "good", "good.so");
    assert_int_equal(use(path, NULL), WEIR_OK);
    assert_non_null(strstr(plugin->stored, "/.cache/weir/plugins/"));
    world->home = NULL;
    weir_registry_destroy(registry);
    assert_int_equal(weir_registry_create(&world->env, NULL, &registry, &err), 0);
    assert_refused(path, NULL, WEIR_ECONFIG, "HOME", NULL);
}

static void test_refuses_what_it_cannot_run(void **state)
{
    (void)state;
    assert_refused(plugin_env_copy(world, "minor", "sink_x.so"), NULL, WEIR_ETEXT,
                   "sink_x.so needs SDK 1.4, this weir speaks 1.1: update weir, or rebuild with "
                   "-DWEIR_TARGET=1.1",
                   NULL);
    assert_refused(plugin_env_copy(world, "epoch", "e.so"), NULL, WEIR_ETEXT, "e.so",
                   "epoch 2, this weir speaks epoch 1", NULL);
    assert_refused(plugin_env_copy(world, "no_note", "p.so"), NULL, WEIR_ETEXT, "p.so",
                   "not a weir plugin", "weir_plugin_e1", "prototypes", NULL);
    assert_int_equal(world->writes, 0); /* all of them before anything was copied or run */
    assert_refused(plugin_env_copy(world, "no_entry", "n.so"), NULL, WEIR_ETEXT, "n.so",
                   "weir_plugin_e1", NULL);
    assert_refused(plugin_env_copy(world, "undefined", "u.so"), NULL, WEIR_ETEXT, "u.so",
                   "weir_nobody_has_this", NULL);
    assert_refused(plugin_env_copy(world, "two_ids", "t.so"), NULL, WEIR_ETEXT, "t.so",
                   "org.example.other", "org.example.bad", NULL);
    plugin_env_write(world, plugin_env_path(world, "text.so"), "hello", 5);
    assert_refused(plugin_env_path(world, "text.so"), "hello", WEIR_ETEXT, "text.so",
                   "not a shared object", NULL);
}

static void test_refuses_a_truncated_file(void **state)
{
    (void)state;
    const char *path = plugin_env_copy(world, "good", "whole.so");
    struct weir_buffer *bytes = plugin_env_bytes(world, path);
    plugin_env_write(world, plugin_env_path(world, "cut.so"), bytes->data, bytes->bytes * 2 / 3);
    weir_buffer_release(bytes);
    assert_refused(plugin_env_path(world, "cut.so"), NULL, WEIR_ETEXT, "cut.so", "truncated", NULL);
}

static void test_one_id_is_one_plugin(void **state)
{
    (void)state;
    assert_int_equal(use(plugin_env_copy(world, "good", "good.so"), NULL), WEIR_OK);
    assert_refused(plugin_env_copy(world, "twin", "twin.so"), NULL, WEIR_ETEXT, "good.so",
                   "twin.so", "org.example.good", NULL);
    assert_refused(plugin_env_copy(world, "home/alpha", "mine.so"), NULL, WEIR_ETEXT, "mine.so",
                   "org.weir.alpha", NULL);
}

static void test_aliases(void **state)
{
    (void)state;
    const char *path = plugin_env_copy(world, "good", "my-good.so");
    assert_refused(path, NULL, WEIR_ETEXT, "my-good", "as NAME", NULL);
    assert_refused(path, "alpha", WEIR_ETEXT,
                   "'alpha' is weir's own plugin: choose another alias: use \"", "\" as myalpha",
                   NULL);
    assert_int_equal(use(path, "fine"), WEIR_OK);
    assert_refused(plugin_env_copy(world, "old", "old.so"), "fine", WEIR_ETEXT, "'fine'",
                   "my-good.so", NULL);
    assert_int_equal(use(WEIR_FIXTURES "/home/alpha.so", NULL), WEIR_OK); /* itself */
    assert_true(plugin->is_own);
    assert_string_equal(plugin->stored, plugin->path); /* in place */
    assert_int_equal(world->writes, 1);
}

static void test_looks_where_it_is_told(void **state)
{
    (void)state;
    assert_refused("./nosuch.so", NULL, WEIR_ENOINPUT, "./nosuch.so", NULL);
    assert_refused("nosuch", NULL, WEIR_ENOINPUT, "nosuch", world->folder, "--plugin-path", NULL);
    (void)plugin_env_copy(world, "good", "jobs/good.so");
    (void)plugin_env_copy(world, "old", "path/old.so");
    const char *jobs = plugin_env_path(world, "jobs");
    assert_int_equal(weir_registry_use(registry, "./good.so", NULL, jobs, &plugin, &err), 0);
    assert_int_equal(weir_registry_use(registry, "good.so", NULL, jobs, &plugin, &err), 0);
    assert_int_equal(weir_registry_use(registry, "old", NULL, jobs, &plugin, &err), WEIR_ENOINPUT);
    weir_registry_add_path(registry, plugin_env_path(world, "elsewhere"));
    weir_registry_add_path(registry, plugin_env_path(world, "path"));
    assert_int_equal(weir_registry_use(registry, "old", NULL, jobs, &plugin, &err), WEIR_OK);
    assert_string_equal(plugin->alias, "old");
}

/* Structs that end early read as zero behind their end. */
static void test_loads_an_older_minor(void **state)
{
    (void)state;
    assert_int_equal(use(plugin_env_copy(world, "old", "old.so"), NULL), WEIR_OK);
    size_t count;
    const struct weir_operator *const *ops = weir_plugin_operators(plugin, &count);
    assert_int_equal(count, 3);
    assert_string_equal(ops[0]->canonical, "org.example.old/half");
    assert_string_equal(ops[0]->signature, "(x: f64) -> f64");
    assert_null(ops[0]->exported->bind);
    assert_string_equal(ops[0]->exported->example, "");
    assert_non_null(ops[1]->receiver->run);
    assert_null(ops[1]->receiver->acked);
    assert_null(ops[2]->sink->abort);
    assert_null(ops[2]->sink->recover);
    assert_string_equal(plugin->summary, "");
}

static void test_inspects_one_file(void **state)
{
    (void)state;
    struct weir_text text;
    weir_text_init(&text);
    const char *path = plugin_env_copy(world, "home/alpha", "copy-of-alpha.so");
    assert_int_equal(weir_plugin_inspect(&world->env, path, false, &text, &err), WEIR_OK);
    assert_non_null(strstr(text.bytes, "org.weir.alpha 1.0.0"));
    assert_non_null(strstr(text.bytes, path));
    assert_int_equal(world->writes, 0);
    text.count = 0;
    path = plugin_env_copy(world, "epoch", "e.so");
    assert_int_equal(weir_plugin_inspect(&world->env, path, true, &text, &err), WEIR_ETEXT);
    assert_int_equal(text.count, 0);
    weir_text_finish(&text);
}

/* A child that inspects `name` and then exits with 42: does it come to that? */
static bool survives(const char *name)
{
    enum { SURVIVED = 42 };
    const char *path = plugin_env_copy(world, name, "child.so");
    pid_t child = fork();
    if (child == 0) {
        struct weir_text text;
        weir_text_init(&text);
        assert_int_not_equal(dup2(open("/dev/null", O_WRONLY), STDERR_FILENO), -1);
        (void)weir_plugin_inspect(&world->env, path, false, &text, &err);
        _exit(SURVIVED);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == SURVIVED;
}

/* Nothing before dlopen can tell such files: that is why `weir inspect` runs in a child. */
static void test_a_constructor_may_do_anything(void **state)
{
    (void)state;
    assert_true(survives("good"));
    assert_true(survives("minor")); /* refused before it is mapped */
    assert_false(survives("crash"));
    assert_false(survives("exit"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_loads_a_copy_named_by_its_content),
        TEST(test_a_damaged_copy_is_written_again),
        TEST(test_the_store_is_in_the_cache_of_the_user),
        TEST(test_refuses_what_it_cannot_run),
        TEST(test_refuses_a_truncated_file),
        TEST(test_one_id_is_one_plugin),
        TEST(test_aliases),
        TEST(test_looks_where_it_is_told),
        TEST(test_loads_an_older_minor),
        TEST(test_inspects_one_file),
        TEST(test_a_constructor_may_do_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
