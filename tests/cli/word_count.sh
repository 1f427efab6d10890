#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job against sort and uniq: a file, then the same text through a socket, on 1, 2 and 4
# threads.
. "$(dirname "$0")/lib.sh"

# Words of several scripts, all the white space there is, long words and empty lines.
awk 'BEGIN {
    srand(7)
    split("a the stream batch W\xc3\xb6rter \xe6\x97\xa5\xe6\x9c\xac it\x27s <t> 12 3.5 x-y", \
        w, " ")
    split(" |  |\t|\v|\f|\r|\n|\n\n", s, "|")
    for (i = 0; i < 40000; i++)
        printf "%s%s", rand() < 0.1 ? "word" int(rand() * 3000) : w[1 + int(rand() * 11)], \
            s[1 + int(rand() * 8)]
}' >text
tr -s ' \t\n\v\f\r' '\n' <text | sed '/^$/d' | LC_ALL=C sort | LC_ALL=C uniq -c |
    awk '{ print $2, $1 }' | LC_ALL=C sort >wanted
pipe='| flat_map word = text.words(line) | map key = word, value = 1 | reduce_by_key i64.add'

# The sums over all batches, by key.
summed() {
    sed 's/^{"key":"\(.*\)","value":\([0-9]*\),"_time".*/\1 \2/' "$1" |
        awk '{ n[$1] += $2 } END { for (k in n) print k, n[k] }' | LC_ALL=C sort
}

for threads in 1 2 4; do
    run run --until eof -b 50ms --threads "$threads" --batch-bytes 64KiB --json \
        "file \"text\" $pipe"
    gives 0
    summed out >found
    holds "a file, $threads threads" cmp -s wanted found
    [ "$threads" -eq 1 ] && cp out first
    holds "the same bytes" cmp -s out first
done

if ! command -v nc >/dev/null; then
    echo "no nc: the socket is not tried"
    finish
fi
for threads in 1 4; do
    port=$((20000 + ($$ + threads) % 20000))
    nc -lN 127.0.0.1 "$port" <text >/dev/null 2>&1 &
    run run --until eof -b 50ms --threads "$threads" --json "tcp://127.0.0.1:$port $pipe"
    gives 0
    summed out >found
    holds "a socket, $threads threads" cmp -s wanted found
    wait
done
finish
