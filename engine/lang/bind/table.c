/* SPDX-License-Identifier: Apache-2.0 */
/* The statement `table NAME = pipe`: a pipe that is read whole and has no batches. reload= is an
 * option of the table, and stands behind its input. */
#include "lang/bind/binder.h"

#include <string.h>

static bool is_reload(const struct weir_ast_item *item)
{
    return item->name.count == 6 && memcmp(item->name.bytes, "reload", 6) == 0;
}

/* The head stage without reload=, on the scratch arena. */
static struct weir_ast_stage *without_reload(struct weir_binder *b,
                                             const struct weir_ast_stage *head,
                                             const struct weir_ast_item **reload)
{
    struct weir_ast_stage *copy = weir_arena_alloc(&b->scratch, sizeof *copy);
    *copy = *head;
    copy->items = (struct weir_ast_items){0};
    for (const struct weir_ast_item *item = head->items.first; item != NULL; item = item->next) {
        if (is_reload(item)) {
            *reload = item;
            continue;
        }
        struct weir_ast_item *kept = weir_arena_alloc(&b->scratch, sizeof *kept);
        *kept = *item;
        kept->next = NULL;
        weir_ast_items_append(&copy->items, kept);
    }
    return copy;
}

/* Its pipe is of static nodes; a stream that it begins with is no table. */
static bool check_end(struct weir_binder *b,
                      const struct weir_ast_statement *statement,
                      struct weir_pipe_end end)
{
    struct weir_place place = statement->pipe->last->place;
    if (end.is_output) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_TABLE, place,
                               "a table ends in no output: it is read by other streams");
        return false;
    }
    if (end.node != WEIR_NO_NODE && !b->graph->nodes[end.node].is_static) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_TABLE, statement->pipe->first->place,
                                   "a table begins with a finite input or another table, not with "
                                   "a stream");
        weir_diagnostic_help(b->diagnostics, d, "write for example: table %.*s = file \"path\"",
                             (int)statement->name.count, statement->name.bytes);
        return false;
    }
    return true;
}

bool weir_bind_table(struct weir_binder *b, const struct weir_ast_statement *statement)
{
    const struct weir_ast_item *reload = NULL;
    struct weir_ast_pipe pipe = *statement->pipe;
    struct weir_ast_stage *head = without_reload(b, pipe.first, &reload);
    pipe.last = pipe.first == pipe.last ? head : pipe.last;
    pipe.first = head;
    b->reload_us = 0;
    bool is_fine = reload == NULL || weir_bind_duration(b, reload->value, "reload=", &b->reload_us);
    b->is_table = true;
    struct weir_pipe_end end = weir_bind_pipe(b, &pipe, statement->name);
    b->is_table = false;
    is_fine = check_end(b, statement, end) && is_fine;
    if (!is_fine) {
        end.node = WEIR_NO_NODE;
    }
    if (!weir_bind_define(b, statement->name, statement->name_place, end)) {
        return false;
    }
    struct weir_stream_name *table = weir_map_get(&b->streams, statement->name);
    table->is_table = true;
    return is_fine;
}
