/* SPDX-License-Identifier: Apache-2.0 */
/* One test from its graph to what did not hold. One test at a time: its plugin finds it here. */
#include "engine.h"

#include "jobtest/jobtest.h"

#include <stdlib.h>
#include <string.h>

enum { WORK_US = 1000, GIVE_UP_DAYS = 1000 }; /* virtual */

/* What one stream gave in one batch. */
struct found {
    int64_t node, batch_us;
    struct weir_text lines;
    struct found *next;
};

static struct running {
    const struct weir_graph *graph; /* the job's */
    const struct weir_test *test;
    struct weir_env *env;
    struct found *found;
    bool is_finished;
    struct weir_error ended;
} now;

/* ---- what the plugin asks and tells ---- */

const struct weir_type *weir_jobtest_schema(int64_t node)
{
    return now.graph->nodes[node].schema;
}

int64_t weir_jobtest_batch_of(int64_t at_us)
{
    return (at_us / now.graph->batch_us + 1) * now.graph->batch_us;
}

int64_t weir_jobtest_end_us(void)
{
    int64_t end_us = now.graph->batch_us;
    for (uint32_t i = 0; i < now.test->step_count; i++) {
        const struct weir_test_step *step = &now.test->steps[i];
        int64_t at_us = step->is_expect ? step->at_us : weir_jobtest_batch_of(step->at_us);
        end_us = at_us > end_us ? at_us : end_us;
    }
    return end_us;
}

const struct weir_test *weir_jobtest_now(void)
{
    return now.test;
}

static struct found *find(int64_t node, int64_t batch_us)
{
    struct found *found = now.found;
    while (found != NULL && (found->node != node || found->batch_us != batch_us)) {
        found = found->next;
    }
    return found;
}

void weir_jobtest_committed(int64_t node, int64_t batch_us, weir_bytes lines)
{
    struct found *found = find(node, batch_us);
    if (found == NULL) {
        found = weir_alloc(sizeof *found);
        *found = (struct found){.node = node, .batch_us = batch_us, .next = now.found};
        weir_text_init(&found->lines);
        now.found = found;
    }
    weir_text_append(&found->lines, lines.bytes, lines.count);
}

/* ---- the job ---- */

static void finished(void *owner, const struct weir_error *err)
{
    (void)owner;
    now.is_finished = true;
    now.ended = *err;
    now.env->ops->stop(now.env);
}

static int run_graph(const struct weir_compiled *compiled,
                     const struct weir_graph *graph,
                     struct weir_error *err)
{
    struct weir_sim_options sim = {
        .threads = 1, .work_us_min = WORK_US, .work_us_max = WORK_US, .files = compiled->env};
    struct weir_run_options options;
    struct weir_run *job = NULL;
    now.env = weir_sim_create(&sim);
    weir_run_options_init(&options, graph);
    options.on_finished = finished;
    int status = weir_run_create(now.env, graph, &options, &job, err);
    if (status == WEIR_OK) {
        weir_run_start(job);
        weir_sim_run(now.env, (int64_t)GIVE_UP_DAYS * 86400 * 1000000);
        *err = now.ended;
        status = now.is_finished ? now.ended.status
                                 : weir_error_set(err, WEIR_EJOB, "the job did not come to an end");
    }
    if (job == NULL || now.is_finished) {
        weir_run_destroy(job);
        weir_sim_destroy(now.env);
    }
    return status;
}

/* ---- comparing: two lists of lines, sorted ---- */

struct lines {
    char *text;
    const char **lines;
    size_t count;
};

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines of a text, which is cut, in order. */
static struct lines sorted(struct weir_text *text)
{
    struct lines to = {0};
    size_t capacity = 0;
    char *at = text->bytes;
    while (at != NULL && *at != '\0') {
        char *end = strchr(at, '\n');
        WEIR_GROW(to.lines, to.count, capacity);
        to.lines[to.count++] = at;
        if (end != NULL) {
            *end++ = '\0';
        }
        at = end;
    }
    if (to.count > 1) {
        qsort(to.lines, to.count, sizeof *to.lines, compare);
    }
    return to;
}

static void put_line(struct weir_text *to, const char *line)
{
    weir_text_printf(to, "%s\n", line);
}

