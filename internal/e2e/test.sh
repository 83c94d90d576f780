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
	# The demo's machines have no goroutine, and their tests live through days.
	alone='internal/ot/simulate(/backfill)?$'
else
	echo "SKIPPED: the race detector (no C compiler)" >&2
fi
# A hundred test programs are linked: without what a debugger reads. The linters vet them.
lean=(-vet=off -ldflags='-s -w')
failed=0 # one part that fails hides no other
long="./internal/web ./internal/store" # first, so that no core waits for them at the end
go test "${race[@]}" "${lean[@]}" -timeout 30m $long $(go list ./... | grep -Ev "${alone:-^$}") || failed=1
CGO_ENABLED=0 make -s build
if [ ${#race[@]} -gt 0 ]; then # and without the detector, built as the program is
	CGO_ENABLED=0 go test "${lean[@]}" -trimpath ./internal/ot/simulate ./internal/ot/simulate/backfill || failed=1
	CGO_ENABLED=0 go test "${lean[@]}" -trimpath -run TenThousand ./internal/web || failed=1
fi
(cd internal/e2e && CGO_ENABLED=0 MILLWRIGHT_BIN="$PWD/../../bin/millwright" go test -timeout 30m -count=1 ./...) || failed=1
exit $failed
