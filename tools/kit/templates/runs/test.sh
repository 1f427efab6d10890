#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs test/job.weir with the plugin, and compares what it prints with test/expected.
# usage: test.sh PLUGIN.so (WEIR: the command, if it is not on the PATH)
set -eu
plugin=$(realpath "$1")
cd "$(dirname "$0")/test"
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
"${WEIR:-weir}" run --quiet --until eof --plugin "$plugin" job.weir >"$printed"
# The time of the batch is another one in every run.
sed 's/,"_time":.*/}/' "$printed" | diff -u expected -
echo "NEWNAME: as expected"
