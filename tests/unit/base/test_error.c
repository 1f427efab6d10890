/* SPDX-License-Identifier: Apache-2.0 */
/* Errors and statuses: texts are cut, never overrun; every status has a text and an exit code; the
 * log cuts and filters. */
#include "base/base.h"

#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void set_is_one_line_and_takes_null(void **state)
{
    (void)state;
    struct weir_error err;
    assert_int_equal(weir_error_set(&err, WEIR_ETEXT, "no verb \"%s\"", "splt"), WEIR_ETEXT);
    assert_int_equal(err.status, WEIR_ETEXT);
    assert_string_equal(err.text, "no verb \"splt\"");
    assert_int_equal(weir_error_set(NULL, WEIR_EIO, "dropped"), WEIR_EIO);
}

static void prefixes_stack_up_from_the_inside(void **state)
{
    (void)state;
    struct weir_error err;
    weir_error_set(&err, WEIR_ENOINPUT, "no such file");
    assert_int_equal(weir_error_prefix(&err, "file \"%s\"", "x"), WEIR_ENOINPUT);
    assert_int_equal(weir_error_prefix(&err, "line %d", 3), WEIR_ENOINPUT);
    assert_string_equal(err.text, "line 3: file \"x\": no such file");
}

/* Every length of prefix and text around the limit: the text always ends inside, and begins with
 * the prefix. */
static void long_texts_are_cut(void **state)
{
    (void)state;
    enum { LONG = WEIR_ERROR_TEXT_BYTES + 10 };
    char prefix[LONG + 1], text[LONG + 1];
    memset(prefix, 'p', LONG);
    memset(text, 't', LONG);
    const int lengths[] = {0,
                           1,
                           WEIR_ERROR_TEXT_BYTES - 4,
                           WEIR_ERROR_TEXT_BYTES - 3,
                           WEIR_ERROR_TEXT_BYTES - 2,
                           WEIR_ERROR_TEXT_BYTES - 1,
                           WEIR_ERROR_TEXT_BYTES,
                           LONG};
    enum { LENGTHS = sizeof lengths / sizeof lengths[0] };
    for (size_t i = 0; i < LENGTHS * LENGTHS; i++) {
        struct weir_error err;
        int before = lengths[i / LENGTHS], after = lengths[i % LENGTHS];
        weir_error_set(&err, WEIR_EIO, "%.*s", after, text);
        weir_error_prefix(&err, "%.*s", before, prefix);
        size_t kept_after =
            after < WEIR_ERROR_TEXT_BYTES ? (size_t)after : WEIR_ERROR_TEXT_BYTES - 1;
        size_t whole = (size_t)before + 2 + kept_after;
        assert_int_equal(strlen(err.text),
                         whole < WEIR_ERROR_TEXT_BYTES ? whole : WEIR_ERROR_TEXT_BYTES - 1);
        size_t kept = (size_t)before < strlen(err.text) ? (size_t)before : strlen(err.text);
        assert_memory_equal(err.text, prefix, kept);
        assert_int_equal(err.status, WEIR_EIO);
    }
}

static int fail_if(bool fails, struct weir_error *err)
{
    return fails ? weir_error_set(err, WEIR_ELIMIT, "too much") : WEIR_OK;
}

static int try_twice(bool first, bool second, int *reached, struct weir_error *err)
{
    *reached = 0;
    WEIR_TRY(fail_if(first, err));
    *reached = 1;
    WEIR_TRY(fail_if(second, err));
    *reached = 2;
    return WEIR_OK;
}

static void try_hands_a_failure_on(void **state)
{
    (void)state;
    struct weir_error err;
    int reached;
    assert_int_equal(try_twice(false, true, &reached, &err), WEIR_ELIMIT);
    assert_int_equal(reached, 1);
    assert_int_equal(try_twice(false, false, &reached, &err), WEIR_OK);
    assert_int_equal(reached, 2);
}

static void statuses_have_texts_and_exit_codes(void **state)
{
    (void)state;
#define CHECK(name, number, exit_code, text)                                                       \
    assert_string_equal(weir_status_text(name), text);                                             \
    assert_int_equal(weir_status_exit_code(name), exit_code);                                      \
    assert_true((name) < 0);
    WEIR_STATUS_MAP(CHECK)
#undef CHECK
    assert_string_equal(weir_status_text(WEIR_OK), "ok");
    assert_int_equal(weir_status_exit_code(WEIR_OK), 0);
    assert_string_equal(weir_status_text(-4711), "unknown status");
    assert_int_equal(weir_status_exit_code(-4711), 70);
}

static struct {
    int count, level;
    char line[4096];
} seen;

static void see(void *owner, int level, const char *line)
{
    assert_ptr_equal(owner, &seen);
    seen.count++;
    seen.level = level;
    strncpy(seen.line, line, sizeof seen.line - 1);
}

static void log_filters_and_cuts(void **state)
{
    (void)state;
    weir_log_to(see, &seen, WEIR_LOG_WARNING);
    weir_log(WEIR_LOG_INFO, "too talkative");
    assert_int_equal(seen.count, 0);
    weir_log(WEIR_LOG_WARNING, "port %d", 99);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.level, WEIR_LOG_WARNING);
    assert_string_equal(seen.line, "port 99");
    weir_log(WEIR_LOG_ERROR, "%03000d", 7);
    assert_int_equal(strlen(seen.line), 2047);
    weir_log_to(NULL, NULL, 0);
    weir_log(WEIR_LOG_ERROR, "nobody hears this");
    assert_int_equal(seen.count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_is_one_line_and_takes_null),
        cmocka_unit_test(prefixes_stack_up_from_the_inside),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(try_hands_a_failure_on),
        cmocka_unit_test(statuses_have_texts_and_exit_codes),
        cmocka_unit_test(log_filters_and_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
