#!/usr/bin/env bash
# Installs what the tests need beyond Go: PostgreSQL, Chromium, node the OPC UA test server, axe and the OpenID provider.
# Where it may not install, it says what will be skipped; under CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing() {
	echo "SKIPPED: $1 is not here and could not be installed: $2" >&2
	[ "${CI:-}" != true ] || exit 1
}

want=()
command -v chromium >/dev/null || want+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || want+=(postgresql)
command -v npm >/dev/null || want+=(nodejs npm)
command -v gcc >/dev/null || want+=(gcc libc6-dev)
if [ ${#want[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing ${want[*]}"
	{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${want[@]}"; } >.apt.log 2>&1 || tail -5 .apt.log >&2
	rm -f .apt.log
fi
command -v chromium >/dev/null || missing chromium "no test in a browser"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing postgresql "no store test on PostgreSQL"
command -v gcc >/dev/null || missing gcc "no race detector"
if command -v npm >/dev/null; then
	bash internal/ot/driver/opcua/testdata/node-opcua/install.sh || missing node-opcua "no test against an OPC UA server that is not ours"
	bash internal/e2e/testdata/axe/install.sh || missing axe-core "no page is looked at with axe"
	bash internal/access/provider/testdata/oidc-provider/install.sh || missing oidc-provider "no test of signing in by a provider"
else
	missing npm "no test against an OPC UA server that is not ours, nor of signing in by a provider, nor with axe"
fi
