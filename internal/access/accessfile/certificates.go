package accessfile

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua/pki"
)

// mostPEM bounds one certificate, in bytes.
const mostPEM = 64 << 10

// CertificateOf writes a certificate on a shelf.
func CertificateOf(c *x509.Certificate, shelf Shelf) Certificate {
	k := pki.About(c)
	return Certificate{
		State: shelf, Thumbprint: k.Thumbprint, Subject: plainly(k.Subject),
		PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})),
	}
}

// plainly is what a machine says of itself, fit for one line of a text.
func plainly(s string) string {
	s = strings.ToValidUTF8(s, "?")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// Read gives the certificate of an entry.
func (e Certificate) Read() (*x509.Certificate, error) {
	if len(e.PEM) > mostPEM {
		return nil, errs.New(errs.Invalid, "a certificate has %d kB at most", mostPEM>>10)
	}
	block, rest := pem.Decode([]byte(e.PEM))
	if block == nil || block.Type != "CERTIFICATE" || strings.TrimSpace(string(rest)) != "" {
		return nil, errs.New(errs.Invalid, "give one certificate alone, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, errs.New(errs.Invalid, "this is no certificate that can be read")
	}
	return c, nil
}

// certificates compares those of the text with those that machines have shown or people have judged.
func (c *comparison) certificates(wanted []Certificate) {
	if wanted == nil {
		return
	}
	there := map[string]int{}
	for i, k := range c.now.Certificates {
		there[k.Thumbprint] = i
	}
	named := map[string]bool{}
	for i, w := range wanted {
		path := fmt.Sprintf("certificates[%d]", i)
		w, ok := c.certificate(path, w, there)
		if !ok {
			continue
		}
		if named[w.Thumbprint] {
			c.fault(path+".thumbprint", "it stands twice")
		}
		named[w.Thumbprint] = true
		c.judge(w, there)
	}
	for _, k := range c.now.Certificates {
		if c.prune && !named[k.Thumbprint] && (k.State == Trusted || k.State == Refused) {
			k.State = Absent
			c.judge(k, there)
		}
	}
}

// certificate makes an entry whole.
func (c *comparison) certificate(path string, w Certificate, there map[string]int) (Certificate, bool) {
	if w.State != Trusted && w.State != Refused && w.State != Absent {
		c.fault(path+".state", "%q is none: write trusted, refused or absent", errs.Clip(string(w.State)))
		return w, false
	}
	w.Thumbprint = strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(w.Thumbprint))
	if w.PEM == "" {
		at, known := there[w.Thumbprint]
		if !known && w.State != Absent {
			c.fault(path+".pem", "no machine has shown the certificate %s here: give it as pem", errs.Clip(w.Thumbprint))
			return w, false
		}
		if known {
			state := w.State
			w = c.now.Certificates[at]
			w.State = state
		}
		return w, true
	}
	read, err := w.Read()
	if err != nil {
		c.fault(path+".pem", "%s", err)
		return w, false
	}
	whole := CertificateOf(read, w.State)
	switch {
	case w.Thumbprint != "" && w.Thumbprint != whole.Thumbprint:
		c.fault(path+".thumbprint", "the certificate has another thumbprint: %s", whole.Thumbprint)
	case w.Subject != "" && w.Subject != whole.Subject:
		c.fault(path+".subject", "the certificate says %s", whole.Subject)
	default:
		return whole, true
	}
	return w, false
}

// judge puts a certificate onto its shelf.
func (c *comparison) judge(w Certificate, there map[string]int) {
	at, known := there[w.Thumbprint]
	was := Absent
	if known {
		was = c.now.Certificates[at].State
	}
	if w.State == was || w.State == Absent && was == Waiting {
		return
	}
	c.Certificates = append(c.Certificates, w)
	c.next.Certificates = slices.DeleteFunc(c.next.Certificates, func(k Certificate) bool { return k.Thumbprint == w.Thumbprint })
	if w.State != Absent {
		c.next.Certificates = append(c.next.Certificates, w)
	}
	what := map[Shelf]string{Trusted: "is trusted", Refused: "is refused", Absent: "is forgotten: it is asked about again"}[w.State]
	c.tell("certificate "+w.Thumbprint, "%s (%s)", what, w.Subject)
}
