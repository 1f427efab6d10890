/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in, rows out, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so", "NEWNAME") != 0 ||
        weir_harness_feed(h, "1\n2\n\\N") != 0 || /* \N is null: not shown to the body */
        weir_harness_feed(h, "6") != 0 ||         /* a state of its own, merged by result */
        weir_harness_result(h) != 0 || weir_harness_expect(h, "3") != 0 ||
        weir_harness_remove(h, "1\n2") != 0 || weir_harness_result(h) != 0 ||
        weir_harness_expect(h, "6") != 0;
    if (failed) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed ? 1 : 0;
}
