# SPDX-License-Identifier: Apache-2.0
# Rules about the tree itself: files in a folder, files that no CMakeLists.txt builds, READMEs.
# The first file is the list of all paths; the others are the CMakeLists.txt among them.

BEGIN {
    folder_files_max = 12
}

FNR == NR {
    present[$0] = 1
    if ($0 ~ /\.[ch]$/) {
        folder = folder_of($0)
        files[folder]++
        if (room_of($0) != "")
            with_code["engine" (room_of($0) == "engine" ? "" : "/" room_of($0))] = 1
    }
    next
}

FNR == 1 {
    folder = FILENAME ~ /\// ? folder_of(FILENAME) "/" : ""
}

# Every word that ends in .c names a source, seen from the CMakeLists.txt it stands in. A variable
# in it may be anything but a slash.
{
    sub(/#.*/, "")
    gsub(/\$\{(PROJECT|CMAKE)_SOURCE_DIR\}\//, "/")
    gsub(/\$\{CMAKE_CURRENT_(SOURCE|LIST)_DIR\}\//, "")
    gsub(/[()"]/, " ")
    count = split($0, word, " ")
    for (i = 1; i <= count; i++) {
        if (word[i] !~ /\.c$/)
            continue
        name = word[i] ~ /^\// ? substr(word[i], 2) : folder word[i]
        while (sub(/[^\/]+\/\.\.\//, "", name))
            ;
        if (name ~ /\$\{/) {
            gsub(/\./, "[.]", name)
            gsub(/\$\{[^}]*\}/, "[^/]*", name)
            patterns[name] = 1
        } else {
            built[name] = 1
        }
    }
}

function is_built(name,    pattern)
{
    if (name in built)
        return 1
    for (pattern in patterns)
        if (name ~ "^" pattern "$")
            return 1
    return 0
}

END {
    for (name in present)
        if (name ~ /\.c$/ && !is_built(name))
            report("unreferenced", name, 1, "no CMakeLists.txt builds this file")
    for (folder in files)
        if (files[folder] > folder_files_max)
            report("folder-files", folder, 0, files[folder] " .c and .h files, at most " \
                   folder_files_max "; make a sub-folder")
    for (folder in with_code)
        if (!((folder "/README.md") in present))
            report("readme", folder, 0, "no README.md: what enters, what leaves, the invariant")
}
