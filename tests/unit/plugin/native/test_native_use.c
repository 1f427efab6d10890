/* SPDX-License-Identifier: Apache-2.0 */
/* Libraries by prototypes among plugins: names, aliases, canonical names, files, probes, and calls
 * that must not overlap. */
#include "drive.h"

#include "fixture/library.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct plugin_env *world;
static struct weir_registry *registry;
static struct weir_error err;
static struct weir_place place;

static int set_up(void **state)
{
    (void)state;
    world = plugin_env_create(NULL);
    registry = drive_registry(world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_registry_destroy(registry);
    plugin_env_destroy(world);
    return 0;
}

static int use(const char *name, const char *alias, const char *prototypes)
{
    const struct weir_native_use native = {.name = name, .alias = alias, .prototypes = prototypes};
    const struct weir_plugin_info *plugin;
    return weir_registry_use_native(registry, &native, &plugin, &place, &err);
}

static void assert_refused(int status, int wanted, const char *words)
{
    assert_int_equal(status, wanted);
    if (strstr(err.text, words) == NULL) {
        fail_msg("'%s' is not in: %s", words, err.text);
    }
}

static void a_library_is_a_plugin_to_all_others(void **state)
{
    (void)state;
    const struct weir_plugin_info *plugin =
        drive_use(registry, "libm.so.6", NULL, "double cbrt(double x);");
    assert_string_equal(plugin->alias, "m");
    assert_string_equal(plugin->id, "c:libm.so.6");
    assert_string_equal(plugin->path, "libm.so.6");
    assert_string_equal(plugin->stored, "libm.so.6"); /* in place */
    assert_int_equal(world->writes, 0);
    struct weir_text page;
    weir_text_init(&page);
    weir_plugin_describe(plugin, &page);
    assert_non_null(strstr(page.bytes, "m.cbrt                (x: f64) -> f64   the C function "
                                       "double cbrt(double x) of libm.so.6\n"));
    page.count = 0;
    weir_plugin_describe_json(plugin, &page);
    assert_non_null(strstr(page.bytes, "\"canonical\":\"c:libm.so.6/cbrt\""));
    weir_text_finish(&page);
}

static void a_file_is_copied_as_a_plugin_is(void **state)
{
    (void)state;
    const struct weir_plugin_info *plugin =
        drive_use(registry, NATIVE_LIBRARY, NULL, "double plus_one(double a);");
    assert_string_equal(plugin->alias, "fixture");
    assert_string_equal(plugin->id, "c:libfixture.so");
    assert_int_equal(strncmp(plugin->stored, world->folder, strlen(world->folder)), 0);
    assert_int_equal(strlen(plugin->sha256), 64);
    assert_int_equal(world->writes, 1);
    /* the same content in a file of the same name elsewhere would be the same in graphs */
    struct weir_buffer *bytes = plugin_env_bytes(world, plugin->path);
    const char *copy = plugin_env_path(world, "libfixture.so");
    plugin_env_write(world, copy, bytes->data, bytes->bytes);
    weir_buffer_release(bytes);
    assert_refused(use(copy, "other", "double plus_one(double a);"), WEIR_ETEXT, "rename one file");
}

static void the_same_again_is_fine_and_others_are_not(void **state)
{
    (void)state;
    const struct weir_plugin_info *plugin =
        drive_use(registry, "libm.so.6", "m", "double cbrt(double x);");
    assert_ptr_equal(drive_use(registry, "libm.so.6", "m", "double cbrt(double x);"), plugin);
    assert_refused(use("libm.so.6", "m", "double fma(double, double, double);"), WEIR_ETEXT,
                   "'m' already stands for libm.so.6 by its prototypes: choose another alias");
    assert_refused(use("libm.so.6", "n", "double sqrt(double x); float cbrt(float x);"), WEIR_ETEXT,
                   "cbrt of libm.so.6 was declared before as double cbrt(double x)");
    assert_int_equal(place.offset, strlen("double sqrt(double x); float "));
    drive_use(registry, "libm.so.6", "n", "double cbrt(double x); double sqrt(double x);");
    assert_refused(use("libm.so.6", "no name", "double cbrt(double x);"), WEIR_ETEXT,
                   "is no name that a text can use");
}

static void graphs_find_them_again(void **state)
{
    const struct weir_operator *op = NULL;
    (void)state;
    drive_use(registry, "libm.so.6", "m", "double cbrt(double x);");
    drive_use(registry, "libm.so.6", "n", "double fma(double x, double y, double z);");
    assert_int_equal(weir_registry_find_canonical(registry, "c:libm.so.6/fma",
                                                  "(x: f64, y: f64, z: f64) -> f64",
                                                  WEIR_KIND_FUNCTION, &op, &err),
                     WEIR_OK);
    assert_ptr_equal(op, drive_find(registry, "n", "fma"));
    assert_int_equal(weir_registry_find_canonical(registry, "c:libm.so.6/cbrt", NULL,
                                                  WEIR_KIND_FUNCTION, &op, &err),
                     WEIR_OK);
    assert_ptr_equal(op, drive_find(registry, "m", "cbrt"));
    assert_refused(weir_registry_find_canonical(registry, "c:libm.so.6/sin", NULL,
                                                WEIR_KIND_FUNCTION, &op, &err),
                   WEIR_ETEXT, "has no such operator");
}

static void what_is_not_there_is_said(void **state)
{
    (void)state;
    assert_refused(use("libnone.so.1", "n", "int f(int);"), WEIR_ECONFIG, "libnone.so.1");
    assert_int_equal(place.offset + place.length, 0);
    assert_refused(use("./libnone.so", "n", "int f(int);"), WEIR_ENOINPUT, "no such file");
    assert_refused(use("/lib/x86_64-linux-gnu/libc.so.6", "n", "int abs(int);"), WEIR_ETEXT,
                   "name it without its folder, \"libc.so.6\"");
    const char *beside = plugin_env_path(world, "beside.so");
    plugin_env_write(world, beside, "x", 1);
    const struct weir_native_use native = {
        .name = "beside.so", .base_folder = world->folder, .prototypes = "int f(int);"};
    const struct weir_plugin_info *plugin;
    assert_refused(weir_registry_use_native(registry, &native, &plugin, NULL, &err), WEIR_ECONFIG,
                   "write \"./beside.so\"");
}

/* Zeros and empty texts, through the loop that the job uses; a bad record is no finding. */
static void probes_call_each_function(void **state)
{
    size_t count;
    (void)state;
    const struct weir_plugin_info *plugin = drive_use(
        registry, NATIVE_LIBRARY, "l",
        "struct polar { double r, angle; }; double plus_one(double a);\n"
        "struct polar to_polar(double x, double y); double distance(struct polar, struct polar);\n"
        "double eight(int8_t a, uint16_t b, int c, long d, float e, double f, const char *g, bool "
        "h);\n"
        "char *twice(const char *text) free; double number(const char *text) errno;\n"
        "void words(const char *line, size_t n, void (*emit)(const char *word, size_t count));\n"
        "void emit_null(long n, void (*emit)(const char *)); void keep(long n, void (*emit)(long "
        "i));\n"
        "void from_thread(long n, void (*emit)(long i)); long count(const char *, size_t, char);");
    const struct weir_operator *const *ops = weir_plugin_operators(plugin, &count);
    assert_int_equal(count, 11);
    for (size_t i = 0; i < count; i++) {
        if (weir_native_probe(ops[i], &err) != WEIR_OK) {
            fail_msg("%s: %s", ops[i]->name, err.text);
        }
    }
    struct weir_text why;
    weir_text_init(&why);
    const struct weir_operator *op = drive_find(registry, "l", "twice");
    assert_true(weir_native_probe_verdict(op, "SIGFPE (Floating point exception)", false, &why));
    assert_int_equal(why.count, 0);
    assert_false(weir_native_probe_verdict(op, "SIGSEGV (Segmentation fault)", false, &why));
    assert_non_null(strstr(why.bytes, "calling twice crashed with SIGSEGV (Segmentation fault): "
                                      "the prototype may not match; declared is char *twice(const "
                                      "char *text) free"));
    weir_text_finish(&why);
}

/* ---- one call at a time ---- */

/* Gates, as the system's room makes them. */
struct weir_gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool is_open;
};

