#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sdk/README.md and examples/plugins/README.md: their samples compile and run by their own lines.
. "$(dirname "$0")/lib.sh"
readme=$SOURCE/sdk/README.md

# block LANGUAGE NUMBER: that one of the README's samples.
block() {
    awk -v want="$1" -v number="$2" '
        /^```/ && inside { inside = 0; next }
        /^```/ { inside = $0 == "```" want && ++seen == number; next }
        inside' "$readme"
}

# lines NUMBER: runs each line of a sh block, comments cut off.
lines() {
    block sh "$1" | sed 's/ *#.*//' >commands
    holds "block $1 has lines" test -s commands
    while read -r last; do
        case $last in
        *generate*) last=${last/ run / run --until 1s -b 100ms } ;;
        esac
        eval "timeout 200 $last" >out 2>err </dev/null
        status=$?
        gives 0
    done <commands
}

mkdir bin sdk
ln -s "$weir" bin/weir
ln -s "$SOURCE/sdk/include" sdk/include
printf '#!/bin/sh\nexec %s -Wall -Wextra -Werror "$@"\n' "$(command -v "${CC:-cc}")" >bin/cc
chmod +x bin/cc
export PATH=$work/bin:$PATH
unset CFLAGS CXXFLAGS LDFLAGS

# A plugin in five minutes: as it is built, inspected and run.
block c 1 >logs.c
holds "the plugin is short" test "$(wc -l <logs.c)" -le 25
lines 1
says out '"value":'
run inspect ./logs.so
says out "logs.has_error"
says out "logs.words"
says out "logs.add"

# Every header that it names is there, every verb it knows.
grep -oE '`[a-z]+\.h`' "$readme" | tr -d '`' | sort -u >headers
while read -r header; do
    holds "$header is there" test -e "$SOURCE/sdk/include/weir/$header" -o \
        -e "$SOURCE/sdk/harness/include/weir/$header"
done <headers
grep -oE 'WEIR_[A-Z_]+[A-Z]' "$readme" | sort -u >macros
holds "there are macros" test "$(wc -l <macros)" -gt 25
while read -r macro; do
    holds "$macro is of the SDK" grep -rqw "$macro" "$SOURCE/sdk"/include "$SOURCE/engine/plugin"
done <macros

if [ -n "$SANITIZE" ] || ! command -v pkg-config >/dev/null; then
    echo "instrumented, or no pkg-config: nothing is built by the installed SDK"
    finish
fi
cmake --install "$BUILD" --prefix "$work/prefix" --component sdk >log 2>&1 ||
    fail "the sdk does not install: $(cat log)"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name weir.pc)")
export PKG_CONFIG_PATH CMAKE_PREFIX_PATH=$work/prefix

# One that is whole: begun, tested, checked.
lines 2
says out " 0 failed"

# Its test, and packaging: by pkg-config, then by CMake.
block c 2 >test_logs.c
lines 3
last=./test_logs
holds "the test passes" ./test_logs
run plugin check ./logs.so
gives 0
says out "weir_plugin_e1 alone"
says out " 0 failed"
sed -i 's/"a\\nb\\nc")/"a\\nc\\nb")/' test_logs.c
block cmake 1 >CMakeLists.txt
built() {
    cmake -S . -B made -DCMAKE_C_COMPILER="$work/bin/cc" >log 2>&1 &&
        cmake --build made >>log 2>&1 || { cat log && false; }
}
holds "CMake builds it" built
fails() { ! "$@" 2>/dev/null; }
holds "the test can fail" fails made/test_logs
holds "its entry alone" test "$(nm -D --defined-only made/logs.so | wc -l)" -eq 1

# The example plugins, as a project of their own.
readme=$SOURCE/examples/plugins/README.md
ln -s "$SOURCE/examples" examples
block sh 1 | sed "s|PREFIX\$|$work/prefix|; s|PREFIX |$work/prefix |; s|build/weir|weir|" |
    sed "s|build/examples|build-plugins|" >commands
while read -r last; do
    eval "timeout 200 $last" >out 2>err </dev/null
    status=$?
    gives 0
done <commands
holds "share.weir gives what is expected" cmp -s out examples/expected/share
finish
