#!/usr/bin/env bash
# The tests, and then formatting, lint, and generated code that is true.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The tests wait a third of the time: the linters are built and run meanwhile, and have what is left over.
mkdir -p .cache
GOBIN="$PWD/.cache" nice -n 19 bash -c 'go install "$LINT" && go install "$FUMPT" && .cache/golangci-lint run --timeout 60m ./...' >.cache/linters.log 2>&1 &
linters=$!
make -s test
go tool templ generate -log-level error
git diff --exit-code -- '*_templ.go' || { echo "generated code is stale: run 'make generate' and commit" >&2; exit 1; }
wait "$linters" || { cat .cache/linters.log >&2; exit 1; }
unformatted=$(.cache/gofumpt -l $(git ls-files '*.go' | grep -v _templ.go))
[ -z "$unformatted" ] || { printf 'not formatted by gofumpt:\n%s\n' "$unformatted" >&2; exit 1; }
echo "check passed"
