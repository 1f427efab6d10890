#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir check: three tiers, statuses, carets, JSON on stdout.
. "$(dirname "$0")/lib.sh"

run check 'generate words | count_by_value | top 10 by=count'
gives 0
says out "fine: 3 streams, 1 output"
is_empty err
run check -q 'generate words | count'
is_empty out

# A misspelt verb: place, caret, near name; messages are on stderr.
run check 'generate words | map key = word, value = 1 | reduce_bykey i64.add'
gives 65
is_empty out
says err "error[E0104]: unknown verb 'reduce_bykey': did you mean 'reduce_by_key'?"
says err "  --> argument:1:46"
says err "   |                                              ^^^^^^^^^^^^"

run check 'generate words | map x = wrod'
gives 65
says err "word"
run check 'generate words | count_by_value | top 10 bye=count'
gives 65
says err "did you mean 'by'"
run check 'generate words | map x = txt.upper(word)'
gives 65
says err "text"
run check 'generate words | map key = word, value = word | reduce_by_key i64.add'
gives 65
run check 'generate words | count top 10'
gives 65
run check 'generate words | late to=lost'
gives 65
says err "not yet available"
run check 'generate words | window 1500ms'
gives 65
says err "must be a multiple of"
run check -b 500ms 'generate words | window 1500ms'
gives 0

# Tiers.
run check --syntax 'generate wrds | coun'
gives 0
run check --syntax 'generate words | | count'
gives 65
run check 'file "nosuch" | count'
gives 0
run check --env 'file "nosuch" | count'
gives 66
says err "nosuch"
echo one >there
run check --env 'file "there" | count'
gives 0

# Warnings.
warned='a = generate words; b = generate words; b | count'
run check "$warned"
gives 0
says err "warning[E0151]"
run check --deny-warnings "$warned"
gives 65

# Files, and several of them: all are looked at, the first failure counts.
printf 'generate words | count\n' >good.weir
printf 'generate words | coutn\n' >bad.weir
run check bad.weir good.weir nosuch.weir
gives 65
says out "bad.weir: wrong"
says out "good.weir: fine"
says err "  --> bad.weir:1:18"
run check nosuch.weir
gives 66
run check goood.weir
gives 66
says err "did you mean 'good.weir'?"
timeout 60 "$weir" check - <good.weir >out 2>err
status=$?
gives 0
cp good.weir job.txt
run check job.txt
gives 65
says err "weir check - < job.txt"

run check --json 'generate words | coutn'
gives 65
is_empty err
holds "every line is an object" test "$(grep -c '^{.*}$' out)" -eq "$(wc -l <out)"
says out '"code":"E0104"'
says out '"line":1,"column":18'
says out '"is_fine":false,"errors":1,"warnings":0,"status":65}'

# Ten thousand fields, a long text, bytes that are no text.
fields=$(awk 'BEGIN { for (i = 0; i < 10000; i++) printf "%sf%d = word", i == 0 ? "" : ", ", i }')
printf 'generate words | map %s | count\n' "$fields" >wide.weir
run check wide.weir
gives 0
head -c 5000000 /dev/zero | tr '\0' '#' >long.weir
run check long.weir
gives 65
says err "4194304"
head -c 1000 /dev/zero >nul.weir
run check nul.weir
gives 65
printf 'generate \377\376 | count' >latin.weir
run check latin.weir
gives 65

# What a weir of today does not do, it does not pass over.
printf 'job j on_error=dead\ngenerate words | count\n' >policy.weir
run check policy.weir
gives 65
says err "not yet available"
run check x.so
gives 66
says err "no such file"
finish
