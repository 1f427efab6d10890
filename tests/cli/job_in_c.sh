#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Jobs in C: run, explained, and refused, with weir surviving whatever they do meanwhile.
. "$(dirname "$0")/lib.sh"

cp "$BUILD/tests/cli/cli_job.so" .
printf 'one three a\ntwo b\n' >words.txt

run run -q --json cli_job.so:lengths -- words.txt
gives 0
says out '{"size":3,"count":2'
says out '"_stream":"sizes"'
sort out >sorted
holds "three lengths" test "$(wc -l <sorted)" -eq 3

run explain cli_job.so:lengths -- words.txt
gives 0
says out 'count_by_value partitions=1 as sizes'

# The text that explain prints is the same job, without C.
sed -n '/^program/,/^job/p' out | sed -e 1d -e '$d' -e 's/^  //' >text.weir
run run -q --json text.weir
gives 0
holds "the printed text gives the same" diff <(sort out) sorted

run run cli_job.so -- words.txt
gives 65
says err 'exports 4 jobs, write:'
says err 'cli_job.so:lengths'
run run cli_job.so:nix
gives 65
run run cli_job.so:lengths
gives 1
says err 'lengths takes one argument'
run run cli_job.so:wrong
gives 65
says err "no field 'wrod': did you mean 'word'?"
run run cli_job.so:crash
gives 1
says err 'it crashed while declaring its job: SIGABRT'
run run cli_job.so:stranger
gives 65
says err 'is no stream of this job'
run run nosuch.so
gives 66
printf 'no library' >text.so
run run text.so
holds "no plugin" test "$status" -ne 0
is_empty out
run inspect cli_job.so
gives 0
says out 'lengths'
finish
