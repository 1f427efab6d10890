# SPDX-License-Identifier: Apache-2.0
# Rules that one line or one file decides: width, white space, lengths, head, banned words.

BEGIN {
    columns_max = 100
    function_lines_max = 70
    file_lines_max = 500
    split("strcpy sprintf strtok rand time gettimeofday atoi", list, " ")
    for (i in list)
        banned[list[i]] = 1
    split("malloc calloc realloc free strdup strndup asprintf vasprintf", list, " ")
    for (i in list)
        heap[list[i]] = 1
}

function end_of_file()
{
    if (path != "" && is_code && lines > file_lines_max)
        report("file-lines", path, lines, lines " lines, at most " file_lines_max)
}

# Only calls count: not members (x->time(), x.free()), not longer names.
function check_calls(code,    name)
{
    while (match(code, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
        name = substr(code, RSTART, RLENGTH)
        sub(/[ \t]*\($/, "", name)
        before = RSTART > 1 ? substr(code, RSTART - 1, 1) : ""
        code = substr(code, RSTART + RLENGTH)
        if (before == "." || before == ">")
            continue
        if (name in banned)
            report("banned-call", path, FNR, name "() is banned")
        if ((name in heap) && uses_house_heap)
            report("heap", path, FNR, name "() outside base; use weir_alloc, weir_free or an arena")
    }
}

# A body opens with "{" in column 1 (or a one-line head ending in ") {") and closes with "}" there.
function check_function(raw, code,    name)
{
    if (body) {
        if (raw ~ /^}/) {
            if (FNR - head + 1 > function_lines_max)
                report("function-lines", path, head, head_text " has " (FNR - head + 1) \
                       " lines, at most " function_lines_max)
            body = head = 0
        }
        return
    }
    if (head && raw == "{") {
        body = 1
    } else if (raw ~ /^[A-Za-z_].*\) \{$/) {
        if (!head) {
            head = FNR
            head_text = raw
        }
        body = 1
    } else if (code ~ /^[ \t]*$/ || code ~ /^#/ || code ~ /[;}][ \t]*$/ || raw ~ /\\$/) {
        head = 0
    } else if (!head) {
        head = FNR
        head_text = raw
    }
    if (body && match(head_text, /[A-Za-z_][A-Za-z0-9_]*\(/))
        head_text = substr(head_text, RSTART, RLENGTH - 1) "()"
}

function check_head(raw)
{
    if (FNR == 1 && raw != "/* SPDX-License-Identifier: Apache-2.0 */")
        report("file-head", path, 1, "line 1 must be /* SPDX-License-Identifier: Apache-2.0 */")
    if (FNR == 2 && raw !~ /^\/\*/)
        report("file-head", path, 2, "after the licence line a comment says why this file exists")
}

FNR == 1 {
    end_of_file()
    path = FILENAME
    is_code = path ~ /\.[ch]$/
    uses_house_heap = path ~ /^(engine|tools)\// && room_of(path) != "base"
    body = head = 0
}

{
    lines = FNR
    width = $0
    gsub(/[\200-\277]/, "", width)
    if (length(width) > columns_max)
        report("columns", path, FNR, length(width) " columns, at most " columns_max)
    if ($0 ~ /[ \t]$/)
        report("white-space", path, FNR, "white space at the end of the line")
    if (!is_code)
        next
    if ($0 ~ /\t/)
        report("white-space", path, FNR, "a tab; indent with 4 spaces")
    check_head($0)
    code = strip($0)
    check_calls(code)
    check_function($0, code)
    if (code ~ /_GNU_SOURCE/ && path !~ /^engine\/os\//)
        report("gnu-source", path, FNR, "_GNU_SOURCE only in engine/os")
    if (code ~ /typedef[ \t]+(struct|union|enum)[^;]*[{;]/ && \
        path !~ /^(sdk|tests\/abi\/headers)\//)
        report("typedef", path, FNR, "write struct x everywhere; a typedef hides what it is")
}

END {
    end_of_file()
}
