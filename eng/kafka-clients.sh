#!/usr/bin/env bash
# Installs the Kafka clients of other languages that tests run: kcat, kafka-python and confluent-kafka, what kafka-python compresses with
# and the broker decompresses with (libsnappy, liblz4, libzstd), and kafkajs and @platformatic/kafka. On Debian and Ubuntu, root gets what is
# missing from apt-get; elsewhere it tells what to install.
# The packages of Node.js go by npm to a cache folder of the user's, or to the one that GANGLION_NODE_CLIENTS names.

set -uo pipefail

packages=(kcat python3-kafka python3-confluent-kafka python3-snappy python3-lz4 python3-zstandard)

# Tests look for the folder under this name.
node_packages=(kafkajs@2.2.4 @platformatic/kafka@1.35.0)
node_clients=${GANGLION_NODE_CLIENTS:-${XDG_CACHE_HOME:-$HOME/.cache}/ganglion/node-clients/kafkajs-2.2.4+platformatic-1.35.0}

# The tests run the same Python: Debian's packages are for Debian's, which need not be the first on the path.
python=${GANGLION_PYTHON:-/usr/bin/python3}
[[ -x $python ]] || python=python3

complete() {
    command -v kcat >/dev/null && "$python" -c 'import kafka, confluent_kafka, snappy, lz4.frame, zstandard' 2>/dev/null
}

add_packages() {
    ((EUID == 0)) && [[ -z ${GANGLION_PYTHON:-} ]] && command -v apt-get >/dev/null || return
    local apt=(apt-get -qq -y -o DPkg::Lock::Timeout=300)
    printf 'Installing %s\n' "${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${apt[@]}" update || true
    "${apt[@]}" install --no-install-recommends "${packages[@]}" >/dev/null || true
    complete
}

# The folder comes to its name only when it is whole.
node_complete() {
    [[ -d $node_clients/node_modules/kafkajs && -d $node_clients/node_modules/@platformatic/kafka ]]
}

# As @platformatic/kafka asks for.
node_is_new_enough() {
    node -e 'const [a, b, c] = process.versions.node.split(".").map(Number); process.exit((a - 20 || b - 19 || c - 4) >= 0 ? 0 : 1)' 2>/dev/null
}

add_node_packages() {
    [[ -z ${GANGLION_NODE_CLIENTS:-} ]] && command -v npm >/dev/null && node_is_new_enough || return
    mkdir -p "$(dirname "$node_clients")"
    if command -v flock >/dev/null; then
        exec 9>"$node_clients.lock"
        flock 9
    fi

    # Somebody else may have done it while we waited.
    node_complete && return
    printf 'Installing %s into %s\n' "${node_packages[*]}" "$node_clients"
    rm -rf "$node_clients" "$node_clients.part"
    mkdir "$node_clients.part"
    printf '{ "private": true }\n' >"$node_clients.part/package.json"
    npm install --prefix "$node_clients.part" --no-audit --no-fund --ignore-scripts --loglevel=error --save-exact "${node_packages[@]}" >/dev/null &&
        mv "$node_clients.part" "$node_clients"
}

status=0
if ! complete && ! add_packages; then
    status=1
    printf 'Kafka clients of other languages are missing. Install them, then try again:\n'
    printf '  Debian, Ubuntu  sudo apt-get install %s\n' "${packages[*]}"
    printf '  macOS           brew install kcat snappy lz4 zstd\n'
    printf '  elsewhere       kcat, libsnappy, liblz4 and libzstd, and for the Python that GANGLION_PYTHON names:\n'
    printf '                  pip install kafka-python confluent-kafka python-snappy lz4 zstandard\n'
fi

if ! node_complete && ! add_node_packages; then
    status=1
    printf 'Kafka clients for Node.js are missing. Install Node.js 20.19.4 or newer with npm, then try again; or have them in a folder of yours:\n'
    printf '  npm install --prefix FOLDER %s; export GANGLION_NODE_CLIENTS=FOLDER\n' "${node_packages[*]}"
fi

exit "$status"
