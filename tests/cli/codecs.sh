#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Codecs as stages of a job, from files: what they give, what becomes of records that are none, what
# is refused before anything runs.
. "$(dirname "$0")/lib.sh"

cat >in.json <<'END'
{"user":"u1","n":1,"tags":["a","b"],"geo":{"lat":1.5},"other":[{}]}
{"user":"u2","n":"x"}
{"user":"u3"}
nonsense
{"n":2,"user":"a user with a long name"}
END

# json: missing is null, a wrong type is a bad record for that row only.
run run 'file "in.json" | json schema {user: str, n: i64, tags: list<str>, geo: {lat: f64}}'
gives 0
sort out >sorted
cat >expected <<'END'
{"user":"a user with a long name","n":2,"tags":null,"geo":null,"_time":1000,"_stream":"#1"}
{"user":"u1","n":1,"tags":["a","b"],"geo":{"lat":1.5},"_time":1000,"_stream":"#1"}
{"user":"u3","n":null,"tags":null,"geo":null,"_time":1000,"_stream":"#1"}
END
holds "three rows" cmp -s expected sorted
says err 'bad record: org.weir.json/json: json: field n: expected i64'
says err 'record {"line":"nonsense"}'
says err "2 bad records dropped"
run run 'file "in.json" | json schema {user: str, n: i64} on_error=dead | count'
holds "three are counted" grep -q '^{"count":3,' out
run run --json 'file "in.json" | json schema {user: str} | count'
says err '"bad_records":1'
says err '{"bad_record":"org.weir.json/json: json: expected an object'
run run -q 'file "in.json" | json schema {user: str} | count'
is_empty err

# on_error=stop: the first bad record ends the job; on one thread that is the first of the file.
run run -t 1 'file "in.json" | json schema {user: str, n: i64} on_error=stop | count'
gives 1
says err "field n: expected i64"
says err "partition"
is_empty out

seq 0 5 >n.txt
for stage in 'map x = 10 / n' 'filter 10 / n > 0' 'extend x = 10 / n' 'flat_map x = [10 / n]'; do
    run run "file \"n.txt\" | map n = text.parse_i64(line) | $stage | count"
    gives 0
    holds "five are left" grep -q '^{"count":5,' out
    says err "1 bad record dropped"
    run run "file \"n.txt\" | map n = text.parse_i64(line) | $stage on_error=stop | count"
    gives 1
    says err "partition"
    is_empty out
done
run explain 'file "n.txt" | filter 10 / text.parse_i64(line) > 0 on_error=stop'
says out "on_error=stop"

# What is decoded: of=, columns carried by nothing else, codecs behind each other.
run run -q 'file "in.json" | json schema {user: str} | lines of=user | count_by_value'
holds "four lines" test "$(wc -l <out)" -eq 4
says out '{"line":"a user with a long name","count":1,'
run run -q 'file "in.json" | map raw = line, n = 1 | filter raw != "nonsense"
    | json schema {user: str} of=raw'
holds "four users" test "$(wc -l <out)" -eq 4

# csv, with its header in whatever part of the file.
{
    echo id,user,score
    for i in $(seq 1 5000); do echo "$i,\"user, $((i % 7))\",$i.5"; done
    echo '5001,"open,1'
    echo '5002,tail'
} >in.csv
run run 'file "in.csv" | csv schema {id: i64, user: str, score: f64} header=true | count_by_value'
gives 0
says err "the quote of field 2 is not closed"
says err "1 bad record dropped"
holds "all records" test "$(wc -l <out)" -eq 5001
says out '{"id":5002,"user":"tail","score":null,"count":1,'
says out '{"id":7,"user":"user, 0","score":7.5,"count":1,'
run run -q 'file "in.csv" | csv schema {user: str} columns="id,user,score" header=true
    | count_by_value | top 1 by=count'
says out '"count":715'
cp in.csv second.csv
run run -q 'file "*.csv" | csv schema {id: i64} columns="id,user,score" header=true | count'
holds "every file's header is skipped" grep -q '^{"count":10002,' out

# The same whatever the number of threads.
run run -q --threads 1 'file "in.csv" | csv schema {id: i64, user: str, score: f64} header=true'
cp out one
run run -q --threads 4 'file "in.csv" | csv schema {id: i64, user: str, score: f64} header=true'
holds "the same bytes on four threads" cmp -s one out

# A table by csv.
printf 'u1\nu3\n' >spam.csv
run run -q 'table spam = file "spam.csv" | csv schema {user: str}
file "in.json" | json schema {user: str} | anti_join spam on=user'
gives 0
holds "two are left" test "$(wc -l <out)" -eq 2

# Files as records: compressed ones, empty ones, one that is cut off.
gzip -c in.json >1.gz
: | gzip >2.gz
gzip -c in.json >3.gz
run run 'binary_files "*.gz" | gzip | lines | json schema {user: str} | count_by_value'
gives 0
holds "four users, twice" test "$(grep -c '"count":2,' out)" -eq 4
says err "2 bad records dropped"
run run -q 'binary_files "*.gz" per_batch=1 | map path | count_by_value'
gives 0
says out '{"path":"3.gz","count":1,"_time":3000,'
run run -q --threads 3 'binary_files "*" | map n = 1 | count'
holds "every file" grep -q "^{\"count\":$(find . -maxdepth 1 -type f | wc -l)," out
head -c 40 1.gz >cut.gz
run run 'binary_files "cut.gz" | gzip | lines'
gives 0
says err "it is cut off"
run run 'binary_files "no.gz" | gzip | lines'
gives 66
says err "no such file"
rm -f ./*.gz

# explain and fmt know them.
run explain 'file "in.csv"
    | csv schema {user: str, at: ts} header=true separator=";" on_error=stop as x | print'
gives 0
says out 'csv schema {user: str, at: ts} header=true separator=";" on_error=stop as x'
says out '{user: str, at: ts}'
says out 'csv header=true separator=";" of=line on_error=stop as x'
run fmt 'file "a"|json schema {a:{b:list<i64>},c:str} of=line'
says out 'file "a" | json schema {a: {b: list<i64>}, c: str} of=line'
run explain --json 'file "in.csv" | csv schema {user: str}'
gives 0
run inspect csv.csv
gives 0
says out "csv: codec"
says out "header"

# What is refused, and how.
refused() { # PIPELINE CODE TEXT
    run check "$1"
    gives 65
    says err "error[$2]"
    says err "$3"
}
refused 'file "a" | json' E0205 "json must be told the fields"
refused 'file "a" | lines schema {a: i64}' E0205 "it takes no schema"
refused 'generate clicks | json schema {a: i64}' E0330 "decodes the field line, else value"
refused 'generate clicks | json schema {a: i64} of=ms' E0330 "but 'ms' is i64"
refused 'file "a" | json schema {a: i64} of=lin' E0301 "did you mean 'line'?"
refused 'file "a" | json schema {a: i64} on_error=retry' E0205 "takes stop or dead"
refused 'file "a" | json schema {_a: i64}' E0303 "_a"
refused 'file "a" | json schema {a: i64, a: str}' E0205 "twice"
refused 'file "a" | csv schema {a: str} seperator=";"' E0204 "separator"
refused 'json schema {a: i64} | print' E0145 "it needs a stream before it"
refused 'file "a" | jsno schema {a: i64}' E0104 "did you mean 'json'?"
run help E0330
gives 0

finish
