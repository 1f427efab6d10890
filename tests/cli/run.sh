#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir run: what ends a job and how, what goes where, and inputs that are not as one would like.
. "$(dirname "$0")/lib.sh"

# Stream time, records, the end of the input.
run run -b 100ms --until 500ms 'generate words | count'
gives 0
holds "five batches" test "$(wc -l <out)" -eq 5
says err "weir: 5 batches, "
says err "processing p50"
run run -b 50ms --until 100rec 'generate words rate=1000 | print'
gives 0
holds "whole batches" test "$(wc -l <out)" -ge 100
seq 1 1000 >numbers
run run --until eof 'file "numbers" | count'
gives 0
holds "one record" test "$(cat out)" = '{"count":1000,"_time":1000,"_stream":"#1"}'
run run -q --json 'file "numbers" | count as n'
is_empty err
says out '"_stream":"n"'
run run --json 'file "numbers" | count'
holds "the summary as JSON on stderr" grep -q '^{"batches":1,"records":1000,' err

# Job files, standard input, params, plugins.
printf 'param n = 10\nfile "numbers" | limit $n\n' >job.weir
run run --set n=3 job.weir
holds "three lines" test "$(wc -l <out)" -eq 3
timeout 60 "$weir" run -q - <job.weir >out 2>err
status=$?
gives 0
holds "ten lines" test "$(wc -l <out)" -eq 10

# What is not there.
run run nosuch.weir
gives 66
says err "nosuch.weir: there is no such file"
run run 'file "nosuch" | count'
gives 66
is_empty out
run run --until 300ms -b 100ms 'tcp://127.0.0.1:1 | count'
gives 69
holds "a refusal is said once" test "$(grep -c 'Connection refused' err)" -le 2
run run 'file "numbers" | save_as_text_files "numbers/out"'
holds "a folder that cannot be made" test "$status" -ge 1
says err "numbers/out"

# Bytes that are no text: NUL, invalid UTF-8, a line without an end, an empty file, a long line.
printf 'a\0b\n\377\376\nlast' >bytes
run run 'file "bytes" | print'
gives 0
holds "three lines" test "$(wc -l <out)" -eq 3
says out '"last"'
says out '\u0000'
: >empty
run run 'file "empty" | count'
gives 0
{
    head -c 100000000 /dev/zero | tr '\0' x
    echo
    echo short
} >long
run run 'file "long" | map n = text.length(line) | print'
gives 0
says out '{"n":100000000,'
says out '{"n":5,'
rm long

# A record at fault is dropped, counted and said; the job goes on.
run run 'file "numbers" | map x = 10 / (std.i64(line) - 5) | count'
gives 0
says out '"count":999'
says err "bad record"
says err "1 bad record dropped"

# A batch that fails is left out under on_error=continue, and said; the end is a failure all the
# same.
printf '{"n":1}\n' >part1
printf 'broken\n' >part2
printf '{"n":3}\n' >part3
for policy in stop continue; do
    {
        echo "job j on_error=$policy"
        echo 'file "part*" per_batch=1 | json schema {n: i64} on_error=stop | print'
    } >policy.weir
    run run policy.weir
    gives 1
    says err "broken"
done
says out '{"n":1,"_time":1000'
says out '{"n":3,"_time":3000'
says err "batch 2000 ms failed, later ones go on"
says err "1 of 3 batches failed"

# The reader of the output has seen enough: not a failure to speak of.
timeout 60 "$weir" run -b 50ms 'generate words rate=10000 | print' 2>err | head -n 2 >out
status=${PIPESTATUS[0]}
gives 141
is_empty err
finish
