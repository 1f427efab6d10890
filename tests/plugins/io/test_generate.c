/* SPDX-License-Identifier: Apache-2.0 */
/* generate under a clock that the test moves. */
#include "plugin_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct weir_plugin_host *open_generate(const char *what,
                                              const char *rate,
                                              const char *seed,
                                              const char *limit)
{
    struct weir_plugin_host *host = weir_plugin_host_open(
        "generate", WEIR_KIND_RECEIVER, (const char *const[]){what, rate, seed, limit, NULL});
    assert_int_equal(host->opened, WEIR_OK);
    host->now_us = 1000000; /* any time will do: it counts from the first call */
    return host;
}

/* One call; returns its outcome, and *next_us where wanted. */
static int poll_once(struct weir_plugin_host *host, uint64_t budget, int64_t *next_us)
{
    const struct weir_receiver_ops *ops = host->exported->table;
    int64_t next = 0;
    int rc = ops->poll(&host->rx, budget, &next);
    if (next_us != NULL) {
        *next_us = next;
    }
    return rc;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

/* All records of a limited stream, asked for in pieces of `budget`; the caller frees them. */
static char *all_records(
    const char *what, const char *rate, const char *seed, const char *limit, uint64_t budget)
{
    struct weir_plugin_host *host = open_generate(what, rate, seed, limit);
    while (poll_once(host, budget, &host->now_us) == WEIR_OK) {
        assert_true(count_lines(weir_plugin_host_received(host)) <= 500);
    }
    const char *text = weir_plugin_host_received(host);
    char *copy = malloc(strlen(text) + 1);
    assert_non_null(copy);
    memcpy(copy, text, strlen(text) + 1);
    weir_plugin_host_close(host);
    return copy;
}

static void the_seed_alone_decides_what_comes(void **state)
{
    static const char *const kinds[] = {"what=lines", "what=words", "what=clicks"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char *slow = all_records(kinds[i], "rate=1000", "seed=7", "limit=500", 1000000);
        char *pieces = all_records(kinds[i], "rate=1000", "seed=7", "limit=500", 3);
        char *other = all_records(kinds[i], "rate=1000", "seed=8", "limit=500", 1000000);
        assert_int_equal(count_lines(slow), 500);
        assert_string_equal(slow, pieces);
        assert_string_not_equal(slow, other);
        free(slow);
        free(pieces);
        free(other);
    }
    char *slow = all_records("what=lines", "rate=10", "seed=7", "limit=20", 1000000);
    char *fast = all_records("what=lines", "rate=0", "seed=7", "limit=20", 1000000);
    assert_string_equal(slow, fast);
    free(slow);
    free(fast);
}

static void fields_depend_on_what_is_made(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_generate("what=clicks", NULL, NULL, NULL);
    assert_int_equal(host->field_count, 4);
    assert_string_equal(host->fields[0].name, "user");
    assert_string_equal(host->fields[1].name, "url");
    assert_string_equal(host->fields[2].name, "ms");
    assert_string_equal(host->fields[3].name, "at");
    assert_string_equal(host->fields[3].type, "ts");
    weir_plugin_host_close(host);
    host = open_generate(NULL, NULL, NULL, NULL);
    assert_int_equal(host->field_count, 1);
    assert_string_equal(host->fields[0].name, "line");
    weir_plugin_host_close(host);
}

static void something_else_is_refused(void **state)
{
    (void)state;
    struct weir_plugin_host *host = weir_plugin_host_open(
        "generate", WEIR_KIND_RECEIVER, (const char *const[]){"what=cliks", NULL});
    assert_int_equal(host->opened, WEIR_FATAL);
    assert_non_null(
        strstr(weir_plugin_host_failure(host), "lines, words or clicks, not \"cliks\""));
    weir_plugin_host_close(host);
}

static void the_rate_is_kept(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_generate("what=words", "rate=250", NULL, NULL);
    int64_t next_us = 0;
    assert_int_equal(poll_once(host, 1000, &next_us), WEIR_OK);
    assert_int_equal(count_lines(weir_plugin_host_received(host)), 0);
    assert_int_equal(next_us, host->now_us + 4000); /* the first is due after a 250th of a second */
    host->now_us += 3999;
    assert_int_equal(poll_once(host, 1000, NULL), WEIR_OK);
    assert_int_equal(count_lines(weir_plugin_host_received(host)), 0);
    host->now_us += 1;
    assert_int_equal(poll_once(host, 1000, NULL), WEIR_OK);
    assert_int_equal(count_lines(weir_plugin_host_received(host)), 1);
    host->now_us += 3600 * INT64_C(1000000);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(poll_once(host, 1000, NULL), WEIR_OK); /* never more than asked for */
    }
    assert_int_equal(count_lines(weir_plugin_host_received(host)), 1 + 3600 * 250);
    weir_plugin_host_close(host);
}

static void a_budget_and_a_refusal_lose_nothing(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_generate("what=words", "rate=0", "seed=3", "limit=20");
    char *all = all_records("what=words", "rate=0", "seed=3", "limit=20", 1000);
    assert_int_equal(poll_once(host, 0, NULL), WEIR_OK);
    assert_int_equal(count_lines(weir_plugin_host_received(host)), 0);
    assert_int_equal(poll_once(host, 7, NULL), WEIR_OK);
    assert_int_equal(count_lines(weir_plugin_host_received(host)), 7);
    atomic_store(&host->is_refusing, true);
    for (int i = 0; i < 3; i++) {
        int64_t next_us = 0;
        assert_int_equal(poll_once(host, 1000, &next_us), WEIR_OK);
        assert_true(next_us > host->now_us);
    }
    assert_int_equal(count_lines(weir_plugin_host_received(host)), 7);
    atomic_store(&host->is_refusing, false);
    assert_int_equal(poll_once(host, 1000, NULL), WEIR_AGAIN);
    assert_string_equal(weir_plugin_host_received(host), all);
    free(all);
    weir_plugin_host_close(host);
}

static void words_are_skewed_and_clicks_look_like_clicks(void **state)
{
    (void)state;
    char *words = all_records("what=words", "rate=0", "seed=1", "limit=500", 1000);
    size_t the = 0;
    for (const char *at = words; (at = strstr(at, "the\n")) != NULL; at++) {
        the += at == words || at[-1] == '\n';
    }
    assert_in_range(the, 20, 80); /* one in twelve */
    free(words);
    char *clicks = all_records("what=clicks", "rate=1000", "seed=1", "limit=2", 1000);
    long long first_at = 0;
    long long second_at = 0;
    long long ms = 0;
    assert_int_equal(sscanf(clicks, "u%*d|/%*[^|]|%lld|%lld", &ms, &first_at), 2);
    assert_int_equal(sscanf(strchr(clicks, '\n') + 1, "u%*d|/%*[^|]|%*d|%lld", &second_at), 1);
    assert_in_range(ms, 8, 4095);
    assert_int_equal(second_at - first_at, 1000);
    free(clicks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_alone_decides_what_comes),
        cmocka_unit_test(fields_depend_on_what_is_made),
        cmocka_unit_test(something_else_is_refused),
        cmocka_unit_test(the_rate_is_kept),
        cmocka_unit_test(a_budget_and_a_refusal_lose_nothing),
        cmocka_unit_test(words_are_skewed_and_clicks_look_like_clicks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