static struct weir_gate *gate_create(struct weir_env *env)
{
    (void)env;
    struct weir_gate *gate = weir_alloc(sizeof *gate);
    assert_int_equal(pthread_mutex_init(&gate->lock, NULL), 0);
    assert_int_equal(pthread_cond_init(&gate->opened, NULL), 0);
    return gate;
}

static void gate_destroy(struct weir_env *env, struct weir_gate *gate)
{
    (void)env;
    (void)pthread_cond_destroy(&gate->opened);
    (void)pthread_mutex_destroy(&gate->lock);
    weir_free(gate);
}

static bool gate_wait(struct weir_env *env, struct weir_gate *gate, int64_t timeout_us)
{
    (void)env, (void)timeout_us;
    (void)pthread_mutex_lock(&gate->lock);
    while (!gate->is_open) {
        (void)pthread_cond_wait(&gate->opened, &gate->lock);
    }
    gate->is_open = false;
    (void)pthread_mutex_unlock(&gate->lock);
    return true;
}

static void gate_open(struct weir_env *env, struct weir_gate *gate)
{
    (void)env;
    (void)pthread_mutex_lock(&gate->lock);
    gate->is_open = true;
    (void)pthread_cond_signal(&gate->opened);
    (void)pthread_mutex_unlock(&gate->lock);
}

