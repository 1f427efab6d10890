#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An operator that crashes in a running job ends it with a report and status 1; weir never hangs.
. "$(dirname "$0")/../../cli/lib.sh"
doomed=$2

# A sanitizer handles faults itself and prints its own report.
[ -z "$SANITIZE" ] || exit 77

id=$(readelf -n "$doomed" 2>/dev/null | sed -n 's/.*Build ID: //p')

# lines COUNT AT FILE: so many lines, "doom" in the one of this number.
lines() {
    seq 1 "$1" | sed "s/^/line /; $2s/\$/ doom/" >"$3"
}
lines 5000 4321 input.txt
record='{"line":"line 4321 doom"}'

# reports OPERATOR PART EVENT: what every report of a plugin's crash says, and nothing else's.
reports() {
    gives 1
    says err "weir: org.example.doomed/$1: $3"
    says err "org.example.doomed 1.2.3, $doomed"
    [ -z "$id" ] || says err "build-id   $id"
    says err "in $2"
    hides err "error of weir"
    hides err "damaged"
}

on_record() {
    says err "record     $record"
    says err " ms, partition "
}

# reads [OPTION...] PIPE: a job that reads input.txt, on $threads threads.
threads=1
reads() {
    run run -q -t "$threads" -p "$doomed" "${@:1:$#-1}" "file \"input.txt\" | ${!#}"
}

for threads in 1 4; do

    reads 'map doomed.nil(line) | print'
    reports nil loop "crashed with SIGSEGV (Segmentation fault) at address 0x0"
    on_record
    says err "operator   nil(line: str) -> str, function, in loop"
    says err "#0         doomed.so+0x"
    says err "addr2line -Cfipe"

    # after a filter, beside others, behind a shuffle
    reads 'filter text.contains(line, "3") | map line, b = doomed.nil(line) | print'
    reports nil loop "crashed with SIGSEGV"
    on_record
    reads 'count_by_value | map n = doomed.share(count, count - 1) | print'
    if [ "$(uname -m)" = x86_64 ]; then
        reports share loop "crashed with SIGFPE"
        says err 'record     {"line":"line '
        reads 'map key = "k", value = 0 | reduce_by_key doomed.ratio | print'
        reports ratio scatter "crashed with SIGFPE"
        says err 'record     {"value":0}'
    fi

    reads 'map doomed.stop(line) | print'
    reports stop loop "crashed with SIGABRT (Aborted)"
    on_record

    reads 'map doomed.leave(line) | print'
    reports leave loop "called exit(7)"
    on_record

    reads 'map doomed.deep(line) | print'
    reports deep loop "crashed with SIGSEGV (Segmentation fault): its stack is full"
    on_record

    # rows that it emitted before go nowhere while the record is sought
    reads 'flat_map doomed.words(line) | print'
    reports words loop "crashed with SIGSEGV"
    on_record
    hides out doom

    reads 'doomed.pit'
    reports pit write "crashed with SIGSEGV"
    on_record

    run run -q -t "$threads" -p "$doomed" 'doomed.spring | print'
    reports spring run "crashed with SIGSEGV"
    hides err "record "

    reads 'map doomed.unopened(line) | print'
    reports unopened open "crashed with SIGSEGV"

    # what nobody can know
    reads 'map doomed.once(line) | print'
    reports once loop "crashed with SIGSEGV"
    says err "the same ones did not crash it again"
    says err 'first      {"line":"line '

    # the heap is lost, and malloc's lock is held: the head must come out all the same
    reads 'map doomed.heap(line) | print'
    gives 1
    says err "weir: org.example.doomed/heap: crashed with SIG"
    says err "org.example.doomed 1.2.3, $doomed"

    reads 'map doomed.thread(line) | print'
    gives 1
    says err "weir: org.example.doomed: crashed with SIGSEGV (Segmentation fault) at address 0x0"
    says err "outside of any call from weir"
done

# only behind another record: the shortest beginning of the chunk that crashes ends with it
printf 'good\nline 2\ndoom 3\ngood\ndoom 5\n' >remembered.txt
run run -q -t 1 --partitions 1 -p "$doomed" 'file "remembered.txt" | map doomed.after(line) | print'
reports after loop "crashed with SIGSEGV"
says err 'record     {"line":"doom 5"} (alone it does not crash, but behind the 4 before it'

# one line of JSON for each part
reads --json 'map doomed.nil(line) | print'
gives 1
says err '{"error":"org.example.doomed/nil: crashed with SIGSEGV (Segmentation fault) at '
says err '"status":1,"plugin":"org.example.doomed 1.2.3, '
says err '{"record":"{\"line\":\"line 4321 doom\"}"}'
holds "three objects" test "$(grep -c '^{.*}$' err)" -eq "$(grep -c . err)"

# of constants there is no record to name
reads 'map doomed.nil("doom") | print'
reports nil loop "crashed with SIGSEGV"
hides err "record "

# a signal from outside does what it always did
"$weir" run -q -p "$doomed" 'generate words | count | print' >out 2>err </dev/null &
process=$!
last="weir run, sent SIGSEGV"
sleep 1
kill -SEGV "$process"
wait "$process" 2>/dev/null
status=$?
gives 139
hides err "crashed with"

# an exception of C++ that leaves a body ends the process with its text
if command -v "${CXX:-c++}" >/dev/null; then
    cat >thrower.cc <<'PLUGIN'
#include <stdexcept>
#include <weir/plugin.h>
WEIR_FUNCTION(weir_str, thrower, (weir_str, line))
{
    if (weir_str_contains(line, "doom")) {
        throw std::runtime_error("no such line");
    }
    return line;
}
WEIR_PLUGIN("org.example.thrower", "1.0.0", "throws", "Apache-2.0");
PLUGIN
    flags=(-std=c++17 -O1 -w -shared -fPIC -I"$SOURCE/sdk/include")
    if "${CXX:-c++}" "${flags[@]}" -o thrower.so thrower.cc; then
        reads -p ./thrower.so 'map thrower.thrower(line) | print'
        gives 1
        says err "no such line"
        says err "weir: org.example.thrower/thrower: crashed with SIGABRT"
        says err "record     $record"
    else
        fail "the C++ plugin does not build"
    fi
fi
finish
