/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of what connects to the outside: receivers, sources, sinks, codecs, stores; and jobs.
 */
#include "plugin/load/table/table.h"

static int read_receiver(const struct weir_load *load, struct weir_export *export)
{
    struct weir_receiver_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_receiver_ops, poll), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->run == NULL && table->poll == NULL) {
        return weir_export_fail(load, export, "has neither run nor poll");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_source(const struct weir_load *load, struct weir_export *export)
{
    struct weir_source_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_source_ops, read), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->next == NULL || table->read == NULL) {
        return weir_export_fail(load, export, "lacks next or read");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_sink(const struct weir_load *load, struct weir_export *export)
{
    struct weir_sink_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_sink_ops, commit), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->write == NULL) {
        return weir_export_fail(load, export, "has no write");
    }
    if (table->guarantee > WEIR_TWO_PHASE) {
        return weir_export_fail(load, export, "promises guarantee %u, expected 0 to %d",
                                (unsigned)table->guarantee, WEIR_TWO_PHASE);
    }
    if (table->guarantee == WEIR_TWO_PHASE && (table->prepare == NULL || table->commit == NULL)) {
        return weir_export_fail(load, export, "promises two phases but lacks prepare or commit");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_codec(const struct weir_load *load, struct weir_export *export)
{
    struct weir_codec_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_codec_ops, feed), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->decode == NULL && table->encode == NULL && table->feed == NULL) {
        return weir_export_fail(load, export, "has no decode, no encode and no feed");
    }
    if (table->feed != NULL && table->frame != NULL) {
        return weir_export_fail(load, export,
                                "has feed and frame: a stream is cut in one way only");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_store(const struct weir_load *load, struct weir_export *export)
{
    struct weir_store_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_store_ops, remove), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->put == NULL || table->get == NULL || table->list == NULL || table->remove == NULL) {
        return weir_export_fail(load, export, "lacks put, get, list or remove");
    }
    export->table = table;
    return WEIR_OK;
}

static int read_job(const struct weir_load *load, struct weir_export *export)
{
    struct weir_job_ops *table =
        weir_table_copy(load, export, WEIR_UP_TO(struct weir_job_ops, declare), sizeof *table);
    if (table == NULL) {
        return WEIR_ETEXT;
    }
    if (table->declare == NULL) {
        return weir_export_fail(load, export, "has no declare");
    }
    export->table = table;
    return WEIR_OK;
}

int weir_table_read_outside(const struct weir_load *load, struct weir_export *export)
{
    switch (export->kind) {
    case WEIR_KIND_RECEIVER:
        return read_receiver(load, export);
    case WEIR_KIND_SOURCE:
        return read_source(load, export);
    case WEIR_KIND_SINK:
        return read_sink(load, export);
    case WEIR_KIND_CODEC:
        return read_codec(load, export);
    case WEIR_KIND_STORE:
        return read_store(load, export);
    case WEIR_KIND_JOB:
        return read_job(load, export);
    default:
        return WEIR_OK;
    }
}
