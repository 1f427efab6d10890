#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The README's promises: its plugin compiles and runs by its own lines, its other lines run too.
. "$(dirname "$0")/lib.sh"
readme=$SOURCE/README.md

# A build tree as the README sees it, but with this test's binary.
mkdir build sdk
ln -s "$weir" build/weir
ln -s "$SOURCE/sdk/include" sdk/include
cp "$readme" README.md

sed -n '/^```c$/,/^```$/{/^```/d;p}' "$readme" >logs.c
holds "about 20 lines" test "$(wc -l <logs.c)" -le 20
holds "the first 60 lines go as far as the reasons" grep -q '^## Why' <(head -n 60 "$readme")

compile=$(grep '^cc .*logs.c$' "$readme")
last=$compile
: >out
eval "${compile/#cc /${CC:-cc} -Wall -Wextra -Werror }" >out 2>err
status=$?
gives 0

# Every line that calls build/weir: those of an endless input end after a second.
number=0
grep -o 'build/weir [a-z][^`]*' "$readme" | sed 's/; *build/\nbuild/' >lines
while read -r line; do
    number=$((number + 1))
    case $line in
    *bench*) continue ;; # tests/cli/bench.sh
    *'check '*) wanted=65 ;;
    *tcp://*) line=${line/run/check} wanted=0 ;;
    *) wanted=0 ;;
    esac
    case $line in
    *generate*) line=${line/ run / run --until 1s } ;;
    esac
    line=${line/--until 1s -b 1ms --until 5s/-b 1ms --until 1s}
    last=$line
    eval "timeout 60 $line" >out 2>err </dev/null
    status=$?
    gives "$wanted"
done <lines
holds "there are lines" test "$number" -ge 8
says README.md "Over 70 numbered errors"
run help errors
holds "so many errors" test "$(grep -c '^  E0' out)" -gt 70
run inspect ./logs.so
says out "logs.is_error"
finish
