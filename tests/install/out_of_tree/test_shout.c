/* SPDX-License-Identifier: Apache-2.0 */
/* The test of somebody who has only the installed SDK, in no framework.
 * usage: test_shout ./shout.so */
#include <weir/harness.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed = weir_harness_open(&h, argc > 1 ? argv[1] : "./shout.so", "exclamations") ||
                       weir_harness_feed(h, "well! well\nwho is there!") ||
                       weir_harness_expect(h, "well!\nthere!");
    if (failed != 0) {
        (void)fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed;
}
