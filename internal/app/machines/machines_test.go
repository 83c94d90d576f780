package machines

import (
	"context"
	"encoding/pem"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/plant"
	"millwright/internal/secret"
)

func TestAPasswordThatTheEnvironmentDoesNotHaveIsMissed(t *testing.T) {
	t.Setenv("MILLWRIGHT_TEST_PASSWORD", "secret")
	m := New(Options{})
	for given, want := range map[string]string{"plain": "plain", "${MILLWRIGHT_TEST_PASSWORD}": "secret", "": ""} {
		if got, err := m.secret(t.Context(), "plc", password, given); got != want || err != nil {
			t.Errorf("%s gives %q, %v", given, got, err)
		}
	}
	if _, err := m.secret(t.Context(), "plc", password, "${MILLWRIGHT_NOT_THERE}"); err == nil || !strings.Contains(err.Error(), "MILLWRIGHT_NOT_THERE") {
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

// drawer keeps sealed secrets in memory.
type drawer map[string]string

func (d drawer) Sealed(_ context.Context, name string) (string, error) {
	if s, is := d[name]; is {
		return s, nil
	}
	return "", errs.New(errs.NotFound, "there is none")
}

func (d drawer) Keep(_ context.Context, name, sealed string, _ plant.Person) error {
	d[name] = sealed
	return nil
}

// aPair makes a certificate and its key, both as PEM.
func aPair(t *testing.T) (certificate, key string) {
	t.Helper()
	dir := t.TempDir()
	c, k, err := pki.Own(dir, "urn:user", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	der, err := os.ReadFile(c)
	if err != nil {
		t.Fatal(err)
	}
	private, err := os.ReadFile(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(private)
}

func TestAKeyIsSealedAndMustBelongToItsCertificate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	kept := drawer{}
	m := New(Options{Safe: secret.New(path, kept)})
	certificate, key := aPair(t)
	sealedBy := func(certificate, key string) (config.Connection, error) {
		d := config.Document{Connections: []config.Connection{{ID: "other"}, {ID: "plc", Driver: "opcua", UserCertificate: certificate, UserKey: key}}}
		err := m.Seal(t.Context(), &d, plant.Program())
		return d.Connections[1], err
	}
	first, err := sealedBy(certificate, key)
	if err != nil || !strings.HasPrefix(first.UserKey, sealed) || strings.Contains(first.UserCertificate, "\n") {
		t.Fatalf("%.40q %.40q, %v", first.UserCertificate, first.UserKey, err)
	}
	if again, err := sealedBy(strings.ReplaceAll(certificate, "\n", "\r\n"), key); err != nil || again.UserKey != first.UserKey || again.UserCertificate != first.UserCertificate {
		t.Errorf("the same pair, given in another way, is another text: %v", err)
	}
	for name, text := range kept {
		if strings.Contains(text, strings.Split(key, "\n")[1]) {
			t.Errorf("%s is kept in clear", name)
		}
	}
	if u, err := m.user(t.Context(), first); err != nil || u.Pair.Key == nil || u.Who() == "" {
		t.Errorf("%+v, %v", u.Name, err)
	}
	other, _ := aPair(t)
	for what, given := range map[string][2]string{"another certificate beside a sealed key": {other, first.UserKey}, "beside a key": {other, key}} {
		var told *errs.Error
		if _, err := sealedBy(given[0], given[1]); !errors.As(err, &told) || len(told.Fields) != 1 || told.Fields[0].Path != "connections[1].user_key" || !strings.Contains(told.Fields[0].Message, "does not belong") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := sealedBy(first.UserCertificate, first.UserKey); err != nil {
		t.Errorf("a lost key file stops the plant from being changed: %v", err)
	}
	if _, err := m.user(t.Context(), first); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("%v", err)
	}
}

// Connections that are opened at once on a first start show machines one and the same certificate.
func TestOurCertificateIsMadeOnce(t *testing.T) {
	m := New(Options{Certificates: t.TempDir()})
	prints := make([]string, 8)
	var all sync.WaitGroup
	for i := range prints {
		all.Go(func() {
			own, _, err := m.Own()
			if err != nil {
				t.Error(err)
			}
			prints[i] = own.Thumbprint
		})
	}
	all.Wait()
	for _, p := range prints {
		if p == "" || p != prints[0] {
			t.Fatalf("certificates %v", prints)
		}
	}
}
