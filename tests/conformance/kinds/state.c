/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of the table of states, of the handle of one state, and of a batch of map_with_state. */
#include "kinds/keeper.h"
#include "kinds/kinds.h"
#include "plugin/feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAPS_MAX = 8 };
static const int64_t idle_for_ever_us = INT64_C(1) << 60;

static void forget_seen(void)
{
    json_decref(cf_seen.timed_out);
    json_decref(cf_seen.removed);
    cf_seen = (struct cf_seen){.timed_out = json_array(), .removed = json_array()};
}

static void end_seen(void)
{
    json_decref(cf_seen.timed_out);
    json_decref(cf_seen.removed);
    cf_seen = (struct cf_seen){0};
}

/* One row in a batch of its own. Batches have different times within the ms that is meant. */
static int run_row(struct cf_keeper *keeper,
                   const char *key,
                   const char *what,
                   int64_t time_ms,
                   struct weir_error *err)
{
    int64_t time_us = time_ms * 1000;
    time_us = time_us > keeper->batch_us ? time_us : keeper->batch_us + 1;
    json_t *rows = json_pack("[[s,s]]", key, what);
    int status = cf_keeper_run(keeper, time_us, idle_for_ever_us, rows, NULL, err);
    json_decref(rows);
    return status;
}

/* ---- state_map ---- */
struct maps {
    const char *names[MAPS_MAX];
    struct cf_keeper keepers[MAPS_MAX];
    size_t count;
};

static struct cf_keeper *find_map(struct maps *maps, const char *name)
{
    for (size_t i = 0; i < maps->count; i++) {
        if (strcmp(maps->names[i], name) == 0) {
            return &maps->keepers[i];
        }
    }
    return NULL;
}

/* The keys of a case are numbers. */
static void key_text(const json_t *key, char *text, size_t room)
{
    (void)snprintf(text, room, "%" JSON_INTEGER_FORMAT, json_integer_value(key));
}

static json_t *with_numbers(json_t *states)
{
    size_t i;
    json_t *row;
    json_array_foreach(states, i, row)
    {
        json_array_set_new(
            row, 0, json_integer(strtoll(json_string_value(json_array_get(row, 0)), NULL, 10)));
    }
    return states;
}

static json_t *get_state(struct cf_keeper *keeper, const json_t *key)
{
    json_t *states = with_numbers(cf_keeper_states(keeper, 0));
    json_t *found = json_null();
    size_t i;
    const json_t *row;
    json_array_foreach(states, i, row)
    {
        if (json_equal(json_array_get(row, 0), key) != 0) {
            found = json_pack("{s:O}", "some", json_array_get(row, 1));
        }
    }
    json_decref(states);
    return found;
}

static int change(struct maps *maps,
                  struct cf_keeper *keeper,
                  const json_t *step,
                  struct weir_error *err)
{
    const json_t *args = json_object_get(step, "args");
    const char *what = cf_member_text(step, "do");
    char key[32], put[32];
    key_text(json_array_get(args, 0), key, sizeof key);
    if (strcmp(what, "put") == 0) {
        (void)snprintf(put, sizeof put, "put %" JSON_INTEGER_FORMAT,
                       json_integer_value(json_array_get(args, 1)));
        return run_row(keeper, key, put, json_integer_value(json_array_get(args, 2)), err);
    }
    if (strcmp(what, "remove") == 0) {
        return run_row(keeper, key, "remove_state", 0, err);
    }
    if (maps->count == MAPS_MAX) {
        return weir_error_set(err, WEIR_ELIMIT, "more than %d maps", MAPS_MAX);
    }
    maps->names[maps->count] = json_string_value(json_array_get(args, 0));
    return cf_keeper_copy(keeper, &maps->keepers[maps->count++], err);
}

static bool map_step(struct maps *maps, const json_t *step, size_t at, struct weir_text *why)
{
    struct cf_keeper *keeper = find_map(maps, cf_member_text(step, "on"));
    const json_t *args = json_object_get(step, "args");
    const char *what = cf_member_text(step, "do");
    json_t *got;
    if (strcmp(what, "get") == 0) {
        got = get_state(keeper, json_array_get(args, 0));
    } else if (strcmp(what, "by_time") == 0) {
        got = with_numbers(
            cf_keeper_states(keeper, json_integer_value(json_array_get(args, 0)) * 1000));
    } else if (strcmp(what, "all") == 0) {
        got = with_numbers(cf_keeper_states(keeper, 0));
    } else {
        struct weir_error err;
        int status = change(maps, keeper, step, &err);
        if (status != WEIR_OK) {
            weir_text_printf(why, "step %zu: %s", at, err.text);
        }
        return status == WEIR_OK;
    }
    const json_t *wanted = json_object_get(step, "expect");
    bool agrees = json_is_array(wanted) ? cf_same("multiset", got, wanted)
                                        : cf_agrees(got, wanted, what, why);
    if (!agrees) {
        cf_agrees(got, NULL, what, why);
        weir_text_printf(why, " (step %zu)", at);
    }
    json_decref(got);
    return agrees;
}

