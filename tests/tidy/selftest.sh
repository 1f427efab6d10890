#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A check that cannot fail checks nothing: tidy.sh must find exactly the violations that fixture/
# has, each of them in fixture/expected.txt. `selftest.sh --accept` writes that file anew.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
cp -R "$here/fixture" "$tree"

# What is too large, or not to be found in our own tree, is made here.
mark="FIX""ME"
sed "s/@MARK@/$mark/" "$here/fixture/engine/data/hash.c" >"$tree/engine/data/hash.c"
head_lines() {
    printf '/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by the self-test. */\n'
}
function_of() { # NAME LINES
    printf 'int %s(int a,\n    int b)\n{\n' "$1"
    yes '    a += b;' | head -n "$(($2 - 4))"
    printf '}\n\n'
}
{
    head_lines
    function_of weir_longest_allowed 70
    function_of weir_too_long 71
    yes '/* a line */' | head -n 356
} >"$tree/engine/data/lengths.c"
mkdir "$tree/engine/wire/many"
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
    head_lines >"$tree/engine/wire/many/x$n.h"
    echo "#include \"wire/many/x$n.h\"" >>"$tree/engine/wire/wire.c"
done

if "$here/tidy.sh" "$tree" "$tree/exceptions.txt" >"$work/out"; then
    echo "selftest: tidy.sh passed a tree full of violations"
    exit 1
fi
# The count in the last line and the path of the copy are not part of what is expected.
sed -e '$d' -e "s|^$tree/||" "$work/out" >"$work/found"
if [ "${1:-}" = --accept ]; then
    cp "$work/found" "$here/fixture/expected.txt"
fi
if diff -u "$here/fixture/expected.txt" "$work/found"; then
    echo "selftest: all $(wc -l <"$work/found") violations of the fixture found, and no other"
else
    echo "selftest: - is expected and not found, + is found and not expected"
    exit 1
fi
