/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: lines such as "ripe pears 3", a name and a number behind the last blank. */
#include <errno.h>
#include <weir/plugin.h>

/* One record into one row, or WEIR_BAD_RECORD: whatever comes, it must not crash. */
static int decode_record(struct weir_task *task, weir_str line, struct weir_out *out)
{
    size_t blank = line.count;
    char digits[24] = "", *end = digits;
    while (blank > 0 && line.bytes[blank - 1] != ' ') {
        blank--;
    }
    if (blank > 0 && line.count - blank < sizeof digits) {
        memcpy(digits, line.bytes + blank, line.count - blank);
    }
    errno = 0;
    const long long number = strtoll(digits, &end, 10);
    if (end == digits || *end != '\0' || errno != 0) {
        return weir_fail(task, WEIR_BAD_RECORD, "expected a name and a number, found '%.*s'",
                         (int)line.count, line.bytes);
    }
    const int rc = weir_row_begin(out, task, line.count); /* room for so many bytes of text */
    if (rc == WEIR_OK) {
        weir_row_str(out, 0, weir_str_slice(line, 0, blank - 1)); /* a slice: nothing is copied */
        weir_row_i64(out, 1, number);
        weir_row_end(out);
    }
    return rc;
}

static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, decode_record);
}

/* Rows into lines, which say what row they are of. */
static int encode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    const struct weir_reader names = weir_reader_of(in, 0, sizeof(weir_view));
    const struct weir_reader numbers = weir_reader_of(in, 1, sizeof(int64_t));
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        const weir_str name = weir_read_str(&names, i);
        char *line = (char *)memcpy(weir_arena(task, name.count + 24), name.bytes, name.count);
        const long long number = weir_read_i64(&numbers, i);
        const int digits = snprintf(line + name.count, 24, " %lld", number);
        const int rc = weir_row_begin(out, task, name.count + 24);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_str(out, 0, weir_str_make(line, name.count + (size_t)digits));
        out->parent[out->rows] = (uint16_t)i;
        weir_row_end(out);
    }
    return WEIR_OK;
}
WEIR_CODEC(NEWNAME, (weir_str, line), (weir_str, name, int64_t, number), NULL, decode, encode,
           NULL, NULL, NULL);
WEIR_HELP(NEWNAME, "a name and a number", "file \"F\" | NEWNAME.NEWNAME | print");
WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "names and numbers", "Apache-2.0");
