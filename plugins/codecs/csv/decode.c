/* SPDX-License-Identifier: Apache-2.0 */
/* A text of records as rows. */
#include "csv.h"

/* ---- the line that names the columns ---- */

/* What a record that begins with the name of a column is. */
enum csv_head { CSV_DATA, CSV_HEADER, CSV_OTHER_HEADER };

/* Every field of a header is the name of a column; it is ours if they stand in our order. */
static enum csv_head look_at_head(struct csv_reader reader)
{
    struct csv_field field;
    uint32_t number = 0;
    bool is_ours = true;
    do {
        if (csv_read_field(&reader, number + 1, &field) != WEIR_OK) {
            return CSV_DATA; /* it will fail again where it counts */
        }
        const int32_t column = csv_find_column(reader.self, weir_str_trim(field.text));
        if (column < 0) {
            return CSV_DATA;
        }
        is_ours = is_ours && (uint32_t)column == number;
        number++;
    } while (!field.is_last);
    return is_ours && number == reader.self->count ? CSV_HEADER : CSV_OTHER_HEADER;
}

static void skip_record(struct csv_reader *reader)
{
    struct csv_field field;
    do {
        (void)csv_read_field(reader, 1, &field);
    } while (!field.is_last);
}

/* True: it was the header, or the outcome is not WEIR_OK. */
static bool skip_header(struct csv_reader *reader, int *outcome)
{
    const enum csv_head head = look_at_head(*reader);
    if (head == CSV_HEADER) {
        skip_record(reader);
    } else if (head == CSV_OTHER_HEADER) {
        *outcome = weir_fail(reader->task, WEIR_FATAL,
                             "csv: the header names the columns in another order than the job: "
                             "columns=\"...\" takes the names as they stand in the header");
    }
    return head != CSV_DATA;
}

/* ---- rows ---- */

static int fail_count(struct csv_reader *reader, uint32_t number)
{
    struct csv_field field;
    do { /* there is one more, be it empty */
        const int rc = csv_read_field(reader, number + 1, &field);
        if (rc != WEIR_OK) {
            return rc;
        }
        number++;
    } while (!field.is_last);
    return weir_fail(reader->task, WEIR_BAD_RECORD,
                     "csv: %u fields, expected %u; columns=\"...\" names all that there are",
                     (unsigned)number, (unsigned)reader->self->count);
}

static int decode_record(struct csv_reader *reader, struct weir_out *out)
{
    struct csv_self *self = reader->self;
    struct csv_field field;
    uint32_t number = 0;
    int rc = weir_row_begin(out, reader->task, (size_t)(reader->end - reader->at));
    field.is_last = false;
    while (rc == WEIR_OK && !field.is_last) {
        if (number == self->count) {
            return fail_count(reader, number);
        }
        rc = csv_read_field(reader, number + 1, &field);
        if (rc == WEIR_OK && self->columns[number].field >= 0) {
            rc = csv_put_value(reader->task, self, &self->columns[number], &field, out);
        }
        number++;
    }
    for (; rc == WEIR_OK && number < self->count; number++) { /* what is missing is null */
        if (self->columns[number].field >= 0) {
            rc = weir_row_null(out, reader->task, (uint32_t)self->columns[number].field);
        }
    }
    if (rc == WEIR_OK) {
        weir_row_end(out);
    }
    return rc;
}

int csv_decode_text(struct weir_task *task, weir_str text, struct weir_out *out)
{
    struct csv_self *self = weir_self(task, struct csv_self);
    struct csv_reader reader = {task, self, text.bytes, text.bytes + text.count};
    int rc = WEIR_OK;
    while (rc == WEIR_OK && csv_next_record(&reader)) {
        if (!self->has_header || !skip_header(&reader, &rc)) {
            rc = decode_record(&reader, out);
        }
    }
    return rc;
}
