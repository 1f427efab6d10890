/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as lines: what decode reads back to the same rows. There is no header. */
#include "../../time/calendar.h"
#include "csv.h"

enum { F64_DIGITS_MIN = 15, F64_DIGITS_MAX = 17 };

static bool needs_quotes(weir_str text, char separator)
{
    for (size_t i = 0; i < text.count; i++) {
        const char c = text.bytes[i];
        if (c == separator || c == '"' || c == '\n' || c == '\r') {
            return true;
        }
    }
    return text.count == 0; /* nothing at all is null */
}

static void put_text(struct weir_blob *to, weir_str text, char separator)
{
    if (!needs_quotes(text, separator)) {
        weir_blob_append(to, text.bytes, text.count);
        return;
    }
    weir_blob_put(to, "\"");
    for (size_t i = 0; i < text.count; i++) {
        weir_blob_append(to, "\"\"", text.bytes[i] == '"' ? 1 : 0);
        weir_blob_append(to, &text.bytes[i], 1);
    }
    weir_blob_put(to, "\"");
}

/* The fewest digits that read back equal. */
static void put_f64(struct weir_blob *to, double value)
{
    char text[40];
    double back = 0;
    for (int digits = F64_DIGITS_MIN; digits <= F64_DIGITS_MAX; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        back = strtod(text, NULL);
        if (!(back < value) && !(back > value)) {
            break;
        }
    }
    weir_blob_put(to, text);
}

static void put_time(struct weir_blob *to, int64_t us)
{
    struct calendar_time time;
    char text[64];
    calendar_split(us, &time);
    const bool is_far = time.year < 0 || time.year > 9999;
    (void)snprintf(text, sizeof text, is_far ? "%+07lld" : "%04lld", (long long)time.year);
    weir_blob_put(to, text);
    (void)snprintf(text, sizeof text, "-%02d-%02dT%02d:%02d:%02d.%06dZ", (int)time.month,
                   (int)time.day, (int)time.hour, (int)time.minute, (int)time.second,
                   (int)time.microsecond);
    weir_blob_put(to, text);
}

static void put_cell(struct weir_blob *to, weir_row cell, char separator)
{
    char text[24];
    if (weir_get_is_null(cell)) {
        return;
    }
    switch (weir_get_type(cell)) {
    case 'b':
        weir_blob_put(to, weir_get_bool(cell) ? "true" : "false");
        break;
    case 'g':
        put_f64(to, weir_get_f64(cell));
        break;
    case 't':
        put_time(to, weir_get_i64(cell));
        break;
    case 'u':
        put_text(to, weir_get_str(cell), separator);
        break;
    case 'z':
        put_text(to, weir_str_from_bytes(weir_get_bytes(cell)), separator);
        break;
    default:
        (void)snprintf(text, sizeof text, "%lld", (long long)weir_get_i64(cell));
        weir_blob_put(to, text);
        break;
    }
}

static void put_row(struct weir_blob *to,
                    const struct csv_self *self,
                    const struct weir_chunk *in,
                    size_t i)
{
    for (int64_t c = 0; c < self->schema->n_children; c++) {
        const bool is_const = c < 32 && (in->const_mask >> c & 1u) != 0;
        weir_blob_append(to, &self->separator, c > 0 ? 1 : 0);
        put_cell(to, weir_row_of(in->cols[c], self->schema->children[c], is_const ? 0 : i),
                 self->separator);
    }
}

int csv_encode_chunk(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    struct csv_self *self = weir_self(task, struct csv_self);
    struct weir_blob *line = &self->scratch;
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        weir_blob_clear(line);
        put_row(line, self, in, i);
        if (line->is_failed) {
            return weir_fail(task, WEIR_RETRY, "csv: out of memory for a line");
        }
        const int rc = weir_row_begin(out, task, line->count);
        if (rc != WEIR_OK) {
            task->row = (uint32_t)i;
            return rc;
        }
        weir_row_str(out, 0, weir_str_make(line->bytes, line->count));
        out->parent[out->rows] = (uint16_t)i;
        weir_row_end(out);
    }
    return WEIR_OK;
}
