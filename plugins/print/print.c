/* SPDX-License-Identifier: Apache-2.0 */
/* Sink print: records on standard output. For programs every record is a line of JSON; for people,
 * on a terminal or with style=spark, each batch shows its first n. Tasks only make text; commit
 * writes it, in the order of the partitions. */
#include "output.h"
#include "record.h"
#include "table.h"

#include <weir/plugin.h>

enum print_style { STYLE_JSON, STYLE_TABLE, STYLE_SPARK };

/* A token is empty (no records), or JSON lines, which begin with '{', or "TOTAL\n" and the first n
 * lines. */
struct print {
    enum print_style style;
    uint64_t shown_max; /* n */
    const struct weir_json *json;
    const struct weir_output *output;
    /* of the partition being written */
    struct weir_blob lines, token;
    uint64_t kept, total;
    /* of commit */
    bool is_shared; /* other streams print too: headers name the stream */
    struct weir_table table;
    struct weir_blob first; /* struct weir_str of the lines shown */
    struct weir_blob text;
};

static int parse_style(struct weir_task *task, struct print *self)
{
    weir_str name = weir_param_str(task, "style");
    struct weir_screen screen;
    if (weir_str_equal(name, "json")) {
        self->style = STYLE_JSON;
    } else if (weir_str_equal(name, "table")) {
        self->style = STYLE_TABLE;
    } else if (weir_str_equal(name, "spark")) {
        self->style = STYLE_SPARK;
    } else if (weir_str_equal(name, "auto")) {
        weir_screen_look(&screen);
        self->style = screen.is_terminal ? STYLE_TABLE : STYLE_JSON;
    } else {
        return weir_fail(task, WEIR_FATAL,
                         "style is one of auto, json, table and spark, not \"%.*s\"",
                         (int)name.count, name.bytes);
    }
    if (self->output->is_json(task)) {
        self->style = STYLE_JSON;
    }
    return WEIR_OK;
}

static int print_open(struct weir_task *task)
{
    struct print *self = weir_self(task, struct print);
    self->json = task->host->get(WEIR_JSON_1);
    self->output = task->host->get(WEIR_OUTPUT_1);
    if (self->json == NULL || self->output == NULL) {
        return weir_fail(task, WEIR_FATAL, "this weir has no %s: update weir",
                         self->json == NULL ? WEIR_JSON_1 : WEIR_OUTPUT_1);
    }
    self->shown_max = (uint64_t)weir_param_i64(task, "n");
    return parse_style(task, self);
}

static void print_close(struct weir_task *task)
{
    struct print *self = weir_self(task, struct print);
    weir_output_release(self);
    weir_blob_free(&self->lines);
    weir_blob_free(&self->token);
    weir_blob_free(&self->first);
    weir_blob_free(&self->text);
    weir_table_free(&self->table);
}

static int print_begin(struct weir_task *task, weir_str txn)
{
    struct print *self = weir_self(task, struct print);
    (void)txn;
    weir_blob_clear(&self->lines);
    weir_blob_clear(&self->token);
    self->kept = 0;
    self->total = 0;
    return WEIR_OK;
}

/* The first `count` lines of a text of whole lines. */
static weir_str first_lines(weir_str text, uint64_t count)
{
    size_t end = 0;
    while (count > 0 && end < text.count) {
        const char *newline = memchr(text.bytes + end, '\n', text.count - end);
        end = newline == NULL ? text.count : (size_t)(newline - text.bytes) + 1;
        count--;
    }
    return weir_str_slice(text, 0, end);
}

static int print_write(struct weir_task *task,
                       const struct weir_chunk *in,
                       const struct ArrowSchema *schema)
{
    struct print *self = weir_self(task, struct print);
    uint64_t rows = weir_chunk_count(in);
    self->total += rows;
    if (self->style == STYLE_JSON) {
        weir_str text = self->json->lines(task, in, schema, self->output->stream(task));
        weir_blob_append(&self->lines, text.bytes, text.count);
    } else if (self->kept < self->shown_max && rows > 0) {
        uint64_t wanted = self->shown_max - self->kept;
        weir_str text = first_lines(self->json->lines(task, in, schema, NULL), wanted);
        weir_blob_append(&self->lines, text.bytes, text.count);
        self->kept += rows < wanted ? rows : wanted;
    }
    return self->lines.is_failed
               ? weir_fail(task, WEIR_RETRY, "out of memory for the text of a partition")
               : WEIR_OK;
}

static int print_prepare(struct weir_task *task, weir_bytes *token)
{
    struct print *self = weir_self(task, struct print);
    struct weir_blob *text = &self->lines;
    if (self->style != STYLE_JSON && self->total > 0) {
        text = &self->token;
        weir_blob_put_u64(text, self->total);
        weir_blob_put(text, "\n");
        weir_blob_append(text, self->lines.bytes, self->lines.count);
    }
    *token = weir_bytes_make(text->bytes, text->count);
    return text->is_failed
               ? weir_fail(task, WEIR_RETRY, "out of memory for the text of a partition")
               : WEIR_OK;
}

