#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# On a terminal: a table and colours; with NO_COLOR, TERM=dumb or --json without them.
. "$(dirname "$0")/lib.sh"

if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    echo "no script, or no pseudo-terminal (is /dev/pts mounted?): there is no terminal to try"
    exit 77
fi
escape=$(printf '\033')

# on_terminal COMMAND-LINE: both streams are a terminal; they come back as `out`.
on_terminal() {
    last=$1
    timeout 60 script -qec "$1" /dev/null </dev/null >out 2>err
    status=$?
}

job="$weir run -b 100ms --until 200rec 'generate words | count_by_value | top 3 by=count'"
TERM=xterm on_terminal "$job"
gives 0
says out "word"
says out "count"
says out "$escape["
hides out '{"word"'
for setting in NO_COLOR=1 TERM=dumb; do
    TERM=xterm on_terminal "env $setting $job"
    gives 0
    says out "the"
    hides out "$escape["
done
TERM=xterm on_terminal "$weir run -q --json -b 100ms --until 200ms 'generate words | count'"
gives 0
says out '{"count":'
hides out "$escape["

TERM=xterm on_terminal "$weir check 'generate words | coutn'"
gives 65
says out "$escape["
NO_COLOR=1 TERM=xterm on_terminal "$weir check 'generate words | coutn'"
gives 65
hides out "$escape["
finish
