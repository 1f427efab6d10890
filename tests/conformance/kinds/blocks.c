/* SPDX-License-Identifier: Apache-2.0 */
/* Received blocks and the batches that take them: the ledger, with restarts from its own record of
 * changes. */
#include "kinds/kinds.h"
#include "ledger/ledger.h"

#include <string.h>

enum { TRACKERS_MAX = 16, EVENTS_MAX = 256, BLOCKS_MAX = 1024 };

/* What a restart reads: every change of the ledger, in order. */
struct event {
    enum { ADDED = 1, OPENED, CLEANED } kind;
    uint32_t block;
    int64_t time;
};

struct tracking {
    const char *names[TRACKERS_MAX];
    struct weir_ledger *ledgers[TRACKERS_MAX];
    int64_t newest[TRACKERS_MAX];
    size_t tracker_count, event_count, block_count;
    struct event events[EVENTS_MAX];
    const char *blocks[BLOCKS_MAX]; /* by number */
};

static void apply(struct tracking *tracking, size_t tracker, const struct event *event)
{
    struct weir_ledger *ledger = tracking->ledgers[tracker];
    if (event->kind == ADDED) {
        weir_ledger_add_block(ledger, 0, &(struct weir_ledger_block){.number = event->block});
    } else if (event->kind == OPENED) {
        weir_ledger_open(ledger, event->time);
        weir_ledger_commit(ledger, event->time);
        tracking->newest[tracker] = event->time;
    } else {
        weir_ledger_trim(ledger, event->time);
    }
}

static void happen(struct tracking *tracking, size_t tracker, struct event event)
{
    if (tracking->event_count < EVENTS_MAX) {
        tracking->events[tracking->event_count++] = event;
    }
    apply(tracking, tracker, &event);
}

static size_t find_tracker(struct tracking *tracking, const char *name)
{
    size_t at = 0;
    while (at < tracking->tracker_count && strcmp(tracking->names[at], name) != 0) {
        at++;
    }
    return at;
}

static void start_tracker(struct tracking *tracking, const json_t *step)
{
    size_t at = find_tracker(tracking, cf_member_text(step, "tracker"));
    if (at == tracking->tracker_count && at < TRACKERS_MAX) {
        tracking->tracker_count++;
    } else {
        weir_ledger_destroy(tracking->ledgers[at]);
    }
    tracking->names[at] = cf_member_text(step, "tracker");
    tracking->ledgers[at] = weir_ledger_create(1);
    tracking->newest[at] = INT64_MIN;
    for (size_t i = 0; json_is_true(json_object_get(step, "recover")) && i < tracking->event_count;
         i++) {
        apply(tracking, at, &tracking->events[i]);
    }
}

/* Names of the blocks of a batch, or, without one, of those that wait for a batch. */
static json_t *blocks_of(const struct tracking *tracking, size_t tracker, const json_t *time)
{
    json_t *names = json_array();
    struct weir_ledger *ledger = tracking->ledgers[tracker];
    const struct weir_ledger_batch *batch =
        time == NULL ? NULL : weir_ledger_batch(ledger, json_integer_value(time));
    if (time == NULL) {
        /* they are those that the next batch would take: those added after all that were taken */
        uint64_t waiting = weir_ledger_waiting_blocks(ledger);
        for (uint64_t i = 0; i < waiting; i++) {
            uint32_t block = weir_ledger_waiting_block(ledger, 0, (uint32_t)i)->number;
            json_array_append_new(names, json_string(tracking->blocks[block]));
        }
    } else if (batch != NULL) {
        for (uint32_t i = 0; i < batch->inputs[0].block_count; i++) {
            json_array_append_new(names,
                                  json_string(tracking->blocks[batch->inputs[0].blocks[i].number]));
        }
    }
    return names;
}

static void add_blocks(struct tracking *tracking, size_t tracker, const json_t *blocks)
{
    size_t i;
    const json_t *block;
    json_array_foreach(blocks, i, block)
    {
        if (tracking->block_count < BLOCKS_MAX) {
            uint32_t number_of = (uint32_t)tracking->block_count++;
            tracking->blocks[number_of] = json_string_value(block);
            happen(tracking, tracker, (struct event){.kind = ADDED, .block = number_of});
        }
    }
}

static bool track(struct tracking *tracking, const json_t *step, size_t at, struct weir_text *why)
{
    const char *what = cf_member_text(step, "do");
    if (strcmp(what, "new") == 0) {
        start_tracker(tracking, step);
        return true;
    }
    size_t tracker = find_tracker(tracking, cf_member_text(step, "tracker"));
    if (strcmp(what, "add") == 0) {
        add_blocks(tracking, tracker, json_object_get(step, "blocks"));
    } else if (strcmp(what, "allocate") == 0) {
        /* what cannot be made durable does not happen */
        if (!json_is_true(json_object_get(step, "log_fails")) &&
            cf_member(step, "time") > tracking->newest[tracker]) {
            happen(tracking, tracker,
                   (struct event){.kind = OPENED, .time = cf_member(step, "time")});
        }
    } else if (strcmp(what, "cleanup") == 0) {
        happen(tracking, tracker,
               (struct event){.kind = CLEANED, .time = cf_member(step, "before")});
    } else {
        json_t *got =
            blocks_of(tracking, tracker,
                      strcmp(what, "unallocated") == 0 ? NULL : json_object_get(step, "time"));
        bool agrees = cf_agrees(got, json_object_get(step, "expect"), what, why);
        json_decref(got);
        if (!agrees) {
            weir_text_printf(why, " (step %zu)", at);
        }
        return agrees;
    }
    return true;
}

bool cf_check_block_tracker(const json_t *test, struct weir_text *why)
{
    struct tracking *tracking = weir_alloc(sizeof *tracking);
    bool agrees = true;
    size_t i;
    const json_t *step;
    json_array_foreach(json_object_get(test, "steps"), i, step)
    {
        agrees = agrees && track(tracking, step, i, why);
    }
    for (size_t t = 0; t < tracking->tracker_count; t++) {
        weir_ledger_destroy(tracking->ledgers[t]);
    }
    weir_free(tracking);
    return agrees;
}
