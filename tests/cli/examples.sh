#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What stands in examples/: all job files are fine and tidy, and give what expected/ says; the
# plugins pass `weir plugin check`.
# usage: examples.sh WEIR [--write]    --write: what they give becomes what is expected
. "$(dirname "$0")/lib.sh"
examples=$SOURCE/examples
jobs=$examples/jobs
plugins=$BUILD/examples
ln -s "$examples" examples # the jobs name their data from the root of the tree

run check --plugin-path "$plugins" "$jobs"/*.weir "$examples"/plugins/*.weir
gives 0
is_empty err
run fmt --check "$jobs"/*.weir "$examples"/plugins/*.weir
gives 0
for job in "$jobs"/*.weir; do
    holds "$job is in the README" grep -q "$(basename "$job")" "$jobs/README.md"
done
for source in "$examples"/plugins/*.c "$examples"/plugins/*.cc; do
    name=$(basename "${source%.c*}")
    holds "$source is short" test "$(wc -l <"$source")" -le 150
    holds "$source is in the README" grep -q "$(basename "$source")" "$examples/plugins/README.md"
    if [ ! -e "$plugins/$name.so" ]; then
        echo "no C++ compiler: $name is not tried"
        continue
    fi
    run plugin check "$plugins/$name.so"
    gives 0
    says out ' 0 failed'
done

# expects NAME: out is what expected/NAME says.
expects() {
    [ "${mode-}" != --write ] || cp out "$examples/expected/$1"
    holds "$1: what is expected: $(diff "$examples/expected/$1" out | head -n 4)" \
        cmp -s "$examples/expected/$1" out
}
mode=${2-}

# Finite inputs: the same bytes on any number of threads.
for job in jobs/{error_count,error_window,hashtags,spam,response_codes,page_views,moods,sessions} \
    plugins/{words,logline,share,first_tags}; do
    [ "$job" != plugins/first_tags ] || [ -e "$plugins/hashtags.so" ] || continue
    for threads in 1 3; do
        run run -q -t "$threads" --plugin-path "$plugins" "$examples/$job.weir"
        gives 0
        expects "${job#*/}"
    done
done
run run --plugin-path "$plugins" "$examples/plugins/logline.weir"
says err 'expected DATE TIME LEVEL MESSAGE, found "this line is none of a log"'

# A batch's files, all or none.
run run -q --plugin-path "$plugins" --set folder=shelf "$examples/plugins/shelf.weir"
gives 0
holds "nothing is left hidden" test -z "$(find shelf -name '.*.jsonl')"
(cd shelf && for file in $(printf '%s\n' *.jsonl | sort -V); do
    sed "s|^|$file |" "$file"
done) >out
expects shelf

# Endless inputs.
for name in word_count errors clicks; do
    run run --until 1s -b 100ms "$jobs/$name.weir"
    gives 0
    holds "$name gives records" test -s out
done
says out '"_stream":"hits_per_batch"'
says out '"_stream":"tops"'

printf 'x ERROR\ny\nx ERROR\n' >a.log
run run "$jobs/files.weir"
gives 0
says out '{"line":"x ERROR","count":2,'

if ! command -v nc >/dev/null; then
    echo "no nc: sockets are not tried"
    finish
fi
port=$((20000 + $$ % 20000))
timeout 30 nc -lN 127.0.0.1 "$port" <examples/data/words.txt >/dev/null 2>&1 &
run run -q --until eof -b 50ms --set address=127.0.0.1:$port "$jobs/network_word_count.weir"
gives 0
wait
sed -E 's/.*"key":"([^"]*)","value":([0-9]+).*/\1 \2/' out |
    awk '{ n[$1] += $2 } END { for (w in n) print w, n[w] }' | sort >summed
mv summed out
expects network_word_count

# The acknowledged receiver: the connection breaks in the middle of a line, lines come twice.
port=$((port + 1))
{
    printf '1 one\n2 two\n3 thr' | timeout 30 nc -lN 127.0.0.1 "$port" >first
    printf '2 two\n3 three\n4 four\nEND\n' | timeout 30 nc -lN 127.0.0.1 "$port" >second
} 2>/dev/null &
run run -q --until eof -b 50ms --plugin-path "$plugins" --set address=127.0.0.1:$port \
    "$examples/plugins/mailbox.weir"
gives 0
wait
cat mail/lines-*/part-* >lines 2>/dev/null
holds "every line once" cmp -s lines <(printf '%s\n' one two three four)
says first 'FROM 1'
says second 'FROM 3'
says second 'ACK 4'
finish
