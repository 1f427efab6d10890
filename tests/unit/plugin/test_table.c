/* SPDX-License-Identifier: Apache-2.0 */
/* Export tables that no macro makes. Each case is a right table with one thing wrong. */
#include "plugin/plugin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct weir_env no_env;
static struct weir_error err;

static int loop(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    (void)task, (void)in, (void)out;
    return WEIR_OK;
}
static void scatter(void *acc, const uint32_t *slot, const void *values, size_t n)
{
    (void)acc, (void)slot, (void)values, (void)n;
}
static void fold(void *acc, const void *values, size_t n)
{
    (void)acc, (void)values, (void)n;
}

static struct weir_field in[3], out[3];
static struct weir_reducer reducer, inverse;
static struct weir_receiver_ops receiver;
static struct weir_source_ops source;
static struct weir_sink_ops sink;
static struct weir_instance instance;
static struct weir_param entries[2];
static struct weir_params params;
enum { FUNCTION, EMITTER, REDUCER, INVERSE, RECEIVER, SOURCE, SINK, INSTANCE, PARAMS, COUNT };
static struct weir_export exports[COUNT];
static const struct weir_export *listed[COUNT];
static struct weir_plugin entry;

static int receiver_run(struct weir_receiver *rx)
{
    (void)rx;
    return WEIR_OK;
}
static int source_next(struct weir_task *task,
                       weir_bytes from,
                       const struct weir_source_limit *limit,
                       struct weir_range *answer)
{
    (void)task, (void)from, (void)limit, (void)answer;
    return WEIR_OK;
}
static int source_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    (void)task, (void)range, (void)scan;
    return WEIR_OK;
}
static int sink_write(struct weir_task *task,
                      const struct weir_chunk *chunk,
                      const struct ArrowSchema *schema)
{
    (void)task, (void)chunk, (void)schema;
    return WEIR_OK;
}

static int set_up(void **state)
{
    (void)state;
    in[0] = (struct weir_field){"x", "i64"};
    in[1] = (struct weir_field){"y", "str"};
    out[0] = (struct weir_field){"word", "str"};
    out[1] = (struct weir_field){"n", "i64"};
    reducer = (struct weir_reducer){sizeof reducer, 8, scatter, fold, fold};
    inverse = reducer;
    receiver = (struct weir_receiver_ops){.size = sizeof receiver, .run = receiver_run};
    source =
        (struct weir_source_ops){.size = sizeof source, .next = source_next, .read = source_read};
    sink = (struct weir_sink_ops){.size = sizeof sink, .write = sink_write};
    instance = (struct weir_instance){.size = sizeof instance, .self_bytes = 8};
    entries[0] = (struct weir_param){"limit", "i64", "3", "1", "9", "how many", 0, 0};
    entries[1] = (struct weir_param){"path", "str", NULL, NULL, NULL, NULL, 0, 0};
    params = (struct weir_params){sizeof params, sizeof *entries, 2, 0, entries};
    static const struct weir_export blank = {.size = sizeof blank, .in = in, .out = out};
    static const char *const names[COUNT] = {"f", "e", "r", "r", "rx", "src", "snk", "f", "f"};
    static const void *const tables[COUNT] = {NULL,    NULL,  &reducer,  &inverse, &receiver,
                                              &source, &sink, &instance, &params};
    for (uint32_t i = 0; i < COUNT; i++) {
        exports[i] = blank;
        exports[i].kind = WEIR_KIND_FUNCTION + i;
        exports[i].name = names[i];
        exports[i].table = tables[i];
        exports[i].loop = i <= EMITTER ? loop : NULL;
        exports[i].in_count = i <= EMITTER ? 2 : (i <= INVERSE ? 1 : 0);
        exports[i].out_count = i == FUNCTION ? 1 : 2;
        listed[i] = &exports[i];
    }
    entry = (struct weir_plugin){
        sizeof entry, 1, 0, 0, "org.example.table", "1.0", "tables", "MIT", listed, listed + COUNT,
    };
    return 0;
}

static int load(struct weir_registry **registry)
{
    assert_int_equal(weir_registry_create(&no_env, "/nowhere", registry, &err), WEIR_OK);
    return weir_registry_use_static(*registry, &entry, "table", false, &err);
}

/* Refused, and the text has this word. */
static void assert_refused(const char *word)
{
    struct weir_registry *registry;
    assert_int_equal(load(&registry), WEIR_ETEXT);
    weir_registry_destroy(registry);
    if (strstr(err.text, word) == NULL || strstr(err.text, "table") == NULL) {
        fail_msg("expected \"%s\" in: %s", word, err.text);
    }
    (void)set_up(NULL);
}

static void test_the_right_table_is_accepted(void **state)
{
    (void)state;
    struct weir_registry *registry;
    assert_int_equal(load(&registry), WEIR_OK);
    const struct weir_plugin_info *const *plugins;
    size_t count;
    assert_int_equal(weir_registry_list(registry, false, &plugins, &count, &err), WEIR_OK);
    assert_int_equal(count, 1);
    const struct weir_operator *const *ops = weir_plugin_operators(plugins[0], &count);
    assert_int_equal(count, 6);
    assert_string_equal(ops[0]->name, "f");
    assert_int_equal(ops[0]->param_count, 2);
    assert_int_equal(ops[0]->instance->self_bytes, 8);
    assert_ptr_not_equal(ops[2]->inverse, NULL);
    weir_registry_destroy(registry);
}

