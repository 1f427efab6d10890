/* SPDX-License-Identifier: Apache-2.0 */
/* Events in, actions out: the batch clock, and when the job is over. */
#include "driver/driver.h"

#include "driver/private.h"

#include <inttypes.h>
#include <string.h>

/* Source: the reference's RecurringTimer. */
int64_t weir_clock_first_us(int64_t now_us, int64_t interval_us)
{
    WEIR_ASSERT(interval_us > 0);
    return weir_time_floor(now_us, interval_us) + interval_us;
}

void weir_driver_actions_init(struct weir_driver_actions *actions)
{
    *actions = (struct weir_driver_actions){.timer_us = -1};
}

void weir_driver_actions_finish(struct weir_driver_actions *actions)
{
    struct weir_message *message;
    while ((message = weir_message_pop(&actions->messages)) != NULL) {
        weir_message_destroy(message);
    }
    weir_free(actions->committed);
    weir_driver_actions_init(actions);
}

struct weir_driver *weir_driver_create(const struct weir_plan *plan,
                                       const struct weir_driver_options *options)
{
    struct weir_driver *driver = weir_alloc(sizeof *driver);
    uint32_t at_once = options->batches_in_flight;
    driver->plan = plan;
    driver->graph = plan->graph;
    driver->options = *options;
    at_once = at_once < WEIR_BATCHES_IN_FLIGHT_MAX ? at_once : WEIR_BATCHES_IN_FLIGHT_MAX;
    driver->options.batches_in_flight = at_once > 1 ? at_once : 1;
    if (driver->options.retry_pause_us == 0) {
        driver->options.retry_pause_us = WEIR_RETRY_PAUSE_US;
    }
    driver->ask_again_us = -1;
    driver->ledger = weir_ledger_create(plan->input_count);
    driver->inputs = weir_alloc((plan->input_count + 1) * sizeof *driver->inputs);
    driver->stages = weir_alloc((plan->stage_count + 1) * sizeof *driver->stages);
    weir_arena_init(&driver->arena);
    weir_driver_find_readers(driver);
    for (uint32_t i = 0; i < plan->input_count; i++) {
        driver->inputs[i].is_static = plan->inputs[i].node->is_static;
        bool is_source = !plan->inputs[i].is_receiver && !driver->inputs[i].is_static;
        driver->source_count += is_source ? 1 : 0;
    }
    return driver;
}

/* What the records of the last step pointed to. */
static void forget_told(struct weir_driver *driver)
{
    for (uint32_t i = 0; i < driver->told_count; i++) {
        weir_failure_release(driver->told[i]);
    }
    driver->told_count = 0;
}

void weir_driver_destroy(struct weir_driver *driver)
{
    if (driver == NULL) {
        return;
    }
    for (uint32_t i = driver->first; i < driver->end; i++) {
        weir_batch_destroy(driver->batches[i]);
    }
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        weir_text_finish(&driver->inputs[i].from);
        weir_text_finish(&driver->inputs[i].before);
        weir_text_finish(&driver->inputs[i].why);
    }
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        weir_kept_finish(&driver->stages[s].kept);
        weir_failed_times_finish(&driver->stages[s].failed);
        weir_failure_release(driver->stages[s].broken);
    }
    forget_told(driver);
    weir_driver_destroy_form(driver);
    weir_driver_destroy_tables(driver);
    weir_batch_destroy(driver->spare);
    weir_ledger_destroy(driver->ledger);
    weir_arena_finish(&driver->arena);
    weir_free(driver->batches);
    weir_free(driver->inputs);
    weir_free(driver->stages);
    weir_free(driver->closed);
    weir_free(driver->drops);
    weir_free(driver->retries);
    weir_free(driver->told);
    weir_free(driver);
}

void weir_driver_send(struct weir_driver *driver, struct weir_message *message)
{
    weir_message_push(&driver->actions->messages, message);
}

void weir_driver_request(struct weir_driver *driver, struct weir_message *message)
{
    driver->outstanding++;
    weir_driver_send(driver, message);
}

void weir_driver_fail(struct weir_driver *driver, int status, const char *text)
{
    if (driver->err.status == WEIR_OK) {
        (void)weir_error_set(&driver->err, status, "%s", text == NULL ? "" : text);
    }
}

struct weir_failure *weir_driver_failure(struct weir_driver *driver,
                                         const struct weir_batch_failure *what)
{
    if (driver->options.on_error == WEIR_ON_ERROR_CONTINUE) {
        return weir_failure_create(what);
    }
    weir_driver_fail(driver, what->status, what->text);
    return NULL;
}

