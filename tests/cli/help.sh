#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Help: bare, of every command, of verbs, errors, topics and operators; examples that weir takes.
. "$(dirname "$0")/lib.sh"

run
gives 0
is_empty err
holds "bare weir is 15 lines at most" test "$(wc -l <out)" -le 15
says out "weir run 'generate words | count_by_value | top 10 by=count'"
says out "weir help"

commands="run check explain fmt bench inspect help version"
run help
gives 0
for name in $commands; do
    says out "  $name "
done
cp out overview
run --help
holds "-h and help are one" cmp -s out overview

for name in $commands; do
    run "$name" something -h
    gives 0
    says out "usage: weir $name"
    says out "example:"
    says out "--json"
    cp out page
    run help "$name"
    holds "weir help $name is weir $name -h" cmp -s out page
done

# The verbs that there are have a page whose example binds; the others say that they come later.
run help verbs
gives 0
sed -n '/^not yet/q; s/^  \([a-z_]*\) .*/\1/p' out >verbs
holds "there are verbs" test "$(wc -l <verbs)" -ge 14
sed '1,/^not yet/d' out | tr ' ' '\n' | sed '/^$/d' >later
while read -r verb; do
    run help "$verb"
    gives 0
    says out "usage: ... | $verb"
    example=$(sed -n '/^example:/{n;s/^  //p}' out)
    case $example in
    use*) continue ;; # a plugin that the reader has
    esac
    run check "$example"
    gives 0
done <verbs
while read -r verb; do
    run help "$verb"
    says out "not yet available"
done <later
holds "some verbs come later" test "$(wc -l <later)" -ge 2

run help E0104
gives 0
says out "E0104: unknown verb"
says out "wrong:"
run help errors
gives 0
for code in $(sed -n 's/^  \(E[0-9]*\) .*/\1/p' out); do
    "$weir" help "$code" >page 2>&1 || fail "$code has no page"
done
run help exit-codes
for code in 0 1 64 65 66 69 70 73 74 75 77 78; do
    says out " $code  "
done
run help settings
says out "WEIR_BATCH"
run help language
gives 0
# What users of Spark Streaming would not expect; each group of it, and that it holds.
run help differences
gives 0
for group in windows states records order failures outputs streams "not yet"; do
    holds "differences has a part $group" grep -qx "$group" out
done
for claim in "slide longer than the window" "Idle keys time out" "one partition" \
    "on_error=continue" "exactly once" "Initial states" "inverse=none"; do
    says out "$claim"
done
echo a >part1
echo b | tee part2 >part3
given='file "part?" per_batch=1 | map key = line, value = 1'
given="$given | reduce_by_key_and_window i64.add length=1s"
run run -q --json "$given slide=2s"
holds "the gap is not counted" grep -qx '{"key":"b","value":1,"_time":2000,.*' out
holds "nor is its key there" test "$(wc -l <out)" -eq 1
run run -q --json "$given"
says out '{"key":"a","value":0,"_time":2000'
run run -q --json "$given inverse=none"
holds "a key goes with its last record" test "$(grep -c '"key":"a"' out)" -eq 1
run explain 'generate words | sort'
says out "scatters by sort into 1 partition"

run help text.words
gives 0
says out "(line: str) -> (word: str)"
run help text
gives 0
says out "org.weir.text"
run help --json map
holds "a page as JSON" grep -q '^{"page":"map","text":"map: ' out

run version
gives 0
says out "weir "
run --version --json
says out '"sdk_epoch":1'

# Nothing is lost in silence.
if [ -w /dev/full ]; then
    "$weir" help >/dev/full 2>err
    status=$?
    gives 74
fi
finish
