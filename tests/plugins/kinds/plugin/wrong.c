/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that do what none may: the harness must say so, and survive. */
#include <weir/plugin.h>

/* Another answer each time. */
WEIR_FUNCTION(int64_t, drifting, (int64_t, a))
{
    static int64_t calls;
    (void)ctx;
    return a + calls++;
}

/* Cells by hand: a short text with rubbish behind it, a long one that leaves its buffer, a bool of
 * three values. */
WEIR_CHUNK_FUNCTION(weir_str, dirty, (weir_str, text))
{
    (void)ctx;
    for (uint32_t i = 0; i < in->rows; i++) {
        weir_view *cell = (weir_view *)out->cols[0] + i;
        memset(cell, 1, sizeof *cell);
        cell->count = 1;
    }
    return WEIR_OK;
}
WEIR_CHUNK_FUNCTION(weir_str, outside, (weir_str, text))
{
    (void)ctx;
    for (uint32_t i = 0; i < in->rows; i++) {
        weir_view *cell = (weir_view *)out->cols[0] + i;
        memset(cell, 0, sizeof *cell);
        cell->count = 100;
        cell->buffer = out->heap_buffer;
    }
    return WEIR_OK;
}
WEIR_CHUNK_FUNCTION(bool, maybe, (weir_str, text))
{
    (void)ctx;
    memset(out->cols[0], 2, in->rows);
    return WEIR_OK;
}
WEIR_CHUNK_FUNCTION(int64_t, elsewhere, (weir_str, text))
{
    memset(out->cols[0], 0, in->rows * sizeof(int64_t));
    ctx->task->row = 77;
    return weir_fail(ctx, WEIR_BAD_RECORD, "somewhere");
}

/* A loop by hand: rows out of order. */
static int backwards(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    for (uint32_t i = 0; i < in->rows; i++) {
        const int rc = weir_row_begin(out, task, 0);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_i64(out, 0, i);
        out->parent[out->rows] = (uint16_t)(in->rows - 1 - i);
        weir_row_end(out);
    }
    return WEIR_OK;
}
WEIR_FIELDS_(backwards_in, (int64_t, a));
WEIR_EXPORT_(backwards,
             WEIR_KIND_EMITTER,
             0,
             "backwards",
             backwards_in,
             1,
             backwards_in,
             1,
             backwards,
             NULL);

/* States that lose what they own. */
struct names {
    weir_list(weir_str) names;
    weir_str last;
};
WEIR_STATE(names, 1, names, last);
WEIR_UPDATE(shrinking, names, (weir_str, key), (weir_str, name))
{
    for (uint32_t i = 0; i < name.count; i++) {
        weir_push(ctx, &state->names, name.items[i]);
    }
    state->names.count = state->names.count > 1 ? 1 : state->names.count; /* not weir_cut */
    return WEIR_KEEP;
}
WEIR_UPDATE(answering, names, (weir_str, key), (weir_str, name))
{
    (void)state;
    return 7;
}

/* Its own memory in a state, behind the back of the macros. */
static int scribble(struct weir_task *task, struct weir_update_call *call)
{
    static const char text[] = "static";
    (void)task;
    for (uint32_t i = 0; i < call->count; i++) {
        struct names *state = (struct names *)call->states[i];
        state->last = weir_str_make(text, sizeof text - 1);
        call->answers[i] = WEIR_KEEP;
    }
    return WEIR_OK;
}
static const struct weir_update_ops scribbling = {
    sizeof(struct weir_update_ops), 0, &weir_state_of_names, 1, 0, scribble};
WEIR_FIELDS_(scribbling_in, (weir_str, key, weir_str, name));
WEIR_EXPORT_(
    scribbling, WEIR_KIND_UPDATE, 0, "scribbling", scribbling_in, 2, NULL, 0, NULL, &scribbling);

WEIR_PLUGIN("org.weir.test.wrong", "1.0.0", "what operators must not do", "Apache-2.0");
