/* SPDX-License-Identifier: Apache-2.0 */
/* Sink save_as_text_files: records as lines, in the files of save.h. */
#include "save.h"

struct text_files {
    struct weir_save save; /* first: save.c's */
    const struct weir_json *json;
};

static int text_open(struct weir_task *task)
{
    struct text_files *self = weir_self(task, struct text_files);
    self->json = task->host->get(WEIR_JSON_1);
    if (self->json == NULL) {
        return weir_fail(task, WEIR_FATAL, "this weir has no " WEIR_JSON_1 ": update weir");
    }
    return weir_save_open(task);
}

/* A lone str field as it is, each on a line of its own. */
static int write_text(struct weir_task *task, const struct weir_chunk *in)
{
    struct weir_blob *buffer = &weir_self(task, struct text_files)->save.buffer;
    struct weir_reader column = weir_reader_of(in, 0, sizeof(weir_view));
    size_t count = weir_chunk_count(in);
    int rc = WEIR_OK;
    for (size_t k = 0; k < count && rc == WEIR_OK; k++) {
        size_t i = weir_chunk_position(in, k);
        weir_str text =
            weir_is_null(&column, i) ? weir_str_from_chars("null") : weir_read_str(&column, i);
        weir_blob_append(buffer, text.bytes, text.count);
        weir_blob_append(buffer, "\n", 1);
        rc = weir_save_spill(task);
    }
    return rc;
}

static bool is_lone_text(const struct ArrowSchema *schema)
{
    return schema->n_children == 1 && strcmp(schema->children[0]->format, "vu") == 0;
}

static int text_write(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    struct text_files *self = weir_self(task, struct text_files);
    int rc = weir_chunk_count(in) > 0 ? weir_save_file(task) : WEIR_OK;
    if (rc != WEIR_OK || weir_chunk_count(in) == 0) {
        return rc;
    }
    if (is_lone_text(schema)) {
        return write_text(task, in);
    }
    weir_str text = self->json->lines(task, in, schema, NULL);
    weir_blob_append(&self->save.buffer, text.bytes, text.count);
    return weir_save_spill(task);
}

WEIR_PLUGIN("org.weir.save_as_text_files", WEIR_VERSION, "records in text files", "Apache-2.0");
WEIR_SINK(save_as_text_files,
          WEIR_IDEMPOTENT,
          weir_save_begin,
          text_write,
          weir_save_prepare,
          weir_save_commit,
          weir_save_abort,
          NULL);
WEIR_HELP(save_as_text_files,
          "Writes each batch into a folder of its own, PREFIX-TIME_MS or PREFIX-TIME_MS.SUFFIX, a "
          "file for each partition, and _SUCCESS when all is there. A lone str field is written as "
          "it is, anything else as JSON.",
          "generate lines | save_as_text_files \"out/lines\"");
WEIR_INSTANCE(save_as_text_files, struct text_files, text_open, weir_save_close);
WEIR_PARAMS(save_as_text_files, WEIR_SAVE_PARAMS);