struct weir_batch *weir_driver_batch(const struct weir_driver *driver, int64_t time_us)
{
    const struct weir_batch *oldest = weir_driver_oldest(driver);
    if (oldest == NULL || time_us < oldest->time_us) {
        return NULL;
    }
    int64_t at = (time_us - oldest->time_us) / driver->graph->batch_us; /* there are no gaps */
    bool is_open = at < (int64_t)weir_driver_open_count(driver);
    return is_open ? driver->batches[driver->first + at] : NULL;
}

/* ---- start and stop ---- */
static void set_clock(struct weir_driver *driver)
{
    int64_t interval = driver->graph->batch_us;
    driver->start_us = driver->now_us;
    driver->next_us =
        driver->graph->is_finite ? interval : weir_clock_first_us(driver->now_us, interval);
    driver->zero_us = driver->committed_us = driver->next_us - interval;
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        driver->inputs[i].dropped_us = driver->zero_us;
    }
}

static void start_receivers(struct weir_driver *driver)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        if (driver->plan->inputs[i].is_receiver) {
            struct weir_message *message = weir_message_create(WEIR_MESSAGE_RECEIVER_START);
            message->input = i;
            weir_driver_send(driver, message);
        }
    }
}

static bool has_none(const struct weir_graph *graph)
{
    bool has_none = false;
    for (uint32_t n = 0; n < graph->node_count; n++) {
        has_none |= graph->nodes[n].verb == WEIR_VERB_NONE;
    }
    return has_none;
}

static void start(struct weir_driver *driver)
{
    if (!driver->is_restored) {
        set_clock(driver);
    }
    driver->is_started = true;
    start_receivers(driver);
    if (has_none(driver->graph)) {
        weir_driver_begin_forming(driver);
    }
    weir_driver_begin_tables(driver, driver->committed_us);
    if (driver->is_restored) {
        weir_driver_reopen_batches(driver);
    }
}

/* Sources cannot end by being told to: a stop just asks them for nothing more. */
static void stop(struct weir_driver *driver)
{
    driver->is_stopping = true;
    weir_driver_stop_receivers(driver);
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        driver->inputs[i].has_ended |=
            !driver->plan->inputs[i].is_receiver && !driver->inputs[i].is_static;
    }
    if (driver->ask_again_us >= 0) {
        weir_driver_ask_again(driver);
    }
}

/* ---- the clock ---- */
/* A batch whose sources have not answered blocks the opening of the next: its range begins where
 * this one ends. */
static bool is_asking(const struct weir_driver *driver)
{
    const struct weir_batch *newest = weir_driver_newest(driver);
    return newest != NULL && newest->state == WEIR_BATCH_ASKING;
}

static uint32_t open_batches_max(const struct weir_driver *driver)
{
    if (driver->options.until_records > 0 && driver->source_count > 0) {
        return 1; /* how many records a range holds is known once it has been read */
    }
    return driver->graph->is_finite ? driver->options.batches_in_flight : WEIR_BATCHES_OPEN_MAX;
}

/* The inputs have ended and nothing waits: there is nothing for another batch. A job that ends by
 * itself has had one batch at least, so that a count of nothing says 0. */
static bool has_nothing_left(const struct weir_driver *driver)
{
    bool ends_by_itself = driver->options.until_eof || driver->graph->is_finite;
    bool has_had_one = driver->next_us - driver->zero_us > driver->graph->batch_us;
    return weir_driver_inputs_ended(driver) && weir_ledger_waiting_blocks(driver->ledger) == 0 &&
           (driver->is_stopping || (ends_by_itself && has_had_one));
}

/* Nothing more will be opened. */
static bool is_over(const struct weir_driver *driver)
{
    return driver->err.status != WEIR_OK || driver->has_last || has_nothing_left(driver);
}

/* But for the time, could a batch be opened now? */
static bool has_place(const struct weir_driver *driver)
{
    return driver->is_started && !driver->is_finished && !is_over(driver) && !is_asking(driver) &&
           weir_driver_open_count(driver) < open_batches_max(driver);
}

/* Finite jobs need no time; a stopping job takes what its receivers have left at once. The clock's
 * ticks come by events of their own, since what was received before a tick is cut just before. */
static bool is_time(const struct weir_driver *driver)
{
    bool is_last_call = driver->is_stopping && weir_driver_inputs_ended(driver);
    return driver->graph->is_finite || is_last_call ||
           (driver->is_tick && driver->now_us >= driver->next_us);
}

static int64_t earlier(int64_t a_us, int64_t b_us)
{
    return a_us < 0 || (b_us >= 0 && b_us < a_us) ? b_us : a_us;
}

static int64_t timer_us(const struct weir_driver *driver)
{
    int64_t retry_us = weir_driver_retry_us(driver);
    if (driver->ask_again_us >= 0 && driver->err.status == WEIR_OK) {
        return earlier(driver->ask_again_us, retry_us);
    }
    bool awaits_tick = !driver->graph->is_finite && has_place(driver);
    return earlier(awaits_tick ? driver->next_us : -1, retry_us);
}

