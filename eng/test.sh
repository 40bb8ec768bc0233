#!/usr/bin/env bash
# Builds everything and runs every test. Needs nothing but the .NET SDK that global.json asks for; where NuGet does not have
# librdkafka, Kafka's native client, eng/librdkafka.sh builds it from source the first time. Kafka clients of other languages, which
# some tests run, are installed by eng/kafka-clients.sh where that is possible.
#
#   eng/test.sh                     all test projects
#   eng/test.sh Ganglion.Tests ...  only these
#   CONFIGURATION=Debug eng/test.sh
#
# The last line reads "N passed, N failed"; the exit code is 0 only if nothing failed. A skipped test, a project without
# tests, and a test process that died or hung count as failures.

set -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Release}
output=$(tr '[:upper:]' '[:lower:]' <<<"$configuration") # what the artifacts folder calls it
results=artifacts/test-results
passed=0
failed=0
failures=()
librdkafka= # the process that builds it

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1

finish() {
    if ((${#failures[@]})); then
        [[ -s $results/failed ]] && printf '\nWhat the failed tests say:\n' && cat "$results/failed"
        printf '\nFailed:\n'
        printf '  %s\n' "${failures[@]}"
    fi

    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0 && passed > 0))
    exit
}

fail() {
    failed=$((failed + 1))
    failures+=("$1")
}

check_sdk() {
    local wanted
    wanted=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json)
    if ! dotnet --version >/dev/null 2>&1 </dev/null; then
        printf 'The .NET SDK %s or a newer feature band of it is needed: https://dotnet.microsoft.com/download/dotnet/%s\n' \
            "$wanted" "${wanted%.*}"
        printf 'Installed: %s\n' "$(dotnet --list-sdks 2>/dev/null | tr '\n' ' ' || true)"
        fail "the .NET SDK $wanted is not installed"
        finish
    fi
}

build() {
    local status=0
    add_kafka_clients
    step "Build ($configuration)"
    start_librdkafka
    compile || status=$?
    await_librdkafka
    if ((status != 0)); then
        fail 'the build'
        finish
    fi
}

# One compiler compiles all projects, even where the environment wants none that stays: each that starts anew costs seconds.
compile() {
    local status=0
    DOTNET_TieredPGO=0 dotnet build Ganglion.slnx --configuration "$configuration" --verbosity minimal \
        --property:UseSharedCompilation=true </dev/null || status=$?
    dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 </dev/null
    return "$status"
}

# Where they cannot be installed, the tests that run them fail and say so. With them come the libraries by which Ganglion.Tests decompresses.
add_kafka_clients() {
    local name
    for name in "${projects[@]}"; do
        if [[ $name == Ganglion.Tests ]] || grep -qs '\.py"' "tests/$name/$name.csproj"; then
            eng/kafka-clients.sh </dev/null
            return
        fi
    done
}

# Goes on while the projects are built. What runs on Kafka is tested on the cluster that tests/MockKafka is.
start_librdkafka() {
    local name
    for name in "${projects[@]}"; do
        if [[ -z $GANGLION_LIBRDKAFKA ]] && grep -qs MockKafka "tests/$name/$name.csproj"; then
            PruneLibrdkafka=$(dotnet msbuild src/Ganglion.Kafka/Ganglion.Kafka.csproj -target:AskForLibrdkafka \
                -getProperty:PruneLibrdkafka </dev/null)
            export PruneLibrdkafka
            if [[ $PruneLibrdkafka == true ]]; then
                eng/librdkafka.sh >"$results/librdkafka" </dev/null &
                librdkafka=$!
            fi

            return
        fi
    done
}

await_librdkafka() {
    if [[ -z $librdkafka ]]; then
        return
    elif wait "$librdkafka"; then
        GANGLION_LIBRDKAFKA=$(<"$results/librdkafka")
        export GANGLION_LIBRDKAFKA
    else
        fail "librdkafka, Kafka's native client"
    fi
}

# Two at a time, for they wait as much as they compute. What each prints comes when it has ended; until then it is in a file of its own.
run_all() {
    local name pid status running=() # names, by the ids of their processes
    for name in "${projects[@]}"; do
        ((${#running[@]} == 2)) && await_one
        start "$name"
    done

    while ((${#running[@]})); do
        await_one
    done
}

# In a process group of its own, as job control makes it, its tests get signals as from a terminal.
start() {
    set -m
    "${limit[@]}" dotnet "artifacts/bin/$1/$output/$1.dll" -xml "$results/$1.xml" -failSkips -longRunning 60 \
        -reporter verbose -noColor -noLogo >"$results/$1.out" 2>&1 </dev/null &
    set +m
    running[$!]=$1
}

await_one() {
    wait -n
    for pid in "${!running[@]}"; do
        if ! kill -0 "$pid" 2>/dev/null; then
            status=0
            wait "$pid" || status=$?
            judge "${running[pid]}" "$status"
            unset "running[pid]"
        fi
    done
}

# The counts come from a project's report, not from what it prints.
judge() {
    local name=$1 status=$2 report="$results/$1.xml" bad
    step "$name"
    show "$results/failed" <"$results/$name.out"
    if [[ ! -s $report ]]; then
        fail "$name: ended with exit code $status and left no report"
        return
    fi

    bad=$(($(count "$report" failed) + $(count "$report" errors) + $(count "$report" skipped)))
    passed=$((passed + $(count "$report" passed)))
    failed=$((failed + bad))
    while IFS= read -r test; do
        failures+=("$test")
    done < <(names_of_failed "$report")

    if (($(count "$report" total) == 0)); then
        fail "$name: has no tests"
    elif ((status != 0 && bad == 0)); then
        fail "$name: ended with exit code $status"
    fi
}

# Prints what a test project does, and keeps the first lines of what each failed test says: they are printed again at the end.
show() {
    awk -v failed="$1" '
        /\[STARTING\]/ { next }
        /^    [^ ]/ { left = /\[FAIL\]$/ ? 60 : 0 }
        left > 0 { print >>failed; left-- }
        { print; fflush() }'
}

# Adds an attribute of a report's <assembly> elements up.
count() {
    elements "$1" assembly | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

names_of_failed() {
    elements "$1" test | grep -E ' result="(Fail|Skip)"' |
        sed -e 's/.* name="\([^"]*\)".*/\1/' -e 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g'
}

# One start tag a line.
elements() {
    tr '\n' ' ' <"$1" | awk -v RS='<' -v tag="$2" 'index($0, tag " ") == 1 { sub(/>.*/, ""); print }'
}

step() {
    printf '\n== %s (%d s)\n' "$1" "$SECONDS"
}

# A test process that does not end takes its group with it. On a cluster of Kafka's own, tests wait for what it does every five minutes.
limit=()
command -v timeout >/dev/null && limit=(timeout --kill-after=10 "$([[ -n $GANGLION_TEST_KAFKA ]] && echo 3600 || echo 780)")

# What takes longest comes first, so that neither of two waits long for the other in the end.
projects=("$@")
if ((${#projects[@]} == 0)); then
    projects=(Ganglion.Kafka.Tests EndToEnd Ganglion.Tests)
    for project in $(grep -l '"xunit.v3"' tests/*/*.csproj samples/*/*.csproj); do
        name=$(basename "$project" .csproj)
        [[ " ${projects[*]} " == *" $name "* ]] || projects+=("$name")
    done
fi

check_sdk
trap 'kill $(jobs -p) 2>/dev/null' EXIT
rm -rf "$results"
mkdir -p "$results"
build

run_all
finish
