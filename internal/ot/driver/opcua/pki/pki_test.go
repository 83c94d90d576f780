package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var now = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

const uri = "urn:ulm:millwright"

// key is one for all certificates of these tests: making keys is slow.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func TestOwnIsMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	certificate, private, err := Own(dir, uri, now)
	if err != nil {
		t.Fatal(err)
	}
	first, err := Load(certificate, private)
	if err != nil {
		t.Fatal(err)
	}
	c := first.Certificate
	if URI(c) != uri || first.Key.N.BitLen() < 2048 || !c.NotAfter.After(now.AddDate(9, 0, 0)) || c.NotBefore.After(now) {
		t.Errorf("the certificate is for %s from %v to %v", URI(c), c.NotBefore, c.NotAfter)
	}
	const needs = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment
	if c.KeyUsage&needs != needs || c.IsCA {
		t.Errorf("it may be used for %b", c.KeyUsage)
	}
	if info, err := os.Stat(private); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's mode is %v, %v", info.Mode(), err)
	}
	again, _, err := Own(dir, uri, now.AddDate(1, 0, 0))
	if err != nil || again != certificate {
		t.Fatalf("the second start gives %s, %v", again, err)
	}
	if second, err := Load(certificate, private); err != nil || Thumbprint(second.Certificate) != Thumbprint(c) {
		t.Errorf("the second start has another certificate, %v", err)
	}
}

