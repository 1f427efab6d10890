/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of single components: each against the unit that does that work in weir. */
#include "kinds/kinds.h"

#include "base/interval.h"
#include "files/due.h"
#include "receive/rate.h"
#include "stream/remember.h"

#include <math.h>
#include <string.h>

int64_t cf_member(const json_t *of, const char *name)
{
    return json_integer_value(json_object_get(of, name));
}

static double real(const json_t *of, const char *name)
{
    return json_number_value(json_object_get(of, name));
}

const char *cf_member_text(const json_t *of, const char *name)
{
    const char *found = json_string_value(json_object_get(of, name));
    return found == NULL ? "" : found;
}

bool cf_agrees(const json_t *got, const json_t *wanted, const char *what, struct weir_text *why)
{
    if (json_equal(got, wanted) != 0) {
        return true;
    }
    char *dumped = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);
    weir_text_printf(why, "%s: got %.400s", what, dumped);
    free(dumped);
    return false;
}

/* The same, and `got` is given up. */
static bool settle(json_t *got, const json_t *test, struct weir_text *why)
{
    const json_t *wanted = json_object_get(test, "expect");
    wanted = wanted == NULL ? json_object_get(test, "expect_ms") : wanted;
    bool agrees = cf_agrees(got, wanted, "result", why);
    json_decref(got);
    return agrees;
}

/* ---- rates ---- */
static bool check_pid(const json_t *test, struct weir_text *why)
{
    const json_t *params = json_object_get(test, "params");
    struct weir_pid_options options = {.batch_ms = cf_member(params, "batch_interval_ms"),
                                       .proportional = real(params, "proportional"),
                                       .integral = real(params, "integral"),
                                       .derivative = real(params, "derivative"),
                                       .min_rate = real(params, "min_rate")};
    const json_t *expect = json_object_get(test, "expect");
    struct weir_pid pid;
    struct weir_error err;
    size_t i;
    const json_t *call;
    bool is_refused = weir_pid_init(&pid, &options, &err) != WEIR_OK;
    if (is_refused || json_object_get(test, "expect_error") != NULL) {
        weir_text_printf(why, "%s", is_refused ? err.text : "the parameters were accepted");
        return is_refused && json_object_get(test, "expect_error") != NULL;
    }
    json_array_foreach(json_object_get(test, "calls"), i, call)
    {
        double rate = 0;
        const json_t *wanted = json_array_get(expect, i);
        bool has_rate = weir_pid_compute(&pid, json_integer_value(json_array_get(call, 0)),
                                         json_integer_value(json_array_get(call, 1)),
                                         json_integer_value(json_array_get(call, 2)),
                                         json_integer_value(json_array_get(call, 3)), &rate);
        double want = json_number_value(wanted);
        if (has_rate != json_is_number(wanted) ||
            (has_rate && fabs(rate - want) > 1e-12 * fmax(fabs(rate), fabs(want)))) {
            weir_text_printf(why, "call %zu: got %.17g", i, has_rate ? rate : -1.0);
            return false;
        }
    }
    return true;
}

static bool check_rate_limiter(const json_t *test, struct weir_text *why)
{
    struct weir_rate_limit limit;
    size_t i;
    const json_t *rate;
    weir_rate_limit_init(&limit, real(test, "max_rate"));
    json_array_foreach(json_object_get(test, "updates"), i, rate)
    {
        weir_rate_limit_update(&limit, json_number_value(rate));
    }
    double wanted = real(test, "expect");
    if (limit.limit != wanted) {
        weir_text_printf(why, "got %g", limit.limit);
    }
    return limit.limit == wanted;
}

enum { PARTITIONS_MAX = 256 };

