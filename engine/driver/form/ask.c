/* SPDX-License-Identifier: Apache-2.0 */
/* How each verb asks its parents. A union asks all of them before it complains; what works on RDDs
 * (transform, joins, cogroup, count, repartition) asks in order and stops at the first that has
 * none; a window takes those that exist; everything else has an RDD when its parent has one. */
#include "driver/form/form.h"

#include <inttypes.h>

struct asking {
    struct weir_driver *driver;
    struct weir_form *form;
    const struct weir_batch *batch;
    const struct weir_node *node;
};

static const char *name_of(const struct weir_node *node)
{
    if (node->name != NULL) {
        return node->name;
    }
    if (node->verb == WEIR_VERB_INPUT && node->op != NULL) {
        return node->op->name;
    }
    return weir_verb_name(node->verb);
}

/* A failure of the node itself. */
static enum weir_formed fail(const struct asking *ask,
                             const struct weir_node *parent,
                             const char *why)
{
    int64_t ms = ask->batch->time_us / 1000;
    struct weir_text text;
    weir_text_init(&text);
    weir_text_printf(&text, "%s: %s", name_of(ask->node), why);
    if (parent != NULL) {
        weir_text_printf(&text, " at time %" PRId64 " ms (%s has no RDD in this batch)", ms,
                         name_of(parent));
    } else {
        weir_text_printf(&text, " (batch %" PRId64 " ms)", ms);
    }
    const struct weir_batch_failure what = {.phase = WEIR_PHASE_GENERATE,
                                            .status = WEIR_EJOB,
                                            .batch_us = ask->batch->time_us,
                                            .at = name_of(ask->node),
                                            .text = text.bytes};
    ask->form->failures[ask->node->id] = weir_failure_create(&what);
    weir_text_finish(&text);
    return WEIR_FORM_FAILED;
}

/* The failure of another is the node's too. */
static enum weir_formed fail_with(const struct asking *ask, struct weir_failure *failure)
{
    ask->form->failures[ask->node->id] = weir_failure_retain(failure);
    return WEIR_FORM_FAILED;
}

static const struct weir_node *parent_of(const struct asking *ask, uint32_t input)
{
    return &ask->driver->graph->nodes[ask->node->inputs[input]];
}

/* The parent's answer; a failure becomes the node's. Tables have always been read. */
static enum weir_formed ask_parent(const struct asking *ask, uint32_t input)
{
    const struct weir_node *parent = parent_of(ask, input);
    enum weir_formed outcome = parent->is_static ? WEIR_FORM_RDD : ask->form->outcomes[parent->id];
    return outcome == WEIR_FORM_FAILED ? fail_with(ask, ask->form->failures[parent->id]) : outcome;
}

static bool is_there(enum weir_formed outcome)
{
    return outcome == WEIR_FORM_RDD || outcome == WEIR_FORM_NOT_ASKED;
}

/* Parents [from, end) in order, up to the first without an RDD. */
static enum weir_formed ask_in_order(const struct asking *ask, uint32_t from, uint32_t end)
{
    for (uint32_t i = from; i < end; i++) {
        enum weir_formed outcome = ask_parent(ask, i);
        if (outcome == WEIR_FORM_NONE) {
            return fail(ask, parent_of(ask, i), "Couldn't generate RDD from parent");
        }
        if (!is_there(outcome)) {
            return outcome;
        }
    }
    return WEIR_FORM_RDD;
}

static enum weir_formed ask_union(const struct asking *ask)
{
    const struct weir_node *missing = NULL;
    for (uint32_t i = 0; i < ask->node->input_count; i++) {
        enum weir_formed outcome = ask_parent(ask, i);
        if (outcome == WEIR_FORM_FAILED) {
            return outcome;
        }
        if (outcome == WEIR_FORM_NONE && missing == NULL) {
            missing = parent_of(ask, i);
        }
    }
    return missing == NULL
               ? WEIR_FORM_RDD
               : fail(ask, missing, "Could not generate RDD from a parent for unifying");
}

static enum weir_formed ask_transform(const struct asking *ask)
{
    enum weir_formed outcome = ask_in_order(ask, 1, ask->node->input_count);
    if (outcome != WEIR_FORM_RDD) {
        return outcome;
    }
    outcome = ask_parent(ask, 0);
    return outcome == WEIR_FORM_NONE ? fail(ask, NULL, "Transform function must not return null")
                                     : outcome;
}

