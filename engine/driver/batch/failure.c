/* SPDX-License-Identifier: Apache-2.0 */
/* Failures are rare: lists of them are short, and looked through from the front. */
#include "driver/batch/failure.h"

#include <string.h>

static const char *copy_text(char **at, const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    char *copy = *at;
    size_t bytes = strlen(text) + 1;
    memcpy(copy, text, bytes);
    *at += bytes;
    return copy;
}

struct weir_failure *weir_failure_create(const struct weir_batch_failure *what)
{
    size_t at_bytes = what->at == NULL ? 0 : strlen(what->at) + 1;
    size_t text_bytes = what->text == NULL ? 0 : strlen(what->text) + 1;
    struct weir_failure *failure = weir_alloc(sizeof *failure + at_bytes + text_bytes);
    char *at = (char *)(failure + 1);
    failure->what = *what;
    failure->what.at = copy_text(&at, what->at);
    failure->what.text = copy_text(&at, what->text);
    failure->refs = 1;
    return failure;
}

struct weir_failure *weir_failure_retain(struct weir_failure *failure)
{
    failure->refs++;
    return failure;
}

void weir_failure_release(struct weir_failure *failure)
{
    if (failure != NULL && --failure->refs == 0) {
        weir_free(failure);
    }
}

void weir_failed_times_finish(struct weir_failed_times *times)
{
    for (uint32_t i = 0; i < times->count; i++) {
        weir_failure_release(times->items[i].failure);
    }
    weir_free(times->items);
    *times = (struct weir_failed_times){0};
}

void weir_failed_times_add(struct weir_failed_times *times,
                           int64_t time_us,
                           struct weir_failure *failure)
{
    WEIR_ASSERT(times->count == 0 || times->items[times->count - 1].time_us < time_us);
    WEIR_GROW(times->items, times->count, times->capacity);
    times->items[times->count++] = (struct weir_failed_time){time_us, weir_failure_retain(failure)};
}

struct weir_failure *weir_failed_times_find(const struct weir_failed_times *times,
                                            int64_t after_us,
                                            int64_t until_us)
{
    for (uint32_t i = 0; i < times->count && times->items[i].time_us <= until_us; i++) {
        if (times->items[i].time_us > after_us) {
            return times->items[i].failure;
        }
    }
    return NULL;
}

void weir_failed_times_trim(struct weir_failed_times *times, int64_t until_us)
{
    uint32_t gone = 0;
    while (gone < times->count && times->items[gone].time_us <= until_us) {
        weir_failure_release(times->items[gone++].failure);
    }
    if (gone > 0) {
        times->count -= gone;
        memmove(times->items, times->items + gone, times->count * sizeof *times->items);
    }
}
