/* SPDX-License-Identifier: Apache-2.0 */
/* See drive.h. */
#include "drive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_CAP = 4, FIRST_HEAP = 16, BASE_BUFFER = 0, HEAP_BUFFER = 1 };

struct weir_registry *drive_registry(struct plugin_env *world)
{
    struct weir_registry *registry;
    struct weir_error err;
    assert_int_equal(weir_registry_create(&world->env, world->folder, &registry, &err), WEIR_OK);
    return registry;
}

const struct weir_plugin_info *drive_use(struct weir_registry *registry,
                                         const char *name,
                                         const char *alias,
                                         const char *prototypes)
{
    const struct weir_native_use use = {.name = name, .alias = alias, .prototypes = prototypes};
    const struct weir_plugin_info *plugin = NULL;
    struct weir_place place;
    struct weir_error err;
    if (weir_registry_use_native(registry, &use, &plugin, &place, &err) != WEIR_OK) {
        fail_msg("%s: %s (at '%.20s')", prototypes, err.text, prototypes + place.offset);
    }
    return plugin;
}

const struct weir_operator *drive_find(struct weir_registry *registry,
                                       const char *alias,
                                       const char *name)
{
    const struct weir_operator *const *found;
    size_t count;
    struct weir_error err;
    assert_int_equal(weir_registry_find(registry, weir_str_of(alias), weir_str_of(name),
                                        1u << WEIR_KIND_FUNCTION | 1u << WEIR_KIND_EMITTER, &found,
                                        &count, &err),
                     WEIR_OK);
    assert_int_equal(count, 1);
    assert_true(weir_operator_is_native(found[0]));
    return found[0];
}

static size_t cell_bytes(const struct weir_operator *op, uint32_t c)
{
    const struct weir_type *type = op->out[c].type;
    return type->kind == WEIR_TYPE_BOOL ? 1 : weir_type_cell_bytes(type);
}

/* As the engine's emitters: finished rows may stay here, so growing only makes room. */
static int grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct drive *d = out->owner;
    assert_ptr_equal(task, &d->call.task);
    if (out->rows == out->cap && heap_bytes == 0) {
        d->pushed++;
        out->cap *= 2;
        for (uint32_t c = 0; c < out->column_count; c++) {
            out->cols[c] = weir_realloc(out->cols[c], out->cap * cell_bytes(d->op, c));
        }
        out->parent = weir_realloc(out->parent, out->cap * sizeof *out->parent);
    }
    if (heap_bytes > out->heap_cap - out->heap_used) {
        out->heap_cap = (uint32_t)(out->heap_used + heap_bytes) * 2;
        out->heap = weir_realloc(out->heap, out->heap_cap);
    }
    return WEIR_OK;
}

struct drive *drive_open(const struct weir_operator *op)
{
    struct drive *d = weir_alloc(sizeof *d);
    struct weir_error err;
    d->op = op;
    if (weir_call_open(&d->call, op, NULL, &err) != WEIR_OK) {
        fail_msg("%s", err.text);
    }
    weir_call_begin(&d->call, 0, 0, 0);
    bool is_emitter = op->kind == WEIR_KIND_EMITTER;
    d->out = (struct weir_out){.size = sizeof d->out,
                               .cap = is_emitter ? FIRST_CAP : DRIVE_ROWS,
                               .column_count = op->out_count,
                               .cols = d->out_cols,
                               .heap = weir_alloc(FIRST_HEAP),
                               .heap_cap = FIRST_HEAP,
                               .heap_buffer = HEAP_BUFFER,
                               .base_buffer = -1,
                               .grow = grow,
                               .owner = d};
    d->out.parent = weir_alloc(d->out.cap * sizeof *d->out.parent);
    for (uint32_t c = 0; c < op->out_count; c++) {
        d->out_cols[c] = weir_alloc(d->out.cap * cell_bytes(op, c));
    }
    d->chunk.size = sizeof d->chunk;
    d->chunk.cols = d->cols;
    return d;
}

