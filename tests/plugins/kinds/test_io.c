/* SPDX-License-Identifier: Apache-2.0 */
/* Receivers, sources, sinks and stores. */
#include "kinds.h"

static void test_polled_receiver(void **state)
{
    (void)state;
    int64_t next;
    struct weir_harness *h = open_kind("receiver", "tick");
    OK(h, weir_harness_clock(h, 2500000));
    OK(h, weir_harness_poll(h, 2, &next));
    assert_int_equal(next, 2000000);
    OK(h, weir_harness_poll(h, 10, &next));
    assert_int_equal(next, 3000000);
    OK(h, weir_harness_expect(h, "0|a text that fits into no cell\n"
                                 "1000000|a text that fits into no cell\n"
                                 "2000000|a text that fits into no cell"));
    OK(h, weir_harness_hold(h, true));
    OK(h, weir_harness_clock(h, 3000000));
    OK(h, weir_harness_poll(h, 10, NULL));
    OK(h, weir_harness_expect(h, "")); /* the row waits in out */
    OK(h, weir_harness_hold(h, false));
    OK(h, weir_harness_clock(h, 4000000));
    OK(h, weir_harness_poll(h, 10, NULL));
    OK(h, weir_harness_expect(h, "3000000|a text that fits into no cell\n"
                                 "4000000|a text that fits into no cell"));
    OK(h, weir_harness_ack(h));
    assert_string_equal(weir_harness_log(h), "acked 3 up to 5000000\n");
    FAILS(h, weir_harness_start(h), "tick has poll, not run");
    weir_harness_close(h);
}

static void test_running_receivers(void **state)
{
    (void)state;
    int outcome;
    struct weir_harness *h = open_kind("receiver", "count");
    OK(h, weir_harness_start(h));
    OK(h, weir_harness_await(h, 100));
    assert_string_equal(weir_harness_status(h), "connected");
    OK(h, weir_harness_stop(h, &outcome));
    assert_int_equal(outcome, WEIR_OK);
    assert_string_equal(weir_harness_status(h), "stopped");
    assert_memory_equal(weir_harness_rows(h), "0\n1\n2\n3\n", 8);
    weir_harness_close(h);
    h = open_kind("receiver", "lines");
    OK(h, weir_harness_start(h));
    OK(h, weir_harness_await(h, 3));
    FAILS(h, weir_harness_await(h, 4), "has given 3 rows and has ended");
    OK(h, weir_harness_stop(h, NULL));
    OK(h, weir_harness_expect(h, "one\ntwo\nthree"));
    weir_harness_close(h);
}

static void test_source(void **state)
{
    (void)state;
    uint32_t count;
    struct weir_harness *h = open_kind("receiver", "numbers most=23");
    OK(h, weir_harness_read(h, 0, 3, &count));
    assert_int_equal(count, 1);
    OK(h, weir_harness_expect(h, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9"));
    int64_t ten;
    assert_int_equal(weir_harness_offset(h).count, sizeof ten);
    memcpy(&ten, weir_harness_offset(h).bytes, sizeof ten);
    assert_int_equal(ten, 10);
    OK(h, weir_harness_read(h, 0, 1, NULL));
    assert_false(weir_harness_is_over(h));
    OK(h, weir_harness_read(h, 0, 1, NULL));
    assert_true(weir_harness_is_over(h));
    OK(h, weir_harness_expect(h, "10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n21\n22"));
    OK(h, weir_harness_read(h, 0, 1, &count));
    assert_int_equal(count, 0);
    OK(h, weir_harness_seek(h, (weir_bytes){(const uint8_t *)&ten, sizeof ten}));
    OK(h, weir_harness_read(h, 0, 2, &count));
    OK(h, weir_harness_expect(h, "10\n11\n12\n13\n14\n15\n16\n17\n18\n19"));
    weir_harness_close(h);
    h = open_kind("receiver", "numbers most=2 drifts=true");
    FAILS(h, weir_harness_read(h, 0, 1, NULL), "gives other records when a range is read again");
    weir_harness_close(h);
}

static void test_sink(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("sink", "shelf");
    OK(h, weir_harness_batch(h, 3000));
    OK(h, weir_harness_fields(h, "word: str, n: i64"));
    FAILS(h, weir_harness_feed(h, "a|1"), "say weir_harness_begin first");
    OK(h, weir_harness_begin(h, 0));
    OK(h, weir_harness_feed(h, "a|1\nb|\\N"));
    OK(h, weir_harness_prepare(h));
    OK(h, weir_harness_begin(h, 1));
    OK(h, weir_harness_feed(h, "c|3"));
    OK(h, weir_harness_abort(h));
    OK(h, weir_harness_begin(h, 1));
    OK(h, weir_harness_feed(h, "d|4"));
    OK(h, weir_harness_prepare(h));
    OK(h, weir_harness_commit(h));
    OK(h, weir_harness_recover(h, 2000));
    assert_string_equal(weir_harness_log(h),
                        "begin harness/out/3000/0\nbegin harness/out/3000/1\n"
                        "abort harness/out/3000/1\nbegin harness/out/3000/1\n"
                        "commit 3000: {\"word\":\"a\",\"n\":1}\n{\"word\":\"b\",\"n\":null}\n\n"
                        "commit 3000: {\"word\":\"d\",\"n\":4}\n\nrecover 2000: 2\n");
    OK(h, weir_harness_forget(h));
    OK(h, weir_harness_begin(h, 0));
    FAILS(h,
          weir_harness_feed(h, "0123456789012345678901234567890123456789012345678901234567890123456"
                               "789012345678901234567890123456789012345678901234567890123456789012"
                               "345678901234567890123456789012345678901234567890123456789|1"),
          "shelf: write fails with outcome 1: the shelf is full");
    weir_harness_close(h);
}

static weir_str name_of(const char *text)
{
    return (weir_str){text, strlen(text)};
}

static void test_store(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("sink", "store memory");
    const struct weir_store_ops *ops = weir_harness_export(h)->table;
    struct weir_task *task = weir_harness_task(h);
    const weir_bytes abc = {(const uint8_t *)"abc", 3};
    assert_int_equal(ops->get(task, name_of("x"), 0, 9, weir_harness_answer(h)), WEIR_ABSENT);
    assert_int_equal(ops->put(task, name_of("x/1"), abc), WEIR_OK);
    assert_int_equal(ops->append(task, name_of("x/1"), abc), WEIR_OK);
    assert_int_equal(ops->get(task, name_of("x/1"), 1, 3, weir_harness_answer(h)), WEIR_OK);
    assert_string_equal(weir_harness_answered(h), "bca");
    assert_int_equal(ops->list(task, name_of("x/"), weir_harness_answer(h)), WEIR_OK);
    assert_string_equal(weir_harness_answered(h), "x/1|6\n");
    assert_int_equal(weir_harness_failed(h), WEIR_OK);
    assert_int_equal(ops->put(task, name_of("y"), abc), WEIR_FATAL);
    assert_int_equal(weir_harness_failed(h), WEIR_FATAL);
    assert_non_null(strstr(weir_harness_error(h), "there is room for one object"));
    assert_int_equal(ops->remove(task, name_of("x/1")), WEIR_OK);
    assert_int_equal(ops->list(task, name_of(""), weir_harness_answer(h)), WEIR_OK);
    assert_string_equal(weir_harness_answered(h), "");
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_polled_receiver), cmocka_unit_test(test_running_receivers),
        cmocka_unit_test(test_source),          cmocka_unit_test(test_sink),
        cmocka_unit_test(test_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
