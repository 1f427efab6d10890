/* SPDX-License-Identifier: Apache-2.0 */
/* The struct of callbacks or numbers that an export's `table` points to. Each kind has a least size
 * (what the first minor of this epoch had) and slots that must be filled. */
#include "plugin/load/table/table.h"

#include "plugin/param/param.h"

#include <string.h>

void *weir_table_copy(const struct weir_load *load,
                      const struct weir_export *export,
                      size_t bytes_min,
                      size_t bytes)
{
    uint32_t size;
    if (export->table == NULL) {
        (void)weir_export_fail(load, export, "has no table");
        return NULL;
    }
    memcpy(&size, export->table, sizeof size);
    if (size < bytes_min || size > WEIR_TABLE_BYTES_MAX) {
        (void)weir_export_fail(load, export, "its table says it has %u bytes, expected %zu to %d",
                               (unsigned)size, bytes_min, WEIR_TABLE_BYTES_MAX);
        return NULL;
    }
    void *copy = weir_arena_alloc(load->arena, bytes);
    memcpy(copy, export->table, size < bytes ? size : bytes);
    size = (uint32_t)bytes;
    memcpy(copy, &size, sizeof size);
    return copy;
}

static int read_reducer(const struct weir_load *load, struct weir_export *export)
{
    struct weir_reducer *table = weir_table_copy(load, export, sizeof *table, sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->scatter == NULL || table->fold == NULL || table->merge == NULL) {
        return weir_export_fail(load, export, "lacks scatter, fold or merge");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_instance(const struct weir_load *load, struct weir_export *export)
{
    struct weir_instance *table = weir_table_copy(load, export, sizeof *table, sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->self_bytes > WEIR_SELF_BYTES_MAX) {
        return weir_export_fail(load, export, "an instance has %u bytes, expected at most %d",
                                (unsigned)table->self_bytes, WEIR_SELF_BYTES_MAX);
    }
    export->table = table;
    return WEIR_OK;
}

static int read_param(const struct weir_load *load,
                      const struct weir_export *export,
                      struct weir_param *params,
                      uint32_t index)
{
    struct weir_param *param = &params[index];
    if (param->name == NULL || param->type == NULL) {
        return weir_export_fail(load, export, "parameter %u has no name or no type",
                                (unsigned)index);
    }
    param->name = weir_load_text(load, param->name);
    param->help = weir_load_text(load, param->help);
    if (param->help == NULL || param->name == NULL || !weir_is_name(weir_str_of(param->name))) {
        return weir_export_fail(load, export,
                                "parameter %u has a name that no text can call, or a help without "
                                "end",
                                (unsigned)index);
    }
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(params[i].name, param->name) == 0) {
            return weir_export_fail(load, export, "parameter '%s' stands there twice", param->name);
        }
    }
    struct weir_error err;
    if (weir_param_check(param, &err) != WEIR_OK) {
        return weir_export_fail(load, export, "%s", err.text);
    }
    return WEIR_OK;
}

/* The entries lie `stride` bytes apart; each is copied into one of ours. */
static int read_params(const struct weir_load *load, struct weir_export *export)
{
    struct weir_params *table = weir_table_copy(load, export, sizeof *table, sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    const size_t stride_min = WEIR_UP_TO(struct weir_param, flags);
    if (table->stride < stride_min || table->stride > WEIR_TABLE_BYTES_MAX ||
        table->count > WEIR_EXPORT_PARAMS_MAX || (table->count > 0 && table->entries == NULL)) {
        return weir_export_fail(
            load, export, "has %u parameters of %u bytes, expected at most %d of %zu to %d%s",
            (unsigned)table->count, (unsigned)table->stride, WEIR_EXPORT_PARAMS_MAX, stride_min,
            WEIR_TABLE_BYTES_MAX, table->entries == NULL ? ", and no table of them" : "");
    }
    struct weir_param *own = weir_arena_alloc(load->arena, (table->count + 1) * sizeof *own);
    const char *from = (const char *)table->entries;
    for (uint32_t i = 0; i < table->count; i++, from += table->stride) {
        memcpy(&own[i], from, table->stride < sizeof *own ? table->stride : sizeof *own);
        WEIR_TRY(read_param(load, export, own, i));
    }
    table->stride = sizeof *own;
    table->entries = own;
    export->table = table;
    return WEIR_OK;
}

int weir_table_read(const struct weir_load *load, struct weir_export *export)
{
    switch (export->kind) {
    case WEIR_KIND_REDUCER:
    case WEIR_KIND_INVERSE:
        return read_reducer(load, export);
    case WEIR_KIND_INSTANCE:
        return read_instance(load, export);
    case WEIR_KIND_PARAMS:
        return read_params(load, export);
    case WEIR_KIND_PARTITION_FUNCTION:
    case WEIR_KIND_AGGREGATE:
    case WEIR_KIND_UPDATE:
    case WEIR_KIND_TRACK:
    case WEIR_KIND_PARTITIONER:
        return weir_table_read_stateful(load, export);
    default:
        return weir_table_read_outside(load, export);
    }
}