bool cf_check_state_map(const json_t *test, struct weir_text *why)
{
    struct maps *maps = weir_alloc(sizeof *maps);
    bool agrees = true;
    size_t i;
    const json_t *step;
    forget_seen();
    maps->names[0] = "m";
    cf_keeper_init(&maps->keepers[maps->count++]);
    json_array_foreach(json_object_get(test, "steps"), i, step)
    {
        agrees = agrees && map_step(maps, step, i, why);
    }
    for (size_t m = 0; m < maps->count; m++) {
        cf_keeper_finish(&maps->keepers[m]);
    }
    weir_free(maps);
    end_seen();
    return agrees;
}

/* ---- state_api ---- */
/* The handle of a key in one call of a tracker. A body answers once, so what comes after a removal
 * within a call cannot be said in weir: it is refused as the reference refuses it. */
struct handle {
    struct cf_keeper keeper;
    bool is_open, is_updated, is_removed, is_timing_out;
};

static void open_handle(struct handle *handle, const json_t *value, bool is_timing_out)
{
    struct weir_error err;
    char put[32];
    if (handle->is_open) {
        cf_keeper_finish(&handle->keeper);
    }
    *handle = (struct handle){.is_open = true, .is_timing_out = is_timing_out};
    cf_keeper_init(&handle->keeper);
    if (json_is_integer(value)) {
        (void)snprintf(put, sizeof put, "put %" JSON_INTEGER_FORMAT, json_integer_value(value));
        (void)run_row(&handle->keeper, "k", put, 1, &err);
    }
}

/* NULL, or how the reference calls the refusal. */
static const char *answer(struct handle *handle, const char *what, bool removes)
{
    struct weir_error err;
    if (handle->is_removed) {
        return "illegal_argument";
    }
    if (handle->is_timing_out) { /* no row: the key is idle, and its tracker keeps or drops it */
        json_t *none = json_array();
        cf_seen.is_wrong = true;
        cf_seen.answer = removes ? WEIR_DROP : WEIR_KEEP;
        int status = cf_keeper_run(&handle->keeper, INT64_C(1000000000), 1000, none, NULL, &err);
        cf_seen.is_wrong = false;
        json_decref(none);
        return status == WEIR_OK ? NULL : "illegal_argument";
    }
    if (run_row(&handle->keeper, "k", what, 2, &err) != WEIR_OK) {
        return "illegal_argument";
    }
    handle->is_updated = !removes;
    handle->is_removed = removes;
    return NULL;
}

static json_t *show_handle(struct handle *handle)
{
    json_t *states = cf_keeper_states(&handle->keeper, 0);
    json_t *value = json_null();
    if (json_array_size(states) > 0) {
        value = json_pack("{s:O}", "some", json_array_get(json_array_get(states, 0), 1));
    }
    json_decref(states);
    return json_pack("{s:o,s:b,s:b,s:b}", "value", value, "updated", handle->is_updated, "removed",
                     handle->is_removed, "timing_out", handle->is_timing_out);
}

static bool api_step(struct handle *handle, const json_t *step, size_t at, struct weir_text *why)
{
    const char *what = cf_member_text(step, "do");
    const json_t *arg = json_object_get(step, "arg");
    const char *refused = NULL;
    char put[32];
    if (strcmp(what, "new") == 0) {
        open_handle(handle, NULL, false);
    } else if (strcmp(what, "wrap") == 0) {
        open_handle(handle, json_object_get(arg, "some"), false);
    } else if (strcmp(what, "wrap_timing_out") == 0) {
        open_handle(handle, arg, true);
    } else if (strcmp(what, "update") == 0) {
        (void)snprintf(put, sizeof put, "put %" JSON_INTEGER_FORMAT, json_integer_value(arg));
        refused = answer(handle, put, false);
    } else if (strcmp(what, "remove") == 0) {
        refused = answer(handle, "remove_state", true);
    } else {
        json_t *states = cf_keeper_states(&handle->keeper, 0);
        refused = json_array_size(states) == 0 ? "no_such_element" : NULL;
        json_decref(states);
    }
    const char *wanted = cf_member_text(step, "error");
    if (strcmp(refused == NULL ? "" : refused, wanted) != 0) {
        weir_text_printf(why, "step %zu: got '%s'", at, refused == NULL ? "" : refused);
        return false;
    }
    const json_t *expect = json_object_get(step, "expect");
    json_t *got = show_handle(handle);
    bool agrees = expect == NULL || cf_agrees(got, expect, what, why);
    json_decref(got);
    return agrees;
}

