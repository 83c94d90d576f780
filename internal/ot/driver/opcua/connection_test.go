package opcua_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/app/machines"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/secret"
)

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

// TestAConnectionOfThePlantSignsInByCertificate goes the whole way: from a plant file over the safe to a server that
// looks at the certificate, and verifies the signature.
func TestAConnectionOfThePlantSignsInByCertificate(t *testing.T) {
	t.Parallel()
	no := false
	n := startNode(t, options{Policies: allPolicies, Modes: allModes, Anonymous: &no})
	dir, _, _ := ourFolder(t)
	safe := secret.New(filepath.Join(t.TempDir(), "secret.key"), drawer{})
	m := machines.New(machines.Options{Certificates: dir, Safe: safe, Networks: config.Default().OPCUA.Prefixes()})
	t.Cleanup(m.Close)
	over, err := makePair("Late user", "urn:millwright:late", time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		user pair
		ok   bool
		says string
	}{
		{"a user that the machine takes", clientPair(t), true, `as the user of certificate "Millwright"`},
		{"one whose time is over", over, false, "was valid only until"},
		{"nobody", pair{}, false, "takes nobody so"},
	} {
		d := config.Document{Connections: []config.Connection{{
			ID: "plc", Driver: "opcua", Endpoint: n.endpoint(), Policy: "Basic256Sha256", Mode: "SignAndEncrypt",
			UserCertificate: string(c.user.der), UserKey: string(c.user.key),
		}}}
		if err := m.Seal(t.Context(), &d, plant.Program()); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if key := d.Connections[0].UserKey; key != "" && !strings.HasPrefix(key, "${sealed:") {
			t.Fatalf("%s: the key stands in the plant", c.name)
		}
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		f := m.Test(ctx, d.Connections[0])
		cancel()
		if f.OK != c.ok || !strings.Contains(f.Words+f.Next, c.says) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}
