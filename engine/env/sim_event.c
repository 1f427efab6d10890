/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator's event heap: a binary heap whose elements know their place, so that timers can be
 * moved and stopped. */
#include "env/sim.h"

static bool comes_before(const struct weir_sim_event *a, const struct weir_sim_event *b)
{
    if (a->time_us != b->time_us) {
        return a->time_us < b->time_us;
    }
    return a->tie != b->tie ? a->tie < b->tie : a->sequence < b->sequence;
}

static void put(struct weir_sim *sim, size_t place, struct weir_sim_event *event)
{
    sim->events[place] = event;
    event->place = place;
}

static void sift_up(struct weir_sim *sim, size_t place)
{
    struct weir_sim_event *event = sim->events[place];
    while (place > 0 && comes_before(event, sim->events[(place - 1) / 2])) {
        put(sim, place, sim->events[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(sim, place, event);
}

static void sift_down(struct weir_sim *sim, size_t place)
{
    struct weir_sim_event *event = sim->events[place];
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= sim->event_count) {
            break;
        }
        if (child + 1 < sim->event_count &&
            comes_before(sim->events[child + 1], sim->events[child])) {
            child++;
        }
        if (!comes_before(sim->events[child], event)) {
            break;
        }
        put(sim, place, sim->events[child]);
        place = child;
    }
    put(sim, place, event);
}

static struct weir_sim_event *fresh_event(struct weir_sim *sim)
{
    struct weir_sim_event *event = sim->spare;
    if (event == NULL) {
        return weir_alloc(sizeof *event);
    }
    sim->spare = event->next_spare;
    *event = (struct weir_sim_event){0};
    return event;
}

struct weir_sim_event *weir_sim_push(struct weir_sim *sim,
                                     int64_t time_us,
                                     enum weir_sim_happening happening,
                                     void *subject)
{
    struct weir_sim_event *event = fresh_event(sim);
    event->time_us = time_us < sim->now_us ? sim->now_us : time_us;
    event->tie = sim->options.shuffle_ready ? weir_random_next(&sim->schedule) : 0;
    event->sequence = sim->next_sequence++;
    event->happening = happening;
    event->subject = subject;
    WEIR_GROW(sim->events, sim->event_count, sim->event_capacity);
    put(sim, sim->event_count++, event);
    sift_up(sim, event->place);
    return event;
}

struct weir_sim_event *weir_sim_next(const struct weir_sim *sim)
{
    return sim->event_count == 0 ? NULL : sim->events[0];
}

void weir_sim_take(struct weir_sim *sim, struct weir_sim_event *event)
{
    size_t place = event->place;
    WEIR_ASSERT(place < sim->event_count && sim->events[place] == event);
    struct weir_sim_event *last = sim->events[--sim->event_count];
    if (last != event) {
        put(sim, place, last);
        sift_up(sim, place);
        sift_down(sim, last->place);
    }
    event->next_spare = sim->spare;
    sim->spare = event;
}

void weir_sim_events_finish(struct weir_sim *sim)
{
    for (size_t i = 0; i < sim->event_count; i++) {
        weir_free(sim->events[i]);
    }
    weir_free(sim->events);
    while (sim->spare != NULL) {
        struct weir_sim_event *next = sim->spare->next_spare;
        weir_free(sim->spare);
        sim->spare = next;
    }
}
