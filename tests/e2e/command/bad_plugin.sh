#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bad_plugin.sh WEIR FIXTURES: files that are no plugin, are damaged, of another epoch, or do harm
# while they are loaded: run, check and inspect say so, with the exit code that is due, and live on.
. "$(dirname "$0")/common.sh"
fixtures=$2
# Under a sanitizer: a crash is a crash, and no report of the sanitizer's.
export ASAN_OPTIONS=${ASAN_OPTIONS-}:handle_segv=0 TSAN_OPTIONS=${TSAN_OPTIONS-}:handle_segv=0
export UBSAN_OPTIONS=${UBSAN_OPTIONS-}:handle_segv=0
printf 'a b\nc\n' >input
job='file "input" | count'

# no_plugin FILE STATUS_OF_INSPECT TEXT...
no_plugin() {
    local file=$1 inspect=$2
    shift 2
    refused 65 run -p "$file" --until eof "$job" -- 'error[E0201]' "$file" "$@"
    refused 65 check -p "$file" "$job" -- 'error[E0201]' "$file" "$@"
    refused 65 check "use \"$file\" as x; $job" -- 'error[E0201]' '^' "$@"
    refused "$inspect" inspect "$file" -- "$file" "$@"
    run inspect --json "$file"
    expect_status "$inspect"
    expect_no_crash
}

# A file that damages the process which loads it: those that load it say so, inspect in a report.
harmful_to_run() { # FILE TEXT...
    local file=$1
    shift
    refused 65 run -p "$file" --until eof "$job" -- 'error[E0201]' "$file" "$@" 'weir inspect'
}
harmful_to_check() {
    local file=$1
    shift
    refused 65 check -p "$file" "$job" -- 'error[E0201]' "$file" "$@" 'weir inspect'
}
harmful_to_inspect() {
    local file=$1
    shift
    run inspect "$file"
    check "inspect ends with $status" test "$status" -ge 1 -a "$status" -le 127
    says out "$file" org.example.bad "$@"
    says err "$@"
    expect_no_crash
}
harmful_to_json() {
    local file=$1
    shift
    run inspect --json "$file"
    expect_status 1
    says out "\"name\":\"$file\"" '"signal":' "$@"
}

# ---- harm while it is loaded: loop.so takes until the time limit each time, so all at once ----
for how in run check inspect json; do
    mkdir "loop_$how"
    (
        cd "loop_$how" && cp ../input . && trap - EXIT
        "harmful_to_$how" "$fixtures/loop.so" 'did not end within' >said
        echo "$passed $failed" >counts
    ) &
    loops="${loops-} $!"
done
for how in run check inspect json; do
    "harmful_to_$how" "$fixtures/crash.so" SIGSEGV
    "harmful_to_$how" "$fixtures/exit.so" 'ended the process'
done
run inspect --note "$fixtures/crash.so"
expect_status 0
says out org.example.bad

# ---- built for another weir, or badly ----
no_plugin "$fixtures/epoch.so" 65 'epoch 2' 'epoch 1' update rebuild
no_plugin "$fixtures/minor.so" 65 'SDK 1.4' 'speaks 1.1' 'update weir'
no_plugin "$fixtures/no_entry.so" 65 weir_plugin_e1 WEIR_PLUGIN
no_plugin "$fixtures/no_note.so" 65 'not a weir plugin' WEIR_PLUGIN prototypes
no_plugin "$fixtures/undefined.so" 65 'missing symbol' weir_nobody_has_this
no_plugin "$fixtures/two_ids.so" 65 org.example.other org.example.bad

# ---- no shared object at all ----
printf 'hello\n' >words.so
: >empty.so
printf '\177ELF' >stub.so
mkdir folder.so
ln -s nowhere dangling.so
mkfifo fifo.so
no_plugin ./words.so 65 'not a shared object'
no_plugin ./empty.so 65 'not a shared object'
no_plugin ./stub.so 65 'truncated or damaged'
no_plugin folder.so 74 'directory'
no_plugin ./dangling.so 66 'no such file'
no_plugin ./nosuch.so 66 'no such file'
limit=8 no_plugin ./fifo.so 65 'not a shared object'
cp "$fixtures/good.so" text.so
refused 65 check -p ./text.so "$job" -- "weir's own" 'choose another alias'
refused 65 check -p nosuch "$job" -- "'nosuch'" --plugin-path
refused 65 check -p "$fixtures/good.so" 'file "input" | map x = good.is_lnog(line, 3)' -- is_lnog \
    "did you mean 'is_long'"

# ---- truncated anywhere, and bits that tipped over: an error or a plugin, never a crash ----
bytes=$(stat -c %s "$fixtures/good.so")
for part in 1 17 63 64 65 200 1000 $((bytes / 3)) $((bytes / 2)) $((bytes - 1000)) \
    $((bytes - 1)); do
    head -c "$part" "$fixtures/good.so" >cut.so
    refused 65 check -p ./cut.so "$job" -- cut.so
    refused 65 inspect ./cut.so -- cut.so
done
for seed in $(seq 40); do
    cp "$fixtures/good.so" tipped.so
    for at in $(awk -v seed="$seed" -v bytes="$bytes" 'BEGIN {
        srand(seed)
        for (i = 0; i < 8; i++)
            print int(rand() * (i < 4 ? 1024 : bytes))
    }'); do
        printf '\377' | dd of=tipped.so bs=1 seek="$at" conv=notrunc 2>dd.log
    done
    run check -p ./tipped.so "$job"
    expect_no_crash
    run inspect ./tipped.so
    expect_no_crash
done

# ---- a good one, and what it is replaced by while it runs ----
run run -p "$fixtures/good.so" --until eof --json 'file "input" | filter good.is_long(line, 1)'
expect_status 0
says out '"line":"a b"'
cp "$fixtures/good.so" mine.so
start run -p ./mine.so -b 50ms --until 600ms --json \
    'generate words | filter mine.is_long(word, 0) | count'
await 5 grep -q count out
: >mine.so
finish
expect_status 0
expect_no_crash

wait $loops
cat loop_*/said
while read -r loop_passed loop_failed; do
    passed=$((passed + loop_passed))
    failed=$((failed + loop_failed))
done < <(cat loop_*/counts)
check 'no word of loop.so' test "$(cat loop_*/counts | wc -l)" -eq 4
conclude
