/* SPDX-License-Identifier: Apache-2.0 */
/* The host table: what an operator may ask for, as a strict engine would give it. */
#include "harness.h"

#include <stdarg.h>

static struct weir_harness *harness_of(struct weir_task *task)
{
    return (struct weir_harness *)(void *)task; /* its first member */
}

__attribute__((format(printf, 3, 4))) static int host_fail(struct weir_task *task,
                                                           int outcome,
                                                           const char *format,
                                                           ...)
{
    struct weir_harness *h = harness_of(task);
    va_list values;
    va_start(values, format);
    (void)vsnprintf(h->message, sizeof h->message, format, values);
    va_end(values);
    h->outcome = outcome;
    return outcome;
}

__attribute__((format(printf, 3, 4))) static void host_log(struct weir_task *task,
                                                           int level,
                                                           const char *format,
                                                           ...)
{
    char line[1024];
    va_list values;
    (void)level;
    va_start(values, format);
    (void)vsnprintf(line, sizeof line - 1, format, values);
    va_end(values);
    weir_harness_put(harness_of(task), &harness_of(task)->log, weir_str_from_chars(line));
    weir_harness_put(harness_of(task), &harness_of(task)->log, weir_str_from_chars("\n"));
}

/* A block of its own for each: a sanitizer sees a byte too many. */
static void *host_arena(struct weir_task *task, size_t bytes)
{
    struct weir_harness *h = harness_of(task);
    struct weir_harness_block *block =
        (struct weir_harness_block *)calloc(1, 2 * sizeof(void *) + bytes);
    if (block == NULL) {
        abort();
    }
    block->next = h->scratch;
    h->scratch = block;
    return (char *)block + 2 * sizeof(void *);
}

static const struct weir_param_value *host_param(struct weir_task *task, const char *name)
{
    const struct weir_harness *h = harness_of(task);
    for (uint32_t i = 0; i < h->value_count; i++) {
        if (strcmp(h->value_names[i], name) == 0) {
            return &h->values[i];
        }
    }
    return NULL;
}

/* ---- weir.output/1, weir.json/1 ---- */
static const char *output_stream(struct weir_task *task)
{
    return harness_of(task)->stream;
}
static int64_t output_batch_ms(struct weir_task *task)
{
    return task->batch_us / 1000;
}
static uint32_t output_partition_count(struct weir_task *task)
{
    return harness_of(task)->partitions;
}
static bool output_is_json(struct weir_task *task)
{
    return harness_of(task)->is_json;
}

static void put_json(weir_row row, struct weir_blob *to)
{
    const char type = weir_get_type(row);
    const size_t count = type == '+' || type == 's' ? weir_get_count(row) : 0;
    if (weir_get_is_null(row)) {
        weir_blob_put(to, "null");
    } else if (type == 'u' || type == 'z') {
        const weir_str text = weir_get_str(row);
        weir_blob_put(to, "\"");
        for (size_t i = 0; i < text.count; i++) {
            const char byte = text.bytes[i];
            if ((uint8_t)byte < ' ') {
                char escaped[8];
                (void)snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)(uint8_t)byte);
                weir_blob_put(to, escaped);
                continue;
            }
            weir_blob_put(to, byte == '"' || byte == '\\' ? "\\" : "");
            weir_blob_append(to, &byte, 1);
        }
        weir_blob_put(to, "\"");
    } else if (type == '+' || type == 's') {
        weir_blob_put(to, type == '+' ? "[" : "{");
        for (size_t i = 0; i < count; i++) {
            weir_blob_put(to, i > 0 ? "," : "");
            if (type == 's') {
                weir_blob_put(to, "\"");
                weir_blob_put(to, weir_get_name(row, i));
                weir_blob_put(to, "\":");
            }
            put_json(type == '+' ? weir_get_item(row, i) : weir_get_part(row, i), to);
        }
        weir_blob_put(to, type == '+' ? "]" : "}");
    } else {
        weir_harness_print(row, false, to);
    }
}

static weir_str json_lines(struct weir_task *task,
                           const struct weir_chunk *in,
                           const struct ArrowSchema *schema,
                           const char *stream)
{
    struct weir_harness *h = harness_of(task);
    struct weir_blob *to = &h->shown[3];
    weir_blob_clear(to);
    for (size_t k = 0; k < weir_chunk_count(in); k++) {
        const size_t i = weir_chunk_position(in, k);
        weir_blob_put(to, "{");
        for (int64_t c = 0; c < schema->n_children; c++) {
            weir_blob_put(to, c > 0 ? ",\"" : "\"");
            weir_blob_put(to, schema->children[c]->name);
            weir_blob_put(to, "\":");
            put_json(weir_row_of(in->cols[c], schema->children[c], i), to);
        }
        if (stream != NULL) {
            weir_blob_put(to, schema->n_children > 0 ? ",\"_time\":" : "\"_time\":");
            weir_harness_print_i64(task->batch_us / 1000, to);
            weir_blob_put(to, ",\"_stream\":\"");
            weir_blob_put(to, stream);
            weir_blob_put(to, "\"");
        }
        weir_blob_put(to, "}\n");
    }
    return weir_str_make(to->bytes, to->count);
}

static const void *host_get(const char *interface_id)
{
    static const struct weir_json json = {sizeof json, 0, json_lines};
    static const struct weir_output output = {
        sizeof output, 0, output_stream, output_batch_ms, output_partition_count, output_is_json};
    if (strcmp(interface_id, WEIR_JSON_1) == 0) {
        return &json;
    }
    return strcmp(interface_id, WEIR_OUTPUT_1) == 0 ? (const void *)&output : NULL;
}

const struct weir_host weir_harness_host = {
    sizeof weir_harness_host, WEIR_MINOR, host_get, host_fail, host_arena, host_param, host_log};
