#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# same_bytes.sh WEIR: a job's output is the same bytes on one, two and four threads and in every
# run; the same multiset for any number of partitions. Sums of doubles are of values that add
# exactly.
. "$(dirname "$0")/common.sh"

awk 'BEGIN {
    srand(11)
    for (i = 0; i < 6000; i++) {
        n = int(rand() * 12)
        line = ""
        for (w = 0; w < n; w++) {
            r = int(rand() * rand() * 900)
            word = r % 3 == 0 ? "a-rather-long-word-" r : r % 3 == 1 ? "b" r : "\303\251" r
            line = line (w ? " " : "") word
        }
        print line
    }
}' >input
head -500 input >input2

words='flat_map word = text.words(line)'
jobs=(
    'file "input" | print'
    'file "input" | count'
    'file "input*" | count'
    "file \"input\" | $words | count"
    "file \"input\" | $words | map key = word, value = 1 | reduce_by_key i64.add | print"
    "file \"input\" | $words | count_by_value | top 20 by=count"
    "file \"input\" | $words | count_by_value | top 7 by=[count, word] | map word"
    'file "input" | map n = text.length(line), line | filter n % 3 == 1 | limit 50'
    "file \"input\" | $words | limit 5000 | count_by_value"
    "file \"input\" | $words | map key = text.length(word), value = 0.25 | reduce_by_key f64.add"
    "file \"input\" | $words | map key = {n: text.length(word), w: word}, value = text.length(word)
        | reduce_by_key i64.max"
    'file "input" | map n = text.length(line) | reduce i64.add'
    'file "input" | map n = 10 / (text.length(line) - 9) | count_by_value'
    "a = file \"input\" | $words; b = file \"input2\" | map word = text.upper(line)
        a | union b | count_by_value"
    "lines = file \"input\"; lines | count; lines | $words | count_by_value
        lines | filter text.contains(line, \"b1\")"
    "file \"input\" | repartition 5 | $words | count_by_value"
    "job j batch=2s; file \"input\" | $words | window 6s, 2s | count_by_value"
    "file \"input\" | $words | map key = word, value = 1 | reduce_by_key i64.add
        | map_values value * 2 | filter value > 9 | count"
)

result() { # FILE JOB ARGUMENTS...: its output, or the test fails
    local file=$1 text=$2
    shift 2
    run run --until eof --json "$@" "$text"
    expect_status 0
    expect_no_crash
    mv out "$file"
}
same() { # WHAT: of `first` and `other`
    if cmp -s first other; then pass; else
        : >out
        fail "$1: $(diff first other | head -3)"
    fi
}

# sanitizers look at every access, not at bytes
[ -n "${SANITIZE-}" ] && sizes=20kB || sizes="64MiB 20kB"
for text in "${jobs[@]}"; do
    for bytes in $sizes; do
        result first "$text" -t 1 --batch-bytes "$bytes"
        check 'nothing came out' test -s first
        for threads in 2 4; do
            result other "$text" -t "$threads" --batch-bytes "$bytes"
            same "$threads threads, batches of $bytes"
        done
    done
    # Of words, the first 5000 are those of the first slices; of equal counts, the first come is
    # kept.
    case $text in *limit\ 5000* | *by=count) continue ;; esac
    result first "$text" -t 2 --partitions 1 --batch-bytes 20kB
    sort -o first first
    for partitions in 3 8; do
        result other "$text" -t 2 --partitions "$partitions" --batch-bytes 20kB
        sort -o other other
        same "$partitions partitions"
    done
done

# What is saved: file by file.
for threads in 1 4; do
    run run --until eof -t "$threads" --batch-bytes 20kB \
        "file \"input\" | $words | count_by_value | save_as_text_files \"saved$threads/x\""
    expect_status 0
done
check 'saved files differ' diff -r saved1 saved4
conclude
