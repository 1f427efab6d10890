#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The SDK under the compilers of its authors: every_macro.c is built as C11, C17, C++17 and C++20 by
# gcc and clang, with and without optimisation, without a warning; it exports its entry alone; and
# what the macros must refuse is refused with a message that names the remedy. The plugin of
# sdk/README.md and the examples are built too.
# usage: compile.sh     Compilers that are not installed are left out, and said so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sdk=$here/../../sdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wcast-qual -Wundef
    -Wnull-dereference -Werror -fPIC -I$sdk/include"
count=0
failed=0

fail() {
    echo "$*"
    failed=$((failed + 1))
}

# build COMPILER LANGUAGE STANDARD LEVEL FILE
build() {
    count=$((count + 1))
    # shellcheck disable=SC2086
    "$1" -x "$2" "-std=$3" $flags "$4" "$5" -shared -Wl,-z,defs \
        "-Wl,--version-script=$sdk/cmake/weir_plugin.map" -o "$work/plugin.so" ||
        fail "not clean: $*"
    symbols=$(nm -D --defined-only "$work/plugin.so" | awk '{ print $3 }')
    [ "$symbols" = weir_plugin_e1 ] || fail "$*: exports $symbols, not weir_plugin_e1 alone"
}

# refuse COMPILER LANGUAGE STANDARD 'SOURCE' 'MESSAGE'
refuse() {
    count=$((count + 1))
    printf '#include <weir/plugin.h>\n%s\n' "$4" >"$work/source"
    # shellcheck disable=SC2086
    if "$1" -x "$2" "-std=$3" -fsyntax-only "-I$sdk/include" "$work/source" \
        2>"$work/messages"; then
        fail "$1 -std=$3 takes: $4"
    elif ! grep -q "$5" "$work/messages"; then
        fail "$1 -std=$3 does not say '$5' of: $4"
        head -5 "$work/messages"
    fi
}

# refuse_later COMPILER LANGUAGE STANDARD: what came after the SDK that a plugin is built for; the
# rest is built.
refuse_later() {
    count=$((count + 1))
    # shellcheck disable=SC2086
    "$1" -x "$2" "-std=$3" -DWEIR_TARGET=1.0 $flags -fsyntax-only "$work/readme.c" ||
        fail "$1 -std=$3 -DWEIR_TARGET=1.0 is not clean"
    if "$1" -x "$2" "-std=$3" -fsyntax-only -DWEIR_TARGET=1.0 "-I$sdk/include" \
        "$here/every_macro.c" 2>"$work/messages"; then
        fail "$1 -std=$3 -DWEIR_TARGET=1.0 takes what came in 1.1"
    elif ! grep -q 'WEIR_AGGREGATE needs SDK 1.1: give -DWEIR_TARGET' "$work/messages"; then
        fail "$1 -std=$3 -DWEIR_TARGET=1.0 says something else:"
        head -5 "$work/messages"
    fi
}

