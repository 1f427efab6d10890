/* SPDX-License-Identifier: Apache-2.0 */
/* Rows out of C functions: what emit was given, in order and with its input row; a call that fails
 * leaves nothing; a callback that is kept has a defined end. */
#include "drive.h"

#include "fixture/library.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct plugin_env *world;
static struct weir_registry *registry;
static struct drive *drive;

static const char *const lines[] = {"to be or not", "", "a", "incomprehensibilities of  words",
                                    "one two three four five six seven"};
enum { LINES = 5 };

static int set_up(void **state)
{
    (void)state;
    world = plugin_env_create(NULL);
    registry = drive_registry(world);
    drive = NULL;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (drive != NULL) {
        drive_close(drive);
    }
    weir_registry_destroy(registry);
    plugin_env_destroy(world);
    return 0;
}

static struct drive *open(const char *prototypes, const char *name)
{
    drive_use(registry, NATIVE_LIBRARY, "l", prototypes);
    drive = drive_open(drive_find(registry, "l", name));
    return drive;
}

static void assert_failed(int outcome, int wanted, uint32_t row, const char *words)
{
    assert_int_equal(outcome, wanted);
    assert_int_equal(drive->call.task.row, row);
    if (strstr(drive->call.text, words) == NULL) {
        fail_msg("'%s' is not in: %s", words, drive->call.text);
    }
}

/* What a C program gets that calls the same function. */
static struct {
    char words[64][32];
    uint32_t count;
} seen;

static void see(const char *word)
{
    (void)snprintf(seen.words[seen.count++], sizeof seen.words[0], "%s", word);
}

static void assert_words(const struct drive *d)
{
    uint32_t row = 0;
    seen.count = 0;
    for (uint32_t i = 0; i < LINES; i++) {
        split(lines[i], see);
        for (; row < seen.count; row++) {
            assert_int_equal(d->out.parent[row], i);
            weir_str word = drive_str_at(d, 0, row);
            assert_int_equal(word.count, strlen(seen.words[row]));
            assert_memory_equal(word.bytes, seen.words[row], word.count);
        }
    }
    assert_int_equal(d->out.rows, row);
    assert_true(row > 8); /* more than the first room */
}

static void words_as_a_c_program_splits_them(void **state)
{
    (void)state;
    struct drive *d =
        open("void split(const char *line, void (*emit)(const char *word));", "split");
    assert_string_equal(d->op->signature, "(line: str) -> (word: str)");
    assert_string_equal(weir_kind_name(d->op->kind), "emitter");
    drive_str(d, 0, lines, LINES);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_words(d);
    assert_true(d->out.heap_used > 0); /* the long word */
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_words(d);
}

/* A text with its length is passed as it lies, and slices of it come back as views. */
static void slices_are_not_copied(void **state)
{
    (void)state;
    struct drive *d = open("void words(const char *line, size_t line_count,\n"
                           "           void (*emit)(const char *word, size_t count));",
                           "words");
    assert_string_equal(d->op->signature, "(line: str) -> (word: str)");
    drive_str(d, 0, lines, LINES);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_words(d);
    assert_int_equal(d->out.heap_used, 0);
}

static void columns_of_every_type(void **state)
{
    static const int64_t n[] = {3, 0, 40, 78};
    (void)state;
    struct drive *d = open("void steps(long n, void (*emit)(long i, float half, bool odd, const "
                           "char *, uint64_t));",
                           "steps");
    assert_string_equal(d->op->signature,
                        "(n: i64) -> (i: i64, half: f64, odd: bool, value4: str, value5: i64)");
    drive_i64(d, 0, n, 4);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 3, "emits 18446744073709551615");
    assert_int_equal(d->out.rows, 43); /* nothing of the last row */
    for (uint32_t r = 0; r < 43; r++) {
        int64_t i = r < 3 ? r : r - 3;
        assert_int_equal(d->out.parent[r], r < 3 ? 0 : 2);
        assert_int_equal(drive_i64_at(d, 0, r), i);
        assert_true(drive_f64_at(d, 1, r) == (double)i / 2);
        assert_int_equal(drive_bool_at(d, 2, r), i % 2 == 1);
        assert_int_equal(drive_str_at(d, 3, r).count, i % 36);
        assert_int_equal(drive_i64_at(d, 4, r), i);
    }
}

