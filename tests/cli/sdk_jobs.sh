#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sdk/README.md, "Jobs in C and libweir": both samples compile and run by their own lines.
. "$(dirname "$0")/lib.sh"
sed -n '/^## Jobs in C/,/^## Speed/p' "$SOURCE/sdk/README.md" >section

# block LANGUAGE NUMBER: that one of the section's samples.
block() {
    awk -v want="$1" -v number="$2" '
        /^```/ && inside { inside = 0; next }
        /^```./ { inside = $0 == "```" want && ++seen == number; next }
        inside' section
}

# lines NUMBER: runs each line of a sh block.
lines() {
    block sh "$1" >commands
    holds "block $1 has lines" test -s commands
    while read -r last; do
        eval "timeout 100 $last" >out 2>err </dev/null
        status=$?
        gives 0
    done <commands
}

mkdir bin sdk
ln -s "$weir" bin/weir
ln -s "$SOURCE/sdk/include" sdk/include
printf '#!/bin/sh\nexec %s -Wall -Wextra -Werror "$@"\n' "${CC:-cc}" >bin/cc
chmod +x bin/cc
export PATH=$work/bin:$PATH
unset CFLAGS LDFLAGS
printf 'b a\nb c b\n' >words.txt

# The job of a plugin.
block c 1 >frequent.c
lines 1
says out '{"word":"b","count":3,'
holds "three words" test "$(wc -l <out)" -eq 3
run explain frequent.so -- words.txt
gives 0
says out 'top 10 by=count'
run run frequent.so
gives 1
says err 'frequent takes one argument'

if [ -n "$SANITIZE" ] || ! command -v pkg-config >/dev/null; then
    echo "instrumented, or no pkg-config: nothing is linked with the installed libweir"
    finish
fi
cmake --install "$BUILD" --prefix "$work/prefix" >log 2>&1 || fail "no install: $(cat log)"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name libweir.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH
block c 2 >embed.c
lines 2
export LD_LIBRARY_PATH
last=./embed
timeout 60 ./embed >out 2>err
status=$?
gives 0
says out '{"count":5,'
rm words.txt
timeout 60 ./embed >out 2>err
status=$?
gives 1
says err 'words.txt'
finish
