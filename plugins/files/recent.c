/* SPDX-License-Identifier: Apache-2.0 */
/* See recent.h. */
#include "recent.h"

#include <weir/value.h>

static int by_path(const void *a, const void *b)
{
    const struct weir_recent_file *left = a;
    const struct weir_recent_file *right = b;
    return weir_str_compare(left->path, right->path);
}

static size_t count_lines_at_most(weir_bytes text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.count; i++) {
        count += text.bytes[i] == '\n';
    }
    return count;
}

/* A decimal number and the ':' behind it. */
static bool take_number(weir_bytes *rest, uint64_t *number)
{
    size_t i = 0;
    *number = 0;
    while (i < rest->count && i < 18 && rest->bytes[i] >= '0' && rest->bytes[i] <= '9') {
        *number = *number * 10 + (uint64_t)(rest->bytes[i] - '0');
        i++;
    }
    if (i == 0 || i == rest->count || rest->bytes[i] != ':') {
        return false;
    }
    *rest = weir_bytes_make(rest->bytes + i + 1, rest->count - i - 1);
    return true;
}

int weir_recent_parse(weir_bytes text, struct weir_recent *recent)
{
    size_t lines = count_lines_at_most(text);
    *recent = (struct weir_recent){calloc(lines + 1, sizeof *recent->files), 0};
    if (recent->files == NULL) {
        return -2;
    }
    while (text.count > 0) {
        uint64_t batch_ms;
        uint64_t path_bytes;
        if (!take_number(&text, &batch_ms) || !take_number(&text, &path_bytes) ||
            path_bytes >= text.count || text.bytes[path_bytes] != '\n') {
            return -1;
        }
        recent->files[recent->count++] =
            (struct weir_recent_file){(int64_t)batch_ms, {(const char *)text.bytes, path_bytes}};
        text = weir_bytes_make(text.bytes + path_bytes + 1, text.count - path_bytes - 1);
    }
    if (recent->count > 1) {
        qsort(recent->files, recent->count, sizeof *recent->files, by_path);
    }
    return 0;
}

bool weir_recent_has(const struct weir_recent *recent, weir_str path)
{
    struct weir_recent_file key = {0, path};
    return recent->count > 0 &&
           bsearch(&key, recent->files, recent->count, sizeof key, by_path) != NULL;
}

void weir_recent_append(struct weir_blob *text, int64_t batch_ms, weir_str path)
{
    weir_blob_put_u64(text, batch_ms > 0 ? (uint64_t)batch_ms : 0);
    weir_blob_put(text, ":");
    weir_blob_put_u64(text, path.count);
    weir_blob_put(text, ":");
    weir_blob_append(text, path.bytes, path.count);
    weir_blob_put(text, "\n");
}

void weir_recent_free(struct weir_recent *recent)
{
    free(recent->files);
    *recent = (struct weir_recent){0};
}
