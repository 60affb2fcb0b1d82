#!/usr/bin/env bash
# log_registers.sh LOG COMMAND...: compiles, and keeps what ptxas says of each kernel in LOG instead of on the screen.
set -euo pipefail
log=$1
shift
status=0
"$@" 2>"$log" || status=$?
grep -v -e '^ptxas info' -e 'bytes stack frame' -e '^$' "$log" >&2 || true
exit "$status"
