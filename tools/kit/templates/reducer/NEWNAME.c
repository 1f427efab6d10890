/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: the sum of the values of a key. */
#include <weir/plugin.h>

/* Two values into one, in any order and grouping: `weir plugin check` tries whether that is true.
 * The sum wraps around, because an overflow of int64_t is not defined in C. */
WEIR_REDUCER(int64_t, NEWNAME, (a, b))
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* Takes b out of a result again: windows slide without being computed anew. Optional. */
WEIR_INVERSE(NEWNAME, (a, b))
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}
WEIR_HELP(NEWNAME,
          "the sum; wraps around",
          "generate words | map key = word, value = 1 | reduce_by_key NEWNAME.NEWNAME | print");

WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "sums", "Apache-2.0");
