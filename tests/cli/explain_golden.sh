#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every job of examples/ is explained as it was before, and the program that explain prints is the
# same job: it is explained in the same way.
# usage: explain_golden.sh WEIR [--write]    --write: what is said becomes what is expected
. "$(dirname "$0")/lib.sh"
golden=$SOURCE/tests/cli/golden
mode=${2-}
for job in "$SOURCE"/examples/plugins/*.weir; do
    cp "$job" "plugin_$(basename "$job")"
done
cp "$SOURCE"/examples/jobs/* "$SOURCE"/examples/nexmark/*.weir \
    "$SOURCE"/examples/yahoo/*.weir .
ln -s "$SOURCE/examples" examples
cp "$BUILD"/examples/*.so "$BUILD"/tests/e2e/benchmarks/*.so .

jobs=0
for job in *.weir; do
    name=${job%.weir}
    [ "$name" != plugin_first_tags ] || [ -e hashtags.so ] || continue
    run explain --plugin-path . "$job"
    gives 0
    cp out "$name.txt"
    [ "$mode" != --write ] || cp out "$golden/$name.txt"
    holds "$name is explained as before: $(diff "$golden/$name.txt" out 2>&1 | head -n 6)" \
        cmp -s "$golden/$name.txt" out
    # what is printed, read again, is printed and explained the same
    sed -n '/^program/,/^job/p' "$name.txt" | sed -e 1d -e '$d' -e 's/^  //' >again
    mv again "again_$name.weir"
    run explain --plugin-path . "again_$name.weir"
    gives 0
    holds "$name reads its own program: $(diff "$name.txt" out | head -n 6)" cmp -s "$name.txt" out
    jobs=$((jobs + 1))
done
echo "$jobs jobs parse, print and parse again to the same graph"
holds "there are jobs" test "$jobs" -gt 20
finish
