#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir explain: the program, types on every edge, stages, guarantees; as text, JSON and DOT.
. "$(dirname "$0")/lib.sh"

text='generate words | count_by_value | top 10 by=count'
run explain "$text"
gives 0
is_empty err
says out "program"
says out "  generate \"words\" | count_by_value | top 10 by=count | print"
says out "{word: str, count: i64}"
says out "at least once"

# The program that it prints is the same program.
sed -n '/^program$/,/^job/{s/^  //p}' out >again.weir
cp out first
run explain again.weir
holds "explaining the explained" cmp -s out first

run explain --json "$text"
gives 0
holds "one line of JSON" test "$(wc -l <out)" -eq 1
says out '"program":"generate \"words\"'
says out '"type":"{word: str, count: i64}"'
run explain --dot "$text"
gives 0
holds "a digraph" grep -q '^digraph weir {$' out
run explain 'generate words | coutn'
gives 65
is_empty out
run explain --set n=3 'param n = 10; generate words | limit $n'
says out "limit 3"
finish
