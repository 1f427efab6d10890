/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges, each of them read twice, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so", "NEWNAME to=3") != 0 ||
        weir_harness_read(h, 0, 1, NULL) != 0 || weir_harness_expect(h, "1\n2\n3") != 0 ||
        !weir_harness_is_over(h);
    if (failed) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed ? 1 : 0;
}