func TestDamageIsNeverMendedInSilence(t *testing.T) {
	for name, harm := range map[string]func(certificate, private string) error{
		"the key is gone":         func(_, private string) error { return os.Remove(private) },
		"the certificate is gone": func(certificate, _ string) error { return os.Remove(certificate) },
		"the key is cut":          func(_, private string) error { return os.Truncate(private, 100) },
		"the certificate is cut":  func(certificate, _ string) error { return os.Truncate(certificate, 100) },
		"the key is another": func(_, private string) error {
			der := x509.MarshalPKCS1PrivateKey(key())
			return os.WriteFile(private, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}), 0o600)
		},
	} {
		dir := t.TempDir()
		certificate, private, err := Own(dir, uri, now)
		if err != nil {
			t.Fatal(err)
		}
		if err := harm(certificate, private); err != nil {
			t.Fatal(err)
		}
		before := listing(t, dir)
		_, _, err = Own(dir, uri, now)
		if err == nil || !strings.Contains(err.Error(), "backup") {
			t.Errorf("%s: %v", name, err)
		}
		if after := listing(t, dir); after != before {
			t.Errorf("%s: the folder changed from %s to %s", name, before, after)
		}
	}
	dir := t.TempDir()
	if _, _, err := Own(dir, uri, now); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Own(dir, "urn:other", now); err == nil || !strings.Contains(err.Error(), uri) {
		t.Errorf("another application gives %v", err)
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		info, statErr := os.Stat(path)
		if statErr == nil {
			all = append(all, fmt.Sprintf("%s %d %v", path, info.Size(), info.ModTime()))
		}
		return errors.Join(err, statErr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// sign makes a certificate, signed by its own key, or by an authority with the same key.
func sign(t *testing.T, edit func(*x509.Certificate), authority *x509.Certificate) *x509.Certificate {
	t.Helper()
	u, err := url.Parse("urn:press")
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "Press 1"}, URIs: []*url.URL{u}, DNSNames: []string{"press-1"},
		NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(1, 0, 0), BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if edit != nil {
		edit(c)
	}
	if authority == nil {
		authority = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, authority, &key().PublicKey, key())
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func trusting(t *testing.T, all ...*x509.Certificate) Store {
	t.Helper()
	s := Store{Dir: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(s.Dir, "trusted"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i, c := range all {
		text := c.Raw
		if i%2 == 1 { // both forms are read
			text = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
		}
		if err := os.WriteFile(filepath.Join(s.Dir, "trusted", fmt.Sprint(i)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func authority(t *testing.T) *x509.Certificate {
	return sign(t, func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.KeyUsage, c.URIs, c.DNSNames = "Ulm works", true, x509.KeyUsageCertSign, nil, nil
	}, nil)
}

func TestTrust(t *testing.T) {
	press, other := sign(t, nil, nil), sign(t, nil, nil)
	old := sign(t, func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }, nil)
	young := sign(t, func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) }, nil)
	works := authority(t)
	vouched := sign(t, nil, works)
	oldVouched := sign(t, func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }, works)
	peer := Peer{Host: "press-1", URI: "urn:press"}
	for name, c := range map[string]struct {
		store Store
		shows *x509.Certificate
		peer  Peer
		words string // "" for trust
	}{
		"known":                         {trusting(t, other, press), press, peer, ""},
		"known, whatever it is called":  {trusting(t, press), press, Peer{Host: "10.0.0.5", URI: "urn:x"}, ""},
		"unknown":                       {trusting(t, other), press, peer, "is not trusted"},
		"unknown, with nothing trusted": {Store{Dir: t.TempDir()}, press, peer, "is not trusted"},
		"unknown, without a folder":     {Store{}, press, peer, "no folder"},
		"renewed":                       {trusting(t, press), other, peer, "is not trusted"},
		"expired":                       {trusting(t, old), old, peer, "valid only from"},
		"not valid yet":                 {trusting(t, young), young, peer, "valid only from"},
		"vouched for":                   {trusting(t, works), vouched, peer, ""},
		"vouched for, expired":          {trusting(t, works), oldVouched, peer, "is not trusted"},
		"vouched for, another host":     {trusting(t, works), vouched, Peer{Host: "press-2", URI: "urn:press"}, "not made for the host press-2"},
		"vouched for, another URI":      {trusting(t, works), vouched, Peer{Host: "press-1", URI: "urn:x"}, `made for application "urn:press"`},
		"no authority vouches":          {trusting(t, press), vouched, peer, "is not trusted"},
	} {
		got, err := c.store.Check(c.shows.Raw, c.peer, now)
		var refused *Refused
		switch {
		case c.words == "" && (err != nil || Thumbprint(got) != Thumbprint(c.shows)):
			t.Errorf("%s: %v", name, err)
		case c.words != "" && (!errors.As(err, &refused) || !strings.Contains(err.Error(), c.words) || got != nil):
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, der := range [][]byte{nil, []byte("rubbish")} {
		if _, err := trusting(t, press).Check(der, peer, now); err == nil {
			t.Errorf("%q is trusted", der)
		}
	}
}

func TestRefusedCertificatesAreKeptForAPerson(t *testing.T) {
	evil := sign(t, func(c *x509.Certificate) {
		c.Subject.CommonName = "../../../etc/passwd\n\x1b[2J" + strings.Repeat("x", 300)
	}, nil)
	s := Store{Dir: t.TempDir()}
	for range 3 {
		_, err := s.Check(evil.Raw, Peer{Host: "press-1"}, now)
		if err == nil || strings.ContainsAny(err.Error(), "\n\x1b") || !strings.Contains(err.Error(), Thumbprint(evil)) {
			t.Fatalf("%v", err)
		}
	}
	kept, err := os.ReadDir(filepath.Join(s.Dir, "rejected"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %v, %v", kept, err)
	}
	from := filepath.Join(s.Dir, "rejected", kept[0].Name())
	if err := os.Rename(from, filepath.Join(s.Dir, "trusted", kept[0].Name())); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Check(evil.Raw, Peer{Host: "press-1"}, now); err != nil {
		t.Errorf("after a person trusted it: %v", err)
	}
}

func TestTheFolderOfRefusedCertificatesIsBounded(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	dir := filepath.Join(s.Dir, "rejected")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range maxRejected {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Check(sign(t, nil, nil).Raw, Peer{Host: "press-1"}, now); err == nil || !strings.Contains(err.Error(), "is full") {
		t.Errorf("a full folder gives %v", err)
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != maxRejected {
		t.Errorf("%d files, %v", len(all), err)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := func(name string, data []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	c := sign(t, nil, nil)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key())
	if err != nil {
		t.Fatal(err)
	}
	certificates := []string{path("c.der", c.Raw), path("c.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))}
	keys := []string{
		path("k1.der", x509.MarshalPKCS1PrivateKey(key())), path("k8.der", pkcs8),
		path("k1.pem", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key())})),
		path("k8.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})),
	}
	for _, certificate := range certificates {
		for _, private := range keys {
			if p, err := Load(certificate, private); err != nil || p.Key == nil || p.File != certificate {
				t.Errorf("%s with %s: %v", certificate, private, err)
			}
		}
	}
	for _, wrong := range [][2]string{{filepath.Join(dir, "none"), keys[0]}, {certificates[0], filepath.Join(dir, "none")}, {keys[0], keys[0]}, {certificates[0], certificates[0]}} {
		if _, err := Load(wrong[0], wrong[1]); err == nil {
			t.Errorf("%v load", wrong)
		}
	}
}