# refuse_all COMPILER LANGUAGE STANDARD
refuse_all() {
    types='must be one of: bool int32_t int64_t double weir_str weir_bytes weir_ts'
    state='struct s { int64_t n; }; WEIR_STATE(s, 1, n);'
    refuse "$@" 'WEIR_FUNCTION(bool, f, (float, x)) { return x > 0; }' "the type of x $types"
    refuse "$@" "WEIR_FUNCTION(bool, f, (const char *, x)) { return x != 0; }" "of x $types"
    refuse "$@" 'WEIR_FUNCTION(char, f, (bool, x)) { return x; }' "the type of result $types"
    refuse "$@" 'WEIR_EMITTER(f, (bool, x), (short, y)) { WEIR_EMIT(x); }' "the type of y $types"
    refuse "$@" 'WEIR_FUNCTION(bool, f, (bool, x, int64_t)) { return x; }' '0 to 8 pairs'
    refuse "$@" 'WEIR_FUNCTION(bool, f, (bool, a, bool, b, bool, c, bool, d, bool, e, bool, g,
        bool, h, bool, i, bool, j)) { return a; }' '0 to 8 pairs'
    refuse "$@" 'WEIR_EMITTER(f, (bool, x), (bool, y)) { WEIR_EMIT(x, x); }' 'one value for each'
    refuse "$@" 'WEIR_EMITTER(f, (bool, x), ()) { (void)x; }' 'at least one column'
    refuse "$@" 'WEIR_REDUCER(weir_str, f, (a, b)) { (void)b; return a; }' 'a reducer combines'
    refuse "$@" 'WEIR_REDUCER(bool, f, (a, b)) { weir_fail(ctx, 2, "x"); return a && b; }' ctx
    refuse "$@" 'WEIR_FUNCTION(weir_row, f, (bool, x)) { return x; }' "the type of result $types"
    refuse "$@" 'WEIR_EMITTER(f, (bool, x), (weir_list(bool), y)) { (void)x; }' "of y $types"
    refuse "$@" 'WEIR_EMITTER(f, (bool, x), (bool, y)) { WEIR_EMIT_NULL(1); WEIR_EMIT(x); }' \
        'WEIR_EMIT_NULL takes the number of a column'
    refuse "$@" 'struct s { float n; }; WEIR_STATE(s, 1, n);' "of n in a state $types"
    refuse "$@" "$state WEIR_AGGREGATE(float, f, s, (bool, x)) { (void)x; }" "of result $types"
    refuse "$@" "$state WEIR_AGGREGATE(bool, f, s, (float, x)) { (void)x; }" "of x $types"
    refuse "$@" "$state WEIR_UPDATE(f, s, (bool, k), ()) { return WEIR_KEEP; }" 'has a value'
    refuse "$@" "$state WEIR_UPDATE(f, s, (float, k), (bool, x)) { return 0; }" "of k $types"
    refuse "$@" "$state WEIR_UPDATE(f, s, (bool, k), (bool, x)) {
        WEIR_MOVE(state, k); return 0; }" 'stands in the body of a WEIR_UPDATE_MOVING'
    refuse "$@" "$state WEIR_UPDATE_MOVING(f, s, (bool, k), (bool, x)) {
        WEIR_MOVE(state, k, k); return 0; }" 'one value for each parameter of the key'
    refuse "$@" "$state WEIR_TRACK(f, s, (bool, k), (bool, x), ()) { return 0; }" 'one column'
    refuse "$@" "$state WEIR_TRACK(f, s, (bool, k), (bool, x), (bool, y)) {
        WEIR_EMIT(x, x); return 0; }" 'one value for each column'
    refuse "$@" "$state WEIR_PARTITION_FUNCTION(f, s, (bool, x), ()) { (void)x; }" 'one column'
    refuse "$@" 'WEIR_PARTITIONER(f, (float, x)) { return x > partitions; }' "of x $types"
    refuse "$@" "WEIR_PLUGIN(\"$(printf '%64s' | tr ' ' a)\", \"1\", \"x\", \"MIT\");" '63 bytes'
}

awk '/^```c$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' "$sdk/README.md" \
    >"$work/readme.c"
for pair in gcc:g++ clang:clang++; do
    cc=${pair%:*}
    cxx=${pair#*:}
    if command -v "$cc" >/dev/null; then
        for level in -O0 -O2 -O3; do
            build "$cc" c c11 "$level" "$here/every_macro.c"
            build "$cc" c c17 "$level" "$here/every_macro.c"
        done
        refuse_all "$cc" c c11
        refuse_later "$cc" c c11
        for plugin in "$work/readme.c" "$here"/../../examples/plugins/*.c; do
            build "$cc" c c11 -O2 "$plugin"
        done
    else
        echo "no $cc here: not tried"
    fi
    if command -v "$cxx" >/dev/null; then
        for level in -O0 -O2 -O3; do
            build "$cxx" c++ c++17 "$level" "$here/every_macro.c"
            build "$cxx" c++ c++20 "$level" "$here/every_macro.c"
        done
        build "$cxx" c++ c++17 -O2 "$here/../../examples/plugins/hashtags.cc"
        refuse_all "$cxx" c++ c++17
        refuse_later "$cxx" c++ c++17
    else
        echo "no $cxx here: not tried"
    fi
done
[ "$count" -gt 0 ] || fail "no compiler found"
echo "abi compile: $count checks, $failed failed"
[ "$failed" -eq 0 ]