enum { THREADS = 4, ROUNDS = 50, CALLS = 8 };

static void *run_rounds(void *owner)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (drive_run(owner) != WEIR_OK) {
            return owner;
        }
    }
    return NULL;
}

/* Two functions in two uses of one library: still one at a time. */
static void calls_of_a_library_that_is_not_thread_safe_do_not_overlap(void **state)
{
    static const char *const words[CALLS] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    static const int64_t ones[CALLS] = {1, 1, 1, 1, 1, 1, 1, 1}, zero[] = {0};
    struct weir_env_ops ops = *world->env.ops;
    struct drive *drives[THREADS];
    pthread_t threads[THREADS];
    (void)state;
    ops.gate_create = gate_create;
    ops.gate_destroy = gate_destroy;
    ops.gate_wait = gate_wait;
    ops.gate_open = gate_open;
    const struct weir_env_ops *old = world->env.ops;
    world->env.ops = &ops;
    const struct weir_plugin_info *plugin;
    const struct weir_native_use first = {.name = NATIVE_LIBRARY,
                                          .alias = "a",
                                          .prototypes = "long in_turn(long n);",
                                          .is_serial = true};
    const struct weir_native_use second = {
        .name = NATIVE_LIBRARY,
        .alias = "b",
        .prototypes = "void in_turn_too(const char *line, void (*emit)(const char *word));",
        .is_serial = true};
    assert_int_equal(weir_registry_use_native(registry, &first, &plugin, NULL, &err), WEIR_OK);
    assert_true(plugin->is_serial);
    assert_int_equal(weir_registry_use_native(registry, &second, &plugin, NULL, &err), WEIR_OK);
    for (int i = 0; i < THREADS; i++) {
        bool is_first = i % 2 == 0;
        drives[i] = drive_open(is_first ? drive_find(registry, "a", "in_turn")
                                        : drive_find(registry, "b", "in_turn_too"));
        if (is_first) {
            drive_i64(drives[i], 0, ones, CALLS);
        } else {
            drive_str(drives[i], 0, words, CALLS);
        }
        assert_int_equal(pthread_create(&threads[i], NULL, run_rounds, drives[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    drive_close(drives[1]);
    drive_i64(drives[0], 0, zero, 1);
    drives[0]->chunk.rows = 1;
    assert_int_equal(drive_run(drives[0]), WEIR_OK);
    assert_int_equal(drive_i64_at(drives[0], 0, 0), THREADS * ROUNDS * CALLS);
    drive_close(drives[0]);
    drive_close(drives[2]);
    drive_close(drives[3]);
    weir_registry_destroy(registry); /* with its gate, by these operations */
    world->env.ops = old;
    registry = drive_registry(world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_library_is_a_plugin_to_all_others),
        TEST(a_file_is_copied_as_a_plugin_is),
        TEST(the_same_again_is_fine_and_others_are_not),
        TEST(graphs_find_them_again),
        TEST(what_is_not_there_is_said),
        TEST(probes_call_each_function),
        TEST(calls_of_a_library_that_is_not_thread_safe_do_not_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
