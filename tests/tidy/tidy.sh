#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Style is a test. usage: tidy.sh [ROOT [EXCEPTIONS]]
# Prints "file:line: [rule] what is wrong" for each violation below ROOT; status 1 if there is one.
# Needs sh, awk, find and grep. The rules are explained in README.md beside this file.
set -eu
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/../..}"
exceptions=${2:-$here/exceptions.txt}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# All paths that are ours, without a leading "./". Build trees and the fixture are not.
find . \( -name .git -o -name build -o -name "build-*" -o -path ./tests/tidy/fixture \) -prune \
    -o -type f -print | sed "s|^\./||" | sort >"$work/all"
grep -E '^(engine|sdk|plugins|tools|tests|examples)/.*\.[ch]$' "$work/all" >"$work/code" || true
grep -E '(^|/)CMakeLists\.txt$|\.cmake$' "$work/all" >"$work/cmake" || true
grep -E '\.(sh|awk)$|^tools/(try|test)$|^\.ci/run$' "$work/all" >"$work/scripts" || true
grep -E '^engine/[a-z_]+/[a-z_]+\.h$|^engine/engine\.h$|^sdk/include/weir/[^/]*\.h$' "$work/code" |
    awk -F/ '$2 == "base" || NF == 2 || $1 == "sdk" || $3 == $2 ".h"' >"$work/doors" || true

# Lists become arguments; no path of ours has white space in it.
# shellcheck disable=SC2046
{
    awk -f "$here/strip.awk" -f "$here/text.awk" /dev/null \
        $(cat "$work/code" "$work/cmake" "$work/scripts")
    awk -f "$here/strip.awk" -f "$here/includes.awk" engine/rooms.txt $(cat "$work/code")
    awk -f "$here/strip.awk" -f "$here/doors.awk" /dev/null $(cat "$work/doors")
    awk -f "$here/strip.awk" -f "$here/tree.awk" "$work/all" \
        $(grep -E '(^|/)CMakeLists\.txt$' "$work/cmake")
    # The words are put together here, so that this file does not contain them.
    grep -EnIw "FIX""ME|TO""DO|X""XX" /dev/null $(cat "$work/all") |
        sed -E 's/^([^:]*):([0-9]+):[ ]*(.{0,60}).*/left-over\t\1\t\2\t\3/'
} | sort -t "$(printf '\t')" -k2,2 -k3,3n -k1,1 >"$work/found"

if awk -f "$here/exceptions.awk" "$exceptions" "$work/found" >"$work/out"; then
    echo "tidy: $(wc -l <"$work/code") files follow the house rules"
else
    cat "$work/out"
    echo "tidy: $(wc -l <"$work/out") violations; what each rule wants: tests/tidy/README.md"
    exit 1
fi
