#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir inspect: own plugins, strangers' files, and files that do harm when they are loaded.
. "$(dirname "$0")/lib.sh"
bad=$BUILD/tests/plugins_bad

run inspect
gives 0
is_empty err
says out "text.words"
says out "operators; 'weir inspect NAME' tells more of one"
run inspect --json
holds "a list as JSON" grep -q '^\[{"id":"org.weir' out
run inspect text
gives 0
says out "org.weir.text"
run inspect text.words
gives 0
says out "text.words: emitter"
says out "(line: str) -> (word: str)"
run inspect words
gives 0
says out "text.words: emitter"
run inspect --json text.words
holds "an operator as JSON" grep -q '^\[{"name":"words","plugin":"text"' out

run inspect txet
gives 65
says err "did you mean 'text'?"
run inspect text.wrds
gives 65
says err "did you mean 'words'?"
run inspect map
gives 65
says err "weir help map"
run inspect ./nosuch.so
gives 66

# A plugin that is fine.
slow=$BUILD/tests/cli/cli_slow.so
run inspect "$slow"
gives 0
says out "org.example.cli_slow 1.0.0: takes its time"
run inspect --note "$slow"
gives 0
says out "can be loaded"
run inspect -p "$slow" cli_slow.slow
gives 0
says out "cli_slow.slow: function"
cp "$slow" here.so
run inspect here.so
gives 0
run inspect --plugin-path "$BUILD/tests/cli" cli_slow
gives 0

if [ ! -f "$bad/crash.so" ]; then
    echo "the hostile plugins of $bad are not built"
    finish
fi

# A crash, an exit: a report with what happened, status 1, and weir is still there.
run inspect "$bad/crash.so"
gives 1
says out "SIGSEGV"
says out "org.example.bad"
says err "it crashed while it was loaded: SIGSEGV"
run inspect --json "$bad/crash.so"
gives 1
says out '"signal":11'
run inspect "$bad/exit.so"
gives 1
says out "it ended the process while it was loaded"
run inspect "$bad/loop.so"
gives 1
says out "loading"
run inspect --note "$bad/crash.so"
gives 0
says out "org.example.bad"

# Those that are no plugin of this weir are refused with the reason.
head -c 3000 "$slow" >truncated.so
echo 'text' >text.so
: >empty.so
for file in "$bad/epoch.so" "$bad/minor.so" "$bad/no_entry.so" "$bad/undefined.so" truncated.so \
    text.so empty.so; do
    run inspect "$file"
    holds "$file is refused" test "$status" -ge 1 -a "$status" -le 127
    is_empty out
    says err "$(basename "$file")"
    run run -p "./$file" 'generate words | count'
    [ "${file#/}" = "$file" ] || run run -p "$file" 'generate words | count'
    gives 65
done

# And a job that names one is refused, too; weir does not die of it.
for name in crash exit; do
    run run -p "$bad/$name.so" 'generate words | count'
    gives 65
    says err "error[E0201]"
    run check "use \"$bad/$name.so\" as b; generate words | count"
    gives 65
    says err "  --> argument:1:5"
done
finish
