#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plugins built with every released header, and with today's, are described and run by this weir.
# headers/minorN is sdk/include as SDK 1.N was released: it never changes. A plugin that needs a
# later SDK is refused before anything of it runs.
# usage: released.sh WEIR C-COMPILER
set -eu
weir=$1
cc=$2
here=$(cd "$(dirname "$0")" && pwd)
today=$here/../../sdk/include
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
count=0
failed=0

fail() {
    echo "$*"
    failed=$((failed + 1))
}

# build INCLUDE FLAG...: released.so
build() {
    include=$1
    shift
    "$cc" -std=c11 -O2 -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden "-I$include" "$@" \
        "-Wl,--version-script=$here/../../sdk/cmake/weir_plugin.map" -o released.so \
        "$here/released.c"
}

# expect STATUS TEXT COMMAND...: the command ends so, and says that.
expect() {
    status=$1
    text=$2
    shift 2
    count=$((count + 1))
    found=0
    "$@" >out 2>&1 </dev/null || found=$?
    [ "$found" -eq "$status" ] || fail "$what: status $found, expected $status: $*: $(head -3 out)"
    [ -z "$text" ] || grep -qF -e "$text" out || fail "$what: no '$text' from: $*: $(head -3 out)"
}

# Everything that the plugin has.
run_all() {
    expect 0 'org.example.released 1.0.0' "$weir" inspect ./released.so
    rm -f kept
    expect 0 '' "$weir" run -q -p ./released.so \
        'numbers 20 | filter released.is_even(n) | map key = released.name(n), value = n
         | reduce_by_key released.add | keep "kept"'
    [ "$(sort kept 2>/dev/null | head -2 | tr '\n' ';')" = \
        'a name that fits no cell a 0;a name that fits no cell c 2;' ] ||
        fail "$what: the sink has kept $(cat kept 2>/dev/null)"
    expect 0 '{"count":13,' "$weir" run -q -p ./released.so \
        'numbers 14 | map x = released.name(n, prefix="x") | count'
    expect 0 '{"letter":"e"' "$weir" run -q -p ./released.so --until eof \
        'lines | flat_map letter = released.letters(line) | print'
}

minor_of() {
    sed -n 's/^#define WEIR_MINOR \([0-9]*\).*/\1/p' "$1/weir/abi.h"
}

minor=$(minor_of "$today")
for include in "$here"/headers/minor*; do
    what=${include##*/}
    [ "${what#minor}" = "$(minor_of "$include")" ] ||
        fail "$what: its abi.h says another minor"
    build "$include" && run_all
done
what=today
build "$today" && run_all
what=target
build "$today" -DWEIR_TARGET=1.0 && run_all
expect 0 'needs 1.0' "$weir" inspect ./released.so
what=newer
build "$today" "-DWEIR_NEEDS_MINOR=$((minor + 3))"
expect 65 "./released.so needs SDK 1.$((minor + 3)), this weir speaks 1.$minor: update weir, or \
rebuild with -DWEIR_TARGET=1.$minor" "$weir" run -p ./released.so 'numbers 1 | count'
[ "$count" -gt 0 ] || fail "no released header found"
echo "abi released: $count checks, $failed failed"
[ "$failed" -eq 0 ]
