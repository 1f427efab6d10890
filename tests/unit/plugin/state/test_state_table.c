/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates, updates, trackers, partition functions, partitioners, codecs, stores and jobs as no
 * macro makes them. Each case is a right table with one thing wrong. */
#include "plugin/plugin.h"

#include <weir/plugin.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct level {
    double last;
    weir_str name;
    weir_list(int64_t) times;
    weir_list(weir_str) names;
    weir_list(uint8_t) sketch;
    bool is_high;
};
WEIR_STATE(level, 1, last, name, times, names, sketch, is_high);
WEIR_AGGREGATE(double, last, level, (double, x))
{
    state->last = x;
}
WEIR_MERGE(last)
{
    state->last = other->last;
}
WEIR_RESULT(last)
{
    return state->last;
}
WEIR_UPDATE(seen, level, (weir_str, key), (double, x))
{
    state->last = x.count;
    return WEIR_KEEP;
}
WEIR_TRACK(rising, level, (weir_str, key), (double, x), (double, x))
{
    WEIR_EMIT(x - state->last);
    return WEIR_KEEP;
}
WEIR_PARTITION_FUNCTION(above, level, (double, x), (double, x))
{
    if (x > state->last) {
        WEIR_EMIT(x);
    }
}
WEIR_PARTITIONER(by_size, (weir_str, key))
{
    return key.count % partitions;
}

static struct weir_env no_env;
static struct weir_error err;
static struct weir_registry *registry;
static struct weir_state_field fields[6];
static struct weir_state_def def;
static struct weir_aggregate_ops aggregate;
static struct weir_update_ops update;
static struct weir_track_ops track;
static struct weir_partition_ops partition;
static struct weir_partitioner_ops partitioner;
static struct weir_codec_ops codec;
static struct weir_store_ops store;
static struct weir_job_ops job;
enum { AGGREGATE, UPDATE, TRACK, PARTITION, PARTITIONER, CODEC, STORE, JOB, COUNT };
static struct weir_export exports[COUNT];
static const struct weir_export *listed[COUNT];
static struct weir_plugin entry;
static struct weir_field text[2], number[2];

static int loop(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    (void)task, (void)in, (void)out;
    return WEIR_OK;
}
static int frame(struct weir_task *task, weir_bytes bytes, bool is_last, size_t *whole)
{
    (void)task, (void)bytes, (void)is_last, (void)whole;
    return WEIR_OK;
}
static int feed(struct weir_task *task, weir_bytes piece, bool is_last, struct weir_out *out)
{
    (void)task, (void)piece, (void)is_last, (void)out;
    return WEIR_OK;
}
static int put(struct weir_task *task, weir_str name, weir_bytes bytes)
{
    (void)task, (void)name, (void)bytes;
    return WEIR_OK;
}
static int get(struct weir_task *task,
               weir_str name,
               uint64_t from,
               uint64_t count,
               struct weir_store_answer *answer)
{
    (void)task, (void)name, (void)from, (void)count, (void)answer;
    return WEIR_ABSENT;
}
static int list(struct weir_task *task, weir_str prefix, struct weir_store_answer *answer)
{
    (void)task, (void)prefix, (void)answer;
    return WEIR_OK;
}
static int drop(struct weir_task *task, weir_str name)
{
    (void)task, (void)name;
    return WEIR_OK;
}
static int declare(struct weir_task *task,
                   struct weir_job *graph,
                   uint32_t count,
                   const char *const *words)
{
    (void)task, (void)graph, (void)count, (void)words;
    return WEIR_OK;
}

