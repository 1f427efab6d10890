#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir bench: the results are those of grep, sort and wc, and the line has the form that all engines
# print. Its input takes 640 MB, which are removed again.
. "$(dirname "$0")/lib.sh"

if [ -n "${SANITIZE-}" ]; then
    echo "not under sanitizers, where it takes minutes"
    exit 77
fi
export WEIR_PEERS_DIR=$BUILD/tests/cli/peers
trap 'rm -rf "$work" "$WEIR_PEERS_DIR"' EXIT

# result_is WORKLOAD RECORDS CHECK
result_is() {
    run bench --passes 1 "$1"
    gives 0
    holds "the form of the line" grep -qE "^\{\"engine\":\"weir\",\"version\":\"[0-9.]+\",\
\"workload\":\"$1\",\"threads\":1,\"records\":$2,\"seconds\":[0-9.]+,\"records_per_s\":[0-9]+,\
\"check\":\"[0-9:]+\",\"notes\":\"[^\"]*\"\}$" out
    says out "\"check\":\"$3\""
}

result_is grep 2013264 26786
holds "so says grep" test "$(cat "$WEIR_PEERS_DIR"/text16/*.txt | grep -c ERROR)" -eq 26786
holds "the bytes of the input" test \
    "$(sha256sum <"$WEIR_PEERS_DIR/text16/01.txt" | cut -c1-16)" = 36494e9850336805
rm -rf "$WEIR_PEERS_DIR/text16"

result_is wordcount 1342176 99516:1263106
tr -s ' \n' '\n' <"$WEIR_PEERS_DIR/text8/48.txt" | sed '/^$/d' >words
holds "so say sort and wc" test "$(LC_ALL=C sort -u words | wc -l):$(wc -l <words)" = 99516:1263106

# Operators beside their limits: five lines, whose figures are the machine's; that both give the
# same is checked by the command itself.
run bench --passes 1 plugin
gives 0
holds "a line for each" test "$(wc -l <out)" -eq 5
for what in "an i64 function" "the words of lines" "typed loop" "libffi" "JSON objects"; do
    says out "$what"
done
run bench --passes 1 --json plugin
gives 0
holds "the form of its lines" test "$(grep -cE "^\{\"engine\":\"weir\",\"version\":\"[0-9.]+\",\
\"workload\":\"plugin\",\"name\":\"[a-z]+\",\"what\":\"[^\"]+\",\"unit\":\"[a-z]+\",\
\"ns\":[0-9.]+,\"limit\":\"[^\"]+\",\"limit_ns\":[0-9.]+,\"ratio\":[0-9.]+,\
\"target\":\"[^\"]+\",\"is_met\":(true|false)\}$" out)" -eq 5
run bench nothing
gives 64
says err "no workload 'nothing': there are grep, wordcount and plugin"
finish
