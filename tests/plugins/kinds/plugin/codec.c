/* SPDX-License-Identifier: Apache-2.0 */
/* Codecs: a small CSV with lists and structs, both ways; records with a length before them, cut out
 * of a byte stream; a stream that must be read from its beginning. */
#include <weir/plugin.h>

enum { FIELDS_MAX = 16 };
struct csv_self {
    const struct ArrowSchema *schema;
};
static int csv_begin(struct weir_task *task, const struct ArrowSchema *schema, uint32_t way)
{
    (void)way;
    weir_self(task, struct csv_self)->schema = schema;
    return schema->n_children <= FIELDS_MAX ? WEIR_OK
                                            : weir_fail(task, WEIR_FATAL, "more than 16 fields");
}
WEIR_INSTANCE(csv, struct csv_self, NULL, NULL);

static int64_t number_of(weir_str text)
{
    int64_t number = 0;
    for (size_t i = 0; i < text.count; i++) {
        number = number * 10 + (text.bytes[i] - '0');
    }
    return number;
}

/* "a b" is a list of texts. */
static int put_list(struct weir_task *task, struct weir_out *out, uint32_t column, weir_str cell)
{
    struct weir_out *items = weir_row_list(out, column);
    weir_str word;
    while (weir_str_token(&cell, ' ', &word)) {
        const int rc = weir_row_begin(items, task, word.count);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_str(items, 0, word);
        weir_row_end(items);
    }
    weir_row_list_end(out, column);
    return WEIR_OK;
}

static int put_cell(struct weir_task *task,
                    struct weir_out *out,
                    uint32_t column,
                    const struct ArrowSchema *field,
                    weir_str cell)
{
    if (cell.count == 0) {
        return weir_row_null(out, task, column);
    }
    switch (field->format[0]) {
    case 'v':
        weir_row_str(out, column, cell);
        return WEIR_OK;
    case 'l':
        if (cell.bytes[0] < '0' || cell.bytes[0] > '9') {
            return weir_fail(task, WEIR_BAD_RECORD, "'%.*s' is no number", (int)cell.count,
                             cell.bytes);
        }
        weir_row_i64(out, column, number_of(cell));
        return WEIR_OK;
    default: {
        struct weir_out *fields;
        if (field->format[1] == 'l') {
            return put_list(task, out, column, cell);
        }
        fields = weir_row_struct(out, column); /* {text: str, bytes: i64} */
        const int rc = weir_row_need(fields, task, cell.count);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_str(fields, 0, cell);
        weir_row_i64(fields, 1, (int64_t)cell.count);
        return WEIR_OK;
    }
    }
}

static int csv_record(struct weir_task *task, weir_str line, struct weir_out *out)
{
    const struct ArrowSchema *schema = weir_self(task, struct csv_self)->schema;
    weir_str rest = line;
    weir_str cell;
    int rc = weir_row_begin(out, task, line.count);
    for (uint32_t c = 0; c < (uint32_t)schema->n_children && rc == WEIR_OK; c++) {
        if (!weir_str_field(&rest, ',', &cell)) {
            return weir_fail(task, WEIR_BAD_RECORD, "%u fields, expected %d", (unsigned)c,
                             (int)schema->n_children);
        }
        rc = put_cell(task, out, c, schema->children[c], cell);
    }
    if (rc == WEIR_OK) {
        weir_row_end(out);
    }
    return rc;
}
static int csv_decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, csv_record);
}

static int csv_encode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    const struct ArrowSchema *schema = weir_self(task, struct csv_self)->schema;
    struct weir_blob line = {NULL, 0, 0, false};
    int rc = WEIR_OK;
    for (size_t k = 0; k < weir_chunk_count(in) && rc == WEIR_OK; k++) {
        const size_t i = weir_chunk_position(in, k);
        weir_blob_clear(&line);
        for (int64_t c = 0; c < schema->n_children; c++) {
            const weir_row cell = weir_row_of(in->cols[c], schema->children[c], i);
            weir_blob_put(&line, c > 0 ? "," : "");
            if (weir_get_type(cell) == 'u') {
                weir_blob_append(&line, weir_get_str(cell).bytes, weir_get_str(cell).count);
            } else if (!weir_get_is_null(cell)) {
                weir_blob_put_u64(&line, (uint64_t)weir_get_i64(cell));
            }
        }
        rc = weir_row_begin(out, task, line.count);
        if (rc == WEIR_OK) {
            weir_row_str(out, 0, weir_str_make(line.bytes, line.count));
            out->parent[out->rows] = (uint16_t)i;
            weir_row_end(out);
        }
    }
    weir_blob_free(&line);
    return rc;
}
static int csv_finish(struct weir_task *task, struct weir_out *out)
{
    const int rc = weir_row_begin(out, task, 3);
    if (rc == WEIR_OK) {
        weir_row_str(out, 0, weir_str_from_chars("end"));
        weir_row_end(out);
    }
    return rc;
}
WEIR_CODEC(csv, (weir_str, line), (), csv_begin, csv_decode, csv_encode, csv_finish, NULL, NULL);
WEIR_BIND(csv)
{
    if (bind->schema == NULL) {
        return weir_fail(bind->task, WEIR_FATAL, "csv needs a schema: csv schema {user: str}");
    }
    for (uint32_t i = 0; i < bind->schema_count; i++) {
        const int rc = weir_declare(bind, bind->schema[i].name, bind->schema[i].type);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}

/* ---- a byte before each record says how long it is ---- */
static int counted_frame(struct weir_task *task, weir_bytes bytes, bool is_last, size_t *whole)
{
    size_t at = 0;
    (void)task;
    (void)is_last;
    while (at < bytes.count && at + 1 + bytes.bytes[at] <= bytes.count) {
        at += 1 + (size_t)bytes.bytes[at];
    }
    *whole = at;
    return WEIR_OK;
}
static int counted_record(struct weir_task *task, weir_str text, struct weir_out *out)
{
    size_t at = 0;
    while (at < text.count) {
        const size_t count = (uint8_t)text.bytes[at];
        const int rc = weir_row_begin(out, task, count);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_str(out, 0, weir_str_slice(text, at + 1, count));
        weir_row_end(out);
        at += 1 + count;
    }
    return WEIR_OK;
}
static int counted_decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, counted_record);
}
WEIR_CODEC(counted,
           (weir_bytes, value),
           (weir_str, text),
           NULL,
           counted_decode,
           NULL,
           NULL,
           counted_frame,
           NULL);

/* ---- each byte is the sum of those before it ---- */
struct sums_self {
    uint8_t sum;
};
static int sums_feed(struct weir_task *task, weir_bytes piece, bool is_last, struct weir_out *out)
{
    struct sums_self *self = weir_self(task, struct sums_self);
    for (size_t i = 0; i < piece.count; i++) {
        const int rc = weir_row_begin(out, task, 0);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_i64(out, 0, (uint8_t)(piece.bytes[i] - self->sum));
        weir_row_end(out);
        self->sum = piece.bytes[i];
    }
    return is_last && self->sum == 0 ? weir_fail(task, WEIR_FATAL, "the stream is empty") : WEIR_OK;
}
WEIR_INSTANCE(sums, struct sums_self, NULL, NULL);
WEIR_CODEC(sums, (weir_bytes, value), (int64_t, step), NULL, NULL, NULL, NULL, NULL, sums_feed);

WEIR_PLUGIN("org.weir.test.codec", "1.0.0", "codecs", "Apache-2.0");
