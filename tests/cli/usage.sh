#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Wrong usage: status 64, one line that says what is wrong, a near name, and nothing on stdout.
. "$(dirname "$0")/lib.sh"

refused() { # TEXT ARGUMENT...
    local text=$1
    shift
    run "$@"
    gives 64
    says err "$text"
    is_empty out
}

refused "unknown command 'rnu': did you mean 'run'?" rnu
refused "unknown command 'frobnicate'; 'weir help' lists them" frobnicate
refused "to run it: weir run 'generate words | count'" 'generate words | count'
refused "to run it: weir run 'job.weir'" job.weir
refused "a pipeline text or a job file is missing" run
refused "put a pipeline text in single quotes" run generate words
refused "unknown option '--batsh': did you mean '--batch'?" run --batsh 1s 'generate words'
refused "unknown option '-z'" run -z 'generate words'
refused "'--batch' needs a value: DURATION" run 'generate words' --batch
refused "'--env=1' takes no value" check --env=1 'generate words'
refused "--batch: '1' is no duration: write a whole number and a unit" run -b 1 'generate words'
refused "--batch: '10us' is shorter than 1ms" run -b10us 'generate words'
refused "--batch: '9999999999999d' is no duration" run -b 9999999999999d 'generate words'
refused "--until: '10' is none of eof" run --until 10 'generate words'
refused "--until: '0rec' is none of eof" run --until 0rec 'generate words'
refused "--until: '-5rec' is none of eof" run --until -5rec 'generate words'
refused "--threads: '0' is no whole number from 1" run --threads 0 'generate words'
refused "--threads: '1e3' is no whole number" run --threads=1e3 'generate words'
refused "--partitions: '5000' is no whole number from 1 to 4096" \
    run --partitions 5000 'generate words'
refused "--memory: 'lots' is no size" run --memory lots 'generate words'
refused "--block-interval: '5' is no duration" run --block-interval 5 'generate words'
refused "give one" check --syntax --env 'generate words'
refused "give one" explain --dot --json 'generate words'
refused "give one" fmt --check --write x.weir
refused "--write is for job files" fmt --write 'generate words'
refused "a workload is missing" bench
refused "no workload 'grp'" bench grp
refused "did you mean 'check'?" help chek
refused "there is no error E9999" help E9999
refused "the file of a plugin is missing" inspect --note

# `--` ends the options.
run check -- 'generate words | count'
gives 0
finish
