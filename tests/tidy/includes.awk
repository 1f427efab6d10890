# SPDX-License-Identifier: Apache-2.0
# Who may include what. rooms.txt is the first file read; then all .c and .h files.

BEGIN {
    may_see_os = "^(tools|tests/(e2e|cli|support|conformance|bench)|tests/unit/os)/" \
                 "|^tests/unit/[a-z]+/test_threads\\.c$"
    split("assert complex ctype errno fenv float inttypes iso646 limits math setjmp stdalign " \
          "stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath wchar " \
          "wctype", list, " ")
    for (i in list)
        pure_c[list[i] ".h"] = 1
    # Clocks, threads, signals and locales are C too, but they belong to os.
    split("time threads signal locale uchar", list, " ")
    for (i in list)
        impure_c[list[i] ".h"] = 1
    split("type_traits utility new cstdint cstddef cstring", list, " ")
    for (i in list)
        cxx[list[i]] = 1
}

# rooms.txt: "name", "name -a,b" or "name =a,b".
FNR == NR {
    if ($0 !~ /^[a-z]/)
        next
    rank[$1] = ++rooms
    count = split(substr($2, 2), list, ",")
    for (i = 1; i <= count; i++) {
        if ($2 ~ /^-/)
            never[$1, list[i]] = 1
        else
            only[$1, list[i]] = 1
    }
    if ($2 ~ /^=/)
        restricted[$1] = 1
    next
}

function is_door(room, name)
{
    return room == "base" || room == "engine" || name == room "/" room ".h"
}

# A room's file includes another room's header.
function check_room(room, other, name)
{
    if (room == other)
        return
    if (((room, other) in never) || ((other, room) in never))
        report("include-split", path, FNR, room " and " other " must not know each other")
    else if (room in restricted && !((room, other) in only))
        report("include-only", path, FNR, room " may not include " other "; see engine/rooms.txt")
    else if (rank[other] > rank[room])
        report("include-up", path, FNR, other " is below " room " in engine/rooms.txt")
    if (!is_door(other, name))
        report("include-door", path, FNR, "enter " other " by its door " other "/" other ".h")
}

function check_quoted(name,    other)
{
    other = name
    sub(/\/.*/, "", other)
    if (name == "engine.h")
        other = "engine"
    if (!(other in rank)) {
        if (name ~ /\// && room != "")
            report("include-form", path, FNR, "\"" name "\" is in no room of engine/rooms.txt")
        return
    }
    if (path ~ /^(sdk|plugins)\//)
        report("include-sdk-only", path, FNR, "outside the engine only <weir/...> is known")
    else if (room != "")
        check_room(room, other, name)
    else if (path ~ /^tools\// && !is_door(other, name))
        report("include-door", path, FNR, "enter " other " by its door " other "/" other ".h")
    else if (path ~ /^tests\/unit\// && test_room != other && !is_door(other, name))
        report("include-door", path, FNR, "only tests/unit/" other " may look behind that door")
    if (other == "os" && room != "os" && path !~ may_see_os)
        report("include-os", path, FNR, "os is known to tools and tests/e2e alone")
}

function check_angled(name)
{
    if (name ~ /^weir\//) {
        if (room == "os")
            report("include-only", path, FNR, "os knows nothing of plugins")
        return
    }
    if (path ~ /^sdk\/include\// && !(name in pure_c) && !(name in cxx))
        report("include-sdk-only", path, FNR, "the SDK includes only the C library, not <" name ">")
    if (room == "" || room == "os" || (name in pure_c) || name ~ /intrin\.h$/)
        return
    if (name ~ /^msgpack/) {
        if (room != "wire")
            report("include-library", path, FNR, "wire is the only includer of msgpack")
    } else if (name == "ffi.h") {
        if (room != "plugin")
            report("include-library", path, FNR, "plugin is the only includer of libffi")
    } else if (name !~ /^(lz4|xxhash)/) {
        report("include-library", path, FNR, "<" name "> belongs to os (clock, files, threads ...)")
    }
}

# x.c includes x.h first, so that every header is known to stand alone.
function check_first(name,    own)
{
    own = path
    if (!sub(/\.c$/, ".h", own) || !(own in exists))
        return
    if (substr(own, length(own) - length(name) + 1) != name)
        report("include-own-first", path, FNR, "the first include must be its own " own)
}

BEGIN {
    for (i = 2; i < ARGC; i++)
        exists[ARGV[i]] = 1
}

FNR == 1 {
    path = FILENAME
    seen[path] = 1
    first = 1
    room = room_of(path)
    test_room = path
    sub(/^tests\/unit\//, "", test_room)
    sub(/\/.*/, "", test_room)
    if (room != "" && !(room in rank))
        report("room", path, 1, room " is not in engine/rooms.txt")
}

/^[ \t]*#[ \t]*include[ \t]/ {
    if (!match($0, /["<][^">]*[">]/))
        next
    name = substr($0, RSTART + 1, RLENGTH - 2)
    quoted = substr($0, RSTART, 1) == "\""
    included[name] = 1
    if (first)
        check_first(name)
    first = 0
    if (quoted)
        check_quoted(name)
    else
        check_angled(name)
}

# A header that no include line ends in is dead.
function is_included(header)
{
    for (;;) {
        if (header in included)
            return 1
        if (!sub(/^[^\/]*\//, "", header))
            return 0
    }
}

END {
    for (header in seen)
        if (header ~ /\.h$/ && header !~ /^sdk\/include\// && !is_included(header))
            report("unreferenced", header, 1, "no file includes this header")
}
