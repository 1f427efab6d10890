/* SPDX-License-Identifier: Apache-2.0 */
/* CSV from anywhere, through the harness, which checks every cell. The first byte chooses the
 * schema and the parameters; the rest is a value of any number of records. */
#include "fuzz.h"

#include <weir/harness.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct weir_plugin weir_plugin_e1_csv;

static const char *const calls[] = {
    "csv schema {s: str, n: i64}",
    "csv schema {x: f64, i: i32, b: bool, at: ts, z: bytes} separator=\";\"",
    "csv schema {b: str, c: str} columns=\"a,b,c\" header=true",
};
enum { CALLS = sizeof calls / sizeof calls[0] };

static struct weir_harness *opened(int call)
{
    static struct weir_harness *harnesses[CALLS];
    if (harnesses[call] == NULL &&
        weir_harness_open_static(&harnesses[call], &weir_plugin_e1_csv, calls[call]) != 0) {
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
    /* a header in another order is the one thing that ends a job */
    if (weir_harness_feed(h, cell) != 0 &&
        strstr(weir_harness_error(h), "in another order") == NULL) {
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
