#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# values.sh WEIR VALUES.so: jobs whose operators give and take nulls, lists and structs, from the
# text of the pipeline to the committed line, on one thread and on several.
. "$(dirname "$0")/../command/common.sh"
plugin=$2

# gives JOB LINE...: the job's rows, in any order.
gives() {
    local job=$1
    shift
    for threads in 1 3; do
        run run -q -t "$threads" -p "$plugin" --until eof --json "$job"
        expect_status 0
        expect_no_crash
        sed -E 's/,"_time":[0-9]+,"_stream":"[^"]*"//' out | sort >have
        printf '%s\n' "$@" | sort >want
        check "rows on $threads threads: $(diff want have | head -5)" cmp -s want have
    done
}

printf 'one two\n\na bb\n' >input
printf '1\n2\n3\n4\n' >numbers

gives 'file "input" | map v = values.cut(line), n = values.values(values.cut(line))' \
    '{"v":["one","two"],"n":2}' '{"v":null,"n":null}' '{"v":["a","bb"],"n":2}'
gives 'file "numbers" | map a = std.i64(line) | map h = values.half(a) | filter h > 0' \
    '{"h":1}' '{"h":2}'
gives 'file "numbers" | map a = std.i64(line)
    | map h = values.half(a) ?? 0 - a, s = values.sum([a, values.half(a) ?? 10])' \
    '{"h":-1,"s":11}' '{"h":1,"s":3}' '{"h":-3,"s":13}' '{"h":2,"s":6}'
gives 'file "numbers" | map a = values.half(std.i64(line)) | map t = values.shown(null, a)' \
    '{"t":"neither"}' '{"t":"a number and no text"}' '{"t":"neither"}' \
    '{"t":"a number and no text"}'
gives 'file "input" | flat_map line, values.deal(line)' \
    '{"line":"one two","word":"one","letters":["o","n","e"],"at":{"from":0,"to":3}}' \
    '{"line":"one two","word":"two","letters":["t","w","o"],"at":{"from":4,"to":7}}' \
    '{"line":"a bb","word":"a","letters":null,"at":{"from":0,"to":1}}' \
    '{"line":"a bb","word":"bb","letters":["b","b"],"at":{"from":2,"to":4}}'
# through a shuffle: lists as keys, structs beside them
gives 'file "input" | flat_map values.deal(line) | map letters | count_by_value' \
    '{"letters":["o","n","e"],"count":1}' '{"letters":["t","w","o"],"count":1}' \
    '{"letters":null,"count":1}' '{"letters":["b","b"],"count":1}'

tag='"a tag that fits into no cell"'
cards=("{\"n\":0,\"tags\":[],\"info\":{\"name\":\"\",\"is_odd\":false}}"
    "{\"n\":1,\"tags\":[$tag],\"info\":{\"name\":\"a\",\"is_odd\":true}}"
    "{\"n\":2,\"tags\":[$tag,$tag],\"info\":{\"name\":\"a \",\"is_odd\":false}}"
    "{\"n\":3,\"tags\":[],\"info\":null}"
    "{\"n\":4,\"tags\":[$tag],\"info\":{\"name\":\"a ta\",\"is_odd\":false}}")
gives 'values.cards count=5' "${cards[@]}"
for each in 1 2 5; do
    gives "values.pushed count=5, each=$each" "${cards[@]}"
done
# more rows than the columns that are lent hold; a receiver's come in some batches
for input in 'values.cards count=30000' 'values.pushed count=30000, each=7' \
    'values.pushed count=30000, each=30000'; do
    run run -q -p "$plugin" --until eof --json \
        "$input | map key = 1, value = values.values(tags) | reduce_by_key i64.add"
    expect_status 0
    sum=$(grep -oE '"value":[0-9]+' out | awk -F: '{ sum += $2 } END { print sum }')
    check "$sum tags instead of 30000" test "$sum" = 30000
done
conclude
