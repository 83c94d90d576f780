#!/bin/sh
# Installs axe-core beside this script, once for each package-lock.json. The test that looks at every page in a
# browser uses it; it says so loudly when it is not there.
set -eu
cd "$(dirname "$0")"
if [ -f node_modules/.installed ] && cmp -s package-lock.json node_modules/.installed; then
	exit 0
fi
if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
	echo "install.sh: node and npm are not there: the test of every page with axe will be skipped" >&2
	exit 0
fi
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
cp package-lock.json node_modules/.installed
