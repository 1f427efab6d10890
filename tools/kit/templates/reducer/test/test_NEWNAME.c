/* SPDX-License-Identifier: Apache-2.0 */
/* Values in, one out, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so", "NEWNAME") != 0 ||
        weir_harness_feed(h, "1\n-2") != 0 || weir_harness_feed(h, "5") != 0 ||
        weir_harness_result(h) != 0 || weir_harness_expect(h, "4") != 0;
    if (failed) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed ? 1 : 0;
}
