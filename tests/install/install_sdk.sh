#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the SDK into an empty folder, moves it, and builds a plugin against it in both ways.
# usage: install_sdk.sh CMAKE BUILD-DIR C-COMPILER WEIR
set -eu
cmake=$1
build=$2
cc=$3
weir=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CFLAGS LDFLAGS

fail() {
    echo "install_sdk: $*"
    exit 1
}

# exports_entry_alone FILE: a plugin shows its entry, and nothing that another could collide with.
exports_entry_alone() {
    names=$(nm -D --defined-only "$1" | awk '{ print $NF }')
    [ "$names" = weir_plugin_e1 ] || fail "$1 exports: $names; wanted: weir_plugin_e1"
}

"$cmake" --install "$build" --prefix "$work/first" --component sdk >"$work/log" ||
    fail "the sdk component does not install: $(cat "$work/log")"
# A package is often moved after the build: no absolute path may be left in its texts (the debug
# information of an archive may name its source).
mv "$work/first" "$work/prefix"
source=$(cd "$here/../.." && pwd)
if grep -rnIF -e "$work/first" "$work/prefix" || # as a whole path: "/weir" is part of many others
    grep -rnIE "(^|[^A-Za-z0-9_}.-])$source(/|$)" "$work/prefix"; then
    fail "the installed files above name the place where they were built"
fi

"$cmake" -S "$here/out_of_tree" -B "$work/project" -DCMAKE_PREFIX_PATH="$work/prefix" \
    -DCMAKE_C_COMPILER="$cc" >"$work/log" 2>&1 || fail "configure: $(cat "$work/log")"
"$cmake" --build "$work/project" >"$work/log" 2>&1 || fail "build: $(cat "$work/log")"
exports_entry_alone "$work/project/shout.so"

"$work/project/test_shout" "$work/project/shout.so" || fail "the project's own test"

PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name weir.pc)")
export PKG_CONFIG_PATH
map=$(pkg-config --variable=plugin_map weir)
# shellcheck disable=SC2046
"$cc" -std=c11 -O2 -fPIC -shared -fvisibility=hidden $(pkg-config --cflags weir) \
    -Wl,--version-script="$map" "$here/out_of_tree/shout.c" -o "$work/by_hand.so" -lm ||
    fail "the plugin does not build with pkg-config's flags alone"
exports_entry_alone "$work/by_hand.so"
# shellcheck disable=SC2046
"$cc" -std=c11 $(pkg-config --cflags weir-harness) "$here/out_of_tree/test_shout.c" \
    $(pkg-config --libs weir-harness) -o "$work/test_by_hand" ||
    fail "the plugin's test does not build with the flags of weir-harness"
"$work/test_by_hand" "$work/by_hand.so" || fail "the plugin's test, built by hand"

if [ -x "$weir" ]; then
    for plugin in "$work/project/shout.so" "$work/by_hand.so"; do
        "$weir" inspect "$plugin" >"$work/log" 2>&1 ||
            fail "weir inspect $plugin: $(cat "$work/log")"
        grep -q is_loud "$work/log" || fail "weir inspect does not show is_loud: $(cat "$work/log")"
    done
fi
echo "install_sdk: built by CMake and by hand; only weir_plugin_e1 is exported"
