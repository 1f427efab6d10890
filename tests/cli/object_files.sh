#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Records kept with their types: what save_as_object_files writes, object_files gives back; files
# that are cut, damaged or of another schema are refused with their name and place.
. "$(dirname "$0")/lib.sh"

joined() { # lines that begin with two blanks belong to the line before
    sed ':a;N;$!ba;s/\n  //g'
}
joined >in.json <<'END'
{"b":true,"i":-7,"n":1,"f":1.5,"s":"short","y":"AQID","t":"2026-01-02T03:04:05.000006Z",
  "tags":["a","longer than twelve bytes"],
  "g":{"lat":1.5,"names":["x","also longer than twelve"],
  "in":{"k":"a text inside of two structs","ok":false}},
  "p":[{"a":1,"b":"bb"},{"a":2,"b":"a text in a struct in a list"}]}
{"b":null,"n":null,"f":null,"s":null,"y":null,"t":null,"tags":null,"g":null,"p":null}
{"b":false,"n":-9223372036854775808,"f":"NaN","s":"too long for its cell",
  "y":"AAECAwQFBgcICQoLDA0ODxAREhM=","t":"1969-12-31T23:59:59.999999Z",
  "tags":[],"g":{"lat":null,"names":[],"in":null},"p":[]}
{"b":false,"n":3,"f":-0.0,"s":"","y":"","t":"2026-01-02T03:04:05Z","tags":[null,"z"],
  "g":{"lat":2.0,"names":null,"in":{"k":null,"ok":true}},"p":[null,{"a":null,"b":null}]}
END
fields=$(joined <<'END'
{b: bool, i: i32, n: i64, f: f64, s: str, y: bytes, t: ts, tags: list<str>,
   g: {lat: f64, names: list<str>, in: {k: str, ok: bool}}, p: list<{a: i64, b: str}>}
END
)
typed="file \"in.json\" | json schema $fields"

# Every type, in and out, whatever the threads.
run run -q "$typed | print"
gives 0
sort out >expected
holds "four rows" test "$(wc -l <expected)" -eq 4
for threads in 1 4; do
    run run -q --threads $threads "$typed | save_as_object_files \"every$threads/x\""
    gives 0
    holds "all is there" test -f "every$threads/x-1000/_SUCCESS"
    run run -q --threads $threads "object_files \"every$threads/x-*/part-*\" | print"
    gives 0
    sort out >found
    holds "the same rows" cmp -s expected found
done
run explain 'object_files "every1/x-*/part-*"'
gives 0
says out "$fields"

# More rows and more text than are held at once, in order; a file in each batch.
seq -f 'number %07.0f, with a text that is longer than its cell' 1 30000 >many.txt
many='file "many.txt" | map n = text.parse_i64(text.substr(line, 7, 7)), line,
    both = [line, "short"]'
run run -q --threads 1 "$many | print"
gives 0
cp out expected
holds "all rows" test "$(wc -l <expected)" -eq 30000
for threads in 1 4; do
    run run -q --threads $threads "$many | save_as_object_files \"many$threads/x\", \"obj\""
    gives 0
    run run -q --threads $threads "object_files \"many$threads/x-1000.obj/part-*\" | print"
    gives 0
    holds "the same rows in the same order" cmp -s expected out
done
files=$(find many1/x-1000.obj -name 'part-*' -size +0 | wc -l)
run run 'object_files "many1/x-1000.obj/part-*" per_batch=1 | count'
gives 0
holds "a batch for each file" test "$(grep -c '"count":' out)" -ge "$files"

# Batches without records: no folder, or one of empty files, which give no records.
for i in 1 2 3; do echo "line $i" >"in$i.txt"; done
some='file "in?.txt" per_batch=1 | map n = text.parse_i64(text.substr(line, 5, 1)) | filter n != 2'
run run -q "$some | save_as_object_files \"skip/x\""
gives 0
holds "two folders" test "$(ls skip | tr '\n' ' ')" = "x-1000 x-3000 "
run run -q "$some | save_as_object_files \"write/x\" empty=write"
gives 0
holds "three folders" test "$(ls write | tr '\n' ' ')" = "x-1000 x-2000 x-3000 "
holds "no records" test -z "$(find write/x-2000 -type f -size +0)"
for folder in skip write; do
    run run -q "object_files \"$folder/x-*/part-*\" | map n | print"
    gives 0
    holds "two rows" test "$(cut -d, -f1 out | sort | tr '\n' ' ')" = '{"n":1 {"n":3 '
done
run run 'object_files "write/x-2000/*" | count'
gives 65
says err "write/x-2000/* has no records"

# What is none of its files.
run run 'object_files "nosuch/*" | count'
gives 65
says err "nothing matches nosuch/*"
run run 'object_files "in.json" | count'
gives 65
says err "in.json at byte 0: expected a block of weir, found other bytes"

# Damage is found where it is: in the first file when the job is checked, in others when they are
# read. Every cut, and a byte of everything that a frame consists of.
part=$(find skip/x-1000 -name 'part-*' -size +0)
bytes=$(stat -c %s "$part")
cp "$part" a.obj
refused() { # TEXT: after b.obj was damaged
    run run 'object_files "b.obj" | count'
    gives 65
    says err "b.obj at byte 0: $1"
    run run 'object_files "[ab].obj" | count'
    gives 1
    says err "b.obj at byte 0: $1"
}
for count in 1 15 16 100 $((bytes - 1)); do
    head -c "$count" a.obj >b.obj
    refused "expected "
done
for at in 0 7 8 9 15 16 20 30 64 $((bytes / 2)) $((bytes - 64)) $((bytes - 1)); do
    cp a.obj b.obj
    printf '\377' | dd of=b.obj bs=1 seek="$at" conv=notrunc status=none
    refused ""
done
cat a.obj a.obj >b.obj
run run -q 'object_files "b.obj" | count'
gives 0
says out '{"count":2,'
printf 'rest' >>b.obj
run run 'object_files "b.obj" | count'
gives 1
says err "b.obj at byte $((2 * bytes)): expected 16 bytes of a block, found 4: the file is trunc"

# Another schema.
run run -q 'file "in1.txt" | map line | save_as_object_files "other/x"'
gives 0
cp "$(find other -name 'part-*' -size +0)" b.obj
run run 'object_files "[ab].obj" | count'
gives 1
says err "b.obj at byte 0: records of another schema: expected {n: i64}, found {line: str}"

finish
