/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in, rows out, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so", "NEWNAME") != 0 ||
        weir_harness_feed(h, "one small  step\n\nfor us") != 0 ||
        weir_harness_expect(h, "one|3\nsmall|5\nstep|4\nfor|3\nus|2") != 0; /* word|length */
    if (failed) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed ? 1 : 0;
}
