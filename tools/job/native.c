/* SPDX-License-Identifier: Apache-2.0 */
/* The one call of each C function. The child says which comes next, so that the parent knows which
 * one did not come back. */
#include "job/native.h"

#include "job/probe.h"
#include "stream/stream.h"

#include <stdio.h>
#include <string.h>

enum { NATIVES_MAX = 1024 };
static const char announcement[] = "\x01weir calls ";

/* The C functions that a graph calls, each once. */
struct natives {
    const struct weir_operator *ops[NATIVES_MAX];
    size_t count;
};

bool weir_native_is_used(const struct weir_ast_program *program)
{
    for (const struct weir_ast_statement *s = program->first; s != NULL; s = s->next) {
        if (s->kind == WEIR_AST_USE && s->has_prototypes) {
            return true;
        }
    }
    return false;
}

/* ---- in the child ---- */
static void add(struct natives *natives, const struct weir_operator *op)
{
    if (op == NULL || !weir_operator_is_native(op)) {
        return;
    }
    for (size_t i = 0; i < natives->count; i++) {
        if (natives->ops[i] == op) {
            return;
        }
    }
    if (natives->count < NATIVES_MAX) {
        natives->ops[natives->count++] = op;
    }
}

/* The depth of an expression is at most WEIR_EXPR_DEPTH_MAX. */
static void collect(struct natives *natives, const struct weir_expr *expr)
{
    add(natives, expr->op);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        collect(natives, expr->args[i]);
    }
}

int weir_native_call_all(const struct weir_graph *graph, struct weir_text *result)
{
    struct natives natives = {.count = 0};
    for (uint32_t n = 0; n < graph->node_count; n++) {
        const struct weir_node *node = &graph->nodes[n];
        add(&natives, node->op);
        for (uint32_t i = 0; i < node->item_count; i++) {
            collect(&natives, node->items[i].expr);
        }
    }
    for (size_t i = 0; i < natives.count; i++) {
        struct weir_error err = {0};
        (void)printf("\n%s%s.%s\n", announcement, natives.ops[i]->plugin->alias,
                     natives.ops[i]->name);
        (void)fflush(stdout);
        if (weir_native_probe(natives.ops[i], &err) != WEIR_OK) {
            weir_text_put(result, err.text);
            return 1;
        }
    }
    return 0;
}

/* ---- in the parent ---- */

/* The function that was called last. */
static weir_str last_called(const struct weir_text *output)
{
    weir_str name = {"a C function", sizeof "a C function" - 1};
    const size_t mark = sizeof announcement - 1;
    for (size_t at = 0; at + mark < output->count; at++) {
        if (memcmp(output->bytes + at, announcement, mark) == 0) {
            const char *begin = output->bytes + at + mark;
            const char *end = memchr(begin, '\n', output->count - at - mark);
            name = (weir_str){begin, end == NULL ? 0 : (size_t)(end - begin)};
        }
    }
    return name;
}

int weir_native_judge(const struct weir_os_child_report *report, struct weir_error *err)
{
    if (report->is_finished && report->exit_status != 0) {
        return weir_error_set(err, WEIR_ETEXT, "%s", report->result.bytes);
    }
    if (report->is_finished || strncmp(report->signal, "SIGFPE", 6) == 0) {
        return WEIR_OK; /* SIGFPE: a division by the zero that it was given */
    }
    weir_str name = last_called(&report->output);
    const char *what = report->is_timeout    ? "did not come back within 10 s"
                       : report->signum != 0 ? "crashed with "
                                             : "ended the process";
    return weir_error_set(err, WEIR_ETEXT,
                          "%.*s, called once with zeros and empty texts, %s%s: its prototype may "
                          "not match it, or no job can call it",
                          (int)name.count, name.bytes, what,
                          report->is_timeout ? "" : report->signal);
}
