/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin of the kinds that the first SDK had, built with every released header (released.sh) and
 * run by today's weir: what it was given then must still be there. */
#include <weir/plugin.h>

WEIR_FUNCTION(bool, is_even, (int64_t, n))
{
    return n % 2 == 0;
}

struct name_self {
    weir_str prefix;
};
static int name_open(struct weir_task *task)
{
    weir_self(task, struct name_self)->prefix = weir_param_str(task, "prefix");
    return WEIR_OK;
}
WEIR_FUNCTION(weir_str, name, (int64_t, n))
{
    const weir_str prefix = weir_self(ctx, struct name_self)->prefix;
    char *text = (char *)weir_arena(ctx, prefix.count + 1);
    memcpy(text, prefix.bytes, prefix.count);
    text[prefix.count] = (char)('a' + n % 26);
    if (n == 13) {
        weir_fail(ctx, WEIR_BAD_RECORD, "an unlucky number");
    }
    return weir_str_make(text, prefix.count + 1);
}
WEIR_INSTANCE(name, struct name_self, name_open, NULL);
WEIR_PARAMS(name,
            WEIR_PARAM_STR(prefix, default("a name that fits no cell "), "before the letter"));

WEIR_EMITTER(letters, (weir_str, text), (weir_str, letter))
{
    for (size_t i = 0; i < text.count; i++) {
        WEIR_EMIT(weir_str_slice(text, i, 1));
    }
}

WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}
WEIR_INVERSE(add, (a, b))
{
    return a - b;
}

/* The numbers below `most`, in one range. */
static int numbers_next(struct weir_task *task,
                        weir_bytes from,
                        const struct weir_source_limit *limit,
                        struct weir_range *answer)
{
    (void)task;
    (void)from;
    (void)limit;
    answer->range = answer->to = weir_bytes_make("all", 3);
    answer->is_last = 1;
    return WEIR_OK;
}
static int numbers_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    (void)range;
    for (int64_t i = 0; i < weir_param_i64(task, "most"); i++) {
        const int rc = weir_row_begin(scan->out, task, 0);
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_i64(scan->out, 0, i);
        weir_row_end(scan->out);
    }
    return scan->flush(scan);
}
WEIR_SOURCE(numbers, WEIR_FINITE, (int64_t, n), numbers_next, NULL, numbers_read, NULL);
WEIR_PARAMS(numbers, WEIR_PARAM_I64_IN(most, positional, 0, 1000, "how many"));

/* A receiver that gives three lines and ends. */
static int lines_run(struct weir_receiver *rx)
{
    static const char text[] = "one\ntwo\nthree\n";
    char *memory = rx->reserve(rx, sizeof text - 1, true);
    if (memory == NULL) {
        return WEIR_OK;
    }
    rx->status(rx, true, NULL);
    memcpy(memory, text, sizeof text - 1);
    return rx->commit(rx, sizeof text - 1, weir_bytes_make(NULL, 0), 1);
}
WEIR_TEXT_RECEIVER(lines, lines_run, NULL, NULL);

/* Rows of one text and one number, appended to a file. */
static int keep_write(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    const struct weir_reader text = weir_reader_of(in, 0, sizeof(weir_view));
    const struct weir_reader number = weir_reader_of(in, 1, sizeof(int64_t));
    FILE *file = fopen(weir_param_str(task, "path").bytes, "a");
    if (file == NULL || schema->n_children != 2) {
        return weir_fail(task, WEIR_FATAL, WEIR_CANNOT_CREATE "the file, or no two columns");
    }
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        const weir_str word = weir_read_str(&text, i);
        (void)fprintf(file, "%.*s %lld\n", (int)word.count, word.bytes,
                      (long long)weir_read_i64(&number, i));
    }
    return fclose(file) == 0 ? WEIR_OK : weir_fail(task, WEIR_FATAL, "the file is not written");
}
WEIR_SINK(keep, WEIR_AT_LEAST_ONCE, NULL, keep_write, NULL, NULL, NULL, NULL);
WEIR_PARAMS(keep, WEIR_PARAM_STR(path, positional, "the file"));

WEIR_PLUGIN("org.example.released", "1.0.0", "what the first SDK had", "Apache-2.0");