/* Collects the first lines of the batch out of its tokens, and counts its records. */
static uint64_t gather(struct print *self, const weir_bytes *const *tokens, size_t count)
{
    uint64_t total = 0;
    uint64_t shown = 0;
    weir_blob_clear(&self->first);
    for (size_t i = 0; i < count; i++) {
        weir_str rest = weir_str_from_bytes(*tokens[i]);
        weir_str line;
        if (rest.count > 0 && rest.bytes[0] != '{' && weir_str_field(&rest, '\n', &line)) {
            total += strtoull(line.bytes, NULL, 10); /* a '\n' ends the digits */
        }
        while (shown < self->shown_max && weir_str_field(&rest, '\n', &line) && line.count > 0) {
            weir_blob_append(&self->first, &line, sizeof line);
            shown++;
        }
    }
    return total;
}

static size_t shown_count(const struct print *self)
{
    return self->first.count / sizeof(weir_str);
}

static weir_str shown_line(const struct print *self, size_t i)
{
    weir_str line;
    memcpy(&line, self->first.bytes + i * sizeof line, sizeof line);
    return line;
}

/* As Spark prints a value, or a tuple of several. */
static void put_spark_record(struct weir_blob *to, weir_str record)
{
    struct weir_shown_field field;
    struct weir_shown_field next;
    weir_str rest = record;
    if (!weir_shown_field_next(&rest, &field)) {
        return;
    }
    bool is_tuple = weir_shown_field_next(&rest, &next);
    weir_blob_put(to, is_tuple ? "(" : "");
    weir_show_plainly(to, field.value);
    if (is_tuple) {
        do {
            weir_blob_put(to, ",");
            weir_show_plainly(to, next.value);
        } while (weir_shown_field_next(&rest, &next));
        weir_blob_put(to, ")");
    }
}

static void put_spark_batch(struct print *self, int64_t batch_ms, uint64_t total)
{
    static const char rule[] = "-------------------------------------------\n";
    struct weir_blob *to = &self->text;
    weir_blob_put(to, rule);
    weir_blob_put(to, "Time: ");
    weir_blob_put_u64(to, (uint64_t)batch_ms);
    weir_blob_put(to, " ms\n");
    weir_blob_put(to, rule);
    for (size_t i = 0; i < shown_count(self); i++) {
        put_spark_record(to, shown_line(self, i));
        weir_blob_put(to, "\n");
    }
    weir_blob_put(to, total > shown_count(self) ? "...\n\n" : "\n");
}

static void put_table_batch(struct weir_task *task, int64_t batch_ms, uint64_t total)
{
    struct print *self = weir_self(task, struct print);
    struct weir_screen screen;
    struct weir_table_batch batch = {.batch_ms = batch_ms, .total = total};
    weir_str *lines = (weir_str *)(void *)self->first.bytes;
    batch.lines = lines;
    batch.count = shown_count(self);
    if (batch.count == 0) {
        return;
    }
    weir_screen_look(&screen);
    if (weir_output_claim(self)) {
        self->table.lines_until_header = 0;
        self->is_shared = true;
    }
    batch.title = self->is_shared ? self->output->stream(task) : NULL;
    weir_table_add(&self->table, &batch, &screen, &self->text);
}

static int print_commit(struct weir_task *task,
                        int64_t batch_us,
                        const weir_bytes *const *tokens,
                        size_t count)
{
    struct print *self = weir_self(task, struct print);
    if (self->style == STYLE_JSON) {
        return weir_output_write(task, tokens, count);
    }
    uint64_t total = gather(self, tokens, count);
    weir_blob_clear(&self->text);
    if (self->style == STYLE_SPARK) {
        put_spark_batch(self, batch_us / 1000, total);
    } else {
        put_table_batch(task, batch_us / 1000, total);
    }
    if (self->text.is_failed || self->first.is_failed) {
        return weir_fail(task, WEIR_RETRY, "out of memory for the text of a batch");
    }
    weir_bytes text = weir_bytes_make(self->text.bytes, self->text.count);
    const weir_bytes *part = &text;
    return weir_output_write(task, &part, 1);
}

WEIR_PLUGIN("org.weir.print", WEIR_VERSION, "records on standard output", "Apache-2.0");
WEIR_SINK(
    print, WEIR_AT_LEAST_ONCE, print_begin, print_write, print_prepare, print_commit, NULL, NULL);
WEIR_HELP(
    print,
    "Writes records to standard output: all of them as lines of JSON; on a terminal, the first "
    "n of each batch as a table.",
    "generate words | count_by_value | top 10 by=count | print");
WEIR_INSTANCE(print, struct print, print_open, print_close);
WEIR_PARAMS(
    print,
    WEIR_PARAM_I64_IN(n, default(10), 0, 1000000, "records shown of a batch, but not as JSON"),
    WEIR_PARAM_STR(style,
                   default("auto"),
                   "json, table, spark (as Spark Streaming prints), or auto: table on a "
                   "terminal, else json; --json wins"));
