/* SPDX-License-Identifier: Apache-2.0 */
/* Records and fields by RFC 4180: a quoted field may hold separators, line breaks and, doubled,
 * quotes; a quote inside of a field that does not begin with one is a byte like any other. */
#include "csv.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

bool csv_next_record(struct csv_reader *reader)
{
    if (reader->end - reader->at >= 3 && memcmp(reader->at, byte_order_mark, 3) == 0) {
        reader->at += 3;
    }
    while (reader->at < reader->end && (*reader->at == '\n' || *reader->at == '\r')) {
        reader->at++;
    }
    return reader->at < reader->end;
}

/* Goes behind what ends a field. False: something else stands there. */
static bool end_field(struct csv_reader *reader, struct csv_field *field)
{
    const char *at = reader->at;
    if (at < reader->end && *at == reader->self->separator) {
        reader->at = at + 1;
        return true;
    }
    at += at < reader->end && *at == '\r' && (at + 1 == reader->end || at[1] == '\n');
    field->is_last = true;
    reader->at = at < reader->end ? at + 1 : at;
    return at == reader->end || *at == '\n';
}

static int fail_open(struct csv_reader *reader, uint32_t number)
{
    return weir_fail(reader->task, WEIR_BAD_RECORD,
                     "csv: the quote of field %u is not closed; a source of lines cuts a field "
                     "that holds a line break",
                     (unsigned)number);
}

/* The quote at `quote` is a doubled one: the rest goes through the scratch. */
static int read_doubled(struct csv_reader *reader,
                        const char *quote,
                        uint32_t number,
                        struct csv_field *field)
{
    struct weir_blob *scratch = &reader->self->scratch;
    const char *from = reader->at;
    weir_blob_clear(scratch);
    while (quote + 1 < reader->end && quote[1] == '"') {
        weir_blob_append(scratch, from, (size_t)(quote + 1 - from));
        from = quote + 2;
        quote = (const char *)memchr(from, '"', (size_t)(reader->end - from));
        if (quote == NULL) {
            return fail_open(reader, number);
        }
    }
    weir_blob_append(scratch, from, (size_t)(quote - from));
    if (scratch->is_failed) {
        return weir_fail(reader->task, WEIR_RETRY, "csv: out of memory for a field");
    }
    field->text = weir_str_make(scratch->bytes, scratch->count);
    reader->at = quote + 1;
    return WEIR_OK;
}

static int read_quoted(struct csv_reader *reader, uint32_t number, struct csv_field *field)
{
    field->is_quoted = true;
    reader->at++;
    const char *quote = (const char *)memchr(reader->at, '"', (size_t)(reader->end - reader->at));
    if (quote == NULL) {
        return fail_open(reader, number);
    }
    if (quote + 1 < reader->end && quote[1] == '"') {
        const int rc = read_doubled(reader, quote, number, field);
        if (rc != WEIR_OK) {
            return rc;
        }
    } else {
        field->text = weir_str_make(reader->at, (size_t)(quote - reader->at));
        reader->at = quote + 1;
    }
    if (!end_field(reader, field)) {
        return weir_fail(reader->task, WEIR_BAD_RECORD,
                         "csv: field %u goes on behind its closing quote; a quote inside of a "
                         "quoted field is doubled",
                         (unsigned)number);
    }
    return WEIR_OK;
}

int csv_read_field(struct csv_reader *reader, uint32_t number, struct csv_field *field)
{
    const char separator = reader->self->separator;
    const char *at = reader->at;
    field->is_quoted = field->is_last = false;
    if (at < reader->end && *at == '"') {
        return read_quoted(reader, number, field);
    }
    while (at < reader->end && *at != separator && *at != '\n') {
        at++;
    }
    field->text = weir_str_make(reader->at, (size_t)(at - reader->at));
    field->is_last = at == reader->end || *at == '\n';
    if (field->is_last && field->text.count > 0 && at[-1] == '\r') {
        field->text.count--;
    }
    reader->at = at < reader->end ? at + 1 : at;
    return WEIR_OK;
}

size_t csv_whole(weir_bytes bytes, bool is_last)
{
    const char *text = (const char *)bytes.bytes;
    size_t whole = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < bytes.count; i++) {
        is_quoted = is_quoted != (text[i] == '"'); /* a doubled quote changes it twice */
        whole = text[i] == '\n' && !is_quoted ? i + 1 : whole;
    }
    return is_last ? bytes.count : whole;
}
