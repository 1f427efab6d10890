/* SPDX-License-Identifier: Apache-2.0 */
/* lines: a text of any number of lines as a row for each, and back. A message of a queue may hold
 * many; what a source of lines gives has been cut already. */
#include <weir/plugin.h>

/* One line up to its '\n', without a '\r' before that. */
static weir_str take_line(weir_str *rest)
{
    const char *end = (const char *)memchr(rest->bytes, '\n', rest->count);
    const size_t count = end == NULL ? rest->count : (size_t)(end - rest->bytes);
    weir_str line = weir_str_slice(*rest, 0, count);
    *rest = weir_str_slice(*rest, count + (end != NULL), rest->count);
    if (end != NULL && line.count > 0 && line.bytes[line.count - 1] == '\r') {
        line.count--;
    }
    return line;
}

static int decode_text(struct weir_task *task, weir_str text, struct weir_out *out)
{
    while (text.count > 0) { /* the last line may lack its '\n'; no text has no lines */
        const weir_str line = take_line(&text);
        const int rc = weir_row_begin(out, task, line.count);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_str(out, 0, line);
        weir_row_end(out);
    }
    return WEIR_OK;
}

static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, decode_text);
}

static int encode_line(struct weir_task *task, struct weir_out *out, weir_str line, size_t row)
{
    char *text = (char *)weir_arena(task, line.count + 1);
    const int rc = weir_row_begin(out, task, line.count + 1);
    if (rc != WEIR_OK || text == NULL) {
        return rc != WEIR_OK ? rc : WEIR_FATAL;
    }
    if (line.count > 0) {
        memcpy(text, line.bytes, line.count);
    }
    text[line.count] = '\n';
    weir_row_bytes(out, 0, weir_bytes_make(text, line.count + 1));
    out->parent[out->rows] = (uint16_t)row;
    weir_row_end(out);
    return WEIR_OK;
}

static int encode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    const struct weir_reader lines = weir_reader_of(in, 0, sizeof(weir_view));
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        const int rc = encode_line(task, out, weir_read_str(&lines, i), i);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}

static int frame(struct weir_task *task, weir_bytes bytes, bool is_last, size_t *whole)
{
    (void)task;
    *whole = bytes.count;
    while (!is_last && *whole > 0 && ((const char *)bytes.bytes)[*whole - 1] != '\n') {
        (*whole)--;
    }
    return WEIR_OK;
}

WEIR_CODEC(lines, (weir_bytes, value), (weir_str, line), NULL, decode, encode, NULL, frame, NULL);
WEIR_HELP(lines,
          "the lines of a text, without their '\\n' or '\\r\\n'; no text has no lines",
          "file \"README.md\" | lines | flat_map word = text.words(line) | count_by_value");
WEIR_PLUGIN("org.weir.lines", WEIR_VERSION, "texts and their lines", "Apache-2.0");