static bool check_kafka_rate(const json_t *test, struct weir_text *why)
{
    struct weir_rate_partition partitions[PARTITIONS_MAX];
    int64_t records[PARTITIONS_MAX];
    const json_t *estimated = json_object_get(test, "estimated_rate");
    double rate = json_number_value(estimated);
    size_t count = json_array_size(json_object_get(test, "current"));
    if (count > PARTITIONS_MAX) {
        weir_text_printf(why, "more than %d partitions", PARTITIONS_MAX);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        partitions[i] = (struct weir_rate_partition){
            .current = json_integer_value(json_array_get(json_object_get(test, "current"), i)),
            .latest = json_integer_value(json_array_get(json_object_get(test, "latest"), i)),
            .ceiling = json_integer_value(json_array_get(json_object_get(test, "max_rate"), i))};
    }
    if (json_is_number(estimated) && rate <= 0) {
        rate = real(test, "initial_rate"); /* there is no estimate yet */
    }
    bool has_limit =
        weir_rate_shares(partitions, count, json_is_number(estimated), rate,
                         cf_member(test, "batch_ms"), cf_member(test, "min_rate"), records);
    json_t *got = has_limit ? json_array() : json_null();
    for (size_t i = 0; i < count && has_limit; i++) {
        json_array_append_new(got, json_integer(records[i]));
    }
    return settle(got, test, why);
}

/* ---- time ---- */
static json_t *times(int64_t from, int64_t end, int64_t step, bool is_closed)
{
    json_t *all = json_array();
    size_t count = weir_time_count(from, end, step, is_closed);
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(all, json_integer(from + (int64_t)i * step));
    }
    return all;
}

static json_t *time_result(const char *op, const int64_t *a)
{
    if (strcmp(op, "floor") == 0) {
        return json_integer(weir_time_floor(a[0], a[1]));
    }
    if (strcmp(op, "until") == 0 || strcmp(op, "to") == 0) {
        return times(a[0], a[1], a[2], op[0] == 't');
    }
    if (strcmp(op, "is_multiple_of") == 0) {
        return json_boolean(weir_time_is_multiple(a[0], a[1]));
    }
    const struct {
        const char *op;
        bool is_true;
    } tests[] = {{"lt", a[0] < a[1]},
                 {"le", a[0] <= a[1]},
                 {"gt", a[0] > a[1]},
                 {"ge", a[0] >= a[1]},
                 {"is_zero", a[0] == 0}};
    const struct {
        const char *op;
        int64_t result;
    } sums[] = {{"plus", a[0] + a[1]},
                {"minus", a[0] - a[1]},
                {"times", a[0] * a[1]},
                {"min", a[0] < a[1] ? a[0] : a[1]},
                {"max", a[0] > a[1] ? a[0] : a[1]}};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        if (strcmp(op, tests[i].op) == 0) {
            return json_boolean(tests[i].is_true);
        }
    }
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        if (strcmp(op, sums[i].op) == 0) {
            return json_integer(sums[i].result);
        }
    }
    return strcmp(op, "div") == 0 ? json_real((double)a[0] / (double)a[1]) : NULL;
}

static bool check_time(const json_t *test, struct weir_text *why)
{
    int64_t a[3] = {0, 0, 0};
    const json_t *wanted = json_object_get(test, "expect");
    for (size_t i = 0; i < 3; i++) {
        a[i] = json_integer_value(json_array_get(json_object_get(test, "args"), i));
    }
    json_t *got = time_result(cf_member_text(test, "op"), a);
    if (got == NULL) {
        weir_text_printf(why, "no operation '%s'", cf_member_text(test, "op"));
        return false;
    }
    if (json_is_number(got) && json_is_number(wanted)) {
        bool agrees = json_number_value(got) == json_number_value(wanted);
        json_decref(got);
        return agrees;
    }
    return settle(got, test, why);
}

/* ---- retention ---- */
static const json_t *find_stream(const json_t *graph, const char *name)
{
    size_t i;
    const json_t *stream;
    json_array_foreach(graph, i, stream)
    {
        if (strcmp(cf_member_text(stream, "name"), name) == 0) {
            return stream;
        }
    }
    return NULL;
}

/* What each stream remembers, from the last one up to the inputs, as an object. */
static json_t *remembered(const json_t *test)
{
    const json_t *graph = json_object_get(test, "graph");
    const json_t *stream = json_array_get(graph, json_array_size(graph) - 1);
    int64_t asked = cf_member(test, "context_remember_ms");
    json_t *all = json_object();
    while (stream != NULL) {
        int64_t own =
            weir_remember(cf_member(stream, "slide_ms"), cf_member(stream, "checkpoint_ms"), asked);
        json_object_set_new(all, cf_member_text(stream, "name"), json_integer(own));
        asked = own + cf_member(stream, "window_ms");
        stream = find_stream(graph, cf_member_text(stream, "parent"));
    }
    return all;
}

