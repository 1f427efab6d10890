# SPDX-License-Identifier: Apache-2.0
# What every tidy pass needs: code without comments and literals, and one way to report.
# Written for mawk, which is the only awk of a small Debian.

# Returns the line without comments and with empty literals. comment_end is the last line on which
# a comment closed. Call it once for every line, in order.
function strip(s,    out, token)
{
    if (FNR == 1) {
        in_comment = 0
        comment_end = 0
    }
    out = ""
    while (s != "") {
        if (in_comment) {
            token = index(s, "*/")
            if (!token)
                return out
            s = substr(s, token + 2)
            in_comment = 0
            comment_end = FNR
            continue
        }
        if (!match(s, /["']|\/\*|\/\//))
            return out s
        out = out substr(s, 1, RSTART - 1)
        token = substr(s, RSTART, RLENGTH)
        s = substr(s, RSTART + RLENGTH)
        if (token == "//") {
            comment_end = FNR
            return out
        }
        if (token == "/*") {
            in_comment = 1
            continue
        }
        if (!match(s, token == "\"" ? /^([^"\\]|\\.)*"/ : /^([^'\\]|\\.)*'/))
            return out
        s = substr(s, RLENGTH + 1)
        out = out token token
    }
    return out
}

function report(rule, path, line, text)
{
    printf "%s\t%s\t%d\t%s\n", rule, path, line, text
}

# The room of a path below engine/: its folder, or "engine" for engine/engine.{h,c}; else "".
function room_of(path,    part)
{
    if (path !~ /^engine\//)
        return ""
    return split(path, part, "/") > 2 ? part[2] : "engine"
}

function folder_of(path)
{
    sub(/\/[^\/]*$/, "", path)
    return path
}
