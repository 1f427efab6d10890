#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves that the engine reaches the world only through env: every symbol that the archive leaves
# undefined is in kept.txt. usage: symbols.sh ARCHIVE KEPT.TXT
set -eu
LC_ALL=C
export LC_ALL
archive=$1
kept=$2

if [ ! -s "$archive" ]; then
    echo "symbols: no archive $archive; build the target weir_engine first"
    exit 1
fi
# nm -A prints "archive:member.o:[value] TYPE name"; a small TYPE is local and defines nothing for
# others. kept.txt has any number of names a line.
nm -A "$archive" | awk -v kept="$kept" '
    BEGIN {
        while ((status = getline line < kept) > 0) {
            sub(/#.*/, "", line)
            count = split(line, word, " ")
            for (i = 1; i <= count; i++) {
                if (sub(/\*$/, "", word[i]))
                    prefixes[word[i]] = 1
                else
                    names[word[i]] = 1
            }
        }
        if (status < 0) {
            print "symbols: cannot read " kept
            exit failed = 2
        }
    }
    function is_kept(name,    plain, prefix)
    {
        plain = name
        if (sub(/^__/, "", plain) && sub(/_chk$/, "", plain) && plain in names)
            return 1
        for (prefix in prefixes)
            if (substr(name, 1, length(prefix)) == prefix)
                return 1
        return name in names
    }
    $(NF - 1) ~ /^[Uvw]$/ {
        member = $1
        sub(/:$/, "", member)
        sub(/.*:/, "", member)
        users[$NF] = users[$NF] " " member
        next
    }
    NF >= 2 && $(NF - 1) ~ /^[A-Zui]$/ {
        defined[$NF] = 1
        definitions++
    }
    END {
        if (failed)
            exit failed
        for (name in users) {
            if (name in defined || is_kept(name))
                continue
            print "symbols: " name " is not in kept.txt; used by" users[name]
            failed = 1
        }
        if (!definitions) {
            print "symbols: the archive defines nothing"
            failed = 1
        }
        if (!failed)
            print "symbols: " definitions " definitions, nothing undefined that is not kept"
        exit failed
    }'
