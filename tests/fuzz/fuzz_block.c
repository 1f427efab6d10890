/* SPDX-License-Identifier: Apache-2.0 */
/* Block bytes from anywhere. Each input is tried as it is, and once more with lengths and checksum
 * put right, so that the fuzzer gets to what lies behind them. */
#include "wire/wire.h"

#include <string.h>
#include <xxhash.h>

/* Entry of libFuzzer and AFL++. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count);

/* Reads everything that the table claims to have. */
static void walk(const struct weir_table *table)
{
    enum { ROWS_MAX = 10000 };
    struct weir_text text;
    weir_text_init(&text);
    for (uint32_t i = 0; i < table->all.rows && i < ROWS_MAX; i++) {
        text.count = 0;
        weir_json_row(&text, &table->all, i, 0, NULL);
    }
    weir_text_finish(&text);
}

static void try_decode(const uint8_t *data, size_t count)
{
    struct weir_table table;
    struct weir_error err;
    size_t used = 0;
    if (weir_table_decode((weir_bytes){data, count}, &used, &table, &err) == WEIR_OK) {
        walk(&table);
        weir_table_finish(&table);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    enum { PROLOGUE_BYTES = 24, CHECKSUM_BYTES = 8 };
    try_decode(data, count);
    if (count < PROLOGUE_BYTES + CHECKSUM_BYTES) {
        return 0;
    }
    uint8_t *sealed = weir_alloc(count);
    uint64_t bytes = count;
    memcpy(sealed, data, count);
    memcpy(sealed, "WEIRBLK1", 8);
    memcpy(sealed + 8, &bytes, sizeof bytes);
    uint64_t checksum = XXH3_64bits(sealed, count - CHECKSUM_BYTES);
    memcpy(sealed + count - CHECKSUM_BYTES, &checksum, sizeof checksum);
    try_decode(sealed, count);
    weir_free(sealed);
    return 0;
}
