#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# weir test: the tests of a job file, what passes, what does not and how that is shown.
. "$(dirname "$0")/lib.sh"

cat >clicks.weir <<'END'
job clicks batch=1s
hits = file "no/such/file"
    | json schema {user: str, url: str, tags: list<str>, geo: {lat: f64}, at: ts} on_error=dead
tops = hits | map key = url, value = 1
    | reduce_by_key_and_window i64.add length=5m slide=10s filter=value > 0 | top 10 by=value
tops | save_as_text_files "out/tops"
seen = hits | map user, lat = geo.lat, tag = tags[1], at
seen | print
test "one hit is counted" {
    at 0s feed hits [{user: "u1", url: "/a", at: 0s}];
    at 10s expect tops [{key: "/a", value: 1}];
}
test "nested values, nulls, any order" {
    at 0s feed hits [
        {user: "u1", tags: ["x", "a text of more than twelve bytes"], geo: {lat: 2}, at: 10s},
        {user: "u2"}
    ];
    at 1s expect seen [
        {user: "u2"},
        {user: "u1", lat: 2.0, tag: "a text of more than twelve bytes", at: 10s}
    ];
    at 2s expect seen [];
}
test "the window goes on" {
    at 3s feed hits [{url: "/a"}, {url: "/b"}];
    at 12s feed hits [{url: "/a"}];
    at 10s expect tops [{key: "/a", value: 1}, {key: "/b", value: 1}];
    at 20s expect tops [{key: "/a", value: 2}, {key: "/b", value: 1}];
    at 310s expect tops [{key: "/a", value: 1}];
    at 320s expect tops [];
}
END
run test clicks.weir
gives 0
says out "ok      one hit is counted"
says out "3 passed, 0 failed"
is_empty err
holds "outputs are left out" test ! -e out/tops
run check clicks.weir
gives 0
run fmt clicks.weir
says out 'at 10s expect tops [{key: "/a", value: 1}];'

# What does not hold: place, what was expected, what was found.
cat >wrong.weir <<'END'
n = file "x" | count
n | print
lines = tcp://localhost:1 | map line
test "wrong" {
    at 0s feed lines [{line: "a"}, {line: "b"}];
    at 1s expect lines [{line: "b"}, {line: "c"}, {line: "b"}];
}
test "right" { at 1s expect n [{count: 0}]; }
test "nothing" { at 1s feed lines []; }
END
run test wrong.weir
gives 1
says out "FAILED  wrong"
says out "wrong.weir:6:5: at 1s expect lines"
says out 'expected, not found  {"line":"c"}'
says out 'found, not expected  {"line":"a"}'
holds "one of two equal ones is missing" test "$(grep -c 'not found  {"line":"b"}' out)" -eq 1
says out "ok      right"
says out "the test expects nothing"
says out "1 passed, 2 failed"
run test -q wrong.weir
hides out "ok"
run test --json wrong.weir
gives 1
says out '{"test":"wrong","file":"wrong.weir","line":4,"column":6,"passed":false,"failures":['
says out '[{"file":"wrong.weir","line":6,"column":5,"stream":"lines","at_ms":1000,'
says out '"missing":[{"line":"b"},{"line":"c"}],"unexpected":[{"line":"a"}]}]}'
says out '{"passed":1,"failed":2}'

# An operator that fails on a fed record fails the test, with its message.
cat >fails.weir <<'END'
a = tcp://localhost:1 | map n = text.length(line)
b = a | filter 10 / n > 1
b | print
l = tcp://localhost:1
j = l | json schema {n: i64} on_error=stop
j | print
test "stop" { at 0s feed l [{line: "x"}]; at 1s expect j []; }
test "dead" { at 0s feed a [{n: 0}, {n: 2}]; at 1s expect b [{n: 2}]; }
END
run test fails.weir
gives 1
says out "FAILED  stop"
says out "expected an object"
says out "ok      dead"

# Several streams, a table, a transform, params; joins and states go as in any job.
printf 'spam\n' >spam.txt
cat >many.weir <<'END'
param bad = "spam"
table t = file "spam.txt"
a = tcp://localhost:1
b = listen ":1"
both = a | union b
good = both | anti_join t on=line
per = good | map key = line, value = 1 | group_by_key
x = a | transform b { union b | count }
per | print
x | print
test "all" {
    at 0s feed a [{line: "x"}, {line: $bad}];
    at 999ms feed b [{line: "x"}];
    at 1s expect both [{line: "x"}, {line: "spam"}, {line: "x"}];
    at 1s expect good [{line: "x"}, {line: "x"}];
    at 1s expect per [{key: "x", value: [1, 1]}];
    at 1s expect x [{count: 3}];
    at 2s expect x [{count: 0}];
}
END
run test many.weir
gives 0
says out "1 passed, 0 failed"
run test many.weir clicks.weir
says out "4 passed, 0 failed"
run test -b 500ms many.weir
gives 1

# What is wrong with a test is a mistake of the text, for every command.
refused() { # STEP CODE TEXT
    {
        printf 'hits = generate clicks\nn = hits | count\nn | print\n'
        printf 'w = hits | count_by_window length=3s slide=3s\nw | print\ntest "t" { %s }\n' "$1"
    } >bad.weir
    run check bad.weir
    gives 65
    says err "error[$2]"
    says err "$3"
}
refused 'at 0s feed hit [{user: "a"}];' E0141 "did you mean 'hits'?"
refused 'at 0s feed hits [{usr: "a"}];' E0301 "did you mean 'user'?"
refused 'at 0s feed hits [{user: 1}];' E0331 "'user' is str, found 1"
refused 'at 0s feed hits [{ms: 1.5}];' E0331 "'ms' is i64"
refused 'at 0s feed hits [3];' E0331 "found 3"
refused 'at 0s feed hits [{ms: 1 + 1}];' E0207 "constants"
refused 'at 0s feed w [];' E0332 "it cannot be fed"
refused 'at 4s expect w [];' E0332 "at 6s"
refused 'at 0s expect n [];' E0332 "at 1s"
run test nosuch.weir
gives 66
run test
gives 64
run help test
gives 0

finish
