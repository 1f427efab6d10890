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
