#!/usr/bin/env bash
# Builds librdkafka, the native half of Confluent.Kafka, for machines whose NuGet feed does not have it, and prints the path of
# the library. What was built stays in a cache folder of the user's; what is there already is not built again.
#
#   export GANGLION_LIBRDKAFKA=$(eng/librdkafka.sh)
#
# The source is the one that an npm package of Confluent's ships. On Debian and Ubuntu, root gets what is missing from apt-get.

set -euo pipefail

version=2.15.1
package=@confluentinc/kafka-javascript@1.10.1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ganglion/librdkafka/$version

# What the build needs, and the Debian package that has it.
commands=(cc=gcc make=make npm=npm tar=tar)
headers=(
    stdlib.h=libc6-dev openssl/ssl.h=libssl-dev zlib.h=zlib1g-dev zstd.h=libzstd-dev lz4.h=liblz4-dev sasl/sasl.h=libsasl2-dev
    curl/curl.h=libcurl4-openssl-dev
)

case $(uname -s) in
    Darwin) name=librdkafka.1.dylib ;;
    *) name=librdkafka.so.1 ;;
esac
library=$cache/$name

# The path is all that goes to standard output.
exec 3>&1 1>&2

# A cache can outlive the libraries that what is in it needs.
usable() {
    local needs
    [[ -s $library ]] || return
    command -v ldd >/dev/null || return 0
    needs=$(ldd "$library" 2>&1) && [[ $needs != *'not found'* ]]
}

# The Debian packages of what is not there.
missing() {
    local item
    for item in "${commands[@]}"; do
        command -v "${item%=*}" >/dev/null || printf '%s ' "${item#*=}"
    done

    for item in "${headers[@]}"; do
        printf '#include <%s>\n' "${item%=*}" | cc -E -x c - >/dev/null 2>&1 || printf '%s ' "${item#*=}"
    done
}

add_packages() {
    local apt=(apt-get -qq -y -o DPkg::Lock::Timeout=300)
    printf 'Installing %s\n' "$*"
    export DEBIAN_FRONTEND=noninteractive
    "${apt[@]}" update || true
    "${apt[@]}" install --no-install-recommends "$@" >/dev/null || true
}

check_tools() {
    local absent
    read -ra absent <<<"$(missing)"
    if ((${#absent[@]} && EUID == 0)) && command -v apt-get >/dev/null; then
        add_packages "${absent[@]}"
        read -ra absent <<<"$(missing)"
    fi

    if ((${#absent[@]})); then
        printf 'librdkafka %s cannot be built. Install what is missing, then try again:\n' "$version"
        printf '  Debian, Ubuntu  sudo apt-get install %s\n' "${absent[*]}"
        printf '  Fedora          sudo dnf install gcc make npm openssl-devel zlib-devel libzstd-devel lz4-devel cyrus-sasl-devel libcurl-devel\n'
        printf '  Alpine          apk add build-base npm openssl-dev zlib-dev zstd-dev lz4-dev cyrus-sasl-dev curl-dev\n'
        printf '  macOS           brew install librdkafka; export GANGLION_LIBRDKAFKA=$(brew --prefix)/lib/librdkafka.1.dylib\n'
        exit 1
    fi
}

build() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cd "$work"
    npm pack --silent "$package" >/dev/null
    tar -xzf ./*.tgz package/deps/librdkafka
    cd package/deps/librdkafka
    if ! { ./configure --disable-debug-symbols && make -j "$(getconf _NPROCESSORS_ONLN)" -C src "$name"; } >"$work/log" 2>&1; then
        tail -n 40 "$work/log"
        printf 'librdkafka %s could not be built.\n' "$version"
        exit 1
    fi

    # Nobody ever sees a half-written library under its name.
    cp "src/$name" "$library.$$"
    mv -f "$library.$$" "$library"
}

if ! usable; then
    mkdir -p "$cache"
    if command -v flock >/dev/null; then
        exec 9>"$cache/lock"
        flock 9
    fi

    # Somebody else may have built it while we waited.
    if ! usable; then
        check_tools
        printf 'Building librdkafka %s into %s\n' "$version" "$cache"
        build
    fi
fi

printf '%s\n' "$library" >&3
