/* SPDX-License-Identifier: Apache-2.0 */
/* The first call of a C function, made where it can do no harm: with zeros and empty texts, through
 * the very loop that the job will run. A prototype that does not match the function is undefined
 * behaviour, which nothing but a call finds out. */
#include "plugin/native/native.h"

#include <string.h>

enum { PROBE_ROWS = 64, PROBE_HEAP_BYTES = 4096 };

/* Columns of one position: a zero, an empty text, false. */
struct probe {
    struct weir_call call;
    weir_view zero; /* as any cell */
    struct ArrowArray arrays[WEIR_PARAMETERS_MAX];
    const struct ArrowArray *cols[WEIR_PARAMETERS_MAX];
    const void *buffers[3];
    struct weir_chunk in;
    struct weir_out out;
    weir_view cells[WEIR_NATIVE_EMITTED_MAX][PROBE_ROWS];
    void *out_cols[WEIR_NATIVE_EMITTED_MAX];
    uint16_t parent[PROBE_ROWS];
    struct weir_text heap;
};

/* Nobody reads what comes out: rows and text begin again from the front. */
static int grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct probe *probe = out->owner;
    (void)task;
    out->rows = out->row_start = 0;
    out->heap_used = 0;
    if (heap_bytes > out->heap_cap) {
        probe->heap.count = 0;
        out->heap = weir_text_reserve(&probe->heap, heap_bytes);
        out->heap_cap = (uint32_t)heap_bytes;
    }
    return WEIR_OK;
}

static void set_columns(struct probe *probe, const struct weir_operator *op)
{
    probe->buffers[1] = &probe->zero;
    for (uint32_t i = 0; i < op->in_count; i++) {
        probe->arrays[i] =
            (struct ArrowArray){.length = 1, .n_buffers = 2, .buffers = probe->buffers};
        if (op->in[i].type->kind == WEIR_TYPE_STR) { /* no data buffer, so no sizes of them */
            probe->arrays[i].n_buffers = 3;
        }
        probe->cols[i] = &probe->arrays[i];
    }
    probe->in = (struct weir_chunk){.size = sizeof probe->in, .rows = 1, .cols = probe->cols};
    for (uint32_t i = 0; i < WEIR_NATIVE_EMITTED_MAX; i++) {
        probe->out_cols[i] = probe->cells[i];
    }
    probe->out = (struct weir_out){.size = sizeof probe->out,
                                   .cap = PROBE_ROWS,
                                   .column_count = op->out_count,
                                   .cols = probe->out_cols,
                                   .parent = probe->parent,
                                   .heap = weir_text_reserve(&probe->heap, PROBE_HEAP_BYTES),
                                   .heap_cap = PROBE_HEAP_BYTES,
                                   .base_buffer = -1,
                                   .grow = grow,
                                   .owner = probe};
}

bool weir_operator_is_native(const struct weir_operator *op)
{
    return op->plugin->prototypes != NULL;
}

int weir_native_probe(const struct weir_operator *op, struct weir_error *err)
{
    WEIR_ASSERT(weir_operator_is_native(op));
    struct probe *probe = weir_alloc(sizeof *probe);
    int status = weir_call_open(&probe->call, op, NULL, err);
    if (status == WEIR_OK) {
        weir_call_begin(&probe->call, 0, 0, 0);
        set_columns(probe, op);
        int outcome = op->exported->loop(&probe->call.task, &probe->in, &probe->out);
        if (outcome == WEIR_FATAL) { /* zeros may well be a bad record */
            status = weir_call_failed(&probe->call, outcome, err);
        }
        weir_call_close(&probe->call);
    }
    weir_text_finish(&probe->heap);
    weir_free(probe);
    return status;
}

bool weir_native_probe_verdict(const struct weir_operator *op,
                               const char *signal,
                               bool is_timeout,
                               struct weir_text *why)
{
    const struct weir_native_function *f = op->exported->table;
    if (strncmp(signal, "SIGFPE", 6) == 0) {
        return true; /* a division by the zero that it was given */
    }
    weir_text_printf(why, "calling %s ", f->name);
    if (is_timeout) {
        weir_text_put(why, "with zeros and empty texts did not end: the prototype may not match");
    } else if (signal[0] != '\0') {
        weir_text_printf(why, "crashed with %s: the prototype may not match", signal);
    } else {
        weir_text_put(why, "ended the process: no job can call it");
    }
    weir_text_printf(why, "; declared is %s, in %s", f->prototype, op->plugin->path);
    return false;
}
