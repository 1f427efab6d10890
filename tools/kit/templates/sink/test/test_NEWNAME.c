/* SPDX-License-Identifier: Apache-2.0 */
/* A batch in, a file out, without weir. usage: test_NEWNAME NEWNAME.so */
#include <stdio.h>
#include <string.h>
#include <weir/harness.h>

int main(int argc, char **argv)
{
    const char *const wanted = "{\"line\":\"one small step\"}\n";
    char found[64] = "";
    struct weir_harness *h;
    FILE *file;
    remove("test_NEWNAME.out");
    const int failed =
        weir_harness_open(&h, argc > 1 ? argv[1] : "./NEWNAME.so",
                          "NEWNAME test_NEWNAME.out") != 0 ||
        weir_harness_fields(h, "line: str") != 0 || weir_harness_batch(h, 1000) != 0 ||
        weir_harness_begin(h, 0) != 0 || weir_harness_feed(h, "one small step") != 0 ||
        weir_harness_prepare(h) != 0 || weir_harness_commit(h) != 0;
    file = fopen("test_NEWNAME.out", "r");
    if (file != NULL) {
        found[fread(found, 1, sizeof found - 1, file)] = '\0';
        fclose(file);
    }
    if (failed || strcmp(found, wanted) != 0) {
        fprintf(stderr, "%s\nexpected %s, found %s\n", weir_harness_error(h), wanted, found);
    }
    weir_harness_close(h);
    return failed || strcmp(found, wanted) != 0 ? 1 : 0;
}
