#!/usr/bin/env bash
# What `make check` adds to the tests: formatting, lint, and generated code that is true.
set -euo pipefail
cd "$(dirname "$0")/../.."

go tool templ generate -log-level error
git diff --exit-code -- '*_templ.go' || { echo "generated code is stale: run 'make generate' and commit" >&2; exit 1; }
unformatted=$(go run "$FUMPT" -l $(git ls-files '*.go' | grep -v _templ.go))
[ -z "$unformatted" ] || { printf 'not formatted by gofumpt:\n%s\n' "$unformatted" >&2; exit 1; }
go run "$LINT" run ./...
echo "check passed"
