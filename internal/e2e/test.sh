#!/usr/bin/env bash
# Every test: with the race detector where a C compiler is, then the built program in a real browser.
set -euo pipefail
cd "$(dirname "$0")/../.."

race=()
if command -v gcc >/dev/null; then
	export CGO_ENABLED=1
	# The embedded database is C turned into Go, hashing fills much memory, and comparing is what tests do most: under the
	# detector all take several times as long, and none is what we look for; nor are other people's pointers. (Nothing that
	# uses sync.Map may be left out: its generic code is then blind for everybody, and races are seen that are none.)
	race=(-race -gcflags=all=-d=checkptr=0 -gcflags=millwright/...=)
	for p in modernc.org/... golang.org/x/crypto/... crypto/internal/fips140/... github.com/google/go-cmp/...; do
		race+=("-gcflags=$p=-race=false")
	done
	# Where no goroutine is started there is no race to see: those are tested as the program is built. So are the demo's
	# machines, whose tests live through days.
	alone=$(go run -C internal/e2e ./alone "$PWD" && printf 'millwright/internal/ot/simulate%s\n' '' /backfill)
else
	echo "SKIPPED: the race detector (no C compiler)" >&2
fi
# A hundred test programs are linked: without what a debugger reads. The linters vet them.
lean=(-vet=off -ldflags='-s -w')
# These ask one thing after the other, thousands of times: the detector has nothing to see, and takes five times as long.
long='ByEvery(Role|RoleAtAPlace|Scope)$|WhatStandsInNoRow|ATagOfThousands|PageByPage|VeryLongBill|LongCalendarIsKept|TenThousand'
long+='|KeptSumsAreThose|LateReadingIsLaidOut|LedgerOfTomorrow|LongListIsLookedThrough|FiveThousandLines|BucketsAgainst|ArchiveAgainstAModel'
failed=0 # one part that fails hides no other

# The built program in a browser waits more than it reckons: what the other tests are built of is compiled meanwhile.
CGO_ENABLED=0 make -s build
nice go build "${race[@]}" ./... &
compiled=$!
(cd internal/e2e && CGO_ENABLED=0 MILLWRIGHT_BIN="$PWD/../../bin/millwright" go test -timeout 60m -parallel 2 -count=1 ./...) || failed=1
wait "$compiled" || failed=1
first="./internal/web ./internal/store" # so that no core waits for them at the end
tested=$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | grep -Fxv "${alone:-none}")
go test "${race[@]}" "${lean[@]}" -timeout 30m ${race:+-skip "$long"} $first $tested || failed=1
if [ ${#race[@]} -gt 0 ]; then # and without the detector, built as the program is
	CGO_ENABLED=0 go test "${lean[@]}" -trimpath $alone || failed=1
	CGO_ENABLED=0 go test "${lean[@]}" -trimpath -run "$long" ./internal/web ./internal/store ./internal/mes/oee/timekeeper ./internal/ot/history/embedded || failed=1
fi
exit $failed