static void set_exports(void)
{
    static const char *const names[COUNT] = {"last",    "seen", "rising", "above",
                                             "by_size", "form", "shelf",  "whole"};
    static const void *const tables[COUNT] = {&aggregate,   &update, &track, &partition,
                                              &partitioner, &codec,  &store, &job};
    static const uint32_t in_counts[COUNT] = {1, 2, 2, 1, 1, 1, 0, 0};
    static const uint32_t out_counts[COUNT] = {1, 0, 1, 1, 0, 1, 0, 0};
    for (uint32_t i = 0; i < COUNT; i++) {
        exports[i] = (struct weir_export){.size = sizeof exports[i],
                                          .kind = i == AGGREGATE   ? WEIR_KIND_AGGREGATE
                                                  : i == PARTITION ? WEIR_KIND_PARTITION_FUNCTION
                                                  : i < PARTITION  ? WEIR_KIND_AGGREGATE + i
                                                                  : WEIR_KIND_TRACK + i - TRACK - 1,
                                          .name = names[i],
                                          .table = tables[i],
                                          .in = i == AGGREGATE || i == PARTITION ? number : text,
                                          .out = number,
                                          .in_count = in_counts[i],
                                          .out_count = out_counts[i]};
        listed[i] = &exports[i];
    }
}

static int set_up(void **state)
{
    (void)state;
    text[0] = (struct weir_field){"key", "str"};
    text[1] = number[0] = (struct weir_field){"x", "f64"};
    memcpy(fields, weir_fields_of_level, sizeof fields);
    def = weir_state_of_level;
    def.fields = fields;
    aggregate = weir_ops_last;
    update = weir_ops_seen;
    track = weir_ops_rising;
    partition = weir_ops_above;
    partitioner = weir_ops_by_size;
    aggregate.state = update.state = track.state = partition.state = &def;
    codec = (struct weir_codec_ops){.size = sizeof codec, .decode = loop};
    store = (struct weir_store_ops){sizeof store, 0, put, get, list, NULL, drop};
    job = (struct weir_job_ops){sizeof job, 0, declare};
    set_exports();
    entry = (struct weir_plugin){sizeof entry, 1,        1,     0,      "org.example.kinds",
                                 "1.0",        "tables", "MIT", listed, listed + COUNT};
    return 0;
}

static int load(void)
{
    assert_int_equal(weir_registry_create(&no_env, "/nowhere", &registry, &err), WEIR_OK);
    return weir_registry_use_static(registry, &entry, "kinds", false, &err);
}

/* Loads, expects the refusal, and makes the tables right again. */
static void assert_refused(const char *why)
{
    assert_int_equal(load(), WEIR_ETEXT);
    if (strstr(err.text, why) == NULL) {
        fail_msg("'%s' is not in '%s'", why, err.text);
    }
    weir_registry_destroy(registry);
    (void)set_up(NULL);
}

static const struct weir_operator *find(const char *name, enum weir_kind kind)
{
    const struct weir_operator *const *found;
    size_t count;
    assert_int_equal(weir_registry_find(registry, weir_str_of("kinds"), weir_str_of(name),
                                        1u << kind, &found, &count, &err),
                     WEIR_OK);
    assert_int_equal(count, 1);
    return found[0];
}

static void test_all_are_found(void **state)
{
    (void)state;
    assert_int_equal(load(), WEIR_OK);
    const struct weir_operator *op = find("last", WEIR_KIND_AGGREGATE);
    assert_string_equal(op->signature, "(x: f64) -> f64");
    assert_ptr_equal(op->aggregate->add, weir_ops_last.add);
    assert_int_equal(op->state->bytes, sizeof(struct level));
    assert_string_equal(op->state_fields[4].name, "sketch");
    assert_int_equal(op->state_fields[4].type->kind, WEIR_TYPE_BYTES);
    assert_string_equal(find("seen", WEIR_KIND_UPDATE)->signature,
                        "(key: str), (x: f64) -> {last: f64, name: str, times: list<i64>, names: "
                        "list<str>, sketch: bytes, is_high: bool}");
    assert_int_equal(find("seen", WEIR_KIND_UPDATE)->key_count, 1);
    assert_string_equal(find("rising", WEIR_KIND_TRACK)->signature,
                        "(key: str), (x: f64) -> (x: f64)");
    assert_string_equal(find("above", WEIR_KIND_PARTITION_FUNCTION)->signature,
                        "(x: f64) -> (x: f64)");
    assert_string_equal(find("by_size", WEIR_KIND_PARTITIONER)->signature,
                        "(key: str) -> partition");
    assert_string_equal(find("form", WEIR_KIND_CODEC)->signature, "(key: str) -> (x: f64)");
    assert_non_null(find("shelf", WEIR_KIND_STORE)->store);
    assert_non_null(find("whole", WEIR_KIND_JOB)->job);
    weir_registry_destroy(registry);
}

