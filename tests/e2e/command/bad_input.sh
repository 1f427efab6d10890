#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bad_input.sh WEIR MISHAP: input that nobody expects: invalid UTF-8, NUL bytes, lines of 100 MB,
# 10 000 fields, files that vanish, ports that refuse, peers that go away.
. "$(dirname "$0")/common.sh"
mishap=$2
eof() { # TEXT ARGUMENTS...
    local text=$1
    shift
    run run --until eof --json "$@" "$text"
    expect_no_crash
}

# ---- any bytes are a str; in JSON what is no UTF-8 becomes U+FFFD, and stays one line ----
printf 'a\377\376b c\n\000\000x\000y z\n\355\240\200 \303\n\300\257\364\220\200\200\n' >bytes
eof 'file "bytes" | map line, n = text.length(line), ok = text.valid_utf8(line)'
expect_status 0
replaced=$(printf '\357\277\275')
says out "{\"line\":\"a$replaced${replaced}b c\",\"n\":6,\"ok\":false," \
    '{"line":"\u0000\u0000x\u0000y z","n":7,"ok":true,' '"n":5,"ok":false,' '"n":6,"ok":false,'
check 'one line each' test "$(wc -l <out)" -eq 4
check 'what is written is UTF-8' iconv -f UTF-8 -t UTF-8 -o converted out
eof 'file "bytes" | save_as_text_files "saved"'
check 'a str is saved as it is' cmp -s <(cat saved-1000/part-*) bytes
serve bytes
eof "tcp://127.0.0.1:$port | map n = text.length(line) | reduce i64.add" -b 50ms
says out '"n":24'
head -c 200000 /dev/urandom >noise
eof 'file "noise" | flat_map word = text.words(line) | count_by_value | count'
expect_status 0

# ---- ends of lines ----
printf 'one\r\ntwo\n\r\n\nthree\r' >ends
eof 'file "ends" | map line, n = text.length(line)'
for line in '"one","n":3' '"two","n":3' '"","n":0' '"three","n":5'; do
    says out "$line"
done
check 'five lines' test "$(wc -l <out)" -eq 5

# ---- lines of 100 MB ----
{ head -c 100000000 /dev/zero | tr '\0' x && printf '\na b\n'; } >long
for threads in 1 2; do
    eof 'file "long" | map n = text.length(line)' -t "$threads"
    expect_status 0
    says out '{"n":100000000,' '{"n":3,'
done
eof 'file "long" | flat_map word = text.words(line) | count_by_value
    | map n = text.length(word), count' \
    --batch-bytes 1MB
says out '{"n":100000000,"count":1,' '{"n":1,"count":1,'
serve long
eof "tcp://127.0.0.1:$port | map n = text.length(line)" -b 100ms
expect_status 0
says out '{"n":100000000,' '{"n":3,'
serve long
eof "socket_text \"127.0.0.1:$port\" max_line=1MiB | map n = text.length(line)" -b 100ms
expect_status 0
says out '{"n":3,'
says err 'longer than'
rm long

# ---- 10 000 fields, and values that nest ----
fields() { # FORM: one field each, %d its number
    seq 10000 | sed "s/.*/$1/" | paste -sd,
}
printf '%s\n' one two three >few
echo "file \"few\" | map $(fields 'f& = line') | print" >wide.weir
run check wide.weir
expect_status 0
run run --until eof --json wide.weir
expect_status 0
expect_no_crash
wide='"f1":"one".*"f9999":"one","f10000":"one"\|"f10000":"two"\|"f10000":"three"'
check 'three wide lines' test "$(grep -c "$wide" out)" -eq 3
echo "file \"few\" | map $(fields 'f& = line') | count_by_value | limit 2 | count" >wide.weir
run run --until eof --json wide.weir
expect_status 0
says out '"count":2,'
echo "file \"few\" | map key = {$(fields 'f&: line')}, value = 1 | reduce_by_key i64.add" >wide.weir
run run --until eof --json wide.weir
expect_status 0
check 'three keys' test "$(wc -l <out)" -eq 3
awk 'BEGIN { for (i = 0; i < 10000; i++) printf "word%d ", i }' >words
eof 'file "words" | flat_map word = text.words(line) | count_by_value | count'
says out '"count":10000,'

# ---- files that go while they are read ----
seq 300 >going
start run -p "$mishap" --until eof --json --batch-bytes 100B \
    'file "going" | map x = mishap.slow(line, 5) | count'
await 20 grep -q count out
rm going
finish
expect_status 1
says err 'going has vanished'
expect_no_crash
seq 300 >going
start run -p "$mishap" --until eof --json --batch-bytes 100B \
    'file "going" | map x = mishap.slow(line, 5) | count'
await 20 grep -q count out
: >going
finish
expect_status 1
says err 'going has shrunk'
expect_no_crash
mkdir watched && touch watched/old
start run --json -b 100ms --until 1500ms 'text_file_stream "watched" | count'
await 10 grep -q count out
seq 10 >new && mv new watched/new && await 5 grep -q '"count":10' out
seq 10 >gone && mv gone watched/gone && rm watched/gone
rm -r watched
finish
expect_status 0
expect_no_crash
says out '"count":10,'
says err watched

# ---- ports ----
free_port
run run --json -b 100ms --until 700ms "tcp://127.0.0.1:$port | count"
expect_status 69
says err "127.0.0.1:$port: Connection refused" 'never reached'
check 'said once' test "$(grep -c 'it tries again' err)" -eq 1
check 'batches go on' test "$(grep -c '"count":0' out)" -ge 5
run run --json -b 100ms --until 300ms 'tcp://no.such.host.invalid:80 | count'
expect_status 69
says err no.such.host.invalid
refused 69 run -b 100ms --until 300ms 'listen "192.0.2.1:80" | count' -- 192.0.2.1:80
free_port
start run --json -b 100ms --until eof "tcp://127.0.0.1:$port | count"
await 20 grep -q refused err
check 'it comes back when somebody listens' timeout 20 nc -lN 127.0.0.1 "$port" <few
finish
expect_status 0
says out '"count":3,'
printf 'half a line' >half
serve half
eof "tcp://127.0.0.1:$port | print" -b 100ms
says out '"line":"half a line"'
serve few # holds the port
run run --json -b 50ms --until 200ms "listen \":$port\" | count"
expect_status 69
says err ":$port" 'Address already in use' 'choose another address'
kill "$server"
conclude
