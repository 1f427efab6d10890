/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: records as JSON lines at the end of a file. A part of a batch is prepared in its task;
 * then all parts are committed, in order. What fails is done again: at least once. */
#include <weir/plugin.h>

struct part {
    struct weir_blob text; /* of the part that is being prepared */
};

static int begin(struct weir_task *task, weir_str txn)
{
    (void)txn; /* the part's name, the same on every attempt */
    weir_blob_clear(&weir_self(task, struct part)->text);
    return WEIR_OK;
}

static int write_rows(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    const struct weir_json *json = (const struct weir_json *)task->host->get(WEIR_JSON_1);
    const weir_str lines = json->lines(task, in, schema, NULL);
    weir_blob_append(&weir_self(task, struct part)->text, lines.bytes, lines.count);
    return WEIR_OK;
}

static int prepare(struct weir_task *task, weir_bytes *token)
{
    const struct weir_blob *text = &weir_self(task, struct part)->text;
    *token = weir_bytes_make(text->bytes, text->count);
    return text->is_failed ? weir_fail(task, WEIR_RETRY, "out of memory") : WEIR_OK;
}

static int commit(struct weir_task *task, int64_t at, const weir_bytes *const *tokens, size_t count)
{
    FILE *file = fopen(weir_param_str(task, "path").bytes, "a");
    (void)at; /* the batch's time in microseconds */
    for (size_t i = 0; i < count && file != NULL; i++) {
        fwrite(tokens[i]->bytes, 1, tokens[i]->count, file);
    }
    if (file == NULL || fclose(file) != 0) {
        return weir_fail(task, WEIR_RETRY, "cannot write the file");
    }
    return WEIR_OK;
}

static void close_part(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct part)->text);
}

WEIR_SINK(NEWNAME, WEIR_AT_LEAST_ONCE, begin, write_rows, prepare, commit, NULL, NULL);
WEIR_INSTANCE(NEWNAME, struct part, NULL, close_part);
WEIR_PARAMS(NEWNAME, WEIR_PARAM_STR(path, positional, "the file"));
WEIR_HELP(NEWNAME, "JSON lines", "generate lines | NEWNAME.NEWNAME \"lines.json\"");
WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "JSON lines in a file", "Apache-2.0");
