#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ending.sh WEIR MISHAP: Ctrl-C and SIGTERM once finish and commit all that was received, twice end
# at once; --until by the inputs' end, by stream time and by records ends with a whole batch.
. "$(dirname "$0")/common.sh"
mishap=$2
seq 1000 >thousand

total() { # of the counts on stdout
    grep -o '"count":[0-9]*' out | awk -F: '{ sum += $2 } END { print sum + 0 }'
}
has_received() { # RECORDS, as the trace tells
    [ "$1" -eq \
        "$(grep -oE 'block added .* rows [0-9]+' err | awk '{ n += $NF } END { print n + 0 }')" ]
}

# ---- once: what was received is committed, though the batch has long to go ----
mkfifo open
exec 7<>open # a sender that has sent all and stays connected
for signal in INT TERM; do
    serve open
    start run -v -b 1h --json "tcp://127.0.0.1:$port | count"
    cat thousand >&7
    check 'it does not come' await 20 has_received 1000
    kill -"$signal" "$child"
    limit=20 finish
    expect_status 0
    expect_no_crash
    check "counted $(total) of 1000" test "$(total)" -eq 1000
    says err 'finishing what was received' '"records":1000'
done
exec 7>&-
start run -b 30ms --json 'generate words rate=20000 | save_as_text_files "saved/out"'
await 20 test -d saved && sleep 0.5
kill -INT "$child"
limit=20 finish
expect_status 0
check 'files and summary disagree' \
    grep -q "\"records\":$(cat saved/out-*/part-* | wc -l)," err
check 'unfinished files' test -z "$(find saved -name '*unfinished*')"
check 'unmarked folders' test \
    "$(find saved -name 'out-*' | wc -l)" -eq "$(find saved -name _SUCCESS | wc -l)"

# A finite job stops at a batch's end: what is out is whole, and the rest is not begun.
start run -p "$mishap" --batch-bytes 50B --until eof --json \
    'file "thousand" | map n = mishap.slow(line, 2) | count'
await 20 grep -q count out
kill -INT "$child"
limit=20 finish
expect_status 0
check 'it read to the end' test "$(total)" -lt 1000
check "summary and output disagree: $(total)" grep -q "\"records\":$(total)," err

# ---- twice: at once ----
start run -v -p "$mishap" -b 50ms --json 'generate words | map x = mishap.slow(word, 30000) | count'
await 20 grep -q 'driver > task' err
kill -INT "$child"
await 20 grep -q 'finishing' err
kill -INT "$child"
limit=10 finish
expect_status 130
says err 'finishing what was received' 'stopped at once'
start run -v -p "$mishap" -b 50ms --json 'generate words | map x = mishap.slow(word, 30000) | count'
await 20 grep -q 'driver > task' err
kill -TERM "$child"
await 20 grep -q 'finishing' err
kill -TERM "$child"
limit=10 finish
expect_status 143

# While nothing has come, while nobody is there, while a source has nothing.
free_port
for input in "tcp://127.0.0.1:$port" "listen \":$port\"" 'text_file_stream "."' \
    'generate words rate=1'; do
    start run -b 100ms --json "$input | count"
    await 20 grep -q count out
    kill -INT "$child"
    limit=10 finish
    expect_status 0
    expect_no_crash
done

# ---- by itself ----
run run -b 100ms --until 500ms --json 'generate words | count'
expect_status 0
check 'five batches of 100 ms' test "$(wc -l <out)" -eq 5
run run -b 20ms --until 777rec --json 'generate words rate=20000 | count'
expect_status 0
check "$(total) records of at least 777" test "$(total)" -ge 777
last=$(tail -1 out | grep -o '"count":[0-9]*' | cut -d: -f2)
check 'the batch before was enough' test $(($(total) - last)) -lt 777
run run --batch-bytes 100B --until 100rec --json 'file "thousand" | count'
expect_status 0
check "$(total) records of at least 100" test "$(total)" -ge 100 -a "$(total)" -lt 200
run run --until 3s --batch-bytes 100B --json 'file "thousand" | count'
expect_status 0
check 'three batches of stream time' test "$(wc -l <out)" -eq 3
run run --until eof --json 'a = file "thousand"; b = file "thousand"; a | union b | count'
says out '"count":2000'
conclude
