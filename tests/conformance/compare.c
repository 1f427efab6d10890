/* SPDX-License-Identifier: Apache-2.0 */
/* Records against what a case expects. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every element as canonical text, sorted. The caller frees. */
static char **sorted_texts(const json_t *array)
{
    size_t count = json_array_size(array);
    char **texts = weir_alloc((count + 1) * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        texts[i] =
            json_dumps(json_array_get(array, i), JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    }
    qsort(texts, count, sizeof *texts, by_text);
    return texts;
}

static bool is_same_multiset(const json_t *a, const json_t *b)
{
    size_t count = json_array_size(a);
    if (count != json_array_size(b)) {
        return false;
    }
    char **left = sorted_texts(a), **right = sorted_texts(b);
    bool is_same = true;
    for (size_t i = 0; i < count; i++) {
        is_same = is_same && strcmp(left[i], right[i]) == 0;
        free(left[i]);
        free(right[i]);
    }
    weir_free(left);
    weir_free(right);
    return is_same;
}

bool cf_same(const char *compare, const json_t *actual, const json_t *expected)
{
    if (strcmp(compare, "count") == 0) {
        return (json_int_t)json_array_size(actual) == json_integer_value(expected);
    }
    return strcmp(compare, "list") == 0 ? json_equal(actual, expected) != 0
                                        : is_same_multiset(actual, expected);
}
