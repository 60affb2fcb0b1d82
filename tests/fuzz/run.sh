#!/usr/bin/env bash
# run.sh BUILD: each fuzz target in BUILD over what was found before, then a fixed number of new inputs from fixed seeds.
# Exit 0: no finding. A finding is left in BUILD/findings; README.md tells what to do with it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$build/findings"
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
export TMPDIR=$new

# run NAME RUNS LONGEST SEEDS [OPTION...]
run() {
    local name=$1 runs=$2 longest=$3 seeds=$4 log
    shift 4
    log=$build/$name.log
    mkdir "$new/$name"
    if ! "$build/${name}_fuzz" "$@" -seed=1 -runs="$runs" -max_len="$longest" -rss_limit_mb=1024 \
        -artifact_prefix="$build/findings/${name}-" "$new/$name" "$here/corpus/$seeds" "$here/findings" \
        >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        printf 'fuzz: %s: a finding; see %s and %s\n' "$name" "$log" "$build/findings" >&2
        return 1
    fi
    printf 'fuzz: %-15s %6d runs, %s\n' "$name" "$runs" "$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -n 1)"
}

run session_reader 20000 16384 session -dict="$here/session.dict"
run clip_reader 5000 4096 sound
run wav_format 50000 4096 sound