static void test_entry(void **state)
{
    (void)state;
    entry.size = 16;
    assert_refused("16 bytes");
    entry.epoch = 2;
    assert_refused("epoch 2");
    entry.needs_minor = 4;
    assert_refused("needs SDK 1.4");
    entry.id = NULL;
    assert_refused("id is missing");
    entry.id = "org/example";
    assert_refused("id is malformed");
    entry.version = "";
    assert_refused("version is malformed");
    entry.first = NULL;
    assert_refused("export table");
    entry.first = entry.last + 1;
    assert_refused("export table");
    entry.last = entry.first;
    assert_refused("without any operator");
    entry.last = (const struct weir_export *const *)(const void *)((const char *)entry.first + 3);
    assert_refused("export table");
}

static void test_heads(void **state)
{
    (void)state;
    listed[3] = NULL;
    assert_refused("entry 3");
    exports[FUNCTION].size = 8;
    assert_refused("8 bytes");
    exports[FUNCTION].size = 1u << 20;
    assert_refused("1048576 bytes");
    exports[FUNCTION].name = NULL;
    assert_refused("no name");
    exports[FUNCTION].name = "two words";
    assert_refused("a name that no text can call");
    exports[FUNCTION].kind = 0;
    assert_refused("kind 0");
    exports[FUNCTION].kind = 18;
    assert_refused("kind 18");
    exports[FUNCTION].in_count = 9;
    assert_refused("9 inputs");
    exports[FUNCTION].in = NULL;
    assert_refused("no table of them");
    exports[FUNCTION].loop = NULL;
    assert_refused("no loop");
    exports[FUNCTION].out_count = 2;
    assert_refused("gives 2 values");
    exports[EMITTER].out_count = 0;
    assert_refused("no column");
    exports[SOURCE].out_count = 0;
    assert_refused("no column");
}

static void test_fields(void **state)
{
    (void)state;
    in[0].type = NULL;
    assert_refused("no type");
    in[0].type = "i65";
    assert_refused("i65");
    in[0].type = "list<list<";
    assert_refused("list<list<");
    in[1].name = NULL;
    assert_refused("no name");
    in[1].name = "x";
    assert_refused("'x' stands there twice");
    out[1].name = "_n";
    assert_refused("a name that is none");
    out[0].type = "A";
    assert_refused("no input says what that stands for");
    exports[RECEIVER].flags = WEIR_TEXT_LINES;
    assert_refused("line: str");
}

static void test_tables(void **state)
{
    (void)state;
    exports[REDUCER].table = NULL;
    assert_refused("no table");
    reducer.size = 0;
    assert_refused("0 bytes");
    reducer.fold = NULL;
    assert_refused("fold");
    reducer.value_bytes = 4;
    assert_refused("4 bytes");
    in[0].type = "str";
    assert_refused("fixed width");
    exports[INVERSE].name = "other";
    assert_refused("no reducer of its name");
    receiver.run = NULL;
    assert_refused("neither run nor poll");
    source.read = NULL;
    assert_refused("next or read");
    sink.write = NULL;
    assert_refused("no write");
    sink.guarantee = 3;
    assert_refused("guarantee 3");
    sink.guarantee = WEIR_TWO_PHASE;
    assert_refused("two phases");
    instance.self_bytes = 1u << 30;
    assert_refused("1073741824 bytes");
    exports[INSTANCE].name = "nobody";
    assert_refused("belongs to nothing");
    exports[EMITTER] = exports[FUNCTION];
    assert_refused("stands there twice");
    exports[SINK] = exports[PARAMS];
    assert_refused("second one");
}

static void test_params(void **state)
{
    (void)state;
    params.stride = 8;
    assert_refused("8 bytes");
    params.entries = NULL;
    assert_refused("no table of them");
    params.count = 100000;
    assert_refused("100000 parameters");
    entries[1].name = "limit";
    assert_refused("'limit' stands there twice");
    entries[0].name = NULL;
    assert_refused("no name");
    entries[0].type = "i32";
    assert_refused("i32");
    entries[0].def = "three";
    assert_refused("three");
    entries[0].def = "10";
    assert_refused("out of its range");
    entries[0].max = "9s";
    assert_refused("9s");
    entries[0].flags = WEIR_PARAM_REQUIRED;
    assert_refused("required and has a default");
    entries[1].min = "a";
    assert_refused("cannot have a range");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_right_table_is_accepted, set_up),
        cmocka_unit_test_setup(test_entry, set_up),
        cmocka_unit_test_setup(test_heads, set_up),
        cmocka_unit_test_setup(test_fields, set_up),
        cmocka_unit_test_setup(test_tables, set_up),
        cmocka_unit_test_setup(test_params, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
