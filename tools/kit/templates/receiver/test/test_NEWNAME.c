/* SPDX-License-Identifier: Apache-2.0 */
/* What it stores, on a clock that stands, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so",
                          "NEWNAME count=3 every=10ms") != 0 ||
        weir_harness_clock(h, 1000000) != 0 || weir_harness_start(h) != 0 ||
        weir_harness_await(h, 3) != 0 || weir_harness_stop(h, NULL) != 0 ||
        weir_harness_expect(h, "1|1000000\n2|1010000\n3|1020000") != 0; /* n|at */
    if (failed) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed ? 1 : 0;
}
