/* SPDX-License-Identifier: Apache-2.0 */
/* A batch has two phases: the RDDs of all streams are formed first, then what the outputs need of
 * them is run. As long as every source has an RDD in every batch so has every stream, and nothing
 * of this is done. */
#include "driver/form/form.h"

static void find_inputs(struct weir_driver *driver, struct weir_form *form)
{
    for (uint32_t n = 0; n < form->node_count; n++) {
        form->nodes[n].input = WEIR_NOT_AN_INPUT;
        form->nodes[n].none_until_us = driver->zero_us;
        form->nodes[n].remember_us = weir_graph_remember_us(driver->graph, n);
    }
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        form->nodes[driver->plan->inputs[i].node->id].input = i;
    }
}

void weir_driver_begin_forming(struct weir_driver *driver)
{
    if (driver->form != NULL) {
        return;
    }
    struct weir_form *form = weir_alloc(sizeof *form);
    form->node_count = driver->graph->node_count;
    form->nodes = weir_alloc(form->node_count * sizeof *form->nodes);
    form->outcomes = weir_alloc(form->node_count * sizeof *form->outcomes);
    form->failures = weir_alloc(form->node_count * sizeof(struct weir_failure *));
    form->wanted = weir_alloc((driver->plan->stage_count + 1) * sizeof *form->wanted);
    find_inputs(driver, form);
    driver->form = form;
}

static void forget_failures(struct weir_form *form)
{
    for (uint32_t n = 0; n < form->node_count; n++) {
        weir_failure_release(form->failures[n]);
        form->failures[n] = NULL;
    }
}

void weir_driver_destroy_form(struct weir_driver *driver)
{
    struct weir_form *form = driver->form;
    if (form == NULL) {
        return;
    }
    forget_failures(form);
    for (uint32_t n = 0; n < form->node_count; n++) {
        weir_failure_release(form->nodes[n].broken);
        weir_failed_times_finish(&form->nodes[n].failed);
    }
    weir_free(form->nodes);
    weir_free(form->outcomes);
    weir_free(form->failures);
    weir_free(form->wanted);
    weir_free(form);
    driver->form = NULL;
}

bool weir_driver_has_state(const struct weir_driver *driver,
                           const struct weir_stage *stage,
                           int64_t batch_us)
{
    int64_t none_until_us =
        driver->form == NULL ? driver->zero_us : driver->form->nodes[stage->head->id].none_until_us;
    return batch_us - stage->slide_us > none_until_us;
}

void weir_driver_forget_forms(struct weir_driver *driver)
{
    for (uint32_t n = 0; driver->form != NULL && n < driver->form->node_count; n++) {
        struct weir_form_node *node = &driver->form->nodes[n];
        weir_failed_times_trim(&node->failed, driver->committed_us - node->remember_us);
    }
}

/* ---- forming ---- */
/* Parents have smaller ids: one pass asks them all. */
static void ask_all(struct weir_driver *driver, const struct weir_batch *batch)
{
    struct weir_form *form = driver->form;
    for (uint32_t n = 0; n < form->node_count; n++) {
        const struct weir_node *node = &driver->graph->nodes[n];
        if (node->verb != WEIR_VERB_SINK) {
            form->outcomes[n] = weir_form_ask(driver, batch, node);
        }
        if (form->outcomes[n] == WEIR_FORM_FAILED && form->nodes[n].remember_us > 0) {
            weir_failed_times_add(&form->nodes[n].failed, batch->time_us, form->failures[n]);
        }
    }
}

/* Outputs are asked in the order of their declaration: one that fails fails the batch. */
static struct weir_failure *ask_outputs(struct weir_driver *driver)
{
    for (uint32_t o = 0; o < driver->plan->output_count; o++) {
        const struct weir_node *sink = &driver->graph->nodes[driver->graph->outputs[o]];
        uint32_t in = sink->inputs[0];
        if (driver->form->outcomes[in] == WEIR_FORM_FAILED) {
            return driver->form->failures[in];
        }
    }
    return NULL;
}

/* ---- what runs ---- */
static bool has_rdd(const struct weir_driver *driver, const struct weir_stage *stage)
{
    return stage->node == NULL || driver->form->outcomes[stage->node->id] == WEIR_FORM_RDD;
}

/* What outputs of this batch need, and what later batches will: states and windows. */
static void find_wanted(struct weir_driver *driver, const struct weir_batch *batch, bool is_failed)
{
    const struct weir_plan *plan = driver->plan;
    bool *wanted = driver->form->wanted;
    for (uint32_t s = 0; s < plan->stage_count; s++) {
        const struct weir_stage *stage = &plan->stages[s];
        wanted[s] = stage->exit == WEIR_EXIT_SINK
                        ? !is_failed
                        : stage->has_state || driver->stages[s].feeds_window;
    }
    for (uint32_t s = plan->stage_count; s-- > 0;) { /* dependencies have smaller ids */
        const struct weir_stage *stage = &plan->stages[s];
        wanted[s] =
            wanted[s] && batch->stages[s].state == WEIR_STAGE_WAITING && has_rdd(driver, stage);
        for (uint32_t i = 0; wanted[s] && i < stage->dependency_count; i++) {
            const struct weir_dependency *dependency = &stage->dependencies[i];
            if (!weir_driver_reads_input(dependency) && !dependency->is_static) {
                wanted[dependency->from] = true;
            }
        }
    }
}

static void skip_unwanted(struct weir_driver *driver, struct weir_batch *batch)
{
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        if (batch->stages[s].state == WEIR_STAGE_WAITING && !driver->form->wanted[s]) {
            weir_stage_run_skip(batch, s);
        }
    }
}

void weir_driver_form(struct weir_driver *driver, struct weir_batch *batch)
{
    if (driver->form == NULL) {
        return;
    }
    forget_failures(driver->form);
    ask_all(driver, batch);
    struct weir_failure *failure = ask_outputs(driver);
    if (failure != NULL) {
        struct weir_failure *ours = weir_driver_failure(driver, &failure->what);
        if (ours == NULL) {
            return; /* the job ends with it */
        }
        weir_batch_fail(batch, ours);
        weir_failure_release(ours);
    }
    find_wanted(driver, batch, failure != NULL);
    skip_unwanted(driver, batch);
}
