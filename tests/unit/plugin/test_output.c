/* SPDX-License-Identifier: Apache-2.0 */
/* The output fields of an operator: its own, with type variables replaced, or what bind declares.
 */
#include "good.h"

static struct weir_registry *registry;
static struct weir_arena arena;
static const struct weir_type_field *out;
static uint32_t out_count;
static struct weir_error err;

static int set_up(void **state)
{
    (void)state;
    registry = good_registry();
    weir_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_arena_finish(&arena);
    weir_registry_destroy(registry);
    return 0;
}

static void test_own_fields(void **state)
{
    (void)state;
    const struct weir_operator *op = good_operator(registry, "words", WEIR_KIND_EMITTER);
    const struct weir_type_field in[] = {{"text", weir_type_of(WEIR_TYPE_STR)}};
    assert_int_equal(weir_operator_bind_output(op, NULL, in, 1, &arena, &out, &out_count, &err),
                     WEIR_OK);
    assert_int_equal(out_count, 1);
    assert_string_equal(out[0].name, "word");
}

static void test_schema_of_a_codec(void **state)
{
    (void)state;
    const struct weir_operator *op = good_operator(registry, "form", WEIR_KIND_CODEC);
    const struct weir_type *schema;
    assert_int_equal(weir_codec_bind_output(op, NULL, NULL, &arena, &out, &out_count, &err),
                     WEIR_ETEXT);
    assert_non_null(strstr(err.text, "form needs a schema"));
    assert_int_equal(
        weir_type_parse(&arena, weir_str_of("{user: str, tags: list<{at: ts}>}"), &schema, &err),
        WEIR_OK);
    assert_int_equal(weir_codec_bind_output(op, NULL, schema, &arena, &out, &out_count, &err),
                     WEIR_OK);
    assert_int_equal(out_count, 2);
    assert_string_equal(out[1].name, "tags");
    assert_true(weir_type_equal(out[1].type, schema->fields[1].type));
}

static void test_type_variables(void **state)
{
    (void)state;
    const struct weir_operator *op = good_operator(registry, "first", WEIR_KIND_FUNCTION);
    const struct weir_type *ts = weir_type_of(WEIR_TYPE_TS);
    struct weir_type_field in = {"times", weir_type_list(&arena, ts)};
    assert_int_equal(weir_operator_bind_output(op, NULL, &in, 1, &arena, &out, &out_count, &err),
                     WEIR_OK);
    assert_int_equal(out_count, 1);
    assert_string_equal(out[0].name, "value");
    assert_ptr_equal(out[0].type, ts);
    in.type = ts;
    assert_int_equal(weir_operator_bind_output(op, NULL, &in, 1, &arena, &out, &out_count, &err),
                     WEIR_ETEXT);
}

static int bind(const char *what)
{
    const struct weir_operator *op = good_operator(registry, "made", WEIR_KIND_RECEIVER);
    struct weir_argument argument = {
        NULL, {.type = weir_type_of(WEIR_TYPE_STR), .str = weir_str_of(what)}};
    struct weir_param_value value;
    int culprit;
    assert_int_equal(weir_operator_bind_params(op, &argument, 1, &arena, &value, &culprit, &err),
                     WEIR_OK);
    return weir_operator_bind_output(op, &value, NULL, 0, &arena, &out, &out_count, &err);
}

static void test_declared_fields(void **state)
{
    (void)state;
    assert_int_equal(bind("pairs"), WEIR_OK);
    assert_int_equal(out_count, 2);
    assert_string_equal(out[1].name, "value");
    assert_int_equal(out[1].type->kind, WEIR_TYPE_LIST);
    assert_int_equal(bind("words"), WEIR_OK);
    assert_int_equal(out_count, 1);
}

static void test_bad_declarations(void **state)
{
    (void)state;
    assert_int_equal(bind("something"), WEIR_ETEXT);
    assert_string_equal(err.text, "org.example.good/made: what must be words or pairs");
    assert_int_equal(bind("twice"), WEIR_ETEXT); /* bind itself did not notice */
    assert_non_null(strstr(err.text, "'key' twice"));
    assert_int_equal(bind("bad type"), WEIR_ETEXT);
    assert_non_null(strstr(err.text, "'key'"));
    assert_non_null(strstr(err.text, "strr"));
    assert_int_equal(bind("nothing"), WEIR_ETEXT);
    assert_non_null(strstr(err.text, "0 fields"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_own_fields),      TEST(test_schema_of_a_codec), TEST(test_type_variables),
        TEST(test_declared_fields), TEST(test_bad_declarations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
