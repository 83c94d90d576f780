package machines

import (
	"net/netip"
	"strings"
	"testing"

	"millwright/config"
)

func TestAPasswordThatTheEnvironmentDoesNotHaveIsMissed(t *testing.T) {
	t.Setenv("MILLWRIGHT_TEST_PASSWORD", "secret")
	m := New(Options{})
	for given, want := range map[string]string{"plain": "plain", "${MILLWRIGHT_TEST_PASSWORD}": "secret", "": ""} {
		if got, err := m.password(t.Context(), config.Connection{Password: given}); got != want || err != nil {
			t.Errorf("%s gives %q, %v", given, got, err)
		}
	}
	if _, err := m.password(t.Context(), config.Connection{Password: "${MILLWRIGHT_NOT_THERE}"}); err == nil || !strings.Contains(err.Error(), "MILLWRIGHT_NOT_THERE") {
		t.Errorf("%v", err)
	}
}

func TestOnlyAllowedNetworksAreCalled(t *testing.T) {
	m := New(Options{Networks: config.Default().OPCUA.Prefixes()})
	for address, want := range map[string]bool{
		"127.0.0.1:4840": true, "[::1]:4840": true, "10.1.2.3:4840": true, "172.31.0.1:1": true, "192.168.0.5:4840": true, "[fd12::1]:4840": true,
		"[::ffff:10.0.0.1]:4840": true, "[::ffff:8.8.8.8]:4840": false, "169.254.169.254:80": false, "[fe80::1%eth0]:4840": false,
		"203.0.113.7:4840": false, "0.0.0.0:4840": false, "172.32.0.1:4840": false, "[2001:db8::1]:4840": false, "machine:4840": false,
	} {
		err := m.allowed(address)
		if (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && !strings.Contains(err.Error(), "opcua.networks") {
			t.Errorf("%s: the refusal does not say what to do: %v", address, err)
		}
	}
	none := New(Options{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	if _, err := none.dialer().DialContext(t.Context(), "tcp", "localhost:1"); err == nil || !strings.Contains(err.Error(), "is in none of the networks") {
		t.Errorf("a name that leads elsewhere was called: %v", err)
	}
}
