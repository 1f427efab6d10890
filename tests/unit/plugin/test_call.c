/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's side of a call: instances, failures, seeds, and the powers that a plugin asks for.
 */
#include "good.h"

enum { PARAMS = 8 };

extern int weir_good_lines_closed;

static struct weir_registry *registry;
static struct weir_arena arena;
static struct weir_param_value values[PARAMS];
static struct weir_call call;
static struct weir_error err;

static const struct weir_operator *bind(const char *mode)
{
    const struct weir_operator *op = good_operator(registry, "lines", WEIR_KIND_SOURCE);
    const struct weir_type *str = weir_type_of(WEIR_TYPE_STR);
    const struct weir_argument arguments[] = {{NULL, {.type = str, .str = weir_str_of("x")}},
                                              {"mode", {.type = str, .str = weir_str_of(mode)}}};
    int culprit;
    assert_int_equal(weir_operator_bind_params(op, arguments, 2, &arena, values, &culprit, &err),
                     WEIR_OK);
    return op;
}

static int set_up(void **state)
{
    (void)state;
    registry = good_registry();
    weir_arena_init(&arena);
    weir_good_lines_closed = 0;
    call = (struct weir_call){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_call_close(&call);
    weir_arena_finish(&arena);
    weir_registry_destroy(registry);
    return 0;
}

static void test_opens_and_closes_once(void **state)
{
    (void)state;
    assert_int_equal(weir_call_open(&call, bind("plain"), values, &err), WEIR_OK);
    assert_non_null(call.task.self);
    assert_int_equal(weir_good_lines_closed, 0);
    weir_call_close(&call);
    assert_int_equal(weir_good_lines_closed, 1); /* self was zeroed, then open made it 1 */
    weir_call_close(&call);
    assert_int_equal(weir_good_lines_closed, 1);
}

static void test_a_failed_open_is_closed(void **state)
{
    (void)state;
    assert_int_equal(weir_call_open(&call, bind("absent"), values, &err), WEIR_ENOINPUT);
    assert_string_equal(err.text, "org.example.good/lines: 'x' does not exist");
    assert_int_equal(weir_good_lines_closed, 1);
    weir_call_close(&call);
    assert_int_equal(weir_good_lines_closed, 1);
    assert_int_equal(weir_call_open(&call, bind("mute"), values, &err), WEIR_EJOB);
    assert_non_null(strstr(err.text, "no message"));
    assert_int_equal(weir_call_open(&call, bind("forgetful"), values, &err), WEIR_EJOB);
    assert_string_equal(err.text, "org.example.good/lines: failed and did not say so");
}

/* Only weir's own plugins may claim that status. */
static void test_absent_input_has_its_own_status(void **state)
{
    (void)state;
    struct weir_registry *own;
    struct weir_plugin entry = weir_plugin_e1_good;
    entry.id = "org.weir.good";
    assert_int_equal(weir_registry_create(&good_env, "/nowhere", &own, &err), WEIR_OK);
    assert_int_equal(weir_registry_use_static(own, &entry, "good", false, &err), WEIR_ETEXT);
    assert_int_equal(weir_registry_use_static(own, &entry, "good", true, &err), WEIR_OK);
    (void)bind("absent");
    const struct weir_operator *op = good_operator(own, "lines", WEIR_KIND_SOURCE);
    assert_int_equal(weir_call_open(&call, op, values, &err), WEIR_ENOINPUT);
    assert_string_equal(err.text, "org.weir.good/lines: 'x' does not exist");
    weir_registry_destroy(own);
}

static void test_failures_have_their_words(void **state)
{
    (void)state;
    assert_int_equal(weir_call_open(&call, bind("plain"), values, &err), WEIR_OK);
    const struct weir_host *host = call.task.host;
    assert_int_equal((host->fail)(&call.task, WEIR_BAD_RECORD, "row %d is %s", 7, "odd"),
                     WEIR_BAD_RECORD);
    assert_int_equal(call.outcome, WEIR_BAD_RECORD);
    assert_int_equal(weir_call_failed(&call, WEIR_BAD_RECORD, &err), WEIR_EJOB);
    assert_string_equal(err.text, "org.example.good/lines: row 7 is odd");
    assert_int_equal((host->fail)(&call.task, 0, "nonsense"), WEIR_FATAL);
    assert_int_equal((host->fail)(&call.task, -70, "nonsense"), WEIR_FATAL);
    weir_call_begin(&call, 0, 0, 0);
    assert_int_equal(call.outcome, WEIR_OK);
}

static void test_scratch_is_counted(void **state)
{
    (void)state;
    assert_int_equal(weir_call_open(&call, bind("plain"), values, &err), WEIR_OK);
    char *memory = call.task.host->arena(&call.task, 100);
    assert_int_equal((uintptr_t)memory % 16, 0);
    assert_int_equal(memory[0] | memory[99], 0);
    assert_int_equal(call.outcome, WEIR_OK);
    call.arena.used_bytes = WEIR_CALL_ARENA_BYTES_MAX; /* as if that much had been asked for */
    assert_non_null(call.task.host->arena(&call.task, 1));
    assert_int_equal(call.outcome, WEIR_FATAL);
}

static void test_parameters_by_name(void **state)
{
    (void)state;
    assert_int_equal(weir_call_open(&call, bind("plain"), values, &err), WEIR_OK);
    const struct weir_host *host = call.task.host;
    assert_ptr_equal(host->param(&call.task, "path"), &values[0]);
    assert_int_equal(host->param(&call.task, "pause")->i64, 1500000);
    assert_null(host->param(&call.task, "nosuch"));
    assert_null(host->param(&call.task, NULL));
}

static void test_a_seed_is_of_job_operator_batch_and_partition(void **state)
{
    (void)state;
    struct weir_call other = {0};
    assert_int_equal(weir_call_open(&call, bind("plain"), values, &err), WEIR_OK);
    weir_call_begin(&call, 1000000, 3, 42);
    uint64_t seed = call.task.seed;
    assert_int_equal(call.task.partition, 3);
    assert_int_equal(call.task.batch_us, 1000000);
    weir_call_begin(&call, 2000000, 3, 42);
    assert_int_not_equal(call.task.seed, seed);
    weir_call_begin(&call, 1000000, 4, 42);
    assert_int_not_equal(call.task.seed, seed);
    weir_call_begin(&call, 1000000, 3, 43);
    assert_int_not_equal(call.task.seed, seed);
    weir_call_begin(&call, 1000000, 3, 42); /* a retry */
    assert_int_equal(call.task.seed, seed);
    const struct weir_operator *keep = good_operator(registry, "keep", WEIR_KIND_SINK);
    assert_int_equal(weir_call_open(&other, keep, NULL, &err), WEIR_OK);
    assert_null(other.task.self);
    weir_call_begin(&other, 1000000, 3, 42);
    assert_int_not_equal(other.task.seed, seed);
    weir_call_close(&other);
}

static void test_powers(void **state)
{
    (void)state;
    call.stream = "hits"; /* set before open, which may ask for it */
    call.is_json = true;
    call.partition_count = 8;
    const struct weir_operator *keep = good_operator(registry, "keep", WEIR_KIND_SINK);
    assert_int_equal(weir_call_open(&call, keep, NULL, &err), WEIR_OK);
    weir_call_begin(&call, 5000000, 0, 0);
    const struct weir_output *output = call.task.host->get(WEIR_OUTPUT_1);
    assert_string_equal(output->stream(&call.task), "hits");
    assert_int_equal(output->batch_ms(&call.task), 5000);
    assert_int_equal(output->partition_count(&call.task), 8);
    assert_true(output->is_json(&call.task));
    assert_null(call.task.host->get("weir.nosuch/1"));
    assert_null(call.task.host->get(NULL));
}

static void test_rows_as_json(void **state)
{
    (void)state;
    const struct weir_operator *keep = good_operator(registry, "keep", WEIR_KIND_SINK);
    assert_int_equal(weir_call_open(&call, keep, NULL, &err), WEIR_OK);
    weir_call_begin(&call, 5000000, 0, 0);
    const struct weir_json *json = call.task.host->get(WEIR_JSON_1);
    const struct weir_type_field fields[] = {{"n", weir_type_of(WEIR_TYPE_I64)}};
    const int64_t numbers[] = {10, 11, 12};
    const struct weir_column column = {.type = fields[0].type, .data = numbers};
    const struct weir_heaps heaps = {0};
    const uint16_t sel[] = {0, 2};
    const struct weir_rows rows = {.schema = weir_type_struct(&arena, fields, 1),
                                   .rows = 3,
                                   .sel = sel,
                                   .sel_count = 2,
                                   .columns = &column,
                                   .heaps = &heaps};
    struct weir_chunk chunk = {.size = sizeof chunk, .rows = 3, .sel = sel, .sel_count = 2};
    assert_int_equal(json->lines(&call.task, &chunk, NULL, NULL).count, 0); /* outside of write */
    call.writing = &rows;
    weir_str text = json->lines(&call.task, &chunk, NULL, NULL);
    static const char bare[] = "{\"n\":10}\n{\"n\":12}\n";
    assert_int_equal(text.count, sizeof bare - 1);
    assert_memory_equal(text.bytes, bare, sizeof bare - 1);
    chunk.sel = NULL;
    text = json->lines(&call.task, &chunk, NULL, "hits");
    static const char first[] = "{\"n\":10,\"_time\":5000,\"_stream\":\"hits\"}\n{\"n\":11";
    assert_memory_equal(text.bytes, first, sizeof first - 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_opens_and_closes_once),
        TEST(test_a_failed_open_is_closed),
        TEST(test_absent_input_has_its_own_status),
        TEST(test_failures_have_their_words),
        TEST(test_scratch_is_counted),
        TEST(test_parameters_by_name),
        TEST(test_a_seed_is_of_job_operator_batch_and_partition),
        TEST(test_powers),
        TEST(test_rows_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
