#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir plugin new: what is written for each kind; two of them are built and tested outside the tree,
# by the installed SDK (tests/e2e/plugin_kit builds them all); weir plugin test; what is refused.
. "$(dirname "$0")/lib.sh"

cmake --install "$BUILD" --prefix "$work/prefix" --component sdk >log 2>&1 ||
    fail "the sdk does not install: $(cat log)"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name weir.pc)")
export PKG_CONFIG_PATH
unset CFLAGS CXXFLAGS LDFLAGS

# builds NAME: by CMake, with its test.
builds() {
    cmake -S "$1" -B "$1/build" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_C_COMPILER="$CC" \
        -DWEIR="$weir" >log 2>&1 && cmake --build "$1/build" >>log 2>&1 &&
        timeout 120 ctest --test-dir "$1/build" --output-on-failure >>log 2>&1 ||
        { cat log && false; }
}

# makes NAME: by make, with its test, without a word of the compiler.
makes() {
    timeout 120 make -C "$1" test check WEIR="$weir" FLAGS="-O1 -Wall -Wextra -Werror" >log 2>&1 ||
        { cat log && false; }
}

kinds="function emitter reducer aggregate update track receiver source sink codec"
for kind in $kinds; do
    run plugin new --kind "$kind" "my_$kind"
    gives 0
    is_empty err
    says out "my_$kind/my_$kind.c"
    says out "my_$kind/test/test_my_$kind.c"
    says out "cd my_$kind"
    holds "my_$kind: no word is left" [ -z "$(grep -rlE 'NEW[A-Z]|SPDX' "my_$kind" |
        grep -vE 'CMakeLists.txt|Makefile|test.sh')" ]
    hides "my_$kind/CMakeLists.txt" NEW
    holds "at most 60 lines" [ "$(wc -l <"my_$kind/my_$kind.c")" -le 60 ]
    run plugin new --kind="$kind" --cxx --dir my_function "cxx_$kind"
    gives 0
    says out "cxx_$kind/test/test_cxx_$kind.cpp"
done

# An instrumented archive would ask for the sanitizer's run-time.
if [ -z "$SANITIZE" ]; then
    holds "my_function: CMake and its tests" builds my_function
    holds "cxx_codec: make and its test" makes my_function/cxx_codec
    export CMAKE_PREFIX_PATH=$work/prefix
    run plugin test my_function
    gives 0
    is_empty err
    says out "PASS  my_function_rows"
    says out "PASS  my_function_job"
    says out "2 passed, 0 failed"
    run plugin test --json my_function
    holds "the tests as JSON" grep -q \
        '"tests":\[{"result":"pass","test":"my_function_rows"}.*"passed":2,"failed":0}$' out

    # A test that cannot fail is none.
    sed -i 's/ONE SMALL/one SMALL/' my_function/test/test_my_function.c
    run plugin test my_function
    gives 1
    says out "FAIL  my_function_rows"
    says out "1 passed, 1 failed"
    says err "expected 'one SMALL STEP', found 'ONE SMALL STEP'"
    echo "no C" >>my_function/my_function.c
    run plugin test my_function
    gives 1
    says out "FAIL  my_function: it does not build"
    says err "my_function.c"
fi
run plugin test ./nosuch
gives 66
says err "./nosuch has no CMakeLists.txt"
run plugin test a b
gives 64

run plugin new --json --kind sink j
gives 0
holds "the files as JSON" grep -q '^{"kind":"sink","files":\["./j/CMakeLists.txt",' out

# What is refused, and why.
run plugin new --kind sink j
gives 73
says err "./j is there already"
run plugin new --kind sink --dir nosuch j
gives 73
says err "nosuch/j"
for name in "" Upper a-b ../up 9a naïve; do
    run plugin new --kind sink "$name"
    gives 64
    says err "cannot be a plugin's name"
done
run plugin new --kind sink text
gives 64
says err "such as my_text"
run plugin new --kind store mean
gives 65
says err "there are: function, emitter, reducer, aggregate, update, track, receiver, source, sink"
run plugin new --kind functon f
gives 64
says err "did you mean 'function'?"
run plugin new f
gives 64
says err "--kind is missing"
run plugin new --kind sink
gives 64
says err "one name"
run plugin nwe
gives 64
says err "did you mean 'new'?"
run plugin
gives 64
holds "nothing is left of what was refused" [ ! -e mean ]
finish
