# SPDX-License-Identifier: Apache-2.0
# To be sourced: common.sh WEIR. What the tests of the command share: a scratch folder as the world,
# commands with a time limit, expectations that say what was found instead, ports, senders.
set -u
export LC_ALL=C
weir=$1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weir-e2e.XXXXXX")
passed=0
failed=0
status=0
export HOME=$scratch XDG_CACHE_HOME=$scratch/.cache XDG_CONFIG_HOME=$scratch/.config
unset "${!WEIR_@}"

clean_up() {
    local pids
    pids=$(jobs -p)
    [ -z "$pids" ] || kill -KILL $pids 2>/dev/null
    rm -rf "$scratch"
}
trap clean_up EXIT
cd "$scratch" || exit 1

# What has run goes into out and err, its status into $status; no command may hang.
run() {
    timeout -k 5 "${limit:-60}" "$weir" "$@" >out 2>err </dev/null
    status=$?
    ran="weir $*"
}

# start ARGUMENTS: the same in the background; $child is weir itself, out and err as above.
start() {
    ran="weir $*"
    : >out >err # what is awaited in them must not be there from before
    "$weir" "$@" >out 2>err </dev/null &
    child=$!
}

is_gone() {
    ! kill -0 "$1" 2>/dev/null
}

# finish: waits for what was started, at most $limit seconds.
finish() {
    await "${limit:-60}" is_gone "$child" || kill -KILL "$child"
    wait "$child" 2>/dev/null
    status=$?
}

pass() {
    passed=$((passed + 1))
}

fail() {
    failed=$((failed + 1))
    printf 'FAILED %s\n  %s\n' "${ran:0:300}" "$1"
    printf '  stdout: %s\n  stderr: %s\n' "$(head -c 600 out)" "$(head -c 1500 err)"
}

check() { # check WHAT COMMAND...: the command's status is the answer
    local what=$1
    shift
    if "$@"; then pass; else fail "$what"; fi
}

expect_status() {
    if [ "$status" -eq "$1" ]; then pass; else fail "status $status instead of $1"; fi
}

# says FILE TEXT...: each text stands somewhere in the file.
says() {
    local file=$1 text
    shift
    for text; do
        if grep -qF -- "$text" "$file"; then pass; else fail "no '$text' in $file"; fi
    done
}

is_empty() {
    if [ -s "$1" ]; then fail "$1 is not empty"; else pass; fi
}

# Ended by itself, with a message: no signal, no broken assertion, no sanitizer's report.
expect_no_crash() {
    if [ "$status" -gt 127 ] && [ "$status" -ne 130 ] && [ "$status" -ne 141 ]; then
        fail "status $status: it crashed or hung"
    elif grep -qE 'broken assertion|error of weir|Sanitizer' err; then
        fail "an error of weir's own"
    else
        pass
    fi
}

# refused STATUS ARGUMENTS -- TEXT...: weir says why on stderr, and nothing on stdout.
refused() {
    local want=$1 arguments=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        arguments+=("$1")
        shift
    done
    shift
    run "${arguments[@]}"
    expect_status "$want"
    is_empty out
    says err "$@"
    expect_no_crash
}

# free_port: sets $port to one on which nobody listens.
free_port() {
    local log
    log=$(mktemp ports.XXXXXX)
    # Not through timeout: killed before it knows its child it would leave that behind, listening.
    nc -lv 127.0.0.1 0 >/dev/null 2>"$log" </dev/null &
    local nc=$!
    await 5 grep -qE ' [0-9]+$' "$log"
    port=$(grep -oE '[0-9]+$' "$log" | head -1)
    kill "$nc" 2>/dev/null
    wait "$nc" 2>/dev/null
}

# serve FILE: sends it to whoever connects to $port, then closes.
serve() {
    local log
    log=$(mktemp ports.XXXXXX)
    nc -lNv 127.0.0.1 0 >/dev/null 2>"$log" <"$1" &
    server=$!
    await 5 grep -qE ' [0-9]+$' "$log"
    port=$(grep -oE '[0-9]+$' "$log" | head -1)
}

# await SECONDS COMMAND...: until it succeeds; false if it never does.
await() {
    local tries=$(($1 * 50))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.02
    done
}

conclude() {
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}
