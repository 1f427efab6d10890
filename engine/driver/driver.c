/* SPDX-License-Identifier: Apache-2.0 */
/* Events in, actions out: the batch clock, and when the job is over. */
#include "driver/driver.h"

#include "driver/private.h"

#include <inttypes.h>
#include <string.h>

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
    driver->plan = plan;
    driver->graph = plan->graph;
    driver->options = *options;
    driver->ledger = weir_ledger_create(plan->input_count);
    driver->inputs = weir_alloc((plan->input_count + 1) * sizeof *driver->inputs);
    for (uint32_t i = 0; i < plan->input_count; i++) {
        driver->source_count += plan->inputs[i].is_receiver ? 0 : 1;
    }
    return driver;
}

void weir_driver_destroy(struct weir_driver *driver)
{
    if (driver == NULL) {
        return;
    }
    for (uint32_t i = 0; i < driver->batch_count; i++) {
        weir_batch_destroy(driver->batches[i]);
    }
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        weir_text_finish(&driver->inputs[i].from);
        weir_text_finish(&driver->inputs[i].why);
    }
    weir_ledger_destroy(driver->ledger);
    weir_free(driver->batches);
    weir_free(driver->inputs);
    weir_free(driver);
}

void weir_driver_send(struct weir_driver *driver, struct weir_message *message)
{
    weir_message_push(&driver->actions->messages, message);
}

void weir_driver_fail(struct weir_driver *driver, int status, const char *text)
{
    if (driver->err.status == WEIR_OK) {
        (void)weir_error_set(&driver->err, status, "%s", text == NULL ? "" : text);
    }
}

static void start(struct weir_driver *driver)
{
    int64_t interval = driver->graph->batch_us;
    driver->start_us = driver->now_us;
    driver->next_us =
        driver->graph->is_finite ? interval : weir_clock_first_us(driver->now_us, interval);
    driver->zero_us = driver->committed_us = driver->next_us - interval;
    driver->is_started = true;
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        if (driver->plan->inputs[i].is_receiver) {
            struct weir_message *message = weir_message_create(WEIR_MESSAGE_RECEIVER_START);
            message->input = i;
            weir_driver_send(driver, message);
        }
    }
}

/* A batch whose sources have not answered blocks the opening of the next: its range begins where
 * this one ends. */
static bool is_asking(const struct weir_driver *driver)
{
    return driver->batch_count > 0 &&
           driver->batches[driver->batch_count - 1]->state == WEIR_BATCH_ASKING;
}

static uint32_t open_batches_max(const struct weir_driver *driver)
{
    if (driver->options.until_records > 0 && driver->source_count > 0) {
        return 1; /* how many records a range holds is known once it has been read */
    }
    return driver->graph->is_finite ? driver->options.batches_in_flight : WEIR_BATCHES_OPEN_MAX;
}

/* The inputs have ended and nothing waits: there is nothing for another batch, unless there was
 * none yet. */
static bool has_nothing_left(const struct weir_driver *driver)
{
    bool ends_by_itself = driver->options.until_eof || driver->graph->is_finite;
    return (ends_by_itself || driver->is_stopping) && weir_driver_inputs_ended(driver) &&
           weir_ledger_waiting_bytes(driver->ledger) == 0 &&
           driver->next_us - driver->zero_us > driver->graph->batch_us;
}

/* Stopping: receivers have ended and what they left waits: one last batch takes it at once. */
static bool wants_last_batch(const struct weir_driver *driver)
{
    return driver->is_stopping && weir_driver_inputs_ended(driver) &&
           weir_ledger_waiting_bytes(driver->ledger) > 0;
}

static bool may_open(const struct weir_driver *driver)
{
    if (!driver->is_started || driver->has_last || driver->err.status != WEIR_OK ||
        is_asking(driver) || driver->uncommitted >= open_batches_max(driver)) {
        return false;
    }
    if (driver->is_stopping) {
        return wants_last_batch(driver);
    }
    if (has_nothing_left(driver)) {
        return false;
    }
    return driver->graph->is_finite || driver->now_us >= driver->next_us;
}

/* Sources cannot end by being told to: a stop just asks them for nothing more. */
static void stop(struct weir_driver *driver)
{
    driver->is_stopping = true;
    weir_driver_stop_receivers(driver);
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        driver->inputs[i].has_ended |= !driver->plan->inputs[i].is_receiver;
    }
}

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
        }
    }
}

/* Nothing more to open: receivers are told to end; when all is answered, the job is finished. */
static void finish_if_over(struct weir_driver *driver)
{
    bool is_over = driver->err.status != WEIR_OK || driver->has_last || has_nothing_left(driver) ||
                   (driver->is_stopping && weir_driver_inputs_ended(driver));
    if (!driver->is_started || driver->is_finished || !is_over) {
        return;
    }
    weir_driver_stop_receivers(driver);
    bool receivers_run = false;
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        receivers_run |= driver->plan->inputs[i].is_receiver && !driver->inputs[i].has_ended;
    }
    bool is_done = driver->err.status != WEIR_OK || driver->uncommitted == 0;
    if (!is_done || receivers_run || driver->outstanding > 0) {
        return;
    }
    if (driver->err.status == WEIR_OK) {
        check_reached(driver);
    }
    driver->is_finished = true;
}

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
    case WEIR_MESSAGE_RECEIVER_START:
    case WEIR_MESSAGE_RECEIVER_STOP:
    case WEIR_MESSAGE_SOURCE_NEXT:
    case WEIR_MESSAGE_TASK_RUN:
    case WEIR_MESSAGE_COMMIT:
    case WEIR_MESSAGE_DROP:
    case WEIR_MESSAGE_COMMITTED_TO:
        WEIR_ASSERT(!"a message for the worker came to the driver");
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
        break; /* the time itself is the news */
    case WEIR_EVENT_MESSAGE:
        take_message(driver, event->message);
        break;
    case WEIR_EVENT_STOP:
        stop(driver);
        break;
    }
}

void weir_driver_step(struct weir_driver *driver,
                      const struct weir_driver_event *event,
                      struct weir_driver_actions *actions)
{
    driver->actions = actions;
    driver->now_us = event->now_us > driver->now_us ? event->now_us : driver->now_us;
    take_event(driver, event);
    weir_driver_commit(driver);
    while (may_open(driver)) {
        weir_driver_open_batch(driver);
        weir_driver_commit(driver);
    }
    finish_if_over(driver);
    actions->is_finished = driver->is_finished;
    actions->err = driver->err;
    bool waits_for_tick = driver->is_started && !driver->graph->is_finite && !driver->has_last &&
                          !driver->is_stopping && driver->err.status == WEIR_OK &&
                          !driver->is_finished && !is_asking(driver) &&
                          driver->uncommitted < open_batches_max(driver);
    actions->timer_us = waits_for_tick ? driver->next_us : -1;
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
