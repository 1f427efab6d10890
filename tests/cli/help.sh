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
