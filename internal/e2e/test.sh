#!/usr/bin/env bash
# Every test: with the race detector where a C compiler is, then the built program in a real browser.
set -euo pipefail
cd "$(dirname "$0")/../.."

race=()
if command -v gcc >/dev/null; then
	export CGO_ENABLED=1
	race=(-race)
else
	echo "SKIPPED: the race detector (no C compiler)" >&2
fi
go test "${race[@]}" -timeout 20m ./... # a busy machine needs ten for the simulator alone
# The demo's machines have no goroutine: what takes them days is looked at without the detector.
[ ${#race[@]} -eq 0 ] || CGO_ENABLED=0 go test ./internal/ot/simulate
CGO_ENABLED=0 make -s build
(cd internal/e2e && CGO_ENABLED=0 MILLWRIGHT_BIN="$PWD/../../bin/millwright" go test -timeout 8m -count=1 ./...)
