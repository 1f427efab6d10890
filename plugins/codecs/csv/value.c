/* SPDX-License-Identifier: Apache-2.0 */
/* Fields as values of the types that the job asks for. */
#include "../../text/decimal.h"
#include "../json/json.h"
#include "csv.h"

static int fail_value(struct weir_task *task,
                      const struct csv_column *column,
                      weir_str text,
                      const char *expected)
{
    const size_t shown = text.count < CSV_SHOWN_BYTES_MAX ? text.count : CSV_SHOWN_BYTES_MAX;
    return weir_fail(task, WEIR_BAD_RECORD, "csv: field %.*s: expected %s, found '%.*s'%s",
                     (int)column->name.count, column->name.bytes, expected, (int)shown, text.bytes,
                     shown < text.count ? "..." : "");
}

static int put_bool(struct weir_task *task,
                    const struct csv_column *column,
                    weir_str text,
                    struct weir_out *out)
{
    const bool is_true = weir_str_equal(text, "true") || weir_str_equal(text, "1");
    if (!is_true && !weir_str_equal(text, "false") && !weir_str_equal(text, "0")) {
        return fail_value(task, column, text, "a bool, true or false");
    }
    weir_row_bool(out, (uint32_t)column->field, is_true);
    return WEIR_OK;
}

static int put_whole(struct weir_task *task,
                     const struct csv_column *column,
                     weir_str text,
                     struct weir_out *out)
{
    int64_t number;
    const bool is_i32 = column->kind == 'i';
    if (!decimal_to_i64(text, 10, &number) ||
        (is_i32 && (number < INT32_MIN || number > INT32_MAX))) {
        return fail_value(task, column, text, is_i32 ? "an i32" : "an i64");
    }
    if (is_i32) {
        weir_row_i32(out, (uint32_t)column->field, (int32_t)number);
    } else {
        weir_row_i64(out, (uint32_t)column->field, number);
    }
    return WEIR_OK;
}

static int put_f64(struct weir_task *task,
                   struct csv_self *self,
                   const struct csv_column *column,
                   weir_str text,
                   struct weir_out *out)
{
    double number;
    weir_blob_clear(&self->number);
    char *room = weir_blob_reserve(&self->number, text.count + 1);
    if (room == NULL) {
        return weir_fail(task, WEIR_RETRY, "csv: out of memory for a number");
    }
    if (!decimal_to_f64(text, room, &number)) {
        return fail_value(task, column, text, "an f64");
    }
    weir_row_f64(out, (uint32_t)column->field, number);
    return WEIR_OK;
}

static int put_time(struct weir_task *task,
                    const struct csv_column *column,
                    weir_str text,
                    struct weir_out *out)
{
    int64_t us;
    if (!json_time_parse(text, &us)) {
        return fail_value(task, column, text, "a time of RFC 3339, 2026-01-31T12:00:00Z");
    }
    weir_row_ts(out, (uint32_t)column->field, weir_ts_make(us));
    return WEIR_OK;
}

int csv_put_value(struct weir_task *task,
                  struct csv_self *self,
                  const struct csv_column *column,
                  const struct csv_field *field,
                  struct weir_out *out)
{
    const uint32_t to = (uint32_t)column->field;
    const bool is_text = column->kind == 'u' || column->kind == 'z';
    const weir_str text = is_text ? field->text : weir_str_trim(field->text);
    if (text.count == 0 && !(is_text && field->is_quoted)) {
        return weir_row_null(out, task, to);
    }
    switch (column->kind) {
    case 'u':
        weir_row_str(out, to, text);
        return WEIR_OK;
    case 'z':
        weir_row_bytes(out, to, weir_bytes_from_str(text));
        return WEIR_OK;
    case 'b':
        return put_bool(task, column, text, out);
    case 'g':
        return put_f64(task, self, column, text, out);
    case 't':
        return put_time(task, column, text, out);
    default:
        return put_whole(task, column, text, out);
    }
}
