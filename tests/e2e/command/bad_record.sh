#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bad_record.sh WEIR MISHAP: operators and sinks that fail on a record. A bad record goes to the
# dead letters: counted, the first five of each operator and batch told; RETRY is tried four times;
# FATAL ends the job with operator, batch and record.
. "$(dirname "$0")/common.sh"
mishap=$2

job() { # TEXT ARGUMENTS...
    local text=$1
    shift
    run run -p "$mishap" --until eof --json "$@" "$text"
    expect_no_crash
}

told() { # COUNT TEXT: so many lines of stderr hold it
    check "'$2' is told $(grep -cF -- "$2" err) times instead of $1" \
        test "$(grep -cF -- "$2" err)" -eq "$1"
}

for i in $(seq 30); do printf 'good %d\nbad %d\n' "$i" "$i"; done >mixed
echo 'worse 1' >>mixed

# ---- dead letters ----
for threads in 1 4; do
    job 'file "mixed" | map line = mishap.bad(line) | map line = mishap.worse(line)' -t "$threads"
    expect_status 0
    check 'good lines' test "$(grep -c '"line":"good' out)" -eq 30
    check 'bad lines' test "$(grep -c bad out)" -eq 0
    told 5 '{"bad_record":"org.example.mishap/bad: expected a good line, found'
    told 1 '{"bad_record":"org.example.mishap/worse: this is worse'
    says err '(batch 1000 ms, partition ' 'record {\"line\":\"bad ' '"bad_records":31'
done
job 'file "mixed" | map line = mishap.bad(line) | count' --batch-bytes 100B
batches=$(grep -c '"count"' out)
check 'several batches' test "$batches" -gt 3
told 5 '(batch 1000 ms'
for batch in $(seq "$batches"); do
    check 'too many are told' test "$(grep -c "(batch ${batch}000 ms" err)" -le 5
done
expect_status 0
job 'file "mixed" | flat_map mishap.half(line) | count'
says out '"count":62,'
told 5 'half a record'
says err '"bad_records":30'
run run -p "$mishap" --until eof 'file "mixed" | map x = mishap.bad(line) | count'
says err '30 bad records dropped' 'weir: bad record: org.example.mishap/bad: expected a good line'
job 'file "mixed" | map x = 10 / (text.length(line) - 6) | count'
expect_status 0
says err 'org.weir.std/div: division of 10 by zero'
job 'file "mixed" | map n = std.i64(line) | reduce i64.add' -t 1 # the first five, in order
expect_status 0
says err "'good 1' is no i64" '"bad_records":61'

# ---- retry ----
echo retry >one
job 'file "one" | map x = mishap.retry(line, 3)'
expect_status 0
says out '"x":"retry"'
says err '"retries":3'
job 'file "one" | map x = mishap.retry(line, 4)'
expect_status 1
is_empty out
says err 'org.example.mishap/retry: the lock is held' 'batch 1000 ms' 'record {\"line\":\"retry\"}'

# ---- fatal ----
{ cat mixed && echo 'a fatal one'; } >deadly
for threads in 1 2 4; do
    job 'file "deadly" | map x = mishap.fatal(line)' -t "$threads"
    expect_status 1
    is_empty out
    says err 'org.example.mishap/fatal: the disk of the scales is full' 'batch 1000 ms' \
        'record {\"line\":\"a fatal one\"}' '"status":1'
done
job 'file "deadly" | map x = mishap.fatal(line) | count' --batch-bytes 100B
expect_status 1
says err 'batch 5000 ms'
check 'what was committed is counted' grep -q "\"batches\":$(wc -l <out)," err

# ---- sinks ----
job 'file "one" | mishap.shelf "write"'
expect_status 1
says err 'org.example.mishap/shelf: no room on the shelf' 'batch 1000' 'partition 0'
job 'file "one" | mishap.shelf "commit"'
expect_status 1
says err 'org.example.mishap/shelf: the shelf fell down' 'commit of batch 1000'
job 'lines = file "one"; lines | print; lines | mishap.shelf "commit"'
expect_status 1
says out '"line":"retry"'
job 'file "one" | mishap.shelf "nowhere"'
expect_status 0
conclude