void drive_close(struct drive *d)
{
    weir_call_close(&d->call);
    for (uint32_t c = 0; c < d->op->out_count; c++) {
        weir_free(d->out_cols[c]);
    }
    weir_free(d->out.parent);
    weir_free(d->out.heap);
    weir_free(d);
}

static void set_column(struct drive *d, uint32_t c, uint32_t count, int64_t buffers)
{
    assert_true(count <= DRIVE_ROWS && c < DRIVE_COLUMNS);
    d->buffers[c][1] = &d->in[c];
    d->buffers[c][2] = d->text;
    d->buffers[c][3] = d->text_sizes;
    d->arrays[c] =
        (struct ArrowArray){.length = count, .n_buffers = buffers, .buffers = d->buffers[c]};
    d->cols[c] = &d->arrays[c];
    d->chunk.rows = d->rows = count > d->rows ? count : d->rows;
}

void drive_i64(struct drive *d, uint32_t c, const int64_t *values, uint32_t count)
{
    memcpy(d->in[c].i64, values, count * sizeof *values);
    set_column(d, c, count, 2);
}

void drive_f64(struct drive *d, uint32_t c, const double *values, uint32_t count)
{
    memcpy(d->in[c].f64, values, count * sizeof *values);
    set_column(d, c, count, 2);
}

void drive_bool(struct drive *d, uint32_t c, const bool *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        d->in[c].bits[i / 8] = (uint8_t)(d->in[c].bits[i / 8] | (unsigned)values[i] << i % 8);
    }
    set_column(d, c, count, 2);
}

void drive_bytes(struct drive *d, uint32_t c, const weir_str *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        weir_view *view = &d->in[c].views[i];
        *view = (weir_view){.count = (int32_t)values[i].count};
        if (values[i].count <= WEIR_VIEW_INLINE_BYTES) {
            memcpy((char *)view + offsetof(weir_view, prefix), values[i].bytes, values[i].count);
            continue;
        }
        memcpy(view->prefix, values[i].bytes, sizeof view->prefix);
        view->buffer = BASE_BUFFER;
        view->offset = (int32_t)d->text_bytes;
        assert_true(d->text_bytes + values[i].count <= sizeof d->text);
        memcpy(d->text + d->text_bytes, values[i].bytes, values[i].count);
        d->text_bytes += values[i].count;
    }
    d->text_sizes[0] = (int64_t)d->text_bytes;
    set_column(d, c, count, 4);
}

void drive_str(struct drive *d, uint32_t c, const char *const *values, uint32_t count)
{
    weir_str texts[DRIVE_ROWS];
    for (uint32_t i = 0; i < count; i++) {
        texts[i] = weir_str_of(values[i]);
    }
    drive_bytes(d, c, texts, count);
}

int drive_run(struct drive *d)
{
    d->out.rows = d->out.row_start = d->out.heap_used = 0;
    d->call.outcome = WEIR_OK;
    return d->op->exported->loop(&d->call.task, &d->chunk, &d->out);
}

int64_t drive_i64_at(const struct drive *d, uint32_t c, uint32_t row)
{
    return ((const int64_t *)d->out.cols[c])[row];
}

double drive_f64_at(const struct drive *d, uint32_t c, uint32_t row)
{
    return ((const double *)d->out.cols[c])[row];
}

bool drive_bool_at(const struct drive *d, uint32_t c, uint32_t row)
{
    return ((const uint8_t *)d->out.cols[c])[row] == 1;
}

weir_str drive_str_at(const struct drive *d, uint32_t c, uint32_t row)
{
    const weir_view *view = (const weir_view *)d->out.cols[c] + row;
    if (view->count <= WEIR_VIEW_INLINE_BYTES) {
        return (weir_str){(const char *)view + offsetof(weir_view, prefix), (size_t)view->count};
    }
    assert_true(view->buffer == HEAP_BUFFER || view->buffer == BASE_BUFFER);
    const char *buffer = view->buffer == HEAP_BUFFER ? d->out.heap : d->text;
    return (weir_str){buffer + view->offset, (size_t)view->count};
}
