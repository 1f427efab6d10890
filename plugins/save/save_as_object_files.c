/* SPDX-License-Identifier: Apache-2.0 */
/* Sink save_as_object_files: records with their types, as frames of weir.block/1, in the files of
 * save.h. Source object_files reads them back. */
#include "save.h"

struct object_files {
    struct weir_save save; /* first: save.c's */
    const struct weir_block_format *block;
};

static int object_open(struct weir_task *task)
{
    struct object_files *self = weir_self(task, struct object_files);
    self->block = task->host->get(WEIR_BLOCK_1);
    if (self->block == NULL) {
        return weir_fail(task, WEIR_FATAL, "this weir has no " WEIR_BLOCK_1 ": update weir");
    }
    return weir_save_open(task);
}

static int object_write(struct weir_task *task,
                        const struct weir_chunk *in,
                        const struct ArrowSchema *schema)
{
    struct object_files *self = weir_self(task, struct object_files);
    int rc = weir_chunk_count(in) > 0 ? weir_save_file(task) : WEIR_OK;
    if (rc != WEIR_OK || weir_chunk_count(in) == 0) {
        return rc;
    }
    weir_bytes frame = self->block->encode(task, in, schema);
    if (frame.count == 0) {
        return WEIR_FATAL; /* the host was told why by itself */
    }
    weir_blob_append(&self->save.buffer, frame.bytes, frame.count);
    return weir_save_spill(task);
}

WEIR_PLUGIN("org.weir.save_as_object_files", WEIR_VERSION, "records in block files", "Apache-2.0");
WEIR_SINK(save_as_object_files,
          WEIR_IDEMPOTENT,
          weir_save_begin,
          object_write,
          weir_save_prepare,
          weir_save_commit,
          weir_save_abort,
          NULL);
WEIR_HELP(save_as_object_files,
          "Writes each batch into a folder of its own, PREFIX-TIME_MS or PREFIX-TIME_MS.SUFFIX, a "
          "file for each partition, and _SUCCESS when all is there: records with their types, "
          "compressed, which object_files reads back.",
          "generate clicks | save_as_object_files \"out/clicks\"");
WEIR_INSTANCE(save_as_object_files, struct object_files, object_open, weir_save_close);
WEIR_PARAMS(save_as_object_files, WEIR_SAVE_PARAMS);