static bool is_kept(int64_t time, int64_t now, int64_t remember, int64_t slide)
{
    return time > now - remember && time <= now && time > 0 && weir_time_is_multiple(time, slide);
}

static bool check_retention(const json_t *test, struct weir_text *why)
{
    json_t *all = remembered(test);
    int64_t now = cf_member(test, "now_ms");
    bool agrees = true;
    size_t i, k;
    const json_t *want, *time;
    json_array_foreach(json_object_get(test, "expect"), i, want)
    {
        int64_t own = cf_member(all, cf_member_text(want, "name"));
        int64_t slide = cf_member(
            find_stream(json_object_get(test, "graph"), cf_member_text(want, "name")), "slide_ms");
        agrees = agrees && own == cf_member(want, "remember_ms");
        json_array_foreach(json_object_get(want, "present"), k, time)
        {
            agrees = agrees && is_kept(json_integer_value(time), now, own, slide);
        }
        json_array_foreach(json_object_get(want, "absent"), k, time)
        {
            agrees = agrees && !is_kept(json_integer_value(time), now, own, slide);
        }
    }
    if (!agrees) {
        cf_agrees(all, NULL, "durations", why);
    }
    json_decref(all);
    return agrees;
}

static bool check_checkpoint_interval(const json_t *test, struct weir_text *why)
{
    const json_t *given = json_object_get(test, "explicit_ms");
    bool is_map = strcmp(cf_member_text(test, "stream"), "map_with_state") == 0;
    return settle(json_integer(json_is_integer(given) ? json_integer_value(given)
                                                      : weir_checkpoint_interval_ms(
                                                            cf_member(test, "slide_ms"), is_map)),
                  test, why);
}

/* ---- files ---- */
static bool has_text(const json_t *array, const char *wanted)
{
    size_t i;
    const json_t *item;
    json_array_foreach(array, i, item)
    {
        if (strcmp(json_string_value(item), wanted) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_file_stream(const json_t *test, struct weir_text *why)
{
    json_t *produced = json_array(), *seen = json_array();
    int64_t start = json_is_true(json_object_get(test, "new_files_only"))
                        ? cf_member(test, "created_at_ms")
                        : 0;
    size_t b, f;
    const json_t *time, *file;
    json_array_foreach(json_object_get(test, "batch_times_ms"), b, time)
    {
        struct weir_files_due due =
            weir_files_due_at(json_integer_value(time), start, cf_member(test, "remember_ms"),
                              cf_member(test, "batch_ms"));
        json_t *taken = json_array();
        json_array_foreach(json_object_get(test, "files"), f, file)
        {
            const char *name = cf_member_text(file, "name");
            if (cf_member(file, "visible_from_ms") <= json_integer_value(time) &&
                weir_file_is_due(&due, cf_member(file, "mtime_ms")) && !has_text(seen, name)) {
                json_array_append_new(taken, json_string(name));
                json_array_append_new(seen, json_string(name));
            }
        }
        json_array_append_new(produced, taken);
    }
    json_decref(seen);
    return settle(produced, test, why);
}

/* ---- all of them ---- */
static const struct {
    const char *kind;
    bool (*check)(const json_t *test, struct weir_text *why);
} checks[] = {
    {"pid", check_pid},
    {"rate_limiter", check_rate_limiter},
    {"kafka_rate", check_kafka_rate},
    {"time", check_time},
    {"retention", check_retention},
    {"checkpoint_interval", check_checkpoint_interval},
    {"file_stream", check_file_stream},
    {"block_tracker", cf_check_block_tracker},
    {"state_map", cf_check_state_map},
    {"state_api", cf_check_state_api},
    {"state_update", cf_check_state_update},
};

bool cf_check_kind(const char *kind, const json_t *test, bool *is_known, struct weir_text *why)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        if (strcmp(checks[i].kind, kind) == 0) {
            *is_known = true;
            return checks[i].check(test, why);
        }
    }
    *is_known = false;
    return false;
}
