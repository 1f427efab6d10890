/* SPDX-License-Identifier: Apache-2.0 */
/* The two phases of the example sink: what is visible after each, after a failure, and after a
 * restart in between. */
#include <weir/harness.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[64];
    struct weir_harness *h;
};

static void ok(const struct fixture *f, int failed)
{
    if (failed != 0) {
        print_error("%s\n", weir_harness_error(f->h));
    }
    assert_int_equal(failed, 0);
}

static int set_up(void **state)
{
    static struct fixture f;
    char call[96];
    (void)snprintf(f.folder, sizeof f.folder, "/tmp/weir-shelf-XXXXXX");
    assert_non_null(mkdtemp(f.folder));
    (void)snprintf(call, sizeof call, "shelf %s", f.folder);
    *state = &f;
    ok(&f, weir_harness_open(&f.h, WEIR_BUILD_DIR "/examples/shelf.so", call));
    ok(&f, weir_harness_fields(f.h, "word: str"));
    return 0;
}

static int tear_down(void **state)
{
    const struct fixture *f = *state;
    weir_harness_close(f->h);
    return rmdir(f->folder); /* nothing may be left but what the test has removed */
}

/* A file's text; NULL: there is none. It is removed if `removes`. */
static const char *text_of(const struct fixture *f, const char *name, bool removes)
{
    static char text[256];
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return NULL;
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    if (removes) {
        (void)unlink(path);
    }
    return text;
}

static void prepare(const struct fixture *f, uint32_t partition, const char *rows)
{
    ok(f, weir_harness_begin(f->h, partition));
    ok(f, weir_harness_feed(f->h, rows));
    ok(f, weir_harness_prepare(f->h));
}

static void a_commit_shows_all_and_may_be_repeated(void **state)
{
    const struct fixture *f = *state;
    ok(f, weir_harness_batch(f->h, 1000));
    prepare(f, 0, "one\ntwo");
    ok(f, weir_harness_begin(f->h, 1)); /* no rows: no file */
    ok(f, weir_harness_prepare(f->h));
    prepare(f, 2, "three");
    assert_null(text_of(f, "1000-0.jsonl", false));
    ok(f, weir_harness_commit(f->h));
    ok(f, weir_harness_commit(f->h));
    assert_string_equal(text_of(f, "1000-0.jsonl", true),
                        "{\"word\":\"one\"}\n{\"word\":\"two\"}\n");
    assert_string_equal(text_of(f, "1000-2.jsonl", true), "{\"word\":\"three\"}\n");
    assert_null(text_of(f, "1000-1.jsonl", false));
}

static void an_abort_leaves_nothing(void **state)
{
    const struct fixture *f = *state;
    ok(f, weir_harness_batch(f->h, 1000));
    ok(f, weir_harness_begin(f->h, 0));
    ok(f, weir_harness_feed(f->h, "half"));
    ok(f, weir_harness_abort(f->h));
    prepare(f, 0, "whole"); /* the next attempt */
    ok(f, weir_harness_commit(f->h));
    assert_string_equal(text_of(f, "1000-0.jsonl", true), "{\"word\":\"whole\"}\n");
}

static void after_a_restart_the_committed_are_shown_the_others_dropped(void **state)
{
    const struct fixture *f = *state;
    ok(f, weir_harness_batch(f->h, 1000));
    prepare(f, 0, "committed");
    ok(f, weir_harness_batch(f->h, 2000));
    prepare(f, 0, "not yet");
    ok(f, weir_harness_recover(f->h, 1000)); /* the process died before its commit had renamed */
    assert_string_equal(text_of(f, "1000-0.jsonl", true), "{\"word\":\"committed\"}\n");
    assert_null(text_of(f, ".2000-0.jsonl", false));
    assert_null(text_of(f, "2000-0.jsonl", false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_commit_shows_all_and_may_be_repeated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_abort_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_a_restart_the_committed_are_shown_the_others_dropped,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
