#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C once: what was received is processed and committed, then a summary and status 0. Twice: at
# once.
. "$(dirname "$0")/lib.sh"

id=
trap '[ -z "$id" ] || kill -KILL "$id" 2>/dev/null; rm -rf "$work"' EXIT

# A background job of a script ignores SIGINT until it says otherwise, which weir does.
start() { # ARGUMENT...
    last="weir $*"
    rm -f out err # until_file must not see the last job's
    "$weir" "$@" >out 2>err </dev/null &
    id=$!
}

# until_file FILE: waits until something was written to it, 60 s at most.
until_file() {
    for _ in $(seq 1 600); do
        [ ! -s "$1" ] || return 0
        sleep 0.1
    done
    fail "nothing was written to $1"
}

for signal in INT TERM; do
    start run -b 100ms 'generate words | count'
    until_file out
    kill -"$signal" "$id"
    wait "$id"
    status=$?
    gives 0
    says err "finishing what was received"
    says err "batches, "
    received=$(sed -n 's/.*batch[es]*, \([0-9]*\) records.*/\1/p' err)
    counted=$(sed 's/[^0-9]*\([0-9]*\).*/\1/' out | awk '{ n += $1 } END { print n + 0 }')
    holds "all that was received is counted" test "$received" = "$counted"
done

# The second signal while the first one's work is under way.
slow=$BUILD/tests/cli/cli_slow.so
start run -b 50ms -p "$slow" 'generate words rate=200 | filter cli_slow.slow(word) | count'
until_file out
kill -INT "$id"
until_file err
kill -INT "$id"
wait "$id"
status=$?
gives 130
says err "stopped at once"
finish