static void put_difference(struct weir_text *expected,
                           struct weir_text *found,
                           struct weir_jobtest_failure *failure)
{
    struct lines e = sorted(expected), f = sorted(found);
    size_t i = 0, k = 0;
    while (i < e.count || k < f.count) {
        int order = i == e.count ? 1 : k == f.count ? -1 : strcmp(e.lines[i], f.lines[k]);
        if (order < 0) {
            put_line(&failure->missing, e.lines[i]);
        } else if (order > 0) {
            put_line(&failure->unexpected, f.lines[k]);
        }
        i += order <= 0;
        k += order >= 0;
    }
    weir_free(e.lines);
    weir_free(f.lines);
}

/* The expected records, as the sink writes them. */
static void put_expected(const struct weir_test_step *step, struct weir_text *to)
{
    const struct weir_type *schema = weir_jobtest_schema(step->node);
    struct weir_builder *builder = weir_builder_create(schema, false);
    struct weir_table table;
    for (uint32_t i = 0; i < step->record_count; i++) {
        weir_builder_add_values(builder, step->records[i]);
    }
    weir_builder_finish(builder, &table);
    for (uint32_t i = 0; i < step->record_count; i++) {
        weir_json_row(to, &table.all, i, 0, NULL);
        weir_text_put(to, "\n");
    }
    weir_table_finish(&table);
    weir_builder_destroy(builder);
}

static void check_step(const struct weir_test_step *step, struct weir_jobtest_result *result)
{
    const struct found *batch = find(step->node, step->at_us);
    struct weir_jobtest_failure *failure = weir_alloc(sizeof *failure);
    struct weir_text expected, found;
    *failure = (struct weir_jobtest_failure){.step = step};
    weir_text_init(&failure->missing);
    weir_text_init(&failure->unexpected);
    weir_text_init(&expected);
    weir_text_init(&found);
    put_expected(step, &expected);
    if (batch != NULL) {
        weir_text_append(&found, batch->lines.bytes, batch->lines.count);
    }
    put_difference(&expected, &found, failure);
    weir_text_finish(&expected);
    weir_text_finish(&found);
    if (failure->missing.count == 0 && failure->unexpected.count == 0) {
        weir_free(failure);
        return;
    }
    *result->last = failure;
    result->last = &failure->next;
}

/* ---- a test ---- */

static bool expects_something(const struct weir_test *test)
{
    for (uint32_t i = 0; i < test->step_count; i++) {
        if (test->steps[i].is_expect) {
            return true;
        }
    }
    return false;
}

static void forget(void)
{
    while (now.found != NULL) {
        struct found *found = now.found;
        now.found = found->next;
        weir_text_finish(&found->lines);
        weir_free(found);
    }
}

int weir_jobtest_open(struct weir_registry *registry, struct weir_error *err)
{
    return weir_registry_use_static(registry, &weir_plugin_e1_jobtest, WEIR_JOBTEST_ALIAS, true,
                                    err);
}

void weir_jobtest_run(const struct weir_compiled *compiled,
                      const struct weir_test *test,
                      struct weir_jobtest_result *result)
{
    struct weir_graph *graph = NULL;
    *result = (struct weir_jobtest_result){.last = &result->failures};
    now = (struct running){.graph = compiled->graph, .test = test};
    if (!expects_something(test)) {
        (void)weir_error_set(&result->err, WEIR_EJOB, "the test expects nothing");
        return;
    }
    int status = weir_jobtest_graph(compiled->graph, test, &graph, &result->err);
    if (status == WEIR_OK) {
        status = run_graph(compiled, graph, &result->err);
    }
    for (uint32_t i = 0; i < test->step_count && status == WEIR_OK; i++) {
        if (test->steps[i].is_expect) {
            check_step(&test->steps[i], result);
        }
    }
    weir_graph_destroy(graph);
    forget();
}

void weir_jobtest_result_finish(struct weir_jobtest_result *result)
{
    while (result->failures != NULL) {
        struct weir_jobtest_failure *failure = result->failures;
        result->failures = failure->next;
        weir_text_finish(&failure->missing);
        weir_text_finish(&failure->unexpected);
        weir_free(failure);
    }
}
