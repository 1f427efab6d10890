/* SPDX-License-Identifier: Apache-2.0 */
/* What all parts of the harness share: errors, memory, texts; and the comparing of rows. */
#include "harness.h"

#include <stdarg.h>

/* ---- errors ---- */
int weir_harness_fail(struct weir_harness *h, const char *format, ...)
{
    char text[4096];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    free(h->error);
    h->error = (char *)malloc(strlen(text) + 1);
    if (h->error != NULL) {
        memcpy(h->error, text, strlen(text) + 1);
    }
    return 1;
}

int weir_harness_enter(struct weir_harness *h, uint32_t kind)
{
    if (h->is_broken) {
        return 1; /* its error stays */
    }
    free(h->error);
    h->error = NULL;
    h->outcome = WEIR_OK;
    h->message[0] = '\0';
    if (!h->is_open) {
        return weir_harness_fail(h, "it was not opened");
    }
    return kind == 0 || h->exported->kind == kind
               ? 0
               : weir_harness_fail(h, "%s is not of the kind that this call is for",
                                   h->exported->name);
}

int weir_harness_failed_with(struct weir_harness *h, int outcome, const char *what)
{
    return weir_harness_fail(h, "%s: %s fails with outcome %d: %s", h->exported->name, what,
                             outcome, h->message[0] != '\0' ? h->message : "without a message");
}

void weir_harness_bad(struct weir_harness *h, const char *where)
{
    struct weir_blob *failure = weir_harness_texts_add(&h->failures);
    weir_blob_put(failure, where);
    weir_blob_put(failure, ": ");
    weir_blob_put(failure, h->message[0] != '\0' ? h->message : "failed without a message");
}

const char *weir_harness_error(const struct weir_harness *h)
{
    return h->error != NULL ? h->error : "";
}

/* ---- memory ---- */
void *weir_harness_keep(struct weir_harness *h, size_t bytes)
{
    struct weir_harness_block *block =
        (struct weir_harness_block *)calloc(1, sizeof *block + sizeof(void *) + bytes);
    if (block == NULL) {
        abort(); /* a test without memory has nothing to say */
    }
    block->next = h->kept;
    h->kept = block;
    return (char *)block + 2 * sizeof(void *);
}

char *weir_harness_keep_text(struct weir_harness *h, const char *text, size_t count)
{
    char *copy = (char *)weir_harness_keep(h, count + 1);
    if (count > 0) {
        memcpy(copy, text, count);
    }
    return copy;
}

void weir_harness_scratch_reset(struct weir_harness *h)
{
    while (h->scratch != NULL) {
        struct weir_harness_block *next = h->scratch->next;
        free(h->scratch);
        h->scratch = next;
    }
}

/* ---- texts ---- */
struct weir_blob *weir_harness_texts_add(struct weir_harness_texts *texts)
{
    if (texts->count == texts->capacity) {
        texts->capacity = texts->capacity * 2 + 8;
        texts->texts =
            (struct weir_blob *)realloc(texts->texts, texts->capacity * sizeof *texts->texts);
        if (texts->texts == NULL) {
            abort();
        }
    }
    memset(&texts->texts[texts->count], 0, sizeof *texts->texts);
    return &texts->texts[texts->count++];
}

void weir_harness_texts_free(struct weir_harness_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        weir_blob_free(&texts->texts[i]);
    }
    free(texts->texts);
    memset(texts, 0, sizeof *texts);
}

void weir_harness_put(struct weir_harness *h, struct weir_blob *to, weir_str text)
{
    pthread_mutex_lock(&h->lock);
    weir_blob_append(to, text.bytes, text.count);
    pthread_mutex_unlock(&h->lock);
}

const char *weir_harness_show(struct weir_harness *h, const struct weir_blob *text, int which)
{
    struct weir_blob *copy = &h->shown[which];
    pthread_mutex_lock(&h->lock);
    weir_blob_clear(copy);
    weir_blob_append(copy, text->bytes, text->count);
    weir_blob_append(copy, "", 1);
    pthread_mutex_unlock(&h->lock);
    return copy->bytes;
}

const char *weir_harness_log(struct weir_harness *h)
{
    return weir_harness_show(h, &h->log, 0);
}