/* ---- the end ---- */
/* Ending by --until although an input was never reached is a failure of its own. */
static void check_reached(struct weir_driver *driver)
{
    if (driver->is_stopping && !driver->has_last) {
        return;
    }
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        const struct weir_driver_input *input = &driver->inputs[i];
        if (driver->plan->inputs[i].is_receiver && !input->was_reached && input->why.count > 0) {
            (void)weir_error_set(&driver->err, WEIR_EUNREACHABLE, "input %s was never reached: %s",
                                 driver->plan->inputs[i].node->op->name, input->why.bytes);
            return;
        }
    }
}

/* Nothing more to open: receivers are told to end; when all is answered, the job is finished. */
static void finish_if_over(struct weir_driver *driver)
{
    if (!driver->is_started || driver->is_finished || !is_over(driver)) {
        return;
    }
    weir_driver_stop_receivers(driver);
    bool receivers_run = false;
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        receivers_run |= driver->plan->inputs[i].is_receiver && !driver->inputs[i].has_ended;
    }
    bool is_done = driver->err.status != WEIR_OK || weir_driver_open_count(driver) == 0;
    if (!is_done || receivers_run || driver->outstanding > 0) {
        return;
    }
    if (driver->err.status == WEIR_OK) {
        check_reached(driver);
    }
    weir_driver_forget_tables(driver, true);
    weir_driver_send_drops(driver);
    driver->is_finished = true;
}

/* ---- events ---- */
static void take_message(struct weir_driver *driver, struct weir_message *message)
{
    switch (message->kind) {
    case WEIR_MESSAGE_BLOCK_ADDED:
        weir_driver_take_block(driver, message);
        break;
    case WEIR_MESSAGE_RECEIVER_STATE:
        weir_driver_take_receiver_state(driver, message);
        break;
    case WEIR_MESSAGE_SOURCE_RANGE:
        weir_driver_take_range(driver, message);
        break;
    case WEIR_MESSAGE_TASK_DONE:
        weir_driver_take_task(driver, message);
        break;
    case WEIR_MESSAGE_COMMIT_DONE:
        weir_driver_take_commit(driver, message);
        break;
    case WEIR_MESSAGE_COMMITTED_TO_DONE:
        driver->outstanding--;
        break;
    case WEIR_MESSAGE_RECEIVER_START:
    case WEIR_MESSAGE_RECEIVER_STOP:
    case WEIR_MESSAGE_SOURCE_NEXT:
    case WEIR_MESSAGE_TASK_RUN:
    case WEIR_MESSAGE_COMMIT:
    case WEIR_MESSAGE_DROP:
    case WEIR_MESSAGE_COMMITTED_TO:
        WEIR_ASSERT(false && "a message for the worker came to the driver");
        break;
    }
    weir_message_destroy(message);
}

static void take_event(struct weir_driver *driver, const struct weir_driver_event *event)
{
    switch (event->kind) {
    case WEIR_EVENT_START:
        start(driver);
        break;
    case WEIR_EVENT_TIMER:
        if (driver->ask_again_us >= 0 && driver->now_us >= driver->ask_again_us) {
            weir_driver_ask_again(driver);
        }
        weir_driver_do_retries(driver);
        break;
    case WEIR_EVENT_MESSAGE:
        take_message(driver, event->message);
        break;
    case WEIR_EVENT_STOP:
        stop(driver);
        break;
    }
}

/* Commits, starts and opens until none of it brings about another. */
static void move_on(struct weir_driver *driver)
{
    for (;;) {
        weir_driver_commit(driver);
        if (weir_driver_start_batches(driver)) {
            continue; /* a batch without tasks can be committed at once, which makes room */
        }
        if (!has_place(driver) || !is_time(driver)) {
            return;
        }
        weir_driver_open_batch(driver);
    }
}

void weir_driver_step(struct weir_driver *driver,
                      const struct weir_driver_event *event,
                      struct weir_driver_actions *actions)
{
    forget_told(driver);
    driver->actions = actions;
    driver->now_us = event->now_us > driver->now_us ? event->now_us : driver->now_us;
    driver->is_tick = event->kind == WEIR_EVENT_TIMER;
    take_event(driver, event);
    move_on(driver);
    finish_if_over(driver);
    actions->is_finished = driver->is_finished;
    actions->err = driver->err;
    actions->timer_us = timer_us(driver);
    driver->actions = NULL;
}

int64_t weir_driver_zero_us(const struct weir_driver *driver)
{
    return driver->zero_us;
}

int64_t weir_driver_committed_us(const struct weir_driver *driver)
{
    return driver->committed_us;
}
