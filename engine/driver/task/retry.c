/* SPDX-License-Identifier: Apache-2.0 */
/* What has failed is tried again after a pause that grows: what it failed for may need time to come
 * back. */
#include "driver/private.h"

bool weir_driver_may_retry(const struct weir_driver *driver, bool may_retry, uint32_t attempt)
{
    bool is_for_ever = driver->options.on_error == WEIR_ON_ERROR_RETRY;
    return may_retry && (is_for_ever || attempt + 1 < WEIR_ATTEMPTS_MAX);
}

void weir_driver_retry(struct weir_driver *driver, struct weir_retry retry, uint32_t attempt)
{
    int64_t pause_us = driver->options.retry_pause_us;
    for (uint32_t i = 0; i < attempt && pause_us < WEIR_RETRY_PAUSE_US_MAX; i++) {
        pause_us *= WEIR_RETRY_PAUSE_GROWS;
    }
    pause_us = pause_us < WEIR_RETRY_PAUSE_US_MAX ? pause_us : WEIR_RETRY_PAUSE_US_MAX;
    retry.due_us = driver->now_us + pause_us;
    WEIR_GROW(driver->retries, driver->retry_count, driver->retry_capacity);
    driver->retries[driver->retry_count++] = retry;
}

static void ask_again(struct weir_driver *driver, const struct weir_retry *retry)
{
    struct weir_batch *batch = driver->inputs[retry->input].is_static
                                   ? weir_driver_table(driver, retry->batch_us)
                                   : weir_driver_batch(driver, retry->batch_us);
    WEIR_ASSERT(batch != NULL);
    batch->asked--; /* it has counted as asked all the time */
    weir_driver_ask_source(driver, batch, retry->input);
}

static void do_retry(struct weir_driver *driver, const struct weir_retry *retry)
{
    switch (retry->kind) {
    case WEIR_RETRY_TASK:
        weir_driver_send_again(driver, retry);
        break;
    case WEIR_RETRY_ASK:
        ask_again(driver, retry);
        break;
    case WEIR_RETRY_COMMIT:
        weir_driver_commit_again(driver, retry->batch_us);
        break;
    }
}

void weir_driver_do_retries(struct weir_driver *driver)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < driver->retry_count; i++) { /* in order of failure */
        struct weir_retry retry = driver->retries[i];
        if (driver->err.status == WEIR_OK && retry.due_us <= driver->now_us) {
            do_retry(driver, &retry);
        } else {
            driver->retries[left++] = retry;
        }
    }
    driver->retry_count = left;
}

int64_t weir_driver_retry_us(const struct weir_driver *driver)
{
    int64_t first_us = -1;
    for (uint32_t i = 0; i < driver->retry_count && driver->err.status == WEIR_OK; i++) {
        if (first_us < 0 || driver->retries[i].due_us < first_us) {
            first_us = driver->retries[i].due_us;
        }
    }
    return first_us;
}
