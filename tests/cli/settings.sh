#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Settings: flag, environment, text, weir.conf here, the user's. Wrong ones are errors.
. "$(dirname "$0")/lib.sh"

batch_is() { # BATCH ARGUMENT...: what explain says of the job's batch
    local batch=$1
    shift
    run explain "$@"
    gives 0
    says out ": batch $batch,"
}

printf 'generate words | count\n' >silent.weir
printf 'job j batch=3s\ngenerate words | count\n' >own.weir
batch_is 1s silent.weir
mkdir -p home/.config/weir
echo 'batch = 7s' >home/.config/weir/weir.conf
batch_is 7s silent.weir
echo 'batch = 6s # here' >weir.conf
batch_is 6s silent.weir
batch_is 3s own.weir
export WEIR_BATCH=2s
batch_is 2s silent.weir
batch_is 2s own.weir
batch_is 500ms --batch 500ms own.weir
unset WEIR_BATCH
mkdir -p xdg/weir
echo 'batch = 8s' >xdg/weir/weir.conf
rm weir.conf
XDG_CONFIG_HOME=$work/xdg
export XDG_CONFIG_HOME
batch_is 8s silent.weir
unset XDG_CONFIG_HOME

# The length of a window is looked at with the batch that counts.
echo 'batch = 500ms' >weir.conf
batch_is 500ms 'generate words | window 1500ms | count'

# A name that nobody knows, a value that is none, a line that is none, a file that is none.
wrong() { # STATUS TEXT
    run explain silent.weir
    gives "$1"
    says err "$2"
}
echo 'bacth = 1s' >weir.conf
wrong 78 "weir.conf:1:1: unknown setting 'bacth': did you mean 'batch'?"
echo 'batch = 10us' >weir.conf
wrong 64 "weir.conf:1: '10us' is shorter than 1ms"
echo 'batch 1s' >weir.conf
wrong 78 "weir.conf:1:7"
rm weir.conf
mkdir weir.conf
wrong 78 "weir.conf: cannot be read"
run help
gives 0
rmdir weir.conf
echo 'batch_bytes = 1MiB' >weir.conf
run explain silent.weir
gives 0
rm weir.conf
WEIR_BATCH=x run explain silent.weir
gives 64
says err "WEIR_BATCH: 'x' is no duration"

# What the text says of threads, bytes and blocks counts.
seq 1 20000 >numbers
printf 'job j threads=3 batch_bytes=16KiB\nfile "numbers" | count\n' >bytes.weir
run run bytes.weir
gives 0
holds "16 KiB a batch" test "$(wc -l <out)" -gt 5
run run --batch-bytes 1GiB bytes.weir
holds "the flag is stronger" test "$(wc -l <out)" -eq 1
WEIR_BATCH_BYTES=1GiB run run bytes.weir
holds "so is the environment" test "$(wc -l <out)" -eq 1
finish
