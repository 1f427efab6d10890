#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir plugin check: what is right passes; each thing that is wrong is found, named by operator and
# check, and the operators beside it are tried all the same.
. "$(dirname "$0")/lib.sh"
# a plugin that calls exit leaves its child's memory behind: the status counts, not the leaks
export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0

run plugin check "$BUILD/plugins/math.so"
gives 0
says out " 0 failed"
hides out FAIL

# finds OPERATOR CHECK TEXT: one line of the report.
finds() {
    local what="$1 $2: $3"
    holds "$what" grep -qE "^FAIL  cli_wrong\.$1 +$2 .*$3" out
}

run plugin check "$BUILD/tests/cli/cli_wrong.so"
gives 1
is_empty err
says out "weir_plugin_e1 alone"
holds "right passes" grep -qE '^PASS  cli_wrong\.right +constants' out
holds "right has no failure" test -z "$(grep 'FAIL  cli_wrong.right' out)"
finds counts determinism 'expected .*, found .*--seed 1'
finds sums halves 'every second row .*expected'
finds crashes results 'it crashed with SIG'
finds leaves results 'exit\(3\)'
finds spins results 'did not end within 10 s'
finds minus commutativity 'f\(a, b\) = f\(b, a\): expected .* for a ='
finds minus associativity expected
finds mean associativity expected
holds "mean commutes" grep -qE '^PASS  cli_wrong\.mean +commutativity' out
finds add inverse expected
holds "add is associative" grep -qE '^PASS  cli_wrong\.add +associativity' out
finds backwards results 'parents are not in order'
finds too_long results 'beyond its buffer'

# Kinds that the harness of the SDK drives.
finds_kind() {
    local what="$1 $2: $3"
    holds "$what" grep -qE "^FAIL  cli_wrong_kinds\.$1 +$2 .*$3" out
}
passes_kind() { # OPERATOR CHECK...: passes each of these, and fails none
    local who=$1
    shift
    for check in "$@"; do
        holds "$who passes $check" grep -qE "^PASS  cli_wrong_kinds\.$who +$check" out
    done
    holds "$who has no failure" test -z "$(grep -E "^FAIL  cli_wrong_kinds\.$who " out)"
}
run plugin check "$BUILD/tests/cli/cli_wrong_kinds.so"
gives 1
is_empty err
passes_kind right results determinism merge commutativity remove state
passes_kind any results merge
passes_kind twice results determinism 'single rows' refusals crashes
passes_kind counts_chunks results 'single rows'
finds_kind forgets_to_merge merge 'expected .*, found '
finds_kind removes_too_much remove 'half of the rows taken out again: expected .*, found '
finds_kind keeps_a_secret state 'all that lasts is in its fields: expected .*, found '
finds_kind remembers_calls determinism 'another instance, the same rows: expected .*, found '
finds_kind keeps_what_times_out timeouts 'Cannot update the state that is timing out'
finds_kind beyond results 'puts a key into partition 7, expected less than 7'
finds_kind divides ranges 'by=9: expected it to work, found: .*nine is not done yet'
holds "what is required is made up" grep -qE 'divides +results +function divides\(i64\) by=1:' out
finds_kind loses_signs 'round trip' 'decode\(encode\(rows\)\) = rows: expected .*, found '
finds_kind loses_signs garbage 'expected a bad record of .*garbage ends the job'
finds_kind locks crashes 'after a use that was killed: expected the next one to work, found: .*lock'
holds "nothing is left behind" [ -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'weir-check.*' \
    -newer out 2>/dev/null)" ]
run plugin check "$BUILD/plugins/agg.so"
gives 0
says out " 0 failed"

run plugin check --json --seed 7 "$BUILD/plugins/url.so"
gives 0
holds "the report as JSON" grep -q '"seed":7,"checks":\[{"result":"pass","operator":"-"' out
run plugin check --json "$BUILD/tests/cli/cli_wrong.so"
gives 1
holds "failures as JSON" grep -q '{"result":"fail","operator":"cli_wrong.crashes",' out

# What a linker would have told: more exports, a symbol that nobody has.
"$CC" -O1 -fPIC -shared -I"$SOURCE/sdk/include" -o open.so "$here/fixture/slow.c"
run plugin check open.so
gives 1
says out "expected weir_plugin_e1 alone, found"
{
    echo 'int64_t nowhere(int64_t a);'
    echo 'WEIR_FUNCTION(int64_t, f, (int64_t, a)) { return nowhere(a); }'
    echo 'WEIR_PLUGIN("org.example.missing", "1", "", "");'
} >missing.c
"$CC" -O1 -fPIC -shared -fvisibility=hidden -I"$SOURCE/sdk/include" -include weir/plugin.h \
    -o missing.so missing.c
run plugin check ./missing.so
gives 1
says out "nowhere"
echo "no plugin" >text.so
run plugin check text.so
gives 1
says out "FAIL"

run plugin check ./nosuch.so
gives 66
says err "cannot read ./nosuch.so"
run plugin check
gives 64
run plugin check --seed x text.so
gives 64
says err seed
finish
