#!/usr/bin/env bash
# Durable append side by side with Redis Streams. Installs Debian's redis-server if there is none, starts it on a free port with
# an append-only file in a folder of its own, and measures both in one run. Arguments go to the benchmarks: bench/redis.sh --quick

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v redis-server >/dev/null; then
    sudo=$( ((EUID == 0)) || echo sudo)
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends redis-server </dev/null >/dev/null
fi

dotnet build bench/Ganglion.Benchmarks --configuration Release --verbosity quiet

folder=$(mktemp -d)
redis=
stop() {
    kill "$redis" 2>/dev/null && wait "$redis" || true
    rm -rf "$folder"
}
trap stop EXIT

# The first port from here on that answers "yes, started" is ours.
for ((port = 26379; ; port++)); do
    redis-server --port "$port" --bind 127.0.0.1 --dir "$folder" --save '' --appendonly yes --auto-aof-rewrite-percentage 0 \
        >"$folder/redis.log" 2>&1 &
    redis=$!
    until grep -q 'Ready to accept connections' "$folder/redis.log"; do
        kill -0 "$redis" 2>/dev/null || continue 2
        sleep 0.1
    done
    break
done

printf 'Redis %s\n' "$(redis-server --version | sed 's/.* v=\([^ ]*\).*/\1/')" >&2
dotnet run --project bench/Ganglion.Benchmarks --configuration Release --no-build -- redis --dir "$folder" --redis-port "$port" "$@"
