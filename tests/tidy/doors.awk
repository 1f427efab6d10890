# SPDX-License-Identifier: Apache-2.0
# Every prototype in a door has its contract: a comment that heads its paragraph (no blank line
# between), or one behind it.

function begin_statement()
{
    text = ""
    start = 0
}

function end_statement(    name)
{
    if (text ~ /\(/ && text !~ /^[ \t]*(typedef|static_assert|_Static_assert|static|extern "")/ \
        && text !~ /=/ && !documented && comment_end < start) {
        name = text
        sub(/[ \t]*\(.*/, "", name)
        sub(/.*[ \t*]/, "", name)
        report("door-comment", FILENAME, start, name "() has no contract above it")
    }
    begin_statement()
}

# Walks the characters that matter: braces nest, a semicolon at depth 0 ends a statement.
function walk(code,    token)
{
    while (match(code, /[{};]/)) {
        token = substr(code, RSTART, 1)
        if (depth == 0)
            text = text substr(code, 1, RSTART - 1)
        code = substr(code, RSTART + 1)
        if (token == "{") {
            if (depth++ == 0)
                text = text " "
        } else if (token == "}") {
            if (depth > 0)
                depth--
            if (depth == 0 && text ~ /\)[ \t]*$/)
                begin_statement()
        } else if (depth == 0) {
            end_statement()
        }
    }
    if (depth == 0)
        text = text code " "
}

FNR == 1 {
    begin_statement()
    depth = skip_cxx = continued = paragraph = 0
}

{
    code = strip($0)
    was_continued = continued
    continued = $0 ~ /\\$/
    if (was_continued || code ~ /^[ \t]*#/) {
        if (code ~ /^[ \t]*#[ \t]*if.*__cplusplus/)
            skip_cxx = 1
        else if (code ~ /^[ \t]*#[ \t]*(endif|else)/)
            skip_cxx = 0
        begin_statement()
        next
    }
    if (skip_cxx)
        next
    if (code ~ /^[ \t]*$/) {
        if ($0 ~ /^[ \t]*$/)
            paragraph = 0
        else if (comment_end == FNR)
            paragraph = 1
        next
    }
    if (!start && depth == 0) {
        start = FNR
        documented = paragraph
    }
    walk(code)
    if (depth == 0 && text ~ /^[ \t]*$/)
        begin_statement()
}