static void a_struct_is_a_row(void **state)
{
    static const double x[] = {3, -1}, y[] = {4, 0};
    (void)state;
    struct drive *d = open("struct polar { double r; double angle; };\n"
                           "struct polar to_polar(double x, double y);",
                           "to_polar");
    assert_string_equal(d->op->signature, "(x: f64, y: f64) -> (r: f64, angle: f64)");
    drive_f64(d, 0, x, 2);
    drive_f64(d, 1, y, 2);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_int_equal(d->out.rows, 2);
    for (uint32_t i = 0; i < 2; i++) {
        struct polar p = to_polar(x[i], y[i]);
        assert_true(drive_f64_at(d, 0, i) == p.r && drive_f64_at(d, 1, i) == p.angle);
        assert_int_equal(d->out.parent[i], i);
    }
}

static void failures_leave_nothing(void **state)
{
    static const char *const texts[] = {"a b", "c d!", "e"};
    static const uint16_t rest[] = {2};
    static const int64_t n[] = {1, 0};
    (void)state;
    struct drive *d =
        open("void split_or_error(const char *line, void (*emit)(const char *)) errno;"
             "void emit_null(long n, void emit(const char *));",
             "split_or_error");
    assert_string_equal(d->op->signature, "(line: str) -> (value: str)");
    drive_str(d, 0, texts, 3);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 1, "out of domain");
    assert_int_equal(d->out.rows, 2);
    d->chunk.sel = rest;
    d->chunk.sel_count = 1;
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_int_equal(d->out.rows, 1);
    assert_int_equal(d->out.parent[0], 2);
    drive_close(d);
    d = drive = drive_open(drive_find(registry, "l", "emit_null"));
    drive_i64(d, 0, n, 2);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 1, "emits NULL, expected a text");
    assert_int_equal(d->out.rows, 2);
}

/* Kept and called by another function: ignored, and the next call of the keeper fails the job. */
static void a_callback_that_is_kept_fails_the_job(void **state)
{
    static const int64_t n[] = {7};
    (void)state;
    struct drive *d =
        open("void keep(long n, void (*emit)(long i)); long call_kept(long n);", "keep");
    drive_i64(d, 0, n, 1);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_int_equal(d->out.rows, 1);
    struct drive *other = drive_open(drive_find(registry, "l", "call_kept"));
    drive_i64(other, 0, n, 1);
    assert_int_equal(drive_run(other), WEIR_OK);
    assert_int_equal(d->out.rows, 1); /* nothing came */
    assert_failed(drive_run(d), WEIR_FATAL, 0, "a function may not keep it");
    assert_int_equal(d->out.rows, 0);
    assert_int_equal(drive_run(d), WEIR_OK); /* told once */
    drive_close(d);
    drive = other;
    assert_int_equal(drive_run(other), WEIR_OK); /* after the instance has gone, too */
}

static void a_callback_from_another_thread_fails_the_job(void **state)
{
    static const int64_t n[] = {0, 1};
    (void)state;
    struct drive *d = open("void from_thread(long n, void (*emit)(long i));", "from_thread");
    drive_i64(d, 0, n, 2);
    assert_failed(drive_run(d), WEIR_FATAL, 1, "from another thread");
    assert_int_equal(d->out.rows, 1);
}

/* Each instance has a callback of its own while it is open. */
static void instances_do_not_share(void **state)
{
    static const int64_t one[] = {1, 1}, two[] = {2, 2};
    (void)state;
    struct drive *d = open("void keep(long n, void (*emit)(long i));", "keep");
    struct drive *other = drive_open(d->op);
    drive_i64(d, 0, one, 2);
    drive_i64(other, 0, two, 2);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_int_equal(drive_run(other), WEIR_OK);
    assert_int_equal(d->out.rows, 2);
    assert_int_equal(drive_i64_at(d, 0, 1), 1);
    assert_int_equal(drive_i64_at(other, 0, 1), 2);
    drive_close(other);
    other = drive_open(d->op); /* lent again */
    drive_i64(other, 0, one, 2);
    assert_int_equal(drive_run(other), WEIR_OK);
    assert_int_equal(other->out.rows, 2);
    drive_close(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_as_a_c_program_splits_them),
        TEST(slices_are_not_copied),
        TEST(columns_of_every_type),
        TEST(a_struct_is_a_row),
        TEST(failures_leave_nothing),
        TEST(a_callback_that_is_kept_fails_the_job),
        TEST(a_callback_from_another_thread_fails_the_job),
        TEST(instances_do_not_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
