/* SPDX-License-Identifier: Apache-2.0 */
/* Batches in, states out, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so", "NEWNAME") != 0 ||
        weir_harness_feed(h, "ann|1000\nbob|2000\nann|3000") != 0 || /* key|value */
        weir_harness_batch(h, 1) != 0 ||                             /* the batch of 1 ms */
        weir_harness_expect(h, "ann|2|3000\nbob|1|2000") != 0 ||
        weir_harness_feed(h, "ann|1800000000") != 0 || weir_harness_batch(h, 1800003) != 0 ||
        weir_harness_expect(h, "ann|3|1800000000") != 0; /* bob has been away for too long */
    if (failed) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed ? 1 : 0;
}
