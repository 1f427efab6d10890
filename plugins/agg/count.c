/* SPDX-License-Identifier: Apache-2.0 */
/* How many rows there are; how many values are not null. */
#include "example.h"

#include <weir/operator.h>

struct count {
    int64_t rows;
};
WEIR_STATE(count, 1, rows);

WEIR_HELP(count_rows, "how many rows", EXAMPLE("count()"));
WEIR_AGGREGATE_AS(count_rows, "count", 0, int64_t, count, ())
{
    state->rows++;
}
WEIR_MERGE(count_rows)
{
    state->rows += other->rows;
}
WEIR_RESULT(count_rows)
{
    return state->rows;
}
WEIR_REMOVE(count_rows, ())
{
    state->rows--;
}

WEIR_HELP(count_values, "how many values of any type are not null", EXAMPLE("count(user)"));
WEIR_AGGREGATE_AS(count_values, "count", 0, int64_t, count, (weir_row, value))
{
    (void)value;
    state->rows++;
}
WEIR_MERGE(count_values)
{
    state->rows += other->rows;
}
WEIR_RESULT(count_values)
{
    return state->rows;
}
WEIR_REMOVE(count_values, (weir_row, value))
{
    (void)value;
    state->rows--;
}