bool cf_check_state_api(const json_t *test, struct weir_text *why)
{
    struct handle handle = {0};
    bool agrees = true;
    size_t i;
    const json_t *step;
    forget_seen();
    open_handle(&handle, NULL, false);
    json_array_foreach(json_object_get(test, "steps"), i, step)
    {
        agrees = agrees && api_step(&handle, step, i, why);
    }
    cf_keeper_finish(&handle.keeper);
    end_seen();
    return agrees;
}

/* ---- state_update ---- */
static int by_time(const void *a, const void *b)
{
    int64_t x = json_integer_value(json_array_get(*(json_t *const *)a, 2));
    int64_t y = json_integer_value(json_array_get(*(json_t *const *)b, 2));
    return x < y ? -1 : x > y;
}

/* The states that there were before, oldest first. */
static int put_initial(struct cf_keeper *keeper, const json_t *initial, struct weir_error *err)
{
    size_t count = json_array_size(initial);
    const json_t **rows = weir_alloc((count + 1) * sizeof *rows);
    int status = WEIR_OK;
    for (size_t i = 0; i < count; i++) {
        rows[i] = json_array_get(initial, i);
    }
    qsort(rows, count, sizeof *rows, by_time);
    for (size_t i = 0; i < count && status == WEIR_OK; i++) {
        char put[32];
        (void)snprintf(put, sizeof put, "put %" JSON_INTEGER_FORMAT,
                       json_integer_value(json_array_get(rows[i], 1)));
        status = run_row(keeper, json_string_value(json_array_get(rows[i], 0)), put,
                         json_integer_value(json_array_get(rows[i], 2)), err);
    }
    weir_free(rows);
    return status;
}

/* Keys are looked at for their time only where the case says so; weir does both or neither. */
static int64_t timeout_of(const json_t *test)
{
    const json_t *threshold = json_object_get(test, "timeout_threshold_ms");
    if (!json_is_integer(threshold)) {
        return 0;
    }
    if (!json_is_true(json_object_get(test, "remove_timed_out"))) {
        return idle_for_ever_us;
    }
    return (cf_member(test, "batch_time_ms") - json_integer_value(threshold)) * 1000;
}

bool cf_check_state_update(const json_t *test, struct weir_text *why)
{
    struct cf_keeper keeper;
    struct weir_error err = {0};
    const json_t *expect = json_object_get(test, "expect");
    json_t *mapped = json_array();
    forget_seen();
    cf_keeper_init(&keeper);
    /* a row that does nothing, so that the table keeps times from its beginning */
    int status = run_row(&keeper, "none", "noop", 0, &err);
    status = status == WEIR_OK ? put_initial(&keeper, json_object_get(test, "initial"), &err)
                               : status;
    forget_seen();
    if (status == WEIR_OK) {
        int64_t time_us = cf_member(test, "batch_time_ms") * 1000;
        time_us = time_us > keeper.batch_us ? time_us : keeper.batch_us + 1;
        status = cf_keeper_run(&keeper, time_us, timeout_of(test), json_object_get(test, "data"),
                               mapped, &err);
    }
    json_t *states = cf_keeper_states(&keeper, 0);
    const struct {
        const char *name;
        const json_t *got;
    } parts[] = {{"states", states},
                 {"mapped", mapped},
                 {"timed_out", cf_seen.timed_out},
                 {"removed", cf_seen.removed}};
    bool agrees = status == WEIR_OK && cf_seen.calls == cf_member(expect, "calls");
    weir_text_printf(why, "%s calls %" PRId64, err.text, cf_seen.calls);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const json_t *wanted = json_object_get(expect, parts[i].name);
        if (wanted != NULL && !cf_same("multiset", parts[i].got, wanted)) {
            cf_agrees(parts[i].got, NULL, parts[i].name, why);
            agrees = false;
        }
    }
    json_decref(states);
    json_decref(mapped);
    cf_keeper_finish(&keeper);
    end_seen();
    return agrees;
}
