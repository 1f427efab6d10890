#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bad_text.sh WEIR: mistakes in the text and in settings are refused before anything starts, by run
# and by check alike: the place, what was expected, what was found, what to try; the exit code.
. "$(dirname "$0")/common.sh"
printf 'a b\nc\n' >input

# mistake STATUS TEXT -- WORD...: check and run refuse the same text with the same words.
mistake() {
    local want=$1 text=$2
    shift 3
    refused "$want" check "$text" -- "$@"
    cp err of_check
    refused "$want" run --until eof "$text" -- "$@"
    check 'run and check say different things' cmp -s err of_check
}

# The same with a caret under the place, a line and a column.
caret() {
    local text=$1
    shift
    mistake 65 "$text" -- error[E argument:1: '^' "$@"
}

# ---- names ----
caret 'file "input" | reduce_bykey i64.add' "unknown verb 'reduce_bykey'" \
    "did you mean 'reduce_by_key'"
caret 'fil "input" | count' "'fil'" "did you mean 'file'"
caret 'file "input" | map x = lne' "'lne'" "line"
caret 'file "input" | map x = text.uper(line)' uper "did you mean 'upper'"
caret 'file "input" | map x = txt.upper(line)' txt "did you mean 'text'"
caret 'file "input" | map x = nothing.like_it(line)' "'nothing'" use
caret 'file "input" | top 10 bye=line' "'bye'" by
caret 'file "input" per_btch=1 | count' "'per_btch'" "per_batch"
caret 'job j btach=1s; file "input" | count' "'btach'" "batch"
caret 'use "./nosuch.so" as n; file "input" | count' nosuch.so
caret 'file "input" | map x = $limit' limit
caret 'a = file "input"; b | print' "'b'"

# ---- types ----
caret 'file "input" | map key = line, value = line | reduce_by_key i64.add' "i64" "str"
caret 'file "input" | filter line' "bool" "str"
caret 'file "input" | map x = line + 1' "str" "i64"
caret 'file "input" | reduce_by_key i64.add' key value
caret 'file "input" | map n = text.length(line) | union file "input"' union
caret 'file "input" | map x = text.length()' text.length
caret 'file "input" | limit line' limit
caret 'file "input" | limit -1' limit
caret 'file "input" | repartition 0' repartition
caret 'file 7 | count' "text in quotes" "i64"

# ---- grammar ----
caret 'file "input" | count print' "did you forget '|'"
caret 'file "input" flat_map word = text.words(line) | count' "'|'"
caret 'file "input" | | count' "|"
caret 'file "input | count' '"'
caret '| count' "'|'"
caret 'file "input" | map x = (line' "')'"
caret 'file "input" | map x = 1 2' ","
mistake 65 '' -- error[E
mistake 65 '   # nothing but a comment' -- error[E
mistake 65 $'file "input" | count\xff' -- error[E argument:1:
mistake 65 $'file "input"\n  | count\n  | prnt' -- argument:3:5 "'print'" '^'

# ---- durations ----
caret 'job j batch=5; file "input" | count' "unit"
caret 'job j batch=0s; file "input" | count' "batch"
caret 'file "input" | window 4 | count' "window"
caret 'job j batch=2s; file "input" | window 3s | count' "multiple"
caret 'job j batch=2s; file "input" | window 4s, 3s | count' "multiple"
caret 'job j batch_bytes=0B; file "input" | count' "batch_bytes"
caret 'file "input" | window 1500ms | count' "multiple"
for batch in 0 5 -1s '1 s' 1x 1e3s 999us '' 99999999999999999999s; do
    refused 64 run --until eof -b "$batch" 'file "input" | count' -- --batch "'$batch'"
done
for until in 0s -1s 10 sometime rec 0rec -5rec ''; do
    refused 64 run --until "$until" 'file "input" | count' -- --until "'$until'" eof
done
for option in --threads=0 --threads=x --threads=99999 --partitions=0 --partitions=many \
    --batch-bytes=0B --batch-bytes=12 --block-interval=0s --memory=lots; do
    refused 64 run --until eof "$option" 'file "input" | count' -- "${option%%=*}" "'${option#*=}'"
done
refused 64 run --untl eof 'file "input" | count' -- "'--untl'" "did you mean '--until'"
refused 64 rn 'file "input" | count' -- "'rn'" "did you mean 'run'"
refused 64 run -- run
refused 64 run 'file "input" | count' 'file "input" | count' -- run

# ---- what is not there ----
refused 66 run nosuch.weir -- nosuch.weir
refused 66 check nosuch.weir -- nosuch.weir
refused 66 run 'file "nosuch" | count' -- nosuch
refused 66 run 'file "no*such" | count' -- 'no*such'
refused 66 run 'file "." | count' -- directory
refused 66 check --env 'file "nosuch" | count' -- nosuch
mkdir jobs && printf 'file "input" | cuont\n' >jobs/a.weir
refused 65 run jobs/a.weir -- jobs/a.weir:1:16 "did you mean 'count'"
head -c 300000 /dev/urandom >noise.weir
run check noise.weir
expect_status 65
expect_no_crash
check 'a flood of errors' test "$(wc -c <err)" -lt 20000

# ---- what is not there yet says so ----
mistake 65 'file "input" | late to=lost' -- 'not yet available' late '^'
mistake 65 'file "input" | late to=x' -- error[E '^'

# ---- mistakes for machines ----
run check --json 'file "input" | reduce_bykey i64.add'
expect_status 65
is_empty err
says out '"code":"E0104"' '"line":1' '"column":16' reduce_by_key
run run --json --until eof 'file "input" | reduce_bykey i64.add'
expect_status 65
is_empty out
says err '"code":"E0104"'

# ---- size: nested, wide, long ----
deep() { # COUNT OPEN CLOSE
    printf 'file "input" | map k = '
    printf -- "$2%.0s" $(seq "$1")
    printf 1
    [ -z "$3" ] || printf -- "$3%.0s" $(seq "$1")
}
for count in 300 100000; do
    for form in '( )' '[ ]' '{a: }' '-_' 'not_'; do
        open=${form% *}
        close=${form#* }
        [ "$open" != "$form" ] || close=
        open=${open/_/ }
        deep "$count" "$open" "$close" >deep.weir
        run check deep.weir
        expect_status 65
        says err E0117
        expect_no_crash
    done
done
{
    printf 'file "input" | filter line == "x"'
    printf ' or line == "y"%.0s' $(seq 20000)
} >long.weir
run check long.weir
expect_no_crash
conclude
