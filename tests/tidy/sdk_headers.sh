#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every SDK header compiles alone, as C11, C17 and C++17, without a warning, and so does a plugin
# that uses its macros: authors include them into programs of their own, under flags of their own.
# usage: sdk_headers.sh [C-COMPILER]
# C++ is left out, and said so, where the compiler's C++ half is not installed.
set -eu
include=$(cd "$(dirname "$0")/../../sdk/include" && pwd)
cc=${1:-cc}
case $(basename "$cc") in
clang*) cxx=$(dirname "$cc")/clang++ ;;
*) cxx=c++ ;;
esac
command -v "$cxx" >/dev/null || cxx=c++
flags="-fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror"
failed=0
count=0

# compile FILE COMPILER LANGUAGE STANDARD
compile() {
    count=$((count + 1))
    # shellcheck disable=SC2086
    if ! echo "#include \"$1\"" | "$2" -x "$3" "-std=$4" $flags -I"$include" -; then
        echo "$1:1: [sdk-header] not clean as $4 under $2"
        failed=1
    fi
}

for path in "$include"/weir/*.h "$include"/weir/*/*.h \
    "$include/../../tests/install/out_of_tree/shout.c"; do
    compile "$path" "$cc" c c11
    compile "$path" "$cc" c c17
    if command -v "$cxx" >/dev/null; then
        compile "$path" "$cxx" c++ c++17
    fi
done
command -v "$cxx" >/dev/null || echo "sdk_headers: no C++ compiler here, C++17 not tried"
if [ "$count" -eq 0 ]; then
    echo "sdk_headers: no header found in $include/weir"
    exit 1
fi
echo "sdk_headers: $count compilations, failed=$failed"
exit "$failed"
