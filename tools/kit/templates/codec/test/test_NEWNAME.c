/* SPDX-License-Identifier: Apache-2.0 */
/* Lines into rows and back, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so", "NEWNAME") != 0 ||
        weir_harness_feed(h, "pears 3\nno number\nripe apples -4") != 0 ||
        weir_harness_expect_bad(h, "expected a name and a number, found 'no number'") != 0 ||
        weir_harness_expect(h, "pears|3\nripe apples|-4") != 0 ||
        weir_harness_fields(h, "name: str, number: i64") != 0 ||
        weir_harness_encode(h, "pears|3\nripe apples|-4") != 0 ||
        weir_harness_expect(h, "pears 3\nripe apples -4") != 0;
    if (failed) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed ? 1 : 0;
}
