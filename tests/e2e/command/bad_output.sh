#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bad_output.sh WEIR: a reader that goes away, streams that are closed or full, folders that cannot
# be made, a disk without room: an exit code, a message, no half of a batch that looks whole.
. "$(dirname "$0")/common.sh"
seq 5000 >input

# through SHELL_COMMAND: runs it with $weir; like run for the rest.
through() {
    ran=$1
    timeout -k 5 60 bash -c "$1" weir "$weir" >out 2>err
    status=$?
}

# ---- whoever read has seen enough ----
through 'set -o pipefail; "$1" run -b 20ms "generate words" | head -1'
expect_status 141
check 'one line' test "$(wc -l <out)" -eq 1
is_empty err
through 'set -o pipefail; "$1" run --until eof --json "file \"input\"" | head -c 10'
expect_status 141
through '"$1" run --until eof --json "file \"input\" | count" 2>&1 >/dev/null | head -c 0'
expect_no_crash

# ---- standard streams that are closed or full ----
job='file \"input\" | count'
through "\"\$1\" run --until eof \"$job\" <&-"
expect_status 0
says out '"count":5000'
through "\"\$1\" run --until eof \"$job\" 2>&-"
expect_status 0
says out '"count":5000'
through "\"\$1\" run --until eof \"$job\" >&-"
expect_status 1
says err 'standard output' 'Bad file descriptor'
through "\"\$1\" run --until eof \"$job\" >/dev/full"
expect_status 1
says err 'cannot write to standard output' 'No space left on device'
through '"$1" run - <&-'
expect_status 74
says err 'standard input'
for command in "check \"$job\"" 'inspect text.words' "explain \"$job\"" "fmt \"$job\"" version \
    'help map'; do
    for stream in '>&-' '>/dev/full'; do
        through "\"\$1\" $command $stream"
        expect_status 74
        expect_no_crash
        check 'no word of it' test -s err
    done
done

# ---- folders that cannot be made ----
unwritable() { # STATUS PREFIX TEXT...
    local want=$1 prefix=$2
    shift 2
    run run --until eof --json "file \"input\" | save_as_text_files \"$prefix\""
    expect_status "$want"
    is_empty out
    says err "$prefix" "$@"
    expect_no_crash
}
unwritable 73 input/below 'Not a directory'
unwritable 73 /dev/null/x 'Not a directory'
unwritable 73 "$(printf 'n%.0s' $(seq 300))" 'File name too long'
unwritable 73 folder/ 'must end in a name'
run check --env 'file "input" | save_as_text_files "input/below"'
expect_status 73
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked && chmod 500 locked
    unwritable 77 locked/x 'Permission denied'
    chmod 700 locked
fi
touch late-1000 # in the place of the folder of the first batch
unwritable 73 late 'Not a directory'
mkdir kept && run run --until eof 'file "input" | save_as_text_files "kept/out"'
expect_status 0
check 'all lines are there' cmp -s <(cat kept/out-1000/part-*) input
check 'the mark' test -e kept/out-1000/_SUCCESS

# ---- no room: a limit on the size of files stands in for the disk ----
through 'ulimit -f 2; "$1" run --until eof --json "file \"input\" | save_as_text_files \"full/x\""'
expect_status 73
says err 'full/' 'File too large'
expect_no_crash
check 'half a batch looks whole' test ! -e full/x-1000/_SUCCESS
check 'files are left behind' test -z "$(find full -type f)"
through 'ulimit -f 2; "$1" run --until eof "file \"input\"" >big'
expect_status 1
says err 'cannot write to standard output' 'File too large'

# ---- no descriptors, no threads ----
through 'ulimit -n 8; "$1" run --until eof "file \"input\" | count"'
expect_status 75
says err 'too many open files' 'ulimit -n'
conclude
