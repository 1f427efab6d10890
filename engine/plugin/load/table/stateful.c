/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of what works on state, and of partitioners. A missing kernel is named by the macro
 * that makes it: such kernels are joined by the linker, which does not miss what is not there. */
#include "plugin/load/table/table.h"

static int read_aggregate(const struct weir_load *load, struct weir_export *export)
{
    struct weir_aggregate_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_aggregate_ops, result), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    WEIR_TRY(weir_state_read(load, export, &table->state));
    if (table->add == NULL) {
        return weir_export_fail(load, export, "has no add");
    }
    if (table->merge == NULL || table->result == NULL) {
        return weir_export_fail(load, export, "has no %s: add %s { ... } below it",
                                table->merge == NULL ? "merge" : "result",
                                table->merge == NULL ? "WEIR_MERGE(...)" : "WEIR_RESULT(...)");
    }
    export->table = table;
    return WEIR_OK;
}

static int check_key_count(const struct weir_load *load,
                           const struct weir_export *export,
                           uint32_t key_count)
{
    if (key_count > WEIR_PARAMETERS_MAX || key_count >= export->in_count ||
        export->in_count - key_count > WEIR_PARAMETERS_MAX) {
        return weir_export_fail(load, export,
                                "has %u inputs, %u of them the key's, expected at most %d of the "
                                "key and 1 to %d of the value",
                                (unsigned)export->in_count, (unsigned)key_count,
                                WEIR_PARAMETERS_MAX, WEIR_PARAMETERS_MAX);
    }
    return WEIR_OK;
}

static int read_update(const struct weir_load *load, struct weir_export *export)
{
    struct weir_update_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_update_ops, update), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    WEIR_TRY(weir_state_read(load, export, &table->state));
    WEIR_TRY(check_key_count(load, export, table->key_count));
    if (table->update == NULL) {
        return weir_export_fail(load, export, "has no update");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_track(const struct weir_load *load, struct weir_export *export)
{
    struct weir_track_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_track_ops, track), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    WEIR_TRY(weir_state_read(load, export, &table->state));
    WEIR_TRY(check_key_count(load, export, table->key_count));
    if (table->track == NULL) {
        return weir_export_fail(load, export, "has no track");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_partition_function(const struct weir_load *load, struct weir_export *export)
{
    struct weir_partition_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_partition_ops, end), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    WEIR_TRY(weir_state_read(load, export, &table->state));
    if (table->rows == NULL) {
        return weir_export_fail(load, export, "has no rows");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_partitioner(const struct weir_load *load, struct weir_export *export)
{
    struct weir_partitioner_ops *table = weir_table_copy(
        load, export, WEIR_UP_TO(struct weir_partitioner_ops, partition), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->partition == NULL) {
        return weir_export_fail(load, export, "has no partition");
    }
    export->table = table;
    return WEIR_OK;
}

int weir_table_read_stateful(const struct weir_load *load, struct weir_export *export)
{
    switch (export->kind) {
    case WEIR_KIND_AGGREGATE:
        return read_aggregate(load, export);
    case WEIR_KIND_UPDATE:
        return read_update(load, export);
    case WEIR_KIND_TRACK:
        return read_track(load, export);
    case WEIR_KIND_PARTITION_FUNCTION:
        return read_partition_function(load, export);
    default:
        return read_partitioner(load, export);
    }
}
