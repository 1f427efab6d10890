#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The job files of examples/: all are fine and tidy, and those that need nothing from outside run.
. "$(dirname "$0")/lib.sh"
jobs=$SOURCE/examples/jobs

run check "$jobs"/*.weir
gives 0
is_empty err
run fmt --check "$jobs"/*.weir
gives 0
for job in "$jobs"/*.weir; do
    holds "$job is in the README" grep -q "$(basename "$job")" "$jobs/README.md"
done

for name in word_count errors clicks; do
    run run --until 1s -b 100ms "$jobs/$name.weir"
    gives 0
    holds "$name gives records" test -s out
done
says out '"_stream":"hits_per_batch"'
says out '"_stream":"tops"'

(cd "$jobs" && timeout 60 "$weir" test shop.weir) >out 2>err
status=$?
gives 0
says out "2 passed, 0 failed"
(cd "$jobs" && timeout 60 "$weir" run shop.weir) >out 2>err
status=$?
gives 0
says out '{"key":"tea","value":2.5,'
hides out "mallory"
says err "1 bad record dropped"

printf 'x ERROR\ny\nx ERROR\n' >a.log
run run "$jobs/files.weir"
gives 0
says out '{"line":"x ERROR","count":2,'
finish
