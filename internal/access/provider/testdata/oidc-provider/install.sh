#!/bin/sh
# Installs oidc-provider beside this script, once for each package-lock.json. The tests of signing in by a provider
# use it; they say so loudly when it is not there.
set -eu
cd "$(dirname "$0")"
if [ -f node_modules/.installed ] && cmp -s package-lock.json node_modules/.installed; then
	exit 0
fi
if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
	echo "install.sh: node and npm are not there: the tests against oidc-provider will be skipped" >&2
	exit 0
fi
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
cp package-lock.json node_modules/.installed
