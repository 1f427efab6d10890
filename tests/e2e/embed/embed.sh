#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# embed.sh PROGRAM: what the embedding program counts is what other tools count, its mistakes are
# texts, and nothing of its heap is left.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
expect() { # WHAT COMMAND...
    local what=$1
    shift
    if ! "$@"; then
        echo "FAILED: $what"
        sed 's/^/  out: /' "$folder/out" | head -n 20
        sed 's/^/  err: /' "$folder/err" | head -n 20
        failed=1
    fi
}
for i in 1 2 3 4 5; do
    printf 'some words are long\nand some are not %s\n' "$i"
done >"$folder/words"
for i in 1 2 3; do
    printf '%.*s\n' "$i" abc >"$folder/words.$i"
done
HOME=$folder timeout 60 "$1" "$folder/words" >"$folder/out" 2>"$folder/err" </dev/null
expect "status 0" test $? -eq 0
tr ' ' '\n' <"$folder/words" | awk 'length($0) > 3 {n[$0]++}
    END {
        for (w in n)
            printf "{\"word\":\"%s\",\"count\":%d,\"_time\":1000,\"_stream\":\"#1\"}\n", w, n[w]
    }' | sort >"$folder/expected"
expect "the same counts" diff "$folder/expected" <(sort "$folder/out")
expect "a batch is told" grep -q '^batch 1000000: 10 in, 3 out$' "$folder/err"
expect "a mistake is told" grep -q "no field 'wrod': did you mean 'word'?" "$folder/err"
expect "a slice has both ends" grep -q '^slice: {"bytes":1}$' "$folder/err"
expect "the heap is empty" grep -q '^0 blocks left$' "$folder/err"
exit $failed
