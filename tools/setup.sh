# SPDX-License-Identifier: Apache-2.0
# What tools/try, tools/test and .ci/run share, to be sourced: packages, the release build, words.
# It changes to the root of the tree.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

weir_packages_build="build-essential cmake ninja-build pkg-config
    libuv1-dev libmsgpack-dev libffi-dev liblz4-dev libxxhash-dev libpcre2-dev zlib1g-dev
    libdw-dev"
weir_packages_test="libcmocka-dev libjansson-dev netcat-openbsd python3"
weir_packages_ci="clang libclang-rt-14-dev"

weir_say() {
    printf '\n== %s\n' "$*"
}

weir_die() {
    printf 'weir: %s\n' "$*" >&2
    exit 1
}

# Prints those of the given packages that are not installed. An "rc" (removed, configuration left)
# or half-installed package counts as missing.
weir_missing() {
    local package status
    for package in "$@"; do
        status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) || status=none
        case $status in
        "install ok installed" | "hold ok installed") ;;
        *) printf '%s\n' "$package" ;;
        esac
    done
}

# Runs a command as root, and keeps its words for the case that it fails.
weir_as_root() {
    local log status=0
    local -a sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    log=$(mktemp)
    # Not "sudo -n": at a terminal it may ask for the password.
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 30 "$log" >&2
    fi
    rm -f "$log"
    return "$status"
}

# weir_install PACKAGE...: installs what is missing, and only that.
weir_install() {
    local -a missing=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        weir_say "no apt-get here: these must be there already, by whatever name: $*"
        return 0
    fi
    mapfile -t missing < <(weir_missing "$@")
    if [ "${#missing[@]}" -eq 0 ]; then
        return 0
    fi
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        weir_die "these packages are missing, and installing them needs root. As root, run:
    apt-get install --no-install-recommends ${missing[*]}"
    fi
    weir_say "installing ${#missing[@]} missing Debian packages: ${missing[*]}"
    # A fresh machine has no package lists; a stale one has lists that name files long gone.
    weir_as_root apt-get install -y -q --no-install-recommends "${missing[@]}" 2>/dev/null && return
    weir_as_root apt-get update -q || weir_die "apt-get update failed: is there a network?"
    weir_as_root apt-get install -y -q --no-install-recommends "${missing[@]}" ||
        weir_die "apt-get could not install: ${missing[*]}"
}

weir_jobs() {
    nproc 2>/dev/null || echo 2
}

# weir_build [TARGET]: the release build in build/; everything without a target.
weir_build() {
    local -a generator=()
    # An existing build/ keeps the generator it was made with.
    if [ ! -f build/CMakeCache.txt ]; then
        rm -rf build/CMakeFiles
        if command -v ninja >/dev/null; then
            generator=(-G Ninja)
        fi
    fi
    weir_say "building${1:+ $1} (release, in build/)"
    cmake -S . -B build "${generator[@]}" >build.log 2>&1 || weir_build_failed
    cmake --build build --parallel "$(weir_jobs)" ${1:+--target "$1"} >>build.log 2>&1 ||
        weir_build_failed
    rm -f build.log
}

weir_build_failed() {
    tail -n 40 build.log >&2
    weir_die "the build failed; all of it: build.log"
}

if command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER-ccache}
fi
