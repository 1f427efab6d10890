#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir plugin new: each kind builds, tests and shows itself outside the tree, by the installed SDK.
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

kinds="function emitter reducer receiver source sink"
for kind in $kinds; do
    run plugin new --kind "$kind" "my_$kind"
    gives 0
    is_empty err
    says out "my_$kind/my_$kind.c"
    says out "cd my_$kind"
    hides "my_$kind/my_$kind.c" NEW
    hides "my_$kind/my_$kind.c" SPDX
    holds "at most 60 lines" [ "$(wc -l <"my_$kind/my_$kind.c")" -le 60 ]
    holds "my_$kind: CMake and its test" builds "my_$kind"
    run inspect "my_$kind/build/my_$kind.so"
    gives 0
    says out "org.example.my_$kind 0.1.0"
    says out "$kind"
    run plugin check "my_$kind/build/my_$kind.so"
    gives 0
    says out " 0 failed"

    run plugin new --kind="$kind" --cxx --dir my_function "cxx_$kind"
    gives 0
    holds "cxx_$kind: make and its test" makes "my_function/cxx_$kind"
done

# A test that cannot fail is none.
sed -i s/SMALL/small/ my_function/test/expected
if makes my_function >/dev/null; then fail "my_function's test sees no difference"; else pass; fi

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
run plugin new --kind aggregate mean
gives 65
says err "there are: function, emitter, reducer, receiver, source, sink"
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
