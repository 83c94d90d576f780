package web_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/plant"
)

// userPair makes the certificate of a machine's user, and its key.
func userPair(t *testing.T, name string, until time.Time) (certificate, key []byte) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: until.AddDate(-1, 0, 0), NotAfter: until}
	certificate, err = x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, x509.MarshalPKCS1PrivateKey(private)
}

func asPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// sent posts a form with files.
func (b *browser) sent(path string, form url.Values, files map[string][]byte) answer {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range form {
		_ = m.WriteField(name, values[0])
	}
	for name, file := range files {
		part, _ := m.CreateFormFile(name, name)
		_, _ = part.Write(file)
	}
	_ = m.Close()
	return b.do(http.MethodPost, path, &body, http.Header{"Content-Type": {m.FormDataContentType()}})
}

func TestAConnectionSignsInByCertificate(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	later := w.clock.now().AddDate(1, 0, 0)
	certificate, key := userPair(t, hostile, later)
	other, _ := userPair(t, "other", later)
	over, _ := userPair(t, "over", w.clock.now().AddDate(0, 0, -1))
	secret := strings.Split(asPEM("RSA PRIVATE KEY", key), "\n")[1]
	form := url.Values{
		"id": {"press"}, "endpoint": {"opc.tcp://127.0.0.1:1"}, "security": {"Basic256Sha256/Sign"}, "sign_in": {"certificate"},
		"user": {"mill"}, "password": {"hunter2"}, // typed, and not chosen
	}
	const add = "/admin/new-connection"
	for _, c := range []struct {
		certificate, key string
		field, says      string
	}{
		{"", "", "user_certificate", "Give the certificate and its key"},
		{asPEM("CERTIFICATE", certificate), "", "user_key", "key of the certificate is missing"},
		{"", asPEM("RSA PRIVATE KEY", key), "user_certificate", "belongs to is missing"},
		{"rubbish", asPEM("RSA PRIVATE KEY", key), "user_certificate", "no certificate"},
		{asPEM("CERTIFICATE", certificate), "rubbish", "user_key", "no secret key"},
		{asPEM("CERTIFICATE", certificate), "${sealed:abc}", "user_key", "sealed already"},
		{asPEM("CERTIFICATE", other), asPEM("RSA PRIVATE KEY", key), "user_key", "does not belong"},
		{asPEM("CERTIFICATE", over), asPEM("RSA PRIVATE KEY", key), "user_certificate", "was valid only until"},
		{asPEM("CERTIFICATE", certificate) + asPEM("RSA PRIVATE KEY", key), asPEM("RSA PRIVATE KEY", key), "user_certificate", "secret key beside it"},
		{strings.Repeat("x", 1<<17), asPEM("RSA PRIVATE KEY", key), "user_certificate", "64 kB"},
	} {
		form.Set("user_certificate", c.certificate)
		form.Set("user_key", c.key)
		a := ada.post(add, form)
		a.mustSay(t, `id="`+c.field+`-fault"`, c.says, `option value="certificate" selected`)
		if a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, secret) {
			t.Errorf("%s: %d, or the key is shown", c.says, a.status)
		}
	}
	form.Del("user_certificate")
	form.Del("user_key")
	if a := ada.sent(add, form, map[string][]byte{"user_certificate_file": certificate, "user_key_file": key}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	kept := theDraft(t, w).Connections
	one := kept[len(kept)-1]
	if one.User != "" || one.Password != "" || !strings.HasPrefix(one.UserKey, "${sealed:") || strings.ContainsAny(one.UserCertificate, "\n-") {
		t.Fatalf("%+v", one)
	}
	page := ada.get("/admin/connections/press")
	page.mustSay(t, "Thumbprint", "One is set", "&lt;script", `option value="certificate" selected`)
	form.Set("seal", page.hidden("seal"))
	form.Set("user_certificate", asPEM("CERTIFICATE", other))
	a := ada.post("/admin/connections/press", form)
	a.mustSay(t, `id="user_key-fault"`, "does not belong", "BEGIN CERTIFICATE")
	form.Del("user_certificate")
	form.Set("endpoint", "opc.tcp://127.0.0.1:2")
	if a := ada.post("/admin/connections/press", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	kept = theDraft(t, w).Connections
	if again := kept[len(kept)-1]; again.UserKey != one.UserKey || again.UserCertificate != one.UserCertificate {
		t.Errorf("an empty field changed the pair: %+v", again)
	}
	for _, path := range []string{"/admin/connections/press", "/admin/plant", "/admin/plant/edit", "/admin/plant/file"} {
		if strings.Contains(ada.get(path).body, secret) {
			t.Errorf("%s shows the key", path)
		}
	}
	if strings.Contains(w.log.String(), secret) {
		t.Error("the key stands in the log")
	}
	form.Set("seal", ada.get("/admin/connections/press").hidden("seal"))
	form.Set("sign_in", "anonymous")
	if a := ada.post("/admin/connections/press", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	kept = theDraft(t, w).Connections
	if last := kept[len(kept)-1]; last.UserCertificate != "" || last.UserKey != "" {
		t.Errorf("an anonymous connection keeps a certificate: %+v", last)
	}
}

func TestAPasswordIsSentUnprotectedOnlyWhereThatWasChosen(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	form := url.Values{"id": {"press"}, "endpoint": {"opc.tcp://127.0.0.1:1"}, "security": {"None/None"}, "sign_in": {"name"}, "user": {"mill"}, "password": {"hunter2"}}
	for plain, want := range map[string]bool{"": false, "on": true} {
		form.Set("id", "press"+plain)
		form.Set("plain_password", plain)
		if a := ada.post("/admin/new-connection", form); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, complaint(a))
		}
		kept := theDraft(t, w).Connections
		if kept[len(kept)-1].Plain != want {
			t.Errorf("ticked %q: %+v", plain, kept[len(kept)-1])
		}
		ada.get("/admin/connections/press"+plain).mustSay(t, "Send the password unprotected")
	}
}