/* Without the newline at its end: as expect takes it. */
const char *weir_harness_rows(struct weir_harness *h)
{
    const char *text = weir_harness_show(h, &h->rows, 1);
    const size_t count = strlen(text);
    if (count > 0 && text[count - 1] == '\n') {
        h->shown[1].bytes[count - 1] = '\0';
    }
    return text;
}

/* ---- comparing ---- */
static int compare_lines(const void *a, const void *b)
{
    return weir_text_compare(*(const weir_str *)a, *(const weir_str *)b);
}

/* The rows of a text: lines, of which the last one has no end; "" has none, "\n" one that is empty.
 */
static size_t cut_lines(weir_str text, weir_str **lines)
{
    size_t count = 0;
    weir_str rest = text;
    weir_str line;
    *lines = (weir_str *)malloc((text.count + 2) * sizeof **lines);
    if (weir_str_equal(text, "\n")) {
        rest.count = 0;
    } else if (text.count == 0) {
        return 0;
    }
    while (weir_str_field(&rest, '\n', &line)) {
        (*lines)[count++] = line;
    }
    return count;
}

static int differ(struct weir_harness *h, size_t i, const weir_str *expected, const weir_str *found)
{
    return weir_harness_fail(h, "row %zu: expected '%.*s', found %s%.*s%s; all rows:\n%s", i + 1,
                             expected != NULL ? (int)expected->count : 20,
                             expected != NULL ? expected->bytes : "no further one",
                             found != NULL ? "'" : "", found != NULL ? (int)found->count : 20,
                             found != NULL ? found->bytes : "no further one",
                             found != NULL ? "'" : "", weir_harness_rows(h));
}

static int expect(struct weir_harness *h, const char *rows, bool is_sorted)
{
    weir_str *expected;
    weir_str *found;
    int failed = weir_harness_enter(h, 0);
    if (failed != 0) {
        return failed;
    }
    if (h->failures.count > 0) {
        return weir_harness_fail(h, "a bad record: %.*s", (int)h->failures.texts[0].count,
                                 h->failures.texts[0].bytes);
    }
    weir_str text = weir_str_from_chars(weir_harness_show(h, &h->rows, 2));
    text.count -= text.count > 1; /* every row ends its line */
    const size_t wanted = cut_lines(weir_str_from_chars(rows), &expected);
    const size_t count = cut_lines(text, &found);
    if (is_sorted) {
        qsort(expected, wanted, sizeof *expected, compare_lines);
        qsort(found, count, sizeof *found, compare_lines);
    }
    for (size_t i = 0; i < (wanted > count ? wanted : count) && failed == 0; i++) {
        if (i >= count || i >= wanted || !weir_text_equal(expected[i], found[i])) {
            failed = differ(h, i, i < wanted ? &expected[i] : NULL, i < count ? &found[i] : NULL);
        }
    }
    free(expected);
    free(found);
    pthread_mutex_lock(&h->lock);
    weir_blob_clear(&h->rows);
    pthread_mutex_unlock(&h->lock);
    return failed;
}

int weir_harness_expect(struct weir_harness *h, const char *rows)
{
    return expect(h, rows, false);
}

int weir_harness_expect_any_order(struct weir_harness *h, const char *rows)
{
    return expect(h, rows, true);
}

int weir_harness_expect_bad(struct weir_harness *h, const char *text)
{
    struct weir_blob failure;
    int failed;
    if (h->failures.count == 0) { /* a call that failed: its error says so */
        if (h->error != NULL && strstr(h->error, text) != NULL) {
            free(h->error);
            h->error = NULL;
            return 0;
        }
        return h->error != NULL && h->is_broken
                   ? 1
                   : weir_harness_fail(h, "nothing has failed, expected '%s'", text);
    }
    failed = weir_harness_enter(h, 0);
    failure = h->failures.texts[0];
    h->failures.count--;
    memmove(h->failures.texts, h->failures.texts + 1,
            h->failures.count * sizeof *h->failures.texts);
    weir_blob_append(&failure, "", 1);
    if (failed == 0 && strstr(failure.bytes, text) == NULL) {
        failed = weir_harness_fail(h, "expected '%s', but it failed so: %s", text, failure.bytes);
    }
    weir_blob_free(&failure);
    return failed;
}
