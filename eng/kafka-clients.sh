#!/usr/bin/env bash
# Installs the Kafka clients of other languages that tests run: kcat, kafka-python and confluent-kafka, and what kafka-python compresses
# with. On Debian and Ubuntu, root gets what is missing from apt-get; elsewhere it tells what to install.

set -uo pipefail

packages=(kcat python3-kafka python3-confluent-kafka python3-snappy python3-lz4 python3-zstandard)

# The tests run the same Python: Debian's packages are for Debian's, which need not be the first on the path.
python=${GANGLION_PYTHON:-/usr/bin/python3}
[[ -x $python ]] || python=python3

complete() {
    command -v kcat >/dev/null && "$python" -c 'import kafka, confluent_kafka, snappy, lz4.frame, zstandard' 2>/dev/null
}

complete && exit 0

if ((EUID == 0)) && [[ -z ${GANGLION_PYTHON:-} ]] && command -v apt-get >/dev/null; then
    apt=(apt-get -qq -y -o DPkg::Lock::Timeout=300)
    printf 'Installing %s\n' "${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${apt[@]}" update || true
    "${apt[@]}" install --no-install-recommends "${packages[@]}" >/dev/null || true
    complete && exit 0
fi

printf 'Kafka clients of other languages are missing. Install them, then try again:\n'
printf '  Debian, Ubuntu  sudo apt-get install %s\n' "${packages[*]}"
printf '  macOS           brew install kcat\n'
printf '  elsewhere       kcat, and for the Python that GANGLION_PYTHON names:\n'
printf '                  pip install kafka-python confluent-kafka python-snappy lz4 zstandard\n'
exit 1
