#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What an author of plugins does, for every kind, with nothing but an installed weir: plugin new,
# build, its tests, check, inspect, and a job that uses it, where the kind's verb is there. In C and
# C++, by gcc and clang: one compiler by CMake and find_package (weir plugin test), the other one by
# make and pkg-config, and the other way round in C++.
# usage: plugin_kit [KIND...] (BUILD, CMAKE, SANITIZE, COVERAGE: set by build/tests/e2e/plugin_kit)
set -u
if [ -n "$SANITIZE" ] || [ "$COVERAGE" = ON ]; then
    echo "skipped: an installed SDK that is instrumented asks authors for the run-time of it"
    exit 77
fi
export LC_ALL=C
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weir-kit.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
mkdir home
export HOME=$scratch/home
unset "${!WEIR_@}" CFLAGS CXXFLAGS CPPFLAGS LDFLAGS XDG_CACHE_HOME XDG_CONFIG_HOME CMAKE_PREFIX_PATH
passed=0
failed=0

# holds WHAT COMMAND...: the command succeeds within a minute; what it says goes to out.
holds() {
    local what=$1
    shift
    if timeout -k 5 100 "$@" >out 2>&1 </dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s\n  %s\n' "$what" "$*"
        tail -n 25 out | sed 's/^/  | /'
    fi
}

# says WHAT TEXT...: out, of the command before, has each of them.
says() {
    local what=$1 text
    shift
    for text; do
        if grep -qF -- "$text" out; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            printf 'FAILED %s: expected %s, found\n' "$what" "$text"
            head -n 15 out | sed 's/^/  | /'
        fi
    done
}

# ---- one install; it is moved, so that nothing of it can point back ----
for component in runtime sdk; do
    "$CMAKE" --install "$BUILD" --prefix "$scratch/first" --component "$component" >out 2>&1 || {
        cat out
        echo "FAILED: the component $component does not install (is all of it built?)"
        exit 1
    }
done
mv first prefix
export PATH=$scratch/prefix/bin:$PATH
PKG_CONFIG_PATH=$(dirname "$(find "$scratch/prefix" -name weir.pc)")
export PKG_CONFIG_PATH
command -v ninja >/dev/null && export CMAKE_GENERATOR=Ninja
c_compilers=(gcc clang)
cxx_compilers=(clang++ g++)
if ! command -v clang >/dev/null || ! command -v clang++ >/dev/null; then
    echo "clang is not installed: gcc alone is tried"
    c_compilers=(gcc gcc)
    cxx_compilers=(g++ g++)
fi

# ---- one plugin: by_cmake and by_make build and test it ----
# by_cmake FOLDER COMPILER: weir's own command.
by_cmake() {
    holds "$1: its tests, by $2 and CMake" env CC="$2" CXX="$2" weir plugin test "$1"
    says "$1" "PASS  $1_rows" " 0 failed"
    [ ! -e "$1/test/job.weir" ] || says "$1: a job that uses it" "PASS  $1_job"
    so=$1/build/$1.so
}

# by_make FOLDER COMPILER: without a word of the compiler.
by_make() {
    holds "$1: its tests, by $2 and make" make -C "$1" test CC="$2" CXX="$2" \
        FLAGS="-O1 -Wall -Wextra -Werror"
    so=$1/$1.so
}

looks() { # FOLDER KIND
    holds "$1: check" weir plugin check "$so"
    says "$1: check" "weir_plugin_e1 alone" " 0 failed"
    holds "$1: check as JSON" weir plugin check --json "$so"
    says "$1: check as JSON" '"failed":0'
    holds "$1: inspect" weir inspect "$so"
    says "$1: inspect" "org.example.$1 0.1.0" "$2"
    holds "$1: inspect --note" weir inspect --note "$so"
    says "$1: inspect --note" "org.example.$1"
}

kinds=${*:-function emitter reducer aggregate update track receiver source sink codec}
for kind in $kinds; do
    for language in c cxx; do
        if [ "$language" = c ]; then
            compilers=("${c_compilers[@]}")
            flags=()
        else
            compilers=("${cxx_compilers[@]}")
            flags=(--cxx)
        fi
        name=${language}_$kind
        holds "$name: plugin new" weir plugin new --kind "$kind" ${flags[@]+"${flags[@]}"} "$name"
        source=$(ls "$name/$name".c*)
        holds "$name: at most 60 lines" test "$(wc -l <"$source")" -le 60
        by_cmake "$name" "${compilers[0]}"
        looks "$name" "$kind"
        by_make "$name" "${compilers[1]}"
        [ "$language" = cxx ] || looks "$name" "$kind"
    done
done

# A job by hand with two of them, as the README of a plugin says it.
case $kinds in *emitter*reducer*)
    holds "two plugins in one job" weir run --quiet -p c_emitter/build/c_emitter.so \
        -p cxx_reducer/build/cxx_reducer.so \
        'file "c_emitter/test/input" | flat_map c_emitter.c_emitter(line) | map value = length
            | reduce cxx_reducer.cxx_reducer | print'
    says "two plugins in one job" '{"value":17,'
    ;;
esac

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
