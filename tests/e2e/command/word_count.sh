#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# word_count.sh WEIR: the main job counts what tr, sort and uniq count, from a file and over
# sockets, on one, two and four threads, in few batches and in many.
. "$(dirname "$0")/common.sh"

job=' | flat_map word = text.words(line) | map key = word, value = 1 | reduce_by_key i64.add
    | print'

# ---- texts ----
text_small() {
    printf 'a b  a\r\n\n\303\251t\303\251 \013\014much-longer-than-twelve-bytes a\nno newline'
}
text_empty() {
    :
}
text_blank() {
    printf '\n \t\r\n\013\014\n\n'
}
# Separators of other alphabets are part of words; so are control characters and NUL.
text_odd() {
    printf 'a\302\240b c\342\200\250d \343\200\200 \302\205 e\357\273\277\n'
    printf 'quote" back\\slash \\u0041 \001\037\177 \000nul\000 {"key":"x"} \360\237\230\200\n'
    printf '%s\n' '","value":7' "it's" '\\' '""' a,b
    printf 'twelve-bytes twelve-bytes! \303\251\303\251\303\251\303\251\303\251\303\251'
}
# Words of every length around the places where their form changes, each several times.
text_lengths() {
    awk 'BEGIN {
        for (n = 0; n < 3000; n += n < 40 ? 1 : 331) {
            word = ""
            while (length(word) < n) word = word substr("abcdefghijkl", 1 + n % 12)
            for (i = 0; i < 1 + n % 4; i++) printf "%s%s", word, n % 3 ? "\n" : "\t\r\n"
        }
    }'
}
text_long_line() {
    awk 'BEGIN { for (i = 0; i < 60000; i++) printf "w%d ", i % 777; printf "\nend" }'
}
text_random() { # LINES: as people write, and worse
    awk -v lines="$1" 'BEGIN {
        srand(7)
        split(" |  |\t|\r|\v|\f|\t \v", gap, "|")
        for (i = 0; i < lines; i++) {
            n = int(rand() * 13)
            line = ""
            for (w = 0; w < n; w++) {
                r = int(rand() * rand() * 40000)
                kind = r % 7
                word = kind == 0 ? "a-rather-long-word-" r : \
                    kind == 1 ? "\303\251\342\202\254" r : \
                    kind == 2 ? "\360\237\230\200" : "w" r
                line = line word (r % 11 == 0 ? gap[1 + r % 7] : " ")
            }
            printf "%s%s", line, i % 5 == 0 ? "\r\n" : "\n"
        }
    }'
}

# ---- what it should be: "word count" lines, words as JSON writes them ----
expected() {
    tr -s ' \t\n\v\f\r' '\n' <"$1" | sed '/^$/d' | sort | uniq -c |
        sed -E 's/^ *([0-9]+) (.*)$/\2 \1/' |
        sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/\x00/\\u0000/g' -e 's/\x01/\\u0001/g' \
            -e 's/\x1f/\\u001f/g' | sort
}

# Every line of out is one record of the one stream; the counts are summed over the batches.
counted() {
    sed -E -n 's/^\{"key":"(.*)","value":([0-9]+),"_time":[0-9]+,"_stream":"#1"\}$/\1 \2/p' out |
        awk '{ count[$1] += $2 } END { for (word in count) print word, count[word] }' | sort
}

expect_counts() { # FILE
    expect_status 0
    expect_no_crash
    counted >have
    check 'other counts than uniq gives' cmp -s have "$1.want"
    if ! cmp -s have "$1.want"; then diff have "$1.want" | head -5; fi
    record='^\{"key":".*","value":[0-9]+,"_time":[0-9]+,"_stream":"#1"\}$'
    check 'stdout holds something else than records' \
        test "$(wc -l <out)" -eq "$(grep -cE "$record" out)"
}

make() { # NAME [SIZE]
    "text_$1" ${2+"$2"} >"$1"
    expected "$1" >"$1.want"
}

from_file() { # FILE THREADS BATCH_BYTES
    run run --until eof -b 50ms --threads "$2" --batch-bytes "$3" --json "file \"$1\"$job"
    expect_counts "$1"
    # The last line is the summary, the only thing said.
    check 'messages besides the summary' test "$(wc -l <err)" -eq 1
}

for text in small empty blank odd lengths long_line; do
    make "$text"
    for threads in 1 2 4; do
        from_file "$text" "$threads" 64MiB
        from_file "$text" "$threads" 7B
    done
done
make random 5000
for threads in 1 2 4; do
    from_file random "$threads" 1kB
    check 'few batches' test "$(grep -o '"_time":[0-9]*' out | uniq | wc -l)" -gt 100
done

# ---- 30 MB; less where every access to memory is checked ----
[ -n "${SANITIZE-}" ] && lines=56000 || lines=560000
make random "$lines"
mv random big
mv random.want big.want
check 'the big text is big' test "$(stat -c %s big)" -gt $((lines * 54))
for threads in 1 2 4; do
    from_file big "$threads" 3MB
done

# ---- sockets ----
for text in small odd lengths blank big; do
    for threads in 1 2 4; do
        [ "$text" != big ] || [ "$threads" -ne 1 ] || continue
        serve "$text"
        run run --until eof -b 50ms --threads "$threads" --json "tcp://127.0.0.1:$port$job"
        expect_counts "$text"
    done
done

# Several clients at once, one of which sends nothing; what they send is counted as one.
free_port
start run --until eof -b 50ms --threads 2 --json "listen \":$port\"$job"
check 'nobody listens' await 10 nc -z 127.0.0.1 "$port"
finish
expect_status 0
free_port
start run --until eof -b 20ms --threads 2 --json "listen \"127.0.0.1:$port\"$job"
cat big lengths odd small >all
expected all >all.want
await 10 timeout 60 nc -N 127.0.0.1 "$port" <all
finish
expect_counts all
conclude
