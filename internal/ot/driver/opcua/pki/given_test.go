package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
)

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestWhatAPersonGivesIsRead(t *testing.T) {
	c := sign(t, nil, nil)
	pkcs1 := x509.MarshalPKCS1PrivateKey(key())
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key())
	if err != nil {
		t.Fatal(err)
	}
	line, err := KeyText(key())
	if err != nil {
		t.Fatal(err)
	}
	for what, certificate := range map[string]string{
		"PEM": block("CERTIFICATE", c.Raw), "PEM with Windows' line ends": strings.ReplaceAll(block("CERTIFICATE", c.Raw), "\n", "\r\n"), "DER": string(c.Raw),
		"one line": Text(c), "words before PEM": "Bag Attributes\n    friendlyName: mill\n" + block("CERTIFICATE", c.Raw),
	} {
		for kind, private := range map[string]string{
			"PKCS#1 PEM": block("RSA PRIVATE KEY", pkcs1), "PKCS#8 PEM": block("PRIVATE KEY", pkcs8), "PKCS#1 DER": string(pkcs1), "PKCS#8 DER": string(pkcs8),
			"one line": line, "folded": line[:64] + "\n" + line[64:],
		} {
			if p, err := Given(certificate, private); err != nil || Thumbprint(p.Certificate) != Thumbprint(c) || !p.Key.Equal(key()) {
				t.Errorf("certificate as %s, key as %s: %v", what, kind, err)
			}
		}
	}
}

func TestWhatIsNoPairIsRefusedWithoutSayingTheKey(t *testing.T) {
	c := sign(t, nil, nil)
	line, err := KeyText(key())
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	apart, err := KeyText(other)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []struct{ certificate, key, says string }{
		{"", line, "no certificate"},
		{"rubbish", line, "no certificate"},
		{line, line, "no certificate"},
		{block("CERTIFICATE", []byte("rubbish")), line, "no certificate"},
		{block("CERTIFICATE", c.Raw) + block("PRIVATE KEY", []byte("x")), line, "secret key beside it"},
		{Text(c), "", "no secret key"},
		{Text(c), "hunter2", "no secret key"},
		{Text(c), Text(c), "no secret key"},
		{Text(c), block("ENCRYPTED PRIVATE KEY", []byte("x")), "protected by a password"},
		{Text(c), "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", "protected by a password"},
		{Text(c), base64.StdEncoding.EncodeToString(der), "no RSA key"},
		{Text(c), apart, "does not belong"},
	} {
		_, err := Given(given.certificate, given.key)
		if err == nil || !strings.Contains(err.Error(), given.says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%.20q and %.20q: %v", given.certificate, given.key, err)
		}
	}
}

func FuzzGiven(f *testing.F) {
	f.Add("-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n", "TUlJ")
	f.Fuzz(func(t *testing.T, certificate, private string) {
		if _, err := Given(certificate, private); err != nil && len(private) > 8 && strings.Contains(err.Error(), private) {
			t.Errorf("the error says the key: %v", err)
		}
	})
}
