/* SPDX-License-Identifier: Apache-2.0 */
/* JSON from anywhere, through the harness: a strict host, which checks every cell, moves columns
 * whenever they grow, and runs each record twice. The first byte chooses the schema. */
#include "fuzz.h"

#include <weir/harness.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct weir_plugin weir_plugin_e1_json;

static const char *const calls[] = {
    "json schema {s: str, n: i64}",
    "json schema {x: f64, i: i32, b: bool, at: ts, z: bytes}",
    "json schema {tags: list<str>, geo: {lat: f64, far: {s: str}}, legs: list<{n: list<i64>}>}",
};
enum { CALLS = sizeof calls / sizeof calls[0] };

static struct weir_harness *opened(int call)
{
    static struct weir_harness *harnesses[CALLS];
    if (harnesses[call] == NULL &&
        weir_harness_open_static(&harnesses[call], &weir_plugin_e1_json, calls[call]) != 0) {
        fprintf(stderr, "%s\n", weir_harness_error(harnesses[call]));
        abort();
    }
    return harnesses[call];
}

/* The bytes as the harness's text of one cell. */
static char *cell_of(const uint8_t *data, size_t size)
{
    char *text = malloc(4 * size + 1);
    char *to = text;
    for (size_t i = 0; i < size; i++) {
        to += snprintf(
            to, 5, data[i] < ' ' || strchr("\\|\177", data[i]) != NULL ? "\\x%02x" : "%c", data[i]);
    }
    *to = '\0';
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct weir_harness *h = opened(data[0] % CALLS);
    char *cell = cell_of(data + 1, size - 1);
    if (weir_harness_feed(h, cell) != 0) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
        abort();
    }
    while (weir_harness_expect_bad(h, "") == 0) {
    }
    char *rows = strdup(weir_harness_rows(h));
    if (weir_harness_expect(h, rows) != 0) {
        abort();
    }
    free(rows);
    free(cell);
    return 0;
}
