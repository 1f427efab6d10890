/* SPDX-License-Identifier: Apache-2.0 */
/* The csv codec as the engine sees it. */
#include "csv.h"

static int begin(struct weir_task *task, const struct ArrowSchema *schema, uint32_t way)
{
    (void)way;
    return csv_open_columns(task, schema);
}

static void finish(struct weir_task *task)
{
    csv_close_columns(weir_self(task, struct csv_self));
}

static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, csv_decode_text);
}

static int frame(struct weir_task *task, weir_bytes bytes, bool is_last, size_t *whole)
{
    (void)task;
    *whole = csv_whole(bytes, is_last);
    return WEIR_OK;
}

WEIR_INSTANCE(csv, struct csv_self, NULL, finish);
WEIR_PARAMS(csv,
            WEIR_PARAM_BOOL(header, default(false), "lines that name the columns are skipped"),
            WEIR_PARAM_STR(separator, default(","), "the byte between two fields"),
            WEIR_PARAM_STR(columns,
                           optional,
                           "what stands in the text, if that is more than the schema or in "
                           "another order: \"id,user,at\""));
WEIR_CODEC(csv, (weir_str, line), (), begin, decode, csv_encode_chunk, NULL, frame, NULL);
WEIR_BIND(csv)
{
    if (bind->schema == NULL) {
        return weir_fail(bind->task, WEIR_FATAL,
                         "csv must be told the fields: csv schema {user: str, ms: i64}");
    }
    const int checked = csv_check_parameters(bind->task);
    if (checked != WEIR_OK) {
        return checked;
    }
    for (uint32_t i = 0; i < bind->schema_count; i++) {
        int rc = csv_check_field(bind->task, &bind->schema[i]);
        if (rc == WEIR_OK) {
            rc = weir_declare(bind, bind->schema[i].name, bind->schema[i].type);
        }
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}
WEIR_HELP(csv,
          "records of RFC 4180: an empty field and one that is missing are null (\"\" in quotes is "
          "an empty text), more fields than columns or a wrong type make a bad record; a value may "
          "hold several records, and line breaks in quotes, which a source of lines cuts before",
          "file \"F\" | csv schema {user: str, ms: i64} header=true");

WEIR_PLUGIN("org.weir.csv", WEIR_VERSION, "CSV to rows and back", "Apache-2.0");