static void test_kernels(void **state)
{
    (void)state;
    aggregate.merge = NULL;
    assert_refused("'last': has no merge: add WEIR_MERGE(...) { ... } below it");
    aggregate.result = NULL;
    assert_refused("add WEIR_RESULT(...) { ... } below it");
    exports[AGGREGATE].out_count = 2;
    assert_refused("gives 2 values, an aggregate gives 1");
    update.key_count = 2;
    assert_refused("2 inputs, 2 of them the key's");
    update.update = NULL;
    assert_refused("has no update");
    text[1].type = "A";
    assert_refused("takes x: A, expected a type");
    track.size = 16;
    assert_refused("says it has 16 bytes");
    exports[TRACK].out_count = 0;
    assert_refused("declares no column");
    partition.rows = NULL;
    assert_refused("has no rows");
    partitioner.partition = NULL;
    assert_refused("has no partition");
    codec.decode = NULL;
    assert_refused("no decode, no encode and no feed");
    codec.feed = feed;
    codec.frame = frame;
    assert_refused("one way only");
    exports[CODEC].in = number;
    assert_refused("expected str or bytes");
    exports[CODEC].out_count = 0;
    assert_refused("columns or a bind");
    store.get = NULL;
    assert_refused("lacks put, get, list or remove");
    job.declare = NULL;
    assert_refused("has no declare");
}

static void test_states(void **state)
{
    (void)state;
    aggregate.state = NULL;
    assert_refused("its state says it has 0 bytes");
    def.size = 8;
    assert_refused("its state says it has 8 bytes");
    def.bytes = 0;
    assert_refused("0 bytes aligned to 8");
    def.align = 12;
    assert_refused("aligned to 12");
    def.version = 0;
    assert_refused("version 0");
    def.fields = NULL;
    assert_refused("no table of them");
    def.field_stride = 8;
    assert_refused("fields of 8 bytes");
    fields[0].name = NULL;
    assert_refused("field 0 of its state has no name");
    fields[0].name = "_last";
    assert_refused("begins with _");
    fields[0].type = "f65";
    assert_refused("f65");
    fields[0].type = "i32";
    assert_refused("of another size or form than its type");
    fields[1].form = WEIR_FORM_ITEMS;
    assert_refused("of another size or form");
    fields[2].item_bytes = 4;
    assert_refused("of another size or form");
    fields[3].form = WEIR_FORM_ITEMS;
    assert_refused("of another size or form");
    fields[0].offset = def.bytes - 4;
    assert_refused("does not lie in its struct");
    fields[0].offset = 4;
    assert_refused("does not lie in its struct");
    fields[1].offset = 0;
    assert_refused("lies over another one");
    fields[1].name = "last";
    assert_refused("stands there twice");
}

/* A plugin of an older minor has shorter fields and tables: what it lacks is zero. */
static void test_what_is_longer_is_cut(void **state)
{
    (void)state;
    struct {
        struct weir_state_field field;
        char later[24];
    } wide[6];
    struct {
        struct weir_aggregate_ops ops;
        char later[24];
    } later = {.ops = aggregate};
    for (int i = 0; i < 6; i++) {
        wide[i].field = fields[i];
        memset(wide[i].later, 0xa5, sizeof wide[i].later);
    }
    def.fields = &wide[0].field;
    def.field_stride = sizeof wide[0];
    later.ops.size = sizeof later;
    exports[AGGREGATE].table = &later;
    assert_int_equal(load(), WEIR_OK);
    const struct weir_operator *op = find("last", WEIR_KIND_AGGREGATE);
    assert_int_equal(op->aggregate->size, sizeof aggregate);
    assert_int_equal(op->state->field_stride, sizeof fields[0]);
    assert_string_equal(op->state->fields[5].name, "is_high");
    weir_registry_destroy(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_all_are_found, set_up),
        cmocka_unit_test_setup(test_kernels, set_up),
        cmocka_unit_test_setup(test_states, set_up),
        cmocka_unit_test_setup(test_what_is_longer_is_cut, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
