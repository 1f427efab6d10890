/* SPDX-License-Identifier: Apache-2.0 */
/* Records in, rows and states out, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    struct weir_harness *h;
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so", "NEWNAME") != 0 ||
        weir_harness_timeout(h, 5000000) != 0 || weir_harness_batch(h, 1000) != 0 ||
        weir_harness_feed(h, "a|1\nb|5\na|3.5\nb|4") != 0 || /* key|value */
        weir_harness_expect(h, "a|2.5") != 0 || weir_harness_batch(h, 5000) != 0 ||
        weir_harness_feed(h, "b|6") != 0 || weir_harness_expect(h, "b|2") != 0 ||
        weir_harness_batch(h, 6001) != 0 || /* a has been idle for more than 5 s */
        weir_harness_feed(h, "a|9") != 0 || weir_harness_expect(h, "") != 0;
    if (failed) {
        fprintf(stderr, "%s\n", weir_harness_error(h));
    }
    weir_harness_close(h);
    return failed ? 1 : 0;
}