/* ---- windows and states ---- */
/* A failure of a state is one of all its later versions. */
static enum weir_formed keep_broken(const struct asking *ask, enum weir_formed outcome)
{
    struct weir_form_node *known = &ask->form->nodes[ask->node->id];
    if (outcome == WEIR_FORM_FAILED && known->broken == NULL) {
        known->broken = weir_failure_retain(ask->form->failures[ask->node->id]);
    }
    return outcome;
}

/* The RDDs of its parent in (t - length, t], as far as there are any. One that is kept as a state
 * is made of the one before. */
static enum weir_formed ask_window(const struct asking *ask)
{
    const struct weir_node *node = ask->node;
    const struct weir_form_node *known = &ask->form->nodes[node->id];
    bool is_state = weir_node_keeps_window(node);
    if (known->broken != NULL) {
        return fail_with(ask, known->broken);
    }
    int64_t now_us = ask->batch->time_us;
    struct weir_failure *failure = weir_failed_times_find(&ask->form->nodes[node->inputs[0]].failed,
                                                          now_us - node->length_us, now_us);
    enum weir_formed outcome = failure != NULL ? fail_with(ask, failure) : WEIR_FORM_RDD;
    return is_state ? keep_broken(ask, outcome) : outcome;
}

/* Without an RDD of its parent a state has one if it had one before. */
static enum weir_formed ask_state(const struct asking *ask)
{
    const struct weir_node *node = ask->node;
    struct weir_form_node *known = &ask->form->nodes[node->id];
    if (known->broken != NULL) {
        return fail_with(ask, known->broken);
    }
    enum weir_formed outcome = ask_parent(ask, 0);
    if (outcome != WEIR_FORM_NONE) {
        return keep_broken(ask, outcome);
    }
    int64_t before_us = ask->batch->time_us - node->slide_us;
    if (node->verb == WEIR_VERB_UPDATE_STATE_BY_KEY && before_us <= known->none_until_us) {
        known->none_until_us = ask->batch->time_us;
        return WEIR_FORM_NONE;
    }
    return WEIR_FORM_RDD;
}

static enum weir_formed ask_input(const struct asking *ask)
{
    uint32_t input = ask->form->nodes[ask->node->id].input;
    return ask->batch->ledger->inputs[input].is_none ? WEIR_FORM_NONE : WEIR_FORM_RDD;
}

static enum weir_formed ask_verb(const struct asking *ask)
{
    const struct weir_node *node = ask->node;
    if ((weir_verb_flags(node->verb) & WEIR_VERB_IS_WINDOWED) != 0 && node->length_us > 0) {
        return ask_window(ask);
    }
    switch ((int)node->verb) {
    case WEIR_VERB_INPUT:
        return ask_input(ask);
    case WEIR_VERB_NONE:
        return WEIR_FORM_NONE;
    case WEIR_VERB_UNION:
        return ask_union(ask);
    case WEIR_VERB_TRANSFORM:
        return ask_transform(ask);
    case WEIR_VERB_UPDATE_STATE_BY_KEY:
    case WEIR_VERB_MAP_WITH_STATE:
        return ask_state(ask);
    case WEIR_VERB_COUNT:
    case WEIR_VERB_REPARTITION:
    case WEIR_VERB_JOIN:
    case WEIR_VERB_LEFT_OUTER_JOIN:
    case WEIR_VERB_RIGHT_OUTER_JOIN:
    case WEIR_VERB_FULL_OUTER_JOIN:
    case WEIR_VERB_SEMI_JOIN:
    case WEIR_VERB_ANTI_JOIN:
    case WEIR_VERB_COGROUP:
    case WEIR_VERB_CARTESIAN:
        return ask_in_order(ask, 0, node->input_count);
    default:
        return ask_parent(ask, 0);
    }
}

enum weir_formed weir_form_ask(struct weir_driver *driver,
                               const struct weir_batch *batch,
                               const struct weir_node *node)
{
    const struct asking ask = {driver, driver->form, batch, node};
    if (node->is_static) {
        return WEIR_FORM_RDD;
    }
    if ((batch->time_us - driver->zero_us) % node->slide_us != 0) {
        return WEIR_FORM_NOT_ASKED;
    }
    return ask_verb(&ask);
}
