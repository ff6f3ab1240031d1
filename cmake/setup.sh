# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# The set-up that examples/run and tests/run share: Debian packages, single .deb files unpacked into build/, and
# configuring and building a preset.
# Sourced by them; as a command, `bash cmake/setup.sh FUNCTION ARGS…` calls one of its functions.

fibers_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Sets `packages` to those a purpose needs, and `reason` to what it is, in words.
packages_for() {
    case $1 in
    build) reason="to build"
           packages="g++ cmake ninja-build pkg-config ccache" ;;
    library) reason="for the library"
             packages="libboost-context-dev libevent-dev libc-ares-dev" ;;
    examples) reason="for the examples"
              packages="libcurl4-openssl-dev libxml2-dev nlohmann-json3-dev libcli11-dev libspdlog-dev python3" ;;
    tests) reason="for the tests"
           packages="catch2 clang-14 dnsmasq-base openssl python3 strace valgrind libc6-dbg" ;;
    linking) reason="for the ways to link"
           packages="clang-14 llvm-14 llvm-14-linker-tools" ;;
    packaging) reason="to make Debian packages"
           packages="file dpkg-dev" ;;
    fresh) reason="for tests/fresh"
           packages="debootstrap git" ;;
    mutants) reason="for tests/mutants"
             packages="git" ;;
    *) say "setup.sh: there is no purpose '$1'"
       return 2 ;;
    esac
}

# Installs what is missing for the purposes given. Says what and why first; silent when nothing is missing.
install_for() {
    command -v dpkg-query >/dev/null || { say "This is no Debian: install by hand what cmake/setup.sh lists."; return 0; }
    local purpose package packages reason installed wanted missing=()
    installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' 2>/dev/null)"
    for purpose in "$@"; do
        packages_for "$purpose" || return
        wanted=()
        for package in $packages; do
            [[ $installed == *" installed:$package "* ]] || wanted+=("$package")
        done
        [[ ${#wanted[@]} -eq 0 ]] && continue
        [[ ${#missing[@]} -eq 0 ]] && say "Set-up: these Debian packages are missing."
        say "  $reason: ${wanted[*]}"
        missing+=("${wanted[@]}")
    done
    [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

install_packages() {
    local line=(apt-get install --yes --no-install-recommends "$@")
    find_root_command || {
        say "Neither root nor sudo can be used here. As root, run:" "  apt-get update && ${line[*]}"
        return 1
    }
    have_package_lists || update_package_lists
    say "Installing them: ${line[*]}"
    # Lists that are out of date name versions that the mirror no longer has: then fetch them and try again.
    as_root "${line[@]}" || { update_package_lists && as_root "${line[@]}"; } || {
        say "Set-up: apt-get failed, see above."
        return 1
    }
}

# fetch_deb NAME DEST: unpacks package NAME into directory DEST without installing it. Does nothing the second time.
fetch_deb() {
    local name=$1 dest=$2 cache=$fibers_root/build/deps/debs
    mkdir -p "$dest" "$cache"
    (
        flock 9  # tests that run at the same time may want the same package
        [[ -e $dest/.unpacked-$name ]] && exit 0
        say "Fetching the package $name into ${dest#"$PWD"/}"
        [[ -n $(find_deb "$cache" "$name") ]] || download_deb "$cache" "$name" || exit 1
        dpkg-deb -x "$(find_deb "$cache" "$name")" "$dest" && touch "$dest/.unpacked-$name"
    ) 9>"$cache/.lock"
}

# Boost 1.81 beside the installed 1.74 (their -dev packages exclude each other), for -DBOOST_CONTEXT_ROOT.
fetch_boost_1_81() {
    local package
    for package in libboost1.81-dev libboost-context1.81.0 libboost-context1.81-dev; do
        fetch_deb "$package" "$fibers_root/build/deps/boost-1.81" || return
    done
}

find_deb() { compgen -G "$1/$2_*.deb" | head -n 1; }

download_deb() {
    # Root's downloads are made by the user _apt, who may not see into this tree: make them as ourselves.
    local get=(apt-get -q -o APT::Sandbox::User="$(id -un)" download "$2")
    have_package_lists || { find_root_command && update_package_lists; }
    (cd "$1" && { "${get[@]}" || { find_root_command && update_package_lists && "${get[@]}"; }; }) >&2 && return
    say "Set-up: cannot download $2. If the package lists are missing, run as root:" "  apt-get update"
    return 1
}

# build_preset PRESET TARGET…: configures build/PRESET and builds the targets. Quiet but for a line of progress on a
# terminal; a failure shows the errors and names the log.
build_preset() {
    local preset=$1 log=$fibers_root/build/$1/build.log
    shift
    mkdir -p "${log%/*}" && : >"$log"
    (cd "$fibers_root" && logged "$log" cmake --preset "$preset") || return
    logged "$log" cmake --build "$fibers_root/build/$preset" --target "$@"
}

# Runs a command with its output in a log. What the command printed is shown only when it fails.
logged() {
    local log=$1 line status before
    shift
    before=$(wc -l <"$log")
    if [[ -t 2 ]]; then
        "$@" 2>&1 | tee -a "$log" | while IFS= read -r line; do
            printf '\r\033[K%s' "${line:0:$((${COLUMNS:-80} - 1))}" >&2
        done
        status=${PIPESTATUS[0]}
        printf '\r\033[K' >&2
    else
        "$@" >>"$log" 2>&1
        status=$?
    fi
    [[ $status -eq 0 ]] && return
    tail -n +$((before + 1)) "$log" | grep -v '^\[[0-9]*/[0-9]*\] Building' | tail -n 60 >&2
    say "This failed: $*" "The whole log: $log"
    return "$status"
}

say() { printf '%s\n' "$@" >&2; }

have_package_lists() { compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; }

update_package_lists() { say "Fetching the package lists: apt-get update" && as_root apt-get update; }

# Sets root_command to what makes us root: nothing if we are, sudo if it works or has a terminal to ask on.
find_root_command() {
    if [[ $(id -u) -eq 0 ]]; then
        root_command=()
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 && -t 2 ]]; }; then
        root_command=(sudo)
    else
        return 1
    fi
}

as_root() { "${root_command[@]}" env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >&2; }

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -u
    "$@"
fi
