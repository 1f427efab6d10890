#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir fmt: the tidy form on stdout, in place, or only asked for.
. "$(dirname "$0")/lib.sh"

run fmt 'generate words|count_by_value|top 10 by = count'
gives 0
holds "the tidy form" test "$(cat out)" = 'generate words | count_by_value | top 10 by=count'
printf '# why\ngenerate   words|count # behind\n' >a.weir
run fmt a.weir
gives 0
printf '# why\ngenerate words | count # behind\n' >tidy
holds "comments stay" cmp -s out tidy
holds "the file is untouched" grep -q '   words' a.weir

run fmt --check a.weir
gives 1
holds "it is named" test "$(cat out)" = a.weir
chmod 640 a.weir
run fmt --write a.weir
gives 0
is_empty out
holds "in place" cmp -s a.weir tidy
holds "with its permissions" test "$(stat -c %a a.weir)" = 640
holds "and nothing beside it" test "$(ls a.weir*)" = a.weir
run fmt --check a.weir
gives 0
is_empty out

printf 'generate words | | count\n' >bad.weir
cp bad.weir kept
run fmt --write bad.weir a.weir
gives 65
says err "bad.weir:1:"
holds "a text with mistakes is left alone" cmp -s bad.weir kept
printf '\n\n' >blank.weir
run fmt --write blank.weir
gives 0
holds "nothing is nothing" test ! -s blank.weir
run fmt nosuch.weir
gives 66
printf 'generate   words' | timeout 60 "$weir" fmt - >out 2>err
holds "standard input" test "$(cat out)" = 'generate words'
run fmt 'no such verb'
gives 65
finish
