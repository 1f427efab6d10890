#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# misuse.sh WEIR MISUSE.so: operators that throw, fork, leak, never come back, keep what is not
# theirs or give what no value can be; plugins that share an id or change while they are loaded.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../command/common.sh"
plugin=$2
export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
printf 'a\nfork\nb\n' >input

job() { # [OPTION...] PIPE: reads input with the plugin
    run run -p "$plugin" --until eof --json "${@:1:$#-1}" "file \"input\" | ${!#}"
}
no_child_is_left() {
    ! pgrep -f "run -p $plugin" >/dev/null
}

# ---- fork: the child does not run the job again ----
for threads in 1 3; do
    job -t "$threads" 'map v = misuse.forks(line)'
    expect_status 0
    expect_no_crash
    check 'the child says why it ends' await 5 grep -qF \
        'org.example.misuse/forks: it called fork(), and the child process came back from its' err
    check 'three rows, each once' test "$(grep -c '"v":' out)" -eq 3
    check 'the child has gone' await 5 no_child_is_left
done
job 'map v = misuse.spawns(line)'
expect_status 0
check 'nothing is said of a child that ends by itself' test "$(grep -c fork err)" -eq 0
check 'three rows again' test "$(grep -c '"v":' out)" -eq 3

# ---- open without an end: told to stop once, weir waits; told twice, it goes ----
start run -q -p "$plugin" --until eof 'file "input" | map v = misuse.unopened(line)'
sleep 0.5
kill -INT "$child"
sleep 0.3
check 'it waits for the operator' kill -0 "$child"
kill -INT "$child"
limit=10 finish
expect_status 130
expect_no_crash

# ---- what it kept of an earlier call is there, and harms nobody ----
seq 5000 >numbers
run run -t 1 -p "$plugin" --until eof --json \
    'file "numbers" | map a = std.i64(line) | map v = misuse.keeps(a) | count'
expect_status 0
says out '"count":5000'
expect_no_crash

# ---- leaks are the plugin's; huge texts are bad records; NaN is one key ----
job 'map v = misuse.leaks(line) | count'
expect_status 0
job 'map a = 5000000000 | map v = misuse.long_text(a)'
expect_status 0
says err 'org.example.misuse/long_text: a text of 5000000000 bytes' '"bad_records":3'
expect_no_crash
run run -p "$plugin" --until eof --json 'file "numbers" | map a = std.i64(line) |
    map key = misuse.not_a_number(a), value = 1 | reduce_by_key i64.add'
expect_status 0
says out '"key":"NaN","value":5000'

# ---- parameters ----
refused 65 check -p "$plugin" 'file "input" | map v = misuse.at_most(3, most=200)' -- \
    'most must be 1..100, found 200'
refused 65 check -p "$plugin" 'file "input" | map v = misuse.at_most(3, most=0)' -- \
    'most must be 1..100, found 0'
refused 65 check -p "$plugin" 'file "input" | map v = misuse.at_most(3, mots=2)' -- \
    "has no parameter 'mots': did you mean 'most'?"
refused 65 check -p "$plugin" 'file "input" | map v = misuse.at_most(3)' -- \
    'needs the parameter most='
refused 65 check -p "$plugin" 'file "input" | map v = misuse.at_most(3, most="x")' -- most

# ---- one id is one plugin: the same file twice is, another file is not ----
cp "$plugin" again.so
cp "$plugin" other.so
printf '\n' >>other.so
run run -q -p "$plugin" -p ./again.so --until eof \
    'file "input" | map v = again.spawns(misuse.spawns(line))'
expect_status 0
refused 65 check -p "$plugin" -p ./other.so 'file "input" | map v = misuse.spawns(line)' -- \
    "are both 'org.example.misuse'" 'one id is one plugin'

# ---- a file that is replaced while it is loaded: the job goes on with what it has ----
cp "$plugin" mine.so
start run -p ./mine.so -b 50ms --until 600ms --json \
    'generate words | map n = mine.leaks(word) | count'
await 5 grep -q count out
printf 'no plugin\n' >new.so
mv new.so mine.so
finish
expect_status 0
expect_no_crash
refused 65 check -p ./mine.so 'generate words | map n = mine.leaks(word)' -- 'not a shared object'

# ---- an exception that would leave the plugin ends the job with its text ----
if [ -z "${SANITIZE-}" ] && command -v "${CXX:-c++}" >/dev/null; then
    "${CXX:-c++}" -std=c++17 -O2 -fPIC -shared -fvisibility=hidden -I"$SOURCE/sdk/include" \
        -Wno-terminate -o throws.so "$here/throws.cc" 2>said
    run run -q -p ./throws.so --until eof 'file "input" | map v = throws.throws(line) | print'
    expect_status 1
    says err 'thrown at a line' 'org.example.throws/throws: crashed with SIGABRT' \
        '{"line":"fork"}'
fi
conclude
