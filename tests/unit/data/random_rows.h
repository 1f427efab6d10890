/* SPDX-License-Identifier: Apache-2.0 */
/* Seeded random types, values and tables for property tests: small alphabets, so that equal values
 * happen; text on both sides of 12 bytes; nulls everywhere. */
#ifndef WEIR_TESTS_RANDOM_ROWS_H
#define WEIR_TESTS_RANDOM_ROWS_H

#include "data/data.h"

struct random {
    uint64_t state;
    struct weir_arena *arena; /* what is made lives here */
};

/* A number below `limit` (limit > 0). */
uint32_t random_below(struct random *random, uint32_t limit);

/* A type of any kind, at most `depth` deep. */
const struct weir_type *random_type(struct random *random, int depth);

/* A record of 1 to 5 fields. */
const struct weir_type *random_schema(struct random *random);

/* A value of that type, null one time in five. */
void random_value(struct random *random, const struct weir_type *type, struct weir_value *value);

/* One value for each field. */
struct weir_value *random_record(struct random *random, const struct weir_type *schema);

/* A table of `rows` random records. */
void random_table(struct random *random,
                  const struct weir_type *schema,
                  uint32_t rows,
                  struct weir_table *table);

/* The same rows as `all` (no selection), garbage wherever no loop may look. Lives on the arena. */
void random_garbage(struct random *random, const struct weir_rows *all, struct weir_rows *garbled);

/* Are the rows equal, value by value? */
bool same_row(struct weir_arena *arena,
              const struct weir_rows *a,
              uint32_t row_a,
              const struct weir_rows *b,
              uint32_t row_b);

#endif
