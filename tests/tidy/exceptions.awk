# SPDX-License-Identifier: Apache-2.0
# The ratchet: takes known violations out and fails where there are more, or fewer, than are known.
# The first file is exceptions.txt: "rule path count  # why". The second is the sorted findings.
# Status 1 if anything is left to say.

FILENAME == ARGV[1] {
    sub(/#.*/, "")
    if (NF == 0)
        next
    if (NF != 3 || $3 !~ /^[1-9][0-9]*$/) {
        print ARGV[1] ":" FNR ": [exceptions] expected: rule path count  # why"
        failed = 1
        next
    }
    allowed[$1, $2] = $3
    place[$1, $2] = FNR
    next
}

{
    split($0, part, "\t")
    key = part[1] SUBSEP part[2]
    found[key]++
    text[++count] = part[2] (part[3] > 0 ? ":" part[3] : "") ": [" part[1] "] " part[4]
    key_of[count] = key
}

END {
    for (i = 1; i <= count; i++) {
        if (found[key_of[i]] <= allowed[key_of[i]] + 0)
            continue
        print text[i]
        failed = 1
    }
    for (key in place) {
        if (found[key] + 0 >= allowed[key])
            continue
        split(key, part, SUBSEP)
        print ARGV[1] ":" place[key] ": [exceptions] " part[1] " " part[2] " has only " \
            found[key] + 0 " of " allowed[key] " left: lower or delete this line"
        failed = 1
    }
    exit failed
}
