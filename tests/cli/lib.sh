# SPDX-License-Identifier: Apache-2.0
# What the tests of the command share, to be sourced; $1 is the binary. `run` keeps status, stdout
# and stderr of one call, the rest compare. A script ends with `finish`.

weir=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir home
export HOME=$work/home LC_ALL=C.UTF-8 TERM=dumb
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME NO_COLOR WEIR_BATCH WEIR_THREADS WEIR_UNTIL
checks=0
failures=0
last=

# run ARGUMENT...: the command, its input closed.
run() {
    last="weir $*"
    timeout 120 "$weir" "$@" >out 2>err </dev/null
    status=$?
}

pass() {
    checks=$((checks + 1))
}

fail() { # WHAT
    checks=$((checks + 1))
    failures=$((failures + 1))
    printf 'FAILED: %s\n  after: %s\n  status %s\n' "$1" "$last" "${status-}"
    sed 's/^/  out: /' out | head -n 20
    sed 's/^/  err: /' err | head -n 20
}

# gives STATUS: the status of the last run.
gives() {
    if [ "$status" -eq "$1" ]; then pass; else fail "status $1 was expected"; fi
}

# says FILE TEXT: out or err has a line with the text.
says() {
    if grep -qF -e "$2" "$1"; then pass; else fail "$1 should have: $2"; fi
}

# hides FILE TEXT: it has none.
hides() {
    if grep -qF -e "$2" "$1"; then fail "$1 should not have: $2"; else pass; fi
}

# is_empty FILE
is_empty() {
    if [ -s "$1" ]; then fail "$1 should be empty"; else pass; fi
}

# holds WHAT COMMAND...: the command succeeds.
holds() {
    local what=$1
    shift
    if "$@"; then pass; else fail "$what"; fi
}

finish() {
    printf '%s passed, %s failed\n' $((checks - failures)) "$failures"
    [ "$failures" -eq 0 ]
    exit
}
