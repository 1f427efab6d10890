/* SPDX-License-Identifier: Apache-2.0 */
/* Do two graphs say the same? Operators are compared by canonical name and signature and by the
 * values their parameters have, so that graphs of different registries, or of different spellings,
 * are equal when they do the same. */
#include "stream/stream.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return strcmp(a, b) == 0;
}

static bool same_double(double a, double b)
{
    uint64_t a_bits, b_bits; /* NaN equals itself here, and 0.0 is not -0.0 */
    memcpy(&a_bits, &a, sizeof a);
    memcpy(&b_bits, &b, sizeof b);
    return a_bits == b_bits;
}

static bool same_operator(const struct weir_operator *a,
                          const struct weir_param_value *a_params,
                          const struct weir_operator *b,
                          const struct weir_param_value *b_params)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    if (a->kind != b->kind || a->param_count != b->param_count ||
        !same_text(a->canonical, b->canonical) || !same_text(a->signature, b->signature)) {
        return false;
    }
    for (uint32_t i = 0; i < a->param_count; i++) {
        const struct weir_param_value *p = &a_params[i], *q = &b_params[i];
        if (p->is_set != q->is_set || p->i64 != q->i64 || !same_double(p->f64, q->f64) ||
            p->str.count != q->str.count ||
            (p->str.count > 0 && memcmp(p->str.bytes, q->str.bytes, p->str.count) != 0)) {
            return false;
        }
    }
    return true;
}

/* Trees are at most WEIR_EXPR_DEPTH_MAX deep. */
static bool same_expr(const struct weir_expr *a, const struct weir_expr *b)
{
    if (a->kind != b->kind || a->arg_count != b->arg_count || a->field != b->field ||
        !weir_type_equal(a->type, b->type) || !same_operator(a->op, a->params, b->op, b->params)) {
        return false;
    }
    if (a->kind == WEIR_EXPR_CONST &&
        (a->is_after_zero != b->is_after_zero || !weir_value_equal(&a->value, &b->value))) {
        return false;
    }
    for (uint32_t i = 0; i < a->arg_count; i++) {
        if (!same_expr(a->args[i], b->args[i])) {
            return false;
        }
    }
    return true;
}

static bool same_items(const struct weir_node *a, const struct weir_node *b)
{
    if (a->item_count != b->item_count || a->emit_item != b->emit_item) {
        return false;
    }
    for (uint32_t i = 0; i < a->item_count; i++) {
        if (!same_text(a->items[i].name, b->items[i].name) ||
            !same_expr(a->items[i].expr, b->items[i].expr)) {
            return false;
        }
    }
    return true;
}

static bool same_numbers(const uint32_t *a, uint32_t a_count, const uint32_t *b, uint32_t b_count)
{
    return a_count == b_count && (a_count == 0 || memcmp(a, b, a_count * sizeof *a) == 0);
}

static bool same_join(const struct weir_node *a, const struct weir_node *b)
{
    return same_numbers(a->on_left, a->on_count, b->on_left, b->on_count) &&
           same_numbers(a->on_right, a->on_count, b->on_right, b->on_count) &&
           same_text(a->suffix, b->suffix);
}

static bool same_window(const struct weir_node *a, const struct weir_node *b)
{
    if (a->length_us != b->length_us || a->window_slide_us != b->window_slide_us ||
        a->slide_us != b->slide_us || a->is_incremental != b->is_incremental ||
        !same_operator(a->inverse, a->inverse_params, b->inverse, b->inverse_params) ||
        (a->filter == NULL) != (b->filter == NULL)) {
        return false;
    }
    return a->filter == NULL || same_expr(a->filter, b->filter);
}

static bool same_state(const struct weir_node *a, const struct weir_node *b)
{
    return a->timeout_us == b->timeout_us && a->every_us == b->every_us &&
           a->in_transform == b->in_transform && a->is_static == b->is_static &&
           a->table_reload_us == b->table_reload_us && same_text(a->level, b->level);
}

static bool same_partitioner(const struct weir_node *a, const struct weir_node *b)
{
    return (a->partitioner == NULL) == (b->partitioner == NULL) &&
           (a->partitioner == NULL || same_expr(a->partitioner, b->partitioner));
}

static bool same_codec(const struct weir_node *a, const struct weir_node *b)
{
    return a->of == b->of && a->stops_on_bad == b->stops_on_bad &&
           (a->asked == NULL) == (b->asked == NULL) &&
           (a->asked == NULL || weir_type_equal(a->asked, b->asked));
}

static bool same_node(const struct weir_node *a, const struct weir_node *b)
{
    return a->verb == b->verb && same_text(a->name, b->name) &&
           same_numbers(a->inputs, a->input_count, b->inputs, b->input_count) &&
           weir_type_equal(a->schema, b->schema) && same_items(a, b) &&
           same_operator(a->op, a->params, b->op, b->params) && a->n == b->n &&
           same_numbers(a->by, a->by_count, b->by, b->by_count) &&
           a->is_descending == b->is_descending && a->partitions == b->partitions &&
           a->is_finite == b->is_finite && same_window(a, b) && same_join(a, b) &&
           same_state(a, b) && same_codec(a, b) && same_partitioner(a, b);
}

static bool same_head(const struct weir_graph *a, const struct weir_graph *b)
{
    if (!same_text(a->job, b->job) || a->batch_us != b->batch_us ||
        a->partitions != b->partitions || a->setting_count != b->setting_count ||
        a->use_count != b->use_count || a->node_count != b->node_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->setting_count; i++) {
        if (!same_text(a->settings[i].name, b->settings[i].name) ||
            !weir_value_equal(&a->settings[i].value, &b->settings[i].value)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < a->use_count; i++) {
        if (!same_text(a->uses[i].alias, b->uses[i].alias) ||
            !same_text(a->uses[i].id, b->uses[i].id) ||
            !same_text(a->uses[i].prototypes, b->uses[i].prototypes) ||
            a->uses[i].is_serial != b->uses[i].is_serial) {
            return false;
        }
    }
    return same_numbers(a->outputs, a->output_count, b->outputs, b->output_count);
}

bool weir_graph_equal(const struct weir_graph *a, const struct weir_graph *b)
{
    if (!same_head(a, b)) {
        return false;
    }
    for (uint32_t i = 0; i < a->node_count; i++) {
        if (!same_node(&a->nodes[i], &b->nodes[i])) {
            return false;
        }
    }
    return true;
}
