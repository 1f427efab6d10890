/* SPDX-License-Identifier: Apache-2.0 */
/* weir explain: what a text becomes. The program with all defaults filled in, then streams with
 * their types, stages, and what each output guarantees. */
#include "command/commands.h"
#include "job/compile.h"
#include "job/declare.h"
#include "plan/plan.h"

#include <string.h>

static void put_indented(const char *lines, struct weir_text *to)
{
    while (*lines != '\0') {
        size_t count = strcspn(lines, "\n");
        weir_text_printf(to, "%s%.*s\n", count > 0 ? "  " : "", (int)count, lines);
        lines += count + (lines[count] == '\n' ? 1 : 0);
    }
}

static void put_plan(const struct weir_invocation *invocation,
                     const struct weir_compiled *compiled,
                     const struct weir_plan *plan,
                     struct weir_text *to)
{
    struct weir_text program;
    weir_text_init(&program);
    weir_lang_print_graph(compiled->graph, &program);
    if (weir_cli_value(invocation, "dot") != NULL) {
        weir_plan_explain_dot(plan, to);
    } else if (invocation->is_json) {
        weir_text_put(to, "{\"program\":");
        weir_json_string(to, weir_text_str(&program));
        weir_text_put(to, ",\"plan\":");
        weir_plan_explain_json(plan, to);
        to->count -= to->count > 0 && to->bytes[to->count - 1] == '\n' ? 1 : 0;
        weir_text_put(to, "}\n");
    } else {
        weir_text_put(to, "program\n");
        put_indented(weir_text_str(&program).bytes, to);
        weir_plan_explain(plan, to);
    }
    weir_text_finish(&program);
}

static int run(struct weir_invocation *invocation)
{
    const char *argument;
    struct weir_compiled compiled = {0};
    struct weir_plan *plan = NULL;
    struct weir_error err = {0};
    if (weir_cli_value(invocation, "dot") != NULL && invocation->is_json) {
        return weir_cli_usage(invocation, "--dot and --json are two forms: give one");
    }
    int status = weir_job_argument(invocation, &argument);
    if (status == 0) {
        status = weir_compile(invocation, argument, false, &compiled);
    }
    if (status == 0 && weir_plan_create(compiled.graph, &plan, &err) != WEIR_OK) {
        status = weir_cli_fail(invocation, &err);
    }
    if (status == 0) {
        struct weir_text text;
        weir_text_init(&text);
        put_plan(invocation, &compiled, plan, &text);
        weir_cli_put(&text);
        weir_text_finish(&text);
    }
    weir_plan_destroy(plan);
    weir_compiled_finish(&compiled);
    return status;
}

static const struct weir_option options[] = {
    {"dot", 0, NULL, "the graph for Graphviz", false, false},
    WEIR_COMPILE_OPTIONS,
    {NULL, 0, NULL, NULL, false, false},
};

const struct weir_command weir_command_explain = {
    .name = "explain",
    .group = "explore",
    .summary = "show what a batch of a job does",
    .arguments = "'PIPELINE' | JOB.weir | JOB.so [-- ARGS] | -",
    .details = "Prints the program with every name and constant resolved, all streams with their "
               "types, the stages\nthat a batch is cut into, and the guarantee of each output with "
               "what weakens it. Nothing runs.",
    .example = "weir explain 'generate words | count_by_value | top 10 by=count'",
    .options = options,
    .run = run,
};
